"""What a campaign tells a person: its progress on a terminal, and at the end what it did and did not reach."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table

import dtao
from dtao_properties.adapters.endpoint import REFERENCE
from dtao_properties.adapters.protocol import covered_era, printable, unknown_eras
from dtao_properties.fuzz.campaign import Progress
from dtao_properties.fuzz.tally import Tally
from dtao_properties.fuzz.worlds import ERA
from dtao_properties.reach.eras import rules_at
from dtao_properties.report.run import described
from dtao_spec.registry import place

RULES_SHOWN = 30
"""Rules that were never reached, if there are no more of them; a campaign that misses more has hardly begun."""
SYMPTOMS_SHOWN = 5
"""Other signatures of a finding that are listed."""
STATES = ("call", "block")
"""The levels at which the economy runs, so that unreached rules mean something."""


def printed(console: Console, text: str) -> None:
    """Print lines as they are, without reading markup into them."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def shown(console: Console, progress: Progress) -> Iterator[None]:
    """Show a bar, where there is a terminal, as long as a campaign goes; print each finding as it comes."""
    progress.told = lambda text: printed(console, text)
    if not console.is_terminal:
        yield
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Bar(*columns, console=console, transient=True) as bar:
        seeds, seconds = progress.campaign.seeds, progress.campaign.seconds
        task = bar.add_task("searching", total=seeds if seconds is None else seconds)

        def moved(progress: Progress) -> None:
            completed = progress.seeds if seconds is None else monotonic() - progress.started
            bar.update(task, completed=completed, description=_line(progress))

        progress.moved = moved
        yield


def _line(progress: Progress) -> str:
    tally, calls = progress.tally, progress.tally.answers.of("call")
    accepted = sum(accepted for accepted, _ in tally.calls.values())
    rate = f", {accepted / calls:.0%} accepted" if calls else ""
    return f"{progress.seeds} seeds, {tally.answers.total():,} answers{rate}, {len(progress.findings)} findings"


def closing(console: Console, progress: Progress) -> None:
    """Print what a finished campaign did and with whom, whether it proved anything, and what it found."""
    whole = progress.tally
    printed(console, _judged_line(progress))
    for level, tally in progress.tallies.items():
        printed(console, _level_line(level, tally))
    if whole.answers.of("call"):
        console.print(calls_table(whole))
    for line in vacuity_lines(progress.tallies):
        printed(console, line)
    if progress.lost:
        printed(console, f"warning: {len(progress.lost)} seeds were given up, because their workers died")
    printed(console, _verdict(progress))
    for line in searched_lines(progress.campaign.job.era, progress.hello.eras):
        printed(console, line)


def _judged_line(progress: Progress) -> str:
    hello, endpoint = progress.hello, progress.campaign.job.endpoint
    if endpoint == REFERENCE:
        return (
            f"judged: {described(hello)}, the bundled reference by itself; --adapter ENDPOINT names an implementation"
        )
    return f"judged: {described(hello)}, reached by {printable(endpoint)}"


def searched_lines(era: str, announced: Sequence[str]) -> list[str]:
    """Say which era was searched, which others the adapter announces, and which of these the judge does not know."""
    unknown = unknown_eras(announced)
    others = [name for name in announced if name != era and covered_era(name) is not None]
    line = f"searched: era {era}"
    if others:
        further = ", …" if len(others) > 1 else ""
        line += f"; the adapter also announces {', '.join(others)}, not searched (--era {others[0]}{further})"
    return [line] if unknown is None else [unknown, line]


def _level_line(level: str, tally: Tally) -> str:
    calls, answers, seconds = tally.answers.of("call"), tally.answers.total(), max(tally.seconds, 1e-9)
    parts = [f"level {level}: {tally.episodes:,} episodes", f"{answers:,} answers ({answers / seconds:,.0f}/s)"]
    if calls:
        accepted = sum(accepted for accepted, _ in tally.calls.values())
        parts.append(f"{calls:,} calls ({calls / seconds:,.0f}/s), {accepted / calls:.1%} accepted")
    if tally.skipped:
        parts.append(f"{tally.skipped:,} answers skipped by the adapter")
    return ", ".join(parts)


def calls_table(tally: Tally) -> Table:
    """Lay out how often each call was accepted and rejected."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("call", min_width=max(map(len, tally.calls)))
    for column in ("accepted", "rejected", "rate"):
        table.add_column(column, justify="right")
    for name, (accepted, rejected) in tally.calls.items():
        made = accepted + rejected
        table.add_row(name, str(accepted), str(rejected), f"{accepted / made:.0%}" if made else "-")
    return table


def vacuity_lines(tallies: Mapping[str, Tally]) -> list[str]:
    """Say what a campaign did not reach: what it found nothing wrong with, it may never have tried."""
    economy = Tally(next((tally.era for tally in tallies.values()), ERA))
    lines: list[str] = []
    for level, tally in tallies.items():
        if level in STATES:
            economy.add(tally)
    if economy.watched:
        economy.rules = set().union(*(tally.rules for tally in tallies.values()))
    for outcome, calls in (("accepted", economy.never_accepted), ("rejected", economy.never_rejected)):
        if calls:
            lines.append(f"warning: never {outcome}: {', '.join(calls)}")
    if not economy.answers.of("call"):
        return lines
    missed = economy.rejections_unreached
    lines.append(f"rejections reached: {len(economy.answers.rejections)}{_missing(missed)}")
    if economy.watched:
        wanted = rules_at(dtao.era(economy.era), list(tallies))
        unreached = sorted(wanted - economy.rules, key=place)
        watched = f"in {economy.watched:,} of {economy.episodes:,} episodes"
        lines.append(
            f"rules reached {watched}: {len(economy.rules)} of {len(wanted | economy.rules)}{_some(unreached)}"
        )
    return lines


def _some(rules: list[str]) -> str:
    """Name the rules that were never reached; of many only how they are to be seen."""
    if len(rules) <= RULES_SHOWN:
        return _missing(rules)
    return "; more episodes reach more, and --vacuity watches every episode"


def _missing(names: list[str]) -> str:
    return f"; never: {', '.join(names)}" if names else ", all there are"


def _verdict(progress: Progress) -> str:
    count = len(progress.findings)
    if not count:
        return "no divergence found"
    lines = [f"{count} divergence{'' if count == 1 else 's'} found:"]
    symptoms = progress.tally.symptoms
    for signature, path in sorted(progress.findings.items()):
        rule = progress.rules.get(signature)
        lines.append(f"  {f'{rule}: ' if rule else ''}{signature}  {path}")
        if others := sorted(symptoms.get(rule or "", set()) - {str(signature)}):
            shown = ", ".join(others[:SYMPTOMS_SHOWN])
            further = f" and {len(others) - SYMPTOMS_SHOWN} more" if len(others) > SYMPTOMS_SHOWN else ""
            lines.append(f"    also seen as {printable(shown)}{further}")
    return "\n".join(lines)
