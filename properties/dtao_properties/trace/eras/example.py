"""Smallest examples in which two eras give different results.

First the steps are looked at that were recorded in the earlier era and that reach a changed rule; then the fuzzer
compares the rules of the two. Both begin with a state of the earlier era, taken to the later one as the upgrades do.
Each divergence is shrunk; the changed rules are put in place one by one to see which of them it shows, and the search
goes on for the others.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from math import inf
from time import monotonic
from typing import Any, ClassVar

from attrs import evolve, field, frozen, mutable

import dtao
from dtao.errors import InputError
from dtao.item_table import ITEMS
from dtao.settings import Hyperparameters
from dtao.state import Runtime, State
from dtao.storage import Flat
from dtao.units import NetUid
from dtao_properties.adapters.protocol import LEVELS, Json, Session
from dtao_properties.adapters.reference import Reference
from dtao_properties.conformance.recorded_state import item_of, restricted
from dtao_properties.conformance.vector_runner import request_of
from dtao_properties.fuzz.differential import Differential, Found, Signature, Unloadable, name_of
from dtao_properties.fuzz.reduction import reduced
from dtao_properties.fuzz.search import Job, first_found
from dtao_properties.fuzz.steps import Planned
from dtao_properties.trace.eras.comparison import change, changed_attributes, with_attributes
from dtao_properties.trace.eras.directed import DIRECTED
from dtao_properties.trace.eras.recorded import Taken, differs, steps_of

MAX_HIDDEN = 3
"""Kinds of recorded steps by which a change does not show in what both eras have, until it is left to the fuzzer."""
MOST_DIRECTED = 400
"""Recorded steps that are looked at to direct one at a change."""
LEVEL = "block"
DEFAULTS = "items"
"""The attribute that an example names which shows other defaults of storage items."""
STEPS = 25
EPISODES = 20
UNCLEAR_PATIENCE = 8.0
"""Seconds to look further for an example of one change alone, once there is one of several together."""
PATIENCE = 4.0
"""Seconds that the shrinking of one example may take, and again its reduction."""
RECORDED_PATIENCE = 0.7
"""Seconds that a recorded example may be reduced: it is one step already, and only the state is to shrink."""


@frozen
class Side(dtao.Era):
    """An era's name and flat form, with the rules of another one or a mixture, on states taken to a later era."""

    earlier: dtao.Era = field(kw_only=True)
    later: dtao.Era = field(kw_only=True)
    redefined: frozenset[str] = field(init=False)
    """The hyperparameters whose defaults are not the same in the two."""

    @redefined.default
    def _redefined(self) -> frozenset[str]:
        later = self.later.runtime.items.by_name
        return frozenset(
            name
            for name, item in self.earlier.runtime.items.by_name.items()
            if item.record is Hyperparameters and name in later and later[name].default != item.default
        )

    @classmethod
    def of(cls, earlier: dtao.Era, later: dtao.Era, runtime: Runtime) -> "Side":
        """Return the side that follows the rules of a runtime."""
        return cls(
            earlier.name, earlier.last_spec_version, earlier.tag, earlier.date, earlier.summary,
            genesis_block=earlier.genesis_block, runtime=runtime, earlier=earlier, later=later,
        )  # fmt: skip

    def genesis(self) -> State:
        """Return the genesis of the earlier era."""
        return self.load(self.earlier.dump(self.earlier.genesis()))

    def load(self, flat: Flat, check: bool = True) -> State:
        """Load a state of the earlier era and take it to the later one; then these rules are in force."""
        return evolve(dtao.migrate(self.earlier.load(flat, check), self.later), runtime=self.runtime)

    def dump(self, state: State) -> dict[str, Json]:
        """Return what the earlier era would list of a state."""
        return self.earlier.dump(self._seen(state))

    def diff(self, before: State, after: State) -> dict[str, Json]:
        """Return what the earlier era would list of a change.

        Where a subnet gets its first entry, the defaults of the later era are no change.
        """
        found = self.earlier.diff(self._seen(before), self._seen(after))
        same = [
            entry
            for entry in found
            if item_of(entry) in self.redefined and _hyperparameter(before, entry) == _hyperparameter(after, entry)
        ]
        return {entry: value for entry, value in found.items() if entry not in same}

    def _seen(self, state: State) -> State:
        return evolve(state, runtime=self.earlier.runtime)


def _hyperparameter(state: State, entry: str) -> object:
    name, netuid = entry.split("/")
    return getattr(state.subnet(NetUid(int(netuid))).hyperparameters, ITEMS[name].attribute)


