"""The fuzzer aims at exact edges: the blocks at which limits end, amounts at thresholds, states that one can reach."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pytest
from attrs import evolve

import dtao
from dtao.errors import InputError
from dtao.state import State
from dtao.units import BlockNumber, NetUid
from dtao_properties.adapters.oracle import apply_step
from dtao_properties.fuzz.choices import Choices
from dtao_properties.fuzz.limits import Limit, limits
from dtao_properties.fuzz.steps import STEP_BYTES, planned
from dtao_properties.fuzz.thresholds import thresholds
from dtao_properties.fuzz.worlds import WORLD_BYTES, random_world
from tests.depth import one_in

Step = tuple[State, Mapping[str, Any], State]


def played(spec_version: int, level: str = "block", worlds: int = 300, steps: int = 40) -> Iterator[Step]:
    """Play episodes as a campaign draws them, and yield each step with the states before and after it."""
    random, era = Random(5), dtao.era(spec_version)
    for _ in range(worlds):
        state = era.load(random_world(Choices(random.randbytes(WORLD_BYTES)), era))
        for _ in range(steps):
            step = planned(era, state, level, random.randbytes(STEP_BYTES[level]))
            if step is None:
                continue
            try:
                after = apply_step(era, state, step.request).after
            except InputError as error:
                if "panics" not in str(error):  # what the era does not have is never asked
                    raise
                continue
            yield state, step.request, after
            state = after


def distance(limit: Limit, state: State, request: Mapping[str, Any]) -> int | None:
    """Return how many blocks after the end of a limit a step looks at it; None if it does not."""
    if limit.due is not None:
        looks = request["do"] == "blocks" and state.block_number < limit.due <= state.block_number + request["n"]
        return limit.due - limit.end if looks else None
    args = request.get("args", {})
    wanted = [
        limit.name in (request.get("call"), request.get("read")),
        limit.hotkey is None or str(limit.hotkey) in (args.get("hotkey"), request.get("signer")),
        limit.coldkey is None or str(limit.coldkey) == request.get("signer"),
        limit.netuid is None or limit.netuid == args.get("netuid"),
    ]
    return state.block_number - limit.end if all(wanted) else None


LIMITS = {
    "burned_register", "epoch", "increase_take", "register_network", "registration terms", "set_childkey_take",
    "pending children", "set_children", "set_weights", "swap_hotkey",
}  # fmt: skip


@pytest.mark.parametrize(
    ("spec_version", "further"),
    one_in(
        2,
        1,
        [
            (233, {"get_subnet_to_prune"}),
            (277, {"start_call", "swap_hotkey on a subnet", "records cleared"}),
            (
                391,
                {"swap_coldkey_announced", "announce_coldkey_swap", "clear_coldkey_swap_announcement", "voting power"},
            ),
            (
                425,
                {"set_tempo", "trigger_epoch", "set_activity_cutoff_factor", "swap_coldkey_announced", "voting power"},
            ),
        ],
    ),
)
def test_every_limit_is_come_upon_in_its_block_before_and_after(spec_version: int, further: set[str]) -> None:
    missing: set[tuple[str, int | None]] = {(name, blocks) for name in further for blocks in (-1, 0, 1)}
    missing |= {(name, blocks) for name in LIMITS for blocks in ((-1, 0, 1) if spec_version <= 277 else (0,))}
    for state, request, _ in played(spec_version):
        for limit in limits(state):
            if limit.counts:
                subnet = limit.name == "swap_hotkey" and limit.netuid is not None
                missing.discard((limit.name + " on a subnet" * subnet, distance(limit, state, request)))
        if not missing:
            return
    assert missing == set()


def test_amounts_are_put_at_every_threshold_one_less_and_one_more() -> None:
    missing = {(name, apart) for name in ("claim_root", "burned_register") for apart in (-1, 0, 1)}
    for state, request, _ in played(417):
        for one in thresholds(state) if request["do"] == "call" else ():
            if one.is_near and (one.name, str(one.coldkey)) == (request["call"], request["signer"]):
                missing.discard((one.name, one.amount - one.bound))
        if not missing:
            return
    assert missing == set()


@pytest.mark.parametrize("spec_version", [342, 417])
def test_payments_beyond_an_i64_reach_deep_pools(spec_version: int) -> None:
    assert any(
        after.pool(netuid).tao - before.pool(netuid).tao >= 2**63 - 1
        for before, request, after in played(spec_version)
        if request["do"] == "call" and request["call"] in ("add_stake", "add_stake_limit")
        for netuid in (NetUid(int(request["args"]["netuid"])),)
    )


@pytest.mark.parametrize("spec_version", [233, 342])
def test_the_neuron_to_prune_depends_on_the_block_in_which_immunity_ends(spec_version: int) -> None:
    def depends(state: State, netuid: NetUid) -> bool:
        later, prune = BlockNumber(state.block_number + 1), state.runtime.neurons.prune
        return prune(state, netuid)[1] != prune(evolve(state, block_number=later), netuid)[1]

    assert any(
        depends(state, NetUid(int(request["args"]["netuid"])))
        for state, request, _ in played(spec_version)
        if request["do"] == "call" and request["call"] == "burned_register"
    )
