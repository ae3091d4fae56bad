"""What the site's page asks of the oracle that it runs in the browser: JSON in, JSON out.

Only what runs on a bare Python with attrs is imported here. A user's mistake is answered by ``{"mistake": text}``.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

import dtao
from dtao import Era, InputError, State, kernels
from dtao.given import shown
from dtao_lab import Market, Order, given, market_of_file, market_of_reserves, parsed_amount, quote
from dtao_lab.amounts import in_tao, parsed_price
from dtao_lab.markets import with_entry
from dtao_lab.quote_text import as_json, lines
from dtao_lab.steps import order_step
from dtao_properties.adapters.oracle import apply_step
from dtao_properties.adapters.protocol import REPLY_MEMBERS, Json, whole_number
from dtao_properties.conformance import vectors
from dtao_properties.conformance.compare import answer_differences, entry_differences, same
from dtao_properties.conformance.vectors import Header, Vector
from dtao_properties.report.show import asked_for, entry_value, headline
from dtao_properties.report.units import event_text, readable

ROWS = 200
"""Storage entries of one step that are shown."""
RESERVES = (("tao", "SubnetTAO"), ("alpha", "SubnetAlphaIn"))
"""What is told of a pool, and the storage items that hold it."""


@frozen
class Opened:
    """A file that was opened: vectors, and what a counterexample tells beside its one vector."""

    header: Header
    vectors: tuple[Vector, ...]
    told: Mapping[str, Json]


@frozen
class Loaded:
    """A state file that was loaded: what tells it from others, and its market under the rules last asked for."""

    path: Path
    digest: str
    market: Market


_opened: list[Opened] = []
_loaded: list[Loaded] = []


def answer(question: str) -> str:
    """Answer one question, a JSON object whose ``do`` names what is asked."""
    try:
        asked = _asked(question)
        return json.dumps(ANSWERS[asked["do"]](asked))
    except InputError as error:
        return json.dumps({"mistake": str(error)})


def _asked(question: str) -> dict[str, Any]:
    """Return a question. Rejects, as InputError, what is none, and members that are missing or of another kind."""
    try:
        asked = json.loads(question)
    except (ValueError, RecursionError) as error:
        raise InputError(f"the question is not JSON ({error}). Ask with an object.") from error
    if not isinstance(asked, dict) or not isinstance(asked.get("do"), str) or asked["do"] not in ANSWERS:
        raise InputError(f"the question names nothing that can be done. Ask for one of {', '.join(ANSWERS)}.")
    members = MEMBERS[asked["do"]]
    if members is ORDER and asked.get("state"):
        members = {**ORDER, "state": _is_text, "pools": lambda value: True}  # they are those of the file
    for member, fits in members.items():
        if not fits(asked.get(member)):
            raise InputError(f"{asked['do']}: {member} is missing, or not what it should be. Give it as the page does.")
    return asked


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_text_or_none(value: object) -> bool:
    return value is None or isinstance(value, str)


def _are_pools(value: object) -> bool:
    """Whether these are pairs of text, at least one."""
    return isinstance(value, list) and bool(value) and all(_are_texts(one) and len(one) == 2 for one in value)


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _eras(asked: Mapping[str, Any]) -> Json:
    del asked
    return [
        {"name": era.name, "versions": [era.spec_version, era.last_spec_version], "tag": era.tag, "date": era.date}
        for era in reversed(dtao.ERAS)
    ]


def _state(asked: Mapping[str, Any]) -> Json:
    """Load a state file, written there by the page under its own name, as ``dtao quote --state`` reads it.

    One that names no version of the runtime is read under the rules of the era that was asked for.
    """
    path = _entered(asked["path"])
    _loaded.clear()
    with _called("--state "):
        market = market_of_file(None, path, default=dtao.era(asked["era"]))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    _loaded.append(Loaded(path, digest, market))
    era, state = market.era, market.state
    return {
        "name": path.name,
        "sha256": digest,
        "era": era.spec_version,
        "block": str(era.get(state, "BlockNumber")),
        "subnets": [
            {"netuid": netuid, **{name: in_tao(int(str(era.get(state, item, netuid)))) for name, item in RESERVES}}
            for netuid in market.subnets()
        ],
    }


@contextmanager
def _called(option: str, here: str = "") -> Iterator[None]:
    """Call what is refused within as the page does, and not by the option of the command line."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{here}{str(error).removeprefix(option)}") from error


