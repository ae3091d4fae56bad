"""What tells eras apart: the rules in force, ``dtao diff``, and its examples."""

import dis
import json
import re
from collections.abc import Callable
from time import monotonic
from types import CodeType

import pytest
from typer.testing import Result

import dtao
from dtao_properties.causes.marked import rules_by_code
from dtao_properties.reach import eras as reach
from dtao_properties.trace.eras import words
from dtao_properties.trace.eras.comparison import changed_attributes, compared, with_attributes
from dtao_properties.trace.eras.example import Example, Search, Side, answers_of
from dtao_spec.markdown import first_sentence
from dtao_spec.registry import RULES, at
from tests.depth import one_in

Dtao = Callable[..., Result]
PAIRS = list(zip(dtao.ERAS, dtao.ERAS[1:], strict=False))
SAME = (247, 265)
"""The eras whose rules are those of the era before."""


def text(one: str | int, other: str | int) -> str:
    return "\n".join(words.lines(compared(dtao.era(one), dtao.era(other))))


LAST = {"SHARE-9": 391}
"""The last era that has a rule, of those that ended."""


@pytest.mark.parametrize(
    ("rule", "first"),
    [("POOL-3", 233), ("STAKE-18", 238), ("SHARE-8", 239), ("SHARE-9", 244), ("NET-10", 257), ("STAKE-24", 257),
     ("KEY-11", 261), ("BOND-14", 273), ("EPOCH-22", 273), ("CHILD-12", 277), ("KEY-10", 276), ("KEY-12", 276)],
)  # fmt: skip
def test_rules_are_in_force_from_their_era_on(rule: str, first: int) -> None:
    for era in dtao.ERAS:
        is_in_force = first <= era.spec_version <= LAST.get(rule, era.spec_version)
        assert (rule in reach.rules_in_force(era)) == is_in_force, era.name


def test_every_rule_is_in_force_somewhere() -> None:
    everywhere = set().union(*(reach.rules_in_force(era) for era in dtao.ERAS))
    assert everywhere == set().union(*rules_by_code()[0].values())


def test_rejections_are_those_that_the_code_names() -> None:
    launch, later = (reach.rejections(dtao.era(name)) for name in ("launch", 277))
    assert {"NeedWaitingMoreBlocksToStarCall", "SameNetuid", "ZeroMaxStakeAmount"} <= later - launch
    assert "AmountTooLow" in launch & later


def test_one_rule_in_words() -> None:
    said = text("launch", 234)
    head, *rest = said.splitlines()
    assert head == "From launch (233) to capped-price (234-237)"
    assert rest[1].startswith("234, of 2025-02-")
    code = said.index("\nPrices\n  PRICE-2 prices.moving_price: (moving price, price, weight of the price)")
    assert said.index("Rules that SPEC.md states anew\n  PRICE-2, from 234 on: ") < code
    assert "dtao.rules.price.moving_price_after_capped_price" in said


def test_steps_constants_items_calls_and_upgrades_in_words() -> None:
    said = " ".join(text(239, 257).split())
    assert (
        "new: HotKeyAccountNotExists, of the destination. (dtao.transitions.checks.transition_to_existing_hotkey)"
        in said
    )
    assert "networks.announced_mechanism: What the event of a new subnet says about its mechanism." in said
    assert "share-precision 0 start-call 1" in said
    assert "NET-10 start_call(netuid) is there in start-call only: Let a subnet emit from the next block on" in said
    assert "SubnetLimit (a u16) is there in share-precision only." in said
    assert "Tempo (a u16 by netuid) is 360 instead of 99 where nothing is stored, in start-call." in said
    assert "start-call: The state in which every network but root counts as started, in the present block." in said
    assert "start-call: " in said.partition("Rules in force in one of the two only")[2]


def test_an_argument_that_came() -> None:
    assert "swap_hotkey(hotkey, new_hotkey) is swap_hotkey(hotkey, new_hotkey, netuid) in hotkey-per-subnet" in (
        " ".join(text(273, 277).split())
    )


def test_the_order_of_time_counts() -> None:
    assert text(277, 244) == text(244, 277)


def test_eras_with_the_same_rules() -> None:
    assert compared(dtao.era(261), dtao.era(265)).same
    assert "have the same rules" in text(265, 261)
    assert text(262, 261) == "unsigned-math (261-264) is one era."


