"""What a dissolution does from 320 on: positions, alpha and the lock are paid for, and nearly all records go."""

from collections.abc import Iterator
from fractions import Fraction
from math import floor
from typing import Any

from attrs import evolve

from dtao.hashing import twox_64_concat
from dtao.records import ColdkeyLocks, SharePool
from dtao.rules.pools.concentrated.positions import PROTOCOL_ACCOUNT
from dtao.rules.pools.concentrated.records import NO_RANGES, Ranges
from dtao.state import State
from dtao.units import U16_MAX, U64_MAX, NetUid
from dtao_properties.model import accounts, claims, ranges
from dtao_properties.model.amounts import is_stable
from dtao_properties.model.calls.liquidity import composed
from dtao_properties.model.stake import (
    DECIMAL_SINCE,
    credit_stake,
    deposited,
    in_order_of_hashes,
    networks,
    shares_held,
    stake_held,
)
from dtao_properties.model.step import Key
from dtao_properties.model.storage_model import (
    ACCOUNT_LEDGER,
    ACCOUNTS_SINCE,
    ALPHA_LEDGER,
    MONEY,
    PENDING_ALPHA,
    POOL_LEDGER,
    RECORDS,
    TAO_LEDGER,
    StorageModel,
    entry,
)
from dtao_spec.chapters.concentrated import pool as exact
from dtao_spec.chapters.networks.pruning import lock_paid_back
from dtao_spec.chapters.state import EXISTENTIAL_DEPOSIT

MECHANISM = 4_096
"""By how much the indices of a subnet's mechanisms differ."""
OF_MECHANISMS = ("Weights", "Bonds", "Incentive", "LastUpdate")
SHARES = ("Alpha", "AlphaV2")
TOTALS = ("TotalHotkeyAlpha", "TotalHotkeyShares", "TotalHotkeySharesV2")
STAKE = (*TOTALS, *SHARES)
KEPT = {
    "RecycleOrBurn": 320, "MinAllowedUids": 320, "RootClaimableThreshold": 338, "AutoStakeDestination": 338,
    "MaxWeightsLimit": 338,
    "AutoStakeDestinationColdkeys": 338, "RootAlphaDividendsPerSubnet": 361, "RootProp": 365, "MinNonImmuneUids": 365,
    "AdjustmentInterval": 401, "AdjustmentAlpha": 401, "OwnerCutEnabled": 411, "SubnetEmissionEnabled": 411,
    "MinChildkeyTakePerSubnet": 411, "TotalAlphaIssuance": 411, "AlphaBurned": 411, "AlphaRecycled": 411,
}  # fmt: skip
"""What outlives a dissolution, and since when there is such a thing."""
FLOW = ("SubnetTaoFlow", "SubnetEmaTaoFlow", "SubnetProtocolFlow", "SubnetEmaProtocolFlow")
FLOW_GOES_SINCE, WITH_PROTOCOL, EARLY_POOLS = 365, 413, 415
"""From when on the flow goes too, the protocol is paid for its alpha, and the pools of early subnets count no more."""
EARLY_ONLY_SINCE, ALL_EARNINGS_SINCE, OF_TOTALS_SINCE, TOTALS_GO_SINCE = 338, 342, 365, 371
"""From when on the lock of a late subnet stays, that of others is paid back less the worth of the owner's part of all
alpha, shares of stakes of 0 are not paid for, and totals without shares go too."""


def pruned(model: StorageModel) -> int | None:
    """Return the subnet in the place of which a new one comes; None where there is room."""
    state, parameters = model.state, model.state.parameters
    others = [netuid for netuid in networks(state) if netuid]
    if len(others) & U16_MAX < parameters.subnet_limit:
        return None
    prices = [
        Fraction(1) if is_stable(state, netuid) else Fraction(state.pool(NetUid(netuid)).moving_price, 2**32)
        for netuid in others
    ]
    ages = [(netuid, state.subnet(NetUid(netuid)).network_registered_at) for netuid in others]
    found: int | None = model.rules["NET-13"](ages, model.block, parameters.network_immunity_period, prices)
    return found


def dissolved(model: StorageModel, netuid: int) -> None:
    """Remove a network, and pay for what is held of it."""
    claims.subnet_dissolved(model, netuid)
    close_positions(model, netuid)
    _pay_out(model, netuid)
    _remove(model, netuid)
    model.emit("NetworkRemoved", netuid)


