"""The state of the chain, and the runtime that computes with it: one type, because each holds the other.

A state names its runtime, as the state of the chain holds the code that the next block runs. The runtime holds a
function for each rule that ever changed, the constants, the storage items and the calls. A rule that never changed is
no attribute of it: it is the same function in all eras, and called as such. Nothing here computes.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar, TypeAlias

from attrs import field, frozen

from dtao import params
from dtao.arguments import Arguments
from dtao.codec import ACCOUNT, ACCOUNTS, U16, U64
from dtao.events import Event
from dtao.fixed import Format
from dtao.items import Items
from dtao.persistent import Map
from dtao.records import (
    NO_EMISSION,
    NO_POOL,
    Addition,
    Emission,
    Hyperparameters,
    Parameters,
    Pool,
    Removal,
    SharePool,
    Subnet,
    Transition,
)
from dtao.rules.epoch import EpochRules
from dtao.stored import OF_U16, entries, item
from dtao.units import AccountId, Alpha, Bits, BlockNumber, NetUid, Rao

SubnetStep = Callable[[Subnet, AccountId, AccountId], Subnet]
"""A step of a swap of hotkeys within a subnet: (subnet, old hotkey, new hotkey) -> the subnet after it."""
AdditionCheck: TypeAlias = "Callable[[State, Addition], None]"
RemovalCheck: TypeAlias = "Callable[[State, Removal], None]"
TransitionCheck: TypeAlias = "Callable[[State, Transition], None]"


@frozen
class Call(Arguments):
    """The base of all calls: who signs, the other arguments, and what the call does."""

    RUNTIME_NAME: ClassVar[str | None] = None
    """What the runtime calls it, if its class is not named so because a version gave it other arguments."""

    @classmethod
    def runtime_name(cls) -> str:
        """Return the runtime's name of the call."""
        return cls.RUNTIME_NAME or re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    def apply(self, state: "State") -> "Result":
        """Return the state after the call and its events. Raises :class:`dtao.outcome.Rejected`."""
        raise NotImplementedError


