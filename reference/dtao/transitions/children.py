"""Children of hotkeys: the stake that a hotkey lets others use on a subnet."""

from dtao.entries import with_entry
from dtao.evolving import evolve
from dtao.hashing import ACCOUNT_BYTES, blake2_128_concat
from dtao.outcome import Rejection, require, require_network
from dtao.params import BLOCKS_A_DAY, MAX_CHILDREN
from dtao.records import Stakes, Subnet
from dtao.rule import implements
from dtao.state import State
from dtao.transitions.stake import total_stake_of_hotkey
from dtao.units import ROOT, U64_MAX, AccountId, BlockNumber, NetUid


@implements("CHILD-1")
def apply_pending_children(subnet: Subnet, block: BlockNumber) -> Subnet:
    """Return the subnet in which all pending children whose cooldown ended before ``block`` are in force.

    The hotkeys are taken in the order of their hashes, which decides the order in which a child lists new
    parents. Each leaves the lists of its former children and is appended to those of its next ones. Mirrors
    ``do_set_pending_children``.
    """
    if not subnet.pending_child_keys:
        return subnet
    pending, children, parents = subnet.pending_child_keys, subnet.child_keys, subnet.parent_keys
    due = [hotkey for hotkey, (_, cooldown_block) in pending.items() if cooldown_block < block]
    if not due:
        return subnet
    for hotkey in sorted(due, key=hashed):
        for _, child in children.get(hotkey, ()):
            others: Stakes = tuple(entry for entry in parents.get(child, ()) if entry[1] != hotkey)
            parents = with_entry(parents, child, others, bool(others))
        new = pending[hotkey][0]
        children = with_entry(children, hotkey, new, bool(new))
        for proportion, child in new:
            parents = parents.set(child, (*parents.get(child, ()), (proportion, hotkey)))
        pending = pending.delete(hotkey)
    return evolve(subnet, pending_child_keys=pending, child_keys=children, parent_keys=parents)


def hashed(account: AccountId) -> bytes:
    """Return the sort key of an account among keys that the runtime hashes by Blake2_128Concat."""
    return blake2_128_concat(account.to_bytes(ACCOUNT_BYTES, "little"))


@implements("CHILD-2")
def cooldown_of_a_block(state: State) -> int:
    """Return the blocks for which children are pending: one."""
    return 1


@implements("CHILD-2")
def cooldown_of_a_day(state: State) -> int:
    """Return the blocks for which children are pending: a day's."""
    return BLOCKS_A_DAY


@implements("CHILD-2")
def cooldown_parameter(state: State) -> int:
    """Return the blocks for which children are pending: those that the administrators set."""
    return state.parameters.pending_child_key_cooldown


@implements("CHILD-3")
def no_min_take(state: State, subnet: Subnet) -> int:
    """Return the least childkey take on a subnet: nothing."""
    return 0


@implements("CHILD-3")
def min_take_of_network_and_subnet(state: State, subnet: Subnet) -> int:
    """Return the least childkey take on a subnet: what the network sets for all, or the subnet, whichever is more.

    Mirrors ``get_effective_min_childkey_take``.
    """
    return max(state.parameters.min_childkey_take, subnet.hyperparameters.min_childkey_take)


@implements("CHILD-3")
def is_any_change_limited(present: int, take: int) -> bool:
    """Whether the rate limit holds for a change of a childkey take: it does for any."""
    return True


@implements("CHILD-3")
def is_increase_limited(present: int, take: int) -> bool:
    """Whether the rate limit holds for a change of a childkey take: it does for an increase."""
    return take > present


@implements("CHILD-4")
def has_threshold_stake(state: State, hotkey: AccountId, netuid: NetUid) -> bool:
    """Whether the total stake of a hotkey reaches the threshold for naming children."""
    return total_stake_of_hotkey(state, hotkey) >= state.parameters.stake_threshold


@implements("CHILD-4")
def has_threshold_stake_or_is_owner_hotkey(state: State, hotkey: AccountId, netuid: NetUid) -> bool:
    """Whether a hotkey may name children: its total stake reaches the threshold, or it is the subnet's own."""
    return has_threshold_stake(state, hotkey, netuid) or state.subnet(netuid).owner_hotkey == hotkey


@implements("CHILD-4")
def validate_children(state: State, coldkey: AccountId, hotkey: AccountId, netuid: NetUid, chosen: Stakes) -> None:
    """Refuse children that the signer may not name, or not so.

    Rejections, in order: ``RegistrationNotPermittedOnRootSubnet``, ``SubNetworkDoesNotExist``,
    ``NonAssociatedColdKey``, ``TooManyChildren`` (more than 5), ``InvalidChild`` (the hotkey itself),
    ``ProportionOverflow`` (more than the whole), ``DuplicateChild``, ``NotEnoughStakeToSetChildkeys`` (the total
    stake of the hotkey is below the threshold; it needs none to have no children, nor, from 244 on, as the owner
    hotkey of the subnet).
    """
    require(netuid != ROOT, Rejection.REGISTRATION_NOT_PERMITTED_ON_ROOT_SUBNET)
    require_network(state, netuid)
    require(state.owner.get(hotkey) == coldkey, Rejection.NON_ASSOCIATED_COLD_KEY)
    require(len(chosen) <= MAX_CHILDREN, Rejection.TOO_MANY_CHILDREN)
    accounts = [child for _, child in chosen]
    require(hotkey not in accounts, Rejection.INVALID_CHILD)
    require(sum(proportion for proportion, _ in chosen) <= U64_MAX, Rejection.PROPORTION_OVERFLOW)
    require(len(set(accounts)) == len(accounts), Rejection.DUPLICATE_CHILD)
    require(
        not chosen or state.runtime.children.may_name(state, hotkey, netuid),
        Rejection.NOT_ENOUGH_STAKE_TO_SET_CHILDKEYS,
    )
