"""Strategies for Hypothesis: worlds, calls in view of a state, and whole episodes, for the campaigns and for yours.

All of them draw bytes, a choice each, and read them with the functions of the neighbouring modules. So they are fast,
and what they give shrinks to little: fewer steps, plainer choices.

>>> from hypothesis import given
>>> import dtao
>>> era = dtao.era("launch")
>>> @given(states(), call_bytes())
... def no_call_creates_tao(state: dtao.State, drawn: bytes) -> None:
...     after = era.apply(state, call(state, drawn)).state
...     assert after.balances_total_issuance + after.total_stake <= 2**65
>>> no_call_creates_tao()
"""

from collections.abc import Mapping

from attrs import frozen
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

import dtao
from dtao.calls import Call
from dtao.state import State
from dtao_properties.adapters.protocol import Json
from dtao_properties.fuzz import kernels
from dtao_properties.fuzz.calls import candidate
from dtao_properties.fuzz.choices import Choices
from dtao_properties.fuzz.steps import STEP_BYTES
from dtao_properties.fuzz.worlds import LAUNCH, WORLD_BYTES, random_world, world

MAX_DRAWN = 7_000
"""Bytes of an episode; Hypothesis gives up on an example that draws more than 8192."""
MAX_KERNELS = 12
"""Kernel cases of an episode. They do not depend on each other, so that more would only be harder to shrink."""


@frozen
class Episode:
    """What Hypothesis draws for one example: bytes that a world is read from, and bytes a step."""

    world: bytes
    steps: tuple[bytes, ...]


def fixed_bytes(count: int) -> SearchStrategy[bytes]:
    """Draw so many bytes."""
    return st.binary(min_size=count, max_size=count)


def worlds(era: dtao.Era = LAUNCH) -> SearchStrategy[dict[str, Json]]:
    """Draw a flat state to begin with: a random world, or a state out of the bundled recordings."""
    return fixed_bytes(WORLD_BYTES).map(lambda drawn: world(drawn, era))


def random_worlds(era: dtao.Era = LAUNCH) -> SearchStrategy[dict[str, Json]]:
    """Draw a flat state of a random small world."""
    return fixed_bytes(WORLD_BYTES).map(lambda drawn: random_world(Choices(drawn), era))


def states(era: dtao.Era = LAUNCH) -> SearchStrategy[State]:
    """Draw a state of the reference, as :func:`worlds` does."""
    return worlds(era).map(era.load)


def call_bytes() -> SearchStrategy[bytes]:
    """Draw what :func:`call` reads a call from."""
    return fixed_bytes(STEP_BYTES["call"])


def call(state: State, drawn: bytes, era: dtao.Era = LAUNCH) -> Call:
    """Return the call that some bytes stand for in a state: likely accepted, and aimed at a boundary."""
    request = candidate(era, state, drawn).request
    return era.call(request["call"], request["signer"], request["args"])


def kernel_cases(era: dtao.Era = LAUNCH) -> SearchStrategy[Mapping[str, Json]]:
    """Draw the name and the arguments of a kernel, in the vectors' encoding. On a few of them the runtime panics."""
    return fixed_bytes(STEP_BYTES["kernel"]).map(lambda drawn: kernels.request(era, Choices(drawn)))


def most_steps(level: str) -> int:
    """Return how many steps an episode at a level may have."""
    return MAX_KERNELS if level == "kernel" else (MAX_DRAWN - WORLD_BYTES) // STEP_BYTES[level]


def episodes(level: str, steps: int) -> SearchStrategy[Episode]:
    """Draw an episode of up to so many steps at a level. A step whose first byte is 0 is none.

    All is drawn in one piece: of many alike Hypothesis would copy some over others, and three of four steps would be
    repetitions.
    """
    size = STEP_BYTES[level]
    start = 0 if level == "kernel" else WORLD_BYTES

    def split(drawn: bytes) -> Episode:
        return Episode(drawn[:start], tuple(drawn[at : at + size] for at in range(start, len(drawn), size)))

    return fixed_bytes(start + steps * size).map(split)
