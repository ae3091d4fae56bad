"""How fast the protocol is: round trips of small reads to the bundled reference, as the judge makes them."""

import os
import shlex
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dtao_properties.adapters import serve
from dtao_properties.adapters.endpoint import connected
from dtao_properties.adapters.protocol import Session
from dtao_properties.adapters.reference import Reference
from dtao_properties.conformance import vectors
from tests.bench.conftest import Measure

# What waits for another process is not measured by the CPU time of this one.
pytestmark = pytest.mark.benchmark(timer=time.perf_counter)
ROUND_TRIPS = 2000
HEAD = vectors.header(vectors.recorded("launch") / "scenario" / "pool.jsonl.gz")


@pytest.fixture
def opened() -> Iterator[Callable[[str], Session]]:
    """Return a function that opens an adapter with a state; all of them are closed at the end."""
    sessions: list[Session] = []

    def session(endpoint: str) -> Session:
        sessions.append(Session(connected(endpoint)))
        load = {"do": "load", "era": HEAD.era, "spec_version": HEAD.spec_version, "state": HEAD.genesis}
        assert sessions[-1].ask(load)["ok"] is True
        return sessions[-1]

    yield session
    for one in sessions:
        one.close()


def reads(session: Session) -> None:
    for number in range(ROUND_TRIPS):
        session.ask({"do": "read", "read": "get_alpha_price", "args": {"netuid": number % 2}})


def test_round_trips_in_process(measure: Measure, opened: Callable[[str], Session]) -> None:
    session = opened("reference")
    measure(lambda: reads(session), ROUND_TRIPS, "reads")


def test_round_trips_over_stdio(
    measure: Measure, opened: Callable[[str], Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(__file__).parents[2]
    folders = [str(root / name) for name in ("reference", "properties", "spec")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(folders))
    session = opened("cmd:" + shlex.join([sys.executable, "-m", "dtao_properties", "serve"]))
    measure(lambda: reads(session), ROUND_TRIPS, "reads")


def test_round_trips_over_tcp(measure: Measure, opened: Callable[[str], Session]) -> None:
    """The server is in this process too, so that both share one interpreter lock: a lower bound."""
    ports: list[int] = []
    ready = threading.Event()

    def tell(port: int) -> None:
        ports.append(port)
        ready.set()

    threading.Thread(target=serve.serve_tcp, args=(Reference, 0, tell), daemon=True).start()
    assert ready.wait(10)
    session = opened(f"tcp:127.0.0.1:{ports[0]}")
    measure(lambda: reads(session), ROUND_TRIPS, "reads")
