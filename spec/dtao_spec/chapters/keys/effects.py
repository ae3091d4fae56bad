"""What a swap of a hotkey or of a coldkey changes as a whole."""

from collections.abc import Mapping
from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters.keys.hotkeys import Network, Stake, Wallet
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule

CHAPTER = "dtao_spec.chapters.keys"


@rule("KEY-3")
def swap_hotkey(
    network: Network, old: str, new: str, both_in_senate: bool = False, *, rules: Computation = EXACT_LAUNCH
) -> Network:
    r"""Effects of a hotkey swap.

    Statement: The owner, the last blocks and the totals MUST move first ([KEY-4](#key-4)), then the seat in the senate
        ([STATE-13](#state-13)), then the take as a delegate, if there is one. Every coldkey that has shares of the old
        hotkey and stakes with it MUST have the new one last in the list of those that it stakes with, in place of both.
        Under every netuid the shares MUST move ([KEY-9](#key-9)); where a network exists, the neuron ([KEY-5](#key-5)),
        children and parents ([KEY-6](#key-6)) and pending children ([KEY-7](#key-7)) too.
    Units: alpha rao (rao on root), shares.
    Rounding: as [KEY-4](#key-4) and [KEY-9](#key-9).
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Known violation: The owner hotkey of a subnet and childkey takes do not follow. Where the network does not exist the
        total does not move, and the shares are worth nothing. If both hotkeys are in the senate, the swap stops after
        the totals, and the call succeeds: the shares of the old hotkey are then worth nothing.
    Example: The stake of 100 and the uid go; on a network that does not exist only the shares do.

        >>> stakes = {"h": Stake(Fraction(100), Fraction(100), {"alice": Fraction(100)})}
        >>> after = swap_hotkey(Network(True, stakes, {"h": 4}, members={"h": True}), "h", "g")
        >>> after.uids, int(after.stakes["g"].total), "h" in after.stakes
        ({'g': 4}, 100, False)
        >>> after = swap_hotkey(Network(False, stakes), "h", "g")
        >>> {hotkey: (int(stake.total), dict(stake.shares)) for hotkey, stake in after.stakes.items()}
        {'h': (100, {}), 'g': (0, {'alice': Fraction(100, 1)})}
    """
    if network.exists:
        network = evolve(network, stakes=rules["KEY-4"](network.stakes, {}, old, new)[0])
    if both_in_senate:
        return network
    network = evolve(network, stakes=rules["KEY-9"](network.stakes, old, new))
    return rename_relations(network, old, new, rules) if network.exists else network


def rename_relations(network: Network, old: str, new: str, rules: Computation) -> Network:
    """Return a network in which the new hotkey has the neuron, the children and the parents of the old one."""
    uids, members = rules["KEY-5"](network.uids, network.members, old, new)
    children, parents = rules["KEY-6"](network.children, network.parents, old, new)
    pending = rules["KEY-7"](network.pending, old, new)
    return evolve(network, uids=uids, members=members, children=children, parents=parents, pending=pending)


@rule("KEY-3", since=238)
def swap_hotkey_with_ownership(
    network: Network, old: str, new: str, both_in_senate: bool = False, *, rules: Computation
) -> Network:
    r"""Effects of a hotkey swap.

    Change: The owner hotkey of a subnet follows, so that an owner who swaps that hotkey does not lose what it is
        granted.
    Statement: The owner, the last blocks and the totals MUST move first ([KEY-4](#key-4)), then the seat in the senate
        ([STATE-13](#state-13)), then the take as a delegate, if there is one. Every coldkey that has shares of the old
        hotkey and stakes with it MUST have the new one last in the list of those that it stakes with, in place of both.
        Under every netuid the shares MUST move ([KEY-9](#key-9)); where a network exists, the neuron ([KEY-5](#key-5)),
        children and parents ([KEY-6](#key-6)) and pending children ([KEY-7](#key-7)) too, and last of all the new
        hotkey MUST become its owner hotkey (`SubnetOwnerHotkey`) if the old one was.
    Units: alpha rao (rao on root), shares.
    Rounding: as [KEY-4](#key-4) and [KEY-9](#key-9).
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Known violation: Childkey takes do not follow. Where the network does not exist the total does not move, and the
        shares are worth nothing. If both hotkeys are in the senate, the swap stops after the totals, and the call
        succeeds: the shares of the old hotkey are then worth nothing.
    Example: The founder's hotkey is swapped.

        >>> swap_hotkey_with_ownership(Network(owner_hotkey="h"), "h", "g", rules=Computation(238)).owner_hotkey
        'g'
    """
    network = swap_hotkey(network, old, new, both_in_senate, rules=rules)
    follows = network.exists and not both_in_senate and network.owner_hotkey == old
    return evolve(network, owner_hotkey=new) if follows else network


