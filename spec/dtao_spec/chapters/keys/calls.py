"""The calls that swap keys, and what they record."""

from collections.abc import Mapping
from fractions import Fraction

from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.keys"
SWAP_COST = 100_000_000
"""rao, burned by swap_hotkey."""
COST_ON_SUBNET = 1_000_000
"""rao, burned by a swap on one subnet alone."""
INTERVAL = 36_000
"""Blocks between two swaps by one coldkey on one subnet alone."""
DAY = 7_200

Records = Mapping[tuple[int, str], int]
"""Blocks of the last swaps on one subnet alone, by netuid and coldkey."""


@rule("KEY-1")
def swap_hotkey_rejection(
    old: str,
    new: str,
    balance: Fraction,
    since: int | None = None,
    rate_limit: int = 1_000,
    new_is_registered: bool = False,
    owns_old: bool = True,
) -> str | None:
    r"""The call swap_hotkey.

    Statement: The call MUST burn 0.1 TAO of the balance of the signer ([STATE-3](#state-3), [STATE-4](#state-4)), swap
        the hotkey ([KEY-3](#key-3)), and set the last transaction of the signer to the present block. The event is
        `HotkeySwapped`: coldkey, old hotkey, new hotkey.
    Units: rao; blocks since the last transaction of the signer, None for none.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed; `NewHotKeyIsSameWithOld`; `HotKeyAlreadyRegisteredInSubNet` (the new one
        is a member of any network); `NonAssociatedColdKey` (the signer does not own the old one);
        `HotKeySetTxRateLimitExceeded` ([STATE-7](#state-7)); `NotEnoughBalanceToPaySwapHotKey`.
        `ZeroBalanceAfterWithdrawn` cannot occur.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `do_swap_hotkey`
    Known violation: Nobody asks who owns the new hotkey. One that is registered nowhere becomes the signer's, whosever
        it was, and stays in the list of its former owner as well.
    Example: 1 000 blocks after the last transaction are too few, 1 001 are enough.

        >>> [swap_hotkey_rejection("h", "g", Fraction(10**9), since) for since in (1_000, 1_001)]
        ['HotKeySetTxRateLimitExceeded', None]
        >>> swap_hotkey_rejection("h", "g", Fraction(99_999_999))
        'NotEnoughBalanceToPaySwapHotKey'
    """
    if old == new:
        return "NewHotKeyIsSameWithOld"
    if new_is_registered:
        return "HotKeyAlreadyRegisteredInSubNet"
    if not owns_old:
        return "NonAssociatedColdKey"
    if rate_limit != 0 and since is not None and since <= rate_limit:
        return "HotKeySetTxRateLimitExceeded"
    return "NotEnoughBalanceToPaySwapHotKey" if balance < SWAP_COST else None


@rule("KEY-1", since=276)
def swap_hotkey_rejection_by_subnet(
    old: str,
    new: str,
    balance: Fraction,
    since: int | None = None,
    rate_limit: int = 1_000,
    new_is_registered: bool = False,
    owns_old: bool = True,
) -> str | None:
    r"""The call swap_hotkey.

    Change: The call takes a netuid or none, and checks in another order. A netuid lets an owner use another hotkey on
        one subnet alone ([KEY-10](#key-10)).
    Statement: With a netuid the call is [KEY-10](#key-10). Without one it MUST burn 0.1 TAO of the balance of the
        signer ([STATE-3](#state-3), [STATE-4](#state-4)), swap the hotkey on all subnets ([KEY-3](#key-3)), and set the
        last transaction of the signer to the present block. The event is `HotkeySwapped`: coldkey, old hotkey, new
        hotkey.
    Units: rao; blocks since the last transaction of the signer, None for none.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed; `NonAssociatedColdKey` (the signer does not own the old one);
        `NewHotKeyIsSameWithOld`; `HotKeySetTxRateLimitExceeded` ([STATE-7](#state-7));
        `HotKeyAlreadyRegisteredInSubNet` (the new one is a member of any network); then without a netuid
        `NotEnoughBalanceToPaySwapHotKey`, and that of [STATE-13](#state-13).
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `do_swap_hotkey`
    Known violation: Nobody asks who owns the new hotkey. One that is registered nowhere becomes the signer's, whosever
        it was, and stays in the list of its former owner as well.
    Example: Whoever does not own the old hotkey is told so first.

        >>> swap_hotkey_rejection_by_subnet("h", "h", Fraction(0), owns_old=False)
        'NonAssociatedColdKey'
        >>> swap_hotkey_rejection_by_subnet("h", "g", Fraction(0), 5, new_is_registered=True)
        'HotKeySetTxRateLimitExceeded'
        >>> swap_hotkey_rejection_by_subnet("h", "g", Fraction(99_999_999))
        'NotEnoughBalanceToPaySwapHotKey'
    """
    checked = swap_rejection(old, new, since, rate_limit, new_is_registered, owns_old)
    return checked or ("NotEnoughBalanceToPaySwapHotKey" if balance < SWAP_COST else None)


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


