"""An era's leaks with the size that recorded scenarios show.

``python -m dtao_properties.laws.leak_sizes --era 252 pool`` prints the table. The scenarios are followed step by step
and block by block; each leak is what the ledger names, and the last part of the table is what no account shows, because
it moves value between subnets or holders.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from attrs import define, field, frozen

import dtao
from dtao.errors import InputError
from dtao.records import NO_SHARE_POOL
from dtao.units import AccountId, NetUid
from dtao_properties.adapters.protocol import Json
from dtao_properties.conformance import vectors
from dtao_properties.laws.halving import SUBSIDIES_SINCE
from dtao_properties.laws.limits import _parts_respected as in_part
from dtao_properties.model.amounts import STABLE, block_emission, price, rules_of, unstaking_fee
from dtao_properties.model.audit import audit
from dtao_properties.model.blocks import IN_RANGES, average, emits, is_closed
from dtao_properties.model.calls.networks import FOUNDERS
from dtao_properties.model.leaks import leaks_of_era
from dtao_properties.model.ranges import price_in
from dtao_properties.model.step import Oracle, Step
from dtao_properties.model.storage_model import LEDGERS, UNITS

SCENARIOS = ("launch", "market")
RAO = "rao"
ALPHA = "alpha rao"


LEGEND = (
    "A leak is money that is counted and that no account has (+), or that accounts have and that is not counted (-).",
    "ledger   what differs by it; - where value only moves between subnets or holders:",
    *(f"           {name:<9}{difference}" for name, difference in LEDGERS.items()),
    "times    the steps that show it; total, the sum of all of them; largest, the most in one, of either sign",
    "What each is, and by which rules: spec/pages/violations.md, by these names.",
)
"""How to read the table."""
TOKEN_SINCE = 273
"""From when on stake moves only where the token is enabled."""


@frozen
class Seen:
    """One leak in one step."""

    name: str
    place: str
    """The ledger that it is on; empty for none."""
    amount: int
    unit: str


@define
class Size:
    """How large one leak was in a scenario."""

    unit: str
    times: int = 0
    total: int = 0
    largest: int = 0

    def add(self, amount: int) -> None:
        """Count one more."""
        self.times += 1
        self.total += amount
        self.largest = max(self.largest, abs(amount))


@define
class Measured:
    """The leaks of one scenario, by name and ledger."""

    scenario: str
    calls: int = 0
    blocks: int = 0
    sizes: dict[tuple[str, str], Size] = field(factory=dict)

    def add(self, step: Step) -> None:
        """Count the leaks of a step."""
        self.calls += step.do == "call"
        self.blocks += step.do == "blocks"
        for seen in leaks_of(step):
            self.sizes.setdefault((seen.name, seen.place), Size(seen.unit)).add(seen.amount)


def leaks_of(step: Step) -> Iterator[Seen]:
    """Yield the leaks of a step: the ledger's, and those that no account shows."""
    found = audit(step)
    amounts: dict[tuple[str, str], int] = {}
    for leak in found.leaks if found is not None else ():
        amounts[leak.name, leak.ledger] = amounts.get((leak.name, leak.ledger), 0) + leak.amount
    for (name, ledger), amount in amounts.items():
        if amount:
            yield Seen(name, ledger, amount, UNITS[ledger])
    if step.is_block:
        yield from _of_a_block(step)
    for (flow, netuid), amount in found.model.flows.items() if found is not None else ():
        if flow == FOUNDERS and netuid:
            yield Seen(FOUNDERS, "", amount, ALPHA)
    if step.accepted:
        yield from _of_a_trade(step)
        yield from _of_a_swap_of_keys(step)
        yield from _of_shares(step)


