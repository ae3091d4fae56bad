"""The recorded scenarios: nothing but the named leaks is lost there, and the report says how much each of them is."""

import subprocess
import sys

import pytest

import dtao
from dtao.codec import Json
from dtao_properties.laws import conservation, leak_sizes, write_sets
from dtao_properties.laws.base import TABLE
from dtao_properties.model.leaks import LEAKS
from dtao_properties.model.step import Oracle
from dtao_properties.model.storage_model import LEDGERS
from dtao_spec import violations
from tests.depth import one_in
from tests.laws.corpus import LAUNCH
from tests.laws.later import LATER
from tests.reference.test_fees_to_authors import with_short_pool
from tests.reference.test_liquidity import ALICE, HOTKEY, NETUID, with_positions_on_two

SCENARIOS = ("market", "move", "shares", "limit", "swapkeys", "registration")
LEDGER = [invariant for invariant in TABLE.values() if invariant.check.__module__ == conservation.__name__]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_nothing_else_leaks(scenario: str) -> None:
    for step in leak_sizes.steps_of(scenario, LAUNCH):
        assert [sentence for invariant in LEDGER for sentence in invariant.violations(step)] == []


def test_the_report_sums_up() -> None:
    era = dtao.era("launch")
    found = leak_sizes.measured("market", era)
    assert (found.calls > 100, found.blocks > 100) == (True, True)
    assert {name for name, ledger in found.sizes if ledger} <= LEAKS.keys()
    size = found.sizes["dust", "TAO"]
    assert (size.unit, 0 < size.largest < 500) == ("rao", True)
    text = leak_sizes.table([found])
    assert "double root dividends" in text
    assert f"{size.total:+}" in text


LATER_SCENARIOS = ("limit", "shares", "swapkeys")


@pytest.mark.parametrize("era", LATER, ids=lambda era: era.name)
def test_no_later_era_leaks_more(era: dtao.Era) -> None:
    for scenario in one_in(3, LATER.index(era), LATER_SCENARIOS):  # another one in each era, unless deep
        for step in leak_sizes.steps_of(scenario, era):
            assert [sentence for invariant in LEDGER for sentence in invariant.violations(step)] == []


def test_the_command_takes_an_era(capsys: pytest.CaptureFixture[str]) -> None:
    leak_sizes.main(["--era", "277", "limit"])
    printed = capsys.readouterr().out
    assert "sale past the gate" in printed
    assert all(f" {ledger} " in printed.partition("A leak is money")[2] for ledger in LEDGERS)  # the legend
    assert "swaps in full" not in printed


def test_the_command_prints_it() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "dtao_properties.laws.leak_sizes", "swapkeys"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert printed.startswith("scenario  leak")
    assert "swapkeys: " in printed


def test_the_text_names_every_leak_with_its_versions_and_one_of_its_rules() -> None:
    for name, leak in LEAKS.items():
        if name == "given from outside":
            continue  # it is about phases that are called on their own, which the chain never does
        told = [one for one in violations.VIOLATIONS if one.name == name]
        for era in dtao.ERAS:
            assert any(one.is_in(era.spec_version) for one in told) == (
                leak.since <= era.spec_version <= (leak.until or era.spec_version)
            ), (name, era.name)
        assert {rule for one in told for rule in one.rules} & set(leak.rules), name


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--era", "232"], "error: "),
        (["nosuch"], "error: there is no scenario 'nosuch' of the era launch; there are children, edges,"),
    ],
)
def test_what_is_not_recorded_exits_2(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert leak_sizes.main(words) == 2
    assert capsys.readouterr().err.startswith(told)


def test_the_leaks_that_are_not_seen_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert leak_sizes.main(["shares"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("not seen here: ")
    assert "orphaned shares" in last
    assert "short reserve" not in last


@pytest.mark.parametrize("version", [351, 391])
def test_closed_positions_are_on_the_ledger(version: int) -> None:
    """The alpha that becomes stake counts as outside of the pool again; nothing leaks there."""
    state = dtao.era(351).set(with_positions_on_two(351), "Keys", {"netuid": 1, "uid": 0}, str(HOTKEY))
    request: dict[str, Json] = {"do": "call", "call": "disable_lp", "signer": None, "args": {}}
    step = Oracle(dtao.era(version)).apply(dtao.migrate(state, version), request)
    assert step.error is None
    assert step.after.pool(NETUID).alpha_out > step.before.pool(NETUID).alpha_out
    laws = (*LEDGER, *(law for law in TABLE.values() if law.check.__module__ == write_sets.__name__))
    assert [sentence for law in laws for sentence in law.violations(step)] == []


def test_a_fee_that_is_refused_leaves_the_tao_of_a_nomination_to_nobody() -> None:
    era, state, args = with_short_pool(385)
    step = Oracle(era).apply(state, {"do": "call", "call": "remove_stake", "signer": str(ALICE), "args": args})
    assert (step.error, len(step.events)) == (None, 1)
    assert [sentence for law in LEDGER for sentence in law.violations(step)] == []
