"""Calls that lock stake."""

from dtao.rules.locks import NEGLIGIBLE
from dtao.transitions.locks import first_lock, locked, stake_on_subnet
from dtao_properties.fuzz.context import Context
from dtao_properties.fuzz.makers import Made


def lock_stake(context: Context) -> Made:
    """Lock some of what a coldkey has on a subnet, as a rule in favour of the hotkey of its lock."""
    position, state, choices = context.position(), context.state, context.choices
    found = first_lock(state.subnet(position.netuid), position.coldkey)
    hotkey = context.hotkey() if found is None or context.boundary(48) else found[0]
    held = stake_on_subnet(state, position.coldkey, position.netuid)
    free = max(held - locked(state, position.coldkey, position.netuid), 0)
    amount = max(choices.pick((free // 2, free, 1, free // 10, min(free, NEGLIGIBLE), min(free, NEGLIGIBLE - 1))), 1)
    if context.boundary(48):
        amount = choices.pick((0, free + 1, held))
    return position.coldkey, {"hotkey": str(hotkey), "netuid": position.netuid, "amount": str(amount)}


def move_lock(context: Context) -> Made:
    """Let a lock be in favour of another hotkey."""
    coldkey, netuid = _locking(context)
    return coldkey, {"destination_hotkey": str(context.hotkey()), "netuid": netuid}


def set_perpetual_lock(context: Context) -> Made:
    """Say whether the locks of a coldkey on a subnet dwindle."""
    coldkey, netuid = _locking(context)
    return coldkey, {"netuid": netuid, "enabled": context.choices.chance(176)}


def set_reject_locked_alpha(context: Context) -> Made:
    """Say whether a coldkey refuses locked stake."""
    return context.payer(), {"enabled": context.choices.chance(96)}


def _locking(context: Context) -> tuple[int, int]:
    """Return a coldkey and a subnet on which it has a lock, if there are any."""
    subnets = context.state.subnets.items()
    locks = [(coldkey, netuid) for netuid, subnet in subnets for coldkey in sorted(subnet.coldkey_locks)]
    if not locks or context.boundary(48):
        return context.payer(), context.netuid()
    return context.choices.pick(locks)
