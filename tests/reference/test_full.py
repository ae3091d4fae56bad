"""Epochs with most weights set: the form of full matrices against the sparse one, whole and operation by operation."""

from random import Random

import pytest
from attrs import evolve

import dtao
from dtao import full, sparse
from dtao.errors import InputError
from dtao.full import NO_ELEMENTS, NoFullForm
from dtao.rules import epoch as rules
from dtao.rules.epoch import EpochInput, EpochRules
from dtao.rules.matrices import FULL, SPARSE
from dtao.units import U16_MAX, Alpha, Bits, BlockNumber, Uid
from dtao.vector import ONE

ERAS = ["launch", "273", "320", "365", "401", "425"]


def drawn_row(random: Random, n: int, uid: int, beyond: int = 0) -> tuple[tuple[Uid, int], ...]:
    """Return weights or bonds of a neuron: on all, on all others, on some or on few, and zeros among them."""
    kind = random.randrange(5)
    targets = [target for target in range(n + beyond) if target != uid or kind == 0]
    if kind > 1:
        targets = [target for target in targets if random.random() < (0, 0, 0.9, 0.5, 0.05)[kind]]
    values = (0, 1, 65_535, random.randrange(65_536))
    return tuple((Uid(target), random.choice(values)) for target in targets)


def drawn_input(random: Random, n: int) -> EpochInput:
    block = 10_000
    permits = [random.random() < 0.7 for _ in range(n)]
    beyond = 2 if random.random() < 0.1 else 0
    return EpochInput(
        n=n,
        block_number=BlockNumber(block),
        activity_cutoff=5_000,
        last_update=[BlockNumber(random.choice((9_000, 9_500, 100))) for _ in range(n)],
        block_at_registration=[BlockNumber(random.choice((0, 50, 9_200))) for _ in range(n)],
        stake=[Bits(random.choice((0, 1, random.randrange(2**40), 10**12)) << 64) for _ in range(n)],
        validator_permits=permits,
        max_allowed_validators=random.choice((n // 2, n)),
        weights=[drawn_row(random, n, uid, beyond) if permits[uid] else () for uid in range(n)],
        bonds=[drawn_row(random, n, uid) if permits[uid] and random.random() < 0.8 else () for uid in range(n)],
        kappa=random.choice((32_767, 0, 65_535)),
        bonds_penalty=random.choice((0, 65_535, 30_000)),
        bonds_moving_average=random.choice((900_000, 0, 1_000_000, 1_100_000)),
        liquid_alpha_on=random.random() < 0.4,
        alpha_low=random.choice((45_875, 0, 60_000)),
        alpha_high=random.choice((58_982, 50_000)),
        emission=Alpha(10**9),
        tempo=360,
        last_step=BlockNumber(random.choice((0, 9_640))),
        owner_uid=random.choice((None, Uid(0), Uid(n - 1))),
        yuma3_on=random.random() < 0.5,
        alpha_sigmoid_steepness=random.choice((1_000, 0, -1_000)),
    )


def in_form(given: EpochInput, era: EpochRules, form: object) -> object:
    """Return what an epoch comes to in one form, or why it is refused."""
    try:
        return rules._epoch(form, given, era, era.sparse_bonds)  # type: ignore[arg-type]
    except InputError as error:
        return str(error)


@pytest.mark.parametrize("version", ERAS)
@pytest.mark.parametrize("n", [3, 8, 33])
def test_an_epoch_comes_to_the_same_in_both_forms(version: str, n: int) -> None:
    random = Random(f"{version} {n}")
    era = dtao.era(version).runtime.epoch
    compared = 0
    for _ in range(60 if n < 33 else 12):
        given = drawn_input(random, n)
        try:
            result = in_form(given, era, FULL)
        except NoFullForm:
            continue
        compared += 1
        assert result == in_form(given, era, SPARSE)
    assert compared > 5


def test_only_epochs_of_many_neurons_with_most_weights_take_it() -> None:
    random = Random(1)
    given = evolve(drawn_input(random, 40), weights=[tuple((Uid(other), 1) for other in range(40))] * 40)
    assert rules.is_full(given)
    assert not rules.is_full(evolve(given, weights=[()] * 40))
    assert not rules.is_full(evolve(given, weights=[tuple((Uid(other), 1) for other in range(19))] * 40))
    assert not rules.is_full(evolve(given, n=15))
    assert not rules.is_full(evolve(given, n=5_000))


@pytest.mark.parametrize("row", [((1, 5), (0, 5)), ((1, 5), (1, 5), (2, 0)), ((0, 1), (2, 1), (7, 1))])
def test_a_row_in_another_order_or_beyond_the_neurons_has_no_such_form(row: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(NoFullForm):
        full.from_stored(row, 3, 5)


def test_an_epoch_with_such_a_row_is_computed_in_the_sparse_form() -> None:
    n = 40
    backwards = tuple((Uid(other), 1 + other) for other in reversed(range(n)))
    given = evolve(drawn_input(Random(2), n), weights=[backwards] * n, validator_permits=[True] * n)
    era = dtao.era("launch").runtime.epoch
    assert rules.is_full(given)
    assert rules.epoch(given, era) == in_form(given, era, SPARSE)


@pytest.mark.parametrize("average", [1_100_000, 7_157_392_686_331_621_095, 2**63 + 5])
def test_bonds_that_may_saturate_are_computed_in_the_sparse_form(average: int) -> None:
    n, random = 20, Random(4)
    era = dtao.era("425").runtime.epoch
    for _ in range(10):
        drawn = evolve(drawn_input(random, n), validator_permits=[True] * n, bonds_penalty=0, yuma3_on=True)
        rows = [
            tuple((Uid(other), random.randrange(1, 65_536)) for other in range(n) if other != uid) for uid in range(n)
        ]
        given = evolve(drawn, weights=rows, bonds=rows, bonds_moving_average=average, liquid_alpha_on=False)
        assert rules.is_full(given)
        assert rules.epoch(given, era) == in_form(given, era, SPARSE)


def test_rows_are_the_same_in_both_forms() -> None:
    stored = ((0, 5), (2, 0), (3, 7))
    row = full.from_stored(stored, 1, 4)
    assert row == ((0, 2, 3), [5, 0, 0, 7])
    assert full.to_sparse([row, NO_ELEMENTS]) == [list(stored), []]
    assert full.from_sparse([list(stored), []], 4) == [([0, 2, 3], [5, 0, 0, 7]), NO_ELEMENTS]
    assert full.only(row, [3]) == ([3], [0, 0, 0, 7])
    assert full.positive([0, 3, 0, 0]) == ([1], [0, 3, 0, 0])
    assert full.positive([0, 0]) == NO_ELEMENTS


def test_a_share_of_nothing_is_left_out_where_the_threshold_is_nothing() -> None:
    rows = [full.from_stored(((0, 3), (1, 0), (2, 2)), 9, 3)]
    assert full.to_sparse(full.col_clip(rows, [0, 0, 1])) == sparse.col_clip_sparse(full.to_sparse(rows), [0, 0, 1])


@pytest.mark.parametrize("ratio", [0, 1, ONE // 3, ONE])
def test_what_lies_between_two_matrices(ratio: int) -> None:
    first = [full.from_stored(((0, 9), (2, 4)), 1, 3), NO_ELEMENTS]
    second = [full.from_stored(((0, 3), (2, 4)), 1, 3), NO_ELEMENTS]
    mixed = full.to_sparse(full.interpolate(first, second, 3, ratio))
    assert mixed == sparse.interpolate_sparse(full.to_sparse(first), full.to_sparse(second), 3, ratio)


EXTREMES = [0, 1, ONE - 1, ONE, ONE >> 1]


def test_a_row_that_is_multiplied_as_one_integer_comes_to_what_its_elements_come_to() -> None:
    random = Random(3)
    for n in (1, 2, 5, 64):
        for _ in range(50):
            elements = [random.choice([*EXTREMES, random.randrange(ONE + 1)]) for _ in range(n)]
            weight = random.choice([*EXTREMES, U16_MAX, random.randrange(ONE + 1)])
            row = full.joined(elements)
            assert full.parted(row, n) == elements
            assert full.parted(full.times(row, weight, n), n) == [weight * element >> 32 for element in elements]


def test_products_and_averages_are_the_same_in_both_forms_up_to_the_ends_of_their_range() -> None:
    random, n = Random(4), 6
    for _ in range(200):
        first, second = (
            [
                full.positive([random.choice([*EXTREMES, random.randrange(ONE + 1)]) for _ in range(n)])
                if random.random() < 0.8
                else NO_ELEMENTS
                for _ in range(n)
            ]
            for _ in range(2)
        )
        weights, alpha = [random.choice(EXTREMES) for _ in range(n)], random.choice(EXTREMES)
        one, other = full.to_sparse(first), full.to_sparse(second)
        assert full.matmul(first, weights, n) == sparse.matmul_sparse(one, weights, n)
        assert full.to_sparse(full.row_hadamard(first, weights)) == sparse.row_hadamard_sparse(one, weights)
        assert full.to_sparse(full.mat_ema(first, second, alpha)) == sparse.mat_ema_sparse(one, other, alpha)
        assert [*map(full.stored_row, first)] == [*map(SPARSE.stored_row, one)]
