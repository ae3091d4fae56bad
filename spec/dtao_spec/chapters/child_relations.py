"""Relations of parents and children that are kept consistent."""

from collections.abc import Collection, Mapping

from dtao_spec.chapters.block import blocks_until_next_epoch
from dtao_spec.chapters.children import MAX_CHILDREN, ROOT, U64_MAX, Links, LinksOf, Pending, hashed
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.children"
Family = tuple[Links, Links]
"""The children and the parents that are stored for a hotkey."""


def relations_refusal(hotkey: int, children: Links, parents: Links) -> str | None:
    """Return why children of a hotkey would be inconsistent with its parents."""
    proportions = {child: proportion for proportion, child in children}
    conditions = (
        (hotkey in proportions, "InvalidChild"),
        (len(proportions) > MAX_CHILDREN, "TooManyChildren"),
        (sum(proportions.values()) > U64_MAX, "ProportionOverflow"),
        (any(parent in proportions for _, parent in parents), "ChildParentInconsistency"),
    )
    return next((name for refused, name in conditions if refused), None)


def _as_stored(links: Links, hotkey: int) -> Links:
    return tuple((share, other) for other, share in {other: share for share, other in links if other != hotkey}.items())


def stored_refusal(hotkey: int, stored: Family) -> str | None:
    """Return why what is stored for a hotkey is inconsistent; the number of children does not count."""
    children, parents = (_as_stored(links, hotkey) for links in stored)
    if sum(proportion for proportion, _ in children) > U64_MAX:
        return "ProportionOverflow"
    common = {child for _, child in children} & {parent for _, parent in parents}
    return "ChildParentInconsistency" if common else None


@rule("CHILD-4", since=338)
def children_refusal_by_relations(
    netuid: int,
    subnet_exists: bool,
    signer_owns_hotkey: bool,
    hotkey: int,
    children: Links,
    enough_stake: bool,
    is_owner_hotkey: bool = False,
    stored: Family = ((), ()),
) -> str | None:
    r"""Conditions on children.

    Change: No parent of the hotkey may be its child. Two hotkeys that were each other's child made their stake
        inherited in a circle. What is stored must be consistent as well.
    Statement: A hotkey MUST NOT name a child twice, and its children MUST be consistent with its parents
        ([CHILD-13](#child-13)), as the relations that are stored for it MUST be already: at most 5 children, not
        itself, no more than the whole, no parent. To set any, its stake on all networks, at present prices
        ([STAKE-7](#stake-7)), MUST reach `StakeThreshold`, unless it is the subnet's `SubnetOwnerHotkey`; to have none
        it needs no stake. Children need not be registered, nor consent.
    Formula: $$ \sum_j p_j \le 2^{64} - 1 $$
    Units: proportions as fractions of $2^{64} - 1$.
    Rounding: none.
    Rejections: `RegistrationNotPermittedOnRootSubnet` (netuid 0), `SubnetNotExists`, `NonAssociatedColdKey` (the
        hotkey is not the signer's), `DuplicateChild`, of what is stored `ProportionOverflow` and
        `ChildParentInconsistency`, of the new children `InvalidChild` (the hotkey itself), `TooManyChildren`,
        `ProportionOverflow` and `ChildParentInconsistency` (a parent), `NotEnoughStakeToSetChildkeys` (not for the
        owner hotkey).
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_schedule_children`
    Example: Hotkey 2 is a parent of 1; 3 is not.

        >>> [children_refusal_by_relations(1, True, True, 1, ((9, child),), True, stored=((), ((5, 2),)))
        ...     for child in (2, 3)]
        ['ChildParentInconsistency', None]
    """
    named = [child for _, child in children]
    conditions = (
        (netuid == ROOT, "RegistrationNotPermittedOnRootSubnet"),
        (not subnet_exists, "SubnetNotExists"),
        (not signer_owns_hotkey, "NonAssociatedColdKey"),
        (len(set(named)) < len(named), "DuplicateChild"),
    )
    refusal = next((name for refused, name in conditions if refused), None)
    refusal = refusal or stored_refusal(hotkey, stored) or relations_refusal(hotkey, children, stored[1])
    if refusal is None and children and not (enough_stake or is_owner_hotkey):
        return "NotEnoughStakeToSetChildkeys"
    return refusal


