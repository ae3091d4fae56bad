"""The end of a tempo: what was pending is paid, to owners, miners, validators and the stakers of root."""

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Any

from attrs import evolve, frozen

from dtao.records import NO_SHARE_POOL, Subnet
from dtao.state import State
from dtao.transitions.lock_swaps import change_owner_by_conviction
from dtao.units import U64_MAX, AccountId, Alpha, BlockNumber, NetUid
from dtao_properties.model.accounts import alpha_counted
from dtao_properties.model.blocks_by_flow import APART_SINCE
from dtao_properties.model.claims import CLAIMS_SINCE, set_aside
from dtao_properties.model.earnings import JOINING_POOL_SINCE, UNCOUNTED, joined, owner_of, paid
from dtao_properties.model.locks import convictions_of
from dtao_properties.model.step import Oracle, Step
from dtao_properties.model.storage_model import ACCOUNTS_SINCE, ALPHA_LEDGER, ROOT_LEDGER, StorageModel
from dtao_spec.chapters.dividends.division import DEFAULT_TAKE, Hotkey, recycled_of_validator
from dtao_spec.chapters.dividends.root import root_dividends_of

WHOLE = 2**32
"""An emission of this much is divided into the shares themselves, in units of 2^-32."""
RECYCLING_SINCE = 320
"""The first version that recycles, pays no neuron of the owner, and runs the epochs of several mechanisms."""
BY_CONVICTION_SINCE = 425
"""The first version in which conviction changes the owner of a subnet."""
RECORDED_APART_SINCE = 361
"""The first version that records what is set aside for root apart from the dividends of the subnet."""


@frozen
class Pending:
    """What is pending until the end of a tempo."""

    alpha: int
    """What waits for participants, from 343 on for validators alone."""
    tao: int = 0
    swapped: int = 0
    owner_cut: int = 0
    root_alpha: int = 0
    for_miners: int = 0

    @property
    def of_root(self) -> int:
        """The alpha that root earned: what was sold for it, or what is set aside."""
        return self.swapped + self.root_alpha

    @property
    def all_alpha(self) -> int:
        """What an epoch divides: also what root earned."""
        return self.alpha + self.for_miners + self.of_root


def paid_out(model: StorageModel, step: Step, netuid: int, pending: Pending, block: int) -> None:
    """Pay what was pending: the owner cut, incentives, dividends in alpha, dividends in TAO."""
    before = with_owner_by_conviction(model, state_under(model, block), netuid)
    subnet = before.subnet(NetUid(netuid))
    incentives: dict[int, int] = {}
    dividends: dict[int, int] = {}
    assigned = recycled = 0
    rules, hotkeys = model.rules, Hotkeys(before, NetUid(netuid))
    weight = rules["EMIT-5"](before.parameters.tao_weight)
    for hotkey, as_miner, as_validator in earnings(step, before, netuid, min(pending.all_alpha, U64_MAX)):
        assigned += as_miner + as_validator
        incentives[hotkey] = min(incentives.get(hotkey, 0) + as_miner, U64_MAX)
        parts, of_parents = divided(model, hotkeys, hotkey, Fraction(as_validator), weight)
        recycled += of_parents
        for receiver, part in parts:
            dividends[receiver] = dividends.get(receiver, 0) + int(part)
    in_order = {hotkey: Fraction(dividends[hotkey]) for hotkey in sorted(dividends)}
    of_root = root_dividends_of(hotkeys, in_order, weight, rules)
    tao = rules["DIV-10"](hotkeys, in_order, Fraction(pending.tao + pending.root_alpha), weight)
    alpha = alpha_payments(model, netuid, pending, Earned(assigned, incentives, in_order, of_root))

    if subnet.owner is not None and subnet.owner_hotkey is not None:
        paid(model, subnet.owner_hotkey, subnet.owner, netuid, pending.owner_cut)
    else:
        model.leak("unassigned emission", ALPHA_LEDGER, pending.owner_cut, netuid)
    unpaid = sum(incentives.pop(hotkey, 0) for hotkey in unpaid_hotkeys(model, subnet))
    if model.since(RECYCLING_SINCE) and subnet.hyperparameters.recycle_or_burn == "Recycle":
        recycled += unpaid
    else:
        model.leak("burned owner incentive", ALPHA_LEDGER, unpaid, netuid)
        alpha_counted(model, "burned", netuid, unpaid)
    for hotkey in sorted(incentives):
        owner = owner_of(before, hotkey)
        chosen = subnet.auto_stake_destinations if model.since(CLAIMS_SINCE) else before.auto_stake_destination
        paid(model, chosen.get(AccountId(owner), hotkey), owner, netuid, incentives[hotkey])
    out = model.held("SubnetAlphaOut", netuid)
    model.post("recycled", -recycled, "SubnetAlphaOut", netuid)
    model.flow("recycled", model.held("SubnetAlphaOut", netuid) - out, netuid)
    alpha_counted(model, "recycled", netuid, recycled)
    rests = stakers_paid(model, netuid, alpha)
    if model.since(261):
        for hotkey in alpha:
            held = model.held("TotalHotkeyAlpha", hotkey, netuid)
            model.post_to("told", held, "TotalHotkeyAlphaLastEpoch", hotkey, netuid)
    records: dict[str, tuple[Mapping[Any, int], Mapping[int, int]]] = {
        "AlphaDividendsPerSubnet": (subnet.alpha_dividends, rests)
    }
    if not model.since(CLAIMS_SINCE):
        records["TaoDividendsPerSubnet"] = (subnet.tao_dividends, stakers_paid(model, 0, tao))
    else:
        aside = set_aside(model, netuid, tao, pending.root_alpha)
        if model.since(RECORDED_APART_SINCE):
            records["RootAlphaDividendsPerSubnet"] = (subnet.root_alpha_dividends, aside)
        else:
            both = {hotkey: rests.get(hotkey, 0) + aside.get(hotkey, 0) for hotkey in {**rests, **aside}}
            records["AlphaDividendsPerSubnet"] = (subnet.alpha_dividends, both)
    for item, (old, new) in records.items():
        for hotkey in {*old, *new}:
            model.post_to("told", new.get(hotkey, 0), item, netuid, hotkey)


