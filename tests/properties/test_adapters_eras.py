"""Adapters of several eras: however they name them, each era is judged, and what is left out is told."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

import dtao
from dtao_properties.adapters.protocol import Session, unknown_eras
from dtao_properties.adapters.reference import Reference
from dtao_properties.causes import cause
from tests.properties import toy
from tests.properties.test_report import Elements

Dtao = Callable[..., Result]
KNOWN = ", ".join(
    row.name if row.name == "launch" else f"{row.recorded_as} {row.name}" for row in dtao.ERAS
)  # fmt: skip


class Quoting(Reference):
    """Quotes by the rules of two eras, and is 1 rao too high in the later one."""

    eras: tuple[str, ...] = ("launch", "261")
    loaded = ""

    def request(self, message: Mapping[str, Any]) -> dict[str, Any]:
        reply = super().request(message)
        if message["do"] == "hello":
            reply["value"] |= {"eras": list(self.eras), "levels": ["quote"]}
        if message["do"] == "load":
            self.loaded = message["era"]
        if message.get("read") == "sim_swap_tao_for_alpha" and self.loaded == "261" and reply["value"] is not None:
            reply["value"] = str(int(reply["value"]) + 1)
        return reply


class Named(Quoting):
    eras = ("launch", "unsigned-math")


class Versioned(Quoting):
    eras = ("233", "262")


class Misnamed(Quoting):
    eras = ("launch", "unsigned_math\x1b", "9" * 5000)


class Right(Quoting):
    eras = ("launch", "244")


class Later(Quoting):
    eras = ("dividend-fix",)


class Banking(toy.Toy):
    def hello(self, message: Mapping[str, Any]) -> dict[str, Any]:
        value = super().hello(message)["value"]
        return {"value": {**value, "eras": ["261"]}}


def run(dtao_command: Dtao, command: str, name: str, *words: object) -> Result:
    return dtao_command(command, "--adapter", f"python:tests.properties.test_adapters_eras:{name}", *words)


def test_eras_are_named_as_the_recordings_name_them() -> None:
    assert Session(Named()).hello().eras == Session(Quoting()).hello().eras == ("launch", "261")
    assert Session(Versioned()).hello().eras == ("launch", "261")


def test_eras_that_the_judge_does_not_know() -> None:
    assert unknown_eras(["launch", "yuma3", "280"]) is None
    assert unknown_eras(["launch", "toy"], {"toy"}) is None
    said = "which the adapter announces; it knows"
    assert unknown_eras(["launch", "262", "x"]) == f"the judge does not know the era 'x', {said} {KNOWN}"
    assert unknown_eras(["x", "y"]) == f"the judge does not know the eras 'x', 'y', {said} {KNOWN}"


@pytest.mark.parametrize("name", ["Quoting", "Named", "Versioned"])
def test_conform_judges_each_era_and_says_which_fails(
    dtao_command: Dtao, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cause, "_of_process", {})  # what other tests found of the same call must not be remembered
    files = {kind: tmp_path / f"report.{kind}" for kind in ("markdown", "html")}
    options = [word for kind, path in files.items() for word in (f"--{kind}", path)]
    result = run(dtao_command, "conform", name, "--suite", "pool", *options)
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert "  5 vectors: POOL-3: read sim_swap_tao_for_alpha: value is too high by 1 (261)" in lines
    table = lines[next(number for number, line in enumerate(lines) if line.startswith("suite ")) :]
    rows = {line.partition("  ")[0]: line.split()[-6:-2] for line in table}
    # an era that is not announced is one row, and there is no line for its suites
    assert rows["234 capped-price, not asked"] == ["6", "0", "0", "6"]
    assert rows["261/scenario/pool"] == ["6", "1", "5", "0"]
    assert "234/scenario/pool" not in result.stdout
    others = ", ".join(era.recorded_as for era in dtao.ERAS[1:] if era.recorded_as != "261")
    number = len(dtao.ERAS) - 2
    said = f"{6 * number} vectors of {number} eras that the adapter does not announce: {others}."
    assert f"  {said}" in lines
    assert "does not know the era" not in result.stdout
    markdown = files["markdown"].read_text(encoding="utf-8")
    words = Elements(files["html"].read_text(encoding="utf-8")).words
    assert "### `POOL-3: read sim_swap_tao_for_alpha: value is too high by 1 (261)`" in markdown
    assert "| `234 capped-price, not asked` |  | 6 | 0 | 0 | 6 |" in markdown
    assert "5 vectors POOL-3: read sim_swap_tao_for_alpha: value is too high by 1 (261)" in words
    assert "234 capped-price, not asked" in words
    for text in (markdown, words):
        assert said in text
        assert "234/scenario/pool" not in text


def test_recordings_name_their_era_in_either_way_too(dtao_command: Dtao, tmp_path: Path) -> None:
    for number, era in enumerate(("unsigned-math", "262")):
        scenario = {**toy.scenario("p"), "id": f"{era}/scenario/bank/p"}
        toy.write(tmp_path / f"{number}.jsonl", toy.lines([scenario], era=era))
    adapter = "python:tests.properties.test_adapters_eras:Banking"
    result = dtao_command("conform", "--vectors", tmp_path, "--adapter", adapter)
    assert (result.exit_code, "does not know the era" in result.stdout) == (0, False)


def test_conform_says_which_eras_it_does_not_know(dtao_command: Dtao) -> None:
    result = run(dtao_command, "conform", "Misnamed", "--suite", "pool")
    assert result.exit_code == 0
    assert "  The judge does not know the eras 'unsigned_math\\x1b', '9999" in result.stdout
    assert f"…', which the adapter announces; it knows {KNOWN}.\n" in result.stdout


class Generous(Reference):
    """Adds 1 rao in calls of the last era, and does not know blocks in any."""

    loaded = ""

    def request(self, message: Mapping[str, Any]) -> dict[str, Any]:
        reply = super().request(message)
        if message["do"] == "load":
            self.loaded = message["era"]
        if message["do"] == "call" and self.loaded == "277" and reply.get("error", "") is None:
            reply["diff"]["SubnetTAO/1"] = str(int(reply["diff"]["SubnetTAO/1"]) + 1)
        return {"seq": message["seq"], "skipped": "none"} if message["do"] == "blocks" else reply


@pytest.mark.parametrize("name", ["Quoting", "Named", "Versioned"])
def test_smoke_asks_each_era(dtao_command: Dtao, name: str) -> None:
    result = run(dtao_command, "smoke", name)
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert "era launch, level quote" in lines
    block = lines[lines.index("era 261 unsigned-math") :]
    assert block[1:3] == [
        f"{'read sim_swap_tao_for_alpha':<38} WRONG    value is '3636363637', due is '3636363636' (by +1)",
        f"{'level quote, 8 messages':<38} ok",
    ]
    assert "1 message is answered wrongly. Next: correct read sim_swap_tao_for_alpha, era 261." in lines


def test_smoke_says_what_a_later_era_comes_to_beside_the_first(dtao_command: Dtao) -> None:
    result = run(dtao_command, "smoke", "Generous")
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    block = lines[lines.index("era 273 yuma3") :]
    assert block[1:5] == [
        f"{'level kernel, 10 messages':<38} ok",
        f"{'level quote, 9 messages':<38} ok",
        f"{'level call, 5 messages':<38} ok",
        f"{'level block, 8 messages':<38} as in the first era",
    ]
    # the calls go through in every era: else the 1 rao would not be seen
    wrong = [line for line in lines if "WRONG" in line]
    assert [line.partition("  ")[0] for line in wrong] == ["call add_stake", "call add_stake"]
    assert all(lines.index(line) > lines.index("era 277 hotkey-per-subnet") for line in wrong)
    assert "2 messages are answered wrongly. Next: correct call add_stake, era 277." in lines


def test_smoke_vouches_for_what_it_asked(dtao_command: Dtao) -> None:
    lines = run(dtao_command, "smoke", "Right").stdout.splitlines()
    assert "Every message of the announced levels is answered as the reference answers it." in lines
    assert "Eras that were asked: launch, 244." in lines
    assert lines[-1].endswith("dtao fuzz --adapter python:tests.properties.test_adapters_eras:Right")
    lines = run(dtao_command, "smoke", "Later").stdout.splitlines()
    assert "era 244 dividend-fix, level quote" in lines
    assert "Eras that were asked: 244." in lines
    assert lines[-1].endswith("dtao fuzz --adapter python:tests.properties.test_adapters_eras:Later --era 244")


def test_smoke_says_which_eras_it_does_not_know(dtao_command: Dtao) -> None:
    result = run(dtao_command, "smoke", "Misnamed")
    (note,) = (line.strip() for line in result.stdout.splitlines() if " note " in line)
    assert note.startswith("note     the judge does not know the eras 'unsigned_math\\x1b', '9999")
    assert note.endswith(f"which the adapter announces; it knows {KNOWN}")
    assert "Eras that were asked: launch.\n" in result.stdout


def test_fuzz_says_whom_and_which_era_it_searched(dtao_command: Dtao, tmp_path: Path) -> None:
    words = ("--level", "quote", "--examples", 2, "--out", tmp_path)
    lines = run(dtao_command, "fuzz", "Named", *words).stdout.splitlines()
    assert lines[0].endswith("(Python), reached by python:tests.properties.test_adapters_eras:Named")
    assert lines[-1] == "searched: era launch; the adapter also announces 261, not searched (--era 261)"
    lines = run(dtao_command, "fuzz", "Named", *words, "--era", "262").stdout.splitlines()
    assert lines[-1] == "searched: era 261; the adapter also announces launch, not searched (--era launch)"
    lines = dtao_command("fuzz", *words).stdout.splitlines()
    assert lines[0].startswith("judged: dtao ")
    assert lines[0].endswith(", the bundled reference by itself; --adapter ENDPOINT names an implementation")
    assert lines[-1].endswith(f"{dtao.ERAS[-1].recorded_as}, not searched (--era 234, …)")
    lines = run(dtao_command, "fuzz", "Misnamed", *words).stdout.splitlines()
    assert lines[-2].startswith("the judge does not know the eras 'unsigned_math\\x1b', '9999")
    assert lines[-1] == "searched: era launch"


class Foreign(Quoting):
    eras = ("\x1b[2J",)


@pytest.mark.parametrize("words", [("conform", "--suite", "lockcost"), ("fuzz",)])
def test_no_era_of_an_adapter_steers_the_terminal(dtao_command: Dtao, words: tuple[str, ...]) -> None:
    result = run(dtao_command, words[0], "Foreign", *words[1:])
    assert (result.exit_code, " knows \\x1b[2J. " in result.stderr, "\x1b" in result.stderr) == (2, True, False)
