"""What coldkeys have locked of their stake from 411 on, as it is in the block at hand."""

from fractions import Fraction

from dtao.records import Lock
from dtao.state import State
from dtao.units import AccountId, NetUid
from dtao_properties.model.amounts import rules_of
from dtao_properties.model.stake import in_order_of_hashes, stake_held
from dtao_properties.model.storage_model import NO_LOCKS, StorageModel
from dtao_spec.rounding import LIMIT_BITS


def locked(state: State, netuid: int, coldkey: int) -> int:
    """Return the mass of the lock of a coldkey on a subnet, in alpha rao; 0 without one."""
    subnet = state.subnet(NetUid(netuid))
    own = subnet.coldkey_locks.get(AccountId(coldkey), NO_LOCKS)
    if not own.locks:
        return 0
    hotkey = in_order_of_hashes(own.locks)[0]
    is_owner, perpetual = hotkey == (subnet.owner_hotkey or 0), own.is_decaying is False
    return _rolled(state, own.locks[AccountId(hotkey)], is_owner, perpetual)[0]


def convictions_of(state: State, netuid: int) -> dict[int, Fraction]:
    """Return the conviction of each hotkey in whose favour anything is locked on a subnet."""
    subnet, rules = state.subnet(NetUid(netuid)), rules_of(state.runtime.spec_version)
    owner = int(subnet.owner_hotkey or 0)
    found: dict[int, list[Fraction]] = {}
    for perpetual, sums, own in (
        (True, subnet.hotkey_locks, subnet.owner_lock),
        (False, subnet.decaying_hotkey_locks, subnet.decaying_owner_lock),
    ):
        for hotkey, lock in sums.items():
            found.setdefault(int(hotkey), []).append(_rolled(state, lock, False, perpetual)[1])
        if own is not None:
            found.setdefault(owner, []).append(_rolled(state, own, True, perpetual)[1])
    return {hotkey: rules["LOCK-8"](convictions) for hotkey, convictions in found.items()}


def _rolled(state: State, lock: Lock, is_owner: bool, perpetual: bool) -> tuple[int, Fraction]:
    """Return the mass and the conviction of a lock, or of a sum of locks, as they are now."""
    parameters = state.parameters
    mass, conviction = rules_of(state.runtime.spec_version)["LOCK-2"](
        lock.mass,
        Fraction(lock.conviction, 2**LIMIT_BITS),
        state.block_number - lock.last_update,
        parameters.unlock_rate,
        parameters.maturity_rate,
        is_owner,
        perpetual,
    )
    return int(mass), Fraction(conviction)


def may_leave(model: StorageModel, coldkey: int, netuid: int) -> int:
    """Return how much of a coldkey's stake may leave a subnet."""
    stakes = [stake_held(model, hotkey, coldkey, netuid) for hotkey in model.read("StakingHotkeys", coldkey)]
    return int(model.rules["LOCK-5"](stakes, locked(model.state, netuid, coldkey)))
