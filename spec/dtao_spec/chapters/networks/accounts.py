"""Networks whose TAO is on an account of their own."""

from collections.abc import Sequence
from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters.networks.creation import Network, Registration
from dtao_spec.chapters.networks.median import KEPT as KEPT_BEFORE
from dtao_spec.chapters.networks.median import (
    create_network_without_owner_alpha,
    register_network_at_median_price,
)
from dtao_spec.chapters.networks.pruning import dissolve_any_rejection, paid_for_alpha, paid_for_alpha_rounded, removed
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.networks"
KEPT = (*KEPT_BEFORE, "OwnerCutEnabled", "SubnetEmissionEnabled", "MinChildkeyTakePerSubnet")
"""The hyperparameters that stay when a network is removed."""


@rule("NET-6", since=411)
def create_network_with_emission(
    left: Network,
    coldkey: str,
    hotkey: str,
    block: int,
    minimum: Fraction,
    total_stake: Fraction = Fraction(0),
) -> Network:
    r"""Creation of a network.

    Change: Whether blocks give TAO to a network is a setting of it, and is on.
    Statement: A new network MUST be dynamic, owned by the founder's coldkey, with the founder's hotkey as its owner
        hotkey and as its only neuron, uid 0. The TAO in its pool MUST be what was paid for it ([NET-7](#net-7)), at
        least the minimum lock cost, and the alpha there what that TAO is worth at the median price ([NET-14](#net-14))
        of the subnets that existed before. `SubnetAlphaOut`, `SubnetVolume`, `SubnetTaoProvided` and
        `SubnetAlphaInProvided` MUST be 0. It MUST get these hyperparameters: `Tempo` 360, `MaxAllowedUids` 256,
        `MaxAllowedValidators` 64, `MinAllowedWeights` 1, `ImmunityPeriod` 5 000, `NetworkRegistrationAllowed`, `Burn` 1
        TAO, `Yuma3On`, `SubnetEmissionEnabled`. The number of networks rises by 1. Validators of root MUST name it a
        child ([CHILD-14](#child-14)). All else MUST stay as it is stored under the netuid. The network receives
        emission, and its alpha can be bought and sold, only once it was started ([NET-10](#net-10)).
    Formula: $$ T = \max(x, c_{min}), \qquad A = \frac{T}{\tilde p}, \qquad O = 0 $$
    Units: rao and alpha rao; blocks for the tempo. `minimum` is here what was paid, at a median price of 1.
    Rounding: as NET-14; the alpha is floored to alpha rao, at most $2^{64}-1$, and is 0 where it would be $2^{96}$ or
        more.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `init_new_network`, `do_register_network`
    Known violation: Stake totals on hotkeys on which nobody had shares are inherited, and so are settings that a
        removal keeps ([NET-8](#net-8)).
    Example: Blocks give TAO to it once it was started.

        >>> new = create_network_with_emission(Network(), "alice", "h", 1_000, Fraction(10**12))
        >>> new.hyperparameters["SubnetEmissionEnabled"]
        True
    """
    return _with_emission(left, coldkey, hotkey, block, minimum, True)


