"""What a coldkey pays for taking stake out of a subnet."""

from dtao.fixed import I96F32
from dtao.params import SMALLEST_DAILY_FEE
from dtao.records import Subnet
from dtao.rule import implements
from dtao.state import State
from dtao.transitions import stake
from dtao.units import U64_MAX, AccountId, Alpha, NetUid, Rao

FRACTION = I96F32.fraction_bits


@implements("STAKE-19")
def no_fee(state: State, hotkey: AccountId, netuid: NetUid, alpha: Alpha) -> Rao:
    """Return the fee in rao for unstaking alpha beside that of the pool: none."""
    return Rao(0)


@implements("STAKE-19")
def flat_fee(state: State, hotkey: AccountId, netuid: NetUid, alpha: Alpha) -> Rao:
    """Return the fee in rao for unstaking alpha from a hotkey: the same everywhere."""
    return state.runtime.constants.staking_fee


@implements("STAKE-19")
def fee_by_dividends(state: State, hotkey: AccountId, netuid: NetUid, alpha: Alpha) -> Rao:
    """Return the fee in rao for unstaking alpha from a hotkey: what it earned in the last epoch, at the present price.

    The alpha times the hotkey's last dividends over its present stake, times the price, floored each time (I96F32);
    at least the flat fee, and no more than that on root and stable subnets. Mirrors ``calculate_staking_fee``.
    """
    if stake.is_stable(state, netuid):
        return state.runtime.constants.staking_fee
    return Rao(max(_last_earnings(state, hotkey, netuid, alpha), state.runtime.constants.staking_fee))


@implements("STAKE-19")
def fee_by_dividends_or_alpha(state: State, hotkey: AccountId, netuid: NetUid, alpha: Alpha) -> Rao:
    """Return the fee in rao for unstaking as :func:`fee_by_dividends`, at least 0.00005 of the alpha rao.

    Alpha rao count as rao there, whatever the price.
    """
    if stake.is_stable(state, netuid):
        return state.runtime.constants.staking_fee
    least = min(alpha * SMALLEST_DAILY_FEE >> FRACTION, U64_MAX)
    return Rao(max(_last_earnings(state, hotkey, netuid, alpha), least, state.runtime.constants.staking_fee))


def _last_earnings(state: State, hotkey: AccountId, netuid: NetUid, alpha: Alpha) -> int:
    subnet = state.subnet(netuid)
    rate = _dividend_rate(subnet, hotkey, stake.stake_of_hotkey(state, hotkey, netuid))
    earned = min(alpha * rate, I96F32.max_bits)
    worth = min(earned * stake.price(state, netuid) >> FRACTION, I96F32.max_bits)
    return min(worth >> FRACTION, U64_MAX)


@implements("STAKE-19")
def fee_by_proceeds(state: State, hotkey: AccountId, netuid: NetUid, alpha: Alpha) -> Rao:
    """Return the fee in rao for unstaking alpha from a hotkey: a part of the TAO that the alpha would sell for.

    The part is the hotkey's last dividends over its stake after them, both as the last epoch left them (U96F32), but
    no less than 0.00005; floored, and at least the flat fee. The alpha sells for nothing for want of liquidity. Root
    and stable subnets take the flat fee.
    """
    if stake.is_stable(state, netuid):
        return state.runtime.constants.staking_fee
    subnet = state.subnet(netuid)
    tao = stake.sim_swap_alpha_for_tao(state, netuid, alpha) or Rao(0)
    rate = _dividend_rate(subnet, hotkey, subnet.total_hotkey_alpha_last_epoch.get(hotkey, Alpha(0)))
    part = min(tao * max(rate, SMALLEST_DAILY_FEE) >> FRACTION, U64_MAX)
    return Rao(max(part, state.runtime.constants.staking_fee))


def _dividend_rate(subnet: Subnet, hotkey: AccountId, total: Alpha) -> int:
    """Return the last alpha dividends of a hotkey over its stake; 32 fraction bits, 0 if there is no stake."""
    return (subnet.alpha_dividends.get(hotkey, 0) << FRACTION) // total if total else 0
