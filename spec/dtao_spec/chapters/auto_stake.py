"""Where what miners earn is staked, from 338 on, and relations of hotkeys that must be consistent."""

from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.dividends"


@rule("STAKE-30", since=338)
def may_choose_destination(exists: bool, is_registered: bool, is_present_choice: bool) -> str | None:
    r"""Call set_coldkey_auto_stake_hotkey.

    Statement: What the miners of the signer earn on a subnet MUST be staked on the hotkey that it names, once it has
        named one; the signer becomes the last in the list of the coldkeys that chose this hotkey there
        (`AutoStakeDestinationColdkeys`) and leaves the list of the former one. `AutoStakeDestinationSet` names it all.
    Formula: none.
    Units: whether the subnet exists, the hotkey has a uid there and is the choice already in; the rejection out.
    Rounding: none.
    Rejections: in this order: `SubnetNotExists`, `HotKeyNotRegisteredInSubNet`, `SameAutoStakeHotkeyAlreadySet`.
    Source: `pallets/subtensor/src/macros/dispatches.rs`, `set_coldkey_auto_stake_hotkey`
    Example: Once more the same.

        >>> may_choose_destination(True, True, True), may_choose_destination(True, True, False)
        ('SameAutoStakeHotkeyAlreadySet', None)
    """
    if not exists:
        return "SubnetNotExists"
    if not is_registered:
        return "HotKeyNotRegisteredInSubNet"
    return "SameAutoStakeHotkeyAlreadySet" if is_present_choice else None


@rule("KEY-13", since=338)
def renamed(destination: int, old: int, new: int) -> int:
    r"""Destinations of swapped keys.

    Statement: When a hotkey is swapped, the coldkeys that chose it MUST have the new one as destination, and their list
        replaces that of the new one. When a coldkey is swapped, the new one MUST have its destination, as the last in
        the list of that hotkey.
    Formula: none.
    Units: accounts.
    Rounding: none.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap_on_one_subnet`;
        `pallets/subtensor/src/swap/swap_coldkey.rs`, `perform_swap_coldkey`
    Example: Hotkey 7 becomes 9.

        >>> renamed(7, 7, 9), renamed(8, 7, 9)
        (9, 8)
    """
    return new if destination == old else destination


@rule("CHILD-13", since=338)
def is_consistent(hotkey: int, children: dict[int, int], parents: dict[int, int]) -> str | None:
    r"""Consistent relations.

    Statement: No hotkey MUST be its own child or parent, nor be child and parent of the same hotkey on a subnet. It is
        checked when children are named, when they come into force (if they fail then, the old ones stay) and when keys
        are swapped. A hotkey's children and parents are stored in the order of the accounts.
    Formula: $$ C \cap P = \emptyset, \qquad \sum_{c \in C} p_c \le 2^{64} - 1 $$
    Units: parts of $2^{64} - 1$ by hotkey in; the rejection out.
    Rounding: none.
    Rejections: in this order: `InvalidChild`, `TooManyChildren`, `ProportionOverflow`, `ChildParentInconsistency`.
    Source: `pallets/subtensor/src/staking/set_children.rs`, `ensure_bipartite_separation`, `ensure_no_self_loop`,
        `ensure_childkey_count`, `ensure_total_proportions`
    Example: A parent cannot become a child.

        >>> is_consistent(1, {2: 5}, {2: 7}), is_consistent(1, {2: 5}, {3: 7})
        ('ChildParentInconsistency', None)
    """
    if hotkey in children:
        return "InvalidChild"
    if len(children) > 5:
        return "TooManyChildren"
    if sum(children.values()) >= 2**64:
        return "ProportionOverflow"
    return "ChildParentInconsistency" if children.keys() & parents.keys() else None
