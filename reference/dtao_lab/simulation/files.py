"""The folder of results: the table of each run while it is computed, where to take it up again, and all at the end."""

import csv
import gzip
import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from pathlib import Path
from time import monotonic

from attrs import evolve, frozen

import dtao
from dtao import InputError
from dtao_lab.simulation.runner import Position, Sample, simulated
from dtao_lab.simulation.scenario import Scenario
from dtao_lab.simulation.start import canonical
from dtao_lab.simulation.tables import BLOCKS_A_DAY

COLUMNS = ("run", "block", "day", "era", "of", "subject", "measure", "value", "unit")
SAVED_EVERY = 30.0
"""Seconds after which a run notes where it could be taken up again."""
TOLD_EVERY = 0.5
"""Seconds after which a run notes how far it is."""
FORMAT = 1
"""Of what is noted; with another one a run begins anew."""


def digest_of(scenarios: Sequence[Scenario]) -> str:
    """Return what tells a simulation from others: all that its table depends on, so no title and no plot."""
    parts = [canonical(evolve(one, title="", about="", plots=(), folder="", sweep={})) for one in scenarios]
    return hashlib.sha256("\n".join([str(FORMAT), *parts]).encode()).hexdigest()


class Stopped(Exception):
    """A run of another process was told to stop; it has noted where it was."""