def _market(asked: Mapping[str, Any]) -> Market:
    """Return the market of the pools that are asked about, pairs of TAO and alpha as text, or of the loaded file."""
    era = dtao.era(asked["era"])
    if not asked.get("state"):
        return market_of_reserves(era, [
            (parsed_amount(tao, f"TAO in pool {netuid}"), parsed_amount(alpha, f"alpha in pool {netuid}"))
            for netuid, (tao, alpha) in enumerate(asked["pools"], start=1)
        ])  # fmt: skip
    if not _loaded:
        raise InputError("no state file is loaded. Choose one first.")
    loaded = _loaded[0]
    if loaded.market.era is not era:
        with _called("--state "):
            loaded = evolve(loaded, market=market_of_file(era, loaded.path))
        _loaded[:] = [loaded]
    return loaded.market


def _order(asked: Mapping[str, Any]) -> tuple[Market, Order]:
    """Read an order: era, side, amount, limit, partial and entries, all as text.

    It is on the pools that are asked about, from the first to the second, or on ``netuid`` and ``to`` of the file.
    """
    limit = parsed_price(asked["limit"], "the limit price") if asked.get("limit") else None
    is_partial = bool(asked.get("partial")) and limit is not None
    first, second = (_netuid(asked, "netuid"), _netuid(asked, "to")) if asked.get("state") else (1, 2)
    to = second if asked["side"] == "move" else None
    market = _market(asked)
    order = Order(asked["side"], parsed_amount(asked["amount"]), first, to, limit, is_partial)
    with _called("--set ", "the entry "):
        for entry in asked.get("entries") or ():
            market = with_entry(market, entry)
    return market, order


def _netuid(asked: Mapping[str, Any], name: str) -> int:
    """Return a netuid that is chosen on the page. Rejects, as InputError, what is none; of an order that moves none."""
    written = asked.get(name)
    if name == "to" and asked["side"] != "move":
        return 0
    if not isinstance(written, str) or not written.isascii() or not written.isdecimal() or len(written) > 5:
        raise InputError(f"{name}: {shown(written)} is no subnet. Choose one of those of the file.")
    return int(written)


def _quote(asked: Mapping[str, Any]) -> Json:
    market, order = _order(asked)
    found = quote(market, order)
    title, rules, *rows = lines(found)
    return {"title": title, "rules": rules, "rows": [row.strip() for row in rows], "quote": as_json(found)}


def _explain(asked: Mapping[str, Any]) -> Json:
    from dtao_lab import explaining  # the chapters take a second to load

    market, order = _order(asked)
    title, run = order_step(market, order)
    return explaining.as_json(explaining.explained(market.era, title, run))


def _entered(written: str) -> Path:
    """Go where a file is that the page wrote, and return its name there. Rejects, as InputError, what has no folder."""
    path = given.path(written, "the file")
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no such folder. Open the file anew.")
    os.chdir(path.parent)
    return Path(path.name)


def _open(asked: Mapping[str, Any]) -> Json:
    """Open a file of vectors, or a counterexample: written there by the page, under its own name."""
    opened = _read(_entered(asked["path"]))
    _opened[:] = [opened]
    head = opened.header
    listed = [{"id": one.id, "steps": len(one.body.get("steps", ())) or 1} for one in opened.vectors]
    return {"name": head.name, "spec_version": head.spec_version, "source": head.source, "vectors": listed,
            "told": dict(opened.told)}  # fmt: skip


def _read(path: Path) -> Opened:
    if path.name.endswith(vectors.SUFFIXES):
        suite = vectors.verified(path)
        return Opened(suite.header, tuple(vectors.vectors(path)), {})
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). Open it anew.") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not JSON ({error}). Open a .jsonl, a .jsonl.gz or a counterexample.") from error
    if not isinstance(body, dict) or not {"header", "vector"} <= body.keys():
        raise InputError(f"{path}: no counterexample: it has no members header and vector. Open what dtao fuzz wrote.")
    inner = path.with_name(f"{path.stem}.vector.jsonl")
    inner.write_text("".join(f"{json.dumps(body[member])}\n" for member in ("header", "vector")), encoding="utf-8")
    told = {member: body[member] for member in ("signature", "adapter", "differences", "rules") if member in body}
    suite = vectors.verified(inner)
    return Opened(suite.header, tuple(vectors.vectors(inner)), told)


