"""The process in which causes are searched for: JSON Lines on its standard input and output."""

import json
import sys

from attrs import asdict

from dtao_properties.causes.cause import UNKNOWN
from dtao_properties.causes.finding import cause_of
from dtao_properties.causes.stand_ins import Watch


def main() -> None:
    """Answer one request after the other, until there are no more."""
    watch = Watch.begun()
    for line in sys.stdin:
        asked = json.loads(line)
        found = UNKNOWN
        if asked["do"] == "cause":
            given = (asked[name] for name in ("spec_version", "state", "request", "actual", "items"))
            try:
                found = cause_of(watch, *given)
            except Exception:  # an answer of foreign code may be anything; then there is no cause
                found = UNKNOWN
        print(json.dumps({"seq": asked["seq"], "value": asdict(found)}), flush=True)
