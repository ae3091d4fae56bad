"""The state of the chain, and the runtime that computes with it: one type, because each holds the other.

A state names its runtime, as the state of the chain holds the code that the next block runs. The runtime holds a
function for each rule that ever changed, the constants, the storage items and the calls. A rule that never changed is
no attribute of it: it is the same function in all eras, and called as such. Nothing here computes.

What is stored is in :mod:`dtao.chain`; the families of functions stay here, because their types speak of the state and
its type of them: apart, the modules would import each other.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar, TypeAlias

from attrs import define, field, frozen

from dtao.accumulator import Plan, SubnetAccumulator
from dtao.arguments import Arguments
from dtao.chain import Chain
from dtao.constants import Constants
from dtao.events import Event
from dtao.internals import Function
from dtao.items import Items
from dtao.persistent import Map
from dtao.records import (
    NO_EMISSION,
    NO_POOL,
    Emission,
    Lock,
    Neurons,
    Pool,
    Rates,
    SharePool,
    Stakes,
    Subnet,
)
from dtao.rules.dividends import DividendRules
from dtao.rules.emission import EmissionRules
from dtao.rules.epoch import EpochOutput, EpochRules
from dtao.rules.pool import PoolRules
from dtao.rules.pools.concentrated.records import Ranges
from dtao.rules.price import PriceRules
from dtao.rules.shares import ShareRules
from dtao.settings import Hyperparameters
from dtao.trades import Addition, Position, Removal, Swap, Transition
from dtao.units import AccountId, Alpha, Bits, BlockNumber, NetUid, Rao, Uid

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
class TradeRules:
    """How TAO becomes alpha and alpha TAO: what the kind of pool decides."""

    price: "Callable[[State, NetUid], Bits]"
    """The price of a subnet's alpha in TAO, in the format of prices."""
    alpha_for_tao: "Callable[[State, NetUid, Rao], Alpha | None]"
    """What TAO would buy now; None if the pool would not swap."""
    tao_for_alpha: "Callable[[State, NetUid, Alpha], Rao | None]"
    """What alpha would sell for now; None if the pool would not swap."""
    max_amount_add: "Callable[[State, NetUid, int], Rao]"
    """The most rao that may be staked before the price passes a limit in rao per alpha."""
    max_amount_remove: "Callable[[State, NetUid, int], Alpha]"
    """The most alpha rao that may be unstaked before the price falls below a limit."""
    max_amount_between_pools: "Callable[[State, NetUid, NetUid, int], Alpha]"
    """The most alpha rao that may move between two dynamic pools before the ratio of their prices passes a limit."""
    buy: "Callable[[State, NetUid, Rao], tuple[State, Alpha]]"
    """The state after TAO bought alpha, and how much."""
    swap: "Callable[[State, NetUid, bool, int, int | None, bool], tuple[State, Swap | str, Ranges | None]]"
    """(state, netuid of a pool, whether alpha is bought, amount, limit price in rao per alpha, whether it is free) ->
    the state in which a first swap has opened the pool but nothing moved yet, what the swap comes to or the name of why
    not, and the ranges after it where it moves them."""
    pay_fee_of_buyer: "Callable[[State, NetUid, int], State]"
    """(state, netuid, rao) -> the state after a buyer's fee that is not for the pool was paid."""
    pay_fee_of_seller: "Callable[[State, NetUid, Alpha], tuple[State, Rao | str]]"
    """(state, netuid, alpha rao) -> the state after a seller's fee that is not for the pool was paid, and the TAO that
    the pool paid for it, or the name of the rejection."""
    stable_amount: "Callable[[Subnet, int], int]"
    """(subnet without a pool, amount) -> what a swap there is quoted at."""
    buy_stable: "Callable[[State, NetUid, Rao], State]"
    """(state, netuid without a pool, TAO swapped 1 : 1) -> the state after that."""
    sell_stable: "Callable[[State, NetUid, Alpha], State]"
    """(state, netuid without a pool, alpha swapped 1 : 1) -> the state after that."""


