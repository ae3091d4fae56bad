"""The adapter against the reference: one state, one step after the other, up to the first divergence."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from attrs import evolve, field, frozen, mutable

import dtao
from dtao import kernels
from dtao.errors import InputError
from dtao.state import State
from dtao_properties.adapters.oracle import Result, apply_step
from dtao_properties.adapters.protocol import (
    QUOTE_ITEMS,
    REPLY_MEMBERS,
    Errored,
    Json,
    Refused,
    Session,
    Skipped,
)
from dtao_properties.causes.cause import UNKNOWN, Cause, causes
from dtao_properties.conformance.compare import Difference, answer_differences, cut, ranked
from dtao_properties.conformance.recorded_state import item_of, restricted
from dtao_properties.conformance.vector_runner import request_of
from dtao_properties.fuzz.steps import Planned
from dtao_properties.fuzz.tally import Tally, watching

KEPT = 40
"""Differing storage entries that a finding describes."""
SENT: Mapping[str, frozenset[str]] = {
    "kernel": frozenset({"kernel"}),
    "quote": frozenset({"read"}),
    "call": frozenset({"set", "call"}),
    "block": frozenset({"set", "call", "blocks", "phase", "read"}),
}
"""The kinds of step that are sent at each level."""
NAMES: Mapping[str, str] = {"call": "call", "set": "item", "phase": "phase", "read": "read", "kernel": "kernel"}


@frozen(order=True)
class Signature:
    """What tells one divergence from another: where it shows first.

    Coarser than the symptom of a report (``symptom`` in the module report.run), because it has to stay the same while
    an example is shrunk, whatever becomes of amounts and directions.
    """

    level: str
    kind: str
    """Of the step: call, set, blocks, phase, read, kernel, or load."""
    name: str
    place: str
    """error, events, value, a storage item, errored or refused."""

    def __str__(self) -> str:
        return f"{self.level}/{self.kind}/{self.name}/{self.place}"


Known = Signature | str
"""What a divergence is known by: a signature, or the rule that it points at first."""


@frozen
class Found:
    """A divergence with all that is needed to see it again. Plain data, so that it can come from another process."""

    signature: Signature
    era: str
    """Its name in vectors."""
    genesis: Mapping[str, Json]
    steps: tuple[Mapping[str, Json], ...]
    """Steps as a vector records them, with what the reference answers; the last one diverges."""
    answer: Mapping[str, Json]
    """What the adapter answered to it: a reply without ``seq``, or why there was none."""
    differences: tuple[Difference, ...]
    """What the step computes first before what follows from it."""
    further: int = 0
    cause: Cause = UNKNOWN
    """The rules that it points at."""

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """Return what it could be told by: its own signature, then one for each other place that differs."""
        places = dict.fromkeys(item_of(one.entry) for one in self.differences)
        own = self.signature
        return (own, *(evolve(own, place=place) for place in places if place != own.place))

    @property
    def known_by(self) -> "tuple[Known, ...]":
        """Return what the same divergence is known by when it shows again: its signatures, and its cause."""
        return (*self.signatures, *self.cause.rules[:1])

    def told_by(self, signature: Signature) -> "Found":
        """Return the same divergence under another one of its signatures."""
        return self if signature == self.signature else evolve(self, signature=signature)


class Unloadable(InputError):
    """A state that steps can lead to, but that the reference does not load, such as shares without a denominator."""


class CannotLoad(InputError):
    """The adapter does not take a state, so that nothing can be compared."""


def name_of(request: Mapping[str, Json]) -> str:
    """Name what a request is about: the call, the item, the phase …; for blocks, and for a load, the request itself.

    >>> name_of({"do": "read", "read": "get_stake", "args": {}})
    'get_stake'
    """
    return str(request[NAMES[request["do"]]]) if request["do"] in NAMES else str(request["do"])


@mutable
class Differential:
    """Asks an adapter and the reference the same, and compares."""

    session: Session
    era: dtao.Era
    level: str
    items: frozenset[str] | None = None
    """The items that the adapter keeps; None for all."""
    tally: Tally = field(factory=Tally)
    counting: bool = True
    is_watched: bool = False
    """Whether the rules are noted that the reference executes for its answers."""
    names_causes: bool = True
    """Whether the cause of a divergence is searched for: of one between two sets of rules it is known."""
    is_final: bool = False
    """Whether the cause of a divergence is searched for anew, whatever was found for others like it."""
    state: State = field(init=False)
    """There is none before it is begun."""
    genesis: Mapping[str, Json] = field(factory=dict, init=False)
    steps: list[Mapping[str, Json]] = field(factory=list, init=False)
    _stale: bool = field(default=False, init=False)

    def begin(self, genesis: Mapping[str, Json]) -> Found | None:
        """Start from a flat state. An adapter's failure to load it is found as such.

        Raises Unloadable if the reference does not load it, and CannotLoad if the adapter loads no states at all.
        """
        self.genesis, self.steps = genesis, []
        if self.level == "kernel":
            self.state = self.era.genesis()
            return None
        self.state = self._from(genesis)
        self._stale = self.level == "quote"
        return None if self._stale else self._loaded(genesis)

    def rebase(self) -> Found | None:
        """Start anew from the present state, as its flat form tells it. Raises Unloadable as :meth:`begin` does."""
        return self.begin(self.era.dump(self.state))

    def take(self, planned: Planned) -> Found | None:
        """Take one step: ask the reference, then the adapter if the level covers the step, and compare.

        What the runtime itself would not compute is not asked. After a divergence, and after an answer that the
        adapter skips, the differential must be begun again or rebased.
        """
        before = self.state
        try:
            expected = self.expected(planned)
        except InputError:  # outside of what the runtime computes
            return None
        request = planned.request
        kind = request["do"]
        if self.counting:
            self.tally.answers[kind, name_of(request), str(expected.get("error") or "")] += 1
        self.steps.append({**request, **expected})
        if kind not in SENT[self.level] or (kind == "set" and not self._kept(request["item"])):
            if self.state is not before:
                self._give_again()
            return None
        if self._stale:
            flat = restricted(self.era.dump(before), QUOTE_ITEMS if self.level == "quote" else None)
            if (unloaded := self._loaded(flat)) is not None:
                return unloaded
        try:
            reply = self.session.ask(request)
        except Skipped:
            self.tally.skipped += self.counting
            self._give_again()
            return None
        except (Errored, Refused) as failure:
            first = self._first_block(before, request)
            return self._failed(request, failure) if first is None else first
        return self._compared(before, request, expected, reply)

    def _first_block(self, before: State, request: Mapping[str, Json]) -> Found | None:
        """Take the blocks of a step that diverges one by one, and return the divergence of the first that does.

        What differs after many blocks is what followed; what differs after the first is the cause. There is none for
        other steps and for a single block, nor if the adapter, given the state before, takes single blocks rightly;
        then the steps are as they were.
        """
        if request["do"] != "blocks" or request["n"] < 2:
            return None
        after, steps, counting = self.state, list(self.steps), self.counting
        self.counting = False
        self.steps.pop()
        try:
            found = self._again(before)
            for _ in range(request["n"]):
                if found is not None:
                    break
                found = self.take(Planned({"do": "blocks", "n": 1}))
        except Unloadable:
            found = None
        finally:
            self.counting = counting
        if found is None:
            self.state, self.steps = after, steps
        return found

    def _again(self, state: State) -> Found | None:
        """Have the adapter given a state again; if no flat form tells it, by the steps that led to it."""
        flat = self.era.dump(state)
        try:
            self.state = self._from(flat)
        except Unloadable:
            taken = self.steps
            found = self.begin(self.genesis)
            for step in taken:
                found = found or self.take(Planned(request_of(step)))
            return found
        return self._loaded(flat)

    def _kept(self, item: str) -> bool:
        return self.items is None or item in self.items

    def _give_again(self) -> None:
        """Have the adapter given the state again, before it is asked next."""
        self._stale = self.level != "kernel"
        if self.level in ("call", "block"):
            # the flat form does not list all of a state; both sides go on from what it does list
            self.state = self._from(self.era.dump(self.state))

    def _from(self, flat: Mapping[str, Json]) -> State:
        try:
            return self.era.load(flat)
        except InputError as error:
            raise Unloadable(str(error)) from error

    def _loaded(self, flat: Mapping[str, Json]) -> Found | None:
        entries = restricted(flat, self.items)
        request = {"do": "load", "era": self.era.recorded_as, "spec_version": self.era.spec_version, "state": entries}
        try:
            self.session.ask(request)
        except Skipped as failure:
            raise CannotLoad(f"the adapter does not load states ({failure}). Choose --level kernel.") from failure
        except (Errored, Refused) as failure:
            return self._failed(request, failure)
        self._stale = False
        return None

    def expected(self, planned: Planned) -> dict[str, Json]:
        """Return what the reference answers, and move its state on."""
        if not self.is_watched:
            return self._expected(planned)
        with watching(self.tally):
            return self._expected(Planned(planned.request))  # a call is computed anew, to be seen

    def _expected(self, planned: Planned) -> dict[str, Json]:
        request, before = planned.request, self.state
        if request["do"] == "kernel":
            return {"value": kernels.evaluate(request["kernel"], request["args"], self.era.spec_version)}
        if planned.outcome is not None:
            result = Result.of_call(planned.outcome)
        else:
            result = apply_step(self.era, before, request)
        self.state = result.after
        return result.reply(self.era, before, request["do"])

    def _compared(
        self, before: State, request: Mapping[str, Json], expected: dict[str, Json], reply: Mapping[str, Json]
    ) -> Found | None:
        answers = REPLY_MEMBERS[request["do"]]
        if self.items is not None and "diff" in answers:
            expected = {**expected, "diff": restricted(expected["diff"], self.items)}
            reply = {**reply, "diff": restricted(reply["diff"], self.items)}
        differing = answer_differences(answers, expected, reply)
        if not differing:
            return None
        if (first := self._first_block(before, request)) is not None:  # its cause is searched for, and no other
            return first
        answer = {member: reply[member] for member in answers}
        cause = self._cause(before, request, expected, answer)
        found, further = cut(ranked(differing, cause.order), KEPT)
        return self._found(request, item_of(found[0].entry), answer, found, further, cause)

    def _cause(
        self, before: State, request: Mapping[str, Json], expected: Mapping[str, Json], answer: Mapping[str, Json]
    ) -> Cause:
        if not self.names_causes:
            return UNKNOWN
        state = None if request["do"] == "kernel" else partial(self.era.dump, before)
        version, items = self.era.spec_version, self.items
        return causes().of(version, state, request, (expected, answer), items, anew=self.is_final)

    def _failed(self, request: Mapping[str, Json], failure: Errored | Refused) -> Found:
        how = "errored" if isinstance(failure, Errored) else "refused"
        return self._found(request, how, {how: str(failure)}, (), 0)

    def _found(
        self,
        request: Mapping[str, Json],
        place: str,
        answer: Any,
        differences: tuple[Difference, ...],
        further: int,
        cause: Cause = UNKNOWN,
    ) -> Found:
        signature = Signature(self.level, request["do"], name_of(request), place.partition(".")[0])
        steps = tuple(self.steps)
        return Found(signature, self.era.recorded_as, self.genesis, steps, answer, differences, further, cause)


def compared(level: str, tally: Tally) -> int:
    """Return how many answers of an adapter were compared: to the steps that its level sends, without skipped ones."""
    asked = sum(tally.answers.of(kind) for kind in SENT[level] if kind != "load")
    return max(asked - tally.skipped, 0)