@rule("NET-6", since=422)
def create_network_without_emission(
    left: Network,
    coldkey: str,
    hotkey: str,
    block: int,
    minimum: Fraction,
    total_stake: Fraction = Fraction(0),
) -> Network:
    r"""Creation of a network.

    Change: Blocks give no TAO to a network until root sets so: a new one had taken a part of what all share before
        anybody knew what it was worth.
    Statement: A new network MUST be dynamic, owned by the founder's coldkey, with the founder's hotkey as its owner
        hotkey and as its only neuron, uid 0. The TAO in its pool MUST be what was paid for it ([NET-7](#net-7)), at
        least the minimum lock cost, and the alpha there what that TAO is worth at the median price ([NET-14](#net-14))
        of the subnets that existed before. `SubnetAlphaOut`, `SubnetVolume`, `SubnetTaoProvided` and
        `SubnetAlphaInProvided` MUST be 0. It MUST get these hyperparameters: `Tempo` 360, `MaxAllowedUids` 256,
        `MaxAllowedValidators` 64, `MinAllowedWeights` 1, `ImmunityPeriod` 5 000, `NetworkRegistrationAllowed`, `Burn` 1
        TAO, `Yuma3On`, and a `SubnetEmissionEnabled` that is not set. The number of networks rises by 1. Validators of
        root MUST name it a child ([CHILD-14](#child-14)). All else MUST stay as it is stored under the netuid. The
        network emits alpha, and its alpha can be bought and sold, only once it was started ([NET-10](#net-10)); it gets
        TAO only once root enabled that ([EMIT-16](#emit-16)).
    Formula: $$ T = \max(x, c_{min}), \qquad A = \frac{T}{\tilde p}, \qquad O = 0 $$
    Units: rao and alpha rao; blocks for the tempo. `minimum` is here what was paid, at a median price of 1.
    Rounding: as NET-14; the alpha is floored to alpha rao, at most $2^{64}-1$, and is 0 where it would be $2^{96}$ or
        more.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `init_new_network`, `do_register_network`
    Known violation: Stake totals on hotkeys on which nobody had shares are inherited, and so are settings that a
        removal keeps ([NET-8](#net-8)).
    Example: It is started, and still gets no TAO.

        >>> new = create_network_without_emission(Network(), "alice", "h", 1_000, Fraction(10**12))
        >>> new.hyperparameters["SubnetEmissionEnabled"]
        False
    """
    return _with_emission(left, coldkey, hotkey, block, minimum, False)


def _with_emission(left: Network, coldkey: str, hotkey: str, block: int, minimum: Fraction, emits: bool) -> Network:
    new = create_network_without_owner_alpha(left, coldkey, hotkey, block, minimum)
    return evolve(new, hyperparameters={**new.hyperparameters, "SubnetEmissionEnabled": emits})


@rule("NET-7", since=411)
def register_network_and_pay(balance: Fraction, cost: Fraction, minimum: Fraction) -> Registration:
    r"""The call register_network.

    Change: The cost is paid to the account of the new subnet, after the old one was dissolved. The account of a subnet
        cannot be the hotkey, and an event names the owner hotkey.
    Statement: If there are as many subnets without root as `SubnetLimit` allows, the subnet to prune
        ([NET-13](#net-13)) MUST be dissolved ([NET-12](#net-12)) and the network created ([NET-6](#net-6)) under its
        netuid, else under the next one ([NET-5](#net-5)). The call MUST pay the lock cost ([NET-3](#net-3)) from the
        balance of the signer to the account of the subnet ([STATE-18](#state-18)). The TAO of the new pool, what was
        paid or the minimum if that is more, is added to `TotalStake`. `SubnetLocked` is all that was paid, and
        `RAORecycledForRegistration` 0. What was paid becomes the last lock, and the present block that of the last
        registration. A hotkey without an owner gets the signer ([STATE-6](#state-6)). The events are `NetworkRemoved`:
        netuid, where a subnet was dissolved; `SubnetOwnerHotkeySet`: netuid, hotkey; `SetChildrenScheduled` for each
        validator of root that names the owner hotkey a child and waits for it; and `NetworkAdded`: netuid, 1, which is
        the mechanism.
    Formula: $$ x = \min(c,\; b - 500), \qquad S' = S + \max(x, c_{min}), \qquad L = x $$
    Units: rao: the balance, the cost and the minimum; out, what is paid, what of it is recycled, and what is added to
        the total stake.
    Rounding: as NET-3.
    Rejections: `BadOrigin` if nobody signed; `NonAssociatedColdKey` (the hotkey has another owner);
        `CannotUseSystemAccount` (it is the account of a subnet); `SubNetRegistrationDisabled` (before
        `NetworkRegistrationStartBlock`); `NetworkTxRateLimitExceeded` (less than `NetworkRateLimit` blocks since the
        last registration, if there was one); `SubnetLimitReached` (as many as allowed, and all are immune);
        `CannotAffordLockCost`; those of dissolving the other subnet ([NET-9](#net-9)); `InsufficientBalance` (nothing
        is left above the existential deposit, for a cost above 0).
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `do_register_network`
    Known violation: The pool gets the whole minimum, even where the existential deposit was kept back, which the
        account of the subnet does not hold.
    Example: 1 500 TAO of 2 000, at a minimum of 1 000.

        >>> found = register_network_and_pay(Fraction(2 * 10**12), Fraction(15 * 10**11), Fraction(10**12))
        >>> int(found.paid), int(found.burned), int(found.staked)
        (1500000000000, 0, 1500000000000)
    """
    return register_network_at_median_price(balance, cost, minimum)


