"""Pools of later versions against the exact rules."""

from fractions import Fraction

from hypothesis import assume, example, given
from hypothesis import strategies as st

import dtao
from dtao.records import Pool
from dtao.rules import pool as reference
from dtao.units import Alpha, Bits, Rao
from dtao_spec.later import pools
from tests.spec.test_pools import AMOUNTS

UNSIGNED = 2**128 - 1
WIDE = st.integers(0, 64).flatmap(lambda width: st.integers(2**width // 2, 2**width - 1))
TAIL = Fraction(1, 2**18)


@given(WIDE, WIDE, AMOUNTS)
@example(3 * 2**54, 2**54, 0)
@example(2**55, 2**55 - 1, 0)
def test_pool_1_is_floored_without_a_sign(into: int, out: int, amount: int) -> None:
    assert dtao.era(261).runtime.amounts.max_bits == UNSIGNED
    assume(into * out < 2**110)
    exact = pools.remaining_reserve(Fraction(into), Fraction(out), Fraction(amount))
    kept = Fraction(reference.remaining_reserve(into, out, amount, UNSIGNED), 2**18)
    assert 0 <= exact - kept < TAIL


@given(*[WIDE.filter(bool)] * 4, st.integers(1, 2**64 - 1))
@example(2**63, 1, 1, 2**32, 10**9)
def test_pool_8_knows_every_ratio(tao_1: int, alpha_1: int, tao_2: int, alpha_2: int, limit: int) -> None:
    origin, destination = Pool(Rao(tao_1), Alpha(alpha_1)), Pool(Rao(tao_2), Alpha(alpha_2))
    floored = [Bits((tao << 32) // alpha) for tao, alpha in ((tao_1, alpha_1), (tao_2, alpha_2))]
    moved = reference.max_amount_between_pools(origin, floored[0], destination, floored[1], limit, UNSIGNED)
    # Only a limit clear of the ratio of floored prices is decided alike; the quotient must fit, and the sum of TAO.
    assume(floored[1] and tao_1 + tao_2 < 2**64)
    ratio = Fraction(floored[0], floored[1])
    wanted = Fraction(limit, 10**9)
    exact = pools.max_amount_between_pools(
        (Fraction(tao_1), Fraction(alpha_1)), (Fraction(tao_2), Fraction(alpha_2)), wanted
    )
    assert exact is not None
    limit_floored = Fraction((limit << 64) // 10**9, 2**64)
    assume(limit_floored <= ratio - Fraction(1, 2**32) and wanted <= Fraction(tao_1 * alpha_2, alpha_1 * tao_2))
    assume(alpha_2 / limit_floored < 2**64)
    bound = alpha_2 / 2**64 / limit_floored * (1 + 1 / wanted) + Fraction(alpha_1, 2**64) + 1
    assert abs(moved - exact) <= bound


def test_pool_8_a_ratio_of_2_to_the_95_counts_without_a_sign() -> None:
    dear, cheap = Pool(Rao(2**63), Alpha(1)), Pool(Rao(1), Alpha(2**32))
    found = [
        reference.max_amount_between_pools(
            dear, Bits(2**95), cheap, Bits(1), 10**9, dtao.era(version).runtime.amounts.max_bits
        )
        for version in (257, 261)
    ]
    assert found == [0, 2**32 - 1]
