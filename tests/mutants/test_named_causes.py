"""What a divergence names as its cause, of kinds of mistakes for which that was wrong: a right rule is among it."""

import pytest

from dtao_properties.conformance.selection import one_selected
from dtao_properties.mutants import causes
from dtao_properties.mutants.checks import Check, Recordings
from dtao_properties.mutants.forking import forked
from dtao_properties.mutants.table import MUTANTS

NAMED = {
    "the blocks since the last step are not counted anew": ("launch/scenario/halving/p000", "BLOCK-3"),
    "the volume does not grow by what is sold for root": ("launch/scenario/move/p012", "BLOCK-3"),
    "children come into force a block early": ("launch/scenario/swapkeys/p008", "CHILD-1"),
    "a perpetual lock is one that decays": ("411/scenario/registration/p003", "LOCK-12"),
    "ranks, trust and pruning scores are stored": ("365/scenario/halving/p000", "EPOCH-25"),
    "what was set aside for root goes": ("423/scenario/market/p002", "NET-8"),
    "the fee is swapped too": ("launch/scenario/limit/p000", "STAKE-4"),
}
"""A mistake -> a vector that it spoils, and its rule.

They are about what a block leaves in the numbers that it unpacked, fields of events, what is done in a step in which
the reference does nothing of the kind, and rules that are nearly as likely.
"""


@pytest.mark.parametrize("mistake", NAMED)
def test_the_rule_of_a_mistake_is_among_those_named(mistake: str) -> None:
    vector, rule = NAMED[mistake]
    (mutant,) = [one for one in MUTANTS if one.mistake == mistake]
    recordings = Recordings([one_selected(vector)])
    reaching = [Check(vector, 1.0, frozenset({mutant.planted_in}), recorded=True)]
    ((_, ended),) = forked([mutant], lambda one, tell: causes.named_by(recordings, reaching, one, tell), 1)
    assert ended.reason == ""
    assert rule in ended.result["rules"]
    assert len(ended.result["rules"]) <= 3
