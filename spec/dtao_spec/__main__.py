"""Write SPEC.md, or with ``--check`` say whether it is up to date."""

import sys
from pathlib import Path

from dtao_spec import contents, render

SPEC = Path("SPEC.md")


def main(arguments: list[str], document: Path = SPEC) -> int:
    """Render the specification; with ``--check`` only compare, and return 1 if the document is stale."""
    text = render.rendered(contents.CHAPTERS, contents.PREFACE)
    if arguments == ["--check"]:
        if document.exists() and document.read_text(encoding="utf-8") == text:
            return 0
        print(
            "SPEC.md is stale: the chapters say something else. Run `make spec` and commit the result.", file=sys.stderr
        )
        return 1
    if arguments:
        print("usage: python -m dtao_spec [--check]", file=sys.stderr)
        return 2
    document.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
