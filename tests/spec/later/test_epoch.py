"""The epoch's later rules against the exact ones."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dtao.rules import consensus as reference
from dtao.rules.matrices import sparse_weights
from dtao.rules.stake_weight import inherited_stake_unsigned
from dtao.units import U64_MAX, Uid
from dtao_spec.later import epoch as exact
from tests.spec.families import ULP, wide
from tests.spec.test_epoch import SHARES, fractions, rows_of, stored_rows

STAKES = wide(21 * 10**15)
PROPORTIONS = wide(U64_MAX) | st.sampled_from([U64_MAX, U64_MAX // 2])


@given(STAKES, st.lists(PROPORTIONS, max_size=5), st.lists(st.tuples(PROPORTIONS, STAKES), max_size=5))
def test_epoch_1_keeps_at_least_nothing(own: int, children: list[int], parents: list[tuple[int, int]]) -> None:
    found = inherited_stake_unsigned(own, children, parents)
    ideal = exact.inherited_stake(
        Fraction(own),
        [Fraction(proportion, U64_MAX) for proportion in children],
        [(Fraction(proportion, U64_MAX), Fraction(stake)) for proportion, stake in parents],
    )
    below = 1 + ULP * sum(stake for _, stake in parents)
    assert found == U64_MAX or ideal - below < found <= ideal + len(children) * own * ULP


@given(st.lists(st.integers(0, 3) | SHARES, max_size=8), st.integers(0, 9))
def test_epoch_5_permitted_validators(shares: list[int], allowed: int) -> None:
    found = list(reference.permitted_validators_with_stake(shares, allowed))
    assert found == exact.permitted_validators(fractions(shares), allowed)


@given(stored_rows(beyond=2), st.none() | st.integers(0, 5))
def test_epoch_11_lets_the_owner_weigh_itself(
    given_: tuple[list[dict[int, int]], list[bool], list[int], list[int]], owner: int | None
) -> None:
    rows, permits, last_update, registered = given_
    owner = owner if owner is not None and owner < len(rows) else None
    stored = [tuple((Uid(uid), weight) for uid, weight in row.items()) for row in rows]
    forbidden = [not permit for permit in permits]
    found = sparse_weights(stored, forbidden, last_update, registered, None if owner is None else Uid(owner))
    assert rows_of(found) == exact.weights_that_count(rows, permits, last_update, registered, owner)


@given(st.lists(st.integers(0, 2**100) | st.integers(0, 5).map(lambda rao: rao << 64), max_size=8), st.integers(0, 5))
def test_epoch_22_is_exact(weights: list[int], threshold: int) -> None:
    found = [Fraction(bits, 2**64) for bits in reference.stake_from_threshold_on(weights, threshold)]
    assert found == exact.stake_from_threshold_on([Fraction(bits, 2**64) for bits in weights], threshold)
