"""Weighted pools: the product holds, injection keeps the price, weights stay within bounds, and limits are kept."""

from collections.abc import Iterator
from fractions import Fraction

from attrs import frozen

from dtao.rules.pools.weighted import HALF, NO_WEIGHTS, ONE_WEIGHT
from dtao.units import NetUid
from dtao_properties.laws.base import Status, invariant
from dtao_properties.model.amounts import DYNAMIC, RAO_PER_TAO
from dtao_properties.model.step import Step
from dtao_spec.chapters.weighted.swaps import enclosed
from dtao_spec.rounding import LIMIT_BITS, floored

SINCE = 423
STEP = Fraction(1, ONE_WEIGHT)
"""In what weights and powers are counted."""
BIT = Fraction(1, 2**64)
ERROR = Fraction(1, 2**100)
"""How far a power may be from the exact one, before it is floored to whole steps; shown by the lemmas on powers."""
CUT = STEP + BIT + ERROR
"""What part of the reserve that pays may be paid too much: what is left is floored to steps, and then to 64 bits."""
PROVED_PART = Fraction(1, 2**184)
"""A power above this is e to no less than -127.6, where its error is proved; see the lemmas on powers."""
LARGEST = 2**63
LEAST_PRODUCT = 100
"""Of two reserves, so that neither part of the weights is rounded to nothing."""
MIN_PART = Fraction(1, 100)
TRADES = frozenset(
    {
        "add_stake", "add_stake_limit", "remove_stake", "remove_stake_limit", "remove_stake_full_limit", "move_stake",
        "transfer_stake", "swap_stake", "swap_stake_limit", "unstake_all", "unstake_all_alpha",
    }
)  # fmt: skip
"""Calls that swap once for each event, and once more for the author of the block where alpha is sold."""


@frozen
class Trade:
    """What a trade of one or more swaps left of a pool: the reserves before and after, and the weights meanwhile."""

    netuid: int
    quote: int
    """The weight of TAO, in units of 10^-18."""
    is_buy: bool
    into: tuple[int, int]
    out: tuple[int, int]
    swaps: int = 1

    @property
    def weights(self) -> tuple[Fraction, Fraction]:
        """The weight of what enters, and that of what leaves."""
        quote, base = Fraction(self.quote, ONE_WEIGHT), 1 - Fraction(self.quote, ONE_WEIGHT)
        return (quote, base) if self.is_buy else (base, quote)

    @property
    def left(self) -> tuple[Fraction, Fraction]:
        """Two numbers between which the part of what pays lies that keeps the product."""
        entering, leaving = self.weights
        return enclosed(Fraction(*self.into), entering / leaving)

    @property
    def kept(self) -> tuple[Fraction, Fraction]:
        """The least and the most that may be left: see the invariant."""
        low, high = self.left
        before = self.out[0]
        return before * (low - self.swaps * CUT), before * (high + self.swaps * ERROR) + self.swaps

    @property
    def is_proved(self) -> bool:
        """Whether the powers of the trade lie where their error is proved, and no reserve at the end of its format."""
        low, _ = self.left
        return low > PROVED_PART and max(*self.into, *self.out) < LARGEST

    def price(self, after: bool) -> Fraction:
        """Return the exact price before or after."""
        into, out = self.into[after], self.out[after]
        tao, alpha = (into, out) if self.is_buy else (out, into)
        return exact_price(self.quote, tao, alpha)


def exact_price(quote: int, tao: int, alpha: int) -> Fraction:
    """Return the price that follows from weights and reserves, of which none is 0."""
    return Fraction((ONE_WEIGHT - quote) * tao, quote * alpha)


def price_error(quote: int, tao: int, alpha: int) -> Fraction:
    """Return how much less than the exact price the chain's may be (PRICE-1)."""
    return BIT * (1 + Fraction(ONE_WEIGHT - quote, quote) + Fraction(tao, alpha))


def gain_of_round_trip(there: Trade) -> Fraction:
    """Return the most that somebody gains who sells at once all that was bought without a fee, or buys back.

    The pool keeps a CUT less of what it paid with, so that coming back moves the price less; and the second swap pays a
    CUT more than it should. If both are next to nothing nobody gains a whole unit.
    """
    entering, leaving = there.weights
    low, _ = there.left
    before, after = there.into
    low = max(low - CUT, Fraction(0))
    back, _ = enclosed(low, leaving / entering)
    return max(before - after * back, Fraction(0)) + after * CUT


def injected_prices(quote: int, moved: int, tao: tuple[int, int], alpha: tuple[int, int]) -> tuple[Fraction, Fraction]:
    """Return between what parts of the price before the price lies after TAO and alpha joined and the weights moved.

    Both parts of the weights are rounded by a half at most, and the quotient is floored to a step.
    """
    weight, new = Fraction(quote, ONE_WEIGHT), Fraction(moved, ONE_WEIGHT)
    of_tao, of_alpha = 2 * weight * alpha[0] * tao[1], 2 * (1 - weight) * tao[0] * alpha[1]
    low = (1 - 1 / of_alpha) / (1 + 1 / of_tao)
    high = (1 + 1 / of_alpha) / (1 - 1 / of_tao) * (1 + STEP / (new * (1 - new - STEP)))
    return low, high


