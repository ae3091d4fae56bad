"""Prove a lemma over every path through the code, and refute its wrong variant by a concrete input."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import z3
from attrs import evolve, frozen

from dtao_properties.proofs.lemma import BrokenError, Claim, Domain, Exhaustive, Lemma, UnmetError
from dtao_properties.proofs.terms import Condition, Path, Term

PROVED, REFUTED, NOT_PROVED = "proved", "refuted", "not proved"
BRANCH_MILLISECONDS = 100
"""How long the solver may think whether a branch can be taken; if it does not know, the branch is taken."""
ATTEMPTS = {
    "reals": (("", 2.0), ("QF_NRA", 10.0), ("", 20.0), ("QF_NRA", 40.0)),
    "integers": (("", 40.0),),
}
"""What is tried for a conclusion, in order: a logic, "" for the solver's own choice, and the seconds it may take."""
PINNED = (("", 20.0),)
"""The same where all inputs are given."""
SOLVER_MILLISECONDS = 20_000
"""How long the solver may look for an input that refutes a wrong variant, on each path."""
SEARCHED = 200_000
"""Inputs that are tried where the solver gives no counterexample."""


@frozen
class Result:
    """What became of a lemma."""

    id: str
    status: str
    method: str
    seconds: float
    effort: str
    """How many paths and queries, or how many inputs."""
    detail: str = ""
    """The input that refutes it, or what the solver could not decide."""
    wrong: str = ""
    """The input that refutes the wrong variant, and what shows that the solver admits it; empty if none was found."""


@frozen
class Query:
    """A conclusion of one path: it is proved if the facts cannot hold together with its negation."""

    facts: tuple[z3.BoolRef, ...]
    negation: z3.BoolRef

    def unsatisfiable(self, attempts: Sequence[tuple[str, float]]) -> bool | None:
        """Return whether the conclusion is proved; None if none of the solvers decides in its seconds."""
        for name, seconds in attempts:
            solver = z3.SolverFor(name) if name else z3.Solver()
            solver.set("timeout", int(seconds * 1000))
            solver.add(*self.facts, self.negation)
            answer = solver.check()
            if answer != z3.unknown:
                return bool(answer == z3.unsat)
        return None


class Walk(Path):
    """One path: the decisions that lead to it, what is known on it, and what is to be proved on the way."""

    def __init__(self, decisions: Sequence[bool], reals: bool) -> None:
        self.reals = reals
        self.decisions = list(decisions)
        self.taken = 0
        self.alternatives: list[list[bool]] = []
        self.facts: list[z3.BoolRef] = []
        self.queries: list[Query] = []
        self.settled = 0
        self.quotients: dict[tuple[int, int], tuple[z3.ArithRef, z3.ArithRef, z3.ArithRef]] = {}
        self.solver = z3.Solver()
        self.solver.set("timeout", BRANCH_MILLISECONDS)

    def named(self, name: str) -> Term:
        """Return an unknown with a name."""
        return Term(self, z3.Real(name) if self.reals else z3.Int(name))

    def constant(self, number: int) -> Term:
        """Return a number as a term."""
        return Term(self, z3.RealVal(number) if self.reals else z3.IntVal(number))

    def floored(self, a: z3.ArithRef, b: z3.ArithRef) -> z3.ArithRef:
        """Return a quotient, rounded down: the one known, or a new unknown with what is true of it."""
        a, b = z3.simplify(a, som=True), z3.simplify(b, som=True)
        if z3.is_rational_value(b) or z3.is_int_value(b):
            whole, a = multiples(a, b)
            if z3.is_true(z3.simplify(a == 0)):
                return whole
            return whole + self._quotient(a, b)
        return self._quotient(a, b)

    def _quotient(self, a: z3.ArithRef, b: z3.ArithRef) -> z3.ArithRef:
        key = (a.get_id(), b.get_id())  # the solver keeps one copy of equal formulas, and the table keeps it alive
        if key not in self.quotients:
            quotient = self.named(f"q{len(self.quotients)}").node
            self.know(
                quotient * b <= a,
                a <= quotient * b + b - 1,
                # What follows for integers, and what the reals would not know.
                z3.Or(a <= -1, quotient >= 0),
                z3.Or(a >= 0, quotient <= -1),
            )
            for other, divisor, known in self.quotients.values():
                if divisor.eq(b):
                    self.know(z3.Or(a >= other + 1, quotient <= known), z3.Or(other >= a + 1, known <= quotient))
            self.quotients[key] = (a, b, quotient)
        return self.quotients[key][2]

    def know(self, *facts: z3.BoolRef) -> None:
        """Add facts."""
        self.facts += facts
        self.solver.add(*facts)

    def shown(self, condition: Condition) -> None:
        """Demand a proof, and know it afterwards."""
        self.queries.append(Query(tuple(self.facts), condition.false))
        self.know(condition.true)

    def decided(self, condition: Condition) -> bool:
        """Follow the decisions; beyond them, go where the condition can be true and keep the other way for later."""
        if z3.is_true(z3.simplify(condition.true)):
            return True
        if z3.is_true(z3.simplify(condition.false)):
            return False
        if self.taken < len(self.decisions):
            choice = self.decisions[self.taken]
        else:
            choice = self._possible(condition.true)
            if choice and self._possible(condition.false):
                self.alternatives.append([*self.decisions, False])
            self.decisions.append(choice)
        self.taken += 1
        self.know(condition.true if choice else condition.false)
        return choice

    def _possible(self, fact: z3.BoolRef) -> bool:
        return bool(self.solver.check(fact) != z3.unsat)

    def conclude(self, conclusions: Sequence[object]) -> None:
        """Demand a proof of each conclusion."""
        for conclusion in conclusions:
            if isinstance(conclusion, Condition):
                self.queries.append(Query(tuple(self.facts), conclusion.false))
            elif conclusion:
                self.settled += 1  # it is true whatever the unknowns are
            else:
                self.queries.append(Query(tuple(self.facts), z3.BoolVal(True)))


