r"""Keys and swaps.

Two calls give a name up for another one. `swap_hotkey` replaces a hotkey, for instance one whose secret is no longer
safe: its neurons, its stake and its relations go to the new one. `swap_coldkey` does the same for a coldkey with its
subnets, its stake, its hotkeys and its balance; only the root origin may make it.

A swap should be a renaming, and where the new key is unused it nearly is. The launch falls short of it in three ways.

- It adds where both keys have something. Shares of two pools are added as if they were worth the same
  ([KEY-9](#key-9)), and so value passes from the stakers of one hotkey to those of the other.
- It leaves things behind: the owner hotkey of a subnet and the childkey takes stay with the old hotkey, and on networks
  that do not exist any more the shares move without the total.
- It overwrites: the children and parents of the old hotkey replace those of the new one ([KEY-6](#key-6)).

| | follows a hotkey | follows a coldkey |
| --- | --- | --- |
| shares | on every netuid | where a network exists |
| totals and denominators | where a network exists | |
| uids, children, parents, pending children | where a network exists | |
| ownership of hotkeys | yes | yes |
| ownership of subnets | no | yes |
| take as a delegate | yes | |
| take as a child | no | |
| balance | | yes |
"""

from collections.abc import Mapping
from fractions import Fraction

from attrs import evolve, field, frozen

from dtao_spec.registry import rule

SWAP_COST = 100_000_000
"""rao, burned by swap_hotkey."""

Relations = tuple[tuple[Fraction, str], ...]
"""Children or parents: (proportion, hotkey)."""


@frozen
class Stake:
    """The share pool of one hotkey."""

    total: Fraction = Fraction(0)
    denominator: Fraction = Fraction(0)
    shares: Mapping[str, Fraction] = field(factory=dict)
    """coldkey -> shares; an entry of 0 is an entry."""


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


@frozen
class Wallet:
    """What hangs on a coldkey beside its shares."""

    staking: tuple[str, ...] = ()
    """The hotkeys that it stakes or staked with."""
    owned: tuple[str, ...] = ()
    """The hotkeys that it owns."""
    balance: Fraction = Fraction(0)


@rule("KEY-1")
def swap_hotkey_rejection(
    old: str,
    new: str,
    balance: Fraction,
    since: int | None = None,
    rate_limit: int = 1_000,
    new_is_registered: bool = False,
    owns_old: bool = True,
) -> str | None:
    r"""The call swap_hotkey.

    Statement: The call MUST burn 0.1 TAO of the balance of the signer ([STATE-3](#state-3), [STATE-4](#state-4)), swap
        the hotkey ([KEY-3](#key-3)), and set the last transaction of the signer to the present block. The event is
        `HotkeySwapped`: coldkey, old hotkey, new hotkey.
    Units: rao; blocks since the last transaction of the signer, None for none.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed; `NewHotKeyIsSameWithOld`; `HotKeyAlreadyRegisteredInSubNet` (the new one
        is a member of any network); `NonAssociatedColdKey` (the signer does not own the old one);
        `HotKeySetTxRateLimitExceeded` ([STATE-7](#state-7)); `NotEnoughBalanceToPaySwapHotKey`.
        `ZeroBalanceAfterWithdrawn` cannot occur.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `do_swap_hotkey`
    Known violation: Nobody asks who owns the new hotkey. One that is registered nowhere becomes the signer's, whosever
        it was, and stays in the list of its former owner as well.
    Example: 1 000 blocks after the last transaction are too few, 1 001 are enough.

        >>> [swap_hotkey_rejection("h", "g", Fraction(10**9), since) for since in (1_000, 1_001)]
        ['HotKeySetTxRateLimitExceeded', None]
        >>> swap_hotkey_rejection("h", "g", Fraction(99_999_999))
        'NotEnoughBalanceToPaySwapHotKey'
    """
    if old == new:
        return "NewHotKeyIsSameWithOld"
    if new_is_registered:
        return "HotKeyAlreadyRegisteredInSubNet"
    if not owns_old:
        return "NonAssociatedColdKey"
    if rate_limit != 0 and since is not None and since <= rate_limit:
        return "HotKeySetTxRateLimitExceeded"
    return "NotEnoughBalanceToPaySwapHotKey" if balance < SWAP_COST else None


