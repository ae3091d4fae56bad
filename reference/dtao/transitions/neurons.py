"""Neurons coming and going: accounts of new hotkeys, free and contested uids."""

from dtao.entries import with_element, without
from dtao.evolving import evolve
from dtao.outcome import Rejected, Rejection, require
from dtao.persistent import Map
from dtao.records import Neurons, Subnet
from dtao.rule import implements
from dtao.state import State
from dtao.transitions.stake import with_staking_hotkey, with_subnet
from dtao.units import U16_MAX, U64_MAX, AccountId, Alpha, BlockNumber, NetUid, Uid

NOBODY = AccountId(0)
"""The account that the runtime reads where no owner, of a hotkey or of a subnet, is stored."""


def owner_of(state: State, hotkey: AccountId) -> AccountId:
    """Return the coldkey that owns a hotkey, or account 0 for an unknown hotkey."""
    return state.owner.get(hotkey, NOBODY)


def owner_of_subnet(subnet: Subnet) -> AccountId:
    """Return the coldkey that owns a subnet, or account 0 for a subnet without an owner."""
    return NOBODY if subnet.owner is None else subnet.owner


def require_owner_or_root(state: State, signer: AccountId | None, netuid: NetUid) -> None:
    """Refuse, as ``BadOrigin``, a signer who does not own the subnet; the root origin (None) is not refused."""
    require(signer is None or signer == owner_of_subnet(state.subnet(netuid)), Rejection.BAD_ORIGIN)


@implements("STATE-6")
def create_account(state: State, coldkey: AccountId, hotkey: AccountId) -> State:
    """Return the state in which a hotkey has an owner: ``coldkey``, unless it had one before.

    A new hotkey is appended to those that the coldkey owns and to those that it stakes with. Mirrors
    ``create_account_if_non_existent``.
    """
    require(not state.runtime.accounts.is_of_subnet(hotkey), Rejection.CANNOT_USE_SYSTEM_ACCOUNT)
    if hotkey in state.owner:
        return state
    owned = state.owned_hotkeys.get(coldkey, ())
    if hotkey not in owned:
        owned = (*owned, hotkey)
    state = evolve(state, owner=state.owner.set(hotkey, coldkey), owned_hotkeys=state.owned_hotkeys.set(coldkey, owned))
    return with_staking_hotkey(state, coldkey, hotkey)


@implements("REG-3")
def append(neurons: Neurons, hotkey: AccountId, block: BlockNumber) -> Neurons:
    """Return the neurons with one more, whose uid is the number of neurons before.

    It is active, has no validator permit, and everything else about it is 0. Mirrors ``append_neuron``.
    """
    uid = Uid(neurons.n)
    return evolve(
        neurons,
        n=min(neurons.n + 1, U16_MAX),
        keys=neurons.keys.set(uid, hotkey),
        uids=neurons.uids.set(hotkey, uid),
        is_network_member=neurons.is_network_member.set(hotkey, True),
        block_at_registration=neurons.block_at_registration.set(uid, block),
        active=(*neurons.active, True),
        last_update=(*neurons.last_update, block),
        rank=(*neurons.rank, 0),
        trust=(*neurons.trust, 0),
        validator_trust=(*neurons.validator_trust, 0),
        consensus=(*neurons.consensus, 0),
        incentive=(*neurons.incentive, 0),
        dividends=(*neurons.dividends, 0),
        emission=(*neurons.emission, Alpha(0)),
        pruning_scores=(*neurons.pruning_scores, 0),
        validator_permit=(*neurons.validator_permit, False),
    )


@implements("REG-3")
def with_neuron(state: State, netuid: NetUid, hotkey: AccountId) -> State:
    """Return the state in which a subnet has one more neuron, registered in the present block."""
    subnet = state.subnet(netuid)
    neurons = append(subnet.neurons, hotkey, state.block_number)
    return with_subnet(state, netuid, evolve(subnet, neurons=neurons))


