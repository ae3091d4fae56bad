"""Calls that move stake between hotkeys, coldkeys and subnets."""

from attrs import field, frozen

from dtao.arguments import to_account, to_alpha, to_flag, to_netuid, to_u64
from dtao.events import Event, StakeMoved, StakeSwapped, StakeTransferred
from dtao.outcome import signed
from dtao.params import DEFAULT_MIN_STAKE, DEFAULT_STAKING_FEE
from dtao.records import Position, Transition
from dtao.rule import implements
from dtao.rules import pool as pool_rules
from dtao.state import Call, Result, State
from dtao.transitions import stake
from dtao.units import U64_MAX, AccountId, Alpha, NetUid, Rao


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
        """Sell at the origin, stake at the destination. Rejections: those of :func:`validated_transition`."""
        coldkey = signed(self.signer)
        origin = Position(coldkey, self.origin_hotkey, self.origin_netuid)
        destination = Position(coldkey, self.destination_hotkey, self.destination_netuid)
        validated_transition(state, origin, destination, self.alpha_amount)
        state, tao, events = transitioned(state, origin, destination, self.alpha_amount)
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

        Rejections: those of :func:`validated_transition`, ``TransferDisallowed`` by either subnet among them.
        """
        coldkey = signed(self.signer)
        origin = Position(coldkey, self.hotkey, self.origin_netuid)
        destination = Position(self.destination_coldkey, self.hotkey, self.destination_netuid)
        validated_transition(state, origin, destination, self.alpha_amount, transfers=True)
        state, tao, events = transitioned(state, origin, destination, self.alpha_amount)
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
        """Sell at the origin, stake at the destination. Rejections: those of :func:`validated_transition`."""
        coldkey = signed(self.signer)
        origin = Position(coldkey, self.hotkey, self.origin_netuid)
        destination = Position(coldkey, self.hotkey, self.destination_netuid)
        validated_transition(state, origin, destination, self.alpha_amount)
        return swapped(state, origin, destination, self.alpha_amount)


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
        :func:`validated_transition`, ``SlippageTooHigh`` among them.
        """
        coldkey = signed(self.signer)
        origin = Position(coldkey, self.hotkey, self.origin_netuid)
        destination = Position(coldkey, self.hotkey, self.destination_netuid)
        maximum = max_amount_move(state, self.origin_netuid, self.destination_netuid, self.limit_price)
        maximum = Alpha(state.runtime.amount_allowed(maximum))
        validated_transition(state, origin, destination, self.alpha_amount, maximum, self.allow_partial)
        moved = min(self.alpha_amount, maximum) if state.runtime.limit_of_move_binds else self.alpha_amount
        return swapped(state, origin, destination, self.alpha_amount, moved)


def swapped(state: State, origin: Position, destination: Position, alpha: Alpha, moved: Alpha | None = None) -> Result:
    """Return the state after a transition between two subnets, with the event of a swap."""
    state, tao, events = transitioned(state, origin, destination, alpha, moved)
    event = StakeSwapped(origin.coldkey, origin.hotkey, origin.netuid, destination.netuid, tao)
    return state, (*events, event)


@implements("MOVE-5")
def validated_transition(
    state: State,
    origin: Position,
    destination: Position,
    alpha: Alpha,
    maximum: Alpha | None = None,
    allow_partial: bool = False,
    transfers: bool = False,
) -> None:
    """Refuse to move stake that is not the owner's, not there, worth too little, or more than a limit allows.

    At the launch, in order: ``SubnetNotExists`` (the origin, then the destination), ``HotKeyAccountNotExists`` and
    ``NonAssociatedColdKey`` (of the origin's hotkey: the launch lets only its owner move stake),
    ``NotEnoughStakeToWithdraw``, ``InsufficientLiquidity``, ``AmountTooLow`` (worth no more than the minimum
    stake), ``SlippageTooHigh`` (above the maximum, unless a part will do), ``TransferDisallowed`` (of stake that
    changes its owner, by either subnet). From 238 on no ``NonAssociatedColdKey``; from 239 on ``InsufficientLiquidity``
    after ``SlippageTooHigh`` if no share would change; from 244 on ``HotKeyAccountNotExists`` of the destination's
    hotkey too; from 273 on ``SameNetuid`` first, and ``SubtokenDisabled`` (of either subnet) after
    ``SubnetNotExists``. Mirrors ``validate_stake_transition``.
    """
    limit = alpha if maximum is None else maximum
    transition = Transition(origin, destination, alpha, limit, allow_partial, transfers)
    for check in state.runtime.transition_checks:
        check(state, transition)


