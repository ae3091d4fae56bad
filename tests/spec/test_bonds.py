"""Exact bonds against the reference within the stated bounds, and rounded ones to the bit."""

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
from dtao.units import U16_MAX, Alpha, BlockNumber, Uid
from dtao_spec.chapters.bonds import bought, ema, paid, yuma3
from dtao_spec.chapters.epoch import arithmetic
from dtao_spec.registry import Computation
from tests.spec.test_epoch import (
    MATRICES,
    MATRICES_AND_FACTORS,
    SETTINGS,
    SHARES,
    STEP,
    below,
    fractions,
    matrices,
    rows_of,
    stored_rows,
    within,
)

ROUNDED = Computation(233, True)
YUMA3 = Computation(273, True)
SIZES = st.integers(1, 6)
PAIRS = SIZES.flatmap(lambda n: st.tuples(matrices(n), matrices(n)))
RATIOS = SHARES | SETTINGS.map(vector.u16_proportion_to_fixed)
AVERAGES = st.integers(0, 10**6) | st.sampled_from([0, 1, 900_000, 10**6, 2 * 10**6, 2**63, 2**64 - 1])


def all_below(found: sparse.Sparse, ideal: Sequence[arithmetic.Row], bound: Fraction) -> bool:
    """Whether each element is less than the bound below the exact one and never above; 0 where it is missing."""
    pairs = zip(rows_of(found), ideal, strict=True)
    return all(0 <= b.get(uid, 0) - a.get(uid, 0) < bound for a, b in pairs for uid in {*a, *b})


@given(st.lists(SHARES, max_size=8), st.sampled_from([0.25, 0.75]))
def test_bond_1_quantile(numbers: list[int], part: float) -> None:
    found = vector.quantile(numbers, part)
    assert found * STEP == ROUNDED["BOND-1"](fractions(numbers), Fraction(part))
    assert below([found], [ema.quantile(fractions(numbers), Fraction(part))], STEP)


@given(MATRICES)
def test_bond_2_columns_upscaled(matrix: list[sparse.SparseRow]) -> None:
    found = sparse.col_max_upscale_sparse(matrix, len(matrix))
    assert rows_of(found) == ROUNDED["BOND-2"](rows_of(matrix))
    assert all_below(found, paid.columns_upscaled(rows_of(matrix)), STEP)


@given(MATRICES_AND_FACTORS, RATIOS)
def test_bond_3_interpolated(given_: tuple[list[sparse.SparseRow], list[int]], ratio: int) -> None:
    first, thresholds = given_
    second = sparse.col_clip_sparse(first, thresholds)
    found = sparse.interpolate_sparse(first, second, len(first), ratio)
    exactly = rows_of(first), rows_of(second), ratio * STEP
    assert rows_of(found) == ROUNDED["BOND-3"](*exactly)
    assert all_below(found, bought.interpolated(*exactly), STEP)


@given(PAIRS, SHARES)
def test_bond_4_mixed(pair: tuple[list[sparse.SparseRow], list[sparse.SparseRow]], alpha: int) -> None:
    found = sparse.mat_ema_sparse(*pair, alpha)
    exactly = rows_of(pair[0]), rows_of(pair[1]), alpha * STEP
    assert rows_of(found) == ROUNDED["BOND-4"](*exactly)
    assert all_below(found, ema.mixed(*exactly), 2 * STEP)


@given(PAIRS, st.lists(SHARES, min_size=6, max_size=6))
def test_bond_5_mixed_by_column(pair: tuple[list[sparse.SparseRow], list[sparse.SparseRow]], alphas: list[int]) -> None:
    found = sparse.mat_ema_alpha_vec_sparse(*pair, alphas)
    exactly = rows_of(pair[0]), rows_of(pair[1]), fractions(alphas)
    assert rows_of(found) == ROUNDED["BOND-5"](*exactly)
    assert all_below(found, ema.mixed_by_column(*exactly), 2 * STEP)


@given(stored_rows(beyond=0))
def test_bond_6_bonds_that_count(given_: tuple[list[dict[int, int]], list[bool], list[int], list[int]]) -> None:
    rows, _, last_update, registered = given_
    stored = [tuple((Uid(uid), bond) for uid, bond in row.items()) for row in rows]
    found = sparse_bonds(stored, last_update, registered)
    assert rows_of(found) == bought.bonds_that_count(rows, last_update, registered)


