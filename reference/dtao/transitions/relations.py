"""Parents and children of a hotkey on a subnet that are kept consistent with each other, from 338 on.

A hotkey is never its own child or parent, nor both child and parent of another one, and both of two hotkeys list their
relation with the same proportion.
"""

from collections.abc import Mapping

from attrs import frozen

from dtao.entries import with_entry, without
from dtao.evolving import evolve
from dtao.outcome import Rejected, Rejection, require
from dtao.params import MAX_CHILDREN
from dtao.persistent import Map
from dtao.records import Stakes, Subnet
from dtao.rule import implements
from dtao.state import State
from dtao.transitions.children import hashed
from dtao.units import ROOT, U64_MAX, AccountId, BlockNumber, NetUid

Proportions = Mapping[AccountId, int]
"""hotkey -> the proportion of the parent's stake."""


@frozen
class Relations:
    """The children and parents of one hotkey."""

    hotkey: AccountId
    children: Proportions
    parents: Proportions


@implements("CHILD-13")
def require_consistent(children: Proportions, parents: Proportions) -> None:
    """Refuse relations that may not stand beside each other.

    Rejections, in order: ``ProportionOverflow`` (the children have more than the whole),
    ``ChildParentInconsistency`` (a child is a parent too).
    """
    require(sum(children.values()) <= U64_MAX, Rejection.PROPORTION_OVERFLOW)
    require(children.keys().isdisjoint(parents), Rejection.CHILD_PARENT_INCONSISTENCY)


def proportions(stakes: Stakes, hotkey: AccountId) -> Proportions:
    """Return children or parents by hotkey, the last of equal ones, without the hotkey itself."""
    return {other: proportion for proportion, other in stakes if other != hotkey}


@implements("CHILD-13")
def relations_of(subnet: Subnet, hotkey: AccountId) -> Relations:
    """Return the relations that are stored for a hotkey; refuse the call under way if they are inconsistent."""
    children = proportions(subnet.child_keys.get(hotkey, ()), hotkey)
    parents = proportions(subnet.parent_keys.get(hotkey, ()), hotkey)
    require_consistent(children, parents)
    return Relations(hotkey, children, parents)


@implements("CHILD-13")
def require_may_have(relations: Relations, chosen: Stakes) -> None:
    """Refuse children that a hotkey may not have beside its parents.

    Rejections, in order: ``InvalidChild`` (the hotkey itself), ``TooManyChildren`` (more than 5 different ones), those
    of :func:`require_consistent`.
    """
    children = {child: proportion for proportion, child in chosen}
    require(relations.hotkey not in children, Rejection.INVALID_CHILD)
    require(len(children) <= MAX_CHILDREN, Rejection.TOO_MANY_CHILDREN)
    require_consistent(children, relations.parents)


@implements("CHILD-4")
def validate_children(state: State, coldkey: AccountId, hotkey: AccountId, netuid: NetUid, chosen: Stakes) -> None:
    """Refuse children that the signer may not name, or not so.

    Rejections, in order: ``RegistrationNotPermittedOnRootSubnet``, ``SubnetNotExists``, ``NonAssociatedColdKey``,
    ``DuplicateChild``, those of :func:`relations_of` (what is stored is inconsistent already) and
    :func:`require_may_have`, ``NotEnoughStakeToSetChildkeys``.
    """
    require(netuid != ROOT, Rejection.REGISTRATION_NOT_PERMITTED_ON_ROOT_SUBNET)
    subnet = state.subnet(netuid)
    require(subnet.added, Rejection.SUBNET_NOT_EXISTS)
    require(state.owner.get(hotkey) == coldkey, Rejection.NON_ASSOCIATED_COLD_KEY)
    require(len({child for _, child in chosen}) == len(chosen), Rejection.DUPLICATE_CHILD)
    require_may_have(relations_of(subnet, hotkey), chosen)
    may_name = not chosen or state.runtime.children.may_name(state, hotkey, netuid)
    require(may_name, Rejection.NOT_ENOUGH_STAKE_TO_SET_CHILDKEYS)


@implements("CHILD-13")
def with_relations(subnet: Subnet, relations: Relations) -> Subnet:
    """Return the subnet in which a hotkey has these children and parents, and they have it, in place of any others.

    Its own lists are in the order of the accounts. In the list of another hotkey it keeps its place, or comes last.
    Mirrors ``persist_child_parent_relations``.
    """
    hotkey = relations.hotkey
    children, parents = _linked(subnet.child_keys, subnet.parent_keys, hotkey, relations.children)
    parents, children = _linked(parents, children, hotkey, relations.parents)
    return evolve(subnet, child_keys=children, parent_keys=parents)


def _linked(
    own: Map[AccountId, Stakes], reverse: Map[AccountId, Stakes], hotkey: AccountId, others: Proportions
) -> tuple[Map[AccountId, Stakes], Map[AccountId, Stakes]]:
    """Return lists of one direction in which a hotkey has others, and of the other direction in which they have it."""
    former = {other for _, other in own.get(hotkey, ())}
    listed: Stakes = tuple((others[other], other) for other in sorted(others))
    own = with_entry(own, hotkey, listed, bool(listed))
    for other in former | others.keys():
        present = reverse.get(other, ())
        after = upserted(present, others[other], hotkey) if other in others else removed(present, hotkey)
        reverse = with_entry(reverse, other, after, bool(after))
    return own, reverse


