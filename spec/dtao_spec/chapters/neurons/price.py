"""The price of a registration: it falls in every block, and rises with every registration."""

from fractions import Fraction
from functools import cache

from attrs import evolve

from dtao_spec.chapters.neurons.calls import EXISTENTIAL_DEPOSIT, count
from dtao_spec.chapters.neurons.demand import Terms
from dtao_spec.chapters.staking.trades import Ledger
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule
from dtao_spec.rounding import LIMIT_BITS, U64_MAX, floored

CHAPTER = "dtao_spec.chapters.neurons"
FACTOR_BITS = 32


def burn_after_block_rounded(burn: Fraction, half_life: int, low: Fraction, high: Fraction) -> Fraction:
    """Return the whole number that the runtime's factor gives."""
    return min(max(floored(burn * factor_rounded(half_life), 0), low), high)


@cache
def factor_rounded(half_life: int) -> Fraction:
    """Return the factor of a block: the largest number of 32 bits whose power comes to at most a half, or 1."""
    if half_life == 0:
        return Fraction(1)
    low, high = Fraction(0), Fraction(1)
    while high - low > Fraction(1, 2**FACTOR_BITS):
        middle = floored((low + high) / 2, FACTOR_BITS)
        low, high = (low, middle) if _power(middle, half_life) > Fraction(1, 2) else (middle, high)
    return low


def _power(factor: Fraction, exponent: int) -> Fraction:
    result = Fraction(1)
    while exponent:
        if exponent % 2:
            result = floored(result * factor, FACTOR_BITS)
        factor, exponent = floored(factor * factor, FACTOR_BITS), exponent // 2
    return result


@rule("REG-10", since=401, rounded=burn_after_block_rounded)
def burn_after_block(burn: Fraction, half_life: int, low: Fraction, high: Fraction) -> Fraction:
    r"""Fall of the price of a registration.

    Statement: In every block the price of a registration, `Burn`, MUST fall by such a factor that it halves in
        `BurnHalfLife` blocks, by default 360. It MUST be at least `MinBurn` and at most `MaxBurn` then, which wins. A
        half-life of 0 leaves it as it is, within its bounds.
    Formula: $$ c' = \min\big(\max(2^{-1/h}\, c,\; c_{min}),\; c_{max}\big) $$
    Units: rao; blocks.
    Rounding: The factor is the largest multiple of $2^{-32}$ whose power $h$, by repeated squaring with every product
        floored to 32 bits, is at most a half: for half-lives up to 36 100 blocks it is within $2^{-32}$ of the exact
        one (observed). The price is floored to rao in every block, so that it loses up to 1 rao more in each.
    Source: `pallets/subtensor/src/subnets/registration.rs`, `update_registration_prices_for_networks`;
        `pallets/subtensor/src/utils/misc.rs`, `decay_factor_q32`, `pow_q32`
    Example: 1 TAO, with half-lives of 1 and 360 blocks.

        >>> bounds = Fraction(500_000), Fraction(10**11)
        >>> [int(burn_after_block(Fraction(10**9), half_life, *bounds)) for half_life in (0, 1, 360)]
        [1000000000, 500000000, 998076443]
        >>> [int(burn_after_block_rounded(Fraction(10**9), half_life, *bounds)) for half_life in (0, 1, 360)]
        [1000000000, 500000000, 998076443]
    """
    factor = Fraction(2.0 ** (-1 / half_life)) if half_life else Fraction(1)
    return min(max(burn * factor, low), high)


def burn_after_registration_rounded(burn: Fraction, multiplier: Fraction, low: Fraction, high: Fraction) -> Fraction:
    """Return the whole number that U64F64 gives."""
    largest = Fraction(2**128 - 1, 2**LIMIT_BITS)
    product = floored(min(burn * max(multiplier, Fraction(1)), largest), 0)
    return min(max(min(product, Fraction(U64_MAX)), low), high)


