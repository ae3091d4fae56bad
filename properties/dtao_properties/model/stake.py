"""What calls are made of: payments, swaps in a pool, stake that is added or removed, one leg after another."""

from collections.abc import Iterable
from fractions import Fraction
from hashlib import blake2b

from dtao.state import State
from dtao.units import U64_MAX, AccountId, NetUid
from dtao_properties.model.accounts import noted_as_sent
from dtao_properties.model.amounts import payable, payout, unstaking_fee
from dtao_properties.model.storage_model import ALPHA_LEDGER, ROOT_LEDGER, TAO_LEDGER, StorageModel
from dtao_spec.chapters.shares.holding import Holding, negated
from dtao_spec.chapters.state import EXISTENTIAL_DEPOSIT
from dtao_spec.rounding import decimal_quotient, decimal_sum

ONE_SHARE = 2**64
"""The raw bits of one share."""
SHARES_FIRST_SINCE, FEES_NAMED_SINCE = 244, 257
"""From when on the share pool says how much was added or removed, and events name the fee."""
DECIMAL_SINCE = 401
"""The first version in which shares are decimal numbers, which stand where the others did once a stake changes."""


def ledger_of(netuid: int) -> str:
    """Return the ledger on which the stakes of a network stand."""
    return ALPHA_LEDGER if netuid else ROOT_LEDGER


def networks(state: State) -> list[int]:
    """Return the netuids of all networks in the order in which the chain iterates: by their little-endian bytes."""
    return sorted((netuid for netuid, subnet in state.subnets.items() if subnet.added), key=lambda n: (n & 255, n >> 8))


def in_order_of_hashes(accounts: Iterable[int]) -> list[int]:
    """Return accounts in the order of the keys of a map whose hasher is Blake2_128Concat."""
    encoded = sorted((blake2b(key, digest_size=16).digest() + key, key) for key in map(_encoded, accounts))
    return [int.from_bytes(key, "little") for _, key in encoded]


def _encoded(account: int) -> bytes:
    return account.to_bytes(32, "little")


def deposited(model: StorageModel, account: int, amount: int) -> None:
    """Pay to an account; what leaves it below the existential deposit is dust."""
    before = model.held("Balance", account)
    after = min(before + amount, U64_MAX)
    vanishes = after < EXISTENTIAL_DEPOSIT
    gained = (0 if vanishes else after) - before
    model.post("payment", gained, "Balance", account)
    model.post("payment", gained, "BalancesTotalIssuance")
    model.leak("dust" if vanishes else "saturation", TAO_LEDGER, amount - gained)
    noted_as_sent(model, account, gained)


def withdrawn(model: StorageModel, account: int, amount: int) -> int:
    """Take from an account, down to the existential deposit, and return how much."""
    paid = payable(model.held("Balance", account), amount)
    model.post("withdrawal", -paid, "Balance", account)
    model.post("withdrawal", -paid, "BalancesTotalIssuance")
    noted_as_sent(model, account, -paid)
    return paid


def bought(model: StorageModel, netuid: int, tao: int) -> int | None:
    """Swap TAO into a pool and return the alpha that it pays, None for want of liquidity."""
    mechanism = model.state.subnet(NetUid(netuid)).mechanism
    reserves = model.held("SubnetTAO", netuid), model.held("SubnetAlphaIn", netuid)
    alpha = payout(model.rules, mechanism, *reserves, tao)
    if alpha is not None:
        model.post("swap", tao, "SubnetTAO", netuid)
        model.post("swap", tao, "TotalStake")
        model.post("swap", tao, "SubnetVolume", netuid)
        model.post("swap", -alpha, "SubnetAlphaIn", netuid)
        model.post("swap", alpha, "SubnetAlphaOut", netuid)
    return alpha


def sold(model: StorageModel, netuid: int, alpha: int) -> int | None:
    """Swap alpha into a pool and return the TAO that it pays, None for want of liquidity."""
    mechanism = model.state.subnet(NetUid(netuid)).mechanism
    reserves = model.held("SubnetAlphaIn", netuid), model.held("SubnetTAO", netuid)
    tao = payout(model.rules, mechanism, *reserves, alpha)
    if tao is not None:
        model.post("swap", -tao, "SubnetTAO", netuid)
        model.post("swap", -tao, "TotalStake")
        model.post("swap", tao, "SubnetVolume", netuid)
        model.post("swap", alpha, "SubnetAlphaIn", netuid)
        model.post("swap", -alpha, "SubnetAlphaOut", netuid)
    return tao


