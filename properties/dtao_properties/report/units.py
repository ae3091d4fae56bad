"""Write amounts so that a person can read them: TAO with 9 decimals, fixed-point bits as decimals, shares in percent.

The unit of a number follows from the attribute of the storage item, the argument or the field that holds it.
"""

from collections.abc import Iterator, Mapping

from attrs import fields

from dtao import ERAS
from dtao.item_table import ITEMS
from dtao.stored import ALPHA, OF_U16, OF_U64, TAO, unit_of_type
from dtao_properties.adapters.protocol import Json, whole_number

RAO_PER_TAO = 10**9
LONGEST = 300
"""Characters of one value that are shown."""
DECIMALS = 12
"""Decimals shown of a fixed-point number; the raw bits beside it are exact."""

_UNITS = {
    TAO: """sim_swap_tao_for_alpha.amount swap_tao_for_alpha.amount pending_tao issuance block_emission_for_issuance
        get_block_emission get_network_lock_cost get_total_stake_for_hotkey get_total_stake_for_coldkey
        get_max_amount_add get_tao_inherited_for_hotkey_on_subnet sim_swap_alpha_for_tao swap_alpha_for_tao""",
    ALPHA: """sim_swap_alpha_for_tao.amount swap_alpha_for_tao.amount pending_alpha pending_swapped pending_root_alpha
        owner_cut emission
        get_stake get_inherited_for_hotkey_on_subnet get_max_amount_remove sim_swap_tao_for_alpha swap_tao_for_alpha""",
    "alpha of the origin": "get_max_amount_move",
    "TAO per alpha": "limit_price",
    "alpha of the destination per alpha of the origin": "get_max_amount_move.limit_price swap_stake_limit.limit_price",
    "I96F32": "get_alpha_price get_moving_alpha_price",
    "U96F32": "block_emission",
    OF_U16: "take",
}
"""The units of what is neither stored nor an amount in a call: prices, arguments and results of reads and phases."""


def _units_of_arguments() -> Iterator[tuple[str, str]]:
    for era in ERAS:
        for call, arguments in era.runtime.calls.items():
            units = {argument.name: unit_of_type(argument.type) for argument in fields(arguments)}
            yield from ((f"{call}.{name}", unit) for name, unit in units.items() if unit is not None)


UNITS: Mapping[str, str] = {
    **{item.name: item.unit for item in ITEMS.values() if item.unit is not None},
    **dict(_units_of_arguments()),
    **{name: unit for unit, names in _UNITS.items() for name in names.split()},
}
"""Storage item, argument, read, phase or kernel -> unit; ``transfer.value`` is an argument of ``transfer``."""
UNLIMITED = frozenset({"get_max_amount_add", "get_max_amount_remove", "get_max_amount_move"})
"""The reads whose result may be no amount, but the largest u64 for none at all."""
NO_LIMIT = 2**64 - 1
FRACTION_BITS = {"U64F64": 64, "I96F32": 32, "U96F32": 32}
FULL_SCALE = {OF_U16: 2**16 - 1, OF_U64: 2**64 - 1}
EVENT_FIELDS: Mapping[tuple[str, int], tuple[str, ...]] = {
    (name, len(fields(event))): tuple(part.name for part in fields(event))
    for era in ERAS
    for name, event in era.runtime.events.items()
}
"""Event and how many fields it has, which differs by version -> their names."""
EVENT_UNITS: Mapping[tuple[str, int], Mapping[int, str]] = {
    (name, len(fields(event))): {
        position: unit
        for position, part in enumerate(fields(event), start=1)
        if (unit := unit_of_type(part.type)) is not None
    }
    for era in ERAS
    for name, event in era.runtime.events.items()
}
"""The same -> position of a field (the name of the event is field 0) -> its unit."""


def decimal(numerator: int, denominator: int, places: int) -> str:
    """Write a fraction with a fixed number of decimals, rounded towards zero, by whole numbers only."""
    whole, rest = divmod(abs(numerator), denominator)
    sign = "-" if numerator < 0 else ""
    return f"{sign}{whole}.{rest * 10**places // denominator:0{places}d}"


def in_unit(value: int, unit: str) -> str:
    """Write a raw number in its unit."""
    if unit in FRACTION_BITS:
        whole = 1 << FRACTION_BITS[unit]
        written = decimal(value, whole, DECIMALS)
        # what is not 0 is not shown as 0
        return f"{written if value == 0 or written.strip('-0.') else f'{value / whole:.3e}'} {unit}"
    if unit in FULL_SCALE:
        return f"{decimal(100 * value, FULL_SCALE[unit], 4)} %"
    return f"{decimal(value, RAO_PER_TAO, 9)} {unit}"


def unit_of(name: str, context: str = "") -> str | None:
    """Return the unit of a storage entry, an item or an argument; ``context`` is the call, read … that it is of."""
    item = name.partition("/")[0].partition("[")[0]
    return UNITS.get(f"{context}.{item}") or UNITS.get(item)


def readable(name: str, value: Json, context: str = "") -> str:
    """Write a value as recorded and, where its unit is known, in that unit beside it."""
    unit = unit_of(name, context)
    if unit is None:
        return raw(value)
    if type(value) is list and value and all(whole_number(element) is not None for element in value):
        return f"{raw(value)} ({', '.join(in_unit(whole_number(element) or 0, unit) for element in value)})"
    number = whole_number(value)
    if number is None:
        return raw(value)
    return f"{value} ({'unlimited' if is_unlimited(name, number) else in_unit(number, unit)})"


def is_unlimited(name: str, number: int | None) -> bool:
    """Tell whether a number is not an amount, but stands for no limit."""
    return name in UNLIMITED and number == NO_LIMIT


def raw(value: Json) -> str:
    """Write a JSON value as recorded, without quotation marks around numbers."""
    if value is None or type(value) is bool:
        return {None: "none", True: "true", False: "false"}[value]
    if type(value) is list:
        return f"[{', '.join(raw(element) for element in value)}]"
    if type(value) is dict:
        return f"{{{', '.join(f'{name}: {raw(element)}' for name, element in value.items())}}}"
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} characters)"


def event_text(event: list[Json]) -> str:
    """Write an economic event as its name and fields."""
    units = EVENT_UNITS.get((event[0], len(event) - 1), {}) if event else {}
    fields = []
    for position, field in enumerate(event[1:], start=1):
        number = whole_number(field)
        known = position in units and number is not None
        fields.append(f"{field} ({in_unit(int(field), units[position])})" if known else raw(field))
    return f"{event[0]}({', '.join(fields)})" if event else "()"