@rule("KEY-1", since=338)
def swap_hotkey_rejection_with_relations(
    old: str,
    new: str,
    balance: Fraction,
    since: int | None = None,
    rate_limit: int = 1_000,
    new_is_registered: bool = False,
    owns_old: bool = True,
) -> str | None:
    r"""The call swap_hotkey.

    Change: No seat in the senate stops the swap, for there is no senate; relations of children do that would come to
        contradict each other, which had counted stake in a circle.
    Statement: With a netuid the call is [KEY-10](#key-10). Without one it MUST burn 0.1 TAO of the balance of the
        signer ([STATE-3](#state-3), [STATE-4](#state-4)), swap the hotkey on all subnets ([KEY-3](#key-3)), and set the
        last transaction of the signer to the present block. The event is `HotkeySwapped`: coldkey, old hotkey, new
        hotkey.
    Units: rao; blocks since the last transaction of the signer, None for none.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed; `NonAssociatedColdKey` (the signer does not own the old one);
        `NewHotKeyIsSameWithOld`; `HotKeySetTxRateLimitExceeded` ([STATE-7](#state-7));
        `HotKeyAlreadyRegisteredInSubNet` (the new one is a member of any network); then without a netuid
        `NotEnoughBalanceToPaySwapHotKey`, and those of [KEY-6](#key-6) on any network.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `do_swap_hotkey`
    Known violation: Nobody asks who owns the new hotkey. One that is registered nowhere becomes the signer's, whosever
        it was, and stays in the list of its former owner as well.
    Example: Whoever does not own the old hotkey is told so first.

        >>> swap_hotkey_rejection_with_relations("h", "h", Fraction(0), owns_old=False)
        'NonAssociatedColdKey'
        >>> swap_hotkey_rejection_with_relations("h", "g", Fraction(99_999_999))
        'NotEnoughBalanceToPaySwapHotKey'
    """
    return swap_hotkey_rejection_by_subnet(old, new, balance, since, rate_limit, new_is_registered, owns_old)


@rule("KEY-1", since=391)
def swap_hotkey_rejection_where_not_member(
    old: str,
    new: str,
    balance: Fraction,
    since: int | None = None,
    rate_limit: int = 1_000,
    new_is_registered: bool = False,
    owns_old: bool = True,
) -> str | None:
    r"""The calls swap_hotkey and swap_hotkey_v2.

    Change: `swap_hotkey_v2` may leave the stake on the old hotkey. With a netuid it does not matter where else the new
        hotkey is registered, so that it may take over a second subnet's neuron.
    Statement: With a netuid the calls are [KEY-10](#key-10). Without one they MUST burn 0.1 TAO of the balance of the
        signer ([STATE-3](#state-3), [STATE-4](#state-4)), swap the hotkey on all subnets ([KEY-3](#key-3)), and set the
        last transaction of the signer to the present block. Where `keep_stake` is told, stake totals, shares, what the
        last epoch paid, voting power, claims and the lists of hotkeys with which coldkeys stake MUST stay as they are.
        The event is `HotkeySwapped`: coldkey, old hotkey, new hotkey.
    Units: rao; blocks since the last transaction of the signer, None for none.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed; `NonAssociatedColdKey` (the signer does not own the old one);
        `NewHotKeyIsSameWithOld`; `HotKeySetTxRateLimitExceeded` ([STATE-7](#state-7));
        `HotKeyAlreadyRegisteredInSubNet` (the new one is a member of any network, or of the one that is named); then
        without a netuid `NotEnoughBalanceToPaySwapHotKey`, and those of [KEY-6](#key-6) on any network.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `do_swap_hotkey`
    Known violation: Nobody asks who owns the new hotkey. One that is registered nowhere becomes the signer's, whosever
        it was, and stays in the list of its former owner as well. Stake that stays lies on a hotkey without an owner if
        the swap was on all subnets.
    Example: Whoever does not own the old hotkey is told so first.

        >>> swap_hotkey_rejection_where_not_member("h", "h", Fraction(0), owns_old=False)
        'NonAssociatedColdKey'
    """
    return swap_hotkey_rejection_with_relations(old, new, balance, since, rate_limit, new_is_registered, owns_old)