@rule("REG-11", since=401, rounded=burn_after_registration_rounded)
def burn_after_registration(burn: Fraction, multiplier: Fraction, low: Fraction, high: Fraction) -> Fraction:
    r"""Rise of the price of a registration.

    Statement: With every registration by a call the price MUST be multiplied by `BurnIncreaseMult`, by default 1.26,
        which counts as 1 if it is less; at least `MinBurn` and at most `MaxBurn`, which wins. A third registration in a
        block thus costs the square of the multiplier.
    Formula: $$ c' = \min\big(\max(\max(m, 1)\, c,\; c_{min}),\; c_{max}\big) $$
    Units: rao; the multiplier is a plain number.
    Rounding: The product is floored to rao and saturates at $2^{64}-1$.
    Source: `pallets/subtensor/src/subnets/registration.rs`, `bump_registration_price_after_registration`
    Example: From 1 TAO three registrations lead to 2 TAO.

        >>> price = Fraction(10**9)
        >>> for _ in range(3):
        ...     price = burn_after_registration(price, Fraction(126, 100), Fraction(500_000), Fraction(10**11))
        >>> int(price)
        2000376000
    """
    return min(max(burn * max(multiplier, Fraction(1)), low), high)


@rule("REG-7", since=401)
def register_at_price(
    ledger: Ledger, terms: Terms, balance: Fraction, *, rules: Computation = EXACT_LAUNCH
) -> tuple[Ledger, Terms, Fraction]:
    r"""The call burned_register.

    Change: A registration raises the price at once ([REG-11](#reg-11)), and any number of them may come in a block or
        an interval. The price had followed the demand of hundreds of blocks, so that many paid too little and waited
        for a turn that bots took. Registration by work is gone: the call `register` does the same as this one, whatever
        work it comes with.
    Statement: The call MUST make the signer the owner of a hotkey that has none ([STATE-6](#state-6)), withdraw the
        price of the moment, `Burn` ([STATE-3](#state-3)), buy alpha for it at the fee of the pool
        ([STAKE-1](#stake-1)), take that alpha out of the alpha outside, give the hotkey a uid ([REG-6](#reg-6)), and
        raise the price ([REG-11](#reg-11)). It MUST count one registration of the block, and the price paid as
        recycled (`RAORecycledForRegistration`). The event is `NeuronRegistered`: netuid, uid, hotkey.
    Formula: $$ T' = T + x, \qquad O' = O, \qquad x = \min(c,\; b - 500) $$
    Units: rao.
    Rounding: as POOL-15. The counter of registrations saturates at 65 535.
    Rejections: `BadOrigin` if nobody signed; `RegistrationNotPermittedOnRootSubnet`; `SubnetNotExists`;
        `SubNetRegistrationDisabled`; `HotKeyAlreadyRegisteredInSubNet`; `NotEnoughBalanceToStake`;
        `NonAssociatedColdKey` (the hotkey has another owner); `NoNeuronIdAvailable` (no uid is free, and no neuron may
        be pruned); `ZeroBalanceAfterWithdrawn` (nothing is left above the existential deposit, for a price above 0);
        those of a swap ([STAKE-1](#stake-1)).
    Source: `pallets/subtensor/src/subnets/registration.rs`, `do_register`
    Known violation: The price counts as recycled in full, also where the existential deposit was kept back. The fee of
        the swap is paid to nobody.
    Example: A price of 1 TAO in a pool of 1 000 TAO and 4 000 alpha.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(4 * 10**12), alpha_out=Fraction(10**12))
        >>> after, terms, balance = register_at_price(pool, Terms(Fraction(10**9)), Fraction(5 * 10**9))
        >>> int(balance), int(after.tao), int(after.alpha_out), terms.this_block, terms.by_burn
        (4000000000, 1001000000000, 1000000000000, 1, 0)
    """
    paid = min(terms.burn, max(balance - EXISTENTIAL_DEPOSIT, Fraction(0)))
    ledger, alpha = rules["STAKE-1"](ledger, paid)
    ledger = evolve(ledger, alpha_out=max(ledger.alpha_out - alpha, Fraction(0)))
    interval = terms.this_interval
    after = count(evolve(terms, recycled=terms.recycled + terms.burn))
    return ledger, evolve(after, this_interval=interval), balance - paid


@rule("REG-12", since=401)
def register_limit_refusal(burn: Fraction, limit: Fraction) -> str | None:
    r"""The call register_limit.

    Statement: The call MUST register a hotkey as [REG-7](#reg-7) does, unless the price is above the limit that it
        names.
    Units: rao.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed; `RegistrationNotPermittedOnRootSubnet`; `SubnetNotExists`;
        `RegistrationPriceLimitExceeded`; then those of REG-7.
    Source: `pallets/subtensor/src/subnets/registration.rs`, `do_register_limit`
    Example: At most 1 TAO.

        >>> [register_limit_refusal(Fraction(10**9 + more), Fraction(10**9)) for more in (0, 1)]
        [None, 'RegistrationPriceLimitExceeded']
    """
    return "RegistrationPriceLimitExceeded" if burn > limit else None
