"""Plots as PNG files, by matplotlib."""

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dtao import InputError
from dtao_lab.simulation.scenario import Plot, Scenario
from dtao_lab.simulation.series import Line, axis_label, moments, names

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE, DPI = (9.6, 5.6), 125
COLOURS = (
    "#1f6feb", "#d1495b", "#2e933c", "#edae49", "#7b3fa0", "#00798c", "#8d6a4a", "#e377c2", "#4f5d75", "#9aa700",
)  # fmt: skip
INK, FAINT = "#24292f", "#8b949e"
MOST_NAMED = 12
"""Lines that have a name; of more, the first and the last."""
WIDTH = 105
"""Characters of a line of the note."""


def draw(path: Path, plot: Plot, lines: Sequence[Line], scenarios: Sequence[Scenario]) -> None:
    """Draw a plot into a PNG file; the same bytes for the same lines. Rejects, as InputError, a missing matplotlib."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise InputError(
            "plots need matplotlib, which is not installed. Install the extra: pip install 'dtao-spec[lab]', or leave "
            "the plots out: --no-plots."
        ) from error
    figure = Figure(figsize=SIZE, dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    note = textwrap.wrap(plot.note, WIDTH)
    foot = 0.1 + 0.037 * len(note)
    title = textwrap.wrap(plot.title or scenarios[0].title, 84)
    axes = figure.add_axes((0.085, foot + 0.02, 0.885, 0.915 - foot - 0.05 * len(title)))
    figure.text(0.02, 0.975, "\n".join(title), size=14, weight="bold", color=INK, va="top", linespacing=1.25)
    figure.text(0.02, 0.025, "\n".join(note), size=9, color="#57606a", va="bottom", linespacing=1.4)
    if plot.kind == "last":
        _bars(axes, plot, lines)
    else:
        _lines(axes, plot, lines, scenarios)
    axes.set_ylabel(axis_label(plot), color=INK)
    axes.grid(axis="y", color="#d8dee4", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(colors=INK)
    figure.savefig(path, format="png", metadata={"Software": None})


def _lines(axes: "Axes", plot: Plot, lines: Sequence[Line], scenarios: Sequence[Scenario]) -> None:
    if plot.scale == "log":
        axes.set_yscale("log")
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


def _bars(axes: "Axes", plot: Plot, lines: Sequence[Line]) -> None:
    called = names(plot, lines)
    values = [line.values[-1] if line.values else 0.0 for line in lines]
    places = list(range(len(lines)))
    axes.bar(places, values, color=COLOURS[0], width=0.7)
    if plot.scale == "log":
        axes.set_yscale("log")
    step = max(1, len(lines) // MOST_NAMED)
    axes.set_xticks(places[::step], [textwrap.shorten(name, 24) for name in called[::step]])
    for place, value in zip(places, values, strict=True):
        if len(lines) <= 2 * MOST_NAMED:
            axes.annotate(
                f"{value:.3g}" if abs(value) < 100 else f"{value:,.0f}", (place, value), (0, 3),
                textcoords="offset points", ha="center", size=8.5, color=INK,
            )  # fmt: skip
    if plot.target is not None:
        axes.axhline(float(plot.target), color=INK, linewidth=1.0, linestyle=(0, (4, 3)))
