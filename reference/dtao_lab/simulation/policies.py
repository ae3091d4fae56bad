"""What actors do: a policy is a function of what is seen, of who acts and of the block, that returns calls.

It has no memory of its own, so that an interrupted simulation goes on as if it had not been: what it needs to know is
in the state.
"""

from collections.abc import Callable, Mapping, Sequence

from attrs import frozen

from dtao.calls import Call
from dtao_lab.simulation.tables import ALL
from dtao_lab.simulation.view import Player, View

Policy = Callable[[View, Player, int], Sequence[Call]]
"""(what is seen, who acts, block since the start) -> the calls that it makes, in order."""
KEPT = 1_000_000
"""rao that whoever spends all keeps, so that the account goes on to exist."""
CLAIMED_AT_ONCE = 5
"""Subnets that one call of claim_root takes."""
FULL_WEIGHT = 2**16 - 1


@frozen
class Kind:
    """A policy, and what it asks of its actor."""

    acts: Policy
    about: str
    needs_amount: bool = False


def _hold(view: View, player: Player, block: int) -> Sequence[Call]:
    del view, player, block
    return ()


def _buy(view: View, player: Player, block: int) -> Sequence[Call]:
    del block
    asked = player.actor.amount
    amount = max(view.balance(player) - KEPT, 0) // len(player.netuids) if asked == ALL else asked
    return [_order(view, player, netuid, "add_stake", "amount_staked", amount or 0) for netuid in player.netuids]


def _sell(view: View, player: Player, block: int) -> Sequence[Call]:
    del block
    asked = player.actor.amount
    return _sold(view, player, {
        netuid: held if asked == ALL else min(asked or 0, held)
        for netuid in player.netuids if (held := view.stake(player, netuid))
    })  # fmt: skip


def _sell_emissions(view: View, player: Player, block: int) -> Sequence[Call]:
    del block
    return _sold(view, player, {netuid: view.stake(player, netuid) - player.actor.alpha for netuid in player.netuids})


def _momentum(view: View, player: Player, block: int) -> Sequence[Call]:
    """Buy where the price is above the moving price, and sell as much in TAO where it is below."""
    calls: list[Call] = []
    for netuid in player.netuids:
        price = view.price(netuid)
        if price > view.moving_price(netuid):
            calls += _buy(view, _only(player, netuid), block)
        elif price:
            worth = ((player.actor.amount or 0) << 32) // price
            held = view.stake(player, netuid)
            calls += _sold(view, player, {netuid: held if player.actor.amount == ALL else min(worth, held)})
    return calls


def _claim(view: View, player: Player, block: int) -> Sequence[Call]:
    """Claim what subnets set aside for the player's stake on root, in the eras that do so."""
    del block
    if "claim_root" not in view.era.runtime.calls:
        return ()
    subnets = [netuid for netuid in player.netuids if netuid]
    groups = [subnets[first : first + CLAIMED_AT_ONCE] for first in range(0, len(subnets), CLAIMED_AT_ONCE)]
    return [view.era.call("claim_root", str(player.coldkey), {"subnets": group}) for group in groups]


def _validate(view: View, player: Player, block: int) -> Sequence[Call]:
    """Register where the hotkey is no neuron, and set equal weights for those it works for, where it may."""
    calls = list(_mine(view, player, block))
    for netuid in player.netuids:
        uid = _uid(view, netuid, player.hotkey)
        permits = view.era.get(view.state, "ValidatorPermit", netuid)
        if uid is None or not isinstance(permits, tuple) or uid >= len(permits) or not permits[uid]:
            continue
        found = (_uid(view, netuid, hotkey) for hotkey in player.weighs)
        uids = [one for one in found if one is not None and one != uid]
        if uids:
            args: Mapping[str, object] = {
                "netuid": netuid, "dests": uids, "weights": [FULL_WEIGHT] * len(uids), "version_key": "0"
            }  # fmt: skip
            calls.append(view.era.call("set_weights", str(player.hotkey), args))
    return calls


def _mine(view: View, player: Player, block: int) -> Sequence[Call]:
    """Register where the hotkey is no neuron."""
    del block
    return [
        view.era.call("burned_register", str(player.coldkey), {"netuid": netuid, "hotkey": str(player.hotkey)})
        for netuid in player.netuids
        if netuid and _uid(view, netuid, player.hotkey) is None
    ]


def _uid(view: View, netuid: int, hotkey: int) -> int | None:
    uid = view.era.get(view.state, "Uids", netuid, hotkey)
    return uid if isinstance(uid, int) else None


def _only(player: Player, netuid: int) -> Player:
    return Player(player.name, player.actor, player.coldkey, player.hotkey, (netuid,))


def _sold(view: View, player: Player, amounts: Mapping[int, int]) -> list[Call]:
    return [
        _order(view, player, netuid, "remove_stake", "amount_unstaked", amount)
        for netuid, amount in amounts.items()
        if amount > 0
    ]


def _order(view: View, player: Player, netuid: int, name: str, counted: str, amount: int) -> Call:
    args: Mapping[str, object] = {"hotkey": str(player.hotkey), "netuid": netuid, counted: str(amount)}
    return view.era.call(name, str(player.coldkey), args)


POLICIES: Mapping[str, Kind] = {
    "hold": Kind(_hold, "does nothing"),
    "buy": Kind(_buy, "stakes an amount of TAO", needs_amount=True),
    "sell": Kind(_sell, "unstakes an amount of alpha", needs_amount=True),
    "sell_emissions": Kind(_sell_emissions, "unstakes what it has beyond its alpha of the start"),
    "momentum": Kind(
        _momentum, "buys for an amount of TAO above the moving price, sells for it below", needs_amount=True
    ),
    "claim": Kind(_claim, "claims the alpha of root's stakers (from 338 on)"),
    "validate": Kind(_validate, "registers, and sets weights for the actors that weighs names"),
    "mine": Kind(_mine, "registers as a neuron"),
}