@frozen
class Runtime:
    """The rules of one version, or of several between which nothing changed. Two are equal if their version is."""

    spec_version: int
    """The first version with these rules."""
    items: Items = field(eq=False)
    calls: Mapping[str, type[Call]] = field(eq=False)
    """The calls that exist, by the runtime's names."""
    events: Mapping[str, type[Event]] = field(eq=False)
    """The events that calls emit, by the runtime's names."""

    moving_price_after: Callable[[int, int, int], int] = field(eq=False)
    """(moving price, price, weight of the price) -> the next moving price; I96F32."""
    price_weight: Callable[[int, int, int], int] = field(eq=False)
    """(SubnetMovingAlpha, age in blocks, EMAPriceHalvingBlocks) -> the weight of the price; I96F32."""
    price_counted_from: "Callable[[Subnet], BlockNumber]" = field(eq=False)
    """The block from which the age of a subnet's price counts."""
    takes_part: "Callable[[BlockNumber | None], bool]" = field(eq=False)
    """(FirstEmissionBlockNumber of a subnet) -> whether blocks emit to it and move its price."""
    amounts: Format = field(eq=False)
    """The format of amounts and prices; the pools' own is as wide. It decides where products saturate."""
    is_closed: Callable[[bool, bool], bool] = field(eq=False)
    """(burned registration is on, registration by work is on) -> whether the subnet gets no TAO."""
    dividends_divided: "Callable[[int, int, int, Sequence[Bits], Sequence[bool]], list[int]]" = field(eq=False)
    """(dividends of a child, its take, its own contribution, the contributions of its parents, whether each has its
    owner) -> what each parent gets, and what the child gets; alpha rao."""
    alpha_dividends: "Callable[[Mapping[AccountId, Bits], Mapping[AccountId, Bits], Alpha], dict[AccountId, Bits]]" = (
        field(eq=False)
    )
    """(dividends of each hotkey, those that its root stake earned, the alpha that is there) -> what each hotkey gets
    in alpha; I96F32."""
    owner_hotkey_gets_incentive: bool = field(eq=False)
    """Whether the incentive of a subnet's owner hotkey is paid; else it is burned."""
    stakes_of_last_epoch_noted: bool = field(eq=False)
    """Whether the stake on a hotkey after its alpha dividends is recorded, for the fee of those who leave it."""
    children_change_in_every_block: bool = field(eq=False)
    """Whether pending children come into force when their cooldown is over; else at the next epoch after that."""
    addition_checks: "tuple[AdditionCheck, ...]" = field(eq=False)
    """What must hold for stake to be added, in the order of checking."""
    removal_checks: "tuple[RemovalCheck, ...]" = field(eq=False)
    """What must hold for stake to be removed, in the order of checking."""
    transition_checks: "tuple[TransitionCheck, ...]" = field(eq=False)
    """What must hold for stake to be moved, in the order of checking."""
    stake_of: "Callable[[SharePool, AccountId], Alpha]" = field(eq=False)
    """(share pool, coldkey) -> the stake of the coldkey."""
    stake_deposited: "Callable[[SharePool, AccountId, Alpha], tuple[SharePool, Alpha]]" = field(eq=False)
    """(share pool, coldkey, amount) -> the share pool after a deposit, and the alpha that counts as deposited."""
    stake_withdrawn: "Callable[[SharePool, AccountId, Alpha], tuple[SharePool, Alpha]]" = field(eq=False)
    """(share pool, coldkey, amount) -> the share pool after a withdrawal, and the alpha that counts as withdrawn."""
    is_worth_a_share: "Callable[[SharePool, Alpha], bool]" = field(eq=False)
    """(share pool, amount) -> whether a deposit would change any shares."""
    event_names_alpha_held: bool = field(eq=False)
    """Whether the event of added stake names the alpha that became stake; else that which was bought."""
    events_name_fees: bool = field(eq=False)
    """Whether the events of added and removed stake name the fee."""
    nomination_noted: "Callable[[State, AccountId, AccountId], State]" = field(eq=False)
    """(state, coldkey, hotkey) -> the state in which a coldkey may stake on a hotkey by a limit order or a move."""
    earning_noted: "Callable[[State, AccountId, AccountId, Alpha], State]" = field(eq=False)
    """(state, coldkey, hotkey, amount) -> the state in which a coldkey may be paid stake on a hotkey."""
    unstaking_fee: "Callable[[State, AccountId, NetUid, Alpha], Rao]" = field(eq=False)
    """(state, hotkey, netuid, alpha) -> the fee for unstaking; a transition pays half of it on each leg."""
    stake_to_unstake: "Callable[[State, AccountId, AccountId, NetUid], Alpha]" = field(eq=False)
    """(state, coldkey, hotkey, netuid) -> what is sold of the stake there if all is to be unstaked."""
    amount_allowed: Callable[[int], int] = field(eq=False)
    """The most that a limit price allows -> the same, or a rejection."""
    limit_of_move_binds: bool = field(eq=False)
    """Whether a swap of stake with a limit moves no more than that allows."""
    token_enabled: "Callable[[State, NetUid], bool]" = field(eq=False)
    """(state, netuid) -> whether stake of the subnet may be bought and sold."""
    total_stake_of_coldkey: "Callable[[State, AccountId], Rao]" = field(eq=False)
    """(state, coldkey) -> its stake on all subnets in rao, as the runtime tells it to those who ask."""
    stake_change_noted: "Callable[[State, AccountId, AccountId], State]" = field(eq=False)
    """(state, coldkey, hotkey) -> the state after a coldkey's stake on a hotkey was changed by a call."""
    is_protected: "Callable[[State, Subnet, AccountId], bool]" = field(eq=False)
    """(state, subnet, hotkey) -> whether the neuron of the hotkey never makes way for another."""
    replacement_clears_bonds: bool = field(eq=False)
    """Whether the successor of a neuron starts without the bonds of that."""

    inherited_stake: Callable[[int, Iterable[int], Iterable[tuple[int, int]]], int] = field(eq=False)
    """(stake on a hotkey, proportions to its children, (proportion, stake) of its parents) -> the stake that counts."""
    epoch_rules: "EpochRules" = field(eq=False)
    """How stake counts in an epoch, who gets a permit, how bonds move."""
    owner_weighs_itself: bool = field(eq=False)
    """Whether the weight of the subnet's owner hotkey on itself counts in an epoch."""

    hotkey_swapped: "Callable[[State, AccountId, AccountId, AccountId], State]" = field(eq=False)
    """(state, coldkey, old, new) -> the state after a hotkey was replaced on all subnets."""
    hotkey_swap_steps_everywhere: "tuple[SubnetStep, ...]" = field(eq=False)
    """What a swap of hotkeys changes under every netuid."""
    hotkey_swap_steps_on_networks: "tuple[SubnetStep, ...]" = field(eq=False)
    """What a swap of hotkeys changes of an existing network, after that."""
    totals_follow_swap_everywhere: bool = field(eq=False)
    """Whether the stake totals of a swapped hotkey move under every netuid; else only where a network exists."""
    last_blocks_after_swap: "Callable[[State, AccountId, AccountId], State]" = field(eq=False)
    """(state, old, new) -> the state in which the new hotkey has the last blocks that it is to have."""

    new_pool_counts_as_stake: bool = field(eq=False)
    """Whether the TAO in the pool of a new subnet is added to the total stake."""
    stake_kept_at_registration: "Callable[[State], Rao]" = field(eq=False)
    """What a new subnet keeps of the total stake."""
    min_burn_of_new_network: "Callable[[Hyperparameters], Rao]" = field(eq=False)
    """The least burn that a new subnet starts with."""
    announced_mechanism: int = field(eq=False)
    """What the event of a new subnet says about its mechanism."""
    start_enables_subtoken: bool = field(eq=False)
    """Whether the start of a subnet enables its token."""

    take_changes_counted_for: Callable[[AccountId, AccountId], AccountId] = field(eq=False)
    """(coldkey, hotkey) -> the account whose changes of a delegate's take the rate limit counts."""
    take_decreases_count: bool = field(eq=False)
    """Whether the rate limit of takes counts decreases too."""
    children_cooldown: "Callable[[State], int]" = field(eq=False)
    """The blocks for which scheduled children are pending at least."""
    may_name_children: "Callable[[State, AccountId, NetUid], bool]" = field(eq=False)
    """(state, hotkey, netuid) -> whether a hotkey has what naming children takes."""
    childkey_take_is_limited: Callable[[int, int], bool] = field(eq=False)
    """(present take, take) -> whether the rate limit holds for this change of a childkey take."""


