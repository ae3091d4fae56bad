"""Calls with arguments aimed at acceptance, at the boundaries of their rules, and now and then at a rejection."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from attrs import frozen

import dtao
from dtao.state import State
from dtao_properties.adapters.protocol import Json
from dtao_properties.fuzz.choices import Choices
from dtao_properties.fuzz.context import Context, displaced_senators
from dtao_properties.fuzz.limits import ending
from dtao_properties.fuzz.makers import Makers, accounts, claims, liquidity, networks, stake

PERSISTENCE = 3
"""Of 4: how often a call that would be rejected is made again from valid choices only, and so likely accepted."""
AIMED = 12
"""The bits that, in a quarter of all cases, make the call of a limit that ends about now, if there is one."""
MAKERS: Makers = {
    **stake.MAKERS, **networks.MAKERS, **accounts.MAKERS, **liquidity.MAKERS, **claims.MAKERS,
}  # fmt: skip
"""What makes the calls, family by family."""
MAKING_ROOM: Mapping[str, tuple[str, int]] = {
    "set_mechanism_weights": ("set_weights", 8),
    "claim_root": ("swap_stake_limit", 6),
    "set_root_claim_type": ("remove_stake_limit", 4),
}
"""A call -> a call that is made less often, and by how much, in the eras that have both."""


def weights_of(era: dtao.Era) -> Mapping[str, int]:
    """Return how often each call of an era is made; at most 256 in all."""
    weights = {name: MAKERS[name][0] for name in names_of(era)}
    for name, (other, less) in MAKING_ROOM.items():
        if name in weights:
            weights[other] -= less
    return weights


def names_of(era: dtao.Era) -> tuple[str, ...]:
    """Return the calls of an era, in the order of the makers."""
    return tuple(name for name in MAKERS if name in era.runtime.calls)


@cache
def _drawn(spec_version: int) -> tuple[str, ...]:
    """Return the calls of an era, each as often as its weight says."""
    return tuple(name for name, weight in weights_of(dtao.era(spec_version)).items() for _ in range(weight))


@frozen
class Candidate:
    """A call as the adapter is asked for it, with what the reference makes of it."""

    request: dict[str, Json]
    outcome: dtao.Outcome


def candidate(era: dtao.Era, state: State, data: bytes) -> Candidate:
    """Return the call that some bytes stand for in a state.

    One that the state would reject is, in three of four cases, made again from the same bytes without boundary choices.
    """
    choices = Choices(data)
    drawn = _drawn(era.runtime.spec_version)
    name = drawn[choices.byte() % len(drawn)]
    persistence = choices.byte()
    persistent = persistence & 3 < PERSISTENCE
    limit = ending(state, choices) if persistence & AIMED == AIMED else None
    if limit is not None:
        name = limit.name
    elif state.senate and (persistence & AIMED == AIMED or (persistence & 4 and displaced_senators(state))):
        # who has a seat on root, and who is to get it, decides itself over several calls
        name = choices.pick(("root_register", "add_stake"))
    at = choices.at
    made = _tried(era, Context(state, choices, limit=limit), name)
    if made.outcome.error is not None and persistent:
        again = Choices(data)
        again.at = at
        made = _tried(era, Context(state, again, valid_only=True, limit=limit), name)
    return made


def _tried(era: dtao.Era, context: Context, name: str) -> Candidate:
    misplaced = context.boundary(3)  # signed by root where an account should, and the other way round
    signer, args = MAKERS[name][1](context)
    if misplaced:
        signer = 1 if signer is None else None
    encoded: Any = None if signer is None else str(signer)
    request = {"do": "call", "call": name, "signer": encoded, "args": args}
    return Candidate(request, era.apply(context.state, era.call(name, encoded, args)))