@given(MATRICES_AND_FACTORS, st.lists(SHARES, min_size=6, max_size=6), RATIOS)
def test_bond_7_bonds_delta(
    given_: tuple[list[sparse.SparseRow], list[int]], thresholds: list[int], penalty: int
) -> None:
    matrix, factors = given_
    weights, stake = sparse.row_normalize_sparse(matrix), vector.normalize(factors)
    clipped = sparse.col_clip_sparse(weights, thresholds)
    bits: list[sparse.SparseRow] = reference.bonds_delta(SPARSE, weights, clipped, stake, penalty)
    found = rows_of(bits)
    exact_weights, exact_clipped, shares = rows_of(weights), rows_of(clipped), fractions(stake)
    exactly = exact_weights, exact_clipped, shares, penalty * STEP
    assert found == ROUNDED["BOND-7"](*exactly)
    ideal = bought.bonds_delta(*exactly)
    products = arithmetic.rows_times(bought.interpolated(exact_weights, exact_clipped, penalty * STEP), shares)
    for uid in range(len(shares)):
        column = [row.get(uid, Fraction(0)) for row in products]
        total, m = sum(column, Fraction(0)), sum(uid in row for row in products)
        for holder, share in enumerate(shares):
            a, b = found[holder].get(uid, Fraction(0)), ideal[holder].get(uid, Fraction(0))
            assert b == a or b - a < ((1 + share) / total + 1) * STEP
            rest = total - (m + 1) * STEP
            assert rest <= 0 or a - b <= b * (m + 1) * STEP / rest


@given(PAIRS, st.lists(SHARES, min_size=6, max_size=6), AVERAGES, st.booleans(), SETTINGS, SETTINGS)
def test_bond_8_ema_bonds(
    pair: tuple[list[sparse.SparseRow], list[sparse.SparseRow]],
    agreed: list[int],
    average: int,
    liquid: bool,
    low: int,
    high: int,
) -> None:
    n = len(pair[0])
    new, old = (sparse.col_normalize_sparse(matrix, n) for matrix in pair)
    consensus, average = agreed[:n], min(average, 10**6)
    parameters = BondsParameters(average, liquid, low, high)
    bits: list[sparse.SparseRow] = reference.ema_bonds(SPARSE, new, old, consensus, parameters)
    found = rows_of(bits)
    alpha = ema.fixed_alpha(average)
    bounds = (Fraction(low, U16_MAX), Fraction(high, U16_MAX)) if liquid else None
    exactly = rows_of(new), rows_of(old), fractions(consensus)
    if not liquid:
        assert found == ROUNDED["BOND-8"](*exactly, reference.fixed_alpha(average) * STEP)
    ideal = ema.ema_bonds(*exactly, alpha, bounds)
    alphas, used = [alpha] * n, [reference.fixed_alpha(average)] * n
    third = vector.quantile(consensus, 0.75)
    assume(not liquid or (third == 0) == (ema.quantile(fractions(consensus), Fraction(3, 4)) == 0))
    if bounds and third:
        alphas = ema.liquid_alphas(fractions(consensus), *bounds)
        used = reference.liquid_alphas(consensus, third, parameters)
    mixed = ema.mixed_by_column(rows_of(new), rows_of(old), alphas)
    for uid in range(n):
        error = 2 * STEP + abs(used[uid] * STEP - alphas[uid])
        m = sum(uid in {*a, *b} for a, b in zip(rows_of(new), rows_of(old), strict=True))
        rest = sum((row.get(uid, Fraction(0)) for row in mixed), Fraction(0)) - m * error
        for a, b in zip(found, ideal, strict=True):
            bound = STEP + error * (1 + m * b.get(uid, 0)) / rest if rest > 0 else 1
            assert abs(a.get(uid, Fraction(0)) - b.get(uid, 0)) <= bound


@given(AVERAGES)
def test_bond_9_fixed_alpha(average: int) -> None:
    ideal = ema.fixed_alpha(average)
    found = reference.fixed_alpha(average) * STEP
    assert found == ema.fixed_alpha_rounded(average)
    assert 0 <= found - ideal < STEP or (ideal <= 1 - 2**31 and found == 1 - (2**31 - STEP))