@rule("KEY-3", since=252)
def swap_hotkey_with_all_totals(
    network: Network, old: str, new: str, both_in_senate: bool = False, *, rules: Computation
) -> Network:
    r"""Effects of a hotkey swap.

    Change: Totals move under every netuid, as shares do ([KEY-4](#key-4)), so that stake on a dissolved network is not
        lost.
    Statement: The owner, the last blocks and the totals under every netuid MUST move first ([KEY-4](#key-4)), then the
        seat in the senate ([STATE-13](#state-13)), then the take as a delegate, if there is one. Every coldkey that has
        shares of the old hotkey and stakes with it MUST have the new one last in the list of those that it stakes with,
        in place of both. Under every netuid the shares MUST move ([KEY-9](#key-9)); where a network exists, the neuron
        ([KEY-5](#key-5)), children and parents ([KEY-6](#key-6)) and pending children ([KEY-7](#key-7)) too, and last
        of all the new hotkey MUST become its owner hotkey (`SubnetOwnerHotkey`) if the old one was.
    Units: alpha rao (rao on root), shares.
    Rounding: as [KEY-4](#key-4) and [KEY-9](#key-9).
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap`
    Known violation: Childkey takes do not follow. If both hotkeys are in the senate, the swap stops after the totals,
        and the call succeeds: the shares of the old hotkey are then worth nothing.
    Example: The stake on a dissolved network goes whole.

        >>> stakes = {"h": Stake(Fraction(100), Fraction(100), {"alice": Fraction(100)})}
        >>> after = swap_hotkey_with_all_totals(Network(False, stakes), "h", "g", rules=Computation(252))
        >>> after.stakes == {"g": stakes["h"]}
        True
    """
    if not network.exists:
        network = evolve(network, stakes=rules["KEY-4"](network.stakes, {}, old, new)[0])
    return swap_hotkey_with_ownership(network, old, new, both_in_senate, rules=rules)


@rule("KEY-3", since=276)
def swap_hotkey_by_network(
    network: Network, old: str, new: str, both_in_senate: bool = False, *, rules: Computation
) -> Network:
    r"""Effects of a hotkey swap.

    Change: The swap takes the same steps on each existing network that a swap on one subnet takes
        ([KEY-10](#key-10)), and nothing moves under netuids without one. Two senators cannot be swapped any more, which
        had stopped half-way.
    Statement: The owner MUST change first ([KEY-4](#key-4)). Then on every existing network the totals
        ([KEY-4](#key-4)), the neuron ([KEY-5](#key-5)), children and parents ([KEY-6](#key-6)), pending children
        ([KEY-7](#key-7)), the owner hotkey (`SubnetOwnerHotkey`), what the last epoch left and paid ([KEY-11](#key-11))
        and the shares ([KEY-9](#key-9)) MUST move, in this order; then the seat in the senate ([STATE-13](#state-13)),
        the take as a delegate, if there is one, and the lists of those that coldkeys stake with: every coldkey that has
        shares of the old hotkey and stakes with it MUST have the new one last, in place of both. What is stored under a
        netuid without a network MUST stay with the old hotkey.
    Units: alpha rao (rao on root), shares.
    Rounding: as [KEY-4](#key-4) and [KEY-9](#key-9).
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap_on_all_subnets`,
        `perform_hotkey_swap_on_one_subnet`
    Known violation: Childkey takes do not follow. Stake on a network that does not exist stays with a hotkey that
        nobody owns.
    Example: The stake on an existing network goes, that under another netuid stays.

        >>> stakes = {"h": Stake(Fraction(100), Fraction(100), {"alice": Fraction(100)})}
        >>> [list(swap_hotkey_by_network(Network(exists, stakes), "h", "g", rules=Computation(276)).stakes)
        ...     for exists in (True, False)]
        [['g'], ['h']]
    """
    return swap_hotkey_with_ownership(network, old, new, rules=rules) if network.exists else network


@rule("KEY-8")
def swap_coldkey(
    network: Network, wallets: Mapping[str, Wallet], old: str, new: str
) -> tuple[Network, Mapping[str, Wallet]]:
    r"""Effects of a coldkey swap.

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
        >>> network, wallets = swap_coldkey(Network(stakes=stakes), wallets, "alice", "alba")
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


@rule("KEY-8", since=320)
def swap_coldkey_with_destination(
    network: Network, wallets: Mapping[str, Wallet], old: str, new: str
) -> tuple[Network, Mapping[str, Wallet]]:
    r"""Effects of a coldkey swap.

    Change: The hotkey on which incentives are staked is handed over too.
    Statement: Where a network exists, the new coldkey MUST own it if the old one did, and the shares that the old one
        has of the hotkeys that it stakes with MUST be added to its own, also where they are 0. The hotkeys that the old
        one stakes with, and those that it owns, MUST be appended to the new one's, unless they are there; what is left
        of the balance MUST be added to its balance; and where incentives of the old one were staked on a hotkey, those
        of the new one are from then on ([STAKE-28](#stake-28)).
    Formula: $$ s_{new}' = s_{new} + s_{old}, \qquad s_{old}' = 0 $$
    Units: shares; rao.
    Rounding: none; sums saturate. A balance below the existential deposit does not arrive.
    Source: `pallets/subtensor/src/swap/swap_coldkey.rs`, `perform_swap_coldkey`
    Known violation: Shares under a netuid whose network does not exist stay with the old coldkey. Entries of 0 shares
        are written where there were none. Subnets without an owner belong to the account of zeros, and follow it.
    Example: alice becomes alba.

        >>> stakes = {"h": Stake(Fraction(100), Fraction(100), {"alice": Fraction(100)})}
        >>> wallets = {"alice": Wallet(("h",), ("h",), Fraction(9_000))}
        >>> network, wallets = swap_coldkey_with_destination(Network(stakes=stakes), wallets, "alice", "alba")
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
