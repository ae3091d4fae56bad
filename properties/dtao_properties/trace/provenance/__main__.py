"""Writes provenance.toml: ``python -m dtao_properties.trace.provenance --write CHECKOUT``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import dtao
from dtao.errors import InputError
from dtao_properties.trace.provenance.places import known_rules
from dtao_properties.trace.provenance.record import NAME, text
from dtao_properties.trace.provenance.writing import Clone, provenance
from dtao_properties.trace.rules.matrix import implementations


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m dtao_properties.trace.provenance", description=__doc__)
    parser.add_argument(
        "--write", metavar="CHECKOUT", type=Path, required=True, help="a clone of the runtime with tags"
    )
    parser.add_argument("--to", metavar="FILE", type=Path, default=Path(__file__).with_name(NAME), help="the file")
    options = parser.parse_args(arguments)
    tags = {era.name: era.tag for era in dtao.ERAS}
    try:
        found = provenance(Clone(options.write), tags, known_rules(implementations()))
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    options.to.write_text(text(found), encoding="utf-8")
    print(f"{options.to}: {len(found.rows)} rows of {len({row.rule for row in found.rows})} rules")
    return 0


if __name__ == "__main__":
    sys.exit(main())