def is_of_owner(state: State, subnet: Subnet, hotkey: AccountId) -> bool:
    """Whether the owner of a hotkey owns the subnet."""
    return owner_of(state, hotkey) == owner_of_subnet(subnet)


def is_owner_hotkey(state: State, subnet: Subnet, hotkey: AccountId) -> bool:
    """Whether a hotkey is the owner hotkey of the subnet."""
    return hotkey == subnet.owner_hotkey


def immune_hotkeys_of_owner(state: State, subnet: Subnet) -> tuple[AccountId, ...]:
    """Return the hotkeys of a subnet's owner whose neurons are never pruned.

    They are those that registered last, of equal ones those with the lower uid, as many as the subnet allows. The owner
    hotkey comes before all of them, unless it is one of them.
    """
    limit = subnet.hyperparameters.immune_owner_uids_limit
    hotkeys = neurons_of_owner(state, subnet)[:limit]
    owner = subnet.owner_hotkey
    if owner is not None and owner in subnet.neurons.uids and owner not in hotkeys:
        return (owner, *hotkeys)[:limit]
    return hotkeys


def neurons_of_owner(state: State, subnet: Subnet) -> tuple[AccountId, ...]:
    """Return the hotkeys of a subnet's owner that have a uid there: those that registered last first, then by uid."""
    neurons = subnet.neurons
    registered = [
        (-neurons.block_at_registration.get(neurons.uids[hotkey], BlockNumber(0)), neurons.uids[hotkey], hotkey)
        for hotkey in state.owned_hotkeys.get(owner_of_subnet(subnet), ())
        if hotkey in neurons.uids
    ]
    return tuple(hotkey for _, _, hotkey in sorted(registered))


@implements("REG-5")
def is_immune_early_hotkey_of_owner(state: State, subnet: Subnet, hotkey: AccountId) -> bool:
    """Whether a hotkey is one of the owner's whose neurons are never pruned: those that registered first.

    Otherwise as :func:`immune_hotkeys_of_owner`.
    """
    limit = subnet.hyperparameters.immune_owner_uids_limit
    neurons, owner = subnet.neurons, subnet.owner_hotkey
    registered = sorted(
        (neurons.block_at_registration.get(neurons.uids[other], BlockNumber(0)), neurons.uids[other], other)
        for other in neurons_of_owner(state, subnet)
    )
    hotkeys = tuple(other for _, _, other in registered)[:limit]
    if owner is not None and owner in neurons.uids and owner not in hotkeys:
        hotkeys = (owner, *hotkeys)[:limit]
    return hotkey in hotkeys


@implements("REG-5")
def is_immune_hotkey_of_owner(state: State, subnet: Subnet, hotkey: AccountId) -> bool:
    """Whether a hotkey is one of :func:`immune_hotkeys_of_owner`."""
    return hotkey in immune_hotkeys_of_owner(state, subnet)


@implements("DIV-9")
def destinations_everywhere(state: State, subnet: Subnet) -> Map[AccountId, AccountId]:
    """Return the hotkeys on which coldkeys have their miners' earnings staked: those that they chose for all subnets.

    Before 320 there are none.
    """
    return state.auto_stake_destination


@implements("DIV-9")
def destinations_by_subnet(state: State, subnet: Subnet) -> Map[AccountId, AccountId]:
    """Return the hotkeys on which coldkeys have their miners' earnings staked: those that they chose for the subnet."""
    return subnet.auto_stake_destinations


@implements("DIV-9")
def no_hotkey(state: State, subnet: Subnet) -> tuple[AccountId, ...]:
    """Return the hotkeys whose incentive is not paid: none."""
    return ()


@implements("DIV-9")
def owner_hotkey(state: State, subnet: Subnet) -> tuple[AccountId, ...]:
    """Return the hotkeys whose incentive is not paid: the owner hotkey of the subnet."""
    return () if subnet.owner_hotkey is None else (subnet.owner_hotkey,)