@rule("CHILD-1", since=338)
def apply_consistent_children(
    pending: Pending, children: LinksOf, parents: LinksOf, block: int, netuid: int, tempo: int
) -> tuple[dict[int, tuple[Links, int]], dict[int, Links], dict[int, Links]]:
    r"""Application of pending children.

    Change: Children that have become inconsistent with the parents of the hotkey are dropped. What was consistent when
        it was scheduled need not be when it comes into force. Lists are kept in the order of the accounts.
    Statement: On every network whose epoch is due in the block ([BLOCK-1](#block-1)), root among them, and after all
        epochs of the block, each hotkey whose pending children have a cooldown block before this one MUST have them in
        place of its former children, in ascending order, unless they have more than the whole or one of them is a
        parent ([CHILD-13](#child-13)); they are not pending any more in either case. A former child MUST drop the
        hotkey from its parents, a present one have it in the proportion given, in its place or last. The parents of the
        hotkey MUST be put in ascending order, and each of them have the hotkey among its children in the same
        proportion. An entry for the hotkey itself is passed over. Hotkeys MUST be taken in ascending order of the
        16-byte BLAKE2b hash of their 32 bytes.
    Units: blocks; proportions as fractions of $2^{64} - 1$.
    Rounding: none. The order decides the order of parent lists, and so of payments; no amount depends on it.
    Rejections: those of [CHILD-13](#child-13) drop the children of one hotkey; the block goes on.
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_set_pending_children`, `load_relations_from_pending`,
        `persist_child_parent_relations`; `pallets/subtensor/src/coinbase/block_step.rs`, `try_set_pending_children`
    Example: Hotkeys 1 and 2 each want the other for a child: who comes first by the hash has it, the other not.

        >>> half = 2**63
        >>> both = {1: (((half, 2),), 11), 2: (((half, 1),), 11)}
        >>> apply_consistent_children(both, {}, {}, 358, 1, 360)
        ({}, {2: ((9223372036854775808, 1),)}, {1: ((9223372036854775808, 2),)})
    """
    left = dict(pending)
    child_lists: dict[int, Links] = dict(children)
    parent_lists: dict[int, Links] = dict(parents)
    is_due = blocks_until_next_epoch(netuid, tempo, block) == 0
    due = [hotkey for hotkey, (_, cooldown_block) in left.items() if is_due and cooldown_block < block]
    for hotkey in sorted(due, key=hashed):
        chosen, own_parents = _as_stored(left.pop(hotkey)[0], hotkey), parent_lists.get(hotkey, ())
        if stored_refusal(hotkey, (chosen, own_parents)) is None:
            child_lists, parent_lists = link(child_lists, parent_lists, hotkey, chosen)
            parent_lists, child_lists = link(parent_lists, child_lists, hotkey, _as_stored(own_parents, hotkey))
    return left, child_lists, parent_lists


def link(
    ours: Mapping[int, Links], theirs: Mapping[int, Links], hotkey: int, others: Links
) -> tuple[dict[int, Links], dict[int, Links]]:
    """Return lists in which a hotkey has others, in ascending order, and they have it; empty ones are not kept."""
    proportions = {other: proportion for proportion, other in others}
    after: dict[int, Links] = dict(theirs)
    for other in {former for _, former in ours.get(hotkey, ())} | proportions.keys():
        held = {listed: proportion for proportion, listed in after.get(other, ())}
        if other in proportions:
            held[hotkey] = proportions[other]
        else:
            held.pop(hotkey, None)
        after[other] = tuple((proportion, listed) for listed, proportion in held.items())
    own: Links = tuple((proportions[other], other) for other in sorted(proportions))
    return _kept({**ours, hotkey: own}), _kept(after)


def _kept(lists: Mapping[int, Links]) -> dict[int, Links]:
    return {hotkey: links for hotkey, links in lists.items() if links}


@rule("KEY-6", since=338)
def rebind_family(
    children: LinksOf, parents: LinksOf, old: int, new: int, pending: Links | None = None
) -> tuple[LinksOf, LinksOf] | str:
    r"""Children and parents after a hotkey swap.

    Change: The relations of the new hotkey are made consistent ([CHILD-13](#child-13)), or the swap is refused. Those
        that it had before ended on one side only.
    Statement: No hotkey MUST list the old one any more. The new hotkey MUST have the children and parents of the old
        one, in ascending order, instead of its own, which MUST drop it; each child and parent of the old one MUST have
        it, in the same proportion, in its place if it was there already and last if not. The children that are pending
        for the old hotkey MUST be consistent with its parents and the new hotkey. What is empty is not kept.
    Units: proportions of $2^{64}-1$, which do not change.
    Rounding: none.
    Rejections: of what is stored for the old hotkey `ProportionOverflow` and `ChildParentInconsistency`; `InvalidChild`
        (the new hotkey is a child or parent of the old one); of the pending children `InvalidChild`,
        `TooManyChildren`, `ProportionOverflow`, `ChildParentInconsistency`.
    Source: `pallets/subtensor/src/staking/set_children.rs`, `parent_child_swap_hotkey`
    Example: 5 was the child of 1, and is that of 9 now.

        >>> rebind_family({1: ((7, 5),)}, {5: ((7, 1),)}, 1, 9)
        ({9: ((7, 5),)}, {5: ((7, 9),)})
        >>> rebind_family({1: ((7, 5),)}, {5: ((7, 1),)}, 1, 5)
        'InvalidChild'
    """
    stored = children.get(old, ()), parents.get(old, ())
    refusal = stored_refusal(old, stored)
    if refusal is not None:
        return refusal
    own_children, own_parents = (_as_stored(links, old) for links in stored)
    if any(other == new for _, other in (*own_children, *own_parents)):
        return "InvalidChild"
    refusal = None if pending is None else relations_refusal(new, pending, own_parents)
    if refusal is not None:
        return refusal
    child_lists, parent_lists = link(children, parents, old, ())
    parent_lists, child_lists = link(parent_lists, child_lists, old, ())
    child_lists, parent_lists = link(child_lists, parent_lists, new, own_children)
    parent_lists, child_lists = link(parent_lists, child_lists, new, own_parents)
    return child_lists, parent_lists


