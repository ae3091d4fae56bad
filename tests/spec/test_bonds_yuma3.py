"""Bonds of the third Yuma consensus, and what became of the second's, lie within the bounds that their rules state."""

from collections.abc import Sequence
from fractions import Fraction

from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from dtao import fixed, sparse, vector
from dtao.fixed import I32F32
from dtao.rules import bonds as reference
from dtao.rules import yuma3 as yuma
from dtao.rules.bonds import BondsParameters, Purchase
from dtao.rules.consensus import Agreement
from dtao.rules.epoch import EpochInput, last_tempo
from dtao.rules.matrices import SPARSE, sparse_bonds
from dtao.sparse import SparseRow
from dtao.units import Alpha, BlockNumber, Uid
from dtao_spec.chapters.bonds import bought, ema, yuma3
from dtao_spec.chapters.epoch import arithmetic
from dtao_spec.registry import Computation
from tests.spec.test_bonds import AVERAGES, PAIRS, SIZES, all_below
from tests.spec.test_epoch import (
    MATRICES_AND_FACTORS,
    SETTINGS,
    SHARES,
    STEP,
    fractions,
    matrices,
    rows_of,
)

YUMA3 = Computation(273, True)
Matrix = list[SparseRow]
STEEPNESS = st.sampled_from([0, 1, 5, 20, 1_000, 65_535]) | st.integers(0, 65_535)
BOUND = Fraction(5, 10**6)
ROWS = SIZES.flatmap(
    lambda n: st.lists(st.dictionaries(st.integers(0, n - 1), SETTINGS, max_size=n), min_size=n, max_size=n)
)


def stored(rows: Sequence[dict[int, int]]) -> list[tuple[tuple[Uid, int], ...]]:
    return [tuple((Uid(uid), bond) for uid, bond in row.items()) for row in rows]


@given(ROWS, st.integers(0, 9), st.integers(0, 5), st.lists(st.integers(0, 9), min_size=6, max_size=6))
def test_bond_6_masks_by_tempo(rows: list[dict[int, int]], block: int, tempo: int, registered: list[int]) -> None:
    n = len(rows)
    given_ = EpochInput(
        n=n,
        block_number=BlockNumber(block),
        activity_cutoff=0,
        last_update=[],
        block_at_registration=[],
        stake=[],
        validator_permits=[],
        max_allowed_validators=0,
        weights=[],
        bonds=[],
        kappa=0,
        bonds_penalty=0,
        bonds_moving_average=0,
        liquid_alpha_on=False,
        alpha_low=0,
        alpha_high=0,
        emission=Alpha(0),
        tempo=tempo,
    )
    found = sparse_bonds(stored(rows), last_tempo(given_), registered[:n])
    assert rows_of(found) == bought.bonds_of_a_tempo(rows, [0] * n, registered[:n], block, tempo)


@given(PAIRS, AVERAGES, st.integers(1, 2**32))
def test_bond_8_has_no_liquid_alpha_where_three_quarters_agree_on_nothing(
    pair: tuple[list[sparse.SparseRow], list[sparse.SparseRow]], average: int, agreed: int
) -> None:
    n = len(pair[0])
    new, old = (sparse.col_normalize_sparse(matrix, n) for matrix in pair)
    consensus = [0] * n
    assume(vector.quantile([*consensus[1:], agreed], 0.75) == 0)
    liquid, fixed = (BondsParameters(min(average, 10**6), is_on, 45_000, 59_000) for is_on in (True, False))
    for agreement in (consensus, [*consensus[1:], agreed]):
        assert reference.ema_bonds(SPARSE, new, old, agreement, liquid) == reference.ema_bonds(
            SPARSE, new, old, agreement, fixed
        )


HOLDINGS = SIZES.flatmap(lambda n: st.tuples(matrices(n), st.lists(SHARES, min_size=n, max_size=n), matrices(n)))


