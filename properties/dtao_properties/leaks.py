"""The launch's leaks with the size that recorded scenarios show: ``python -m dtao_properties.leaks``.

The scenarios are followed step by step and block by block; each leak is what the ledger names, and the last part of the
table is what no account shows, because it moves value between subnets or holders.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from attrs import define, field, frozen

import dtao
from dtao_properties import vectors
from dtao_properties.invariants.limits import _parts_respected as in_part
from dtao_properties.ledger.account import accounted
from dtao_properties.ledger.blocks import average
from dtao_properties.ledger.books import UNITS
from dtao_properties.ledger.figures import block_emission, price
from dtao_properties.transitions import Oracle, Transition

SCENARIOS = ("launch", "market")
RAO = "rao"
ALPHA = "alpha rao"


@frozen
class Seen:
    """One leak in one step."""

    name: str
    place: str
    """The book that it is on; empty for none."""
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
    """The leaks of one scenario, by name and book."""

    scenario: str
    calls: int = 0
    blocks: int = 0
    sizes: dict[tuple[str, str], Size] = field(factory=dict)

    def add(self, step: Transition) -> None:
        """Count the leaks of a step."""
        self.calls += step.do == "call"
        self.blocks += step.do == "blocks"
        for seen in leaks_of(step):
            self.sizes.setdefault((seen.name, seen.place), Size(seen.unit)).add(seen.amount)


def leaks_of(step: Transition) -> Iterator[Seen]:
    """Yield the leaks of a step: the ledger's, and those that no account shows."""
    account = accounted(step)
    for leak in account.leaks if account is not None else ():
        yield Seen(leak.name, leak.book, leak.amount, UNITS[leak.book])
    if step.is_block:
        yield from _of_a_block(step)
    if step.accepted and step.name == "swap_stake_limit" and any(in_part(step)):
        yield Seen("swaps in full", "", int(step.events[0][4]), ALPHA)
    if step.do == "call" and step.error is None:
        for key in step.changed:
            if key[0] == "TotalHotkeyShares":
                pool = step.before.subnet(key[2]).share_pools.get(key[1])
                if pool is not None and pool.total_alpha and not pool.denominator:
                    yield Seen("captured dividends", "", pool.total_alpha, ALPHA if key[2] else RAO)


def _of_a_block(step: Transition) -> Iterator[Seen]:
    for netuid, subnet in step.before.subnets.items():
        if not subnet.added or netuid == 0:
            continue
        emission, pool, settings = step.after.emission(netuid), step.before.pool(netuid), subnet.hyperparameters
        now = price(subnet.mechanism, pool.tao, pool.alpha_in)
        if settings.network_pow_registration_allowed and not settings.network_registration_allowed:
            yield Seen("closed subnets", "", emission.alpha_in, ALPHA)
        elif emission.alpha_in and (excess := int(emission.tao_in - (emission.alpha_in + 1) * now)) > 0:
            yield Seen("capped injection", "", excess, RAO)
        if (above := average(step.after, netuid) - 1) > 0:
            yield Seen("uncapped average", "", int(above * Fraction(10**9)), "rao per alpha above 1 TAO")
    wrong = step.after.block_emission - block_emission(step.before.total_issuance)
    if wrong:
        yield Seen("overwritten emission", "", wrong, RAO)


def measured(scenario: str, era: dtao.Era) -> Measured:
    """Follow the recorded scenarios of a suite and measure their leaks."""
    found, oracle = Measured(scenario), Oracle(era)
    path = vectors.recorded(era.recorded_as) / "scenario" / f"{scenario}.jsonl.gz"
    head = vectors.header(path)
    for vector in vectors.vectors(path):
        state = era.load(head.genesis, check=False)
        for step in vector.body["steps"]:
            for request in single_requests(step):
                taken = oracle.taken(state, request)
                found.add(taken)
                state = taken.after
    return found


def single_requests(step: Mapping[str, vectors.Json]) -> Iterator[Mapping[str, vectors.Json]]:
    """Yield the requests of a recorded step: blocks one by one, no reads."""
    if step["do"] == "blocks":
        yield from ({"do": "blocks", "n": 1} for _ in range(step["n"]))
    elif step["do"] != "read":
        yield step


def table(of: Sequence[Measured]) -> str:
    """Write the leaks of several scenarios as a table."""
    head = ("scenario", "leak", "book", "times", "total", "largest", "unit")
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


def main(arguments: Sequence[str]) -> None:
    """Print the table of the scenarios that are named, of ``launch`` and ``market`` if none is."""
    era = dtao.era("launch")
    sys.stdout.write(table([measured(scenario, era) for scenario in arguments or SCENARIOS]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
