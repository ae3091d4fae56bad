"""One vector against one adapter: what is asked at each level, and how the answers are compared.

At level block every step is sent. At the lower levels only some are, and the adapter is given the recorded state
wherever it cannot have come to it by itself; so it is after a step that the adapter does not do.
"""

from collections.abc import Callable, Mapping
from functools import partial

from attrs import field, frozen, mutable

from dtao.errors import InputError
from dtao_properties.adapters.oracle import apply_step
from dtao_properties.adapters.protocol import (
    LEVELS,
    QUOTE_ITEMS,
    QUOTES,
    REPLY_MEMBERS,
    Json,
    Level,
    NoAnswer,
    Session,
    Skipped,
    covered_era,
)
from dtao_properties.causes.cause import UNKNOWN, Cause, causes
from dtao_properties.conformance.compare import ANSWERS, Difference, answer_differences, cut, difference, ranked, same
from dtao_properties.conformance.recorded_state import RecordedState, item_of, restricted
from dtao_properties.conformance.vectors import Header

GENESIS = "the genesis"
MAX_SPLIT = 10_000
"""Blocks of a step that are taken one by one at most, to find the first that differs."""


@frozen
class Divergence:
    """The first step of a vector at which an implementation parts from the recording."""

    step: int | None
    """Counted from 0; None for a kernel, which has no steps."""
    steps: int
    request: Mapping[str, Json]
    differences: tuple[Difference, ...]
    """The differing kinds of answer, then the differing storage entries, as far as they are kept: what the step
    computes first before what follows from it."""
    further: int
    """How many more storage entries differ."""
    era: str | None = field(default=None, kw_only=True)
    """The era of the vector, by the name that its file gives it; None if that is not known."""
    cause: Cause = field(default=UNKNOWN, kw_only=True)
    """The rules that it points at."""
    block: int | None = field(default=None, kw_only=True)
    """Of a step of several blocks: the first block that differs, from 1. The differences are those after it."""


@frozen
class Plan:
    """What is asked of an adapter in a run."""

    levels: tuple[Level, ...] = LEVELS
    items: frozenset[str] | None = None
    """The items that it keeps; None if it keeps all."""
    eras: tuple[str, ...] | None = None
    """The eras that it knows; None if that need not be asked."""
    refusals_end_the_run: bool = False
    """Whether its word is good for calling a vector malformed."""

    def level(self, runner: str) -> Level | None:
        """Return the highest level at which vectors of a runner are judged; None if they are not."""
        covering = [level for level in self.levels if (level == "kernel") == (runner == "kernel")]
        return max(covering, key=LEVELS.index, default=None)


