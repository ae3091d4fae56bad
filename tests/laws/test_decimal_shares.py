"""The laws of decimal shares: they hold, their bounds are near, and each is broken by what it is there to catch."""

from fractions import Fraction
from random import Random

import pytest
from attrs import evolve

import dtao
from dtao.records import SharePool
from dtao.rules.float_shares import denominator_of, deposit_float, withdraw_float
from dtao.units import AccountId, Alpha
from dtao_properties.laws import INVARIANTS
from dtao_properties.laws import decimal_shares as laws
from dtao_properties.model.step import Step
from tests.laws.later import called, small, steps_of

ERA = dtao.era(401)
OWN = {one.name: one for one in INVARIANTS if one.check.__module__ == laws.__name__}
COUNTED, FAIR = OWN["the denominator counts decimal shares"], OWN["nobody pays for another's decimal shares"]
ALICE, BOB = AccountId(1), AccountId(2)


def stake(by: int) -> Step:
    """Return a purchase of stake on a hotkey on which another one has some, after which its denominator is moved."""
    held: dict[str, object] = {
        "TotalHotkeyAlpha__11__1": str(3 * 10**12),
        "TotalHotkeySharesV2__11__1": [str(3 * 10**20), "-8"],
        "AlphaV2__11__2__1": [str(10**21), "-9"],
        "AlphaV2__11__1__1": [str(2 * 10**20), "-8"],
        "SubtokenEnabled__1": True,
        "FirstEmissionBlockNumber__1": "1",
        "SubnetAlphaOut__1": str(3 * 10**12),
    }
    step = called(ERA, small(ERA, **held), "add_stake", hotkey="11", netuid=1, amount_staked=str(10**9))
    assert step.accepted, step.error
    subnet = step.after.subnet(1)  # type: ignore[arg-type]
    pool = subnet.share_pools[AccountId(11)]
    denominator = evolve(pool.float_denominator, mantissa=pool.float_denominator.mantissa + by)
    pools = subnet.share_pools.set(AccountId(11), evolve(pool, float_denominator=denominator))
    after = evolve(step.after, subnets=step.after.subnets.set(1, evolve(subnet, share_pools=pools)))  # type: ignore[arg-type]
    return evolve(step, after=after)


def test_a_denominator_that_counts_other_shares_is_told() -> None:
    assert COUNTED.violations(stake(0)) == FAIR.violations(stake(0)) == []
    assert COUNTED.violations(stake(5)) != []
    assert FAIR.violations(stake(1_000)) != []


@pytest.mark.parametrize("version", [401, 411, 425])
def test_trades_in_walks_keep_them(version: int) -> None:
    steps = [step for step in steps_of(dtao.era(version), 30) if step.name in laws.TRADES]
    assert sum(len(list(laws.traded_pools(step))) for step in steps) > 5
    assert [sentence for step in steps for law in OWN.values() for sentence in law.violations(step)] == []


def test_changes_come_near_the_bounds() -> None:
    """Of 3,000 changes of random pools the worst leaves out nearly a unit, and a quarter of what shares may lose."""
    random, units, parts = Random(7), Fraction(0), Fraction(0)
    for _ in range(3_000):
        pool = SharePool()
        for coldkey in (ALICE, BOB):
            pool, _ = deposit_float(pool, coldkey, Alpha(random.randrange(1, 2 ** random.randrange(8, 60))))
        pool = evolve(pool, total_alpha=Alpha(pool.total_alpha + random.randrange(2 ** random.randrange(1, 60))))
        amount = Alpha(random.randrange(1, 2 ** random.randrange(4, 60)))
        changed = random.choice((deposit_float, withdraw_float))(pool, ALICE, amount)[0]
        if changed == pool or not denominator_of(changed).mantissa:
            continue
        parted = abs(laws.missing(changed) - laws.missing(pool)) / max(laws.unit(pool), laws.unit(changed))
        moved = abs(laws.value(changed, BOB) - laws.value(pool, BOB)) / laws.value(pool, BOB)
        units, parts = max(units, parted), max(parts, moved / laws.lost(pool, changed))
    assert Fraction(999, 1000) * laws.UNIT < units < laws.UNIT
    assert Fraction(1, 4) < parts < 1, float(parts)
