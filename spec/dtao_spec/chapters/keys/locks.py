"""Swaps of keys in whose favour stake is locked, or which have some locked."""

from collections.abc import Mapping
from fractions import Fraction

from dtao_spec.chapters.keys.claims import swap_hotkey_with_claims
from dtao_spec.chapters.keys.decimal import (
    swap_coldkey_with_decimal_shares,
    swap_hotkey_rejection_unless_clean,
    swap_on_subnet_rejection_unless_clean,
)
from dtao_spec.chapters.keys.hotkeys import Network, Wallet
from dtao_spec.registry import Computation, rule

CHAPTER = "dtao_spec.chapters.keys"


@rule("KEY-1", since=411)
def swap_hotkey_rejection_but_for_systems(
    old: str,
    new: str,
    balance: Fraction,
    since: int | None = None,
    rate_limit: int = 1_000,
    new_is_registered: bool = False,
    owns_old: bool = True,
) -> str | None:
    r"""The calls swap_hotkey and swap_hotkey_v2.

    Change: Locks follow a swap on all subnets. The signer has to pay the whole price, and cannot take the account of a
        subnet as a hotkey. Another event names each subnet that gets the new owner hotkey.
    Statement: With a netuid the calls are [KEY-10](#key-10). Without one they MUST burn 0.1 TAO of the balance of the
        signer ([STATE-4](#state-4)), swap the hotkey on all subnets ([KEY-3](#key-3)), and set the last transaction of
        the signer to the present block. Where `keep_stake` is told, stake totals, shares, what the last epoch paid,
        voting power, claims and the lists of hotkeys with which coldkeys stake MUST stay as they are. The events are
        `SubnetOwnerHotkeySet`: netuid, new hotkey, for each network on which the old one was the owner hotkey; and
        `HotkeySwapped`: coldkey, old hotkey, new hotkey.
    Units: rao; blocks since the last transaction of the signer, None for none.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed; `NonAssociatedColdKey` (the signer does not own the old one);
        `NewHotKeyIsSameWithOld`; `HotKeySetTxRateLimitExceeded` ([STATE-7](#state-7));
        `HotKeyAlreadyRegisteredInSubNet` (the new one is a member of any network, or of the one that is named);
        `NewHotKeyNotCleanForRootSwap` (without a netuid or with that of root: the new one has stake on root or a rate
        of claims, [CLAIM-1](#claim-1)); then without a netuid `NotEnoughBalanceToPaySwapHotKey`, `InsufficientBalance`
        (less than 500 rao would be left), `CannotUseSystemAccount` (the new one is the account of a subnet), and those
        of [KEY-6](#key-6) on any network.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `do_swap_hotkey`
    Known violation: Nobody asks who owns the new hotkey. One that is registered nowhere becomes the signer's, whosever
        it was, and stays in the list of its former owner as well. Stake that stays lies on a hotkey without an owner if
        the swap was on all subnets.
    Example: Whoever does not own the old hotkey is told so first.

        >>> swap_hotkey_rejection_but_for_systems("h", "h", Fraction(0), owns_old=False)
        'NonAssociatedColdKey'
    """
    return swap_hotkey_rejection_unless_clean(old, new, balance, since, rate_limit, new_is_registered, owns_old)