@rule("NET-8", since=411)
def remove_network_but_for_switches(network: Network, balance: Fraction) -> tuple[Network, Fraction]:
    r"""Removal of a network.

    Change: Locks go too. Three settings that are new stay as they are stored.
    Statement: A network that is removed MUST lose its existence, its owner and owner hotkey, the block of its
        registration and of its first emission, its neurons with their scores, and the weights, bonds, incentives and
        last updates of each of its mechanisms; its pool with all positions, what is pending, its moving price, what
        blocks recorded of its emission and of the protocol's flow and alpha, all its hyperparameters but
        `RecycleOrBurn`, `MinAllowedUids`, `MaxWeightsLimit`, `MinNonImmuneUids`, `AdjustmentInterval`,
        `AdjustmentAlpha`, `OwnerCutEnabled`, `SubnetEmissionEnabled` and `MinChildkeyTakePerSubnet`, its registration
        terms, the children, parents, pending children and childkey takes there, all locks with their sums and choices,
        the last dividends, the records of rate limits with its netuid, and its lease; the number of networks falls by
        1. The weights that members of root gave to it become 0. The root proportion, what was set aside for root, what
        was counted of its alpha ([STATE-19](#state-19)), and all about voting power stay, and so do the least claim and
        where miners have their incentives staked there. Stake totals of hotkeys go with the entries of shares
        ([NET-12](#net-12)).
    Units: rao: the balance of the owner, before and after.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `remove_network`; `pallets/swap/src/pallet/impls.rs`,
        `do_clear_protocol_liquidity`
    Known violation: The next network of the same number has the owner cut, the emission and the least childkey take of
        the last one, unless its creation sets them ([NET-6](#net-6)).
    Example: A switch stays.

        >>> network = Network(True, "alice", hyperparameters={"OwnerCutEnabled": False, "Tempo": 360})
        >>> remove_network_but_for_switches(network, Fraction(3))[0].hyperparameters
        {'OwnerCutEnabled': False}
    """
    return removed(network, *KEPT), balance


@rule("NET-9", since=411)
def dissolve_without_positions_rejection(signed: bool, network: Network, coldkey: str) -> str | None:
    r"""The calls dissolve_network and root_dissolve_network.

    Change: There are no positions of users that would be closed.
    Statement: Both calls MUST pay out the pool and the lock ([NET-12](#net-12)) and remove the network
        ([NET-8](#net-8)), in this order. Only the root origin may make them, and what coldkey is named does not matter.
        The event is `NetworkRemoved`: netuid.
    Units: none.
    Rounding: none.
    Rejections: `BadOrigin` if anybody signed, `SubnetNotExists`, also of root.
    Source: `pallets/subtensor/src/macros/dispatches.rs`, `root_dissolve_network`;
        `pallets/subtensor/src/coinbase/root.rs`, `do_dissolve_network`
    Example: Nobody who signs may.

        >>> dissolve_without_positions_rejection(True, Network(exists=True, owner="alice"), "alice")
        'BadOrigin'
    """
    return dissolve_any_rejection(signed, network, coldkey)