def fee_kept(model: StorageModel, netuid: int, fee: int) -> None:
    """Leave a fee in the pool."""
    model.post("fee", fee, "SubnetTAO", netuid)
    model.post("fee", fee, "TotalStake")


def holding_of(model: StorageModel, hotkey: int, coldkey: int, netuid: int) -> Holding:
    """Return the stake on a hotkey and the shares of one holder, as the exact rules see them."""
    return Holding(
        Fraction(model.held("TotalHotkeyAlpha", hotkey, netuid)),
        _denominator(model, hotkey, netuid),
        shares_held(model, hotkey, coldkey, netuid),
    )


def shares_held(model: StorageModel, hotkey: int, coldkey: int, netuid: int) -> Fraction:
    """Return the shares of one holder, of either kind."""
    binary = model.read("Alpha", hotkey, coldkey, netuid)
    if not model.since(DECIMAL_SINCE):
        return Fraction(binary or 0, ONE_SHARE)
    return Fraction(model.held("AlphaV2", hotkey, coldkey, netuid)) if binary is None else _as_decimal(binary)


def _denominator(model: StorageModel, hotkey: int, netuid: int) -> Fraction:
    binary = model.held("TotalHotkeyShares", hotkey, netuid)
    if not model.since(DECIMAL_SINCE):
        return Fraction(binary, ONE_SHARE)
    return _as_decimal(binary) if binary else Fraction(model.held("TotalHotkeySharesV2", hotkey, netuid))


