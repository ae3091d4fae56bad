"""A divergence names the rule that it is about."""

import pytest

from dtao import phases
from dtao_properties.asked import FUNCTIONS, rules_asked_for


@pytest.mark.parametrize(
    ("request_", "rules"),
    [
        ({"do": "call", "call": "add_stake", "args": {}}, ("STAKE-9",)),
        ({"do": "blocks", "n": 5}, ("BLOCK-2",)),
        ({"do": "phase", "phase": "swap_tao_for_alpha", "args": {}}, ("STAKE-1",)),
        ({"do": "read", "read": "sim_swap_tao_for_alpha", "args": {}}, ("POOL-3",)),
        ({"do": "set", "item": "Burn"}, ()),
        ({"do": "call", "call": "unknown", "args": {}}, ()),
    ],
)
def test_the_rule_of_a_request(request_: dict[str, object], rules: tuple[str, ...]) -> None:
    assert rules_asked_for(request_) == rules


def test_every_function_of_the_table_is_asked_for_and_implements_a_rule() -> None:
    assert FUNCTIONS.keys() <= phases.PHASES.keys() | phases.READS.keys()
    assert [name for name, function in FUNCTIONS.items() if not getattr(function, "rules", ())] == []
