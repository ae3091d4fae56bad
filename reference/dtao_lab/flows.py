"""Where the TAO and the alpha of some blocks go: what each holding of the state gained, and whether it adds up.

Nothing of the block is restated here. The reference steps, and the storage items that hold TAO and the alpha of a
subnet are compared: before, and after.
"""

from collections.abc import Iterator, Mapping

from attrs import frozen

from dtao import Era, InputError, State
from dtao_lab.amounts import in_tao
from dtao_lab.markets import Market
from dtao_lab.orders import ALPHA, TAO
from dtao_lab.simulation import of_text, simulated

ROOT = 0
PALLET = b"modl"
"""What the accounts of the runtime itself begin with, among them those in which pools hold their TAO from 411 on."""
MOST_SHOWN = 12
"""Hotkeys of which each has a line."""
WIDTH = 46
RATE_FRACTION = 32
HALF_BIT = 1 << 31
WORLD = """
title = "Eight subnets, each with an owner, a validator and a miner"
[start]
era = {version}
subnets = 8
root_stake = 6_000_000
[run]
days = 1
sample = "1d"
[[set]]
entry = "Tempo/*"
value = 360
[[actor]]
name = "stakers"
policy = "buy"
netuid = [1, 2, 3, 4, 5, 6, 7, 8]
tao = 1_000
amount = 5
every = "1h"
"""
"""What is followed where no state is given: a day after the start of a simulation."""


@frozen
class Flow:
    """What one holding gained."""

    of: str
    """TAO or alpha."""
    what: str
    item: str
    """The storage item that holds it; empty for what is in none of them."""
    amount: int
    """In rao, or alpha rao."""
    is_part: bool = True
    """Whether it is part of what was issued; else the sum itself."""


@frozen
class Followed:
    """The flows of some blocks on one subnet."""

    era: Era
    block: int
    """The block before."""
    blocks: int
    netuid: int
    flows: tuple[Flow, ...]

    def sums(self, of: str) -> int:
        """Return what was issued of TAO, or of the subnet's alpha."""
        return sum(flow.amount for flow in self.flows if flow.of == of and not flow.is_part)


HELD_FOR: tuple[tuple[str, str], ...] = (
    ("PendingOwnerCut", "pending for the owner"),
    ("PendingServerEmission", "pending for miners"),
    ("PendingValidatorEmission", "pending for validators"),
    ("PendingEmission", "pending for miners and validators"),
    ("PendingRootAlphaDivs", "pending for stakers of root"),
    ("SubnetProtocolAlpha", "bought by the chain, of TAO beyond injection"),
)
"""The items that hold alpha until an epoch pays it, and that of the chain itself: whose it is."""
UNPAID: Mapping[str, str] = {"AlphaRecycled": "recycled", "AlphaBurned": "burned"}
"""What was issued and is there no more."""


def ready_market(era: Era) -> Market:
    """Return a state of an era in which all who take part do: eight subnets, of which each pays every 360 blocks.

    Somebody stakes on them each hour, since some eras give nothing where no TAO flows.
    """
    states: list[State] = []
    (scenario,) = of_text(WORLD.format(version=era.spec_version))
    for _ in simulated(scenario, moved=lambda position: states.append(position.state)):
        pass
    return Market(era, states[-1])


def followed(market: Market, netuid: int, blocks: int = 1) -> Followed:
    """Return where the TAO of some blocks goes, and the alpha of a subnet.

    Rejects, as InputError, a subnet that does not exist, root, and less than one block.
    """
    market.require(netuid)
    if netuid == ROOT:
        raise InputError("root has no alpha to follow. Name another subnet: --netuid N.")
    if blocks < 1:
        raise InputError(f"{blocks} blocks cannot be followed. Give 1 or more.")
    era, before = market.era, market.state
    change = _Change(era, before, era.step(before, blocks))
    flows = (*_of_tao(change, netuid), *_of_alpha(change, netuid))
    return Followed(era, int(str(era.get(before, "BlockNumber"))), blocks, netuid, flows)


