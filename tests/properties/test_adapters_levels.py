"""What is asked at each level, what happens after a skipped step, and what items do to a comparison."""

import itertools
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from typer.testing import Result

from dtao_properties.adapters.protocol import QUOTE_ITEMS, QUOTES, Session
from dtao_properties.adapters.reference import Reference
from dtao_properties.conformance import vectors
from dtao_properties.conformance.recorded_state import item_of
from dtao_properties.conformance.vector_runner import Plan
from dtao_properties.conformance.verdicts import Verdict, judged
from tests.properties import toy

Dtao = Callable[..., Result]
SCENARIOS = vectors.recorded("launch") / "scenario"


class Watched(Reference):
    """The reference, which notes what it is sent, and skips or changes some of it."""

    def __init__(self, skips: Callable[[int, Mapping[str, Any]], bool] = lambda number, message: False) -> None:
        super().__init__()
        self.sent: list[Mapping[str, Any]] = []
        self.skips = skips

    def request(self, message: Mapping[str, Any]) -> dict[str, Any]:
        self.sent.append(message)
        if self.skips(len(self.sent), message):
            return {"seq": message["seq"], "skipped": "not today"}
        return super().request(message)

    @property
    def kinds(self) -> Counter[str]:
        return Counter(str(message["do"]) for message in self.sent)


def verdict(adapter: Any, suite: str, plan: Plan, number: int = 0) -> Verdict:
    path = SCENARIOS / f"{suite}.jsonl.gz"
    (vector,) = vectors.vectors(path, [number])
    return judged(Session(adapter), vectors.header(path), vector, plan=plan)


def steps(suite: str, number: int = 0) -> list[dict[str, Any]]:
    (vector,) = vectors.vectors(SCENARIOS / f"{suite}.jsonl.gz", [number])
    found: list[dict[str, Any]] = vector.body["steps"]
    return found


def test_quotes_are_asked_in_the_recorded_state() -> None:
    adapter = Watched()
    one = verdict(adapter, "edges", Plan(("kernel", "quote")))
    quotes = [step for step in steps("edges") if step["do"] == "read" and step["read"] in QUOTES]
    assert (one.status, one.level, one.judged, one.unasked) == (
        "passed", "quote", len(quotes), len(steps("edges")) - len(quotes),
    )  # fmt: skip
    assert set(adapter.kinds) == {"load", "read"}
    assert adapter.kinds["read"] == len(quotes)
    assert {item_of(entry) for message in adapter.sent for entry in message.get("state", {})} <= QUOTE_ITEMS
    # a state is only loaded if it is another one: after a load, something is asked
    order = [message["do"] for message in adapter.sent]
    assert "load" not in [after for before, after in itertools.pairwise(order) if before == "load"]
    loads = [message["state"] for message in adapter.sent if message["do"] == "load"]
    assert all(before != after for before, after in itertools.pairwise(loads))


def test_a_scenario_without_quotes_is_not_judged_at_level_quote() -> None:
    adapter = Watched()
    one = verdict(adapter, "emission", Plan(("quote",)))
    assert (one.status, one.level, one.judged, one.reason) == ("skipped", "quote", 0, "no step is a quote")
    assert adapter.sent == []


@pytest.mark.parametrize(("levels", "also"), [(("call",), 0), (("quote", "call"), 1)])
def test_calls_are_judged_without_blocks(levels: tuple[Any, ...], also: int) -> None:
    adapter = Watched()
    one = verdict(adapter, "market", Plan(levels))
    recorded = Counter(step["do"] for step in steps("market"))
    quotes = also * sum(step["do"] == "read" and step["read"] in QUOTES for step in steps("market"))
    assert (one.status, one.level) == ("passed", "call")
    assert adapter.kinds["call"] == recorded["call"]
    assert adapter.kinds["set"] == recorded["set"]
    assert adapter.kinds["read"] == quotes
    assert adapter.kinds["load"] > 1
    assert not {"blocks", "phase"} & set(adapter.kinds)
    assert one.judged + one.unasked == sum(recorded.values())


def test_a_level_that_is_not_in_the_plan() -> None:
    one = verdict(Watched(), "pool", Plan(("kernel",)))
    assert (one.status, one.level, one.reason) == ("skipped", None, "no level of this run covers a scenario")


@pytest.mark.parametrize("suite", ["pool", "phases", "swapkeys", "prune", "yuma"])
@pytest.mark.parametrize("step", [2, 3, 7])
def test_the_state_is_put_right_after_a_skipped_step(suite: str, step: int) -> None:
    adapter = Watched(lambda number, message: message["do"] != "load" and number % step == 0)
    one = verdict(adapter, suite, Plan())
    assert (one.status, one.divergence) == ("passed", None)
    assert one.skipped > 0
    assert one.judged + one.skipped == len(steps(suite))
    assert adapter.kinds["load"] <= one.skipped + 1


def test_after_a_skipped_read_nothing_is_loaded() -> None:
    adapter = Watched(lambda number, message: message["do"] == "read")
    one = verdict(adapter, "pool", Plan())
    assert (one.status, adapter.kinds["load"]) == ("passed", 1)
    assert one.skipped == sum(step["do"] == "read" for step in steps("pool")) > 0


def test_a_divergence_after_a_skipped_step_is_seen() -> None:
    class Wrong(Watched):
        def request(self, message: Mapping[str, Any]) -> dict[str, Any]:
            reply = super().request(message)
            if message["do"] == "call" and reply.get("diff"):
                reply["diff"] = dict.fromkeys(reply["diff"], "7")
            return reply

    one = verdict(Wrong(lambda number, message: message["do"] == "set"), "pool", Plan())
    assert (one.status, one.level) == ("failed", "block")
    assert one.skipped > 0


