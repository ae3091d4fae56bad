"""The registration terms, and how they follow the demand."""

from fractions import Fraction

from attrs import evolve, frozen

from dtao_spec.registry import EXACT_LAUNCH, Computation, rule
from dtao_spec.rounding import POOL_BITS, floored

CHAPTER = "dtao_spec.chapters.neurons"
U16_MAX = 2**16 - 1


@frozen
class Terms:
    """What a registration costs on a subnet, and how many there were."""

    burn: Fraction
    difficulty: Fraction = Fraction(1)
    this_block: int = 0
    this_interval: int = 0
    by_burn: int = 0
    by_work: int = 0
    last_adjustment_block: int = 0
    recycled: Fraction = Fraction(0)


@frozen
class Demand:
    """The parameters by which a subnet's terms follow the demand."""

    interval: int
    target: int
    weight: Fraction
    """What the old value counts, from 0 to 1: `AdjustmentAlpha` over $2^{64}-1$."""
    burn_bounds: tuple[Fraction, Fraction]
    difficulty_bounds: tuple[Fraction, Fraction]


def upgraded_rounded(
    current: Fraction, registrations: int, target: int, weight: Fraction, low: Fraction, high: Fraction
) -> Fraction:
    """Return the whole number that I110F18 gives."""
    updated = floored(current * _factor(registrations, target), POOL_BITS)
    kept = floored(weight, POOL_BITS)
    following = kept * current + floored((1 - kept) * updated, POOL_BITS)
    if following >= high:
        return high
    return max(floored(following, 0), low)


@rule("REG-1", until=400, rounded=upgraded_rounded)
def upgraded(
    current: Fraction, registrations: int, target: int, weight: Fraction, low: Fraction, high: Fraction
) -> Fraction:
    r"""Adjustment of a burn or a difficulty.

    Statement: After an interval with $r$ registrations for a target of $t$, a burn or a difficulty $c$ MUST become the
        weighted mean of itself and of itself times $(r + t) / 2t$, within its bounds: what reaches the upper bound
        becomes that one, of the rest what does not exceed the lower bound becomes the lower. A target of 0 counts as a
        factor of 0; $r + t$ and $2t$ are at most 65 535.
    Formula: $$ c' = w\,c + (1 - w)\,c\,\frac{r + t}{2t} $$
    Units: rao for a burn, a plain number for a difficulty. The weight $w$ is `AdjustmentAlpha` over $2^{64}-1$,
        0.97 on new subnets.
    Rounding: The weight, the quotient (of $c\,(r + t)$ by $2t$) and the products are floored to 18 fraction bits, the
        result to a whole number. The result exceeds the exact one by at most $2^{-18} \max(0, c \frac{r - t}{2t})$ and
        falls short of it by less than $1 + 2^{-17} + 2^{-18} \max(0, c \frac{t - r}{2t})$.
    Source: `pallets/subtensor/src/coinbase/block_step.rs`, `upgraded_burn`, `upgraded_difficulty`
    Example: 3 registrations for a target of 1 would double the burn; with a weight of 0.97 it rises by 3 %. Without any
        it would halve, and falls by 1.5 %.

        >>> bounds = Fraction(1), Fraction(10**11)
        >>> int(upgraded(Fraction(10**9), 3, 1, Fraction(97, 100), *bounds))
        1030000000
        >>> int(upgraded(Fraction(10**9), 0, 1, Fraction(97, 100), *bounds))
        985000000
    """
    following = weight * current + (1 - weight) * current * _factor(registrations, target)
    if following >= high:
        return high
    return max(following, low)


def _factor(registrations: int, target: int) -> Fraction:
    divisor = min(2 * target, U16_MAX)
    return Fraction(min(registrations + target, U16_MAX), divisor) if divisor else Fraction(0)


@rule("REG-2", until=400)
def adjust_terms(terms: Terms, demand: Demand, block: int, *, rules: Computation = EXACT_LAUNCH) -> Terms:
    r"""Adjustment of the registration terms.

    Statement: At the start of every block the registrations of the block MUST be counted anew, on every network, root
        included. Where at least `AdjustmentInterval` blocks have passed since the last adjustment, those of the
        interval MUST be counted anew as well, and the terms adjusted by [REG-1](#reg-1): if there were more
        registrations than the target, the term by which most of them came; otherwise the term by which fewest came;
        both if burns and work came equally often.
    Units: rao for the burn; blocks.
    Rounding: as REG-1.
    Source: `pallets/subtensor/src/coinbase/block_step.rs`, `adjust_registration_terms_for_networks`
    Known violation: Where nobody registers by work, the burn falls only after an interval without any registration.
        After one with some, but not above the target, the difficulty falls in its place.
    Example: Two burns for a target of 1 raise the burn, one burn lets the difficulty fall, none lets both fall.

        >>> demand = Demand(360, 1, Fraction(1, 2), (Fraction(1), Fraction(10**11)), (Fraction(1), Fraction(10**11)))
        >>> for burns in (2, 1, 0):
        ...     terms = Terms(Fraction(1000), Fraction(1000), this_interval=burns, by_burn=burns)
        ...     after = adjust_terms(terms, demand, 360)
        ...     print(burns, after.burn, after.difficulty)
        2 1250 1000
        1 1000 1000
        0 750 750
    """
    terms = evolve(terms, this_block=0)
    if max(block - terms.last_adjustment_block, 0) < demand.interval:
        return terms
    above = terms.this_interval > demand.target
    burn, difficulty = terms.burn, terms.difficulty
    if terms.by_work == terms.by_burn or above == (terms.by_burn > terms.by_work):
        burn = rules["REG-1"](burn, terms.this_interval, demand.target, demand.weight, *demand.burn_bounds)
    if terms.by_work == terms.by_burn or above == (terms.by_work > terms.by_burn):
        difficulty = rules["REG-1"](
            difficulty, terms.this_interval, demand.target, demand.weight, *demand.difficulty_bounds
        )
    return Terms(burn, difficulty, last_adjustment_block=block, recycled=terms.recycled)