@rule("NET-12", since=411, rounded=paid_for_alpha_rounded)
def paid_out_of_account(pot: Fraction, held: Sequence[Fraction]) -> list[Fraction]:
    r"""Payout of a dissolved subnet.

    Change: The account of the subnet pays, as far as it can, and what it has left is recycled. Part of what a lock paid
        back was created until then.
    Statement: The TAO in the pool (`SubnetTAO`) MUST be paid by the account of the subnet ([STATE-18](#state-18)) to
        the coldkeys that hold alpha of the subnet on hotkeys with a total stake there (`TotalHotkeyAlpha`), above 0 or
        left as 0 by an earlier swap of hotkeys, in proportion to the alpha of each stake; a stake that is worth nothing
        counts as its shares, truncated. A part that cannot be paid is left out. `TotalStake` loses all of it. The
        entries of shares of these hotkeys go, of either kind, with their totals, also of those on which nobody has an
        entry, and all alpha of the pool. Then the owner MUST get back, at most what the account has, `SubnetLocked`
        less what the owner cut of all alpha that counts as issued is worth at the price before, not below 0; and
        nothing if the subnet was not registered before `NetworkRegistrationStartBlock`. What the account then has
        beyond 500 rao MUST be recycled ([STATE-4](#state-4)).
    Formula: $$ p_i = T\,\frac{a_i}{\sum_j a_j}, \qquad r = \max\big(0,\; L - \kappa I\,p\big) $$
    Units: rao and alpha rao: the pot and what each holds, in the order in which the runtime iterates (by the
        `Blake2_128Concat` of the hotkey, then by the account of the coldkey); out, what each gets.
    Rounding: Parts are floored to rao. What is left over goes, a rao each, to the largest remainders, of equal ones to
        the first; the whole pot is paid. The owner's alpha is floored after the cut in U96F32, and so is its worth.
    Rejections: none; a payment that is refused is left out.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `destroy_alpha_in_out_stakes`
    Known violation: A part of less than the existential deposit, to be paid to an account without a balance, is
        recycled. Alpha that is pending is not paid for. Shares of hotkeys without a total are the next network's.
    Example: 8 rao among holders of 1 and 3 alpha rao.

        >>> [float(part) for part in paid_out_of_account(Fraction(8), [Fraction(1), Fraction(3)])]
        [2.0, 6.0]
    """
    return paid_for_alpha(pot, held)


@rule("NET-12", since=413, rounded=paid_for_alpha_rounded)
def paid_out_with_protocol(pot: Fraction, held: Sequence[Fraction]) -> list[Fraction]:
    r"""Payout of a dissolved subnet.

    Change: The protocol takes part with the alpha in the pool and what blocks bought, so that holders get what their
        alpha is of all there is, not all of the TAO.
    Statement: The TAO in the pool (`SubnetTAO`) MUST be divided among the coldkeys that hold alpha of the subnet on
        hotkeys with a total stake there (`TotalHotkeyAlpha`), above 0 or left as 0 by an earlier swap of hotkeys, and
        the protocol, in proportion to the alpha of each stake and to the alpha in the pool with `SubnetProtocolAlpha`;
        a stake that is worth nothing counts as its shares, truncated. The account of the subnet MUST pay the coldkeys
        ([STATE-18](#state-18)); a part that cannot be paid is left out. `TotalStake` loses all of the pot. The entries
        of shares of these hotkeys go, of either kind, with their totals, also of those on which nobody has an entry,
        and all alpha of the pool. Then the owner MUST get back, at most what the account has beyond the protocol's
        part, `SubnetLocked` less what the owner cut of all alpha that counts as issued is worth at the price before,
        not below 0; and nothing if the subnet was not registered before `NetworkRegistrationStartBlock`. What the
        account then has beyond 500 rao MUST be recycled ([STATE-4](#state-4)).
    Formula: $$ p_i = T\,\frac{a_i}{\sum_j a_j}, \qquad r = \max\big(0,\; L - \kappa I\,p\big) $$
    Units: rao and alpha rao: the pot and what each holds, in the order in which the runtime iterates (by the
        `Blake2_128Concat` of the hotkey, then by the account of the coldkey), the protocol last; out, what each gets.
    Rounding: Parts are floored to rao. What is left over goes, a rao each, to the largest remainders, of equal ones to
        the first; the whole pot is divided. The owner's alpha is floored after the cut in U96F32, and so is its worth.
    Rejections: none; a payment that is refused is left out.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `destroy_alpha_in_out_stakes`
    Known violation: A part of less than the existential deposit, to be paid to an account without a balance, is
        recycled. Alpha that is pending is not paid for. Shares of hotkeys without a total are the next network's.
    Example: 8 rao among holders of 1 and 2 alpha rao and the protocol with 1.

        >>> [float(part) for part in paid_out_with_protocol(Fraction(8), [Fraction(1), Fraction(2), Fraction(1)])]
        [2.0, 4.0, 2.0]
    """
    return paid_for_alpha(pot, held)