@frozen
class AccountRules:
    """Who holds the TAO of pools, and how it comes there and leaves."""

    is_of_subnet: Callable[[AccountId], bool]
    """Whether an account is one of a subnet, and so can be no hotkey."""
    can_pay: "Callable[[State, AccountId, Rao], bool]"
    """(state, coldkey, tao) -> whether a coldkey has what it is to be charged."""
    charge: "Callable[[State, AccountId, Rao], tuple[State, Rao]]"
    """(state, coldkey, tao) -> the state after a coldkey was charged for stake or a place, and for how much."""
    stake: "Callable[[State, NetUid, AccountId, Rao], tuple[State, Rao]]"
    """(state, netuid, coldkey, tao) -> the state in which what it was charged for is with the subnet, and how much."""
    unstake: "Callable[[State, NetUid, AccountId, Rao], State]"
    """(state, netuid, coldkey, tao) -> the state after a subnet paid for alpha that was sold to it."""
    pay_out: "Callable[[State, AccountId, Rao], State]"
    """(state, coldkey, tao) -> the state after a coldkey got the TAO of its sale, which does not stay staked."""
    hand_over: "Callable[[State, AccountId, AccountId, Rao], State]"
    """(state, origin, destination, tao) -> the state after the TAO of moved stake is with its new coldkey."""
    hand_over_all: "Callable[[State, AccountId, AccountId], State]"
    """(state, origin, destination) -> the state after all of a swapped coldkey's balance is another one's."""
    recycle: "Callable[[State, AccountId, Rao], State]"
    """(state, coldkey, tao) -> the state after a cost was taken from a coldkey and is issued no more."""
    pay_holder: "Callable[[State, NetUid, AccountId, Rao], State]"
    """(state, netuid, coldkey, tao) -> the state after a holder of alpha of a subnet that ends was paid."""
    refund: "Callable[[State, NetUid, AccountId, Rao, Rao], State]"
    """(state, netuid, coldkey, tao, TAO that stays) -> the state after the owner of a subnet that ends got back of the
    lock."""
    close: "Callable[[State, NetUid], State]"
    """(state, netuid) -> the state after what is left of the TAO of a subnet that ends was dealt with."""


@frozen
class AssetRules:
    """How alpha is counted that is given up."""

    recycle: "Callable[[State, NetUid, int], State]"
    """(state, netuid, alpha rao that are issued no more) -> the state in which they count as recycled."""
    recycle_in_block: Callable[[SubnetAccumulator, int], None]
    """(subnet, alpha rao that are issued no more) -> they count as recycled, while a block is computed."""
    burn: "Callable[[State, NetUid, int], State]"
    """(state, netuid, alpha rao that are nobody's) -> the state in which they count as burned."""


@frozen
class LockRules:
    """What locked stake keeps from happening, and what becomes of locks."""

    rolled: Callable[[Lock, BlockNumber, int, int, bool, bool], Lock]
    """(lock, block, unlock rate, maturity rate, whether it is in favour of the owner, whether it is perpetual) -> the
    lock as it is in that block."""
    is_kept: Callable[[Lock], bool]
    """Whether a lock of a coldkey is stored."""
    index: Callable[[Subnet, AccountId, AccountId, bool], Subnet]
    """(subnet, hotkey, coldkey, whether the coldkey has a lock in its favour) -> the subnet in which that is known."""
    is_known: Callable[[Subnet, AccountId, AccountId], bool]
    """(subnet, hotkey, coldkey) -> whether a lock is found by the hotkey in whose favour it is."""
    follow_in_bucket: "Callable[[Any, Subnet, AccountId, AccountId, Lock], Subnet]"
    """(clock, subnet, coldkey, hotkey, a lock as stored) -> the subnet in which the sum to which the lock belongs has
    followed it until now."""
    require_available: "Callable[[State, AccountId, NetUid, Alpha], None]"
    """(state, coldkey, netuid, alpha) -> nothing, or a rejection if the coldkey has less that is not locked."""
    on_stake_changed: "Callable[[State, AccountId, NetUid], State]"
    """(state, coldkey, netuid) -> the state after stake was bought or sold."""
    on_stake_cleared: "Callable[[State, AccountId, NetUid, Alpha], State]"
    """(state, coldkey, netuid, alpha) -> the state after stake was sold that the coldkey did not ask to sell."""
    on_stake_transferred: "Callable[[State, AccountId, AccountId, NetUid, Alpha], State]"
    """(state, origin, destination, netuid, alpha) -> the state before stake moves to another coldkey."""
    on_hotkey_swapped: "Callable[[State, AccountId, AccountId], State]"
    """(state, old, new) -> the state before a hotkey is replaced by another one on all networks."""
    on_hotkey_swapped_on_subnet: "Callable[[State, NetUid, AccountId, AccountId], State]"
    """(state, netuid, old, new) -> the state before a hotkey is replaced by another one on one subnet."""
    on_coldkey_swapped: "Callable[[State, AccountId, AccountId], State]"
    """(state, old, new) -> the state after all but the balance of a coldkey is another one's."""
    on_owner_paid: "Callable[[State, NetUid, Alpha], State] | None"
    """(state, netuid, alpha) -> the state after the owner cut was staked; None where nothing follows."""