@mutable
class OtherRules(Reference):
    """Pretends to be the earlier era, and answers by the rules of the later one."""

    side: Side = field(kw_only=True)
    items: frozenset[str] = field(kw_only=True)

    def request(self, message: Mapping[str, Json]) -> dict[str, Json]:
        """Answer one request; what the runtime would not compute is skipped."""
        answer = super().request(message)
        if "refused" in answer and message["do"] != "load":
            return {"seq": answer["seq"], "skipped": answer["refused"]}
        return answer

    def _hello(self, message: Mapping[str, Json]) -> dict[str, Json]:
        answer = super()._hello(message)
        about = {"eras": [self.side.recorded_as], "levels": list(LEVELS), "items": sorted(self.items)}
        return {"value": {**answer["value"], **about}}

    def _load(self, message: Mapping[str, Json]) -> dict[str, Json]:
        self._era = self.side
        self._state = self.side.load(message["state"])
        return {"ok": True}

    _ANSWERS: ClassVar[Mapping[str, Any]] = {**Reference._ANSWERS, "hello": _hello, "load": _load}


@frozen
class Example:
    """A state, and steps of which the last gives different results in two eras."""

    genesis: Mapping[str, Json]
    steps: tuple[Mapping[str, Json], ...]
    attributes: tuple[str, ...]
    """The changed attributes of the runtime each of which makes a difference here; none if only several together do,
    which is told only where nothing else was found."""
    outcomes: tuple[Mapping[str, Json], Mapping[str, Json]]
    """What the last step answers in either era: error, events, value, diff."""
    seed: int

    def as_json(self) -> dict[str, Json]:
        """Return the example for other programs."""
        return {
            "state": dict(self.genesis),
            "steps": [dict(step) for step in self.steps],
            "attributes": list(self.attributes),
            "outcomes": [dict(one) for one in self.outcomes],
            "seed": self.seed,
        }