@implements("DIV-9")
def all_neurons_of_owner(state: State, subnet: Subnet) -> frozenset[AccountId]:
    """Return the hotkeys whose incentive is not paid: all that the subnet's owner has there, and the owner hotkey."""
    owner = [hotkey for hotkey in owner_hotkey(state, subnet) if hotkey in subnet.neurons.uids]
    return frozenset((*neurons_of_owner(state, subnet), *owner))


@implements("EPOCH-19", "EPOCH-21")
def owner_exempt(subnet: Subnet) -> Uid | None:
    """Return the uid of the owner's neuron, which sets weights without stake or permit. Mirrors ``get_owner_uid``."""
    return None if subnet.owner_hotkey is None else subnet.neurons.uids.get(subnet.owner_hotkey)


def nobody_exempt(subnet: Subnet) -> Uid | None:
    """Return None: to set weights every neuron needs stake and a permit."""
    return None


@implements("REG-4")
def clear_incentive(state: State, netuid: NetUid, uid: Uid) -> State:
    """Return the state in which the successor of a neuron has no incentive, but the bonds of its predecessor."""
    subnet = state.subnet(netuid)
    neurons = subnet.neurons
    trust, incentive = with_element(neurons.trust, uid, 0), with_element(neurons.incentive, uid, 0)
    neurons = evolve(neurons, trust=trust, incentive=incentive)
    return with_subnet(state, netuid, evolve(subnet, neurons=neurons))


@implements("REG-4")
def clear_incentive_and_bonds(state: State, netuid: NetUid, uid: Uid) -> State:
    """Return the state in which the successor of a neuron has neither incentive nor bonds."""
    subnet = state.subnet(netuid)
    neurons = evolve(subnet.neurons, bonds=without(subnet.neurons.bonds, uid))
    return clear_incentive(with_subnet(state, netuid, evolve(subnet, neurons=neurons)), netuid, uid)


@implements("REG-4")
def replace_neuron(state: State, netuid: NetUid, uid: Uid, hotkey: AccountId) -> State:
    """Return the state in which a uid belongs to another hotkey, from the present block on.

    Nothing happens if the old hotkey is protected: at the launch if its owner owns the subnet. The successor is
    active; emission, trust, consensus, incentive and dividends start at 0, while rank, validator trust, validator
    permit, the last update and the pruning score are inherited, until 319 weights too, at the launch also bonds.
    Mirrors ``replace_neuron``.
    """
    subnet = state.subnet(netuid)
    neurons = subnet.neurons
    old = neurons.keys.get(uid, NOBODY)
    if state.runtime.neurons.is_protected(state, subnet, old):
        return state
    neurons = evolve(
        neurons,
        keys=neurons.keys.set(uid, hotkey),
        uids=without(neurons.uids, old).set(hotkey, uid),
        is_network_member=without(neurons.is_network_member, old).set(hotkey, True),
        block_at_registration=neurons.block_at_registration.set(uid, state.block_number),
        active=with_element(neurons.active, uid, True),
        emission=with_element(neurons.emission, uid, Alpha(0)),
        consensus=with_element(neurons.consensus, uid, 0),
        dividends=with_element(neurons.dividends, uid, 0),
    )
    state = with_subnet(state, netuid, evolve(subnet, neurons=neurons))
    return state.runtime.neurons.clear(state, netuid, uid)