@implements("MOVE-6")
def transitioned(
    state: State, origin: Position, destination: Position, alpha: Alpha, moved: Alpha | None = None
) -> tuple[State, Rao, tuple[Event, ...]]:
    """Return the state after alpha was sold at the origin and its TAO staked at the destination, and that TAO.

    What moves is ``moved``, all of ``alpha`` where there is no limit. Each leg pays half of :func:`transition_fee` for
    ``alpha``, rounded down. If less than the minimum stake and the second fee is left after the first, nothing is
    staked and the TAO is lost. Mirrors ``transition_stake_internal``.
    """
    fee = Rao(transition_fee(state, origin, destination, alpha) // 2)
    sold = alpha if moved is None else moved
    state, tao, removed = stake.unstaked(state, origin.hotkey, origin.coldkey, origin.netuid, sold, fee)
    events: tuple[Event, ...] = (removed,)
    if tao >= DEFAULT_MIN_STAKE + fee:
        state = state.runtime.nomination_noted(state, destination.coldkey, destination.hotkey)
        state, added = stake.staked(state, destination.hotkey, destination.coldkey, destination.netuid, tao, fee)
        events += (added,)
    return state, Rao(max(tao - fee, 0)), events


@implements("STAKE-19")
def transition_fee(state: State, origin: Position, destination: Position, alpha: Alpha) -> Rao:
    """Return the fee in rao of both legs of a transition: that for unstaking; within a subnet the flat one."""
    if origin.netuid == destination.netuid:
        return Rao(DEFAULT_STAKING_FEE)
    return state.runtime.unstaking_fee(state, origin.hotkey, origin.netuid, alpha)


@implements("MOVE-7")
def max_amount_move(state: State, origin_netuid: NetUid, destination_netuid: NetUid, limit_price: int) -> Alpha:
    """Return the most alpha rao that may move before the ratio of the prices passes the limit (in billionths).

    Between two stable subnets: everything if the limit is at most 1, else nothing. Mirrors
    ``get_max_amount_move``.
    """
    origin, destination = state.pool(origin_netuid), state.pool(destination_netuid)
    from_stable = stake.is_stable(state, origin_netuid)
    to_stable = stake.is_stable(state, destination_netuid)
    if from_stable and to_stable:
        return Alpha(0 if limit_price > pool_rules.RAO_PER_TAO else U64_MAX)
    if from_stable and state.subnet(destination_netuid).mechanism == pool_rules.DYNAMIC:
        if limit_price == 0:
            return Alpha(U64_MAX)
        inverse = pool_rules.stable_to_dynamic_limit(limit_price)
        return Alpha(pool_rules.max_amount_add(to_stable, destination.tao, destination.alpha_in, inverse))
    if to_stable and state.subnet(origin_netuid).mechanism == pool_rules.DYNAMIC:
        return pool_rules.max_amount_remove(from_stable, origin.tao, origin.alpha_in, limit_price)
    origin_price, destination_price = stake.price(state, origin_netuid), stake.price(state, destination_netuid)
    return pool_rules.max_amount_between_pools(
        origin, origin_price, destination, destination_price, limit_price, state.runtime.amounts.max_bits
    )
