"""Calls that replace a hotkey or a coldkey by another one."""

from collections.abc import Iterable
from functools import partial

from attrs import field, frozen

from dtao.arguments import to_account, to_flag, to_optional_netuid, to_rao
from dtao.entries import with_entry
from dtao.events import ColdkeySwapped, ColdkeySwappedForNothing, Event, HotkeySwapped, HotkeySwappedOnSubnet
from dtao.evolving import evolve
from dtao.outcome import Rejection, ensure_root, require, signed
from dtao.rule import implements
from dtao.rules.rate_limits import exceeds_tx_rate_limit
from dtao.state import Call, Result, State
from dtao.transitions import coldkeys, keys
from dtao.transitions.balances import burn, can_withdraw, withdraw
from dtao.transitions.stake import existing_netuids, stake_of_hotkey
from dtao.units import ROOT, U64_MAX, AccountId, BlockNumber, NetUid, Rao


@frozen
class SwapHotkey(Call):
    """Replace a hotkey of the signer by another account, on all subnets."""

    hotkey: AccountId = field(converter=to_account)
    new_hotkey: AccountId = field(converter=to_account)

    @implements("KEY-1")
    def apply(self, state: State) -> Result:
        """Burn the cost of 0.1 TAO and hand everything over, as :func:`dtao.transitions.keys.swap_hotkey`.

        Rejections, in order: ``NewHotKeyIsSameWithOld``, ``HotKeyAlreadyRegisteredInSubNet`` (the new one, on any
        subnet), ``NonAssociatedColdKey``, ``HotKeySetTxRateLimitExceeded`` (of the coldkey),
        ``NotEnoughBalanceToPaySwapHotKey``, ``ZeroBalanceAfterWithdrawn``. Mirrors ``do_swap_hotkey``.
        """
        coldkey = signed(self.signer)
        require(self.hotkey != self.new_hotkey, Rejection.NEW_HOT_KEY_IS_SAME_WITH_OLD)
        registered = is_registered_anywhere(state, self.new_hotkey)
        require(not registered, Rejection.HOT_KEY_ALREADY_REGISTERED_IN_SUB_NET)
        require(state.owner.get(self.hotkey) == coldkey, Rejection.NON_ASSOCIATED_COLD_KEY)
        require_tx_rate(state, coldkey)
        return swap_everywhere(state, coldkey, self.hotkey, self.new_hotkey)


@frozen
class SwapHotkeyPerSubnet(Call):
    """Replace a hotkey of the signer by another account, on all subnets or on one."""

    RUNTIME_NAME = "swap_hotkey"

    hotkey: AccountId = field(converter=to_account)
    new_hotkey: AccountId = field(converter=to_account)
    netuid: NetUid | None = field(default=None, converter=to_optional_netuid)
    """None stands for all subnets."""

    @implements("KEY-1", "KEY-10")
    def apply(self, state: State) -> Result:
        """Burn 0.1 TAO and hand everything over, or burn 0.001 TAO and hand over what is on one subnet.

        Rejections, in order: ``NonAssociatedColdKey``, ``NewHotKeyIsSameWithOld``, ``HotKeySetTxRateLimitExceeded``
        (of the coldkey), ``HotKeyAlreadyRegisteredInSubNet`` (the new one, on any subnet); on one subnet then
        ``HotKeySwapOnSubnetIntervalNotPassed`` (since the coldkey's last swap there; none counts as one at block 0) and
        ``HotKeyAlreadyRegisteredInSubNet`` (an entry of the new one there, even if it says no); in both cases
        ``NotEnoughBalanceToPaySwapHotKey``, ``ZeroBalanceAfterWithdrawn``. Mirrors ``do_swap_hotkey``.
        """
        coldkey = signed(self.signer)
        require(state.owner.get(self.hotkey) == coldkey, Rejection.NON_ASSOCIATED_COLD_KEY)
        require(self.hotkey != self.new_hotkey, Rejection.NEW_HOT_KEY_IS_SAME_WITH_OLD)
        require_tx_rate(state, coldkey)
        registered = is_registered_anywhere(state, self.new_hotkey)
        require(not registered, Rejection.HOT_KEY_ALREADY_REGISTERED_IN_SUB_NET)
        state = keys.copy_last_blocks(state, self.hotkey, self.new_hotkey)
        if self.netuid is None:
            return swap_everywhere(state, coldkey, self.hotkey, self.new_hotkey)
        return swap_on_subnet(state, coldkey, self.hotkey, self.new_hotkey, self.netuid)


