"""Steps of all kinds from seeded walks: what the other tests of this folder break, and plant mistakes in."""

import random
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from attrs import evolve, field, frozen

import dtao
from dtao.errors import InputError
from dtao.state import State
from dtao_properties.adapters.protocol import Json
from dtao_properties.fuzz.held_to_laws import single_steps
from dtao_properties.fuzz.steps import STEP_BYTES, planned
from dtao_properties.fuzz.worlds import WORLD_BYTES, world
from dtao_properties.laws.neurons import epochs
from dtao_properties.model.step import Oracle, Step

LAUNCH = dtao.era("launch")
ORACLE = Oracle(LAUNCH)
OF_EACH = 24
WALKS = 250
STEPS = 18


@cache
def steps() -> Mapping[str, list[Step]]:
    """Accepted calls and single blocks by name, with names of their own for blocks with an epoch and refused calls."""
    draws = random.Random(20_250_213)
    found: dict[str, list[Step]] = {}
    for _ in range(WALKS):
        state = LAUNCH.load(world(draws.randbytes(WORLD_BYTES)))
        for _ in range(STEPS):
            chosen = planned(LAUNCH, state, "block", draws.randbytes(STEP_BYTES["block"]))
            for request in () if chosen is None else single_steps(chosen.request):
                try:
                    step = ORACLE.apply(state, request)
                except InputError:
                    break
                state = step.after
                name = named(step)
                kept = found.setdefault(name, [])
                if step.do in ("call", "blocks") and len(kept) < (5 * OF_EACH if name == "epochs" else OF_EACH):
                    kept.append(step)
    return {name: kept for name, kept in found.items() if kept}


def named(step: Step) -> str:
    """Name a step by what it shows."""
    if step.error:
        return "refused"
    if step.is_block:
        return "epochs" if epochs(step) else "blocks"
    asked = step.args.get("amount_staked", step.args.get("amount_unstaked"))
    if step.name in ("add_stake_limit", "remove_stake_limit"):
        done = int(step.events[0][3]) + 50_000 if step.name == "add_stake_limit" else int(step.events[0][4])
        return f"{step.name} in part" if done < int(asked) else step.name
    return step.name


def the(name: str, fits: Callable[[Step], bool] = lambda step: True) -> Step:
    """Return the first step of a name that fits."""
    return next(step for step in steps()[name] if fits(step))


def written(step: Step, entry: str, value: Json) -> Step:
    """Return a step after which one entry is another one."""
    flat = {**step.flat_after, entry: value}
    if value is None:
        del flat[entry]
    return step.with_after(step.era.load(flat, check=False))


def number(step: Step, entry: str) -> int:
    """Return an entry as a number, 0 where it is not listed."""
    return int(step.flat_after.get(entry, 0))


def moved(step: Step, entry: str, by: int) -> Step:
    """Return a step after which one entry has more."""
    return written(step, entry, type(step.flat_after.get(entry, "0"))(number(step, entry) + by))


@frozen
class Lying:
    """The reference, but for one thing that it does, or one that it says, differently."""

    on_apply: Callable[[Step], Step] = field(default=lambda step: step)
    on_query: Callable[[str, Mapping[str, Json], Any], Json] = field(default=lambda name, args, value: value)
    era: dtao.Era = LAUNCH

    def apply(self, state: State, request: Mapping[str, Json]) -> Step:
        return evolve(self.on_apply(ORACLE.apply(state, request)), implementation=self)

    def query(self, state: State, name: str, args: Mapping[str, Json]) -> Json:
        return self.on_query(name, args, ORACLE.query(state, name, args))