@pytest.mark.parametrize(("earlier", "later"), PAIRS, ids=lambda era: era.name)
def test_all_attributes_make_the_later_era(earlier: dtao.Era, later: dtao.Era) -> None:
    paths = changed_attributes(earlier, later)
    mixed = with_attributes(earlier.runtime, later.runtime, paths)
    assert not changed_attributes(later, Side.of(earlier, later, mixed))
    assert bool(paths) != (later.spec_version in SAME)
    for one in compared(earlier, later).changes:
        assert one.about


@pytest.mark.parametrize(
    ("earlier", "later"),
    one_in(2, 1, [pair for pair in PAIRS if pair[1].spec_version not in SAME]),
    ids=lambda era: era.name,
)
def test_an_example_tells_every_pair_apart(earlier: dtao.Era, later: dtao.Era) -> None:
    example = next(Search(earlier, later, 0, monotonic() + 60).examples())
    assert example.outcomes[0] != example.outcomes[1]
    assert set(example.attributes) <= {*changed_attributes(earlier, later), "items"}
    assert outcomes(example, earlier, later) == example.outcomes
    assert len(example.steps) <= 3


def outcomes(example: Example, earlier: dtao.Era, later: dtao.Era) -> tuple[object, ...]:
    items = frozenset(earlier.runtime.items.by_name.keys() & later.runtime.items.by_name.keys())
    sides = (earlier, Side.of(earlier, later, later.runtime))
    return tuple(list(answers_of(side, example.genesis, example.steps, items))[-1] for side in sides)


def test_examples_are_about_other_rules_each_time() -> None:
    search = Search(dtao.era(265), dtao.era(273), 0, monotonic() + 60)
    found = [example for example, _ in zip(search.examples(), range(3), strict=False)]
    shown = [attribute for example in found for attribute in example.attributes]
    assert len(shown) == len(set(shown)) >= 3


def test_the_command(dtao_command: Dtao) -> None:
    result = dtao_command("diff", "launch", 234, "--time", 60, "--examples", 1)
    assert result.exit_code == 0
    assert "Example 1: prices.moving_price (PRICE-2)" in result.stdout
    assert "SubnetMovingPrice/" in result.stdout


def test_json(dtao_command: Dtao) -> None:
    whole = json.loads(dtao_command("diff", 238, 239, "--json", "--time", 60, "--examples", 1).stdout)
    assert [era["name"] for era in whole["eras"]] == ["nominators-move", "share-precision"]
    assert [change["attribute"] for change in whole["changes"]] == ["staking.addition_checks", "moves.checks"]
    assert [step["name"] for step in whole["changes"][0]["added"]] == ["dtao.transitions.checks.addition_moves_shares"]
    (example,) = whole["examples"]
    assert example["outcomes"][0] != example["outcomes"][1]


def test_no_example(dtao_command: Dtao) -> None:
    result = dtao_command("diff", "launch", "yuma3", "--no-example")
    assert (result.exit_code, "Example" in result.stdout) == (0, False)


SAID_OF_261 = """\
The rules of 261: what changed is which transactions a node accepts into a
    block, not what they do there.
"""


def test_the_same_rules_have_no_example(dtao_command: Dtao) -> None:
    result = dtao_command("diff", 261, 265)
    assert result.exit_code == 0
    assert result.stdout.endswith("have the same rules.\n" + SAID_OF_261)