@rule("KEY-1", since=417)
def swap_hotkey_rejection_unless_own(
    old: str,
    new: str,
    balance: Fraction,
    since: int | None = None,
    rate_limit: int = 1_000,
    new_is_registered: bool = False,
    owns_old: bool = True,
    new_is_others: bool = False,
) -> str | None:
    r"""The calls swap_hotkey and swap_hotkey_v2.

    Change: The new hotkey must not be somebody else's.
    Statement: With a netuid the calls are [KEY-10](#key-10). Without one they MUST burn 0.1 TAO of the balance of the
        signer ([STATE-4](#state-4)), swap the hotkey on all subnets ([KEY-3](#key-3)), and set the last transaction of
        the signer to the present block. Where `keep_stake` is told, stake totals, shares, what the last epoch paid,
        voting power, claims and the lists of hotkeys with which coldkeys stake MUST stay as they are. The events are
        `SubnetOwnerHotkeySet`: netuid, new hotkey, for each network on which the old one was the owner hotkey; and
        `HotkeySwapped`: coldkey, old hotkey, new hotkey.
    Units: rao; blocks since the last transaction of the signer, None for none.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed; `NonAssociatedColdKey` (the signer does not own the old one, or another
        coldkey owns the new one); `NewHotKeyIsSameWithOld`; `HotKeySetTxRateLimitExceeded` ([STATE-7](#state-7));
        `HotKeyAlreadyRegisteredInSubNet` (the new one is a member of any network, or of the one that is named);
        `NewHotKeyNotCleanForRootSwap` (without a netuid or with that of root: the new one has stake on root or a rate
        of claims, [CLAIM-1](#claim-1)); then without a netuid `NotEnoughBalanceToPaySwapHotKey`, `InsufficientBalance`
        (less than 500 rao would be left), `CannotUseSystemAccount` (the new one is the account of a subnet), and those
        of [KEY-6](#key-6) on any network.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `do_swap_hotkey`
    Known violation: Stake that stays lies on a hotkey without an owner if the swap was on all subnets.
    Example: A hotkey of somebody else.

        >>> swap_hotkey_rejection_unless_own("h", "g", Fraction(10**9), new_is_others=True)
        'NonAssociatedColdKey'
    """
    if new_is_others:
        return "NonAssociatedColdKey"
    return swap_hotkey_rejection_unless_clean(old, new, balance, since, rate_limit, new_is_registered, owns_old)


@rule("KEY-1", since=419)
def swap_hotkey_rejection_unless_waiting(
    old: str,
    new: str,
    balance: Fraction,
    since: int | None = None,
    rate_limit: int = 1_000,
    new_is_registered: bool = False,
    owns_old: bool = True,
    new_is_others: bool = False,
    must_wait: bool = False,
) -> str | None:
    r"""The calls swap_hotkey and swap_hotkey_v2.

    Change: A swap on all subnets counts as one on each where the old hotkey takes part, and waits as long: it had been
        a way around that interval. Nothing must count as claimed of the new one on root.
    Statement: With a netuid the calls are [KEY-10](#key-10). Without one they MUST burn 0.1 TAO of the balance of the
        signer ([STATE-4](#state-4)), swap the hotkey on all subnets ([KEY-3](#key-3)), and set the last transaction of
        the signer to the present block, as well as its last swap on every existing network on which the old hotkey was
        a member or had children (`LastHotkeySwapOnNetuid`). Where `keep_stake` is told, stake totals, shares, what the
        last epoch paid, voting power, claims and the lists of hotkeys with which coldkeys stake MUST stay as they are.
        The events are `SubnetOwnerHotkeySet`: netuid, new hotkey, for each network on which the old one was the owner
        hotkey; and `HotkeySwapped`: coldkey, old hotkey, new hotkey.
    Units: rao; blocks since the last transaction of the signer, None for none; whether the interval of
        [KEY-10](#key-10) has not passed on any of these networks since a swap there.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed; `NonAssociatedColdKey` (the signer does not own the old one, or another
        coldkey owns the new one); `NewHotKeyIsSameWithOld`; `HotKeySetTxRateLimitExceeded` ([STATE-7](#state-7));
        `HotKeyAlreadyRegisteredInSubNet` (the new one is a member of any network, or of the one that is named);
        `NewHotKeyNotCleanForRootSwap` (without a netuid or with that of root: the new one has stake on root, a rate of
        claims, [CLAIM-1](#claim-1), or an entry of what counts as claimed of root, even of 0,
        [CLAIM-13](#claim-13)); then without a netuid `HotKeySwapOnSubnetIntervalNotPassed`,
        `NotEnoughBalanceToPaySwapHotKey`, `InsufficientBalance` (less than 500 rao would be left),
        `CannotUseSystemAccount` (the new one is the account of a subnet), and those of [KEY-6](#key-6) on any network.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `do_swap_hotkey`
    Known violation: Stake that stays lies on a hotkey without an owner if the swap was on all subnets.
    Example: Whoever swapped on one of the subnets has to wait.

        >>> swap_hotkey_rejection_unless_waiting("h", "g", Fraction(10**9), must_wait=True)
        'HotKeySwapOnSubnetIntervalNotPassed'
    """
    if new_is_others:
        return "NonAssociatedColdKey"
    refusal = swap_hotkey_rejection_unless_clean(old, new, balance, since, rate_limit, new_is_registered, owns_old)
    if must_wait and refusal in (None, "NotEnoughBalanceToPaySwapHotKey"):
        return "HotKeySwapOnSubnetIntervalNotPassed"
    return refusal


