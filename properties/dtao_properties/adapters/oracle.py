"""The one place where a step, as vectors and the adapter protocol write it, is applied to the reference."""

from collections.abc import Mapping

from attrs import field, frozen

import dtao
from dtao import events
from dtao.errors import InputError
from dtao.evolving import maker
from dtao.state import State
from dtao_properties.adapters.protocol import REPLY_MEMBERS, SET_KEYS, Json


@frozen(weakref_slot=False)
class Result:
    """What the reference makes of one step."""

    after: State = field(repr=False)
    error: str | None = None
    """The name of the rejection of a call."""
    events: tuple[list[Json], ...] = ()
    """The economic events of a call."""
    value: Json = None
    """What a phase or a read returned."""

    @classmethod
    def of_call(cls, outcome: dtao.Outcome) -> "Result":
        """Write the outcome of a call."""
        error = None if outcome.error is None else outcome.error.value
        return _result(outcome.state, error, tuple(events.to_json(outcome.events)), None)

    def reply(self, era: dtao.Era, before: State, do: str) -> dict[str, Json]:
        """Return the members of the protocol's reply to a step of a kind; its diff is relative to the state before."""
        members: dict[str, Json] = {"error": self.error, "events": list(self.events), "value": self.value}
        if "diff" in REPLY_MEMBERS[do]:
            members["diff"] = {} if self.after is before else era.diff(before, self.after)
        return {name: members[name] for name in REPLY_MEMBERS[do]}


_result = maker(Result)


def apply_step(era: dtao.Era, state: State, request: Mapping[str, Json]) -> Result:
    """Apply one step (call, set, phase, read or blocks) to a state.

    Rejects, as InputError, what names nothing in the era, and what the runtime itself would panic on.
    """
    kind = request["do"]
    if kind == "call":
        return Result.of_call(era.apply(state, era.call(request["call"], request["signer"], request["args"])))
    if kind == "set":
        keys = {name: request[name] for name in request.keys() & SET_KEYS}
        return Result(era.set(state, request["item"], keys, request["value"]))
    if kind == "phase":
        after, value = era.phase(state, request["phase"], request["args"])
        return Result(after, value=value)
    if kind == "read":
        return Result(state, value=era.read(state, request["read"], request["args"]))
    count = request["n"]
    if type(count) is not int or count < 0:
        raise InputError(f"n: {count!r} is not a number of blocks. Give a whole number from 0.")
    return Result(era.step(state, blocks=count))