@frozen
class StakingRules:
    """How stake is added and removed."""

    addition_checks: tuple[AdditionCheck, ...]
    """What must hold for stake to be added, in the order of checking."""
    removal_checks: tuple[RemovalCheck, ...]
    """What must hold for stake to be removed, in the order of checking."""
    require_input: "Callable[[State, NetUid, bool, int], None]"
    """(state, netuid, whether alpha is to be bought, amount) -> nothing, or a rejection of an amount that is too large
    for the pool, before all other checks."""
    is_token_enabled: "Callable[[State, NetUid], bool]"
    """(state, netuid) -> whether stake of the subnet may be bought and sold."""
    stake: "Callable[[State, AccountId, AccountId, NetUid, Rao, Rao, int | None], Result]"
    """(state, hotkey, coldkey, netuid, tao, fee, limit price) -> the state after the TAO was staked, and the events."""
    unstake: "Callable[[State, AccountId, AccountId, NetUid, Alpha, Rao, int | None], tuple[State, Rao, Event]]"
    """(state, hotkey, coldkey, netuid, alpha, fee, limit price) -> the state after the alpha was sold, the TAO that is
    due to the coldkey, and the event."""
    clear_small_nomination: "Callable[[State, AccountId, AccountId, NetUid], Result]"
    """(state, hotkey, coldkey, netuid) -> the state in which a nominator's stake below the minimum is paid out."""
    record_operation: "Callable[[State, AccountId, AccountId, NetUid], State]"
    """(state, coldkey, hotkey, netuid) -> the state in which stake there was added in the present block."""
    record_inflow: "Callable[[State, State, NetUid, Rao, int], State]"
    """(state before the swap, state, netuid, rao to be staked, rao paid into its pool) -> the state in which TAO was
    staked there."""
    record_outflow: "Callable[[State, State, NetUid, int], State]"
    """(state before the swap, state, netuid, rao that its pool paid) -> the state in which TAO was unstaked there."""
    record_registration: "Callable[[State, NetUid, Rao], State]"
    """(state, netuid, rao paid into the pool for a registration) -> the state after it."""
    alpha_emitted: Callable[[Alpha, int], Alpha]
    """(alpha that left the share pool, alpha that a swap took without its fee) -> the alpha that the event of it
    names."""
    total_stake_of_hotkey: "Callable[[State, AccountId], Rao]"
    """The stake on a hotkey on all subnets at their present prices, in rao."""
    amount_asked: "Callable[[State, AccountId, AccountId, NetUid, Alpha], Alpha]"
    """(state, hotkey, coldkey, netuid, alpha named by a call) -> the alpha that is to be removed or moved."""
    amount_given_up: "Callable[[State, AccountId, AccountId, NetUid, Alpha], Alpha]"
    """As ``amount_asked``, of alpha to be recycled or burned; or a rejection."""
    alpha_recycled: Callable[[Alpha, Alpha], Alpha]
    """(alpha to be recycled, alpha that left the share pool) -> what no longer counts as issued."""
    require_exact: Callable[[Alpha, Alpha], None]
    """(alpha to be given up, alpha that left the share pool) -> a rejection, where too much did."""
    may_provide_liquidity: "Callable[[State, NetUid], bool]"
    """(state, netuid) -> whether positions in the pool may be opened and changed."""
    amount_allowed: Callable[[int], int]
    """The most that a limit price allows -> the same, or a rejection."""
    unstaking_fee: "Callable[[State, AccountId, NetUid, Alpha], Rao]"
    """(state, hotkey, netuid, alpha) -> the fee for unstaking; a transition pays half of it on each leg."""
    stake_to_unstake: "Callable[[State, AccountId, AccountId, NetUid], Alpha]"
    """(state, coldkey, hotkey, netuid) -> what is sold of the stake there if all is to be unstaked."""
    stake_added: Callable[[AccountId, AccountId, Rao, Alpha, Alpha, NetUid, Rao], Event]
    """(coldkey, hotkey, TAO swapped, alpha bought, alpha deposited, netuid, fee) -> the event of added stake."""
    stake_removed: Callable[[AccountId, AccountId, Rao, Alpha, NetUid, Rao], Event]
    """(coldkey, hotkey, TAO due, alpha sold, netuid, fee) -> the event of removed stake."""
    record_nomination: "Callable[[State, AccountId, AccountId], State]"
    """(state, coldkey, hotkey) -> the state in which a coldkey may stake on a hotkey by a limit order or a move."""
    record_earning: "Callable[[State, AccountId, AccountId, Alpha], State]"
    """(state, coldkey, hotkey, amount) -> the state in which a coldkey may be paid stake on a hotkey."""
    record_stake_change: "Callable[[State, AccountId, AccountId], State]"
    """(state, coldkey, hotkey) -> the state after a coldkey's stake on a hotkey was changed by a call."""
    total_stake_of_coldkey: "Callable[[State, AccountId], Rao]"
    """(state, coldkey) -> its stake on all subnets in rao, as the runtime reports it."""


