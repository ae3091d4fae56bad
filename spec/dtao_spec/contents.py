"""The chapters in reading order; importing this module registers every rule."""

import pkgutil
from importlib import import_module
from types import ModuleType

from dtao_spec import glossary, history, interface, later, notation, parameters, promises, rejections, violations
from dtao_spec.chapters import (
    block,
    bonds,
    children,
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
    staking,
    staking_calls,
    state,
    weights,
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
    staking_calls,
    moves,
    neurons,
    networks,
    children,
    weights,
    epoch,
    bonds,
    dividends,
    keys,
    parameters,
    interface,
    rejections,
    violations,
    promises,
    history,
    glossary,
)
LATER: tuple[ModuleType, ...] = tuple(
    import_module(f"{later.__name__}.{info.name}") for info in pkgutil.iter_modules(later.__path__)
)
"""What later versions say, in alphabetical order of the modules; each names the chapter in which its rules stand."""
PREFACE = """
# The Dynamic TAO economy: the launch in full, and ten later eras

What Bittensor's chain computed from 13 February 2025 on: every rule of its economy, in exact mathematics, with the
rounding that the chain adds and a worked example that runs. The launch, runtime version 233, is stated in full; what
the versions to 282 changed stands beside it, at each rule.

## How to read this

Each rule has a number that never changes and never returns, such as [POOL-2](#pool-2). It states what an implementation
MUST do; then the formula, on exact numbers; then the **rounding**, which says how far the chain's integer result may
stray from the exact one, and to which side. The example is code: it is executed whenever this document is rendered. A
**known violation** is something that the chain got wrong and that an implementation must get wrong in the same way.

The prose of the chapters, and each rule up to its line **Eras**, describe *the launch*; where only *mainnet* is named,
a value of its state is meant and not a rule. That line says in which versions the rule holds: in all, from one on, or
up to one. Where it names versions in which the rule changed, a section **Changed in** follows for each: it says what is
different from there on, against the statement before it. So the rule of version 262 is that of the launch with all its
changes up to 261. A rule that a later version brought stands at the end of its chapter. What an upgrade was for, and
which versions are not covered, is told in the [history](#chapter-history).

Amounts are whole numbers of the smallest unit. 1 TAO is $10^9$ rao; 1 alpha, the token of a subnet, is $10^9$ alpha
rao. Prices are TAO per alpha. $\\lfloor x \\rfloor$ is the largest whole number not above $x$. A term that is not
explained where it stands is in the [glossary](#chapter-glossary).

The chapters build on each other: numbers and accounts, what a block creates, how pools trade, how stake is held and
moved, who may take part, who is paid.
An implementer may read them in this order; an economist may begin with [emission](#chapter-emission), and look up pools
and staking from there. Left out is what moves no TAO and no alpha: governance but for the senate's seats, identities,
the cryptography of committed weights, and registration by proof of work.

Every rule ends with the code that runs it: the exact functions, on rational numbers, and the functions of the
reference, which compute the same on integers and fixed-point bits as the chain does. If this text and the recorded
behaviour of the runtime disagree, the recording is right.
"""
