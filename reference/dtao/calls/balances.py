"""The call that pays TAO from one account to another."""

from attrs import field, frozen

from dtao.arguments import to_account, to_rao
from dtao.outcome import Rejection, require, signed
from dtao.params import EXISTENTIAL_DEPOSIT
from dtao.rule import implements
from dtao.state import Call, Result, State
from dtao.transitions.balances import move
from dtao.units import U64_MAX, AccountId, Rao


@frozen
class Transfer(Call):
    """Pay TAO of the signer to another account."""

    dest: AccountId = field(converter=to_account)
    value: Rao = field(converter=to_rao)

    @implements("STATE-11")
    def apply(self, state: State) -> Result:
        """Move ``value`` rao; what is left below the existential deposit is dust and vanishes. 0 rao always pass.

        Rejections, in order: ``Arithmetic:Underflow`` (more than all balances), ``Token:FundsUnavailable``,
        ``Arithmetic:Overflow`` (of the receiver's balance), ``Token:BelowMinimum`` (the receiver would not exist).
        A transfer to oneself passes the same checks and changes nothing. Mirrors ``transfer_allow_death`` of
        the balances pallet.
        """
        source = signed(self.signer)
        held, received = state.balances.get(source, 0), state.balances.get(self.dest, 0) + self.value
        if self.value == 0:
            return state, ()
        require(self.value <= state.balances_total_issuance, Rejection.ARITHMETIC_UNDERFLOW)
        require(self.value <= held, Rejection.TOKEN_FUNDS_UNAVAILABLE)
        require(received <= U64_MAX, Rejection.ARITHMETIC_OVERFLOW)
        require(received >= EXISTENTIAL_DEPOSIT, Rejection.TOKEN_BELOW_MINIMUM)
        if source == self.dest:
            return state, ()
        return move(state, source, self.dest, self.value), ()