def close_positions(model: StorageModel, netuid: int) -> None:
    """Close the positions of users, if the pool was ever traded; from 411 on there are none."""
    if model.since(ACCOUNTS_SINCE) or not ranges.pool_seen(model, netuid).ranges.is_initialized:
        return
    neurons: Any = model.state.subnet(NetUid(netuid)).neurons
    permitted = [
        (-trust, uid)
        for uid, (trust, permit) in enumerate(zip(neurons.validator_trust, neurons.validator_permit, strict=False))
        if permit
    ]
    best = min(permitted)[1] if permitted else None
    positions = model.state.ranges.get(NetUid(netuid), NO_RANGES).positions
    for account, number in sorted(positions, key=_place):
        if account == PROTOCOL_ACCOUNT:
            continue
        pool = ranges.pool_seen(model, netuid).ranges
        position = pool.positions[account, number]
        fees = exact.fees_of(pool, account, number, model.rules)
        tao, alpha = composed(model, netuid, position.low, position.high, position.liquidity)
        paid, staked = map(int, model.rules["NET-11"](tao, alpha, *fees, best is not None))
        model.ranges[netuid] = exact.close_position(pool, account, number)
        _close(model, netuid, account, tao, paid)
        before = _alpha(model, netuid)
        if staked:
            hotkey = neurons.keys[best]
            model.post("closed positions", staked, "SubnetAlphaOut", netuid)
            credit_stake(model, hotkey, account, netuid, min(staked, U64_MAX))
            model.append(hotkey, "StakingHotkeys", account)
        ranges.taken(model, netuid, "alpha", min(alpha + fees[1], U64_MAX))
        model.flow("closed positions", _alpha(model, netuid) - before, netuid)


def _close(model: StorageModel, netuid: int, account: int, tao: int, paid: int) -> None:
    """Pay the TAO of a position, and from 351 on its fees, out of the reserve."""
    items = ("SubnetTaoProvided", "SubnetTAO")
    if not paid:
        return
    deposited(model, account, paid)
    before = sum(model.held(item, netuid) for item in items)
    ranges.taken(model, netuid, "TAO", paid)
    gone = before - sum(model.held(item, netuid) for item in items)
    model.leak("uncounted liquidity", TAO_LEDGER, -tao, netuid)
    model.leak("uncounted liquidity", POOL_LEDGER, min(tao, gone), netuid)
    model.leak("closed positions", TAO_LEDGER, tao - paid, netuid)
    model.leak("closed positions", POOL_LEDGER, gone - min(tao, gone), netuid)


def _pay_out(model: StorageModel, netuid: int) -> None:
    """Pay the TAO of the pool to who holds alpha, and the owner what is paid back of the lock."""
    back = _paid_back(model, netuid)
    held = [one for one in _holdings(model, netuid) if one[2]]
    pot = model.held("SubnetTAO", netuid)
    model.post("payout", -pot, "SubnetTAO", netuid)
    model.post("payout", -pot, "TotalStake")
    if model.since(ACCOUNTS_SINCE):
        return _paid_by_account(model, netuid, pot, held, back)
    for place, part in _in_order(model, pot, [Fraction(alpha) for _, _, alpha in held]):
        deposited(model, held[place][1], part)
    if not held:
        model.leak("pot without holders", TAO_LEDGER, pot, netuid)
    if back:
        deposited(model, model.state.subnet(NetUid(netuid)).owner or 0, back)
        model.leak("returned lock", TAO_LEDGER, -back, netuid)
    return None


def _paid_by_account(model: StorageModel, netuid: int, pot: int, held: list[tuple[int, int, int]], back: int) -> None:
    """Pay holders and owner from the account of the subnet, as far as that is possible, and recycle the rest."""
    account, kept, elsewhere = accounts.account_of(model, netuid), 0, 0
    before = model.held("Balance", account)
    shares = [*(alpha for _, _, alpha in held), _of_protocol(model, netuid)]
    for place, part in _in_order(model, pot, [Fraction(alpha) for alpha in shares]):
        if place == len(held):
            kept = part
        else:
            elsewhere += _sent(model, netuid, held[place][1], part)
    owner: int = model.state.subnet(NetUid(netuid)).owner or 0
    back = min(back, max(model.held("Balance", account) - kept, 0))
    elsewhere += _sent(model, netuid, owner, back)
    rest = max(model.held("Balance", account) - EXISTENTIAL_DEPOSIT, 0)
    accounts.recycled(model, account, rest)
    model.flow("recycled by dissolutions", -rest)
    gone = before - model.held("Balance", account) - elsewhere
    model.leak("forgotten subnet", ACCOUNT_LEDGER, pot - gone - _named(model), netuid)


