"""Claims of the stakers of root in the state: what they are paid, and what follows from changes of stake and keys."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from dtao.accumulator import SubnetAccumulator
from dtao.entries import with_entry, without
from dtao.evolving import copier, evolve, maker
from dtao.outcome import Rejected, Rejection
from dtao.persistent import Map
from dtao.records import NO_SHARE_POOL, Pool, Rates, SharePool
from dtao.rule import implements
from dtao.rules import claims as rules
from dtao.rules.flow import flow_after_outflow
from dtao.rules.pools.concentrated import unpacked
from dtao.rules.pools.concentrated.unpacked import NOTHING_UNPACKED
from dtao.rules.pools.weighted import NO_WEIGHTS
from dtao.state import BlockContext, CheckedClaims, State
from dtao.transitions import liquidity, stake, weighted
from dtao.transitions.subnet_accounts import account_of, transfer_tao_from_subnet
from dtao.units import ROOT, U64_MAX, AccountId, Alpha, Bits, BlockNumber, NetUid, Rao

Claimed = Map[tuple[NetUid, AccountId, AccountId], int]


def claim_nothing(state: State, hotkey: AccountId, coldkey: AccountId, amount: Rao) -> State:
    """Return the state as it is: nothing is claimed."""
    return state


def move_no_claims_of_hotkey(state: State, netuid: NetUid, old: AccountId, new: AccountId) -> State:
    """Return the state as it is: nothing is claimed."""
    return state


def move_no_claims_of_coldkey(state: State, netuid: NetUid, hotkey: AccountId, old: AccountId, new: AccountId) -> State:
    """Return the state as it is: nothing is claimed."""
    return state


def drop_no_claims(state: State, netuid: NetUid) -> State:
    """Return the state as it is: nothing is claimed."""
    return state


_pool, _with_claimed = maker(Pool), copier(State, "root_claimed")
NOTHING_CHECKED: tuple[Rates, SharePool | None] = (), None


@implements("CLAIM-2")
def owed_to(state: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, rate: Bits) -> Bits:
    """Return the alpha that a coldkey is owed of a subnet at a rate; I96F32."""
    root_stake = Rao(stake.stake_of(state, hotkey, coldkey, ROOT))
    return rules.owed(rate, root_stake, state.root_claimed.get((netuid, hotkey, coldkey), 0))


class ClaimedOfOne:
    """What counts as claimed by one coldkey on one hotkey, in the order of that one's rates, to be changed in place.

    It stands in the state instead of the whole map while the coldkey claims there, because each claim that is sold
    changes it for all subnets.
    """

    def __init__(self, state: State, hotkey: AccountId, coldkey: AccountId) -> None:
        rates, self.whole = state.root_claimable.get(hotkey, ()), state.root_claimed
        self.rates = [rate for _, rate in rates]
        self.places = {(netuid, hotkey, coldkey): place for place, (netuid, _) in enumerate(rates)}
        self.before = [self.whole.get(key, 0) for key in self.places]
        self.claimed = self.before.copy()

    def get(self, key: tuple[NetUid, AccountId, AccountId], absent: int) -> int:
        """Return what counts as claimed of a subnet, as the map does."""
        return self.claimed[self.places[key]]

    def set(self, key: tuple[NetUid, AccountId, AccountId], claimed: int) -> "ClaimedOfOne":
        """Let so much count as claimed of a subnet."""
        self.claimed[self.places[key]] = claimed
        return self

    def packed(self) -> Claimed:
        """Return the whole map as it is now."""
        now = zip(self.places, self.before, self.claimed, strict=True)
        return self.whole.update({key: claimed for key, before, claimed in now if claimed != before})


@implements("CLAIM-4")
def count_stake_as_claimed(state: State, hotkey: AccountId, coldkey: AccountId, amount: Rao) -> State:
    """Return the state in which root stake that was added earns nothing of what a hotkey earned before."""
    claimed: Any = state.root_claimed
    if isinstance(claimed, ClaimedOfOne):
        claimed.claimed = rules.all_claimed_after_addition(claimed.claimed, claimed.rates, amount)
        return state
    changed: dict[tuple[NetUid, AccountId, AccountId], int] = {}
    for netuid, rate in state.root_claimable.get(hotkey, ()):
        key = netuid, hotkey, coldkey
        before = claimed.get(key, 0)
        after = rules.claimed_after_addition(before, rate, amount)
        if after != before:
            changed[key] = after
    return evolve(state, root_claimed=claimed.update(changed)) if changed else state


@implements("CLAIM-4")
def count_stake_no_more(state: State, hotkey: AccountId, coldkey: AccountId, amount: Rao) -> State:
    """Return the state in which what counts as claimed shrank with root stake that was removed."""
    claimed = state.root_claimed
    for netuid, rate in state.root_claimable.get(hotkey, ()):
        key = netuid, hotkey, coldkey
        before = claimed.get(key, 0)
        after = rules.claimed_after_removal(before, rate, amount)
        if netuid != ROOT and after != before:
            claimed = with_entry(claimed, key, after, after != 0)
    return state if claimed is state.root_claimed else evolve(state, root_claimed=claimed)


@implements("CLAIM-4", "CLAIM-8")
def count_stake_and_index(state: State, hotkey: AccountId, coldkey: AccountId, amount: Rao) -> State:
    """Return the state after root stake was bought: it counts as claimed, and the coldkey has an index."""
    return add_coldkey_index(count_stake_as_claimed(state, hotkey, coldkey, amount), coldkey)


@implements("CLAIM-8")
def add_coldkey_index(state: State, coldkey: AccountId) -> State:
    """Return the state in which a coldkey has an index among those for which blocks claim; the next one if it is new.

    Mirrors ``maybe_add_coldkey_index``.
    """
    if coldkey in state.staking_coldkeys:
        return state
    index = state.num_staking_coldkeys
    return evolve(
        state,
        staking_coldkeys=state.staking_coldkeys.set(coldkey, index),
        staking_coldkeys_by_index=state.staking_coldkeys_by_index.set(index, coldkey),
        num_staking_coldkeys=index + 1,
    )


@implements("CLAIM-8")
def count_stake_no_more_and_unindex(state: State, hotkey: AccountId, coldkey: AccountId, amount: Rao) -> State:
    """Return the state as :func:`count_stake_no_more`; a coldkey without root stake has no index then."""
    state = count_stake_no_more(state, hotkey, coldkey, amount)
    hotkeys = state.staking_hotkeys.get(coldkey, ())
    has_stake = any(stake.stake_of(state, hotkey, coldkey, ROOT) for hotkey in hotkeys)
    return state if has_stake else remove_coldkey_index(state, coldkey)


@implements("CLAIM-8")
def remove_coldkey_index(state: State, coldkey: AccountId) -> State:
    """Return the state in which a coldkey has no index; the coldkey with the last one gets the one that is free.

    Mirrors ``maybe_remove_coldkey_index``.
    """
    index = state.staking_coldkeys.get(coldkey)
    if index is None:
        return state
    last = max(state.num_staking_coldkeys - 1, 0)
    coldkeys, by_index = state.staking_coldkeys.delete(coldkey), state.staking_coldkeys_by_index
    moved = by_index.get(last) if index != last else None
    if moved is None:
        by_index = without(by_index, index)
    else:
        by_index = by_index.delete(last).set(index, moved)
        coldkeys = coldkeys.set(moved, index)
    return evolve(state, staking_coldkeys=coldkeys, staking_coldkeys_by_index=by_index, num_staking_coldkeys=last)


def keep_coldkey_index(state: State, netuid: NetUid, old: AccountId) -> State:
    """Return the state as it is."""
    return state


@implements("CLAIM-13")
def remove_coldkey_index_on_root(state: State, netuid: NetUid, old: AccountId) -> State:
    """Return the state in which a swapped coldkey, once its root stake has followed, has no index."""
    return remove_coldkey_index(state, old) if netuid == ROOT else state


Claim = Callable[[State, AccountId, AccountId, NetUid, Bits], State]
"""(state, hotkey, coldkey, netuid, rate) -> the state after the coldkey claimed what it is owed of the subnet."""


@implements("CLAIM-6")
def claim_for(
    state: State, coldkey: AccountId, subnets: Collection[NetUid] | None, claim: Claim | None = None
) -> State:
    """Return the state after a coldkey claimed what it is owed, of all subnets or of some.

    Its hotkeys follow each other in the order in which it first staked with them, the subnets of each by netuid. What
    is sold of one becomes root stake before the next is claimed. ``claim`` makes one of the claims, as
    :func:`claim_on_subnet` does where none is given. Mirrors ``do_root_claim``.
    """
    for hotkey in state.staking_hotkeys.get(coldkey, ()):
        rates = (rate for rate in state.root_claimable.get(hotkey, ()) if subnets is None or rate[0] in subnets)
        if (due := next_due(state, hotkey, coldkey, rates)) is None:
            continue
        claimed = ClaimedOfOne(state, hotkey, coldkey)
        state = _with_claimed(state, claimed)
        while due is not None:
            state = (claim or claim_on_subnet)(state, hotkey, coldkey, *due)
            due = next_due(state, hotkey, coldkey, rates)
        state = _with_claimed(state, claimed.packed())
    return state


@implements("CLAIM-3")
def next_due(
    state: State, hotkey: AccountId, coldkey: AccountId, rates: Iterable[tuple[NetUid, Bits]]
) -> tuple[NetUid, Bits] | None:
    """Return the first subnet, with its rate, of which a coldkey would claim anything; None if it would of none."""
    claimed_before, subnet_of, absent = state.root_claimed.get, state.subnets.get, state.runtime.items.subnet
    root_stake = Rao(stake.stake_of(state, hotkey, coldkey, ROOT))
    for netuid, rate in rates:
        claimed = claimed_before((netuid, hotkey, coldkey), 0)
        threshold = subnet_of(netuid, absent).root_claimable_threshold
        # Where anything is claimed, no more is owed than without saturation.
        may_claim = rate * root_stake - (claimed << rules.FRACTION) >= threshold
        if may_claim and rules.claimed_now(rules.owed(rate, root_stake, claimed), threshold):
            return netuid, rate
    return None


@implements("CLAIM-5")
def claim_on_subnet(state: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, rate: Bits) -> State:
    """Return the state after a coldkey claimed what is due to it of one subnet, sold or kept as it chose.

    What is sold pays no fee; the TAO becomes root stake, of which the past counts as claimed. If the pool refuses to
    buy, nothing counts as claimed. Mirrors ``root_claim_on_subnet``.
    """
    threshold = state.subnet(netuid).root_claimable_threshold
    amount = rules.claimed_now(owed_to(state, hotkey, coldkey, netuid, rate), threshold)
    if rules.is_kept(state.root_claim_type.get(coldkey, rules.SWAP), netuid):
        state = credit(state, hotkey, coldkey, netuid, amount)
    else:
        state, is_claimed = state.runtime.claims.claim_by_sale(state, hotkey, coldkey, netuid, amount)
        if not is_claimed:
            return state
    key = netuid, hotkey, coldkey
    after = min(state.root_claimed.get(key, 0) + amount, rules.U128_MAX)
    return evolve(state, root_claimed=state.root_claimed.set(key, after))


@implements("CLAIM-5")
def claim_by_sale(
    state: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, amount: Alpha
) -> tuple[State, bool]:
    """Return the state after what is claimed was sold for root stake, and whether the pool did not refuse to buy.

    A price that moved before the pool turned out to hold too little stays moved.
    """
    state, result = liquidity.try_sell(state, netuid, amount, is_free=True)
    if isinstance(result, Rejection):
        return state, False
    state = credit(state, hotkey, coldkey, ROOT, Alpha(result.paid_out))
    return count_stake_as_claimed(state, hotkey, coldkey, Rao(result.paid_out)), True


@implements("CLAIM-5")
def claim_by_sale_to_root(
    state: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, amount: Alpha
) -> tuple[State, bool]:
    """Return the state after what is claimed was sold for root stake, of which the pool of root has the TAO; and True.

    It flows out of the subnet. Rejects what the sale does, and the payment to the account of root.
    """
    state, result = liquidity.try_sell(state, netuid, amount, is_free=True)
    paid = Rao(liquidity.accepted(result).paid_out)
    state = transfer_tao_from_subnet(state, netuid, account_of(ROOT), paid)
    emission = state.emission(netuid)
    emission = evolve(
        emission,
        root_sell_tao=Rao(min(emission.root_sell_tao + paid, U64_MAX)),
        protocol_flow=flow_after_outflow(emission.protocol_flow, paid),
    )
    state = evolve(state, emissions=state.emissions.set(netuid, emission))
    state = credit(state, hotkey, coldkey, ROOT, Alpha(paid))
    root = state.pool(ROOT)
    root = evolve(root, tao=Rao(min(root.tao + paid, U64_MAX)), alpha_out=Alpha(min(root.alpha_out + paid, U64_MAX)))
    total = Rao(min(state.total_stake + paid, U64_MAX))
    state = evolve(state, pools=state.pools.set(ROOT, root), total_stake=total)
    return count_stake_as_claimed(state, hotkey, coldkey, paid), True


def credit(state: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, amount: Alpha) -> State:
    """Return the state after an amount became stake of a coldkey that came from nobody."""
    pool, _ = state.runtime.shares.deposit(stake.share_pool(state, hotkey, netuid), coldkey, amount)
    state = stake.with_subnet(state, netuid, stake.with_share_pool(state.subnet(netuid), hotkey, pool))
    return state.runtime.staking.record_earning(state, coldkey, hotkey, amount)


@implements("CLAIM-7")
def claim_automatically(context: BlockContext) -> None:
    """Claim for the coldkeys that the hash of the block before draws, in the order of their indices.

    Mirrors ``run_auto_claim_root_divs``.
    """
    state = context.state
    if state.root_claimed is not context.root_claimed:  # not by this phase
        context.checked_claims.clear()
    drawn = rules.indices_drawn(state.parent_hash, state.parameters.num_root_claims, state.num_staking_coldkeys)
    for index in drawn:
        coldkey = state.staking_coldkeys_by_index.get(index)
        if coldkey is None:
            continue
        checked = context.checked_claims.setdefault(coldkey, {})
        if is_any_due(context.state, coldkey, checked):
            checked.clear()
            _claim(context, coldkey)
    context.root_claimed = context.state.root_claimed


def is_any_due(state: State, coldkey: AccountId, checked: CheckedClaims) -> bool:
    """Whether a coldkey would claim anything of any subnet.

    ``checked`` tells of which hotkeys nothing was due, at which rates and root stake; it learns of others. What else
    claims depend on has to be as it was then: thresholds, and what counts as claimed by the coldkey.
    """
    for hotkey in state.staking_hotkeys.get(coldkey, ()):
        rates, pool = state.root_claimable.get(hotkey, ()), stake.share_pool(state, hotkey, ROOT)
        known_rates, known_pool = checked.get(hotkey, NOTHING_CHECKED)
        if rates is known_rates and pool is known_pool:
            continue
        new_rates = set(rates).difference(known_rates) if pool is known_pool else rates
        if new_rates and next_due(state, hotkey, coldkey, new_rates) is not None:
            return True
        checked[hotkey] = rates, pool
    return False


def _claim(context: BlockContext, coldkey: AccountId) -> None:
    """Claim for a coldkey while a block is computed: the pools that may buy are packed before, unpacked after."""
    accumulators = {subnet.netuid: subnet for subnet in context.subnets}
    packed: dict[NetUid, SubnetAccumulator] = {}

    def claim(state: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, rate: Bits) -> State:
        if netuid in accumulators and netuid not in packed:
            packed[netuid] = accumulators[netuid]
            state = _with_packed(state, accumulators[netuid])
        return claim_on_subnet(state, hotkey, coldkey, netuid, rate)

    state = evolve(
        context.state,
        block_number=BlockNumber(context.block_number),
        total_issuance=Rao(context.total_issuance),
        total_stake=Rao(context.total_stake),
    )
    try:
        state = claim_for(state, coldkey, None, claim)
    except Rejected:  # Then nothing of the claim remains.
        return
    context.state, context.total_issuance = state, state.total_issuance
    context.total_stake = state.total_stake
    for subnet in packed.values():
        _unpack(state, subnet)


def _with_packed(state: State, subnet: SubnetAccumulator) -> State:
    """Return the state in which what a sale for root reads and changes of a subnet is as it stands in the block."""
    netuid, balance, weights = subnet.netuid, subnet.balance, weighted.pack(subnet)
    pool = _pool(subnet.tao, subnet.alpha_in, subnet.alpha_out, subnet.volume, subnet.moving_price)
    emission = evolve(
        state.emission(netuid), root_sell_tao=Rao(subnet.root_sell_tao), protocol_flow=subnet.protocol_flow
    )
    return evolve(
        state,
        balances=state.balances if balance is None else state.balances.set(subnet.account, Rao(balance)),
        pools=state.pools.set(netuid, pool),
        emissions=state.emissions.set(netuid, emission),
        ranges=state.ranges
        if subnet.ranges is NOTHING_UNPACKED
        else state.ranges.set(netuid, unpacked.pack(subnet.ranges)),
        weights=state.weights if weights is NO_WEIGHTS else state.weights.set(netuid, weights),
    )


def _unpack(state: State, subnet: SubnetAccumulator) -> None:
    pool = state.pool(subnet.netuid)
    subnet.balance = None
    subnet.tao, subnet.alpha_in, subnet.alpha_out, subnet.volume = pool.tao, pool.alpha_in, pool.alpha_out, pool.volume
    subnet.ranges = unpacked.unpack(liquidity.ranges_of(state, subnet.netuid))
    emission = state.emission(subnet.netuid)
    subnet.root_sell_tao, subnet.protocol_flow = emission.root_sell_tao, emission.protocol_flow
    weighted.unpack(state.weights.get(subnet.netuid, NO_WEIGHTS), subnet)


@implements("CLAIM-13")
def move_claims_of_hotkey(state: State, netuid: NetUid, old: AccountId, new: AccountId) -> State:
    """Return the state in which claims on a subnet follow a hotkey that is swapped there.

    The rates of all subnets follow at once, added to those of the new hotkey, even if the root stake stays. What counts
    as claimed of the subnet follows for the coldkeys that have an entry of shares there, and not for others. Mirrors
    ``transfer_root_claimable_for_new_hotkey`` and ``transfer_root_claimed_for_new_keys``.
    """
    rates = state.root_claimable.get(old, ())
    if rates:
        sums = rules.with_rates_added(state.root_claimable.get(new, ()), rates)
        state = evolve(state, root_claimable=state.root_claimable.delete(old).set(new, sums))
    claimed = state.root_claimed
    for coldkey in state.subnet(netuid).share_pools.get(old, NO_SHARE_POOL).shares:
        claimed = _moved(claimed, (netuid, old, coldkey), (netuid, new, coldkey))
    return state if claimed is state.root_claimed else evolve(state, root_claimed=claimed)


@implements("CLAIM-13")
def move_claims_of_root_hotkey(state: State, netuid: NetUid, old: AccountId, new: AccountId) -> State:
    """Return the state in which all claims follow a hotkey that is swapped on root; a swap elsewhere moves none.

    What counts as claimed follows for every coldkey for which it is stored. Mirrors
    ``transfer_root_claimable_for_new_hotkey`` and ``transfer_root_claimed_for_new_keys``.
    """
    if netuid != ROOT:
        return state
    rates = state.root_claimable.get(old, ())
    if rates:
        sums = rules.with_rates_added(state.root_claimable.get(new, ()), rates)
        state = evolve(state, root_claimable=state.root_claimable.delete(old).set(new, sums))
    subnets = {subnet for subnet, _ in state.root_claimable.get(new, ())}
    claimed = state.root_claimed
    for subnet, hotkey, coldkey in state.root_claimed:
        if hotkey == old and subnet in subnets:
            claimed = _moved(claimed, (subnet, old, coldkey), (subnet, new, coldkey))
    enabled = state.auto_parent_delegation_enabled
    if old in enabled:
        state = evolve(state, auto_parent_delegation_enabled=enabled.delete(old).set(new, enabled[old]))
    return state if claimed is state.root_claimed else evolve(state, root_claimed=claimed)


@implements("CLAIM-13")
def move_claims_of_staking_coldkey(
    state: State, netuid: NetUid, hotkey: AccountId, old: AccountId, new: AccountId
) -> State:
    """Return the state as :func:`move_claims_of_coldkey`, if the new coldkey has stake there, and not only shares."""
    if not stake.stake_of(state, hotkey, new, netuid):
        return state
    claimed = _moved(state.root_claimed, (netuid, hotkey, old), (netuid, hotkey, new))
    if claimed is not state.root_claimed:
        state = evolve(state, root_claimed=claimed)
    return add_coldkey_index(state, new) if netuid == ROOT else state


@implements("CLAIM-13")
def move_claims_of_coldkey(state: State, netuid: NetUid, hotkey: AccountId, old: AccountId, new: AccountId) -> State:
    """Return the state in which what counts as claimed of a subnet follows a swapped coldkey that had shares there.

    The new coldkey gets an index if it has root stake now. Called once the shares have moved.
    """
    if not state.subnet(netuid).share_pools.get(hotkey, NO_SHARE_POOL).shares.get(new, 0):
        return state
    claimed = _moved(state.root_claimed, (netuid, hotkey, old), (netuid, hotkey, new))
    if claimed is not state.root_claimed:
        state = evolve(state, root_claimed=claimed)
    return add_coldkey_index(state, new) if netuid == ROOT else state


def _moved(
    claimed: Claimed, old: tuple[NetUid, AccountId, AccountId], new: tuple[NetUid, AccountId, AccountId]
) -> Claimed:
    """Return what counts as claimed after an entry was added to another one.

    Nothing is claimed of root itself, but even an entry of 0 there keeps a hotkey from being swapped in, from 419 on.
    """
    amount, rest = claimed.get(old, 0), without(claimed, old)
    if amount == 0 and new[0] != ROOT:
        return rest
    return rest.set(new, min(rest.get(new, 0) + amount, rules.U128_MAX))


@implements("CLAIM-14")
def drop_claims_on_subnet(state: State, netuid: NetUid) -> State:
    """Return the state in which nothing of a subnet can be claimed, nor counts as claimed.

    Mirrors ``finalize_all_subnet_root_dividends``.
    """
    claimable, claimed = state.root_claimable, state.root_claimed
    for hotkey, rates in claimable.items():
        kept: Rates = tuple((other, rate) for other, rate in rates if other != netuid)
        if kept != rates:
            claimable = with_entry(claimable, hotkey, kept, bool(kept))
    for key in claimed:
        if key[0] == netuid:
            claimed = without(claimed, key)
    return evolve(state, root_claimable=claimable, root_claimed=claimed)
