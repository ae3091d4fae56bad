"""The page and the schema of the adapter protocol: the examples are real, and the schema says what the checks say."""

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from inspect import isfunction
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import dtao
from dtao.internals import ARGUMENTS, Function
from dtao_properties.adapters.config import adapter_config
from dtao_properties.adapters.endpoint import Options, connected
from dtao_properties.adapters.protocol import QUOTE_ITEMS, QUOTES, REPLY_MEMBERS, REQUEST_MEMBERS, Session
from dtao_properties.adapters.reference import Reference
from dtao_properties.adapters.reply_schema import faults
from dtao_properties.conformance import vectors
from dtao_properties.conformance.vector_runner import request_of
from dtao_properties.reach.eras import families, names_in
from tests.depth import IS_DEEP
from tests.properties.test_format import Met, distinct, sampled

FORMATS = Path(__file__).parents[2] / "spec" / "formats"
PAGE = (FORMATS / "adapter.md").read_text(encoding="utf-8")
SCHEMA = json.loads((FORMATS / "adapter.schema.json").read_text(encoding="utf-8"))


def validator(name: str) -> Any:
    return jsonschema.Draft202012Validator({**SCHEMA, "anyOf": [{"$ref": f"#/$defs/{name}"}]})


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.S)


def messages(text: str) -> Iterator[Any]:
    at = 0
    while at < len(text):
        value, at = json.JSONDecoder().raw_decode(text, at)
        yield value
        at += len(text[at:]) - len(text[at:].lstrip())


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert {name for name in SCHEMA["$defs"] if name.startswith("request_")} == {
        f"request_{do}" for do in REPLY_MEMBERS
    }
    assert {name for name in SCHEMA["$defs"] if name.startswith("reply_")} == {f"reply_{do}" for do in REPLY_MEMBERS}
    for do, members in REQUEST_MEMBERS.items():
        assert SCHEMA["$defs"][f"request_{do}"]["required"] == ["seq", "do", *members]


def test_the_examples_are_a_conversation_with_the_reference() -> None:
    reference = Reference()
    shown = set()
    for block in blocks("json")[:-1]:
        request, reply = messages(block)
        validator("request").validate(request)
        validator(f"reply_{request['do']}").validate(reply)
        assert list(faults(request["do"], reply)) == []
        answer = json.loads(json.dumps(reference.request(request)))
        if request["do"] == "hello":
            answer["value"]["version"] = reply["value"]["version"]
        assert answer == reply
        shown.add(request["do"])
    assert shown == set(REPLY_MEMBERS)


def test_the_other_replies_are_replies_to_anything() -> None:
    others = list(messages(blocks("json")[-1]))
    assert [list(other)[1] for other in others] == ["skipped", "errored", "refused"]
    for do in REPLY_MEMBERS:
        for other in others:
            validator(f"reply_{do}").validate(other)


def test_the_page_names_what_the_judge_sends() -> None:
    level = PAGE[PAGE.index("**quote.**") : PAGE.index("**call.**")]
    assert set(re.findall(r"`([a-z_]+)`", level)) == set(QUOTES)
    assert set(re.findall(r"`([A-Z]\w+)`", level)) == set(QUOTE_ITEMS)


def lines(heading: str) -> list[tuple[str, list[str]]]:
    """Return the rows of the page's table with this heading: what the first cell names, and the other cells."""
    table = PAGE[PAGE.index(f"\n| {heading} |") :].lstrip().partition("\n\n")[0].splitlines()
    split = [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]
    return [(cells[0].strip("`"), cells[1:]) for cells in split]


def rows(heading: str) -> dict[str, list[str]]:
    """Return the rows of a table in which every name stands once."""
    found = lines(heading)
    assert len({name for name, _ in found}) == len(found)
    return dict(found)


Stated = tuple[str, tuple[str, ...], str]
"""A function that is called directly: its name, its arguments and its value."""


def stated(kind: str, era: dtao.Era) -> dict[Stated, Function]:
    functions = era.runtime.phases if kind == "phase" else era.runtime.reads
    return {(name, one.arguments, one.value.name): one for name, one in functions.items()}


