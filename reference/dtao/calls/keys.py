"""Calls that replace a hotkey or a coldkey by another one."""

from attrs import evolve, field, frozen

from dtao.calls.arguments import Arguments, Result, ensure_root, signed, to_account, to_rao
from dtao.entries import with_entry
from dtao.events import ColdkeySwapped, HotkeySwapped
from dtao.outcome import Rejection, require
from dtao.params import KEY_SWAP_COST
from dtao.rule import implements
from dtao.rules.rate_limits import exceeds_tx_rate_limit
from dtao.state import State
from dtao.transitions import keys
from dtao.transitions.balances import burned, can_withdraw, withdrawn
from dtao.units import AccountId, BlockNumber, Rao


@frozen
class SwapHotkey(Arguments):
    """Replace a hotkey of the signer by another account, on all subnets."""

    hotkey: AccountId = field(converter=to_account)
    new_hotkey: AccountId = field(converter=to_account)

    @implements("KEY-1")
    def apply(self, state: State) -> Result:
        """Burn the cost of 0.1 TAO and hand everything over, as :func:`dtao.transitions.keys.hotkey_swapped`.

        Rejections, in order: ``NewHotKeyIsSameWithOld``, ``HotKeyAlreadyRegisteredInSubNet`` (the new one, on any
        subnet), ``NonAssociatedColdKey``, ``HotKeySetTxRateLimitExceeded`` (of the coldkey),
        ``NotEnoughBalanceToPaySwapHotKey``, ``ZeroBalanceAfterWithdrawn``. Mirrors ``do_swap_hotkey``.
        """
        coldkey = signed(self.signer)
        require(self.hotkey != self.new_hotkey, Rejection.NEW_HOT_KEY_IS_SAME_WITH_OLD)
        registered = any(
            subnet.neurons.is_network_member.get(self.new_hotkey, False) for subnet in state.subnets.values()
        )
        require(not registered, Rejection.HOT_KEY_ALREADY_REGISTERED_IN_SUB_NET)
        require(state.owner.get(self.hotkey) == coldkey, Rejection.NON_ASSOCIATED_COLD_KEY)
        block, last_block = state.block_number, state.last_tx_block.get(coldkey, BlockNumber(0))
        exceeded = exceeds_tx_rate_limit(state.parameters.tx_rate_limit, last_block, block)
        require(not exceeded, Rejection.HOT_KEY_SET_TX_RATE_LIMIT_EXCEEDED)
        cost = Rao(KEY_SWAP_COST)
        require(can_withdraw(state, coldkey, cost), Rejection.NOT_ENOUGH_BALANCE_TO_PAY_SWAP_HOT_KEY)
        state, paid = withdrawn(state, coldkey, cost)
        state = burned(state, paid)
        state = keys.hotkey_swapped(state, coldkey, self.hotkey, self.new_hotkey)
        state = evolve(state, last_tx_block=with_entry(state.last_tx_block, coldkey, block, block != 0))
        return state, (HotkeySwapped(coldkey, self.hotkey, self.new_hotkey),)


@frozen
class SwapColdkey(Arguments):
    """Replace a coldkey by another account; only the root origin may, on behalf of the old coldkey's schedule."""

    old_coldkey: AccountId = field(converter=to_account)
    new_coldkey: AccountId = field(converter=to_account)
    swap_cost: Rao = field(converter=to_rao)

    @implements("KEY-2")
    def apply(self, state: State) -> Result:
        """Burn the cost and hand everything over, as :func:`dtao.transitions.keys.coldkey_swapped`.

        Rejections, in order: ``BadOrigin``, ``ColdKeyAlreadyAssociated`` (the new coldkey stakes),
        ``NewColdKeyIsHotkey``, ``NotEnoughBalanceToPaySwapColdKey``, ``ZeroBalanceAfterWithdrawn``. Mirrors
        ``do_swap_coldkey``.
        """
        ensure_root(self.signer)
        require(not state.staking_hotkeys.get(self.new_coldkey), Rejection.COLD_KEY_ALREADY_ASSOCIATED)
        require(self.new_coldkey not in state.owner, Rejection.NEW_COLD_KEY_IS_HOTKEY)
        affordable = can_withdraw(state, self.old_coldkey, self.swap_cost)
        require(affordable, Rejection.NOT_ENOUGH_BALANCE_TO_PAY_SWAP_COLD_KEY)
        state, paid = withdrawn(state, self.old_coldkey, self.swap_cost)
        state = burned(state, paid)
        state = keys.coldkey_swapped(state, self.old_coldkey, self.new_coldkey)
        block = state.block_number
        state = evolve(state, last_tx_block=with_entry(state.last_tx_block, self.new_coldkey, block, block != 0))
        return state, (ColdkeySwapped(self.old_coldkey, self.new_coldkey, self.swap_cost),)