@frozen
class MoveRules:
    """How stake moves between hotkeys, coldkeys and subnets."""

    checks: tuple[TransitionCheck, ...]
    """What must hold for stake to be moved, in the order of checking."""
    leave: "Callable[[State, AccountId, AccountId, NetUid, Alpha, Rao, int | None], tuple[State, Rao, Event]]"
    """As ``unstake`` of :class:`StakingRules`, for stake that moves on."""
    arrive: "Callable[[State, NetUid, AccountId, AccountId, NetUid, Rao, Rao], Result]"
    """(state, origin's netuid, hotkey, coldkey, netuid, TAO, fee) -> the state after the stake arrived, and events."""
    within_subnet: "Callable[[State, Position, Position, Alpha], tuple[State, Rao, tuple[Event, ...]]] | None"
    """(state, origin, destination, amount) -> the state after a move within a subnet, what it is worth, and the events;
    None where the stake is sold and bought again."""
    limit: "Callable[[State, NetUid, NetUid, Alpha, int], Alpha]"
    """(state, origin's netuid, destination's netuid, amount, limit price) -> the most that may move."""
    moved_amount: Callable[[Alpha, Alpha], Alpha]
    """(amount, the most that the limit price allows) -> what a swap of stake with a limit moves; alpha rao."""


