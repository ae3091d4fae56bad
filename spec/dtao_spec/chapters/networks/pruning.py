"""Networks that are pruned for others, and what is paid for what they leave."""

from collections.abc import Sequence
from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters.networks.creation import DYNAMIC, EXISTENTIAL_DEPOSIT, GIVEN, Network, Registration
from dtao_spec.chapters.networks.removal import ROOT
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.networks"


@rule("NET-13", since=320)
def network_to_prune(
    registered_at: Sequence[tuple[int, int]], block: int, immunity_period: int, prices: Sequence[Fraction]
) -> int | None:
    r"""Network to prune.

    Statement: Of the subnets that were registered at least `NetworkImmunityPeriod` blocks ago it MUST be the one with
        the lowest moving price, where that of a stable subnet counts as 1; of equal ones the one registered first, then
        the first in the order of [STATE-5](#state-5). Root is never pruned. None where all are immune.
    Units: pairs of netuid and block, in the order of STATE-5, and the moving price of each, TAO per alpha.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `get_network_to_prune`
    Known violation: The moving price is an average over weeks, and 0 for who was never started: a subnet whose owner
        waits is the first to go, as soon as it is not immune.
    Example: The second is cheaper; the third is cheapest, but immune.

        >>> prices = [Fraction(1, 10), Fraction(1, 20), Fraction(0)]
        >>> network_to_prune([(1, 500), (2, 600), (3, 90_000)], 100_000, 50_400, prices)
        2
        >>> network_to_prune([(3, 90_000)], 100_000, 50_400, prices[2:]) is None
        True
    """
    mature = [
        (price, at, place, netuid)
        for place, ((netuid, at), price) in enumerate(zip(registered_at, prices, strict=True))
        if netuid != ROOT and block >= at + immunity_period
    ]
    return min(mature)[-1] if mature else None


@rule("NET-6", since=298)
def create_open_network(
    left: Network, coldkey: str, hotkey: str, block: int, minimum: Fraction, total_stake: Fraction = Fraction(0)
) -> Network:
    r"""Creation of a network.

    Change: Registration by work is allowed on a new network as burned registration is. Both could be off by default
        before, and an owner who had not looked was closed to newcomers.
    Statement: A new network MUST be dynamic, owned by the founder's coldkey, with the founder's hotkey as its owner
        hotkey and as its only neuron, uid 0. Both reserves of its pool MUST be the minimum lock cost, so that its first
        price is 1. It MUST get these hyperparameters: `Tempo` 360, `MaxAllowedUids` 256, `MaxAllowedValidators` 64,
        `MinAllowedWeights` 1, `MaxWeightsLimit` 65 535, `ImmunityPeriod` 5 000, `NetworkRegistrationAllowed` and
        `NetworkPowRegistrationAllowed`, `AdjustmentInterval` 360, `TargetRegistrationsPerInterval` 1, `AdjustmentAlpha`
        17 893 341 751 498 265 066, `MinDifficulty` and `MaxDifficulty` $2^{64}-1$. The number of networks rises by 1.
        All else MUST stay as it is stored under the netuid, `MinBurn` among it. The network receives emission, and its
        alpha can be bought and sold, only once it was started ([NET-10](#net-10)).
    Formula: $$ T = A = c_{min} $$
    Units: rao and alpha rao; blocks for the tempo.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `init_new_network`, `do_register_network`
    Known violation: What an earlier network of the netuid left behind is inherited: alpha outside, the stake on its
        hotkeys, volume, the moving price, pending emission, the burn, and also the start.
    Example: Work is allowed where an earlier network had forbidden it.

        >>> left = Network(hyperparameters={"NetworkPowRegistrationAllowed": 0})
        >>> new = create_open_network(left, "alice", "h", 1_000, Fraction(10**12))
        >>> new.hyperparameters["NetworkPowRegistrationAllowed"]
        1
    """
    return _create(left, coldkey, hotkey, block, minimum, NetworkPowRegistrationAllowed=1)