@given(HOLDINGS, AVERAGES)
def test_bond_7_moves_all_bonds_at_one_rate(given_: tuple[Matrix, list[int], Matrix], average: int) -> None:
    matrix, factors, held = given_
    n, average = len(matrix), min(average, 10**6)
    weights, stake = sparse.row_normalize_sparse(matrix), vector.normalize(factors)
    old = sparse.col_normalize_sparse(held, n)
    new: Matrix = reference.bonds_delta(SPARSE, weights, weights, stake, 0)
    bits: Matrix = reference.ema_bonds(SPARSE, new, old, [0] * n, BondsParameters(average, False, 0, 0))
    exactly = rows_of(weights), rows_of(weights), fractions(stake), Fraction(0), rows_of(old), average
    assert rows_of(bits) == YUMA3["BOND-7"](*exactly)
    assert columns_sum_to_one(bought.bonds_at_one_rate(*exactly), n)
    alpha = ema.fixed_alpha(average)
    mixed = ema.mixed(rows_of(new), rows_of(old), alpha)
    error = 2 * STEP + abs(reference.fixed_alpha(average) * STEP - alpha)
    after = arithmetic.columns_normalised(mixed)
    for uid in range(n):
        m = sum(uid in {*a, *b} for a, b in zip(rows_of(new), rows_of(old), strict=True))
        rest = sum((row.get(uid, Fraction(0)) for row in mixed), Fraction(0)) - m * error
        for a, b in zip(rows_of(bits), after, strict=True):
            bound = STEP + error * (1 + m * b.get(uid, 0)) / rest if rest > 0 else 1
            assert abs(a.get(uid, Fraction(0)) - b.get(uid, 0)) <= bound


def columns_sum_to_one(matrix: Sequence[arithmetic.Row], n: int) -> bool:
    return all(sum(row.get(uid, Fraction(0)) for row in matrix) in (0, 1) for uid in range(n))


@st.composite
def purchases(draw: st.DrawFn) -> Purchase[SparseRow]:
    n = draw(SIZES)

    def numbers(elements: st.SearchStrategy[int]) -> list[int]:
        return draw(st.lists(elements, min_size=n, max_size=n))

    weights = sparse.row_normalize_sparse(draw(matrices(n)))
    consensus = numbers(draw(st.sampled_from([st.just(0), SHARES, st.just(0) | SHARES])))
    incentive = vector.normalize(numbers(SHARES))
    row = st.dictionaries(st.integers(0, n - 1), SETTINGS, max_size=n)
    return Purchase(
        rows=stored(draw(st.lists(row, min_size=n, max_size=n))),
        thresholds=[5] * n,
        registered=numbers(st.sampled_from([0, 0, 5])),
        weights=weights,
        clipped_weights=sparse.col_clip_sparse(weights, consensus),
        penalty=vector.u16_proportion_to_fixed(draw(SETTINGS)),
        active_stake=vector.normalize(numbers(SHARES)),
        agreed=Agreement(consensus, [], [], incentive),
        parameters=BondsParameters(
            draw(st.sampled_from([0, 900_000, 975_000, 10**6])),
            draw(st.booleans()),
            draw(st.sampled_from([45_875, 6_554])),
            draw(st.sampled_from([58_982, 65_535])),
            True,
            draw(STEEPNESS),
            yuma.exponent_of_whole_steepness,
        ),
        new_permits=[True] * n,
        old_permits=[True] * n,
    )


@given(purchases())
def test_bond_7_asks_nobody_for_liquid_alpha(purchase: Purchase[SparseRow]) -> None:
    without = evolve(purchase, parameters=evolve(purchase.parameters, liquid_alpha_on=False))
    assert reference.bonds_bought_at_one_pace(SPARSE, purchase) == reference.bonds_bought(SPARSE, without)


@given(purchases())
def test_bond_13_pays_by_proportions(purchase: Purchase[SparseRow]) -> None:
    found = yuma.bonds_by_choice(SPARSE, purchase)
    n, parameters = len(purchase.active_stake), purchase.parameters
    read: Matrix = SPARSE.proportions(SPARSE.bonds(purchase.rows, purchase.thresholds, purchase.registered))
    counted = rows_of(sparse_bonds(purchase.rows, purchase.thresholds, purchase.registered))
    assert rows_of(read) == yuma3.read_proportions(counted, YUMA3)
    assert all_below(read, yuma3.read_proportions(counted), STEP)
    weights = SPARSE.interpolate(purchase.weights, purchase.clipped_weights, n, purchase.penalty)
    bits = yuma.moved_bonds(SPARSE, weights, read, purchase.agreed.consensus, parameters)
    held, incentive, stake = rows_of(bits), fractions(purchase.agreed.incentive), fractions(purchase.active_stake)
    for uid, row in found.rows.items():
        ideal_row = {target: arithmetic.parts_of_65535(bond) for target, bond in held[uid].items()}
        assert all(0 <= ideal_row[int(target)] - bond < 1 for target, bond in row)
    assert fractions(found.dividends) == YUMA3["BOND-13"](held, incentive, stake)
    ideal = yuma3.proportional_dividends(held, incentive, stake)
    parts = yuma3.column_products(arithmetic.columns_normalised(held), incentive)
    total = sum((sum(row.values(), Fraction(0)) * s for row, s in zip(parts, stake, strict=True)), Fraction(0))
    errors = [((len(row) + 1) * s + 1) * STEP for row, s in zip(held, stake, strict=True)]
    error = sum(errors, Fraction(0))
    for a, b, own in zip(fractions(found.dividends), ideal, errors, strict=True):
        if total == 0:
            assert a == 0
            continue
        assert b - a < own / total + STEP
        assert total <= error or a - b <= b * error / (total - error)


