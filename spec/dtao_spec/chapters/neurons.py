r"""Registering neurons.

A neuron is a hotkey with a number, its uid, on a subnet. It may set weights, be rated, and earn. Uids are few: 256 on a
new subnet, 64 on root as launched. When all are taken, a newcomer takes the place of the neuron that did worst.

Registration costs TAO, the burn. It buys alpha from the pool, and that alpha ceases to exist: the TAO stays in the
pool, so that every holder of alpha gains. Root registration is free; there the stake decides.

The burn follows demand, like the price of any good whose supply is fixed: a target number of registrations an interval,
and a price that rises while there are more and falls while there are fewer. Registration by proof of work has a
difficulty that follows in the same way; this specification has no call for it, but the counters and the difficulty are
there.

```mermaid
flowchart TD
    R[burned_register] --> Q{a free uid?}
    Q -- yes --> A[append: the next uid]
    Q -- no --> P[choose whom to prune]
    P --> O{neuron of the subnet's owner?}
    O -- no --> E[replace: its uid]
    O -- yes --> N[nothing, but the burn is paid]
```
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import evolve, frozen

from dtao_spec.chapters.staking import Ledger, tao_swapped
from dtao_spec.registry import rule

U16_MAX = 2**16 - 1
REGISTRATIONS_PER_TARGET = 3
DEFAULT_TAKE = 11_796
"""Of 65535: 18 %."""


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


@frozen
class Neuron:
    """What is stored under a uid."""

    hotkey: str
    registered_at: int
    last_update: int
    active: bool = True
    validator_permit: bool = False
    rank: int = 0
    trust: int = 0
    validator_trust: int = 0
    consensus: int = 0
    incentive: int = 0
    dividends: int = 0
    emission: int = 0
    pruning_score: int = 0


@rule("REG-1")
def upgraded(
    current: Fraction, registrations: int, target: int, weight: Fraction, low: Fraction, high: Fraction
) -> Fraction:
    r"""How a price follows demand.

    Statement: After an interval with $r$ registrations for a target of $t$, a burn or a difficulty $c$ MUST become the
        weighted mean of itself and of itself times $(r + t) / 2t$, within its bounds: what reaches the upper bound
        becomes that one, of the rest what does not exceed the lower bound becomes the lower. A target of 0 counts as a
        factor of 0; $r + t$ and $2t$ are at most 65 535.
    Formula: $$ c' = w\,c + (1 - w)\,c\,\frac{r + t}{2t} $$
    Units: rao for a burn, a plain number for a difficulty. The weight $w$ is `AdjustmentAlpha` over $2^{64}-1$, at
        launch 0.97 on new subnets.
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
    divisor = min(2 * target, U16_MAX)
    factor = Fraction(min(registrations + target, U16_MAX), divisor) if divisor else Fraction(0)
    following = weight * current + (1 - weight) * current * factor
    if following >= high:
        return high
    return max(following, low)