@rule("KEY-3", since=411)
def swap_hotkey_with_locks(
    network: Network, old: str, new: str, both_in_senate: bool = False, *, rules: Computation
) -> Network:
    r"""Effects of a hotkey swap.

    Change: Locks follow. Every network whose owner hotkey changes has an event.
    Statement: Locks MUST follow first ([LOCK-11](#lock-11)), and the owner change ([KEY-4](#key-4)). Then on every
        existing network the totals ([KEY-4](#key-4)), the neuron ([KEY-5](#key-5)), children and parents
        ([KEY-6](#key-6)), pending children ([KEY-7](#key-7)), the destinations of earnings ([KEY-13](#key-13)), the
        owner hotkey (`SubnetOwnerHotkey`), what the last epoch left and paid ([KEY-11](#key-11)), claims
        ([CLAIM-13](#claim-13)) and the shares ([KEY-9](#key-9)) MUST move, in this order; then the take as a delegate,
        if there is one, and the lists of those that coldkeys stake with: every coldkey that has shares of the old
        hotkey other than 0 and stakes with it MUST have the new one last, in place of both; one whose shares are all 0
        MUST have the new one besides. What is stored under a netuid without a network MUST stay with the old hotkey.
    Units: alpha rao (rao on root), shares.
    Rounding: as [KEY-4](#key-4) and [KEY-9](#key-9).
    Rejections: `CannotUseSystemAccount` (the new hotkey is the account of a subnet); those of [KEY-6](#key-6) on any
        network.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap_on_all_subnets`,
        `perform_hotkey_swap_on_one_subnet`
    Known violation: Childkey takes do not follow. Stake on a network that does not exist stays with a hotkey that
        nobody owns.
    Example: What is stored under a netuid without a network stays.

        >>> network = Network(exists=False)
        >>> swap_hotkey_with_locks(network, "h", "g", rules=Computation(411)) == network
        True
    """
    return swap_hotkey_with_claims(network, old, new, both_in_senate, rules=rules)


