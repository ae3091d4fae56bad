"""What FINDINGS.md says of clients' quotes for weighted pools stays true of the chain, and of how they are judged."""

from itertools import islice

import pytest
from examples.bittensor_sdk import weighted

import dtao

TAO = 10**9
PAID_IN = 2_000_000


def constant_product(tao: int, alpha: int, buy: bool, amount: int) -> int:
    """Quote as the clients do: without a fee, without weights, the reserve that is left rounded down."""
    entered, left = (tao, alpha) if buy else (alpha, tao)
    return left - entered * left // (entered + amount)


@pytest.mark.parametrize(("weight", "paid_out"), [(50, 1_995_004), (49, 1_916_844)])
def test_the_small_cases(weight: int, paid_out: int) -> None:
    era = dtao.era(425)
    state = era.genesis()
    for item, value in (
        ("SubnetTAO", str(TAO)), ("SubnetAlphaIn", str(TAO)), ("SwapBalancer", str(weighted.WHOLE * weight // 100)),
        ("PalSwapInitialized", True),
    ):  # fmt: skip
        state = era.set(state, item, {"netuid": 1}, value)
    answer = era.read(state, "sim_swap", {"netuid": 1, "buy": True, "amount": str(PAID_IN)})
    assert isinstance(answer, list)
    assert int(answer[1]) == paid_out
    assert constant_product(TAO, TAO, True, PAID_IN) == 1_996_008


def test_a_constant_product_is_wrong_by_the_fee_at_equal_weights() -> None:
    asked = list(islice(weighted.questions(), 100))
    row = next(row for row in weighted.judged(asked + _others(asked), constant_product) if "| buy |" in row)
    assert row == "| equal weights | buy | 50 | 50 | 0 | 0.050% | 0.05% |"


def _others(asked: list[dict[str, object]]) -> list[dict[str, object]]:
    """The same questions under the names of the other kinds, which a table needs too."""
    return [{**one, "kind": kind} for kind, *_ in weighted.KINDS[1:] for one in asked]
