"""What must hold for stake to be added, removed or moved: one function a check.

The row of an era lists the checks in the order in which the runtime makes them (:class:`dtao.state.Runtime`); the
first that fails names the rejection.
"""

from collections.abc import Mapping
from typing import TypeVar

from dtao.outcome import Rejected, Rejection, require
from dtao.rule import implements
from dtao.state import AdditionCheck, RemovalCheck, State, TransitionCheck
from dtao.trades import Addition, Position, Removal, Transition
from dtao.transitions import liquidity, stake
from dtao.transitions.balances import can_withdraw
from dtao.units import AccountId, Alpha, NetUid, Rao

Check = TypeVar("Check")


def without(checks: tuple[Check, ...], *dropped: Check) -> tuple[Check, ...]:
    """Return the checks without some of them."""
    return tuple(check for check in checks if check not in dropped)


def replaced(checks: tuple[Check, ...], replacements: Mapping[Check, Check]) -> tuple[Check, ...]:
    """Return the checks with some replaced by others in their place."""
    return tuple(replacements.get(check, check) for check in checks)


def after(checks: tuple[Check, ...], place: Check, *added: Check) -> tuple[Check, ...]:
    """Return the checks with some more right after another one."""
    index = checks.index(place) + 1
    return (*checks[:index], *added, *checks[index:])


@implements("STAKE-11")
def addition_to_existing_subnet(state: State, addition: Addition) -> None:
    """``SubnetNotExists``."""
    require(state.subnet(addition.netuid).added, Rejection.SUBNET_NOT_EXISTS)


@implements("STAKE-11")
def addition_above_minimum(state: State, addition: Addition) -> None:
    """``AmountTooLow``: below the minimum stake and the fee together."""
    require(
        addition.tao >= state.runtime.constants.min_stake + state.runtime.constants.staking_fee,
        Rejection.AMOUNT_TOO_LOW,
    )


@implements("STAKE-11")
def addition_above_minimum_and_pool_fee(state: State, addition: Addition) -> None:
    """``AmountTooLow``: below the minimum stake and what the pool takes of that, if it swaps, or would take."""
    minimum = state.runtime.constants.min_stake
    simulated = liquidity.sim_swap(state, addition.netuid, True, minimum)
    approximate = liquidity.approx_fee(state, addition.netuid, minimum)
    fee = approximate if isinstance(simulated, Rejection) else simulated.fee
    require(addition.tao >= minimum + fee, Rejection.AMOUNT_TOO_LOW)


@implements("STAKE-11")
def addition_buys_alpha(state: State, addition: Addition) -> None:
    """``InsufficientLiquidity``: the pool would not swap, or pay nothing."""
    alpha = stake.sim_swap_tao_for_alpha(state, addition.netuid, addition.tao)
    require(bool(alpha), Rejection.INSUFFICIENT_LIQUIDITY)


@implements("STAKE-11")
def addition_within_limit(state: State, addition: Addition) -> None:
    """``SlippageTooHigh``: more than the limit price allows, unless a part will do."""
    require(addition.allow_partial or addition.tao <= addition.maximum, Rejection.SLIPPAGE_TOO_HIGH)


@implements("STAKE-11")
def addition_covered(state: State, addition: Addition) -> None:
    """``NotEnoughBalanceToStake``."""
    require(can_withdraw(state, addition.coldkey, addition.tao), Rejection.NOT_ENOUGH_BALANCE_TO_STAKE)


@implements("STAKE-11")
def addition_to_existing_hotkey(state: State, addition: Addition) -> None:
    """``HotKeyAccountNotExists``."""
    require(addition.hotkey in state.owner, Rejection.HOT_KEY_ACCOUNT_NOT_EXISTS)


@implements("STAKE-11")
def addition_swappable(state: State, addition: Addition) -> None:
    """``InsufficientLiquidity``: the pool would not pay for the whole amount, fee included."""
    simulated = stake.sim_swap_tao_for_alpha(state, addition.netuid, addition.tao)
    require(simulated is not None, Rejection.INSUFFICIENT_LIQUIDITY)


@implements("STAKE-11")
def addition_moves_shares(state: State, addition: Addition) -> None:
    """``InsufficientLiquidity``: the alpha is worth no share of the hotkey's stake."""
    alpha = stake.sim_swap_tao_for_alpha(state, addition.netuid, addition.tao) or Alpha(0)
    pool = stake.share_pool(state, addition.hotkey, addition.netuid)
    require(state.runtime.shares.is_worth_a_share(pool, alpha), Rejection.INSUFFICIENT_LIQUIDITY)


