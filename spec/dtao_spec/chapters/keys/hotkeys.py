"""What hangs on hotkeys, and the steps of a swap that move it from one to another."""

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeVar

from attrs import evolve, field, frozen

from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.keys"
Relations = tuple[tuple[Fraction, str], ...]
"""Children or parents: (proportion, hotkey)."""
Amounts = Mapping[str, Fraction]
"""What the last epoch left on each hotkey, which may be 0, or paid to its stakers."""


@frozen
class Stake:
    """The share pool of one hotkey."""

    total: Fraction = Fraction(0)
    denominator: Fraction = Fraction(0)
    shares: Mapping[str, Fraction] = field(factory=dict)
    """coldkey -> shares; an entry of 0 is an entry."""
    is_zero_stored: bool = False
    """Whether the total is 0 and stored nevertheless."""


Stakes = Mapping[str, Stake]


@frozen
class Network:
    """What hangs on hotkeys under one netuid."""

    exists: bool = True
    stakes: Stakes = field(factory=dict)
    uids: Mapping[str, int] = field(factory=dict)
    children: Mapping[str, Relations] = field(factory=dict)
    parents: Mapping[str, Relations] = field(factory=dict)
    pending: Mapping[str, tuple[Relations, int]] = field(factory=dict)
    """hotkey -> (its next children, the block from which they count)."""
    members: Mapping[str, bool] = field(factory=dict)
    """Whether a hotkey is a member, where that is written (`IsNetworkMember`)."""
    owner_hotkey: str | None = None


@frozen
class Wallet:
    """What hangs on a coldkey beside its shares."""

    staking: tuple[str, ...] = ()
    """The hotkeys that it stakes or staked with."""
    owned: tuple[str, ...] = ()
    """The hotkeys that it owns."""
    balance: Fraction = Fraction(0)


@frozen
class LastBlocks:
    """The last blocks of a hotkey; 0 for none."""

    transaction: int = 0
    delegate_take: int = 0
    childkey_take: int = 0


Blocks = Mapping[str, LastBlocks]


@rule("KEY-4")
def move_owner_and_totals(
    stakes: Stakes, blocks: Blocks, old: str, new: str, block: int = 0, netuid: int | None = None
) -> tuple[Stakes, Blocks]:
    r"""Owner, last blocks and totals after a hotkey swap.

    Statement: The signer MUST become the owner of the new hotkey, which comes last in the list of those that it owns,
        unless it is there; the old one MUST have no owner and leave the list. The last transaction and the last change
        of the take as a delegate of the new hotkey MUST be set to the present block, those of the old one removed.
        Wherever a network exists, total and denominator of the old hotkey's stake MUST be added to those of the new
        one.
    Formula: $$ V_g' = V_g + V_h, \qquad D_g' = D_g + D_h, \qquad V_h' = D_h' = 0 $$
    Units: alpha rao (rao on root), shares; blocks.
    Rounding: none; sums saturate.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Example: 100 in 100 shares come to 300 in 100 shares. The limit on changes of the take begins anew in block 9.

        >>> stakes = {"h": Stake(Fraction(100), Fraction(100)), "g": Stake(Fraction(300), Fraction(100))}
        >>> after, blocks = move_owner_and_totals(stakes, {"h": LastBlocks(delegate_take=7)}, "h", "g", 9)
        >>> int(after["g"].total), int(after["g"].denominator)
        (400, 200)
        >>> blocks
        {'g': LastBlocks(transaction=9, delegate_take=9, childkey_take=0)}
    """
    first, second = blocks.get(old, LastBlocks()), blocks.get(new, LastBlocks())
    changed = {
        old: evolve(first, transaction=0, delegate_take=0),
        new: evolve(second, transaction=block, delegate_take=block),
    }
    return move_totals(stakes, old, new), without_none({**blocks, **changed})


@rule("KEY-4", since=252)
def move_owner_totals_and_blocks(
    stakes: Stakes, blocks: Blocks, old: str, new: str, block: int = 0, netuid: int | None = None
) -> tuple[Stakes, Blocks]:
    r"""Owner, last blocks and totals after a hotkey swap.

    Change: The last blocks of the old hotkey go to the new one instead of the present block, so that a swap neither
        begins a limit anew nor lifts the one on childkey takes; and totals move under every netuid, so that shares are
        not parted from what they are shares of.
    Statement: The signer MUST become the owner of the new hotkey, which comes last in the list of those that it owns,
        unless it is there; the old one MUST have no owner and leave the list. The new hotkey MUST have the last blocks
        that the old one had, of its last transaction and of its last changes of the take as a delegate and as a child,
        in place of its own; those of the old one are removed. Under every netuid, whether or not a network exists,
        total and denominator of the old hotkey's stake MUST be added to those of the new one.
    Formula: $$ V_g' = V_g + V_h, \qquad D_g' = D_g + D_h, \qquad V_h' = D_h' = 0 $$
    Units: alpha rao (rao on root), shares; blocks.
    Rounding: none; sums saturate.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Example: A hotkey that changed its take in block 700 is limited by that block under its new name.

        >>> blocks = {"h": LastBlocks(delegate_take=700), "g": LastBlocks(transaction=5)}
        >>> move_owner_totals_and_blocks({}, blocks, "h", "g", 900)[1]
        {'g': LastBlocks(transaction=0, delegate_take=700, childkey_take=0)}
    """
    changed = {old: LastBlocks(), new: blocks.get(old, LastBlocks())}
    return move_totals(stakes, old, new), without_none({**blocks, **changed})


