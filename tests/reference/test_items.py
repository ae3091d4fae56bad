"""Storage items stand on the attributes that hold them; what is told of them elsewhere agrees."""

from typing import Any

import attrs

import dtao
from dtao.item_table import ITEMS, RECORDS
from dtao.settings import Parameters
from dtao.state import State
from dtao.stored import ITEM, RENAMED, items_of
from dtao.units import U16_MAX

NO_ITEMS = {"runtime", "parameters", "senate", "subnets", "pools", "emissions", "ranges", "edges",
            "registration", "hyperparameters", "neurons", "share_pools"}  # fmt: skip


def test_every_attribute_of_the_state_is_an_item_or_holds_records() -> None:
    plain: set[str] = set()
    for record in RECORDS:
        plain |= {field.name for field in attrs.fields(record) if ITEM not in field.metadata}
    assert plain == NO_ITEMS | {
        "alpha_assets",
        "alpha_map_last_key",
        "block_author",
        "coldkey_locks",
        "float_alpha_map_last_key",
        "is_zero_stored",
        "parent_hash",
        "weights",
    }
    holding: list[Any] = [
        field.metadata[ITEM] for record in RECORDS for field in attrs.fields(record) if ITEM in field.metadata
    ]
    renamed = [
        field.metadata[RENAMED]
        for record in RECORDS
        for field in attrs.fields(record)
        if field.metadata.get(RENAMED) is not None
    ]
    assert len({(item.name, item.since) for item in holding}) == len(holding)
    assert {item.name for item in holding} | {name for _, name in renamed} == ITEMS.keys()


def test_items_come_and_go_with_the_versions_that_have_rows() -> None:
    versions = {era.spec_version for era in dtao.ERAS}
    assert {item.since for item in ITEMS.values()} <= versions
    assert {item.until for item in ITEMS.values() if item.until is not None} <= versions
    assert {item.again for item in ITEMS.values() if item.again is not None} <= versions


def test_a_row_has_the_items_of_its_version() -> None:
    for era in dtao.ERAS:
        held = [item for record in RECORDS for item in items_of(record)]
        names = {item.name for item in held if item.is_in(era.spec_version)}
        assert era.runtime.items.by_name.keys() == names


def test_changed_defaults_are_kept_by_later_rows() -> None:
    for era in dtao.ERAS:
        items = era.runtime.items.by_name
        assert items["Tempo"].default == (99 if era.spec_version < 244 else 360)
        assert items["BondsPenalty"].default == (0 if era.spec_version < 257 else U16_MAX)


def test_the_network_s_own_items_have_no_default() -> None:
    assert {item.record for item in ITEMS.values() if item.default is None and not item.presence} <= {
        State, Parameters,
    }  # fmt: skip