@frozen
class NeuronRules:
    """Which neuron a registration prunes, and what its successor inherits."""

    is_protected: "Callable[[State, Subnet, AccountId], bool]"
    """(state, subnet, hotkey) -> whether the neuron of the hotkey is never replaced."""
    is_immortal: "Callable[[State, Subnet, AccountId], bool]"
    """(state, subnet, hotkey) -> whether the neuron of the hotkey is never chosen to be pruned."""
    unpaid_hotkeys: "Callable[[State, Subnet], Collection[AccountId]]"
    """(state, subnet) -> the hotkeys whose incentive is not paid."""
    destinations: "Callable[[State, Subnet], Map[AccountId, AccountId]]"
    """(state, subnet) -> by coldkey, the hotkey on which what its miners earn there is staked."""
    prune: "Callable[[State, NetUid], tuple[State, Uid | None]]"
    """(state, netuid) -> the state after a neuron was chosen to be pruned, and its uid; None if none may be."""
    with_results: "Callable[[Neurons, EpochOutput], Neurons]"
    """(neurons, result of an epoch) -> the neurons with all that it says of them but incentive and bonds."""
    append: "Callable[[State, NetUid, AccountId], State]"
    """(state, netuid, hotkey) -> the state in which the subnet has one more neuron."""
    exempt_uid: Callable[[Subnet], Uid | None]
    """The uid that sets weights without stake or permit, if there is one."""
    clear: "Callable[[State, NetUid, Uid], State]"
    """(state, netuid, uid) -> the state in which a successor has no incentive, nor what else it does not inherit."""
    join_senate: "Callable[[State, AccountId], State]"
    """(state, hotkey that registered on root) -> the state in which it has a seat of the senate, if it may."""


@frozen
class KeyRules:
    """What follows a hotkey that is swapped for another one."""

    swap_hotkey: "Callable[[State, AccountId, AccountId, AccountId], State]"
    """(state, coldkey, old, new) -> the state after a hotkey was replaced on all subnets."""
    steps_everywhere: tuple[SubnetStep, ...]
    """What a swap of hotkeys changes under every netuid."""
    steps_on_networks: tuple[SubnetStep, ...]
    """What a swap of hotkeys changes of an existing network, after that."""
    steps_of_stake: tuple[SubnetStep, ...]
    """Those of them that are left out where the stake stays on the old hotkey."""
    holders: "Callable[[State, AccountId], set[AccountId]]"
    """(state, hotkey) -> the coldkeys that stake with the new hotkey instead of a swapped one."""
    move_stake: "Callable[[State, NetUid, AccountId, AccountId], State]"
    """(state, netuid, old, new) -> the state in which stake on a hotkey follows, where no step has moved it."""
    coldkey_steps: tuple[SubnetStep, ...]
    """What a swap of coldkeys changes of an existing network beside its owner and the stake: (subnet, old coldkey, new
    coldkey) -> the subnet after it."""
    totals_follow: Callable[[Subnet], bool]
    """Whether the stake total on a swapped hotkey follows it under the netuid of a subnet."""
    move_last_blocks: "Callable[[State, AccountId, AccountId], State]"
    """(state, old, new) -> the state in which the new hotkey has the last blocks that it is to have."""
    require_clean: "Callable[[State, AccountId, NetUid | None], None]"
    """(state, new hotkey, netuid or None for all) -> nothing, or a rejection of what the new hotkey has already."""
    require_own: "Callable[[State, AccountId, AccountId], None]"
    """(state, coldkey, new hotkey) -> nothing, or a rejection of a hotkey that is another coldkey's."""
    netuids_of_swap: "Callable[[State, AccountId], tuple[NetUid, ...]]"
    """(state, hotkey) -> the networks on which a swap of it everywhere counts as one on the network alone."""
    owner_hotkey_set: Callable[[NetUid, AccountId], tuple[Event, ...]]
    """(netuid, hotkey) -> the events of a hotkey that becomes the owner hotkey of a subnet."""
    replace_senator: "Callable[[State, AccountId, AccountId], State | None]"
    """(state, old, new) -> the state in which the new hotkey has the seat of the old one; None if it has its own."""


Earnings: TypeAlias = list[tuple[AccountId, Alpha, Alpha]]
"""(hotkey, incentive, dividend) of each neuron, in alpha rao."""
EpochOfSubnet: TypeAlias = "Callable[[State, NetUid, Alpha], tuple[State, Earnings]]"
"""(state, netuid, emission in alpha rao) -> the state after an epoch, and what the neurons earned."""