@rule("KEY-2")
def swap_coldkey_rejection(
    signed: bool, new_stakes: bool, new_is_hotkey: bool, balance: Fraction, cost: Fraction
) -> str | None:
    r"""The call swap_coldkey.

    Statement: The call MUST burn the cost that it names from the balance of the old coldkey ([STATE-3](#state-3),
        [STATE-4](#state-4)), swap the coldkey ([KEY-8](#key-8)), and set the last transaction of the new one to the
        present block. The event is `ColdkeySwapped`: old coldkey, new coldkey, the cost that was named.
    Units: rao.
    Rounding: none.
    Rejections: `BadOrigin` if anybody signed; `ColdKeyAlreadyAssociated` (the new coldkey stakes or staked with any
        hotkey); `NewColdKeyIsHotkey`; `NotEnoughBalanceToPaySwapColdKey`; `ZeroBalanceAfterWithdrawn` (nothing is left
        above the existential deposit, for a cost above 0).
    Source: `pallets/subtensor/src/swap/swap_coldkey.rs`, `do_swap_coldkey`
    Example: The balance of 500 rao is just the existential deposit.

        >>> swap_coldkey_rejection(False, False, False, Fraction(500), Fraction(400))
        'ZeroBalanceAfterWithdrawn'
        >>> swap_coldkey_rejection(True, True, True, Fraction(0), Fraction(400))
        'BadOrigin'
    """
    conditions = (
        (signed, "BadOrigin"),
        (new_stakes, "ColdKeyAlreadyAssociated"),
        (new_is_hotkey, "NewColdKeyIsHotkey"),
        (balance < cost, "NotEnoughBalanceToPaySwapColdKey"),
        (cost > 0 and balance <= 500, "ZeroBalanceAfterWithdrawn"),
    )
    return next((name for applies, name in conditions if applies), None)


@rule("KEY-3")
def hotkey_swapped(network: Network, old: str, new: str, both_in_senate: bool = False) -> Network:
    r"""What becomes of a hotkey.

    Statement: The owner, the last blocks and the totals MUST move first ([KEY-4](#key-4)), then the seat in the senate
        ([STATE-13](#state-13)), then the take as a delegate, if there is one. Every coldkey that has shares of the old
        hotkey and stakes with it MUST have the new one last in the list of those that it stakes with, in place of both.
        Under every netuid the shares MUST move ([KEY-9](#key-9)); where a network exists, the neuron ([KEY-5](#key-5)),
        children and parents ([KEY-6](#key-6)) and pending children ([KEY-7](#key-7)) too.
    Units: alpha rao (rao on root), shares.
    Rounding: as KEY-4 and KEY-9.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Known violation: The owner hotkey of a subnet and childkey takes do not follow. If both hotkeys are in the senate,
        the swap stops after the totals, and the call succeeds: the shares of the old hotkey are then worth nothing.
    Example: The stake of 100 and the uid go; on a network that does not exist only the shares do.

        >>> stakes = {"h": Stake(Fraction(100), Fraction(100), {"alice": Fraction(100)})}
        >>> after = hotkey_swapped(Network(True, stakes, {"h": 4}), "h", "g")
        >>> after.uids, int(after.stakes["g"].total), "h" in after.stakes
        ({'g': 4}, 100, False)
        >>> after = hotkey_swapped(Network(False, stakes), "h", "g")
        >>> {hotkey: (int(stake.total), dict(stake.shares)) for hotkey, stake in after.stakes.items()}
        {'h': (100, {}), 'g': (0, {'alice': Fraction(100, 1)})}
    """
    if network.exists:
        network = evolve(network, stakes=totals_moved(network.stakes, old, new))
    if both_in_senate:
        return network
    network = evolve(network, stakes=shares_moved(network.stakes, old, new))
    if not network.exists:
        return network
    children, parents = family_renamed(network.children, network.parents, old, new)
    return evolve(
        network,
        uids=neuron_renamed(network.uids, old, new),
        children=children,
        parents=parents,
        pending=pending_children_renamed(network.pending, old, new),
    )


