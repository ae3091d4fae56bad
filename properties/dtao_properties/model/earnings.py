"""What one account earns: alpha, or TAO on root, that becomes its stake."""

from fractions import Fraction

from dtao.state import State
from dtao.units import AccountId
from dtao_properties.model.stake import holding_of, stake_changed
from dtao_properties.model.storage_model import ALPHA_LEDGER, POOL_LEDGER, ROOT_LEDGER, StorageModel

UNCOUNTED = "uncounted root dividends"
EARNING_NOTED_SINCE = 273
"""The first version in which who earns on a hotkey stakes with it."""
JOINING_POOL_SINCE = 283
"""The first version in which dividends join the pool of root."""


def paid(model: StorageModel, hotkey: int, coldkey: int, netuid: int, amount: int) -> None:
    """Pay alpha, or TAO on root, as stake to one coldkey."""
    if amount and model.since(EARNING_NOTED_SINCE):
        model.append(hotkey, "StakingHotkeys", coldkey)
    if netuid == 0 and model.since(JOINING_POOL_SINCE):
        _, credited = model.rules["SHARE-6"](holding_of(model, hotkey, coldkey, 0), Fraction(amount))
        change = stake_changed(model, hotkey, coldkey, 0, model.rules["SHARE-5"](Fraction(amount)))
        joined(model, int(credited) if amount else 0)
        model.leak(UNCOUNTED, ROOT_LEDGER, int(credited) - change if amount else -change)
        return
    change = stake_changed(model, hotkey, coldkey, netuid, model.rules["SHARE-5"](Fraction(amount)))
    if netuid:
        model.leak("saturation", ALPHA_LEDGER, amount - change, netuid)
    else:
        model.leak(UNCOUNTED, ROOT_LEDGER, -change)


def joined(model: StorageModel, tao: int) -> None:
    """Let dividends join the pool of root, but not the total stake."""
    model.post("dividends", tao, "SubnetTAO", 0)
    model.leak(UNCOUNTED, POOL_LEDGER, -tao)


def owner_of(state: State, hotkey: int) -> int:
    """Return who owns a hotkey."""
    return state.owner.get(AccountId(hotkey), 0)