@rule("KEY-3", since=419)
def swap_hotkey_with_childkey_take(
    network: Network, old: str, new: str, both_in_senate: bool = False, *, rules: Computation
) -> Network:
    r"""Effects of a hotkey swap.

    Change: Childkey takes follow, where the old hotkey ever set one; a swap had been a way around its rate limit.
    Statement: Locks MUST follow first ([LOCK-11](#lock-11)), and the owner change ([KEY-4](#key-4)). Then on every
        existing network the take as a child, if one is stored, in place of the new hotkey's, the totals
        ([KEY-4](#key-4)), the neuron ([KEY-5](#key-5)), children and parents ([KEY-6](#key-6)), pending children
        ([KEY-7](#key-7)), the destinations of earnings ([KEY-13](#key-13)), the owner hotkey (`SubnetOwnerHotkey`),
        what the last epoch left and paid ([KEY-11](#key-11)), claims ([CLAIM-13](#claim-13)) and the shares
        ([KEY-9](#key-9)) MUST move, in this order; then the take as a delegate, if there is one, and the lists of those
        that coldkeys stake with: every coldkey that has shares of the old hotkey other than 0 and stakes with it MUST
        have the new one last, in place of both; one whose shares are all 0 MUST have the new one besides. What is
        stored under a netuid without a network MUST stay with the old hotkey.
    Units: alpha rao (rao on root), shares.
    Rounding: as [KEY-4](#key-4) and [KEY-9](#key-9).
    Rejections: `CannotUseSystemAccount` (the new hotkey is the account of a subnet); those of [KEY-6](#key-6) on any
        network.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap_on_all_subnets`,
        `perform_hotkey_swap_on_one_subnet`
    Known violation: Stake on a network that does not exist stays with a hotkey that nobody owns.
    Example: What is stored under a netuid without a network stays.

        >>> network = Network(exists=False)
        >>> swap_hotkey_with_childkey_take(network, "h", "g", rules=Computation(419)) == network
        True
    """
    return swap_hotkey_with_claims(network, old, new, both_in_senate, rules=rules)


@rule("KEY-8", since=411)
def swap_coldkey_with_locks(
    network: Network, wallets: Mapping[str, Wallet], old: str, new: str
) -> tuple[Network, Mapping[str, Wallet]]:
    r"""Effects of a coldkey swap.

    Change: Locks follow, or refuse the swap.
    Statement: Where a network exists, the new coldkey MUST own it if the old one did, have the old one's destination of
        earnings there ([KEY-13](#key-13)), and the stake that the old one has on the hotkeys that it stakes with MUST
        be withdrawn and become the new one's ([SHARE-7](#share-7), [SHARE-6](#share-6)); claims follow it
        ([CLAIM-13](#claim-13)). The hotkeys that the old one stakes with, and those that it owns, MUST be appended to
        the new one's, unless they are there; locks follow ([LOCK-10](#lock-10)); and what is left of the balance MUST
        be added to its balance.
    Formula: $$ s_{new}' = s_{new} + s_{old}, \qquad s_{old}' = 0 $$
    Units: shares; rao.
    Rounding: as SHARE-6 and SHARE-7. A balance below the existential deposit does not arrive.
    Rejections: `CannotUseSystemAccount` (the old one owns the account of a subnet as a hotkey, which nobody can
        register any more); those of [LOCK-10](#lock-10).
    Source: `pallets/subtensor/src/swap/swap_coldkey.rs`, `transfer_coldkey_stake`, `transfer_hotkeys_ownership`,
        `do_swap_coldkey`
    Known violation: Shares under a netuid whose network does not exist stay with the old coldkey, and so do those that
        are worth less than 1 alpha rao. Subnets without an owner belong to the account of zeros, and follow it.
    Example: alice becomes alba.

        >>> wallets = {"alice": Wallet(("h",), ("h",))}
        >>> swap_coldkey_with_locks(Network(), wallets, "alice", "alba")[1]["alba"].staking
        ('h',)
    """
    return swap_coldkey_with_decimal_shares(network, wallets, old, new)


