"""``dtao smoke``: send an adapter each kind of message, and tell its author what is wrong and what to do next."""

import shlex
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import TypeAlias

from attrs import field, frozen, mutable

import dtao
from dtao.errors import InputError
from dtao.item_table import ITEMS
from dtao_properties.adapters.endpoint import Options, connected
from dtao_properties.adapters.protocol import (
    LEVELS,
    NO_ANSWERS,
    PROTOCOL,
    QUOTE_ITEMS,
    REPLY_MEMBERS,
    Json,
    Level,
    NoAnswer,
    Session,
    era_title,
    plainly,
    printable,
    recorded_eras,
    safe_repr,
    seq_fault,
    unknown_eras,
    whole_number,
)
from dtao_properties.adapters.reply_schema import faults
from dtao_properties.conformance import vectors
from dtao_properties.conformance.compare import ABSENT_ENTRY, ANSWERS, entry_differences, same
from dtao_properties.conformance.recorded_state import item_of, restricted

POOL: Mapping[str, Json] = {
    "NetworksAdded/1": True, "SubnetMechanism/1": 1, "SubnetTAO/1": "10000000000", "SubnetAlphaIn/1": "40000000000",
    "SubnetMovingPrice/1": "1073741824",
}  # fmt: skip
STATE: Mapping[str, Json] = {
    **POOL, "BlockNumber": "100", "TotalStake": "10000000000", "Balance/1001": "5000000000",
    "BalancesTotalIssuance": "5000000000", "Owner/2001": "1001",
}  # fmt: skip
ABSENT = "no_such_name"
TEXT_SHOWN = 100
RIGHT = "ok"
Line: TypeAlias = tuple[str, bool]
"""What is printed, and whether it is good news or none."""


@frozen
class Probe:
    """One request. A state is given in full, whatever the adapter keeps of it."""

    message: Mapping[str, Json]
    items: frozenset[str] | None = None
    """The items that the adapter is given; None for all."""
    must_not_be_answered: bool = False
    note: str = ""

    @property
    def sent(self) -> dict[str, Json]:
        """Return the request as the adapter gets it."""
        if "state" not in self.message:
            return dict(self.message)
        return {**self.message, "state": restricted(self.message["state"], self.items)}

    @property
    def name(self) -> str:
        """Name what is asked."""
        kind: str = self.message["do"]
        about = self.message.get("item") if kind == "set" else self.message.get(kind)
        return (f"{kind} {about}" if about is not None and kind != "blocks" else kind) + self.note


@mutable
class Report:
    """What was found so far."""

    era: str = ""
    """The era that is asked, if there are several."""
    first: dict[tuple[Level, str], str] = field(factory=dict)
    """What the first era came to: by level and message ``ok``, ``WRONG`` or ``skipped``."""
    wrong: int = 0
    open: list[str] = field(factory=list)
    """The messages that the adapter skips."""
    first_wrong: str = ""
    load: Probe | None = None
    """The last load."""
    state: dict[str, Json] = field(factory=dict)
    """The reference's state; null for an entry that a request took away."""
    stale: bool = False
    """Whether the adapter's state may no longer be the reference's."""


def lines(endpoint: str, options: Options | None = None, words: Sequence[str] = ()) -> Iterator[Line]:
    """Say of each message, in a line, whether its reply is right; at the end, what to do next.

    ``words`` are the options that reach the adapter, for the commands that are proposed. An adapter that does not
    answer ``hello`` at all is an InputError.
    """
    from dtao_properties.adapters.reference import Reference  # loaded only where it is needed

    session = Session(connected(endpoint, options))
    reference = Session(Reference())
    try:
        about = yield from _greeted(endpoint, session)
        if about is None:
            return
        announced = recorded_eras(about["eras"])
        if (unknown := unknown_eras(announced)) is not None:
            yield _laid_out("", f"note     {unknown}"), True
        eras = [era for era in reference.hello().eras if era in announced]
        levels = [level for level in LEVELS if level in about["levels"]]
        if not eras or not levels:
            missing = "no level" if eras else "no era that the reference knows: 'eras' has to name launch"
            yield f"\nThe adapter announces {missing}. Nothing else can be checked.", False
            return
        items = None if about.get("items") is None else frozenset(about["items"])
        if strange := sorted((items or frozenset()) - ITEMS.keys()):
            said = f"'items' names what the runtime does not have: {', '.join(map(printable, strange[:TEXT_SHOWN]))}"
            yield _laid_out("", f"note     {said}; map its names in adapter.toml: [items]"), True
        report = Report(era=eras[0] if len(eras) > 1 else "")
        for level in levels:
            yield f"\nera {era_title(eras[0])}, level {level}", True
            for probe in _probes(level, eras[0], items):
                text, is_right = _checked(session, reference, probe, report, items)
                report.first[level, probe.name] = _outcome(text)
                yield _laid_out(probe.name, text), is_right
        for era in eras[1:]:
            report.era = era
            yield f"\nera {era_title(era)}", True
            for level in levels:
                yield from _told_again(session, reference, _probes(level, era, items), report, items, level)
        yield from _stopped(session)
        yield "", True
        for advice in _advice(report, eras, levels, words or ("--adapter", endpoint)):
            yield advice, True
    finally:
        session.close()


