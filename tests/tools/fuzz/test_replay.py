"""``dtao fuzz`` and ``dtao replay`` of what it found: the files, the verdicts, promotion and the ready test."""

import json
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import Result

from dtao.errors import InputError
from dtao_properties.adapters.protocol import Hello
from dtao_properties.conformance.vectors import canonical_hash, hash_of_hashes
from dtao_properties.fuzz import read, replay
from dtao_properties.fuzz.counterexample import plain, slug_of, written
from dtao_properties.fuzz.differential import Found, Signature
from dtao_properties.fuzz.search import Finding

Dtao = Callable[..., Result]
PLANTED = "python:tests.properties.planted"
SCHEMA = Path(__file__).parents[3] / "spec" / "formats" / "counterexample.schema.json"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("counterexamples")


@pytest.fixture
def found(folder: Path, dtao_command: Dtao) -> Path:
    """Return the file of the one-rao bug, as the command line writes it; searched for once."""
    path = folder / "call-call-add_stake-SubnetAlphaOut.json"
    if not path.exists():
        result = dtao_command("fuzz", "--adapter", f"{PLANTED}:Rounding", "--level", "call", "--examples", 40,
                              "--seed", 3, "--out", folder)  # fmt: skip
        assert result.exit_code == 1
    return path


def changed(path: Path, folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    body = json.loads(path.read_text())
    change(body)
    copy = folder / "changed.json"
    copy.write_text(json.dumps(body))
    return copy


def test_a_campaign_tells_what_it_found_and_reached(dtao_command: Dtao, tmp_path: Path) -> None:
    result = dtao_command("fuzz", "--adapter", f"{PLANTED}:WrongBranch", "--level", "call", "--examples", 60,
                          "--seed", 1, "--out", tmp_path)  # fmt: skip
    assert result.exit_code == 1
    path = tmp_path / "call-call-add_stake_limit-error.json"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    lines = result.stdout.splitlines()
    assert lines[0].startswith("found call/call/add_stake_limit/error (seed 1), written to ")
    assert lines[1] == "DIVERGES call/call/add_stake_limit/error"
    assert "    actual:   SlippageTooHigh" in lines
    assert f"  written to {path} (seed 2)" in lines or f"  written to {path} (seed 1)" in lines
    assert any(line.startswith("level call: 60 episodes, ") for line in lines)
    assert any(line.split()[:1] == ["add_stake"] and line.split()[-1].endswith("%") for line in lines)
    assert any(line.startswith("rejections reached: ") for line in lines)
    assert any(line.startswith("rules reached in ") for line in lines)
    assert lines[-3:-1] == ["1 divergence found:", f"  STAKE-11: call/call/add_stake_limit/error  {path}"]
    assert lines[-1].startswith("searched: era launch; ")


@pytest.mark.parametrize("era", ["yuma3", "273"])
def test_a_counterexample_of_a_later_era_is_judged_in_it(dtao_command: Dtao, tmp_path: Path, era: str) -> None:
    result = dtao_command("fuzz", "--adapter", f"{PLANTED}:Rounding", "--level", "call", "--examples", 40,
                          "--seed", 3, "--era", era, "--out", tmp_path)  # fmt: skip
    assert result.exit_code == 1
    path = tmp_path / "273-call-call-add_stake-SubnetAlphaOut.json"
    head, vector = read(path).parts
    jsonschema.validate(json.loads(path.read_text()), json.loads(SCHEMA.read_text()))
    assert (head.era, head.spec_version, vector.id.partition("/")[0]) == ("273", 273, "273")
    assert head.defaults["EMAPriceHalvingBlocks"] == "201600"
    assert dtao_command("replay", path, "--adapter", f"{PLANTED}:Rounding").exit_code == 1
    assert dtao_command("replay", path, "--adapter", "reference").exit_code == 0
    assert "era 273, spec version 273" in dtao_command("show", path).stdout


def test_a_campaign_that_finds_nothing(dtao_command: Dtao, tmp_path: Path) -> None:
    result = dtao_command("fuzz", "--examples", 60, "--out", tmp_path / "none")
    assert (result.exit_code, result.stdout.splitlines()[-2]) == (0, "no divergence found")
    assert [line.split()[1] for line in result.stdout.splitlines() if line.startswith("level ")] == ["block:", "quote:"]
    assert not (tmp_path / "none").exists()


def test_what_a_short_campaign_does_not_reach_is_told_in_a_few_lines(dtao_command: Dtao, tmp_path: Path) -> None:
    told = dtao_command("fuzz", "--examples", 1, "--out", tmp_path).stdout.splitlines()
    warnings = [line.partition(": ")[2] for line in told if line.startswith("warning: ")]
    assert [line.partition(": ")[0] for line in warnings] == ["never accepted", "never rejected"]


def test_a_campaign_ends_in_time(dtao_command: Dtao, tmp_path: Path) -> None:
    result = dtao_command("fuzz", "--level", "kernel", "--time", 0.5, "--out", tmp_path)
    assert result.exit_code == 0
    assert "level kernel: " in result.stdout


def test_the_file_fits_the_schema(found: Path) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    body = json.loads(found.read_text())
    validator.validate(body)
    lines = json.loads((SCHEMA.parent / "vectors.schema.json").read_text(encoding="utf-8"))
    for member in ("header", "vector"):
        jsonschema.Draft202012Validator(lines).validate(body[member])
    assert body["adapter"]["name"] == "dtao"
    assert len(body["vector"]["steps"]) <= 3
    assert not validator.is_valid({**body, "seed": -1})
    assert not validator.is_valid({**body, "note": "x"})


def test_replay(found: Path, dtao_command: Dtao) -> None:
    result = dtao_command("replay", found, "--adapter", f"{PLANTED}:Rounding")
    assert result.exit_code == 1
    assert result.stdout.startswith("STILL FAILS call/call/add_stake/SubnetAlphaOut\n")
    assert "    delta:    +1 (0.000000001 alpha)\n" in result.stdout
    result = dtao_command("replay", found)
    assert (result.exit_code, "Name the implementation: --adapter ENDPOINT" in result.stderr) == (2, True)
    result = dtao_command("replay", found, "--adapter", "reference")
    assert (result.exit_code, result.stdout) == (0, "FIXED call/call/add_stake/SubnetAlphaOut\n")


@pytest.mark.parametrize(
    ("adapter", "said"),
    [
        ("AlwaysFragile", "step 0, call add_stake: the adapter raised ZeroDivisionError"),
        ("Stateless", "no states here"),
    ],
)
def test_replay_that_cannot_tell(found: Path, dtao_command: Dtao, adapter: str, said: str) -> None:
    result = dtao_command("replay", found, "--adapter", f"{PLANTED}:{adapter}")
    assert result.exit_code == 2
    assert result.stdout.startswith("ERROR call/call/add_stake/SubnetAlphaOut\n")
    assert said in result.stdout


def test_replay_of_what_is_skipped_says_what_to_do(found: Path, dtao_command: Dtao) -> None:
    result = dtao_command("replay", found, "--adapter", f"{PLANTED}:Unfinished")
    assert result.exit_code == 2
    assert result.stdout.splitlines() == [
        "ERROR call/call/add_stake/SubnetAlphaOut",
        "  The adapter skipped what the counterexample asks, so that this cannot be told. It says:",
        "  step 0, call add_stake: to be done",
        "  Implement what it skips, or judge another adapter by it.",
    ]


def test_a_skipped_divergence_is_not_mended(found: Path, tmp_path: Path) -> None:
    body = json.loads(found.read_text())
    number = body["header"]["genesis"]["BlockNumber"]
    first = {"do": "set", "item": "BlockNumber", "value": number, "diff": {}}
    path = rehashed(body, [first, *body["vector"]["steps"]], tmp_path)
    replayed = replay(path, f"{PLANTED}:Callless")
    assert replayed.outcome == "ERROR"
    skipped = len(body["vector"]["steps"])
    assert f"  The adapter skipped {skipped} of the answers, so that this cannot be told." in replayed.text.splitlines()
    assert replay(path).fixed


def test_what_was_never_reproduced_is_not_called_mended(dtao_command: Dtao, tmp_path: Path) -> None:
    endpoint = f"{PLANTED}:Moody"
    assert dtao_command("fuzz", "--adapter", endpoint, "--level", "call", "--examples", 5, "--out", tmp_path).exit_code
    (path,) = tmp_path.iterdir()
    assert replay(path, endpoint).outcome == "STILL FAILS"
    result = dtao_command("replay", path, "--adapter", "reference")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, f"FIXED {read(path).signature}")
    assert "All of 10 replays were right. But it was not reproduced when it was found either" in result.stdout


