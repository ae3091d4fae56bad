"""Networks whose pools have weights, and whose tempo begins with them."""

from fractions import Fraction

from dtao_spec.chapters.networks.accounts import create_network_without_emission, remove_network_but_for_switches
from dtao_spec.chapters.networks.creation import Network
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.networks"


@rule("NET-6", since=423)
def create_network_with_tempo(
    left: Network, coldkey: str, hotkey: str, block: int, minimum: Fraction, total_stake: Fraction = Fraction(0)
) -> Network:
    r"""Creation of a network.

    Change: The tempo counts from a block that differs by the netuid, so that not all epochs fall into one block. The
        pool has weights of a half, and no reserves of users.
    Statement: A new network MUST be dynamic, owned by the founder's coldkey, with the founder's hotkey as its owner
        hotkey and as its only neuron, uid 0. The TAO in its pool MUST be what was paid for it ([NET-7](#net-7)), at
        least the minimum lock cost, and the alpha there what that TAO is worth at the median price ([NET-14](#net-14))
        of the subnets that existed before. `SubnetAlphaOut` and `SubnetVolume` MUST be 0. It MUST get these
        hyperparameters: `Tempo` 360, `MaxAllowedUids` 256, `MaxAllowedValidators` 64, `MinAllowedWeights` 1,
        `ImmunityPeriod` 5 000, `NetworkRegistrationAllowed`, `Burn` 1 TAO, `Yuma3On`, and a `SubnetEmissionEnabled`
        that is not set. Its `LastEpochBlock` is that of [BLOCK-1](#block-1). The number of networks rises by 1.
        Validators of root MUST name it a child ([CHILD-14](#child-14)). All else MUST stay as it is stored under the
        netuid. The network emits alpha, and its alpha can be bought and sold, only once it was started
        ([NET-10](#net-10)); it gets TAO only once root enabled that ([EMIT-16](#emit-16)).
    Formula: $$ T = \max(x, c_{min}), \qquad A = \frac{T}{\tilde p}, \qquad O = 0 $$
    Units: rao and alpha rao; blocks for the tempo. `minimum` is here what was paid, at a median price of 1.
    Rounding: as NET-14; the alpha is floored to alpha rao, and is 0 where it would be $2^{64}$ or more.
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `init_new_network`, `do_register_network`
    Known violation: Stake totals on hotkeys on which nobody had shares are inherited, and so are settings that a
        removal keeps ([NET-8](#net-8)).
    Example: 1 000 TAO and as much alpha.

        >>> new = create_network_with_tempo(Network(), "alice", "h", 1_000, Fraction(10**12))
        >>> int(new.tao), int(new.alpha_in), int(new.alpha_out)
        (1000000000000, 1000000000000, 0)
    """
    return create_network_without_emission(left, coldkey, hotkey, block, minimum, total_stake)


@rule("NET-8", since=423)
def remove_network_with_weights(network: Network, balance: Fraction) -> tuple[Network, Fraction]:
    r"""Removal of a network.

    Change: A pool has weights instead of positions; they go, as does the schedule of epochs.
    Statement: A network that is removed MUST lose its existence, its owner and owner hotkey. With them go the block of
        its registration and of its first emission, its neurons with their scores, and the weights, bonds, incentives
        and last updates of each of its mechanisms; its pool with its weights, what is pending, its moving price, what
        blocks recorded of its emission and of the protocol's flow and alpha, when its last epoch was and when one is to
        be, all its hyperparameters but `RecycleOrBurn`, `MinAllowedUids`, `MaxWeightsLimit`, `MinNonImmuneUids`,
        `AdjustmentInterval`, `AdjustmentAlpha`, `OwnerCutEnabled`, `SubnetEmissionEnabled` and
        `MinChildkeyTakePerSubnet`, its registration terms, the children, parents, pending children and childkey takes
        there, all locks with their sums and choices, the last dividends, the records of rate limits of hotkeys and of
        hotkey swaps there, and its lease; the number of networks falls by 1. The weights that members of root gave to
        it become 0. The root proportion, what was set aside for root, what was counted of its alpha
        ([STATE-19](#state-19)), when its owner set parameters ([NET-15](#net-15)), and all about voting power stay, and
        so do the least claim and where miners have their incentives staked there. Stake totals of hotkeys go with the
        entries of shares ([NET-12](#net-12)).
    Units: rao: the balance of the owner, before and after.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `remove_network`; `pallets/swap/src/pallet/impls.rs`,
        `do_clear_protocol_liquidity`
    Known violation: The next network of the same number has the owner cut, the emission and the least childkey take of
        the last one, unless its creation sets them ([NET-6](#net-6)); and its owner may have to wait because the last
        one set parameters.
    Example: A switch stays.

        >>> network = Network(True, "alice", hyperparameters={"OwnerCutEnabled": False, "Tempo": 360})
        >>> remove_network_with_weights(network, Fraction(3))[0].hyperparameters
        {'OwnerCutEnabled': False}
    """
    return remove_network_but_for_switches(network, balance)
