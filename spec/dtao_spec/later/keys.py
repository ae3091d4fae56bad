"""Keys and swaps in later versions."""

from collections.abc import Mapping
from fractions import Fraction

from attrs import evolve, frozen

from dtao_spec.chapters import keys
from dtao_spec.chapters.keys import Network
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.keys"
COST_ON_SUBNET = 1_000_000
"""rao, burned by a swap on one subnet alone."""
INTERVAL = 36_000
"""Blocks between two swaps by one coldkey on one subnet alone."""

Records = Mapping[tuple[int, str], int]
"""Blocks of the last swaps on one subnet alone, by netuid and coldkey."""


@rule("KEY-1", since=277)
def swap_hotkey_rejection(
    old: str,
    new: str,
    balance: Fraction,
    since: int | None = None,
    rate_limit: int = 1_000,
    new_is_registered: bool = False,
    owns_old: bool = True,
) -> str | None:
    r"""A swap names a subnet or none.

    Statement: `swap_hotkey` has a third argument, a netuid or none. With none it MUST burn 0.1 TAO and swap the hotkey
        on all subnets, as before; with one it is [KEY-10](#key-10). In both cases the last blocks of the old hotkey
        MUST be those of the new one too ([KEY-4](#key-4)). The event without a netuid is `HotkeySwapped`: coldkey, old
        hotkey, new hotkey.
    Units: rao; blocks since the last transaction of the signer, None for none.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed; `NonAssociatedColdKey`; `NewHotKeyIsSameWithOld`;
        `HotKeySetTxRateLimitExceeded`; `HotKeyAlreadyRegisteredInSubNet` (the new one is a member of any network); then
        without a netuid `NotEnoughBalanceToPaySwapHotKey`, and that of [STATE-13](#state-13).
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `do_swap_hotkey`
    Known violation: as before: nobody asks who owns the new hotkey.
    Example: Whoever does not own the old hotkey is told so first.

        >>> swap_hotkey_rejection("h", "h", Fraction(0), owns_old=False)
        'NonAssociatedColdKey'
        >>> swap_hotkey_rejection("h", "g", Fraction(0), 5, new_is_registered=True)
        'HotKeySetTxRateLimitExceeded'
        >>> swap_hotkey_rejection("h", "g", Fraction(99_999_999))
        'NotEnoughBalanceToPaySwapHotKey'
    """
    checked = swap_rejection(old, new, since, rate_limit, new_is_registered, owns_old)
    return checked or ("NotEnoughBalanceToPaySwapHotKey" if balance < keys.SWAP_COST else None)


def swap_rejection(
    old: str, new: str, since: int | None, rate_limit: int, new_is_registered: bool, owns_old: bool
) -> str | None:
    """Return why a hotkey cannot be swapped, on one subnet or on all."""
    conditions = (
        (not owns_old, "NonAssociatedColdKey"),
        (old == new, "NewHotKeyIsSameWithOld"),
        (rate_limit != 0 and since is not None and since <= rate_limit, "HotKeySetTxRateLimitExceeded"),
        (new_is_registered, "HotKeyAlreadyRegisteredInSubNet"),
    )
    return next((name for refused, name in conditions if refused), None)


@frozen
class OwnedNetwork:
    """A network with its owner hotkey."""

    network: Network
    owner_hotkey: str | None = None


def owner_hotkey_renamed(owner_hotkey: str | None, old: str, new: str) -> str | None:
    """Return the owner hotkey of a network after a swap."""
    return new if owner_hotkey == old else owner_hotkey


@rule("KEY-3", since=238)
def hotkey_swapped(owned: OwnedNetwork, old: str, new: str, both_in_senate: bool = False) -> OwnedNetwork:
    r"""The owner hotkey follows.

    Statement: As before, and last of all, where a network exists and its `SubnetOwnerHotkey` is the old hotkey, that
        MUST become the new one.
    Units: alpha rao (rao on root), shares.
    Rounding: as [KEY-4](#key-4) and [KEY-9](#key-9).
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Known violation: Childkey takes do not follow. If both hotkeys are in the senate, the swap stops after the totals,
        as before.
    Example: The founder's hotkey is swapped.

        >>> hotkey_swapped(OwnedNetwork(Network(), "h"), "h", "g").owner_hotkey
        'g'
    """
    network = keys.hotkey_swapped(owned.network, old, new, both_in_senate)
    follows = network.exists and not both_in_senate
    return OwnedNetwork(network, owner_hotkey_renamed(owned.owner_hotkey, old, new) if follows else owned.owner_hotkey)


