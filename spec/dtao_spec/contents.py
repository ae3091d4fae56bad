"""The chapters in reading order; importing this module registers every rule."""

from types import ModuleType

from dtao_spec import (
    block,
    bonds,
    dividends,
    emission,
    epoch,
    issuance,
    keys,
    moves,
    networks,
    neurons,
    notation,
    parameters,
    pools,
    price,
    promises,
    rejections,
    shares,
    staking,
    state,
    violations,
)

CHAPTERS: tuple[ModuleType, ...] = (
    notation,
    state,
    block,
    issuance,
    pools,
    price,
    emission,
    shares,
    staking,
    moves,
    neurons,
    networks,
    epoch,
    bonds,
    dividends,
    keys,
    parameters,
    rejections,
    violations,
    promises,
)
PREFACE = """
# The Dynamic TAO economy, as launched

What Bittensor's chain computed from 13 February 2025 on, runtime version 233: every rule of its economy, in exact
mathematics, with the rounding that the chain adds and a worked example that runs.

## How to read this

Each rule has a number that never changes and never returns, such as [POOL-2](#pool-2). It states what an implementation
MUST do; then the formula, on exact numbers; then the **rounding**, which says how far the chain's integer result may
stray
from the exact one, and to which side. The example is code: it is executed whenever this document is rendered. A **known
violation** is something that the launch got wrong and that an implementation must get wrong in the same way.

Amounts are whole numbers of the smallest unit. 1 TAO is $10^9$ rao; 1 alpha, the token of a subnet, is $10^9$ alpha
rao.
Prices are TAO per alpha. $\\lfloor x \\rfloor$ is the largest whole number not above $x$.

Every rule ends with the code that runs it: the exact function, on rational numbers, and the functions of the reference,
which compute the same on integers and fixed-point bits as the chain does. If this text and the recorded behaviour of
the
runtime disagree, the recording is right.
"""