@frozen
class SwapHotkeyMembers(SwapHotkeyPerSubnet):
    """Replace a hotkey of the signer by another account, on all subnets or on one, where that one is no member."""

    RUNTIME_NAME = "swap_hotkey"

    @implements("KEY-1", "KEY-10")
    def apply(self, state: State) -> Result:
        """Hand over as :class:`SwapHotkeyPerSubnet`; on one subnet it does not matter where else the new one is.

        Rejections: those of that call; ``HotKeyAlreadyRegisteredInSubNet`` for an entry of the new hotkey there, even
        if it says no. Mirrors ``do_swap_hotkey`` from 391 on.
        """
        return swap_where_not_member(state, signed(self.signer), self.hotkey, self.new_hotkey, self.netuid)


@frozen
class SwapHotkeyV2(Call):
    """Replace a hotkey of the signer by another account, on all subnets or on one, with or without the stake."""

    RUNTIME_NAME = "swap_hotkey_v2"

    hotkey: AccountId = field(converter=to_account)
    new_hotkey: AccountId = field(converter=to_account)
    netuid: NetUid | None = field(converter=to_optional_netuid)
    """None stands for all subnets."""
    keep_stake: bool = field(converter=to_flag)
    """Whether the stake, its dividends and its claims stay on the old hotkey."""

    @implements("KEY-1", "KEY-10")
    def apply(self, state: State) -> Result:
        """Hand over as :class:`SwapHotkeyMembers`. Mirrors ``do_swap_hotkey`` from 391 on."""
        coldkey = signed(self.signer)
        return swap_where_not_member(state, coldkey, self.hotkey, self.new_hotkey, self.netuid, self.keep_stake)


@implements("KEY-1")
def swap_where_not_member(
    state: State, coldkey: AccountId, old: AccountId, new: AccountId, netuid: NetUid | None, keeps_stake: bool = False
) -> Result:
    """Return the state after a paid swap of hotkeys, on all subnets or on one."""
    require(state.owner.get(old) == coldkey, Rejection.NON_ASSOCIATED_COLD_KEY)
    state.runtime.keys.require_own(state, coldkey, new)
    require(old != new, Rejection.NEW_HOT_KEY_IS_SAME_WITH_OLD)
    require_tx_rate(state, coldkey)
    if netuid is None:
        registered = is_registered_anywhere(state, new)
    else:
        registered = new in state.subnet(netuid).neurons.is_network_member
    require(not registered, Rejection.HOT_KEY_ALREADY_REGISTERED_IN_SUB_NET)
    state.runtime.keys.require_clean(state, new, netuid)
    state = keys.copy_last_blocks(state, old, new)
    if netuid is None:
        return swap_everywhere(state, coldkey, old, new, keeps_stake)
    return swap_on_subnet(state, coldkey, old, new, netuid, keeps_stake)


def any_new_hotkey(state: State, new: AccountId, netuid: NetUid | None) -> None:
    """Accept whatever hotkey takes another one's place."""


@implements("KEY-1", "KEY-10")
def require_clean_new_hotkey(state: State, new: AccountId, netuid: NetUid | None) -> None:
    """Refuse, as ``NewHotKeyNotCleanForRootSwap``, a hotkey with claims or root stake in a swap that touches root."""
    if netuid is None or netuid == ROOT:
        clean = not state.root_claimable.get(new) and stake_of_hotkey(state, new, ROOT) == 0
        require(clean, Rejection.NEW_HOT_KEY_NOT_CLEAN_FOR_ROOT_SWAP)


