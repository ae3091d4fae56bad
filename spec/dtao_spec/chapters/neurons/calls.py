"""The calls that register a hotkey."""

from collections.abc import Mapping
from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters.neurons.demand import Terms
from dtao_spec.chapters.neurons.replacement import U16_MAX
from dtao_spec.chapters.staking.trades import Ledger
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule

CHAPTER = "dtao_spec.chapters.neurons"
REGISTRATIONS_PER_TARGET = 3
DEFAULT_TAKE = 11_796
"""Of 65535: 18 %."""
EXISTENTIAL_DEPOSIT = 500
"""rao."""


@rule("REG-7")
def burned_register(
    ledger: Ledger, terms: Terms, balance: Fraction, *, rules: Computation = EXACT_LAUNCH
) -> tuple[Ledger, Terms, Fraction]:
    r"""The call burned_register.

    Statement: The call MUST make the signer the owner of a hotkey that has none ([STATE-6](#state-6)), withdraw the
        burn ([STATE-3](#state-3)), buy alpha for it without a fee ([STAKE-1](#stake-1)), take that alpha out of the
        alpha outside, and give the hotkey a uid ([REG-6](#reg-6)). It MUST count one registration of the block, of the
        interval, and by burn, and the burn as recycled (`RAORecycledForRegistration`). The event is `NeuronRegistered`:
        netuid, uid, hotkey.
    Formula: $$ T' = T + x, \qquad A' = \frac{T\,A}{T + x}, \qquad O' = O, \qquad x = \min(\text{burn},\; b - 500) $$
    Units: rao.
    Rounding: as POOL-3. The counters of registrations saturate at 65 535.
    Rejections: `BadOrigin` if nobody signed; `RegistrationNotPermittedOnRootSubnet`; `SubNetworkDoesNotExist`;
        `SubNetRegistrationDisabled`; `TooManyRegistrationsThisBlock` (`MaxRegistrationsPerBlock`);
        `TooManyRegistrationsThisInterval` (three times the target, at most 65 535); `HotKeyAlreadyRegisteredInSubNet`;
        `NotEnoughBalanceToStake`; `NonAssociatedColdKey` (the hotkey has another owner); `NoNeuronIdAvailable` (no uids
        allowed at all); `ZeroBalanceAfterWithdrawn` (nothing is left above the existential deposit, for a burn above
        0).
    Source: `pallets/subtensor/src/subnets/registration.rs`, `do_burned_registration`
    Known violation: The burn counts as recycled in full, also where the existential deposit was kept back. Where the
        pool does not trade the TAO is lost.
    Example: A burn of 1 TAO in a pool of 1 000 TAO and 4 000 alpha: 3.996003996 alpha are gone for good, and the price
        has risen by 0.2 %.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(4 * 10**12), alpha_out=Fraction(10**12))
        >>> after, terms, balance = burned_register(pool, Terms(Fraction(10**9)), Fraction(5 * 10**9))
        >>> int(balance), int(after.tao), int(after.alpha_in), int(after.alpha_out)
        (4000000000, 1001000000000, 3996003996003, 1000000000000)
        >>> registration_rejection(Terms(Fraction(10**9), this_block=1), 1, 2, registered=False)
        'TooManyRegistrationsThisBlock'
    """
    paid = min(terms.burn, max(balance - EXISTENTIAL_DEPOSIT, Fraction(0)))
    ledger, alpha = rules["STAKE-1"](ledger, paid)
    ledger = evolve(ledger, alpha_out=max(ledger.alpha_out - alpha, Fraction(0)))
    by_burn = min(terms.by_burn + 1, U16_MAX)
    return ledger, count(evolve(terms, by_burn=by_burn, recycled=terms.recycled + terms.burn)), balance - paid