@rule("NET-6", since=320)
def create_empty_network(
    left: Network, coldkey: str, hotkey: str, block: int, minimum: Fraction, total_stake: Fraction = Fraction(0)
) -> Network:
    r"""Creation of a network.

    Change: Alpha outside of the pool, the volume and what users provided begin at 0; registration by work is left as it
        is stored, which after a dissolution is the default; and users may provide liquidity. A netuid is used again
        within one call now, and the new network inherits nothing that belonged to holders of the old one.
    Statement: A new network MUST be dynamic, owned by the founder's coldkey, with the founder's hotkey as its owner
        hotkey and as its only neuron, uid 0. Both reserves of its pool MUST be the minimum lock cost, so that its first
        price is 1; `SubnetAlphaOut`, `SubnetVolume`, `SubnetTaoProvided` and `SubnetAlphaInProvided` MUST be 0. It MUST
        get these hyperparameters: `Tempo` 360, `MaxAllowedUids` 256, `MaxAllowedValidators` 64, `MinAllowedWeights` 1,
        `MaxWeightsLimit` 65 535, `ImmunityPeriod` 5 000, `NetworkRegistrationAllowed`, `AdjustmentInterval` 360,
        `TargetRegistrationsPerInterval` 1, `AdjustmentAlpha` 17 893 341 751 498 265 066, `MinDifficulty` and
        `MaxDifficulty` $2^{64}-1$, `EnabledUserLiquidity`. The number of networks rises by 1. All else MUST stay as it
        is stored under the netuid. The network receives emission, and its alpha can be bought and sold, only once it
        was started ([NET-10](#net-10)).
    Formula: $$ T = A = c_{min}, \qquad O = 0 $$
    Units: rao and alpha rao; blocks for the tempo.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `init_new_network`, `do_register_network`
    Known violation: Stake totals on hotkeys on which nobody had shares are inherited, and whether incentives of the
        owner are recycled ([NET-8](#net-8)).
    Example: Alpha of an earlier network does not count.

        >>> new = create_empty_network(Network(alpha_out=Fraction(7)), "alice", "h", 1_000, Fraction(10**12))
        >>> new.tao == new.alpha_in == 10**12, int(new.alpha_out)
        (True, 0)
    """
    return evolve(_create(left, coldkey, hotkey, block, minimum, EnabledUserLiquidity=1), alpha_out=Fraction(0))


@rule("NET-6", since=371)
def create_network_without_liquidity_of_users(
    left: Network, coldkey: str, hotkey: str, block: int, minimum: Fraction, total_stake: Fraction = Fraction(0)
) -> Network:
    r"""Creation of a network.

    Change: The pool is not open to users, as no pool is any more.
    Statement: A new network MUST be dynamic, owned by the founder's coldkey, with the founder's hotkey as its owner
        hotkey and as its only neuron, uid 0. Both reserves of its pool MUST be the minimum lock cost, so that its first
        price is 1; `SubnetAlphaOut`, `SubnetVolume`, `SubnetTaoProvided` and `SubnetAlphaInProvided` MUST be 0. It MUST
        get these hyperparameters: `Tempo` 360, `MaxAllowedUids` 256, `MaxAllowedValidators` 64, `MinAllowedWeights` 1,
        `ImmunityPeriod` 5 000, `NetworkRegistrationAllowed`, `AdjustmentInterval` 360, `TargetRegistrationsPerInterval`
        1, `AdjustmentAlpha` 17 893 341 751 498 265 066, `MinDifficulty` and `MaxDifficulty` $2^{64}-1$. The number of
        networks rises by 1. All else MUST stay as it is stored under the netuid, `EnabledUserLiquidity` among it. The
        network receives emission, and its alpha can be bought and sold, only once it was started ([NET-10](#net-10)).
    Formula: $$ T = A = c_{min}, \qquad O = 0 $$
    Units: rao and alpha rao; blocks for the tempo.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `init_new_network`, `do_register_network`
    Known violation: What a dissolution leaves behind ([NET-8](#net-8)) is inherited.
    Example: The pool is closed to users.

        >>> new = create_network_without_liquidity_of_users(Network(), "alice", "h", 1_000, Fraction(10**12))
        >>> new.tao == new.alpha_in == 10**12, "EnabledUserLiquidity" in new.hyperparameters
        (True, False)
    """
    new = evolve(_create(left, coldkey, hotkey, block, minimum), alpha_out=Fraction(0))
    given = {name: value for name, value in GIVEN.items() if name != "MaxWeightsLimit"}
    return evolve(new, hyperparameters={**left.hyperparameters, **given, "Tempo": 360})


