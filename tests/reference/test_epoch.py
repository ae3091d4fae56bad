"""The whole epoch on small worlds: dense against sparse, what it pays, and what it refuses."""

from collections.abc import Callable
from typing import Any

import pytest
from attrs import asdict, evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from dtao import fixed
from dtao.errors import InputError
from dtao.fixed import I32F32
from dtao.rules import bonds as bond_rules
from dtao.rules.epoch import EpochInput, EpochOutput, epoch, epoch_dense
from dtao.units import Alpha, Bits, BlockNumber, Uid
from tests.depth import of_many

U16 = st.sampled_from([0, 1, 32_767, 65_534, 65_535]) | st.integers(0, 65_535)
Row = tuple[tuple[Uid, int], ...]


@st.composite
def worlds(draw: st.DrawFn, least: int = 1) -> EpochInput:
    n = draw(st.integers(least, 7))

    def one_each(elements: st.SearchStrategy[int]) -> list[int]:
        return draw(st.lists(elements, min_size=n, max_size=n))

    def rows() -> list[Row]:
        row = st.dictionaries(st.integers(0, n - 1).map(Uid), U16, max_size=n).map(lambda row: tuple(row.items()))
        return draw(st.lists(row, min_size=n, max_size=n)) if n else []

    stake = st.sampled_from([0, 1, 10**9, 10**9, 21 * 10**15]) | st.integers(0, 10**16)
    return EpochInput(
        n=n,
        block_number=BlockNumber(100),
        activity_cutoff=draw(st.sampled_from([0, 20, 65_535])),
        last_update=list(map(BlockNumber, one_each(st.integers(70, 100)))),
        block_at_registration=list(map(BlockNumber, one_each(st.sampled_from([0, 80, 100])))),
        stake=[Bits(amount << 64) for amount in one_each(stake)],
        validator_permits=draw(st.lists(st.booleans(), min_size=n, max_size=n)),
        max_allowed_validators=draw(st.integers(0, 8)),
        weights=rows(),
        bonds=rows(),
        kappa=draw(U16),
        bonds_penalty=draw(U16),
        bonds_moving_average=draw(st.sampled_from([0, 900_000, 975_000, 10**6, 2 * 10**6, 2**64 - 1])),
        liquid_alpha_on=draw(st.booleans()),
        alpha_low=draw(U16),
        alpha_high=draw(U16),
        emission=Alpha(draw(st.sampled_from([0, 1, 10**9, 360 * 10**9, 2**64 - 1]))),
    )


def without_zeros(output: EpochOutput) -> EpochOutput:
    return evolve(output, bonds={uid: tuple(pair for pair in row if pair[1]) for uid, row in output.bonds.items()})


@given(worlds())
@settings(deadline=None, max_examples=of_many(100, 1_000))
def test_the_dense_epoch_is_the_sparse_one_with_zeros(world: EpochInput) -> None:
    world = evolve(world, bonds_moving_average=min(world.bonds_moving_average, 10**6))
    dense = epoch_dense(world)
    assert without_zeros(dense) == without_zeros(epoch(world))
    assert all(len(row) in (0, world.n) for row in dense.bonds.values())


@given(worlds())
@settings(deadline=None, max_examples=of_many(100, 1_000))
def test_an_epoch_divides_its_emission_and_nothing_more(world: EpochInput) -> None:
    paid = epoch(world)
    assert sum(paid.server_emission) + sum(paid.validator_emission) <= world.emission
    assert sum(paid.emission) <= world.emission
    for server, validator, combined in zip(paid.server_emission, paid.validator_emission, paid.emission, strict=True):
        # Each of the three is rounded down on its own, from shares that were truncated on their own.
        assert server + validator <= combined + 1 + world.emission // 2**31
    if any(world.stake):
        # Every division by a sum loses at most one bit of I32F32 a neuron.
        assert world.emission - sum(paid.emission) <= world.n * (1 + (8 * world.n * world.emission >> 32))