def multiples(a: z3.ArithRef, b: z3.ArithRef) -> tuple[z3.ArithRef, z3.ArithRef]:
    """Split a sum of products: a = whole · b + rest, where the addends of the rest are no multiples of the number b."""
    divisor = b.as_long()
    like = z3.RealVal if a.is_real() else z3.IntVal
    whole, rest = like(0), like(0)
    for addend in a.children() if z3.is_add(a) else [a]:
        numeral = addend.children()[0] if z3.is_mul(addend) else addend
        known = z3.is_rational_value(numeral) or z3.is_int_value(numeral)
        if known and numeral.as_long() % divisor == 0:
            whole += z3.simplify(addend / b)
        else:
            rest += addend
    return z3.simplify(whole), z3.simplify(rest, som=True)


def walks(
    claim: Claim, given: Mapping[str, Domain], fixed: Mapping[str, object], *, reals: bool, wrong: bool
) -> Iterator[Walk]:
    """Walk every path of a claim; those whose assumptions fail are left out."""
    waiting: list[list[bool]] = [[]]
    while waiting:
        walk = Walk(waiting.pop(), reals)
        terms = {name: walk.named(name) for name in given}
        for name, (low, high) in given.items():
            node = terms[name].node
            walk.know(node >= low)
            if high is not None:
                walk.know(node <= high)
        try:
            walk.conclude(claim(**terms, **fixed, wrong=wrong))
            waiting += walk.alternatives
            yield walk
        except UnmetError:
            waiting += walk.alternatives


def proved(lemma: Lemma) -> Result:
    """Prove a lemma and refute its wrong variant."""
    begin = time.monotonic()
    reals = lemma.numbers == "reals"
    paths = conclusions = 0
    undecided: list[str] = []
    for fixed in lemma.cases:
        for walk in walks(lemma.claim, lemma.given, fixed, reals=reals, wrong=False):
            paths += 1
            conclusions += len(walk.queries) + walk.settled
            answers = (query.unsatisfiable(ATTEMPTS[lemma.numbers]) for query in walk.queries)
            undecided += [
                f"not true of {lemma.numbers}" if answer is False else "undecided" for answer in answers if not answer
            ]
    status, detail, effort = PROVED, "", f"{paths} paths, {conclusions} conclusions"
    if undecided or not conclusions:
        reasons = " and ".join(sorted(set(undecided))) or "decided"
        status, detail = NOT_PROVED, f"{len(undecided)} of {conclusions} conclusions {reasons}"
        broken, searched = searched_for(lemma)
        if broken:
            status, detail = REFUTED, broken
        effort += f", {searched} inputs searched"
    method = f"z3 ({lemma.numbers})" + (", induction by hand" if lemma.by_hand else "")
    wrong = refutation(lemma)
    return Result(lemma.id, status, method, time.monotonic() - begin, effort, detail, wrong)