def _create(left: Network, coldkey: str, hotkey: str, block: int, minimum: Fraction, **more: int) -> Network:
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
        hyperparameters={**left.hyperparameters, **GIVEN, "Tempo": 360, **more},
    )


@rule("NET-7", since=320)
def register_network_in_limit(balance: Fraction, cost: Fraction, minimum: Fraction) -> Registration:
    r"""The call register_network.

    Change: There are at most `SubnetLimit` subnets; beyond, a new one takes the place and the netuid of another. What
        is paid counts as the lock of the subnet, which its owner may get back. Registration may be closed until a
        block, and who cannot pay is told by a reason of its own.
    Statement: The call MUST withdraw the lock cost ([NET-3](#net-3)) from the balance of the signer
        ([STATE-3](#state-3)). If there are as many subnets without root as `SubnetLimit` allows, the subnet to prune
        ([NET-13](#net-13)) MUST be dissolved ([NET-12](#net-12)) and the network created ([NET-6](#net-6)) under its
        netuid, else under the next one ([NET-5](#net-5)). What was paid above the minimum leaves `TotalIssuance`; the
        minimum, which is the TAO of the new pool, is added to `TotalStake`. `SubnetLocked` is all that was paid,
        `RAORecycledForRegistration` what left the issuance. What was paid becomes the
        last lock, and the present block that of the last registration. A hotkey without an owner gets the signer
        ([STATE-6](#state-6)). The events are `NetworkRemoved`: netuid, where a subnet was dissolved, and
        `NetworkAdded`: netuid, 1, which is the mechanism.
    Formula: $$ x = \min(c,\; b - 500), \qquad I' = I - \max(x - c_{min},\; 0), \qquad S' = S + c_{min}, \quad L = x $$
    Units: rao: the balance, the cost and the minimum; out, what is paid, what of it is recycled, and what is added to
        the total stake.
    Rounding: as NET-3.
    Rejections: `BadOrigin` if nobody signed; `NonAssociatedColdKey` (the hotkey has another owner);
        `SubNetRegistrationDisabled` (before `NetworkRegistrationStartBlock`); `NetworkTxRateLimitExceeded` (less than
        `NetworkRateLimit` blocks since the last registration, if there was one); `SubnetLimitReached` (as many as
        allowed, and all are immune); `CannotAffordLockCost`; `ZeroBalanceAfterWithdrawn` (nothing is left above the
        existential deposit, for a cost above 0); those of dissolving the other subnet ([NET-9](#net-9)).
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `do_register_network`
    Known violation: The pool gets the whole minimum, even where the existential deposit was kept back. The lock has
        left the issuance for the most part, and is paid back in full at dissolution ([NET-12](#net-12)).
    Example: 1 500 TAO of 2 000, at a minimum of 1 000.

        >>> found = register_network_in_limit(Fraction(2 * 10**12), Fraction(15 * 10**11), Fraction(10**12))
        >>> int(found.paid), int(found.burned), int(found.staked), found.announced_mechanism
        (1500000000000, 500000000000, 1000000000000, 1)
        >>> register_in_limit_rejection(Fraction(2 * 10**12), Fraction(10**12), is_full=True, has_mature=False)
        'SubnetLimitReached'
    """
    paid = min(cost, max(balance - EXISTENTIAL_DEPOSIT, Fraction(0)))
    return Registration(paid, max(paid - minimum, Fraction(0)), minimum if paid else Fraction(0), DYNAMIC)


