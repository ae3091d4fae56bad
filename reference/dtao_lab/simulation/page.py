"""All plots of a simulation on one page of HTML that needs no network, by plotly: zoom, values at the pointer."""

import html
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dtao import InputError
from dtao_lab.extras import LAB
from dtao_lab.simulation.drawing import COLOURS
from dtao_lab.simulation.scenario import Plot, Scenario
from dtao_lab.simulation.series import Line, axis_label, moments, names

CONFIG = {"displaylogo": False, "responsive": True, "showSendToCloud": False, "plotlyServerURL": ""}
"""No button that sends the data to anybody."""
GRID = {"gridcolor": "#d8dee4", "zerolinecolor": "#d8dee4"}
STYLE = """
html { overflow-y: scroll; }
body { font: 16px/1.5 system-ui, sans-serif; color: #24292f; max-width: 68rem; margin: 0 auto; padding: 1rem; }
h1 { line-height: 1.2; } figure { margin: 2.5rem 0; } figcaption { color: #57606a; }
pre { background: #f6f8fa; padding: 1rem; overflow-x: auto; font-size: 13px; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .2rem 1rem .2rem 0; vertical-align: top; }
"""


def write_page(
    path: Path, content: str, scenarios: Sequence[Scenario], lines: Sequence[Sequence[Line]], summary: str
) -> None:
    """Write the page; ``content`` is the scenario's file. Rejects, as InputError, a missing plotly."""
    try:
        from plotly import io, offline
    except ModuleNotFoundError as error:
        raise InputError(
            f"the page of plots needs plotly, which is not installed. Install the extra: {LAB}; or leave the plots "
            "out: --no-plots."
        ) from error
    first = scenarios[0]
    figures = []
    for plot, drawn in zip(first.plots, lines, strict=True):
        figure = io.to_html(
            _figure(plot, drawn, scenarios), include_plotlyjs=False, full_html=False, div_id=f"plot-{plot.name}",
            default_width="100%", default_height="30rem", config=CONFIG,
        )  # fmt: skip
        heading, note = html.escape(plot.title or plot.name), html.escape(plot.note)
        figures.append(f"<figure><h2>{heading}</h2>{figure}<figcaption>{note}</figcaption></figure>")
    title, about = html.escape(first.title), html.escape(first.about)
    path.write_text(
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>{STYLE}</style>\n<script>{offline.get_plotlyjs()}</script>\n</head>\n<body>\n"
        f"<h1>{title}</h1>\n<p>{about}</p>\n{''.join(figures)}\n"
        f"<h2>Calls</h2>\n{_calls(summary)}\n"
        f"<details><summary>The scenario</summary><pre>{html.escape(content)}</pre></details>\n</body>\n</html>\n",
        encoding="utf-8",
    )


def _figure(plot: Plot, lines: Sequence[Line], scenarios: Sequence[Scenario]) -> dict[str, Any]:
    called = names(plot, lines)
    data: list[dict[str, Any]]
    if plot.kind == "last":
        values = [line.values[-1] if line.values else 0.0 for line in lines]
        data = [{"type": "bar", "x": called, "y": values, "marker": {"color": COLOURS[0]}}]
        axis: dict[str, Any] = {"type": "category"}
    else:
        data = [
            {
                "type": "scatter", "mode": "lines", "name": name, "x": line.days, "y": line.values,
                "line": {"color": COLOURS[number % len(COLOURS)], "width": 2}, "showlegend": len(lines) > 1,
            }
            for number, (line, name) in enumerate(zip(lines, called, strict=True))
        ]  # fmt: skip
        axis = {"title": {"text": "days since the start"}}
    dashed = {"type": "line", "line": {"color": "#8b949e", "width": 1, "dash": "dash"}}
    days = list(moments(scenarios)) if plot.kind == "lines" else []
    shapes: list[dict[str, Any]] = [
        {**dashed, "x0": day, "x1": day, "yref": "paper", "y0": 0, "y1": 1} for day, _ in days
    ]
    if plot.target is not None:
        shapes.append({**dashed, "xref": "paper", "x0": 0, "x1": 1, "y0": float(plot.target), "y1": float(plot.target)})
    named = [
        {"x": day, "yref": "paper", "y": 1, "text": what, "showarrow": False, "xanchor": "left", "yanchor": "top"}
        for day, what in days
    ]
    layout = {
        "xaxis": axis, "yaxis": {**GRID, "title": {"text": axis_label(plot)}, "type": plot.scale}, "shapes": shapes,
        "annotations": named, "margin": {"t": 20, "r": 20}, "hovermode": "closest", "plot_bgcolor": "white",
        "legend": {"orientation": "h", "y": -0.2},
    }  # fmt: skip
    return {"data": data, "layout": layout}


def _calls(summary: str) -> str:
    """Return a table of how many calls of each actor were accepted and refused."""
    rows = [
        f"<tr><td>{html.escape(run['run'])}</td><td>{html.escape(actor)}</td><td>"
        + html.escape(", ".join(f"{count} {what}" for what, count in counts.items()))
        + "</td></tr>"
        for run in json.loads(summary)["runs"]
        for actor, counts in run["calls"].items()
    ]
    return f"<table><tr><th>Run</th><th>Actor</th><th>Calls</th></tr>{''.join(rows)}</table>"
