"""What a dissolved network leaves behind, and what is paid for it, where stakers of root claim alpha."""

from collections.abc import Sequence
from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters.networks.creation import Network
from dtao_spec.chapters.networks.pruning import create_empty_network, paid_for_alpha, paid_for_alpha_rounded, removed
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.networks"


@rule("NET-6", since=338)
def create_network_of_any_limit(
    left: Network, coldkey: str, hotkey: str, block: int, minimum: Fraction, total_stake: Fraction = Fraction(0)
) -> Network:
    r"""Creation of a network.

    Change: The limit of weights is left as it is stored, now that no rule reads it.
    Statement: A new network MUST be dynamic, owned by the founder's coldkey, with the founder's hotkey as its owner
        hotkey and as its only neuron, uid 0. Both reserves of its pool MUST be the minimum lock cost, so that its first
        price is 1; `SubnetAlphaOut`, `SubnetVolume`, `SubnetTaoProvided` and `SubnetAlphaInProvided` MUST be 0. It MUST
        get these hyperparameters: `Tempo` 360, `MaxAllowedUids` 256, `MaxAllowedValidators` 64, `MinAllowedWeights` 1,
        `ImmunityPeriod` 5 000, `NetworkRegistrationAllowed`, `AdjustmentInterval` 360, `TargetRegistrationsPerInterval`
        1, `AdjustmentAlpha` 17 893 341 751 498 265 066, `MinDifficulty` and `MaxDifficulty` $2^{64}-1$,
        `EnabledUserLiquidity`. The number of networks rises by 1. All else MUST stay as it is stored under the netuid,
        `MaxWeightsLimit` among it. The network receives emission, and its alpha can be bought and sold, only once it
        was started ([NET-10](#net-10)).
    Formula: $$ T = A = c_{min}, \qquad O = 0 $$
    Units: rao and alpha rao; blocks for the tempo.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `init_new_network`, `do_register_network`
    Known violation: Stake totals on hotkeys on which nobody had shares are inherited, and what else a dissolution
        leaves behind ([NET-8](#net-8)).
    Example: A limit stays.

        >>> left = Network(hyperparameters={"MaxWeightsLimit": 7})
        >>> new = create_network_of_any_limit(left, "alice", "h", 1_000, Fraction(10**12))
        >>> new.hyperparameters["MaxWeightsLimit"], new.hyperparameters["EnabledUserLiquidity"]
        (7, 1)
    """
    new = create_empty_network(left, coldkey, hotkey, block, minimum, total_stake)
    given = {name: value for name, value in new.hyperparameters.items() if name != "MaxWeightsLimit"}
    return evolve(new, hyperparameters={**left.hyperparameters, **given})


@rule("NET-8", since=338)
def remove_network_but_for_its_flow(network: Network, balance: Fraction) -> tuple[Network, Fraction]:
    r"""Removal of a network.

    Change: The limit of weights is left behind, and so is what is new: the flow of TAO and its average, what did not
        fit the chain's position, the least claim, and where miners have their incentives staked.
    Statement: A network that is removed MUST lose its existence, its owner and owner hotkey, the block of its
        registration and of its first emission, its neurons with their scores, and the weights, bonds, incentives and
        last updates of each of its mechanisms; its pool with the chain's position, what is pending, its moving price,
        all its hyperparameters but `RecycleOrBurn`, `MinAllowedUids` and `MaxWeightsLimit`, its registration terms, the
        children, parents, pending children and childkey takes there, the last dividends, the records of rate limits
        with its netuid, and its lease; the number of networks falls by 1. The weights that members of root gave to it
        become 0. Stake totals of hotkeys on which somebody has an entry of shares go with the entries
        ([NET-12](#net-12)). What MUST stay is the flow of TAO and its average, what did not fit the chain's position,
        the least claim, and where miners have their incentives staked there.
    Units: rao: the balance of the owner, before and after.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `remove_network`; `pallets/swap/src/pallet/impls.rs`,
        `do_clear_protocol_liquidity`
    Known violation: The next network of the netuid inherits what stays: the flow above all.
    Example: A limit stays.

        >>> network = Network(True, "alice", hyperparameters={"MaxWeightsLimit": 7, "Tempo": 360})
        >>> dict(remove_network_but_for_its_flow(network, Fraction(3))[0].hyperparameters)
        {'MaxWeightsLimit': 7}
    """
    return removed(network, "RecycleOrBurn", "MinAllowedUids", "MaxWeightsLimit"), balance