def _greeted(endpoint: str, session: Session) -> Generator[Line, None, Mapping[str, Json] | None]:
    try:
        reply = session.raw({"do": "hello", "protocol": PROTOCOL})
    except NoAnswer as failure:
        raise InputError(f"--adapter {endpoint}: nothing can be checked: {failure}") from failure
    told = [*faults("hello", reply), *_wrong_seq(session, reply)]
    told += [
        f"{member}: {_short(reply[member])}" for member in NO_ANSWERS if isinstance(reply, dict) and member in reply
    ]
    if told:
        yield _laid_out("hello", f"WRONG    {_joined(told)}"), False
        yield "\nNext: correct the reply to hello. Nothing else is asked before that.", True
        return None
    value: Mapping[str, Json] = reply["value"]
    known = f"eras {', '.join(value['eras'])}; levels {', '.join(value['levels'])}"
    said = printable(f"{value['name']} {value['version']} ({value['language']}); {known}")
    yield _laid_out("hello", f"ok       {said}"), True
    return value


def _probes(level: Level, era: str, items: frozenset[str] | None) -> Iterator[Probe]:
    asked: Sequence[Mapping[str, Json]]
    given = items
    add = {"hotkey": "2001", "netuid": 1, "amount_staked": "1000000000"}
    too_much = {**add, "amount_staked": "90000000000"}
    loaded = {"do": "load", "era": era, "spec_version": _spec_version(era)}
    amount = {"netuid": 1, "amount": "1000000000"}
    limit = {"netuid": 1, "limit_price": "300000000"}
    low_limit = {**limit, "limit_price": "200000000"}
    if level == "kernel":
        for request in _recorded_kernels(era):
            yield Probe(request)
        asked, absent = (), {"do": "kernel", "era": era, "kernel": ABSENT, "args": {}}
    elif level == "quote":
        given = QUOTE_ITEMS if items is None else QUOTE_ITEMS & items
        reads = (
            _read("sim_swap_tao_for_alpha", amount), _read("sim_swap_alpha_for_tao", amount),
            _read("sim_swap", {**amount, "buy": True}), _read("sim_swap", {**amount, "buy": False}),
            _read("get_alpha_price", {"netuid": 1}), _read("current_price", {"netuid": 1}),
            _read("get_moving_alpha_price", {"netuid": 1}),
            _read("get_max_amount_add", limit), _read("get_max_amount_remove", low_limit),
            _read("get_max_amount_move", {"origin_netuid": 1, "destination_netuid": 0, "limit_price": "200000000"}),
        )  # fmt: skip
        known = dtao.era(era).runtime.reads
        asked = ({**loaded, "state": POOL}, *(read for read in reads if read["read"] in known))
        absent = _read(ABSENT, {})
    else:
        call = {"do": "call", "call": "add_stake", "signer": "1001"}
        asked = (
            {**loaded, "state": {**_network(era), **STATE}},
            {"do": "set", "item": "Balance", "account": "1001", "value": "20000000000"},
            {**call, "args": add},
            {**call, "args": too_much},
        )
        absent = {"do": "call", "call": ABSENT, "signer": "1001", "args": {}}
        if level == "block":
            asked = (
                *asked,
                {"do": "phase", "phase": "update_moving_price", "args": {"netuid": 1}},
                _read("get_stake", {"hotkey": "2001", "coldkey": "1001", "netuid": 1}),
                {"do": "blocks", "n": 1},
            )
    for request in asked:
        if request["do"] != "set" or items is None or request["item"] in items:
            yield Probe(request, given, note=", too much" if request.get("args") == too_much else "")
    yield Probe(absent, must_not_be_answered=True)


def _read(name: str, args: Mapping[str, Json]) -> dict[str, Json]:
    return {"do": "read", "read": name, "args": args}


