"""What a divergence names as its cause, of kinds of mistakes for which that was wrong: a right rule is among it."""

import pytest

from dtao_properties.adapters.protocol import Session
from dtao_properties.conformance.selection import one_selected
from dtao_properties.conformance.verdicts import judged
from dtao_properties.mutants import causes
from dtao_properties.mutants.checks import Check, Recordings
from dtao_properties.mutants.forking import forked
from dtao_properties.mutants.hunting import Planted
from dtao_properties.mutants.mutant import located
from dtao_properties.mutants.operators import mistakes
from dtao_properties.mutants.table import MUTANTS

NAMED = {
    "the blocks since the last step are not counted anew": ("launch/scenario/halving/p000", "BLOCK-3"),
    "the volume does not grow by what is sold for root": ("launch/scenario/move/p012", "BLOCK-3"),
    "children come into force a block early": ("launch/scenario/swapkeys/p008", "CHILD-1"),
    "a perpetual lock is one that decays": ("411/scenario/registration/p003", "LOCK-12"),
    "ranks, trust and pruning scores are stored": ("365/scenario/halving/p000", "EPOCH-25"),
    "what was set aside for root goes": ("423/scenario/market/p002", "NET-8"),
    "the fee is swapped too": ("launch/scenario/limit/p000", "STAKE-4"),
    # a key of a list within a record, at each of some calls
    "the uid keeps the old key": ("launch/scenario/swapkeys/p008", "KEY-5"),
    # the functions within are as likely, but do less
    "a lock never ends": ("423/kernel/swap/p3208", "LOCK-2"),
    "what is left over is nobody's": ("423/scenario/locks/p003", "NET-12"),
    # an entry that the reference does not write: it is in what writes others of the same record
    "the moving price of a new subnet starts at its price": ("391/scenario/shares/p000", "NET-6"),
}
"""A mistake -> a vector that it spoils, and its rule.

They are about what a block leaves in the numbers that it unpacked, fields of events, what is done in a step in which
the reference does nothing of the kind, and rules that are nearly as likely.
"""
MECHANICAL = {
    # one of two calls of a function
    "rules.registration.upgraded": ("return low -> return None", "342/scenario/shares/p003", "REG-1"),
    # a refusal of what the reference accepts
    "calls.keys.require_own_new_hotkey": (
        "state.owner.get(new, coldkey) == coldkey -> state.owner.get(new, coldkey) != coldkey",
        "425/scenario/swapkeys/p003",
        "KEY-1",
    ),
    # what the row of an era has is called in a step in which it is not to be
    "calls.moves.transition_stake": (
        "added and (not transfers) -> added or not transfers", "342/scenario/rootclaim/p000", "MOVE-6",
    ),
    # nothing is in a list, where small changes of its numbers show elsewhere
    "rules.mechanisms.emissions_of_mechanisms": (
        "if not mechanisms: -> if True:", "401/scenario/swapkeys/p000", "EPOCH-24",
    ),
}  # fmt: skip
"""A function -> a mechanical mistake in it, a vector that it spoils, and its rule."""


@pytest.mark.parametrize("mistake", NAMED)
def test_the_rule_of_a_mistake_is_among_those_named(mistake: str) -> None:
    vector, rule = NAMED[mistake]
    (mutant,) = [one for one in MUTANTS if one.mistake == mistake]
    assert rule in rules_named(mutant, vector)


@pytest.mark.parametrize("function", MECHANICAL)
def test_the_rule_of_a_mechanical_mistake_is_among_those_named(function: str) -> None:
    told, vector, rule = MECHANICAL[function]
    mutant = next(one for one in mistakes(function, located(function, "")) if one.told == told)
    assert rule in rules_named(mutant, vector)


def rules_named(mutant: Planted, vector: str) -> list[str]:
    """Return what the divergence of a vector names that a mistake leads to."""
    recordings = Recordings([one_selected(vector)])
    reaching = [Check(vector, 1.0, frozenset({mutant.planted_in}), recorded=True)]
    ((_, ended),) = forked([mutant], lambda one, tell: causes.named_by(recordings, reaching, one, tell), 1)
    assert ended.reason == ""
    rules: list[str] = ended.result["rules"]
    assert len(rules) <= 3
    return rules


def test_the_judge_is_as_it_is_while_an_adapter_has_the_mistake() -> None:
    """Of several blocks the first that differs is told, which only a right reference knows."""
    (mutant,) = [one for one in MUTANTS if one.mistake == "the interval is a block longer"]
    ((_, ended),) = forked([mutant], lambda one, tell: first_block(one, "298/scenario/registration/p000"), 1)
    assert ended.result == 4


def first_block(mutant: Planted, vector: str) -> int | None:
    """Return the first block of the first step that differs."""
    verdict = judged(Session(causes.Planting(mutant)), *Recordings([one_selected(vector)]).vectors[vector])
    return None if verdict.divergence is None else verdict.divergence.block
