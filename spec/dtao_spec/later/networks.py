"""Networks in later versions."""

from collections.abc import Mapping
from fractions import Fraction

from dtao_spec.chapters import networks
from dtao_spec.chapters.networks import Network
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.networks"
WEEK = 50_400
"""Blocks."""

GIVEN = {
    "Tempo": 360,
    "MaxAllowedUids": 256,
    "MaxAllowedValidators": 64,
    "MinAllowedWeights": 1,
    "MaxWeightsLimit": 65_535,
    "ImmunityPeriod": 5_000,
    "AdjustmentInterval": 360,
    "TargetRegistrationsPerInterval": 1,
    "AdjustmentAlpha": 17_893_341_751_498_265_066,
    "MinDifficulty": 2**64 - 1,
    "MaxDifficulty": 2**64 - 1,
}
"""What a new network is given, whatever was stored under its netuid."""


@rule("NET-6", since=244)
def given_hyperparameters(stored: Mapping[str, int]) -> dict[str, int]:
    r"""The tempo of a new network.

    Statement: As before, but the `Tempo` of a new network MUST be 360.
    Units: blocks for the tempo; hyperparameters by name.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `init_new_network`, `do_register_network`;
        `runtime/src/lib.rs`, `SubtensorInitialTempo`
    Known violation: as before: what an earlier network of the netuid left behind is inherited.
    Example: Epochs every 361 blocks, about 20 a day, where the launch's new subnets had 72. The kappa that is stored
        stays.

        >>> given = given_hyperparameters({"Tempo": 99, "Kappa": 40_000})
        >>> given["Tempo"], given["Kappa"], given["MinBurn"]
        (360, 40000, 1)
    """
    return {**stored, **GIVEN, "MinBurn": 1}


@rule("NET-6", since=257)
def given_hyperparameters_but_min_burn(stored: Mapping[str, int]) -> dict[str, int]:
    r"""The least burn is left alone.

    Statement: As before, but `MinBurn` MUST stay as it is stored under the netuid, or be its default of 500 000 rao. A
        new network emits only once it was started ([NET-10](#net-10)).
    Units: rao for the burn; hyperparameters by name.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `init_new_network`, `do_register_network`
    Known violation: The start, too, is inherited: removing a network keeps `FirstEmissionBlockNumber`, so that the next
        one of its netuid emits at once, with the moving price of its predecessor.
    Example: Of a netuid that was never used.

        >>> given_hyperparameters_but_min_burn({"MinBurn": 500_000})["MinBurn"]
        500000
    """
    return {**stored, **GIVEN}


@rule("NET-6", since=273)
def network_created(left: Network, coldkey: str, hotkey: str, block: int, minimum: Fraction) -> Network:
    r"""Nothing is kept of the total stake.

    Statement: As before, but `TotalStakeAtDynamic` does not exist any more, and the total stake at the registration
        MUST NOT be kept.
    Formula: $$ T = A = c_{min} $$
    Units: rao and alpha rao.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `init_new_network`, `do_register_network`
    Known violation: as before. `SubtokenEnabled` is inherited like the start.
    Example: The pool of a new network is 1 : 1.

        >>> new = network_created(Network(), "alice", "h", 1_000, Fraction(10**12))
        >>> new.tao == new.alpha_in == 10**12
        True
    """
    return networks.network_created(left, coldkey, hotkey, block, minimum)


