"""The pytest plugin: its fixtures, its options, and that it is harmless where it is not used.

It is named here, and what is installed is left out, so that these tests do not depend on how the project is installed.
"""

import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.properties import toy

pytest_plugins = ["pytester"]

FIVE_LINES = """\
from dtao_properties import judge


def test_conforms(adapter, vector):
    judge(adapter, vector)
"""
HONEST = "python:tests.properties.toy:Toy"


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> "Run":
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    toy.folder(pytester.path / "recordings")
    return Run(pytester)


class Run:
    """Runs pytest in this process, with the plugin."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester

    def __call__(self, source: str, *words: str) -> pytest.RunResult:
        self.pytester.makepyfile(test_it=source)
        return self.pytester.runpytest_inprocess("-p", "dtao_properties.plugin", "-p", "no:cacheprovider", *words)

    def toy(self, source: str, adapter: str = HONEST, *words: str) -> pytest.RunResult:
        """Run with the toy's vectors and adapter."""
        return self(source, "--dtao-adapter", adapter, "--dtao-era", "toy", "--dtao-vectors", "recordings", *words)


def test_five_lines_judge_an_adapter(run: Run) -> None:
    result = run.toy(FIVE_LINES, HONEST, "-v")
    result.assert_outcomes(passed=7)
    result.stdout.fnmatch_lines(["*test_it.py::test_conforms[[]toy/scenario/bank/p2[]] PASSED*"])


def test_a_divergence_is_readable(run: Run) -> None:
    result = run.toy(FIVE_LINES, "python:tests.properties.toy:Generous", "-k", "p0 and bank")
    result.assert_outcomes(failed=1, deselected=6)
    result.stdout.fnmatch_lines(
        [
            ">       judge(adapter, vector)",
            "E       dtao_properties.testing.Diverges: DIVERGES toy/scenario/bank/p0",
            "E         step 1 of 6: call transfer by 1",
            "E         Balance/2",
            "E           expected: 1500000000 (1.500000000 TAO)",
            "E           actual:   1500000001 (1.500000001 TAO)",
            "E           delta:    +1 (0.000000001 TAO)",
            "E         replay: dtao replay toy/scenario/bank/p0 --vectors recordings --adapter python:tests*Generous",
        ],
        consecutive=False,
    )
    result.stdout.no_fnmatch_line("*conformance.judged*")


def test_what_is_not_judged_is_skipped(run: Run) -> None:
    result = run.toy(FIVE_LINES, "python:tests.properties.toy:Partial", "-rs")
    result.assert_outcomes(passed=4, skipped=3)
    result.stdout.fnmatch_lines(["SKIPPED*this toy has no state"])


def test_an_era_that_the_adapter_does_not_know_is_skipped(run: Run) -> None:
    result = run.toy(FIVE_LINES, "reference", "-rs")
    result.assert_outcomes(skipped=7)
    result.stdout.fnmatch_lines(["SKIPPED*dtao does not know the era 'toy'"])


@pytest.mark.parametrize("era", ["273", "yuma3"])
def test_every_era_can_be_chosen(run: Run, era: str) -> None:
    source = f"{FIVE_LINES}\n\ndef test_oracle(oracle):\n    assert oracle.spec_version == 273\n"
    result = run(source, "--dtao-era", era, "--dtao-suite", "yuma", "-v")
    result.assert_outcomes(passed=result.parseoutcomes()["passed"])
    result.stdout.fnmatch_lines(["*test_it.py::test_conforms[[]273/scenario/yuma/p000[]] PASSED*"])


def test_an_adapter_that_breaks_down_fails(run: Run) -> None:
    result = run.toy(FIVE_LINES, "python:tests.properties.toy:Crashing", "--dtao-suite", "bank")
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(["E*ERRORED toy/scenario/bank/p0", "E*ZeroDivisionError: no such luck*"])


def test_an_adapter_that_uses_names_of_its_own(run: Run) -> None:
    run.pytester.makepyfile(
        renaming="""
        from tests.properties.toy import Toy

        class Adapter(Toy):
            def call(self, message):
                reply = super().call(message)
                return {**reply, "error": reply["error"] and "insufficient_funds"}
        """
    )
    run.pytester.path.joinpath("adapter.toml").write_text('[errors]\ninsufficient_funds = "Token:FundsUnavailable"\n')
    result = run.toy(FIVE_LINES, "python:renaming:Adapter", "--dtao-adapter-config", "adapter.toml")
    result.assert_outcomes(passed=7)
    result = run.toy(FIVE_LINES, "python:renaming:Adapter")
    result.assert_outcomes(passed=4, failed=3)


