"""What stakers of root are owed of each subnet's alpha from 338 on: it is set aside, and claimed."""

from collections.abc import Collection, Mapping
from fractions import Fraction
from math import floor

from dtao.units import U64_MAX, AccountId, NetUid
from dtao_properties.model import accounts, ranges
from dtao_properties.model.earnings import owner_of, paid
from dtao_properties.model.stake import DECIMAL_SINCE, credit_stake, stake_held
from dtao_properties.model.storage_model import (
    ACCOUNTS_SINCE,
    ALPHA_LEDGER,
    ROOT_LEDGER,
    TAO_LEDGER,
    StorageModel,
)
from dtao_spec.chapters.dividends.division import DEFAULT_TAKE

ONE_RATE = 2**32
"""The raw bits of one alpha rao per rao."""
CLAIMS_SINCE = 338
SET_ASIDE, IN_NO_POOL = "alpha set aside for root", "claimed TAO in no pool"


class RefusedClaim(Exception):  # what happens, not an error of ours
    """A claim that its pool, or the account of its subnet, refuses."""


def rates_of(model: StorageModel, hotkey: int) -> dict[int, Fraction]:
    """Return what a rao of root stake on a hotkey has earned of each subnet."""
    return {netuid: Fraction(bits, ONE_RATE) for netuid, bits in model.read("RootClaimable", hotkey)}


def write_rates(model: StorageModel, hotkey: int, rates: Mapping[int, Fraction]) -> None:
    """Write the rates of a hotkey."""
    model.write(
        tuple((netuid, int(rate * ONE_RATE)) for netuid, rate in sorted(rates.items())), "RootClaimable", hotkey
    )


def stake_counted(model: StorageModel, hotkey: int, coldkey: int, amount: int, is_added: bool) -> None:
    """Count root stake that came or went as claimed, or no longer, at the rates of its hotkey."""
    for netuid, rate in rates_of(model, hotkey).items():
        if netuid or is_added:
            key = "RootClaimed", netuid, hotkey, coldkey
            after = model.rules["CLAIM-4"](Fraction(model.held(*key)), rate, amount, is_added)
            model.post_to("stake", int(after), *key)


def root_stake_bought(model: StorageModel, hotkey: int, coldkey: int, amount: int) -> None:
    """Let new root stake earn nothing of the past."""
    if model.since(CLAIMS_SINCE):
        stake_counted(model, hotkey, coldkey, amount, True)
        indexed(model, coldkey)


def root_stake_sold(model: StorageModel, hotkey: int, coldkey: int, amount: int) -> None:
    """Let what counts as claimed shrink with root stake."""
    if model.since(CLAIMS_SINCE):
        stake_counted(model, hotkey, coldkey, amount, False)


def indexed(model: StorageModel, coldkey: int) -> None:
    """Give a coldkey the next index among those for which blocks claim, unless it has one."""
    if model.read("StakingColdkeys", coldkey) is None:
        count = model.read("NumStakingColdkeys")
        model.write(count, "StakingColdkeys", coldkey)
        model.write(coldkey, "StakingColdkeysByIndex", count)
        model.write(count + 1, "NumStakingColdkeys")


def set_aside(model: StorageModel, netuid: int, dividends: Mapping[int, Fraction], pending: int) -> dict[int, int]:
    """Set aside root's part of what was pending, less the takes of the hotkeys' owners; return how much of each."""
    rests: dict[int, int] = {}
    for hotkey, dividend in dividends.items():
        owner = owner_of(model.state, hotkey)
        take = model.state.delegates.get(AccountId(hotkey), DEFAULT_TAKE)
        taken, rest = map(int, model.rules["DIV-7"](dividend, take))
        paid(model, hotkey, owner, netuid, taken)
        model.leak("lost fractions", ALPHA_LEDGER, floor(dividend) - taken - rest, netuid)
        stake = model.held("TotalHotkeyAlpha", hotkey, 0)
        if rest > stake:
            paid(model, hotkey, owner, netuid, rest)
        else:
            rates = rates_of(model, hotkey)
            rates[netuid] = model.rules["CLAIM-1"](rates.get(netuid, Fraction(0)), rest, stake)
            write_rates(model, hotkey, rates)
            model.leak(SET_ASIDE, ALPHA_LEDGER, rest, netuid)
        if rest:
            rests[hotkey] = rest
    unassigned = pending - sum(map(floor, dividends.values()))
    model.leak("unassigned emission", ALPHA_LEDGER, unassigned, netuid)
    return rests


def claimed_by_block(model: StorageModel) -> None:
    """Claim for the coldkeys that the hash of the block before draws."""
    state = model.state
    count = state.num_staking_coldkeys
    for index in model.rules["CLAIM-7"](state.parent_hash, state.parameters.num_root_claims, count):
        coldkey = state.staking_coldkeys_by_index.get(index)
        if coldkey is None:
            continue
        before = model.copied()
        try:
            claimed(model, coldkey)
        except RefusedClaim:  # nothing of it remains
            model.restore(before)


def claimed(model: StorageModel, coldkey: int, subnets: Collection[int] | None = None) -> None:
    """Claim what a coldkey is owed, of all subnets or of some."""
    hotkeys = list(model.read("StakingHotkeys", coldkey))
    rates = {hotkey: rates_of(model, hotkey) for hotkey in hotkeys}
    for hotkey, netuid in model.rules["CLAIM-6"](hotkeys, rates):
        if subnets is None or netuid in subnets:
            _claimed_of(model, hotkey, coldkey, netuid, rates[hotkey][netuid])


