"""How a network goes, and which one would be pruned."""

from collections.abc import Sequence
from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters.networks.creation import Network
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.networks"
ROOT = 0


@rule("NET-4", until=251)
def subnet_to_prune(registered_at: Sequence[tuple[int, int]], block: int, immunity_period: int) -> int:
    r"""Subnet to prune.

    Statement: Of the subnets that were registered at least `NetworkImmunityPeriod` blocks ago it MUST be the one
        registered first; of equal ones the last in the order of [STATE-5](#state-5). Root is never pruned; netuid 0
        stands for none.
    Units: pairs of netuid and block, in the order of STATE-5.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/root.rs`, `get_subnet_to_prune`
    Known violation: Less emission was to come first, but it is read from an item that nothing sets any more. And no
        call reads this: a new network never takes the place of another.
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


@rule("NET-8")
def remove_network(network: Network, balance: Fraction) -> tuple[Network, Fraction]:
    r"""Removal of a network.

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
        >>> after, balance = remove_network(network, Fraction(3))
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
