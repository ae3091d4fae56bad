"""Explanations: which rules take part, and the exact value beside what the chain computes."""

import json
import re
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from typer.testing import Result

import dtao
from dtao import presets
from dtao_lab import Market, Order, market_of_reserves
from dtao_lab.explaining import Explanation, explained, lines
from dtao_lab.flows import ready_market
from dtao_lab.steps import order_step, step_named
from dtao_spec.registry import RULES, Computation

TAO = 10**9
POOL = (1_000 * TAO, 4_000 * TAO)
ERAS = pytest.mark.parametrize("era", dtao.ERAS, ids=lambda era: era.name)
Command = Callable[..., Result]


def of_order(era: dtao.Era, order: Order, rule: str | None = None) -> Explanation:
    title, run = order_step(market_of_reserves(era, [POOL, POOL]), order)
    return explained(era, title, run, rule=rule)


@cache
def after_blocks(which: str | int, blocks: int = 300) -> Market:
    preset = presets.mainnet(which)
    return Market(preset.era, preset.era.step(preset.state, blocks))


@ERAS
def test_every_era_is_explained_without_code_of_its_own(era: dtao.Era) -> None:
    for order in (Order("buy", 10 * TAO), Order("sell", 10 * TAO), Order("move", 10 * TAO, destination=2)):
        found = of_order(era, order)
        rules = {rule for part in found.parts for rule in part.noted.rules}
        assert found.outcome.startswith("accepted")
        assert {"buy": "STAKE-9", "sell": "STAKE-12", "move": "MOVE-3"}[order.side] in rules
        assert any(rule.startswith("POOL-") for rule in rules)
        assert all(RULES[rule].at(era.spec_version) for rule in rules)
        assert any(part.exact for part in found.parts)


@ERAS
def test_an_exact_value_is_that_of_the_rule_and_close(era: dtao.Era) -> None:
    parts = [part for order in (Order("buy", 10 * TAO), Order("sell", 7 * TAO)) for part in of_order(era, order).parts]
    parts += explained(era, *step_named("block", after_blocks(era.name, 20), 1), netuid=1).parts
    with_exact = [part.exact for part in parts if part.exact]
    assert len(with_exact) > 5
    for _, exact in with_exact:
        for value, difference in zip(exact.values, exact.differences, strict=True):
            assert abs(difference) <= max(Fraction(1), abs(value) / 10**6)