@rule("CHILD-1", since=401)
def apply_children_of_unstarted(
    pending: Pending, children: LinksOf, parents: LinksOf, block: int, netuid: int, tempo: int
) -> tuple[dict[int, tuple[Links, int]], dict[int, Links], dict[int, Links]]:
    r"""Application of pending children.

    Change: On a subnet that was not started all that is pending comes into force, whatever its cooldown block.
    Statement: On every network whose epoch is due in the block ([BLOCK-1](#block-1)), root among them, and after all
        epochs of the block, each hotkey whose pending children have a cooldown block before this one, or any where
        `SubtokenEnabled` is not set, MUST have them in place of its former children, in ascending order, unless they
        have more than the whole or one of them is a parent ([CHILD-13](#child-13)); they are not pending any more in
        either case. A former child MUST drop the hotkey from its parents, a present one have it in the proportion
        given, in its place or last. The parents of the hotkey MUST be put in ascending order, and each of them have the
        hotkey among its children in the same proportion. An entry for the hotkey itself is passed over. Hotkeys MUST be
        taken in ascending order of the 16-byte BLAKE2b hash of their 32 bytes.
    Units: blocks; proportions as fractions of $2^{64} - 1$.
    Rounding: none. The order decides the order of parent lists, and so of payments; no amount depends on it.
    Rejections: those of [CHILD-13](#child-13) drop the children of one hotkey; the block goes on.
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_set_pending_children`, `persist_pending_chidren_ok`
    Example: On a started subnet.

        >>> half = 2**63
        >>> both = {1: (((half, 2),), 11), 2: (((half, 1),), 11)}
        >>> apply_children_of_unstarted(both, {}, {}, 358, 1, 360)
        ({}, {2: ((9223372036854775808, 1),)}, {1: ((9223372036854775808, 2),)})
    """
    return apply_consistent_children(pending, children, parents, block, netuid, tempo)


@rule("CHILD-14", since=401)
def parents_of_owner_hotkey(validators: Mapping[int, bool], owner_hotkey: int, refused: Collection[int]) -> list[int]:
    r"""Parents of a new subnet's owner hotkey.

    Statement: When a network is created, every hotkey that is registered on root, in the order of the chain's map of
        uids, MUST name its owner hotkey as its only child there, with the whole proportion, as if its coldkey had
        called `set_children` ([CHILD-2](#child-2)): unless it has switched that off ([CHILD-15](#child-15)), it is the
        owner hotkey itself, or the call would be refused. The new subnet, which is not started, thus begins with the
        stake of root's validators behind its owner.
    Units: hotkeys of root with whether they allow it; out, those that name the owner hotkey.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_set_root_validators_for_subnet`
    Example: 5 is the owner hotkey; 7 does not want to, and 8 may not.

        >>> parents_of_owner_hotkey({5: True, 6: True, 7: False, 8: True}, 5, [8])
        [6]
    """
    return [
        hotkey for hotkey, allows in validators.items() if allows and hotkey != owner_hotkey and hotkey not in refused
    ]


@rule("CHILD-15", since=401)
def delegation_refusal(owns_hotkey: bool, is_on_root: bool) -> str | None:
    r"""The call set_auto_parent_delegation_enabled.

    Statement: The call MUST store whether a hotkey of the signer names the owner hotkeys of new subnets as children
        ([CHILD-14](#child-14)); it does by default. The event is `AutoParentDelegationEnabledSet`: hotkey, flag.
    Units: none.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed; `NonAssociatedColdKey`; `HotKeyNotRegisteredInSubNet` (not on root).
    Source: `pallets/subtensor/src/macros/dispatches.rs`, `set_auto_parent_delegation_enabled`
    Example: Somebody else's hotkey.

        >>> delegation_refusal(False, True), delegation_refusal(True, True)
        ('NonAssociatedColdKey', None)
    """
    if not owns_hotkey:
        return "NonAssociatedColdKey"
    return None if is_on_root else "HotKeyNotRegisteredInSubNet"
