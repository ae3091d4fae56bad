"""Write SPEC.md and its pages, or with ``--check`` say whether they are up to date."""

import sys
from pathlib import Path

from dtao_spec.pages import documents
from dtao_spec.registry import PAGES


def main(arguments: list[str], root: Path = Path()) -> int:
    """Render the specification; with ``--check`` only compare, and return 1 if a document is stale."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m dtao_spec [--check]", file=sys.stderr)
        return 2
    rendered = documents()
    there = {path.relative_to(root).as_posix() for path in (root / PAGES).glob("*.md")}
    if arguments == ["--check"]:
        stale = sorted({path for path, text in rendered.items() if not is_up_to_date(root / path, text)}
                       | (there - rendered.keys()))  # fmt: skip
        for path in stale:
            print(
                f"{path} is stale: the chapters say something else. Run `make spec` and commit the result.",
                file=sys.stderr,
            )
        return 1 if stale else 0
    for path in there - rendered.keys():
        (root / path).unlink()
    for path, text in rendered.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return 0


def is_up_to_date(path: Path, text: str) -> bool:
    """Return whether a file holds a text."""
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
