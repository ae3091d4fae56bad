"""The pytest plugin: an implementation is tested by the recorded vectors in five lines.

::

    from dtao_properties import judge


    def test_conforms(adapter, vector):
        judge(adapter, vector)

``pytest --dtao-adapter python:mine:adapter --dtao-suite pool`` runs it once a vector. The plugin is loaded by every
run of pytest where this distribution is installed, so it imports nothing but pytest until something of it is used.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from dtao import Era
    from dtao_properties.adapters.protocol import Session
    from dtao_properties.testing import Case


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("dtao", "judging implementations of the dTAO economy")
    group.addoption(
        "--dtao-adapter", metavar="ENDPOINT", default=None,
        help="what the fixture 'adapter' reaches: 'reference' (default), 'python:MODULE:FACTORY', "
        "'cmd:COMMAND LINE' or 'tcp:HOST:PORT'",
    )  # fmt: skip
    group.addoption(
        "--dtao-adapter-config", metavar="FILE", default=None, type=Path,
        help="the implementation's adapter.toml: its command, and its own names of errors and storage items",
    )  # fmt: skip
    group.addoption(
        "--dtao-era", metavar="ERA", default="launch",
        help="the era of the fixture 'oracle' and of the vectors, by name or spec version (default: launch)",
    )  # fmt: skip
    group.addoption(
        "--dtao-suite", metavar="GLOB", default=None,
        help="only vectors of suites whose name matches, such as pool, 'fixed_*', 'launch/scenario/*'",
    )  # fmt: skip
    group.addoption(
        "--dtao-vectors", metavar="PATH", action="append", default=[], type=Path,
        help="a vector file, or a folder of them, in place of the bundled ones; repeatable",
    )  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", "rule(id, ...): the rules of the dTAO specification that a test is about")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for ``vector`` once for each vector that the options choose."""
    if "vector" not in metafunc.fixturenames or not _asks_for_our_vector(metafunc):
        return
    from dtao.errors import InputError
    from dtao_properties.adapters.endpoint import REFERENCE
    from dtao_properties.report.run import Replay
    from dtao_properties.testing import cases

    option = metafunc.config.option
    further = ("--adapter-config", str(option.dtao_adapter_config)) if option.dtao_adapter_config else ()
    replay = Replay(tuple(option.dtao_vectors), option.dtao_adapter or REFERENCE, further)
    try:
        chosen = list(cases(replay, suite=option.dtao_suite, era=option.dtao_era))
    except InputError as error:
        # one test says so, and those that ask for no vectors run
        metafunc.parametrize("vector", [_in_our_options(error)], ids=["none"], indirect=True, scope="session")
        return
    metafunc.parametrize("vector", chosen, ids=[case.id for case in chosen], indirect=True, scope="session")


@pytest.fixture(scope="session")
def oracle(pytestconfig: pytest.Config) -> "Era":
    """Return the era of the reference that ``--dtao-era`` names."""
    import dtao

    name = pytestconfig.option.dtao_era
    try:
        return dtao.era(int(name) if name.isdecimal() else name)
    except dtao.InputError as error:
        pytest.fail(f"--dtao-era: {error}", pytrace=False)


@pytest.fixture(scope="session")
def adapter(pytestconfig: pytest.Config) -> Iterator["Session"]:
    """Open the adapter that ``--dtao-adapter`` names, for the whole run."""
    from dtao.errors import InputError
    from dtao_properties.adapters.endpoint import connected, reached
    from dtao_properties.adapters.protocol import NoAnswer, Session

    option = pytestconfig.option
    endpoint = option.dtao_adapter
    try:
        endpoint, options = reached(endpoint, option.dtao_adapter_config, None)
        session = Session(connected(endpoint, options))
        session.hello()
    except InputError as error:
        pytest.exit(_in_our_options(error), pytest.ExitCode.USAGE_ERROR)  # once, and not for every test
    except NoAnswer as error:
        pytest.exit(f"--dtao-adapter {endpoint}: {error}", pytest.ExitCode.USAGE_ERROR)
    yield session
    session.close()


@pytest.fixture(scope="session")
def vector(request: pytest.FixtureRequest) -> "Case":
    """Hand out the vectors that ``--dtao-suite``, ``--dtao-era`` and ``--dtao-vectors`` choose, one a test."""
    if isinstance(request.param, str):
        pytest.fail(request.param, pytrace=False)
    case: Case = request.param
    return case


def _in_our_options(error: Exception) -> str:
    """Word a mistake with the options of this plugin instead of those of the command line."""
    return re.sub(r"(?<!-)--(adapter|suite|era|vectors)\b", r"--dtao-\1", str(error))


def _asks_for_our_vector(metafunc: pytest.Metafunc) -> bool:
    """Tell whether a test means this plugin's vectors, and not a fixture or a parameter of its own by that name."""
    known = metafunc._arg2fixturedefs.get("vector", ())
    return bool(known) and known[-1].func.__module__ == __name__