def _sent(model: StorageModel, netuid: int, coldkey: int, tao: int) -> int:
    """Pay from the account of a subnet if it can, and return how much of it the accounts of other subnets receive."""
    sent = _named(model, accounts.SENT)
    if accounts.may_pay_out(model, netuid, coldkey, tao):
        accounts.paid_out(model, netuid, coldkey, tao)
    return 0 if coldkey == accounts.account_of(model, netuid) else _named(model, accounts.SENT) - sent


def _named(model: StorageModel, name: str | None = None) -> int:
    """Return how much of what the accounts part from the pools has a name already, or that name."""
    return sum(leak.amount for leak in model.leaks if leak.ledger == ACCOUNT_LEDGER and name in (None, leak.name))


def _of_protocol(model: StorageModel, netuid: int) -> int:
    """Return the alpha for which the protocol takes part in the payout."""
    bought, pool = model.held("SubnetProtocolAlpha", netuid), model.held("SubnetAlphaIn", netuid)
    if not model.since(WITH_PROTOCOL):
        return 0
    registered_at = model.state.subnet(NetUid(netuid)).network_registered_at
    is_early = model.since(EARLY_POOLS) and registered_at <= model.state.parameters.tao_in_refund_deployment_block
    return bought if is_early else min(pool + bought, U64_MAX)


def _in_order(model: StorageModel, pot: int, held: list[Fraction]) -> list[tuple[int, int]]:
    """Return the parts that are paid of a pot, in the order of payment: if any is raised, the largest remainders first.

    The order matters where two parts fall to one account that starts with less than the existential deposit.
    """
    total = sum(held)
    whole = [pot * one / total if total else Fraction(0) for one in held]
    order = list(range(len(held)))
    if sum(map(floor, whole)) < pot:
        order.sort(key=lambda place: floor(whole[place]) - whole[place])
    parts = model.rules["NET-12"](Fraction(pot), held) if total else whole
    return [(place, int(parts[place])) for place in order if parts[place]]


def _paid_back(model: StorageModel, netuid: int) -> int:
    """Return what the owner gets back of the lock."""
    state, subnet = model.state, model.state.subnet(NetUid(netuid))
    cut = model.rules["EMIT-4"](state.parameters.subnet_owner_cut)
    price = ranges.price_now(model, netuid)
    if model.since(ALL_EARNINGS_SINCE):
        issued = _issued(model, netuid)
        earned = min(int(int(issued * cut) * price), U64_MAX)
    else:
        alpha = min(int(sum(subnet.neurons.emission) * cut), U64_MAX)
        sold = ranges.quoted(model, netuid, False, alpha) if alpha else None
        earned = 0 if sold is None else sold.paid_out if not isinstance(sold, str) else min(int(alpha * price), U64_MAX)
    start = state.parameters.network_registration_start_block if model.since(EARLY_ONLY_SINCE) else U64_MAX
    return int(lock_paid_back(Fraction(subnet.locked), Fraction(earned), subnet.network_registered_at, start))


def _issued(model: StorageModel, netuid: int) -> int:
    """Return the alpha that counts as issued."""
    amounts = [model.held(item, netuid) for item in ("SubnetAlphaIn", "SubnetAlphaInProvided", "SubnetAlphaOut")]
    if "EMIT-13" in model.rules:
        return int(model.rules["EMIT-13"](*map(Fraction, amounts)))
    return min(amounts[0] + amounts[2], U64_MAX)


def _holdings(model: StorageModel, netuid: int) -> list[tuple[int, int, int]]:
    """Return (hotkey, coldkey, alpha) of what is paid for, in the order of the hashed keys; shares without worth count.

    From 401 on the coldkeys of a hotkey are in the order of their accounts.

    Until 364 it is every entry of shares, from then on those of hotkeys with a stored total.
    """
    found = []
    holders = _holders(model, netuid)
    for hotkey in in_order_of_hashes(_paid_for(model, netuid)):
        coldkeys = holders.get(hotkey, set())
        for coldkey in sorted(coldkeys) if model.since(DECIMAL_SINCE) else in_order_of_hashes(coldkeys):
            shares = min(int(shares_held(model, hotkey, coldkey, netuid)), U64_MAX)
            found.append((hotkey, coldkey, stake_held(model, hotkey, coldkey, netuid) or shares))
    return found