@rule("KEY-2")
def swap_coldkey_rejection(
    signed: bool, new_stakes: bool, new_is_hotkey: bool, balance: Fraction, cost: Fraction
) -> str | None:
    r"""The call swap_coldkey.

    Statement: The call MUST burn the cost that it names from the balance of the old coldkey ([STATE-3](#state-3),
        [STATE-4](#state-4)), swap the coldkey ([KEY-8](#key-8)), and set the last transaction of the new one to the
        present block. The event is `ColdkeySwapped`: old coldkey, new coldkey, the cost that was named.
    Units: rao.
    Rounding: none.
    Rejections: `BadOrigin` if anybody signed; `ColdKeyAlreadyAssociated` (the new coldkey stakes or staked with any
        hotkey); `NewColdKeyIsHotkey`; `NotEnoughBalanceToPaySwapColdKey`; `ZeroBalanceAfterWithdrawn` (nothing is left
        above the existential deposit, for a cost above 0).
    Source: `pallets/subtensor/src/swap/swap_coldkey.rs`, `do_swap_coldkey`
    Example: The balance of 500 rao is just the existential deposit.

        >>> swap_coldkey_rejection(False, False, False, Fraction(500), Fraction(400))
        'ZeroBalanceAfterWithdrawn'
        >>> swap_coldkey_rejection(True, True, True, Fraction(0), Fraction(400))
        'BadOrigin'
    """
    conditions = (
        (signed, "BadOrigin"),
        (new_stakes, "ColdKeyAlreadyAssociated"),
        (new_is_hotkey, "NewColdKeyIsHotkey"),
        (balance < cost, "NotEnoughBalanceToPaySwapColdKey"),
        (cost > 0 and balance <= 500, "ZeroBalanceAfterWithdrawn"),
    )
    return next((name for applies, name in conditions if applies), None)


@rule("KEY-2", since=385)
def swap_charged_coldkey_rejection(
    signed: bool, new_stakes: bool, new_is_hotkey: bool, balance: Fraction, cost: Fraction
) -> str | None:
    r"""The call swap_coldkey.

    Change: The cost is charged first, and must be paid in full; a swap that was announced is forgotten
        ([KEY-14](#key-14)).
    Statement: The call MUST burn the cost that it names, if it is not 0, from the balance of the old coldkey
        ([STATE-3](#state-3), [STATE-4](#state-4)), swap the coldkey ([KEY-8](#key-8)), set the last transaction of the
        new one to the present block, and forget what the old one had announced and disputed. The event is
        `ColdkeySwapped`: old coldkey, new coldkey.
    Units: rao.
    Rounding: none.
    Rejections: `BadOrigin` if anybody signed; `NotEnoughBalanceToPaySwapColdKey` (less than the cost lies above the
        existential deposit); `ColdKeyAlreadyAssociated` (the new coldkey stakes or staked with any hotkey);
        `NewColdKeyIsHotkey`.
    Source: `pallets/subtensor/src/macros/dispatches.rs`, `swap_coldkey`;
        `pallets/subtensor/src/swap/swap_coldkey.rs`, `do_swap_coldkey`, `charge_swap_cost`
    Example: The existential deposit of 500 rao stays.

        >>> swap_charged_coldkey_rejection(False, True, False, Fraction(800), Fraction(400))
        'NotEnoughBalanceToPaySwapColdKey'
        >>> swap_charged_coldkey_rejection(False, True, False, Fraction(900), Fraction(400))
        'ColdKeyAlreadyAssociated'
    """
    conditions = (
        (signed, "BadOrigin"),
        (cost > 0 and balance - 500 < cost, "NotEnoughBalanceToPaySwapColdKey"),
        (new_stakes, "ColdKeyAlreadyAssociated"),
        (new_is_hotkey, "NewColdKeyIsHotkey"),
    )
    return next((name for applies, name in conditions if applies), None)


