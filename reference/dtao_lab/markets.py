"""The state in which an order is quoted: made of a few reserves, or read from a file."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import frozen

from dtao import Era, InputError, State
from dtao_lab.amounts import SUPPLY, in_tao

FIRST = 1
"""The subnet of a new chain."""
OPENED: Mapping[str, object] = {"SubtokenEnabled": True, "FirstEmissionBlockNumber": "1"}
"""What says of a subnet that it trades, in the eras that ask for it."""


@frozen
class Market:
    """A state and its era."""

    era: Era
    state: State

    def subnets(self) -> list[int]:
        """Return the netuids of the networks that exist."""
        names = (entry.split("/") for entry in self.era.dump(self.state))
        return sorted(int(name[1]) for name in names if name[0] == "NetworksAdded")

    def require(self, netuid: int) -> None:
        """Refuse, as InputError, a subnet that does not exist."""
        if not 0 <= netuid < 2**16 or not self.era.get(self.state, "NetworksAdded", netuid):
            there = ", ".join(map(str, self.subnets())) or "none"
            raise InputError(
                f"there is no subnet {netuid} in this state. There are: {there}. Name one of them, or give "
                "--reserves once for each subnet."
            )


def market_of_state(era: Era, flat: Mapping[str, object]) -> Market:
    """Return the market of a flat state."""
    return Market(era, era.load(flat, check=False))


def market_of_reserves(era: Era, reserves: Sequence[tuple[int, int]]) -> Market:
    """Return a new chain whose subnets 1, 2 … hold these reserves of rao and alpha rao, and trade.

    Rejects, as InputError, a reserve that cannot be: none at all, or more than the 21 million that there can be.
    """
    flat = era.dump(era.genesis())
    of_first = {entry: value for entry, value in flat.items() if _netuid_of(era, entry) == FIRST}
    for netuid, (tao, alpha) in enumerate(reserves, start=FIRST):
        for reserve, unit in ((tao, "TAO"), (alpha, "alpha")):
            if not 0 < reserve <= SUPPLY:
                raise InputError(
                    f"--reserves: a pool cannot hold {in_tao(reserve)} {unit}. Give more than 0 and at most 21000000."
                )
        flat |= {_moved(era, entry, netuid): value for entry, value in of_first.items()}
        pool = {"SubnetTAO": str(tao), "SubnetAlphaIn": str(alpha), **OPENED}
        flat |= {f"{item}/{netuid}": value for item, value in pool.items() if item in era.items()}
    flat["TotalStake"] = str(sum(tao for tao, _ in reserves))
    flat["TotalNetworks"] = len(reserves) + 1
    return market_of_state(era, flat)


def _netuid_of(era: Era, entry: str) -> int | None:
    name, *keys = entry.split("/")
    named = dict(zip(era.items()[name].keys, keys, strict=True))
    return int(named["netuid"]) if "netuid" in named else None


def _moved(era: Era, entry: str, netuid: int) -> str:
    """Return the name of the same entry under another netuid."""
    name, *keys = entry.split("/")
    kinds = era.items()[name].keys
    return "/".join((name, *(str(netuid) if kind == "netuid" else key for kind, key in zip(kinds, keys, strict=True))))


def market_of_file(era: Era, path: Path) -> Market:
    """Return the market of a JSON file: flat entries, alone or as the member ``genesis`` or ``state``.

    Rejects, as InputError, a file that cannot be read or holds something else.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"--state {path}: cannot be read ({error.strerror}). Check the path.") from error
    except ValueError as error:
        raise InputError(f"--state {path}: not JSON ({error}). Write the entries as one object.") from error
    for member in ("state", "genesis"):
        if isinstance(content, dict) and isinstance(content.get(member), dict):
            content = content[member]
    if not isinstance(content, dict):
        raise InputError(f'--state {path}: no object of entries. Write {{"SubnetTAO/1": "1000000000000", …}}.')
    return market_of_state(era, content)


def with_entry(market: Market, text: str) -> Market:
    """Return the market with one entry written, given as ``FeeRate/1=33``."""
    entry, sign, written = text.partition("=")
    if not sign:
        raise InputError(f"--set {text[:80]}: write ENTRY=VALUE, such as FeeRate/1=33.")
    flat = market.era.dump(market.state)
    problems = []
    for value in (written, _json(written)):
        try:
            return market_of_state(market.era, {**flat, entry: value})
        except InputError as error:
            problems.append(error)
    raise InputError(f"--set {problems[0]}")


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text
