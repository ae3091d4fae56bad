"""What a scenario's file may say and may not, the command, its tables and its plots."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import Result

from dtao import InputError
from dtao_lab.simulation import of_file, of_text
from dtao_lab.simulation.measures import MEASURES
from dtao_lab.simulation.policies import POLICIES
from dtao_lab.simulation.scenario import POLICIES as POLICY_NAMES
from dtao_lab.simulation.scenario import Plot
from dtao_lab.simulation.series import Line, names, places, said

Command = Callable[..., Result]
HEAD = 'title = "t"\n[start]\nsubnets = 2\n[run]\nblocks = 40\nsample = 20\n'
ACTOR = '[[actor]]\nname = "a"\npolicy = "buy"\namount = 1\ntao = 10\nevery = 10\n'
PLOT = '[[plot]]\nname = "p"\ny = "price"\n'
WHOLE = HEAD + ACTOR + PLOT + '[[plot]]\nname = "w"\nof = "actor"\ny = ["worth", "balance"]\nkind = "last"\n'
WRONG = {
    "title = \"t\"\n": "run is missing. Add it",
    HEAD + "[strat]\n": "unknown key|no key 'strat'. Did you mean 'start'?",
    HEAD + '[[actor]]\nname = "a"\npolcy = "buy"\n': "actor.a: there is no key 'polcy'. Did you mean 'policy'?",
    HEAD + '[[actor]]\nname = "a"\n': "actor.a: policy is missing",
    HEAD + '[[actor]]\nname = "a"\npolicy = "momentun"\n': "Did you mean 'momentum'?",
    HEAD + ACTOR + "jitter = 10\n": "actor.a.jitter: 10 blocks are no less than every",
    HEAD + ACTOR + "until = 3\nfrom = 4\n": "actor.a.until: comes before actor.a.from",
    HEAD + ACTOR + "netuid = 3\n": "actor.a.netuid: there is no subnet 3: start.subnets is 2",
    HEAD + ACTOR + "netuid = [1, 1]\n": "name each subnet once",
    HEAD + ACTOR + 'weighs = "a"\n': "only a validator sets weights",
    HEAD + ACTOR + 'as = "b"\n': "there is no actor 'b'",
    HEAD + ACTOR + 'as = "miner"\n': "has no tao, alpha or count of its own",
    HEAD + ACTOR + ACTOR: "there are two with the name 'a'",
    HEAD + '[[actor]]\nname = "a"\npolicy = "buy"\n': "the policy buy needs an amount",
    HEAD + '[[actor]]\nname = "a"\npolicy = "hold"\namount = 1\n': "the policy hold takes none",
    HEAD + '[[actor]]\nname = "a"\npolicy = "buy"\namount = 0.5\n': 'not exact. Write it in quotation marks: "0.5"',
    HEAD + '[[actor]]\nname = "a"\npolicy = "buy"\namount = -1\n': "actor.a.amount: -1 is negative",
    HEAD + '[[actor]]\nname = "a"\npolicy = "buy"\namount = "-1.5"\n': "is negative",
    HEAD + '[[actor]]\nname = "a"\npolicy = "buy"\namount = true\n': "True is no amount",
    HEAD + '[[actor]]\nname = "a"\npolicy = "buy"\namount = "1e3"\n': "no exponent",
    HEAD + ACTOR + "count = 2.5\n": "2.5 is no integer. Write 2",
    HEAD + ACTOR.replace("every = 10", "every = 0"): "no time at all",
    HEAD + ACTOR.replace("every = 10", 'every = "1 week"'): 'is no time. Write blocks as 300, hours as "12h"',
    HEAD + ACTOR.replace("every = 10", 'every = "0.00001d"'): "is no time|no whole number of blocks",
    HEAD + "[[upgrade]]\nat = 1\nera = 236.5\n": "236.5 is no text",
    HEAD + "[[upgrade]]\nat = 1\nera = 9999\n": "there is no era 9999: version 9999 is later than",
    HEAD + '[[upgrade]]\nat = 1\nera = "capped-prise"\n': "did you mean 'capped-price'",
    HEAD + "[[upgrade]]\nat = 1\nera = 233\n": "the runtime never goes back",
    HEAD + "[[upgrade]]\nat = 9\nera = 277\n[[upgrade]]\nat = 8\nera = 320\n": "upgrade.2.at: 8 is before",
    HEAD + "[[subnet]]\nnetuid = 3\n": "subnet.3: there is no subnet 3",
    HEAD + "[[subnet]]\nnetuid = 1\ntao = 0\n": "a pool needs TAO and alpha",
    HEAD + "[[subnet]]\nnetuid = 1\n[[subnet]]\nnetuid = 1\n": "there are two with the netuid '1'",
    HEAD + "[subnet]\nnetuid = 1\n": "is no list of tables. Write [[subnet]]",
    HEAD + "[[set]]\nentry = \"TaoWeight\"\nvalue = 0.18\n": "Storage holds integers",
    HEAD + PLOT.replace('"price"', '"prise"'): "there is no measure of a subnet 'prise'. Did you mean 'price'?",
    HEAD + PLOT.replace('"price"', '"worth"'): "there is no measure of a subnet 'worth'",
    HEAD + PLOT.replace('"p"', '"../p"'): "cannot name a file",
    HEAD + PLOT + 'target = "half"\n': "is no number to draw a line at",
    HEAD + PLOT + 'subjects = ["3"]\n': "there is no subnet '3'",
    HEAD + PLOT + 'subjects = ["one"]\n': "there is no subnet 'one'",
    HEAD + "[table]\nsubnets = 2\n" + PLOT + 'subjects = ["1"]\n': "subnet 1 is not written",
    HEAD + ACTOR + PLOT.replace('"price"', '"worth"') + 'of = "actor"\nsubjects = "b"\n': "accounts of its own 'b'",
    HEAD + '[table]\nmeasures = "tao"\n' + PLOT: "price is not written. Add it to table.measures",
    HEAD + "[sweep]\n\"start.subnets\" = 3\n": "is no list of values",
    HEAD + ACTOR + '[sweep]\n"actor.b.amount" = [1]\n': "actor has no 'b'. There are: a",
    HEAD + '[sweep]\n"title" = ["a"]\n': "names no key of a table",
    HEAD + '[sweep]\n"start.subnets" = [1, 2]\nlabels = ["one"]\n': "1 for 2 runs",
    HEAD + '[sweep]\n"start.subnets" = [1, 0]\n': "start.subnets: 0 cannot be. Give from 1 to 1024",
    HEAD.replace("blocks = 40", "blocks = 40\ndays = 1"): "days or as blocks, one of the two",
    HEAD.replace("blocks = 40\n", ""): "days or as blocks, one of the two",
    HEAD.replace("subnets = 2", 'state = "s.json"'): "write start.neurons = false",
    HEAD.replace("[start]", "[start"): "not TOML",
    HEAD.replace("subnets = 2", "subnets = 2\nneurons = 1"): "is neither true nor false",
    HEAD.replace('title = "t"', "title = 1"): "title: 1 is no text",
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG, ids=lambda text: WRONG[text][:40])
def test_what_cannot_be_is_refused_with_place_and_remedy(text: str) -> None:
    with pytest.raises(InputError) as refusal:
        of_text(text)
    assert any(part in str(refusal.value) for part in WRONG[text].split("|")), refusal.value
    assert len(str(refusal.value)) < 500


LATER = {
    '[[set]]\nentry = "NoSuchItem"\nvalue = 1\n': "has no item NoSuchItem",
    '[[set]]\nentry = "Tempo"\nvalue = 1\n': "the keys of Tempo are netuid",
    '[[set]]\nentry = "Tempo/1"\nvalue = "x"\n': "set.Tempo/1: ",
    '[[set]]\nentry = "Tempo/1"\nvalue = 99999999\n': "set.Tempo/1: ",
    '[[set]]\nentry = "Tempo/x"\nvalue = 1\n': "set.Tempo/x: ",
    '[[actor]]\nname = "a"\npolicy = "hold"\ntao = 9_000_000\n': "start.issuance: pools, root and actors are given",
}


@pytest.mark.parametrize("text", LATER)
def test_what_the_start_shows_is_refused_too(text: str, tmp_path: Path, dtao_command: Command) -> None:
    (tmp_path / "s.toml").write_text(HEAD + text)
    refused = dtao_command("simulate", tmp_path / "s.toml", "--out", tmp_path / "out")
    assert refused.exit_code == 2
    assert LATER[text] in refused.stderr
    assert refused.stderr.startswith("dtao: error: ")


def test_files_that_cannot_be_read(tmp_path: Path, dtao_command: Command) -> None:
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    for path, why in ((tmp_path / "none.toml", "cannot be read"), (tmp_path, "cannot be read"),
                      (tmp_path / "binary.toml", "no text in UTF-8")):  # fmt: skip
        refused = dtao_command("simulate", path)
        assert (refused.exit_code, why in refused.stderr) == (2, True), refused.stderr
    (tmp_path / "s.toml").write_text(HEAD.replace("subnets = 2", 'state = "none.json"\nneurons = false'))
    refused = dtao_command("simulate", tmp_path / "s.toml", "--out", tmp_path / "out")
    assert (refused.exit_code, "none.json: cannot be read" in refused.stderr) == (2, True), refused.stderr


def test_the_horizon_of_the_command_line_replaces_that_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(HEAD)
    for given, blocks in (({}, 40), ({"days": 2}, 14_400), ({"blocks": 7}, 7)):
        (scenario,) = of_file(tmp_path / "s.toml", given)
        assert (scenario.run.horizon, scenario.run.sample) == (blocks, 20)


def test_a_sweep_takes_every_combination() -> None:
    sweep = '[sweep]\n"start.era" = [233, "excess-tao"]\n"actor.a.amount" = [1, "2.5"]\n'
    runs = of_text(HEAD + ACTOR + sweep)
    assert [(one.label, one.start.era, one.actors[0].amount) for one in runs] == [
        ("233, 1", "launch", 10**9), ("233, 2.5", "launch", 25 * 10**8),
        ("excess-tao, 1", "excess-tao", 10**9), ("excess-tao, 2.5", "excess-tao", 25 * 10**8),
    ]  # fmt: skip
    labelled = of_text(
        HEAD + '[[set]]\nentry = "Tempo/*"\nvalue = 1\n[sweep]\n"set.Tempo/*.value" = [5, 6]\nlabels = ["a", "b"]\n'
    )
    assert [(one.label, one.writes[0].value) for one in labelled] == [("a", 5), ("b", 6)]


def test_values_are_varied_without_writing_the_file() -> None:
    text = HEAD + '[[set]]\nentry = "Tempo/*"\nvalue = 1\n[sweep]\n"set.Tempo/*.value" = [5, 6]\nlabels = ["a", "b"]\n'
    one = of_text(text, vary={"TaoWeight": ["7"]})
    assert [(each.label, [(write.entry, write.value) for write in each.writes]) for each in one] == [
        ("a", [("Tempo/*", 5), ("TaoWeight", "7")]),
        ("b", [("Tempo/*", 6), ("TaoWeight", "7")]),
    ]
    others = of_text(text, vary={"Tempo/*": [8, 9, 10], "start.era": [233]})
    assert [each.writes[0].value for each in others] == [8, 9, 10]
    assert [each.label for each in others] == ["8", "9", "10"]
    (alone,) = of_text(text, vary={"Tempo/*": [8]})
    assert (alone.label, alone.writes[0].value) == ("", 8)


def test_an_entry_takes_an_integer_in_either_form(dtao_command: Command, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(WHOLE)
    shown = dtao_command(
        "simulate", tmp_path / "s.toml", "--vary", "TaoWeight=0,3320413933267719290", "--vary", "Tempo/1=50",
        "--vary", "start.neurons=false", "--out", tmp_path / "out", "--no-plots",
    )  # fmt: skip
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout.startswith("2 runs, ")
    rows = csv.DictReader((tmp_path / "out/table.csv").read_text().splitlines())
    assert {row["run"] for row in rows} == {"0", "3320413933267719290"}


@pytest.mark.parametrize(
    ("vary", "said"),
    [
        ("x", "write a key and its values"),
        ("foo=1", "names no key of a table"),
        ("start.foo=1", "there is no key 'foo'"),
        ("TaoWait=1", "has no item TaoWait"),
        ("start.era=290", "lies between"),
        ("start.neurons=no", "is neither true nor false"),
        ("TaoWeight=-1", "-1"),
    ],
)
def test_what_cannot_be_varied_is_refused(dtao_command: Command, tmp_path: Path, vary: str, said: str) -> None:
    (tmp_path / "s.toml").write_text(WHOLE)
    refused = dtao_command("simulate", tmp_path / "s.toml", "--vary", vary, "--out", tmp_path / "out", "--no-plots")
    assert refused.exit_code == 2
    assert said in refused.stderr


# The command


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a scenario and its results."""
    from typer.testing import CliRunner

    from dtao_properties.cli import app

    folder = tmp_path_factory.mktemp("simulated")
    (folder / "s.toml").write_text(WHOLE)
    done = CliRunner().invoke(app, ["simulate", str(folder / "s.toml"), "--out", str(folder / "out")], prog_name="dtao")
    assert done.exit_code == 0, done.stderr
    assert "1 run, 40 blocks in " in done.stdout
    return folder


