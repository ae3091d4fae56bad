"""The exact block step against the reference: the same phases, within the bounds that the rules state."""

from fractions import Fraction

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from dtao import block as reference
from dtao.eras import LAUNCH
from dtao.persistent import Map
from dtao.records import Hyperparameters, Parameters, Pool, Registration
from dtao.records import Subnet as StoredSubnet
from dtao.rules import emission as emission_rules
from dtao.state import State
from dtao.units import ROOT, Alpha, Bits, BlockNumber, NetUid, Rao
from dtao_spec.chapters import block as exact
from dtao_spec.chapters.emission import owner_cut_proportion, tao_weight

ONE = 2**32
ULP = Fraction(1, ONE)
TEMPOS = st.sampled_from([0, 1, 2, 99, 360, 65_535]) | st.integers(0, 2**16 - 1)


@given(st.integers(0, 2**16 - 1), TEMPOS, st.integers(0, 2**64 - 1))
def test_blocks_until_next_epoch(netuid: int, tempo: int, block: int) -> None:
    blocks = exact.blocks_until_next_epoch(netuid, tempo, block)
    assert blocks == emission_rules.blocks_until_next_epoch(NetUid(netuid), tempo, block)
    if tempo and block < 2**63:
        assert exact.blocks_until_next_epoch(netuid, tempo, block + blocks) == 0


@given(st.integers(0, 2_000), st.integers(0, 2_000), st.integers(0, 1_000), st.integers(0, 3))
def test_registration_terms_due(block: int, last: int, interval: int, registrations: int) -> None:
    terms = Registration(
        last_adjustment_block=BlockNumber(last),
        registrations_this_block=registrations,
        registrations_this_interval=registrations,
    )
    network = StoredSubnet(
        added=True, registration=terms, hyperparameters=Hyperparameters(adjustment_interval=interval)
    )
    state = State(
        runtime=LAUNCH.runtime, block_number=BlockNumber(block), subnets=Map({ROOT: network, NetUid(3): network})
    )
    after = reference.registration_terms_of_networks_adjusted(state)
    due = exact.registration_terms_due(block, last, interval)
    for netuid in (ROOT, NetUid(3)):
        adjusted = after.subnet(netuid).registration
        assert adjusted.registrations_this_block == 0
        assert adjusted.last_adjustment_block == (block if due else last)
        assert adjusted.registrations_this_interval == (0 if due else registrations)


