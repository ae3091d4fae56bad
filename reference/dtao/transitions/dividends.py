"""The end of a tempo: the epoch of a subnet, and the payment of all that was pending to its participants."""

from collections.abc import Callable, Mapping
from functools import partial

from attrs import define

from dtao.accumulator import SubnetAccumulator
from dtao.evolving import evolve
from dtao.params import DEFAULT_DELEGATE_TAKE, RECYCLE
from dtao.persistent import Map
from dtao.records import NO_SHARE_POOL, SharePool, Subnet
from dtao.rule import implements
from dtao.rules import dividends as rules
from dtao.rules import shares
from dtao.rules.emission import tao_weight
from dtao.state import State
from dtao.transitions.neurons import owner_of
from dtao.units import ROOT, U64_MAX, AccountId, Alpha, Bits, NetUid, Rao


def dividends_distribution(
    state: State, hotkey: AccountId, netuid: NetUid, dividends: Alpha
) -> list[tuple[AccountId, Alpha]]:
    """Return how a validator's dividends are divided among its parents, in their order, and itself, last."""
    return distributed_and_recycled(state, hotkey, netuid, dividends)[0]


@implements("DIV-8")
def distributed_and_recycled(
    state: State, hotkey: AccountId, netuid: NetUid, dividends: Alpha
) -> tuple[list[tuple[AccountId, Alpha]], int]:
    """Return how a validator's dividends are divided among its parents, in their order, and itself, last.

    And the alpha of its parents that is recycled. Mirrors ``get_dividends_distribution`` (from 257 on
    ``get_parent_child_dividends_distribution``).
    """
    subnet, root = state.subnet(netuid), state.subnet(ROOT)
    parents = subnet.parent_keys.get(hotkey, ())
    if not parents:
        return [(hotkey, dividends)], 0
    weight = tao_weight(state.parameters.tao_weight)
    to_children = [proportion for proportion, _ in subnet.child_keys.get(hotkey, ())]
    own = rules.self_contribution(_total(subnet, hotkey), _total(root, hotkey), to_children, weight)
    contributions = [
        rules.parent_contribution(proportion, _total(subnet, parent), _total(root, parent), weight)
        for proportion, parent in parents
    ]
    owner = owner_of(state, hotkey)
    same_owner = [owner_of(state, parent) == owner for _, parent in parents]
    take = max(subnet.childkey_take.get(hotkey, 0), state.runtime.children.min_take(state, subnet))
    rules_in_force = state.runtime.dividends
    burn = tao_weight(state.parameters.ck_burn)
    divided = rules_in_force.divided(dividends, take, own, contributions, same_owner, burn)
    recycled = rules_in_force.recycled_of_parents(dividends, burn, own, contributions, same_owner)
    receivers = [*(parent for _, parent in parents), hotkey]
    return [(receiver, Alpha(part)) for receiver, part in zip(receivers, divided, strict=True)], recycled


@implements("DIV-9")
def drain_pending_emission(
    state: State,
    netuid: NetUid,
    pending_alpha: Alpha,
    pending_tao: Rao,
    pending_swapped: Alpha,
    owner_cut: Alpha,
) -> State:
    """Return the state after an epoch over all pending alpha and the payment of what was pending.

    In this order: the owner cut to the subnet's owner (lost if there is none), incentives to the owners of the
    miners' hotkeys (on the hotkey that the owner chose, if it chose one; from 252 on not that of the owner hotkey,
    which is lost, from 320 on not that of any hotkey of the subnet's owner, which is lost or recycled), dividends in
    alpha to validators and their stakers, dividends in TAO on root. Each group is paid in the order of the accounts;
    what each gets follows from the stakes before the first payment. TAO paid on root raises stakes there, from 283 on
    also the pool of root, but never the total stake. Mirrors ``drain_pending_emission``.
    """
    runtime = state.runtime
    total = Alpha(min(pending_alpha + pending_swapped, U64_MAX))
    for_validators = partial(rules.alpha_for_validators, pending_alpha, pending_swapped)
    state, earned = earn_in_epoch(state, netuid, total, for_validators)
    tao_dividends = tao_dividends_of(earned.by_root, pending_tao)
    payment = Payment(state)
    pay_owner_and_miners(payment, netuid, earned, owner_cut)
    alpha_paid, last_epoch = pay_validators(payment, netuid, earned)
    tao_paid = payment.to_stakers(ROOT, tao_dividends)
    state = recycle(payment.settled(), netuid, earned.recycled)
    root = state.pool(ROOT)
    root_tao = runtime.dividends.root_tao(root.tao, payment.credited_on_root + sum(tao_paid.values()))
    if root_tao != root.tao:
        state = evolve(state, pools=state.pools.set(ROOT, evolve(root, tao=root_tao)))
    subnet = evolve(
        state.subnet(netuid),
        alpha_dividends=Map({hotkey: Alpha(paid) for hotkey, paid in alpha_paid.items()}),
        tao_dividends=Map({hotkey: Rao(paid) for hotkey, paid in tao_paid.items()}),
        total_hotkey_alpha_last_epoch=last_epoch,
    )
    return evolve(state, subnets=state.subnets.set(netuid, subnet))