@given(worlds(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_only_permits_depend_on_the_order_of_the_neurons(world: EpochInput, random: object) -> None:
    """Relabelling the neurons relabels the result, but for ties of stake at the edge of the permits."""
    order = list(range(world.n))
    random.shuffle(order)  # type: ignore[attr-defined]
    position = {Uid(old): Uid(new) for new, old in enumerate(order)}

    def moved(rows: object) -> list[Row]:
        return [tuple((position[uid], number) for uid, number in rows[old]) for old in order]  # type: ignore[index]

    relabelled = evolve(
        world,
        last_update=[world.last_update[old] for old in order],
        block_at_registration=[world.block_at_registration[old] for old in order],
        stake=[world.stake[old] for old in order],
        validator_permits=[world.validator_permits[old] for old in order],
        weights=moved(world.weights),
        bonds=moved(world.bonds),
    )
    before, after = asdict(epoch(world)), asdict(epoch(relabelled))
    for name in before.keys() - {"validator_permits", "bonds"}:
        assert after[name] == tuple(before[name][old] for old in order), name


@given(worlds(), st.lists(U16, min_size=1, max_size=7))
@settings(deadline=None)
def test_weights_on_oneself_on_strangers_and_without_permit_do_not_count(world: EpochInput, extra: list[int]) -> None:
    def disturbed(uid: int, row: Row) -> Row:
        if not world.validator_permits[uid]:
            return tuple((Uid(target), number) for target, number in enumerate(extra))
        others = tuple(pair for pair in row if pair[0] != uid)
        return (*others, (Uid(uid), extra[0]), (Uid(world.n), extra[-1]))

    assert epoch(evolve(world, weights=[disturbed(uid, row) for uid, row in enumerate(world.weights)])) == epoch(world)


def two_validators_and_two_miners() -> EpochInput:
    half = 10**9
    return EpochInput(
        n=4,
        block_number=BlockNumber(10),
        activity_cutoff=5_000,
        last_update=[BlockNumber(5)] * 4,
        block_at_registration=[BlockNumber(1)] * 4,
        stake=[Bits(half << 64), Bits(half << 64), Bits(0), Bits(0)],
        validator_permits=[True, True, False, False],
        max_allowed_validators=2,
        weights=[((Uid(2), 65_535), (Uid(3), 65_535)), ((Uid(2), 65_535), (Uid(3), 65_535)), (), ()],
        bonds=[(), (), (), ()],
        kappa=32_767,
        bonds_penalty=65_535,
        bonds_moving_average=900_000,
        liquid_alpha_on=False,
        alpha_low=45_875,
        alpha_high=58_982,
        emission=Alpha(10**9),
    )


@pytest.mark.parametrize("run", [epoch, epoch_dense])
def test_unanimous_validators_share_alike(run: Callable[[EpochInput], EpochOutput]) -> None:
    result = run(two_validators_and_two_miners())
    assert result.server_emission == (0, 0, 250_000_000, 250_000_000)
    assert result.validator_emission == (250_000_000, 250_000_000, 0, 0)
    assert result.consensus == (0, 0, 32_767, 32_767)
    assert result.incentive == result.rank == (0, 0, 32_767, 32_767)
    assert result.trust == (0, 0, 65_535, 65_535)
    assert result.validator_trust == (65_535, 65_535, 0, 0)
    assert result.validator_permits == (True, True, False, False)
    assert result.pruning_scores == (65_535,) * 4
    assert [dict(result.bonds[Uid(uid)])[Uid(2)] for uid in (0, 1)] == [65_535, 65_535]
    assert set(result.bonds) == {0, 1}


def test_a_lost_permit_writes_an_empty_row_and_others_stay() -> None:
    world = evolve(two_validators_and_two_miners(), max_allowed_validators=1)
    result = epoch(world)
    assert result.validator_permits == (False, True, False, False)
    assert result.bonds[Uid(0)] == ()
    assert set(result.bonds) == {0, 1}


def test_without_weights_active_validators_are_paid_by_stake() -> None:
    world = evolve(two_validators_and_two_miners(), weights=[()] * 4)
    assert epoch(world).validator_emission == (500_000_000, 500_000_000, 0, 0)
    idle = evolve(world, activity_cutoff=1, stake=[Bits(1 << 64), Bits(0), Bits(3 << 64), Bits(0)])
    assert epoch(idle).active == (False,) * 4
    assert epoch(idle).validator_emission == (250_000_000, 0, 750_000_000, 0)


def test_an_outdated_weight_does_not_count() -> None:
    world = two_validators_and_two_miners()
    registered = [BlockNumber(1), BlockNumber(1), BlockNumber(1), BlockNumber(5)]
    assert epoch(evolve(world, block_at_registration=registered)).incentive == (0, 0, 65_535, 0)


@given(worlds(least=0))
@settings(deadline=None)
def test_wrong_lengths_are_refused(world: EpochInput) -> None:
    for name in ("stake", "weights", "bonds", "block_at_registration", "validator_permits", "last_update"):
        sequence = list(getattr(world, name))
        changes: dict[str, Any] = {name: [*sequence, sequence[0] if sequence else ()]}
        with pytest.raises(InputError, match=f"has {world.n + 1} elements"):
            epoch(evolve(world, **changes))


def test_no_neurons() -> None:
    nobody = evolve(
        two_validators_and_two_miners(),
        n=0, last_update=[], block_at_registration=[], stake=[], validator_permits=[], weights=[], bonds=[],
    )  # fmt: skip
    assert not any(asdict(epoch(nobody)).values())
    with pytest.raises(InputError, match="without neurons"):
        epoch_dense(nobody)


def test_last_update_may_be_empty_while_nothing_asks_for_it() -> None:
    world = evolve(two_validators_and_two_miners(), last_update=[])
    with pytest.raises(InputError, match="LastUpdate is empty"):
        epoch(world)
    assert epoch_dense(world).active == ()
    assert epoch_dense(world).incentive == (0, 0, 32_767, 32_767)
    only_oneself = evolve(world, weights=[((Uid(0), 9),), (), (), ()])
    assert epoch(only_oneself).validator_emission == (500_000_000, 500_000_000, 0, 0)


def test_bonds_with_a_stranger_are_refused_by_the_sparse_epoch_alone() -> None:
    world = evolve(two_validators_and_two_miners(), bonds=[((Uid(4), 9),), (), (), ()])
    with pytest.raises(InputError, match="name neuron 4"):
        epoch(world)
    assert epoch_dense(world) == epoch_dense(two_validators_and_two_miners())


@given(U16, U16, st.integers(0, I32F32.one), st.integers(0, I32F32.one), st.integers(0, I32F32.one))
@settings(deadline=None)
def test_a_liquid_alpha_keeps_its_bounds(low: int, high: int, first: int, second: int, third: int) -> None:
    consensus = sorted([first, second, third])
    parameters = bond_rules.BondsParameters(900_000, True, low, high)
    alphas = bond_rules.liquid_alphas(consensus, consensus[2], parameters)
    least, most = (fixed.safe_div(I32F32, bound << 32, 65_535 << 32) for bound in (low, high))
    assert all(least <= alpha <= max(least, most) for alpha in alphas)


@pytest.mark.parametrize(
    ("average", "alpha"),
    # The largest average saturates twice: at 2^63 in I64F64 and, divided, at the largest number of I32F32.
    [(0, 2**32), (10**6, 0), (900_000, 429_496_730), (2 * 10**6, -(2**32)), (2**64 - 1, 2**32 - (2**63 - 1))],
)
def test_the_fixed_alpha_is_what_the_moving_average_leaves(average: int, alpha: int) -> None:
    assert bond_rules.fixed_alpha(average) == alpha


def test_beyond_a_whole_moving_average_only_the_dense_epoch_keeps_negative_bonds() -> None:
    world = evolve(two_validators_and_two_miners(), bonds_moving_average=2 * 10**6)
    assert epoch(world).dividends == (0, 0, 0, 0)
    assert epoch_dense(world).dividends == (32_767, 32_767, 0, 0)
