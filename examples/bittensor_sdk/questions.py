"""What the campaign asks the SDK, on which pools, and how an answer is compared with the chain's."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from random import Random

from attrs import evolve, field, frozen

from dtao.rules.pool import DYNAMIC, RAO_PER_TAO, STABLE

PRICE_FRACTION = 32
LARGEST_EXACT = 2**53
"""Up to here a float tells whole numbers apart."""
LARGEST_ALPHA = 21 * 10**15
MINIMUM_LIQUIDITY = 10**7
MINIMUM_STAKE = 500_000
FIRST_RESERVE = 10**9
LARGEST_TAO_SEEN = 10**15
LARGEST_ALPHA_SEEN = 4 * 10**15


@frozen
class Pool:
    """A subnet's pool and what is asked of it."""

    tao: int
    alpha: int
    amount: int = 0
    moving_price: int = 0
    mechanism: int = DYNAMIC
    is_root: bool = False

    def state(self, netuid: int) -> dict[str, object]:
        """Return the entries of the flat state that a quote needs; those at their default are absent."""
        entries = {
            "NetworksAdded": True, "SubnetTAO": str(self.tao), "SubnetAlphaIn": str(self.alpha),
            "SubnetMechanism": self.mechanism, "SubnetMovingPrice": str(self.moving_price),
        }  # fmt: skip
        return {f"{item}/{netuid}": value for item, value in entries.items() if value not in ("0", 0)}

    def numbers(self) -> tuple[int, ...]:
        """Return the numbers that a smaller example has smaller or rounder."""
        return self.tao, self.alpha, self.amount, self.moving_price

    def with_number(self, index: int, value: int) -> "Pool":
        """Return the pool with one of its numbers replaced."""
        numbers = list(self.numbers())
        numbers[index] = value
        tao, alpha, amount, moving_price = numbers
        return evolve(self, tao=tao, alpha=alpha, amount=amount, moving_price=moving_price)


@frozen
class Answer:
    """The chain's answer and the SDK's to one question; None where there is none."""

    chain: Fraction | None
    sdk: Fraction | None
    failure: str | None = None
    """How the SDK broke down, if it did."""

    @property
    def difference(self) -> Fraction | None:
        """The SDK's answer less the chain's."""
        return None if self.chain is None or self.sdk is None else self.sdk - self.chain


@frozen
class Question:
    """One row of the table: a read, the pools it is asked on, and when two answers differ."""

    name: str
    where: str
    read: str
    unit: str
    pools: Callable[[Random], Iterator[Pool]] = field(repr=False)
    within: Callable[[Pool], bool] = field(repr=False)
    """Which pools belong to the row; a counterexample is never made smaller than that."""
    tolerance: Fraction = Fraction(1)
    """The smallest difference that counts."""

    def diverges(self, answer: Answer) -> bool:
        """Tell whether the SDK's answer is not the chain's."""
        if answer.difference is None:
            return answer.failure is not None or answer.chain != answer.sdk
        return abs(answer.difference) >= self.tolerance


def magnitude(random: Random, low: int, high: int) -> int:
    """Return a number from low to high, every length in digits equally likely."""
    digits = random.randint(len(str(low)), len(str(high)))
    return random.randint(max(low, 10 ** (digits - 1)), min(high, 10**digits - 1))


def seen(random: Random, is_buy: bool) -> Iterator[Pool]:
    while True:
        tao = magnitude(random, FIRST_RESERVE, LARGEST_TAO_SEEN)
        alpha = magnitude(random, FIRST_RESERVE, LARGEST_ALPHA_SEEN)
        yield Pool(tao, alpha, magnitude(random, MINIMUM_STAKE, tao if is_buy else alpha))


def is_seen(pool: Pool) -> bool:
    return (
        FIRST_RESERVE <= pool.tao <= LARGEST_TAO_SEEN
        and FIRST_RESERVE <= pool.alpha <= LARGEST_ALPHA_SEEN
        and pool.amount >= MINIMUM_STAKE
    )


def staying(random: Random, low: int, high: int) -> Iterator[Pool]:
    while True:
        tao = magnitude(random, FIRST_RESERVE, LARGEST_TAO_SEEN)
        pool = Pool(tao, random.randint(low, 2 * high), magnitude(random, MINIMUM_STAKE, tao))
        if stays(pool, low, high):
            yield pool


def stays(pool: Pool, low: int, high: int) -> bool:
    """Tell whether the alpha that a purchase leaves behind is within these bounds."""
    entered = pool.tao + pool.amount
    is_within = low * entered <= pool.tao * pool.alpha < high * entered
    return is_within and pool.tao >= FIRST_RESERVE and pool.amount >= MINIMUM_STAKE


def large(random: Random) -> Iterator[Pool]:
    while True:
        tao = magnitude(random, FIRST_RESERVE, LARGEST_TAO_SEEN)
        pool = Pool(tao, random.randint(LARGEST_EXACT, LARGEST_ALPHA), magnitude(random, MINIMUM_STAKE, tao))
        if is_large(pool):
            yield pool