@rule("NET-8", since=361)
def remove_network_but_for_root_dividends(network: Network, balance: Fraction) -> tuple[Network, Fraction]:
    r"""Removal of a network.

    Change: The record of what was set aside for the stakers of root is new, and is left behind.
    Statement: A network that is removed MUST lose its existence, its owner and owner hotkey, the block of its
        registration and of its first emission, its neurons with their scores, and the weights, bonds, incentives and
        last updates of each of its mechanisms; its pool with the chain's position, what is pending, its moving price,
        all its hyperparameters but `RecycleOrBurn`, `MinAllowedUids` and `MaxWeightsLimit`, its registration terms, the
        children, parents, pending children and childkey takes there, `AlphaDividendsPerSubnet`, the records of rate
        limits with its netuid, and its lease; the number of networks falls by 1. The weights that members of root gave
        to it become 0. Stake totals of hotkeys on which somebody has an entry of shares go with the entries
        ([NET-12](#net-12)). What MUST stay is the flow of TAO and its average, `RootAlphaDividendsPerSubnet`, what did
        not fit the chain's position, the least claim, and where miners have their incentives staked there.
    Units: rao: the balance of the owner, before and after.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `remove_network`; `pallets/swap/src/pallet/impls.rs`,
        `do_clear_protocol_liquidity`
    Known violation: The next network of the netuid inherits what stays: the flow above all.
    Example: Nothing else is left.

        >>> network = Network(True, "alice", "h", 1_000, 1, ("h",), Fraction(10**12), Fraction(10**12))
        >>> remove_network_but_for_root_dividends(network, Fraction(3)) == (Network(), Fraction(3))
        True
    """
    return removed(network, "RecycleOrBurn", "MinAllowedUids", "MaxWeightsLimit"), balance


@rule("NET-8", since=365)
def remove_network_with_its_flow(network: Network, balance: Fraction) -> tuple[Network, Fraction]:
    r"""Removal of a network.

    Change: The flow of TAO and its average go, so that the next network of the netuid begins without the emission that
        the flow of this one had earned. The two new items stay.
    Statement: A network that is removed MUST lose its existence, its owner and owner hotkey, the block of its
        registration and of its first emission, its neurons with their scores, and the weights, bonds, incentives and
        last updates of each of its mechanisms; its pool with the chain's position, what is pending, its moving price,
        the flow of TAO and its average, all its hyperparameters but `RecycleOrBurn`, `MinAllowedUids`,
        `MaxWeightsLimit` and `MinNonImmuneUids`, its registration terms, the children, parents, pending children and
        childkey takes there, `AlphaDividendsPerSubnet`, the records of rate limits with its netuid, and its lease; the
        number of networks falls by 1. The weights that members of root gave to it become 0. Stake totals of hotkeys
        that are paid for go with the entries ([NET-12](#net-12)). What MUST stay is `RootProp`,
        `RootAlphaDividendsPerSubnet`, what did not fit the chain's position, the least claim, and where miners have
        their incentives staked there.
    Units: rao: the balance of the owner, before and after.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `remove_network`; `pallets/swap/src/pallet/impls.rs`,
        `do_clear_protocol_liquidity`
    Known violation: The next network of the netuid inherits what stays.
    Example: The setting is left.

        >>> network = Network(True, "alice", "h", 1_000, 1, ("h",), hyperparameters={"MinNonImmuneUids": 7, "Tempo": 9})
        >>> dict(remove_network_with_its_flow(network, Fraction(3))[0].hyperparameters)
        {'MinNonImmuneUids': 7}
    """
    return removed(network, "RecycleOrBurn", "MinAllowedUids", "MaxWeightsLimit", "MinNonImmuneUids"), balance


@rule("NET-12", since=361, rounded=paid_for_alpha_rounded)
def paid_for_all_alpha(pot: Fraction, held: Sequence[Fraction]) -> list[Fraction]:
    r"""Payout of a dissolved subnet.

    Change: Where the owner's part of all alpha is taken from the lock that is paid back, alpha that users have in the
        pool counts too.
    Statement: The TAO in the pool (`SubnetTAO`) MUST be paid to the coldkeys that hold alpha of the subnet, in
        proportion to the alpha of each stake; a stake that is worth nothing counts as its shares, truncated.
        `TotalStake` loses all of it. All entries of shares go, with the totals of their hotkeys, and all alpha of the
        pool. Then the owner MUST get back `SubnetLocked` less what the owner cut of all alpha that counts as issued
        ([EMIT-13](#emit-13)) is worth at the price before, not below 0; and nothing if the subnet was not registered
        before `NetworkRegistrationStartBlock`.
    Formula: $$ p_i = T\,\frac{a_i}{\sum_j a_j}, \qquad r = \max\big(0,\; L - \kappa I\,p\big) $$
    Units: rao and alpha rao: the pot and what each holds, in the order in which the runtime iterates (by the
        `Blake2_128Concat` of the hotkey, then of the coldkey); out, what each gets.
    Rounding: Parts are floored to rao. What is left over goes, a rao each, to the largest remainders, of equal ones to
        the first; the whole pot is paid. The owner's alpha is floored after the cut in U96F32, and so is its worth.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `destroy_alpha_in_out_stakes`
    Known violation: If nobody holds alpha, the pot is in no total any more and paid to nobody. What is paid back of the
        lock had left the total issuance at the registration, and part of it is the pot itself: balances grow by TAO
        that no total counts. A part of less than the existential deposit, paid to an account without a balance, is
        lost. Alpha that is pending is not paid for.
    Example: 8 rao among holders of 1 and 3 alpha rao.

        >>> [float(part) for part in paid_for_all_alpha(Fraction(8), [Fraction(1), Fraction(3)])]
        [2.0, 6.0]
    """
    return paid_for_alpha(pot, held)


