r"""Networks.

Anybody can found a subnet who pays the lock cost. Nothing is locked any more: of what is paid, the minimum (1 000 TAO
at launch) becomes the TAO in the pool of the new subnet, against as many alpha that come into being with it, and the
rest is burned. The founder owns the subnet, which earns the owner's cut, and its hotkey is the first neuron.

The cost is an auction that never ends. Every registration doubles it; then it falls, in equal steps, block by block,
until the next one. With $L$ paid last it starts at $2L$ and is back at $L$ after 100 800 blocks, two weeks; it never
falls below the minimum. The interval shrinks with the halvings of the block emission, so that the cost falls faster as
TAO becomes scarcer.

```mermaid
flowchart LR
    C[founder's balance] -- "lock cost" --> X{ }
    X -- "the minimum, as TAO" --> T[TAO in the pool]
    X -- "the rest" --> B[burned: leaves TotalIssuance]
    N((new)) -- "the minimum, as alpha" --> A[alpha in the pool]
```

No number of networks is enforced, and none makes way for another. Only the root origin, the chain's government, can
dissolve one.
"""

from collections.abc import Collection, Sequence
from fractions import Fraction

from attrs import evolve, frozen

from dtao_spec.chapters.issuance import block_emission
from dtao_spec.registry import rule

BLOCK_EMISSION = 10**9
"""rao a block before the first halving."""
TOTAL_SUPPLY = 21 * 10**15
ROOT = 0


@frozen
class Network:
    """What is stored under a netuid. It outlives the network."""

    exists: bool = False
    owner: str | None = None
    owner_hotkey: str | None = None
    registered_at: int = 0
    mechanism: int = 0
    neurons: tuple[str, ...] = ()
    tao: Fraction = Fraction(0)
    alpha_in: Fraction = Fraction(0)
    alpha_out: Fraction = Fraction(0)
    moving_price: Fraction = Fraction(0)
    burn: Fraction = Fraction(10**9)
    locked: Fraction = Fraction(0)
    """A lock from before the launch, which goes back to the owner."""


@rule("NET-1")
def lock_reduction_interval(interval: Fraction, block_emission: Fraction) -> Fraction:
    r"""How fast the lock cost falls.

    Statement: The blocks in which the lock cost falls by the last lock MUST be `NetworkLockReductionInterval` times the
        block emission over 1 TAO.
    Formula: $$ n' = n \cdot \frac{e}{10^9} $$
    Units: blocks; the emission in rao.
    Rounding: The quotient is floored to 64 fraction bits, the result to whole blocks: less than $1 + n 2^{-64}$ blocks
        below the exact value, never above. The interval counts as at most $2^{63} - 2^{-64}$.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `get_lock_reduction_interval`
    Example: Two weeks, and one week after the first halving.

        >>> lock_reduction_interval(Fraction(100_800), Fraction(10**9))
        Fraction(100800, 1)
        >>> lock_reduction_interval(Fraction(100_800), Fraction(5 * 10**8))
        Fraction(50400, 1)
    """
    return interval * block_emission / BLOCK_EMISSION


@rule("NET-2")
def lock_cost(last_lock: Fraction, minimum: Fraction, last_block: int, block: int, interval: Fraction) -> Fraction:
    r"""The lock cost.

    Statement: The lock cost MUST be twice the last lock, less the last lock over the interval ([NET-1](#net-1)) for
        every block since the last registration, and at least the minimum. It starts at the last lock itself while that
        block is 0. An interval of 0 lets nothing fall.
    Formula: $$ c = \max\left(m\,L - \frac{L}{n'} \cdot \Delta,\; c_{min}\right),
        \qquad m = 1 \text{ if the last block is 0, otherwise } 2 $$
    Units: rao; blocks.
    Rounding: The fall of one block is floored to rao: with $\Delta$ blocks since the last registration the cost is at
        most $\Delta$ rao above the exact value, never below. A fall of less than 1 rao a block is none. Products
        saturate at $2^{64}-1$.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `get_network_lock_cost`
    Known violation: The cost does not halve in 38 880 blocks, as the announcement has it. It falls in a straight line,
        by the last lock in 100 800 blocks.
    Example: 3 000 TAO were paid last. The cost jumps to 6 000, is about 4 843 after 38 880 blocks, back at 3 000 after
        two weeks, and at the minimum of 1 000 before four.

        >>> last, minimum = Fraction(3_000), Fraction(1_000)
        >>> [int(lock_cost(last, minimum, 1, 1 + since, Fraction(100_800))) for since in (0, 38_880, 100_800, 200_000)]
        [6000, 4842, 3000, 1000]
    """
    start = last_lock * (1 if last_block == 0 else 2)
    fall = last_lock / interval * max(block - last_block, 0) if interval else Fraction(0)
    return max(start - fall, minimum)


