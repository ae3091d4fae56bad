"""Calls about networks, and about the neurons on them."""

from dtao.params import (
    DURATION_OF_START_CALL,
    VOTING_POWER_ONE,
)
from dtao.transitions.networks import network_lock_cost
from dtao.units import U16_MAX, U64_MAX, NetUid
from dtao_properties.fuzz.context import Context, displaced_senators
from dtao_properties.fuzz.makers import Made


def _applicant(context: Context) -> tuple[int, int]:
    """Return a hotkey and who registers it: a new one, or one that exists."""
    if context.choices.chance(112):
        hotkey, coldkey = context.owned()
        return hotkey, coldkey
    return context.newcomer(), context.payer(10**9)


def burned_register(context: Context) -> Made:
    """Register a hotkey, new or known, on a subnet."""
    hotkey, coldkey = _applicant(context)
    netuid = context.netuid(root=context.boundary(), fits=context.open)
    return coldkey, {"netuid": netuid, "hotkey": str(hotkey)}


def register_limit(context: Context) -> Made:
    """Register a hotkey, new or known, if the price is no more than a limit near the price."""
    coldkey, args = burned_register(context)
    burn = context.state.subnet(NetUid(int(str(args["netuid"])))).registration.burn
    limit = context.choices.pick((burn - 1, 0) if context.boundary() else (burn, burn + 1, U64_MAX))
    return coldkey, {**args, "limit_price": str(max(limit, 0))}


def root_register(context: Context) -> Made:
    """Register on root, often one that has a claim to a seat."""
    hotkey, coldkey = _applicant(context)
    if (displaced := displaced_senators(context.state)) and context.choices.chance(224):
        hotkey = context.choices.pick(displaced)
        coldkey = context.state.owner.get(hotkey, coldkey)
    elif context.choices.chance(128) and (waiting := context.waiting_for_root):
        hotkey = context.choices.pick(waiting)
        coldkey = context.state.owner.get(hotkey, coldkey)
    return coldkey, {"hotkey": str(hotkey)}


def register_network(context: Context) -> Made:
    """Register a network, and pay its lock."""
    coldkey = context.payer(network_lock_cost(context.state)[1])
    hotkey = context.hotkey() if context.boundary(64) else context.newcomer()
    return coldkey, {"hotkey": str(hotkey)}


def dissolve_network(context: Context) -> Made:
    """Dissolve a network as its owner, or as root."""
    netuid = context.netuid(root=context.boundary())
    owner = context.state.subnet(netuid).owner or 0
    signer = owner if context.boundary() else None
    return signer, {"coldkey": str(8 if context.boundary(48) else owner), "netuid": netuid}


def root_dissolve_network(context: Context) -> Made:
    """Dissolve a network as root."""
    return context.payer() if context.boundary() else None, {"netuid": context.netuid(root=context.boundary())}


def start_call(context: Context) -> Made:
    """Start a subnet that waits for it."""

    def waits(netuid: NetUid) -> bool:
        subnet = context.state.subnet(netuid)
        ready = subnet.network_registered_at + DURATION_OF_START_CALL <= context.state.block_number
        return subnet.first_emission_block_number is None and ready

    netuid = context.netuid(root=context.boundary(), fits=waits)
    owner = context.state.subnet(netuid).owner or 0
    return 8 if context.boundary() else owner, {"netuid": netuid}


def set_weights(context: Context) -> Made:
    """Set weights as a validator, or on oneself."""
    choices = context.choices
    netuid = context.netuid(root=context.boundary(), fits=context.hasty)
    neurons = context.state.subnet(netuid).neurons
    uids = sorted(neurons.keys)
    if not uids:
        return 11, {"netuid": netuid, "dests": [], "weights": [], "version_key": "0"}
    permitted = [uid for uid in uids if uid < len(neurons.validator_permit) and neurons.validator_permit[uid]]
    uid = choices.pick(uids if context.boundary() else permitted or uids)
    signer = 8 if context.boundary(8) else neurons.keys[uid]
    if context.limit is not None and context.limit.hotkey is not None:
        signer = context.limit.hotkey
    if context.boundary():
        dests: list[int] = list(choices.pick(([0, 0], [U16_MAX], [*uids, 0], [])))
    else:
        dests = [int(one) for one in ([uid] if not permitted or choices.chance(32) else uids[: 6 + choices.below(3)])]
    weights = [choices.pick((65_535, 1, 0, 32_768, 1_000 + index)) for index in range(len(dests))]
    if context.boundary(6):
        weights = weights[1:]
    key = context.state.subnet(netuid).hyperparameters.weights_version_key
    return signer, {
        "netuid": netuid,
        "dests": dests,
        "weights": weights,
        "version_key": str(max(key - int(context.boundary(48)), 0)),
    }


def set_mechanism_weights(context: Context) -> Made:
    """Set weights in one of the mechanisms of a subnet."""
    signer, args = set_weights(context)
    count = context.state.subnet(args["netuid"]).hyperparameters.mechanism_count
    mechanism = count if context.boundary() else context.choices.below(max(count, 1))
    return signer, {**args, "mecid": mechanism}


def track_voting_power(context: Context) -> Made:
    """Turn the tracking of voting power on or off."""
    netuid = context.netuid()
    owner = context.state.subnet(netuid).owner if context.choices.chance(128) else None
    return 8 if context.boundary() else owner, {"netuid": netuid}


def sudo_set_voting_power_ema_alpha(context: Context) -> Made:
    """Set the weight of the present stake in the voting power."""
    one = VOTING_POWER_ONE
    alpha = context.choices.pick((one + 1, U64_MAX) if context.boundary() else (one, one // 2, 0, one // 280))
    return 8 if context.boundary(8) else None, {"netuid": context.netuid(), "alpha": str(alpha)}


def set_tempo(context: Context) -> Made:
    """Set the tempo of a subnet, as its owner."""
    netuid = context.netuid()
    tempo = context.choices.pick((359, 50_401, 0) if context.boundary() else (360, 361, 720, 50_400))
    return 8 if context.boundary() else context.state.subnet(netuid).owner or 0, {"netuid": netuid, "tempo": tempo}


def set_activity_cutoff_factor(context: Context) -> Made:
    """Set after how many tempos a neuron counts as inactive, as the owner or as root."""
    netuid = context.netuid()
    factor = context.choices.pick((999, 50_001, 0) if context.boundary() else (1_000, 13_889, 50_000))
    owner = context.state.subnet(netuid).owner if context.choices.chance(128) else None
    return 8 if context.boundary() else owner, {"netuid": netuid, "factor_milli": str(factor)}


def trigger_epoch(context: Context) -> Made:
    """Ask for an epoch of a subnet, as its owner."""
    netuid = context.netuid()
    return 8 if context.boundary() else context.state.subnet(netuid).owner or 0, {"netuid": netuid}
