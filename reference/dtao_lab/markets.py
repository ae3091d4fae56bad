"""The state in which an order is quoted: made of a few reserves, or read from a file."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import evolve, frozen

import dtao
from dtao import Era, InputError, State, presets
from dtao.given import shown
from dtao_lab import given
from dtao_lab.files import read_json
from dtao_lab.forms import in_numbers


def _require_era(era: object) -> None:
    given.instance(era, Era, "the era of a market", "Give that of dtao.era(…).")


@frozen
class Market:
    """A state and its era."""

    era: Era
    state: State
    imported: tuple[int, ...] | None = None
    """The subnets that are in it, where ``dtao import`` was asked for some only; None if all are."""

    def __attrs_post_init__(self) -> None:
        """Refuse, as InputError, what is no era and no state."""
        _require_era(self.era)
        given.instance(self.state, State, "the state of a market", "Give one of dtao.load(…) or of an outcome.")

    def subnets(self) -> list[int]:
        """Return the netuids of the networks that exist."""
        names = (entry.split("/") for entry in self.era.dump(self.state))
        return sorted(int(name[1]) for name in names if name[0] == "NetworksAdded")

    def require(self, netuid: int) -> None:
        """Refuse, as InputError, a subnet that does not exist."""
        if type(netuid) is not int or not 0 <= netuid < 2**16 or not self.era.get(self.state, "NetworksAdded", netuid):
            there = ", ".join(map(str, self.subnets())) or "none"
            raise InputError(
                f"there is no subnet {shown(netuid)} in this state. There are: {there}. Name one of them, "
                "or give --reserves once for each subnet."
            )


def market_of_state(era: Era, flat: Mapping[str, object]) -> Market:
    """Return the market of a flat state. Rejects, as InputError, what is no era, and what is no state of it."""
    _require_era(era)
    return Market(era, era.load(flat, check=False))


def market_of_reserves(era: Era, reserves: Sequence[tuple[int, int]]) -> Market:
    """Return a new chain whose subnets 1, 2 … hold these reserves of rao and alpha rao, and trade.

    Rejects, as InputError, a reserve that cannot be: none at all, or more than the 21 million that there can be.
    """
    return Market(era, presets.with_pools(era, reserves).state)


def market_of_file(era: Era | None, path: str | Path, default: Era = dtao.ERAS[-1]) -> Market:
    """Return the market of a JSON file: flat entries, alone or as the member ``genesis`` or ``state``.

    Accounts are written as in the vectors, in hexadecimal or in SS58. Without an era the rules are those of the
    ``spec_version`` that the file names, as ``dtao import`` writes it, and else of ``default``, the newest covered.

    Rejects, as InputError, a file that cannot be read or holds something else, and a version that is not covered.
    """
    if era is not None:
        _require_era(era)
    file = given.path(path, "--state")
    place = f"--state {file}"
    content = read_json(file, place, "Write the entries as one object.")
    version = content.get("spec_version") if isinstance(content, dict) else None
    netuids = content.get("netuids") if isinstance(content, dict) else None
    for member in ("state", "genesis"):
        if isinstance(content, dict) and isinstance(content.get(member), dict):
            content = content[member]
    if not isinstance(content, dict):
        raise InputError(f'{place}: no object of entries. Write {{"SubnetTAO/1": "1000000000000", …}}.')
    if "raw" in content:
        raise InputError(f"{place}: a raw chain specification. Make a state of it: dtao import {path} -o state.json.")
    try:
        rules = era or (default if version is None else dtao.era(version))
        market = market_of_state(rules, in_numbers(rules, content))
        if isinstance(netuids, list) and all(type(one) is int for one in netuids):
            return evolve(market, imported=tuple(netuids))
        return market
    except InputError as error:
        raise InputError(f"{place}: {error}") from error


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
