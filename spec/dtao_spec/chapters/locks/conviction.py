"""How locks dwindle, and how conviction ripens from them."""

from fractions import Fraction

from dtao_spec.notation import I64F64, exponential, exponential_rounded, quotient
from dtao_spec.registry import rule
from dtao_spec.rounding import LIMIT_BITS, UNSIGNED, at_most, floored

CHAPTER = "dtao_spec.chapters.locks"
LOWEST_EXPONENT = -40
MORE_THAN_A_YEAR = 7_200 * 365 + 1_800


def decay_rounded(blocks: int, time_constant: int) -> Fraction:
    """Return the power with the exponent and the series in I64F64."""
    if blocks == 0 or time_constant == 0:
        return Fraction(int(blocks == 0))
    largest = I64F64.largest
    exponent = quotient(I64F64, -min(Fraction(blocks), largest), min(Fraction(time_constant), largest))
    lowest = Fraction(LOWEST_EXPONENT)
    return exponential_rounded(lowest if exponent is None else max(exponent, lowest), I64F64) or Fraction(0)


@rule("LOCK-1", since=411, rounded=decay_rounded)
def decay(blocks: int, time_constant: int) -> Fraction:
    r"""Decay.

    Statement: What is left of 1 after some blocks MUST be the exponential of minus the blocks over the time constant,
        where the exponent is at least $-40$. It is 1 after no block, and else 0 where the time constant is 0.
    Formula: $$ d(t, \tau) = e^{-\min(t / \tau,\ 40)} $$
    Units: blocks.
    Rounding: In I64F64: blocks and time constant saturate, the quotient is truncated, and the exponential is that of
        [FIX-11](#fix-11) with its series up to the power 63.
    Source: `pallets/subtensor/src/staking/lock.rs`, `exp_decay`
    Example: After one time constant a part of $1/e$ is left, after many still something.

        >>> [round(float(decay(blocks, 1_000)), 6) for blocks in (0, 1_000, 10**9)]
        [1.0, 0.367879, 0.0]
    """
    if blocks == 0 or time_constant == 0:
        return Fraction(int(blocks == 0))
    return exponential(max(Fraction(-blocks, time_constant), Fraction(LOWEST_EXPONENT)))


def roll_forward_rounded(
    mass: int, conviction: Fraction, blocks: int, unlock_rate: int, maturity_rate: int, is_owner: bool, perpetual: bool
) -> tuple[int, Fraction]:
    """Return mass and conviction with each product floored in U64F64."""
    if blocks > 0:
        ripe = floored(mass * _ripened_rounded(blocks, unlock_rate, maturity_rate, perpetual), LIMIT_BITS)
        kept = floored(conviction * decay_rounded(blocks, maturity_rate), LIMIT_BITS)
        conviction = at_most(at_most(kept, UNSIGNED, LIMIT_BITS) + at_most(ripe, UNSIGNED, LIMIT_BITS), UNSIGNED, 64)
        mass = mass if perpetual else int(mass * decay_rounded(blocks, unlock_rate))
    return mass, Fraction(mass) if is_owner else conviction


def _ripened_rounded(blocks: int, unlock_rate: int, maturity_rate: int, perpetual: bool) -> Fraction:
    maturing = decay_rounded(blocks, maturity_rate)
    if perpetual:
        return max(1 - maturing, Fraction(0))
    if unlock_rate == maturity_rate:
        ratio = floored(Fraction(blocks, maturity_rate), LIMIT_BITS) if maturity_rate else Fraction(0)
        return at_most(floored(ratio * maturing, LIMIT_BITS), UNSIGNED, LIMIT_BITS)
    if 0 in (unlock_rate, maturity_rate):
        return Fraction(0)
    largest = I64F64.largest
    scaled = floored(min(Fraction(unlock_rate), largest) * (decay_rounded(blocks, unlock_rate) - maturing), LIMIT_BITS)
    scaled = min(max(scaled, -(largest + I64F64.step)), largest)
    apart = min(max(Fraction(unlock_rate - maturity_rate), -(largest + I64F64.step)), largest)
    return max(quotient(I64F64, scaled, apart) or Fraction(0), Fraction(0))