def rehashed(body: dict[str, Any], steps: list[dict[str, Any]], folder: Path) -> Path:
    """Write a counterexample with other steps and the hashes that fit."""
    vector = {**body["vector"], "steps": steps}
    del vector["hash"]
    vector["hash"] = canonical_hash(vector)
    info = {**body["header"]["_info"], "hash": hash_of_hashes([vector["hash"]])}
    path = folder / "rehashed.json"
    path.write_text(json.dumps({**body, "header": {**body["header"], "_info": info}, "vector": vector}))
    return path


def test_show(found: Path, dtao_command: Dtao) -> None:
    result = dtao_command("show", found)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    body = json.loads(found.read_text())
    genesis, number = body["header"]["genesis"], len(body["vector"]["steps"]) - 1
    signer = body["vector"]["steps"][number]["signer"]
    entry = body["differences"][0]["place"]
    assert lines[0] == f"counterexample call/call/add_stake/SubnetAlphaOut, found by seed {body['seed']}"
    endpoint = f"{PLANTED}:Rounding"
    version = body["adapter"]["version"]
    assert lines[1] == f"the adapter was: name dtao, version {version}, language Python, endpoint {endpoint}"
    assert lines[2] == f"the state to begin with, {len(genesis)} entries:"
    told = [line.partition(":")[0].strip() for line in lines[3 : lines.index("what the reference answers:")]]
    zeros = [name for name, value in genesis.items() if "/" not in name and value in (0, "0")]
    assert told == [*sorted(genesis.keys() - set(zeros)), "and these are 0"]
    assert f"        and these are 0: {', '.join(sorted(zeros))}" in lines
    assert f"{number:>4}  call add_stake by {signer}" in lines
    answered = lines[lines.index("what the adapter answered:") :]
    assert f"  {entry}" in answered
    assert "    delta:    +1 (0.000000001 alpha)" in answered
    assert lines[-1] == f"judge an adapter by it again: dtao replay {found} --adapter ENDPOINT"
    assert json.loads(dtao_command("show", found, "--json").stdout) == body