@frozen
class MechanismRules:
    """How the epoch of a subnet runs: over one mechanism or several."""

    whole_epoch: EpochOfSubnet
    """What a block runs."""
    main_epoch: EpochOfSubnet
    """The epoch of the first mechanism, with sparse matrices."""
    main_epoch_dense: EpochOfSubnet
    """The same with dense matrices."""
    record_voting_power: "Callable[[State, NetUid, Mapping[AccountId, tuple[int, bool]]], State]"
    """(state, netuid, (stake weight in rao, whether it may validate) by hotkey) -> the state after an epoch of a subnet
    that tracks voting power."""


@frozen
class FirstPool:
    """What a new subnet begins with."""

    tao: Rao
    """In the pool."""
    alpha: Alpha
    """In the pool."""
    owner_alpha: Alpha
    """Staked to the owner."""


@frozen
class NetworkRules:
    """What a new subnet begins with."""

    announced_mechanism: int
    """What the event of a new subnet says about its mechanism."""
    begin_epochs: "Callable[[State, NetUid], State]"
    """(state, netuid) -> the state in which it is known when the tempo of a new subnet began."""
    record_new_pool: "Callable[[State, Rao], State]"
    """(state, TAO in the pool of a new subnet) -> the state with the total stake after the registration."""
    stake_kept: "Callable[[State], Rao]"
    """What a new subnet keeps of the total stake."""
    min_burn: Callable[[Hyperparameters], Rao]
    """The least burn that a new subnet starts with."""
    open: Callable[[Hyperparameters], Hyperparameters]
    """The parameters of a new subnet -> the same, with registrations allowed."""
    start_delay: "Callable[[State], int]"
    """The blocks between the registration of a subnet and the first in which it may be started."""
    is_paid_out: Callable[[SharePool], bool]
    """Whether the stake on a hotkey is paid, and forgotten, when its subnet is dissolved."""
    parameters_kept: Callable[[Hyperparameters, Hyperparameters], Hyperparameters]
    """(the parameters of no subnet, those of a dissolved subnet) -> what remains of the latter."""
    emission_kept: Callable[[Emission], Emission]
    """What is kept of the emission of a dissolved subnet."""
    with_terms: Callable[[Subnet], Subnet]
    """A new subnet -> the same, with the terms of registration."""
    first_pool: "Callable[[State, Rao], FirstPool]"
    """(state before the subnet, TAO that was paid for it) -> what the pool of a new subnet begins with."""
    holders: Callable[[SharePool], list[tuple[AccountId, Alpha]]]
    """A share pool -> who has shares, in the order in which a dissolution pays, and what counts if they are worth
    nothing."""
    name_parents: "Callable[[State, NetUid], Result]"
    """(state, netuid of a new subnet) -> the state in which hotkeys chose its owner hotkey as child, and the events."""
    refund: "Callable[[State, NetUid], Rao]"
    """(state, netuid) -> what the owner of a subnet that is dissolved gets back of its lock; before 320 it is all."""
    protocol_alpha: "Callable[[State, NetUid], Alpha]"
    """(state, netuid) -> the alpha for which the protocol takes part in the dissolution of a subnet."""
    close_positions: "Callable[[State, NetUid], tuple[State, str | None]]"
    """(state, netuid) -> the state after the positions of users in a pool were closed, or as many as could be, and the
    name of the rejection that ended it."""
    start: Callable[[Subnet, BlockNumber], Subnet]
    """(subnet, the first block in which it emits) -> the subnet that was started."""


@frozen
class TakeRules:
    """How often a delegate may change its take."""

    counted_account: Callable[[AccountId, AccountId], AccountId]
    """(coldkey, hotkey) -> the account whose changes of a delegate's take the rate limit counts."""
    record_decrease: "Callable[[State, AccountId], State]"
    """(state, hotkey) -> the state after a delegate's take was decreased."""