def test_the_table_is_tidy_and_parquet_has_the_same(results: Path) -> None:
    from pyarrow import parquet

    with (results / "out" / "table.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(row["of"], row["measure"]) for row in rows} == {(of, one) for of in MEASURES for one in MEASURES[of]}
    assert {row["block"] for row in rows} == {"0", "20", "40"}
    table = parquet.read_table(results / "out" / "table.parquet").to_pylist()
    assert [Fraction(row["value"]) for row in table] == [Fraction(row["value"]) for row in rows]
    assert [(str(row["block"]), row["subject"], row["unit"]) for row in table] == [
        (row["block"], row["subject"], row["unit"]) for row in rows
    ]


def test_plots_are_pictures_and_a_page_that_needs_no_network(results: Path) -> None:
    out = results / "out"
    for name in ("p.png", "w.png"):
        assert (out / name).read_bytes().startswith(b"\x89PNG")
    page = (out / "index.html").read_text(encoding="utf-8")
    assert 'id="plot-p"' in page
    assert 'id="plot-w"' in page
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", page)
    assert (
        page.count('"showSendToCloud": false') == 2
    )  # plotly has a button that uploads a chart, unless it is told not to
    assert "<td>a</td><td>5 accepted</td>" in page


def test_nothing_is_computed_again_and_all_bytes_are_the_same(results: Path, dtao_command: Command) -> None:
    out = results / "out"
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    for words in ([], ["--fresh"]):
        again = dtao_command("simulate", results / "s.toml", "--out", out, *words)
        assert ("computed before" in again.stdout) == (not words)
        assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_changed_plot_is_drawn_without_computing_and_a_changed_scenario_is_refused(
    results: Path, tmp_path: Path, dtao_command: Command
) -> None:
    scenario, out = tmp_path / "s.toml", tmp_path / "out"
    scenario.write_text(WHOLE)
    assert dtao_command("simulate", scenario, "--out", out).exit_code == 0
    scenario.write_text(WHOLE.replace('name = "p"', 'name = "prices"'))
    assert "computed before" in dtao_command("simulate", scenario, "--out", out).stdout
    assert (out / "prices.png").is_file()
    scenario.write_text(WHOLE.replace("amount = 1", "amount = 2"))
    refused = dtao_command("simulate", scenario, "--out", out)
    assert (refused.exit_code, "another simulation" in refused.stderr) == (2, True)
    assert dtao_command("simulate", scenario, "--out", out, "--fresh", "--no-plots").exit_code == 0


def test_folders_that_hold_something_else_are_left_alone(tmp_path: Path, dtao_command: Command) -> None:
    (tmp_path / "s.toml").write_text(HEAD)
    for out, why in ((tmp_path, "has other files in it"), (tmp_path / "s.toml", "is no folder")):
        for words in ([], ["--fresh"]):
            refused = dtao_command("simulate", tmp_path / "s.toml", "--out", out, *words)
            assert (refused.exit_code, why in refused.stderr) == (2, True), refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["s.toml"]


def test_refused_calls_are_told(tmp_path: Path, dtao_command: Command) -> None:
    (tmp_path / "s.toml").write_text(HEAD + ACTOR.replace("tao = 10", "tao = 2"))
    told = dtao_command("simulate", tmp_path / "s.toml", "--out", tmp_path / "out")
    assert "a: 3 of 5 calls refused: NotEnoughBalanceToStake" in told.stdout
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["runs"][0]["calls"]["a"] == {"accepted": 2, "NotEnoughBalanceToStake": 3}


def test_check_only_reads(tmp_path: Path, dtao_command: Command) -> None:
    (tmp_path / "s.toml").write_text(WHOLE)
    told = dtao_command("simulate", tmp_path / "s.toml", "--check", "--out", tmp_path / "out")
    assert told.stdout == "t\n  1 run of 40 blocks, era launch\n  a: buy every 10 blocks\n"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("missing", "told"), [("matplotlib", "plots need matplotlib"), ("plotly", "needs plotly")])