@rule("NET-12", since=365, rounded=paid_for_alpha_rounded)
def paid_for_alpha_of_totals(pot: Fraction, held: Sequence[Fraction]) -> list[Fraction]:
    r"""Payout of a dissolved subnet.

    Change: Entries of shares of hotkeys without a stake total on the subnet are neither paid for nor removed. The
        runtime looks for hotkeys with one first, instead of through all shares of all subnets.
    Statement: The TAO in the pool (`SubnetTAO`) MUST be paid to the coldkeys that hold alpha of the subnet on hotkeys
        with a total stake there (`TotalHotkeyAlpha`), above 0 or left as 0 by a swap of hotkeys ([KEY-4](#key-4)), in
        proportion to the alpha of each stake; a stake that is worth nothing counts as its shares, truncated.
        `TotalStake` loses all of it. The entries of shares of these hotkeys go, with the totals of those on which
        anybody has one, and all alpha of the pool. Then the owner MUST get back `SubnetLocked` less what the owner cut
        of all alpha that counts as issued ([EMIT-13](#emit-13)) is worth at the price before, not below 0; and nothing
        if the subnet was not registered before `NetworkRegistrationStartBlock`.
    Formula: $$ p_i = T\,\frac{a_i}{\sum_j a_j}, \qquad r = \max\big(0,\; L - \kappa I\,p\big) $$
    Units: rao and alpha rao: the pot and what each holds, in the order in which the runtime iterates (by the
        `Blake2_128Concat` of the hotkey, then of the coldkey); out, what each gets.
    Rounding: Parts are floored to rao. What is left over goes, a rao each, to the largest remainders, of equal ones to
        the first; the whole pot is paid. The owner's alpha is floored after the cut in U96F32, and so is its worth.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `destroy_alpha_in_out_stakes`
    Known violation: If nobody holds alpha, the pot is in no total any more and paid to nobody. What is paid back of the
        lock had left the total issuance at the registration, and part of it is the pot itself: balances grow by TAO
        that no total counts. A part of less than the existential deposit, paid to an account without a balance, is
        lost. Alpha that is pending is not paid for. Shares and totals that stay are the next network's.
    Example: 8 rao among holders of 1 and 3 alpha rao.

        >>> [float(part) for part in paid_for_alpha_of_totals(Fraction(8), [Fraction(1), Fraction(3)])]
        [2.0, 6.0]
    """
    return paid_for_alpha(pot, held)


@rule("NET-12", since=371, rounded=paid_for_alpha_rounded)
def paid_for_alpha_and_totals_removed(pot: Fraction, held: Sequence[Fraction]) -> list[Fraction]:
    r"""Payout of a dissolved subnet.

    Change: Totals of hotkeys on which nobody has shares go too, so that the next network of the netuid does not begin
        with stake that belongs to nobody.
    Statement: The TAO in the pool (`SubnetTAO`) MUST be paid to the coldkeys that hold alpha of the subnet on hotkeys
        with a total stake there (`TotalHotkeyAlpha`), above 0 or left as 0 by a swap of hotkeys ([KEY-4](#key-4)), in
        proportion to the alpha of each stake; a stake that is worth nothing counts as its shares, truncated.
        `TotalStake` loses all of it. The entries of shares of these hotkeys go, with their totals, also of those on
        which nobody has an entry, and all alpha of the pool. Then the owner MUST get back `SubnetLocked` less what the
        owner cut of all alpha that counts as issued ([EMIT-13](#emit-13)) is worth at the price before, not below 0;
        and nothing if the subnet was not registered before `NetworkRegistrationStartBlock`.
    Formula: $$ p_i = T\,\frac{a_i}{\sum_j a_j}, \qquad r = \max\big(0,\; L - \kappa I\,p\big) $$
    Units: rao and alpha rao: the pot and what each holds, in the order in which the runtime iterates (by the
        `Blake2_128Concat` of the hotkey, then of the coldkey); out, what each gets.
    Rounding: Parts are floored to rao. What is left over goes, a rao each, to the largest remainders, of equal ones to
        the first; the whole pot is paid. The owner's alpha is floored after the cut in U96F32, and so is its worth.
    Source: `pallets/subtensor/src/staking/remove_stake.rs`, `destroy_alpha_in_out_stakes`
    Known violation: If nobody holds alpha, the pot is in no total any more and paid to nobody. What is paid back of the
        lock had left the total issuance at the registration, and part of it is the pot itself: balances grow by TAO
        that no total counts. A part of less than the existential deposit, paid to an account without a balance, is
        lost. Alpha that is pending is not paid for. Shares of hotkeys without a total are the next network's.
    Example: 8 rao among holders of 1 and 3 alpha rao.

        >>> [float(part) for part in paid_for_alpha_and_totals_removed(Fraction(8), [Fraction(1), Fraction(3)])]
        [2.0, 6.0]
    """
    return paid_for_alpha(pot, held)