def told(kind: str) -> dict[Stated, list[str]]:
    return {
        (name, tuple(re.findall(r"\w+", arguments)), value): cells
        for name, (arguments, value, *cells) in lines(f"{kind} | arguments | value")
    }


def versions(eras: str) -> set[int]:
    """Return the versions of which a cell speaks: all, until one, from one on, or one."""
    word, _, number = eras.rpartition(" ")
    known = {era.spec_version for era in dtao.ERAS}
    if eras == "all":
        return known
    within = {"until": lambda one: one <= int(number), "from": lambda one: one >= int(number)}
    return {one for one in known if within.get(word, lambda one: one == int(number))(one)}


@pytest.mark.parametrize("kind", ["phase", "read"])
def test_the_tables_of_phases_and_reads_are_those_of_the_reference(kind: str) -> None:
    assert told(kind).keys() == {one for era in dtao.ERAS for one in stated(kind, era)}
    assert {name: cells[0] for name, cells in rows("argument | type").items()} == {
        name: kind.name for name, kind in ARGUMENTS.items()
    }


def test_the_eras_of_the_phases_are_those_of_the_reference() -> None:
    for one, (_, eras, _) in told("phase").items():
        assert versions(eras) == {era.spec_version for era in dtao.ERAS if one in stated("phase", era)}, one


@pytest.mark.parametrize("kind", ["phase", "read"])
def test_the_tables_name_rules_of_what_runs(kind: str) -> None:
    """The nearest ones: of the function itself, or of one that it calls."""
    functions = {one: function for era in dtao.ERAS for one, function in stated(kind, era).items()}
    named = {one: cells[2].split(", ") if cells[2] else [] for one, cells in told(kind).items()}
    assert {
        one: rule for one in functions for rule in named[one] if rule not in rules_beneath(functions[one].run)
    } == {}
    assert {one[0] for one, rules in named.items() if not rules} <= WITHOUT_RULE


WITHOUT_RULE = frozenset(
    {
        "advance_block_number",
        "epoch",
        "epoch_dense",
        "get_moving_alpha_price",
        "get_subnet_to_prune",
        "get_total_stake_for_hotkey",
        "current_price",
        "sim_swap",
    }
)


FAMILIES = [family for version in (233, 283, 343, 401, 411, 423) for family in families(dtao.era(version).runtime)]


def rules_beneath(function: object) -> set[str]:
    """Return the rules of a function of the reference, and of those that the code of it names, and of these."""
    found: set[str] = set()
    pending, seen = [function], set[int]()
    while pending:
        one = pending.pop()
        if id(one) in seen or not isfunction(one):
            continue
        seen.add(id(one))
        found |= set(getattr(one, "rules", ()))
        for owner, name in names_in(one):
            within = one.__globals__ if owner is None else getattr(one.__globals__.get(owner), "__dict__", {})
            pending += [within.get(name), *(getattr(family, name, None) for family in FAMILIES)]
        pending += [cell.cell_contents for cell in one.__closure__ or ()]
    return found


@pytest.fixture(scope="module")
def recorded_reads() -> dict[int, set[str]]:
    """Return what the recordings of each spec version read, and the reads that have a rejection for a value."""
    found: dict[int, set[str]] = {}
    for path in vectors.files(vectors.bundled()):
        head = vectors.header(path)
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            steps = re.findall(r'"read": ?"(\w+)", ?"value": ?("Err:\w+")?', stream.read())
        found.setdefault(head.spec_version, set()).update(f"{name} {value}" if value else name for name, value in steps)
    return found


RARELY_RECORDED = {"root_proportion": {385} | {era.spec_version for era in dtao.ERAS if era.spec_version >= 401}}
"""The reads that the recordings ask for in some only of the versions which have them."""