def register_in_limit_rejection(
    balance: Fraction,
    cost: Fraction,
    is_full: bool,
    has_mature: bool,
    is_open: bool = True,
    waited_enough: bool = True,
    owned_by_another: bool = False,
) -> str | None:
    """Return why a network cannot be registered, in the order of checking."""
    if owned_by_another:
        return "NonAssociatedColdKey"
    if not is_open:
        return "SubNetRegistrationDisabled"
    if not waited_enough:
        return "NetworkTxRateLimitExceeded"
    if is_full and not has_mature:
        return "SubnetLimitReached"
    if balance < cost:
        return "CannotAffordLockCost"
    return "ZeroBalanceAfterWithdrawn" if cost > 0 and balance <= EXISTENTIAL_DEPOSIT else None


@rule("NET-8", since=320)
def remove_whole_network(network: Network, balance: Fraction) -> tuple[Network, Fraction]:
    r"""Removal of a network.

    Change: Nearly all that is stored under the netuid goes, the pool and the stake among it; before, stake was left
        behind that could be neither sold nor moved. The lock is paid back by another rule.
    Statement: A network that is removed MUST lose its existence, its owner and owner hotkey, the block of its
        registration and of its first emission, its neurons with their scores, and the weights, bonds, incentives and
        last updates of each of its mechanisms; its pool with all positions, what is pending, its moving price, all its
        hyperparameters but `RecycleOrBurn` and `MinAllowedUids`, its registration terms, the children, parents, pending
        children and childkey takes there, the last dividends, the records of rate limits with its netuid, and its
        lease; the number of networks falls by 1. The weights that members of root gave to it become 0. Stake totals of
        hotkeys on which somebody has an entry of shares go with the entries ([NET-12](#net-12)).
    Units: rao: the balance of the owner, before and after.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `remove_network`; `pallets/swap/src/pallet/impls.rs`,
        `do_clear_protocol_liquidity`
    Known violation: What of the TAO reserve users had provided and nobody took out goes with the record of it.
    Example: Nothing is left.

        >>> network = Network(True, "alice", "h", 1_000, 1, ("h",), Fraction(10**12), Fraction(10**12))
        >>> remove_whole_network(network, Fraction(3)) == (Network(), Fraction(3))
        True
    """
    return removed(network, "RecycleOrBurn", "MinAllowedUids"), balance


def removed(network: Network, *kept: str) -> Network:
    """Return what is left of a network of which some hyperparameters are kept, by their names."""
    return Network(hyperparameters={name: value for name, value in network.hyperparameters.items() if name in kept})


@rule("NET-9", since=320)
def dissolve_any_rejection(signed: bool, network: Network, coldkey: str) -> str | None:
    r"""The calls dissolve_network and root_dissolve_network.

    Change: The call pays for the alpha that is held, and does not ask who owns the network; `root_dissolve_network`
        does the same without naming a coldkey.
    Statement: Both calls MUST close the positions of users ([NET-11](#net-11)), pay out the pool and the lock
        ([NET-12](#net-12)) and remove the network ([NET-8](#net-8)), in this order. Only the root origin may make them,
        and what coldkey is named does not matter. The event is `NetworkRemoved`: netuid.
    Units: none.
    Rounding: none.
    Rejections: `BadOrigin` if anybody signed, `SubnetNotExists`, also of root; `HotKeyAccountNotExists` where alpha
        would be staked on a hotkey without an owner ([NET-11](#net-11)).
    Source: `pallets/subtensor/src/macros/dispatches.rs`, `root_dissolve_network`;
        `pallets/subtensor/src/coinbase/root.rs`, `do_dissolve_network`
    Example: Nobody who signs may.

        >>> dissolve_any_rejection(True, Network(exists=True, owner="alice"), "alice")
        'BadOrigin'
        >>> dissolve_any_rejection(False, Network(exists=True, owner="alice"), "bob") is None
        True
    """
    if signed:
        return "BadOrigin"
    return None if network.exists else "SubnetNotExists"


