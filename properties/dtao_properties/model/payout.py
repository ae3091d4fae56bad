"""The end of a tempo: what was pending is paid, to owners, miners, validators and the stakers of root."""

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Any

from attrs import evolve, frozen

from dtao.records import NO_SHARE_POOL
from dtao.state import State
from dtao.units import U64_MAX, AccountId, Alpha, BlockNumber, NetUid
from dtao_properties.model import figures
from dtao_properties.model.figures import floored, part_of_65535, part_of_u64
from dtao_properties.model.stake import stake_changed
from dtao_properties.model.step import Oracle, Step
from dtao_properties.model.storage_model import ALPHA_LEDGER, ROOT_LEDGER, StorageModel
from dtao_properties.model.terms import PROPORTIONAL, WITHOUT_ROOT

WHOLE = 2**32
"""An emission of this much is divided into the shares themselves, in units of 2^-32."""
DEFAULT_TAKE = 11_796
OFF_THE_BOOKS = "root dividends off the books"


@frozen
class Pending:
    """What waits for the end of a tempo."""

    alpha: int
    tao: int
    swapped: int
    owner_cut: int

    @property
    def all_alpha(self) -> int:
        """What an epoch divides: also what was sold for root."""
        return self.alpha + self.swapped


def paid_out(model: StorageModel, step: Step, netuid: int, pending: Pending, block: int) -> None:
    """Pay what was pending: the owner's cut, incentives, dividends in alpha, dividends in TAO."""
    before = state_under(model, block)
    subnet = before.subnet(NetUid(netuid))
    incentives: dict[int, int] = {}
    dividends: dict[int, int] = {}
    assigned = 0
    for hotkey, as_miner, as_validator in earnings(step, before, netuid, min(pending.all_alpha, U64_MAX)):
        assigned += as_miner + as_validator
        incentives[hotkey] = min(incentives.get(hotkey, 0) + as_miner, U64_MAX)
        for receiver, part in divided(model, before, hotkey, netuid, as_validator):
            dividends[receiver] = dividends.get(receiver, 0) + part
    of_root = earned_by_root(before, netuid, dividends)
    tao = root_payments(of_root, pending.tao)
    earned = Earned(assigned, incentives, dividends, of_root)
    alpha = alpha_payments(model, netuid, pending, earned)

    if subnet.owner is not None and subnet.owner_hotkey is not None:
        paid(model, subnet.owner_hotkey, subnet.owner, netuid, pending.owner_cut)
    else:
        model.leak("unassigned emission", ALPHA_LEDGER, pending.owner_cut, netuid)
    if model.terms.owner_incentive_burned and subnet.owner_hotkey is not None:
        model.leak("burned owner incentive", ALPHA_LEDGER, incentives.pop(subnet.owner_hotkey, 0), netuid)
    for hotkey in sorted(incentives):
        paid(model, hotkey, _owner(before, hotkey), netuid, incentives[hotkey])
    rests = stakers_paid(model, netuid, alpha)
    if model.terms.stakes_noted:
        for hotkey in alpha:
            held = model.held("TotalHotkeyAlpha", hotkey, netuid)
            model.post_to("told", held, "TotalHotkeyAlphaLastEpoch", hotkey, netuid)
    tao_rests = stakers_paid(model, 0, tao)
    for item, old, new in (
        ("AlphaDividendsPerSubnet", subnet.alpha_dividends, rests),
        ("TaoDividendsPerSubnet", subnet.tao_dividends, tao_rests),
    ):
        for hotkey in {*old, *new}:
            model.post_to("told", new.get(hotkey, 0), item, netuid, hotkey)


@frozen
class Earned:
    """What an epoch assigned, hotkey by hotkey."""

    assigned: int
    incentives: Mapping[int, int]
    dividends: Mapping[int, int]
    of_root: Mapping[int, Fraction]
    """The part of the dividends that root stake earned."""


def alpha_payments(model: StorageModel, netuid: int, pending: Pending, earned: Earned) -> dict[int, Fraction]:
    """Return what each hotkey gets of the dividends in alpha, and name what pending alpha and payments part by."""
    order = sorted(earned.dividends)
    if model.terms.dividends == PROPORTIONAL:
        return _in_proportion(model, netuid, pending, earned, order)
    emission = min(pending.all_alpha, U64_MAX)
    divided_up = sum(earned.incentives.values()) + sum(earned.dividends.values())
    model.leak("saturation", ALPHA_LEDGER, pending.all_alpha - emission, netuid)
    model.leak("unassigned emission", ALPHA_LEDGER, emission - earned.assigned, netuid)
    cut_off = "cut-off shares" if model.terms.child_takes_of_each else "saturation"
    model.leak(cut_off, ALPHA_LEDGER, earned.assigned - divided_up, netuid)
    if model.terms.dividends == WITHOUT_ROOT:
        alpha = {hotkey: earned.dividends[hotkey] - earned.of_root[hotkey] for hotkey in order}
        held_back = sum(earned.dividends[hotkey] - floor(alpha[hotkey]) for hotkey in order)
        model.leak("uneven root part", ALPHA_LEDGER, held_back - pending.swapped, netuid)
        return alpha
    model.leak("double root dividends", ALPHA_LEDGER, -pending.swapped, netuid)
    return {hotkey: Fraction(earned.dividends[hotkey]) for hotkey in order}


