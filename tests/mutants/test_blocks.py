"""What a block leaves behind, entry by entry."""

import random
from typing import Any

import pytest

from dtao.persistent import Map
from dtao.rules import dividends as rules
from dtao.state import State
from dtao.transitions.children import apply_pending_children
from dtao.transitions.dividends import (
    Payment,
    dividends_distribution,
    drain_pending_emission,
    root_dividends_of,
    tao_dividends_of,
)
from dtao.transitions.epoch import run_epoch
from dtao.units import ROOT, U64_MAX, AccountId, Alpha, Bits, NetUid, Rao
from dtao_properties.fuzz.worlds import WORLD_BYTES, world
from tests.reference.outcomes import HOTKEY, LAUNCH, OTHER_HOTKEY, OWNER, known, stake, state_with

SUBNET = NetUid(1)
TAO = 10**9
POOL = {
    "NetworksAdded/1": True,
    "SubnetMechanism/1": 1,
    "SubnetTAO/0": str(10**6 * TAO),
    "SubnetTAO/1": str(10**3 * TAO),
    "SubnetAlphaIn/1": str(10**4 * TAO),
    "SubnetAlphaOut/1": str(10**4 * TAO),
    "Tempo/1": 360,
}


def stepped(**entries: Any) -> tuple[State, dict[str, Any]]:
    """Return the state after a block from the pool above, and what the block changed."""
    state = state_with({**POOL, **entries})
    after = LAUNCH.step(state)
    return after, LAUNCH.diff(state, after)


@pytest.mark.rule("BLOCK-3")
def test_the_volume_grows_by_what_is_sold_for_root_beyond_any_u64() -> None:
    _, changed = stepped(**{"SubnetVolume/1": str(U64_MAX)})
    sold = int(changed["PendingRootDivs/1"])
    assert sold > 0
    assert changed["SubnetVolume/1"] == str(U64_MAX + sold)


@pytest.mark.rule("STAKE-1")
def test_the_volume_grows_by_what_is_staked_beyond_any_u64() -> None:
    state = state_with({**POOL, "SubnetVolume/1": str(U64_MAX)})
    after, _ = LAUNCH.phase(state, "swap_tao_for_alpha", {"netuid": 1, "amount": str(TAO)})
    assert after.pool(SUBNET).volume == U64_MAX + TAO


@pytest.mark.rule("BLOCK-3")
def test_the_block_emission_ends_as_the_last_alpha_emission() -> None:
    _, changed = stepped(**{"SubnetAlphaOut/1": str(11 * 10**15)})
    assert (changed["BlockEmission"], changed["SubnetAlphaOutEmission/1"]) == (str(TAO // 2), str(TAO // 2))


@pytest.mark.rule("BLOCK-2")
def test_a_block_counts_registrations_anew() -> None:
    _, changed = stepped(**{"RegistrationsThisBlock/1": 3})
    assert changed["RegistrationsThisBlock/1"] is None


@pytest.mark.rule("BLOCK-3")
def test_at_the_launch_pending_children_come_into_force_in_any_block() -> None:
    pending = {f"PendingChildKeys/1/{HOTKEY}": [[[str(2**63), str(OTHER_HOTKEY)]], "1"]}
    state = state_with({**POOL, **pending})
    after = LAUNCH.step(state)
    subnet = state.subnet(SUBNET)
    assert after.subnet(SUBNET).child_keys == apply_pending_children(subnet, after.block_number).child_keys != Map()


@pytest.mark.rule("DIV-8")
def test_what_a_child_gave_to_children_of_its_own_is_no_contribution() -> None:
    # The child lends half of its stake away, so that it has as much to bring as a parent with half of that.
    state = state_with(
        {
            **POOL,
            **known(HOTKEY, OTHER_HOTKEY),
            **stake(1, HOTKEY, OWNER, 1_000),
            **stake(1, OTHER_HOTKEY, OWNER, 500),
            f"ParentKeys/{HOTKEY}/1": [[str(U64_MAX), str(OTHER_HOTKEY)]],
            f"ChildKeys/{HOTKEY}/1": [[str(2**63), "2009"]],
        }
    )
    shares = dividends_distribution(state, AccountId(HOTKEY), SUBNET, Alpha(10**6))
    assert [(hotkey, round(share, -3)) for hotkey, share in shares] == [(OTHER_HOTKEY, 500_000), (HOTKEY, 500_000)]


@pytest.mark.rule("DIV-11")
def test_a_hotkey_that_is_no_delegate_takes_18_per_cent() -> None:
    state = state_with({**known(HOTKEY), **stake(1, HOTKEY, 1002, 10**12)})
    payment = Payment(state)
    paid = payment.to_stakers(SUBNET, {AccountId(HOTKEY): Bits(65_535 * 10**6 << 32)})
    # The take as a part of 1 is floored to 32 bits: the stakers get two rao more.
    assert paid == {HOTKEY: (65_535 - 11_796) * 10**6 + 2}


@pytest.mark.rule("DIV-9", "DIV-10")
def test_tao_is_divided_by_the_stakes_before_the_first_payment() -> None:
    draws = random.Random(6)
    paid = 0
    for _ in range(40):
        state = LAUNCH.load(world(draws.randbytes(WORLD_BYTES)))
        for netuid in sorted(state.subnets):
            if netuid == ROOT or not state.subnet(netuid).added:
                continue
            alpha, tao, swapped = Alpha(40 * TAO), Rao(10**8 * TAO), Alpha(TAO)
            drained = drain_pending_emission(state, netuid, alpha, tao, swapped, Alpha(0)).subnet(netuid)
            before, earnings = run_epoch(state, netuid, Alpha(alpha + swapped))
            earned: dict[AccountId, int] = {}
            for hotkey, _, dividend in earnings:
                for receiver, share in dividends_distribution(before, hotkey, netuid, dividend):
                    earned[receiver] = earned.get(receiver, 0) + (share << 32)
            of_root = root_dividends_of(before, netuid, {hotkey: Bits(earned[hotkey]) for hotkey in sorted(earned)})
            rests = {
                hotkey: rules.take_and_rest(part, before.delegates.get(hotkey, 11_796))[1]
                for hotkey, part in tao_dividends_of(of_root, tao).items()
            }
            assert dict(drained.tao_dividends) == {hotkey: rest for hotkey, rest in rests.items() if rest}
            paid += len(drained.tao_dividends) > 1
    assert paid
