"""Where the table of the items says that the chain has them, against what versions of the runtime say of themselves.

``raw/layout.json`` has the hashers and types of the keys and the type of the value of each item: of 233, 277 and 425 by
their metadata, of 320, 338 and the kinds of rate limits by their source. ``Nonce`` and ``BlockNumber`` are a u32 there.
"""

import json
from pathlib import Path

import pytest

import dtao
from dtao import Era, Item
from dtao_lab.raw_storage import HASHES
from dtao_lab.scale import variants

LAYOUTS: dict[str, dict[str, tuple[list[str], str]]] = json.loads(
    (Path(__file__).parent / "raw" / "layout.json").read_text(encoding="utf-8")
)


def layouts_of(item: Item, era: Era) -> list[tuple[list[str], str]]:
    """Return what is known of an item: of the very version, else of all that have it."""
    name = f"{item.pallet}.{item.storage_name}"
    own = LAYOUTS.get(str(era.spec_version), {})
    return [layout[name] for layout in ([own] if name in own else LAYOUTS.values()) if name in layout]


def agrees(item: Item, keys: list[str], value: str) -> bool:
    """Whether the table says the same of an item as a version does."""
    if item.variant is not None:
        (kinds,) = (key.removeprefix("Identity ") for key in keys)
        names = {number: found["name"] for number, found in variants(kinds).items()}
        return item.name == f"{item.storage_name}/{names.get(item.variant)}" and item.scale == value
    written = [f"{hasher} {kind}" for hasher, kind in zip(item.hashers, item.key_types, strict=True)]
    return written == keys and item.scale == value


@pytest.mark.parametrize("era", dtao.ERAS, ids=lambda era: era.recorded_as)
def test_the_table_says_of_every_item_where_the_chain_has_it(era: Era) -> None:
    for item in era.items().values():
        known = layouts_of(item, era)
        wrong = f"{item.name}: {item.hashers} {item.key_types} {item.scale} is not among {known}"
        assert any(agrees(item, keys, value) for keys, value in known), wrong


def test_every_hasher_of_the_table_is_known() -> None:
    used = {hasher for era in dtao.ERAS for item in era.items().values() for hasher in item.hashers}
    assert used == HASHES.keys()