def _network(era: str) -> dict[str, Json]:
    """Return the entries without keys, as a new chain has them; recorded states list them whatever they are.

    Where the token of a subnet has to be enabled, it is.
    """
    rules = dtao.era(era)
    enabled = {"SubtokenEnabled/1": True} if "SubtokenEnabled" in rules.runtime.items.by_name else {}
    return {**rules.dump(rules.load({})), **enabled}


@cache
def _spec_version(era: str) -> int:
    return next(head.spec_version for head in map(vectors.header, vectors.files([vectors.recorded(era)])))


def _recorded_kernels(era: str) -> Iterator[Mapping[str, Json]]:
    """Take the first vector of each suite of kernels; the launch has those of all eras."""
    for body in _of_each_kernel():
        yield {"do": "kernel", "era": era, "kernel": body["kernel"], "args": body["args"]}


@cache
def _of_each_kernel() -> tuple[Mapping[str, Json], ...]:
    paths = vectors.files([vectors.recorded(dtao.ERAS[0].recorded_as) / "kernel"])
    return tuple(next(vectors.vectors(path)).body for path in paths)


def _told_again(
    session: Session, reference: Session, probes: Iterable[Probe], report: Report, items: frozenset[str] | None,
    level: Level,
) -> Iterator[Line]:  # fmt: skip
    """Ask in a later era, and tell what is another outcome than in the first one; count the rest."""
    likewise = []
    for probe in probes:
        wrong = report.wrong
        text, is_right = _checked(session, reference, probe, report, items)
        if (outcome := _outcome(text)) != report.first.get((level, probe.name), RIGHT):
            yield _laid_out(probe.name, text), is_right
        else:
            likewise.append(outcome)
            report.wrong = wrong  # it is counted as a message of the first era
    if likewise:
        said = RIGHT if set(likewise) == {RIGHT} else "as in the first era"
        yield _laid_out(f"level {level}, {len(likewise)} messages", said), True


def _outcome(text: str) -> str:
    """Return the word that a message's line begins with."""
    return text.partition(" ")[0]


def _checked(session: Session, reference: Session, probe: Probe, report: Report, items: frozenset[str] | None) -> Line:
    kind = probe.message["do"]
    if kind == "load":
        report.load, report.state = probe, dict(probe.message["state"])
    elif report.stale and report.load is not None:
        reference.ask(report.load.message)
        report.state = dict(report.load.message["state"])
        with suppress(NoAnswer):  # it was told when the state was loaded first
            session.raw(report.load.sent)
    text, is_right = _answered(session, reference, probe, report, items)
    report.stale = text != RIGHT and kind not in ("read", "kernel")
    return text, is_right


def _answered(session: Session, reference: Session, probe: Probe, report: Report, items: frozenset[str] | None) -> Line:
    kind = probe.message["do"]
    before = dict(report.state)
    expected = None if probe.must_not_be_answered else reference.ask(probe.message)
    if expected is not None:
        report.state |= expected.get("diff", {})
    try:
        reply = session.raw(probe.sent)
    except NoAnswer as failure:
        return _wrong(report, probe, str(failure))
    told = [*faults(kind, reply), *_wrong_seq(session, reply)]
    if told:
        return _wrong(report, probe, _joined(told))
    if expected is None:
        if not any(member in reply for member in NO_ANSWERS):
            return _wrong(report, probe, "there is no such name, but it was answered: skip what is not known")
        if "skipped" in reply:
            return "ok       an unknown name is skipped", True
        return "ok       not answered; but 'skipped' is the reply to an unknown name: this one counts as errored", True
    if "skipped" in reply:
        report.open.append(probe.name)
        return f"skipped  {printable(reply['skipped'])}", True
    for member in ("errored", "refused"):
        if member in reply:
            return _wrong(report, probe, f"{member}: {printable(reply[member])}")
    if items is not None and "diff" in expected:
        expected = {**expected, "diff": restricted(expected["diff"], items)}
        reply = {**reply, "diff": restricted(reply["diff"], items)}
    differing = [
        _difference(member, expected[member], reply[member], before)
        for member in ANSWERS
        if member in REPLY_MEMBERS[kind] and not same(expected[member], reply[member])
    ]
    return _wrong(report, probe, _joined(differing)) if differing else (RIGHT, True)


def _wrong(report: Report, probe: Probe, text: str) -> Line:
    report.wrong += 1
    if not report.first_wrong:
        report.first_wrong = f"{probe.name}, era {report.era}" if report.era else probe.name
    return f"WRONG    {text}", False