@rule("KEY-4")
def totals_moved(stakes: Stakes, old: str, new: str) -> Stakes:
    r"""Owner and totals.

    Statement: The signer MUST become the owner of the new hotkey, which comes last in the list of those that it owns,
        unless it is there; the old one MUST have no owner and leave the list. The last transaction and the last change
        of a take of the new hotkey MUST be set to the present block, those of the old one removed. Wherever a network
        exists, total and denominator of the old hotkey's stake MUST be added to those of the new one.
    Formula: $$ V_g' = V_g + V_h, \qquad D_g' = D_g + D_h, \qquad V_h' = D_h' = 0 $$
    Units: alpha rao (rao on root), shares.
    Rounding: none; sums saturate.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Example: 100 in 100 shares come to 300 in 100 shares.

        >>> stakes = {"h": Stake(Fraction(100), Fraction(100)), "g": Stake(Fraction(300), Fraction(100))}
        >>> totals_moved(stakes, "h", "g")["g"]
        Stake(total=Fraction(400, 1), denominator=Fraction(200, 1), shares={})
    """
    source, target = stakes.get(old, Stake()), stakes.get(new, Stake())
    moved = Stake(target.total + source.total, target.denominator + source.denominator, target.shares)
    return kept({**stakes, old: Stake(shares=source.shares), new: moved})


def kept(stakes: Stakes) -> Stakes:
    """Return the stakes without those in which nothing is."""
    return {hotkey: stake for hotkey, stake in stakes.items() if stake != Stake()}


@rule("KEY-5")
def neuron_renamed(uids: Mapping[str, int], old: str, new: str) -> Mapping[str, int]:
    r"""The neuron.

    Statement: Where the old hotkey is a member of a network, its uid MUST belong to the new one, with all that is
        stored under the uid.
    Units: a uid by hotkey.
    Rounding: none.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Example: The uid 4 stays 4.

        >>> neuron_renamed({"f": 3, "h": 4}, "h", "g")
        {'f': 3, 'g': 4}
    """
    if old not in uids:
        return uids
    return {**{hotkey: uid for hotkey, uid in uids.items() if hotkey != old}, new: uids[old]}


@rule("KEY-6")
def family_renamed(
    children: Mapping[str, Relations], parents: Mapping[str, Relations], old: str, new: str
) -> tuple[Mapping[str, Relations], Mapping[str, Relations]]:
    r"""Children and parents.

    Statement: The new hotkey MUST have the children of the old one instead of its own, and each of them MUST list it as
        a parent where it listed the old one, in the same place. Then the same MUST be done with the parents of the old
        hotkey. What is empty is not kept.
    Units: proportions of $2^{64}-1$, which do not change.
    Rounding: none.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Known violation: The children that the new hotkey had still list it as a parent, and its parents as a child.
    Example: f was the child of h, and is that of g now.

        >>> children, parents = family_renamed({"h": ((Fraction(1), "f"),)}, {"f": ((Fraction(1), "h"),)}, "h", "g")
        >>> children, parents
        ({'g': ((Fraction(1, 1), 'f'),)}, {'f': ((Fraction(1, 1), 'g'),)})
    """
    children, parents = relations_moved(children, parents, old, new)
    parents, children = relations_moved(parents, children, old, new)
    return children, parents