def trades(step: Step) -> Iterator[Trade]:
    """Yield what a call that trades did to pools with weights, from the states and the events."""
    if not step.accepted or step.name not in TRADES:
        return
    for netuid, after in step.after.pools.items():
        before = step.before.pool(netuid)
        tao, alpha = (int(before.tao), int(after.tao)), (int(before.alpha_in), int(after.alpha_in))
        is_buy = tao[1] > tao[0]
        if step.before.subnet(netuid).mechanism != DYNAMIC or (tao[0] - tao[1]) * (alpha[0] - alpha[1]) >= 0:
            continue
        told = [event[0] for event in step.events if len(event) > 5 and event[5] == str(netuid)]
        swaps = sum(2 if kind == "StakeRemoved" else 1 for kind in told)
        into, out = (tao, alpha) if is_buy else (alpha, tao)
        if min(into[0], out[0]) > 0:
            yield Trade(netuid, step.after.weights.get(netuid, NO_WEIGHTS).quote, is_buy, into, out, max(swaps, 1))


@invariant(
    "the weighted product holds",
    "Of the reserve that pays a swap leaves the part that keeps the weighted product, less 10^-18 and 2^-64 of that"
    " reserve at most, and a unit more at most. Reserves are below 2^63, and that part is above 2^-184.",
    "POOL-31", "POOL-32", "POOL-34", "STAKE-4", "STAKE-5", "MOVE-6", "POOL-30",
    since=SINCE,
)  # fmt: skip
def _product(step: Step) -> Iterator[str]:
    for trade in trades(step):
        low, high = trade.kept
        if trade.is_proved and not low <= trade.out[1] <= high:
            yield (
                f"the pool of subnet {trade.netuid} keeps {trade.out[1]} of {trade.out[0]},"
                f" not {float(low)} to {float(high)}"
            )


@invariant(
    "weights lie between their bounds",
    "A step that changes the weights of a pool leaves both at 1 % at least. Only that of TAO is stored: the other is"
    " what it leaves of 1. A call changes them to a half only, with the first swap of a pool, or as networks come and"
    " go.",
    "POOL-34", "POOL-35", "POOL-36",
    since=SINCE,
)  # fmt: skip
def _within(step: Step) -> Iterator[str]:
    if step.do == "set" or step.before.weights is step.after.weights:
        return
    for netuid, after in step.after.weights.items():
        before = step.before.weights.get(netuid, NO_WEIGHTS)
        if after.stored == before.stored:
            continue
        if not MIN_PART <= Fraction(after.quote, ONE_WEIGHT) <= 1 - MIN_PART:
            yield f"the weight of TAO is {after.quote} of 10^18 on subnet {netuid}"
        if step.do == "call" and (before.is_initialized or after.quote != HALF):
            yield f"{step.name} changes the weights of subnet {netuid}"


@invariant(
    "injection keeps the price",
    "A block that adds TAO, and perhaps alpha, to a pool and swaps nothing leaves the exact price where it was, up to"
    " the rounding of the weights: a part of 1.02 · 10^-16 above, and less than 1 over the smaller of both parts of"
    " the weights, above or below.",
    "POOL-35", "EMIT-12",
    status=Status.LEAKS,
    reason="The weights have moved for TAO that then cannot be paid.",
    since=SINCE,
)  # fmt: skip
def _neutral(step: Step) -> Iterator[str]:
    if not step.is_block:
        return
    for netuid, after in step.after.pools.items():
        before, emission = step.before.pool(netuid), step.after.emission(netuid)
        added = after.tao - before.tao, after.alpha_in - before.alpha_in
        quote = step.before.weights.get(netuid, NO_WEIGHTS).quote
        moved = step.after.weights.get(netuid, NO_WEIGHTS).quote
        if not emission.tao_in or added != (emission.tao_in, emission.alpha_in):
            continue
        if before.tao * before.alpha_in < LEAST_PRODUCT or max(after.tao, after.alpha_in) >= LARGEST:
            continue
        if step.before.subnet(netuid).mechanism != DYNAMIC:
            continue
        tao, alpha = (int(before.tao), int(after.tao)), (int(before.alpha_in), int(after.alpha_in))
        low, high = injected_prices(quote, moved, tao, alpha)
        part = exact_price(moved, tao[1], alpha[1]) / exact_price(quote, tao[0], alpha[0])
        if not low <= part <= high:
            yield f"the price of subnet {netuid} becomes {float(part)!r} of itself by injection"