def _part(addition: Addition) -> Rao:
    """Return what is staked of an addition: what the limit allows if a part will do."""
    return min(addition.tao, addition.maximum) if addition.allow_partial else addition.tao


@implements("STAKE-11")
def part_covered(state: State, addition: Addition) -> None:
    """``NotEnoughBalanceToStake``: for what is staked."""
    is_covered = state.runtime.accounts.can_pay(state, addition.coldkey, _part(addition))
    require(is_covered, Rejection.NOT_ENOUGH_BALANCE_TO_STAKE)


@implements("STAKE-11")
def part_buys_alpha(state: State, addition: Addition) -> None:
    """Require that what is staked buys alpha.

    ``InsufficientLiquidity``: the pool would not swap; ``AmountTooLow``: less than the minimum stake would be paid in;
    ``InsufficientLiquidity``: the pool would pay nothing.
    """
    simulated = liquidity.sim_swap(state, addition.netuid, True, _part(addition))
    if isinstance(simulated, Rejection):
        raise Rejected(Rejection.INSUFFICIENT_LIQUIDITY)
    require(simulated.paid_in >= state.runtime.constants.min_stake, Rejection.AMOUNT_TOO_LOW)
    require(simulated.paid_out > 0, Rejection.INSUFFICIENT_LIQUIDITY)


@implements("STAKE-11")
def part_moves_shares(state: State, addition: Addition) -> None:
    """``InsufficientLiquidity``: the alpha is worth no share of the hotkey's stake."""
    alpha = stake.sim_swap_tao_for_alpha(state, addition.netuid, _part(addition)) or Alpha(0)
    pool = stake.share_pool(state, addition.hotkey, addition.netuid)
    require(state.runtime.shares.is_worth_a_share(pool, alpha), Rejection.INSUFFICIENT_LIQUIDITY)


@implements("STAKE-22")
def addition_where_token_enabled(state: State, addition: Addition) -> None:
    """``SubtokenDisabled``."""
    require(state.runtime.staking.is_token_enabled(state, addition.netuid), Rejection.SUBTOKEN_DISABLED)


LAUNCH_ADDITION_CHECKS: tuple[AdditionCheck, ...] = (
    addition_to_existing_subnet,
    addition_above_minimum,
    addition_within_limit,
    addition_covered,
    addition_to_existing_hotkey,
    addition_swappable,
)


@implements("STAKE-14")
def removal_from_existing_subnet(state: State, removal: Removal) -> None:
    """``SubnetNotExists``."""
    require(state.subnet(removal.netuid).added, Rejection.SUBNET_NOT_EXISTS)


@implements("STAKE-14")
def removal_above_minimum(state: State, removal: Removal) -> None:
    """``InsufficientLiquidity`` if the pool would not pay, ``AmountTooLow`` if no more than the minimum stake."""
    simulated = stake.sim_swap_alpha_for_tao(state, removal.netuid, removal.alpha)
    if simulated is None:
        raise Rejected(Rejection.INSUFFICIENT_LIQUIDITY)
    require(simulated > state.runtime.constants.min_stake, Rejection.AMOUNT_TOO_LOW)


@implements("STAKE-14")
def removal_within_limit(state: State, removal: Removal) -> None:
    """``SlippageTooHigh``: more than the limit price allows, unless a part will do."""
    require(removal.allow_partial or removal.alpha <= removal.maximum, Rejection.SLIPPAGE_TOO_HIGH)


@implements("STAKE-14")
def removal_from_existing_hotkey(state: State, removal: Removal) -> None:
    """``HotKeyAccountNotExists``."""
    require(removal.hotkey in state.owner, Rejection.HOT_KEY_ACCOUNT_NOT_EXISTS)


@implements("STAKE-14")
def removal_covered(state: State, removal: Removal) -> None:
    """``NotEnoughStakeToWithdraw``."""
    held = stake.stake_of(state, removal.hotkey, removal.coldkey, removal.netuid)
    require(held >= removal.alpha, Rejection.NOT_ENOUGH_STAKE_TO_WITHDRAW)


LAUNCH_REMOVAL_CHECKS: tuple[RemovalCheck, ...] = (
    removal_from_existing_subnet,
    removal_above_minimum,
    removal_within_limit,
    removal_from_existing_hotkey,
    removal_covered,
)