@given(purchases(), AVERAGES)
def test_bond_14_moves_towards_the_weight(purchase: Purchase[SparseRow], average: int) -> None:
    average = min(average, 10**6)
    n, consensus = len(purchase.active_stake), purchase.agreed.consensus
    old: Matrix = SPARSE.proportions(SPARSE.bonds(purchase.rows, purchase.thresholds, purchase.registered))
    old = [sorted(row) for row in old]
    weights = [sorted(row) for row in purchase.weights]
    parameters = evolve(purchase.parameters, bonds_moving_average=average)
    bits = yuma.moved_bonds(SPARSE, weights, old, consensus, parameters)
    liquid = liquid_of(parameters)
    chosen = liquid if parameters.liquid_alpha_on else None
    ideal = yuma3.move_bonds(rows_of(weights), rows_of(old), fractions(consensus), average, chosen)
    if not (parameters.liquid_alpha_on and any(consensus)):
        exactly = rows_of(weights), rows_of(old), fractions(consensus), average, chosen
        assert rows_of(bits) == YUMA3["BOND-14"](*exactly)
        used = yuma.wrapped_alpha(average) * STEP
        assert 0 <= used - ema.fixed_alpha(average) < STEP
        at_the_used_rate = ema.mixed(rows_of(weights), rows_of(old), used)
        assert all_below(bits, at_the_used_rate, 2 * STEP)
        for a, b in zip(at_the_used_rate, ideal, strict=True):
            assert all(abs(a.get(uid, Fraction(0)) - b.get(uid, Fraction(0))) < STEP for uid in {*a, *b})
        return
    assume(not any(near_the_end(purchase, liquid, rows_of(weights), rows_of(old))))
    for a, b in zip(rows_of(bits), ideal, strict=True):
        for uid in range(n):
            assert abs(a.get(uid, Fraction(0)) - b.get(uid, Fraction(0))) <= BOUND + 8 * STEP


def liquid_of(parameters: BondsParameters) -> yuma3.LiquidAlpha:
    """Return the settings in exact numbers, the bounds as the reference reads them."""
    low, high = (
        vector.u16_proportion_to_fixed(setting) * STEP for setting in (parameters.alpha_low, parameters.alpha_high)
    )
    return yuma3.LiquidAlpha(low, high, parameters.alpha_sigmoid_steepness)


def near_the_end(
    purchase: Purchase[SparseRow],
    liquid: yuma3.LiquidAlpha,
    weights: list[arithmetic.Row],
    bonds: list[arithmetic.Row],
) -> list[bool]:
    """Tell for each bond whether the power of e in its pace is about to overflow."""
    zero = Fraction(0)
    return [
        is_near_the_end(agreed, on.get(uid, zero), held.get(uid, zero), liquid)
        for on, held in zip(weights, bonds, strict=True)
        for uid, agreed in enumerate(fractions(purchase.agreed.consensus))
    ]


def is_near_the_end(consensus: Fraction, weight: Fraction, bond: Fraction, liquid: yuma3.LiquidAlpha) -> bool:
    distance = min(max(weight - consensus if weight >= bond else bond - weight, Fraction(0)), Fraction(1))
    return 20 < abs(liquid.steepness * (distance - yuma3.HALF)) < 22


HUNDREDTHS = st.sampled_from([-(2**15), -1_000, -1, 0, 1, 20, 1_000, 2**15 - 1]) | st.integers(-(2**15), 2**15 - 1)