def is_large(pool: Pool) -> bool:
    return (
        pool.tao >= FIRST_RESERVE
        and pool.alpha <= LARGEST_ALPHA
        and pool.amount >= MINIMUM_STAKE
        and pool.tao * pool.alpha >= LARGEST_EXACT * (pool.tao + pool.amount)
    )


def dry(random: Random) -> Iterator[Pool]:
    while True:
        tao = magnitude(random, FIRST_RESERVE, 10**12)
        alpha = magnitude(random, FIRST_RESERVE, 10**12)
        least = tao * alpha // MINIMUM_LIQUIDITY
        yield Pool(tao, alpha, random.randint(least, 10 * least))


def is_dry(pool: Pool) -> bool:
    return (
        pool.tao >= FIRST_RESERVE
        and pool.alpha >= FIRST_RESERVE
        and pool.tao * pool.alpha < MINIMUM_LIQUIDITY * (pool.tao + pool.amount)
    )


def stable(random: Random) -> Iterator[Pool]:
    return (evolve(pool, mechanism=STABLE) for pool in seen(random, is_buy=True))


def root(random: Random) -> Iterator[Pool]:
    while True:
        tao = magnitude(random, FIRST_RESERVE, 7 * 10**15)
        yield Pool(tao, 10**9, magnitude(random, MINIMUM_STAKE, 10**15), mechanism=STABLE, is_root=True)


def is_root(pool: Pool) -> bool:
    return pool.tao >= 1 and pool.alpha == FIRST_RESERVE and pool.amount >= 1


def moved(random: Random, low: int, high: int) -> Iterator[Pool]:
    for pool in seen(random, is_buy=True):
        yield evolve(pool, tao=FIRST_RESERVE, alpha=FIRST_RESERVE, amount=0, moving_price=magnitude(random, low, high))


ONE = 1 << PRICE_FRACTION


def bought(random: Random) -> Iterator[Pool]:
    return seen(random, is_buy=True)


def sold(random: Random) -> Iterator[Pool]:
    return seen(random, is_buy=False)


def without_alpha(random: Random) -> Iterator[Pool]:
    return (evolve(pool, alpha=0) for pool in seen(random, is_buy=True))


QUESTIONS = (
    Question("buy", "pools as on mainnet", "sim_swap_tao_for_alpha", "rao", bought, is_seen),
    Question("sell", "pools as on mainnet", "sim_swap_alpha_for_tao", "rao", sold, is_seen),
    *(
        Question(
            "buy", f"2^{power} to 2^{power + 1} alpha rao stay", "sim_swap_tao_for_alpha", "rao",
            partial(staying, low=2**power, high=2 ** (power + 1)), partial(stays, low=2**power, high=2 ** (power + 1)),
        )
        for power in (51, 52)
    ),
    Question("buy", "2^53 alpha rao or more stay", "sim_swap_tao_for_alpha", "rao", large, is_large),
    Question("buy", "less than the minimum liquidity stays", "sim_swap_tao_for_alpha", "rao", dry, is_dry),
    Question("buy", "stable subnets", "sim_swap_tao_for_alpha", "rao", stable, is_seen),
    Question("buy", "root", "sim_swap_tao_for_alpha", "rao", root, is_root),
    Question("price", "pools as on mainnet", "get_alpha_price", "billionths", bought, is_seen),
    Question("price", "root", "get_alpha_price", "billionths", root, is_root),
    Question(
        "price", "no alpha", "get_alpha_price", "billionths", without_alpha,
        lambda pool: pool.tao >= FIRST_RESERVE and pool.alpha == 0,
    ),
    Question(
        "moving price", "below 1 TAO", "get_moving_alpha_price", "TAO", lambda random: moved(random, 1, ONE - 1),
        lambda pool: pool.tao == pool.alpha == FIRST_RESERVE and pool.moving_price < ONE, Fraction(1, ONE),
    ),
    Question(
        "moving price", "1 TAO or more", "get_moving_alpha_price", "TAO", lambda random: moved(random, ONE, 100 * ONE),
        lambda pool: pool.tao == pool.alpha == FIRST_RESERVE and pool.moving_price >= ONE, Fraction(1, ONE),
    ),
    Question("spot buy", "pools as on mainnet", "tao_to_alpha", "share", bought, is_seen),
    Question("spot sell", "pools as on mainnet", "alpha_to_tao", "share", sold, is_seen),
    Question(
        "amount", "TAO given as a float", "from_tao", "rao", bought,
        lambda pool: pool.amount >= 1 and pool.tao >= FIRST_RESERVE and pool.alpha >= FIRST_RESERVE,
    ),
)  # fmt: skip
"""The rows, in the order of the table."""


def request(question: Question, pool: Pool, netuid: int) -> dict[str, object]:
    """Return the protocol's read request."""
    args: dict[str, object] = {"netuid": netuid}
    if question.read == "from_tao":
        args["tao"] = f"{pool.amount // RAO_PER_TAO}.{pool.amount % RAO_PER_TAO:09d}"
    elif "price" not in question.read:
        args["amount"] = str(pool.amount)
    return {"do": "read", "read": question.read, "args": args}