def _wrong_seq(session: Session, reply: Json) -> list[str]:
    if type(reply) is dict and type(reply.get("seq")) is int:
        fault = seq_fault(reply, session.sequence)
        return [] if fault is None else [f"the reply {fault}: echo that of the request"]
    return []


def _difference(member: str, expected: Json, actual: Json, before: Mapping[str, Json]) -> str:
    """Say how an answer differs from the reference's, and where it may be a matter of names or types alone.

    ``before`` is the reference's state before the request.
    """
    if member == "error" and expected is not None and actual is not None:
        return (f"the error is {_short(actual)}, due is {_short(expected)}; if that is the same error, "
                f"map its name in adapter.toml: [errors] {_short(actual)} = {_short(expected)}")  # fmt: skip
    if member == "diff":
        entry = next(iter(entry_differences(expected, actual))).entry
        if entry not in actual:
            return f"{entry} has to change to {_short(expected[entry], entry)}, but is not in the diff"
        if entry not in expected:
            return _unchanged(entry, actual[entry], before)
        member, expected, actual = entry, expected[entry], actual[entry]
    first, second = whole_number(expected), whole_number(actual)
    if first is not None and first == second:
        due = "a decimal string" if isinstance(expected, str) else "a JSON number"
        return f"{member} is {plainly(actual)}, due is {plainly(expected)}: the amount is right, but has to be {due}"
    delta = f" (by {second - first:+d})" if first is not None and second is not None else ""
    return f"{member} is {_short(actual, member)}, due is {_short(expected, member)}{delta}"


def _unchanged(entry: str, actual: Json, before: Mapping[str, Json]) -> str:
    """Say what may be wrong where an entry is in a diff that the reference does not change."""
    item = item_of(entry)
    if item not in ITEMS:
        hint = "if the item only has another name, map it in adapter.toml: [items]"
        return f"{printable(entry)} is in the diff, but must not change; {hint}"
    kept, default = before.get(entry), ITEMS[item].default
    usual = None if default is None else ITEMS[item].kind.encode(default)
    if same(actual, kept) or (kept is None and same(actual, usual)):
        what = "its default, which it had" if kept is None or same(kept, usual) else "the value that it had"
        return f"{printable(entry)} is in the diff with {what} before as well: a diff holds what changes, and no more"
    return f"{printable(entry)} is {_short(actual, entry)} in the diff, but must stay {_short(kept, entry)}"


def _stopped(session: Session) -> Iterator[Line]:
    yield "", True
    try:
        told = list(faults("stop", session.raw({"do": "stop"})))
    except NoAnswer as failure:
        told = [str(failure)]
    yield _laid_out("stop", f"WRONG    {_joined(told)}" if told else "ok"), not told


def _advice(report: Report, eras: Sequence[str], levels: Sequence[Level], words: Sequence[str]) -> Iterator[str]:
    if report.wrong:
        count = "1 message is" if report.wrong == 1 else f"{report.wrong} messages are"
        yield f"{count} answered wrongly. Next: correct {report.first_wrong}."
        return
    if report.open:
        yield f"What is answered is right. Next: implement {', '.join(dict.fromkeys(report.open))}, or go on without."
    else:
        yield "Every message of the announced levels is answered as the reference answers it."
    yield f"Eras that were asked: {', '.join(eras)}."
    further = [level for level in LEVELS if level not in levels]
    if further:
        yield f"Levels that are not announced: {', '.join(further)}."
    yield f"Next: judge it by the recordings: {shlex.join(['dtao', 'conform', *words])}"
    era = () if eras[0] == dtao.ERAS[0].recorded_as else ("--era", eras[0])
    fuzz = shlex.join(["dtao", "fuzz", *words, *era])
    yield f"Then: search for inputs on which it differs from the reference: {fuzz}"


def is_answered(line: str) -> bool:
    """Tell whether a line says that something that the adapter computed is right: no greeting, and no unknown name."""
    name, _, text = line.partition("  ")
    return name not in ("hello", "stop") and not name.startswith("load") and text.strip() == RIGHT


def _laid_out(name: str, text: str) -> str:
    return f"{name:<38} {text}"


def _joined(told: Sequence[str]) -> str:
    return f"\n{'':<48}".join(told)


def _short(value: Json, entry: str = "") -> str:
    """Write a value; null as what it means in a diff, if it is that of a storage entry."""
    if value is None and entry and entry not in ANSWERS:
        return ABSENT_ENTRY
    text = printable(safe_repr(value))
    return text if len(text) <= TEXT_SHOWN else f"{text[:TEXT_SHOWN]}…"
