"""What a plot draws: lines of the table, each with a name that says what tells it from the others."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import field, frozen

from dtao_lab.simulation.measures import MEASURES
from dtao_lab.simulation.scenario import Plot, Scenario
from dtao_lab.simulation.tables import BLOCKS_A_DAY

MOST_SAID = 12
"""Lines of a plot that are put into words."""


@frozen
class Line:
    """One line: numbers as they are drawn, so floats, which nothing is computed from."""

    run: str
    subject: str
    measure: str
    days: list[float] = field(factory=list)
    values: list[float] = field(factory=list)

    def relative(self) -> "Line":
        """Return by how much per cent the line grew since its first value."""
        first = self.values[0] if self.values else 0.0
        grown = [100 * (value / first - 1) if first else 0.0 for value in self.values]
        return Line(self.run, self.subject, self.measure, self.days, grown)

    def reached(self, level: float) -> float | None:
        """Return the day on which the line first comes to a level; None where it never does, or begins there."""
        if not self.values or self.values[0] == level:
            return None
        is_below = self.values[0] < level
        for day, value in zip(self.days, self.values, strict=True):
            if value == level or (value < level) != is_below:
                return day
        return None


def lines_of(table: Path, plots: Sequence[Plot]) -> list[list[Line]]:
    """Return the lines of each plot, in the order in which the table has them."""
    found: list[dict[tuple[str, str, str], Line]] = [{} for _ in plots]
    with table.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for plot, lines in zip(plots, found, strict=True):
                if row["of"] == plot.of and row["measure"] in plot.y and _is_drawn(plot, row["subject"]):
                    day = float(row["day"])
                    if day * BLOCKS_A_DAY >= plot.start:
                        key = row["run"], row["subject"], row["measure"]
                        line = lines.setdefault(key, Line(*key))
                        line.days.append(day)
                        line.values.append(float(row["value"]))
    return [
        [line.relative() if plot.relative else line for line in lines.values()]
        for plot, lines in zip(plots, found, strict=True)
    ]


def _is_drawn(plot: Plot, subject: str) -> bool:
    """Return whether a subject is drawn: one that is named, or one of several of that name."""
    return not plot.subjects or any(
        subject == one or (subject.startswith(f"{one} ") and subject[len(one) + 1 :].isdecimal())
        for one in plot.subjects
    )


def names(plot: Plot, lines: Sequence[Line]) -> list[str]:
    """Return what each line is called: what tells it from the others, or its measure if it is alone."""
    subjects = {line.subject for line in lines}
    parts = [
        (
            line.run if len({one.run for one in lines}) > 1 else "",
            (f"subnet {line.subject}" if plot.of == "subnet" else line.subject) if len(subjects) > 1 else "",
            line.measure.replace("_", " ") if len({one.measure for one in lines}) > 1 else "",
        )
        for line in lines
    ]
    return [
        ", ".join(filter(None, part)) or line.measure.replace("_", " ") for part, line in zip(parts, lines, strict=True)
    ]


def places(called: Sequence[str]) -> tuple[list[str], str]:
    """Return what stands below each bar, and below all of them: numbers alone where only they differ."""
    common = {name.rpartition(" ")[0] for name in called}
    numbers = [name.rpartition(" ")[2] for name in called]
    if len(called) > 1 and len(common) == 1 and all(number.isdecimal() for number in numbers):
        return numbers, common.pop()
    return list(called), ""


def said(plot: Plot, lines: Sequence[Line]) -> Iterator[str]:
    """Yield in words what a plot shows: on which day each line comes to the level, and where it ends."""
    yield f"{plot.name}: {axis_label(plot)}"
    called = names(plot, lines)
    first = MOST_SAID if len(lines) > MOST_SAID else len(lines)
    for line, name in zip(lines[:first], called[:first], strict=True):
        if not line.values:
            continue
        comes = ""
        if plot.target is not None and plot.kind == "lines":
            day = line.reached(float(plot.target))
            comes = f"{plot.target} {'is not reached' if day is None else f'on day {day:.0f}'}; "
        yield f"  {name}: {comes}{number(line.values[-1])} on day {line.days[-1]:.0f}"
    if len(lines) > first:
        yield f"  and {len(lines) - first} more"


def number(value: float) -> str:
    """Write a number for reading, with as many digits as tell something."""
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"


def axis_label(plot: Plot) -> str:
    """Return what the vertical axis says."""
    if plot.label:
        return plot.label
    if plot.relative:
        return f"{plot.y[0].replace('_', ' ')}, per cent since the start"
    unit = MEASURES[plot.of][plot.y[0]].unit
    return " and ".join(name.replace("_", " ") for name in plot.y) + (f" ({unit})" if unit != "1" else "")


def moments(scenarios: Sequence[Scenario]) -> Iterator[tuple[float, str]]:
    """Yield the days of upgrades, and of entries written later than the start, that all runs share."""
    first = scenarios[0]
    for upgrade in first.upgrades:
        if all(upgrade in one.upgrades for one in scenarios) and upgrade.at <= first.run.horizon:
            yield upgrade.at / BLOCKS_A_DAY, str(upgrade.rules.spec_version)
    for write in first.writes:
        if write.at and all(write in one.writes for one in scenarios) and write.at <= first.run.horizon:
            yield write.at / BLOCKS_A_DAY, write.entry
