"""What one value alone tells, or a case to which walks seldom come."""

import pytest
from attrs import evolve

import dtao
from dtao.outcome import Rejected
from dtao.persistent import Map
from dtao.records import Registration
from dtao.rules.pools.concentrated.positions import amounts, collect_fees
from dtao.rules.registration import adjust_terms
from dtao.settings import Hyperparameters
from dtao.transitions.dissolution import close_users_positions
from dtao.transitions.liquidity import ranges_of
from dtao.transitions.locks import require_available, stake_on_subnet
from dtao.transitions.stake import stake_of
from dtao.units import AccountId, Alpha, BlockNumber, Rao
from tests.reference.test_liquidity import ALICE, CLOSED, HOTKEY, NETUID, TAO, done, opened, provided, with_validator
from tests.reference.test_lock_calls import funded, lock, mass


@pytest.mark.rule("REG-2")
@pytest.mark.parametrize(("registrations", "changes"), [(2, "burn"), (3, "difficulty")])
def test_as_many_registrations_as_the_target_are_not_too_many(registrations: int, changes: str) -> None:
    """All came by work. As many as the target leave a term as it is, but for its bounds, which neither keeps here."""
    terms = Registration(
        burn=Rao(9), difficulty=9, registrations_this_interval=registrations,
        pow_registrations_this_interval=registrations,
    )  # fmt: skip
    settings = Hyperparameters(target_registrations_per_interval=2, min_burn=Rao(20), min_difficulty=20)
    after = adjust_terms(terms, settings, BlockNumber(10_000))
    assert {"burn": after.burn != 9, "difficulty": after.difficulty != 9} == {
        name: name == changes for name in ("burn", "difficulty")
    }


@pytest.mark.rule("LOCK-5")
def test_all_that_is_not_locked_may_leave_and_not_a_rao_more() -> None:
    state = lock(funded(), 100)
    free = stake_on_subnet(state, AccountId(ALICE), NETUID) - mass(state)
    require_available(state, AccountId(ALICE), NETUID, Alpha(free))
    with pytest.raises(Rejected, match="StakeUnavailable"):
        require_available(state, AccountId(ALICE), NETUID, Alpha(free + 1))


@pytest.mark.rule("NET-6")
@pytest.mark.parametrize(("version", "may_provide"), [(320, True), (371, False), (425, False)])
def test_users_provide_no_liquidity_to_a_new_subnet_from_371_on(version: int, may_provide: bool) -> None:
    era = dtao.era(version)
    blank = era.runtime.items.subnet.hyperparameters
    assert era.runtime.networks.open(blank).user_liquidity_enabled is may_provide


@pytest.mark.rule("NET-11")
def test_fees_in_alpha_are_staked_with_the_alpha_of_a_position() -> None:
    state = CLOSED.set(opened(CLOSED), "EnabledUserLiquidity", {"netuid": 1}, True)
    state = provided(with_validator(state, 1, HOTKEY), -443_636, 443_636, 10**11)
    state = evolve(state, staking_operations=Map())
    held = done(state, "remove_stake", ALICE, hotkey=str(HOTKEY), netuid=1, amount_unstaked=str(100 * TAO))
    ranges = ranges_of(held, NETUID)
    (position,) = [one for (account, _), one in ranges.positions.items() if account == ALICE]
    _, _, fee_alpha = collect_fees(ranges, position)
    _, alpha = amounts(position.tick_low, position.tick_high, position.liquidity, ranges.sqrt_price)
    after, refusal = close_users_positions(held, NETUID)
    staked = [stake_of(one, AccountId(HOTKEY), AccountId(ALICE), NETUID) for one in (held, after)]
    assert refusal is None
    assert fee_alpha > 0
    assert abs(staked[1] - staked[0] - alpha - fee_alpha) <= 1