def searched_for(lemma: Lemma) -> tuple[str, int]:
    """Search an input that breaks a lemma on the reference; return it, or nothing, and how many were tried."""
    for number, inputs in enumerate(islice(_samples(lemma.given, lemma.cases), SEARCHED), 1):
        if not _holds(lemma.claim, inputs, wrong=False):
            return _shown(inputs), number
    return "", SEARCHED


def refutation(lemma: Lemma) -> str:
    """Return an input that breaks the wrong variant on the reference and that the solver admits; else nothing."""
    for case in _candidates(lemma):
        if _holds(lemma.claim, case, wrong=True):
            continue
        if admitted(lemma, case):
            return _shown(case)
        return ""
    return ""


def admitted(lemma: Lemma, inputs: Mapping[str, object]) -> bool:
    """Return whether the solver, too, finds the wrong variant false at these inputs.

    If the facts that the terms collect contradicted each other, everything would be proved; then this would fail.
    """
    reals = lemma.numbers == "reals"
    fixed = {name: value for name, value in inputs.items() if name not in lemma.given}
    given = {name: (value, value) for name, value in inputs.items() if name in lemma.given}
    for walk in walks(lemma.claim, given, fixed, reals=reals, wrong=True):  # type: ignore[arg-type]  # they are ints
        facts = [walk.named(name).node == value for name, (value, _) in given.items()]
        for query in walk.queries:
            pinned = evolve(query, facts=(*query.facts, *facts))
            if pinned.unsatisfiable(PINNED) is False:
                return True
    return False


def _candidates(lemma: Lemma) -> Iterator[Mapping[str, object]]:
    if lemma.witness:
        yield lemma.witness
        return
    yield from islice(_samples(lemma.wrong_given, lemma.cases), SEARCHED // 10)
    for fixed in lemma.cases:
        for walk in walks(lemma.claim, lemma.wrong_given, fixed, reals=False, wrong=True):
            for query in walk.queries:
                solver = z3.Solver()
                solver.set("timeout", SOLVER_MILLISECONDS)
                if solver.check(*query.facts, query.negation) == z3.sat:
                    model = solver.model()
                    found = {
                        name: model.eval(walk.named(name).node, model_completion=True).as_long()
                        for name in lemma.wrong_given
                    }
                    yield {**fixed, **found}


def _holds(claim: Claim, inputs: Mapping[str, object], *, wrong: bool) -> bool:
    try:
        return all(claim(**inputs, wrong=wrong))
    except UnmetError:
        return True
    except BrokenError:
        return False


def _samples(given: Mapping[str, Domain], cases: Sequence[Mapping[str, object]]) -> Iterator[dict[str, object]]:
    """Hand out inputs without end, the same in every run: bounds, powers of two and their neighbours, and others."""
    chance = random.Random(0)  # noqa: S311  # no secret
    while True:
        for case in cases:
            yield {name: _sample(chance, domain) for name, domain in given.items()} | dict(case)


def _sample(chance: random.Random, domain: Domain) -> int:
    low, high = domain
    top = high if high is not None else low + 2**80
    kind = chance.randrange(4)
    if kind == 0:
        return chance.choice((low, min(low + 1, top), max(top - 1, low), top))
    width = chance.randint(0, (top - low).bit_length())
    near = 2**width + chance.randint(-1, 1) if kind == 1 else chance.randint(2**width // 2, 2**width)
    if kind == 3 and low < 0:
        near = -near
    return min(max(near if low < 0 else low + near, low), top)


def _shown(inputs: Mapping[str, object]) -> str:
    return ", ".join(f"{name} = {getattr(value, 'name', value)}" for name, value in inputs.items())


def checked(lemma: Exhaustive) -> Result:
    """Check a statement wherever the reference can change, and see its wrong variant fail."""
    begin = time.monotonic()
    status, detail, wrong = PROVED, "", ""
    count = 0
    try:
        count = lemma.check(False)
        if lemma.open:
            status, detail = NOT_PROVED, "no breach was found"
    except BrokenError as error:
        status, detail = REFUTED, str(error)
    try:
        lemma.check(True)
    except BrokenError as error:
        wrong = str(error)
    method, effort = "exhaustive" + (", by hand between" if lemma.by_hand else ""), f"{count} inputs"
    if lemma.open:
        method, effort = "search", f"{effort} searched"
    return Result(lemma.id, status, method, time.monotonic() - begin, effort, detail, wrong)
