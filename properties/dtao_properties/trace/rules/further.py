"""What else bounds a rule: the invariants, proofs and mutants that name it."""

from collections.abc import Iterable, Mapping
from importlib.util import find_spec

from attrs import frozen

KINDS = ("invariants", "proofs", "mutants")
"""What is counted for each rule, beside the tests."""


@frozen
class Further:
    """The names of what bounds one rule, by kind; None for a kind whose libraries are not installed."""

    invariants: tuple[str, ...] = ()
    proofs: tuple[str, ...] | None = ()
    mutants: tuple[str, ...] = ()

    @property
    def counts(self) -> tuple[str, ...]:
        """Count each kind."""
        found = (getattr(self, kind) for kind in KINDS)
        return tuple("?" if names is None else str(len(names)) for names in found)


def further() -> Mapping[str, Further]:
    """Return what bounds each rule, by id; a rule that nothing bounds has no entry."""
    from dtao_properties.laws import INVARIANTS
    from dtao_properties.mutants.table import MUTANTS

    invariants = _by_rule((one.rules, one.name) for one in INVARIANTS)
    mutants = _by_rule((one.rules, one.mistake) for one in MUTANTS)
    proofs = _proofs()
    named = {**invariants, **mutants, **(proofs or {})}
    return {
        rule: Further(invariants.get(rule, ()), None if proofs is None else proofs.get(rule, ()), mutants.get(rule, ()))
        for rule in named
    }


def installed() -> bool:
    """Whether the solver is there that the proofs import."""
    return find_spec("z3") is not None


def _proofs() -> dict[str, tuple[str, ...]] | None:
    if not installed():
        return None
    from dtao_properties.proofs.contents import STATEMENTS

    return _by_rule((one.rules, one.id) for one in STATEMENTS.values())


def _by_rule(named: Iterable[tuple[Iterable[str], str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for rules, name in named:
        for rule in rules:
            found[rule] = (*found.get(rule, ()), name)
    return found
