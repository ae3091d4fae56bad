"""The later rules of bonds, Yuma 3 among them, against the exact ones."""

from collections.abc import Sequence
from fractions import Fraction

from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from dtao import fixed, sparse, vector
from dtao.fixed import I32F32
from dtao.rules import bonds as launch
from dtao.rules import yuma3 as reference
from dtao.rules.bonds import BondsParameters, Purchase
from dtao.rules.consensus import Agreement
from dtao.rules.epoch import EpochInput, last_tempo
from dtao.rules.matrices import SPARSE, sparse_bonds
from dtao.sparse import SparseRow
from dtao.units import U16_MAX, Alpha, BlockNumber, Uid
from dtao_spec.chapters import bonds as exact_at_launch
from dtao_spec.chapters import epoch as exact_epoch
from dtao_spec.later import bonds as exact
from tests.spec.test_bonds import AVERAGES, PAIRS, all_below
from tests.spec.test_epoch import MATRICES_AND_FACTORS, SETTINGS, SHARES, SIZES, STEP, fractions, matrices, rows_of

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
    assert rows_of(found) == exact.bonds_that_count(rows, block, tempo, registered[:n])


@given(PAIRS, AVERAGES)
def test_bond_7_moves_all_bonds_at_one_pace(pair: tuple[Matrix, Matrix], average: int) -> None:
    n, average = len(pair[0]), min(average, 10**6)
    new, old = (sparse.col_normalize_sparse(matrix, n) for matrix in pair)
    parameters = BondsParameters(average, False, 0, 0)
    bits: Matrix = launch.ema_bonds(SPARSE, new, old, [0] * n, parameters)
    ideal = exact.bonds_at_one_pace(rows_of(new), rows_of(old), average)
    alpha = exact_at_launch.fixed_alpha(average)
    mixed = exact_at_launch.mixed(rows_of(new), rows_of(old), alpha)
    error = 2 * STEP + abs(launch.fixed_alpha(average) * STEP - alpha)
    for uid in range(n):
        m = sum(uid in {*a, *b} for a, b in zip(rows_of(new), rows_of(old), strict=True))
        rest = sum((row.get(uid, Fraction(0)) for row in mixed), Fraction(0)) - m * error
        for a, b in zip(rows_of(bits), ideal, strict=True):
            bound = STEP + error * (1 + m * b.get(uid, 0)) / rest if rest > 0 else 1
            assert abs(a.get(uid, Fraction(0)) - b.get(uid, 0)) <= bound


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
        ),
        new_permits=[True] * n,
        old_permits=[True] * n,
    )


@given(purchases())
def test_bond_7_asks_nobody_for_liquid_alpha(purchase: Purchase[SparseRow]) -> None:
    without = evolve(purchase, parameters=evolve(purchase.parameters, liquid_alpha_on=False))
    assert launch.bonds_bought_at_one_pace(SPARSE, purchase) == launch.bonds_bought(SPARSE, without)


@given(purchases())
def test_bond_13_pays_by_proportions(purchase: Purchase[SparseRow]) -> None:
    found = reference.bonds_by_choice(SPARSE, purchase)
    n, parameters = len(purchase.active_stake), purchase.parameters
    read: Matrix = SPARSE.proportions(SPARSE.bonds(purchase.rows, purchase.thresholds, purchase.registered))
    counted = rows_of(sparse_bonds(purchase.rows, purchase.thresholds, purchase.registered))
    assert all_below(read, exact.read_proportions(counted), STEP)
    weights = SPARSE.interpolate(purchase.weights, purchase.clipped_weights, n, purchase.penalty)
    bits = reference.moved_bonds(SPARSE, weights, read, purchase.agreed.consensus, parameters)
    held, incentive, stake = rows_of(bits), fractions(purchase.agreed.incentive), fractions(purchase.active_stake)
    for uid, row in found.rows.items():
        ideal_row = {target: exact_epoch.parts_of_65535(bond) for target, bond in held[uid].items()}
        assert all(0 <= ideal_row[int(target)] - bond < 1 for target, bond in row)
    ideal = exact.proportional_dividends(held, incentive, stake)
    parts = exact.column_products(exact_epoch.columns_normalised(held), incentive)
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
    bits = reference.moved_bonds(SPARSE, weights, old, consensus, parameters)
    liquid = liquid_of(parameters)
    chosen = liquid if parameters.liquid_alpha_on else None
    ideal = exact.moved_bonds(rows_of(weights), rows_of(old), fractions(consensus), average, chosen)
    if not (parameters.liquid_alpha_on and any(consensus)):
        used = reference.wrapped_alpha(average) * STEP
        assert 0 <= used - exact_at_launch.fixed_alpha(average) < STEP
        at_the_used_pace = exact_at_launch.mixed(rows_of(weights), rows_of(old), used)
        assert all_below(bits, at_the_used_pace, 2 * STEP)
        for a, b in zip(at_the_used_pace, ideal, strict=True):
            assert all(abs(a.get(uid, Fraction(0)) - b.get(uid, Fraction(0))) < STEP for uid in {*a, *b})
        return
    assume(not any(near_the_end(purchase, liquid, rows_of(weights), rows_of(old))))
    for a, b in zip(rows_of(bits), ideal, strict=True):
        for uid in range(n):
            assert abs(a.get(uid, Fraction(0)) - b.get(uid, Fraction(0))) <= BOUND + 8 * STEP


