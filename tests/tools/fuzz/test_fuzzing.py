"""Campaigns against adapters with planted mistakes: each is found, and shrunk to next to nothing."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

import pytest
from hypothesis import given

import dtao
from dtao import kernels, phases
from dtao.item_table import ITEMS
from dtao.rules.shares import stake_of
from dtao_properties.conformance.recorded_state import item_of
from dtao_properties.conformance.vectors import VectorError
from dtao_properties.fuzz import sets, strategies
from dtao_properties.fuzz.answers import Answers
from dtao_properties.fuzz.calls import MAKERS, candidate, weights_of
from dtao_properties.fuzz.choices import Choices
from dtao_properties.fuzz.differential import CannotLoad, Signature
from dtao_properties.fuzz.kernels import GENERATED, request
from dtao_properties.fuzz.limits import clock_or_record, limits
from dtao_properties.fuzz.report import vacuity_lines
from dtao_properties.fuzz.search import Job, SeedReport, searched
from dtao_properties.fuzz.steps import BLOCK_PHASES, STEP_BYTES, planned
from dtao_properties.fuzz.steps import MAKERS as ARGUMENTS
from dtao_properties.fuzz.tally import Tally
from dtao_properties.fuzz.worlds import WORLD_BYTES, random_world, vector_worlds, world
from dtao_properties.reach import eras as reach
from tests.depth import of_many, one_in

ERA = dtao.era("launch")


@cache  # a search is the same each time, and several tests look at different sides of it
def planted(name: str, level: str, examples: int = 60, seed: int = 1, **options: Any) -> SeedReport:
    endpoint = name if name == "reference" else f"python:tests.properties.planted:{name}"
    return searched(Job(endpoint, level=level, examples=examples, **options), seed)


@pytest.mark.parametrize("level", ["kernel", "quote", "call", "block"])
def test_nothing_is_found_where_nothing_is_wrong(level: str) -> None:
    report = planted("reference", level, 60)
    assert report.findings == ()
    assert report.tally.episodes == 60
    assert report.tally.answers.total() > 600


@pytest.mark.parametrize(
    ("name", "level", "signatures"),
    [
        ("Rounding", "call", {"call/call/add_stake_limit/SubnetAlphaOut"}),  # it tells add_stake as well
        ("WrongBranch", "call", {"call/call/add_stake_limit/error"}),
        ("WrongBranch", "block", {"block/call/add_stake_limit/error"}),
        ("LateBug", "block", {"block/blocks/blocks/BlockEmission"}),
        ("WrongQuote", "quote", {"quote/read/sim_swap_alpha_for_tao/value"}),
        ("WrongKernel", "kernel", {"kernel/kernel/I96F32.saturating_mul/value"}),
        ("Fragile", "call", {"call/call/unstake_all/errored"}),
    ],
)
def test_a_planted_mistake_is_found_and_shrunk(name: str, level: str, signatures: set[str]) -> None:
    report = planted(name, level)
    assert {str(finding.found.signature) for finding in report.findings} == signatures
    for finding in report.findings:
        assert finding.reproduced
        assert len(finding.found.steps) <= 3
        # what is left of the state is what the divergence needs
        keyed = [entry for entry in finding.found.genesis if "/" in entry]
        assert len(keyed) <= 8


def test_what_is_left_of_a_one_rao_bug() -> None:
    (found,) = (finding.found for finding in planted("Rounding", "call").findings)
    (step,) = found.steps
    assert step["call"] in ("add_stake", "add_stake_limit")
    assert len(step["args"]["amount_staked"].strip("0")) <= 3
    assert found.differences[0].delta == 1
    assert {entry.partition("/")[0] for entry in found.genesis if "/" in entry} <= {
        "Balance", "NetworksAdded", "Owner", "SubnetAlphaIn", "SubnetMechanism", "SubnetTAO",
    }  # fmt: skip


def test_of_a_state_for_quotes_nothing_is_left_that_the_adapter_is_not_given() -> None:
    (finding,) = planted("PricyQuote", "quote").findings
    assert finding.reproduced
    assert {item_of(entry) for entry in finding.found.genesis} == {"SubnetAlphaIn", "SubnetMechanism", "SubnetTAO"}


def test_an_adapter_that_changes_its_mind_is_reported_as_such() -> None:
    (finding,) = planted("Moody", "call").findings
    assert not finding.reproduced
    assert finding.found.signature.place == "events"


def test_known_signatures_are_passed_over() -> None:
    job = Job("python:tests.properties.planted:Rounding", level="call", examples=20)
    names = ("add_stake", "add_stake_limit")
    known = {Signature("call", "call", name, "SubnetAlphaOut") for name in names}
    report = searched(job, 1, known)
    assert report.findings == ()
    assert report.tally.episodes == 20


def test_one_mistake_in_many_calls_is_one_finding() -> None:
    """A rule that is known already takes every further call in which it shows, but no other divergence of the call."""
    report = planted("Rounding", "call")
    (finding,) = report.findings
    (rule, *_) = finding.found.cause.rules
    assert rule in finding.explains
    assert report.tally.symptoms == {rule: {"call/call/add_stake/SubnetAlphaOut"}}
    both = planted("RoundingAndWrongBranch", "call")
    assert {str(one.found.signature) for one in both.findings} == {
        "call/call/add_stake_limit/SubnetAlphaOut", "call/call/add_stake_limit/error",
    }  # fmt: skip


def test_skipped_answers_and_items_not_kept_are_no_divergence() -> None:
    report = planted("Unstaked", "block", 60)
    assert report.findings == ()
    assert report.tally.skipped > 5


def test_an_adapter_without_states_is_refused() -> None:
    with pytest.raises(CannotLoad, match=r"the adapter does not load states \(no states here\)"):
        planted("Stateless", "call")


def test_a_seed_reproduces() -> None:
    examples = of_many(12, 30)
    first, second = planted("WrongBranch", "call", examples), planted.__wrapped__("WrongBranch", "call", examples)
    assert first is not second
    assert len(first.findings) == 1
    assert first.findings == second.findings
    assert first.tally.answers == second.tally.answers
    assert planted("reference", "call", 20, seed=2).tally.answers != planted("reference", "call", 20).tally.answers


def campaign(seeds: int, **options: Any) -> Tally:
    """Search with a few seeds at both levels of calls, and find nothing."""
    tally = Tally(options.get("era", "launch"))
    for seed in range(seeds):
        for report in (
            planted("reference", "call", 100, seed, **options),
            planted("reference", "block", 20, seed, vacuity=True, **options),
        ):
            assert report.findings == ()
            tally.add(report.tally)
    return tally


@pytest.mark.parametrize("era", one_in(3, 2, ["244", "273", "277"]))
def test_a_campaign_is_not_vacuous_in_later_eras(era: str) -> None:
    tally = campaign(1, era=era)
    accepted = sum(accepted for accepted, _ in tally.calls.values())
    assert accepted / tally.answers.of("call") >= 2 / 3
    assert tally.calls.keys() == dtao.era(era).runtime.calls.keys()
    assert tally.never_accepted == []
    assert len(tally.answers.rejections) >= 35
    assert tally.rules <= reach.rules_in_force(dtao.era(era))
    assert len(tally.rules_unreached) <= 16


@pytest.mark.parametrize(
    "era", one_in(3, 0, [era for era in dtao.ERAS if era.spec_version > 277]), ids=lambda era: era.name
)
def test_reachable_states_of_later_eras_are_searched(era: dtao.Era) -> None:
    report = planted("reference", "call", 6, era=era.recorded_as)
    assert report.findings == ()
    assert report.tally.answers.of("call") > 50


def test_a_campaign_is_not_vacuous() -> None:
    tally = campaign(of_many(2, 4))
    accepted = sum(accepted for accepted, _ in tally.calls.values())
    assert accepted / tally.answers.of("call") >= 0.7
    assert tally.never_accepted == []
    assert tally.never_rejected == []
    assert len(tally.answers.rejections) >= 40
    # what only rare states or kernels reach may be missing from so short a campaign
    assert len(tally.rules_unreached) <= 10
    assert {"BLOCK-1", "EPOCH-1", "MOVE-7", "STAKE-10"} <= tally.rules


def test_rules_are_noted_while_watched_only() -> None:
    assert planted("reference", "quote", 1).tally.rules <= planted("reference", "quote", 30, vacuity=True).tally.rules
    tally = planted("reference", "quote", 30, vacuity=True).tally
    assert {"POOL-3", "POOL-4", "PRICE-1", "MOVE-7"} <= tally.rules
    assert "STAKE-10" in tally.rules_unreached


def test_every_call_phase_and_kernel_has_a_generator() -> None:
    assert MAKERS.keys() == {name for era in dtao.ERAS for name in era.runtime.calls}
    assert all(sum(weights_of(era).values()) <= 256 for era in dtao.ERAS)
    assert set(BLOCK_PHASES) == {name for era in dtao.ERAS for name in era.runtime.phases}
    of_eras = [one for era in dtao.ERAS for one in era.runtime.phases.values()]
    functions = (*of_eras, *phases.READS.values(), *phases.READS_OF_RANGES.values())
    assert {name for one in functions for name in one.arguments} == ARGUMENTS.keys()
    every = [one for era in dtao.ERAS for one in kernels.kernels_of(era.spec_version).values()]
    kinds = {kind.name for one in every for kind in one.parameters.values()}
    assert kinds <= GENERATED.keys()
    for item, values in (*sets.VALUES.items(), *sets.LATER_VALUES.items()):
        for value in values:
            ITEMS[item].kind.decode(value, item)


@pytest.mark.parametrize("era", ["283", "401", "411", "425"])
def test_every_level_of_a_later_era_is_searched(era: str) -> None:
    for level in ("kernel", "quote", "block"):
        report = planted("reference", level, 12, era=era)
        assert (report.findings, report.tally.episodes) == ((), 12)


@pytest.mark.parametrize("spec_version", [283, 401, 423])
def test_kernel_cases_of_later_eras_are_answered_at_once(spec_version: int) -> None:
    era, drawn = dtao.era(spec_version), Random(spec_version)
    answered: Counter[str] = Counter()
    begin = process_time()
    for _ in range(3_000):
        asked = request(era, Choices(drawn.randbytes(STEP_BYTES["kernel"])))
        with suppress(dtao.InputError):  # where the runtime panics, the reference says so
            kernels.evaluate(asked["kernel"], asked["args"], spec_version)
            answered[asked["kernel"]] += 1
    assert process_time() - begin < 60
    assert kernels.kernels_of(spec_version).keys() - answered.keys() == set()


def test_bytes_that_are_missing_are_zeros() -> None:
    state = ERA.load(world(b""))
    assert world(b"") == world(bytes(WORLD_BYTES))
    assert planned(ERA, state, "block", bytes(STEP_BYTES["block"])) is None
    assert candidate(ERA, state, b"") == candidate(ERA, state, bytes(24))
    assert (Choices(b"\x05").below(3), Choices(b"").byte(), Choices(b"\x01\x02").number(3)) == (2, 0, 513)


def test_vector_states_load() -> None:
    assert len(vector_worlds()) > 100
    for flat in vector_worlds()[::20]:
        assert ERA.dump(ERA.load(flat)) == flat


@pytest.mark.parametrize("era", one_in(3, 0, dtao.ERAS[1:]), ids=lambda era: era.recorded_as)
def test_vector_states_of_later_eras_load(era: dtao.Era) -> None:
    assert len(vector_worlds(era.recorded_as)) > 100
    for flat in vector_worlds(era.recorded_as)[::50]:
        assert era.dump(era.load(flat)) == flat


def test_an_era_without_recordings_has_random_worlds(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(era: str) -> Path:
        raise VectorError("there are no recordings")

    monkeypatch.setattr("dtao_properties.conformance.vectors.recorded", missing)
    vector_worlds.cache_clear()
    try:
        assert dtao.era(273).load(world(b"\xff" * WORLD_BYTES, dtao.era(273))).subnets
    finally:
        vector_worlds.cache_clear()


@given(strategies.states(), strategies.call_bytes())
def test_calls_of_the_strategies_are_valid(state: dtao.State, drawn: bytes) -> None:
    outcome = ERA.apply(state, strategies.call(state, drawn))
    assert (outcome.error is None) or outcome.state is state


@given(strategies.kernel_cases())
def test_kernel_cases_are_valid(case: Mapping[str, Any]) -> None:
    kind = kernels.KERNELS[case["kernel"]]
    assert case["args"].keys() == kind.parameters.keys()
    for name, value in case["args"].items():
        kind.parameters[name].decode(value, name)


class Reached:
    """Notes which of the places that hide mistakes some thousand steps came to."""

    def __init__(self) -> None:
        self.places: Counter[str] = Counter()

    def note(self, place: str, here: bool = True) -> None:
        self.places[place] += here

    def world(self, state: dtao.State) -> None:
        for issuance in (10_500_000_000_000_000, 21_000_000_000_000_000):
            self.note(f"issuance just under {issuance}", 0 < issuance - state.total_issuance <= 3 * 10**9)
        for cut in (0, 6_553, 65_535):
            self.note(f"owner cut {cut}", state.parameters.subnet_owner_cut == cut)
        for take in (0, 11_796, 65_535):
            self.note(f"take {take}", take in state.delegates.values())
        for netuid, pool in state.pools.items():
            if netuid and pool.alpha_in:
                self.note("k above 2**95", pool.tao * pool.alpha_in > 2**95)
                self.note("price well above 1", pool.tao > 8 * pool.alpha_in)
                self.note("price well below 1", pool.tao * 8 < pool.alpha_in)
        pools = [pool.tao for netuid, pool in state.pools.items() if netuid]
        self.note("two pools near 2**64 TAO", sum(tao > 2**64 - 2**31 for tao in pools) > 1)
        mechanisms = {subnet.mechanism for subnet in state.subnets.values()}
        for mechanism in (0, 1, 2, 65_535):
            self.note(f"mechanism {mechanism}", mechanism in mechanisms)
        for netuid, subnet in state.subnets.items():
            flags = subnet.hyperparameters
            if netuid:
                open_to = (flags.network_registration_allowed, flags.network_pow_registration_allowed)
                self.note(f"registration flags {open_to}")
                self.note("no miners", not subnet.neurons.n)

    def step(self, state: dtao.State, request: Mapping[str, Any], error: str) -> None:
        args = request.get("args", {})
        if request["do"] == "blocks":
            tempos = [subnet.hyperparameters.tempo for subnet in state.subnets.values()]
            self.note("two tempos of more than 1", any(t > 1 and request["n"] >= 2 * t for t in tempos))
        if request.get("call") == "add_stake":
            for amount in (500_000, 525_000, 549_999, 550_000, 550_001):
                self.note(f"stake of {amount}", args["amount_staked"] == str(amount))
        if request.get("call") == "transfer":
            left = state.balances.get(dtao.AccountId(int(request["signer"] or 0)), 0) - int(args["value"])
            for rest in (0, 499, 500):
                self.note(f"{rest} rao left", left == rest and not error)
        if request.get("call") in ("remove_stake", "remove_stake_limit") and request["signer"]:
            keys = int(args["hotkey"]), int(request["signer"]), int(args["netuid"])
            pool = state.subnet(dtao.NetUid(keys[2])).share_pools.get(dtao.AccountId(keys[0]))
            held = 0 if pool is None else stake_of(pool, dtao.AccountId(keys[1]))
            self.note("all but 1 unstaked", int(args["amount_unstaked"]) == held - 1 and not error)
        for name, asked in (("add", "amount_staked"), ("remove", "amount_unstaked")):
            if request.get("call") == f"{name}_stake_limit":
                limit = {"netuid": args["netuid"], "limit_price": args["limit_price"]}
                maximum = int(str(ERA.read(state, f"get_max_amount_{name}", limit)))
                self.note(f"{name} at the limit", maximum == int(args[asked]))
                self.note(f"{name} 1 above the limit", maximum + 1 == int(args[asked]))


def test_generators_reach_the_places_that_hide_mistakes() -> None:
    reached, random = Reached(), Random(3)
    for _ in range(400):
        state = ERA.load(random_world(Choices(random.randbytes(WORLD_BYTES))))
        reached.world(state)
        for _ in range(30):
            step = planned(ERA, state, "call", random.randbytes(STEP_BYTES["call"]))
            if step is not None and step.outcome is not None:
                reached.step(state, step.request, str(step.outcome.error or ""))
                state = step.outcome.state
        step = planned(ERA, state, "block", bytes([48]) + random.randbytes(23))
        assert step is not None
        reached.step(state, step.request, "")
    assert [place for place, count in reached.places.items() if not count] == []
    assert len(reached.places) >= 30


def test_of_many_blocks_the_first_that_differs_is_told() -> None:
    """A wrong price changes the emission of the blocks that follow, and much else; the first block shows it alone."""
    findings = planted("WrongPrice", "block", 60).findings
    told = {finding.found.signature.place: finding for finding in findings if finding.found.signature.kind == "blocks"}
    found = told["SubnetMovingPrice"].found
    assert found.steps[-1]["n"] == 1
    assert found.differences[0].place.startswith("SubnetMovingPrice/")
    assert all(finding.found.steps[-1]["n"] == 1 for finding in told.values())


def test_the_clock_is_put_to_the_very_block_in_which_something_is_allowed() -> None:
    era = dtao.era(277)
    records = {"LastTxBlock/1": "80000", "LastHotkeySwapOnNetuid/1/1": "60000", "BlockAtRegistration/1/0": "100"}
    lengths = {"TxRateLimit": "7", "ImmunityPeriod/1": 50}
    state = era.load({"BlockNumber": "90000", "NetworksAdded/1": True, **lengths, **records})
    assert {80_007, 96_000} <= {limit.end for limit in limits(state)}
    writes = [
        clock_or_record(state, Choices(bytes((0, 0, kind, 0, offset, way))))
        for kind in range(8)
        for offset in range(3)
        for way in range(4)
    ]
    blocks = {write["value"] for write in writes if write is not None and write["item"] == "BlockNumber"}
    assert {"95999", "96000", "96001"} <= blocks
    changed = {write["value"] for write in writes if write is not None and write["item"] == "LastTxBlock"}
    assert {"89992", "89993", "89994"} <= changed


def test_what_was_never_reached_is_told_of_the_level_and_not_by_the_hundred() -> None:
    calls, blocks = (reach.rules_at(dtao.era("launch"), [level]) for level in ("call", "block"))
    assert "STAKE-9" in calls
    assert not {"BLOCK-2", "EPOCH-8", "EMIT-1", "REG-2"} & calls
    assert {"BLOCK-2", "EPOCH-8", "STAKE-9"} <= blocks
    tally = Tally(answers=Answers({("call", "transfer", ""): 2}), episodes=2, rules={"STATE-11"}, watched=2)
    (line,) = (line for line in vacuity_lines({"call": tally}) if line.startswith("rules"))
    assert line == (
        f"rules reached in 2 of 2 episodes: 1 of {len(calls)}; more episodes reach more, and --vacuity watches every "
        "episode"
    )
    tally.rules = {*calls} - {"STAKE-9"}
    (line,) = (line for line in vacuity_lines({"call": tally}) if line.startswith("rules"))
    assert line.endswith("; never: STAKE-9")