@given(SHARES, SHARES, SHARES, SETTINGS, SETTINGS, HUNDREDTHS)
def test_bond_15_counts_in_hundredths(
    consensus: int, weight: int, bond: int, low: int, high: int, steepness: int
) -> None:
    liquid = liquid_of(BondsParameters(0, True, low, high, True, steepness))
    given_ = consensus * STEP, weight * STEP, bond * STEP, liquid
    bounds = round(liquid.low / STEP), round(liquid.high / STEP)
    exponent = yuma.exponent_of_steepness_in_hundredths
    found = yuma.alpha_sigmoid(consensus, weight, bond, *bounds, steepness << 32, exponent) * STEP
    assert found == Computation(283, is_rounded=True)["BOND-15"](*given_)
    assume(not is_near_the_end(*given_[:3], evolve(liquid, steepness=Fraction(steepness, 100))))
    ideal = yuma3.alpha_sigmoid_in_hundredths(*given_)
    assert abs(found - ideal) <= BOUND * abs(liquid.high - liquid.low) + 4 * STEP


@given(SHARES, SHARES, SHARES, SETTINGS, SETTINGS, HUNDREDTHS)
def test_bond_15_within_20_never_turns_over(
    consensus: int, weight: int, bond: int, low: int, high: int, steepness: int
) -> None:
    liquid = liquid_of(BondsParameters(0, True, low, high, True, steepness))
    given_ = consensus * STEP, weight * STEP, bond * STEP, liquid
    bounds = round(liquid.low / STEP), round(liquid.high / STEP)
    found = yuma.alpha_sigmoid(consensus, weight, bond, *bounds, steepness << 32, yuma.exponent_within_20) * STEP
    assert found == Computation(365, is_rounded=True)["BOND-15"](*given_)
    ideal = yuma3.alpha_sigmoid_within_20(*given_)
    assert abs(found - ideal) <= BOUND * abs(liquid.high - liquid.low) + 4 * STEP


@given(SHARES, SHARES, SHARES, SETTINGS, SETTINGS, STEEPNESS)
def test_bond_15_is_within_its_bound(
    consensus: int, weight: int, bond: int, low: int, high: int, steepness: int
) -> None:
    liquid = liquid_of(BondsParameters(0, True, low, high, True, steepness))
    given_ = consensus * STEP, weight * STEP, bond * STEP, liquid
    bounds = round(liquid.low / STEP), round(liquid.high / STEP)
    found = yuma.alpha_sigmoid(consensus, weight, bond, *bounds, steepness << 32) * STEP
    assert found == YUMA3["BOND-15"](*given_)
    assume(not is_near_the_end(*given_))
    ideal = yuma3.alpha_sigmoid(*given_)
    assert abs(found - ideal) <= BOUND * abs(liquid.high - liquid.low) + 4 * STEP


def test_bond_15_is_at_its_upper_bound_at_either_end() -> None:
    high = vector.u16_proportion_to_fixed(58_982)
    low = vector.u16_proportion_to_fixed(45_875)
    for distance in (0, (1 << 32) * 479 // 1_000, 1 << 32):
        assert yuma.alpha_sigmoid(0, distance, 0, low, high, 1_000 << 32) == high


@given(MATRICES_AND_FACTORS)
def test_bond_16_is_below(given_: tuple[Matrix, list[int]]) -> None:
    matrix, factors = given_
    found = sparse.mat_vec_mul_sparse(matrix, factors)
    exactly = rows_of(matrix), fractions(factors)
    assert rows_of(found) == [{uid: x for uid, x in row.items() if x} for row in YUMA3["BOND-16"](*exactly)]
    assert all_below(found, yuma3.column_products(*exactly), STEP)


@given(PAIRS, st.lists(st.lists(SHARES, min_size=6, max_size=6), min_size=6, max_size=6))
def test_bond_17_is_below(pair: tuple[Matrix, Matrix], alphas: list[list[int]]) -> None:
    n = len(pair[0])
    rates = [row[:n] for row in alphas[:n]]
    found = sparse.mat_ema_alpha_sparse(*pair, rates)
    exactly = rows_of(pair[0]), rows_of(pair[1]), [fractions(row) for row in rates]
    assert rows_of(found) == YUMA3["BOND-17"](*exactly)
    assert all_below(found, ema.mixed_by_element(*exactly), 2 * STEP)


def test_the_average_of_bond_14_wraps_where_that_of_bond_9_saturates() -> None:
    average = 2**31 * 10**6
    assert reference.fixed_alpha(average) == fixed.saturating_sub(I32F32, 1 << 32, I32F32.max_bits)
    assert yuma.wrapped_alpha(average) == I32F32.max_bits
