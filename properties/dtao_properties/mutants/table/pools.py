"""Pools, prices, limits, emission and issuance."""

from attrs import evolve

from dtao.fixed import U64F64
from dtao.params import TOTAL_SUPPLY
from dtao.rules.pool import DYNAMIC, LARGEST, RAO_PER_TAO, remaining_reserve
from dtao.state import State
from dtao.units import AccountId, Bits, NetUid
from dtao_properties.mutants.mutant import Mutant, Patched, Replaced, Right


def _by_whole_price(right: Right, is_stable: bool, tao: int, alpha: int, limit: int) -> int:
    dynamic = alpha and tao and not is_stable
    return 0 if dynamic and limit < tao * RAO_PER_TAO // alpha + 2 else int(right(is_stable, tao, alpha, limit))


def _at_the_price(right: Right, is_stable: bool, tao: int, alpha: int, limit: int) -> int:
    equal = alpha and tao and limit and not is_stable and limit == tao * RAO_PER_TAO // alpha
    return max(tao * RAO_PER_TAO // limit - alpha, 0) if equal else int(right(is_stable, tao, alpha, limit))


def _with_a_moving_price(right: Right, state: State, netuid: NetUid, *given: AccountId) -> State:
    after: State = right(state, netuid, *given)
    return evolve(after, pools=after.pools.set(netuid, evolve(after.pool(netuid), moving_price=Bits(1 << 32))))


MUTANTS: tuple[Mutant, ...] = (
    Replaced(
        "EMIT-1", "rules.emission.tao_emission", "the share follows the emission, not the moving price",
        lambda right, emission, price, total, *largest: right(emission, total, total, *largest),
    ),
    Patched(
        "EMIT-1", "block.emit", "the TAO follows the reserves instead of the moving prices",
        "tao_due = tao_emission(emission, moving_price, total_moving_prices, largest)",
        "tao_due = tao_emission(emission, tao << FRACTION, sum(one.tao for one in subnets) << FRACTION, 2**200)",
        after="P30",
        because="The pass over all pools hands no reserves on.",
    ),
    Patched(
        "EMIT-2", "block.emit", "the TAO is scaled down where the cap of the alpha binds",
        "received = 0 if subnet.is_registration_disabled else tao_due >> FRACTION",
        "received = 0 if subnet.is_registration_disabled else min(tao_due, price * emitted) >> FRACTION",
        after="P04, L13",
        because="The pass over all pools writes it out.",
    ),
    Replaced(
        "EMIT-2", "rules.emission.alpha_injection", "the alpha that is injected is capped by the TAO of the block",
        lambda right, due, price, emission: right(due, price, 10**9), seen_by="block.emit", after="N09",
    ),
    Patched(
        "EMIT-2", "block.emit", "only TAO is injected, no alpha beside it",
        "more if (more := alpha_in + injected) < U64_MAX else U64_MAX", "alpha_in", after="N14",
        because="The pass over all pools writes it out.",
    ),
    Replaced(
        "EMIT-3", "rules.emission.is_registration_disabled",
        "a subnet is closed where both kinds of registration are off",
        lambda right, burns, work: not work and not burns, after="later rule",
    ),
    Patched(
        "EMIT-3", "block.emit", "a closed subnet gets no alpha either",
        "alpha_injection(tao_due, price, alpha_emission) >> FRACTION",
        "0 if subnet.is_registration_disabled else alpha_injection(tao_due, price, alpha_emission) >> FRACTION",
        after="L12",
        because="What computes the injection is not told of which subnet.",
    ),
    Replaced(
        "EMIT-4", "rules.emission.owner_cut_proportion", "the cut is a part of 65,536",
        lambda right, cut: (cut << 32) // 65_536,
    ),
    Replaced(
        "EMIT-5", "rules.emission.tao_weight", "the weight is a tenth",
        lambda right, stored: right(stored // 10), after="P16",
    ),
    Replaced(
        "EMIT-6", "rules.emission.root_proportion", "the root proportion is taken of the alpha alone",
        lambda right, root_tao, issuance: (root_tao << 32) // (issuance << 32) if issuance else 0,
    ),
    Patched(
        "EMIT-6", "block.emit", "the issuance leaves out the pool",
        "issued = more if (more := alpha_in + alpha_out)", "issued = more if (more := alpha_out)", after="N12",
        because="The pass over all pools writes it out.",
    ),
    Replaced(
        "EMIT-7", "rules.emission.root_alpha", "root gets all of its proportion, not half",
        lambda right, proportion, alpha: proportion * alpha >> 32,
    ),
    Replaced(
        "EMIT-7", "rules.emission.root_alpha", "the half of the alpha is always 41 %",
        lambda right, proportion, alpha: proportion * alpha * 41 // 82 * 82 // 100 >> 32, after="P08",
    ),
    Replaced(
        "ISS-1", "rules.issuance.block_emission", "the emission halves one block too late",
        lambda right, issuance: right(issuance - 1) if issuance < TOTAL_SUPPLY else right(issuance),
    ),
    Replaced(
        "POOL-1", "rules.pool.remaining_reserve", "the remainder is rounded up",
        lambda right, reserve_in, reserve_out, amount, largest=LARGEST: (
            -(-min(reserve_in * reserve_out << 18, largest) // (reserve_in + amount)) if reserve_in + amount else 0
        ),
    ),
    Replaced(
        "POOL-1", "rules.pool.remaining_reserve", "the product is not bounded",
        lambda right, reserve_in, reserve_out, amount, largest=LARGEST: right(reserve_in, reserve_out, amount, 2**256),
    ),
    Replaced(
        "POOL-2", "rules.pool.payout", "a pool pays only up to the whole rao that it keeps, rounded against the payer",
        lambda right, reserve_in, reserve_out, amount, *largest: (
            None
            if right(reserve_in, reserve_out, amount, *largest) is None
            else max(reserve_out - (remaining_reserve(reserve_in, reserve_out, amount, *largest) >> 18) - 1, 0)
        ),
    ),
    Replaced(
        "POOL-3", "rules.pool.alpha_for_tao", "the reserves are taken for each other",
        lambda right, mechanism, tao, alpha, paid, *largest: right(mechanism, alpha, tao, paid, *largest),
    ),
    Replaced(
        "POOL-4", "rules.pool.tao_for_alpha", "a stable subnet swaps by its pool",
        lambda right, mechanism, *others: right(mechanism or DYNAMIC, *others),
    ),
    Replaced(
        "POOL-5", "rules.pool.max_amount_add", "the limit is compared with the whole price, not with its whole TAO",
        _by_whole_price, after="P17",
    ),
    Replaced(
        "POOL-6", "rules.pool.max_amount_remove", "a limit equal to the price allows something",
        _at_the_price, after="P17",
    ),
    Replaced(
        "POOL-7", "rules.pool.stable_to_dynamic_limit", "the limit is not inverted",
        lambda right, limit: min((limit << 64) // RAO_PER_TAO * RAO_PER_TAO, U64F64.max_bits) >> 64, after="P18",
    ),
    Patched(
        "POOL-8", "rules.pool.max_amount_between_pools", "the product is divided by the sum first",
        "((destination.alpha_in * origin_share) << LIMIT_FRACTION) // limit",
        "(destination.alpha_in << LIMIT_FRACTION) // limit * origin_share",
        after="P17",
        because="It is the order of operations in one expression.",
    ),
    Replaced(
        "POOL-8", "rules.pool.max_amount_between_pools", "the shares of the reserves are taken for each other",
        lambda right, origin, price, destination, other, *given: right(
            evolve(origin, tao=destination.tao), price, evolve(destination, tao=origin.tao), other, *given
        ),
    ),
    Replaced(
        "PRICE-1", "rules.pool.price", "the price is alpha per TAO",
        lambda right, is_root, mechanism, tao, alpha: (
            right(is_root, mechanism, alpha, tao or 1) if alpha else right(is_root, mechanism, tao, alpha)
        ),
    ),
    Replaced(
        "PRICE-1", "rules.pool.price", "the price of an empty pool is 1",
        lambda right, *given: right(*given) if given[3] else 1 << 32,
        unrecorded="No recording has a pool without alpha.",
    ),
    Replaced(
        "PRICE-2", "rules.price.moving_price_after", "a price counts as 1 TAO at most",
        lambda right, moving, price, weight: right(moving, min(price, 1 << 32), weight), after="later rule",
    ),
    Replaced(
        "PRICE-2", "rules.price.moving_price_after", "the products are added before they are rounded",
        lambda right, moving, price, weight: weight * price + ((1 << 32) - weight) * moving >> 32,
    ),
    Replaced(
        "PRICE-2", "transitions.networks.create_network", "the moving price of a new subnet starts at its price",
        _with_a_moving_price, after="N23",
    ),
)  # fmt: skip
