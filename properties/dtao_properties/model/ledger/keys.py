"""The books of a swap of keys: stake follows from one hotkey or coldkey to another, and the cost is burned."""

from collections.abc import Iterable

from dtao.records import NO_SHARE_POOL, Subnet
from dtao.units import AccountId, NetUid
from dtao_properties.model.ledger.books import Books
from dtao_properties.model.ledger.legs import deposited, networks, signer_of, withdrawn
from dtao_properties.model.step import Step

COST, COST_ON_ONE_SUBNET = 100_000_000, 1_000_000
"""rao."""


def hotkey_swapped(books: Books, step: Step) -> None:
    """Move what is on a hotkey: totals, shares, and where they count later on, the last dividends."""
    state, terms = books.state, books.terms
    old, new = step.argument("hotkey"), step.argument("new_hotkey")
    one = step.args.get("netuid")
    burned(books, signer_of(step), COST if one is None else COST_ON_ONE_SUBNET)
    halfway = old in state.senate and new in state.senate and not terms.swaps_on_networks
    for netuid, subnet in state.subnets.items():
        if terms.swaps_on_networks and not (subnet.added if one is None else netuid == one):
            continue
        pool = subnet.share_pools.get(AccountId(old), NO_SHARE_POOL)
        if subnet.added or terms.totals_swap_everywhere or terms.swaps_on_networks:
            renamed(books, "TotalHotkeyAlpha", (old, netuid), (new, netuid))
            renamed(books, "TotalHotkeyShares", (old, netuid), (new, netuid))
        if halfway:
            continue
        for holder in pool.shares:
            renamed(books, "Alpha", (old, holder, netuid), (new, holder, netuid))
        if terms.last_dividends_swap and (terms.swaps_on_networks or noted(subnet, old)):
            renamed(books, "TotalHotkeyAlphaLastEpoch", (old, netuid), (new, netuid))
            renamed(books, "AlphaDividendsPerSubnet", (netuid, old), (netuid, new))
            renamed(books, "TaoDividendsPerSubnet", (netuid, old), (netuid, new))


def noted(subnet: Subnet, hotkey: int) -> bool:
    """Whether an epoch has noted the stake on a hotkey."""
    return hotkey in subnet.total_hotkey_alpha_last_epoch


def renamed(books: Books, item: str, old: Iterable[object], new: Iterable[object]) -> None:
    """Move what an account holds to another one."""
    amount = books.held(item, *old)
    books.post("swap of keys", -amount, item, *old)
    books.post("swap of keys", amount, item, *new)


def burned(books: Books, payer: int, cost: int) -> None:
    """Burn the cost of a swap."""
    paid = withdrawn(books, payer, cost)
    books.post("swap of keys", -paid, "TotalIssuance")
    books.flow("burned by swaps of keys", -paid)


def coldkey_swapped(books: Books, step: Step) -> None:
    """Move what a coldkey has: its shares on existing networks, and its balance."""
    state, old, new = books.state, step.argument("old_coldkey"), step.argument("new_coldkey")
    burned(books, old, step.argument("swap_cost"))
    for netuid in networks(state):
        for hotkey in state.staking_hotkeys.get(AccountId(old), ()):
            renamed(books, "Alpha", (hotkey, old, NetUid(netuid)), (hotkey, new, NetUid(netuid)))
    balance = books.held("Balance", old)
    books.post("swap of keys", -balance, "Balance", old)
    books.post("swap of keys", -balance, "BalancesTotalIssuance")
    deposited(books, new, balance)
