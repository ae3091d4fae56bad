"""``dtao show``: a vector for a person, and as it is recorded."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

import dtao
from dtao_properties.conformance import vectors
from dtao_properties.conformance.compare import Difference
from dtao_properties.conformance.vector_runner import Divergence
from dtao_properties.conformance.vectors import canonical_hash
from dtao_properties.report.show import step_lines
from dtao_properties.report.text import arguments, sides
from dtao_properties.report.units import decimal, in_unit, readable
from tests.properties import toy

Dtao = Callable[..., Result]


def test_a_scenario(dtao_command: Dtao) -> None:
    result = dtao_command("show", "launch/scenario/pool/p000")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "launch/scenario/pool/p000  (scenario, era launch, spec version 233)"
    assert "   0  set Balance of account 1001 = 67193377597 (67.193377597 TAO)" in lines
    assert "  14  call register_network by 1005" in lines
    assert "        … 37 more entries change (--full shows them)" in lines
    assert any("REJECTED" in line for line in lines)


def test_a_short_id_means_the_launch_unless_an_era_is_named(dtao_command: Dtao) -> None:
    assert dtao_command("show", "pool/p000").stdout.startswith("launch/scenario/pool/p000  ")
    assert dtao_command("show", "pool/p000", "--era", "yuma3").stdout.startswith("273/scenario/pool/p000  ")
    assert dtao_command("show", "273/scenario/pool/p000").stdout.startswith("273/scenario/pool/p000  ")
    assert dtao_command("replay", "pool/p000", "--era", 273).stdout.startswith("ok  273/scenario/pool/p000 ")
    unknown = dtao_command("show", "pool/p000", "--era", "x")
    assert (
        unknown.exit_code,
        "--era: there is no era 'x': no name is like it. `dtao eras` lists" in unknown.stderr,
    ) == (2, True)


def test_for_a_whole_id_one_file_is_read(dtao_command: Dtao, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    header, verified = vectors.header, vectors.verified

    def opened(path: Path) -> vectors.Header:
        read.append(path.name)
        return header(path)

    def checked(path: Path) -> vectors.Suite:
        read.append(path.name)
        return verified(path)

    monkeypatch.setattr(vectors, "header", opened)
    monkeypatch.setattr(vectors, "verified", checked)
    assert dtao_command("show", "273/scenario/pool/p000").stdout.startswith("273/scenario/pool/p000  ")
    assert set(read) == {"pool.jsonl.gz"}
    assert len(read) <= 3
    assert dtao_command("show", "273/scenario/pool/p999").exit_code == 2


def test_full_unfolds(dtao_command: Dtao) -> None:
    result = dtao_command("show", "launch/scenario/pool/p000", "--full")
    assert "--full" not in result.stdout
    assert "        TotalNetworks -> 3\n" in result.stdout


def test_json_is_the_recorded_vector(dtao_command: Dtao) -> None:
    vector = json.loads(dtao_command("show", "launch/kernel/issuance/p0001", "--json").stdout)
    stated = vector.pop("hash")
    assert canonical_hash(vector) == stated


def test_a_kernel(dtao_command: Dtao) -> None:
    lines = dtao_command("show", "launch/kernel/issuance/p0001").stdout.splitlines()
    assert lines[1] == "kernel block_emission_for_issuance"
    assert lines[2].strip() == "issuance: 20999999996640387 (20999999.996640387 TAO)"


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("Balance/1001", "1", "1 (0.000000001 TAO)"),
        ("SubnetAlphaIn/3", "12345678901", "12345678901 (12.345678901 alpha)"),
        ("Alpha/2001/1001/2", str(3 << 63), f"{3 << 63} (1.500000000000 U64F64)"),
        ("SubnetMovingPrice/2", "2147483648", "2147483648 (0.500000000000 I96F32)"),
        ("Delegates/2001", 11796, "11796 (17.9995 %)"),
        ("TaoWeight", str(2**64 - 1), f"{2**64 - 1} (100.0000 %)"),
        ("Emission/2", ["5", "0"], "[5, 0] (0.000000005 alpha, 0.000000000 alpha)"),
        ("ValidatorPermit/2", [True, False], "[true, false]"),
        ("BlockNumber", "12", "12"),
        ("Uids/2/2001", None, "none"),
        ("get_max_amount_move", "1500000000", "1500000000 (1.500000000 alpha of the origin)"),
        ("get_max_amount_move", str(2**64 - 1), f"{2**64 - 1} (unlimited)"),
        ("get_max_amount_add", str(2**64 - 1), f"{2**64 - 1} (unlimited)"),
        ("sim_swap_tao_for_alpha", str(2**64 - 1), f"{2**64 - 1} (18446744073.709551615 alpha)"),
    ],
)
def test_amounts(name: str, value: object, text: str) -> None:
    assert readable(name, value) == text


@pytest.mark.parametrize(
    ("context", "unit"),
    [
        ("get_max_amount_move", "alpha of the destination per alpha of the origin"),
        ("swap_stake_limit", "alpha of the destination per alpha of the origin"),
        ("get_max_amount_add", "TAO per alpha"),
        ("add_stake_limit", "TAO per alpha"),
    ],
)
def test_a_limit_has_the_unit_of_what_it_limits(context: str, unit: str) -> None:
    assert readable("limit_price", "250000000", context) == f"250000000 (0.250000000 {unit})"
    kind = "read" if context.startswith("get") else "call"
    step = {"do": kind, kind: context, "signer": "1", "args": {"limit_price": "250000000"}, "value": "0"}
    assert f"        limit_price: 250000000 (0.250000000 {unit})" in list(step_lines(0, step))
    divergence = Divergence(0, 1, step, (), 0)
    assert arguments(divergence) == [("limit_price", f"250000000 (0.250000000 {unit})")]


@pytest.mark.parametrize(("name", "unit"), [("tao_for_alpha", "TAO"), ("alpha_for_tao", "alpha")])
def test_the_amount_of_a_swap_has_the_unit_of_what_is_sold(name: str, unit: str) -> None:
    for context in (f"swap_{name}", f"sim_swap_{name}"):
        assert readable("amount", "1500000000", context) == f"1500000000 (1.500000000 {unit})"
    assert readable("amount", "1500000000", "get_something") == "1500000000"


def test_the_distance_from_no_limit_is_no_amount() -> None:
    request = {"do": "read", "read": "get_max_amount_move", "args": {}}
    one = Difference("value", "differs", str(2**64 - 1), "5", 5 - (2**64 - 1))
    assert sides(one, request) == [
        ("expected", f"{2**64 - 1} (unlimited)"), ("actual", "5 (0.000000005 alpha of the origin)"),
        ("delta", f"-{2**64 - 6}"),
    ]  # fmt: skip


def test_decimals_are_exact() -> None:
    assert decimal(-1, 10**9, 9) == "-0.000000001"
    assert decimal(2**128 - 1, 2**64, 12) == "18446744073709551615.999999999999"
    assert in_unit(-(1 << 32), "I96F32") == "-1.000000000000 I96F32"


@pytest.mark.parametrize("era", ["launch", "273"])
def test_the_genesis_and_the_defaults_are_those_of_the_recordings(dtao_command: Dtao, era: str) -> None:
    head = vectors.header(vectors.recorded(era) / "scenario" / "pool.jsonl.gz")
    told = json.loads(dtao_command("show", "--genesis", "--era", era, "--json").stdout)
    assert told["genesis"] == head.genesis
    assert told["defaults"].items() <= head.defaults.items()
    of_file = json.loads(dtao_command("show", "pool/p000", "--era", era, "--genesis", "--json").stdout)
    assert of_file == {"genesis": head.genesis, "defaults": head.defaults}


def test_the_genesis_for_a_person(dtao_command: Dtao) -> None:
    lines = dtao_command("show", "--genesis").stdout.splitlines()
    assert lines[0] == "genesis of the recordings of the era launch: 67 entries"
    assert "  BlockEmission: 1000000000 (1.000000000 TAO)" in lines
    assert lines[68] == "defaults: what an entry with keys holds that is not listed, by item (91)"
    assert "  Tempo: 99" in lines[68:]
    assert "  BlockEmission:" not in "".join(lines[68:])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "give the id of a vector, or a counterexample's file; or --genesis."),
        (("--genesis", "issuance/p0001"), "launch/kernel/issuance: a kernel has no state, and so no genesis."),
        (("--genesis", "--era", "moon"), "there is no era 'moon'"),
    ],
)
def test_what_has_no_genesis(dtao_command: Dtao, words: tuple[str, ...], said: str) -> None:
    result = dtao_command("show", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_a_removed_entry_is_told_as_such() -> None:
    step = {"do": "set", "item": "SubnetOwner", "netuid": 1, "value": None, "diff": {"SubnetOwner/1": None}}
    assert list(step_lines(0, step)) == [
        "   0  set SubnetOwner of netuid 1 = absent, or its default",
        "        SubnetOwner/1 -> absent, or its default",
    ]


def test_the_eras_are_listed(dtao_command: Dtao) -> None:
    printed = dtao_command("eras").stdout
    rows = json.loads(dtao_command("eras", "--json").stdout)
    assert [row["name"] for row in rows] == [era.name for era in dtao.ERAS]
    assert rows[0]["spec_versions"] == [233, 233]
    for era in dtao.ERAS:
        (line,) = (line for line in printed.splitlines() if line.startswith(f"{era.name} "))
        assert {era.tag, era.date} <= set(line.split())
        assert era.summary.split()[0] in printed


def test_a_step_that_was_not_answered_yet_is_shown_without_a_value() -> None:
    said = list(step_lines(3, {"do": "phase", "phase": "epoch", "args": {"netuid": 1, "emission": "5"}}))
    assert said[0] == "   3  phase epoch"
    assert not any("=" in line for line in said)


def test_ids_are_listed_before_a_file_is_verified(tmp_path: Path) -> None:
    for path in vectors.files([vectors.recorded("launch")])[::5]:
        assert vectors.listed(path).ids == vectors.verified(path).ids
    vector = toy.lines(toy.kernels())
    path = toy.write(tmp_path / "sum.jsonl", [vector[0], *(json.dumps(json.loads(line)) for line in vector[1:])])
    assert vectors.listed(path).ids == tuple(one["id"] for one in toy.kernels())
    damaged = [line.replace('"2"', '"3"') for line in vector]
    path = toy.write(tmp_path / "damaged.jsonl", damaged)
    with pytest.raises(vectors.VectorError, match="hash mismatch"):
        vectors.listed(path)  # no line is written as the bundled ones are, so that all are verified