@rule("REG-7", since=320)
def burned_register_on_networks(
    ledger: Ledger, terms: Terms, balance: Fraction, *, rules: Computation = EXACT_LAUNCH
) -> tuple[Ledger, Terms, Fraction]:
    r"""The call burned_register.

    Change: One error names a network that does not exist in all calls of the pallet; there were two of them.
    Statement: The call MUST make the signer the owner of a hotkey that has none ([STATE-6](#state-6)), withdraw the
        burn ([STATE-3](#state-3)), buy alpha for it without a fee ([STAKE-1](#stake-1)), take that alpha out of the
        alpha outside, and give the hotkey a uid ([REG-6](#reg-6)). It MUST count one registration of the block, of the
        interval, and by burn, and the burn as recycled (`RAORecycledForRegistration`). The event is `NeuronRegistered`:
        netuid, uid, hotkey.
    Formula: $$ T' = T + x, \qquad A' = \frac{T\,A}{T + x}, \qquad O' = O, \qquad x = \min(\text{burn},\; b - 500) $$
    Units: rao.
    Rounding: as POOL-3. The counters of registrations saturate at 65 535.
    Rejections: `BadOrigin` if nobody signed; `RegistrationNotPermittedOnRootSubnet`; `SubnetNotExists`;
        `SubNetRegistrationDisabled`; `TooManyRegistrationsThisBlock` (`MaxRegistrationsPerBlock`);
        `TooManyRegistrationsThisInterval` (three times the target, at most 65 535); `HotKeyAlreadyRegisteredInSubNet`;
        `NotEnoughBalanceToStake`; `NonAssociatedColdKey` (the hotkey has another owner); `NoNeuronIdAvailable` (no uids
        allowed at all); `ZeroBalanceAfterWithdrawn` (nothing is left above the existential deposit, for a burn above
        0).
    Source: `pallets/subtensor/src/subnets/registration.rs`, `do_burned_registration`
    Known violation: The burn counts as recycled in full, also where the existential deposit was kept back. Where the
        pool does not trade the TAO is lost.
    Example: A burn of 1 TAO in a pool of 1 000 TAO and 4 000 alpha.

        >>> pool = Ledger(1, Fraction(10**12), Fraction(4 * 10**12), alpha_out=Fraction(10**12))
        >>> after, terms, balance = burned_register_on_networks(pool, Terms(Fraction(10**9)), Fraction(5 * 10**9))
        >>> int(balance), int(after.tao), int(after.alpha_in), int(after.alpha_out)
        (4000000000, 1001000000000, 3996003996003, 1000000000000)
        >>> registration_rejection(Terms(Fraction(10**9), this_block=1), 1, 2, registered=False)
        'TooManyRegistrationsThisBlock'
    """
    paid = min(terms.burn, max(balance - EXISTENTIAL_DEPOSIT, Fraction(0)))
    ledger, alpha = rules["STAKE-1"](ledger, paid)
    ledger = evolve(ledger, alpha_out=max(ledger.alpha_out - alpha, Fraction(0)))
    by_burn = min(terms.by_burn + 1, U16_MAX)
    return ledger, count(evolve(terms, by_burn=by_burn, recycled=terms.recycled + terms.burn)), balance - paid


def registration_rejection(terms: Terms, max_per_block: int, target: int, registered: bool) -> str | None:
    """Return why a registration, on a subnet or on root, comes too often or twice."""
    if terms.this_block >= max_per_block:
        return "TooManyRegistrationsThisBlock"
    if terms.this_interval >= min(REGISTRATIONS_PER_TARGET * target, U16_MAX):
        return "TooManyRegistrationsThisInterval"
    return "HotKeyAlreadyRegisteredInSubNet" if registered else None


def burned_register_rejection(
    checked: str | None,
    terms: Terms,
    balance: Fraction,
    max_uids: int,
    is_root: bool = False,
    subnet_exists: bool = True,
    allowed: bool = True,
    owned_by_another: bool = False,
) -> str | None:
    """Return why a hotkey cannot be registered; ``checked`` is what :func:`registration_rejection` says."""
    conditions = (
        (is_root, "RegistrationNotPermittedOnRootSubnet"),
        (not subnet_exists, "SubNetworkDoesNotExist"),
        (not allowed, "SubNetRegistrationDisabled"),
        (checked is not None, checked),
        (balance < terms.burn, "NotEnoughBalanceToStake"),
        (owned_by_another, "NonAssociatedColdKey"),
        (max_uids == 0, "NoNeuronIdAvailable"),
        (terms.burn > 0 and balance <= EXISTENTIAL_DEPOSIT, "ZeroBalanceAfterWithdrawn"),
    )
    return next((name for applies, name in conditions if applies), None)


def count(terms: Terms) -> Terms:
    """Return the terms with one more registration in this block and this interval."""
    this_block, this_interval = min(terms.this_block + 1, U16_MAX), min(terms.this_interval + 1, U16_MAX)
    return evolve(terms, this_block=this_block, this_interval=this_interval)