@rule("NET-3")
def network_lock_cost(
    last_lock: Fraction,
    minimum: Fraction,
    interval: Fraction,
    last_block: int,
    block: int,
    issuance: Fraction,
    stored: Fraction,
) -> tuple[Fraction, Fraction]:
    r"""The lock cost now, and what asking for it changes.

    Statement: The lock cost of a registration MUST be that of [NET-2](#net-2), at the block emission that the present
        total issuance yields ([ISS-1](#iss-1)). That emission MUST be stored as `BlockEmission` on the way, except once
        all 21 million TAO are issued.
    Formula: $$ n' = n \cdot \frac{e(I)}{10^9} $$
    Units: rao, blocks. The second result is what is stored.
    Rounding: as NET-1 and then NET-2: the interval is rounded before it divides. While the emission is 1 TAO it is
        exact, and the cost at most $\Delta$ rao above the exact value.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `get_network_lock_cost`;
        `pallets/subtensor/src/coinbase/block_emission.rs`, `get_block_emission`
    Known violation: The block step leaves `BlockEmission` as the emission of the last subnet's alpha; a registration
        sets it right. No rule depends on it.
    Example: After the first halving the cost is back at the last lock in half the time.

        >>> cost, stored = network_lock_cost(
        ...     Fraction(3_000), Fraction(1_000), Fraction(100_800), 1, 50_401, Fraction(11 * 10**15), Fraction(10**9)
        ... )
        >>> int(cost), int(stored)
        (3000, 500000000)
    """
    emission = block_emission(issuance)
    cost = lock_cost(last_lock, minimum, last_block, block, lock_reduction_interval(interval, emission))
    return cost, stored if issuance >= TOTAL_SUPPLY else emission


@rule("NET-4", until=251)
def subnet_to_prune(registered_at: Sequence[tuple[int, int]], block: int, immunity_period: int) -> int:
    r"""Which subnet would make way.

    Statement: Of the subnets that were registered at least `NetworkImmunityPeriod` blocks ago it MUST be the one
        registered first; of equal ones the last in the order of [STATE-5](#state-5). Root never makes way, and stands
        for none.
    Units: pairs of netuid and block, in the order of STATE-5.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `get_subnet_to_prune`
    Known violation: Less emission was to come first, but it is read from an item that nothing sets any more. And no
        call asks this question: a new network never takes the place of another.
    Example: The third is still immune.

        >>> subnet_to_prune([(1, 500), (2, 400), (3, 90_000)], 100_000, 50_400)
        2
        >>> subnet_to_prune([(3, 90_000)], 100_000, 50_400)
        0
    """
    mature = [
        (at, -place, netuid)
        for place, (netuid, at) in enumerate(registered_at)
        if netuid != ROOT and max(block - at, 0) >= immunity_period
    ]
    return min(mature)[-1] if mature else ROOT