def test_the_eras_of_the_reads_are_those_of_the_recordings(recorded_reads: dict[int, set[str]]) -> None:
    everywhere: dict[str, set[int]] = {}
    for name, (_, _, _, eras, _) in lines("read | arguments | value"):
        begins, ends = re.match(r"from (\d+)", eras), re.match(r"(?:from \d+ )?until (\d+)", eras)
        first, last = int(begins[1]) if begins else 0, int(ends[1]) if ends else max(recorded_reads)
        there = {version for version in recorded_reads if first <= version <= last}
        everywhere.setdefault(name, set()).update(there)
        recorded = {version for version in there if name in recorded_reads[version]}
        assert recorded == RARELY_RECORDED.get(name, there) <= there
        refused = {
            version: {one.removeprefix(f"{name} ") for one in recorded_reads[version] if one.startswith(f"{name} ")}
            for version in there
        }
        stated = {error: int(start) for error, start in re.findall(r'`("Err:\w+")` from (\d+)', eras)}
        assert {error: min(version for version, errors in refused.items() if error in errors)
                for error in set[str]().union(*refused.values())} == stated  # fmt: skip
        assert {version for version, errors in refused.items() if errors} == {
            version for version in there if any(version >= start for start in stated.values())
        }
    for version, names in recorded_reads.items():
        assert all(version in everywhere[name.partition(" ")[0]] for name in names)


def test_the_example_of_a_configuration(tmp_path: Path) -> None:
    path = tmp_path / "adapter.toml"
    path.write_text(blocks("toml")[0])
    config = adapter_config(path)
    assert (config.command, config.timeout) == ("cmd:node dist/adapter.js", 5.0)
    assert (config.errors, config.items) == (
        {"BalanceTooLow": "NotEnoughBalanceToStake"}, {"pool_tao": "SubnetTAO"},
    )  # fmt: skip


BUNDLED = vectors.files(vectors.bundled())


def test_recorded_steps_make_requests_and_replies() -> None:
    """One of each kind of step, each kernel's first vector, and an entry of each item; in deep tests of each era."""
    everything: Met = set()
    for era in sorted({path.parents[1].name for path in BUNDLED}):
        fit_their_schemas([path for path in BUNDLED if path.parents[1].name == era], set() if IS_DEEP else everything)


def fit_their_schemas(paths: Sequence[Path], met: Met) -> None:
    """Hold what a judge asks and is answered to the schemas, of each kind that was not met."""
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for path in paths:
        head, vector = vectors.header(path), next(vectors.vectors(path)).body
        if head.runner == "kernel":
            kind = (vector["kernel"], *vector["args"])
            if kind in met:
                continue
            met.add(kind)
            request = {"seq": 1, "do": "kernel", "era": head.era, "kernel": vector["kernel"], "args": vector["args"]}
            pairs.append((request, {"seq": 1, "value": vector["value"]}))
        else:
            pairs += [({"seq": 1, **request_of(step)}, {"seq": 1, **{m: step[m] for m in REPLY_MEMBERS[step["do"]]}})
                      for step in distinct(vector["steps"], met)]  # fmt: skip
            if state := sampled(head.genesis, met, "genesis"):
                load = {"seq": 0, "do": "load", "era": head.era, "spec_version": head.spec_version, "state": state}
                validator("request_load").validate(load)
    for request, reply in pairs:
        validator(f"request_{request['do']}").validate(request)
        validator(f"reply_{request['do']}").validate(reply)
        assert list(faults(request["do"], reply)) == []


