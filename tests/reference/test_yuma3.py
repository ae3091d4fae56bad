"""The epoch's later rules: Yuma 3, the threshold of stake, the owner's weight on itself, masked bonds."""

from fractions import Fraction

import pytest

from dtao import dense, sparse
from dtao.rules import consensus, matrices, yuma3
from dtao.units import BlockNumber, Uid

ONE = 1 << 32
LOW, HIGH = ONE * 7 // 10, ONE * 9 // 10


def test_a_bond_moves_the_more_the_farther_it_is_to_go() -> None:
    """Half-way the curve is in the middle; where the power of e overflows it is 1, on either side."""
    middle = yuma3.alpha_sigmoid(0, ONE // 2, 0, LOW, HIGH, 10 << 32)
    assert abs(Fraction(middle, ONE) - Fraction(8, 10)) < Fraction(1, 10**9)
    steps = [yuma3.alpha_sigmoid(0, ONE * k // 8, 0, LOW, HIGH, 10 << 32) for k in range(9)]
    assert steps == sorted(steps)
    assert LOW < steps[0] < middle < steps[-1] < HIGH
    assert {yuma3.alpha_sigmoid(0, ONE * k // 8, 0, LOW, HIGH, 1_000 << 32) for k in (0, 8)} == {HIGH}


def test_a_validator_that_sells_goes_by_the_distance_to_its_weight() -> None:
    sold = yuma3.alpha_sigmoid(ONE, ONE // 4, ONE * 3 // 4, LOW, HIGH, 10 << 32)
    bought = yuma3.alpha_sigmoid(0, ONE // 2, 0, LOW, HIGH, 10 << 32)
    assert sold == bought
    assert yuma3.alpha_sigmoid(0, ONE, 0, HIGH, LOW, 10 << 32) == HIGH


@pytest.mark.parametrize(
    ("average", "alpha"),
    [(900_000, ONE - (9 << 32) // 10), (0, ONE), (10**6, 0), (2 * 10**6, -ONE), (2**31 * 10**6, ONE + (1 << 63) - 1)],
)
def test_the_alpha_wraps_where_its_conversion_overflows(average: int, alpha: int) -> None:
    """An average of 2^31 wholes becomes -2^31 in I32F32, whose difference from 1 saturates."""
    assert yuma3.wrapped_alpha(average) == min(alpha, (1 << 63) - 1)


def test_an_element_behind_a_higher_column_is_not_found() -> None:
    rows = [[(3, 30), (1, 10), (4, 40)], [(1, 11), (1, 12), (2, 20)], [(9, 90), (2, 22)], []]
    assert sparse.rows_by_column(rows, 5) == [
        [0, 0, 0, 30, 40],
        [0, 11, 20, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
    ]


def test_bonds_without_a_new_weight_are_lost_and_none_exceeds_one() -> None:
    half = ONE // 2
    new, old = [[(1, ONE), (0, half)], []], [[(0, half), (1, ONE)], [(0, ONE)]]
    assert sparse.mat_ema_alpha_sparse(new, old, [[half, half], [half, half]]) == [[(1, ONE), (0, half)], []]
    assert sparse.mat_ema_alpha_sparse([[(0, half), (7, ONE)]], [[(7, ONE), (0, half)]], [[half]]) == [[(0, half)]]
    assert dense.mat_ema_alpha([[half, ONE]], [[half, ONE]], [[half, half]]) == [[half, ONE]]
    assert dense.mat_ema_alpha([[-ONE]], [[ONE]], [[half]]) == [[half]]


def test_stake_below_the_threshold_does_not_count() -> None:
    rao = 1 << 64
    weights = [5 * rao - 1, 5 * rao, 0, 6 * rao]
    assert consensus.stake_from_threshold_on(weights, 5) == [0, 5 * rao, 0, 6 * rao]
    assert consensus.stake_from_threshold_on(weights, 0) == weights


def test_a_permit_takes_stake() -> None:
    assert consensus.permitted_validators([0, 3, 0, 1], 3) == (False, True, True, True)
    assert consensus.permitted_validators_with_stake([0, 3, 0, 1], 3) == (False, True, False, True)
    assert consensus.permitted_validators_with_stake([0, 3], 8) == (False, True)


def test_only_the_owner_weighs_itself_and_only_in_the_sparse_form() -> None:
    rows = [((Uid(0), 1), (Uid(1), 2)), ((Uid(0), 3), (Uid(1), 4))]
    blocks = [BlockNumber(5), BlockNumber(5)]
    never = [BlockNumber(0), BlockNumber(0)]
    open_to_all = [False, False]
    assert matrices.sparse_weights(rows, open_to_all, blocks, never, Uid(1)) == [
        [(1, 2 << 32)],
        [(0, 3 << 32), (1, 4 << 32)],
    ]
    assert matrices.dense_weights(rows, open_to_all, blocks, never, Uid(1)) == [[0, 2 << 32], [3 << 32, 0]]
