"""Corners of rules and helpers that mechanical mistakes were seen to pass by."""

from types import SimpleNamespace
from typing import Any

import pytest

from dtao import fixed, transcendental
from dtao.calls import weights
from dtao.errors import InputError
from dtao.evolving import evolve
from dtao.fixed import I32F32, I64F64, I96F32
from dtao.outcome import Rejected
from dtao.persistent import Map
from dtao.records import Neurons, Pool, Registration, SharePool, Subnet
from dtao.rules import bonds, epoch, matrices, pool, price, registration, shares, stake_weight
from dtao.rules.yuma3 import alpha_sigmoid
from dtao.settings import Hyperparameters
from dtao.transitions import children, limits
from dtao.units import U64_MAX, AccountId, Alpha, Bits, BlockNumber, Rao, Shares, Uid

ONE = I32F32.one
HOLDER = AccountId(1)
BILLION = 10**9


def held(total: int, denominator: int) -> SharePool:
    return SharePool(Alpha(total), Shares(denominator), Map({HOLDER: Shares(denominator)} if denominator else {}))


@pytest.mark.rule("POOL-5")
@pytest.mark.parametrize(
    ("tao", "alpha", "limit", "most"),
    [
        (5, 0, 7, 0),
        (0, 10**12, BILLION, 0),
        (5, 1, 10**13, 9_995),
        (1, 10**12, 2 * BILLION, 2 * 10**12 - 1),
        (1, 10**12, 1, 999),
    ],
)
def test_the_most_that_may_be_staked_in_small_pools(tao: int, alpha: int, limit: int, most: int) -> None:
    assert pool.max_amount_add(False, Rao(tao), Alpha(alpha), limit) == most


@pytest.mark.rule("POOL-6")
@pytest.mark.parametrize(("tao", "alpha", "limit", "most"), [(0, 5, 7, 0), (5, 0, 7, 0), (1, 5, 10**8, 5)])
def test_the_most_that_may_be_unstaked_from_small_pools(tao: int, alpha: int, limit: int, most: int) -> None:
    assert pool.max_amount_remove(False, Rao(tao), Alpha(alpha), limit) == most


@pytest.mark.rule("POOL-8")
def test_the_largest_ratio_counts_and_the_limit_is_compared_with_the_floored_one() -> None:
    one = Pool(Rao(10**12), Alpha(10**12))
    price_of_one = Bits(I96F32.one)
    half = 5 * 10**8
    assert pool.max_amount_between_pools(one, price_of_one, one, price_of_one, half, I96F32.one) == 5 * 10**11
    assert pool.max_amount_between_pools(one, price_of_one, one, price_of_one, half, I96F32.one - 1) == 0
    # The ratio of 4.9 · 2^-32 counts as 4 · 2^-32, which is less than the limit of 10^-9.
    origin, destination = Pool(Rao(BILLION), Alpha(1)), Pool(Rao(BILLION), Alpha(1_000))
    assert pool.max_amount_between_pools(origin, Bits(49), destination, Bits(10 << 32), 1) == 0