@rule("KEY-4", since=276)
def copy_owner_totals_and_blocks(
    stakes: Stakes, blocks: Blocks, old: str, new: str, block: int = 0, netuid: int | None = None
) -> tuple[Stakes, Blocks]:
    r"""Owner, last blocks and totals after a hotkey swap.

    Change: Last blocks are copied, because the old hotkey lives on after a swap on one subnet; and totals move on
        existing networks only, because the swap goes through the networks one by one, whether there is a total or not.
    Statement: The signer MUST become the owner of the new hotkey, which comes last in the list of those that it owns,
        unless it is there; after a swap on all subnets the old one MUST have no owner and leave the list. Before
        anything else the new hotkey MUST get the last blocks of the old one, of its last transaction and of its last
        changes of the take as a delegate and as a child, in place of its own. The old one keeps them if the swap is on
        one subnet, and loses them at the end of one on all subnets. On existing networks, or on the one that is named,
        total and denominator of the old hotkey's stake MUST be added to those of the new one, whose total MUST be
        stored even if it is 0.
    Formula: $$ V_g' = V_g + V_h, \qquad D_g' = D_g + D_h, \qquad V_h' = D_h' = 0 $$
    Units: alpha rao (rao on root), shares; blocks. No netuid stands for all subnets.
    Rounding: none; sums saturate.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `do_swap_hotkey`, `perform_hotkey_swap_on_all_subnets`,
        `perform_hotkey_swap_on_one_subnet`
    Example: On subnet 1 both hotkeys live on, with the same limits.

        >>> blocks = {"h": LastBlocks(delegate_take=700)}
        >>> [sorted(copy_owner_totals_and_blocks({}, blocks, "h", "g", 900, netuid)[1]) for netuid in (1, None)]
        [['g', 'h'], ['g']]
    """
    first = blocks.get(old, LastBlocks())
    changed = {old: first if netuid is not None else LastBlocks(), new: first}
    moved = move_totals(stakes, old, new)
    target = moved.get(new, Stake())
    return {**moved, new: evolve(target, is_zero_stored=not target.total)}, without_none({**blocks, **changed})


def move_totals(stakes: Stakes, old: str, new: str) -> Stakes:
    """Return the stakes in which total and denominator of one hotkey are added to those of another."""
    source, target = stakes.get(old, Stake()), stakes.get(new, Stake())
    moved = Stake(target.total + source.total, target.denominator + source.denominator, target.shares)
    return kept({**stakes, old: Stake(shares=source.shares), new: moved})


def without_none(blocks: Blocks) -> Blocks:
    """Return the last blocks of those hotkeys that have any."""
    return {hotkey: last for hotkey, last in blocks.items() if last != LastBlocks()}


def kept(stakes: Stakes) -> Stakes:
    """Return the stakes without those in which nothing is."""
    return {hotkey: stake for hotkey, stake in stakes.items() if stake != Stake()}


@rule("KEY-5")
def rename_neuron(
    uids: Mapping[str, int], members: Mapping[str, bool], old: str, new: str
) -> tuple[Mapping[str, int], Mapping[str, bool]]:
    r"""Neuron after a hotkey swap.

    Statement: Where the old hotkey is a member of a network (`IsNetworkMember`), the new one MUST be the member
        instead, and its uid MUST belong to the new one, with all that is stored under the uid.
    Units: a uid by hotkey; whether a hotkey is a member, where that is written.
    Rounding: none.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Example: The uid 4 stays 4.

        >>> rename_neuron({"f": 3, "h": 4}, {"f": True, "h": True}, "h", "g")
        ({'f': 3, 'g': 4}, {'f': True, 'g': True})
    """
    if not members.get(old, False):
        return uids, members
    return renamed_in(uids, old, new), renamed_in(members, old, new)