@given(MATRICES_AND_FACTORS)
def test_bond_11_dividends(given_: tuple[list[sparse.SparseRow], list[int]]) -> None:
    matrix, factors = given_
    bonds, incentive = sparse.col_normalize_sparse(matrix, len(matrix)), vector.normalize(factors)
    found = reference.normalized_dividends(SPARSE, bonds, incentive)
    rows, shares = rows_of(bonds), fractions(incentive)
    assert fractions(found) == ROUNDED["BOND-11"](rows, shares)
    ideal = paid.dividends(rows, shares)
    total = sum(arithmetic.sums_of_rows(rows, shares), Fraction(0))
    count = sum(map(len, rows))
    assert all(within(a, b, len(row), count, total) for a, b, row in zip(found, ideal, rows, strict=True))


@given(MATRICES, *[st.lists(st.booleans(), min_size=6, max_size=6)] * 2)
def test_bond_12_stored_bonds(matrix: list[sparse.SparseRow], new: list[bool], old: list[bool]) -> None:
    n = len(matrix)
    found = reference.stored_bonds(SPARSE, matrix, new[:n], old[:n])
    ideal = paid.stored_bonds(rows_of(matrix), new[:n], old[:n])
    assert {uid: dict(row) for uid, row in found.items()} == ROUNDED["BOND-12"](rows_of(matrix), new[:n], old[:n])
    assert {uid: [target for target, _ in row] for uid, row in found.items()} == {
        uid: list(row) for uid, row in ideal.items()
    }
    for uid, row in found.items():
        assert all(0 <= ideal[uid][target] - bond < 1 + Fraction(1, 2**16) for target, bond in row)


QUARTER = Fraction(1, 4)
CONSENSUS = st.lists(
    st.tuples(st.integers(0, 2**32), st.sampled_from([0, 4, 8, 12])).map(lambda drawn: drawn[0] >> drawn[1]),
    min_size=1,
    max_size=8,
)


def liquid_error(consensus: Sequence[Fraction]) -> Fraction | None:
    """Return the bound of BOND-10; None where it states none."""
    gap = ema.quantile(consensus, 3 * QUARTER) - ema.quantile(consensus, QUARTER)
    if 0 < gap < Fraction(1, 10**6):
        return None
    return Fraction(5, 10**6) + (12 * STEP / gap if gap else 0)


def near_overflow(consensus: Sequence[Fraction], low: Fraction, high: Fraction) -> bool:
    """Whether the power of e in the alpha of a column is about to overflow."""
    first, third = ema.quantile(consensus, QUARTER), ema.quantile(consensus, 3 * QUARTER)
    if first == third or not low or not high:
        return False
    slope = (ema.negative_logit(low) - ema.negative_logit(high)) / (third - first)
    exponents = [ema.negative_logit(low) + slope * (first - agreed) for agreed in consensus]
    return any(20 < exponent < 22 for exponent in exponents)


@given(CONSENSUS, SETTINGS, SETTINGS)
def test_bond_10_liquid_alphas(bits: list[int], low_setting: int, high_setting: int) -> None:
    consensus = fractions(bits)
    low, high = Fraction(low_setting, U16_MAX), Fraction(high_setting, U16_MAX)
    bound = liquid_error(consensus)
    assume(bound is not None and not near_overflow(consensus, low, high))
    third = vector.quantile(bits, 0.75)
    found = reference.liquid_alphas(bits, third, BondsParameters(0, True, low_setting, high_setting))
    bounds = (vector.u16_proportion_to_fixed(setting) * STEP for setting in (low_setting, high_setting))
    assert fractions(found) == ROUNDED["BOND-10"](consensus, *bounds)
    ideal = ema.liquid_alphas(consensus, low, high)
    assert bound is not None
    assert all(abs(a * STEP - b) <= bound for a, b in zip(found, ideal, strict=True))


def test_bond_10_reads_a_power_that_does_not_fit_as_0() -> None:
    consensus = [0, *[400_000_000 + step * 10_000 for step in range(7)]]
    parameters = BondsParameters(0, True, 45_875, 58_982)
    found = reference.liquid_alphas(consensus, vector.quantile(consensus, 0.75), parameters)
    assert found[0] == vector.u16_proportion_to_fixed(58_982) > found[1]


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
    ideal = yuma3.moved_bonds(rows_of(weights), rows_of(old), fractions(consensus), average, chosen)
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