@rule("NET-11", since=320)
def dissolve_position(
    tao: Fraction, alpha: Fraction, fee_tao: Fraction, fee_alpha: Fraction, has_validator: bool
) -> tuple[Fraction, Fraction]:
    r"""Positions of users at a dissolution.

    Statement: Where the pool was ever traded, each position of a user MUST be closed. What it consists of in TAO at the
        present price is paid to its owner and leaves the reserve; what it consists of in alpha, and the fees in alpha,
        become stake of its owner on the hotkey of the neuron with a validator permit and the highest validator trust,
        of equal ones the one with the lowest uid, and leave the reserve. Without such a neuron the alpha is lost. The
        positions follow each other in the order in which the runtime iterates: by the `Twox64Concat` of the account,
        then of the number of the position.
    Formula: $$ b' = b + T_p, \qquad x' = x + A_p + \varphi_A $$
    Units: rao and alpha rao: what the position consists of and its fees, each floored; out, what is paid and what is
        staked.
    Rounding: as [POOL-11](#pool-11) and [POOL-19](#pool-19).
    Source: `pallets/swap/src/pallet/impls.rs`, `do_dissolve_all_liquidity_providers`
    Known violation: The fees that a position has earned in TAO are lost. Fees in alpha are taken out of the reserve of
        alpha though they were never in it.
    Example: 5 TAO and 3 alpha with fees of 1 each.

        >>> paid, staked = dissolve_position(Fraction(5), Fraction(3), Fraction(1), Fraction(1), True)
        >>> int(paid), int(staked)
        (5, 4)
    """
    return tao, alpha + fee_alpha if has_validator else Fraction(0)


@rule("NET-11", since=351, until=410)
def dissolve_position_with_fees(
    tao: Fraction, alpha: Fraction, fee_tao: Fraction, fee_alpha: Fraction, has_validator: bool
) -> tuple[Fraction, Fraction]:
    r"""Positions of users at a dissolution.

    Change: The fees in TAO are paid too. They had been lost, and users' positions in all pools were to be closed.
    Statement: Where the pool was ever traded, each position of a user MUST be closed. What it consists of in TAO at the
        present price, and the fees in TAO, are paid to its owner and leave the reserve; what it consists of in alpha,
        and the fees in alpha, become stake of its owner on the hotkey of the neuron with a validator permit and the
        highest validator trust, of equal ones the one with the lowest uid, and leave the reserve. Without such a neuron
        the alpha is lost. The positions follow each other in the order in which the runtime iterates: by the
        `Twox64Concat` of the account, then of the number of the position.
    Formula: $$ b' = b + T_p + \varphi_T, \qquad x' = x + A_p + \varphi_A $$
    Units: rao and alpha rao: what the position consists of and its fees, each floored; out, what is paid and what is
        staked.
    Rounding: as [POOL-11](#pool-11) and [POOL-19](#pool-19).
    Source: `pallets/swap/src/pallet/impls.rs`, `do_dissolve_all_liquidity_providers`
    Known violation: Fees are taken out of the reserves though they were never in them.
    Example: 5 TAO and 3 alpha with fees of 1 each.

        >>> paid, staked = dissolve_position_with_fees(Fraction(5), Fraction(3), Fraction(1), Fraction(1), True)
        >>> int(paid), int(staked)
        (6, 4)
    """
    return tao + fee_tao, alpha + fee_alpha if has_validator else Fraction(0)


def paid_for_alpha_rounded(pot: Fraction, held: Sequence[Fraction]) -> list[Fraction]:
    """Return whole rao: floored, and a rao more for those with the largest remainders until nothing is left."""
    exact = paid_for_alpha(pot, held)
    floored = [Fraction(part.__floor__()) for part in exact]
    left = int(pot - sum(floored, Fraction(0))) if any(exact) else 0
    largest = sorted(range(len(exact)), key=lambda place: floored[place] - exact[place])[:left]
    return [part + (place in largest) for place, part in enumerate(floored)]


