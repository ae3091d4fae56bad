"""``dtao show``: a vector for a person, and as it is recorded."""

import json
from collections.abc import Callable

import pytest
from typer.testing import Result

from dtao_properties.amounts import decimal, in_unit, readable
from dtao_properties.vectors import canonical_hash

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


def test_full_unfolds(dtao_command: Dtao) -> None:
    result = dtao_command("show", "pool/p000", "--full")
    assert "--full" not in result.stdout
    assert "        TotalNetworks -> 3\n" in result.stdout


def test_json_is_the_recorded_vector(dtao_command: Dtao) -> None:
    vector = json.loads(dtao_command("show", "launch/kernel/issuance/p0001", "--json").stdout)
    stated = vector.pop("hash")
    assert canonical_hash(vector) == stated


def test_a_kernel(dtao_command: Dtao) -> None:
    lines = dtao_command("show", "issuance/p0001").stdout.splitlines()
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
    ],
)
def test_amounts(name: str, value: object, text: str) -> None:
    assert readable(name, value) == text


def test_decimals_are_exact() -> None:
    assert decimal(-1, 10**9, 9) == "-0.000000001"
    assert decimal(2**128 - 1, 2**64, 12) == "18446744073709551615.999999999999"
    assert in_unit(-(1 << 32), "I96F32") == "-1.000000000000 I96F32"