@rule("KEY-3", since=252)
def hotkey_swapped_with_totals(owned: OwnedNetwork, old: str, new: str, both_in_senate: bool = False) -> OwnedNetwork:
    r"""Totals follow under every netuid.

    Statement: As before, but total and denominator MUST move under every netuid, also where no network exists
        ([KEY-4](#key-4)).
    Units: alpha rao (rao on root), shares.
    Rounding: as KEY-4 and KEY-9.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Known violation: as before.
    Example: The stake on a dissolved network goes whole, where before its shares were parted from what they are shares
        of.

        >>> stakes = {"h": keys.Stake(Fraction(100), Fraction(100), {"alice": Fraction(100)})}
        >>> after = hotkey_swapped_with_totals(OwnedNetwork(Network(False, stakes)), "h", "g")
        >>> after.network.stakes == {"g": stakes["h"]}
        True
    """
    if not owned.network.exists:
        stakes = keys.totals_moved(owned.network.stakes, old, new)
        owned = evolve(owned, network=evolve(owned.network, stakes=stakes))
    return hotkey_swapped(owned, old, new, both_in_senate)


@rule("KEY-3", since=277)
def hotkey_swapped_on_networks(owned: OwnedNetwork, old: str, new: str) -> OwnedNetwork:
    r"""A swap is the same on each network.

    Statement: The owner MUST change first ([KEY-4](#key-4)). Then on every existing network the totals
        ([KEY-4](#key-4)), the neuron ([KEY-5](#key-5)), children and parents ([KEY-6](#key-6)), pending children
        ([KEY-7](#key-7)), the owner hotkey, what the last epoch left and paid ([KEY-11](#key-11)) and the shares
        ([KEY-9](#key-9)) MUST move, in this order; then the seat in the senate ([STATE-13](#state-13)), the take as a
        delegate, and the lists of those that coldkeys stake with. What is stored under a netuid without a network MUST
        stay with the old hotkey.
    Units: alpha rao (rao on root), shares.
    Rounding: as KEY-4 and KEY-9.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap_on_all_subnets`,
        `perform_hotkey_swap_on_one_subnet`
    Known violation: Childkey takes do not follow. Stake on a network that does not exist stays with a hotkey that
        nobody owns.
    Example: The stake on an existing network goes, that under another netuid stays.

        >>> stakes = {"h": keys.Stake(Fraction(100), Fraction(100), {"alice": Fraction(100)})}
        >>> [list(hotkey_swapped_on_networks(OwnedNetwork(Network(exists, stakes)), "h", "g").network.stakes)
        ...     for exists in (True, False)]
        [['g'], ['h']]
    """
    return hotkey_swapped(owned, old, new) if owned.network.exists else owned


@frozen
class LastBlocks:
    """The last blocks of a hotkey; 0 for none."""

    transaction: int = 0
    delegate_take: int = 0
    childkey_take: int = 0


@rule("KEY-4", since=252)
def last_blocks_moved(blocks: Mapping[str, LastBlocks], old: str, new: str) -> dict[str, LastBlocks]:
    r"""Last blocks follow, and totals everywhere.

    Statement: As before, but the new hotkey MUST have the last blocks that the old one had, of its last transaction and
        of its last changes of the take as a delegate and as a child, in place of its own; those of the old one are
        removed. Total and denominator MUST move under every netuid, whether or not a network exists.
    Formula: $$ V_g' = V_g + V_h, \qquad D_g' = D_g + D_h, \qquad V_h' = D_h' = 0 $$
    Units: blocks; alpha rao (rao on root), shares.
    Rounding: none; sums saturate.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Example: A hotkey that changed its take in block 700 is limited by that block under its new name.

        >>> last_blocks_moved({"h": LastBlocks(delegate_take=700), "g": LastBlocks(transaction=5)}, "h", "g")
        {'g': LastBlocks(transaction=0, delegate_take=700, childkey_take=0)}
    """
    others = {hotkey: last for hotkey, last in blocks.items() if hotkey not in (old, new)}
    moved = blocks.get(old, LastBlocks())
    return {**others, new: moved} if moved != LastBlocks() else others