def test_the_pool_of_the_launch_pays_the_floor() -> None:
    found = of_order(dtao.era("launch"), Order("buy", 10 * TAO), "POOL-2")
    assert [part.noted.inputs["amount"] for part in found.parts] == [10 * TAO, 10 * TAO - 50_000]
    assert found.parts[1].exact is not None
    rule, exact = found.parts[1].exact
    paid = Fraction(POOL[1]) * (10 * TAO - 50_000) / (POOL[0] + 10 * TAO - 50_000)
    floor = Fraction(paid.numerator // paid.denominator)
    assert (rule, exact.values, exact.computed) == ("POOL-2", (paid,), (floor,))
    assert exact.values == (Computation(233)["POOL-2"](*map(Fraction, (*POOL, 10 * TAO - 50_000))),)


@pytest.mark.parametrize(
    ("version", "family"), [(233, {"POOL-2"}), (342, {"POOL-12", "POOL-13", "POOL-15"}), (425, {"POOL-12", "POOL-32"})]
)
def test_each_rounding_of_a_purchase_has_its_exact_value(version: int, family: set[str]) -> None:
    """What somebody looks for whose quote is one rao off, in each of the three kinds of pools."""
    found = of_order(dtao.era(version), Order("buy", 10 * TAO), "POOL")
    exact = {part.exact[0]: part.exact[1] for part in found.parts if part.exact}
    assert family <= exact.keys()
    assert all(-1 < difference <= 0 for rule in family for difference in exact[rule].differences)
    paid = {233: "POOL-2", 342: "POOL-15", 425: "POOL-32"}[version]
    assert int(exact[paid].values[0]) == {233: 39_603_764_336}.get(version, 39_584_215_264)


@pytest.mark.parametrize(("version", "name"), [(342, "sqrt_price"), (425, "quote")])
def test_bits_are_written_as_the_number_that_they_are(version: int, name: str) -> None:
    """A root of a price has 64 bits behind the point, a weight is of 10^18, whatever other raw bits have."""
    text = list(lines(of_order(dtao.era(version), Order("buy", 10 * TAO), "POOL")))
    assert any(line.strip().startswith(f"{name}: ") and "(0.500000000" in line for line in text)
    price = list(lines(of_order(dtao.era(version), Order("buy", 10 * TAO), "PRICE")))
    assert all("(0.2" in line for line in price if " bits (" in line)


def test_raw_bits_in_a_list_are_written_as_numbers_too() -> None:
    market = ready_market(dtao.era(342))
    text = list(lines(explained(market.era, *step_named("epoch", market, 1), rule="EPOCH"), uid=1))
    assert any(re.fullmatch(r"= \[1\] = 42[0-9]{8} \(0\.[0-9]{12}\)", line.strip()) for line in text)


def test_what_ran_before_to_the_letter_is_not_shown_again() -> None:
    found = of_order(dtao.era(425), Order("buy", 10 * TAO), "POOL")
    text = list(lines(found))
    assert sum(line.strip() == "= 39584215264" for line in text) == 1
    assert "POOL-34  as above: = Swap(paid_in=9994964523, paid_out=39584215264, fee=5035477," in text
    whole = [part.noted.name for part in found.parts]
    assert whole.count("rules.pools.weighted.amount_out") == 4


def test_a_wrong_result_has_no_exact_value_beside_it() -> None:
    """An exact value is given only where the rule, rounded, comes to the very bits of the reference."""
    from dtao_lab.twins import exact_of

    (noted, *_) = (part.noted for part in of_order(dtao.era("launch"), Order("buy", 10 * TAO), "POOL-2").parts)
    assert exact_of(noted, 233) is not None
    assert isinstance(noted.result, int)
    noted.result += 1
    assert exact_of(noted, 233) is None


def test_a_refused_order_says_which_rule_refused_it() -> None:
    found = of_order(dtao.era("launch"), Order("buy", 1_000))
    refusing = [part.noted for part in found.parts if part.noted.refused]
    assert found.outcome == "refused: AmountTooLow"
    assert [one.name for one in refusing][-1] == "transitions.checks.addition_above_minimum"
    assert {one.refused for one in refusing} == {"AmountTooLow"}


def test_a_block_of_one_subnet_shows_no_other() -> None:
    market = after_blocks("launch")
    title, run = step_named("block", market, 5)
    one, everything = explained(market.era, title, run, netuid=5), explained(market.era, title, run)
    assert {part.noted.netuid for part in one.parts} == {None, 5}
    assert len({part.noted.netuid for part in everything.parts}) > 60
    rules = [rule for part in one.parts for rule in part.noted.rules]
    for rule in ("ISS-1", "EMIT-1", "EMIT-2", "EMIT-7", "POOL-2", "PRICE-2"):
        assert rule in rules
    assert rules.count("EMIT-1") == rules.count("PRICE-2") == 1


def test_an_epoch_is_shown_for_one_neuron() -> None:
    market = after_blocks(298)
    title, run = step_named("epoch", market, 5)
    found = explained(market.era, title, run)
    text = list(lines(found, uid=0))
    assert any("EPOCH-17" in line for line in text)
    assert any(line.strip().startswith("= [0] = ") for line in text)


@ERAS
@pytest.mark.parametrize(("what", "rules"), [("epoch", {"EPOCH-17"}), ("payout", {"EPOCH-17", "DIV-11"})])
def test_an_epoch_and_a_payout_are_explained_in_every_era(era: dtao.Era, what: str, rules: set[str]) -> None:
    market = after_blocks(era.name, 20)
    title, run = step_named(what, market, 5)
    found = explained(era, title, run)
    assert rules <= {rule for part in found.parts for rule in part.noted.rules}
    (emission, *_) = (part.noted.inputs["emission"] for part in found.parts if "EPOCH-17" in part.noted.rules)
    assert isinstance(emission, int)
    pending = era.items().keys() & {
        "PendingEmission", "PendingAlphaSwapped", "PendingServerEmission", "PendingValidatorEmission",
        "PendingRootAlphaDivs",
    }  # fmt: skip
    assert emission <= sum(int(str(era.get(market.state, item, 5))) for item in pending) > 0


def test_watching_changes_nothing_and_ends() -> None:
    import sys

    before = sys.getprofile()
    market = after_blocks("launch", 1)
    _, run = step_named("block", market, 5)
    explained(market.era, "a block", run)
    assert sys.getprofile() is before
    assert run() == market.era.step(market.state)


# The command

BUY = ("explain", "buy", "10", "--reserves", "1000:4000", "--era")


def test_text_fits_a_terminal(dtao_command: Command) -> None:
    shown = dtao_command(*BUY, "298").stdout.splitlines()
    assert max(map(len, shown)) <= 80
    assert shown[0] == "buy 10.000000000 TAO (subsidy)"
    assert shown[-1].startswith("accepted, with the events StakeAddedForFee; ")


def test_one_rule_is_shown_alone(dtao_command: Command) -> None:
    shown = dtao_command(*BUY, "launch", "--rule", "pool-2").stdout
    assert "exact (POOL-2): 39603764336.820016674258\n" in shown
    assert "difference: -0.820016674258\n" in shown
    assert "STAKE-" not in shown
    assert "FIX-" in dtao_command(*BUY, "298", "--rule", "FIX").stdout


def test_json_and_markdown_say_the_same(dtao_command: Command) -> None:
    found = json.loads(dtao_command(*BUY, "launch", "--rule", "POOL-2", "--json").stdout)
    last = found["rules"][-1]
    assert last["rules"] == [{"id": "POOL-2", "title": "Payout of a pool", "text": "spec/pages/pools.md#pool-2"}]
    assert (last["bits"], last["inputs"]["amount"]) == ("39603764336", "9999950000")
    assert last["exact"]["decimals"] == ["39603764336.820016674258"]
    table = dtao_command(*BUY, "launch", "--rule", "POOL-2", "--markdown").stdout
    assert "[POOL-2](spec/pages/pools.md#pool-2) Payout of a pool" in table
    assert "| 39603764336 | 39603764336.820016674258 | -0.820016674258 |" in table


def test_a_recorded_step_is_explained(dtao_command: Command) -> None:
    words = ("explain", "step", "--vector", "launch/scenario/pool/p000", "--step", "70")
    shown = dtao_command(*words)
    assert shown.exit_code == 0
    assert "STAKE-9  The call add_stake" in shown.stdout


def test_a_step_that_only_writes_names_the_next_that_does_not(dtao_command: Command) -> None:
    words = ("explain", "step", "--vector", "launch/scenario/pool/p000", "--step")
    refused = dtao_command(*words, "0")
    assert refused.exit_code == 2
    (following,) = re.findall(r"--step ([0-9]+) is the next", refused.stderr)
    assert dtao_command(*words, following).exit_code == 0


def test_a_block_without_a_state_is_that_of_eight_ready_subnets(dtao_command: Command) -> None:
    shown = dtao_command("explain", "payout", "--era", "342", "--netuid", "8", "--rule", "DIV-7")
    assert "payout of subnet 8 (excess-tao)" in shown.stdout
    assert "exact (DIV-7): " in shown.stdout


def test_a_payout_of_a_state_file_is_explained(dtao_command: Command, tmp_path: Path) -> None:
    market = after_blocks(298)
    file = tmp_path / "state.json"
    file.write_text(json.dumps(market.era.dump(market.state)), encoding="utf-8")
    shown = dtao_command("explain", "payout", "--state", file, "--netuid", "5", "--era", "298").stdout
    assert "DIV-11  Payment to stakers" in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("foo --reserves 1:1", "Write buy, sell, move, step, block, epoch or payout"),
        ("buy --reserves 1:1", "an amount belongs to buy, sell and move"),
        ("block 1 --reserves 1:1", "an amount belongs to buy, sell and move"),
        ("step --reserves 1:1", "name the recording with --vector ID"),
        ("buy 1 --reserves 1:1 --rule XX", "`dtao rules` lists them"),
        ("buy 1 --reserves 1:1 --json --markdown", "Choose one"),
        ("epoch --reserves 1:1 --netuid 4", "there is no subnet 4"),
        ("buy 1 --reserves 1:1 --era 290", "lies between"),
    ],
)
def test_what_cannot_be_explained_is_refused_with_a_remedy(dtao_command: Command, words: str, said: str) -> None:
    refused = dtao_command("explain", *words.split())
    assert refused.exit_code == 2
    assert refused.stderr.startswith("dtao: error: ")
    assert said in refused.stderr
