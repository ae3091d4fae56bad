"""The exact epoch, up to the division of the emission, against the reference within the stated bounds."""

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from dtao import dense, sparse, vector
from dtao.rules import consensus as reference
from dtao.rules import epoch as reference_epoch
from dtao.rules.matrices import SPARSE, sparse_weights
from dtao.units import U16_MAX, U64_MAX, Uid
from dtao_spec.chapters.epoch import arithmetic, backing, consensus, emission
from dtao_spec.registry import Computation

ROUNDED = Computation(233, True)
ONE = 2**32
STEP = Fraction(1, ONE)
AMOUNTS = st.integers(0, U64_MAX) | st.integers(0, 21 * 10**15) | st.sampled_from([0, 1, 10**9, U64_MAX])
SHARES = st.integers(0, ONE) | st.integers(0, 1_000) | st.sampled_from([0, 1, ONE // 2, ONE])
NUMBERS = SHARES | st.integers(0, 2**60)
SETTINGS = st.integers(0, U16_MAX) | st.sampled_from([0, 1, 32_767, U16_MAX])


def fractions(bits: Sequence[int]) -> list[Fraction]:
    return [number * STEP for number in bits]


def rows_of(matrix: sparse.Sparse) -> list[arithmetic.Row]:
    """Return a sparse matrix of bits in exact numbers."""
    return [{column: element * STEP for column, element in row} for row in matrix]


@st.composite
def matrices(draw: st.DrawFn, n: int, numbers: st.SearchStrategy[int] = SHARES) -> list[sparse.SparseRow]:
    row = st.dictionaries(st.integers(0, n - 1), numbers, max_size=n).map(lambda row: list(row.items()))
    return draw(st.lists(row, min_size=n, max_size=n))


SIZES = st.integers(1, 6)
MATRICES = SIZES.flatmap(matrices)
MATRICES_AND_FACTORS = SIZES.flatmap(lambda n: st.tuples(matrices(n), st.lists(SHARES, min_size=n, max_size=n)))


def below(found: Sequence[int], ideal: Sequence[Fraction], bound: Fraction) -> bool:
    """Whether each number is less than the bound below the exact one, and never above."""
    return all(0 <= b - a * STEP < bound for a, b in zip(found, ideal, strict=True))


@given(st.lists(st.integers(0, 2**50), max_size=8))
def test_epoch_4_normalised(numbers: list[int]) -> None:
    found, ideal = vector.normalize(numbers), arithmetic.normalised(fractions(numbers))
    assert fractions(found) == ROUNDED["EPOCH-4"](fractions(numbers))
    assert below(found, ideal, STEP)
    if any(numbers):
        assert 1 - len(numbers) * STEP < sum(fractions(found)) <= 1
    wide = [Fraction(bits, 2**64) for bits in vector.normalize_64([number << 32 for number in numbers])]
    assert all(0 <= a - b < Fraction(1, 2**64) for a, b in zip(ideal, wide, strict=True)) or not any(numbers)


@given(MATRICES)
def test_epoch_4_rows_and_columns(matrix: list[sparse.SparseRow]) -> None:
    rows, columns = rows_of(matrix), len(matrix)
    by_row, by_column = sparse.row_normalize_sparse(matrix), sparse.col_normalize_sparse(matrix, columns)
    assert rows_of(by_row) == arithmetic.rows_normalised(rows, ROUNDED)
    assert rows_of(by_column) == arithmetic.columns_normalised(rows, ROUNDED)
    for found, ideal in (
        (by_row, arithmetic.rows_normalised(rows)),
        (by_column, arithmetic.columns_normalised(rows)),
    ):
        for row, ideal_row in zip(found, ideal, strict=True):
            assert below([element for _, element in row], list(ideal_row.values()), STEP)


@given(st.lists(st.integers(0, 3) | SHARES, max_size=8), st.integers(0, 9))
def test_epoch_5_permitted_validators(shares: list[int], allowed: int) -> None:
    found = list(reference.permitted_validators(shares, allowed))
    assert found == backing.permitted_validators(fractions(shares), allowed)


@given(st.integers(-(2**33), 2**33), SETTINGS)
def test_epoch_6_parts_of_65535(bits: int, setting: int) -> None:
    stored = vector.fixed_proportion_to_u16(bits)
    assert stored == arithmetic.parts_of_65535_rounded(bits * STEP)
    assert 0 <= arithmetic.parts_of_65535(bits * STEP) - stored < 1
    read = vector.u16_proportion_to_fixed(setting)
    assert read * STEP == arithmetic.setting(setting, ROUNDED)
    assert below([read], [arithmetic.setting(setting)], STEP)
    assert vector.fixed_proportion_to_u16(read) in (setting, setting - 1)


@given(st.lists(SHARES | SETTINGS.map(lambda weight: weight << 32), max_size=8))
def test_epoch_7_upscaled(numbers: list[int]) -> None:
    found, ideal = vector.vec_max_upscale_to_u16(numbers), arithmetic.upscaled(fractions(numbers))
    assert found == arithmetic.upscaled_rounded(fractions(numbers))
    largest = max(numbers, default=0) * STEP
    tolerance = (largest + 1) * STEP if largest > 32_768 else STEP
    for a, b, number in zip(found, ideal, fractions(numbers), strict=True):
        above_a_tie = (number * U16_MAX / largest - Fraction(1, 2)) % 1 if largest else Fraction(1)
        assert a == b or (a == b - 1 and above_a_tie < tolerance)
    if largest > 0:
        assert max(found) == U16_MAX


@given(
    SIZES.flatmap(lambda m: st.tuples(*[st.lists(SHARES, min_size=m, max_size=m)] * 2)),
    SETTINGS.map(vector.u16_proportion_to_fixed) | SHARES,
)
def test_epoch_8_weighted_median(votes: tuple[list[int], list[int]], majority: int) -> None:
    weights, scores = votes
    rows = [[(0, score)] for score in scores]
    found = sparse.weighted_median_col_sparse(weights, rows, 1, majority)[0]
    assert found in scores or not any(weights)
    given_ = fractions(weights), fractions(scores), majority * STEP
    assert found * STEP == consensus.weighted_median_rounded(*given_)
    assert dense.weighted_median_col(weights, [[score] for score in scores], majority) == [found]
    total = sum(weights)
    support = [sum(w for w, s in zip(weights, scores, strict=True) if s >= score) for score in scores]
    assume(total == 0 or all(abs(Fraction(part, total) - majority * STEP) > len(weights) * STEP for part in support))
    assert found * STEP == consensus.weighted_median(*given_)


@given(MATRICES_AND_FACTORS)
def test_epoch_9_sums(given_: tuple[list[sparse.SparseRow], list[int]]) -> None:
    matrix, factors = given_
    rows, exact_factors, n = rows_of(matrix), fractions(factors), len(matrix)
    bound = max(n, 1) * STEP
    by_column, by_row = sparse.matmul_sparse(matrix, factors, n), sparse.matmul_transpose_sparse(matrix, factors)
    assert fractions(by_column) == ROUNDED["EPOCH-9"](rows, exact_factors)
    assert fractions(by_row) == arithmetic.sums_of_rows(rows, exact_factors, ROUNDED)
    products = sparse.row_hadamard_sparse(matrix, factors)
    assert rows_of(products) == arithmetic.rows_times(rows, exact_factors, ROUNDED)
    assert below(by_column, arithmetic.sums_of_columns(rows, exact_factors), bound)
    assert below(by_row, arithmetic.sums_of_rows(rows, exact_factors), bound)
    for row, ideal in zip(products, arithmetic.rows_times(rows, exact_factors), strict=True):
        assert below([element for _, element in row], list(ideal.values()), STEP)


@given(MATRICES_AND_FACTORS)
def test_epoch_10_clipped(given_: tuple[list[sparse.SparseRow], list[int]]) -> None:
    matrix, thresholds = given_
    found = rows_of(sparse.col_clip_sparse(matrix, thresholds))
    assert found == consensus.clipped(rows_of(matrix), fractions(thresholds))


@st.composite
def stored_rows(draw: st.DrawFn, beyond: int) -> tuple[list[dict[int, int]], list[bool], list[int], list[int]]:
    n = draw(SIZES)
    row = st.dictionaries(st.integers(0, n - 1 + beyond), SETTINGS, max_size=n)
    blocks = st.lists(st.integers(0, 5), min_size=n, max_size=n)
    return (
        draw(st.lists(row, min_size=n, max_size=n)),
        draw(st.lists(st.booleans(), min_size=n, max_size=n)),
        draw(blocks),
        draw(blocks),
    )


@given(stored_rows(beyond=2))
def test_epoch_11_weights_that_count(given_: tuple[list[dict[int, int]], list[bool], list[int], list[int]]) -> None:
    rows, permits, last_update, registered = given_
    stored = [tuple((Uid(uid), weight) for uid, weight in row.items()) for row in rows]
    found = sparse_weights(stored, [not permit for permit in permits], last_update, registered)
    assert rows_of(found) == consensus.weights_that_count(rows, permits, last_update, registered)


@given(st.lists(st.integers(0, 2**100) | st.integers(0, 2**64), max_size=8))
def test_epoch_12_stake_shares(weights: list[int]) -> None:
    found, exactly = reference.normalized_stake(weights), [Fraction(bits, 2**64) for bits in weights]
    assert fractions(found) == backing.stake_shares_rounded(exactly)
    assert below(found, backing.stake_shares(exactly), STEP)


@given(st.lists(st.integers(0, 10), max_size=5), st.integers(0, 10), st.integers(0, 20))
def test_epoch_13_active_neurons(updates: list[int], cutoff: int, block: int) -> None:
    assert list(reference.active_neurons(updates, cutoff, block)) == backing.active_neurons(updates, cutoff, block)


@given(st.lists(st.tuples(SHARES, st.booleans(), st.booleans()), max_size=6))
def test_epoch_14_active_stake_shares(given_: list[tuple[int, bool, bool]]) -> None:
    shares, active, permits = ([row[i] for row in given_] for i in range(3))
    found = reference.normalized_active_stake(shares, list(map(bool, active)), list(map(bool, permits)))
    exactly = fractions(shares), list(map(bool, active)), list(map(bool, permits))
    assert fractions(found) == ROUNDED["EPOCH-14"](*exactly)
    assert below(found, backing.active_stake_shares(*exactly), STEP)


def near_a_tie(
    weights: Sequence[arithmetic.Row], stake: Sequence[Fraction], majority: Fraction, margin: Fraction
) -> bool:
    """Whether the stake behind some weight is within the margin of the majority."""
    total = sum(stake)
    for uid in range(len(stake)):
        scores = [row.get(uid, Fraction(0)) for row in weights]
        for score in scores:
            support = sum(weight for weight, other in zip(stake, scores, strict=True) if other >= score)
            if total and abs(support / total - majority) <= margin:
                return True
    return False


@given(MATRICES_AND_FACTORS, SETTINGS.map(vector.u16_proportion_to_fixed))
def test_epoch_15_agreement(given_: tuple[list[sparse.SparseRow], list[int]], majority: int) -> None:
    matrix, factors = given_
    matrix, active_stake = sparse.row_normalize_sparse(matrix), vector.normalize(factors)
    weights, stakes = rows_of(matrix), fractions(active_stake)
    found, clipped = reference.agreement(SPARSE, matrix, active_stake, majority)
    rounded = ROUNDED["EPOCH-15"](weights, stakes, majority * STEP)
    parts = (found.consensus, found.validator_trust, found.trust, found.incentive)
    assert (
        consensus.Agreement(
            consensus=fractions(parts[0]),
            clipped=rows_of(clipped),
            validator_trust=fractions(parts[1]),
            trust=fractions(parts[2]),
            incentive=fractions(parts[3]),
        )
        == rounded
    )
    assume(not near_a_tie(weights, stakes, majority * STEP, len(stakes) * STEP))
    ideal = consensus.agreement(weights, stakes, majority * STEP)
    assert fractions(found.consensus) == ideal.consensus
    assert fractions(found.validator_trust) == ideal.validator_trust
    assert rows_of(clipped) == ideal.clipped
    before = arithmetic.sums_of_columns(weights, stakes)
    ranks = sum(arithmetic.sums_of_columns(ideal.clipped, stakes), Fraction(0))
    count = sum(map(len, weights))
    for uid in range(len(stakes)):
        m = sum(uid in row for row in weights)
        assert within(found.trust[uid], ideal.trust[uid], m, m, before[uid])
        assert within(found.incentive[uid], ideal.incentive[uid], m, count, ranks)


def within(found: int, ideal: Fraction, m: int, count: int, divisor: Fraction) -> bool:
    """Whether a quotient of floored sums is as near as EPOCH-15 and BOND-11 say."""
    if divisor == 0:
        return found == 0
    if ideal - found * STEP >= (m / divisor + 1) * STEP:
        return False
    rest = divisor - count * STEP
    return found * STEP - ideal <= (ideal * count * STEP / rest if rest > 0 else 1)


@given(st.lists(st.tuples(*[SHARES] * 4), min_size=1, max_size=6))
def test_epoch_16_emission_shares(given_: list[tuple[int, ...]]) -> None:
    columns = [[row[i] for row in given_] for i in range(4)]
    found = reference_epoch.emission_shares(*columns)
    ideal, rounded = emission.emission_shares(*map(fractions, columns)), ROUNDED["EPOCH-16"](*map(fractions, columns))
    assert [fractions(part) for part in (found.server, found.validator, found.combined)] == [
        rounded.server, rounded.validator, rounded.combined
    ]  # fmt: skip
    assert below(found.server, ideal.server, STEP)
    assert below(found.validator, ideal.validator, STEP)
    assert below(found.combined, ideal.combined, STEP)


@given(AMOUNTS, st.lists(st.tuples(SHARES, SHARES), min_size=1, max_size=6))
def test_epoch_17_part_of_emission(amount: int, shares: list[tuple[int, int]]) -> None:
    server, validator = ([row[i] for row in shares] for i in range(2))
    zeros = [0] * len(shares)
    found = reference_epoch.emission_shares(server, validator, zeros, zeros)
    paid = [reference_epoch.parts_of(amount, part) for part in (found.server, found.validator, found.combined)]
    for parts, bits in zip(paid, (found.server, found.validator, found.combined), strict=True):
        for paid_amount, share in zip(parts, bits, strict=True):
            given_ = Fraction(amount), share * STEP
            assert paid_amount == emission.part_of_emission_rounded(*given_)
            assert 0 <= emission.part_of_emission(*given_) - paid_amount < 1
    for miner, judge, whole in zip(*paid, strict=True):
        assert 0 <= whole - miner - judge < 2 + amount * STEP
    assert sum(paid[0]) + sum(paid[1]) <= amount


@given(st.lists(st.integers(0, 3) | SHARES, max_size=8), st.integers(0, 9))
def test_epoch_5_permits_take_stake(shares: list[int], allowed: int) -> None:
    found = list(reference.permitted_validators_with_stake(shares, allowed))
    assert found == backing.permitted_validators_with_stake(fractions(shares), allowed)


@given(stored_rows(beyond=2), st.none() | st.integers(0, 5))
def test_epoch_11_lets_the_owner_weigh_itself(
    given_: tuple[list[dict[int, int]], list[bool], list[int], list[int]], owner: int | None
) -> None:
    rows, permits, last_update, registered = given_
    owner = owner if owner is not None and owner < len(rows) else None
    stored = [tuple((Uid(uid), weight) for uid, weight in row.items()) for row in rows]
    forbidden = [not permit for permit in permits]
    found = sparse_weights(stored, forbidden, last_update, registered, None if owner is None else Uid(owner))
    assert rows_of(found) == consensus.weights_that_count_and_of_the_owner(
        rows, permits, last_update, registered, owner
    )


@given(st.lists(st.integers(0, 2**100) | st.integers(0, 5).map(lambda rao: rao << 64), max_size=8), st.integers(0, 5))
def test_epoch_22_is_exact(weights: list[int], threshold: int) -> None:
    found = [Fraction(bits, 2**64) for bits in reference.stake_from_threshold_on(weights, threshold)]
    assert found == backing.stake_from_threshold_on([Fraction(bits, 2**64) for bits in weights], threshold)
