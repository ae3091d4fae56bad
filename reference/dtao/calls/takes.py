"""Calls that set the take of a delegate: what it keeps of its stakers' dividends, as a fraction of 65535."""

from attrs import field, frozen

from dtao.arguments import to_account, to_u16
from dtao.entries import with_entry
from dtao.events import TakeDecreased, TakeIncreased
from dtao.evolving import evolve
from dtao.outcome import Rejection, require, signed
from dtao.rule import implements
from dtao.rules.rate_limits import exceeds_tx_rate_limit
from dtao.state import Call, Result, State
from dtao.units import U16_MAX, AccountId, BlockNumber


@frozen
class IncreaseTake(Call):
    """Raise the take of a hotkey of the signer."""

    hotkey: AccountId = field(converter=to_account)
    take: int = field(converter=to_u16)

    @implements("STATE-9")
    def apply(self, state: State) -> Result:
        """Set a higher take; a hotkey that is no delegate yet may set any.

        The rate limit of the launch counts the increases of the coldkey, whichever of its hotkeys they were for; later
        each hotkey has its own. Rejections, in order: those of :func:`validate_owner`, ``DelegateTakeTooLow`` (not
        above the present one), ``DelegateTakeTooHigh`` (above the maximum), ``DelegateTxRateLimitExceeded``. Mirrors
        ``do_increase_take``.
        """
        coldkey = signed(self.signer)
        validate_owner(state, coldkey, self.hotkey)
        require(self.take > state.delegates.get(self.hotkey, -1), Rejection.DELEGATE_TAKE_TOO_LOW)
        require(self.take <= state.parameters.max_delegate_take, Rejection.DELEGATE_TAKE_TOO_HIGH)
        block, last_blocks = state.block_number, state.last_tx_block_delegate_take
        limit = state.parameters.tx_delegate_take_rate_limit
        counted = state.runtime.takes.counted_account(coldkey, self.hotkey)
        exceeded = exceeds_tx_rate_limit(limit, last_blocks.get(counted, BlockNumber(0)), block)
        require(not exceeded, Rejection.DELEGATE_TX_RATE_LIMIT_EXCEEDED)
        state = evolve(
            state,
            last_tx_block_delegate_take=with_entry(last_blocks, counted, block, block != 0),
            delegates=state.delegates.set(self.hotkey, self.take),
        )
        return state, (TakeIncreased(coldkey, self.hotkey, self.take),)


@frozen
class DecreaseTake(Call):
    """Lower the take of a hotkey of the signer."""

    hotkey: AccountId = field(converter=to_account)
    take: int = field(converter=to_u16)

    @implements("STATE-10")
    def apply(self, state: State) -> Result:
        """Set a lower take, at any time; a hotkey that is no delegate yet may set any.

        From 244 on the rate limit of later increases counts from here too.

        Rejections, in order: those of :func:`validate_owner`, ``DelegateTakeTooLow`` (not below the present
        one, or below the minimum). Mirrors ``do_decrease_take``.
        """
        coldkey = signed(self.signer)
        validate_owner(state, coldkey, self.hotkey)
        require(self.take < state.delegates.get(self.hotkey, U16_MAX + 1), Rejection.DELEGATE_TAKE_TOO_LOW)
        require(self.take >= state.parameters.min_delegate_take, Rejection.DELEGATE_TAKE_TOO_LOW)
        state = state.runtime.takes.record_decrease(state, self.hotkey)
        state = evolve(state, delegates=state.delegates.set(self.hotkey, self.take))
        return state, (TakeDecreased(coldkey, self.hotkey, self.take),)


def validate_owner(state: State, coldkey: AccountId, hotkey: AccountId) -> None:
    """Refuse, in this order, with ``HotKeyAccountNotExists`` and ``NonAssociatedColdKey``.

    Mirrors ``do_take_checks``.
    """
    require(hotkey in state.owner, Rejection.HOT_KEY_ACCOUNT_NOT_EXISTS)
    require(state.owner[hotkey] == coldkey, Rejection.NON_ASSOCIATED_COLD_KEY)
