"""One rao more anywhere makes an invariant fail: in any entry after any step, and in what any function returns."""

import random
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from attrs import evolve

from dtao_properties.laws import INVARIANTS, conservation, violations
from dtao_properties.model.audit import audit
from dtao_properties.model.step import Step, key_of
from dtao_properties.model.storage_model import MONEY
from tests.laws.corpus import LAUNCH, ORACLE, moved, steps

PLACES = 20
LEDGER = [one for one in INVARIANTS if one.check.__module__ == conservation.__name__]
"""Other invariants take the step once more, and so see any changed state."""
BITS = 2**32
UNCOUNTED = frozenset({"Alpha", "TotalHotkeyShares"})
"""Items in shares instead of rao."""


def places() -> list[tuple[Step, str]]:
    """Choose steps and entries of money at random, by a seed."""
    draws = random.Random(21_000_000)
    all_steps = [step for name in sorted(steps()) for step in steps()[name]]
    chosen: list[tuple[Step, str]] = []
    while len(chosen) < PLACES:
        step = draws.choice(all_steps)
        money = [entry for entry in sorted(step.flat_after) if key_of(entry)[0] in MONEY - UNCOUNTED]
        entry = draws.choice(money)
        if int(step.flat_after[entry]) < 2**63:
            chosen.append((step, entry))
    return chosen


@pytest.mark.parametrize("place", range(PLACES))
def test_a_rao_in_an_entry(place: int) -> None:
    step, entry = places()[place]
    assert violations(step) == []
    with_more = moved(step, entry, 1)
    assert any(entry in sentence for one in LEDGER for sentence in one.violations(with_more))


def more(by: int = 1) -> Callable[[Any], Any]:
    """Return what adds to a number, to the first whole number of a tuple, or to each of a list."""

    def added(result: Any) -> Any:
        if result is None or isinstance(result, bool):
            return result
        if isinstance(result, int):
            return result + by
        if isinstance(result, dict):
            return {key: added(value) for key, value in result.items()}
        if isinstance(result, list):
            return [added(element) for element in result]
        if isinstance(result, tuple) and all(isinstance(element, int) for element in result):
            return tuple(added(element) for element in result)
        if isinstance(result, tuple):
            return (*result[:1], added(result[1]), *result[2:])
        return result

    return added


FUNCTIONS: tuple[tuple[str, str, int], ...] = (
    ("dtao.rules.pool", "payout", 1),
    ("dtao.block", "payout", 1),
    ("dtao.block", "block_emission", 1),
    ("dtao.block", "alpha_injection", -BITS),
    ("dtao.block", "tao_emission", BITS),
    ("dtao.block", "root_alpha", BITS),
    ("dtao.block", "owner_cut_proportion", 2**4),
    ("dtao.rules.dividends", "take_and_rest", 1),
    ("dtao.rules.dividends", "tao_dividends", BITS),
    ("dtao.rules.shares", "total_after", 1),
    ("dtao.transitions.stake", "stake_of", 1),
    ("dtao.transitions.stake", "max_amount_add", 1),
    ("dtao.transitions.stake", "max_amount_remove", 1),
    ("dtao.transitions.stake", "product_alpha_for_tao", 1),
    ("dtao.transitions.stake", "product_tao_for_alpha", 1),
    ("dtao.transitions.stake", "swap_alpha_for_tao", 1),
    ("dtao.transitions.stake", "swap_tao_for_alpha", 1),
    ("dtao.calls.registration", "withdraw", 1),
    ("dtao.calls.networks", "withdraw", 1),
    ("dtao.calls.keys", "withdraw", 1),
    ("dtao.rules.epoch", "parts_of", 1),
)
"""Functions of the reference whose results are made 1 rao (or its bits) greater."""
OF_BLOCKS = ("dtao.block", "dtao.rules.dividends", "dtao.rules.epoch")


def asks(name: str, module: str) -> bool:
    """Return whether steps of a name are those that ask the functions of a module first."""
    call = LAUNCH.runtime.calls.get(name.removesuffix(" in part"))
    return module in OF_BLOCKS if call is None else call.__module__ == module


@pytest.mark.parametrize(("module", "name", "by"), FUNCTIONS)
def test_a_rao_in_a_function(module: str, name: str, by: int, monkeypatch: pytest.MonkeyPatch) -> None:
    found = import_module(module)
    function, added = getattr(found, name), more(by)
    monkeypatch.setattr(found, name, lambda *args, **options: added(function(*args, **options)))
    for called in sorted(steps(), key=lambda called: not asks(called, module)):
        for step in steps()[called]:
            planted = ORACLE.apply(step.before, step.request)
            if (planted.after is not step.after or planted.error != step.error) and violations(planted):
                return
    pytest.fail(f"a rao more from {module}.{name} went unseen")


def test_a_rao_in_what_stake_is_charged() -> None:
    """The function stands in the row of the era."""
    runtime = LAUNCH.runtime
    charge, added = runtime.accounts.charge, more(1)
    accounts = evolve(runtime.accounts, charge=lambda *args: added(charge(*args)))
    for step in steps()["add_stake"]:
        before = evolve(step.before, runtime=evolve(runtime, accounts=accounts))
        planted = ORACLE.apply(before, step.request)
        planted = evolve(planted, before=step.before, after=evolve(planted.after, runtime=runtime))
        assert planted.error is None
        assert violations(planted)


def test_the_ledger_covers_all_that_is_taken() -> None:
    assert all(audit(step) is not None for of_a_name in steps().values() for step in of_a_name)