def test_the_suite_is_chosen(run: Run) -> None:
    run.toy(FIVE_LINES, HONEST, "--dtao-suite", "s*").assert_outcomes(passed=4)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--dtao-suite", "nonsense"), "no suite is selected by --dtao-suite nonsense"),
        (("--dtao-vectors", "nowhere"), "nowhere: no such file or folder"),
    ],
)
def test_a_wrong_choice_is_told_in_one_line(run: Run, words: tuple[str, ...], said: str) -> None:
    result = run(FIVE_LINES, *words)
    result.stdout.fnmatch_lines([f"*{said}*"])
    result.stdout.no_fnmatch_line("*in pytest_generate_tests*")
    result.assert_outcomes(errors=1)


def test_what_needs_no_vectors_runs_where_none_are_chosen(run: Run) -> None:
    """As with ``--dtao-era`` and the suites of another era."""
    source = f"{FIVE_LINES}\n\ndef test_oracle(oracle):\n    assert oracle.spec_version == 277\n"
    run(source, "--dtao-era", "277", "--dtao-suite", "launch/*").assert_outcomes(passed=1, errors=1)


@pytest.mark.parametrize(
    ("adapter", "said"),
    [
        ("nonsense", "*--dtao-adapter nonsense: unknown endpoint*"),
        ("python:nowhere:Toy", "*--dtao-adapter python:nowhere:Toy: cannot import 'nowhere'*"),
        ("python:tests.properties.toy:Foreign", "*does not speak protocol 1*"),
    ],
)
def test_a_wrong_adapter_is_told_in_one_line(run: Run, adapter: str, said: str) -> None:
    result = run.toy(FIVE_LINES, adapter)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    told = [*result.outlines, *result.errlines]
    assert len([line for line in told if fnmatch(line, said)]) == 1  # not once for each of the seven tests
    assert not [line for line in told if "Traceback" in line]


@pytest.mark.parametrize("era", ["launch", "233"])
def test_the_oracle_is_an_era(run: Run, era: str) -> None:
    source = """
        def test_era(oracle):
            assert oracle.name == "launch"
            assert oracle.sim_swap_tao_for_alpha(oracle.genesis(), netuid=1, amount=10**9) == 909090909
    """
    run(source, "--dtao-era", era).assert_outcomes(passed=1)


def test_an_unknown_era_is_told(run: Run) -> None:
    result = run("def test_era(oracle): pass", "--dtao-era", "stone age")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*--dtao-era: there is no era 'stone age': *`dtao eras` lists those that are covered*"]
    )


def test_the_default_adapter_is_the_reference(run: Run) -> None:
    source = "def test_adapter(adapter):\n    assert adapter.hello().name == 'dtao'\n"
    run(source).assert_outcomes(passed=1)


def test_the_adapter_is_opened_once_and_closed(run: Run) -> None:
    run.pytester.makepyfile(
        counting="""
        from tests.properties.toy import Toy

        class Adapter(Toy):
            opened = closed = 0

            def __init__(self):
                super().__init__()
                Adapter.opened += 1

            def close(self):
                print("closed", Adapter.opened)
        """
    )
    result = run.toy(FIVE_LINES, "python:counting:Adapter", "-s")
    result.assert_outcomes(passed=7)
    assert re.findall(r"closed \d+", result.stdout.str()) == ["closed 1"]


def test_the_marker_is_registered(run: Run) -> None:
    source = """
        import pytest

        @pytest.mark.rule("POOL-2")
        def test_rule():
            pass
    """
    run(source, "--strict-markers").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "own",
    [
        "@pytest.fixture\ndef vector(): return 1\ndef test_own(vector): assert vector == 1\n",
        "@pytest.mark.parametrize('vector', [1])\ndef test_own(vector): assert vector == 1\n",
        "@pytest.mark.parametrize(['a', 'vector'], [(0, 1)])\ndef test_own(a, vector): assert vector == 1\n",
        "@pytest.mark.parametrize('a, vector', [(0, 1)])\ndef test_own(a, vector): assert vector == 1\n",
    ],
)
def test_names_of_a_users_own_are_left_alone(run: Run, own: str) -> None:
    run(f"import pytest\n{own}").assert_outcomes(passed=1)


def test_other_fixtures_may_be_overridden(run: Run) -> None:
    source = """
        import pytest
        from dtao_properties import judge
        from tests.properties.toy import Toy

        @pytest.fixture
        def adapter():
            return Toy()

        def test_conforms(adapter, vector):
            judge(adapter, vector)
    """
    run.toy(source, "nonsense").assert_outcomes(passed=7)


@pytest.mark.parametrize("words", [(), ("-p", "no:dtao_properties.plugin")])
def test_a_project_that_does_not_use_it_notices_nothing(run: Run, words: tuple[str, ...]) -> None:
    run("def test_one(): pass\n", *words).assert_outcomes(passed=1)


def test_the_plugin_imports_nothing_but_pytest() -> None:
    program = (
        "import pytest, sys; before = set(sys.modules); import dtao_properties.plugin;"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
        env={"PYTHONPATH": "properties:reference:spec"},
    )  # fmt: skip
    assert loaded.stdout.split() == ["dtao_properties"]
