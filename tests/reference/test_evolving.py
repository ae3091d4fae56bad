"""Copies by generated code are those that attrs makes, and as frozen."""

from typing import Any

import attrs
import pytest

from dtao.evolving import copier, evolve, is_plain, maker
from dtao.fixed import U64F64
from dtao.persistent import Map
from dtao.records import Emission, Neurons, Pool, Registration, SharePool, Subnet
from dtao.rules.pools.concentrated.records import Position, Ranges, Tick
from dtao.settings import Hyperparameters, Parameters
from dtao.state import State
from dtao.units import Rao
from tests.reference.worlds import states

RECORDS: list[type] = [
    State, Parameters, Subnet, Registration, Hyperparameters, Neurons, SharePool, Pool, Emission,
]  # fmt: skip


@pytest.mark.parametrize("cls", RECORDS)
def test_every_record_of_the_state_is_copied_by_generated_code(cls: type) -> None:
    assert is_plain(cls)


def test_copies_are_those_of_attrs() -> None:
    seen = set()
    for state in states("pool", every=20):
        subnet = state.subnets[max(state.subnets)]
        parts: list[Any] = [state, state.parameters, subnet, *attrs.asdict(subnet, recurse=False).values()]
        for record in [*parts, *state.pools.values(), *state.emissions.values(), *subnet.share_pools.values()]:
            if not attrs.has(type(record)):
                continue
            seen.add(type(record))
            for name in attrs.fields_dict(type(record)):
                changes: dict[str, Any] = {name: "changed"}
                copy, expected = evolve(record, **changes), attrs.evolve(record, **changes)
                assert type(copy) is type(record)
                assert attrs.asdict(copy, recurse=False) == attrs.asdict(expected, recurse=False)
            assert evolve(record) == record == maker(type(record))(*attrs.astuple(record, recurse=False))
    assert seen == set(RECORDS)


def test_a_copier_replaces_the_attributes_that_it_names() -> None:
    pool = Pool(tao=Rao(1), volume=Rao(2))
    traded = copier(Pool, "volume", "tao")
    assert traded(pool, 7, 8) == evolve(pool, volume=Rao(7), tao=Rao(8))
    assert pool == Pool(tao=Rao(1), volume=Rao(2))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        traded(pool, 7, 8).tao = Rao(2)  # type: ignore[misc]


def test_a_copier_keeps_what_is_derived_unless_it_is_named() -> None:
    ranges = Ranges(ticks=Map({5: Tick()}))
    assert copier(Ranges, "tick")(ranges, 3).edges == (5,)
    assert copier(Ranges, "ticks", "edges")(ranges, Map(), ()) == evolve(ranges, ticks=Map())


def test_a_copy_is_frozen() -> None:
    copy = evolve(Pool(), tao=Rao(1))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        copy.tao = Rao(2)  # type: ignore[misc]
    assert copy.tao == 1


@pytest.mark.parametrize("record", [Pool(), U64F64])
def test_only_attributes_that_can_be_chosen_are_changed(record: Any) -> None:
    with pytest.raises(TypeError):
        evolve(record, none_such=1)
    with pytest.raises(TypeError):
        evolve(U64F64, max_bits=1)  # type: ignore[call-arg]


def test_what_is_derived_from_another_attribute_follows_it() -> None:
    ranges = Ranges(ticks=Map({5: Tick(), -3: Tick()}))
    assert all(is_plain(cls) for cls in (Ranges, Tick, Position))
    assert evolve(ranges, ticks=ranges.ticks.set(1, Tick())).edges == (-3, 1, 5)
    assert evolve(ranges, tick=7) == attrs.evolve(ranges, tick=7)
    assert evolve(ranges, tick=7).edges == (-3, 5)
    with pytest.raises(TypeError):
        evolve(ranges, edges=())  # type: ignore[call-arg]


def test_what_follows_from_attributes_follows_in_a_copy_too() -> None:
    assert not is_plain(type(U64F64))
    assert evolve(U64F64, fraction_bits=32).one == 2**32
