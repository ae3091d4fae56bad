"""Plots as PNG files, by matplotlib."""

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dtao import InputError
from dtao_lab.extras import LAB
from dtao_lab.simulation.scenario import Plot, Scenario
from dtao_lab.simulation.series import Line, axis_label, moments, names, places

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE, DPI = (9.6, 5.6), 125
COLOURS = (
    "#1f6feb", "#d1495b", "#2e933c", "#edae49", "#7b3fa0", "#00798c", "#8d6a4a", "#e377c2", "#4f5d75", "#9aa700",
)  # fmt: skip
INK, FAINT = "#24292f", "#8b949e"
MOST_NAMED = 12
"""Lines that have a name; of more, the first and the last."""
WIDTH = 135
"""Characters of a line of the note."""


def draw(path: Path, plot: Plot, lines: Sequence[Line], scenarios: Sequence[Scenario]) -> None:
    """Draw a plot into a PNG file; the same bytes for the same lines. Rejects, as InputError, a missing matplotlib."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise InputError(
            f"plots need matplotlib, which is not installed. Install the extra: {LAB}; or leave the plots out: "
            "--no-plots."
        ) from error
    figure = Figure(figsize=SIZE, dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    note = textwrap.wrap(plot.note, WIDTH)
    foot = 0.1 + 0.037 * len(note)
    title = textwrap.wrap(plot.title or scenarios[0].title, 84)
    axes = figure.add_axes((0.1, foot + 0.02, 0.87, 0.915 - foot - 0.05 * len(title)))
    figure.text(0.02, 0.975, "\n".join(title), size=14, weight="bold", color=INK, va="top", linespacing=1.25)
    figure.text(0.02, 0.025, "\n".join(note), size=9, color="#57606a", va="bottom", linespacing=1.4)
    if plot.kind == "last":
        _bars(axes, plot, lines)
    else:
        _lines(axes, plot, lines, scenarios)
    _scaled(axes, plot, lines)
    axes.set_ylabel(axis_label(plot), color=INK)
    axes.grid(axis="y", color="#d8dee4", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(colors=INK)
    figure.savefig(path, format="png", metadata={"Software": None})


def _lines(axes: "Axes", plot: Plot, lines: Sequence[Line], scenarios: Sequence[Scenario]) -> None:
    called = names(plot, lines)
    for number, (line, name) in enumerate(zip(lines, called, strict=True)):
        is_named = len(lines) <= MOST_NAMED or number in (0, len(lines) - 1)
        colour = COLOURS[number % len(COLOURS)]
        axes.plot(line.days, line.values, color=colour, linewidth=2.0, label=name if is_named else None)
        if plot.target is not None and (day := line.reached(float(plot.target))) is not None:
            axes.plot([day], [float(plot.target)], "o", color=colour, markersize=7, zorder=5)
            axes.annotate(
                f"day {day:.0f}", (day, float(plot.target)), (3, 7 + 13 * (number % 2)), textcoords="offset points",
                color=colour, size=9, weight="bold",
            )  # fmt: skip
    if plot.target is not None:
        axes.axhline(float(plot.target), color=INK, linewidth=1.0, linestyle=(0, (4, 3)))
    for day, what in moments(scenarios):
        axes.axvline(day, color=FAINT, linewidth=1.0, linestyle=(0, (2, 2)))
        axes.annotate(
            what,
            (day, 1.0),
            (3, -10),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            size=8,
            color=FAINT,
        )
    axes.set_xlabel("days since the start", color=INK)
    axes.margins(x=0.01)
    if len(lines) > 1:
        axes.legend(frameon=True, framealpha=0.9, edgecolor="none", fontsize=9)


def _scaled(axes: "Axes", plot: Plot, lines: Sequence[Line]) -> None:
    """Set the vertical scale: from 0 on, unless everything is far from it."""
    from matplotlib.ticker import FuncFormatter, LogLocator

    if plot.scale == "log":
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.yaxis.set_minor_formatter(FuncFormatter(lambda value, place: ""))
    values = [value for line in lines for value in line.values]
    if plot.scale == "linear" and values and 0 < 2 * min(values) <= max(values):
        axes.set_ylim(bottom=0)
    largest = max(map(abs, values), default=0.0)
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, place: f"{value:,.0f}" if largest > 100 else f"{value:g}")
    )


def _bars(axes: "Axes", plot: Plot, lines: Sequence[Line]) -> None:
    called = names(plot, lines)
    values = [line.values[-1] if line.values else 0.0 for line in lines]
    numbers = list(range(len(lines)))
    axes.bar(numbers, values, color=COLOURS[0], width=0.7)
    below, common = places(called)
    step = 1 if common else max(1, len(lines) // MOST_NAMED)
    axes.set_xticks(numbers[::step], [textwrap.shorten(name, 24) for name in below[::step]])
    axes.set_xlabel(common, color=INK)
    for place, value in zip(numbers, values, strict=True):
        if len(lines) <= 2 * MOST_NAMED:
            axes.annotate(
                f"{value:.3g}" if abs(value) < 100 else f"{value:,.0f}", (place, value), (0, 3),
                textcoords="offset points", ha="center", size=8.5, color=INK,
            )  # fmt: skip
    if plot.target is not None:
        axes.axhline(float(plot.target), color=INK, linewidth=1.0, linestyle=(0, (4, 3)))
