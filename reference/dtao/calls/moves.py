"""Calls that move stake between hotkeys, coldkeys and subnets."""

from attrs import field, frozen

from dtao.arguments import to_account, to_alpha, to_flag, to_netuid, to_u64
from dtao.events import Event, StakeMoved, StakeSwapped, StakeTransferred
from dtao.outcome import signed
from dtao.rule import implements
from dtao.state import Call, Result, State
from dtao.trades import Position
from dtao.transitions.checks import validate_transition
from dtao.units import AccountId, Alpha, NetUid, Rao


@frozen
class MoveStake(Call):
    """Move stake of the signer to another hotkey, on the same or another subnet."""

    origin_hotkey: AccountId = field(converter=to_account)
    destination_hotkey: AccountId = field(converter=to_account)
    origin_netuid: NetUid = field(converter=to_netuid)
    destination_netuid: NetUid = field(converter=to_netuid)
    alpha_amount: Alpha = field(converter=to_alpha)

    @implements("MOVE-1")
    def apply(self, state: State) -> Result:
        """Sell at the origin, stake at the destination. Rejections: those of :func:`validate_transition`."""
        coldkey = signed(self.signer)
        origin = Position(coldkey, self.origin_hotkey, self.origin_netuid)
        destination = Position(coldkey, self.destination_hotkey, self.destination_netuid)
        alpha = amount_asked(state, origin, self.alpha_amount)
        validate_transition(state, origin, destination, alpha)
        state, tao, events = transition_stake(state, origin, destination, alpha)
        moved = StakeMoved(
            coldkey, self.origin_hotkey, self.origin_netuid, self.destination_hotkey, self.destination_netuid, tao
        )
        return state, (*events, moved)


@frozen
class TransferStake(Call):
    """Give stake of the signer to another coldkey, on the same or another subnet."""

    destination_coldkey: AccountId = field(converter=to_account)
    hotkey: AccountId = field(converter=to_account)
    origin_netuid: NetUid = field(converter=to_netuid)
    destination_netuid: NetUid = field(converter=to_netuid)
    alpha_amount: Alpha = field(converter=to_alpha)

    @implements("MOVE-2")
    def apply(self, state: State) -> Result:
        """Sell for the signer, stake for the other coldkey.

        Rejections: those of :func:`validate_transition`, ``TransferDisallowed`` by either subnet among them.
        """
        coldkey = signed(self.signer)
        origin = Position(coldkey, self.hotkey, self.origin_netuid)
        destination = Position(self.destination_coldkey, self.hotkey, self.destination_netuid)
        alpha = amount_asked(state, origin, self.alpha_amount)
        validate_transition(state, origin, destination, alpha, transfers=True)
        state, tao, events = transition_stake(state, origin, destination, alpha, transfers=True)
        transferred = StakeTransferred(
            coldkey, self.destination_coldkey, self.hotkey, self.origin_netuid, self.destination_netuid, tao
        )
        return state, (*events, transferred)


@frozen
class SwapStake(Call):
    """Move stake of the signer on a hotkey to another subnet."""

    hotkey: AccountId = field(converter=to_account)
    origin_netuid: NetUid = field(converter=to_netuid)
    destination_netuid: NetUid = field(converter=to_netuid)
    alpha_amount: Alpha = field(converter=to_alpha)

    @implements("MOVE-3")
    def apply(self, state: State) -> Result:
        """Sell at the origin, stake at the destination. Rejections: those of :func:`validate_transition`."""
        coldkey = signed(self.signer)
        origin = Position(coldkey, self.hotkey, self.origin_netuid)
        destination = Position(coldkey, self.hotkey, self.destination_netuid)
        alpha = amount_asked(state, origin, self.alpha_amount)
        validate_transition(state, origin, destination, alpha)
        return swap(state, origin, destination, alpha)