@frozen(weakref_slot=False)
class State:
    """The state of the chain after a block or a call."""

    runtime: "Runtime" = field(kw_only=True, repr=False)
    """The rules in force. On the chain, too, the code of the runtime is part of the state."""
    block_number: BlockNumber = item("BlockNumber", U64, BlockNumber(1), written_by="BLOCK-2")
    block_emission: Rao = item("BlockEmission", U64, Rao(params.DEFAULT_BLOCK_EMISSION), written_by="ISS-1")
    """The emission that was computed last, of TAO or of any subnet's alpha."""
    total_issuance: Rao = item("TotalIssuance", U64, Rao(0), written_by="EMIT-1 EMIT-7")
    """What the runtime holds to be all TAO: balances, pools and locks."""
    total_stake: Rao = item("TotalStake", U64, Rao(0), written_by="EMIT-1 EMIT-7")
    """All TAO in pools, but for what the known leaks leave out; never below 0."""
    balances_total_issuance: Rao = item("BalancesTotalIssuance", U64, Rao(0))
    """The sum of all balances."""
    total_networks: int = item("TotalNetworks", U16, 0)
    network_last_lock_cost: Rao = item("NetworkLastLockCost", U64, Rao(params.INITIAL_NETWORK_MIN_LOCK_COST))
    network_last_registered: BlockNumber = item("NetworkLastRegistered", U64, BlockNumber(0))
    parameters: Parameters = Parameters()
    balances: Map[AccountId, Rao] = entries("Balance", U64, "account", 0)
    owner: Map[AccountId, AccountId] = entries("Owner", ACCOUNT, "account", 0, presence=True)
    """hotkey -> the coldkey that owns it. A hotkey exists if it is here."""
    owned_hotkeys: Map[AccountId, tuple[AccountId, ...]] = entries("OwnedHotkeys", ACCOUNTS, "account", ())
    staking_hotkeys: Map[AccountId, tuple[AccountId, ...]] = entries("StakingHotkeys", ACCOUNTS, "account", ())
    """coldkey -> the hotkeys that it stakes or staked with, in the order of first use."""
    delegates: Map[AccountId, int] = entries(
        "Delegates", U16, "hotkey", params.DEFAULT_DELEGATE_TAKE, presence=True, unit=OF_U16
    )
    """hotkey -> its take of the dividends of its stakers, as a fraction of 65535."""
    last_tx_block: Map[AccountId, BlockNumber] = entries("LastTxBlock", U64, "account", 0)
    last_tx_block_delegate_take: Map[AccountId, BlockNumber] = entries("LastTxBlockDelegateTake", U64, "account", 0)
    last_tx_block_child_key_take: Map[AccountId, BlockNumber] = entries("LastTxBlockChildKeyTake", U64, "account", 0)
    transaction_key_last_block: Map[tuple[AccountId, NetUid, int], BlockNumber] = entries(
        "TransactionKeyLastBlock", U64, "hotkey/netuid/kind", 0
    )
    """(hotkey, netuid, kind of transaction) -> the block of the last one."""
    last_coldkey_hotkey_stake_block: Map[tuple[AccountId, AccountId], BlockNumber] = entries(
        "LastColdkeyHotkeyStakeBlock", U64, "coldkey/hotkey", None, presence=True, since=238
    )
    """(coldkey, hotkey) -> the block in which a call last changed the coldkey's stake there."""
    last_hotkey_swap_on_netuid: Map[tuple[NetUid, AccountId], BlockNumber] = entries(
        "LastHotkeySwapOnNetuid", U64, "netuid/account", 0, since=277, written_by="KEY-12"
    )
    """(netuid, coldkey) -> the block in which it last swapped a hotkey there alone."""
    next_stake_job_id: int = item("NextStakeJobId", U64, 0, since=273)
    """No call of the economy creates such a job."""
    senate: tuple[AccountId, ...] = field(default=(), eq=False)
    """The hotkeys in the senate, ascending. It is no storage item of the economy, so that the flat form does not list
    it and a state that is loaded starts without one; but it decides whether a hotkey may register on root again.
    """
    subnets: Map[NetUid, Subnet] = Map()
    pools: Map[NetUid, Pool] = Map()
    """The part of each subnet that every trade and every block changes, apart from the rest."""
    emissions: Map[NetUid, Emission] = Map()
    """The part of each subnet that every block changes."""

    def subnet(self, netuid: NetUid) -> Subnet:
        """Return what is stored under a netuid: the defaults where there was never a network."""
        return self.subnets.get(netuid, self.runtime.items.subnet)

    def pool(self, netuid: NetUid) -> Pool:
        """Return the pool of a netuid: an empty one where there was never a network."""
        return self.pools.get(netuid, NO_POOL)

    def emission(self, netuid: NetUid) -> Emission:
        """Return what the block step last gave to a netuid and holds back for it."""
        return self.emissions.get(netuid, NO_EMISSION)


Result = tuple[State, tuple[Event, ...]]
"""What a call that is not refused leads to: the state after it, and its events in order."""
