"""What calls that move no stake write: weights, children, takes, transfers of TAO."""

from dtao.units import U64_MAX
from dtao_properties.model.accounts import noted_as_sent
from dtao_properties.model.calls.children import BLOCKS_A_DAY
from dtao_properties.model.calls.dissolution import MECHANISM
from dtao_properties.model.calls.effects import effect_of
from dtao_properties.model.calls.networks import IN_LIMIT, replace_element, write_last_update
from dtao_properties.model.stake import deposited
from dtao_properties.model.storage_model import TAO_LEDGER, StorageModel
from dtao_spec.chapters.state import EXISTENTIAL_DEPOSIT

DAYS_OF_GRACE = 14
"""How long voting power is still tracked after it was disabled."""
CHILDKEY_TAKE, TEMPO = 1, 11
"""The kinds of transactions that are limited by account and subnet."""
OWNER_UPDATE = "LastRateLimitedBlock/OwnerHyperparamUpdate"
"""When the owner of a subnet last changed a setting."""


@effect_of("transfer")
def transfer(model: StorageModel) -> None:
    """Pay TAO to another account; what stays below the existential deposit is dust."""
    signer, receiver, value = model.signer, model.argument("dest"), model.argument("value")
    if value == 0 or signer == receiver:
        return
    rest = model.held("Balance", signer) - value
    dust = rest if rest < EXISTENTIAL_DEPOSIT else 0
    model.post("transfer", -value - dust, "Balance", signer)
    model.post("transfer", -value - dust, "BalancesTotalIssuance")
    model.leak("dust", TAO_LEDGER, dust)
    noted_as_sent(model, signer, -value - dust)
    deposited(model, receiver, value)


@effect_of("set_weights", "set_mechanism_weights")
def set_weights(model: StorageModel) -> None:
    """Write the block of new weights; the weights themselves are an invariant of their own."""
    netuid = model.argument("netuid")
    index = netuid + MECHANISM * int(model.step.args.get("mecid", 0))
    uid: int = model.state.subnet(netuid).neurons.uids.get(model.signer, 0)
    if model.since(IN_LIMIT):
        write_last_update(model, index, uid)
    else:
        replace_element(model, model.block, uid, "LastUpdate", index)
    model.emit("WeightsSet", index, uid)


@effect_of("set_coldkey_auto_stake_hotkey")
def set_coldkey_auto_stake_hotkey(model: StorageModel) -> None:
    """Choose on which hotkey what the signer's miners earn is staked, from 338 on subnet by subnet."""
    hotkey, signer = model.argument("hotkey"), model.signer
    if not model.since(338):
        return model.write(hotkey, "AutoStakeDestination", signer)
    netuid = model.argument("netuid")
    former = model.read("AutoStakeDestination", signer, netuid)
    if former is not None:
        left = tuple(one for one in model.read("AutoStakeDestinationColdkeys", former, netuid) if one != signer)
        model.write(left, "AutoStakeDestinationColdkeys", former, netuid)
    model.append(signer, "AutoStakeDestinationColdkeys", hotkey, netuid)
    model.write(hotkey, "AutoStakeDestination", signer, netuid)
    return model.emit("AutoStakeDestinationSet", signer, netuid, hotkey)


@effect_of("set_tempo")
def set_tempo(model: StorageModel) -> None:
    """Set the tempo of a network, which counts from this block on."""
    netuid = model.argument("netuid")
    model.write(model.argument("tempo"), "Tempo", netuid)
    model.write_block("LastEpochBlock", netuid)
    model.write_block("TransactionKeyLastBlock", model.signer, netuid, TEMPO)


@effect_of("set_activity_cutoff_factor")
def set_activity_cutoff_factor(model: StorageModel) -> None:
    """Set after how many thousandths of a tempo a neuron counts as inactive."""
    netuid = model.argument("netuid")
    model.write(model.argument("factor_milli"), "ActivityCutoffFactorMilli", netuid)
    if model.step.signer is not None:
        model.write_block(OWNER_UPDATE, netuid, "ActivityCutoffFactorMilli")


@effect_of("trigger_epoch")
def trigger_epoch(model: StorageModel) -> None:
    """Let the next epoch of a network be due as soon as the window of its owner has passed."""
    netuid = model.argument("netuid")
    model.write(min(model.block + model.state.parameters.admin_freeze_window, U64_MAX), "PendingEpochAt", netuid)
    model.write_block(OWNER_UPDATE, netuid, "TriggerEpoch")


@effect_of("set_childkey_take")
def set_childkey_take(model: StorageModel) -> None:
    """Set the take of a child hotkey on a network."""
    hotkey, netuid, take = (model.argument(name) for name in ("hotkey", "netuid", "take"))
    model.write(take, "ChildkeyTake", hotkey, netuid)
    model.write_block("TransactionKeyLastBlock", hotkey, netuid, CHILDKEY_TAKE)
    model.emit("ChildKeyTakeSet", hotkey, take)


@effect_of("increase_take")
def increase_take(model: StorageModel) -> None:
    """Raise the take of a delegate."""
    hotkey = model.argument("hotkey")
    model.write_block("LastTxBlockDelegateTake", hotkey if model.since(244) else model.signer)
    _take_set(model, "TakeIncreased")


@effect_of("decrease_take")
def decrease_take(model: StorageModel) -> None:
    """Lower the take of a delegate."""
    if model.since(244):
        model.write_block("LastTxBlockDelegateTake", model.argument("hotkey"))
    _take_set(model, "TakeDecreased")


def _take_set(model: StorageModel, event: str) -> None:
    hotkey, take = model.argument("hotkey"), model.argument("take")
    model.write(take, "Delegates", hotkey)
    model.emit(event, model.signer, hotkey, take)


@effect_of("set_pending_childkey_cooldown")
def set_pending_childkey_cooldown(model: StorageModel) -> None:
    """Set how long children are pending."""
    model.write(model.argument("cooldown"), "PendingChildKeyCooldown")


@effect_of("set_auto_parent_delegation_enabled")
def set_auto_parent_delegation_enabled(model: StorageModel) -> None:
    """Say whether a hotkey gives its root stake to owner hotkeys of new subnets."""
    hotkey, enabled = model.argument("hotkey"), bool(model.step.args["enabled"])
    model.write(enabled, "AutoParentDelegationEnabled", hotkey)
    model.emit("AutoParentDelegationEnabledSet", hotkey, str(enabled).lower())


@effect_of("enable_voting_power_tracking")
def enable_voting_power_tracking(model: StorageModel) -> None:
    """Track the voting power on a subnet."""
    model.emit("VotingPowerTrackingEnabled", model.argument("netuid"))


@effect_of("disable_voting_power_tracking")
def disable_voting_power_tracking(model: StorageModel) -> None:
    """Track the voting power on a subnet for two more weeks."""
    ends = min(model.block + DAYS_OF_GRACE * BLOCKS_A_DAY, U64_MAX)
    model.emit("VotingPowerTrackingDisableScheduled", model.argument("netuid"), ends)


@effect_of("sudo_set_voting_power_ema_alpha")
def sudo_set_voting_power_ema_alpha(model: StorageModel) -> None:
    """Set how much the present stake counts in voting power."""
    model.emit("VotingPowerEmaAlphaSet", model.argument("netuid"), model.argument("alpha"))