@rule("NET-12", since=320, rounded=paid_for_alpha_rounded)
def paid_for_alpha(pot: Fraction, held: Sequence[Fraction]) -> list[Fraction]:
    r"""Payout of a dissolved subnet.

    Statement: The TAO in the pool (`SubnetTAO`) MUST be paid to the coldkeys that hold alpha of the subnet, in
        proportion to the alpha of each stake; a stake that is worth nothing counts as its shares, truncated.
        `TotalStake` loses all of it. All entries of shares go, with the totals of their hotkeys, and all alpha of the
        pool. Then the owner MUST get back `SubnetLocked`, less what the owner cut of the sum of the last `Emission`
        would sell for before anything was paid, or is worth at the present price if the pool would not buy it; not
        below 0.
    Formula: $$ p_i = T\,\frac{a_i}{\sum_j a_j}, \qquad r = \max\big(0,\; L - \operatorname{sell}(\kappa \textstyle\sum
        e)\big) $$
    Units: rao and alpha rao: the pot and what each holds, in the order in which the runtime iterates (by the
        `Blake2_128Concat` of the hotkey, then of the coldkey); out, what each gets.
    Rounding: Parts are floored to rao. What is left over goes, a rao each, to the largest remainders, of equal ones to
        the first; the whole pot is paid. The owner's alpha is floored after the cut in U96F32.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `destroy_alpha_in_out_stakes`
    Known violation: If nobody holds alpha, the pot is in no total any more and paid to nobody. What is paid back of the
        lock had left the total issuance at the registration, and part of it is the pot itself: balances grow by TAO
        that no total counts. A part of less than the existential deposit, paid to an account without a balance, is
        lost. Alpha that is pending, and that of users' positions in a pool that was never traded, is not paid for.
    Example: 10 rao among holders of 1, 2 and 4 alpha rao: floors of 1, 2 and 5, and a rao more for the first two of the
        largest remainders.

        >>> [float(part) for part in paid_for_alpha(Fraction(8), [Fraction(1), Fraction(3)])]
        [2.0, 6.0]
        >>> [int(part) for part in paid_for_alpha_rounded(Fraction(10), [Fraction(1), Fraction(2), Fraction(4)])]
        [1, 3, 6]
    """
    total = sum(held, Fraction(0))
    return [pot * one / total if total else Fraction(0) for one in held]


@rule("NET-12", since=338, rounded=paid_for_alpha_rounded)
def paid_for_alpha_with_late_locks_kept(pot: Fraction, held: Sequence[Fraction]) -> list[Fraction]:
    r"""Payout of a dissolved subnet.

    Change: The lock of a subnet that was registered under the present terms is not paid back: it is what the subnet
        costs, where older locks had been deposits.
    Statement: The TAO in the pool (`SubnetTAO`) MUST be paid to the coldkeys that hold alpha of the subnet, in
        proportion to the alpha of each stake; a stake that is worth nothing counts as its shares, truncated.
        `TotalStake` loses all of it. All entries of shares go, with the totals of their hotkeys, and all alpha of the
        pool. If the subnet was registered before `NetworkRegistrationStartBlock`, its owner MUST then get back
        `SubnetLocked`, less what the owner's cut of the sum of the last `Emission` would sell for before anything was
        paid, or is worth at the present price if the pool would not buy it; not below 0. Otherwise the owner gets
        nothing.
    Formula: $$ p_i = T\,\frac{a_i}{\sum_j a_j}, \qquad r = \begin{cases} \max\big(0,\; L -
        \operatorname{sell}(\kappa \textstyle\sum e)\big) & b_{registered} < b_{start} \ 0 & \text{otherwise}
        \end{cases} $$
    Units: rao and alpha rao: the pot and what each holds, in the order in which the runtime iterates (by the
        `Blake2_128Concat` of the hotkey, then of the coldkey); out, what each gets.
    Rounding: Parts are floored to rao. What is left over goes, a rao each, to the largest remainders, of equal ones to
        the first; the whole pot is paid. The owner's alpha is floored after the cut in U96F32.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `destroy_alpha_in_out_stakes`
    Known violation: If nobody holds alpha, the pot is in no total any more and paid to nobody. What is paid back of the
        lock had left the total issuance at the registration, and part of it is the pot itself: balances grow by TAO
        that no total counts. A part of less than the existential deposit, paid to an account without a balance, is
        lost. Alpha that is pending, and that of users' positions in a pool that was never traded, is not paid for.
    Example: 10 rao among holders of 1, 2 and 4 alpha rao; and a lock of 9 rao of which 2 came back as emission, for a
        subnet from before the start and for one from after it.

        >>> held = [Fraction(1), Fraction(2), Fraction(4)]
        >>> [int(part) for part in paid_for_alpha_rounded(Fraction(10), held)]
        [1, 3, 6]
        >>> [int(lock_paid_back(Fraction(9), Fraction(2), registered, 100)) for registered in (99, 100)]
        [7, 0]
    """
    return paid_for_alpha(pot, held)