def drain_pending(state: State, subnet: SubnetAccumulator) -> State:
    """Return the state after the epoch of a subnet and the payment of what was pending there."""
    return drain_pending_emission(
        state,
        subnet.netuid,
        Alpha(min(subnet.pending_emission, U64_MAX)),
        Rao(min(subnet.pending_root_divs, U64_MAX)),
        Alpha(min(subnet.pending_alpha_swapped, U64_MAX)),
        Alpha(min(subnet.pending_owner_cut, U64_MAX)),
    )


@define
class Earned:
    """What an epoch earned, before any of it is paid."""

    incentives: dict[AccountId, int]
    """By hotkey; alpha rao."""
    alpha_dividends: dict[AccountId, Bits]
    """What each validator and its stakers get in alpha; I96F32."""
    by_root: dict[AccountId, Bits]
    """The part of each validator's dividends that its root stake earned; I96F32."""
    recycled: int
    """Alpha rao that no longer count as issued."""


def earn_in_epoch(
    state: State, netuid: NetUid, total: Alpha, for_validators: Callable[[int], Alpha]
) -> tuple[State, Earned]:
    """Return the state after an epoch over all pending alpha, and what it earned, by hotkey in ascending order.

    ``for_validators`` tells the alpha that is there for validators by the sum of the incentives.
    """
    runtime = state.runtime
    state, earnings = runtime.mechanisms.whole_epoch(state, netuid, total)
    incentives: dict[AccountId, int] = {}
    dividends: dict[AccountId, int] = {}
    recycled = 0
    for hotkey, incentive, dividend in earnings:
        incentives[hotkey] = min(incentives.get(hotkey, 0) + incentive, U64_MAX)
        divided, of_parents = distributed_and_recycled(state, hotkey, netuid, dividend)
        recycled += of_parents
        for receiver, share in divided:
            dividends[receiver] = dividends.get(receiver, 0) + (share << rules.FRACTION)
    earned = {hotkey: Bits(dividends[hotkey]) for hotkey in sorted(dividends)}
    by_root = root_dividends_of(state, netuid, earned)
    alpha_dividends = runtime.dividends.alpha_dividends(earned, by_root, for_validators(sum(incentives.values())))
    return state, Earned(incentives, alpha_dividends, by_root, recycled)


def pay_owner_and_miners(payment: "Payment", netuid: NetUid, earned: Earned, owner_cut: Alpha) -> None:
    """Pay the owner cut and the incentives; what is recycled of these joins what is recycled already."""
    state = payment.state
    subnet = state.subnet(netuid)
    if subnet.owner is not None and subnet.owner_hotkey is not None:
        payment.to_one(netuid, subnet.owner_hotkey, subnet.owner, owner_cut)
        owner_paid = state.runtime.locks.on_owner_paid
        if owner_paid is not None:
            payment.state = owner_paid(payment.settled(), netuid, owner_cut)
            payment.changed.clear()
    unpaid_hotkeys = state.runtime.neurons.unpaid_hotkeys(state, subnet)
    destinations = state.runtime.neurons.destinations(state, subnet)
    withheld = min(sum(earned.incentives[hotkey] for hotkey in earned.incentives if hotkey in unpaid_hotkeys), U64_MAX)
    payment.record_withheld(netuid, min(sum(earned.incentives.values()), U64_MAX), withheld)
    for hotkey in sorted(earned.incentives):
        incentive = Alpha(earned.incentives[hotkey])
        if hotkey not in unpaid_hotkeys:
            owner = owner_of(state, hotkey)
            payment.to_one(netuid, destinations.get(owner, hotkey), owner, incentive)
        elif subnet.hyperparameters.recycle_or_burn == RECYCLE:
            earned.recycled += incentive
        else:
            payment.state = state.runtime.assets.burn(payment.state, netuid, incentive)


def pay_validators(
    payment: "Payment", netuid: NetUid, earned: Earned
) -> tuple[dict[AccountId, int], Map[AccountId, Alpha]]:
    """Pay dividends in alpha; return what the stakers got, and what is recorded of the stakes on hotkeys after that."""
    runtime = payment.state.runtime
    paid = payment.to_stakers(netuid, earned.alpha_dividends)
    stakes = {hotkey: payment.pool(netuid, hotkey).total_alpha for hotkey in earned.alpha_dividends}
    recorded = payment.state.subnet(netuid).total_hotkey_alpha_last_epoch
    return paid, runtime.dividends.last_epoch_stakes(recorded, stakes)


