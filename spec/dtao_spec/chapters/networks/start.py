"""How the owner starts a network."""

from attrs import frozen

from dtao_spec.chapters.networks.creation import Network
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.networks"
WEEK = 50_400
"""Blocks."""
U64_MAX = 2**64 - 1


@frozen
class Start:
    """What a start call sets: the first block of emission, and whether the token is enabled by it."""

    first_emission_block: int
    enables_token: bool


@rule("NET-10", since=257)
def start(
    network: Network, signer: str | None, first_emission_block: int | None, block: int, delay: int = WEEK
) -> Start | str:
    r"""The call start_call.

    Statement: The call MUST let a subnet receive emission from the next block on: that block becomes its
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
        >>> start(network, "alice", None, 51_399)
        'NeedWaitingMoreBlocksToStarCall'
        >>> start(network, "alice", None, 51_400)
        Start(first_emission_block=51401, enables_token=False)
        >>> start(network, "bob", None, 51_400), start(network, "alice", 51_401, 60_000)
        ('BadOrigin', 'FirstEmissionBlockNumberAlreadySet')
    """
    return _start_refusal(network, signer, first_emission_block, block) or Start(block + 1, enables_token=False)


@rule("NET-10", since=273)
def start_with_token(
    network: Network, signer: str | None, first_emission_block: int | None, block: int, delay: int = WEEK
) -> Start | str:
    r"""The call start_call.

    Change: The call also enables the subnet's token. Nobody can buy the alpha of a new subnet before it is started,
        when its pool is thin and nothing is emitted.
    Statement: The call MUST let a subnet receive emission from the next block on: that block becomes its
        `FirstEmissionBlockNumber`. It MUST also set `SubtokenEnabled` of the subnet, without which none of its stake
        may be bought or sold. Only the owner of the subnet may make it, once, and not before 50 400 blocks, a week,
        after the registration. The event is `FirstEmissionBlockNumberSet`: netuid, the next block.
    Formula: $$ B_{first} = B + 1, \qquad B \ge B_{reg} + 50\,400 $$
    Units: blocks; whether the token is enabled.
    Rounding: none.
    Rejections: `SubNetworkDoesNotExist`; `BadOrigin` if nobody signed or another account than the owner;
        `FirstEmissionBlockNumberAlreadySet`; `NeedWaitingMoreBlocksToStarCall` (so spelt).
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `do_start_call`
    Known violation: A dissolved network leaves its start to the next one of its netuid ([NET-6](#net-6)).
    Example: From the same block on the subnet's alpha is traded; it is emitted from the next one on.

        >>> start_with_token(Network(exists=True, owner="alice", registered_at=1_000), "alice", None, 51_400)
        Start(first_emission_block=51401, enables_token=True)
    """
    return _start_refusal(network, signer, first_emission_block, block) or Start(block + 1, enables_token=True)


@rule("NET-10", since=320)
def start_on_network(
    network: Network, signer: str | None, first_emission_block: int | None, block: int, delay: int = WEEK
) -> Start | str:
    r"""The call start_call.

    Change: One error names a network that does not exist in all calls of the pallet; there were two of them.
    Statement: The call MUST let a subnet receive emission from the next block on: that block becomes its
        `FirstEmissionBlockNumber`. It MUST also set `SubtokenEnabled` of the subnet, without which none of its stake
        may be bought or sold. Only the owner of the subnet may make it, once, and not before 50 400 blocks, a week,
        after the registration. The event is `FirstEmissionBlockNumberSet`: netuid, the next block.
    Formula: $$ B_{first} = B + 1, \qquad B \ge B_{reg} + 50\,400 $$
    Units: blocks; whether the token is enabled.
    Rounding: none.
    Rejections: `SubnetNotExists`; `BadOrigin` if nobody signed or another account than the owner;
        `FirstEmissionBlockNumberAlreadySet`; `NeedWaitingMoreBlocksToStarCall` (so spelt).
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `do_start_call`
    Example: From the same block on the subnet's alpha is traded; it is emitted from the next one on.

        >>> start_on_network(Network(exists=True, owner="alice", registered_at=1_000), "alice", None, 51_400)
        Start(first_emission_block=51401, enables_token=True)
    """
    refusal = _start_refusal(network, signer, first_emission_block, block)
    if refusal == "SubNetworkDoesNotExist":
        return "SubnetNotExists"
    return refusal or Start(block + 1, enables_token=True)


@rule("NET-10", since=371)
def start_after_a_delay(
    network: Network, signer: str | None, first_emission_block: int | None, block: int, delay: int = WEEK
) -> Start | str:
    r"""The call start_call.

    Change: The delay is a parameter that root sets, and none by default; it had been a week.
    Statement: The call MUST let a subnet receive emission from the next block on: that block becomes its
        `FirstEmissionBlockNumber`. It MUST also set `SubtokenEnabled` of the subnet, without which none of its stake
        may be bought or sold. Only the owner of the subnet may make it, once, and not before `StartCallDelay` blocks,
        by default 0, after the registration. The event is `FirstEmissionBlockNumberSet`: netuid, the next block.
    Formula: $$ B_{first} = B + 1, \qquad B \ge B_{reg} + d $$
    Units: blocks; whether the token is enabled.
    Rounding: none. The sum stops at $2^{64} - 1$.
    Rejections: `SubnetNotExists`; `BadOrigin` if nobody signed or another account than the owner;
        `FirstEmissionBlockNumberAlreadySet`; `NeedWaitingMoreBlocksToStarCall` (so spelt).
    Source: `pallets/subtensor/src/subnets/subnet.rs`, `do_start_call`; `pallets/subtensor/src/lib.rs`, `StartCallDelay`
    Example: Registered in block 1 000, alice's subnet starts in that block, or 10 blocks later at the earliest.

        >>> network = Network(exists=True, owner="alice", registered_at=1_000)
        >>> start_after_a_delay(network, "alice", None, 1_000, 0)
        Start(first_emission_block=1001, enables_token=True)
        >>> start_after_a_delay(network, "alice", None, 1_009, 10)
        'NeedWaitingMoreBlocksToStarCall'
    """
    refusal = _start_refusal(network, signer, first_emission_block, block, delay)
    if refusal == "SubNetworkDoesNotExist":
        return "SubnetNotExists"
    return refusal or Start(block + 1, enables_token=True)


def _start_refusal(
    network: Network, signer: str | None, first_emission_block: int | None, block: int, delay: int = WEEK
) -> str | None:
    if not network.exists:
        return "SubNetworkDoesNotExist"
    if signer is None or signer != network.owner:
        return "BadOrigin"
    if first_emission_block is not None:
        return "FirstEmissionBlockNumberAlreadySet"
    return "NeedWaitingMoreBlocksToStarCall" if block < min(network.registered_at + delay, U64_MAX) else None
