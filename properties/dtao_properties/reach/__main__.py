"""``python -m dtao_properties.reach``: measure which bundled vectors reach which rules, where that is not known.

With ``--all`` everything is measured anew, which takes some minutes, or what is named, such as ``'*/senate'``.
Otherwise it is what is missing, of other vectors, or found to be wrong by a sample. With ``--check`` nothing is
measured: exit 1 if anything would have to be.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from fnmatch import fnmatchcase
from multiprocessing import get_context

from dtao_properties.reach import shipped
from dtao_properties.reach.shipped import FILE


def main(arguments: list[str]) -> int:
    """Bring the file up to date, or say what is not."""
    heads = [*shipped.installed()]
    patterns = [one for one in arguments if not one.startswith("--")] or ["*"] * ("--all" in arguments)
    wanted = [
        (head, "it is asked for") for head in heads if any(fnmatchcase(head.name, pattern) for pattern in patterns)
    ] or [*shipped.stale()]
    for head, why in wanted:
        print(f"{head.name}: {why}")
    if "--check" in arguments:
        return int(bool(wanted))
    kept = shipped.read()
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        kept |= {one.suite: one for one in pool.map(shipped.measured, [head.path for head, _ in wanted])}
    here = {head.name for head in heads}
    lines = [one.line() for name, one in sorted(kept.items()) if name in here]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