@rule("KEY-5", since=276)
def rename_membership(
    uids: Mapping[str, int], members: Mapping[str, bool], old: str, new: str
) -> tuple[Mapping[str, int], Mapping[str, bool]]:
    r"""Neuron after a hotkey swap.

    Change: An entry that says that the new hotkey is no member counts, because a swap on one subnet asks for it
        ([KEY-10](#key-10)). It was written before too, but nothing told it from a missing one.
    Statement: Where the old hotkey is a member of a network (`IsNetworkMember`), its uid MUST belong to the new one,
        with all that is stored under the uid. The new hotkey MUST get the entry of the old one in `IsNetworkMember`;
        where there is none, or it says no, the new one says no.
    Units: a uid by hotkey; whether a hotkey is a member, where that is written.
    Rounding: none.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap_on_one_subnet`
    Known violation: An entry that says no bars the hotkey from a later swap on this subnet alone ([KEY-10](#key-10)).
    Example: The uid 4 stays 4. On another network h was never a member.

        >>> rename_membership({"h": 4}, {"h": True}, "h", "g")
        ({'g': 4}, {'g': True})
        >>> rename_membership({}, {}, "h", "g")
        ({}, {'g': False})
    """
    if members.get(old, False):
        return rename_neuron(uids, members, old, new)
    return uids, {**{hotkey: member for hotkey, member in members.items() if hotkey != old}, new: False}


Entry = TypeVar("Entry")


def renamed_in(entries: Mapping[str, Entry], old: str, new: str) -> Mapping[str, Entry]:
    """Return entries by hotkey in which the new hotkey has the entry of the old one, if there is one."""
    if old not in entries:
        return entries
    return {**{hotkey: entry for hotkey, entry in entries.items() if hotkey != old}, new: entries[old]}


@rule("KEY-6")
def rename_family(
    children: Mapping[str, Relations], parents: Mapping[str, Relations], old: str, new: str
) -> tuple[Mapping[str, Relations], Mapping[str, Relations]]:
    r"""Children and parents after a hotkey swap.

    Statement: The new hotkey MUST have the children of the old one instead of its own, and each of them MUST list it as
        a parent where it listed the old one, in the same place. Then the same MUST be done with the parents of the old
        hotkey. What is empty is not kept.
    Units: proportions of $2^{64}-1$, which do not change.
    Rounding: none.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Known violation: The children that the new hotkey had still list it as a parent, and its parents as a child.
    Example: f was the child of h, and is that of g now.

        >>> children, parents = rename_family({"h": ((Fraction(1), "f"),)}, {"f": ((Fraction(1), "h"),)}, "h", "g")
        >>> children, parents
        ({'g': ((Fraction(1, 1), 'f'),)}, {'f': ((Fraction(1, 1), 'g'),)})
    """
    children, parents = move_relations(children, parents, old, new)
    parents, children = move_relations(parents, children, old, new)
    return children, parents


def move_relations(
    ours: Mapping[str, Relations], theirs: Mapping[str, Relations], old: str, new: str
) -> tuple[Mapping[str, Relations], Mapping[str, Relations]]:
    """Return the relations in which ``new`` stands for ``old``, on our side and on that of the others."""
    own = ours.get(old, ())
    ours = {hotkey: listed for hotkey, listed in ours.items() if hotkey not in (old, new)} | ({new: own} if own else {})
    for _, other in own:
        listed = tuple((share, new if hotkey == old else hotkey) for share, hotkey in theirs.get(other, ()))
        theirs = {**theirs, other: listed} if listed else theirs
    return ours, theirs


@rule("KEY-7")
def rename_pending_children(
    pending: Mapping[str, tuple[Relations, int]], old: str, new: str
) -> Mapping[str, tuple[Relations, int]]:
    r"""Pending children after a hotkey swap.

    Statement: The pending children of the old hotkey MUST become those of the new one, if there are any. Where another
        hotkey is to have the old one as a child, it MUST have the new one, last in its list, in the same proportion.
    Units: proportions of $2^{64}-1$; blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Example: h was to be the first of two children of f.

        >>> halves = ((Fraction(1, 2), "h"), (Fraction(1, 2), "e"))
        >>> [child for _, child in rename_pending_children({"f": (halves, 9)}, "h", "g")["f"][0]]
        ['e', 'g']
    """
    pending = renamed_in(pending, old, new)
    return {hotkey: (rename_last(children, old, new), block) for hotkey, (children, block) in pending.items()}


def rename_last(children: Relations, old: str, new: str) -> Relations:
    """Return the children with the first that is ``old`` taken out and put to the end as ``new``."""
    found = next((place for place, (_, child) in enumerate(children) if child == old), None)
    if found is None:
        return children
    return (*children[:found], *children[found + 1 :], (children[found][0], new))