class _Change:
    """What entries gained between two states."""

    def __init__(self, era: Era, before: State, after: State) -> None:
        self.era, self.before, self.after = era, before, after
        self.changed: dict[str, list[tuple[int, ...]]] = {}
        for entry in era.diff(before, after):
            item, *keys = entry.split("/")
            if keys and all(key.isdecimal() for key in keys):
                self.changed.setdefault(item, []).append(tuple(map(int, keys)))

    def gained(self, item: str, *keys: int) -> int:
        """Return what one entry gained; 0 where the era has no such item."""
        if item not in self.era.items():
            return 0
        was, now = (int(str(self.era.get(state, item, *keys) or 0)) for state in (self.before, self.after))
        return now - was

    def of_all(self, item: str) -> dict[tuple[int, ...], int]:
        """Return what each entry of an item gained, of those that changed."""
        return {keys: self.gained(item, *keys) for keys in self.changed.get(item, ())}


def _of_tao(change: _Change, netuid: int) -> Iterator[Flow]:
    issued = change.gained("TotalIssuance")
    yield Flow(TAO, "issued", "TotalIssuance", issued, is_part=False)
    pools = {keys[0]: gained for keys, gained in change.of_all("SubnetTAO").items()}
    balances = change.of_all("Balance")
    free = sum(gained for (key,), gained in balances.items() if not key.to_bytes(32, "little").startswith(PALLET))
    others = {one: gained for one, gained in pools.items() if one not in (ROOT, netuid)}
    parts = [
        Flow(TAO, f"in the pool of subnet {netuid}", "SubnetTAO", pools.get(netuid, 0)),
        Flow(TAO, f"in {len(others)} other pools", "SubnetTAO", sum(others.values())),
        Flow(TAO, "in positions of users", "SubnetTaoProvided", sum(change.of_all("SubnetTaoProvided").values())),
        Flow(TAO, "staked on root", "TotalHotkeyAlpha", sum(_stakes(change, ROOT).values())),
        Flow(TAO, "pending for stakers of root", "PendingRootDivs", sum(change.of_all("PendingRootDivs").values())),
        Flow(TAO, "free, of accounts", "Balance", free),
    ]
    yield from (part for part in parts if part.amount or part.what.endswith(f"subnet {netuid}"))
    rest = issued - sum(part.amount for part in parts)
    yield Flow(TAO, "in none of these: rounded off, or nobody's", "", rest)


def _of_alpha(change: _Change, netuid: int) -> Iterator[Flow]:
    pool, users = (change.gained(item, netuid) for item in ("SubnetAlphaIn", "SubnetAlphaInProvided"))
    outside = change.gained("SubnetAlphaOut", netuid)
    unpaid = {item: change.gained(item, netuid) for item in UNPAID}
    yield Flow(ALPHA, "issued", "SubnetAlphaIn, SubnetAlphaOut", pool + users + outside + sum(unpaid.values()), False)
    yield Flow(ALPHA, "in the pool", "SubnetAlphaIn", pool)
    if users:
        yield Flow(ALPHA, "in positions of users", "SubnetAlphaInProvided", users)
    held = [Flow(ALPHA, what, item, change.gained(item, netuid)) for item, what in HELD_FOR]
    held.append(Flow(ALPHA, "set aside for claims of root's stakers", "RootClaimable", _set_aside(change, netuid)))
    yield from (one for one in held if one.amount)
    stakes = _stakes(change, netuid)
    yield from _of_hotkeys(change, netuid, stakes)
    yield from (Flow(ALPHA, UNPAID[item], item, amount) for item, amount in unpaid.items() if amount)
    rest = outside - sum(one.amount for one in held) - sum(stakes.values())
    yield Flow(ALPHA, "in none of these: rounded off, or nobody's", "", rest)


def _set_aside(change: _Change, netuid: int) -> int:
    """Return the alpha rao by which what claims may bring grew: rates of hotkeys times TAO on root, less what was."""
    era = change.era
    hotkeys = {keys[0] for keys in change.changed.get("RootClaimable", ())}
    hotkeys |= {hotkey for hotkey, on in change.changed.get("TotalHotkeyAlpha", ()) if on == ROOT}
    if "RootClaimable" not in era.items():
        return 0
    total = 0
    for hotkey in hotkeys:
        was, now = (
            _rate(era.get(state, "RootClaimable", hotkey), netuid)
            * int(str(era.get(state, "TotalHotkeyAlpha", hotkey, ROOT)))
            for state in (change.before, change.after)
        )
        total += (now - was + HALF_BIT) >> RATE_FRACTION
    names = era.items()["RootClaimed"].keys
    claimed = (gained for keys, gained in change.of_all("RootClaimed").items() if keys[names.index("netuid")] == netuid)
    return total - sum(claimed)