@st.composite
def subnets(draw: st.DrawFn, netuid: int) -> exact.Subnet:
    """A subnet with a price between 1/10 and 10, and less than 2**109 in the product of its reserves."""
    alpha = draw(st.integers(10**9, 5 * 10**15))
    price = draw(st.fractions(Fraction(1, 10), Fraction(10), max_denominator=1_000))
    return exact.Subnet(
        netuid,
        Fraction(max(int(alpha * price), 10**9)),
        Fraction(alpha),
        Fraction(draw(st.integers(0, 10**16))),
        draw(st.integers(ONE // 10, 10 * ONE)) * ULP,
        mechanism=draw(st.sampled_from([1, 1, 1, 0])),
        closed=draw(st.booleans()),
        tempo=draw(st.sampled_from([0, 1, 2, 5, 360])),
        blocks_since_last_step=draw(st.integers(0, 10)),
    )


@st.composite
def chains(draw: st.DrawFn) -> tuple[exact.Chain, State]:
    """The same chain in exact numbers and as a state of the reference."""
    known = tuple(draw(subnets(netuid)) for netuid in range(1, draw(st.integers(2, 4))))
    cut = draw(st.integers(0, 2**16 - 1) | st.just(11_796))
    weight = draw(st.integers(2**64 // 20, 2**64 - 1) | st.just(3_320_413_933_267_719_290))
    moving_alpha = draw(st.sampled_from([12_885, 0, ONE // 10, ONE]))
    root_tao, issuance = draw(st.integers(0, 10**16)), draw(st.integers(0, 21 * 10**15 + 10))
    stake, number = draw(st.integers(0, 10**16)), draw(st.integers(1, 1_000))
    chain = exact.Chain(
        number,
        Fraction(issuance),
        Fraction(stake),
        Fraction(root_tao),
        owner_cut_proportion(cut),
        tao_weight(weight),
        moving_alpha * ULP,
        known,
    )
    state = State(
        runtime=LAUNCH.runtime,
        block_number=BlockNumber(number),
        total_issuance=Rao(issuance),
        total_stake=Rao(stake),
        parameters=Parameters(tao_weight=weight, subnet_owner_cut=cut, subnet_moving_alpha=Bits(moving_alpha)),
        subnets=Map({ROOT: StoredSubnet(added=True), **{NetUid(subnet.netuid): stored(subnet) for subnet in known}}),
        pools=Map({ROOT: Pool(tao=Rao(root_tao)), **{NetUid(subnet.netuid): pool(subnet) for subnet in known}}),
    )
    return chain, state


def stored(subnet: exact.Subnet) -> StoredSubnet:
    settings = Hyperparameters(
        tempo=subnet.tempo,
        network_registration_allowed=not subnet.closed,
        network_pow_registration_allowed=subnet.closed,
    )
    return StoredSubnet(added=True, mechanism=subnet.mechanism, hyperparameters=settings)


def pool(subnet: exact.Subnet) -> Pool:
    moving_price = Bits(int(subnet.moving_price * ONE))
    return Pool(Rao(int(subnet.tao)), Alpha(int(subnet.alpha_in)), Alpha(int(subnet.alpha_out)), Rao(0), moving_price)


def assert_close(before: exact.Chain, after: exact.Chain, state: State, blocks: int = 1) -> None:
    """Assert that a state of the reference is as near to the exact chain as BLOCK-3 says."""
    worth = Fraction(0)
    for subnet in after.subnets:
        netuid = NetUid(subnet.netuid)
        stored_pool, emission = state.pool(netuid), state.emission(netuid)
        price = Fraction(1) if subnet.mechanism == 0 else subnet.tao / subnet.alpha_in
        in_alpha = 3 * blocks
        in_tao = (2 + 2 * price) * blocks
        worth += in_tao
        assert abs(stored_pool.alpha_in - subnet.alpha_in) < in_alpha
        assert abs(stored_pool.alpha_out - subnet.alpha_out) < in_alpha
        assert abs(stored_pool.tao - subnet.tao) < in_tao
        assert abs(emission.pending_owner_cut - subnet.pending.owner_cut) < in_alpha
        assert abs(emission.pending_alpha_swapped - subnet.pending.alpha_swapped) < in_alpha
        assert abs(emission.pending_emission - subnet.pending.emission) < in_alpha
        assert abs(emission.pending_root_divs - subnet.pending.root_divs) < in_tao
        assert abs(stored_pool.moving_price * ULP - subnet.moving_price) < Fraction(blocks, 10**7)
    assert -blocks * len(after.subnets) * (1 + 11 * ULP) < state.total_issuance - after.total_issuance <= 0
    assert abs(state.total_stake - after.total_stake) < worth


@given(chains(), st.integers(0, 10**9))
def test_run_coinbase(pair: tuple[exact.Chain, State], emission: int) -> None:
    chain, state = pair
    after = exact.run_coinbase(chain, Fraction(emission))
    assert_close(chain, after, reference.run_coinbase(state, Bits(emission << 32)))


@given(chains(), st.integers(0, 2))
def test_step(pair: tuple[exact.Chain, State], blocks: int) -> None:
    chain, state = pair
    after, computed = exact.step(chain, blocks), reference.step(state, blocks)
    assert after.block_number == computed.block_number
    assert_close(chain, after, computed, max(blocks, 1))


@given(chains(), st.integers(0, 1), st.integers(0, 1))
def test_blocks_may_be_counted_off_in_parts(pair: tuple[exact.Chain, State], first: int, second: int) -> None:
    chain, _ = pair
    assert exact.step(chain, first + second) == exact.step(exact.step(chain, first), second)


@given(chains())
def test_an_epoch_takes_all_that_waited(pair: tuple[exact.Chain, State]) -> None:
    chain, _ = pair
    due = exact.blocks_until_next_epoch
    for before, after in zip(chain.subnets, exact.run_coinbase(chain, Fraction(10**9)).subnets, strict=True):
        if due(before.netuid, before.tempo, chain.block_number):
            assert after.blocks_since_last_step == before.blocks_since_last_step + 1
        else:
            assert after.pending == exact.Pending()
            assert after.blocks_since_last_step == 0


@given(chains())
def test_what_is_created_in_a_block_is_in_the_pool_or_outside(pair: tuple[exact.Chain, State]) -> None:
    chain, _ = pair
    (subnet, *_) = chain.subnets
    chain = evolve(chain, subnets=(evolve(subnet, tempo=0),))
    (after,) = exact.run_coinbase(chain, Fraction(10**9)).subnets
    waiting = after.pending.emission + after.pending.owner_cut
    assert after.alpha_out - subnet.alpha_out == waiting or after.pending.root_divs == 0