@rule("NET-5")
def next_netuid(existing: Collection[int]) -> int:
    r"""The next netuid.

    Statement: A new network MUST get the lowest netuid above 0 under which no network exists.
    Units: a netuid, from 1 on.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `get_next_netuid`
    Known violation: The netuid of a dissolved network is used again, with what that one left behind ([NET-6](#net-6)).
    Example: 2 has been dissolved.

        >>> next_netuid({0, 1, 3})
        2
    """
    return next(netuid for netuid in range(1, len(existing) + 2) if netuid not in existing)


@rule("NET-6")
def network_created(left: Network, coldkey: str, hotkey: str, block: int, minimum: Fraction) -> Network:
    r"""A new network.

    Statement: A new network MUST be dynamic, owned by the founder's coldkey, with the founder's hotkey as its owner
        hotkey and as its only neuron, uid 0. Both reserves of its pool MUST be the minimum lock cost, so that its first
        price is 1. It MUST get these hyperparameters: `Tempo` 99, `MaxAllowedUids` 256, `MaxAllowedValidators` 64,
        `MinAllowedWeights` 1, `MaxWeightsLimit` 65 535, `ImmunityPeriod` 5 000, `NetworkRegistrationAllowed`,
        `AdjustmentInterval` 360, `TargetRegistrationsPerInterval` 1, `AdjustmentAlpha` 17 893 341 751 498 265 066,
        `MinBurn` 1, `MinDifficulty` and `MaxDifficulty` $2^{64}-1$. `TotalStakeAtDynamic` becomes the present total
        stake, and the number of networks rises by 1. All else MUST stay as it is stored under the netuid.
    Formula: $$ T = A = c_{min} $$
    Units: rao and alpha rao.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `init_new_network`, `do_register_network`
    Known violation: What an earlier network of the netuid left behind is inherited: alpha outside, the stake on its
        hotkeys, volume, the moving price and so a share of the emission at once, pending emission, and the burn.
    Example: A netuid that was used before. The new pool is 1 : 1; old alpha can be sold to it.

        >>> left = Network(tao=Fraction(7), alpha_in=Fraction(9), alpha_out=Fraction(11), moving_price=Fraction(1, 2))
        >>> new = network_created(left, "alice", "h", 1_000, Fraction(10**12))
        >>> new.owner, new.neurons, new.tao == new.alpha_in == 10**12, int(new.alpha_out), new.moving_price
        ('alice', ('h',), True, 11, Fraction(1, 2))
    """
    return evolve(
        left,
        exists=True,
        mechanism=1,
        owner=coldkey,
        owner_hotkey=hotkey,
        registered_at=block,
        neurons=(hotkey,),
        tao=minimum,
        alpha_in=minimum,
    )


@rule("NET-7")
def register_network(balance: Fraction, cost: Fraction, minimum: Fraction) -> tuple[Fraction, Fraction]:
    r"""The call register_network.

    Statement: The call MUST withdraw the lock cost ([NET-3](#net-3)) from the balance of the signer
        ([STATE-3](#state-3)), create the network ([NET-6](#net-6)) under the next netuid ([NET-5](#net-5)), and burn
        what was paid above the minimum. What was paid becomes the last lock, and the present block that of the last
        registration. A hotkey without an owner gets the signer ([STATE-6](#state-6)). The event is `NetworkAdded`:
        netuid, 0.
    Formula: $$ x = \min(c,\; b - 500), \qquad I' = I - \max(x - c_{min},\; 0) $$
    Units: rao: the balance, the cost and the minimum; out, what is paid and what of it is burned.
    Rounding: as NET-3.
    Rejections: `BadOrigin` if nobody signed; `NonAssociatedColdKey` (the hotkey has another owner);
        `NetworkTxRateLimitExceeded` (less than `NetworkRateLimit` blocks since the last registration);
        `NotEnoughBalanceToStake`; `ZeroBalanceAfterWithdrawn` (nothing is left above the existential deposit, for a
        cost above 0).
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `do_register_network`
    Known violation: The pool gets the whole minimum, even where the existential deposit was kept back. Its TAO is not
        added to total stake, so that total issuance exceeds balances and total stake by the minimum from then on. The
        limit on the number of subnets (`SubnetLimit`) is not enforced.
    Example: 1 500 TAO of 2 000, at a minimum of 1 000: 500 are burned.

        >>> paid, burned = register_network(Fraction(2_000 * 10**9), Fraction(1_500 * 10**9), Fraction(1_000 * 10**9))
        >>> int(paid), int(burned)
        (1500000000000, 500000000000)
        >>> register_network_rejection(Fraction(10**9), Fraction(10**12), waited=7_199, rate_limit=7_200)
        'NetworkTxRateLimitExceeded'
    """
    paid = min(cost, max(balance - 500, Fraction(0)))
    return paid, max(paid - minimum, Fraction(0))


