"""The block step in later eras against the exact rules."""

from fractions import Fraction

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from dtao import block as reference
from dtao.eras import HOTKEY_PER_SUBNET, NOMINATORS_MOVE, START_CALL
from dtao.persistent import Map
from dtao.records import Subnet as StoredSubnet
from dtao.state import State
from dtao.units import ROOT, AccountId, Bits, BlockNumber, NetUid
from dtao_spec.chapters import block as launch
from dtao_spec.later import block as exact
from tests.spec.test_block import assert_close, chains, pool

PAIRS = chains().map(lambda pair: (evolve(pair[0], moving_alpha=Fraction(0)), pair[1]))
"""Chains whose moving prices stand still."""


def in_era(state: State, spec_version: int, started: set[int]) -> State:
    """Return a state under later rules; its closed subnets are those that allow no registration."""
    runtime = {238: NOMINATORS_MOVE, 257: START_CALL, 277: HOTKEY_PER_SUBNET}[spec_version].runtime
    subnets = state.subnets
    for netuid, subnet in state.subnets.items():
        parameters = evolve(subnet.hyperparameters, network_pow_registration_allowed=False)
        first = BlockNumber(9) if netuid in started else None
        changed = evolve(subnet, hyperparameters=parameters, first_emission_block_number=first)
        subnets = subnets.set(netuid, changed)
    still = evolve(state.parameters, subnet_moving_alpha=Bits(0))
    return evolve(state, runtime=runtime, subnets=subnets, parameters=still)


@given(PAIRS, st.integers(0, 10**9))
def test_block_3_without_children(pair: tuple[launch.Chain, State], emission: int) -> None:
    chain, state = pair
    family = (AccountId(1), (((2**64 - 1, AccountId(2)),), BlockNumber(0)))
    waiting = evolve(state.subnet(NetUid(1)), pending_child_keys=Map([family]))
    state = in_era(evolve(state, subnets=state.subnets.set(NetUid(1), waiting)), 238, set())
    computed = reference.run_coinbase(state, Bits(emission << 32))
    assert_close(chain, exact.run_coinbase(chain, Fraction(emission)), computed)
    assert computed.subnet(NetUid(1)).pending_child_keys == Map([family])


@given(PAIRS, st.integers(0, 10**9), st.sets(st.integers(1, 3)))
def test_block_3_of_started_subnets(pair: tuple[launch.Chain, State], emission: int, started: set[int]) -> None:
    chain, state = pair
    computed = reference.run_coinbase(in_era(state, 257, started), Bits(emission << 32))
    after = exact.run_coinbase_of_started(chain, Fraction(emission), started)
    assert_close(chain, after, computed)
    for before, subnet in zip(chain.subnets, after.subnets, strict=True):
        netuid = NetUid(subnet.netuid)
        assert (computed.emission(netuid).blocks_since_last_step == 0) == (subnet.blocks_since_last_step == 0)
        if subnet.netuid not in started:
            assert computed.pool(netuid) == pool(before)


@given(
    st.dictionaries(st.tuples(st.integers(1, 3), st.integers(1, 2)), st.integers(0, 40_000), max_size=6),
    st.sampled_from([35_999, 36_000, 36_001, 72_001, 5]),
)
def test_block_2_clears_records_of_swaps(swaps: dict[tuple[int, int], int], block: int) -> None:
    existing = {1, 2}
    state = State(
        runtime=HOTKEY_PER_SUBNET.runtime,
        block_number=BlockNumber(block - 1),
        subnets=Map({ROOT: StoredSubnet(added=True), **{NetUid(one): StoredSubnet(added=True) for one in existing}}),
        last_hotkey_swap_on_netuid=Map(
            {(NetUid(netuid), AccountId(coldkey)): BlockNumber(at) for (netuid, coldkey), at in swaps.items()}
        ),
    )
    zero = Fraction(0)
    chain = launch.Chain(block - 1, zero, zero, zero, zero, zero, zero, ())
    named = {(netuid, str(coldkey)): at for (netuid, coldkey), at in swaps.items() if netuid in existing}
    after, left = exact.step(chain, named)
    computed = reference.step(state)
    assert computed.block_number == after.block_number
    found = {(netuid, str(coldkey)): at for (netuid, coldkey), at in computed.last_hotkey_swap_on_netuid.items()}
    assert {key: at for key, at in found.items() if key[0] in existing} == left
    gone = {(netuid, str(coldkey)) for netuid, coldkey in swaps if netuid not in existing}
    assert {key for key in found if key[0] not in existing} == gone