@implements("KEY-1", "KEY-10")
def require_unclaimed_new_hotkey(state: State, new: AccountId, netuid: NetUid | None) -> None:
    """Refuse as :func:`require_clean_new_hotkey`, also a hotkey of which anything counts as claimed of root itself."""
    require_clean_new_hotkey(state, new, netuid)
    if netuid is None or netuid == ROOT:
        claimed = any(subnet == ROOT and hotkey == new for subnet, hotkey, _ in state.root_claimed)
        require(not claimed, Rejection.NEW_HOT_KEY_NOT_CLEAN_FOR_ROOT_SWAP)


def any_owner_of_new_hotkey(state: State, coldkey: AccountId, new: AccountId) -> None:
    """Accept a hotkey whoever owns it."""


@implements("KEY-1", "KEY-10")
def require_own_new_hotkey(state: State, coldkey: AccountId, new: AccountId) -> None:
    """Refuse, as ``NonAssociatedColdKey``, a new hotkey that another coldkey owns."""
    require(state.owner.get(new, coldkey) == coldkey, Rejection.NON_ASSOCIATED_COLD_KEY)


def is_registered_anywhere(state: State, hotkey: AccountId) -> bool:
    """Whether a hotkey is a member of any network."""
    return any(subnet.neurons.is_network_member.get(hotkey, False) for subnet in state.subnets.values())


def require_tx_rate(state: State, coldkey: AccountId) -> None:
    """Refuse with ``HotKeySetTxRateLimitExceeded`` a coldkey whose last swap is too recent."""
    last_block = state.last_tx_block.get(coldkey, BlockNumber(0))
    exceeded = exceeds_tx_rate_limit(state.parameters.tx_rate_limit, last_block, state.block_number)
    require(not exceeded, Rejection.HOT_KEY_SET_TX_RATE_LIMIT_EXCEEDED)


def burn_cost(state: State, coldkey: AccountId, cost: Rao) -> State:
    """Return the state after the cost of a swap was burned.

    Rejections, in order: ``NotEnoughBalanceToPaySwapHotKey``, ``ZeroBalanceAfterWithdrawn``.
    """
    require(state.runtime.accounts.can_pay(state, coldkey, cost), Rejection.NOT_ENOUGH_BALANCE_TO_PAY_SWAP_HOT_KEY)
    return state.runtime.accounts.recycle(state, coldkey, cost)


def swap_everywhere(
    state: State, coldkey: AccountId, old: AccountId, new: AccountId, keeps_stake: bool = False
) -> Result:
    """Return the state after a paid swap on all subnets."""
    netuids = state.runtime.keys.netuids_of_swap(state, old)
    for netuid in netuids:
        if state.last_hotkey_swap_on_netuid.get((netuid, coldkey)):
            require_interval(state, coldkey, netuid)
    state = burn_cost(state, coldkey, state.runtime.constants.key_swap_cost)
    swap = (
        partial(keys.swap_hotkey_on_all_networks, keeps_stake=True) if keeps_stake else state.runtime.keys.swap_hotkey
    )
    named = renamed_owners(state, existing_netuids(state), old, new)
    state = swap(state, coldkey, old, new)
    for netuid in netuids:
        state = record_swap(state, coldkey, netuid)
    return record_transaction(state, coldkey), (*named, HotkeySwapped(coldkey, old, new))


def renamed_owners(state: State, netuids: Iterable[NetUid], old: AccountId, new: AccountId) -> tuple[Event, ...]:
    """Return the events of a hotkey that becomes the owner hotkey of subnets in the place of another one."""
    events_of = state.runtime.keys.owner_hotkey_set
    owned = [netuid for netuid in netuids if state.subnet(netuid).owner_hotkey == old]
    return tuple(event for netuid in owned for event in events_of(netuid, new))


def swap_on_subnet(
    state: State, coldkey: AccountId, old: AccountId, new: AccountId, netuid: NetUid, keeps_stake: bool = False
) -> Result:
    """Return the state after a paid swap on one subnet."""
    require_interval(state, coldkey, netuid)
    require(not state.runtime.accounts.is_of_subnet(new), Rejection.CANNOT_USE_SYSTEM_ACCOUNT)
    known = new in state.subnet(netuid).neurons.is_network_member
    require(not known, Rejection.HOT_KEY_ALREADY_REGISTERED_IN_SUB_NET)
    state = burn_cost(state, coldkey, state.runtime.constants.key_swap_on_subnet_cost)
    named = renamed_owners(state, (netuid,), old, new)
    state = keys.swap_hotkey_on_one_network(state, coldkey, old, new, netuid, keeps_stake)
    state = record_swap(state, coldkey, netuid)
    return record_transaction(state, coldkey), (*named, HotkeySwappedOnSubnet(coldkey, old, new, netuid))