def _as_decimal(bits: int) -> Fraction:
    """Return shares of 64 fraction bits as a decimal number: the whole part and the rest, each cut to 21 digits."""
    rest = decimal_quotient(Fraction(bits % ONE_SHARE), Fraction(1), Fraction(ONE_SHARE))
    return decimal_sum(Fraction(bits // ONE_SHARE), rest)


def _shares_written(model: StorageModel, hotkey: int, coldkey: int, netuid: int, after: Holding) -> None:
    """Store the denominator and the shares of a holder, in the format of the version."""
    if not model.since(DECIMAL_SINCE):
        model.post_to("stake", int(after.denominator * ONE_SHARE), "TotalHotkeyShares", hotkey, netuid)
        model.post_to("stake", int(after.shares * ONE_SHARE), "Alpha", hotkey, coldkey, netuid)
        return
    model.write(0, "TotalHotkeyShares", hotkey, netuid)
    model.write(None, "Alpha", hotkey, coldkey, netuid)
    model.write(after.denominator, "TotalHotkeySharesV2", hotkey, netuid)
    model.write(after.shares, "AlphaV2", hotkey, coldkey, netuid)


def stake_changed(model: StorageModel, hotkey: int, coldkey: int, netuid: int, update: Fraction) -> int:
    """Change the stake of one holder: the hotkey's total, and the shares that it is worth.

    Return what counts as the change.
    """
    before = holding_of(model, hotkey, coldkey, netuid)
    after, change = model.rules["SHARE-4"](before, update)
    model.post_to("stake", int(after.total), "TotalHotkeyAlpha", hotkey, netuid)
    _shares_written(model, hotkey, coldkey, netuid, after)
    model.leak("saturation", ledger_of(netuid), int(change - (after.total - before.total)), netuid)
    return int(change)


def stake_held(model: StorageModel, hotkey: int, coldkey: int, netuid: int) -> int:
    """Return the stake of one holder."""
    return int(model.rules["SHARE-2"](holding_of(model, hotkey, coldkey, netuid)))


def credit_stake(model: StorageModel, hotkey: int, coldkey: int, netuid: int, alpha: int) -> int:
    """Give alpha to a holder as stake, and return what counts as deposited."""
    rules, amount = model.rules, Fraction(alpha)
    _, deposit = rules["SHARE-6"](holding_of(model, hotkey, coldkey, netuid), amount)
    change = stake_changed(model, hotkey, coldkey, netuid, rules["SHARE-5"](amount))
    model.leak("saturation", ledger_of(netuid), alpha - change, netuid)
    return int(deposit)


def debit_stake(model: StorageModel, hotkey: int, coldkey: int, netuid: int, alpha: int) -> tuple[int, int]:
    """Take alpha from a holder's stake; return by how much it was to fall, and what counts as withdrawn."""
    rules, amount = model.rules, Fraction(alpha)
    before = holding_of(model, hotkey, coldkey, netuid)
    after, withdrawal = rules["SHARE-7"](before, amount)
    if after is before:
        return 0, int(withdrawal)
    return -stake_changed(model, hotkey, coldkey, netuid, negated(rules["SHARE-5"](amount))), int(withdrawal)


def staked(model: StorageModel, hotkey: int, coldkey: int, netuid: int, tao: int, fee: int) -> None:
    """Stake TAO that was taken from somewhere: the fee stays in the pool, the rest buys alpha."""
    swapped = max(tao - fee, 0)
    alpha = bought(model, netuid, swapped)
    if netuid == 0:  # root swaps TAO for as much: what enters its pool stands against the stake there
        model.leak("fees on root", ROOT_LEDGER, tao - swapped)
        model.leak("root swaps by a curve", ROOT_LEDGER, 0 if alpha is None else swapped - alpha)
    if alpha is None:
        model.leak("refused purchase", TAO_LEDGER, swapped)
        alpha = 0
    if swapped and alpha:
        alpha = credit_stake(model, hotkey, coldkey, netuid, alpha)
    elif netuid:
        model.leak("saturation", ALPHA_LEDGER, alpha, netuid)  # a pool whose product is cut off pays for nothing
    fee_kept(model, netuid, tao - swapped)
    if model.since(SHARES_FIRST_SINCE) and not swapped:
        alpha = 0
    traded(model, "StakeAdded", coldkey, hotkey, swapped, alpha, netuid, tao - swapped)


def unstaked(model: StorageModel, hotkey: int, coldkey: int, netuid: int, alpha: int, fee: int) -> int:
    """Sell stake and return the TAO that is due to its holder.

    At the launch all of the alpha is sold, and the shares go after that, if they suffice; later what they gave up.
    """
    if model.since(SHARES_FIRST_SINCE):
        gone, alpha = debit_stake(model, hotkey, coldkey, netuid, alpha)
        tao = sold(model, netuid, alpha)
    else:
        tao = sold(model, netuid, alpha)
        gone, _ = debit_stake(model, hotkey, coldkey, netuid, alpha)
    ledger = ledger_of(netuid)
    # on root the pool loses TAO instead of alpha, one for one
    model.leak("unstake pays first" if gone == 0 else "saturation", ledger, gone - alpha, netuid)
    if tao is None:
        model.leak("refused sale", ledger, alpha, netuid)
    elif netuid == 0:
        model.leak("root swaps by a curve", ledger, alpha - tao, netuid)
    paid = max((tao or 0) - fee, 0)
    if netuid == 0:
        model.leak("fees on root", ROOT_LEDGER, (tao or 0) - paid)
    fee_kept(model, netuid, (tao or 0) - paid)
    traded(model, "StakeRemoved", coldkey, hotkey, paid, alpha, netuid, (tao or 0) - paid)
    return paid


def fee_of(model: StorageModel, hotkey: int, netuid: int, alpha: int) -> int:
    """Return what unstaking costs."""
    return unstaking_fee(model.state, hotkey, netuid, alpha)


def traded(model: StorageModel, name: str, *fields: object) -> None:
    """Note the event of a stake that was added or removed; its last field is the fee, if the version names it."""
    model.emit_stake(name, *(fields if model.since(FEES_NAMED_SINCE) else fields[:-1]))


def dust_swept(model: StorageModel, hotkey: int, coldkey: int, netuid: int) -> None:
    """Pay out what is left of a nominator's stake if it is below the minimum."""
    if model.state.owner.get(AccountId(hotkey)) == coldkey:
        return
    rest = stake_held(model, hotkey, coldkey, netuid)
    if rest < model.state.parameters.nominator_min_required_stake:
        deposited(model, coldkey, unstaked(model, hotkey, coldkey, netuid, rest, 0))