def _replay(asked: Mapping[str, Any]) -> Json:
    """Take one vector of the opened file through the reference, and say of each step what was recorded and computed."""
    if not _opened:
        raise InputError("no file is open. Open one first.")
    count = len(_opened[0].vectors)
    if not 0 <= asked["index"] < count:
        raise InputError(f"the file has no vector {shown(asked['index'])}. Give 0 to {count - 1}.")
    head, vector = _opened[0].header, _opened[0].vectors[asked["index"]]
    era = dtao.era(head.spec_version)
    if head.runner == "kernel":
        body = vector.body
        value = kernels.evaluate(body["kernel"], body["args"], head.spec_version)
        steps = [_told({"do": "kernel", **body}, {}, {"value": value}, ("value",))]
    else:
        steps = _replayed(era, era.load(head.genesis), vector.body["steps"])
    return {"id": vector.id, "era": era.name, "steps": steps, "agrees": all(one["agrees"] for one in steps)}


def _replayed(era: Era, state: State, steps: list[dict[str, Json]]) -> list[dict[str, Json]]:
    told = []
    for step in steps:
        result = apply_step(era, state, step)
        entries = set(step.get("diff", {}))
        computed = result.reply(era, state, step["do"])
        entries |= set(computed.get("diff", {}))
        before = {entry: value for entry, value in era.dump(state).items() if entry in entries} if entries else {}
        told.append(_told(step, before, computed, REPLY_MEMBERS[step["do"]]))
        state = result.after
    return told


def _told(
    step: Mapping[str, Json], before: Mapping[str, Json], computed: Mapping[str, Json], members: tuple[str, ...]
) -> dict[str, Json]:
    """Describe a step: what was asked, what was recorded and what the reference makes of it."""
    recorded = {member: step[member] for member in members}
    named = asked_for(step)
    answers = [
        {"name": member, "recorded": _answer(member, named, recorded[member]),
         "computed": _answer(member, named, computed[member]), "agrees": same(recorded[member], computed[member])}
        for member in members if member != "diff"
    ]  # fmt: skip
    was, now = recorded.get("diff", {}), computed.get("diff", {})
    differing = {one.entry for one in entry_differences(was, now)}
    rows = [
        _row(entry, before.get(entry), was.get(entry, before.get(entry)), now.get(entry, before.get(entry)))
        | {"agrees": entry not in differing}
        for entry in sorted(was.keys() | now.keys())
    ]
    rows.sort(key=lambda row: row["agrees"])  # what differs comes first
    return {
        "what": headline(step),
        "arguments": [[name, readable(name, value, named)] for name, value in step.get("args", {}).items()],
        "answers": answers,
        "rows": rows[:ROWS],
        "further": max(len(rows) - ROWS, 0),
        "agrees": not answer_differences(members, recorded, computed),
    }


def _answer(member: str, named: str, value: Json) -> str:
    if member == "events":
        return "; ".join(map(event_text, value)) or "none"
    return readable(named, value) if member == "value" else value or "none"


def _row(entry: str, before: Json, recorded: Json, computed: Json) -> dict[str, Json]:
    first, second = whole_number(before if before is not None else 0), whole_number(recorded)
    return {
        "entry": entry,
        "before": entry_value(entry, before),
        "recorded": entry_value(entry, recorded),
        "computed": entry_value(entry, computed),
        "change": None if first is None or second is None else f"{second - first:+d}",
    }


ANSWERS: Mapping[str, Callable[[Mapping[str, Any]], Json]] = {
    "eras": _eras, "state": _state, "quote": _quote, "explain": _explain, "open": _open, "replay": _replay,
}  # fmt: skip
ORDER: Mapping[str, Callable[[object], bool]] = {
    "side": _is_text, "amount": _is_text, "era": _is_text, "pools": _are_pools, "limit": _is_text_or_none,
    "partial": lambda value: value is None or type(value) is bool,
    "entries": lambda value: value is None or _are_texts(value),
}  # fmt: skip
MEMBERS: Mapping[str, Mapping[str, Callable[[object], bool]]] = {
    "eras": {}, "quote": ORDER, "explain": ORDER, "open": {"path": _is_text},
    "state": {"path": _is_text, "era": _is_text},
    "replay": {"index": lambda value: type(value) is int},
}  # fmt: skip
"""What can be asked -> its members, each with what it has to be."""
