"""What the page of the oracle is answered, here on CPython, and the archive that it loads."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from docs.oracle import write_oracle

import dtao
from dtao_lab import Order, market_of_file, market_of_reserves, quote
from dtao_properties.browser import ROWS, answer
from tests.site.altered import SAMPLE, altered_file, counterexample_file, state_file

ROOT = Path(__file__).parents[2]
BUY = {"side": "buy", "amount": "10", "pools": [["1000", "4000"]], "era": "425"}


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # where a file is opened, the process goes


def ask(**question: Any) -> Any:
    return json.loads(answer(json.dumps(question)))


def test_every_era_is_offered_the_newest_first() -> None:
    offered = ask(do="eras")
    assert [one["name"] for one in offered] == [era.name for era in reversed(dtao.ERAS)]


@pytest.mark.parametrize("era", ["233", "v3.2.3", "ownership-by-conviction"])
def test_a_quote_is_that_of_the_lab(era: str) -> None:
    found = ask(do="quote", **{**BUY, "era": era, "limit": "0.251", "partial": True})
    market = market_of_reserves(dtao.era(era), [(10**12, 4 * 10**12)])
    expected = quote(market, Order("buy", 10**10, limit=251_000_000, allow_partial=True))
    assert found["quote"]["received"]["amount"] == str(expected.received)
    assert any(row.startswith("received ") and row.endswith(f"{expected.received} rao") for row in found["rows"])


def test_entries_are_written_first() -> None:
    free = ask(do="quote", **{**BUY, "entries": ["FeeRate/1=0"]})
    assert free["quote"]["fees"] == []
    assert int(free["quote"]["received"]["amount"]) > int(ask(do="quote", **BUY)["quote"]["received"]["amount"])


def test_a_move_goes_from_the_first_pool_to_the_second() -> None:
    found = ask(do="quote", **{**BUY, "side": "move", "pools": [["1000", "4000"], ["500", "1000"]]})
    assert (found["quote"]["netuid"], found["quote"]["destination"]) == (1, 2)
    assert found["quote"]["error"] is None


def test_an_explanation_names_the_rules_with_their_values() -> None:
    found = ask(do="explain", **{**BUY, "era": "launch"})
    rules = {rule["id"]: part["result"] for part in found["rules"] for rule in part["rules"]}
    assert rules["POOL-3"].startswith("39603764336 ")


@pytest.mark.parametrize(
    ("wrong", "mistake"),
    [
        ({"amount": "1,5"}, "the amount: '1,5' is no amount"),
        ({"amount": ""}, "the amount: '' is no amount"),
        ({"pools": [["0", "4000"]]}, "a pool cannot hold 0 rao"),
        ({"pools": [["1000", "x"]]}, "alpha in pool 1: 'x' is no amount"),
        ({"limit": "-1"}, "the limit price: '-1' is no amount"),
        ({"era": "999"}, "there is no era 999"),
        ({"entries": ["FeeRate"]}, "the entry FeeRate: write ENTRY=VALUE"),
        ({"entries": ["Fee/1=33"]}, "the entry Fee/1: there is no storage item"),
    ],
)
def test_a_mistake_is_told(wrong: dict[str, Any], mistake: str) -> None:
    assert ask(do="quote", **{**BUY, **wrong})["mistake"].startswith(mistake)


OF_STATE = {**BUY, "era": "277", "state": "state.json.gz", "netuid": "2", "to": "1"}


def test_a_state_file_is_loaded_and_quoted(tmp_path: Path) -> None:
    path = state_file(tmp_path)
    told = ask(do="state", path=str(path), era="425")
    assert (told["name"], told["era"]) == ("state.json.gz", 277)  # the version that it names, whatever was chosen
    assert told["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    market = market_of_file(None, path)
    assert [one["netuid"] for one in told["subnets"]] == market.subnets()
    (pool,) = [one for one in told["subnets"] if one["netuid"] == 2]
    assert int(pool["tao"].replace(".", "")) == int(str(market.era.get(market.state, "SubnetTAO", 2)))
    expected = quote(market, Order("buy", 10**10, 2))
    assert ask(do="quote", **OF_STATE)["quote"]["received"]["amount"] == str(expected.received)
    moved = quote(market, Order("move", 10**10, 2, 1))
    assert ask(do="quote", **OF_STATE | {"side": "move"})["quote"]["received"]["amount"] == str(moved.received)
    assert any("STAKE-9" in str(part["rules"]) for part in ask(do="explain", **OF_STATE)["rules"])


def test_a_state_file_is_read_under_other_rules(tmp_path: Path) -> None:
    path = state_file(tmp_path, spec_version=None)
    assert ask(do="state", path=str(path), era="280")["era"] == dtao.era(280).spec_version
    quoted = [ask(do="quote", **OF_STATE | {"era": era})["quote"]["era"]["name"] for era in ("277", "280", "277")]
    assert quoted == [dtao.era(int(era)).name for era in ("277", "280", "277")]


@pytest.mark.parametrize(
    ("others", "mistake"),
    [
        ({"state": {"SubnetTAO/2": "x"}}, "state.json.gz: SubnetTAO/2"),
        ({"spec_version": 999}, "state.json.gz: there is no era 999"),
        ({"state": None}, "state.json.gz: "),
    ],
)
def test_a_state_file_that_is_none_is_refused(tmp_path: Path, others: dict[str, object], mistake: str) -> None:
    assert ask(do="state", path=str(state_file(tmp_path, **others)), era="425")["mistake"].startswith(mistake)
    assert ask(do="quote", **OF_STATE)["mistake"] == "no state file is loaded. Choose one first."


def test_a_subnet_that_the_state_does_not_have_is_refused(tmp_path: Path) -> None:
    ask(do="state", path=str(state_file(tmp_path)), era="277")
    assert ask(do="quote", **OF_STATE | {"netuid": "99"})["mistake"].startswith("there is no subnet 99 in this state")


def test_a_recording_is_replayed_step_by_step() -> None:
    opened = ask(do="open", path=str(SAMPLE))
    assert opened["name"] == "425/scenario/pool"
    assert opened["vectors"][0]["steps"] == 140
    found = ask(do="replay", index=0)
    assert found["agrees"]
    assert len(found["steps"]) == 140
    assert all(step["agrees"] and len(step["rows"]) <= ROWS for step in found["steps"])
    (row,) = [row for row in found["steps"][0]["rows"] if row["entry"].startswith("Balance/")]
    assert row["before"] == "absent, or its default"
    assert row["change"] == f"+{row['recorded'].split()[0]}"


def test_a_value_that_differs_is_shown_first(tmp_path: Path) -> None:
    number, entry, path = altered_file(tmp_path)
    ask(do="open", path=str(path))
    found = ask(do="replay", index=0)
    assert not found["agrees"]
    assert next(at for at, step in enumerate(found["steps"]) if not step["agrees"]) == number
    first = found["steps"][number]["rows"][0]
    assert (first["entry"], first["agrees"]) == (entry, False)
    assert first["recorded"] != first["computed"]


def test_a_counterexample_tells_what_the_adapter_answered(tmp_path: Path) -> None:
    number, _, path = counterexample_file(tmp_path)
    opened = ask(do="open", path=str(path))
    assert opened["told"]["adapter"]["name"] == "mine"
    assert opened["told"]["differences"][0]["delta"] == "1"
    assert not ask(do="replay", index=0)["steps"][number]["agrees"]


def test_a_kernel_is_replayed() -> None:
    opened = ask(do="open", path=str(ROOT / "spec/vectors/425/kernel/swap.jsonl.gz"))
    assert opened["vectors"]
    assert ask(do="replay", index=0)["agrees"]


@pytest.mark.parametrize(
    ("name", "text", "mistake"),
    [
        ("a.json", "{", "a.json: not JSON"),
        ("a.json", "[]", "a.json: no counterexample"),
        ("a.jsonl", "{}\n", "a.jsonl:1: "),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, name: str, text: str, mistake: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert ask(do="open", path=str(tmp_path / name))["mistake"].startswith(mistake)


def test_the_archive_is_all_that_it_takes_and_gives_the_same_quote(tmp_path: Path) -> None:
    write_oracle(ROOT, tmp_path / "oracle.zip")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'oracle.zip')!r})\n"
        "from dtao_properties.browser import answer\n"
        "from dtao.persistent import Map, PartedMap\n"
        "assert Map is PartedMap\n"
        "for do in ('quote', 'explain'): print(answer(sys.argv[1].replace('DO', do)))\n"
        "print(answer(sys.argv[2]))\n"
    )
    question = json.dumps({"do": "DO", **BUY})
    loading = {"do": "state", "path": str(state_file(tmp_path)), "era": "277"}
    bare = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, question, json.dumps(loading)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    quoted, explained, loaded = map(json.loads, bare.stdout.splitlines())
    assert loaded == ask(**loading)
    assert quoted == ask(do="quote", **BUY)
    assert explained == ask(do="explain", **BUY)


def test_the_archive_is_the_same_whenever_it_is_written(tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        write_oracle(ROOT, tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