def test_all_answers_skipped_is_no_pass() -> None:
    one = verdict(Watched(lambda number, message: message["do"] != "load"), "pool", Plan())
    assert (one.status, one.judged, one.reason) == ("skipped", 0, "step 0, set Balance: not today")


def test_a_load_that_is_skipped() -> None:
    one = verdict(Watched(lambda number, message: message["do"] == "load"), "pool", Plan())
    assert (one.status, one.reason) == ("skipped", "the genesis: not today")
    later = Watched(lambda number, message: number > 1 and message["do"] in ("load", "set"))
    one = verdict(later, "pool", Plan())
    assert (one.status, one.reason) == ("skipped", "the recorded state before step 1: not today")


class Keeping(toy.Toy):
    """Keeps balances, and nothing else."""

    def hello(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"value": {**super().hello(message)["value"], "items": ["Balance"]}}

    def load(self, message: Mapping[str, Any]) -> dict[str, Any]:
        assert {item_of(entry) for entry in message["state"]} == {"Balance"}
        return super().load(message)

    def write(self, **entries: Any) -> dict[str, Any]:
        return {entry: value for entry, value in super().write(**entries).items() if entry.startswith("Balance")}

    def blocks(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"diff": {"Chaff/3": "5"}}


class Dropping(Keeping):
    """Says that it keeps balances, but leaves some out."""

    def call(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {**super().call(message), "diff": {}}


def test_items_that_are_not_kept_are_left_out(dtao_command: Dtao, tmp_path: Any) -> None:
    endpoint = "python:tests.properties.test_adapters_levels:{}"
    report = tmp_path / "out.ndjson"
    folder = toy.folder(tmp_path / "recordings")
    result = dtao_command("conform", "--vectors", folder, "--adapter", endpoint.format("Keeping"), "--ndjson", report)
    assert result.exit_code == 0
    for item in ("BlockNumber", "Chaff", "Emission", "Flag"):
        assert item in result.stdout
    result = dtao_command("conform", "--vectors", folder, "--adapter", endpoint.format("Dropping"))
    assert result.exit_code == 1
    assert "  Balance/1  (a change was not made)" in result.stdout


def test_a_set_of_an_item_that_is_not_kept_is_not_sent() -> None:
    kept = frozenset({item_of(entry) for step in steps("pool") for entry in step.get("diff", {})}) - {"Difficulty"}
    items = kept | {item_of(entry) for entry in vectors.header(SCENARIOS / "pool.jsonl.gz").genesis}
    unknown = {step["item"] for step in steps("pool") if step["do"] == "set"} - items
    adapter = Watched()
    one = verdict(adapter, "pool", Plan(items=items))
    assert one.status == "passed"
    assert one.unasked == sum(step["do"] == "set" and step["item"] in unknown for step in steps("pool"))
    assert not unknown & {message.get("item") for message in adapter.sent}


def test_levels_on_the_command_line(dtao_command: Dtao) -> None:
    result = dtao_command("conform", "--suite", "rejections", "--level", "call")
    assert result.exit_code == 0
    result = dtao_command("conform", "--suite", "rejections", "--level", "all")
    assert (result.exit_code, "there is no such level. The levels are kernel, quote, call" in result.stderr) == (
        2,
        True,
    )
    result = dtao_command("conform", "--suite", "rejections", "--level", "kernel")
    assert (result.exit_code, "nothing was judged" in result.stderr) == (2, True)


class Announcing(toy.Toy):
    levels: tuple[str, ...] = ()

    def hello(self, message: Mapping[str, Any]) -> dict[str, Any]:
        return {"value": {**super().hello(message)["value"], "levels": list(self.levels)}}


class Quoting(Announcing):
    levels = ("kernel", "quote")


class Boasting(Announcing):
    levels = ("everything",)


@pytest.mark.parametrize(
    ("adapter", "words", "said"),
    [
        ("Announcing", (), "the adapter 'toy' announces no level, so that there is nothing to judge"),
        ("Boasting", (), "'everything' in the reply to hello is no level; there are kernel, quote, call, block"),
        ("Quoting", ("--level", "call", "--level", "block"),
         "--level call, --level block: the adapter 'toy' announces only kernel, quote"),
    ],
)  # fmt: skip
def test_levels_that_are_not_announced(
    dtao_command: Dtao, tmp_path: Any, adapter: str, words: tuple[str, ...], said: str
) -> None:
    endpoint = f"python:tests.properties.test_adapters_levels:{adapter}"
    result = dtao_command("conform", "--vectors", toy.folder(tmp_path), "--adapter", endpoint, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_only_announced_levels_are_judged(dtao_command: Dtao, tmp_path: Any) -> None:
    endpoint = "python:tests.properties.test_adapters_levels:Quoting"
    result = dtao_command("conform", "--vectors", toy.folder(tmp_path), "--adapter", endpoint)
    assert result.exit_code == 0
    assert "ok    toy/kernel/sum  4 cases" in result.stdout
    # a suite of which nothing is asked has a row, but no line while the run goes
    (row,) = (line.split() for line in result.stdout.splitlines() if "toy/scenario/bank" in line)
    assert row[:6] == ["toy/scenario/bank", "quote", "3", "0", "0", "3"]


@pytest.mark.parametrize("version", [277, 283, 342, 425])
def test_quotes_need_no_more_than_the_items_that_are_given(version: int, dtao_command: Callable[..., Result]) -> None:
    result = dtao_command("conform", "--era", version, "--level", "quote", "--suite", "pool", "--suite", "limit")
    assert (result.exit_code, "CONFORMS" in result.stdout) == (0, True)
