"""The pool with which a new network begins, at the price of the others."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters.networks.creation import DYNAMIC, EXISTENTIAL_DEPOSIT, GIVEN, Network, Registration
from dtao_spec.chapters.networks.pruning import paid_for_alpha, paid_for_alpha_rounded, removed
from dtao_spec.registry import rule
from dtao_spec.rounding import PRICE_BITS, floored

CHAPTER = "dtao_spec.chapters.networks"
BY_INTERVALS = (
    "AdjustmentInterval",
    "TargetRegistrationsPerInterval",
    "AdjustmentAlpha",
    "MinDifficulty",
    "MaxDifficulty",
)
"""What is set of a new network as long as the price of a registration follows the demand in intervals, until 400."""
KEPT = (
    "RecycleOrBurn",
    "MinAllowedUids",
    "MaxWeightsLimit",
    "MinNonImmuneUids",
    "AdjustmentInterval",
    "AdjustmentAlpha",
)
"""The hyperparameters that stay when a network is removed."""


def median_price_rounded(prices: Iterable[Fraction]) -> Fraction:
    """Return the same with the mean floored to 32 fraction bits."""
    return floored(median_price(prices), PRICE_BITS)


@rule("NET-14", since=401, rounded=median_price_rounded)
def median_price(prices: Iterable[Fraction]) -> Fraction:
    r"""Median price.

    Statement: The median price MUST be that of the present prices of all existing subnets but root that are above 0; of
        an even number of them the mean of the two in the middle; 1 if there is none.
    Formula: $$ \tilde p = \tfrac12\big(p_{\lfloor (n-1)/2 \rfloor} + p_{\lfloor n/2 \rfloor}\big), \qquad p_0 \le
        \dots \le p_{n-1} $$
    Units: TAO per alpha.
    Rounding: The mean is floored to 32 fraction bits.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `get_median_subnet_alpha_price`
    Example: Of four prices the second and the third count.

        >>> median_price([Fraction(1), Fraction(0), Fraction(1, 4), Fraction(8), Fraction(1, 2)])
        Fraction(3, 4)
    """
    ordered = sorted(price for price in prices if price > 0)
    if not ordered:
        return Fraction(1)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


@rule("NET-6", since=401)
def create_network_at_median_price(
    left: Network, coldkey: str, hotkey: str, block: int, minimum: Fraction, total_stake: Fraction = Fraction(0)
) -> Network:
    r"""Creation of a network.

    Change: The pool begins at the median price of the other subnets, and not at 1, from which most prices fell by far
        as soon as they could. All that was paid is in the pool; before, what was paid above the minimum was recycled. A
        registration costs 1 TAO at first, and bonds follow Yuma 3. What the demand of intervals needed is not set any
        more.
    Statement: A new network MUST be dynamic, owned by the founder's coldkey, with the founder's hotkey as its owner
        hotkey and as its only neuron, uid 0. The TAO in its pool MUST be what was paid for it ([NET-7](#net-7)), at
        least the minimum lock cost, and the alpha there what that TAO is worth at the median price ([NET-14](#net-14))
        of the subnets that existed before. What was paid above the minimum MUST be worth as much stake of the founder
        on the owner hotkey, by the same price, which is `SubnetAlphaOut`; `SubnetVolume`, `SubnetTaoProvided` and
        `SubnetAlphaInProvided` MUST be 0. It MUST get these hyperparameters: `Tempo` 360, `MaxAllowedUids` 256,
        `MaxAllowedValidators` 64, `MinAllowedWeights` 1, `ImmunityPeriod` 5 000, `NetworkRegistrationAllowed`, `Burn` 1
        TAO, `Yuma3On`. The number of networks rises by 1. Validators of root MUST name it a child
        ([CHILD-14](#child-14)). All else MUST stay as it is stored under the netuid. The network receives emission, and
        its alpha can be bought and sold, only once it was started ([NET-10](#net-10)).
    Formula: $$ T = \max(x, c_{min}), \qquad A = \frac{T}{\tilde p}, \qquad O = \frac{T - c_{min}}{\tilde p} $$
    Units: rao and alpha rao; blocks for the tempo. `minimum` is here what was paid, at a median price of 1.
    Rounding: as NET-14; the alpha is floored to alpha rao, at most $2^{64}-1$, and is 0 where it would be $2^{96}$ or
        more.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `init_new_network`, `do_register_network`
    Known violation: Stake totals on hotkeys on which nobody had shares are inherited, and whether incentives of the
        owner are recycled ([NET-8](#net-8)). The founder gets alpha for TAO that is in the pool as well.
    Example: A registration costs 1 TAO.

        >>> new = create_network_at_median_price(Network(), "alice", "h", 1_000, Fraction(10**12))
        >>> new.tao == new.alpha_in == 10**12, int(new.burn), "AdjustmentAlpha" in new.hyperparameters
        (True, 1000000000, False)
    """
    return _create(left, coldkey, hotkey, block, minimum)


@rule("NET-6", since=402)
def create_network_without_owner_alpha(
    left: Network, coldkey: str, hotkey: str, block: int, minimum: Fraction, total_stake: Fraction = Fraction(0)
) -> Network:
    r"""Creation of a network.

    Change: The founder is staked nothing: the TAO for which the alpha stood is in the pool as well, and was counted
        twice.
    Statement: A new network MUST be dynamic, owned by the founder's coldkey, with the founder's hotkey as its owner
        hotkey and as its only neuron, uid 0. The TAO in its pool MUST be what was paid for it ([NET-7](#net-7)), at
        least the minimum lock cost, and the alpha there what that TAO is worth at the median price ([NET-14](#net-14))
        of the subnets that existed before. `SubnetAlphaOut`, `SubnetVolume`, `SubnetTaoProvided` and
        `SubnetAlphaInProvided` MUST be 0. It MUST get these hyperparameters: `Tempo` 360, `MaxAllowedUids` 256,
        `MaxAllowedValidators` 64, `MinAllowedWeights` 1, `ImmunityPeriod` 5 000, `NetworkRegistrationAllowed`, `Burn` 1
        TAO, `Yuma3On`. The number of networks rises by 1. Validators of root MUST name it a child
        ([CHILD-14](#child-14)). All else MUST stay as it is stored under the netuid. The network receives emission, and
        its alpha can be bought and sold, only once it was started ([NET-10](#net-10)).
    Formula: $$ T = \max(x, c_{min}), \qquad A = \frac{T}{\tilde p}, \qquad O = 0 $$
    Units: rao and alpha rao; blocks for the tempo. `minimum` is here what was paid, at a median price of 1.
    Rounding: as NET-14; the alpha is floored to alpha rao, at most $2^{64}-1$, and is 0 where it would be $2^{96}$ or
        more.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `init_new_network`, `do_register_network`
    Known violation: Stake totals on hotkeys on which nobody had shares are inherited, and whether incentives of the
        owner are recycled ([NET-8](#net-8)).
    Example: Nobody has alpha of a new subnet.

        >>> new = create_network_without_owner_alpha(Network(), "alice", "h", 1_000, Fraction(10**12))
        >>> int(new.alpha_out)
        0
    """
    return _create(left, coldkey, hotkey, block, minimum)


def _create(left: Network, coldkey: str, hotkey: str, block: int, paid: Fraction) -> Network:
    given = {name: value for name, value in GIVEN.items() if name not in {"MaxWeightsLimit", *BY_INTERVALS}}
    return evolve(
        left,
        exists=True,
        mechanism=DYNAMIC,
        owner=coldkey,
        owner_hotkey=hotkey,
        registered_at=block,
        neurons=(hotkey,),
        tao=paid,
        alpha_in=paid,
        alpha_out=Fraction(0),
        burn=Fraction(10**9),
        hyperparameters={**left.hyperparameters, **given, "Tempo": 360, "Yuma3On": 1},
    )


@rule("NET-7", since=401)
def register_network_at_median_price(balance: Fraction, cost: Fraction, minimum: Fraction) -> Registration:
    r"""The call register_network.

    Change: Nothing of what is paid is recycled: it is all in the pool of the new subnet.
    Statement: The call MUST withdraw the lock cost ([NET-3](#net-3)) from the balance of the signer
        ([STATE-3](#state-3)). If there are as many subnets without root as `SubnetLimit` allows, the subnet to prune
        ([NET-13](#net-13)) MUST be dissolved ([NET-12](#net-12)) and the network created ([NET-6](#net-6)) under its
        netuid, else under the next one ([NET-5](#net-5)). The TAO of the new pool, what was paid or the minimum if that
        is more, is added to `TotalStake`. `SubnetLocked` is all that was paid, and `RAORecycledForRegistration` 0. What
        was paid becomes the last lock, and the present block that of the last registration. A hotkey without an owner
        gets the signer ([STATE-6](#state-6)). The events are `NetworkRemoved`: netuid, where a subnet was dissolved;
        `SetChildrenScheduled` for each validator of root that names the owner hotkey a child and waits for it; and
        `NetworkAdded`: netuid, 1, which is the mechanism.
    Formula: $$ x = \min(c,\; b - 500), \qquad S' = S + \max(x, c_{min}), \qquad L = x $$
    Units: rao: the balance, the cost and the minimum; out, what is paid, what of it is recycled, and what is added to
        the total stake.
    Rounding: as NET-3.
    Rejections: `BadOrigin` if nobody signed; `NonAssociatedColdKey` (the hotkey has another owner);
        `SubNetRegistrationDisabled` (before `NetworkRegistrationStartBlock`); `NetworkTxRateLimitExceeded` (less than
        `NetworkRateLimit` blocks since the last registration, if there was one); `SubnetLimitReached` (as many as
        allowed, and all are immune); `CannotAffordLockCost`; `ZeroBalanceAfterWithdrawn` (nothing is left above the
        existential deposit, for a cost above 0); those of dissolving the other subnet ([NET-9](#net-9)).
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `do_register_network`
    Known violation: The pool gets the whole minimum, even where the existential deposit was kept back.
    Example: 1 500 TAO of 2 000, at a minimum of 1 000.

        >>> found = register_network_at_median_price(Fraction(2 * 10**12), Fraction(15 * 10**11), Fraction(10**12))
        >>> int(found.paid), int(found.burned), int(found.staked)
        (1500000000000, 0, 1500000000000)
    """
    paid = min(cost, max(balance - EXISTENTIAL_DEPOSIT, Fraction(0)))
    return Registration(paid, Fraction(0), max(paid, minimum) if paid else Fraction(0), DYNAMIC)


@rule("NET-8", since=401)
def remove_network_but_for_intervals(network: Network, balance: Fraction) -> tuple[Network, Fraction]:
    r"""Removal of a network.

    Change: The parameters by which terms of registration followed the demand are left as they are stored, now that no
        rule reads them.
    Statement: A network that is removed MUST lose its existence, its owner and owner hotkey, the block of its
        registration and of its first emission, its neurons with their scores, and the weights, bonds, incentives and
        last updates of each of its mechanisms; its pool with all positions, what is pending, its moving price, all its
        hyperparameters but `RecycleOrBurn`, `MinAllowedUids`, `MaxWeightsLimit`, `MinNonImmuneUids`,
        `AdjustmentInterval` and `AdjustmentAlpha`, its registration terms, the children, parents, pending children and
        childkey takes there, the last dividends, the records of rate limits with its netuid, and its lease; the number
        of networks falls by 1. The weights that members of root gave to it become 0. The root proportion, what was set
        aside for root, and all about voting power stay, and so do the least claim and where miners have their
        incentives staked there. Stake totals of hotkeys go with the entries of shares ([NET-12](#net-12)).
    Units: rao: the balance of the owner, before and after.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `remove_network`; `pallets/swap/src/pallet/impls.rs`,
        `do_clear_protocol_liquidity`
    Example: An interval stays.

        >>> network = Network(True, "alice", hyperparameters={"AdjustmentInterval": 360, "Tempo": 360})
        >>> remove_network_but_for_intervals(network, Fraction(3))[0].hyperparameters
        {'AdjustmentInterval': 360}
    """
    return removed(network, *KEPT), balance


@rule("NET-12", since=401, rounded=paid_for_alpha_rounded)
def paid_for_alpha_by_account(pot: Fraction, held: Sequence[Fraction]) -> list[Fraction]:
    r"""Payout of a dissolved subnet.

    Change: The holders of a hotkey's stake are paid in the order of their accounts, as shares of two kinds are gone
        through together.
    Statement: The TAO in the pool (`SubnetTAO`) MUST be paid to the coldkeys that hold alpha of the subnet on hotkeys
        with a total stake there (`TotalHotkeyAlpha`), above 0 or left as 0 by an earlier swap of hotkeys, in proportion
        to the alpha of each stake; a stake that is worth nothing counts as its shares, truncated. `TotalStake` loses
        all of it. The entries of shares of these hotkeys go, of either kind, with their totals, also of those on which
        nobody has an entry, and all alpha of the pool. Then the owner MUST get back `SubnetLocked` less what the owner
        cut of all alpha that counts as issued is worth at the price before, not below 0; and nothing if the subnet was
        not registered before `NetworkRegistrationStartBlock`.
    Formula: $$ p_i = T\,\frac{a_i}{\sum_j a_j}, \qquad r = \max\big(0,\; L - \kappa I\,p\big) $$
    Units: rao and alpha rao: the pot and what each holds, in the order in which the runtime iterates (by the
        `Blake2_128Concat` of the hotkey, then by the account of the coldkey); out, what each gets.
    Rounding: Parts are floored to rao. What is left over goes, a rao each, to the largest remainders, of equal ones to
        the first; the whole pot is paid. The owner's alpha is floored after the cut in U96F32, and so is its worth.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `destroy_alpha_in_out_stakes`
    Known violation: If nobody holds alpha, the pot is in no total any more and paid to nobody. What is paid back of the
        lock is part of the pot itself: balances grow by TAO that no total counts. A part of less than the existential
        deposit, paid to an account without a balance, is lost. Alpha that is pending is not paid for. Shares of hotkeys
        without stake are the next network's.
    Example: 8 rao among holders of 1 and 3 alpha rao.

        >>> [float(part) for part in paid_for_alpha_by_account(Fraction(8), [Fraction(1), Fraction(3)])]
        [2.0, 6.0]
    """
    return paid_for_alpha(pot, held)