@rule("KEY-4", since=277)
def last_blocks_after_swap(
    blocks: Mapping[str, LastBlocks], old: str, new: str, netuid: int | None
) -> dict[str, LastBlocks]:
    r"""Last blocks are copied, and totals stay where there is no network.

    Statement: The new hotkey MUST get the last blocks of the old one before anything is swapped. The old one keeps them
        if the swap is on one subnet, and loses them at the end of one on all subnets. Total and denominator MUST move
        on existing networks only, and on the one that is named.
    Formula: $$ V_g' = V_g + V_h, \qquad D_g' = D_g + D_h, \qquad V_h' = D_h' = 0 $$
    Units: blocks; alpha rao (rao on root), shares.
    Rounding: none; sums saturate.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `do_swap_hotkey`, `perform_hotkey_swap_on_all_subnets`,
        `perform_hotkey_swap_on_one_subnet`
    Example: On subnet 1 both hotkeys live on, with the same limits.

        >>> last_blocks_after_swap({"h": LastBlocks(delegate_take=700)}, "h", "g", 1) == {
        ...     "h": LastBlocks(delegate_take=700), "g": LastBlocks(delegate_take=700)
        ... }
        True
    """
    moved = last_blocks_moved(blocks, old, new)
    return moved if netuid is None or old not in blocks else {**moved, old: blocks[old]}


@rule("KEY-5", since=277)
def membership_renamed(
    uids: Mapping[str, int], members: Mapping[str, bool], old: str, new: str
) -> tuple[Mapping[str, int], Mapping[str, bool]]:
    r"""The membership counts even where it says no.

    Statement: As before, and the new hotkey MUST get an entry in `IsNetworkMember` also where the old one is no member;
        it then says no. Earlier versions wrote it too, but nothing told it from a missing one.
    Units: a uid by hotkey; whether a hotkey is a member, where that is written.
    Rounding: none.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap_on_one_subnet`
    Known violation: An entry that says no bars the hotkey from a later swap on this subnet alone ([KEY-10](#key-10)).
    Example: h was never a member.

        >>> membership_renamed({}, {}, "h", "g")
        ({}, {'g': False})
    """
    is_member = members.get(old, False)
    entries = {hotkey: member for hotkey, member in members.items() if hotkey != old} | {new: is_member}
    return keys.neuron_renamed(uids, old, new) if is_member else uids, entries


@rule("KEY-10", since=277)
def swap_on_subnet_rejection(
    checked: str | None, balance: Fraction, last_swap: int, block: int, known_on_subnet: bool
) -> str | None:
    r"""A swap on one subnet.

    Statement: `swap_hotkey` with a netuid MUST burn 0.001 TAO and hand over what the old hotkey has on that subnet
        alone, by the steps that [KEY-3](#key-3) takes on each network; whether it exists is not asked. The old hotkey
        keeps its owner, its delegate take and its seat in the senate; the new one gets the signer as its owner and is
        appended to the hotkeys that the signer owns, unless it is there. Every coldkey that has shares of the old
        hotkey on the subnet and stakes with it MUST stake with both. The present block becomes that of the signer's
        last transaction and of its last swap on this subnet (`LastHotkeySwapOnNetuid`). The event is
        `HotkeySwappedOnSubnet`: coldkey, old hotkey, new hotkey, netuid.
    Units: rao; blocks. `checked` is what the checks for all swaps say ([KEY-1](#key-1)).
    Rounding: none.
    Rejections: those of KEY-1 up to `HotKeyAlreadyRegisteredInSubNet`; `HotKeySwapOnSubnetIntervalNotPassed` (not more
        than 36 000 blocks, 5 days, since the signer's last swap on the subnet; none counts as one in block 0);
        `HotKeyAlreadyRegisteredInSubNet` (the new one has an entry of membership there, even if it says no);
        `NotEnoughBalanceToPaySwapHotKey`; `ZeroBalanceAfterWithdrawn` cannot occur.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `swap_hotkey_on_subnet`
    Known violation: The new hotkey must not be registered on any network, so that two hotkeys cannot trade places, nor
        one hotkey take over a second subnet's neuron. Nobody asks who owns it.
    Example: 36 000 blocks after the last swap are too few.

        >>> [swap_on_subnet_rejection(None, Fraction(10**9), 5, block, False) for block in (36_005, 36_006)]
        ['HotKeySwapOnSubnetIntervalNotPassed', None]
    """
    conditions = (
        (checked is not None, checked),
        (last_swap + INTERVAL >= block, "HotKeySwapOnSubnetIntervalNotPassed"),
        (known_on_subnet, "HotKeyAlreadyRegisteredInSubNet"),
        (balance < COST_ON_SUBNET, "NotEnoughBalanceToPaySwapHotKey"),
    )
    return next((name for refused, name in conditions if refused), None)


