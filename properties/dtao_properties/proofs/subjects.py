"""The functions of the reference that the proofs are about, by the name that the lemmas and contracts use.

They are the functions that run, not copies. This is the one place that says where they live.
"""

from dtao import fixed, transcendental
from dtao.block import emit
from dtao.eras import era
from dtao.fixed import FORMATS, I32F32, I64F64, I96F32, I110F18, U64F64, U96F32, Format
from dtao.params import DEFAULT_BLOCK_EMISSION, DEFAULT_STAKING_FEE, MINIMUM_POOL_LIQUIDITY, TOTAL_SUPPLY
from dtao.power import GUARD_BITS, pow_ratio_scaled
from dtao.records import Pool, SharePool
from dtao.rules.emission import (
    alpha_injection,
    blocks_until_next_epoch,
    owner_cut_proportion,
    root_alpha,
    root_proportion,
    tao_emission,
    tao_weight,
)
from dtao.rules.issuance import block_emission, block_emission_by_logarithm
from dtao.rules.lock_cost import lock_cost, lock_reduction_interval
from dtao.rules.locks import decay
from dtao.rules.pool import (
    alpha_for_tao,
    max_amount_add,
    max_amount_between_pools,
    max_amount_remove,
    payout,
    price,
    remaining_reserve,
    stable_to_dynamic_limit,
    tao_for_alpha,
)
from dtao.rules.pools.weighted import BOUNDED as BOUNDED_WEIGHTS
from dtao.rules.pools.weighted import HALF, ONE_WEIGHT, amount_out, quote_weight_with
from dtao.rules.price import moving_price_after
from dtao.rules.registration import upgraded
from dtao.rules.shares import (
    as_i64,
    decrease_stake,
    negated,
    stake_of,
    total_after,
    update_stake,
    value_per_share,
)
from dtao.units import U16_MAX, U64_MAX
from dtao.unpacking import unpack

__all__ = [
    "BOUNDED_WEIGHTS",
    "DEFAULT_BLOCK_EMISSION",
    "DEFAULT_STAKING_FEE",
    "FORMATS",
    "GUARD_BITS",
    "HALF",
    "I32F32",
    "I64F64",
    "I96F32",
    "I110F18",
    "MINIMUM_POOL_LIQUIDITY",
    "ONE_WEIGHT",
    "TOTAL_SUPPLY",
    "U16_MAX",
    "U64F64",
    "U64_MAX",
    "U96F32",
    "Format",
    "Pool",
    "SharePool",
    "alpha_for_tao",
    "alpha_injection",
    "amount_out",
    "as_i64",
    "block_emission",
    "block_emission_by_logarithm",
    "blocks_until_next_epoch",
    "decay",
    "decrease_stake",
    "emit",
    "era",
    "fixed",
    "lock_cost",
    "lock_reduction_interval",
    "max_amount_add",
    "max_amount_between_pools",
    "max_amount_remove",
    "moving_price_after",
    "negated",
    "owner_cut_proportion",
    "payout",
    "pow_ratio_scaled",
    "price",
    "quote_weight_with",
    "remaining_reserve",
    "root_alpha",
    "root_proportion",
    "stable_to_dynamic_limit",
    "stake_of",
    "tao_emission",
    "tao_for_alpha",
    "tao_weight",
    "total_after",
    "transcendental",
    "unpack",
    "update_stake",
    "upgraded",
    "value_per_share",
]