def recycle(state: State, netuid: NetUid, amount: int) -> State:
    """Return the state in which alpha of a subnet no longer counts as issued, not below 0."""
    if amount == 0:
        return state
    pool = evolve(state.pool(netuid), alpha_out=Alpha(max(state.pool(netuid).alpha_out - amount, 0)))
    return state.runtime.assets.recycle(evolve(state, pools=state.pools.set(netuid, pool)), netuid, amount)


def root_dividends_of(state: State, netuid: NetUid, dividends: Mapping[AccountId, Bits]) -> dict[AccountId, Bits]:
    """Return the part of each hotkey's dividends that its root stake earned; I96F32."""
    weight = tao_weight(state.parameters.tao_weight)
    subnet, root = state.subnet(netuid), state.subnet(ROOT)
    return {
        hotkey: rules.root_dividends(dividend, _total(subnet, hotkey), _total(root, hotkey), weight)
        for hotkey, dividend in dividends.items()
    }


@implements("DIV-10")
def tao_dividends_of(root_dividends: Mapping[AccountId, Bits], pending_tao: Rao) -> dict[AccountId, Bits]:
    """Return the TAO that each hotkey gets of what was sold for root, in proportion to its root dividends; I96F32."""
    total = Bits(sum(root_dividends.values()))
    return {hotkey: rules.tao_dividends(pending_tao, share, total) for hotkey, share in root_dividends.items()}


def _total(subnet: Subnet, hotkey: AccountId) -> Alpha:
    return subnet.share_pools.get(hotkey, NO_SHARE_POOL).total_alpha


class Payment:
    """Share pools under payment: those that changed, kept apart until all is paid."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.changed: dict[NetUid, dict[AccountId, SharePool]] = {}
        self.credited_on_root = 0

    def pool(self, netuid: NetUid, hotkey: AccountId) -> SharePool:
        """Return the stake on a hotkey, as it stands after the payments so far."""
        pool = self.changed.setdefault(netuid, {}).get(hotkey)
        return self.state.subnet(netuid).share_pools.get(hotkey, NO_SHARE_POOL) if pool is None else pool

    def record_withheld(self, netuid: NetUid, total: int, withheld: int) -> None:
        """Record what of a subnet's incentives is not paid."""
        subnet = self.state.subnet(netuid)
        recorded = self.state.runtime.dividends.record_withheld(subnet, total, withheld)
        if recorded is not subnet:
            self.state = evolve(self.state, subnets=self.state.subnets.set(netuid, recorded))

    def to_one(self, netuid: NetUid, hotkey: AccountId, coldkey: AccountId, amount: Alpha) -> None:
        """Pay alpha (rao on root) as stake to one coldkey."""
        pool = self.pool(netuid, hotkey)
        if amount or pool is not NO_SHARE_POOL:  # nothing on top of nothing is nothing
            pool, credited = self.state.runtime.shares.deposit(pool, coldkey, amount)
            if netuid == ROOT:
                self.credited_on_root += credited
        self.changed[netuid][hotkey] = pool
        self.state = self.state.runtime.staking.record_earning(self.state, coldkey, hotkey, amount)

    @implements("DIV-11")
    def to_stakers(self, netuid: NetUid, dividends: Mapping[AccountId, Bits]) -> dict[AccountId, int]:
        """Pay dividends in I96F32, to each delegate its take and to all stakers on it the rest.

        Return what the stakers got, without takes; hotkeys that got nothing are left out.
        """
        paid: dict[AccountId, int] = {}
        for hotkey, dividend in dividends.items():
            take, rest = rules.take_and_rest(dividend, self.state.delegates.get(hotkey, DEFAULT_DELEGATE_TAKE))
            self.to_one(netuid, hotkey, owner_of(self.state, hotkey), Alpha(take))
            if rest:
                pool = self.pool(netuid, hotkey)
                self.changed[netuid][hotkey] = self.state.runtime.shares.change_total(pool, shares.as_i64(rest))
                paid[hotkey] = rest
        return paid

    def settled(self) -> State:
        """Return the state with all payments made."""
        subnets = self.state.subnets
        for netuid, pools in self.changed.items():
            subnet = self.state.subnet(netuid)
            share_pools = dict(subnet.share_pools)
            for hotkey, pool in pools.items():
                if pool.total_alpha or pool != NO_SHARE_POOL:
                    share_pools[hotkey] = pool
                else:
                    share_pools.pop(hotkey, None)
            subnets = subnets.set(netuid, evolve(subnet, share_pools=Map(share_pools)))
        return evolve(self.state, subnets=subnets)
