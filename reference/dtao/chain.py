"""What the chain stores: its own items, those of accounts, and the records of its subnets. Nothing here computes."""

from attrs import field, frozen

from dtao import params
from dtao.codec import ACCOUNT, ACCOUNTS, BOOL, HASH, LEASE, RATES, ROOT_CLAIM_CHOICE, SHARES, U16, U64, U128, record
from dtao.persistent import Map
from dtao.records import AlphaAssets, Emission, Pool, Rates, Subnet, stored_entries
from dtao.rules.claims import GENESIS_HASH, SWAP
from dtao.rules.pools.concentrated.records import Ranges
from dtao.rules.pools.weighted import Weights
from dtao.settings import Parameters
from dtao.stored import (
    ANNOUNCEMENTS,
    BLOCKS_BY_TWOX,
    BY_IDENTITY,
    BY_TWOX,
    IN_SWAP,
    ISSUANCE_OF_BALANCES,
    OF_U16,
    SYSTEM_ACCOUNT,
    SYSTEM_NUMBER,
    WRAPPED,
    Raw,
    entries,
    item,
)
from dtao.units import AccountId, Alpha, BlockNumber, NetUid, Rao, RootClaimChoice, Shares


def _switched_off(entries: Map[AccountId, bool]) -> set[AccountId]:
    """Return the entries that are not the default, which the flat form lists."""
    return {key for key, enabled in entries.items() if not enabled}