def test_show_of_a_file_of_vectors_says_how(dtao_command: Dtao, tmp_path: Path) -> None:
    path = tmp_path / "some.jsonl"
    path.touch()
    for command in (("show", path), ("replay", path, "--adapter", "reference")):
        result = dtao_command(*command)
        assert result.exit_code == 2
        assert f"{path}: a file of vectors, not a counterexample. Give an id, and --vectors {path}." in result.stderr


def test_a_crash_is_a_counterexample_too(dtao_command: Dtao, tmp_path: Path) -> None:
    endpoint = f"{PLANTED}:Fragile"
    result = dtao_command("fuzz", "--adapter", endpoint, "--level", "call", "--examples", 20, "--out", tmp_path)
    assert result.exit_code == 1
    path = tmp_path / "call-call-unstake_all-errored.json"
    body = json.loads(path.read_text())
    assert body["answer"]["errored"].startswith("the adapter raised ZeroDivisionError: nothing to divide by")
    assert replay(path, endpoint).outcome == "STILL FAILS"
    assert replay(path).fixed
    answered = dtao_command("show", path).stdout.partition("what the adapter answered:\n")[2]
    assert answered.startswith("  errored: the adapter raised ZeroDivisionError: nothing to divide by")


def test_promote(found: Path, dtao_command: Dtao, tmp_path: Path) -> None:
    mine = tmp_path / "regressions"
    result = dtao_command("replay", found, "--promote", mine)
    assert result.exit_code == 0
    (file,) = mine.iterdir()
    assert result.stdout == f"written to {file}\n"
    assert dtao_command("conform", "--vectors", mine).exit_code == 0
    result = dtao_command("conform", "--vectors", mine, "--adapter", f"{PLANTED}:Rounding")
    assert result.exit_code == 1
    assert "\n  SubnetAlphaOut/" in result.stdout