def register_network_rejection(
    balance: Fraction, cost: Fraction, waited: int, rate_limit: int, owned_by_another: bool = False
) -> str | None:
    """Return why a network cannot be registered, so many blocks after the last one."""
    if owned_by_another:
        return "NonAssociatedColdKey"
    if waited < rate_limit:
        return "NetworkTxRateLimitExceeded"
    if balance < cost:
        return "NotEnoughBalanceToStake"
    return "ZeroBalanceAfterWithdrawn" if cost > 0 and balance <= 500 else None


@rule("NET-8")
def network_removed(network: Network, balance: Fraction) -> tuple[Network, Fraction]:
    r"""What goes with a network.

    Statement: A network that is removed MUST lose its existence, its owner, the block of its registration, its neurons
        with their scores, weights and bonds, the three counters of the registrations of the interval, `Difficulty`,
        `Tempo`, `Kappa`, `MaxAllowedUids`, `ImmunityPeriod`, `ActivityCutoff`, `MaxWeightsLimit` and
        `MinAllowedWeights`; the number of networks falls by 1. Its lock MUST go back to the balance of the owner. The
        weights that members of root gave to it become 0. All else MUST stay as it is stored, `BlockAtRegistration` too.
    Units: rao: the balance of the owner, before and after.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `remove_network`
    Known violation: The pool, the stake on its hotkeys, children, parents, the owner hotkey and what is pending stay.
        Nobody is paid out: stake on a network that does not exist can be neither sold nor moved.
    Example: The pool is left, and belongs to nobody.

        >>> network = Network(True, "alice", "h", 1_000, 1, ("h",), Fraction(10**12), Fraction(10**12))
        >>> after, balance = network_removed(network, Fraction(3))
        >>> after.exists, after.owner, after.owner_hotkey, after.neurons, int(after.tao), int(balance)
        (False, None, 'h', (), 1000000000000, 3)
    """
    after = evolve(network, exists=False, owner=None, registered_at=0, neurons=(), locked=Fraction(0))
    return after, balance + network.locked


@rule("NET-9")
def dissolve_rejection(signed: bool, network: Network, coldkey: str) -> str | None:
    r"""The call dissolve_network.

    Statement: The call MUST remove the network ([NET-8](#net-8)). Only the root origin may make it, and it MUST name
        the coldkey that owns the network. The event is `NetworkRemoved`: netuid.
    Units: none.
    Rounding: none.
    Rejections: `BadOrigin` if anybody signed, `SubNetworkDoesNotExist`, `NotSubnetOwner`.
    Source: `pallets/subtensor/src/macros/dispatches.rs`, `dissolve_network`; `pallets/subtensor/src/coinbase/root.rs`,
        `user_remove_network`
    Known violation: A network without an owner, such as root, counts as owned by the account of zeros.
    Example: An owner cannot dissolve a subnet of its own.

        >>> dissolve_rejection(True, Network(exists=True, owner="alice"), "alice")
        'BadOrigin'
        >>> dissolve_rejection(False, Network(exists=True, owner="alice"), "bob")
        'NotSubnetOwner'
    """
    if signed:
        return "BadOrigin"
    if not network.exists:
        return "SubNetworkDoesNotExist"
    return None if network.owner == coldkey else "NotSubnetOwner"