Amounts = Mapping[str, Fraction]
"""What the last epoch left on each hotkey, which may be 0, or paid to its stakers."""


@rule("KEY-11", since=261)
def last_dividends_moved_if_known(
    stakes_after_epoch: Amounts, paid: Mapping[str, Amounts], old: str, new: str
) -> tuple[Amounts, Mapping[str, Amounts]]:
    r"""What the last epoch left and paid.

    Statement: Under every netuid for which `TotalHotkeyAlphaLastEpoch` has an entry of the old hotkey, also one of 0,
        that entry, and those of `AlphaDividendsPerSubnet` and `TaoDividendsPerSubnet`, MUST be added to those of the
        new hotkey, so that the fee for unstaking follows ([STAKE-19](#stake-19)). A stake of 0 is an entry of the new
        hotkey too.
    Formula: $$ a_g' = a_g + a_h, \qquad a_h' = 0 $$
    Units: alpha rao, and rao for the TAO dividends; by hotkey.
    Rounding: none; sums saturate.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Known violation: Without that entry the dividends of the last drain stay with the old hotkey.
    Example: h had 100 after the last epoch, of which 4 were dividends.

        >>> left, paid = last_dividends_moved_if_known(
        ...     {"h": Fraction(100)}, {"alpha": {"h": Fraction(4), "g": Fraction(1)}}, "h", "g"
        ... )
        >>> left, paid
        ({'g': Fraction(100, 1)}, {'alpha': {'g': Fraction(5, 1)}})
    """
    if old not in stakes_after_epoch:
        return stakes_after_epoch, paid
    return last_dividends_moved(stakes_after_epoch, paid, old, new)


@rule("KEY-11", since=277)
def last_dividends_moved(
    stakes_after_epoch: Amounts, paid: Mapping[str, Amounts], old: str, new: str
) -> tuple[Amounts, Mapping[str, Amounts]]:
    r"""The dividends follow in any case.

    Statement: As before, but without asking for the entry in `TotalHotkeyAlphaLastEpoch`, and on existing networks only
        or on the one that is named. The new hotkey gets an entry in it in any case.
    Formula: $$ a_g' = a_g + a_h, \qquad a_h' = 0 $$
    Units: alpha rao, and rao for the TAO dividends; by hotkey.
    Rounding: none; sums saturate.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap_on_one_subnet`
    Example: Dividends alone.

        >>> last_dividends_moved({}, {"alpha": {"h": Fraction(4)}}, "h", "g")
        ({'g': Fraction(0, 1)}, {'alpha': {'g': Fraction(4, 1)}})
    """
    noted = {new: Fraction(0), **amount_moved(stakes_after_epoch, old, new)}
    return noted, {token: amount_moved(amounts, old, new) for token, amounts in paid.items()}


def amount_moved(amounts: Amounts, old: str, new: str) -> Amounts:
    """Return the amounts in which the new hotkey has what both had."""
    total = amounts.get(old, Fraction(0)) + amounts.get(new, Fraction(0))
    others = {hotkey: amount for hotkey, amount in amounts.items() if hotkey not in (old, new)}
    return {**others, new: total} if total else others


@rule("KEY-12", since=277)
def swap_records_cleared(
    records: Records, block: int, existing: frozenset[int] | None = None
) -> dict[tuple[int, str], int]:
    r"""Records of swaps on one subnet are cleared.

    Statement: At the start of every block, on the existing networks whose netuid leaves the same rest as the block when
        divided by 36 000, the blocks of last swaps MUST be removed that lie more than 36 000 blocks back. They no
        longer limited anything.
    Formula: $$ B \equiv \text{netuid} \pmod{36\,000}, \qquad B_{last} + 36\,000 < B $$
    Units: blocks. `existing` are the netuids of the networks; None stands for all that are named.
    Rounding: none.
    Source: `pallets/subtensor/src/macros/hooks.rs`, `clean_up_hotkey_swap_records`
    Example: Block 36 001 is the turn of netuid 1, not of 2.

        >>> swap_records_cleared({(1, "alice"): 0, (1, "bob"): 1, (2, "alice"): 0}, 36_001)
        {(1, 'bob'): 1, (2, 'alice'): 0}
    """
    return {
        (netuid, coldkey): last
        for (netuid, coldkey), last in records.items()
        if (block - netuid) % INTERVAL != 0
        or (existing is not None and netuid not in existing)
        or last + INTERVAL >= block
    }
