"""What a lemma is, and the words in which one is written."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from attrs import Factory, field, frozen

from dtao_properties.proofs.subjects import U64_MAX
from dtao_properties.proofs.terms import Condition

Claim = Callable[..., Sequence[bool]]
"""Takes the unknowns, what a case fixes, and ``wrong``; returns what must hold. Unmet if an assumption fails."""
Domain = tuple[int, int | None]
"""The least and the greatest value of an unknown; None for no greatest."""

SUPPLY = 21 * 10**15
"""rao of TAO, or alpha rao of a subnet, that can exist."""
NATURAL: Domain = (0, None)
POSITIVE: Domain = (1, None)
U64: Domain = (0, U64_MAX)
IN_SUPPLY: Domain = (0, SUPPLY)
"""Amounts and reserves of the economy."""


class UnmetError(Exception):
    """The inputs are none that a claim is about."""


class BrokenError(Exception):
    """A step of a claim is false for the inputs."""


def assume(condition: bool) -> None:
    """Say that the claim is about inputs with this property only."""
    if not condition:
        raise UnmetError


def step(condition: bool) -> None:
    """Say what holds at this point. It is proved from what is known here, and may be used from here on."""
    asked: object = condition
    if isinstance(asked, Condition):
        asked.path.shown(asked)
    elif not asked:
        raise BrokenError


def multiply(first: int, second: int) -> None:
    """Say that neither number is negative, which is proved, and so neither is their product, which is then known."""
    step(first >= 0)
    step(second >= 0)
    product: object = first * second >= 0
    if isinstance(product, Condition):
        product.path.know(product.true)


@frozen
class Lemma:
    """A statement about the reference for all inputs of a domain, and a wrong one that is close to it."""

    id: str
    statement: str
    """What holds, in words and with its exact bounds."""
    rules: tuple[str, ...]
    claim: Claim
    given: Mapping[str, Domain]
    """The unknowns."""
    wrong: str
    """What the wrong variant claims."""
    cases: Sequence[Mapping[str, object]] = ({},)
    """What is fixed; the claim is proved for each."""
    numbers: Literal["reals", "integers"] = "reals"
    """In what the solver works. A proof over the reals is one for integers; see :mod:`.terms`."""
    by_hand: str = ""
    """What is concluded from the claim without the solver, such as an induction over its step."""
    open: str = ""
    """Why it is not proved, where it is not."""
    witness: Mapping[str, object] = field(factory=dict)
    """Inputs that refute the wrong variant, where they are not to be searched; with the values of a case."""
    wrong_given: Mapping[str, Domain] = Factory(lambda self: self.given, takes_self=True)
    """Where a counterexample of the wrong variant is searched: a part of the domain."""


@frozen
class Exhaustive:
    """A statement that is shown by evaluating the reference wherever it can change; or is only searched, if open."""

    id: str
    statement: str
    rules: tuple[str, ...]
    check: Callable[[bool], int]
    """Takes whether to check the wrong variant; returns how many inputs were checked, or raises BrokenError."""
    wrong: str
    by_hand: str = ""
    open: str = ""


@frozen
class Contract:
    """A statement about one call of the reference, which CrossHair checks over all paths."""

    id: str
    statement: str
    rules: tuple[str, ...]
    function: Callable[..., object]
    """Calls the reference; its docstring has the conditions."""
    wrong_function: Callable[..., object]
    wrong: str
    open: str = ""


Statement = Lemma | Exhaustive | Contract