@frozen
class SwapStakeLimit(Call):
    """Move stake of the signer to another subnet, if the ratio of the two prices allows it."""

    hotkey: AccountId = field(converter=to_account)
    origin_netuid: NetUid = field(converter=to_netuid)
    destination_netuid: NetUid = field(converter=to_netuid)
    alpha_amount: Alpha = field(converter=to_alpha)
    limit_price: int = field(converter=to_u64)
    allow_partial: bool = field(converter=to_flag)

    @implements("MOVE-4")
    def apply(self, state: State) -> Result:
        """Sell at the origin, stake at the destination.

        At the launch the whole amount moves even where only a part is allowed; from 252 on no more than that.
        Rejections: ``ZeroMaxStakeAmount`` (from 273 on, if the limit allows nothing), then those of
        :func:`validate_transition`, ``SlippageTooHigh`` among them.
        """
        coldkey = signed(self.signer)
        origin = Position(coldkey, self.hotkey, self.origin_netuid)
        destination = Position(coldkey, self.hotkey, self.destination_netuid)
        alpha = amount_asked(state, origin, self.alpha_amount)
        rules = state.runtime.moves
        maximum = rules.limit(state, self.origin_netuid, self.destination_netuid, alpha, self.limit_price)
        validate_transition(state, origin, destination, alpha, maximum, self.allow_partial)
        return swap(state, origin, destination, alpha, rules.moved_amount(alpha, maximum))


def amount_asked(state: State, origin: Position, alpha: Alpha) -> Alpha:
    """Return the alpha that is to leave the origin of a transition, of what a call names."""
    return state.runtime.staking.amount_asked(state, origin.hotkey, origin.coldkey, origin.netuid, alpha)


def swap(state: State, origin: Position, destination: Position, alpha: Alpha, moved: Alpha | None = None) -> Result:
    """Return the state after a transition between two subnets, with the event of a swap."""
    state, tao, events = transition_stake(state, origin, destination, alpha, moved)
    event = StakeSwapped(origin.coldkey, origin.hotkey, origin.netuid, destination.netuid, tao)
    return state, (*events, event)


@implements("MOVE-6")
def transition_stake(
    state: State,
    origin: Position,
    destination: Position,
    alpha: Alpha,
    moved: Alpha | None = None,
    transfers: bool = False,
) -> tuple[State, Rao, tuple[Event, ...]]:
    """Return the state after alpha was sold at the origin and its TAO staked at the destination, and that TAO.

    What moves is ``moved``, all of ``alpha`` where there is no limit. Each leg pays half of :func:`transition_fee` for
    ``alpha``, rounded down. If less than the minimum stake and the second fee is left after the first, nothing is
    staked and the TAO is lost. Mirrors ``transition_stake_internal``.
    """
    rules = state.runtime.moves
    if origin.netuid == destination.netuid and rules.within_subnet is not None:
        return rules.within_subnet(state, origin, destination, alpha if moved is None else moved)
    fee = Rao(transition_fee(state, origin, destination, alpha) // 2)
    sold = alpha if moved is None else moved
    state, tao, removed = rules.leave(state, origin.hotkey, origin.coldkey, origin.netuid, sold, fee, None)
    events: tuple[Event, ...] = (removed,)
    state = state.runtime.accounts.hand_over(state, origin.coldkey, destination.coldkey, tao)
    if tao >= state.runtime.constants.min_stake + fee:
        state = state.runtime.staking.record_nomination(state, destination.coldkey, destination.hotkey)
        state, added = rules.arrive(
            state, origin.netuid, destination.hotkey, destination.coldkey, destination.netuid, tao, fee
        )
        events += added
        if added and not transfers:
            state = state.runtime.staking.record_operation(
                state, destination.coldkey, destination.hotkey, destination.netuid
            )
    return state, Rao(max(tao - fee, 0)), events


@implements("STAKE-19")
def transition_fee(state: State, origin: Position, destination: Position, alpha: Alpha) -> Rao:
    """Return the fee in rao of both legs of a transition: that for unstaking; within a subnet the flat one."""
    if origin.netuid == destination.netuid:
        return state.runtime.constants.staking_fee
    return state.runtime.staking.unstaking_fee(state, origin.hotkey, origin.netuid, alpha)
