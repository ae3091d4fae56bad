"""A divergence names the rule that it is about."""

import sys
from types import FrameType

import pytest

import dtao
from dtao import phases
from dtao_properties.adapters.reference import Reference
from dtao_properties.conformance import vectors
from dtao_properties.conformance.recorded_state import item_of
from dtao_properties.conformance.vector_runner import request_of
from dtao_properties.reach.watching import rules_by_code
from dtao_properties.report.rules_of_request import FUNCTIONS, WRITERS, rules_asked_for, rules_that_write
from dtao_spec.contents import CHAPTERS
from dtao_spec.render import rules_of


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


def test_a_call_has_the_rules_of_its_era() -> None:
    request = {"do": "call", "call": "start_call", "args": {}}
    assert rules_asked_for(request) == rules_asked_for(request, "launch") == rules_asked_for(request, "toy") == ()
    assert rules_asked_for(request, "257") != ()


def test_a_block_step_names_the_rules_of_what_differs() -> None:
    assert rules_that_write({"do": "blocks", "n": 1}, ["Bonds", "Trust", "Unknown", "Rank", "Bonds"]) == {
        ("BOND-12",): ("Bonds",), ("EPOCH-15",): ("Trust", "Rank"),
    }  # fmt: skip
    assert rules_that_write({"do": "phase", "phase": "epoch"}, ["Bonds"]) == {("BOND-12",): ("Bonds",)}
    assert rules_that_write({"do": "phase", "phase": "swap_tao_for_alpha"}, ["SubnetTAO"]) == {}
    assert rules_that_write({"do": "call", "call": "swap_hotkey"}, ["Bonds"]) == {}


def test_the_rules_of_items_are_rules() -> None:
    assert {rule for rules in WRITERS.values() for rule in rules} - {
        rule.id for chapter in CHAPTERS for rule in rules_of(chapter)
    } == set()


def test_what_blocks_change_is_changed_where_the_rules_of_the_item_are_carried_out() -> None:
    """In every recorded block step that changes an item, a function of one of its rules runs; and none is left out."""
    rules, _ = rules_by_code()
    by_code = {id(code): names for code, names in rules.items()}
    reached: set[str] = set()

    def note(frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            reached.update(by_code.get(id(frame.f_code), ()))

    changed: set[str] = set()
    elsewhere: list[tuple[str, int, str]] = []
    for suite in ("emission", "epoch", "children", "registration", "halving"):
        path = vectors.recorded("launch") / "scenario" / f"{suite}.jsonl.gz"
        head, reference = vectors.header(path), Reference()
        for vector in vectors.vectors(path):
            reference.request({"seq": 0, "do": "load", "era": head.era, "spec_version": head.spec_version,
                               "state": head.genesis})  # fmt: skip
            for number, step in enumerate(vector.body["steps"]):
                reached.clear()
                before = sys.getprofile()
                if step["do"] == "blocks":
                    sys.setprofile(note)
                try:
                    reference.request({"seq": 1, **request_of(step)})
                finally:
                    sys.setprofile(before)
                if step["do"] == "blocks":
                    reached.add("BLOCK-3")  # the step runs the coinbase by another function than the marked phase
                    items = {item_of(entry) for entry in step["diff"]}
                    changed |= items
                    elsewhere += [(vector.id, number, one) for one in items if reached.isdisjoint(WRITERS[one])]
    assert elsewhere == []
    unchanged = {name for name in WRITERS.keys() & dtao.era("launch").runtime.items.by_name if name not in changed}
    assert unchanged == {"POWRegistrationsThisInterval"}  # no recorded neuron registers by work