@rule("NET-12", since=342, rounded=paid_for_alpha_rounded)
def paid_for_alpha_less_all_earnings(pot: Fraction, held: Sequence[Fraction]) -> list[Fraction]:
    r"""Payout of a dissolved subnet.

    Change: From the lock is taken the owner's cut of all alpha that there is, not of the last epoch's emission alone:
        what the owner had earned before had counted for nothing. It is worth the present price, and no sale is
        simulated.
    Statement: The TAO in the pool (`SubnetTAO`) MUST be paid to the coldkeys that hold alpha of the subnet, in
        proportion to the alpha of each stake; a stake that is worth nothing counts as its shares, truncated.
        `TotalStake` loses all of it. All entries of shares go, with the totals of their hotkeys, and all alpha of the
        pool. If the subnet was registered before `NetworkRegistrationStartBlock`, its owner MUST then get back
        `SubnetLocked`, less what the owner's cut of all alpha, in `SubnetAlphaIn` and outside of the pool, was worth at
        the price before anything was paid; not below 0. Otherwise the owner gets nothing.
    Formula: $$ p_i = T\,\frac{a_i}{\sum_j a_j}, \qquad r = \begin{cases} \max\big(0,\; L - p\,\kappa\,(A +
        O)\big) & b_{registered} < b_{start} \ 0 & \text{otherwise} \end{cases} $$
    Units: rao and alpha rao: the pot and what each holds, in the order in which the runtime iterates (by the
        `Blake2_128Concat` of the hotkey, then of the coldkey); out, what each gets.
    Rounding: Parts are floored to rao. What is left over goes, a rao each, to the largest remainders, of equal ones to
        the first; the whole pot is paid. The owner's alpha and its worth are each floored, in U96F32.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `destroy_alpha_in_out_stakes`
    Known violation: If nobody holds alpha, the pot is in no total any more and paid to nobody. What is paid back of the
        lock had left the total issuance at the registration, and part of it is the pot itself: balances grow by TAO
        that no total counts. A part of less than the existential deposit, paid to an account without a balance, is
        lost. Alpha that is pending, and that of users' positions in a pool that was never traded, is not paid for. The
        alpha that the pool began with, and what blocks put into it, counts as the owner's earnings too.
    Example: 10 rao among holders of 1, 2 and 4 alpha rao; and a lock of 1 000 TAO, with 2 000 alpha in the pool and
        3 000 outside at a price of 1/2, of which the owner's cut is a fifth.

        >>> held = [Fraction(1), Fraction(2), Fraction(4)]
        >>> [int(part) for part in paid_for_alpha_rounded(Fraction(10), held)]
        [1, 3, 6]
        >>> int(lock_paid_back(Fraction(1_000), Fraction(2_000 + 3_000) / 5 / 2, 99, 100))
        500
    """
    return paid_for_alpha(pot, held)


def lock_paid_back(lock: Fraction, earned: Fraction, registered_at: int, start: int) -> Fraction:
    """Return what the owner gets back of the lock of a subnet that was registered in a block: 0 from the start on."""
    return max(lock - earned, Fraction(0)) if registered_at < start else Fraction(0)
