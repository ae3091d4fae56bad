"""Exact bonds against the reference within the stated bounds, and the whole exact epoch against the whole other one."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from attrs import frozen
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dtao import sparse, vector
from dtao.records import Row
from dtao.rules import bonds as reference
from dtao.rules.bonds import BondsParameters
from dtao.rules.epoch import EpochInput, epoch
from dtao.rules.matrices import SPARSE, sparse_bonds
from dtao.units import U16_MAX, Alpha, Bits, BlockNumber, Uid
from dtao_spec.chapters import bonds as exact
from dtao_spec.chapters import epoch as exact_epoch
from tests.spec.test_epoch import (
    MATRICES,
    MATRICES_AND_FACTORS,
    SETTINGS,
    SHARES,
    STEP,
    below,
    fractions,
    matrices,
    near_a_tie,
    rows_of,
    stored_rows,
    within,
)

SIZES = st.integers(1, 6)
PAIRS = SIZES.flatmap(lambda n: st.tuples(matrices(n), matrices(n)))
RATIOS = SHARES | SETTINGS.map(vector.u16_proportion_to_fixed)
AVERAGES = st.integers(0, 10**6) | st.sampled_from([0, 1, 900_000, 10**6, 2 * 10**6, 2**63, 2**64 - 1])


def all_below(found: sparse.Sparse, ideal: Sequence[exact_epoch.Row], bound: Fraction) -> bool:
    """Whether each element is less than the bound below the exact one and never above; 0 where it is missing."""
    pairs = zip(rows_of(found), ideal, strict=True)
    return all(0 <= b.get(uid, 0) - a.get(uid, 0) < bound for a, b in pairs for uid in {*a, *b})


@given(st.lists(SHARES, max_size=8), st.sampled_from([0.25, 0.75]))
def test_bond_1_quantile(numbers: list[int], part: float) -> None:
    assert below([vector.quantile(numbers, part)], [exact.quantile(fractions(numbers), Fraction(part))], STEP)


@given(MATRICES)
def test_bond_2_columns_upscaled(matrix: list[sparse.SparseRow]) -> None:
    found = sparse.col_max_upscale_sparse(matrix, len(matrix))
    assert all_below(found, exact.columns_upscaled(rows_of(matrix)), STEP)


@given(MATRICES_AND_FACTORS, RATIOS)
def test_bond_3_interpolated(given_: tuple[list[sparse.SparseRow], list[int]], ratio: int) -> None:
    first, thresholds = given_
    second = sparse.col_clip_sparse(first, thresholds)
    found = sparse.interpolate_sparse(first, second, len(first), ratio)
    assert all_below(found, exact.interpolated(rows_of(first), rows_of(second), ratio * STEP), STEP)


@given(PAIRS, SHARES)
def test_bond_4_mixed(pair: tuple[list[sparse.SparseRow], list[sparse.SparseRow]], alpha: int) -> None:
    found = sparse.mat_ema_sparse(*pair, alpha)
    assert all_below(found, exact.mixed(rows_of(pair[0]), rows_of(pair[1]), alpha * STEP), 2 * STEP)


@given(PAIRS, st.lists(SHARES, min_size=6, max_size=6))
def test_bond_5_mixed_by_column(pair: tuple[list[sparse.SparseRow], list[sparse.SparseRow]], alphas: list[int]) -> None:
    found = sparse.mat_ema_alpha_vec_sparse(*pair, alphas)
    ideal = exact.mixed_by_column(rows_of(pair[0]), rows_of(pair[1]), fractions(alphas))
    assert all_below(found, ideal, 2 * STEP)


@given(stored_rows(beyond=0))
def test_bond_6_bonds_that_count(given_: tuple[list[dict[int, int]], list[bool], list[int], list[int]]) -> None:
    rows, _, last_update, registered = given_
    stored = [tuple((Uid(uid), bond) for uid, bond in row.items()) for row in rows]
    found = sparse_bonds(stored, last_update, registered)
    assert rows_of(found) == exact.bonds_that_count(rows, last_update, registered)


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
    ideal = exact.bonds_delta(exact_weights, exact_clipped, shares, penalty * STEP)
    bought = exact_epoch.rows_times(exact.interpolated(exact_weights, exact_clipped, penalty * STEP), shares)
    for uid in range(len(shares)):
        column = [row.get(uid, Fraction(0)) for row in bought]
        total, m = sum(column, Fraction(0)), sum(uid in row for row in bought)
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
    alpha = exact.fixed_alpha(average)
    bounds = (Fraction(low, U16_MAX), Fraction(high, U16_MAX)) if liquid else None
    ideal = exact.ema_bonds(rows_of(new), rows_of(old), fractions(consensus), alpha, bounds)
    alphas, used = [alpha] * n, [reference.fixed_alpha(average)] * n
    third = vector.quantile(consensus, 0.75)
    assume(not liquid or (third == 0) == (exact.quantile(fractions(consensus), Fraction(3, 4)) == 0))
    if bounds and third:
        alphas = exact.liquid_alphas(fractions(consensus), *bounds)
        used = reference.liquid_alphas(consensus, third, parameters)
    mixed = exact.mixed_by_column(rows_of(new), rows_of(old), alphas)
    for uid in range(n):
        error = 2 * STEP + abs(used[uid] * STEP - alphas[uid])
        m = sum(uid in {*a, *b} for a, b in zip(rows_of(new), rows_of(old), strict=True))
        rest = sum((row.get(uid, Fraction(0)) for row in mixed), Fraction(0)) - m * error
        for a, b in zip(found, ideal, strict=True):
            bound = STEP + error * (1 + m * b.get(uid, 0)) / rest if rest > 0 else 1
            assert abs(a.get(uid, Fraction(0)) - b.get(uid, 0)) <= bound


@given(AVERAGES)
def test_bond_9_fixed_alpha(average: int) -> None:
    ideal = exact.fixed_alpha(average)
    found = reference.fixed_alpha(average) * STEP
    assert 0 <= found - ideal < STEP or (ideal <= 1 - 2**31 and found == 1 - (2**31 - STEP))


@given(MATRICES_AND_FACTORS)
def test_bond_11_dividends(given_: tuple[list[sparse.SparseRow], list[int]]) -> None:
    matrix, factors = given_
    bonds, incentive = sparse.col_normalize_sparse(matrix, len(matrix)), vector.normalize(factors)
    found = reference.normalized_dividends(SPARSE, bonds, incentive)
    rows, shares = rows_of(bonds), fractions(incentive)
    ideal = exact.dividends(rows, shares)
    total = sum(exact_epoch.sums_of_rows(rows, shares), Fraction(0))
    count = sum(map(len, rows))
    assert all(within(a, b, len(row), count, total) for a, b, row in zip(found, ideal, rows, strict=True))


@given(MATRICES, *[st.lists(st.booleans(), min_size=6, max_size=6)] * 2)
def test_bond_12_stored_bonds(matrix: list[sparse.SparseRow], new: list[bool], old: list[bool]) -> None:
    n = len(matrix)
    found = reference.stored_bonds(SPARSE, matrix, new[:n], old[:n])
    ideal = exact.stored_bonds(rows_of(matrix), new[:n], old[:n])
    assert {uid: [target for target, _ in row] for uid, row in found.items()} == {
        uid: list(row) for uid, row in ideal.items()
    }
    for uid, row in found.items():
        assert all(0 <= ideal[uid][target] - bond < 1 + Fraction(1, 2**16) for target, bond in row)


@frozen
class Ideal:
    """What the exact epoch makes of an input."""

    agreed: exact_epoch.Agreement
    dividends: list[Fraction]
    shares: exact_epoch.EmissionShares
    stored: dict[int, dict[int, Fraction]]
    permits: list[bool]
    ranks: Fraction
    """The sum of all ranks."""
    active_stake: list[Fraction]
    weights: list[exact_epoch.Row]


def ideal_epoch(given: EpochInput) -> Ideal:
    """Return the epoch in exact numbers, composed of the rules in their order."""
    permits, updated, registered = given.validator_permits, given.last_update, given.block_at_registration
    stake = exact_epoch.stake_shares([Fraction(bits, 2**64) for bits in given.stake])
    active = exact_epoch.active_neurons(updated, given.activity_cutoff, given.block_number)
    active_stake = exact_epoch.active_stake_shares(stake, active, permits)
    rows = [{int(uid): weight for uid, weight in row} for row in given.weights]
    weights = exact_epoch.rows_normalised(exact_epoch.weights_that_count(rows, permits, updated, registered))
    agreed = exact_epoch.agreement(weights, active_stake, Fraction(given.kappa, U16_MAX))
    held = [{int(uid): bond for uid, bond in row} for row in given.bonds]
    old = exact_epoch.columns_normalised(exact.bonds_that_count(held, updated, registered))
    new = exact.bonds_delta(weights, agreed.clipped, active_stake, Fraction(given.bonds_penalty, U16_MAX))
    bounds = (Fraction(given.alpha_low, U16_MAX), Fraction(given.alpha_high, U16_MAX))
    alpha = exact.fixed_alpha(given.bonds_moving_average)
    bonds = exact.ema_bonds(new, old, agreed.consensus, alpha, bounds if given.liquid_alpha_on else None)
    dividends = exact.dividends(bonds, agreed.incentive)
    new_permits = exact_epoch.permitted_validators(stake, given.max_allowed_validators)
    return Ideal(
        agreed=agreed,
        dividends=dividends,
        shares=exact_epoch.emission_shares(agreed.incentive, dividends, stake, active_stake),
        stored=exact.stored_bonds(bonds, new_permits, permits),
        permits=new_permits,
        ranks=sum(exact_epoch.sums_of_columns(agreed.clipped, active_stake), Fraction(0)),
        active_stake=active_stake,
        weights=weights,
    )


QUARTER = Fraction(1, 4)
CONSENSUS = st.lists(
    st.tuples(st.integers(0, 2**32), st.sampled_from([0, 4, 8, 12])).map(lambda drawn: drawn[0] >> drawn[1]),
    min_size=1,
    max_size=8,
)


def liquid_error(consensus: Sequence[Fraction]) -> Fraction | None:
    """Return the bound of BOND-10; None where it states none."""
    gap = exact.quantile(consensus, 3 * QUARTER) - exact.quantile(consensus, QUARTER)
    if 0 < gap < Fraction(1, 10**6):
        return None
    return Fraction(5, 10**6) + (12 * STEP / gap if gap else 0)


def near_overflow(consensus: Sequence[Fraction], low: Fraction, high: Fraction) -> bool:
    """Whether the power of e in the alpha of a column is about to overflow."""
    first, third = exact.quantile(consensus, QUARTER), exact.quantile(consensus, 3 * QUARTER)
    if first == third or not low or not high:
        return False
    slope = (exact.negative_logit(low) - exact.negative_logit(high)) / (third - first)
    exponents = [exact.negative_logit(low) + slope * (first - agreed) for agreed in consensus]
    return any(20 < exponent < 22 for exponent in exponents)


@given(CONSENSUS, SETTINGS, SETTINGS)
def test_bond_10_liquid_alphas(bits: list[int], low_setting: int, high_setting: int) -> None:
    consensus = fractions(bits)
    low, high = Fraction(low_setting, U16_MAX), Fraction(high_setting, U16_MAX)
    bound = liquid_error(consensus)
    assume(bound is not None and not near_overflow(consensus, low, high))
    third = vector.quantile(bits, 0.75)
    found = reference.liquid_alphas(bits, third, BondsParameters(0, True, low_setting, high_setting))
    ideal = exact.liquid_alphas(consensus, low, high)
    assert bound is not None
    assert all(abs(a * STEP - b) <= bound for a, b in zip(found, ideal, strict=True))


def test_bond_10_reads_a_power_that_does_not_fit_as_0() -> None:
    consensus = [0, *[400_000_000 + step * 10_000 for step in range(7)]]
    parameters = BondsParameters(0, True, 45_875, 58_982)
    found = reference.liquid_alphas(consensus, vector.quantile(consensus, 0.75), parameters)
    assert found[0] == vector.u16_proportion_to_fixed(58_982) > found[1]


RAO_OF_STAKE = st.integers(10**11, 10**12)
EMISSION = 2**63


@st.composite
def networks(draw: st.DrawFn) -> EpochInput:
    n = draw(st.integers(1, 8))
    numbers = st.sampled_from([0, 1, U16_MAX]) | st.integers(0, 9) | st.integers(0, U16_MAX)
    row = st.dictionaries(st.integers(0, n - 1).map(Uid), numbers, max_size=n).map(lambda row: tuple(row.items()))

    def one_each(elements: st.SearchStrategy[int]) -> list[int]:
        return draw(st.lists(elements, min_size=n, max_size=n))

    def rows() -> list[Row]:
        return draw(st.lists(row, min_size=n, max_size=n))

    return EpochInput(
        n=n,
        block_number=BlockNumber(100),
        activity_cutoff=draw(st.sampled_from([20, 1_000])),
        last_update=list(map(BlockNumber, one_each(st.integers(70, 100)))),
        block_at_registration=list(map(BlockNumber, one_each(st.sampled_from([0, 0, 80])))),
        stake=[Bits(amount << 64) for amount in one_each(RAO_OF_STAKE)],
        validator_permits=draw(st.lists(st.sampled_from([True, True, False]), min_size=n, max_size=n)),
        max_allowed_validators=draw(st.integers(0, 9)),
        weights=rows(),
        bonds=rows(),
        kappa=draw(st.just(32_767) | SETTINGS),
        bonds_penalty=draw(SETTINGS),
        bonds_moving_average=draw(st.sampled_from([900_000, 975_000]) | st.integers(1, 999_000)),
        liquid_alpha_on=draw(st.booleans()),
        alpha_low=draw(st.just(45_875) | st.integers(6_554, 52_427)),
        alpha_high=draw(st.just(58_982) | st.integers(52_428, 58_982)),
        emission=Alpha(EMISSION),
    )


@given(networks())
@settings(max_examples=300)
def test_the_whole_epoch_is_near_the_exact_one(network: EpochInput) -> None:
    ideal = ideal_epoch(network)
    majority = Fraction(network.kappa, U16_MAX)
    assume(not near_a_tie(ideal.weights, ideal.active_stake, majority, Fraction(1, 10**6)))
    pace = exact.fixed_alpha(network.bonds_moving_average)
    slack = Fraction(0)
    if network.liquid_alpha_on and exact.quantile(ideal.agreed.consensus, 3 * QUARTER):
        low, high = Fraction(network.alpha_low, U16_MAX), Fraction(network.alpha_high, U16_MAX)
        error = liquid_error(ideal.agreed.consensus)
        assume(error is not None and not near_overflow(ideal.agreed.consensus, low, high))
        slack, pace = error or slack, min(low, 1 - high)
    bound = slack + network.n * STEP / (min(pace, 1 - pace) * (ideal.ranks or 1))
    found = epoch(network)
    # EPOCH-5: what differs by less than a step may count as equal.
    stakes = sorted(exact_epoch.stake_shares([Fraction(bits) for bits in network.stake]))
    if not any(0 < b - a < STEP for a, b in pairwise(stakes)):
        assert list(found.validator_permits) == ideal.permits
    for parts, shares in (
        (found.server_emission, ideal.shares.server),
        (found.validator_emission, ideal.shares.validator),
        (found.emission, ideal.shares.combined),
    ):
        assert all(abs(Fraction(a, EMISSION) - b) <= bound for a, b in zip(parts, shares, strict=True))
    for stored, shares in ((found.incentive, ideal.agreed.incentive), (found.dividends, ideal.dividends)):
        for a, b in zip(stored, shares, strict=True):
            assert -2 * bound * U16_MAX <= exact_epoch.parts_of_65535(b) - a < 1 + 2 * bound * U16_MAX