@implements("STAKE-27")
def removal_not_in_block_of_addition(state: State, removal: Removal) -> None:
    """``StakingOperationRateLimitExceeded``: stake was added there in this block."""
    key = removal.hotkey, removal.coldkey, removal.netuid
    require(key not in state.staking_operations, Rejection.STAKING_OPERATION_RATE_LIMIT_EXCEEDED)


@implements("STAKE-14")
def removal_of_something(state: State, removal: Removal) -> None:
    """``AmountTooLow``: nothing is to be removed."""
    require(removal.alpha > 0, Rejection.AMOUNT_TOO_LOW)


@implements("STAKE-14")
def removal_of_all_or_minimum(state: State, removal: Removal) -> None:
    """``InsufficientLiquidity`` if the pool would not swap, ``AmountTooLow`` if a part would bring too little."""
    simulated = stake.sim_swap_alpha_for_tao(state, removal.netuid, removal.alpha)
    if simulated is None:
        raise Rejected(Rejection.INSUFFICIENT_LIQUIDITY)
    is_all = stake.stake_of(state, removal.hotkey, removal.coldkey, removal.netuid) == removal.alpha
    require(is_all or simulated >= state.runtime.constants.min_stake, Rejection.AMOUNT_TOO_LOW)


RATE_LIMITED_REMOVAL_CHECKS: tuple[RemovalCheck, ...] = (
    removal_from_existing_subnet,
    removal_not_in_block_of_addition,
    removal_of_something,
    removal_covered,
    removal_of_all_or_minimum,
    removal_within_limit,
    removal_from_existing_hotkey,
)


@implements("STAKE-27")
def transition_not_in_block_of_addition(state: State, transition: Transition) -> None:
    """``StakingOperationRateLimitExceeded``: stake was added at the origin in this block."""
    origin = transition.origin
    key = origin.hotkey, origin.coldkey, origin.netuid
    require(key not in state.staking_operations, Rejection.STAKING_OPERATION_RATE_LIMIT_EXCEEDED)


def between_subnets(check: TransitionCheck) -> TransitionCheck:
    """Return a check that is made of transitions between two subnets only."""

    def check_between(state: State, transition: Transition) -> None:
        if transition.origin.netuid != transition.destination.netuid:
            check(state, transition)

    return check_between


@implements("MOVE-5")
def transition_between_existing_subnets(state: State, transition: Transition) -> None:
    """``SubnetNotExists``: the origin, then the destination."""
    require(state.subnet(transition.origin.netuid).added, Rejection.SUBNET_NOT_EXISTS)
    require(state.subnet(transition.destination.netuid).added, Rejection.SUBNET_NOT_EXISTS)


@implements("MOVE-5")
def transition_from_existing_hotkey(state: State, transition: Transition) -> None:
    """``HotKeyAccountNotExists``, of the origin."""
    require(transition.origin.hotkey in state.owner, Rejection.HOT_KEY_ACCOUNT_NOT_EXISTS)


@implements("MOVE-5")
def transition_to_existing_hotkey(state: State, transition: Transition) -> None:
    """``HotKeyAccountNotExists``, of the destination."""
    require(transition.destination.hotkey in state.owner, Rejection.HOT_KEY_ACCOUNT_NOT_EXISTS)


@implements("MOVE-5")
def transition_changes_position(state: State, transition: Transition) -> None:
    """``SameNetuid``: the stake would stay where it is."""
    require(transition.origin != transition.destination, Rejection.SAME_NETUID)


@implements("STAKE-22")
def transition_where_tokens_enabled(state: State, transition: Transition) -> None:
    """``SubtokenDisabled``: the origin, then the destination."""
    for netuid in (transition.origin.netuid, transition.destination.netuid):
        require(state.runtime.staking.is_token_enabled(state, netuid), Rejection.SUBTOKEN_DISABLED)


@implements("MOVE-5")
def transition_by_owner_of_hotkey(state: State, transition: Transition) -> None:
    """``NonAssociatedColdKey``: only the owner of the origin's hotkey may move stake."""
    origin = transition.origin
    require(state.owner[origin.hotkey] == origin.coldkey, Rejection.NON_ASSOCIATED_COLD_KEY)