@rule("KEY-10", since=276)
def swap_on_subnet_rejection(
    checked: str | None, balance: Fraction, last_swap: int, block: int, known_on_subnet: bool
) -> str | None:
    r"""Hotkey swap on one subnet.

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


@rule("KEY-10", since=338)
def swap_on_subnet_rejection_with_relations(
    checked: str | None, balance: Fraction, last_swap: int, block: int, known_on_subnet: bool
) -> str | None:
    r"""Hotkey swap on one subnet.

    Change: There is no seat in the senate that the old hotkey could keep. Relations of children that would come to
        contradict each other refuse the swap.
    Statement: `swap_hotkey` with a netuid MUST burn 0.001 TAO and hand over what the old hotkey has on that subnet
        alone, by the steps that [KEY-3](#key-3) takes on each network; whether it exists is not asked. The old hotkey
        keeps its owner and its delegate take; the new one gets the signer as its owner and is appended to the hotkeys
        that the signer owns, unless it is there. Every coldkey that has shares of the old hotkey on the subnet and
        stakes with it MUST stake with both. The present block becomes that of the signer's last transaction and of its
        last swap on this subnet (`LastHotkeySwapOnNetuid`). The event is `HotkeySwappedOnSubnet`: coldkey, old hotkey,
        new hotkey, netuid.
    Units: rao; blocks. `checked` is what the checks for all swaps say ([KEY-1](#key-1)).
    Rounding: none.
    Rejections: those of KEY-1 up to `HotKeyAlreadyRegisteredInSubNet`; `HotKeySwapOnSubnetIntervalNotPassed` (not more
        than 36 000 blocks, 5 days, since the signer's last swap on the subnet; none counts as one in block 0);
        `HotKeyAlreadyRegisteredInSubNet` (the new one has an entry of membership there, even if it says no);
        `NotEnoughBalanceToPaySwapHotKey`; `ZeroBalanceAfterWithdrawn` cannot occur; those of [KEY-6](#key-6).
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `swap_hotkey_on_subnet`
    Known violation: The new hotkey must not be registered on any network, so that two hotkeys cannot trade places, nor
        one hotkey take over a second subnet's neuron. Nobody asks who owns it.
    Example: 36 000 blocks after the last swap are too few.

        >>> [swap_on_subnet_rejection_with_relations(None, Fraction(10**9), 5, block, False)
        ...     for block in (36_005, 36_006)]
        ['HotKeySwapOnSubnetIntervalNotPassed', None]
    """
    return swap_on_subnet_rejection(checked, balance, last_swap, block, known_on_subnet)


@rule("KEY-10", since=391)
def swap_on_subnet_rejection_a_day(
    checked: str | None, balance: Fraction, last_swap: int, block: int, known_on_subnet: bool
) -> str | None:
    r"""Hotkey swap on one subnet.

    Change: A coldkey may swap on a subnet every day, no longer every five days, and may leave the stake where it is.
    Statement: `swap_hotkey` and `swap_hotkey_v2` with a netuid MUST burn 0.001 TAO and hand over what the old hotkey
        has on that subnet alone, by the steps that [KEY-3](#key-3) takes on each network; whether it exists is not
        asked. The old hotkey keeps its owner and its delegate take; the new one gets the signer as its owner and is
        appended to the hotkeys that the signer owns, unless it is there. Every coldkey that has shares of the old
        hotkey on the subnet and stakes with it MUST stake with both, unless the stake stays ([KEY-1](#key-1)). The
        present block becomes that of the signer's last transaction and of its last swap on this subnet
        (`LastHotkeySwapOnNetuid`). The event is `HotkeySwappedOnSubnet`: coldkey, old hotkey, new hotkey, netuid.
    Units: rao; blocks. `checked` is what the checks for all swaps say ([KEY-1](#key-1)).
    Rounding: none.
    Rejections: those of KEY-1 up to `HotKeyAlreadyRegisteredInSubNet`; `HotKeySwapOnSubnetIntervalNotPassed` (not more
        than 7 200 blocks, a day, since the signer's last swap on the subnet; none counts as one in block 0);
        `NotEnoughBalanceToPaySwapHotKey`; `ZeroBalanceAfterWithdrawn` cannot occur; those of [KEY-6](#key-6).
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `swap_hotkey_on_subnet`
    Known violation: Nobody asks who owns the new hotkey.
    Example: 7 200 blocks after the last swap are too few.

        >>> [swap_on_subnet_rejection_a_day(None, Fraction(10**9), 5, block, False) for block in (7_205, 7_206)]
        ['HotKeySwapOnSubnetIntervalNotPassed', None]
    """
    conditions = (
        (checked is not None, checked),
        (last_swap + DAY >= block, "HotKeySwapOnSubnetIntervalNotPassed"),
        (known_on_subnet, "HotKeyAlreadyRegisteredInSubNet"),
        (balance < COST_ON_SUBNET, "NotEnoughBalanceToPaySwapHotKey"),
    )
    return next((name for refused, name in conditions if refused), None)


@rule("KEY-12", since=276)
def clear_swap_records(
    records: Records, block: int, existing: frozenset[int] | None = None
) -> dict[tuple[int, str], int]:
    r"""Clearing records of hotkey swaps on one subnet.

    Statement: At the start of every block, on the existing networks whose netuid leaves the same rest as the block when
        divided by 36 000, the blocks of last swaps MUST be removed that lie more than 36 000 blocks back. They no
        longer limit anything.
    Formula: $$ B \equiv \text{netuid} \pmod{36\,000}, \qquad B_{last} + 36\,000 < B $$
    Units: blocks. `existing` are the netuids of the networks; None stands for all that are named.
    Rounding: none.
    Source: `pallets/subtensor/src/macros/hooks.rs`, `clean_up_hotkey_swap_records`
    Example: Block 36 001 is the turn of netuid 1, not of 2.

        >>> clear_swap_records({(1, "alice"): 0, (1, "bob"): 1, (2, "alice"): 0}, 36_001)
        {(1, 'bob'): 1, (2, 'alice'): 0}
    """
    return _records_left(records, block, existing, INTERVAL)


@rule("KEY-12", since=391)
def clear_swap_records_of_a_day(
    records: Records, block: int, existing: frozenset[int] | None = None
) -> dict[tuple[int, str], int]:
    r"""Clearing records of hotkey swaps on one subnet.

    Change: A day, 7 200 blocks, takes the place of five days.
    Statement: At the start of every block, on the existing networks whose netuid leaves the same rest as the block when
        divided by 7 200, the blocks of last swaps MUST be removed that lie more than 7 200 blocks back. They no longer
        limit anything.
    Formula: $$ B \equiv \text{netuid} \pmod{7\,200}, \qquad B_{last} + 7\,200 < B $$
    Units: blocks. `existing` are the netuids of the networks; None stands for all that are named.
    Rounding: none.
    Source: `pallets/subtensor/src/macros/hooks.rs`, `clean_up_hotkey_swap_records`
    Example: Block 7 201 is the turn of netuid 1, not of 2.

        >>> clear_swap_records_of_a_day({(1, "alice"): 0, (1, "bob"): 1, (2, "alice"): 0}, 7_201)
        {(1, 'bob'): 1, (2, 'alice'): 0}
    """
    return _records_left(records, block, existing, DAY)


def _records_left(
    records: Records, block: int, existing: frozenset[int] | None, interval: int
) -> dict[tuple[int, str], int]:
    return {
        (netuid, coldkey): last
        for (netuid, coldkey), last in records.items()
        if (block - netuid) % interval != 0
        or (existing is not None and netuid not in existing)
        or last + interval >= block
    }