@frozen
class ChildRules:
    """Who may name children, and when they come into force."""

    cooldown: "Callable[[State], int]"
    """The blocks for which scheduled children are pending at least."""
    may_name: "Callable[[State, AccountId, NetUid], bool]"
    """(state, hotkey, netuid) -> whether a hotkey has what naming children takes."""
    validate: "Callable[[State, AccountId, AccountId, NetUid, Stakes], None]"
    """(state, coldkey, hotkey, netuid, children) -> nothing, or a rejection of children that may not be named so."""
    schedule: "Callable[[State, AccountId, NetUid, Stakes], Result]"
    """(state, hotkey, netuid, children) -> the state in which the children are pending or in force, and the events."""
    apply_pending: Callable[[Subnet, BlockNumber], Subnet]
    """(subnet, block) -> the subnet in which all children whose cooldown ended before are in force."""
    min_take: "Callable[[State, Subnet], int]"
    """The least that a child keeps of its parents' dividends on a subnet; a u16."""
    is_take_limited: Callable[[int, int], bool]
    """(present take, take) -> whether the rate limit holds for this change of a childkey take."""


@frozen
class ClaimRules:
    """What follows for the claims of stakers of root when their stake or their keys change."""

    on_stake_added: "Callable[[State, AccountId, AccountId, Rao], State]"
    """(state, hotkey, coldkey, amount) -> the state after root stake was bought."""
    on_stake_removed: "Callable[[State, AccountId, AccountId, Rao], State]"
    """(state, hotkey, coldkey, amount) -> the state after root stake was sold."""
    on_stake_left: "Callable[[State, AccountId, AccountId, Rao], State]"
    """(state, hotkey, coldkey, amount) -> the state after root stake left for another position on root."""
    on_stake_arrived: "Callable[[State, AccountId, AccountId, Rao], State]"
    """(state, hotkey, coldkey, amount) -> the state after root stake arrived from another position on root."""
    on_coldkey_left: "Callable[[State, NetUid, AccountId], State]"
    """(state, netuid, old) -> the state after all stake of a swapped coldkey on a subnet has followed."""
    on_hotkey_swapped: "Callable[[State, NetUid, AccountId, AccountId], State]"
    """(state, netuid, old, new) -> the state in which the claims on a subnet follow a hotkey."""
    on_coldkey_swapped: "Callable[[State, NetUid, AccountId, AccountId, AccountId], State]"
    """(state, netuid, hotkey, old, new) -> the state in which the claims on a subnet follow a coldkey."""
    claim_by_sale: "Callable[[State, AccountId, AccountId, NetUid, Alpha], tuple[State, bool]]"
    """(state, hotkey, coldkey, netuid, amount) -> the state after what is claimed was sold, and is root stake; and
    whether it counts as claimed."""
    on_subnet_dissolved: "Callable[[State, NetUid], State]"
    """(state, netuid) -> the state in which nothing can be claimed of a subnet."""


CheckedClaims = dict[AccountId, tuple[Rates, SharePool | None]]
"""hotkey -> the rates, and the root stake, at which nothing was due to a coldkey."""


@define
class BlockContext:
    """The state while blocks are computed: totals and accumulators are mutable, the rest stands packed in ``state``."""

    state: "State"
    """Holds everything but what stands in the other attributes, which is stale in it."""
    block_number: int
    block_emission: int
    total_issuance: int
    total_stake: int
    subnets: list[SubnetAccumulator]
    """All existing subnets but root, in the order in which the runtime iterates."""
    eligible: list[SubnetAccumulator]
    """Those of them to which blocks emit."""
    terms_due: dict[NetUid, int]
    """The next block in which the registration terms of a network change."""
    with_pending_children: list[NetUid]
    emission: int = 0
    """The TAO that the coinbase of the present block emits; in the format of amounts."""
    credit: int = 0
    """What was minted of it in rao, and is not spent yet."""
    checked_claims: dict[AccountId, CheckedClaims] = field(factory=dict)
    """Of which hotkeys nothing was due to a coldkey, when blocks would have claimed it."""
    falls: int = 0
    """How often the prices of registrations have fallen since they were entered in ``state``."""
    blocks_to_come: int = 0
    """How many blocks follow the present one before anybody sees the state."""
    is_counted_anew: bool = False
    """Whether nothing but these prices changes of the terms of registrations, as nobody registers."""
    root_claimed: "Map[tuple[NetUid, AccountId, AccountId], int] | None" = None
    """What counted as claimed then."""