@rule("KEY-10", since=411)
def swap_on_subnet_rejection_of_systems(
    checked: str | None, balance: Fraction, last_swap: int, block: int, known_on_subnet: bool
) -> str | None:
    r"""Hotkey swap on one subnet.

    Change: The signer has to pay the whole price, and cannot take the account of a subnet as a hotkey. Another event
        names the subnet that gets the new owner hotkey.
    Statement: `swap_hotkey` and `swap_hotkey_v2` with a netuid MUST burn 0.001 TAO and hand over what the old hotkey
        has on that subnet alone, by the steps that [KEY-3](#key-3) takes on each network; whether it exists is not
        asked. The old hotkey keeps its owner and its delegate take; the new one gets the signer as its owner and is
        appended to the hotkeys that the signer owns, unless it is there. Every coldkey that has shares of the old
        hotkey on the subnet and stakes with it MUST stake with both, unless the stake stays ([KEY-1](#key-1)). The
        present block becomes that of the signer's last transaction and of its last swap on this subnet
        (`LastHotkeySwapOnNetuid`). The events are `SubnetOwnerHotkeySet`: netuid, new hotkey, if the old one was the
        owner hotkey; and `HotkeySwappedOnSubnet`: coldkey, old hotkey, new hotkey, netuid.
    Units: rao; blocks. `checked` is what the checks for all swaps say ([KEY-1](#key-1)).
    Rounding: none.
    Rejections: those of KEY-1 up to `NewHotKeyNotCleanForRootSwap`; `HotKeySwapOnSubnetIntervalNotPassed` (not more
        than 7 200 blocks, a day, since the signer's last swap on the subnet; none counts as one in block 0);
        `CannotUseSystemAccount`; `HotKeyAlreadyRegisteredInSubNet` (the new one is known there);
        `NotEnoughBalanceToPaySwapHotKey`; `InsufficientBalance`; those of [KEY-6](#key-6).
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `swap_hotkey_on_subnet`
    Known violation: Nobody asks who owns the new hotkey. Locks stay with the old one.
    Example: What all swaps refuse is refused.

        >>> swap_on_subnet_rejection_of_systems("NewHotKeyNotCleanForRootSwap", Fraction(10**9), 5, 9_000, False)
        'NewHotKeyNotCleanForRootSwap'
    """
    return swap_on_subnet_rejection_unless_clean(checked, balance, last_swap, block, known_on_subnet)


@rule("KEY-10", since=417)
def swap_on_subnet_rejection_of_others(
    checked: str | None, balance: Fraction, last_swap: int, block: int, known_on_subnet: bool
) -> str | None:
    r"""Hotkey swap on one subnet.

    Change: Locks follow, and the new hotkey must not be somebody else's.
    Statement: `swap_hotkey` and `swap_hotkey_v2` with a netuid MUST burn 0.001 TAO and hand over what the old hotkey
        has on that subnet alone, by the steps that [KEY-3](#key-3) takes on each network, with the locks in its favour
        ([LOCK-11](#lock-11)); whether it exists is not asked. The old hotkey keeps its owner and its delegate take; the
        new one gets the signer as its owner and is appended to the hotkeys that the signer owns, unless it is there.
        Every coldkey that has shares of the old hotkey on the subnet and stakes with it MUST stake with both, unless
        the stake stays ([KEY-1](#key-1)). The present block becomes that of the signer's last transaction and of its
        last swap on this subnet (`LastHotkeySwapOnNetuid`). The events are `SubnetOwnerHotkeySet`: netuid, new hotkey,
        if the old one was the owner hotkey; and `HotkeySwappedOnSubnet`: coldkey, old hotkey, new hotkey, netuid.
    Units: rao; blocks. `checked` is what the checks for all swaps say ([KEY-1](#key-1)).
    Rounding: none.
    Rejections: those of KEY-1 up to `NewHotKeyNotCleanForRootSwap`; `HotKeySwapOnSubnetIntervalNotPassed` (not more
        than 7 200 blocks, a day, since the signer's last swap on the subnet; none counts as one in block 0);
        `CannotUseSystemAccount`; `HotKeyAlreadyRegisteredInSubNet` (the new one is known there);
        `NotEnoughBalanceToPaySwapHotKey`; `InsufficientBalance`; those of [KEY-6](#key-6).
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `swap_hotkey_on_subnet`
    Example: What all swaps refuse is refused.

        >>> swap_on_subnet_rejection_of_others("NonAssociatedColdKey", Fraction(10**9), 5, 9_000, False)
        'NonAssociatedColdKey'
    """
    return swap_on_subnet_rejection_unless_clean(checked, balance, last_swap, block, known_on_subnet)