@rule("REG-8")
def root_register(
    stakes: Mapping[int, Fraction],
    hotkey_stake: Fraction,
    max_uids: int,
    checked: str | None = None,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> int | str:
    r"""The call root_register.

    Statement: The call MUST give the hotkey the next uid of the root network, free of charge, below `MaxAllowedUids`;
        otherwise that of the neuron with the lowest root stake ([REG-9](#reg-9)), if the hotkey has more. A hotkey
        without an owner gets the signer ([STATE-6](#state-6)); one that is not a delegate becomes one, with a take of
        11 796 / 65 535. It takes a seat in the senate if it can ([STATE-12](#state-12)). One registration of the block
        and of the interval is counted. The event is `NeuronRegistered`: 0, uid, hotkey.
    Units: root stake in rao, by uid.
    Rounding: none.
    Rejections: `RootNetworkDoesNotExist`; `BadOrigin` if nobody signed; `TooManyRegistrationsThisBlock`;
        `TooManyRegistrationsThisInterval`; `HotKeyAlreadyRegisteredInSubNet`; `HotKeyNotRegisteredInSubNet` (nobody has
        the uid that would be pruned); `StakeTooLowForRoot`; `HotKeyNotRegisteredInSubNet` (the neuron is that of the
        network's owner and stays); those of STATE-12.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `do_root_register`
    Known violation: Anybody may register a hotkey of somebody else, which then belongs to its owner all the same. A
        hotkey that lost its uid but kept its seat in the senate cannot come back.
    Example: Two places, taken by stakes of 5 and 3 TAO.

        >>> stakes = {0: Fraction(5 * 10**9), 1: Fraction(3 * 10**9)}
        >>> root_register(stakes, Fraction(4 * 10**9), 2), root_register(stakes, Fraction(0), 64)
        (1, 2)
        >>> root_register(stakes, Fraction(3 * 10**9), 2)
        'StakeTooLowForRoot'
    """
    if checked is not None:
        return checked
    if len(stakes) < max_uids:
        return len(stakes)
    uid, lowest = rules["REG-9"](stakes)
    if uid not in stakes:
        return "HotKeyNotRegisteredInSubNet"
    return uid if lowest < hotkey_stake else "StakeTooLowForRoot"


@rule("REG-8", since=338)
def root_register_without_senate(
    stakes: Mapping[int, Fraction],
    hotkey_stake: Fraction,
    max_uids: int,
    checked: str | None = None,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> int | str:
    r"""The call root_register.

    Change: The hotkey seeks no seat in the senate, which was abolished with the votes of validators on the chain's
        government. A hotkey that had lost its uid but kept a seat may register again. With the seat went the question
        whether the hotkey got its uid.
    Statement: The call MUST give the hotkey the next uid of the root network, free of charge, below `MaxAllowedUids`;
        otherwise that of the neuron with the lowest root stake ([REG-9](#reg-9)), if the hotkey has more. A hotkey
        without an owner gets the signer ([STATE-6](#state-6)); one that is not a delegate becomes one, with a take of
        11 796 / 65 535. One registration of the block and of the interval is counted. The event is `NeuronRegistered`:
        0, uid, hotkey.
    Units: root stake in rao, by uid.
    Rounding: none.
    Rejections: `RootNetworkDoesNotExist`; `BadOrigin` if nobody signed; `TooManyRegistrationsThisBlock`;
        `TooManyRegistrationsThisInterval`; `HotKeyAlreadyRegisteredInSubNet`; `HotKeyNotRegisteredInSubNet` (nobody has
        the uid that would be pruned); `StakeTooLowForRoot`.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `do_root_register`
    Known violation: Anybody may register a hotkey of somebody else, which then belongs to its owner all the same. Where
        the neuron to be pruned is that of the network's owner hotkey it stays, and the call succeeds all the same: the
        registration counts, the hotkey becomes a delegate, and the event gives it a uid that it does not have.
    Example: Two places, taken by stakes of 5 and 3 TAO.

        >>> stakes = {0: Fraction(5 * 10**9), 1: Fraction(3 * 10**9)}
        >>> root_register_without_senate(stakes, Fraction(4 * 10**9), 2)
        1
    """
    return root_register(stakes, hotkey_stake, max_uids, checked, rules=rules)


@rule("REG-9")
def lowest_root_stake(stakes: Mapping[int, Fraction]) -> tuple[int, Fraction]:
    r"""Pruning on the root network.

    Statement: The uid that is pruned on root MUST be the one whose hotkey has the lowest stake there; of equal ones the
        first in the order of the chain's map, by the low byte of the uid and then by the high one. Without any neuron
        it is uid 0, with a stake of $2^{64}-1$.
    Formula: $$ \min_{uid}\; (V_{h(uid),\,0},\ uid \bmod 256,\ \lfloor uid / 256 \rfloor) $$
    Units: rao.
    Rounding: none: the stake of a hotkey is a whole number.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `do_root_register`
    Example: Among equals, 256 comes before 1.

        >>> lowest_root_stake({0: Fraction(9), 1: Fraction(4), 256: Fraction(4)})
        (256, Fraction(4, 1))
    """
    lowest = min(stakes, key=lambda uid: (stakes[uid], uid % 256, uid // 256), default=None)
    return (0, Fraction(2**64 - 1)) if lowest is None else (lowest, stakes[lowest])