@pytest.mark.rule("PRICE-2")
@pytest.mark.parametrize("weight", [0, 1, I96F32.one // 3, I96F32.one])
def test_the_average_of_the_largest_prices_is_no_larger(weight: int) -> None:
    assert I96F32.max_bits - 1 <= price.moving_price_after(I96F32.max_bits, I96F32.max_bits, weight) <= I96F32.max_bits


@pytest.mark.rule("REG-2")
def test_an_interval_of_one_block_is_not_over_in_the_block_of_the_last_adjustment() -> None:
    terms = Registration(last_adjustment_block=BlockNumber(7), registrations_this_interval=1)
    parameters = Hyperparameters(adjustment_interval=1)
    assert registration.adjust_terms(terms, parameters, BlockNumber(7)) is terms
    assert registration.adjust_terms(terms, parameters, BlockNumber(8)).registrations_this_interval == 0


@pytest.mark.rule("SHARE-4")
def test_shares_beyond_the_format_are_none() -> None:
    cheap = held(1, 2**127)
    assert shares.shares_for(cheap, 2**40) == 0
    assert shares.shares_for(cheap, -(2**40)) == 0


@pytest.mark.rule("SHARE-4")
@pytest.mark.parametrize("one", [held(5, 0), held(U64_MAX, U64_MAX << 64)])
def test_an_update_of_the_smallest_number_leaves_the_total(one: SharePool) -> None:
    assert shares.change_stake(one, HOLDER, -(2**63))[0].total_alpha == one.total_alpha


@pytest.mark.rule("SHARE-4")
def test_a_stored_total_of_0_is_written_again_whatever_the_update() -> None:
    stored = evolve(held(0, 2**64), is_zero_stored=True)
    for update in (0, 5):
        after, _ = shares.change_stake(stored, HOLDER, update)
        assert not after.is_zero_stored
        assert not shares.update_stake(stored, HOLDER, update).is_zero_stored
        assert not shares.change_total(stored, update).is_zero_stored


@pytest.mark.rule("SHARE-4")
def test_the_smallest_change_of_shares_has_no_negative_and_so_takes_none() -> None:
    cheap = held(2**50, 2**115)
    assert shares.shares_for(cheap, -(2**62)) == I64F64.min_bits
    assert shares.change_stake(cheap, HOLDER, -(2**62)) == (
        SharePool(Alpha(0), cheap.denominator, cheap.shares),
        -(2**62),
    )


@pytest.mark.rule("SHARE-9")
@pytest.mark.parametrize(("denominator", "is_dust"), [(2**64, False), (2**64 - 1, True)])
def test_the_largest_value_of_a_share_is_no_overflow(denominator: int, is_dust: bool) -> None:
    assert shares.is_dust(U64_MAX, denominator, 100, 50) is is_dust


@pytest.mark.rule("EPOCH-1")
def test_children_with_more_than_the_whole_take_nothing_of_what_parents_gave() -> None:
    almost_all = U64_MAX - 2**31
    assert stake_weight.proportion_bits(almost_all) == 2**32 - 1
    assert stake_weight.inherited_stake_unsigned(10, [U64_MAX, U64_MAX], [(almost_all, 1)]) == 0


@pytest.mark.rule("BOND-10")
@pytest.mark.parametrize(
    ("high", "low", "consensus_high", "consensus_low"),
    [(ONE // 4, 0, ONE // 2, 0), (0, ONE // 4, ONE // 2, 0), (ONE // 2, ONE // 4, 5, 5)],
)
def test_there_is_no_slope_without_bounds_or_quartiles(
    high: int, low: int, consensus_high: int, consensus_low: int
) -> None:
    assert bonds.logistic_params(high, low, consensus_high, consensus_low) == (0, 0)


@pytest.mark.rule("BOND-15")
@pytest.mark.parametrize(
    ("consensus", "weight", "bond", "distance"),
    [(ONE, 0, 0, 0), (ONE // 4, ONE // 2, ONE // 2, ONE // 4), (0, ONE // 4, ONE // 2, ONE // 4)],
)
def test_how_far_a_bond_is_to_go(consensus: int, weight: int, bond: int, distance: int) -> None:
    steepness = 3_000_000 * ONE if distance == 0 else 10 * ONE
    exponent = fixed.saturating_mul(I32F32, -ONE, fixed.saturating_mul(I32F32, steepness, distance - (ONE >> 1)))
    curve = fixed.saturating_div(I32F32, ONE, fixed.saturating_add(I32F32, ONE, transcendental.safe_exp(exponent)))
    assert alpha_sigmoid(consensus, weight, bond, 0, ONE, steepness) == curve


@pytest.mark.rule("BOND-15")
def test_a_distance_below_0_counts_as_0_exactly() -> None:
    # 2^32 / (1 + e^0.5) is 1621524825.40.
    assert alpha_sigmoid(ONE, 0, 0, 0, ONE, ONE) == 1_621_524_825


@pytest.mark.rule("EPOCH-11")
def test_weights_on_a_neuron_that_does_not_exist_are_left_out() -> None:
    assert matrices.sparse_weights([((1, 5),)], [False], [], [BlockNumber(0)]) == [[]]  # type: ignore[list-item]
    rows: Any = [((1, 5), (2, 7)), ()]
    assert matrices.sparse_weights(rows, [False, False], [9, 9], [0, 0]) == [[(1, 5 << 32)], []]


@pytest.mark.rule("BOND-6")
def test_a_bond_with_a_neuron_that_does_not_exist_is_refused() -> None:
    rows: Any = [((0, 5), (2, 7)), ()]
    with pytest.raises(InputError, match="name neuron 2, but there are 2 neurons"):
        matrices.sparse_bonds(rows, [9, 9], [0, 0])


@pytest.mark.rule("STAKE-23")
def test_one_rao_is_an_amount() -> None:
    assert limits.positive_amount_allowed(1) == 1
    with pytest.raises(Rejected):
        limits.positive_amount_allowed(0)


@pytest.mark.rule("EPOCH-20")
def test_a_neuron_without_a_last_update_never_set_weights() -> None:
    neurons = Neurons(n=1, keys=Map({Uid(0): AccountId(5)}))
    subnet = Subnet(neurons=neurons, hyperparameters=Hyperparameters(weights_set_rate_limit=100))
    assert weights.passes_weights_rate_limit(subnet, Uid(0), BlockNumber(50), neurons.last_update)
    assert not weights.passes_weights_rate_limit(subnet, Uid(1), BlockNumber(50), neurons.last_update)


@pytest.mark.rule("EPOCH-21")
def test_a_neuron_without_an_entry_has_no_permit() -> None:
    subnet = Subnet(neurons=Neurons(n=2, keys=Map({Uid(0): AccountId(5), Uid(1): AccountId(6)})))
    with pytest.raises(Rejected, match="NeuronNoValidatorPermit"):
        weights.validated_weights(subnet, Uid(0), (1,), (1,))


@pytest.mark.parametrize("item", ["stake", "weights", "bonds", "block_at_registration", "validator_permits"])
def test_a_neuron_more_in_one_list_is_refused(item: str) -> None:
    one: dict[str, Any] = {"stake": [5], "weights": [()], "bonds": [()], "block_at_registration": [1]}
    one |= {"validator_permits": [False], "last_update": [1]}
    given: Any = SimpleNamespace(n=1, **one)
    epoch.refuse_wrong_lengths(given)
    setattr(given, item, 2 * one[item])
    with pytest.raises(InputError, match="has 2 elements for 1 neurons"):
        epoch.refuse_wrong_lengths(given)


def test_increases_of_a_childkey_take_alone_are_limited() -> None:
    assert [children.is_increase_limited(5, take) for take in (4, 5, 6)] == [False, False, True]


@pytest.mark.rule("FIX-9")
@pytest.mark.parametrize("power", [2, 3, 20, 30])
def test_a_halving_rounds_up_so_that_the_next_below_a_power_of_two_counts_as_it(power: int) -> None:
    assert transcendental.log2(I32F32, (1 << 32 + power) - 1) == power << 32
    assert transcendental.log2(I32F32, (1 << 32 + power) - (1 << power)) != power << 32


@pytest.mark.rule("FIX-10")
@pytest.mark.parametrize("power", [1, 2, 3, 7, 19, 31])
def test_logarithms_of_reciprocals_differ_in_the_sign_alone(power: int) -> None:
    of_power = transcendental.ln(I96F32, 1 << 32 + power)
    assert of_power is not None
    assert transcendental.ln(I96F32, 1 << 32 - power) == -of_power


@pytest.mark.rule("FIX-12")
def test_the_sigmoid_is_above_one_half_above_its_middle() -> None:
    middle, steep = ONE // 2, 10 * ONE
    below, at, above = (transcendental.sigmoid_safe(middle + by, steep, middle) for by in (-ONE // 4, 0, ONE // 4))
    assert below < at == ONE // 2 < above