@mutable
class Search:
    """Looks for examples of what two eras do differently."""

    earlier: dtao.Era
    later: dtao.Era
    seed: int
    until: float
    enough: float = field(default=inf, init=False)
    """When no further example is looked for, once there is one."""
    unexplained: set[str] = field(init=False)
    """The changed attributes that no example shows yet."""
    known: set[Signature] = field(factory=set, init=False)
    _defaults_shown: bool = field(default=False, init=False)
    _items: frozenset[str] = field(init=False)

    @unexplained.default
    def _all(self) -> set[str]:
        return set(changed_attributes(self.earlier, self.later))

    @_items.default
    def _common(self) -> frozenset[str]:
        return frozenset(self.earlier.runtime.items.by_name.keys() & self.later.runtime.items.by_name.keys())

    def examples(self) -> Iterator[Example]:
        """Yield examples, each of rules that the ones before do not show, until the time is over."""
        unclear: Example | None = None
        found_any, whole = False, self.until
        for example in chain(self._recorded(), self._found()):
            if example.attributes:
                found_any = True
                self.until = min(whole, self.enough)
                yield example
            elif unclear is None and not found_any:
                unclear = example
                self.until = min(whole, monotonic() + UNCLEAR_PATIENCE)
        if unclear is not None and not found_any:
            yield unclear

    def _recorded(self) -> Iterator[Example]:
        """Yield the examples that the recordings of the earlier era have: one step, and one changed rule each."""
        rules = {rule for path in self.unexplained for rule in change(path, self.earlier, self.later).rules}
        until = (monotonic() + self.until) / 2  # the rest is the fuzzer's
        in_vain: set[tuple[str, str]] = set()
        later, base, sides = self._side(self.later.runtime), self._base(), self._sides()
        for taken in self._taken(rules, until):
            if monotonic() > self.until:
                return
            often = Counter(path for path, _ in in_vain)
            hidden = {path for path, name in in_vain if name == name_of(taken.request) or often[path] == MAX_HIDDEN}
            if not sides.keys() - hidden or not differs(taken, base, later):
                continue
            for path in sorted(sides.keys() - hidden):
                if not differs(taken, base, sides[path]):
                    continue
                differential = self._differential(sides[path], base)
                found = self._at(differential, taken)
                if found is None or self._example(found, (path,), self.seed) is None:
                    in_vain.add((path, name_of(taken.request)))  # it is in no entry that both have, or made up for
                    continue
                example = self._example(reduced(differential, found, RECORDED_PATIENCE) or found, (path,), self.seed)
                if example is not None:
                    self.known.add(found.signature)
                    self.unexplained.discard(path)
                    yield example
            if len(sides) > len(self.unexplained):
                base, sides = self._base(), self._sides()
            if not sides:
                return

    def _taken(self, rules: Collection[str], until: float) -> Iterator[Taken]:
        """Yield recorded steps that reach one of some rules, after those that are directed at a change."""
        side = self._side(self.earlier.runtime)
        for path in sorted(self.unexplained & DIRECTED.keys()):
            reached, directed = DIRECTED[path]
            for number, taken in enumerate(steps_of(self.earlier, reached, side, until)):
                if number == MOST_DIRECTED or path not in self.unexplained:
                    break
                yield from directed(side, taken)
        yield from steps_of(self.earlier, rules, side, until)

    def _sides(self) -> dict[str, Side]:
        """Return the side that has each of the unexplained changes beside those that are explained."""
        return {path: self._base(path) for path in self.unexplained}

    def _at(self, differential: Differential, taken: Taken) -> Found | None:
        """Return the divergence at a recorded step, if it shows."""
        try:
            return differential.begin(self.earlier.dump(evolve(taken.state, runtime=self.earlier.runtime))) or (
                differential.take(Planned(dict(taken.request)))
            )
        except Unloadable:
            return None

    def _found(self) -> Iterator[Example]:
        session = self._session(self._side(self.later.runtime))
        job = Job("reference", level=LEVEL, steps=STEPS, examples=EPISODES, era=self.earlier.recorded_as)
        seed = self.seed
        while monotonic() < self.until and (self.unexplained or not self.known):
            patience = min(PATIENCE, max(self.until - monotonic(), 1.0))
            base = self._base()
            finding = first_found(job, seed, session, base, self.known, self.until, patience)
            if finding is None:
                seed += 1
                continue
            found = finding.found
            self.known.add(found.signature)
            shown = self._shown(base, found)
            parts = [(found, shown)]
            if len(shown) > 1:
                parts = [(self._alone(base, path, found, patience), (path,)) for path in shown]
            self.unexplained -= set(shown)
            self._defaults_shown |= DEFAULTS in shown
            examples = [self._example(part, attributes, seed) for part, attributes in parts]
            if not any(examples):
                examples = [self._example(found, shown, seed)]
            yield from (example for example in examples if example is not None)

    def _session(self, side: Side) -> Session:
        return Session(OtherRules(side=side, items=self._items))

    def _differential(self, other: Side, base: Side) -> Differential:
        """Return what compares two sides."""
        session = self._session(other)
        return Differential(session, base, LEVEL, self._items, counting=False, names_causes=False)

    def _alone(self, base: Side, path: str, found: Found, patience: float) -> Found:
        """Return what is left of a divergence if no other rule than that of one attribute changes."""
        differential = self._differential(self._base(path), base)
        alone = differential.begin(found.genesis)
        for step in found.steps:
            alone = alone or differential.take(Planned(dict(request_of(step))))
        return found if alone is None else reduced(differential, alone, patience) or alone

    def _side(self, runtime: Runtime) -> Side:
        return Side.of(self.earlier, self.later, runtime)

    def _base(self, *further: str) -> Side:
        """Return the side with the earlier rules, but for what is explained already, and some more."""
        explained = set(changed_attributes(self.earlier, self.later)) - self.unexplained
        return self._side(with_attributes(self.earlier.runtime, self.later.runtime, explained | set(further)))

    def _shown(self, base: Side, found: Found) -> tuple[str, ...]:
        """Return the attributes of which each, changed alone, changes the answer to the last step."""
        before = self._answer(base, found.genesis, found.steps)
        paths = [path for path in changed_attributes(self.earlier, self.later) if path in self.unexplained]
        if not self._defaults_shown:
            paths.append(DEFAULTS)
        return tuple(path for path in paths if self._answer(self._base(path), found.genesis, found.steps) != before)

    def _answer(self, era: dtao.Era, genesis: Flat, steps: Collection[Mapping[str, Json]]) -> Mapping[str, Json] | None:
        """Return what an era answers to the last of some steps; None if the runtime would not compute it."""
        answers = list(answers_of(era, genesis, steps, self._items))
        return answers[-1] if len(answers) == len(steps) else None

    def _example(self, found: Found, attributes: tuple[str, ...], seed: int) -> Example | None:
        """Return the steps up to the first whose results differ in the two eras themselves, if there is one."""
        sides = (self.earlier, self._side(self.later.runtime))
        both = zip(*(answers_of(side, found.genesis, found.steps, self._items) for side in sides), strict=False)
        for number, (one, other) in enumerate(both, start=1):
            if one != other:
                steps = tuple(request_of(step) for step in found.steps[:number])
                return Example(found.genesis, steps, attributes, (one, other), seed)
        return None


def answers_of(
    era: dtao.Era, genesis: Flat, steps: Collection[Mapping[str, Json]], items: frozenset[str]
) -> Iterator[Mapping[str, Json]]:
    """Yield what an era answers to steps on a state, as far as the runtime computes it and these items show it."""
    differential = Differential(Session(Silent()), era, "kernel", items, counting=False)
    try:
        differential.state = era.load(genesis)
        for step in steps:
            answer = differential.expected(Planned(dict(request_of(step))))
            yield {**answer, "diff": restricted(answer["diff"], items)} if "diff" in answer else answer
    except (InputError, Unloadable):
        return


class Silent:
    """An adapter that is never asked."""

    def request(self, message: dict[str, Json]) -> dict[str, Json]:
        """Answer nothing."""
        return {"seq": message["seq"], "skipped": "nobody is here"}