@rule("NET-12", since=415, rounded=paid_for_alpha_rounded)
def paid_out_with_what_was_bought(pot: Fraction, held: Sequence[Fraction]) -> list[Fraction]:
    r"""Payout of a dissolved subnet.

    Change: For subnets that were there before this version the alpha in the pool does not count: their holders had been
        promised all of the TAO but for what blocks bought.
    Statement: The TAO in the pool (`SubnetTAO`) MUST be divided among the coldkeys that hold alpha of the subnet on
        hotkeys with a total stake there (`TotalHotkeyAlpha`), above 0 or left as 0 by an earlier swap of hotkeys, and
        the protocol, in proportion to the alpha of each stake and to `SubnetProtocolAlpha`, with the alpha in the pool
        if the subnet was registered after `TaoInRefundDeploymentBlock`; a stake that is worth nothing counts as its
        shares, truncated. The account of the subnet MUST pay the coldkeys ([STATE-18](#state-18)); a part that cannot
        be paid is left out. `TotalStake` loses all of the pot. The entries of shares of these hotkeys go, of either
        kind, with their totals, also of those on which nobody has an entry, and all alpha of the pool. Then the owner
        MUST get back, at most what the account has beyond the protocol's part, `SubnetLocked` less what the owner cut
        of all alpha that counts as issued is worth at the price before, not below 0; and nothing if the subnet was not
        registered before `NetworkRegistrationStartBlock`. What the account then has beyond 500 rao MUST be recycled
        ([STATE-4](#state-4)).
    Formula: $$ p_i = T\,\frac{a_i}{\sum_j a_j}, \qquad r = \max\big(0,\; L - \kappa I\,p\big) $$
    Units: rao and alpha rao: the pot and what each holds, in the order in which the runtime iterates (by the
        `Blake2_128Concat` of the hotkey, then by the account of the coldkey), the protocol last; out, what each gets.
    Rounding: Parts are floored to rao. What is left over goes, a rao each, to the largest remainders, of equal ones to
        the first; the whole pot is divided. The owner's alpha is floored after the cut in U96F32, and so is its worth.
    Rejections: none; a payment that is refused is left out.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `destroy_alpha_in_out_stakes`
    Known violation: A part of less than the existential deposit, to be paid to an account without a balance, is
        recycled. Alpha that is pending is not paid for. Shares of hotkeys without a total are the next network's.
    Example: The protocol bought nothing.

        >>> [float(part) for part in paid_out_with_what_was_bought(Fraction(8), [Fraction(1), Fraction(0)])]
        [8.0, 0.0]
    """
    return paid_for_alpha(pot, held)