def test_what_is_not_installed_is_named(
    results: Path, dtao_command: Command, monkeypatch: pytest.MonkeyPatch, missing: str, told: str
) -> None:
    for module in [name for name in sys.modules if name.split(".")[0] == missing]:
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, missing, None)
    refused = dtao_command("simulate", results / "s.toml", "--out", results / "out")
    assert (refused.exit_code, told in refused.stderr) == (2, True), refused.stderr
    assert "dtao-spec[lab]" in refused.stderr
    assert dtao_command("simulate", results / "s.toml", "--out", results / "out", "--no-plots").exit_code == 0


def test_without_pyarrow_there_is_a_table_all_the_same(
    results: Path, dtao_command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = dtao_command("simulate", results / "s.toml", "--out", results / "out")
    assert done.exit_code == 0
    assert "table.parquet needs pyarrow" in done.stderr


def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(tmp_path: Path, results: Path) -> None:
    (tmp_path / "s.toml").write_text(
        WHOLE.replace("blocks = 40", "blocks = 400_000").replace("sample = 20", "sample = 4000")
    )
    words = [sys.executable, "-m", "dtao_properties", "simulate", "s.toml", "--out", "out", "--no-plots"]
    going = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not (tmp_path / "out" / "runs" / "0.at").is_file():
        time.sleep(0.05)
        assert going.poll() is None, going.communicate()
    going.send_signal(signal.SIGINT)
    _, told = going.communicate(timeout=120)
    assert going.returncode == 130, told
    assert "the same command goes on from there" in told
    assert "dtao: interrupted" in told
    assert "Traceback" not in told, told
    assert (tmp_path / "out" / "runs" / "0.json.gz").is_file()


def test_the_help_teaches_and_fits_a_terminal(dtao_command: Command) -> None:
    text = dtao_command("simulate", "--help").stdout
    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text
    for name in (*POLICY_NAMES, *(measure for of in MEASURES.values() for measure in of)):
        assert re.search(rf"\b{name}\b", text), name
    assert set(POLICY_NAMES) == set(POLICIES)
    example = text.partition("A scenario:")[2].partition("Measures:")[0]
    assert of_text(re.sub(r"(?m)^ +#.*\n?|# .*$", "", example))


# What is drawn


def test_lines_are_called_what_tells_them_apart() -> None:
    plot = Plot(name="p", y=("price", "moving_price"))
    lines = [Line(run, subject, "price") for run in ("x", "y") for subject in ("1", "2")]
    assert names(plot, lines) == ["x, subnet 1", "x, subnet 2", "y, subnet 1", "y, subnet 2"]
    assert names(plot, [Line("", "1", "price"), Line("", "1", "moving_price")]) == ["price", "moving price"]
    assert names(plot, lines[:1]) == ["price"]
    assert places(["holder 1", "holder 2"]) == (["1", "2"], "holder")
    assert places(["holder 1", "b"]) == (["holder 1", "b"], "")


def test_a_line_reaches_a_level_from_either_side() -> None:
    rising = Line("", "", "", [0.0, 1.0, 2.0], [1.0, 2.0, 3.0])
    assert (rising.reached(2.5), rising.reached(2.0), rising.reached(9.0), rising.reached(1.0)) == (
        2.0,
        1.0,
        None,
        None,
    )
    falling = Line("", "", "", [0.0, 1.0], [4.0, 1.0])
    assert falling.reached(2.0) == 1.0
    assert rising.relative().values == [0.0, 100.0, 200.0]


def test_what_a_plot_shows_is_said_in_words() -> None:
    falling = Line("", "1", "root_share", [0.0, 1.0, 2.0], [0.9, 0.6, 0.4])
    flat = Line("", "2", "root_share", [0.0, 2.0], [0.9, 0.8])
    plot = Plot(name="shares", y=("root_share",), target="0.5")
    assert list(said(plot, [falling, flat])) == [
        "shares: root share", "  subnet 1: 0.5 on day 2; 0.4 on day 2", "  subnet 2: 0.5 is not reached; 0.8 on day 2",
    ]  # fmt: skip
    many = [Line("", str(netuid), "price", [3.0], [12_345.6]) for netuid in range(1, 15)]
    told = list(said(Plot(name="prices", y=("price",)), many))
    assert (len(told), told[1], told[-1]) == (14, "  subnet 1: 12,346 on day 3", "  and 2 more")


def test_the_command_says_what_the_plots_show(results: Path, dtao_command: Command) -> None:
    told = dtao_command("simulate", results / "s.toml", "--out", results / "out", "--no-plots").stdout
    assert re.search(r"^  p: .*\n    .* on day 0$", told, re.MULTILINE)


def test_an_interrupted_sweep_goes_on_and_its_processes_are_quiet(tmp_path: Path) -> None:
    """Ctrl-C on a terminal comes to all processes of the command."""
    sweep = '[sweep]\n"start.era" = [233, 277]\n'
    (tmp_path / "s.toml").write_text(
        HEAD.replace("blocks = 40", "days = 5000").replace("sample = 20", "sample = 900") + sweep
    )
    words = [sys.executable, "-m", "dtao_properties", "simulate", "s.toml", "--out", "out", "--workers", "2"]
    going = subprocess.Popen(
        words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while len(list(tmp_path.glob("out/runs/*.at"))) < 2:
        time.sleep(0.1)
        assert going.poll() is None, going.communicate()
    os.killpg(going.pid, signal.SIGINT)
    _, told = going.communicate(timeout=120)
    assert going.returncode == 130, told
    assert "the same command goes on from there" in told
    assert "Traceback" not in told
    assert len(list(tmp_path.glob("out/runs/*.json.gz"))) == 2