BlockPhase = Callable[[BlockContext], None]


@frozen
class BlockRules:
    """What happens in a block without anybody's call, in order."""

    phases: tuple[BlockPhase, ...]
    """All of them."""
    coinbase: tuple[BlockPhase, ...]
    """The steps of the phase that is called ``run_coinbase``."""
    next_epoch: Callable[[SubnetAccumulator, int], int]
    """(subnet, block) -> the first block from that one on in which its epoch is due."""
    is_epoch_due: "Callable[[State, NetUid], bool]"
    """(state, netuid) -> whether the epoch of a network is due in the present block."""
    price: Callable[[SubnetAccumulator], int]
    """The present price of a subnet's alpha in TAO, in the format of prices."""
    swap: Callable[[BlockContext, SubnetAccumulator, bool, int, bool], tuple[int, int] | None]
    """(context, subnet with a pool, whether alpha is bought, amount, whether it is free) -> what is paid in and out of
    the pool, in which no reserve has moved yet; None if the pool does not swap."""
    inject: Callable[[BlockContext, SubnetAccumulator, int, int], tuple[int, int]]
    """(context, subnet, TAO, alpha) -> what of it enters the pool, which makes room for it."""
    spendable: Callable[[int, int], int | None]
    """(amount, TAO that was minted and is left) -> what of it is paid to the account of a subnet; None if nothing."""
    plan: Callable[[BlockContext, SubnetAccumulator, int, int], Plan]
    """(context, subnet, emission of the block, sum of moving prices) -> what the block gives to the subnet; I96F32."""
    buy_stable: Callable[[BlockContext, SubnetAccumulator, int], None]
    """(context, subnet without a pool, TAO) -> the block buys as much alpha there."""
    sell_stable: Callable[[BlockContext, SubnetAccumulator, int], None]
    """(context, subnet without a pool, alpha) -> the block sells it there for as much TAO."""
    keep_bought: Callable[[BlockContext, SubnetAccumulator, int], None]
    """(context, subnet, alpha rao) -> the alpha that a block bought there is dealt with."""
    drain: "Callable[[State, SubnetAccumulator], State]"
    """(state, a subnet whose epoch is due) -> the state after that epoch and the payment of all that was pending."""


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
    guard: "Callable[[State, Call], None]" = field(eq=False)
    """Rejects a call before anything else is looked at."""
    phases: Mapping[str, Function] = field(eq=False)
    """The internal functions that change the state, by the runtime's names."""
    reads: Mapping[str, Function] = field(eq=False)
    """The internal functions that change nothing, by the runtime's names."""
    constants: Constants = field(eq=False)
    block: BlockRules = field(eq=False)
    pools: PoolRules = field(eq=False)
    trade: TradeRules = field(eq=False)
    prices: PriceRules = field(eq=False)
    emission: EmissionRules = field(eq=False)
    epoch: EpochRules = field(eq=False)
    dividends: DividendRules = field(eq=False)
    shares: ShareRules = field(eq=False)
    staking: StakingRules = field(eq=False)
    moves: MoveRules = field(eq=False)
    neurons: NeuronRules = field(eq=False)
    mechanisms: MechanismRules = field(eq=False)
    networks: NetworkRules = field(eq=False)
    keys: KeyRules = field(eq=False)
    takes: TakeRules = field(eq=False)
    children: ChildRules = field(eq=False)
    claims: ClaimRules = field(eq=False)
    accounts: AccountRules = field(eq=False)
    assets: AssetRules = field(eq=False)
    locks: LockRules = field(eq=False)


@frozen(weakref_slot=False)
class State(Chain):
    """The state of the chain after a block or a call: what it stores, and the runtime that computes with it."""

    runtime: "Runtime" = field(kw_only=True, repr=False)
    """The rules in force. On the chain, too, the code of the runtime is part of the state."""

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