def test_a_search_that_finds_nothing_in_time(dtao_command: Dtao, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dtao_properties.trace.eras.example.steps_of", lambda *words: ())
    monkeypatch.setattr("dtao_properties.trace.eras.example.first_found", lambda *words: None)
    result = dtao_command("diff", "launch", 234, "--time", 0.2)
    assert (result.exit_code, "No example was found within 1 s" in result.stdout) == (0, True)


def test_an_unknown_era(dtao_command: Dtao) -> None:
    result = dtao_command("diff", "launch", 999)
    assert (result.exit_code, "there is no era 999" in result.stderr) == (2, True)


# What SPEC.md says of the eras, and what the comparison names.

BESIDES = {
    (234, 238): {"BLOCK-2"},  # its step asks whether children change in every block; CHILD-1 and BLOCK-3 state it
    (258, 261): {"STAKE-1", "STAKE-2"},  # their functions read the format of amounts; POOL-2 and others state it
    (265, 273): {"EPOCH-12"},  # the stake is counted by its function or by that of EPOCH-22, which states the threshold
    (274, 276): {"KEY-9"},  # it renames as before, only subnet by subnet; KEY-3 states it
    (283, 298): {"STAKE-5"},  # what a transfer checks is in MOVE-4
    (298, 320): {"EMIT-7", "STAKE-5", "STAKE-22"},  # EMIT-3, EMIT-9, STAKE-2 and MOVE-6 state it
    (320, 338): {"EPOCH-18", "KEY-7"},  # EPOCH-21, KEY-6 and KEY-13 state it
    (342, 343): {"BLOCK-3"},  # EMIT-10 states it
    (352, 361): {"DIV-9"},  # CLAIM-15 states it
    (371, 385): {"POOL-12"},  # POOL-30 states what becomes of a fee
    (385, 391): {"EMIT-6", "KEY-4", "KEY-9", "KEY-11", "STATE-15"},  # EMIT-13, and KEY-1 which steps are left out
    (391, 401): {"EPOCH-25", "REG-3"},  # EPOCH-12 states what is stored of an epoch; REG-3 of 365 says all
    (417, 419): {"CLAIM-4", "KEY-10"},  # CLAIM-8 states what else stake that leaves does, KEY-1 which swaps wait
    (422, 423): {"KEY-14", "LOCK-3", "LOCK-4", "LOCK-10", "LOCK-12", "NET-7"},  # STATE-20, LOCK-2 and LOCK-16 state it
}
"""What a comparison names beyond SPEC.md: a row shows the functions that differ, and each names all of its rules."""


def told_in_the_specification(earlier: int, later: int) -> set[str]:
    """The rules of which the text says that they came, changed or ended between two versions."""
    return {
        rule.id
        for rule in RULES.values()
        if any(earlier < version.since <= later for version in rule.versions)
        or (rule.until is not None and earlier <= rule.until < later)
    }


def named(earlier: dtao.Era, later: dtao.Era) -> set[str]:
    """The rules that a comparison names, each of which its text does too."""
    found = compared(earlier, later)
    rules = {*found.came, *found.went, *(one.rule for one in found.restated)}
    rules |= {rule for one in found.changes for rule in one.rules}
    written = text(earlier.spec_version, later.spec_version)
    assert [rule for rule in rules if not re.search(rf"\b{rule}\b", written)] == []
    return rules


@pytest.mark.parametrize(("earlier", "later"), PAIRS, ids=lambda era: era.name)
def test_every_rule_that_the_specification_says_changed_is_named(earlier: dtao.Era, later: dtao.Era) -> None:
    pair = (earlier.spec_version, later.spec_version)
    assert named(earlier, later) == told_in_the_specification(*pair) | BESIDES.get(pair, set())


@pytest.mark.parametrize("era", dtao.ERAS, ids=lambda era: era.name)
def test_what_the_specification_states_of_an_era_the_reference_computes(era: dtao.Era) -> None:
    assert at(era.spec_version).keys() - reach.rules_in_force(era) == set()


def test_every_rule_that_the_specification_says_changed_between_distant_eras_is_named() -> None:
    assert told_in_the_specification(233, 277) - named(dtao.era("launch"), dtao.era(277)) == set()
    fees = [line for line in text("launch", 277).splitlines() if line.startswith("  STAKE-19, from ")]
    assert [line.split()[2] for line in fees] == ["252", "257", "261"]


def test_rules_that_changed_with_a_format_of_numbers_are_named() -> None:
    assert ("POOL-1, from 261 on: The product is computed in unsigned numbers, which hold twice as much.") in " ".join(
        text(257, 261).split()
    )
    (restated,) = (one for one in compared(dtao.era(257), dtao.era(261)).as_json()["restated"]
                   if one["rule"] == "STAKE-17")  # fmt: skip
    assert restated == {
        "rule": "STAKE-17",
        "spec_version": 261,
        "says": first_sentence(RULES["STAKE-17"].versions[1].fields["Change"]).rstrip("."),
    }


def test_the_names_in_code_are_those_that_dis_tells() -> None:
    """Which tells more, and so takes longer."""
    for function in reach.reached(dtao.ERAS[-1]).values():
        codes, told, before = [function.__code__], set[tuple[str | None, str]](), ""
        while codes:
            code = codes.pop()
            for one in dis.get_instructions(code):
                if one.opname in ("LOAD_ATTR", "LOAD_METHOD"):
                    told.add((before, one.argval))
                before = one.argval if one.opname == "LOAD_GLOBAL" else ""
                told |= {(None, before)} if before else set()
            codes += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
        assert reach.names_in(function) == told, function.__qualname__