@rule("LOCK-2", since=411, rounded=roll_forward_rounded)
def roll_forward(
    mass: int, conviction: Fraction, blocks: int, unlock_rate: int, maturity_rate: int, is_owner: bool, perpetual: bool
) -> tuple[Fraction, Fraction]:
    r"""A lock after some blocks.

    Statement: The mass of a lock MUST dwindle by `UnlockRate` ([LOCK-1](#lock-1)), unless it is perpetual. Its
        conviction MUST dwindle by `MaturityRate` and gain what ripens meanwhile from the mass, nothing where one of the
        two is 0 and the other is not. A lock in favour of the subnet's owner hotkey MUST have its mass as conviction. A
        lock of a later block stays as it is, but for that.
    Formula: $$ m' = m\,d(t, u), \qquad c' = c\,d(t, r) + m\,g, \qquad g = \begin{cases}
        1 - d(t, r) & \text{perpetual} \\
        \frac{t}{r}\,d(t, r) & u = r \\
        \frac{u}{u - r}\,\big(d(t, u) - d(t, r)\big) & u \ne r \end{cases} $$
    Units: alpha rao for the mass and the conviction, blocks for $t$ and for the rates $u$ and $r$, which are time
        constants.
    Rounding: The mass is truncated to alpha rao. Every other product is floored in U64F64, the quotient with $u - r$ is
        truncated in I64F64; all saturate. What ripens is not below 0.
    Source: `pallets/subtensor/src/staking/lock.rs`, `roll_forward_lock`, `calculate_decayed_mass_and_conviction`
    Example: 1 000 alpha rao after one time constant of both, locked for good and not; and in favour of the owner.

        >>> [int(part) for part in roll_forward(1_000, Fraction(0), 9, 9, 9, False, True)]
        [1000, 632]
        >>> [int(part) for part in roll_forward(1_000, Fraction(0), 9, 9, 9, False, False)]
        [367, 367]
        >>> [int(part) for part in roll_forward(1_000, Fraction(0), 0, 9, 9, True, False)]
        [1000, 1000]
    """
    after = Fraction(mass)
    if blocks > 0:
        conviction = conviction * decay(blocks, maturity_rate)
        conviction += mass * _ripened(blocks, unlock_rate, maturity_rate, perpetual)
        after = after if perpetual else mass * decay(blocks, unlock_rate)
    return after, after if is_owner else conviction


def _ripened(blocks: int, unlock_rate: int, maturity_rate: int, perpetual: bool) -> Fraction:
    maturing = decay(blocks, maturity_rate)
    if perpetual:
        return 1 - maturing
    if unlock_rate == maturity_rate:
        return blocks * maturing / maturity_rate if maturity_rate else Fraction(0)
    if 0 in (unlock_rate, maturity_rate):
        return Fraction(0)
    return max((decay(blocks, unlock_rate) - maturing) * unlock_rate / (unlock_rate - maturity_rate), Fraction(0))


@rule("LOCK-8", since=411)
def conviction_of_hotkey(sums: list[Fraction]) -> Fraction:
    r"""Conviction of a hotkey.

    Statement: The conviction of a hotkey on a subnet MUST be what its sums of perpetual and decaying locks have now
        ([LOCK-2](#lock-2), [LOCK-6](#lock-6)); of the owner hotkey also what those of the owner have.
    Formula: $$ C_h = \sum_k c_k $$
    Units: alpha rao.
    Rounding: none; saturating in U64F64.
    Source: `pallets/subtensor/src/staking/lock.rs`, `hotkey_conviction`
    Example: Perpetual and decaying locks.

        >>> conviction_of_hotkey([Fraction(30), Fraction(12)])
        Fraction(42, 1)
    """
    return at_most(sum(sums, Fraction(0)), UNSIGNED, LIMIT_BITS)


@rule("LOCK-14", since=411)
def hotkey_that_takes_over(
    convictions: dict[int, Fraction], owners: dict[int, str], owner: str, alpha_out: int, age: int
) -> int | None:
    r"""The owner by conviction.

    Statement: The hotkey with the most conviction ([LOCK-8](#lock-8)), of equal ones that with the highest number, MUST
        become the owner hotkey of the subnet, and its coldkey the owner, if the subnet was registered at least
        2 629 800 blocks ago, alpha is outside of its pool, all conviction together is at least a tenth of that, and the
        coldkey exists and is not the owner yet. It is registered first if it has no uid; if that is refused nothing
        changes. The sums of locks of the old owner hotkey become those of a hotkey, and those of the new one join the
        sums of the owner. The event is `SubnetOwnerChanged`: netuid, the coldkeys before and after.
    Formula: $$ h^* = \arg\max_h C_h, \qquad 10 \sum_h C_h \ge O $$
    Units: alpha rao; blocks. None where the owner stays.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/lock.rs`, `change_subnet_owner_if_needed`
    Known violation: No call and no block does that.
    Example: A year is needed, and a tenth.

        >>> ages = MORE_THAN_A_YEAR - 1, MORE_THAN_A_YEAR
        >>> [hotkey_that_takes_over({7: Fraction(10)}, {7: "bob"}, "alice", 100, age) for age in ages]
        [None, 7]
        >>> hotkey_that_takes_over({7: Fraction(9)}, {7: "bob"}, "alice", 100, MORE_THAN_A_YEAR) is None
        True
    """
    if alpha_out == 0 or age < MORE_THAN_A_YEAR or not convictions or 10 * sum(convictions.values()) < alpha_out:
        return None
    hotkey = max(convictions, key=lambda one: (convictions[one], one))
    return hotkey if owners.get(hotkey, owner) != owner else None