HELLO = {
    "name": "x", "language": "C", "version": "1", "protocol": 1, "eras": ["launch"], "levels": ["kernel"],
}  # fmt: skip
BAD: list[tuple[str, Any, str]] = [
    ("read", [1], "the reply is a list, but has to be an object"),
    ("read", {"value": 1}, "'seq' is missing"),
    ("read", {"seq": "1", "value": 1}, "'seq' is the string '1': echo the whole number of the request"),
    ("read", {"seq": True, "value": 1}, "'seq' is true"),
    ("read", {"seq": None, "value": 1}, "'seq' is null"),
    ("read", {"seq": -1, "value": 1}, "'seq' is the number -1"),
    ("read", {"seq": 1}, "the member 'value' is missing"),
    ("read", {"seq": 1, "value": 0.5}, "'value' is the float 0.5: write wide numbers as decimal strings"),
    ("read", {"seq": 1, "value": [["1", 0.5]]}, "'value'[0][1] is the float 0.5"),
    ("read", {"seq": 1, "value": -5}, "'value' is the number -5: a number that may be negative is a decimal string"),
    ("read", {"seq": 1, "value": {"tao": "1"}}, "'value' is an object: values are null, booleans"),
    ("read", {"seq": 1, "skipped": True}, "'skipped' is a boolean: say in a string why"),
    ("read", {"seq": 1, "skipped": "a", "errored": "b"}, "it holds 'skipped' and 'errored': give one of them"),
    ("load", {"seq": 1, "ok": 1}, "'ok' is the number 1, but has to be true"),
    ("stop", {"seq": 1, "ok": False}, "'ok' is false, but has to be true"),
    ("load", {"seq": 1, "value": None}, "the member 'ok' is missing"),
    ("call", {"seq": 1, "error": 5, "events": [], "diff": {}}, "'error' is a number: give the name of the error"),
    ("call", {"seq": 1, "error": None, "events": {}, "diff": {}}, "'events' is an object, but has to be a list"),
    ("call", {"seq": 1, "error": None, "events": [{"a": "x"}], "diff": {}}, "'events'[0] is {'a': 'x'}: an event is"),
    ("call", {"seq": 1, "error": None, "events": [[]], "diff": {}}, "'events'[0] is []"),
    ("call", {"seq": 1, "error": None, "events": [["A", 1.5]], "diff": {}}, "'events'[0][0] is the float 1.5"),
    ("call", {"seq": 1, "error": None, "events": []}, "the member 'diff' is missing"),
    ("set", {"seq": 1, "diff": []}, "'diff' is a list, but has to be an object of storage entries"),
    ("set", {"seq": 1, "diff": {"Tempo.1": 5}}, "'Tempo.1' in 'diff' is no storage entry"),
    ("set", {"seq": 1, "diff": {"Tempo/1": 5.5}}, "'Tempo/1' is the float 5.5"),
    ("phase", {"seq": 1, "diff": {}}, "the member 'value' is missing"),
    ("blocks", {"seq": 1, "ok": True}, "the member 'diff' is missing"),
    ("hello", {"seq": 1, "value": "dtao"}, "'value' is a string, but has to be an object"),
    ("hello", {"seq": 1, "value": {**HELLO, "protocol": 2}}, "'protocol' is the number 2: it has to be 1"),
    ("hello", {"seq": 1, "value": {**HELLO, "protocol": True}}, "'protocol' is true: it has to be 1"),
    ("hello", {"seq": 1, "value": {**HELLO, "name": None}}, "'name' is null: give a string"),
    ("hello", {"seq": 1, "value": {**HELLO, "eras": "launch"}}, "'eras' is the string 'launch': give a list"),
    ("hello", {"seq": 1, "value": {**HELLO, "levels": ["all"]}}, "'all' in 'levels' is no level: there are kernel"),
    ("hello", {"seq": 1, "value": {**HELLO, "items": [1]}}, "'items' is the list [1]: give a list of strings"),
]  # fmt: skip


@pytest.mark.parametrize(("do", "reply", "said"), BAD)
def test_faults_are_told_and_the_schema_refuses_them(do: str, reply: Any, said: str) -> None:
    told = list(faults(do, reply))
    assert len(told) == 1
    assert said in told[0]
    assert not validator(f"reply_{do}").is_valid(reply)


def test_what_is_well_formed_for_both() -> None:
    good: list[tuple[str, Any]] = [
        ("hello", {"seq": 1, "value": HELLO}),
        ("hello", {"seq": 1, "value": {**HELLO, "items": [], "homepage": "x"}}),
        ("read", {"seq": 1, "value": None, "took": "3 ms"}),
        ("read", {"seq": None, "refused": "what?"}),
        (
            "set",
            {
                "seq": 1,
                "diff": {"LastRateLimitedBlock/NetworkLastRegistered": "7", "LastRateLimitedBlock/LastTxBlock(5)": "7"},
            },
        ),
        (
            "call",
            {"seq": 0, "error": "X", "events": [["A"], ["B", "1", True]], "diff": {"A/1/2/3": [["1", 2]], "B": None}},
        ),
    ]
    for do, reply in good:
        assert list(faults(do, reply)) == []
        validator(f"reply_{do}").validate(reply)