def relations_moved(
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
def pending_children_renamed(
    pending: Mapping[str, tuple[Relations, int]], old: str, new: str
) -> Mapping[str, tuple[Relations, int]]:
    r"""Pending children.

    Statement: The pending children of the old hotkey MUST become those of the new one, if there are any. Where another
        hotkey is to have the old one as a child, it MUST have the new one, last in its list, in the same proportion.
    Units: proportions of $2^{64}-1$; blocks.
    Rounding: none.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Example: h was to be the first of two children of f.

        >>> halves = ((Fraction(1, 2), "h"), (Fraction(1, 2), "e"))
        >>> [child for _, child in pending_children_renamed({"f": (halves, 9)}, "h", "g")["f"][0]]
        ['e', 'g']
    """
    if old in pending:
        pending = {**{hotkey: entry for hotkey, entry in pending.items() if hotkey != old}, new: pending[old]}
    return {hotkey: (renamed_last(children, old, new), block) for hotkey, (children, block) in pending.items()}


def renamed_last(children: Relations, old: str, new: str) -> Relations:
    """Return the children with the first that is ``old`` taken out and put to the end as ``new``."""
    found = next((place for place, (_, child) in enumerate(children) if child == old), None)
    if found is None:
        return children
    return (*children[:found], *children[found + 1 :], (children[found][0], new))


@rule("KEY-8")
def coldkey_swapped(
    network: Network, wallets: Mapping[str, Wallet], old: str, new: str
) -> tuple[Network, Mapping[str, Wallet]]:
    r"""What becomes of a coldkey.

    Statement: Where a network exists, the new coldkey MUST own it if the old one did, and the shares that the old one
        has of the hotkeys that it stakes with MUST be added to its own, also where they are 0. The hotkeys that the old
        one stakes with, and those that it owns, MUST be appended to the new one's, unless they are there; and what is
        left of the balance MUST be added to its balance.
    Formula: $$ s_{new}' = s_{new} + s_{old}, \qquad s_{old}' = 0 $$
    Units: shares; rao.
    Rounding: none; sums saturate. A balance below the existential deposit does not arrive.
    Source: `pallets/subtensor/src/swap/swap_coldkey.rs`, `perform_swap_coldkey`
    Known violation: Shares under a netuid whose network does not exist stay with the old coldkey. Entries of 0 shares
        are written where there were none. Subnets without an owner belong to the account of zeros, and follow it.
    Example: alice becomes alba.

        >>> stakes = {"h": Stake(Fraction(100), Fraction(100), {"alice": Fraction(100)})}
        >>> wallets = {"alice": Wallet(("h",), ("h",), Fraction(9_000))}
        >>> network, wallets = coldkey_swapped(Network(stakes=stakes), wallets, "alice", "alba")
        >>> network.stakes["h"].shares, wallets
        ({'alba': Fraction(100, 1)}, {'alba': Wallet(staking=('h',), owned=('h',), balance=Fraction(9000, 1))})
    """
    source, target = wallets.get(old, Wallet()), wallets.get(new, Wallet())
    stakes = dict(network.stakes)
    for hotkey in source.staking if network.exists else ():
        shares = dict(stakes.get(hotkey, Stake()).shares)
        shares[new] = shares.get(new, Fraction(0)) + shares.pop(old, Fraction(0))
        stakes[hotkey] = evolve(stakes.get(hotkey, Stake()), shares=shares)
    merged = Wallet(
        (*target.staking, *(hotkey for hotkey in source.staking if hotkey not in target.staking)),
        (*target.owned, *(hotkey for hotkey in source.owned if hotkey not in target.owned)),
        target.balance + source.balance,
    )
    others = {coldkey: wallet for coldkey, wallet in wallets.items() if coldkey != old}
    return evolve(network, stakes=stakes), {**others, new: merged}


@rule("KEY-9")
def shares_moved(stakes: Stakes, old: str, new: str) -> Stakes:
    r"""The shares.

    Statement: Every coldkey's shares of the old hotkey MUST be added to its shares of the new one, as they are,
        whatever a share of either is worth. Entries of 0 move too.
    Formula: $$ s_{c,g}' = s_{c,g} + s_{c,h} $$
    Units: shares.
    Rounding: none; sums saturate.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Known violation: Together with [KEY-4](#key-4), where both hotkeys have stake, each share is then worth the mean,
        and the stakers of the hotkey with the dearer shares lose to the others. Where the network does not exist the
        total has not moved, and the shares are worth nothing.
    Example: alice had 100 alpha rao and bob 300, in 100 shares each. After the swap of h for g both have 200.

        >>> alice = Stake(Fraction(100), Fraction(100), {"alice": Fraction(100)})
        >>> bob = Stake(Fraction(300), Fraction(100), {"bob": Fraction(100)})
        >>> stake = shares_moved(totals_moved({"h": alice, "g": bob}, "h", "g"), "h", "g")["g"]
        >>> [int(stake.total * stake.shares[coldkey] / stake.denominator) for coldkey in ("alice", "bob")]
        [200, 200]
    """
    source, target = stakes.get(old, Stake()), stakes.get(new, Stake())
    shares = dict(target.shares)
    for coldkey, held in source.shares.items():
        shares[coldkey] = shares.get(coldkey, Fraction(0)) + held
    return kept({**stakes, old: evolve(source, shares={}), new: evolve(target, shares=shares)})
