"""A last table for the benchmarks: things a second, and how that compares with a baseline of the same run."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

Measure = Callable[[Callable[[], object], int, str], None]
BASELINE = "test_baseline"


@pytest.fixture
def measure(benchmark: BenchmarkFixture) -> Measure:
    """Measure a function that does a number of things of one kind."""

    def run(function: Callable[[], object], things: int, kind: str) -> None:
        benchmark.extra_info.update(things=things, kind=kind)
        benchmark.pedantic(function, rounds=5, warmup_rounds=1)

    return run


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    session = getattr(config, "_benchmarksession", None)
    rows = [row for row in getattr(session, "benchmarks", ()) if "things" in row.extra_info and row.stats.data]
    if not rows:
        return
    rates = {row.name: row.extra_info["things"] / row.stats.median for row in rows}
    baseline = rates.get(BASELINE)
    terminalreporter.section("medians of 5, and per million additions of the baseline")
    terminalreporter.write_line("| | a second | per million additions |")
    terminalreporter.write_line("|---|--:|--:|")
    for row in rows:
        rate, kind = rates[row.name], row.extra_info["kind"]
        ratio = f"{rate / baseline * 10**6:,.1f}" if baseline else ""
        terminalreporter.write_line(
            f"| {row.name.removeprefix('test_')} | {rate:,.{0 if rate > 100 else 1}f} {kind} | {ratio} |"
        )
