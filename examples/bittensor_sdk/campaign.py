"""Ask the SDK and the reference the same questions, count where they part, and find a small example of each."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from random import Random

from attrs import evolve, field, frozen, mutable
from examples.bittensor_sdk.questions import ONE, Answer, Pool, Question, request

from dtao.rules.pool import RAO_PER_TAO
from dtao_properties.adapters.protocol import Errored, Session

SEED = 233
POOLS = 5000
"""Pools a question is asked on."""
AT_ONCE = 250
"""Pools that are loaded together, each as a subnet of its own."""


MANNERS = ("too_high", "too_low", "refused_by_chain", "broke_down")
"""How an answer may differ from the chain's; the counters of a tally are called after them."""


@frozen
class Tally:
    """What came of one question."""

    question: Question
    judged: int = 0
    too_high: int = 0
    too_low: int = 0
    refused_by_chain: int = 0
    """The SDK gave a number where the chain refuses the trade."""
    broke_down: int = 0
    largest: Fraction = Fraction(0)
    """Of the differences in size; for a spot conversion as a share of the right answer."""
    examples: tuple[tuple[Pool, Answer], ...] = ()
    """For each manner of differing a small pool on which the answers do."""

    @property
    def diverging(self) -> int:
        """How many answers were not the chain's."""
        return sum(getattr(self, kind) for kind in MANNERS)


@mutable
class Judge:
    """Puts the same request to both sides."""

    sdk: Session
    reference: Session
    _spec_version: int = field(default=233, init=False)

    def answers(self, question: Question, pools: Sequence[Pool]) -> list[Answer]:
        """Return both answers on each of the pools."""
        netuids = [0 if pool.is_root else number for number, pool in enumerate(pools, 1)]
        if any(pool.is_root for pool in pools) and len(pools) > 1:
            return [answer for pool in pools for answer in self.answers(question, [pool])]
        state: dict[str, object] = {}
        for pool, netuid in zip(pools, netuids, strict=True):
            state |= pool.state(netuid)
        load = {"do": "load", "era": "launch", "spec_version": self._spec_version, "state": state}
        self.sdk.ask(load)
        self.reference.ask(load)
        return [self._answer(question, pool, netuid) for pool, netuid in zip(pools, netuids, strict=True)]

    def _answer(self, question: Question, pool: Pool, netuid: int) -> Answer:
        asked = request(question, pool, netuid)
        chain = self._of_chain(question, pool, asked)
        try:
            return Answer(chain, in_unit(question, self.sdk.ask(asked)["value"]))
        except Errored as failure:
            return Answer(chain, None, str(failure))

    def _of_chain(self, question: Question, pool: Pool, asked: dict[str, object]) -> Fraction | None:
        if question.read == "from_tao":
            return Fraction(pool.amount)
        if question.unit != "share":
            return in_unit(question, self.reference.ask(asked)["value"])
        netuid = asked["args"]["netuid"]  # type: ignore[index]
        read = {"do": "read", "read": "get_alpha_price", "args": {"netuid": netuid}}
        price = Fraction(int(self.reference.ask(read)["value"]), ONE)
        return Fraction(pool.amount) / price if question.read == "tao_to_alpha" else pool.amount * price


def in_unit(question: Question, value: str | None) -> Fraction | None:
    """Return an answer of the protocol as a number in the unit of the question."""
    if value is None:
        return None
    if question.unit == "billionths":
        # The adapter floored whole billionths to bits, the chain has bits: both stay as exact as they are.
        return Fraction(int(value) * RAO_PER_TAO, ONE)
    if question.unit == "TAO":
        return Fraction(int(value), ONE)
    return Fraction(int(value))


def tally(judge: Judge, question: Question, pools: int = POOLS) -> Tally:
    """Ask a question on many pools, the same ones in every run, and count."""
    random = Random(f"{SEED}/{question.name}/{question.where}")  # noqa: S311  # the same pools in every run
    drawn = islice(question.pools(random), pools)
    result = Tally(question)
    worst: dict[str, tuple[Pool, Answer]] = {}
    while part := list(islice(drawn, AT_ONCE)):
        for pool, answer in zip(part, judge.answers(question, part), strict=True):
            result = counted(result, answer)
            kind = manner(question, answer)
            if kind and (kind not in worst or size(question, answer) > size(question, worst[kind][1])):
                worst[kind] = pool, answer
    return evolve(result, examples=tuple(smaller(judge, question, *worst[kind]) for kind in MANNERS if kind in worst))


def counted(result: Tally, answer: Answer) -> Tally:
    """Return the tally with one more answer."""
    kind = manner(result.question, answer)
    largest = max(result.largest, size(result.question, answer))
    result = evolve(result, judged=result.judged + 1, largest=largest)
    return result if kind is None else evolve(result, **{kind: getattr(result, kind) + 1})


def manner(question: Question, answer: Answer) -> str | None:
    """Name the counter of a tally that an answer belongs to; None for the chain's answer."""
    if not question.diverges(answer):
        return None
    if answer.failure is not None:
        return "broke_down"
    if answer.difference is None:
        return "refused_by_chain"
    return "too_high" if answer.difference > 0 else "too_low"


def size(question: Question, answer: Answer) -> Fraction:
    """Return how far apart the answers are; 0 if one of them is no number."""
    if answer.difference is None:
        return Fraction(0)
    apart = abs(answer.difference)
    if question.unit != "share" or not answer.chain:
        return apart
    # A whole number of rao may be off by one rao: what is left is the error of the price.
    return max(apart - 1, Fraction(0)) / answer.chain


def smaller(judge: Judge, question: Question, pool: Pool, answer: Answer) -> tuple[Pool, Answer]:
    """Replace the numbers of a pool by rounder and smaller ones while the answers differ in the same manner."""
    kind = manner(question, answer)
    found = True
    while found:
        found = False
        for index, number in enumerate(pool.numbers()):
            candidates = [pool.with_number(index, value) for value in rounder(number)]
            candidates = [candidate for candidate in candidates if question.within(candidate)]
            for candidate in sorted(candidates, key=lambda candidate: simplicity(candidate.numbers())):
                if simplicity(candidate.numbers()) >= simplicity(pool.numbers()):
                    break
                (tried,) = judge.answers(question, [candidate])
                if manner(question, tried) == kind:
                    pool, answer, found = candidate, tried, True
                    break
    return pool, answer


def rounder(number: int) -> Iterator[int]:
    """Yield numbers that are easier to read than this one."""
    digits = len(str(number))
    for place in range(digits):
        unit = 10**place
        yield number // unit * unit
        yield -(-number // unit) * unit
        yield from (leading * unit for leading in range(1, 10))
    yield from (number // 2, number - 1, 0)


def simplicity(numbers: Sequence[int]) -> tuple[int, int, tuple[int, ...]]:
    """Return the order of examples: few significant digits first, then few digits, then small numbers."""
    texts = [str(number) for number in numbers]
    return sum(len(text.rstrip("0")) for text in texts), sum(map(len, texts)), tuple(numbers)