@implements("REG-5")
def neuron_to_prune(state: State, netuid: NetUid) -> tuple[State, Uid | None]:
    """Return the uid that is pruned for the next registration, and the state in which its pruning score is 65535.

    It is the neuron with the lowest pruning score, of equal ones the one registered first, then the lowest uid.
    Neurons within the immunity period are chosen only if there are no others, and protected ones never are (at the
    launch those of the subnet's owner): uid 0 stands for none, also in a subnet without neurons, whose state is left
    alone. Mirrors ``get_neuron_to_prune``.
    """
    subnet = state.subnet(netuid)
    neurons = subnet.neurons
    if neurons.n == 0:
        return state, Uid(0)
    is_immortal = state.runtime.neurons.is_immortal
    candidates: list[tuple[bool, int, int, Uid]] = []
    for uid in map(Uid, range(neurons.n)):
        hotkey = neurons.keys.get(uid)
        if hotkey is not None and is_immortal(state, subnet, hotkey):
            continue
        score = neurons.pruning_scores[uid] if uid < len(neurons.pruning_scores) else U16_MAX
        registered_at = neurons.block_at_registration.get(uid, 0)
        # The runtime searches for less than the largest score and block, which such a neuron never is.
        if score == U16_MAX and registered_at == U64_MAX:
            continue
        immune = max(state.block_number - registered_at, 0) < subnet.hyperparameters.immunity_period
        candidates.append((immune, score, registered_at, uid))
    uid = min(candidates)[-1] if candidates else Uid(0)
    scores = with_element(neurons.pruning_scores, uid, U16_MAX)
    subnet = evolve(subnet, neurons=evolve(neurons, pruning_scores=scores))
    return with_subnet(state, netuid, subnet), uid


@implements("REG-5")
def neuron_to_prune_by_emission(state: State, netuid: NetUid) -> tuple[State, Uid | None]:
    """Return the uid that is pruned for the next registration, and the state as it is.

    It is the neuron with the lowest emission in the last epoch, of equal ones the one registered first, then the lowest
    uid. Protected ones never are chosen; and one within the immunity period only if no more than ``MinNonImmuneUids``
    others are left. None if there is no such neuron. Mirrors ``get_neuron_to_prune``.
    """
    subnet = state.subnet(netuid)
    neurons, parameters = subnet.neurons, subnet.hyperparameters
    is_immortal = state.runtime.neurons.is_immortal
    candidates: dict[bool, list[tuple[int, int, Uid]]] = {True: [], False: []}
    for uid in map(Uid, range(neurons.n)):
        hotkey = neurons.keys.get(uid)
        if hotkey is None or is_immortal(state, subnet, hotkey):
            continue
        registered_at = neurons.block_at_registration.get(uid, 0)
        is_immune = max(state.block_number - registered_at, 0) < parameters.immunity_period
        emission = neurons.emission[uid] if uid < len(neurons.emission) else 0
        candidates[is_immune].append((emission, registered_at, uid))
    may_choose_others = len(candidates[False]) > parameters.min_non_immune_uids
    chosen = candidates[not may_choose_others]
    return state, min(chosen)[-1] if chosen else None


@implements("REG-6")
def register_neuron(state: State, netuid: NetUid, hotkey: AccountId) -> tuple[State, Uid]:
    """Return the state in which a hotkey has a uid, and that uid: the next one, or one taken from another neuron.

    Where the other neuron cannot be replaced the hotkey has none, and the uid is returned all the same. Mirrors
    ``register_neuron``.
    """
    subnet = state.subnet(netuid)
    uid = Uid(subnet.neurons.n)
    if uid < subnet.hyperparameters.max_allowed_uids:
        return state.runtime.neurons.append(state, netuid, hotkey), uid
    state, pruned = state.runtime.neurons.prune(state, netuid)
    if pruned is None:
        raise Rejected(Rejection.NO_NEURON_ID_AVAILABLE)
    return replace_neuron(state, netuid, pruned, hotkey), pruned


@implements("REG-6")
def may_register(state: State, netuid: NetUid) -> bool:
    """Whether a subnet has a uid for a new neuron: a free one, or one of a neuron that may be pruned."""
    subnet = state.subnet(netuid)
    is_free = subnet.neurons.n < subnet.hyperparameters.max_allowed_uids
    return is_free or state.runtime.neurons.prune(state, netuid)[1] is not None