@frozen
class Folder:
    """Where the results of a simulation are."""

    path: Path
    digest: str

    @property
    def table(self) -> Path:
        """The table of all runs, complete once it is there."""
        return self.path / "table.csv"

    @property
    def parquet(self) -> Path:
        """The same as a Parquet file."""
        return self.path / "table.parquet"

    @property
    def summary(self) -> Path:
        """What was simulated, and how often calls were refused, as JSON."""
        return self.path / "summary.json"

    @property
    def runs(self) -> Path:
        """What is there of runs that go on."""
        return self.path / "runs"

    @property
    def stop(self) -> Path:
        """What tells runs of other processes to stop, once it is there."""
        return self.runs / "stop"

    def file(self, number: int, ending: str) -> Path:
        """Return a file of one run."""
        return self.runs / f"{number}.{ending}"

    def opened(self, fresh: bool) -> None:
        """Make the folder. Refuses, as InputError, one of another simulation, unless it is to be replaced."""
        marker = self.path / "simulation.txt"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            known = marker.read_text(encoding="utf-8").strip() if marker.is_file() else None
            if known is None and any(self.path.iterdir()):
                raise InputError(f"{self.path}: has other files in it. Name an empty or a new folder: --out FOLDER.")
            if known not in (None, self.digest) and not fresh:
                raise InputError(
                    f"{self.path}: holds the results of another simulation, or of this one before it was changed. "
                    "Replace them with --fresh, or name another folder: --out FOLDER."
                )
            if fresh or known != self.digest:
                shutil.rmtree(self.runs, ignore_errors=True)
                for one in (self.table, self.parquet, self.summary):
                    one.unlink(missing_ok=True)
            if not self.is_complete:
                self.runs.mkdir(exist_ok=True)
                self.stop.unlink(missing_ok=True)
            marker.write_text(self.digest + "\n", encoding="utf-8")
        except (FileExistsError, NotADirectoryError) as error:
            raise InputError(f"{self.path}: is no folder. Name another one: --out FOLDER.") from error

    @property
    def is_complete(self) -> bool:
        """Whether all runs are done and together in one table."""
        return self.table.is_file() and self.summary.is_file()

    def blocks_done(self, number: int) -> int:
        """Return how far a run has told that it is, in blocks."""
        try:
            return int(self.file(number, "at").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return 0


def rows_of(scenario: Scenario, sample: Sample) -> Iterator[tuple[str, ...]]:
    """Yield the rows of the table that a sample gives."""
    days = f"{sample.block / BLOCKS_A_DAY:.4f}"
    for row in sample.rows:
        yield (scenario.label, str(sample.block), days, sample.era, *row)


def run_into(folder: Folder, scenario: Scenario, number: int, told: Callable[[int], None] = lambda block: None) -> None:
    """Compute a run, from where it was before, into its own table; it can be taken up again whenever it is interrupted.

    ``told`` is called with the block.
    """
    path = folder.file(number, "csv")
    position, length = _resumed(folder, number)
    path.touch()
    os.truncate(path, length)
    noted = _Noted(folder, number, told)
    with path.open("ab") as file:
        if length == 0:
            file.write(_line(COLUMNS))

        def moved(now: Position) -> None:
            file.flush()
            noted.at(now, file.tell())

        try:
            for sample in simulated(scenario, position, moved, noted.told):
                for row in rows_of(scenario, sample):
                    file.write(_line(row))
        finally:
            noted.save()


def _line(row: Sequence[str]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerow(row)
    return text.getvalue().encode()


class _Noted:
    """Where a run could be taken up again: the last such place, written now and then, and at the end whatever comes."""

    def __init__(self, folder: Folder, number: int, told: Callable[[int], None]) -> None:
        self.folder, self.number, self.tell = folder, number, told
        self.last: tuple[Position, int] | None = None
        self.saved = self.said = monotonic()

    def told(self, block: int) -> None:
        self.tell(block)
        if monotonic() - self.said > TOLD_EVERY:
            self.said = monotonic()
            self.folder.file(self.number, "at").write_text(str(block), encoding="utf-8")
            if self.folder.stop.exists():
                raise Stopped

    def at(self, position: Position, length: int) -> None:
        self.last = evolve(position, calls=Counter(position.calls)), length
        if monotonic() - self.saved > SAVED_EVERY:
            self.save()

    def save(self) -> None:
        if self.last is None:
            return
        position, length = self.last
        version = position.state.runtime.spec_version
        noted = {
            "digest": self.folder.digest, "block": position.block, "version": version, "length": length,
            "calls": [[*key, count] for key, count in sorted(position.calls.items())],
            "state": dtao.era(version).dump(position.state),
        }  # fmt: skip
        path = self.folder.file(self.number, "json.gz")
        written = path.with_suffix(".new")
        written.write_bytes(gzip.compress(json.dumps(noted).encode(), 1))
        written.replace(path)
        self.folder.file(self.number, "at").write_text(str(position.block), encoding="utf-8")
        self.saved = monotonic()


def _noted(folder: Folder, number: int) -> dict[str, object] | None:
    """Return what a run has noted; None where that is nothing, damaged, or of another simulation."""
    try:
        noted = json.loads(gzip.decompress(folder.file(number, "json.gz").read_bytes()))
    except (OSError, EOFError, ValueError):
        return None
    return noted if isinstance(noted, dict) and noted.get("digest") == folder.digest else None


def _resumed(folder: Folder, number: int) -> tuple[Position | None, int]:
    """Return where a run was, and how long its table was then; at the very start where nothing is noted."""
    noted = _noted(folder, number)
    table = folder.file(number, "csv")
    if noted is None or not table.is_file() or table.stat().st_size < int(str(noted["length"])):
        return None, 0
    state = dtao.load(noted["state"], int(str(noted["version"])), check=False)  # type: ignore[arg-type]  # flat entries
    return Position(int(str(noted["block"])), state, _counted(noted)), int(str(noted["length"]))


def _counted(noted: dict[str, object]) -> Counter[tuple[str, str]]:
    counts = noted["calls"]
    assert isinstance(counts, list)  # noqa: S101  # as it was written
    return Counter({(actor, error): count for actor, error, count in counts})


def completed(folder: Folder, scenarios: Sequence[Scenario]) -> None:
    """Put the tables of all runs together, write the summary, and remove what the runs have noted."""
    with folder.table.with_suffix(".new").open("wb") as file:
        for number in range(len(scenarios)):
            with folder.file(number, "csv").open("rb") as part:
                if number:
                    part.readline()
                shutil.copyfileobj(part, file)
    runs = []
    for number, scenario in enumerate(scenarios):
        noted = _noted(folder, number) or {"calls": []}
        runs.append({"run": scenario.label, "blocks": scenario.run.horizon, "calls": _calls(_counted(noted))})
    folder.summary.write_text(json.dumps({"digest": folder.digest, "runs": runs}, indent=2) + "\n", encoding="utf-8")
    folder.table.with_suffix(".new").replace(folder.table)
    shutil.rmtree(folder.runs, ignore_errors=True)


def _calls(counts: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Return how many calls of each actor were accepted, and refused with which error."""
    found: dict[str, dict[str, int]] = {}
    for (actor, error), count in sorted(counts.items()):
        found.setdefault(actor, {})[error or "accepted"] = count
    return found


def write_parquet(folder: Folder) -> bool:
    """Write the table as a Parquet file too, values as decimals; return whether pyarrow is there to do it."""
    try:
        import pyarrow
        from pyarrow import csv as reader
        from pyarrow import parquet
    except ModuleNotFoundError:
        return False
    types = {name: pyarrow.string() for name in COLUMNS}
    types |= {"block": pyarrow.int64(), "day": pyarrow.float64(), "value": pyarrow.decimal128(38, 12)}
    options = reader.ConvertOptions(column_types=types, strings_can_be_null=False)
    table = reader.read_csv(folder.table, convert_options=options)
    parquet.write_table(table, folder.parquet)
    return True