def _holders(model: StorageModel, netuid: int) -> dict[int, set[int]]:
    """Return who has an entry of shares of each hotkey of a subnet."""
    found: dict[int, set[int]] = {}
    for hotkey, pool in model.state.subnet(NetUid(netuid)).share_pools.items():
        found[hotkey] = {int(coldkey) for coldkey in pool.holders()}
    for item, *keys in model.entries:
        if item in SHARES and keys[2] == netuid:
            found.setdefault(keys[0], set()).add(keys[1])
    return found


def _paid_for(model: StorageModel, netuid: int) -> set[int]:
    """Return the hotkeys of which the shares are paid for, and the totals go."""
    holders = _holders(model, netuid)
    hotkeys = {hotkey for hotkey, coldkeys in holders.items() if coldkeys or model.since(TOTALS_GO_SINCE)}
    if not model.since(OF_TOTALS_SINCE):
        return hotkeys
    pools = model.state.subnet(NetUid(netuid)).share_pools
    zeros = {hotkey for hotkey, pool in pools.items() if pool.is_zero_stored}
    return {hotkey for hotkey in hotkeys if hotkey in zeros or model.held("TotalHotkeyAlpha", hotkey, netuid)}


def _remove(model: StorageModel, netuid: int) -> None:
    """Remove what is stored under a netuid, but for what is kept."""
    before = _alpha(model, netuid)
    paid_for = _paid_for(model, netuid)
    stakes = sum(model.held("TotalHotkeyAlpha", hotkey, netuid) for hotkey in paid_for)
    pending = sum(model.held(item, netuid) for item in PENDING_ALPHA)
    model.leak("forgotten subnet", ALPHA_LEDGER, stakes + pending - model.held("SubnetAlphaOut", netuid), netuid)
    model.leak("forgotten subnet", TAO_LEDGER, model.held("PendingRootDivs", netuid), netuid)
    model.leak("uncounted liquidity", POOL_LEDGER, model.held("SubnetTaoProvided", netuid), netuid)
    kept = {item for item, since in KEPT.items() if model.since(since)}
    kept |= set() if model.since(FLOW_GOES_SINCE) else {*FLOW}
    bare = State(runtime=model.step.era.runtime)
    for key in [*_stored(model, netuid)]:
        if key[0] in kept or (key[0] in STAKE and key[1] not in paid_for):
            continue
        if key[0] in MONEY and key[0] not in FLOW:
            model.post_to("dissolution", 0, *key)
        else:
            model.write(entry(bare, key), *key)
    left_over = ranges.pool_seen(model, netuid).ranges.left_over
    model.ranges[netuid] = evolve(exact.Ranges(), left_over=left_over)
    model.flow("dissolved", _alpha(model, netuid) - before, netuid)
    model.write(max(model.read("TotalNetworks") - 1, 0), "TotalNetworks")
    for uid, row in model.state.subnet(NetUid(0)).neurons.weights.items():
        model.write(tuple((to, 0 if to == netuid else weight) for to, weight in row), "Weights", 0, uid)


def _alpha(model: StorageModel, netuid: int) -> int:
    return sum(model.held(item, netuid) for item in ("SubnetAlphaIn", "SubnetAlphaInProvided", "SubnetAlphaOut"))


def _stored(model: StorageModel, netuid: int) -> Iterator[Key]:
    """Yield the keys of all that is stored under a netuid and the indices of its mechanisms, but for ranges."""
    state = model.state
    for item in state.runtime.items.by_name.values():
        if "netuid" not in item.keys or (item.record is Ranges and item.name not in MONEY):
            continue
        indices = [netuid]
        if item.name in OF_MECHANISMS:
            count = state.subnet(NetUid(netuid)).hyperparameters.mechanism_count
            indices = [netuid + MECHANISM * place for place in range(count)]
        for index in indices:
            record = RECORDS[item.record](state, NetUid(index))
            if item.record in (SharePool, ColdkeyLocks):
                continue  # the former are below; locks are no money
            if not item.map_keys:
                yield (item.name, index)
                continue
            for located in getattr(record, item.attribute):
                place = dict(zip(item.map_keys, located if isinstance(located, tuple) else (located,), strict=True))
                if place.setdefault("netuid", index) == index:
                    yield (item.name, *(place[name] for name in item.keys))
    for hotkey, coldkeys in _holders(model, netuid).items():
        yield from ((total, hotkey, netuid) for total in TOTALS)
        yield from ((shares, hotkey, coldkey, netuid) for shares in SHARES for coldkey in coldkeys)


def _place(key: tuple[int, int]) -> bytes:
    """Return the key of a position among those of a pool, whose hasher is Twox64Concat."""
    account, number = key
    return twox_64_concat(account.to_bytes(32, "little")) + twox_64_concat(number.to_bytes(16, "little"))