def test_names_are_translated(tmp_path: Path) -> None:
    """An adapter with other names for everything, which is the reference behind them."""
    (tmp_path / "named_otherwise.py").write_text(
        "from dtao_properties.adapters.reference import Reference\n"
        "def renamed(entries, old, new):\n"
        "    return {e.replace(old, new): v for e, v in entries.items()}\n"
        "class Other(Reference):\n"
        "    def request(self, message):\n"
        "        if 'state' in message:\n"
        "            assert not any(e.startswith('SubnetTAO') for e in message['state'])\n"
        "            message = {**message, 'state': renamed(message['state'], 'pool_tao', 'SubnetTAO')}\n"
        "        if message.get('item') == 'pool_tao':\n"
        "            message = {**message, 'item': 'SubnetTAO'}\n"
        "        reply = super().request(message)\n"
        "        if 'diff' in reply:\n"
        "            reply['diff'] = renamed(reply['diff'], 'SubnetTAO', 'pool_tao')\n"
        "        if reply.get('error') == 'NotEnoughBalanceToStake':\n"
        "            reply['error'] = 'BalanceTooLow'\n"
        "        if message['do'] == 'hello':\n"
        "            reply['value']['items'] = ['pool_tao', 'Balance']\n"
        "        return reply\n"
    )
    path = tmp_path / "adapter.toml"
    path.write_text(blocks("toml")[0])
    monkey = pytest.MonkeyPatch()
    monkey.syspath_prepend(str(tmp_path))
    try:
        session = Session(connected("python:named_otherwise:Other", Options(config=adapter_config(path))))
    finally:
        monkey.undo()
    assert session.hello().items == frozenset({"SubnetTAO", "Balance"})
    load = {"do": "load", "era": "launch", "spec_version": 233, "state": {"NetworksAdded/1": True, "SubnetTAO/1": "5"}}
    assert session.ask(load)["ok"] is True
    written = session.ask({"do": "set", "item": "SubnetTAO", "netuid": 1, "value": "7"})
    assert written["diff"] == {"SubnetTAO/1": "7"}
    refused = session.ask({"do": "call", "call": "add_stake", "signer": "1", "args":
                           {"hotkey": "2", "netuid": 1, "amount_staked": "9000000000"}})  # fmt: skip
    assert refused["error"] == "NotEnoughBalanceToStake"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[adapter", "not valid TOML"),
        ("[names]", "'names' is not a table of this file. There are [adapter], [errors] and [items]"),
        ("errors = 5", "'errors' is not a table of this file"),
        ("[adapter]\ncmd = 'x'", "[adapter] has no key 'cmd'. There are command, timeout"),
        ("[adapter]\ncommand = ''", "[adapter] command: give a command line"),
        ("[adapter]\ncommand = [5]", "[adapter] command: give a command line"),
        ("[adapter]\ntimeout = 0", "[adapter] timeout: 0 is not a number of seconds above 0"),
        ("[adapter]\ntimeout = true", "[adapter] timeout: True is not a number"),
        ("[adapter]\ntimeout = inf", "[adapter] timeout: inf is not a number"),
        ("[errors]\nA = 5", "[errors] A: 5 is not a string"),
        ("[items]\na = 'Burn'\nc = 'Burn'", "'Burn' is given two names"),
        (
            "[errors]\nLow = 'NotEnoughBalance'",
            "[errors] Low: the runtime has no error 'NotEnoughBalance'. Did you mean NotEnoughBalanceToStake",
        ),
        ("[errors]\nLow = '?'", "has no error '?'. Give the runtime's name of the error."),
        ("[items]\npool_tao = 'SubnetTao'", "the runtime has no storage item 'SubnetTao'. Did you mean SubnetTAO"),
        ("[items]\nSubnetTAO = 'pool_tao'", "A line is YOUR NAME = THE RUNTIME'S NAME: write pool_tao = 'SubnetTAO'."),
        (
            "[errors]\nLow = 'AmountTooLow'",
            "[adapter] has no command, so that nothing says what is to be judged. Add "
            "command = 'COMMAND LINE' to it, or give --adapter ENDPOINT.",
        ),
    ],
)
def test_configurations_that_are_none(dtao_command: Any, tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "adapter.toml"
    path.write_text(text)
    for command in (("conform",), ("replay", "pool/p000"), ("smoke",)):
        result = dtao_command(*command, "--adapter-config", path)
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"dtao: error: {path}: " in result.stderr
        assert said in result.stderr