def _in_proportion(
    model: StorageModel, netuid: int, pending: Pending, earned: Earned, order: list[int]
) -> dict[int, Fraction]:
    """Divide what was not sold for root, and is not the miners', by dividends without those of root."""
    mined = sum(earned.incentives.values())
    there = max(min(pending.all_alpha, U64_MAX) // 2 - pending.swapped, 0) if mined else pending.alpha
    rest = pending.alpha - mined - there
    model.leak("unassigned emission" if rest > 0 else "sold alpha to miners", ALPHA_LEDGER, rest, netuid)
    parts = {hotkey: earned.dividends[hotkey] - earned.of_root[hotkey] for hotkey in order}
    total = sum(parts.values())
    alpha = {hotkey: there * floored(part / total) if total else Fraction(0) for hotkey, part in parts.items()}
    lost = there - sum(map(floor, alpha.values()))
    model.leak("cut-off dividends" if total else "unassigned emission", ALPHA_LEDGER, lost, netuid)
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
    args = {"netuid": netuid, "emission": str(WHOLE)}
    shares: Any = Oracle(step.era).apply(state, {"do": "phase", "phase": "epoch", "args": args}).value
    return [
        (int(hotkey), min(int(miner) * emission // WHOLE, U64_MAX), min(int(validator) * emission // WHOLE, U64_MAX))
        for hotkey, miner, validator in shares
    ]


def divided(model: StorageModel, state: State, hotkey: int, netuid: int, dividends: int) -> list[tuple[int, int]]:
    """Divide the dividends of a validator among its parents and itself, by what each contributes."""
    subnet = state.subnet(NetUid(netuid))
    parents = subnet.parent_keys.get(AccountId(hotkey), ())
    if not parents:
        return [(hotkey, dividends)]
    weight = part_of_u64(state.parameters.tao_weight)

    def contribution(key: int, part: Fraction) -> Fraction:
        alpha, root = _total(state, key, netuid), _total(state, key, 0)
        return alpha * part + floored(root * part * weight)

    lent = sum((part_of_u64(part) for part, _ in subnet.child_keys.get(AccountId(hotkey), ())), Fraction(0))
    own = min(max(floor(contribution(hotkey, 1 - lent)), 0), U64_MAX)
    parts = [contribution(parent, part_of_u64(part)) for part, parent in parents]
    total = own + sum(parts)
    take = part_of_65535(subnet.childkey_take.get(AccountId(hotkey), 0))
    if model.terms.child_takes_of_each:
        due = [dividends * floored(part / total) if total else Fraction(0) for part in parts]
        strangers = [_owner(state, parent) != _owner(state, hotkey) for _, parent in parents]
        kept = [part - floored(take * part) * other for part, other in zip(due, strangers, strict=True)]
        receivers = [(parent, floor(part)) for (_, parent), part in zip(parents, kept, strict=True)]
        return [*receivers, (hotkey, floor(dividends - sum(kept)))]
    left = dividends - take * dividends
    shares = [floor(left * floored(part / total)) if total else 0 for part in parts]
    paid = [(parent, share) for (_, parent), share in zip(parents, shares, strict=True)]
    return [*paid, (hotkey, max(dividends - sum(shares), 0))]


def earned_by_root(state: State, netuid: int, dividends: Mapping[int, int]) -> dict[int, Fraction]:
    """Return the part of each hotkey's dividends that its root stake earned."""
    weight = part_of_u64(state.parameters.tao_weight)
    earned: dict[int, Fraction] = {}
    for hotkey in sorted(dividends):
        root = _total(state, hotkey, 0) * weight
        stakes = _total(state, hotkey, netuid) + root
        earned[hotkey] = floored(dividends[hotkey] * floored(root / stakes)) if stakes else Fraction(0)
    return earned


def root_payments(earned: Mapping[int, Fraction], tao: int) -> dict[int, Fraction]:
    """Divide TAO among hotkeys by the part of their dividends that their root stake earned."""
    total = sum(earned.values())
    return {hotkey: tao * floored(part / total) if total else Fraction(0) for hotkey, part in earned.items()}


def stakers_paid(model: StorageModel, netuid: int, dividends: Mapping[int, Fraction]) -> dict[int, int]:
    """Pay dividends: the take to the hotkey's owner, the rest to all on it; return the rests."""
    rests: dict[int, int] = {}
    for hotkey, dividend in dividends.items():
        take = floored(part_of_65535(model.state.delegates.get(AccountId(hotkey), DEFAULT_TAKE)) * dividend)
        taken, rest = min(floor(take), U64_MAX), min(floor(dividend - take), U64_MAX)
        paid(model, hotkey, _owner(model.state, hotkey), netuid, taken)
        before = model.held("TotalHotkeyAlpha", hotkey, netuid)
        after = figures.total_after(before, figures.signed(rest))
        model.post_to("dividends", after, "TotalHotkeyAlpha", hotkey, netuid)
        if netuid:
            model.leak("lost fractions", ALPHA_LEDGER, floor(dividend) - taken - rest, netuid)
            model.leak("saturation", ALPHA_LEDGER, rest - (after - before), netuid)
        else:
            model.leak(OFF_THE_BOOKS, ROOT_LEDGER, before - after)
        if rest:
            rests[hotkey] = rest
    return rests


def paid(model: StorageModel, hotkey: int, coldkey: int, netuid: int, amount: int) -> None:
    """Pay alpha, or TAO on root, as stake to one coldkey."""
    change = stake_changed(model, hotkey, coldkey, netuid, figures.signed(amount))
    if netuid:
        model.leak("saturation", ALPHA_LEDGER, amount - change, netuid)
    else:
        model.leak(OFF_THE_BOOKS, ROOT_LEDGER, -change)


def _owner(state: State, hotkey: int) -> int:
    return state.owner.get(AccountId(hotkey), 0)


def _total(state: State, hotkey: int, netuid: int) -> int:
    return state.subnet(NetUid(netuid)).share_pools.get(AccountId(hotkey), NO_SHARE_POOL).total_alpha