@rule("REG-2")
def terms_adjusted(terms: Terms, demand: Demand, block: int) -> Terms:
    r"""When the price follows.

    Statement: At the start of every block the registrations of the block MUST be counted anew, on every network, root
        included. Where at least `AdjustmentInterval` blocks have passed since the last adjustment, those of the
        interval MUST be counted anew as well, and the terms adjusted by [REG-1](#reg-1): if there were more
        registrations than the target, the term by which most of them came; otherwise the term by which fewest came;
        both if burns and work came equally often.
    Units: rao for the burn; blocks.
    Rounding: as REG-1.
    Source: `pallets/subtensor/src/coinbase/block_step.rs`, `adjust_registration_terms_for_networks`
    Known violation: Where nobody works, the burn falls only after an interval without any registration. After one with
        some, but not above the target, the difficulty falls in its place.
    Example: Two burns for a target of 1 raise the burn, one burn lets the difficulty fall, none lets both fall.

        >>> demand = Demand(360, 1, Fraction(1, 2), (Fraction(1), Fraction(10**11)), (Fraction(1), Fraction(10**11)))
        >>> for burns in (2, 1, 0):
        ...     terms = Terms(Fraction(1000), Fraction(1000), this_interval=burns, by_burn=burns)
        ...     after = terms_adjusted(terms, demand, 360)
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
        burn = upgraded(burn, terms.this_interval, demand.target, demand.weight, *demand.burn_bounds)
    if terms.by_work == terms.by_burn or above == (terms.by_work > terms.by_burn):
        difficulty = upgraded(difficulty, terms.this_interval, demand.target, demand.weight, *demand.difficulty_bounds)
    return Terms(burn, difficulty, last_adjustment_block=block, recycled=terms.recycled)


@rule("REG-3")
def appended(neurons: Sequence[Neuron], hotkey: str, block: int) -> tuple[Neuron, ...]:
    r"""A new uid.

    Statement: A neuron that is appended MUST get the number of neurons before it as its uid. It is registered and
        updated in the present block, active, and without a validator permit; all its scores are 0.
    Units: blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/uids.rs`, `append_neuron`
    Example: The second neuron has the uid 1.

        >>> [neuron.hotkey for neuron in appended((Neuron("h", 5, 5),), "g", 9)]
        ['h', 'g']
    """
    return (*neurons, Neuron(hotkey, block, block))


@rule("REG-4")
def replaced(neuron: Neuron, hotkey: str, block: int, owns_subnet: bool) -> Neuron:
    r"""A uid changes hands.

    Statement: A neuron that is replaced MUST leave its uid to the newcomer, registered in the present block and active,
        with emission, trust, consensus, incentive and dividends of 0. Rank, validator trust, validator permit, the last
        update, the pruning score, and the rows of weights and bonds MUST stay as they are. Nothing MUST happen where
        the owner of the old hotkey owns the subnet.
    Units: blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/uids.rs`, `replace_neuron`, `clear_neuron`
    Known violation: The newcomer has its predecessor's permit until the next epoch, and its weights until it sets its
        own.
    Example: The permit is inherited, the incentive is not.

        >>> old = Neuron("h", 5, 7, validator_permit=True, incentive=900, pruning_score=65_535)
        >>> new = replaced(old, "g", 9, owns_subnet=False)
        >>> new.hotkey, new.registered_at, new.last_update, new.validator_permit, new.incentive
        ('g', 9, 7, True, 0)
        >>> replaced(old, "g", 9, owns_subnet=True).hotkey
        'h'
    """
    if owns_subnet:
        return neuron
    return evolve(
        neuron,
        hotkey=hotkey,
        registered_at=block,
        active=True,
        emission=0,
        trust=0,
        consensus=0,
        incentive=0,
        dividends=0,
    )


@rule("REG-5")
def neuron_to_prune(neurons: Sequence[Neuron], owned: Sequence[bool], block: int, immunity_period: int) -> int:
    r"""Who makes way.

    Statement: The uid that makes way MUST be that with the lowest pruning score; of equal ones the one registered
        first, then the lowest uid. Neurons registered less than `ImmunityPeriod` blocks ago MUST be chosen only where
        there are no others, and neurons whose owner owns the subnet never; uid 0 then stands for none. The pruning
        score of the uid becomes 65 535, also where it stands for none; without any neuron nothing changes.
    Formula: $$ \min_{uid}\; (\text{immune},\ \text{score},\ \text{registered at},\ uid) $$
    Units: scores of 65 535; blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/registration.rs`, `get_neuron_to_prune`
    Known violation: A subnet all of whose neurons are its owner's takes the burn of a newcomer and gives it no uid. A
        neuron with the largest score and the largest block is overlooked; no block is that large.
    Example: The second neuron has the lower score, but is immune.

        >>> neurons = [Neuron("h", 10, 10, pruning_score=500), Neuron("g", 4_000, 4_000, pruning_score=3)]
        >>> [neuron_to_prune(neurons, [False, False], block, 4_096) for block in (5_000, 9_000)]
        [0, 1]
    """
    candidates = [
        (max(block - neuron.registered_at, 0) < immunity_period, neuron.pruning_score, neuron.registered_at, uid)
        for uid, neuron in enumerate(neurons)
        if not owned[uid]
    ]
    return min(candidates)[-1] if candidates else 0


@rule("REG-6")
def registered(
    neurons: Sequence[Neuron], owned: Sequence[bool], hotkey: str, block: int, max_uids: int, immunity_period: int
) -> tuple[tuple[Neuron, ...], int]:
    r"""A hotkey gets a uid.

    Statement: Below `MaxAllowedUids` neurons a hotkey MUST be appended ([REG-3](#reg-3)); otherwise it MUST replace
        ([REG-4](#reg-4)) the one that makes way ([REG-5](#reg-5)).
    Units: blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/registration.rs`, `register_neuron`
    Known violation: as REG-5: the uid is reported even where the hotkey did not get it.
    Example: One place, taken; and taken by the owner of the subnet.

        >>> before = (Neuron("h", 10, 10),)
        >>> [neuron.hotkey for neuron in registered(before, [False], "g", 9_000, 1, 4_096)[0]]
        ['g']
        >>> [neuron.hotkey for neuron in registered(before, [True], "g", 9_000, 1, 4_096)[0]]
        ['h']
    """
    if len(neurons) < max_uids:
        return appended(neurons, hotkey, block), len(neurons)
    uid = neuron_to_prune(neurons, owned, block, immunity_period)
    after = list(neurons)
    if after:
        scored = evolve(after[uid], pruning_score=U16_MAX)
        after[uid] = replaced(scored, hotkey, block, owned[uid])
    return tuple(after), uid


@rule("REG-7")
def burned_register(ledger: Ledger, terms: Terms, balance: Fraction) -> tuple[Ledger, Terms, Fraction]:
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
    paid = min(terms.burn, max(balance - 500, Fraction(0)))
    ledger, alpha = tao_swapped(ledger, paid)
    ledger = evolve(ledger, alpha_out=max(ledger.alpha_out - alpha, Fraction(0)))
    by_burn = min(terms.by_burn + 1, U16_MAX)
    return ledger, counted(evolve(terms, by_burn=by_burn, recycled=terms.recycled + terms.burn)), balance - paid


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
        (terms.burn > 0 and balance <= 500, "ZeroBalanceAfterWithdrawn"),
    )
    return next((name for applies, name in conditions if applies), None)


def counted(terms: Terms) -> Terms:
    """Return the terms with one more registration in this block and this interval."""
    this_block, this_interval = min(terms.this_block + 1, U16_MAX), min(terms.this_interval + 1, U16_MAX)
    return evolve(terms, this_block=this_block, this_interval=this_interval)


@rule("REG-8")
def root_register(
    stakes: Mapping[int, Fraction], hotkey_stake: Fraction, max_uids: int, checked: str | None = None
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
        the uid that would make way); `StakeTooLowForRoot`; `HotKeyNotRegisteredInSubNet` (the neuron is that of the
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
    uid, lowest = lowest_root_stake(stakes)
    if uid not in stakes:
        return "HotKeyNotRegisteredInSubNet"
    return uid if lowest < hotkey_stake else "StakeTooLowForRoot"


@rule("REG-9")
def lowest_root_stake(stakes: Mapping[int, Fraction]) -> tuple[int, Fraction]:
    r"""Who makes way on root.

    Statement: It MUST be the uid whose hotkey has the lowest stake on root; of equal ones the first in the order of the
        chain's map, by the low byte of the uid and then by the high one. Without any neuron it is uid 0, with a stake
        of $2^{64}-1$.
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
