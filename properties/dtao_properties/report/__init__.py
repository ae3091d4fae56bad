"""Tell a person, and other programs, how a run went."""

from dtao_properties.report.files import badge, record, write_badge, write_junit, write_ndjson
from dtao_properties.report.markdown import write_markdown
from dtao_properties.report.output import opened
from dtao_properties.report.run import Replay, Run, Tally, condensed, not_judged, symptom
from dtao_properties.report.terminal import DIVERGENCES_SHOWN, Progressing, progressing, table, verdict_text

__all__ = [
    "DIVERGENCES_SHOWN",
    "Progressing",
    "Replay",
    "Run",
    "Tally",
    "badge",
    "condensed",
    "not_judged",
    "opened",
    "progressing",
    "record",
    "symptom",
    "table",
    "verdict_text",
    "write_badge",
    "write_junit",
    "write_markdown",
    "write_ndjson",
]