def _claimed_of(model: StorageModel, hotkey: int, coldkey: int, netuid: int, rate: Fraction) -> None:
    """Claim of one subnet: the alpha is staked there, or sold, and the TAO staked on root."""
    key = "RootClaimed", netuid, hotkey, coldkey
    owed = model.rules["CLAIM-2"](rate, stake_held(model, hotkey, coldkey, 0), model.held(*key))
    threshold = Fraction(model.state.subnet(NetUid(netuid)).root_claimable_threshold, ONE_RATE)
    amount = min(int(model.rules["CLAIM-3"](owed, threshold)), U64_MAX)
    if amount == 0:
        return
    chosen = model.state.root_claim_type.get(AccountId(coldkey), "Swap")
    if chosen == "Keep" or (not isinstance(chosen, str) and netuid in chosen):
        credit_stake(model, hotkey, coldkey, netuid, amount)
        model.append(hotkey, "StakingHotkeys", coldkey)
        model.leak(SET_ASIDE, ALPHA_LEDGER, -amount, netuid)
    else:
        swap = ranges.sold(model, netuid, amount, is_free=True)
        if isinstance(swap, str):
            if model.since(ACCOUNTS_SINCE):
                raise RefusedClaim
            return
        model.leak(SET_ASIDE, ALPHA_LEDGER, -swap.paid_in, netuid)
        credit_stake(model, hotkey, coldkey, 0, swap.paid_out)
        if model.since(ACCOUNTS_SINCE):
            _paid_to_root(model, netuid, swap.paid_out)
        else:
            model.leak(IN_NO_POOL, TAO_LEDGER, swap.paid_out, netuid)
            model.leak(IN_NO_POOL, ROOT_LEDGER, -swap.paid_out, netuid)
        stake_counted(model, hotkey, coldkey, swap.paid_out, True)
    model.post("claim", amount, *key)


def _paid_to_root(model: StorageModel, netuid: int, tao: int) -> None:
    """Let the account of a subnet pay that of root for claimed alpha; it counts as flowing out.

    Raises RefusedClaim if it cannot.
    """
    if not accounts.may_pay_out(model, netuid, accounts.account_of(model, 0), tao):
        raise RefusedClaim
    accounts.transferred(model, accounts.account_of(model, netuid), accounts.account_of(model, 0), tao)
    model.post("claim", tao, "SubnetRootSellTao", netuid)
    model.write(
        model.rules["FLOW-1"](model.held("SubnetProtocolFlow", netuid), tao, False), "SubnetProtocolFlow", netuid
    )
    for key in (("SubnetTAO", 0), ("SubnetAlphaOut", 0), ("TotalStake",)):
        model.post("claim", tao, *key)


def hotkey_swapped(model: StorageModel, netuid: int, old: int, new: int) -> None:
    """Let the rates of all subnets follow a swapped hotkey, and what counts as claimed of one subnet.

    From 401 on what counts as claimed of all subnets follows, for all coldkeys, with a swap on root.
    """
    if not model.since(CLAIMS_SINCE) or (netuid and model.since(DECIMAL_SINCE)):
        return
    rates = rates_of(model, old)
    if rates:
        write_rates(model, old, {})
        write_rates(model, new, model.rules["CLAIM-13"](rates_of(model, new), rates))
    if model.since(DECIMAL_SINCE):
        with_rate = rates_of(model, new)
        for of, hotkey, coldkey in model.state.root_claimed:
            if hotkey == old and of in with_rate:
                _follow(model, (of, old, coldkey), (of, new, coldkey))
        return
    pool = model.state.subnet(NetUid(netuid)).share_pools.get(AccountId(old))
    for coldkey in () if pool is None else pool.shares:
        _follow(model, (netuid, old, coldkey), (netuid, new, coldkey))


def coldkey_swapped(model: StorageModel, netuid: int, hotkey: int, old: int, new: int) -> None:
    """Let what counts as claimed of a subnet follow the shares of a swapped coldkey there, from 401 on its stake."""
    if not model.since(CLAIMS_SINCE):
        return
    if (
        stake_held(model, hotkey, new, netuid)
        if model.since(DECIMAL_SINCE)
        else model.held("Alpha", hotkey, new, netuid)
    ):
        _follow(model, (netuid, hotkey, old), (netuid, hotkey, new))
        if netuid == 0:
            indexed(model, new)


def _follow(model: StorageModel, old: tuple[int, int, int], new: tuple[int, int, int]) -> None:
    amount = model.held("RootClaimed", *old)
    if amount:
        model.post("swap of keys", -amount, "RootClaimed", *old)
        model.post("swap of keys", amount, "RootClaimed", *new)


def subnet_dissolved(model: StorageModel, netuid: int) -> None:
    """Forget what is owed and what counts as claimed of a subnet."""
    if not model.since(CLAIMS_SINCE):
        return
    for hotkey in model.state.root_claimable:
        rates = rates_of(model, hotkey)
        if netuid in rates:
            write_rates(model, hotkey, model.rules["CLAIM-14"](rates, netuid))
    for key in model.state.root_claimed:
        if key[0] == netuid:
            model.post_to("dissolution", 0, "RootClaimed", *key)