def _of_a_trade(step: Step) -> Iterator[Seen]:
    """Yield what a call that removes or adds stake does beyond what was asked, allowed or enabled."""
    told = [event for event in step.events if event[0] == "StakeRemoved"]
    if step.name == "swap_stake_limit" and any(in_part(step)):
        yield Seen("swaps in full", "", int(step.events[0][4]), ALPHA)
    asked = step.args.get("amount_unstaked", step.args.get("alpha_amount"))
    if asked is not None and told:
        hotkey, netuid, sold, whole = int(told[0][2]), int(told[0][5]), int(told[0][4]), int(asked)
        if sold > whole:
            yield Seen("dust sweep", "", sold - whole, ALPHA)
        excess = unstaking_fee(step.before, hotkey, netuid, whole) - unstaking_fee(step.before, hotkey, netuid, sold)
        if sold < whole and excess > 0 and step.name == "remove_stake_limit":
            yield Seen("fee for the whole amount", "", excess, RAO)
    gated = step.era.spec_version >= TOKEN_SINCE and step.name in ("add_stake_limit", "remove_stake_limit")
    if gated and not step.before.subnet(NetUid(step.argument("netuid"))).subtoken_enabled:
        amount, unit = (int(told[0][4]), ALPHA) if told else (int(step.events[0][3]), RAO)
        yield Seen("sale past the gate" if told else "purchase past the gate", "", amount, unit)


def _of_a_swap_of_keys(step: Step) -> Iterator[Seen]:
    """Yield the stake that a swap of hotkeys tears apart: totals here, shares there."""
    if step.name != "swap_hotkey":
        return
    old, new = AccountId(step.argument("hotkey")), AccountId(step.argument("new_hotkey"))
    for netuid, subnet in step.after.subnets.items():
        had = step.before.subnet(netuid).share_pools.get(old, NO_SHARE_POOL)
        pools = [subnet.share_pools.get(hotkey, NO_SHARE_POOL) for hotkey in (old, new)]
        unit = ALPHA if netuid else RAO
        if had.shares and pools[0].total_alpha and not pools[0].shares:
            yield Seen("orphaned shares", "", pools[0].total_alpha, unit)
        if had.total_alpha and pools[0].shares and not pools[0].total_alpha and step.args.get("netuid") is None:
            yield Seen("swap half-way", "", had.total_alpha, unit)


def _of_shares(step: Step) -> Iterator[Seen]:
    """Yield the rewards that a first holder finds, and the stakes that read 0 because a share is worth too much."""
    denominators = ("TotalHotkeyShares", "TotalHotkeySharesV2")
    for hotkey, netuid in {(key[1], key[2]) for key in step.changed if key[0] in denominators}:
        unit = ALPHA if netuid else RAO
        before, after = (state.subnet(netuid).share_pools.get(hotkey) for state in (step.before, step.after))
        if before is not None and before.total_alpha and not before.denominator + before.float_denominator.mantissa:
            yield Seen("captured dividends", "", before.total_alpha, unit)
        if after is not None and after.total_alpha >= after.denominator > 0:
            for holder, held in after.shares.items():
                args = {"hotkey": str(hotkey), "coldkey": str(holder), "netuid": int(netuid)}
                worth = after.total_alpha * held // after.denominator
                if worth and not int(step.implementation.query(step.after, "get_stake", args)):
                    yield Seen("share pool overflow", "", worth, unit)


def _of_a_block(step: Step) -> Iterator[Seen]:
    rules = rules_of(step.era.spec_version)
    for netuid, subnet in step.before.subnets.items():
        if not subnet.added or netuid == 0 or not emits(step.before, netuid):
            continue
        emission, pool = step.after.emission(netuid), step.before.pool(netuid)
        in_ranges = step.era.spec_version >= IN_RANGES
        stable = subnet.mechanism == STABLE
        now = price_in(step.before, netuid) if in_ranges else price(rules, stable, pool.tao, pool.alpha_in)
        if is_closed(step.before, netuid):
            if emission.alpha_in:
                yield Seen("closed subnets", "", emission.alpha_in, ALPHA)
        elif emission.alpha_in > emission.alpha_out and step.era.spec_version >= SUBSIDIES_SINCE:
            yield Seen("uncapped injection", "", emission.alpha_in - emission.alpha_out, ALPHA)
        elif emission.alpha_in and step.era.spec_version < SUBSIDIES_SINCE:
            excess = int(emission.tao_in - (emission.alpha_in + 1) * now)
            if excess > 0:
                yield Seen("capped injection", "", excess, RAO)
        risen = average(step.after, netuid)
        if risen > max(average(step.before, netuid), Fraction(1)):
            yield Seen("uncapped average", "", int((risen - 1) * Fraction(10**9)), "rao per alpha above 1 TAO")
    wrong = step.after.block_emission - block_emission(rules, step.before.total_issuance)
    if wrong:
        yield Seen("overwritten emission", "", wrong, RAO)


