"""Places of the reference that no recording reaches and no other test does: what happens there, computed by hand."""

from dtao.calls.weights import passes_weights_rate_limit
from dtao.codec import Json
from dtao.fixed import I32F32, I96F32
from dtao.persistent import Map
from dtao.records import Neurons, Pool, Subnet
from dtao.rules.emission import tao_emission
from dtao.rules.pool import max_amount_between_pools
from dtao.sparse import mat_ema_alpha_vec_sparse
from dtao.transcendental import exp
from dtao.transitions.keys import rename_neuron
from dtao.transitions.neurons import create_account
from dtao.units import AccountId, Alpha, Bits, BlockNumber, Rao, Uid
from tests.reference.outcomes import HOTKEY, LAUNCH, NEW_HOTKEY, OWNER, state_with

ONE = I96F32.one
LARGEST = I96F32.max_bits


def test_block_3_a_pool_without_liquidity_keeps_what_would_be_sold_for_root() -> None:
    """A pool of 1 000 rao pays nothing for root's alpha, which stays outside and is counted as sold all the same."""
    poor = {"SubnetMechanism/1": 1, "SubnetTAO/1": "1000", "SubnetAlphaIn/1": "10000000", "SubnetTAO/0": "1000000"}
    state = state_with(poor)
    changes = LAUNCH.diff(state, LAUNCH.step(state))
    assert changes == {
        "BlockNumber": "2",
        "SubnetAlphaOut/1": "2000000000",
        "SubnetMovingPrice/1": "1",
        "SubnetAlphaOutEmission/1": "1000000000",
        "PendingEmission/1": "819993832",
        "PendingAlphaSwapped/1": "10744",
        "PendingOwnerCut/1": "179995422",
        "BlocksSinceLastStep/1": "1",
    }


def test_emit_1_a_moving_price_beyond_all_bounds_saturates() -> None:
    assert tao_emission(4 << 32, LARGEST, LARGEST) == ONE
    assert tao_emission(ONE, LARGEST, LARGEST) == ONE


def test_pool_8_an_empty_reserve_allows_nothing() -> None:
    full, empty = Pool(tao=Rao(100), alpha_in=Alpha(100)), Pool(tao=Rao(100))
    price = Bits(ONE)
    assert max_amount_between_pools(full, price, empty, price, 0) == 0
    assert max_amount_between_pools(empty, price, full, price, 0) == 0


def test_pool_8_a_ratio_beyond_all_bounds_is_none() -> None:
    pool = Pool(tao=Rao(100), alpha_in=Alpha(100))
    assert max_amount_between_pools(pool, Bits(LARGEST), pool, Bits(1), 1) == 0
    assert max_amount_between_pools(pool, Bits(LARGEST), pool, Bits(1), 0) == 2**64 - 1


def test_bond_5_columns_beyond_the_matrix_are_left_out() -> None:
    half = I32F32.one // 2
    assert mat_ema_alpha_vec_sparse([[(0, half), (7, half)]], [[(0, half), (7, half)]], [half]) == [[(0, half)]]


def test_fix_11_the_product_overflows_before_the_sum() -> None:
    """The sum is compared as the runtime does, but no format is so narrow that it overflows first."""
    largest = max(bits for bits in range(0, 22 * I32F32.one, I32F32.one // 64) if exp(I32F32, bits) is not None)
    assert exp(I32F32, largest) is not None
    assert exp(I32F32, largest + I32F32.one // 64) is None


def test_epoch_20_a_uid_without_a_hotkey_may_not_set_weights() -> None:
    assert not passes_weights_rate_limit(Subnet(), Uid(0), BlockNumber(10**6), ())


def test_key_5_a_member_without_a_uid_becomes_a_member_without_a_uid() -> None:
    subnet = Subnet(neurons=Neurons(is_network_member=Map({AccountId(HOTKEY): True})))
    renamed = rename_neuron(subnet, AccountId(HOTKEY), AccountId(NEW_HOTKEY))
    assert renamed == Subnet(neurons=Neurons(is_network_member=Map({AccountId(NEW_HOTKEY): True})))


def test_state_6_a_hotkey_that_is_listed_already_is_not_listed_twice() -> None:
    state = state_with({"OwnedHotkeys/1001": [str(HOTKEY)]})
    after = create_account(state, AccountId(OWNER), AccountId(HOTKEY))
    assert LAUNCH.diff(state, after) == {
        f"Owner/{HOTKEY}": str(OWNER), f"StakingHotkeys/{OWNER}": [str(HOTKEY)],
    }  # fmt: skip


def test_child_1_pending_children_of_root_wait_for_its_epoch() -> None:
    """No call can name children on root; a state that has some keeps them until the epoch of root is due."""
    named = [[str(2**64 - 1), str(NEW_HOTKEY)]]
    pending: dict[str, Json] = {f"PendingChildKeys/0/{HOTKEY}": [named, "1"], "BlockNumber": "10", "Tempo/0": 100}
    state = state_with(pending)
    due = next(block for block in range(1, 200) if f"ChildKeys/{HOTKEY}/0" in LAUNCH.dump(LAUNCH.step(state, block)))
    after = LAUNCH.step(state, due)
    assert after.block_number == 99
    assert LAUNCH.dump(after)[f"ChildKeys/{HOTKEY}/0"] == named
    assert f"PendingChildKeys/0/{HOTKEY}" not in LAUNCH.dump(after)