@implements("KEY-10")
def require_interval(state: State, coldkey: AccountId, netuid: NetUid) -> None:
    """Refuse, as ``HotKeySwapOnSubnetIntervalNotPassed``, a swap too soon after the coldkey's last one on a subnet."""
    last = state.last_hotkey_swap_on_netuid.get((netuid, coldkey), BlockNumber(0))
    ready = min(last + state.runtime.constants.hotkey_swap_on_subnet_interval, U64_MAX)
    require(ready < state.block_number, Rejection.HOT_KEY_SWAP_ON_SUBNET_INTERVAL_NOT_PASSED)


def record_swap(state: State, coldkey: AccountId, netuid: NetUid) -> State:
    """Return the state in which the present block is that of the last swap of a coldkey on a subnet."""
    records = state.last_hotkey_swap_on_netuid.set((netuid, coldkey), state.block_number)
    return evolve(state, last_hotkey_swap_on_netuid=records)


def record_transaction(state: State, coldkey: AccountId) -> State:
    """Return the state in which the coldkey's last transaction is of this block."""
    block = state.block_number
    return evolve(state, last_tx_block=with_entry(state.last_tx_block, coldkey, block, block != 0))


@frozen
class SwapColdkey(Call):
    """Replace a coldkey by another account; only the root origin may, on behalf of the old coldkey's schedule."""

    old_coldkey: AccountId = field(converter=to_account)
    new_coldkey: AccountId = field(converter=to_account)
    swap_cost: Rao = field(converter=to_rao)

    @implements("KEY-2")
    def apply(self, state: State) -> Result:
        """Burn the cost and hand everything over, as :func:`dtao.transitions.coldkeys.swap_coldkey`.

        Rejections, in order: ``BadOrigin``, ``ColdKeyAlreadyAssociated`` (the new coldkey stakes),
        ``NewColdKeyIsHotkey``, ``NotEnoughBalanceToPaySwapColdKey``, ``ZeroBalanceAfterWithdrawn``. Mirrors
        ``do_swap_coldkey``.
        """
        ensure_root(self.signer)
        coldkeys.require_unused_coldkey(state, self.new_coldkey)
        affordable = can_withdraw(state, self.old_coldkey, self.swap_cost)
        require(affordable, Rejection.NOT_ENOUGH_BALANCE_TO_PAY_SWAP_COLD_KEY)
        state, paid = withdraw(state, self.old_coldkey, self.swap_cost)
        state = burn(state, paid)
        state = coldkeys.swap_coldkey(state, self.old_coldkey, self.new_coldkey)
        return record_transaction(state, self.new_coldkey), (
            ColdkeySwapped(self.old_coldkey, self.new_coldkey, self.swap_cost),
        )


@frozen
class SwapColdkeyCharged(SwapColdkey):
    """Replace a coldkey by another account, and forget what it announced; only the root origin may."""

    RUNTIME_NAME = "swap_coldkey"

    @implements("KEY-2")
    def apply(self, state: State) -> Result:
        """Charge the cost, if there is one, and hand everything over.

        Rejections, in order: ``BadOrigin``, ``NotEnoughBalanceToPaySwapColdKey``, ``ColdKeyAlreadyAssociated``,
        ``NewColdKeyIsHotkey``. Mirrors ``swap_coldkey`` from 385 on.
        """
        ensure_root(self.signer)
        state = coldkeys.charge_swap_cost(state, self.old_coldkey, self.swap_cost)
        coldkeys.require_unused_coldkey(state, self.new_coldkey)
        state = coldkeys.swap_coldkey(state, self.old_coldkey, self.new_coldkey)
        state = coldkeys.remove_announcement(record_transaction(state, self.new_coldkey), self.old_coldkey)
        return state, (ColdkeySwappedForNothing(self.old_coldkey, self.new_coldkey),)
