"""How a network comes into being."""

from collections.abc import Collection, Mapping
from fractions import Fraction
from types import MappingProxyType

from attrs import evolve, frozen

from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.networks"
EXISTENTIAL_DEPOSIT = 500
"""rao."""
DYNAMIC = 1
"""The mechanism of a subnet with a pool."""
GIVEN: Mapping[str, int] = MappingProxyType({
    "MaxAllowedUids": 256,
    "MaxAllowedValidators": 64,
    "MinAllowedWeights": 1,
    "MaxWeightsLimit": 65_535,
    "ImmunityPeriod": 5_000,
    "NetworkRegistrationAllowed": 1,
    "AdjustmentInterval": 360,
    "TargetRegistrationsPerInterval": 1,
    "AdjustmentAlpha": 17_893_341_751_498_265_066,
    "MinDifficulty": 2**64 - 1,
    "MaxDifficulty": 2**64 - 1,
})  # fmt: skip
"""The hyperparameters that every version gives to a new network."""


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
    """A lock that dates from the time before alpha, and goes back to the owner."""
    total_stake_at_dynamic: Fraction = Fraction(0)
    hyperparameters: Mapping[str, int] = MappingProxyType({})
    """By the names of their items."""


@rule("NET-5")
def next_netuid(existing: Collection[int]) -> int:
    r"""Next netuid.

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
def create_network(
    left: Network, coldkey: str, hotkey: str, block: int, minimum: Fraction, total_stake: Fraction = Fraction(0)
) -> Network:
    r"""Creation of a network.

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
        >>> new = create_network(left, "alice", "h", 1_000, Fraction(10**12))
        >>> new.owner, new.neurons, new.tao == new.alpha_in == 10**12, int(new.alpha_out), new.moving_price
        ('alice', ('h',), True, 11, Fraction(1, 2))
        >>> new.hyperparameters["Tempo"], new.hyperparameters["MinBurn"]
        (99, 1)
    """
    return _create(left, coldkey, hotkey, block, minimum, total_stake, {"Tempo": 99, "MinBurn": 1})


@rule("NET-6", since=244)
def create_network_with_a_longer_tempo(
    left: Network, coldkey: str, hotkey: str, block: int, minimum: Fraction, total_stake: Fraction = Fraction(0)
) -> Network:
    r"""Creation of a network.

    Change: A new network has a tempo of 360 instead of 99: about 20 epochs a day instead of 72, about a fourth of the
        work for the chain.
    Statement: A new network MUST be dynamic, owned by the founder's coldkey, with the founder's hotkey as its owner
        hotkey and as its only neuron, uid 0. Both reserves of its pool MUST be the minimum lock cost, so that its first
        price is 1. It MUST get these hyperparameters: `Tempo` 360, `MaxAllowedUids` 256, `MaxAllowedValidators` 64,
        `MinAllowedWeights` 1, `MaxWeightsLimit` 65 535, `ImmunityPeriod` 5 000, `NetworkRegistrationAllowed`,
        `AdjustmentInterval` 360, `TargetRegistrationsPerInterval` 1, `AdjustmentAlpha` 17 893 341 751 498 265 066,
        `MinBurn` 1, `MinDifficulty` and `MaxDifficulty` $2^{64}-1$. `TotalStakeAtDynamic` becomes the present total
        stake, and the number of networks rises by 1. All else MUST stay as it is stored under the netuid.
    Formula: $$ T = A = c_{min} $$
    Units: rao and alpha rao; blocks for the tempo.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `init_new_network`, `do_register_network`;
        `runtime/src/lib.rs`, `SubtensorInitialTempo`
    Known violation: What an earlier network of the netuid left behind is inherited: alpha outside, the stake on its
        hotkeys, volume, the moving price and so a share of the emission at once, pending emission, and the burn.
    Example: Epochs of a longer tempo. The kappa that is stored stays.

        >>> left = Network(hyperparameters={"Tempo": 99, "Kappa": 40_000})
        >>> given = create_network_with_a_longer_tempo(left, "alice", "h", 1_000, Fraction(10**12)).hyperparameters
        >>> given["Tempo"], given["Kappa"], given["MinBurn"]
        (360, 40000, 1)
    """
    return _create(left, coldkey, hotkey, block, minimum, total_stake, {"Tempo": 360, "MinBurn": 1})


@rule("NET-6", since=257)
def create_network_without_a_burn(
    left: Network, coldkey: str, hotkey: str, block: int, minimum: Fraction, total_stake: Fraction = Fraction(0)
) -> Network:
    r"""Creation of a network.

    Change: `MinBurn` is not set to 1 rao any more, so that its default of 500 000 rao is in force, and the burn of a
        network without demand cannot fall to nothing.
    Statement: A new network MUST be dynamic, owned by the founder's coldkey, with the founder's hotkey as its owner
        hotkey and as its only neuron, uid 0. Both reserves of its pool MUST be the minimum lock cost, so that its first
        price is 1. It MUST get these hyperparameters: `Tempo` 360, `MaxAllowedUids` 256, `MaxAllowedValidators` 64,
        `MinAllowedWeights` 1, `MaxWeightsLimit` 65 535, `ImmunityPeriod` 5 000, `NetworkRegistrationAllowed`,
        `AdjustmentInterval` 360, `TargetRegistrationsPerInterval` 1, `AdjustmentAlpha` 17 893 341 751 498 265 066,
        `MinDifficulty` and `MaxDifficulty` $2^{64}-1$. `TotalStakeAtDynamic` becomes the present total stake, and the
        number of networks rises by 1. All else MUST stay as it is stored under the netuid, `MinBurn` (by default
        500 000 rao) among it. The network receives emission only once it was started ([NET-10](#net-10)).
    Formula: $$ T = A = c_{min} $$
    Units: rao and alpha rao; blocks for the tempo.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `init_new_network`, `do_register_network`
    Known violation: What an earlier network of the netuid left behind is inherited: alpha outside, the stake on its
        hotkeys, volume, the moving price, pending emission, the burn, and also the start. Removing a network keeps
        `FirstEmissionBlockNumber`, so that the next one of its netuid emits at once, with the moving price of its
        predecessor.
    Example: Of a netuid that was never used.

        >>> left = Network(hyperparameters={"MinBurn": 500_000})
        >>> new = create_network_without_a_burn(left, "alice", "h", 1_000, Fraction(10**12), Fraction(3))
        >>> new.hyperparameters["MinBurn"], new.total_stake_at_dynamic
        (500000, Fraction(3, 1))
    """
    return _create(left, coldkey, hotkey, block, minimum, total_stake, {"Tempo": 360})


@rule("NET-6", since=273)
def create_network_without_a_total(
    left: Network, coldkey: str, hotkey: str, block: int, minimum: Fraction, total_stake: Fraction = Fraction(0)
) -> Network:
    r"""Creation of a network.

    Change: The total stake at the registration is not kept any more. Nothing read `TotalStakeAtDynamic`, and the item
        was removed.
    Statement: A new network MUST be dynamic, owned by the founder's coldkey, with the founder's hotkey as its owner
        hotkey and as its only neuron, uid 0. Both reserves of its pool MUST be the minimum lock cost, so that its first
        price is 1. It MUST get these hyperparameters: `Tempo` 360, `MaxAllowedUids` 256, `MaxAllowedValidators` 64,
        `MinAllowedWeights` 1, `MaxWeightsLimit` 65 535, `ImmunityPeriod` 5 000, `NetworkRegistrationAllowed`,
        `AdjustmentInterval` 360, `TargetRegistrationsPerInterval` 1, `AdjustmentAlpha` 17 893 341 751 498 265 066,
        `MinDifficulty` and `MaxDifficulty` $2^{64}-1$. The number of networks rises by 1. All else MUST stay as it is
        stored under the netuid, `MinBurn` (by default 500 000 rao) among it. The network receives emission, and its
        alpha can be bought and sold, only once it was started ([NET-10](#net-10)).
    Formula: $$ T = A = c_{min} $$
    Units: rao and alpha rao; blocks for the tempo.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `init_new_network`, `do_register_network`
    Known violation: What an earlier network of the netuid left behind is inherited: alpha outside, the stake on its
        hotkeys, volume, the moving price, pending emission, the burn, and also the start. Removing a network keeps
        `FirstEmissionBlockNumber` and `SubtokenEnabled`, so that the next one of its netuid emits at once, with the
        moving price of its predecessor.
    Example: The pool of a new network is 1 : 1, whatever the total stake is.

        >>> new = create_network_without_a_total(Network(), "alice", "h", 1_000, Fraction(10**12), Fraction(3))
        >>> new.tao == new.alpha_in == 10**12, new.total_stake_at_dynamic
        (True, Fraction(0, 1))
    """
    return _create(left, coldkey, hotkey, block, minimum, Fraction(0), {"Tempo": 360})


def _create(
    left: Network,
    coldkey: str,
    hotkey: str,
    block: int,
    minimum: Fraction,
    total_stake: Fraction,
    more: Mapping[str, int],
) -> Network:
    return evolve(
        left,
        exists=True,
        mechanism=DYNAMIC,
        owner=coldkey,
        owner_hotkey=hotkey,
        registered_at=block,
        neurons=(hotkey,),
        tao=minimum,
        alpha_in=minimum,
        total_stake_at_dynamic=total_stake,
        hyperparameters={**left.hyperparameters, **GIVEN, **more},
    )


@frozen
class Registration:
    """What the registration of a network moves, in rao, and which mechanism its event names."""

    paid: Fraction
    burned: Fraction
    staked: Fraction
    """What is added to the total stake."""
    announced_mechanism: int


@rule("NET-7")
def register_network(balance: Fraction, cost: Fraction, minimum: Fraction) -> Registration:
    r"""The call register_network.

    Statement: The call MUST withdraw the lock cost ([NET-3](#net-3)) from the balance of the signer
        ([STATE-3](#state-3)), create the network ([NET-6](#net-6)) under the next netuid ([NET-5](#net-5)), and burn
        what was paid above the minimum. What was paid becomes the last lock, and the present block that of the last
        registration. A hotkey without an owner gets the signer ([STATE-6](#state-6)). The event is `NetworkAdded`:
        netuid, 0.
    Formula: $$ x = \min(c,\; b - 500), \qquad I' = I - \max(x - c_{min},\; 0) $$
    Units: rao: the balance, the cost and the minimum; out, what is paid, what of it is burned, and what is added to the
        total stake.
    Rounding: as NET-3.
    Rejections: `BadOrigin` if nobody signed; `NonAssociatedColdKey` (the hotkey has another owner);
        `NetworkTxRateLimitExceeded` (less than `NetworkRateLimit` blocks since the last registration);
        `NotEnoughBalanceToStake`; `ZeroBalanceAfterWithdrawn` (nothing is left above the existential deposit, for a
        cost above 0).
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `do_register_network`
    Known violation: The pool gets the whole minimum, even where the existential deposit was kept back. Its TAO is not
        added to total stake, so that total issuance exceeds balances and total stake by the minimum from then on. The
        limit on the number of subnets (`SubnetLimit`) is not enforced. The event says 0, the number of a stable
        mechanism, although the network is dynamic.
    Example: 1 500 TAO of 2 000, at a minimum of 1 000: 500 are burned.

        >>> amounts = Fraction(2_000 * 10**9), Fraction(1_500 * 10**9), Fraction(1_000 * 10**9)
        >>> found = register_network(*amounts)
        >>> int(found.paid), int(found.burned), int(found.staked)
        (1500000000000, 500000000000, 0)
        >>> register_network_rejection(Fraction(10**9), Fraction(10**12), waited=7_199, rate_limit=7_200)
        'NetworkTxRateLimitExceeded'
    """
    paid = _paid(balance, cost)
    return Registration(paid, max(paid - minimum, Fraction(0)), Fraction(0), announced_mechanism=0)


@rule("NET-7", since=252)
def register_network_with_stake(balance: Fraction, cost: Fraction, minimum: Fraction) -> Registration:
    r"""The call register_network.

    Change: The TAO in the new pool is added to the total stake, which every pool counts in; it had been forgotten, so
        that balances and total stake fell behind the total issuance.
    Statement: The call MUST withdraw the lock cost ([NET-3](#net-3)) from the balance of the signer
        ([STATE-3](#state-3)), create the network ([NET-6](#net-6)) under the next netuid ([NET-5](#net-5)), burn what
        was paid above the minimum, and add the minimum, which is the TAO of the new pool, to `TotalStake`. What was
        paid becomes the last lock, and the present block that of the last registration. A hotkey without an owner gets
        the signer ([STATE-6](#state-6)). The event is `NetworkAdded`: netuid, 0.
    Formula: $$ x = \min(c,\; b - 500), \qquad I' = I - \max(x - c_{min},\; 0), \qquad S' = S + c_{min} $$
    Units: rao: the balance, the cost and the minimum; out, what is paid, what of it is burned, and what is added to the
        total stake.
    Rounding: as NET-3.
    Rejections: `BadOrigin` if nobody signed; `NonAssociatedColdKey` (the hotkey has another owner);
        `NetworkTxRateLimitExceeded` (less than `NetworkRateLimit` blocks since the last registration);
        `NotEnoughBalanceToStake`; `ZeroBalanceAfterWithdrawn` (nothing is left above the existential deposit, for a
        cost above 0).
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `do_register_network`
    Known violation: The pool gets the whole minimum, even where the existential deposit was kept back: total issuance
        then falls short of balances and pools by up to 500 rao. The event says 0, the number of a stable mechanism,
        although the network is dynamic.
    Example: 1 500 TAO of 2 000, at a minimum of 1 000.

        >>> found = register_network_with_stake(Fraction(2 * 10**12), Fraction(15 * 10**11), Fraction(10**12))
        >>> int(found.paid), int(found.burned), int(found.staked), found.announced_mechanism
        (1500000000000, 500000000000, 1000000000000, 0)
    """
    paid = _paid(balance, cost)
    return Registration(paid, max(paid - minimum, Fraction(0)), minimum, announced_mechanism=0)


@rule("NET-7", since=257)
def register_network_naming_the_mechanism(balance: Fraction, cost: Fraction, minimum: Fraction) -> Registration:
    r"""The call register_network.

    Change: The event names the mechanism that the network has. It said 0, although every new network is dynamic.
    Statement: The call MUST withdraw the lock cost ([NET-3](#net-3)) from the balance of the signer
        ([STATE-3](#state-3)), create the network ([NET-6](#net-6)) under the next netuid ([NET-5](#net-5)), burn what
        was paid above the minimum, and add the minimum, which is the TAO of the new pool, to `TotalStake`. What was
        paid becomes the last lock, and the present block that of the last registration. A hotkey without an owner gets
        the signer ([STATE-6](#state-6)). The event is `NetworkAdded`: netuid, 1, which is the mechanism.
    Formula: $$ x = \min(c,\; b - 500), \qquad I' = I - \max(x - c_{min},\; 0), \qquad S' = S + c_{min} $$
    Units: rao: the balance, the cost and the minimum; out, what is paid, what of it is burned, and what is added to the
        total stake.
    Rounding: as NET-3.
    Rejections: `BadOrigin` if nobody signed; `NonAssociatedColdKey` (the hotkey has another owner);
        `NetworkTxRateLimitExceeded` (less than `NetworkRateLimit` blocks since the last registration);
        `NotEnoughBalanceToStake`; `ZeroBalanceAfterWithdrawn` (nothing is left above the existential deposit, for a
        cost above 0).
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `do_register_network`
    Known violation: The pool gets the whole minimum, even where the existential deposit was kept back: total issuance
        then falls short of balances and pools by up to 500 rao.
    Example: 1 500 TAO of 2 000, at a minimum of 1 000.

        >>> amounts = Fraction(2 * 10**12), Fraction(15 * 10**11), Fraction(10**12)
        >>> found = register_network_naming_the_mechanism(*amounts)
        >>> int(found.paid), int(found.burned), int(found.staked), found.announced_mechanism
        (1500000000000, 500000000000, 1000000000000, 1)
    """
    paid = _paid(balance, cost)
    return Registration(paid, max(paid - minimum, Fraction(0)), minimum, DYNAMIC)


def _paid(balance: Fraction, cost: Fraction) -> Fraction:
    return min(cost, max(balance - EXISTENTIAL_DEPOSIT, Fraction(0)))


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
    return "ZeroBalanceAfterWithdrawn" if cost > 0 and balance <= EXISTENTIAL_DEPOSIT else None
