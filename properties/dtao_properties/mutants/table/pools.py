"""Pools, prices, limits, emission and issuance."""

from dtao_properties.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "EMIT-1", "rules.emission.tao_emission", "the share follows the emission, not the moving price",
        "block_emission * moving_price", "block_emission * total_moving_prices",
    ),
    Mutant(
        "EMIT-1", "block.emit", "the TAO follows the reserves instead of the moving prices",
        "tao_due = tao_emission(emission, moving_price, total_moving_prices, largest)",
        "tao_due = tao_emission(emission, tao << FRACTION, sum(one.tao for one in flows) << FRACTION, 2**200)",
        after="P30",
    ),
    Mutant(
        "EMIT-2", "rules.emission.alpha_injection", "the alpha is not capped", "if alpha_in < alpha_emission",
        "if True",
    ),
    Mutant(
        "EMIT-2", "block.emit", "the TAO is scaled down where the cap of the alpha binds",
        "received = 0 if subnet.is_registration_disabled else tao_due >> FRACTION",
        "received = 0 if subnet.is_registration_disabled else min(tao_due, price * emitted) >> FRACTION",
        after="P04, L13",
    ),
    Mutant(
        "EMIT-2", "block.emit", "the alpha that is injected is capped by the TAO of the block",
        "alpha_injection(tao_due, price, alpha_emission)", "alpha_injection(tao_due, price, emission)", after="N09",
    ),
    Mutant(
        "EMIT-2", "block.emit", "only TAO is injected, no alpha beside it",
        "more if (more := alpha_in + injected) < U64_MAX else U64_MAX", "alpha_in", after="N14",
    ),
    Mutant(
        "EMIT-3", "rules.emission.is_registration_disabled",
        "a subnet is closed where both kinds of registration are off",
        "pow_registration_allowed and not", "not pow_registration_allowed and not", after="later rule",
    ),
    Mutant(
        "EMIT-3", "block.emit", "a closed subnet gets no alpha either",
        "alpha_injection(tao_due, price, alpha_emission) >> FRACTION",
        "0 if subnet.is_registration_disabled else alpha_injection(tao_due, price, alpha_emission) >> FRACTION",
        after="L12",
    ),
    Mutant(
        "EMIT-4", "rules.emission.owner_cut_proportion", "the cut is a part of 65,536",
        "// U16_MAX", "// (U16_MAX + 1)",
    ),
    Mutant(
        "EMIT-5", "rules.emission.tao_weight", "the weight is a tenth", "stored_weight <<", "stored_weight // 10 <<",
        after="P16",
    ),
    Mutant(
        "EMIT-6", "rules.emission.root_proportion", "root's part is taken of the alpha alone",
        "total = weighted_root_tao + (alpha_issuance << FRACTION)", "total = alpha_issuance << FRACTION",
    ),
    Mutant(
        "EMIT-6", "block.emit", "the issuance leaves out the pool",
        "issued = more if (more := alpha_in + alpha_out)", "issued = more if (more := alpha_out)", after="N12",
    ),
    Mutant(
        "EMIT-7", "rules.emission.root_alpha", "root gets all of its proportion, not half", ">> FRACTION + 1",
        ">> FRACTION",
    ),
    Mutant(
        "EMIT-7", "rules.emission.root_alpha", "the half of the alpha is always 41 %",
        "proportion * alpha_out >> FRACTION + 1", "proportion * alpha_out * 41 // 82 * 82 // 100 >> FRACTION",
        after="P08",
    ),
    Mutant(
        "ISS-1", "rules.issuance.block_emission", "the emission halves one block too late",
        "// (TOTAL_SUPPLY - issuance)", "// (TOTAL_SUPPLY - issuance + 1)",
    ),
    Mutant(
        "ISS-1", "rules.issuance.block_emission_by_logarithm", "the residual is not one less",
        "one - issued))", "one - issued + 1))",
        unrecorded="The block finds the halvings by bit lengths. This form only defines the rule; tests hold the "
        "two against each other.",
    ),
    Mutant(
        "POOL-1", "rules.pool.remaining_reserve", "the remainder is rounded up", "return k // divisor",
        "return -(-k // divisor)",
    ),
    Mutant(
        "POOL-1", "rules.pool.remaining_reserve", "the product is not bounded",
        "        k = largest\n", "        pass\n",
    ),
    Mutant(
        "POOL-2", "rules.pool.payout", "a pool pays only up to the whole rao that it keeps, rounded against the payer",
        "((reserve_out << FRACTION) - remaining) >> FRACTION",
        "max(reserve_out - (remaining >> FRACTION) - 1, 0)",
    ),
    Mutant(
        "POOL-2", "rules.pool.payout", "the minimum liquidity itself may not remain",
        "remaining < MINIMUM", "remaining <= MINIMUM",
    ),
    Mutant(
        "POOL-3", "rules.pool.alpha_for_tao", "the reserves are taken for each other",
        "payout(tao_reserve, alpha_reserve, tao, largest)", "payout(alpha_reserve, tao_reserve, tao, largest)",
    ),
    Mutant(
        "POOL-4", "rules.pool.tao_for_alpha", "a stable subnet swaps by its pool", "mechanism != DYNAMIC",
        "mechanism > DYNAMIC",
    ),
    Mutant(
        "POOL-5", "rules.pool.max_amount_add", "the limit is compared with the whole price, not with its whole TAO",
        "limit_price < tao_reserve // alpha_reserve * RAO_PER_TAO",
        "limit_price < tao_reserve * RAO_PER_TAO // alpha_reserve + 2", after="P17",
    ),
    Mutant(
        "POOL-5", "rules.pool.max_amount_add", "the limit price of a stable subnet must be above 1 TAO",
        "limit_price >= RAO_PER_TAO", "limit_price > RAO_PER_TAO",
    ),
    Mutant(
        "POOL-6", "rules.pool.max_amount_remove", "a limit equal to the price allows something",
        "limit_price >= tao // alpha_reserve", "limit_price > tao // alpha_reserve", after="P17",
    ),
    Mutant(
        "POOL-7", "rules.pool.stable_to_dynamic_limit", "the limit is not inverted",
        "quotient = (RAO_PER_TAO << LIMIT_FRACTION) // limit_price",
        "quotient = (limit_price << LIMIT_FRACTION) // RAO_PER_TAO", after="P18",
    ),
    Mutant(
        "POOL-8", "rules.pool.max_amount_between_pools", "the product is divided by the sum first",
        "((destination.alpha_in * origin_share) << LIMIT_FRACTION) // limit",
        "(destination.alpha_in << LIMIT_FRACTION) // limit * origin_share", after="P17",
    ),
    Mutant(
        "POOL-8", "rules.pool.max_amount_between_pools", "the shares of the reserves are taken for each other",
        "destination.alpha_in * origin_share", "destination.alpha_in * destination_share",
    ),
    Mutant(
        "PRICE-1", "rules.pool.price", "the price is alpha per TAO",
        "(tao_reserve << PRICE_FRACTION) // alpha_reserve", "(alpha_reserve << PRICE_FRACTION) // (tao_reserve or 1)",
    ),
    Mutant(
        "PRICE-1", "rules.pool.price", "the price of an empty pool is 1", "return Bits(0)", "return Bits(I96F32.one)",
        unrecorded="No recording has a pool without alpha.",
    ),
    Mutant(
        "PRICE-2", "rules.price.moving_price_after", "a price counts as 1 TAO at most",
        "present = moving_alpha * price", "present = moving_alpha * min(price, I96F32.one)", after="later rule",
    ),
    Mutant(
        "PRICE-2", "rules.price.moving_price_after", "the products are added before they are rounded",
        "return present + ((ONE - moving_alpha) * moving_price >> FRACTION)",
        "return moving_alpha * price + (ONE - moving_alpha) * moving_price >> FRACTION",
    ),
    Mutant(
        "PRICE-2", "transitions.networks.network_created", "the moving price of a new subnet starts at its price",
        "alpha_in=Alpha(reserve))", "alpha_in=Alpha(reserve), moving_price=1 << 32)", after="N23",
    ),
)  # fmt: skip
