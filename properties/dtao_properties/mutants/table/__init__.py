"""The mutants, by family: each a mistake that someone could make, or that the runtime once made.

``after`` names the historic mistake that a mutant repeats (on the launch's rules) or undoes (where the launch has it).
"""

from dtao_properties.mutants.mutant import Mutant
from dtao_properties.mutants.table import (
    accounts,
    arithmetic,
    blocks,
    bonds,
    claims,
    decimal,
    dividends,
    edges,
    epochs,
    flow,
    keys,
    later,
    later_edges,
    mechanisms,
    moves,
    networks,
    open_subnets,
    pools,
    ranges,
    staking,
    states,
    subnet_limit,
    weighted,
)

MUTANTS: tuple[Mutant, ...] = (
    *pools.MUTANTS,
    *blocks.MUTANTS,
    *arithmetic.MUTANTS,
    *epochs.MUTANTS,
    *bonds.MUTANTS,
    *dividends.MUTANTS,
    *staking.MUTANTS,
    *moves.MUTANTS,
    *networks.MUTANTS,
    *keys.MUTANTS,
    *states.MUTANTS,
    *later.MUTANTS,
    *ranges.MUTANTS,
    *edges.MUTANTS,
    *mechanisms.MUTANTS,
    *subnet_limit.MUTANTS,
    *flow.MUTANTS,
    *claims.MUTANTS,
    *open_subnets.MUTANTS,
    *decimal.MUTANTS,
    *weighted.MUTANTS,
    *accounts.MUTANTS,
    *later_edges.MUTANTS,
)
EDGES: tuple[Mutant, ...] = (*edges.MUTANTS, *later_edges.MUTANTS)
"""Those that show only at the very edge of a rule."""
