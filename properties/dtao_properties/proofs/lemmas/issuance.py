"""Issuance: the steps of the emission, and that nothing ever passes the supply."""

import random

from dtao_properties.proofs.lemma import BrokenError, Exhaustive, Lemma, assume
from dtao_properties.proofs.subjects import (
    DEFAULT_BLOCK_EMISSION,
    TOTAL_SUPPLY,
    U64_MAX,
    block_emission,
    block_emission_by_logarithm,
)

LAST_HALVING = 30
"""From this one on, a block emits nothing."""
ISSUED = (0, TOTAL_SUPPLY)


def threshold(halving: int) -> int:
    """Return the least issuance at which the emission has halved so often."""
    return TOTAL_SUPPLY - (TOTAL_SUPPLY >> halving)


def stays_within_supply(issuance: int, *, wrong: bool) -> list[bool]:
    """Emit once more, of TAO or twice as much: an alpha's emission and as much again for its pool."""
    return [issuance + (2**25 if wrong else 2) * block_emission(issuance) <= TOTAL_SUPPLY]


def falls_with_issuance(issuance: int, more: int, *, wrong: bool) -> list[bool]:
    """Compare the emissions at two issuances."""
    now, later = block_emission(issuance), block_emission(issuance + more)
    return [later < now] if wrong else [later <= now]


def halves_once_a_block(issuance: int, *, wrong: bool) -> list[bool]:
    """Compare the emission with that after a block, in which an alpha may be emitted twice."""
    now = block_emission(issuance)
    later = block_emission(issuance + 2 * now)
    return [later == now] if wrong else [later == now or later == now >> 1]


def is_the_closed_form(issuance: int, *, wrong: bool) -> list[bool]:
    """Compare the emission with 10^9 / 2^k, where what is left has halved k times."""
    left = TOTAL_SUPPLY - issuance
    emission = block_emission(issuance)
    for halvings in range(64):
        if left << (halvings + 1) > TOTAL_SUPPLY - wrong:
            return [emission == DEFAULT_BLOCK_EMISSION >> halvings]
    assume(False)
    return []


def steps(wrong: bool) -> int:
    """Evaluate both forms of the emission on both sides of every step, and at random."""
    inputs = 0
    for halving in range(1, LAST_HALVING + 1):
        first = threshold(halving) + wrong
        for issuance, emission in ((first - 1, halving - 1), (first, halving)):
            for function in (block_emission, block_emission_by_logarithm):
                inputs += 1
                if function(issuance) != DEFAULT_BLOCK_EMISSION >> emission:
                    raise BrokenError(f"issuance = {issuance}, {function.__name__}")
    return inputs


def forms_agree(wrong: bool) -> int:
    """Compare both forms at the ends of every plateau, beyond the supply, and at random."""
    edges = [threshold(halving) for halving in range(56)]
    inputs = {edge + offset for edge in edges for offset in (-2, -1, 0, 1, 2)} | {0, 1, TOTAL_SUPPLY, U64_MAX}
    chance = random.Random(0)  # noqa: S311  # no secret
    inputs |= {TOTAL_SUPPLY - chance.randrange(2 ** chance.randrange(55)) for _ in range(20_000)}
    inputs |= {chance.randrange(TOTAL_SUPPLY) for _ in range(20_000)}
    inputs = {issuance for issuance in inputs if 0 <= issuance <= U64_MAX}
    for issuance in sorted(inputs):
        if block_emission(issuance) != block_emission_by_logarithm(max(issuance - wrong, 0)):
            raise BrokenError(f"issuance = {issuance}")
    return len(inputs)


LEMMAS: tuple[Lemma | Exhaustive, ...] = (
    Lemma(
        "issuance-cap",
        "Up to 21e15, a block's emission never takes issuance past it; not even two emissions of an alpha do.",
        ("ISS-1", "EMIT-2"),
        stays_within_supply,
        {"issuance": ISSUED},
        "nor do 2^25 emissions",
        by_hand="induction over the blocks, with emit-injection: a pool receives no more alpha than is emitted.",
    ),
    Lemma(
        "issuance-monotone",
        "The emission never rises with the issuance.",
        ("ISS-1",),
        falls_with_issuance,
        {"issuance": (0, U64_MAX), "more": (1, U64_MAX)},
        "it always falls",
    ),
    Lemma(
        "issuance-one-step",
        "In a block the emission halves at most once, be it of TAO or of an alpha that is emitted twice.",
        ("ISS-1",),
        halves_once_a_block,
        {"issuance": ISSUED},
        "it never halves",
        witness={"issuance": threshold(1) - 1},
    ),
    Lemma(
        "issuance-closed-form",
        "The emission is 10^9 >> k, where k is the greatest with (S - I) · 2^k <= S, for every I below S = 21e15.",
        ("ISS-1",),
        is_the_closed_form,
        {"issuance": (0, TOTAL_SUPPLY - 1)},
        "the same, with < instead of <=",
        witness={"issuance": threshold(1)},
    ),
    Exhaustive(
        "issuance-thresholds",
        "The emission steps down at S - floor(S / 2^n) exactly, n = 1 … 30, and is 0 from the last on; in the form "
        "with the logarithm as well.",
        ("ISS-1", "FIX-9"),
        steps,
        "it steps down one rao later",
    ),
    Exhaustive(
        "issuance-logarithm",
        "The form with the logarithm and the closed form agree at every issuance.",
        ("ISS-1", "FIX-9"),
        forms_agree,
        "they agree with the issuance one less",
        by_hand="both are monotone: the closed form by issuance-monotone, the other because the quotients "
        "(fix-quotient-monotone), halvings that round up and squares that round down all keep the order. They agree on "
        "both sides of each step, so they agree between the steps.",
    ),
)