def with_owner_by_conviction(model: StorageModel, state: State, netuid: int) -> State:
    """Return the state in which conviction has changed the owner of a subnet, if the rules say that it does."""
    if not model.since(BY_CONVICTION_SINCE):
        return state
    subnet = state.subnet(NetUid(netuid))
    convictions = convictions_of(state, netuid)
    owners = {hotkey: str(owner_of(state, hotkey)) for hotkey in convictions if owner_of(state, hotkey)}
    age, outside = state.block_number - subnet.network_registered_at, model.held("SubnetAlphaOut", netuid)
    owner = str(subnet.owner or 0)
    if model.rules["LOCK-14"](convictions, owners, owner, outside, age) is None:
        return state
    pool = evolve(state.pool(NetUid(netuid)), alpha_out=Alpha(outside))
    state = evolve(state, pools=state.pools.set(NetUid(netuid), pool))
    return change_owner_by_conviction(state, NetUid(netuid))[0]  # who may need a uid, and the uid of another


def unpaid_hotkeys(model: StorageModel, subnet: Subnet) -> set[int]:
    """Return the hotkeys whose incentive is paid to nobody: the owner hotkey, from 320 on all neurons of the owner."""
    owner_hotkey = set() if subnet.owner_hotkey is None else {int(subnet.owner_hotkey)}
    if not model.since(RECYCLING_SINCE):
        return owner_hotkey if model.since(252) else set()
    owned = model.state.owned_hotkeys.get(subnet.owner or AccountId(0), ())
    return {hotkey for hotkey in (*owned, *owner_hotkey) if hotkey in subnet.neurons.uids}


def divided(
    model: StorageModel, hotkeys: "Hotkeys", hotkey: int, dividends: Fraction, weight: Fraction
) -> tuple[list[tuple[int, Fraction]], int]:
    """Return how the dividends of a validator are divided, and what of its parents' parts is recycled."""
    rules = model.rules
    burn: Fraction = rules["EMIT-5"](model.state.parameters.ck_burn)
    recycled = recycled_of_validator(hotkeys, hotkey, dividends, weight, burn, rules)
    return rules["DIV-8"](hotkeys, hotkey, dividends, weight, burn), int(recycled)


@frozen
class Earned:
    """What an epoch assigned, hotkey by hotkey."""

    assigned: int
    incentives: Mapping[int, int]
    dividends: Mapping[int, Fraction]
    of_root: Mapping[int, Fraction]
    """The part of the dividends that root stake earned."""

    @property
    def mined(self) -> int:
        """All incentives."""
        return sum(self.incentives.values())


class Hotkeys(dict[int, Hotkey]):
    """The hotkeys of a subnet as the exact drain sees them, each once it is asked for."""

    def __init__(self, state: State, netuid: NetUid) -> None:
        self.state, self.netuid = state, netuid
        of_subnet = state.subnet(netuid).hyperparameters.min_childkey_take
        has_least = state.runtime.spec_version >= ACCOUNTS_SINCE
        self.least_take = max(state.parameters.min_childkey_take, of_subnet) if has_least else 0

    def __missing__(self, key: int) -> Hotkey:
        """See a hotkey."""
        state, hotkey = self.state, AccountId(key)
        subnet = state.subnet(self.netuid)
        self[key] = Hotkey(
            alpha=Fraction(_total(state, key, self.netuid)),
            root=Fraction(_total(state, key, 0)),
            childkey_take=max(subnet.childkey_take.get(hotkey, 0), self.least_take),
            children=subnet.child_keys.get(hotkey, ()),
            parents=subnet.parent_keys.get(hotkey, ()),
            owner=owner_of(state, key),
        )
        return self[key]