def upserted(stakes: Stakes, proportion: int, hotkey: AccountId) -> Stakes:
    """Return a list in which a hotkey has a proportion: in its first place, or last if it is new."""
    for index, (_, other) in enumerate(stakes):
        if other == hotkey:
            return (*stakes[:index], (proportion, hotkey), *stakes[index + 1 :])
    return (*stakes, (proportion, hotkey))


def removed(stakes: Stakes, hotkey: AccountId) -> Stakes:
    """Return a list without a hotkey."""
    return tuple(entry for entry in stakes if entry[1] != hotkey)


@implements("CHILD-1")
def apply_pending_children(subnet: Subnet, block: BlockNumber) -> Subnet:
    """Return the subnet in which all pending children whose cooldown ended before ``block`` are in force.

    The hotkeys are taken in the order of their hashes. Children that would be inconsistent with the parents of the
    hotkey, or with the whole, are dropped. Mirrors ``do_set_pending_children``.
    """
    due = [hotkey for hotkey, (_, cooldown_block) in subnet.pending_child_keys.items() if cooldown_block < block]
    return _pending_in_force(subnet, due)


@implements("CHILD-1")
def apply_pending_children_or_unstarted(subnet: Subnet, block: BlockNumber) -> Subnet:
    """Return the subnet as :func:`apply_pending_children`; where it was not started all of them are in force."""
    if subnet.subtoken_enabled:
        return apply_pending_children(subnet, block)
    return _pending_in_force(subnet, list(subnet.pending_child_keys))


def _pending_in_force(subnet: Subnet, hotkeys: list[AccountId]) -> Subnet:
    for hotkey in sorted(hotkeys, key=hashed):
        chosen, _ = subnet.pending_child_keys[hotkey]
        subnet = evolve(subnet, pending_child_keys=subnet.pending_child_keys.delete(hotkey))
        subnet = children_in_force(subnet, hotkey, chosen)
    return subnet


def children_in_force(subnet: Subnet, hotkey: AccountId, chosen: Stakes) -> Subnet:
    """Return the subnet in which a hotkey has these children, unless they are inconsistent with its parents.

    Mirrors ``persist_pending_chidren_ok``.
    """
    children = proportions(chosen, hotkey)
    parents = proportions(subnet.parent_keys.get(hotkey, ()), hotkey)
    try:
        require_consistent(children, parents)
    except Rejected:
        return subnet
    return with_relations(subnet, Relations(hotkey, children, parents))


@implements("KEY-6")
def rebind_family(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    """Return the subnet in which the new hotkey has the children, parents and pending children of the old one.

    They replace its own children and parents, which list it no more; children that were pending for it go only if
    others take their place. Rejects what :func:`relations_of` rejects, ``InvalidChild`` if the new hotkey is a child or
    parent of the old one, and what :func:`require_may_have` says of the pending children. Mirrors
    ``parent_child_swap_hotkey``.
    """
    relations = relations_of(subnet, old)
    children, parents = without(subnet.child_keys, old), without(subnet.parent_keys, old)
    for child in relations.children:
        listed = removed(parents.get(child, ()), old)
        parents = with_entry(parents, child, listed, bool(listed))
    for parent in relations.parents:
        listed = removed(children.get(parent, ()), old)
        children = with_entry(children, parent, listed, bool(listed))
    related = new in relations.children or new in relations.parents
    require(not related, Rejection.INVALID_CHILD)
    relations = evolve(relations, hotkey=new)
    pending = subnet.pending_child_keys
    if old in pending:
        require_may_have(relations, pending[old][0])
        pending = pending.delete(old).set(new, pending[old])
    return with_relations(
        evolve(subnet, child_keys=children, parent_keys=parents, pending_child_keys=pending), relations
    )


@implements("KEY-7")
def rename_pending_children_of_others(subnet: Subnet, old: AccountId, new: AccountId) -> Subnet:
    """Return the subnet in which others that were to have the old hotkey as a child will have the new one, last."""
    pending = subnet.pending_child_keys
    for hotkey, (children, cooldown_block) in pending.items():
        index = next((index for index, (_, child) in enumerate(children) if child == old), None)
        if index is not None:
            others = children[:index] + children[index + 1 :]
            pending = pending.set(hotkey, ((*others, (children[index][0], new)), cooldown_block))
    return subnet if pending is subnet.pending_child_keys else evolve(subnet, pending_child_keys=pending)


def repair(subnet: Subnet) -> Subnet:
    """Return the subnet without relations of a hotkey to itself, and without such as only one of the two lists.

    Both must list it with the same proportion; first children are dropped, then parents. Mirrors
    ``migrate_fix_childkeys``.
    """
    children, parents = _without_self(subnet.child_keys), _without_self(subnet.parent_keys)
    children = _listed_by_others(children, parents)
    return evolve(subnet, child_keys=children, parent_keys=_listed_by_others(parents, children))


def _without_self(lists: Map[AccountId, Stakes]) -> Map[AccountId, Stakes]:
    kept = {hotkey: removed(stakes, hotkey) for hotkey, stakes in lists.items()}
    return Map({hotkey: stakes for hotkey, stakes in kept.items() if stakes})


def _listed_by_others(lists: Map[AccountId, Stakes], reverse: Map[AccountId, Stakes]) -> Map[AccountId, Stakes]:
    kept: dict[AccountId, Stakes] = {}
    for hotkey, stakes in lists.items():
        kept[hotkey] = tuple(
            (proportion, other) for proportion, other in stakes if (proportion, hotkey) in reverse.get(other, ())
        )
    return Map({hotkey: stakes for hotkey, stakes in kept.items() if stakes})
