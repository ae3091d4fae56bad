"""Transitions: what one step of an implementation makes of a state, and the implementations that make them.

An invariant (:mod:`dtao_properties.laws`) is a statement on transitions. It sees the state before and after, the
step as the vectors write it, and the answer; so it can be held against the reference, and against whatever answers the
adapter protocol.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, wraps
from typing import Any, Protocol, TypeVar

from attrs import evolve, field, frozen, mutable

import dtao
from dtao.errors import InputError
from dtao.state import State
from dtao_properties.adapters.oracle import apply_step
from dtao_properties.adapters.protocol import Json, Refused, Session
from dtao_properties.conformance.recorded_state import apply_diff

Made = TypeVar("Made")
Key = tuple[Any, ...]
"""A storage entry: the item, then its keys as numbers."""


class Implementation(Protocol):
    """Whatever takes steps from states."""

    @property
    def era(self) -> dtao.Era:
        """The rules that it follows."""

    def apply(self, state: State, request: Mapping[str, Json]) -> "Step":
        """Take one step (call, blocks, set or phase), written as in the vectors, from a state."""

    def query(self, state: State, name: str, args: Mapping[str, Json]) -> Json:
        """Return the answer to a read."""


@frozen
class Step:
    """One step: what was there, what was asked, what came of it."""

    implementation: Implementation = field(repr=False)
    before: State = field(repr=False)
    request: Mapping[str, Json]
    after: State = field(repr=False)
    error: str | None = None
    """The name of the rejection of a refused call."""
    events: tuple[tuple[Any, ...], ...] = ()
    """The economic events of a call, with every field as a string, as in the vectors."""
    value: Json = None
    """What a phase returned."""

    @property
    def era(self) -> dtao.Era:
        """The rules in force."""
        return self.implementation.era

    @property
    def do(self) -> str:
        """The kind of the step: call, blocks, set or phase."""
        return str(self.request["do"])

    @property
    def name(self) -> str:
        """The call, the phase or the item that it is about; ``blocks`` for blocks."""
        kind = self.do
        return kind if kind == "blocks" else str(self.request["item" if kind == "set" else kind])

    @property
    def args(self) -> Mapping[str, Json]:
        """The arguments of a call or a phase."""
        return self.request.get("args", {})  # type: ignore[no-any-return]  # as it is written

    @property
    def signer(self) -> int | None:
        """Who signed the call; None for the root origin."""
        signer = self.request.get("signer")
        return None if signer is None else int(signer)

    @property
    def accepted(self) -> bool:
        """Whether it is a call, and one that was not refused."""
        return self.do == "call" and self.error is None

    @property
    def is_block(self) -> bool:
        """Whether it is exactly one block."""
        return self.do == "blocks" and self.request["n"] == 1

    def argument(self, name: str) -> int:
        """Return an argument as a number."""
        return int(self.args[name])

    @cached_property
    def diff(self) -> Mapping[str, Json]:
        """Every entry that changed, with its new value; None where it is absent or default again."""
        return self.era.diff(self.before, self.after)

    @cached_property
    def flat_before(self) -> Mapping[str, Json]:
        """The flat form of the state before."""
        return self.era.dump(self.before)

    @cached_property
    def flat_after(self) -> Mapping[str, Json]:
        """The flat form of the state after."""
        return self.era.dump(self.after)

    @cached_property
    def changed(self) -> frozenset[Key]:
        """Every entry that changed, as the item and its keys."""
        return frozenset(key_of(entry) for entry in self.diff)

    def with_after(self, after: State) -> "Step":
        """Return the same step with another outcome, as a broken implementation would have it."""
        return evolve(self, after=after)


def kept(function: Callable[[Step], Made]) -> Callable[[Step], Made]:
    """Keep what a function made of the last step, for all who ask while the same step is checked."""
    last: list[tuple[Step, Made]] = []

    @wraps(function)
    def made(step: Step) -> Made:
        if not last or last[0][0] is not step:
            last[:] = [(step, function(step))]
        return last[0][1]

    return made


RENAMED = "LastRateLimitedBlock"
PARTS = re.compile(r"\{\w+\}|\*|\w+")


def key_of(entry: str) -> Key:
    """Split the flat name of an entry.

    >>> key_of("TotalHotkeyAlpha/11/1"), key_of("LastRateLimitedBlock/LastTxBlock(11)")
    (('TotalHotkeyAlpha', 11, 1), ('LastTxBlock', 11))
    """
    return tuple(int(part) if part.isdecimal() else part for part in parts_of(entry))


def parts_of(entry: str) -> list[str]:
    """Split the flat name of an entry, or the pattern of one; kinds of last blocks are items of their own from 320 on.

    >>> parts_of("LastRateLimitedBlock/OwnerHyperparamUpdate(NetUid(2), TriggerEpoch)")
    ['OwnerHyperparamUpdate', '2', 'TriggerEpoch']
    """
    name, *keys = entry.split("/")
    return [name, *keys] if name != RENAMED else [part for part in PARTS.findall(keys[0]) if part != "NetUid"]


def entry_of(key: Key) -> str:
    """Write an entry as in the vectors."""
    return "/".join(map(str, key))


@frozen
class Oracle:
    """The reference, which takes steps without keeping anything."""

    era: dtao.Era

    def apply(self, state: State, request: Mapping[str, Json]) -> Step:
        """Take one step. Raises InputError where the runtime itself would panic."""
        result = apply_step(self.era, state, request)
        return Step(self, state, request, result.after, result.error, event_tuples(result.events), result.value)

    def query(self, state: State, name: str, args: Mapping[str, Json]) -> Json:
        """Return the answer to a read."""
        return self.era.read(state, name, args)


@mutable
class Answering:
    """Whatever answers the adapter protocol. It is given a state whenever it does not stand there already."""

    era: dtao.Era
    session: Session
    _flat: dict[str, Json] = field(factory=dict, init=False)
    _state: State | None = field(default=None, init=False)

    def apply(self, state: State, request: Mapping[str, Json]) -> Step:
        """Take one step. Raises Skipped or Errored where there is no answer, InputError where the runtime panics."""
        self._stand_at(state)
        try:
            reply = self.session.ask(dict(request))
        except Refused as refusal:
            raise InputError(str(refusal)) from refusal
        apply_diff(self._flat, reply["diff"])
        after = self.era.load(self._flat, check=False) if reply["diff"] else state
        self._state = after
        return Step(
            self, state, request, after, reply.get("error"), event_tuples(reply.get("events", [])), reply.get("value")
        )

    def query(self, state: State, name: str, args: Mapping[str, Json]) -> Json:
        """Return the answer to a read."""
        self._stand_at(state)
        return self.session.ask({"do": "read", "read": name, "args": dict(args)})["value"]

    def _stand_at(self, state: State) -> None:
        if self._state is state:
            return
        self._flat = dict(self.era.dump(state))
        load = {"do": "load", "era": self.era.name, "spec_version": self.era.spec_version, "state": dict(self._flat)}
        self.session.ask({**load, "recorded": True})
        self._state = state


def event_tuples(written: Iterable[list[Json]]) -> tuple[tuple[Any, ...], ...]:
    """Return events as tuples, which compare whatever wrote their numbers."""
    return tuple(
        (event[0], *(one if isinstance(one, list) else str(one) for one in event[1:]))  # children are a list
        for event in written
    )
