"""A divergence names the rules that it points at: their functions took part, and their results show as it does."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import pytest
from attrs import evolve, field, mutable

import dtao
from dtao.rules.pools.concentrated.unpacked import NOTHING_UNPACKED
from dtao_properties.adapters.protocol import REPLY_MEMBERS, Session
from dtao_properties.adapters.reference import Reference
from dtao_properties.causes.cause import UNKNOWN, Cause, Causes
from dtao_properties.causes.stand_ins import Trial, Watch
from dtao_properties.conformance import vectors
from dtao_properties.conformance.recorded_state import RecordedState
from dtao_properties.conformance.selection import selected, vectors_of
from dtao_properties.conformance.vector_runner import Divergence, request_of
from dtao_properties.conformance.vectors import Header, Vector
from dtao_properties.conformance.verdicts import judged
from dtao_spec.render import marked_functions
from tests.depth import one_in
from tests.properties.planted import WrongPrice

Json = Any
WITHOUT_RULE = frozenset({"advance_block_number", "get_moving_alpha_price"})
"""What no rule states by itself."""


@pytest.fixture(scope="module")
def causes() -> Causes:
    return Causes(most=10**6)


def wrong(value: Json) -> Json:
    """Return another value of the same encoding."""
    if type(value) is bool:
        return not value
    if type(value) is int:
        return value + 1
    if type(value) is list and value:
        return [wrong(value[0]), *value[1:]]
    if type(value) is str and value.isdecimal():
        return str(int(value) + 1)
    return "1"


def recorded(*eras: str) -> Iterator[tuple[Header, Vector]]:
    for era in eras:
        for part in selected(era=era):
            yield from ((part.header, vector) for vector in vectors_of(part))


def test_every_kernel_names_a_rule(causes: Causes) -> None:
    silent, seen = [], set()
    for head, vector in recorded("launch", "277", "298"):
        body = vector.body
        if head.runner != "kernel" or body["kernel"] in seen or body["value"] is None:
            continue
        seen.add(body["kernel"])
        request = {"do": "kernel", "kernel": body["kernel"], "args": body["args"]}
        answers = {"value": body["value"]}, {"value": wrong(body["value"])}
        if not causes.of(head.spec_version, None, request, answers, None).rules:
            silent.append(body["kernel"])
    assert len(seen) > 150
    assert silent == []


@pytest.mark.parametrize("era", one_in(4, 3, ["launch", "257", "277", "298"]))
def test_every_call_phase_and_read_names_a_rule_in_every_era(era: str, causes: Causes) -> None:
    silent: set[tuple[str, str, bool]] = set()
    seen: set[tuple[str, str, bool]] = set()
    for head, vector in recorded(era):
        if head.runner == "kernel":
            continue
        steps = vector.body["steps"]
        state = RecordedState(head.genesis, steps)
        for number, step in enumerate(steps):
            name = (step["do"], step.get(step["do"], ""), step.get("error") is None)
            if step["do"] == "set" or name in seen or (step.get("error") is None and not (said := wrongly(step))):
                continue
            expected = {member: step[member] for member in REPLY_MEMBERS[step["do"]]}
            said = {"error": None} if step.get("error") else said
            found = causes.of(
                head.spec_version,
                partial(state.before, number),
                request_of(step),
                (expected, {**expected, **said}),
                None,
            )
            (seen if found.rules else silent).add(name)
    assert {name for _, name, _ in silent - seen} <= WITHOUT_RULE
    assert len(seen) > 50


def wrongly(step: Mapping[str, Json]) -> dict[str, Json]:
    """Return a wrong member of an answer to a step, if there is one to be made wrong."""
    if step.get("value") not in (None, [], "0"):
        return {"value": wrong(step["value"])}
    for entry, value in sorted(step.get("diff", {}).items()):
        if value is not None:
            return {"diff": {**step["diff"], entry: wrong(value)}}
    return {}


@mutable
class Mistaken(Reference):
    """Sends what the reference answers through a function that spoils it."""

    spoil: Any = field(default=lambda reply, message: reply, kw_only=True)

    def request(self, message: Mapping[str, Json]) -> dict[str, Json]:
        return dict(self.spoil(super().request(message), message))


def diverging(
    adapter: Reference, suite: str, kept: int = 1, when: Callable[[Divergence], bool] = lambda found: True
) -> Divergence:
    """Return the first divergence of an adapter in a suite of the launch that is as it is wanted."""
    path = vectors.recorded("launch") / "scenario" / f"{suite}.jsonl.gz"
    head = vectors.header(path)
    for vector in vectors.vectors(path):
        verdict = judged(Session(adapter), head, vector, kept)
        if verdict.divergence is not None and when(verdict.divergence):
            return verdict.divergence
    raise AssertionError("it does not diverge")


def test_a_step_of_many_blocks_is_told_by_its_first_block_that_differs() -> None:
    """A moving price that is wrong from the first block on shows in the alpha that is sold for root blocks later."""
    found = diverging(WrongPrice(), "emission", when=lambda found: found.request["n"] > 1)
    assert (found.block, found.differences[0].entry.partition("/")[0]) == (1, "SubnetMovingPrice")
    assert found.cause.rules[0] == "PRICE-2"


def test_what_a_step_computes_first_is_told_before_what_follows_from_it() -> None:
    def spoil(reply: dict[str, Json], message: Mapping[str, Json]) -> dict[str, Json]:
        if message["do"] != "blocks" or "diff" not in reply:
            return reply
        spoilt = ("PendingOwnerCut/", "Alpha/", "PendingEmission/", "BlockEmission")
        return {**reply, "diff": {entry: wrong(value) if entry.startswith(spoilt) and value else value
                                  for entry, value in reply["diff"].items()}}  # fmt: skip

    found = diverging(Mistaken(spoil=spoil), "emission", kept=40)
    items = list(dict.fromkeys(one.entry.partition("/")[0] for one in found.differences))
    assert items[0] != min(items)
    # the owner cut depends on its proportion and on the emission, and what is left on both and on root's part as well
    assert items.index("PendingOwnerCut") < items.index("PendingEmission")
    (first,) = diverging(Mistaken(spoil=spoil), "emission", kept=1).differences
    assert first == found.differences[0]


def test_a_refusal_points_at_what_refuses() -> None:
    def spoil(reply: dict[str, Json], message: Mapping[str, Json]) -> dict[str, Json]:
        return {**reply, "error": None} if reply.get("error") == "SlippageTooHigh" else reply

    assert diverging(Mistaken(spoil=spoil), "limit").cause.rules[0].startswith("STAKE-")


def test_where_the_reference_agrees_with_the_adapter_or_knows_no_era_nothing_is_named() -> None:
    era = dtao.era("launch")
    request = {"do": "blocks", "n": 1}
    after = era.diff(era.genesis(), era.step(era.genesis()))
    answers = {"diff": {**after, "BlockNumber": "7"}}, {"diff": after}
    assert Causes().of(233, lambda: era.dump(era.genesis()), request, answers, None) == UNKNOWN
    assert Causes().of(7, dict, request, ({"diff": {}}, {"diff": {"BlockNumber": "1"}}), None) == UNKNOWN


def test_items_that_are_not_compared_are_no_part_of_what_differs(causes: Causes) -> None:
    era = dtao.era("launch")
    state = evolve(era.genesis(), block_number=dtao.BlockNumber(5))
    after = era.diff(state, era.step(state))
    answers = {"diff": {"BlockNumber": after["BlockNumber"]}}, {"diff": {"BlockNumber": "9"}}
    found = causes.of(233, lambda: era.dump(state), {"do": "blocks", "n": 1}, answers, ["BlockNumber"])
    assert found.order == ("BlockNumber",)


def test_a_number_with_more_digits_than_python_reads_has_a_cause_too(causes: Causes) -> None:
    era = dtao.era("launch")
    after = era.diff(era.genesis(), era.step(era.genesis()))
    answers = {"diff": after}, {"diff": {**after, "BlockEmission": "1" * 5000}}
    found = causes.of(233, lambda: era.dump(era.genesis()), {"do": "blocks", "n": 1}, answers, None)
    assert found.rules


def test_the_search_leaves_this_process_as_it_is() -> None:
    code = {function: function.__code__ for _, function, _ in marked_functions()}
    diverging(WrongPrice(), "emission")
    assert all(function.__code__ is kept for function, kept in code.items())


def test_the_search_ends_with_the_process_that_asked_for_it() -> None:
    text = (
        "from tests.tools.causes.test_search import *\n"
        "import dtao_properties.causes.cause as cause\n"
        "diverging(WrongPrice(), 'emission')\n"
        "print(cause.causes()._process._process.pid)\n"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True, timeout=60)
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)


def test_what_a_try_leaves_in_what_all_pools_share_is_gone_in_the_next_one() -> None:
    watch = Watch.begun()

    def written_to() -> int:
        found = NOTHING_UNPACKED.alpha_provided
        NOTHING_UNPACKED.alpha_provided = 7
        return found

    try:
        assert [watch.noting(written_to), watch.trying(0, Trial(), written_to), watch.noting(written_to)] == [0, 0, 0]
    finally:
        NOTHING_UNPACKED.alpha_provided = 0


def test_no_more_than_some_causes_are_searched_for() -> None:
    era = dtao.era("launch")
    few = Causes(most=1)
    found = []
    for item in ("BlockNumber", "BlockEmission", "BlockNumber"):
        expected = era.diff(era.genesis(), era.step(era.genesis()))
        answers = {"diff": expected}, {"diff": {**expected, item: "99"}}
        found.append(few.of(233, lambda: era.dump(era.genesis()), {"do": "blocks", "n": 1}, answers, None))
    assert found[0] != UNKNOWN
    assert found[1] == UNKNOWN
    assert found[2] == found[0]


def test_a_cause_is_plain_data() -> None:
    assert Cause(("POOL-2",), ("STAKE-1",), ("SubnetTAO",)).rules == ("POOL-2",)
