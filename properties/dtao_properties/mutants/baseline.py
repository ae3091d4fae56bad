"""What the checks reach on the reference as it is: measured once, and kept until anything changes."""

import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from attrs import frozen

from dtao_properties.mutants.checks import FOLDERS, ROOT, Check, Recordings, Runner, Tests, measured

FORMAT = "dtao-baseline/3"
KEPT = ROOT / "build" / "mutants" / "baseline.json"


@frozen
class Baseline:
    """The checks, as they run on the reference as it is."""

    tests: tuple[Check, ...]
    vectors: tuple[Check, ...]

    @property
    def failing(self) -> list[str]:
        """Name the checks that fail already, or that this way of running them keeps from passing."""
        return [check.name for check in (*self.tests, *self.vectors) if not check.passes]


def baseline(tests: Tests, recordings: Recordings, jobs: int, say: Callable[[str], None]) -> Baseline:
    """Return what the checks reach; of those of which nothing has changed, from the last run, if they passed."""
    digest = digest_of(recordings)
    files = {name: _digest([ROOT / name]) for name in sorted({name.partition("::")[0] for name in tests.names()})}
    try:
        kept: Mapping[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        kept = {}
    fits = (kept.get("format"), kept.get("digest")) == (FORMAT, digest)
    rows = _read(kept["functions"], kept["checks"]) if fits else ()
    known = {check.name: check for check in rows if check.passes}
    current = {
        name: check
        for name, check in known.items()
        if check.name in recordings.vectors or kept["files"].get(place := name.partition("::")[0]) == files.get(place)
    }
    found = Baseline(
        _measured("tests", tests, current, jobs, say), _measured("vectors", recordings, current, jobs, say)
    )
    if len(current) < len(found.tests) + len(found.vectors):
        _keep({"format": FORMAT, "digest": digest, "files": files}, (*found.tests, *found.vectors))
    return found


def _measured(
    what: str, runner: Runner, current: Mapping[str, Check], jobs: int, say: Callable[[str], None]
) -> tuple[Check, ...]:
    names = runner.names()
    new = [name for name in names if name not in current]
    fresh = measured(runner, new, jobs, lambda done, of: say(f"what the {what} reach: {done}/{of}"))
    every = {**current, **{check.name: check for check in fresh}}
    return tuple(every[name] for name in names)


def _keep(head: dict[str, object], checks: Sequence[Check]) -> None:
    names = sorted({name for check in checks for name in check.reaches})
    numbers = {name: number for number, name in enumerate(names)}
    rows = [
        [one.name, round(one.seconds, 4), sorted(numbers[name] for name in one.reaches), one.recorded, one.passes]
        for one in checks
    ]
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps({**head, "functions": names, "checks": rows}), encoding="utf-8")


def _read(names: Sequence[str], kept: Sequence[Sequence[Any]]) -> tuple[Check, ...]:
    return tuple(
        Check(name, seconds, frozenset(names[one] for one in reaches), recorded, passes)
        for name, seconds, reaches, recorded, passes in kept
    )


def digest_of(recordings: Recordings) -> str:
    """Return the digest of all that the checks are made of, but for the files of tests and this package."""
    own = Path(__file__).parent
    folders = ("reference", "spec/dtao_spec", "properties", "tests/bench", "tests/conftest.py", *FOLDERS)
    places = [ROOT / folder for folder in folders]
    paths = [path for place in places for path in (sorted(place.rglob("*.py")) if place.is_dir() else [place])]
    code = [path for path in paths if not path.is_relative_to(own) and not path.name.startswith("test_")]
    headers = {header.path: header.hash for header, _ in recordings.vectors.values()}
    return _digest(code, *headers.values())


def _digest(paths: Sequence[Path], *words: str) -> str:
    digest = sha256("\0".join(words).encode())
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
