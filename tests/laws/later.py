"""Walks in any era, by seed: what the tests of the later eras look for leaks, violations and witnesses in."""

import random
from collections.abc import Callable, Iterator, Mapping
from functools import cache

import dtao
from dtao.errors import InputError
from dtao.state import State
from dtao_properties.adapters.protocol import Json
from dtao_properties.fuzz.held_to_laws import single_steps
from dtao_properties.fuzz.steps import STEP_BYTES, planned
from dtao_properties.fuzz.worlds import WORLD_BYTES, world
from dtao_properties.laws.leak_sizes import leaks_of
from dtao_properties.model import modelled
from dtao_properties.model.step import Oracle, Step

LATER = tuple(row for row in modelled() if row.spec_version > 233)
STEPS = 16
MOST = 600
"""Walks after which nobody looks any further."""


def walk(era: dtao.Era, number: int) -> Iterator[Step]:
    """Yield the calls and blocks of the walk with this number; the same worlds and draws in every era."""
    draws, oracle = random.Random(number), Oracle(era)
    state = era.load(world(draws.randbytes(WORLD_BYTES), era))
    for _ in range(STEPS):
        chosen = planned(era, state, "block", draws.randbytes(STEP_BYTES["block"]))
        for request in () if chosen is None else single_steps(chosen.request):
            try:
                step = oracle.apply(state, request)
            except InputError:  # the runtime panics
                return
            state = step.after
            if step.do in ("call", "blocks"):
                yield step


@cache
def leaks_in(era: dtao.Era, number: int) -> frozenset[str]:
    """Return the names of the leaks of one walk."""
    return frozenset(seen.name for step in walk(era, number) for seen in leaks_of(step))


@cache
def steps_of(era: dtao.Era, walks: int) -> tuple[Step, ...]:
    """Return the accepted calls and the blocks of so many walks."""
    return tuple(step for number in range(walks) for step in walk(era, number) if step.error is None)


def first(era: dtao.Era, fits: Callable[[Step], object]) -> Step:
    """Return the first step of all walks that fits."""
    return next(step for number in range(MOST) for step in walk(era, number) if fits(step))


def small(era: dtao.Era, **entries: Json) -> State:
    """Return a state with one subnet, one hotkey and one coldkey; ``__`` in the name of an entry stands for ``/``."""
    flat: dict[str, Json] = {
        "BlockNumber": "60000", "TotalNetworks": 2, "NetworksAdded/0": True, "NetworksAdded/1": True,
        "SubnetMechanism/1": 1, "Tempo/0": 0, "Tempo/1": 360, "SubnetTAO/1": str(10**12),
        "SubnetAlphaIn/1": str(10**12), "Owner/11": "1", "OwnedHotkeys/1": ["11"], "StakingHotkeys/1": ["11"],
        "TxRateLimit": "0", "NetworkRateLimit": "0", "Balance/1": str(10**12),
        "BalancesTotalIssuance": str(2**64 - 1),
        **{entry.replace("__", "/"): value for entry, value in entries.items()},
    }  # fmt: skip
    known = era.runtime.items.by_name
    return era.load({entry: value for entry, value in flat.items() if entry.partition("/")[0] in known})


def called(era: dtao.Era, state: State, call: str, **args: Json) -> Step:
    """Return the call of account 1."""
    return Oracle(era).apply(state, {"do": "call", "call": call, "signer": "1", "args": args})


def a_block(era: dtao.Era, state: State) -> Step:
    """Return a block without calls."""
    return Oracle(era).apply(state, {"do": "blocks", "n": 1})


STAKE: Mapping[str, Json] = {
    "TotalHotkeyAlpha__11__1": str(10**10), "TotalHotkeyShares__11__1": str(10**10 << 64),
    "Alpha__11__1__1": str(10**10 << 64),
}  # fmt: skip
"""Stake of the one coldkey on the one hotkey of the one subnet."""