@rule("NET-7", since=252)
def register_network(balance: Fraction, cost: Fraction, minimum: Fraction) -> tuple[Fraction, Fraction, Fraction]:
    r"""The new pool counts as stake.

    Statement: As before, and the minimum, which is the TAO of the new pool, MUST be added to `TotalStake`.
    Formula: $$ x = \min(c,\; b - 500), \qquad I' = I - \max(x - c_{min},\; 0), \qquad S' = S + c_{min} $$
    Units: rao: the balance, the cost and the minimum; out, what is paid, what of it is burned, and what is added to
        the total stake.
    Rounding: as [NET-3](#net-3).
    Rejections: as before.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `do_register_network`
    Known violation: The pool gets the whole minimum, even where the existential deposit was kept back: total issuance
        then falls short of balances and pools by up to 500 rao.
    Example: 1 500 TAO of 2 000, at a minimum of 1 000.

        >>> [int(amount) for amount in register_network(Fraction(2 * 10**12), Fraction(15 * 10**11), Fraction(10**12))]
        [1500000000000, 500000000000, 1000000000000]
    """
    paid, burned = networks.register_network(balance, cost, minimum)
    return paid, burned, minimum


@rule("NET-7", since=257)
def network_added(netuid: int) -> tuple[str, int, int]:
    r"""The event names the mechanism.

    Statement: As before, but the event `NetworkAdded` MUST name the mechanism that the network has: netuid, 1.
    Units: none.
    Rounding: none.
    Rejections: as before.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `do_register_network`
    Example: Subnet 7. Until then the event said 0, although every new network was dynamic.

        >>> network_added(7)
        ('NetworkAdded', 7, 1)
    """
    return "NetworkAdded", netuid, 1


@rule("NET-10", since=257)
def started(network: Network, signer: str | None, first_emission_block: int | None, block: int) -> int | str:
    r"""The call start_call.

    Statement: The call MUST let a subnet take part in the emission from the next block on: that block becomes its
        `FirstEmissionBlockNumber`. Only the owner of the subnet may make it, once, and not before 50 400 blocks, a
        week, after the registration. The event is `FirstEmissionBlockNumberSet`: netuid, the next block.
    Formula: $$ B_{first} = B + 1, \qquad B \ge B_{reg} + 50\,400 $$
    Units: blocks.
    Rounding: none.
    Rejections: `SubNetworkDoesNotExist`; `BadOrigin` if nobody signed or another account than the owner;
        `FirstEmissionBlockNumberAlreadySet`; `NeedWaitingMoreBlocksToStarCall` (so spelt).
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `do_start_call`
    Known violation: A dissolved network leaves its start to the next one of its netuid ([NET-6](#net-6)).
    Example: Registered in block 1 000, alice's subnet starts in block 51 400 at the earliest.

        >>> network = Network(exists=True, owner="alice", registered_at=1_000)
        >>> [started(network, "alice", None, block) for block in (51_399, 51_400)]
        ['NeedWaitingMoreBlocksToStarCall', 51401]
        >>> started(network, "bob", None, 51_400), started(network, "alice", 51_401, 60_000)
        ('BadOrigin', 'FirstEmissionBlockNumberAlreadySet')
    """
    if not network.exists:
        return "SubNetworkDoesNotExist"
    if signer is None or signer != network.owner:
        return "BadOrigin"
    if first_emission_block is not None:
        return "FirstEmissionBlockNumberAlreadySet"
    return "NeedWaitingMoreBlocksToStarCall" if block < network.registered_at + WEEK else block + 1


@rule("NET-10", since=273)
def started_with_token(
    network: Network, signer: str | None, first_emission_block: int | None, block: int
) -> tuple[int, bool] | str:
    r"""The start enables the token.

    Statement: As before, but the call MUST also set `SubtokenEnabled` of the subnet, without which none of its stake
        may be bought or sold.
    Formula: $$ B_{first} = B + 1, \qquad B \ge B_{reg} + 50\,400 $$
    Units: blocks; whether the token is enabled.
    Rounding: none.
    Rejections: as before.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `do_start_call`
    Example: From the same block on the subnet's alpha is traded; it is emitted from the next one on.

        >>> started_with_token(Network(exists=True, owner="alice", registered_at=1_000), "alice", None, 51_400)
        (51401, True)
    """
    first = started(network, signer, first_emission_block, block)
    return first if isinstance(first, str) else (first, True)
