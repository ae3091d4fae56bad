"""Steps: what one draw of bytes asks of an implementation, at each level and in view of the state."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from attrs import frozen

import dtao
from dtao import phases
from dtao.evolving import maker
from dtao.state import State
from dtao.transitions.stake import price
from dtao.units import U64_MAX, NetUid
from dtao_properties.adapters.protocol import QUOTES, Json
from dtao_properties.fuzz import kernels, sets
from dtao_properties.fuzz.calls import candidate
from dtao_properties.fuzz.choices import Choices
from dtao_properties.fuzz.context import PRICES, Context, Position, u64
from dtao_properties.fuzz.limits import blocks_to_an_end, clock_or_record, is_near, limits
from dtao_properties.fuzz.thresholds import parameter
from dtao_properties.fuzz.worlds import tamed

STEP_BYTES: Mapping[str, int] = {"kernel": 96, "quote": 24, "call": 24, "block": 24}
"""What a step is read from. A step whose first byte is 0 does nothing, so that zeroing it takes it away."""
REACHABLE = frozenset({"quote", "call"})
"""The levels at which states are such as a chain can come to, unless it is asked otherwise."""
READS = (*(name for name in phases.READS if name not in QUOTES), *QUOTES)
MAX_BLOCKS = 24
BLOCK_PHASES = (
    "increase_stake_for_hotkey_on_subnet",
    "decrease_stake_for_hotkey_on_subnet",
    "increase_stake_for_hotkey_and_coldkey_on_subnet",
    "decrease_stake_for_hotkey_and_coldkey_on_subnet",
    "swap_tao_for_alpha",
    "swap_alpha_for_tao",
    "update_moving_price",
    "drain_pending_emission",
    "run_coinbase",
    "adjust_registration_terms",
    "advance_block_number",
    "epoch",
    "epoch_dense",
    "distribute_emission",
    "update_registration_prices",
    "update_root_prop",
    "change_subnet_owner_if_needed",
)


IN_RAO = 411
"""The first version in which the phase ``run_coinbase`` takes rao; before it takes raw bits, 32 of them a fraction."""


@frozen(weakref_slot=False)
class Planned:
    """A request, and for a call what the reference makes of it, so that it need not be computed twice."""

    request: dict[str, Json]
    outcome: dtao.Outcome | None = None


_planned_call = maker(Planned)


def planned(era: dtao.Era, state: State, level: str, data: bytes, *, reachable: bool = False) -> Planned | None:
    """Return the step that some bytes stand for in a state at a level; None for a step that does nothing.

    If ``reachable`` is set what is written is nothing that a chain cannot come to.
    """
    step = _planned(era, state, level, data)
    if step is None or not reachable or step.request["do"] != "set":
        return step
    return Planned({**step.request, "value": tamed(step.request["item"], step.request["value"])})


def _planned(era: dtao.Era, state: State, level: str, data: bytes) -> Planned | None:
    kind = data[0]
    if kind == 0:
        return None
    rest = data[1:]
    kind &= 63
    if level == "kernel":
        return Planned(kernels.request(era, Choices(rest)))
    context = Context(state, Choices(rest))
    if level == "quote":
        return Planned(_read(context, QUOTES) if kind < 52 else sets.written(context, sets.RESERVE_ITEMS))
    calls = 53 if level == "call" else 42
    if calls <= kind < calls + 5:
        aimed = parameter(state, context.choices) if context.choices.chance(64) else None
        aimed = aimed or clock_or_record(state, context.choices)
        return None if aimed is None else Planned(aimed)
    if kind < calls:
        made = candidate(era, state, rest)
        return _planned_call(made.request, made.outcome)
    if level == "call" or kind >= 60:
        return Planned(sets.written(context))
    if kind < 55:
        return Planned(_blocks(context))
    return Planned(_phase(context) if kind < 58 else _read(context, READS))


def _blocks(context: Context) -> dict[str, Json]:
    """Return a request for a few blocks: one, two, up to the next epoch of a network, or two tempos and more.

    Often they are as many as it takes up to where a limit of the state ends.
    """
    if context.choices.chance(96) and (n := blocks_to_an_end(context.state, MAX_BLOCKS)):
        return {"do": "blocks", "n": n}
    netuid = context.netuid()
    tempo = context.state.subnet(netuid).hyperparameters.tempo
    remaining = (tempo - context.state.block_number - netuid - 1) % (tempo + 1)
    n = context.choices.pick((1, remaining or 1, 2, remaining + 1, 3, 1, 2 * (tempo + 1)))
    return {"do": "blocks", "n": min(n, MAX_BLOCKS)}


def _phase(context: Context) -> dict[str, Json]:
    known = context.state.runtime.phases
    name = context.choices.pick(_known(BLOCK_PHASES, frozenset(known)))
    return {"do": "phase", "phase": name, "args": _arguments(context, known[name].arguments)}


def _read(context: Context, names: tuple[str, ...]) -> dict[str, Json]:
    state = context.state
    name = context.choices.pick(_known(names, frozenset(state.runtime.reads)))
    if names is READS and context.choices.chance(128):
        near = (one.name for one in limits(state) if is_near(one, state.block_number))
        name = next((one for one in near if one in state.runtime.reads), name)
    args = _arguments(context, state.runtime.reads[name].arguments)
    if name.startswith("sim_swap"):
        buying = bool(args.get("buy", name == "sim_swap_tao_for_alpha"))
        args["amount"] = str(_traded(context, NetUid(args["netuid"]), buying))
    return {"do": "read", "read": name, "args": args}


@cache
def _known(names: tuple[str, ...], known: frozenset[str]) -> tuple[str, ...]:
    """Return those of the names that an era has."""
    return tuple(name for name in names if name in known)


def _traded(context: Context, netuid: NetUid, buying: bool) -> int:
    """Return an amount to quote: a part of the reserve, one that pays a boundary, the last that the pool pays."""
    pool = context.state.pool(netuid)
    reserve = pool.tao if buying else pool.alpha_in
    other = pool.alpha_in if buying else pool.tao
    part = reserve * (1 + context.choices.byte()) >> 9
    last = reserve * max(other - 10_000_000, 0) // 10_000_000
    options = (part, 10**9, part + 1, 500_000, 525_000, 550_000, last, last + 1, 1, 0, U64_MAX, reserve)
    return u64(context.choices.pick(options) + context.choices.pick((0, 1, 7)))


def _arguments(context: Context, names: tuple[str, ...]) -> dict[str, Json]:
    position = context.position() if "hotkey" in names or "coldkey" in names else None
    args: dict[str, Json] = {}
    for name in names:
        args[name] = MAKERS[name](context, position)
        if name == "netuid" and position is not None and not context.boundary():
            args[name] = position.netuid
    return args


def _amount(context: Context, position: Position | None) -> str:
    choices = context.choices
    held = 10**9 if position is None else position.held
    amounts = (held // 3, 10**9, held, held - 1, held + 1, 500_001, 1, choices.number(7), 2**63, U64_MAX)
    return str(u64(choices.pick(amounts)))


def _limit_price(context: Context, position: Position | None) -> str:
    now = [price(context.state, netuid) * 10**9 >> 32 for netuid in context.networks] or [10**9]
    around = context.choices.pick(now) + context.choices.pick((0, 1, -1, 1_000, -1_000))
    return str(u64(context.choices.pick((around, around * 2, around // 2, *PRICES))))


def _account(context: Context, position: Position | None) -> str:
    return str(position.hotkey if position is not None else context.hotkey())


def _coldkey(context: Context, position: Position | None) -> str:
    return str(position.coldkey if position is not None and not context.boundary() else 2)


def _netuid(context: Context, position: Position | None) -> int:
    return context.netuid()


def _pending(context: Context, position: Position | None) -> str:
    return str(context.choices.pick((0, 10**9, 1, context.choices.number(6))))


def _emission(context: Context, position: Position | None) -> str:
    emission = context.choices.pick((10**9, 0, 1, 2**40, 5 * 10**8))
    return str(emission if context.state.runtime.spec_version >= IN_RAO else emission << 32)


MAKERS: Mapping[str, Callable[[Context, Position | None], Any]] = {
    "netuid": _netuid, "origin_netuid": _netuid, "destination_netuid": _netuid, "hotkey": _account,
    "coldkey": _coldkey, "amount": _amount, "limit_price": _limit_price, "emission": _pending,
    "pending_alpha": _pending, "pending_tao": _pending, "pending_swapped": _pending, "owner_cut": _pending,
    "pending_root_alpha": _pending, "pending_server_alpha": _pending, "pending_validator_alpha": _pending,
    "block_emission": _emission,
    "buy": lambda context, position: context.choices.byte() < 128,
    "drop_fees": lambda context, position: context.choices.byte() < 128,
}  # fmt: skip
"""For every argument of the phases and reads what makes it."""