def steps_of(scenario: str, era: dtao.Era) -> Iterator[Step]:
    """Follow the recorded scenarios of a suite, blocks one by one."""
    oracle = Oracle(era)
    path = vectors.recorded(era.recorded_as) / "scenario" / f"{scenario}.jsonl.gz"
    head = vectors.header(path)
    for vector in vectors.vectors(path):
        state = era.load(head.genesis, check=False)
        for recorded in vector.body["steps"]:
            for request in single_requests(recorded):
                step = oracle.apply(state, request)
                state = step.after
                yield step


def measured(scenario: str, era: dtao.Era) -> Measured:
    """Follow the recorded scenarios of a suite and measure their leaks."""
    found = Measured(scenario)
    for step in steps_of(scenario, era):
        found.add(step)
    return found


def single_requests(step: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    """Yield the requests of a recorded step: blocks one by one, no reads."""
    if step["do"] == "blocks":
        yield from ({"do": "blocks", "n": 1} for _ in range(step["n"]))
    elif step["do"] != "read":
        yield step


def table(of: Sequence[Measured]) -> str:
    """Write the leaks of several scenarios as a table."""
    head = ("scenario", "leak", "ledger", "times", "total", "largest", "unit")
    rows = [
        (one.scenario, name, place or "-", str(size.times), f"{size.total:+}", str(size.largest), size.unit)
        for one in of
        for (name, place), size in sorted(one.sizes.items(), key=lambda entry: (not entry[0][1], entry[0]))
    ]
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    numbers = range(3, 6)
    lines = [
        "  ".join(
            cell.rjust(width) if column in numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (head, tuple("-" * width for width in widths), *rows)
    ]
    counted = [f"{one.scenario}: {one.calls} calls, {one.blocks} blocks" for one in of]
    return "\n".join([*lines, "", *counted])


def main(arguments: Sequence[str]) -> int:
    """Print the table of the scenarios that are named, of ``launch`` and ``market`` if none is; 2 if one is unknown."""
    parser = ArgumentParser(
        prog="python -m dtao_properties.laws.leak_sizes", description="List an era's leaks and their sizes."
    )
    parser.add_argument("scenarios", nargs="*", default=SCENARIOS, help="recorded scenarios; launch and market if none")
    parser.add_argument("--era", default="launch", help="a name or a version of the runtime; the launch without it")
    given = parser.parse_args(arguments)
    try:
        era = dtao.era(given.era)
        known = scenarios_of(era)
        if unknown := [scenario for scenario in given.scenarios if scenario not in known]:
            raise InputError(f"there is no scenario {unknown[0]!r} of the era {era.name}; there are {', '.join(known)}")
    except InputError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    found = [measured(scenario, era) for scenario in given.scenarios]
    sys.stdout.write("\n".join([table(found), "", *LEGEND, "", unseen(found, era), ""]))
    return 0


def scenarios_of(era: dtao.Era) -> list[str]:
    """Return the names of an era's recorded scenarios. Rejects, as InputError, recordings that are not installed."""
    return sorted(
        path.name.partition(".")[0] for path in vectors.files([vectors.recorded(era.recorded_as) / "scenario"])
    )


def unseen(of: Sequence[Measured], era: dtao.Era) -> str:
    """Name the leaks of an era that none of the scenarios shows."""
    shown = {name for one in of for name, _ in one.sizes}
    return f"not seen here: {', '.join(name for name in leaks_of_era(era) if name not in shown)}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