def liquid_of(parameters: BondsParameters) -> exact.LiquidAlpha:
    """Return the settings in exact numbers, the bounds as the reference reads them."""
    low, high = (
        vector.u16_proportion_to_fixed(setting) * STEP for setting in (parameters.alpha_low, parameters.alpha_high)
    )
    return exact.LiquidAlpha(low, high, parameters.alpha_sigmoid_steepness)


def near_the_end(
    purchase: Purchase[SparseRow],
    liquid: exact.LiquidAlpha,
    weights: list[exact_epoch.Row],
    bonds: list[exact_epoch.Row],
) -> list[bool]:
    """Tell for each bond whether the power of e in its pace is about to overflow."""
    zero = Fraction(0)
    return [
        is_near_the_end(agreed, on.get(uid, zero), held.get(uid, zero), liquid)
        for on, held in zip(weights, bonds, strict=True)
        for uid, agreed in enumerate(fractions(purchase.agreed.consensus))
    ]


def is_near_the_end(consensus: Fraction, weight: Fraction, bond: Fraction, liquid: exact.LiquidAlpha) -> bool:
    distance = min(max(weight - consensus if weight >= bond else bond - weight, Fraction(0)), Fraction(1))
    return 20 < abs(liquid.steepness * (distance - exact.HALF)) < 22


@given(SHARES, SHARES, SHARES, SETTINGS, SETTINGS, STEEPNESS)
def test_bond_15_is_within_its_bound(
    consensus: int, weight: int, bond: int, low: int, high: int, steepness: int
) -> None:
    liquid = liquid_of(BondsParameters(0, True, low, high, True, steepness))
    given_ = consensus * STEP, weight * STEP, bond * STEP, liquid
    assume(not is_near_the_end(*given_))
    bounds = round(liquid.low / STEP), round(liquid.high / STEP)
    found = reference.alpha_sigmoid(consensus, weight, bond, *bounds, steepness << 32) * STEP
    ideal = exact.alpha_sigmoid(*given_)
    assert abs(found - ideal) <= BOUND * abs(liquid.high - liquid.low) + 4 * STEP


def test_bond_15_is_at_its_upper_bound_at_either_end() -> None:
    high = vector.u16_proportion_to_fixed(58_982)
    low = vector.u16_proportion_to_fixed(45_875)
    for distance in (0, (1 << 32) * 479 // 1_000, 1 << 32):
        assert reference.alpha_sigmoid(0, distance, 0, low, high, 1_000 << 32) == high


@given(MATRICES_AND_FACTORS)
def test_bond_16_is_below(given_: tuple[Matrix, list[int]]) -> None:
    matrix, factors = given_
    found = sparse.mat_vec_mul_sparse(matrix, factors)
    assert all_below(found, exact.column_products(rows_of(matrix), fractions(factors)), STEP)


@given(PAIRS, st.lists(st.lists(SHARES, min_size=6, max_size=6), min_size=6, max_size=6))
def test_bond_17_is_below(pair: tuple[Matrix, Matrix], alphas: list[list[int]]) -> None:
    n = len(pair[0])
    paces = [row[:n] for row in alphas[:n]]
    found = sparse.mat_ema_alpha_sparse(*pair, paces)
    ideal = exact.mixed_by_element(rows_of(pair[0]), rows_of(pair[1]), [fractions(row) for row in paces])
    assert all_below(found, ideal, 2 * STEP)


def test_the_average_of_bond_14_wraps_where_that_of_bond_9_saturates() -> None:
    average = 2**31 * 10**6
    assert launch.fixed_alpha(average) == fixed.saturating_sub(I32F32, 1 << 32, I32F32.max_bits)
    assert reference.wrapped_alpha(average) == I32F32.max_bits
    assert U16_MAX == exact.U16_MAX
