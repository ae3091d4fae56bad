"""The figures of the chapter on promises, computed with the reference."""

from math import log

import pytest

import dtao
from dtao.fixed import I32F32, I96F32
from dtao.params import INITIAL_SUBNET_MOVING_ALPHA, TOTAL_SUPPLY
from dtao.rules.emission import (
    alpha_injection,
    owner_cut_proportion,
    root_alpha,
    root_proportion,
    tao_emission,
    tao_weight,
)
from dtao.rules.epoch import emission_shares
from dtao.rules.issuance import block_emission
from dtao.rules.lock_cost import lock_cost, lock_reduction_interval
from dtao.rules.pool import alpha_for_tao
from dtao.units import Alpha, BlockNumber, NetUid, Rao
from dtao_spec.promises import CLAIMS
from dtao_spec.registry import RULES
from tests.bench.worlds import ERA, TAO, network

DAY = 7_200
ONE = I96F32.one
WEIGHT = tao_weight(3_320_413_933_267_719_290)


def new_network(subnets: int) -> dtao.State:
    """Return subnets with pools of 1 TAO and 1 alpha, equal moving prices, no epochs, and 6 million TAO on root."""
    flat: dict[str, object] = {**network(), "TotalNetworks": subnets + 1}
    for netuid in range(1, subnets + 1):
        flat |= {
            f"NetworksAdded/{netuid}": True,
            f"NetworkRegistrationAllowed/{netuid}": True,
            f"SubnetMechanism/{netuid}": 1,
            f"SubnetTAO/{netuid}": str(TAO),
            f"SubnetAlphaIn/{netuid}": str(TAO),
            f"SubnetMovingPrice/{netuid}": str(ONE // subnets),
            f"Tempo/{netuid}": 0,
        }
    return ERA.load(flat)


@pytest.fixture(scope="module")
def after_a_day() -> dtao.State:
    return ERA.step(new_network(64), DAY)


def found(start: str) -> str:
    (claim,) = [claim for claim in CLAIMS if claim.said.startswith(start)]
    return claim.found


def test_every_claim_names_rules_that_exist() -> None:
    assert {rule for claim in CLAIMS for rule in claim.rules} <= set(RULES) or not RULES


def test_a_block_brings_1_tao() -> None:
    assert block_emission(0) == TAO
    after = ERA.step(new_network(64))
    assert TAO - 64 < sum(after.emission(NetUid(netuid)).tao_in for netuid in range(1, 65)) <= TAO


def test_the_split() -> None:
    owner = owner_cut_proportion(11_796)
    assert f"{owner / ONE:.4%}" == "17.9995%"
    half = I32F32.one // 2
    shares = emission_shares([0, I32F32.one], [I32F32.one, 0], [0, 0], [0, 0])
    assert (shares.server, shares.validator) == ([0, half], [half, 0])
    alone = emission_shares([0, 0], [I32F32.one, 0], [0, 0], [0, 0])
    assert alone.validator == [I32F32.one, 0]


def test_emission_follows_the_moving_price() -> None:
    assert tao_emission(TAO << 32, 2 * ONE, 3 * ONE) // 2 == tao_emission(TAO << 32, ONE, 3 * ONE)


def test_the_price_of_a_new_subnet(after_a_day: dtao.State) -> None:
    pool = after_a_day.pool(NetUid(1))
    assert pool.tao / pool.alpha_in < 0.01


def test_at_most_2_alpha_a_block() -> None:
    emission = block_emission(0) << 32
    assert alpha_injection(TAO << 32, ONE // 2, emission) == emission
    assert alpha_injection(TAO << 32, 4 * ONE, emission) == emission // 4


def test_the_first_halving_and_the_cap() -> None:
    assert TOTAL_SUPPLY // 2 // (2 * TAO * DAY) == 729
    assert 2 * 729 <= TOTAL_SUPPLY // 2 // (TAO * DAY) < 4 * 366
    assert block_emission(TOTAL_SUPPLY - 19_500_000) == 0
    assert block_emission(TOTAL_SUPPLY - 19_600_000) > 0


def test_the_average_lags_by_a_month() -> None:
    blocks = log(0.5) / log(1 - INITIAL_SUBNET_MOVING_ALPHA / ONE)
    assert f"{blocks:,.0f}".replace(",", " ") in found("The average price")
    assert 32 <= blocks / DAY < 33


@pytest.mark.parametrize(("millions", "days"), [(6, 75), (8, 100)])
def test_parity(millions: int, days: int) -> None:
    root = millions * 10**6 * TAO * WEIGHT
    proportions = [root_proportion(root, day * DAY * 2 * TAO) / ONE for day in (days - 1, days, days + 1)]
    assert proportions[0] > 0.5 > proportions[2]
    assert abs(proportions[1] - 0.5) < 0.001


def test_root_sells_in_every_block(after_a_day: dtao.State) -> None:
    emission = after_a_day.emission(NetUid(1))
    assert emission.pending_root_divs > 0
    assert f"{1 - root_proportion(6 * 10**6 * TAO * WEIGHT, 2 * DAY * TAO) / ONE:.0%}" == "1%"


def test_the_lock_cost_falls_in_a_straight_line() -> None:
    interval = lock_reduction_interval(100_800, Rao(TAO))
    cost = [
        lock_cost(Rao(1_000 * TAO), Rao(TAO), BlockNumber(1), BlockNumber(1 + blocks), interval) / (1_000 * TAO)
        for blocks in (0, 38_880, 14 * DAY, 28 * DAY)
    ]
    assert [round(part, 3) for part in cost] == [2, 1.614, 1, 0.001]
    assert f"{1 - cost[1] / 2:.0%}" == "19%"


def test_the_yield_of_root(after_a_day: dtao.State) -> None:
    paid = sum(after_a_day.emission(NetUid(netuid)).pending_root_divs for netuid in range(1, 65))
    assert f"{paid / (6 * 10**6 * TAO) * 365:.0%}" == "10%"
    sold = root_alpha(ONE, (ONE - owner_cut_proportion(11_796)) * TAO) / ONE / TAO
    at_one = sold * DAY * 365 / (6 * 10**6)
    assert (round(sold, 2), f"{at_one:.0%}", round(0.65 / at_one, 1)) == (0.41, "18%", 3.6)


def test_what_circulates() -> None:
    assert 5 * DAY * 2 * TAO / TOTAL_SUPPLY < 0.004 < 6 * DAY * 2 * TAO / TOTAL_SUPPLY


@pytest.mark.parametrize(("proportion", "price"), [(0, 333), (10, 636), (30, 3_667), (50, None)])
def test_what_a_consensus_costs(proportion: int, price: int | None) -> None:
    tao, pool, staked = 1_000 * TAO, 4 * 10**6 * TAO, 10**6 * TAO
    weight = staked + (pool + staked) * proportion // (100 - proportion)
    if price is None:
        assert weight > pool
        return
    bought = [alpha_for_tao(1, Rao(tao), Alpha(pool), Rao(amount * TAO)) or 0 for amount in (price - 1, price + 1)]
    assert bought[0] < weight < bought[1]


def test_a_thousand_subnets() -> None:
    state = ERA.step(new_network(1_000), 1_200)
    pool, emission = state.pool(NetUid(1)), state.emission(NetUid(1))
    assert emission.tao_in == TAO // 1_000
    assert emission.alpha_in == emission.alpha_out == TAO
    assert f"{pool.tao / pool.alpha_in:.4f}" == "0.0006"
