"""How often a divergence names a right rule: the measure itself, on a few mistakes."""

import pytest

from dtao_properties.mutants import causes
from dtao_properties.mutants.table import MUTANTS

Captured = pytest.CaptureFixture[str]
PAYOUT = next(one for one in MUTANTS if one.function == "rules.pool.payout")
QUOTE = next(one for one in MUTANTS if one.function == "rules.pool.alpha_for_tao")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge by two suites only."""
    sampled = causes.sampled
    monkeypatch.setattr(
        causes,
        "sampled",
        lambda recordings: [one for one in sampled(recordings) if one.startswith("launch/scenario/market")],
    )


@pytest.mark.usefixtures("few")
def test_the_rule_of_the_planted_function_or_one_within_it_is_right() -> None:
    found = {one.mutant: one for one in causes.named([PAYOUT, QUOTE], jobs=1)}
    assert found.keys() == {PAYOUT.id, QUOTE.id}
    assert all(one.is_right for one in found.values())
    assert found[PAYOUT.id].right == {"POOL-1", "POOL-2"}
    assert found[QUOTE.id].right == {"POOL-1", "POOL-2", "POOL-3"}


@pytest.mark.usefixtures("few")
def test_it_fails_where_the_rules_are_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(causes, "MUTANTS", [PAYOUT])
    monkeypatch.setattr(causes, "_right", lambda *given: ["NONE-1"])
    monkeypatch.setattr(causes.Named, "is_right", property(lambda one: "NONE-1" in one.rules))
    assert causes.main(["--jobs", "1"]) == 1
    assert f"WRONG {PAYOUT.id}" in capsys.readouterr().out


def test_a_campaign_is_measured_alike() -> None:
    (found,) = causes.named_by_fuzzing([PAYOUT], 30, 1)
    assert found.vector
    assert found.is_right


def test_nothing_to_plant_is_refused() -> None:
    assert causes.main(["--rule", "NONE-1"]) == 2
    assert causes.main(["--mechanical", "--fuzz"]) == 2