@rule("KEY-9")
def move_shares(stakes: Stakes, old: str, new: str) -> Stakes:
    r"""Shares after a hotkey swap.

    Statement: Every coldkey's shares of the old hotkey MUST be added to its shares of the new one, as they are,
        whatever a share of either is worth. Entries of 0 move too.
    Formula: $$ s_{c,g}' = s_{c,g} + s_{c,h} $$
    Units: shares.
    Rounding: none; sums saturate.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Known violation: Together with [KEY-4](#key-4), where both hotkeys have stake, each share is then worth the mean,
        and the stakers of the hotkey with the shares of the higher price lose to the others.
    Example: alice had 100 alpha rao and bob 300, in 100 shares each. After the swap of h for g both have 200.

        >>> alice = Stake(Fraction(100), Fraction(100), {"alice": Fraction(100)})
        >>> bob = Stake(Fraction(300), Fraction(100), {"bob": Fraction(100)})
        >>> stake = move_shares(move_totals({"h": alice, "g": bob}, "h", "g"), "h", "g")["g"]
        >>> [int(stake.total * stake.shares[coldkey] / stake.denominator) for coldkey in ("alice", "bob")]
        [200, 200]
    """
    source, target = stakes.get(old, Stake()), stakes.get(new, Stake())
    shares = dict(target.shares)
    for coldkey, held in source.shares.items():
        shares[coldkey] = shares.get(coldkey, Fraction(0)) + held
    return kept({**stakes, old: evolve(source, shares={}), new: evolve(target, shares=shares)})


@rule("KEY-11", since=261)
def move_last_dividends_if_known(
    stakes_after_epoch: Amounts, paid: Mapping[str, Amounts], old: str, new: str
) -> tuple[Amounts, Mapping[str, Amounts]]:
    r"""Last dividends after a hotkey swap.

    Statement: Under every netuid for which `TotalHotkeyAlphaLastEpoch` has an entry of the old hotkey, also one of 0,
        that entry, and those of `AlphaDividendsPerSubnet` and `TaoDividendsPerSubnet`, MUST be added to those of the
        new hotkey, so that the fee for unstaking follows ([STAKE-19](#stake-19)). A stake of 0 is an entry of the new
        hotkey too.
    Formula: $$ a_g' = a_g + a_h, \qquad a_h' = 0 $$
    Units: alpha rao, and rao for the TAO dividends; by hotkey.
    Rounding: none; sums saturate.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Known violation: Without that entry the dividends of the last drain stay with the old hotkey.
    Example: h had 100 after the last epoch, of which 4 were dividends.

        >>> left, paid = move_last_dividends_if_known(
        ...     {"h": Fraction(100)}, {"alpha": {"h": Fraction(4), "g": Fraction(1)}}, "h", "g"
        ... )
        >>> left, paid
        ({'g': Fraction(100, 1)}, {'alpha': {'g': Fraction(5, 1)}})
    """
    if old not in stakes_after_epoch:
        return stakes_after_epoch, paid
    return move_last_dividends(stakes_after_epoch, paid, old, new)


@rule("KEY-11", since=276)
def move_last_dividends(
    stakes_after_epoch: Amounts, paid: Mapping[str, Amounts], old: str, new: str
) -> tuple[Amounts, Mapping[str, Amounts]]:
    r"""Last dividends after a hotkey swap.

    Change: The dividends follow even where no stake after the last epoch is stored; those that had been paid before an
        epoch stored it had stayed with the old hotkey.
    Statement: On existing networks, or on the one that is named, the entries of the old hotkey in
        `TotalHotkeyAlphaLastEpoch`, `AlphaDividendsPerSubnet` and `TaoDividendsPerSubnet` MUST be added to those of the
        new hotkey, so that the fee for unstaking follows ([STAKE-19](#stake-19)). The new hotkey gets an entry in
        `TotalHotkeyAlphaLastEpoch` in any case, if need be of 0.
    Formula: $$ a_g' = a_g + a_h, \qquad a_h' = 0 $$
    Units: alpha rao, and rao for the TAO dividends; by hotkey.
    Rounding: none; sums saturate.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap_on_one_subnet`
    Example: Dividends alone.

        >>> move_last_dividends({}, {"alpha": {"h": Fraction(4)}}, "h", "g")
        ({'g': Fraction(0, 1)}, {'alpha': {'g': Fraction(4, 1)}})
    """
    left = {new: Fraction(0), **move_amount(stakes_after_epoch, old, new)}
    return left, {token: move_amount(amounts, old, new) for token, amounts in paid.items()}


def move_amount(amounts: Amounts, old: str, new: str) -> Amounts:
    """Return the amounts in which the new hotkey has what both had."""
    total = amounts.get(old, Fraction(0)) + amounts.get(new, Fraction(0))
    others = {hotkey: amount for hotkey, amount in amounts.items() if hotkey not in (old, new)}
    return {**others, new: total} if total else others