@mutable
class VectorRunner:
    """Takes one vector through an adapter, up to the first divergence."""

    session: Session
    head: Header
    body: Mapping[str, Json]
    plan: Plan
    level: Level
    kept: int
    place: str = field(default=GENESIS, init=False)
    """What is being asked, in words."""
    judged: int = field(default=0, init=False)
    skipped: int = field(default=0, init=False)
    unasked: int = field(default=0, init=False)
    left_out: set[str] = field(factory=set, init=False)
    why_skipped: str = field(default="", init=False)
    """Why the first of the skipped answers was not given, or why there was nothing to ask."""
    _stale: bool = field(default=True, init=False)
    """Whether the adapter has to be given the recorded state before it is asked again."""
    _items: frozenset[str] | None = field(default=None, init=False)
    """The items that the adapter is given; None for all."""

    def divergence(self) -> Divergence | None:
        """Ask and compare. Raises Skipped, Errored or Refused if nothing more can be asked about this vector."""
        if self.level == "kernel":
            return self._kernel_divergence()
        self._items = self.plan.items
        if self.level == "quote":
            self._items = QUOTE_ITEMS if self.plan.items is None else QUOTE_ITEMS & self.plan.items
            self.why_skipped = "no step is a quote"
        else:
            self.why_skipped = "no step could be asked"
        steps = self.body["steps"]
        recorded = RecordedState(self.head.genesis, steps)
        if self.level != "quote":
            self._load(recorded, 0)
        for number, step in enumerate(steps):
            if not self._is_asked(step):
                self.unasked += 1
                self._follow(step)
                continue
            if self._stale:
                self._load(recorded, number)
            self.place = f"step {number}, {request_name(step)}"
            try:
                found = self._step_divergence(recorded, number, step)
            except Skipped as failure:
                self.skipped += 1
                if self.skipped == 1:
                    self.why_skipped = f"{self.place}: {failure}"
                self._follow(step)
                continue
            if found is not None:
                return found
        return None

    def _is_asked(self, step: Mapping[str, Json]) -> bool:
        kind = step["do"]
        if kind == "set" and self.plan.items is not None and step["item"] not in self.plan.items:
            return False
        if self.level == "block":
            return True
        if kind == "read":
            return "quote" in self.plan.levels and step["read"] in QUOTES
        return self.level == "call" and kind in ("set", "call")

    def _follow(self, step: Mapping[str, Json]) -> None:
        """Note that the recorded state has moved on without the adapter."""
        if not self._stale:
            changed = step.get("diff", {})
            self._stale = bool(changed) if self._items is None else any(item_of(one) in self._items for one in changed)

    def _load(self, recorded: RecordedState, number: int) -> None:
        state = recorded.before(number, self._items)
        self.place = f"the recorded state before step {number}" if number else GENESIS
        head = self.head
        load = {"do": "load", "era": head.era, "spec_version": head.spec_version, "state": state}
        self.session.ask({**load, "recorded": True} if number else load)
        self._stale = False

    def _kernel_divergence(self) -> Divergence | None:
        body = self.body
        self.place = f"the kernel {body['kernel']}"
        request = {"do": "kernel", "era": self.head.era, "kernel": body["kernel"], "args": body["args"]}
        reply = self.session.ask(request)
        self.judged = 1
        if same(body["value"], reply["value"]):
            return None
        cause = self._cause(None, request, body, reply)
        found = (difference("value", body["value"], reply["value"]),)
        return Divergence(None, 1, request, found, 0, era=self.head.era, cause=cause)

    def _step_divergence(self, recorded: RecordedState, number: int, step: Mapping[str, Json]) -> Divergence | None:
        request = request_of(step)
        reply: Mapping[str, Json] = self.session.ask(request)
        self.judged += 1
        found = self._differences(step, reply)
        if not found:
            return None
        if step["do"] == "blocks" and 1 < step["n"] <= MAX_SPLIT:
            first = self._first_block(recorded, number, step["n"])
            if first is not None:
                return first
        cause = self._cause(lambda: recorded.before(number), request, step, reply)
        return self._divergence(number, request, found, cause)

    def _differences(self, step: Mapping[str, Json], reply: Mapping[str, Json]) -> tuple[Difference, ...]:
        answers = REPLY_MEMBERS[step["do"]]
        if self.plan.items is not None and "diff" in answers:
            step, reply = self._without_foreign_items(step), self._without_foreign_items(reply)
        return answer_differences(answers, step, reply)

    def _divergence(
        self,
        number: int,
        request: Mapping[str, Json],
        found: tuple[Difference, ...],
        cause: Cause,
        block: int | None = None,
    ) -> Divergence:
        kept, further = cut(ranked(found, cause.order), self.kept)
        steps, era = len(self.body["steps"]), self.head.era
        return Divergence(number, steps, request, kept, further, era=era, cause=cause, block=block)

    def _first_block(self, recorded: RecordedState, number: int, blocks: int) -> Divergence | None:
        """Take the blocks of a step that differs one by one, and return the divergence of the first that does.

        What differs after many blocks is what followed; what differs after the first is the cause. There is none if the
        adapter, given the state before, takes single blocks as the reference does, or if that does not know the era.
        """
        era = covered_era(self.head.era)
        if era is None:
            return None
        request = {"do": "blocks", "n": 1}
        try:
            state = era.load(recorded.before(number), check=False)
            self._load(recorded, number)
            for block in range(1, blocks + 1):
                result = apply_step(era, state, request)
                expected, reply = result.reply(era, state, "blocks"), self.session.ask(request)
                if found := self._differences({**request, **expected}, reply):
                    cause = self._cause(partial(era.dump, state), request, expected, reply)
                    return self._divergence(number, {"do": "blocks", "n": blocks}, found, cause, block)
                state = result.after
        except (InputError, NoAnswer):  # then the step is told as a whole
            return None
        finally:
            self._stale = True
        return None

    def _cause(
        self,
        state: Callable[[], Mapping[str, Json]] | None,
        request: Mapping[str, Json],
        expected: Mapping[str, Json],
        reply: Mapping[str, Json],
    ) -> Cause:
        """Return what a divergence points at; nothing for eras that the reference does not know."""
        era = covered_era(self.head.era)
        if era is None:
            return UNKNOWN
        members = REPLY_MEMBERS[request["do"]]
        items = self.plan.items
        answers = [
            {member: restricted(answer["diff"], items) if member == "diff" else answer[member] for member in members}
            for answer in (expected, reply)
        ]
        return causes().of(era.spec_version, state, request, (answers[0], answers[1]), items)

    def _without_foreign_items(self, answer: Mapping[str, Json]) -> dict[str, Json]:
        kept = restricted(answer["diff"], self.plan.items)
        self.left_out.update(item_of(entry) for entry in answer["diff"].keys() - kept.keys())
        return {**answer, "diff": kept}


def request_name(request: Mapping[str, Json]) -> str:
    """Name what is asked without its arguments: ``call add_stake``, ``set Balance``, ``blocks``."""
    kind = str(request["do"])
    name = request.get("item") if kind == "set" else request.get(kind)
    return kind if name is None else f"{kind} {name}"


def request_of(step: Mapping[str, Json]) -> dict[str, Json]:
    """Return the request that a step stands for: the step without what it expects."""
    # A "value" is what a set writes, but what a phase or a read must answer.
    hidden = ("diff",) if step["do"] == "set" else ANSWERS
    return {member: value for member, value in step.items() if member not in hidden}
