"""Consistent relations of parents and children."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dtao.evolving import evolve
from dtao.outcome import Rejected, Rejection
from dtao.persistent import Map
from dtao.records import Stakes, Subnet
from dtao.transitions import relations
from dtao.units import AccountId, BlockNumber
from dtao_spec.chapters import child_relations as exact

ACCOUNTS = st.integers(1, 6).map(AccountId)
PARTS = st.one_of(st.integers(0, 2**62), st.integers(0, 2**64 - 1))
STAKES = st.lists(st.tuples(PARTS, ACCOUNTS), max_size=4).map(tuple)
LISTS = st.dictionaries(ACCOUNTS, STAKES.filter(bool), max_size=6)
BLOCK = BlockNumber(20)


def subnet_with(
    children: dict[AccountId, Stakes], parents: dict[AccountId, Stakes], pending: dict[AccountId, Stakes]
) -> Subnet:
    waiting = {hotkey: (chosen, BlockNumber(10)) for hotkey, chosen in pending.items()}
    return Subnet(child_keys=Map(children), parent_keys=Map(parents), pending_child_keys=Map(waiting))


def distinct(lists: dict[AccountId, Stakes]) -> dict[AccountId, Stakes]:
    """Return lists in which no hotkey stands twice, as the runtime writes them."""
    return {hotkey: relations.removed(_once(stakes), AccountId(0)) for hotkey, stakes in lists.items()}


def _once(stakes: Stakes) -> Stakes:
    return tuple((proportion, other) for other, proportion in {other: part for part, other in stakes}.items())


@given(LISTS.map(distinct), LISTS.map(distinct), LISTS)
def test_child_1_applies_what_is_consistent(
    children: dict[AccountId, Stakes], parents: dict[AccountId, Stakes], pending: dict[AccountId, Stakes]
) -> None:
    applied = relations.apply_pending_children(subnet_with(children, parents, pending), BLOCK)
    waiting = {int(hotkey): (chosen, 10) for hotkey, chosen in pending.items()}
    left, child_lists, parent_lists = exact.apply_consistent_children(
        waiting, plain(children), plain(parents), 358, 1, 360
    )
    assert not left
    assert not applied.pending_child_keys
    assert dict(applied.child_keys) == child_lists
    assert dict(applied.parent_keys) == parent_lists


@given(LISTS.map(distinct), LISTS.map(distinct), LISTS, ACCOUNTS, ACCOUNTS)
def test_key_6_rebinds_or_refuses(
    children: dict[AccountId, Stakes],
    parents: dict[AccountId, Stakes],
    pending: dict[AccountId, Stakes],
    old: AccountId,
    new: AccountId,
) -> None:
    if old == new:
        return
    stated = exact.rebind_family(plain(children), plain(parents), old, new, pending.get(old))
    after = rebound(subnet_with(children, parents, pending), old, new)
    if isinstance(after, str) or isinstance(stated, str):
        assert after == stated
        return
    assert (plain(after.child_keys), plain(after.parent_keys)) == tuple(map(dict, stated))
    assert old not in after.pending_child_keys
    assert old not in after.child_keys
    assert old not in after.parent_keys


def rebound(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet | str:
    try:
        return relations.rebind_family(subnet, old, new)
    except Rejected as refusal:
        return refusal.rejection.value


def plain(lists: Mapping[AccountId, Stakes]) -> dict[int, Stakes]:
    return {int(hotkey): stakes for hotkey, stakes in lists.items()}


@given(LISTS.map(distinct), LISTS.map(distinct), LISTS)
def test_relations_are_mutual_once_repaired(
    children: dict[AccountId, Stakes], parents: dict[AccountId, Stakes], pending: dict[AccountId, Stakes]
) -> None:
    subnet = relations.repair(subnet_with(children, parents, pending))
    assert mutual(subnet)
    assert relations.repair(subnet) == subnet
    assert mutual(relations.apply_pending_children(subnet, BLOCK))


def mutual(subnet: Subnet) -> bool:
    """Whether every relation stands on both sides, in the same proportion, and none of a hotkey to itself."""
    down = {(hotkey, other, part) for hotkey, stakes in subnet.child_keys.items() for part, other in stakes}
    up = {(other, hotkey, part) for hotkey, stakes in subnet.parent_keys.items() for part, other in stakes}
    return down == up and all(hotkey != other for hotkey, other, _ in down)


@pytest.mark.parametrize(
    ("chosen", "refusal"),
    [
        (((1, 1),), Rejection.INVALID_CHILD),
        (tuple((1, child) for child in range(10, 16)), Rejection.TOO_MANY_CHILDREN),
        (((2**64 - 1, 10), (1, 11)), Rejection.PROPORTION_OVERFLOW),
        (((1, 2),), Rejection.CHILD_PARENT_INCONSISTENCY),
        (((1, 3),), None),
    ],
)
def test_child_13_refuses(chosen: tuple[tuple[int, int], ...], refusal: Rejection | None) -> None:
    stakes: Stakes = tuple((part, AccountId(child)) for part, child in chosen)
    subnet = evolve(Subnet(), parent_keys=Map({AccountId(1): ((5, AccountId(2)),)}))
    found = relations.relations_of(subnet, AccountId(1))
    assert exact.relations_refusal(1, chosen, ((5, 2),)) == refusal
    if refusal is None:
        relations.require_may_have(found, stakes)
        return
    with pytest.raises(Rejected) as refused:
        relations.require_may_have(found, stakes)
    assert refused.value.rejection == refusal