@frozen(weakref_slot=False)
class Chain:
    """All that is stored after a block or a call. :class:`dtao.state.State` adds the runtime."""

    block_number: BlockNumber = item("BlockNumber", U64, BlockNumber(1), raw=SYSTEM_NUMBER)
    block_emission: Rao = item("BlockEmission", U64, Rao(params.DEFAULT_BLOCK_EMISSION))
    """The emission that was computed last, of TAO or of any subnet's alpha."""
    total_issuance: Rao = item("TotalIssuance", U64, Rao(0))
    """What the runtime holds to be all TAO: balances, pools and locks."""
    total_stake: Rao = item("TotalStake", U64, Rao(0))
    """All TAO in pools, but for what the known leaks leave out; never below 0."""
    balances_total_issuance: Rao = item("BalancesTotalIssuance", U64, Rao(0), raw=ISSUANCE_OF_BALANCES)
    """The sum of all balances."""
    total_networks: int = item("TotalNetworks", U16, 0)
    network_last_lock_cost: Rao = item("NetworkLastLockCost", U64, Rao(params.INITIAL_NETWORK_MIN_LOCK_COST))
    network_last_registered: BlockNumber = item(
        "NetworkLastRegistered", U64, BlockNumber(0), renamed=(320, "LastRateLimitedBlock/NetworkLastRegistered")
    )
    parameters: Parameters = Parameters()
    balances: Map[AccountId, Rao] = entries("Balance", U64, "account", 0, raw=SYSTEM_ACCOUNT)
    owner: Map[AccountId, AccountId] = entries("Owner", ACCOUNT, "account", 0, presence=True)
    """hotkey -> the coldkey that owns it. A hotkey exists if it is here."""
    owned_hotkeys: Map[AccountId, tuple[AccountId, ...]] = entries("OwnedHotkeys", ACCOUNTS, "account", ())
    staking_hotkeys: Map[AccountId, tuple[AccountId, ...]] = entries("StakingHotkeys", ACCOUNTS, "account", ())
    """coldkey -> the hotkeys that it stakes or staked with, in the order of first use."""
    delegates: Map[AccountId, int] = entries(
        "Delegates", U16, "hotkey", params.DEFAULT_DELEGATE_TAKE, presence=True, unit=OF_U16
    )
    """hotkey -> its take of the dividends of its stakers, as a fraction of 65535."""
    last_tx_block: Map[AccountId, BlockNumber] = entries(
        "LastTxBlock", U64, "account", 0, renamed=(320, "LastRateLimitedBlock/LastTxBlock"), raw=BY_IDENTITY
    )
    last_tx_block_delegate_take: Map[AccountId, BlockNumber] = entries(
        "LastTxBlockDelegateTake",
        U64,
        "account",
        0,
        renamed=(320, "LastRateLimitedBlock/LastTxBlockDelegateTake"),
        raw=BY_IDENTITY,
    )
    last_tx_block_child_key_take: Map[AccountId, BlockNumber] = entries(
        "LastTxBlockChildKeyTake",
        U64,
        "account",
        0,
        renamed=(320, "LastRateLimitedBlock/LastTxBlockChildKeyTake"),
        raw=BY_IDENTITY,
    )
    transaction_key_last_block: Map[tuple[AccountId, NetUid, int], BlockNumber] = entries(
        "TransactionKeyLastBlock", U64, "hotkey/netuid/kind", 0
    )
    """(hotkey, netuid, kind of transaction) -> the block of the last one."""
    last_coldkey_hotkey_stake_block: Map[tuple[AccountId, AccountId], BlockNumber] = entries(
        "LastColdkeyHotkeyStakeBlock", U64, "coldkey/hotkey", None, presence=True, since=238, raw=BY_TWOX
    )
    """(coldkey, hotkey) -> the block in which a call last changed the coldkey's stake there."""
    last_hotkey_swap_on_netuid: Map[tuple[NetUid, AccountId], BlockNumber] = entries(
        "LastHotkeySwapOnNetuid", U64, "netuid/account", 0, since=276
    )
    """(netuid, coldkey) -> the block in which it last swapped a hotkey there alone."""
    last_add_stake_burn: Map[NetUid, BlockNumber] = entries(
        "LastRateLimitedBlock/AddStakeBurn", U64, WRAPPED, 0, since=385
    )
    """netuid -> the block in which its owner last staked and burned in one call."""
    last_owner_update: Map[tuple[NetUid, str], BlockNumber] = entries(
        "LastRateLimitedBlock/OwnerHyperparamUpdate", U64, f"{WRAPPED}/update", 0, since=423
    )
    """(netuid, what the owner changed) -> the block in which it last did."""
    coldkey_swap_announcements: Map[AccountId, tuple[BlockNumber, bytes]] = entries(
        "ColdkeySwapAnnouncements", record(U64, HASH), "coldkey", None, presence=True, since=385, raw=ANNOUNCEMENTS
    )
    """coldkey -> (the first block in which it may be swapped, the hash of the coldkey that will take its place)."""
    coldkey_swap_disputes: Map[AccountId, BlockNumber] = entries(
        "ColdkeySwapDisputes", U64, "coldkey", None, presence=True, since=385, raw=BLOCKS_BY_TWOX
    )
    """coldkey -> the block in which the swap that it had announced was disputed."""
    auto_parent_delegation_enabled: Map[AccountId, bool] = entries(
        "AutoParentDelegationEnabled", BOOL, "hotkey", True, since=401, eq=_switched_off
    )
    """hotkey -> whether, as a validator of root, it gives its stake on a new subnet to the owner hotkey there."""
    next_stake_job_id: int = item("NextStakeJobId", U64, 0, since=273)
    """No call of the economy creates such a job."""
    senate: tuple[AccountId, ...] = field(default=(), eq=False)
    """The hotkeys in the senate, ascending. It is no storage item of the economy, so that the flat form does not list
    it and a state that is loaded starts without one; but it decides whether a hotkey may register on root again.
    """
    auto_stake_destination: Map[AccountId, AccountId] = entries(
        "AutoStakeDestination", ACCOUNT, "account", None, presence=True, since=320, until=338
    )
    """coldkey -> the hotkey on which what its miners earn is staked, on all subnets."""
    staking_operations: Map[tuple[AccountId, AccountId, NetUid], bool] = entries(
        "StakingOperationRateLimiter", BOOL, "hotkey/coldkey/netuid", False, since=298, until=423
    )
    """(hotkey, coldkey, netuid) of the stake that was added in the present block."""
    next_subnet_lease_id: int = item("NextSubnetLeaseId", LEASE, 0, since=298, unrecorded=(401, None))
    """No call of the economy leases a subnet."""
    accumulated_lease_dividends: Map[int, Alpha] = entries(
        "AccumulatedLeaseDividends", U64, "lease", 0, since=298, unrecorded=(401, None), raw=BY_TWOX
    )
    """Number of a lease -> the owner cut that its contributors are due."""
    subnet_lease_shares: Map[tuple[int, AccountId], Shares] = entries(
        "SubnetLeaseShares",
        SHARES,
        "lease/account",
        0,
        since=298,
        unrecorded=(401, None),
        raw=Raw(hasher="Twox64Concat/Identity"),
    )
    """(number of a lease, contributor) -> its part."""
    root_claimable: Map[AccountId, Rates] = entries("RootClaimable", RATES, "hotkey", (), since=338)
    """hotkey -> what a rao of root stake on it earned so far, of each subnet's alpha."""
    root_claimed: Map[tuple[NetUid, AccountId, AccountId], int] = entries(
        "RootClaimed", U128, "netuid/hotkey/coldkey", 0, since=338, eq=stored_entries
    )
    """(netuid, hotkey, coldkey) -> what of it is no more due to a coldkey; alpha rao, a u128. An entry of 0 counts as
    none, but for a swap of hotkeys that touches root; the flat form does not list it."""
    root_claim_type: Map[AccountId, RootClaimChoice] = entries(
        "RootClaimType", ROOT_CLAIM_CHOICE, "coldkey", SWAP, since=338
    )
    """coldkey -> whether its claims are sold for TAO, or kept as stake."""
    account_flags: Map[AccountId, int] = entries("AccountFlags", U128, "coldkey", 0, since=421)
    """coldkey -> what it set for itself, a bit each: the lowest that it takes locked stake of others."""
    staking_coldkeys: Map[AccountId, int] = entries(
        "StakingColdkeys", U64, "coldkey", None, presence=True, since=338, raw=BY_IDENTITY
    )
    """coldkey -> its index among those for which blocks claim."""
    staking_coldkeys_by_index: Map[int, AccountId] = entries(
        "StakingColdkeysByIndex", ACCOUNT, "index", None, presence=True, since=338, raw=BY_IDENTITY
    )
    num_staking_coldkeys: int = item("NumStakingColdkeys", U64, 0, since=338)
    """How many indices were given."""
    alpha_map_last_key: bytes | None = field(default=None, eq=False)
    """The entry of ``Alpha`` at which the search for stakers of root goes on; None if it starts anew. Neither this nor
    the next is a storage item of the economy, so that a state that is loaded starts without."""
    block_author: AccountId | None = field(default=AccountId(12_345), eq=False)
    """Who is paid the fees of swaps from 385 on: no storage item, but what the consensus tells the block. In the
    recordings it is account 12345. None, where it is not known, burns them. Give another by ``evolve``."""
    float_alpha_map_last_key: bytes | None = field(default=None, eq=False)
    """The same for ``AlphaV2``."""
    parent_hash: bytes = field(default=GENESIS_HASH, eq=False)
    """The hash of the block before, 32 bytes: it draws the coldkeys for which the next block claims. It is not computed
    but must be given, by ``evolve``."""
    last_position_id: int = item("LastPositionId", U128, 0, since=283, until=423, raw=IN_SWAP)
    """The number of the position that was opened last, whatever pool it is in."""
    subnets: Map[NetUid, Subnet] = Map()
    pools: Map[NetUid, Pool] = Map()
    """The part of each subnet that every trade and every block changes, apart from the rest."""
    emissions: Map[NetUid, Emission] = Map()
    """The part of each subnet that every block changes."""

    alpha_assets: Map[NetUid, AlphaAssets] = Map()
    """What was issued and given up of each subnet's alpha; from 411 on."""
    ranges: Map[NetUid, Ranges] = Map()
    """What pools have beside their reserves; from 283 on."""
    weights: Map[NetUid, Weights] = Map()
    """The same, where both tokens of a pool have a weight; from 423 on."""