@implements("MOVE-5")
def transition_covered(state: State, transition: Transition) -> None:
    """``NotEnoughStakeToWithdraw``."""
    origin = transition.origin
    held = stake.stake_of(state, origin.hotkey, origin.coldkey, origin.netuid)
    require(transition.alpha <= held, Rejection.NOT_ENOUGH_STAKE_TO_WITHDRAW)


@implements("MOVE-5")
def transition_above_minimum(state: State, transition: Transition) -> None:
    """``InsufficientLiquidity`` if the origin would not pay, ``AmountTooLow`` if no more than the minimum stake."""
    simulated = stake.sim_swap_alpha_for_tao(state, transition.origin.netuid, transition.alpha)
    if simulated is None:
        raise Rejected(Rejection.INSUFFICIENT_LIQUIDITY)
    require(simulated > state.runtime.constants.min_stake, Rejection.AMOUNT_TOO_LOW)


@implements("MOVE-4")
def transition_within_limit(state: State, transition: Transition) -> None:
    """``SlippageTooHigh``: more than the limit price allows, unless a part will do."""
    require(transition.allow_partial or transition.alpha <= transition.maximum, Rejection.SLIPPAGE_TOO_HIGH)


@implements("MOVE-5")
def transition_moves_shares(state: State, transition: Transition) -> None:
    """``InsufficientLiquidity``: what would arrive is worth no share of the stake on the destination's hotkey."""
    destination = transition.destination
    tao = stake.sim_swap_alpha_for_tao(state, transition.origin.netuid, transition.alpha) or Rao(0)
    alpha = stake.sim_swap_tao_for_alpha(state, destination.netuid, tao) or Alpha(0)
    pool = stake.share_pool(state, destination.hotkey, destination.netuid)
    require(state.runtime.shares.is_worth_a_share(pool, alpha), Rejection.INSUFFICIENT_LIQUIDITY)


@implements("MOVE-2")
def transition_allowed_by_subnets(state: State, transition: Transition) -> None:
    """``TransferDisallowed``: either subnet forbids that stake changes its owner."""
    if transition.transfers:
        for netuid in (transition.origin.netuid, transition.destination.netuid):
            require(state.subnet(netuid).hyperparameters.transfer_toggle, Rejection.TRANSFER_DISALLOWED)


LAUNCH_TRANSITION_CHECKS: tuple[TransitionCheck, ...] = (
    transition_between_existing_subnets,
    transition_from_existing_hotkey,
    transition_by_owner_of_hotkey,
    transition_covered,
    transition_above_minimum,
    transition_within_limit,
    transition_allowed_by_subnets,
)


@implements("STAKE-11")
def validate_add(
    state: State,
    coldkey: AccountId,
    hotkey: AccountId,
    netuid: NetUid,
    tao: Rao,
    maximum: Rao,
    allow_partial: bool,
) -> None:
    """Refuse to add stake that is too little, too much or not there.

    At the launch, in order: ``SubnetNotExists``, ``AmountTooLow`` (below the minimum stake and the fee),
    ``SlippageTooHigh`` (above the maximum, unless a part will do), ``NotEnoughBalanceToStake``,
    ``HotKeyAccountNotExists``, ``InsufficientLiquidity`` (simulated with the fee included). From 239 on
    ``InsufficientLiquidity`` also if no share would change; from 277 on ``SubtokenDisabled`` in the second place.
    Mirrors ``validate_add_stake``.
    """
    addition = Addition(coldkey, hotkey, netuid, tao, maximum, allow_partial)
    for check in state.runtime.staking.addition_checks:
        check(state, addition)


@implements("STAKE-14")
def validate_remove(
    state: State,
    coldkey: AccountId,
    hotkey: AccountId,
    netuid: NetUid,
    alpha: Alpha,
    maximum: Alpha,
    allow_partial: bool,
) -> None:
    """Refuse to remove stake that is worth too little, or more than there is.

    At the launch, in order: ``SubnetNotExists``, ``InsufficientLiquidity``, ``AmountTooLow`` (worth no more than the
    minimum stake), ``SlippageTooHigh`` (above the maximum, unless a part will do), ``HotKeyAccountNotExists``,
    ``NotEnoughStakeToWithdraw``. Mirrors ``validate_remove_stake``.
    """
    removal = Removal(coldkey, hotkey, netuid, alpha, maximum, allow_partial)
    for check in state.runtime.staking.removal_checks:
        check(state, removal)


@implements("MOVE-5")
def validate_transition(
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
    for check in state.runtime.moves.checks:
        check(state, transition)
