"""The chapters of rules: one module or package each, which states its rules with all their versions.

All are imported with the first of them, so that rules are registered in one order whatever is imported first.
"""

from dtao_spec import notation  # noqa: F401  # its rules are read first, and those of chapters build on them
from dtao_spec.chapters import (  # noqa: F401
    block,
    bonds,
    child_relations,
    children,
    coinbase,
    concentrated,
    dividends,
    emission,
    epoch,
    issuance,
    keys,
    moves,
    networks,
    neurons,
    pools,
    price,
    shares,
    stake_weights,
    staking,
    staking_calls,
    state,
    subsidies,
    weights,
)