def alpha_payments(model: StorageModel, netuid: int, pending: Pending, earned: Earned) -> dict[int, Fraction]:
    """Return what each hotkey gets of the dividends in alpha, and name what pending alpha and payments part by."""
    rules, mined = model.rules, earned.mined
    there = Fraction(0)
    if "DIV-13" in rules:
        more = (Fraction(pending.for_miners),) if model.since(APART_SINCE) else ()
        there = rules["DIV-13"](Fraction(pending.alpha), Fraction(pending.of_root), Fraction(mined), *more)
    alpha: dict[int, Fraction] = rules["DIV-12"](earned.dividends, earned.of_root, there)
    paid_whole = sum(map(floor, alpha.values()))
    if "DIV-13" in rules:
        rest = pending.alpha + pending.for_miners - mined - int(there)
        model.leak("unassigned emission" if rest > 0 else "sold alpha to miners", ALPHA_LEDGER, rest, netuid)
        with_alpha = any(earned.dividends[hotkey] != earned.of_root[hotkey] for hotkey in alpha)
        name = "cut-off dividends" if with_alpha else "unassigned emission"
        model.leak(name, ALPHA_LEDGER, int(there) - paid_whole, netuid)
        return alpha
    emission, divided_up = min(pending.all_alpha, U64_MAX), sum(map(int, earned.dividends.values()))
    model.leak("saturation", ALPHA_LEDGER, pending.all_alpha - emission, netuid)
    model.leak("unassigned emission", ALPHA_LEDGER, emission - earned.assigned, netuid)
    cut_off = "cut-off shares" if model.since(252) else "saturation"
    model.leak(cut_off, ALPHA_LEDGER, earned.assigned - mined - divided_up, netuid)
    if model.since(244):
        model.leak("mismatched root dividends", ALPHA_LEDGER, divided_up - paid_whole - pending.swapped, netuid)
    else:
        model.leak("double root dividends", ALPHA_LEDGER, -pending.swapped, netuid)
    return alpha


def state_under(model: StorageModel, block: int) -> State:
    """Return the state as the model has it, as far as an epoch reads it: stakes, and the number of the block."""
    state = evolve(model.state, block_number=BlockNumber(block))
    subnets = state.subnets
    for key, total in model.entries.items():
        if key[0] == "TotalHotkeyAlpha":
            _, hotkey, netuid = key
            subnet = subnets[netuid]
            pool = evolve(subnet.share_pools.get(AccountId(hotkey), NO_SHARE_POOL), total_alpha=Alpha(total))
            subnets = subnets.set(netuid, evolve(subnet, share_pools=subnet.share_pools.set(hotkey, pool)))
    return evolve(state, subnets=subnets)


def earnings(step: Step, state: State, netuid: int, emission: int) -> list[tuple[int, int, int]]:
    """Return what each neuron earns of an emission: its share of it, floored.

    The shares are those into which the epoch divides 2^32: how much there is to divide must not decide how.
    """
    if step.era.spec_version >= RECYCLING_SINCE:
        _, earned = state.runtime.mechanisms.whole_epoch(state, NetUid(netuid), Alpha(emission))
        return [(int(hotkey), int(miner), int(validator)) for hotkey, miner, validator in earned]
    args = {"netuid": netuid, "emission": str(WHOLE)}
    shares: Any = Oracle(step.era).apply(state, {"do": "phase", "phase": "epoch", "args": args}).value
    return [
        (int(hotkey), min(int(miner) * emission // WHOLE, U64_MAX), min(int(validator) * emission // WHOLE, U64_MAX))
        for hotkey, miner, validator in shares
    ]


def stakers_paid(model: StorageModel, netuid: int, dividends: Mapping[int, Fraction]) -> dict[int, int]:
    """Pay dividends: the take to the hotkey's owner, the rest to all on it; return the rests."""
    rests: dict[int, int] = {}
    for hotkey, dividend in dividends.items():
        taken, rest = map(
            int, model.rules["DIV-7"](dividend, model.state.delegates.get(AccountId(hotkey), DEFAULT_TAKE))
        )
        paid(model, hotkey, owner_of(model.state, hotkey), netuid, taken)
        before = model.held("TotalHotkeyAlpha", hotkey, netuid)
        after = int(model.rules["SHARE-3"](Fraction(before), model.rules["SHARE-5"](Fraction(rest))))
        model.post_to("dividends", after, "TotalHotkeyAlpha", hotkey, netuid)
        if netuid:
            model.leak("lost fractions", ALPHA_LEDGER, floor(dividend) - taken - rest, netuid)
            model.leak("saturation", ALPHA_LEDGER, rest - (after - before), netuid)
        elif model.since(JOINING_POOL_SINCE):
            joined(model, rest)
            model.leak(UNCOUNTED, ROOT_LEDGER, rest + before - after)
        else:
            model.leak(UNCOUNTED, ROOT_LEDGER, before - after)
        if rest:
            rests[hotkey] = rest
    return rests


def _total(state: State, hotkey: int, netuid: int) -> int:
    return state.subnet(NetUid(netuid)).share_pools.get(AccountId(hotkey), NO_SHARE_POOL).total_alpha