@invariant(
    "quotes of weighted pools are monotone",
    "Where all that is asked enters, more in never brings less out, and twice as much no more than twice what half of"
    " it brings, but for a unit and a part of 10^-18 and 2^-64 of the reserve that pays.",
    "POOL-3", "POOL-4", "POOL-31", "POOL-32",
    status=Status.LEAKS,
    reason="A swap that would pass the limit of all swaps takes no more than 17.4 times the reserve.",
    since=SINCE,
)  # fmt: skip
def _monotone(step: Step) -> Iterator[str]:
    if step.do != "call" or "netuid" not in step.args or step.name not in TRADES:
        return
    netuid = NetUid(step.argument("netuid"))
    named = [step.argument(name) for name in ("amount_staked", "amount_unstaked") if name in step.args]
    pool = step.before.pool(netuid)
    if not named or not step.before.subnet(netuid).added or max(pool.tao, pool.alpha_in) >= LARGEST:
        return
    amount = min(named[0], 2**62) & ~1
    weights = step.before.weights.get(netuid, NO_WEIGHTS)
    quote = weights.quote if weights.is_initialized else HALF
    for is_buy in (True, False):
        into, out = (pool.tao, pool.alpha_in) if is_buy else (pool.alpha_in, pool.tao)
        trade = Trade(netuid, quote, is_buy, (int(into), into + amount + 1), (int(out), int(out)))
        if not into or not trade.is_proved:
            continue

        def quoted(asked: int, is_buy: bool = is_buy) -> int | None:
            args = {"netuid": int(netuid), "buy": is_buy, "amount": str(asked)}
            found = step.implementation.query(step.before, "sim_swap", args)
            is_whole = isinstance(found, list) and int(found[0]) + int(found[2]) == asked
            return int(found[1]) if is_whole else None

        half, whole, more = quoted(amount // 2), quoted(amount), quoted(amount + 1)
        side = "a purchase" if is_buy else "a sale"
        if whole is not None and half is not None and not half <= whole < 2 * half + 2 + out * CUT:
            yield f"{half} is what {side} of {amount // 2} brings on subnet {netuid}, and {whole} that of {amount}"
        if whole is not None and more is not None and more < whole:
            yield f"{whole} is what {side} of {amount} brings on subnet {netuid}, and {more} that of {amount + 1}"


def most_at_limit(trade: Trade, limit: Fraction) -> Fraction:
    """Return the highest exact price that a purchase up to a limit may leave, in TAO per alpha.

    The amount follows from the chain's price, which may be a little too low; a CUT more than due is paid; and what is
    within the limit is judged by the chain's price, too.
    """
    tao, alpha = trade.into, trade.out
    before, error = trade.price(after=False), price_error(trade.quote, tao[0], alpha[0])
    left = trade.left[0] - CUT
    if before <= error or left <= 0:
        return Fraction(2**128)
    limited = limit * before / (before - error) * trade.left[0] / left
    return max(limited, limit + price_error(trade.quote, tao[1], max(alpha[1], 1)))


def least_at_limit(trade: Trade, limit: Fraction) -> Fraction:
    """Return the lowest exact price that a sale down to a limit may leave: it pays a CUT too much.

    The limit itself is floored to 64 bits.
    """
    return floored(limit, LIMIT_BITS) * max(1 - CUT / trade.left[0], Fraction(0))


@invariant(
    "limits of weighted pools hold",
    "The swap of a call with a limit leaves the exact price at the limit, or on this side of it, up to a part of"
    " 10^-18 and 2^-64 of the reserve that pays over what is left of it, and the rounding of the price.",
    "POOL-5", "POOL-6", "POOL-33", "POOL-34", "STAKE-10", "STAKE-13",
    since=SINCE,
)  # fmt: skip
def _at_limit(step: Step) -> Iterator[str]:
    if step.name not in ("add_stake_limit", "remove_stake_limit"):
        return
    limit = Fraction(step.argument("limit_price"), RAO_PER_TAO)
    for trade in trades(step):
        told = [event for event in step.events if event[0] in ("StakeAdded", "StakeRemoved")]
        if len(told) != 1 or not trade.is_proved:
            continue  # a small rest was sold too
        if trade.is_buy:
            if trade.out[1] and trade.price(after=True) > most_at_limit(trade, limit):
                yield f"the price of subnet {trade.netuid} rises above {limit}, to {float(trade.price(after=True))!r}"
            continue
        paid_out, paid_in = int(told[0][3]), int(told[0][4])  # what the fee of the seller brings its author comes after
        first = Trade(
            trade.netuid, trade.quote, False, (trade.into[0], trade.into[0] + paid_in),
            (trade.out[0], trade.out[0] - paid_out),
        )  # fmt: skip
        if first.price(after=True) < least_at_limit(first, limit):
            yield f"the price of subnet {trade.netuid} falls below {limit}, to {float(first.price(after=True))!r}"