def _rate(rates: object, netuid: int) -> int:
    pairs = rates if isinstance(rates, list | tuple) else ()
    return next((int(str(rate)) for on, rate in pairs if int(str(on)) == netuid), 0)


def _stakes(change: _Change, netuid: int) -> dict[int, int]:
    """Return what the stake on each hotkey of a subnet gained."""
    return {hotkey: gained for (hotkey, on), gained in change.of_all("TotalHotkeyAlpha").items() if on == netuid}


def _of_hotkeys(change: _Change, netuid: int, stakes: Mapping[int, int]) -> Iterator[Flow]:
    """Yield what was paid to each hotkey and its stakers, the most first, and what it is on the subnet."""
    era, after = change.era, change.after
    owner = era.get(after, "SubnetOwnerHotkey", netuid)
    uids = {
        int(str(era.get(after, "Keys", netuid, uid))): uid
        for uid in range(int(str(era.get(after, "SubnetworkN", netuid))))
    }
    ordered = sorted(stakes.items(), key=lambda one: (-one[1], one[0]))
    for hotkey, gained in ordered[:MOST_SHOWN]:
        roles = ["the owner"] if str(hotkey) == str(owner) else []
        if (uid := uids.get(hotkey)) is not None:
            roles.append(f"neuron {uid}" + _role(era, after, netuid, uid))
        whose = f"the hotkey of {', '.join(roles)}" if roles else "another hotkey"
        yield Flow(ALPHA, f"on {whose}", f"TotalHotkeyAlpha/{hotkey}/{netuid}", gained)
    if further := ordered[MOST_SHOWN:]:
        total = sum(gained for _, gained in further)
        yield Flow(ALPHA, f"on {len(further)} other hotkeys", "TotalHotkeyAlpha", total)


def _role(era: Era, state: State, netuid: int, uid: int) -> str:
    """Return what a neuron earned by in the last epoch."""
    earned = []
    for item, role in (("Incentive", "miner"), ("Dividends", "validator")):
        numbers = era.get(state, item, netuid) if item in era.items() else []
        if isinstance(numbers, list | tuple) and len(numbers) > uid and int(str(numbers[uid])):
            earned.append(role)
    return f" ({' and '.join(earned)})" if earned else ""


def lines(found: Followed) -> Iterator[str]:
    """Describe the flows for a terminal of 80 columns."""
    blocks = "1 block" if found.blocks == 1 else f"{found.blocks} blocks"
    yield f"{blocks} after block {found.block}, subnet {found.netuid}, rules of {found.era.name}"
    for of, title in ((TAO, "TAO"), (ALPHA, f"alpha of subnet {found.netuid}")):
        total = found.sums(of)
        yield f"{title}, issued in all {in_tao(total)}"
        for flow in found.flows:
            if flow.of == of and flow.is_part:
                part = f"{flow.amount / total:8.2%}" if 0 <= flow.amount <= total > 0 else ""
                signed = in_tao(flow.amount) if flow.amount >= 0 else f"-{in_tao(-flow.amount)}"
                yield f"  {flow.what:<{WIDTH}} {signed:>20} {part}".rstrip()


def as_json(found: Followed) -> dict[str, object]:
    """Return the flows as JSON: amounts in rao, as decimal strings."""
    return {
        "era": found.era.name,
        "block": found.block,
        "blocks": found.blocks,
        "netuid": found.netuid,
        "issued": {of: str(found.sums(of)) for of in (TAO, ALPHA)},
        "flows": [
            {"of": flow.of, "what": flow.what, "item": flow.item, "rao": str(flow.amount)}
            for flow in found.flows
            if flow.is_part
        ],
    }
