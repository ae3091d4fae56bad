"""Accounts of subnets, which hold the TAO of pools from 411 on, and the alpha that is counted from then on."""

from dtao.units import U64_MAX, NetUid
from dtao_properties.model.amounts import payable
from dtao_properties.model.storage_model import ACCOUNT_LEDGER, ACCOUNTS_SINCE, StorageModel, subnet_of
from dtao_spec.chapters.accounts import Assets
from dtao_spec.chapters.state import EXISTENTIAL_DEPOSIT

SENT = "sent to accounts"
DUST = "dust of payments"
BURNED = int.from_bytes(b"modlburntnsr", "little")
"""The account to which fees are paid in blocks without an author."""
COUNTERS = {"issued": "TotalAlphaIssuance", "burned": "AlphaBurned", "recycled": "AlphaRecycled"}


def account_of(model: StorageModel, netuid: int) -> int:
    """Return the account of a subnet, as a number."""
    return int.from_bytes(model.rules["STATE-17"](netuid), "little")


def is_payable(model: StorageModel, origin: int, destination: int, amount: int) -> bool:
    """Whether TAO may move from one account to another one."""
    if amount > model.held("Balance", origin):
        return False
    received = model.held("Balance", destination) + amount
    is_issued = amount <= model.held("BalancesTotalIssuance")
    return amount == 0 or (is_issued and EXISTENTIAL_DEPOSIT <= received <= U64_MAX)


def transferred(model: StorageModel, origin: int, destination: int, amount: int) -> None:
    """Move TAO from one account to another one; what is left below the existential deposit is issued no more."""
    if amount == 0 or origin == destination:
        return
    left = model.held("Balance", origin) - amount
    dust = left if left < EXISTENTIAL_DEPOSIT else 0
    model.post("payment", -amount - dust, "Balance", origin)
    model.post("payment", amount, "Balance", destination)
    if dust:
        model.post("payment", -dust, "BalancesTotalIssuance")
        model.post("payment", -dust, "TotalIssuance")
        model.flow(DUST, -dust)
        if subnet_of(origin) is not None:
            model.leak("dust", ACCOUNT_LEDGER, -dust, subnet_of(origin))


def noted_as_sent(model: StorageModel, account: int, amount: int) -> None:
    """Name what an account of a subnet gets, or gives if it is below 0, apart from the subnet's own payments."""
    if subnet_of(account) is not None and model.since(ACCOUNTS_SINCE):
        model.leak(SENT, ACCOUNT_LEDGER, amount, subnet_of(account))


def paid_in(model: StorageModel, netuid: int, coldkey: int, tao: int) -> int:
    """Let a coldkey pay TAO to the account of a subnet, down to the existential deposit, and return how much."""
    paid = payable(model.held("Balance", coldkey), tao)
    noted_as_sent(model, coldkey, -paid)
    transferred(model, coldkey, account_of(model, netuid), paid)
    return paid


def may_pay_out(model: StorageModel, netuid: int, coldkey: int, tao: int) -> bool:
    """Whether the account of a subnet can pay TAO to a coldkey."""
    has_account = netuid == 0 or model.state.subnet(NetUid(netuid)).added
    return has_account and is_payable(model, account_of(model, netuid), coldkey, tao)


def paid_out(model: StorageModel, netuid: int, coldkey: int, tao: int) -> None:
    """Let the account of a subnet pay TAO to a coldkey."""
    transferred(model, account_of(model, netuid), coldkey, tao)
    noted_as_sent(model, coldkey, tao)


def handed_over(model: StorageModel, origin: int, destination: int, tao: int) -> None:
    """Let TAO follow stake that changes its owner."""
    transferred(model, origin, destination, tao)
    noted_as_sent(model, origin, -tao)
    noted_as_sent(model, destination, tao)


def recycled(model: StorageModel, account: int, amount: int) -> None:
    """Let an account give up TAO, which is issued no more."""
    model.post("recycled", -amount, "Balance", account)
    model.post("recycled", -amount, "BalancesTotalIssuance")
    model.post("recycled", -amount, "TotalIssuance")


def alpha_counted(model: StorageModel, kind: str, netuid: int, amount: int) -> None:
    """Count alpha of a subnet as issued, burned or recycled."""
    if amount and model.since(ACCOUNTS_SINCE):
        counted = Assets(**{name: model.held(item, netuid) for name, item in COUNTERS.items()})
        after = model.rules["STATE-19"](counted, kind, amount)
        for name, item in COUNTERS.items():
            model.post_to("counted", getattr(after, name), item, netuid)