def test_emit_pytest(found: Path, dtao_command: Dtao) -> None:
    endpoint = f"{PLANTED}:Rounding"
    result = dtao_command("replay", found, "--adapter", endpoint, "--emit-pytest")
    assert result.exit_code == 0
    for text, fails in ((result.stdout, True), (result.stdout.replace(endpoint, "reference"), False)):
        file = found.with_name("test_it.py")
        file.write_text(text)
        spec = spec_from_file_location("test_it", file)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        if fails:
            with pytest.raises(AssertionError, match="STILL FAILS"):
                module.test_call_call_add_stake_subnetalphaout()
        else:
            module.test_call_call_add_stake_subnetalphaout()
    assert "cmd:./my-adapter" in dtao_command("replay", found, "--emit-pytest").stdout


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda body: body.update(format="dtao-counterexample/9"), "format 'dtao-counterexample/9', but this version"),
        (lambda body: body.pop("answer"), "the member answer is missing or not of type dict"),
        (lambda body: body["signature"].update(level="deep"), "there is no level 'deep'"),
        (lambda body: body["signature"].pop("name"), "the signature lacks the string name"),
        (lambda body: body["vector"]["steps"][0].update(signer="9"), "the vector in it:2: launch/scenario/counter"),
        (lambda body: body["header"].pop("genesis"), "the header of a scenario file needs the object genesis"),
        (lambda body: body.update(further=0.5), "the number 0.5 is a float"),
        (lambda body: body["differences"][0].update(kind="odd"), "number 0 of the differences is malformed"),
        (lambda body: body["differences"][0].update(delta=1), "number 0 of the differences is malformed"),
        (lambda body: body["differences"].append([]), "of the differences is malformed"),
    ],
)
def test_damaged_files_are_refused(found: Path, tmp_path: Path, change: Callable[..., object], said: str) -> None:
    path = changed(found, tmp_path, change)
    with pytest.raises(InputError) as refusal:
        read(path)
    assert said in str(refusal.value)
    assert str(refusal.value).startswith(f"{path}: ")


def test_a_file_that_breaks_off_is_called_so(found: Path, tmp_path: Path, dtao_command: Dtao) -> None:
    path = tmp_path / "half.json"
    half = found.read_bytes()[:300]
    path.write_bytes(half)
    for command in ("replay", "show"):
        result = dtao_command(command, path, *(("--adapter", "reference") if command == "replay" else ()))
        assert result.exit_code == 2
        assert result.stderr == (
            f"dtao: error: {path}: the file breaks off after {len(half)} bytes. Copy it anew, or find it again: "
            "`dtao fuzz` with its seed.\n"
        )


def test_what_is_no_counterexample_is_refused(tmp_path: Path, dtao_command: Dtao) -> None:
    path = tmp_path / "list.json"
    for text, said in (
        ("[]", "format None"),
        ("[" * 100_000, "not a counterexample"),
        ("\x00", "not a counterexample"),
    ):
        path.write_text(text)
        result = dtao_command("replay", path, "--adapter", "reference")
        assert (result.exit_code, said in result.stderr) == (2, True)
    result = dtao_command("replay", tmp_path / "absent.json", "--promote", tmp_path)
    assert result.exit_code == 2
    assert "no such file. --promote and --emit-pytest are for counterexamples" in result.stderr


def test_the_adapter_cannot_choose_the_name_of_a_file(tmp_path: Path) -> None:
    signature = Signature("call", "call", "add_stake", "../../etc/passwd\x1b[2J")
    found = Found(signature, "launch", {"BlockNumber": "1"}, (), {"diff": {"a": 0.5, "b": {1, 2}, "c": 2**60}}, ())
    path = written(tmp_path, Finding(found, 1), "reference", Hello("x\n", "y", "z", (), ()))
    assert path.parent == tmp_path
    assert path.name == slug_of(str(signature)) + ".json"
    assert "/" not in path.name
    assert "\x1b" not in path.name
    answer = read(path).body["answer"]["diff"]
    assert answer == {"a": "0.5", "b": "{1, 2}", "c": str(2**60)}
    assert plain((True, None, -3)) == [True, None, -3]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--level", "deep"), "--level deep: there is no such level"),
        (("--adapter", "python:tests.properties.toy:Toy"), "--era launch: the adapter 'toy' knows toy"),
        (("--era", "x"), "there is no era 'x': no name is like it. `dtao eras` lists those that are covered"),
        (("--era", "273", "--adapter", "python:tests.properties.toy:Toy"), "--era 273: the adapter 'toy' knows toy"),
        (("--adapter", "python:nowhere:made"), "cannot import 'nowhere'"),
        (("--workers", "2", "--scheduler", "tcp://127.0.0.1:1"), "--workers and --scheduler exclude each other"),
        (("--adapter", f"{PLANTED}:Stateless"), "the adapter does not load states (no states here)"),
        (("--out", __file__), "a file has this name. Name a folder."),
    ],
)
def test_mistakes_are_told(dtao_command: Dtao, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    out = () if "--out" in words else ("--out", tmp_path)
    result = dtao_command("fuzz", "--examples", 4, *out, *words)
    assert result.exit_code == 2
    assert said in result.stderr
