"""States to start from, and outcomes to compare whole."""

from collections.abc import Mapping

import dtao
from dtao import events
from dtao.calls import Call
from dtao.codec import Json
from dtao.genesis import GENESIS
from dtao.state import State
from dtao.units import U64_MAX

LAUNCH = dtao.era("launch")
OWNER, HOLDER, STRANGER = 1001, 1002, 1003
HOTKEY, OTHER_HOTKEY, NEW_HOTKEY = 2001, 2002, 2003


def state_with(entries: Mapping[str, Json], era: dtao.Era = LAUNCH) -> State:
    """Return the state of a new chain with some entries replaced, added or, with None, removed.

    The total of all balances is theirs, unless it is among the entries.
    """
    balances = [int(str(value)) for entry, value in entries.items() if value and entry.startswith("Balance/")]
    if balances and "BalancesTotalIssuance" not in entries:
        entries = {**entries, "BalancesTotalIssuance": str(min(sum(balances), U64_MAX))}
    genesis = GENESIS if era is LAUNCH else era.dump(era.genesis())
    return era.load({entry: value for entry, value in {**genesis, **entries}.items() if value is not None})


def known(*hotkeys: int, owner: int = OWNER) -> dict[str, Json]:
    """Return the entries of hotkeys that one coldkey owns and stakes with."""
    names: list[Json] = [str(hotkey) for hotkey in hotkeys]
    owners: dict[str, Json] = {f"Owner/{hotkey}": str(owner) for hotkey in hotkeys}
    return {**owners, f"OwnedHotkeys/{owner}": names, f"StakingHotkeys/{owner}": names}


def neurons(netuid: int, *hotkeys: int, **lists: Json) -> dict[str, Json]:
    """Return the entries of the neurons of a subnet; ``lists`` are items with one element a uid."""
    entries: dict[str, Json] = {f"SubnetworkN/{netuid}": len(hotkeys)}
    for uid, hotkey in enumerate(hotkeys):
        entries |= {
            f"Keys/{netuid}/{uid}": str(hotkey),
            f"Uids/{netuid}/{hotkey}": uid,
            f"IsNetworkMember/{hotkey}/{netuid}": True,
        }
    return entries | {f"{item}/{netuid}": value for item, value in lists.items()}


def stake(netuid: int, hotkey: int, coldkey: int, alpha: int) -> dict[str, Json]:
    """Return the entries of a hotkey's stake with a single holder, one share an alpha rao."""
    shares = str(alpha << 64)
    return {
        f"TotalHotkeyAlpha/{hotkey}/{netuid}": str(alpha),
        f"TotalHotkeyShares/{hotkey}/{netuid}": shares,
        f"Alpha/{hotkey}/{coldkey}/{netuid}": shares,
    }


def outcome(state: State, call: Call) -> tuple[str | None, list[list[object]], dict[str, Json]]:
    """Return everything that became of a call: its error, its events, and every entry that differs."""
    result = LAUNCH.apply(state, call)
    error = None if result.error is None else result.error.value
    return error, events.to_json(result.events), LAUNCH.diff(state, result.state)


def refused(error: str) -> tuple[str, list[list[object]], dict[str, Json]]:
    """Return the outcome of a call that is refused."""
    return error, [], {}
