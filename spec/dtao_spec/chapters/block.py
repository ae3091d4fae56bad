r"""The block.

A block comes every 12 seconds, 7 200 times a day. Before any call of the block is executed, the block step moves the
economy on by itself, in a fixed order:

[until 237] ```mermaid
flowchart TD
    number["block number + 1"] --> terms["registration terms<br>of all networks<br>(BLOCK-4)"]
    terms --> emission["TAO that the block<br>may issue (ISS-1)"]
    emission --> coinbase
    subgraph coinbase["coinbase (BLOCK-3)"]
        direction TB
        due["what is due: TAO, alpha<br>beside it, alpha emission<br>(EMIT-1, EMIT-2, ISS-1)"]
        due --> inject["pools receive TAO<br>and alpha (EMIT-3)"]
        inject --> cut["owner cut (EMIT-4)"]
        cut --> sale["root's alpha is sold;<br>the rest is pending<br>(EMIT-5 to EMIT-7)"]
        sale --> average["moving prices (PRICE-2)"]
        average --> epochs["where the tempo ends:<br>epoch and payment<br>(BLOCK-1, DIV-9)"]
        epochs --> children["pending children<br>of all subnets (CHILD-1)"]
    end
    coinbase --> again["pending children<br>where the tempo ends:<br>the only time for root"]
```

[since 238 until 297] ```mermaid
flowchart TD
    number["block number + 1"] --> terms["registration terms<br>of all networks<br>(BLOCK-4)"]
    terms --> emission["TAO that the block<br>may issue (ISS-1)"]
    emission --> coinbase
    subgraph coinbase["coinbase (BLOCK-3)"]
        direction TB
        due["what is due: TAO, alpha<br>beside it, alpha emission<br>(EMIT-1, EMIT-2, ISS-1)"]
        due --> inject["pools receive TAO<br>and alpha (EMIT-3)"]
        inject --> cut["owner cut (EMIT-4)"]
        cut --> sale["root's alpha is sold;<br>the rest is pending<br>(EMIT-5 to EMIT-7)"]
        sale --> average["moving prices (PRICE-2)"]
        average --> epochs["where the tempo ends:<br>epoch and payment<br>(BLOCK-1, DIV-9)"]
    end
    coinbase --> children["pending children<br>where the tempo ends<br>(CHILD-1)"]
```

[since 298 until 337] ```mermaid
flowchart TD
    number["block number + 1"] --> terms["registration terms<br>of all networks<br>(BLOCK-4)"]
    terms --> emission["TAO that the block<br>may issue (ISS-1)"]
    emission --> coinbase
    subgraph coinbase["coinbase (BLOCK-3)"]
        direction TB
        due["what is due: TAO, alpha<br>beside it, alpha emission<br>(EMIT-1, EMIT-2, ISS-1)"]
        due --> buys["alpha is bought for<br>subsidized subnets (EMIT-9)"]
        buys --> inject["pools receive TAO<br>and alpha (EMIT-3)"]
        inject --> cut["owner cut (EMIT-4)"]
        cut --> sale["root's alpha is sold;<br>the rest is pending<br>(EMIT-5 to EMIT-7)"]
        sale --> average["moving prices (PRICE-2)"]
        average --> epochs["where the tempo ends:<br>epoch and payment<br>(BLOCK-1, DIV-9)"]
    end
    coinbase --> children["pending children<br>where the tempo ends<br>(CHILD-1)"]
```

[since 338 until 341] ```mermaid
flowchart TD
    number["block number + 1"] --> terms["registration terms<br>of all networks<br>(BLOCK-4)"]
    terms --> emission["TAO that the block<br>may issue (ISS-1)"]
    emission --> coinbase
    subgraph coinbase["coinbase (BLOCK-3)"]
        direction TB
        flows["average flows<br>(FLOW-2)"] --> due["what is due by flow;<br>alpha emission<br>(FLOW-3 to 5, ISS-1)"]
        due --> buys["alpha is bought for<br>subsidized subnets (EMIT-9)"]
        buys --> inject["pools receive TAO<br>and alpha (EMIT-3)"]
        inject --> cut["owner cut, root's alpha and<br>the rest are pending<br>(EMIT-4 to EMIT-7, EMIT-10)"]
        cut --> average["moving prices (PRICE-2)"]
        average --> epochs["where the tempo ends:<br>epoch and payment<br>(BLOCK-1, DIV-9)"]
    end
    coinbase --> children["pending children<br>where the tempo ends<br>(CHILD-1)"]
    children --> claims["root claims of some<br>coldkeys (CLAIM-7)"]
```

[since 342 until 360] ```mermaid
flowchart TD
    number["block number + 1"] --> terms["registration terms<br>of all networks<br>(BLOCK-4)"]
    terms --> emission["TAO that the block<br>may issue (ISS-1)"]
    emission --> coinbase
    subgraph coinbase["coinbase (BLOCK-3)"]
        direction TB
        flows["average flows<br>(FLOW-2)"] --> due["what is due by flow;<br>alpha emission<br>(FLOW-3 to 5, ISS-1)"]
        due --> grow["the chain's positions grow<br>(POOL-21), and excess TAO<br>buys alpha (EMIT-12)"]
        grow --> inject["reserves receive TAO<br>and alpha (EMIT-3)"]
        inject --> cut["owner cut, root's alpha and<br>the rest are pending<br>(EMIT-4 to EMIT-7, EMIT-10)"]
        cut --> average["moving prices (PRICE-2)"]
        average --> epochs["where the tempo ends:<br>epoch and payment<br>(BLOCK-1, DIV-9)"]
    end
    coinbase --> children["pending children<br>where the tempo ends<br>(CHILD-1)"]
    children --> claims["root claims of some<br>coldkeys (CLAIM-7)"]
```

[since 361 until 400] ```mermaid
flowchart TD
    number["block number + 1"] --> terms["registration terms<br>of all networks<br>(BLOCK-4)"]
    terms --> emission["TAO that the block<br>may issue (ISS-1)"]
    emission --> coinbase
    subgraph coinbase["coinbase (BLOCK-3)"]
        direction TB
        due["what is due by flow:<br>TAO and alpha<br>(FLOW-2 to FLOW-5, EMIT-12)"]
        due --> inject["pools receive both;<br>excess TAO buys alpha<br>(EMIT-12)"]
        inject --> cut["owner cut (EMIT-4)"]
        cut --> parts["what is for miners, validators<br>and root is pending<br>(EMIT-6, EMIT-10)"]
        parts --> epochs["where the tempo ends:<br>epoch and payment<br>(BLOCK-1, DIV-9)"]
    end
    coinbase --> average["moving prices<br>(PRICE-2)"]
    average --> children["pending children<br>where the tempo ends<br>(CHILD-1)"]
    children --> claims["claims of stakers<br>of root (CLAIM-7)"]
```

[since 401 until 410] ```mermaid
flowchart TD
    number["block number + 1"] --> terms["prices of registrations<br>on all networks<br>(BLOCK-5)"]
    terms --> emission["TAO that the block<br>may issue (ISS-1)"]
    emission --> coinbase
    subgraph coinbase["coinbase (BLOCK-3)"]
        direction TB
        due["what is due by flow:<br>TAO and alpha<br>(FLOW-2 to FLOW-5, EMIT-12)"]
        due --> inject["pools receive both;<br>excess TAO buys alpha<br>(EMIT-12)"]
        inject --> cut["owner cut (EMIT-4)"]
        cut --> parts["what is for miners, validators<br>and root is pending<br>(EMIT-6, EMIT-10)"]
        parts --> epochs["where the tempo ends:<br>epoch and payment<br>(BLOCK-1, DIV-9)"]
    end
    coinbase --> average["moving prices<br>(PRICE-2)"]
    average --> children["pending children<br>where the tempo ends<br>(CHILD-1)"]
    children --> claims["claims of stakers<br>of root (CLAIM-7)"]
```

[since 411 until 420] ```mermaid
flowchart TD
    number["block number + 1"] --> terms["prices of registrations<br>on all networks<br>(BLOCK-5)"]
    terms --> emission["TAO that the block<br>may issue (ISS-1)"]
    emission --> mint["TAO is minted (EMIT-15)"]
    mint --> coinbase
    subgraph coinbase["coinbase (BLOCK-3)"]
        direction TB
        due["what is due by net flow:<br>TAO and alpha<br>(FLOW-2 to FLOW-7, EMIT-16, EMIT-12)"]
        due --> inject["excess TAO buys alpha;<br>pools receive both<br>(EMIT-12)"]
        inject --> cut["owner cut (EMIT-4)"]
        cut --> parts["what is for miners, validators<br>and root is pending<br>(EMIT-6, EMIT-10)"]
        parts --> epochs["where the tempo ends:<br>epoch and payment<br>(BLOCK-1, DIV-9)"]
    end
    coinbase --> average["moving prices<br>(PRICE-2)"]
    average --> children["pending children<br>where the tempo ends<br>(CHILD-1)"]
    children --> claims["claims of stakers<br>of root (CLAIM-7)"]
```

[since 421 until 422] ```mermaid
flowchart TD
    number["block number + 1"] --> terms["prices of registrations<br>on all networks<br>(BLOCK-5)"]
    terms --> emission["TAO that the block<br>may issue (ISS-1)"]
    emission --> mint["TAO is minted (EMIT-15)"]
    mint --> coinbase
    subgraph coinbase["coinbase (BLOCK-3)"]
        direction TB
        due["what is due by price and root:<br>TAO and alpha<br>(EMIT-16, EMIT-17, EMIT-12)"]
        due --> inject["excess TAO buys alpha;<br>pools receive both<br>(EMIT-12)"]
        inject --> cut["owner cut (EMIT-4)"]
        cut --> parts["what is for miners, validators<br>and root is pending<br>(EMIT-6, EMIT-10)"]
        parts --> epochs["where the tempo ends:<br>epoch and payment<br>(BLOCK-1, DIV-9)"]
    end
    coinbase --> average["moving prices<br>(PRICE-2)"]
    average --> children["pending children<br>where the tempo ends<br>(CHILD-1)"]
    children --> claims["claims of stakers<br>of root (CLAIM-7)"]
```

[since 423] ```mermaid
flowchart TD
    number["block number + 1"] --> terms["prices of registrations<br>on all networks<br>(BLOCK-5)"]
    terms --> emission["TAO that the block<br>may issue (ISS-1)"]
    emission --> mint["TAO is minted (EMIT-15)"]
    mint --> coinbase
    subgraph coinbase["coinbase (BLOCK-3)"]
        direction TB
        due["what is due by price and root:<br>TAO and alpha<br>(EMIT-16, EMIT-17, EMIT-12)"]
        due --> inject["weights move; excess TAO<br>buys alpha; pools receive<br>both (EMIT-12, POOL-35)"]
        inject --> cut["owner cut (EMIT-4)"]
        cut --> parts["what is for miners, validators<br>and root is pending<br>(EMIT-6, EMIT-10)"]
        parts --> epochs["where the tempo is over:<br>epoch and payment<br>(BLOCK-1, BLOCK-6, DIV-9)"]
    end
    coinbase --> average["moving prices<br>(PRICE-2)"]
    average --> children["pending children<br>where the tempo was over<br>(CHILD-1)"]
    children --> claims["claims of stakers<br>of root (CLAIM-7)"]
```

The coinbase takes each phase for all subnets but root, then the next one.

What is emitted in a block is not paid out in it. It is pending in items of the subnet until the subnet's tempo ends: at
a tempo of 360 about 20 times a day. The epoch then decides who earned it. Whoever stakes just before an epoch shares in
what gathered during the whole tempo.

[until 337] These items are `PendingOwnerCut`, `PendingEmission`, `PendingAlphaSwapped` and `PendingRootDivs`.

[since 338 until 342] These items are `PendingOwnerCut`, `PendingEmission` and `PendingRootAlphaDivs`.

[since 343] These items are `PendingOwnerCut`, `PendingServerEmission`, `PendingValidatorEmission` and
`PendingRootAlphaDivs`.

[until 337] Until its epochs, a block treats every subnet alone. Subnets meet only in three sums, the total of the
moving prices, the total issuance and the total stake, so that an implementation may take all phases before the epochs
subnet by subnet. Epochs are taken in order, because each pays TAO on root, and root stake weighs in the next: by the
bytes of the netuid, the low byte first, so that netuid 256 comes before netuid 1.

[since 338] Subnets meet in the parts of the emission, which follow from the averages of all flows, in the total
issuance and in the total stake. Before the epochs they are taken by their netuids, epochs by the bytes of the netuid,
the low byte first, so that netuid 256 comes before netuid 1.

The runtime also reveals time-locked weights before an epoch. That is cryptography, not economics, and left out here.

The exact functions of this chapter know a subnet as its pool, its settings and what is pending. Who earns it is the
matter of other chapters.
"""

from fractions import Fraction

from attrs import evolve

from dtao_spec.chapters.chain import STABLE, Chain, Pending, Subnet, age_of, moving_price, with_epoch
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule

U64_MAX = 2**64 - 1
CHILDREN_LATER, ONCE_STARTED = map(Computation, (238, 257))
"""The exact rules of the versions that changed the block."""


@rule("BLOCK-1")
def blocks_until_next_epoch(netuid: int, tempo: int, block_number: int) -> int:
    r"""Epoch schedule.

    Statement: The epoch of a subnet MUST run in the blocks in which the number below is 0. With a tempo of 0 it MUST
        never run.
    Formula: $$ n = \text{tempo} - \big((b + \text{netuid} + 1) \bmod (\text{tempo} + 1)\big) $$
    Units: blocks. The sum wraps at $2^{64}$, which no chain lives to see; $n = 2^{64} - 1$ for a tempo of 0.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `blocks_until_next_epoch`, `should_run_epoch`
    Known violation: A period is one block longer than the tempo, and the epoch runs one block before the multiple of it
        that the runtime's own comment names: where $b + \text{netuid} + 2$ is a multiple of $\text{tempo} + 1$.
    Example: Subnet 1 with a tempo of 360 has epochs at blocks 358, 719 and so on, one more than the tempo apart. At
        the same tempo, subnet 2 is always one block ahead of it.

        >>> [block for block in range(1, 1_100) if blocks_until_next_epoch(1, 360, block) == 0]
        [358, 719, 1080]
        >>> [block for block in range(1, 1_100) if blocks_until_next_epoch(2, 360, block) == 0]
        [357, 718, 1079]
        >>> blocks_until_next_epoch(1, 360, 700)
        19
    """
    return tempo - (block_number + netuid + 1) % (U64_MAX + 1) % (tempo + 1) if tempo else U64_MAX


@rule("BLOCK-2")
def step(chain: Chain, blocks: int = 1, *, rules: Computation = EXACT_LAUNCH) -> Chain:
    r"""Block step.

    Statement: In every block, before its calls, the block number MUST grow by 1; then the registration terms of all
        networks are adjusted ([BLOCK-4](#block-4)), then the coinbase runs ([BLOCK-3](#block-3)) on the emission at the
        total issuance ([ISS-1](#iss-1)), then pending children come into force ([CHILD-1](#child-1)) on networks whose
        epoch is due in this block, root among them. Blocks without calls MUST give the same state whether they are
        computed together or one by one.
    Formula: $$ \text{step}(s, a + b) = \text{step}(\text{step}(s, a), b) $$
    Units: rao, alpha rao; blocks.
    Rounding: as [BLOCK-3](#block-3), in every block anew. Two blocks stray at most twice as far as one (observed; the
        exact fractions grow too long for many).
    Source: `pallets/subtensor/src/coinbase/block_step.rs`, `block_step`
    Example: Two subnets of equal weight issue 10 TAO in 10 blocks, however these are counted off.

        >>> subnet = Subnet(1, Fraction(10**12), Fraction(10**12), Fraction(0), Fraction(1, 2))
        >>> chain = Chain(
        ...     0, Fraction(10**16), Fraction(0), Fraction(0), Fraction(18, 100), Fraction(18, 100), Fraction(0),
        ...     (subnet, evolve(subnet, netuid=2)),
        ... )
        >>> after = step(chain, 10)
        >>> after.block_number, (after.total_issuance - chain.total_issuance) / 10**9
        (10, Fraction(10, 1))
        >>> after == step(step(chain, 3), 7)
        True
    """
    for _ in range(blocks):
        chain = evolve(chain, block_number=chain.block_number + 1)
        chain = rules["BLOCK-3"](chain, rules["ISS-1"](chain.total_issuance))
    return chain


@rule("BLOCK-3")
def run_coinbase(chain: Chain, emission: Fraction, *, rules: Computation = EXACT_LAUNCH) -> Chain:
    r"""Coinbase.

    Statement: On all existing subnets but root, the coinbase MUST take the phases of the diagram in their order. The
        parts of the emission, the prices and the alpha emissions are computed from the pools as the last block left
        them; the root proportion and the sale from the pools after the injection; the moving prices after the sale. A
        subnet whose epoch is due then pays out all that is pending ([DIV-9](#div-9)); its `BlocksSinceLastStep` is set
        to 0 and `LastMechansimStepBlock` (so spelt) to this block. On all others the former grows by 1. What the block
        gave is recorded in `SubnetTaoInEmission` (0 where [EMIT-3](#emit-3) says so), `SubnetAlphaInEmission` and
        `SubnetAlphaOutEmission`. Last, pending children of every subnet come into force
        ([CHILD-1](#child-1)).
    Formula: $$ \begin{gathered}
        T_i' = T_i + e_i - y_i, \qquad A_i' = A_i + a_i + x_i, \qquad O_i' = O_i + E(A_i + O_i) - x_i, \\
        I' = I + \sum_i e_i, \qquad S' = \max\left(0, S + \sum_i e_i - \sum_i y_i\right)
        \end{gathered} $$
    Units: rao, alpha rao. $e$ is the TAO of [EMIT-1](#emit-1), 0 where [EMIT-3](#emit-3) says so; $a$ the alpha of
        [EMIT-2](#emit-2), $x$ the alpha sold for root ([EMIT-7](#emit-7)) and $y$ the TAO it brings. $I$ and $S$ are
        `TotalIssuance` and `TotalStake`.
    Rounding: $e$, $a$, $x$, $y$, the owner cut and what is left are each truncated to whole units. At prices from
        0.1 to 10, moving prices of at least 0.1, a TAO weight of at least 5 %, pools of at least 1 TAO and 1 alpha, and
        a product of the reserves below $2^{109}$ ([POOL-1](#pool-1)), alpha in the pool, outside and pending strays
        less than 3 alpha rao from the exact value; TAO less than 2 rao and the worth of 2 alpha rao (observed). The
        total issuance falls short by less than $1 + 2^{-32}(1 + 1 / \sum P)$ rao a subnet.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Known violation: Pending children are applied on every subnet in every block, where the epoch would be the time.
    Example: One subnet, 1 000 TAO and 4 000 alpha in its pool, 1 000 alpha outside, 45 000 TAO on root at a weight of
        1/5, so that the root proportion is about 9 000 in 14 000. It gets the whole TAO; that is worth 4 alpha, of
        which only 1 is emitted. The owner is due 0.18 alpha, root 0.26 alpha, which are sold for 0.066 TAO.

        >>> subnet = Subnet(1, Fraction(1_000 * 10**9), Fraction(4_000 * 10**9), Fraction(1_000 * 10**9), Fraction(1))
        >>> before = Chain(
        ...     1, Fraction(9 * 10**15), Fraction(46_000 * 10**9), Fraction(45_000 * 10**9),
        ...     Fraction(18, 100), Fraction(1, 5), Fraction(12_885, 2**32), (subnet,),
        ... )
        >>> after = run_coinbase(before, Fraction(10**9)).subnets[0]
        >>> int(after.pending.owner_cut), int(after.pending.alpha_swapped), int(after.pending.emission)
        (180000000, 263533780, 556466219)
        >>> int(after.pending.root_divs), int(after.tao), int(after.alpha_in), int(after.alpha_out)
        (65928502, 1000934071497, 4001263533780, 1000736466219)
    """
    counted = {subnet.netuid: moving_price(subnet) for subnet in chain.subnets}
    starts = {one.netuid: one.first_emission_block for one in chain.subnets if one.first_emission_block is not None}
    emitting = rules["EMIT-8"](counted, starts)
    total = sum(emitting.values(), Fraction(0))
    subnets, received, paid = [], Fraction(0), Fraction(0)
    for subnet in chain.subnets:
        if subnet.netuid in emitting:
            due = rules["EMIT-1"](emission, emitting[subnet.netuid], total)
            subnet, tao_in, tao_out = emit(chain, subnet, due, rules)
            received += tao_in
            paid += tao_out
        subnets.append(with_epoch(subnet, chain.block_number, rules))
    return evolve(
        chain,
        subnets=tuple(subnets),
        total_issuance=rules.whole(chain.total_issuance + received),
        total_stake=max(Fraction(0), rules.whole(chain.total_stake + received) - paid),
    )


@rule("BLOCK-3", since=238)
def run_coinbase_without_children(chain: Chain, emission: Fraction, *, rules: Computation = CHILDREN_LATER) -> Chain:
    r"""Coinbase.

    Change: Pending children no longer come into force here, in every block, but after the coinbase and only where an
        epoch is due ([BLOCK-2](#block-2)), as the runtime's authors had meant it.
    Statement: On all existing subnets but root, the coinbase MUST take the phases of the diagram in their order. The
        parts of the emission, the prices and the alpha emissions are computed from the pools as the last block left
        them; the root proportion and the sale from the pools after the injection; the moving prices after the sale. A
        subnet whose epoch is due then pays out all that is pending ([DIV-9](#div-9)); its `BlocksSinceLastStep` is set
        to 0 and `LastMechansimStepBlock` (so spelt) to this block. On all others the former grows by 1. What the block
        gave is recorded in `SubnetTaoInEmission` (0 where [EMIT-3](#emit-3) says so), `SubnetAlphaInEmission` and
        `SubnetAlphaOutEmission`. Pending children are left alone.
    Formula: $$ \begin{gathered}
        T_i' = T_i + e_i - y_i, \qquad A_i' = A_i + a_i + x_i, \qquad O_i' = O_i + E(A_i + O_i) - x_i, \\
        I' = I + \sum_i e_i, \qquad S' = \max\left(0, S + \sum_i e_i - \sum_i y_i\right)
        \end{gathered} $$
    Units: rao, alpha rao. $e$ is the TAO of [EMIT-1](#emit-1), 0 where [EMIT-3](#emit-3) says so; $a$ the alpha of
        [EMIT-2](#emit-2), $x$ the alpha sold for root ([EMIT-7](#emit-7)) and $y$ the TAO it brings. $I$ and $S$ are
        `TotalIssuance` and `TotalStake`.
    Rounding: $e$, $a$, $x$, $y$, the owner cut and what is left are each truncated to whole units. At prices from
        0.1 to 10, moving prices of at least 0.1, a TAO weight of at least 5 %, pools of at least 1 TAO and 1 alpha, and
        a product of the reserves below $2^{109}$ ([POOL-1](#pool-1)), alpha in the pool, outside and pending strays
        less than 3 alpha rao from the exact value; TAO less than 2 rao and the worth of 2 alpha rao (observed). The
        total issuance falls short by less than $1 + 2^{-32}(1 + 1 / \sum P)$ rao a subnet.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: Without a subnet nothing is issued.

        >>> chain = Chain(7, *[Fraction(0)] * 6, ())
        >>> run_coinbase_without_children(chain, Fraction(10**9)) == chain
        True
    """
    return run_coinbase(chain, emission, rules=rules)


@rule("BLOCK-3", since=257)
def run_coinbase_of_started(chain: Chain, emission: Fraction, *, rules: Computation = ONCE_STARTED) -> Chain:
    r"""Coinbase.

    Change: The phases up to the moving prices leave out subnets that were not started, so that a new subnet draws
        nothing on what all share before its owner has set it up.
    Statement: On all subnets that receive emission ([EMIT-8](#emit-8)), as if no others existed, the coinbase MUST take
        the phases of the diagram up to the moving prices in their order. The
        parts of the emission, the prices and the alpha emissions are computed from the pools as the last block left
        them; the root proportion and the sale from the pools after the injection; the moving prices after the sale. A
        subnet whose epoch is due then pays out all that is pending ([DIV-9](#div-9)); its `BlocksSinceLastStep` is set
        to 0 and `LastMechansimStepBlock` (so spelt) to this block. On all others the former grows by 1. What the block
        gave is recorded in `SubnetTaoInEmission` (0 where [EMIT-3](#emit-3) says so), `SubnetAlphaInEmission` and
        `SubnetAlphaOutEmission`. The epochs, the counts of blocks since the last step and the
        payments MUST be those of all existing subnets but root. Pending children are left alone.
    Formula: $$ \begin{gathered}
        T_i' = T_i + e_i - y_i, \qquad A_i' = A_i + a_i + x_i, \qquad O_i' = O_i + E(A_i + O_i) - x_i, \\
        I' = I + \sum_i e_i, \qquad S' = \max\left(0, S + \sum_i e_i - \sum_i y_i\right)
        \end{gathered} $$
    Units: rao, alpha rao. $e$ is the TAO of [EMIT-1](#emit-1), 0 where [EMIT-3](#emit-3) says so; $a$ the alpha of
        [EMIT-2](#emit-2), $x$ the alpha sold for root ([EMIT-7](#emit-7)) and $y$ the TAO it brings. $I$ and $S$ are
        `TotalIssuance` and `TotalStake`.
    Rounding: $e$, $a$, $x$, $y$, the owner cut and what is left are each truncated to whole units. At prices from
        0.1 to 10, moving prices of at least 0.1, a TAO weight of at least 5 %, pools of at least 1 TAO and 1 alpha, and
        a product of the reserves below $2^{109}$ ([POOL-1](#pool-1)), alpha in the pool, outside and pending strays
        less than 3 alpha rao from the exact value; TAO less than 2 rao and the worth of 2 alpha rao (observed). The
        total issuance falls short by less than $1 + 2^{-32}(1 + 1 / \sum P)$ rao a subnet.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: Two equal subnets, of which one was started. It gets the TAO of the block, the other stays as it was.

        >>> subnet = Subnet(1, Fraction(10**12), Fraction(10**12), Fraction(0), Fraction(1, 2), first_emission_block=9)
        >>> other = evolve(subnet, netuid=2, first_emission_block=None)
        >>> chain = Chain(10, *[Fraction(0)] * 6, (subnet, other))
        >>> first, second = run_coinbase_of_started(chain, Fraction(10**9)).subnets
        >>> first.tao - subnet.tao, second == evolve(other, blocks_since_last_step=1)
        (Fraction(1000000000, 1), True)
    """
    return run_coinbase(chain, emission, rules=rules)


def emit(chain: Chain, subnet: Subnet, tao_due: Fraction, rules: Computation) -> tuple[Subnet, Fraction, Fraction]:
    """Return a subnet after what a block gives to it, the TAO that its pool received and the TAO that it paid."""
    stable = subnet.mechanism == STABLE
    emission = rules["ISS-1"](subnet.alpha_in + subnet.alpha_out)
    closed = rules["EMIT-3"](subnet.registration_allowed, subnet.pow_registration_allowed)
    tao_in = Fraction(0) if closed else rules.whole(tao_due)
    price = rules["PRICE-1"](stable, subnet.tao, subnet.alpha_in)
    tao = rules.whole(subnet.tao + tao_in)
    injected = rules.whole(rules["EMIT-2"](tao_due, price, emission))
    alpha_in = rules.whole(subnet.alpha_in + injected)
    alpha_out = rules.whole(subnet.alpha_out + emission)

    owner_cut = rules.part(chain.owner_cut * emission)
    shared = emission - owner_cut
    proportion = rules["EMIT-6"](chain.root_tao, chain.tao_weight, rules.whole(alpha_in + alpha_out))
    for_root = rules["EMIT-7"](proportion, shared)
    sold = rules.whole(for_root)
    bought = rules["POOL-4"](subnet.mechanism, tao, alpha_in, sold)
    if bought is not None:
        tao, alpha_in, alpha_out = max(tao - bought, Fraction(0)), rules.whole(alpha_in + sold), alpha_out - sold
    bought = bought or Fraction(0)
    pending = Pending(
        rules.whole(subnet.pending.emission + rules.whole(shared - for_root)),
        rules.whole(subnet.pending.alpha_swapped + sold),
        rules.whole(subnet.pending.root_divs + bought),
        rules.whole(subnet.pending.owner_cut + rules.whole(owner_cut)),
    )
    weight = rules["PRICE-3"](chain.moving_alpha, age_of(chain, subnet, rules), subnet.halving_blocks)
    average = rules["PRICE-2"](moving_price(subnet), rules["PRICE-1"](stable, tao, alpha_in), weight)
    after = evolve(
        subnet, tao=tao, alpha_in=alpha_in, alpha_out=alpha_out, moving_price=average, pending=pending,
        tao_in_emission=tao_in, alpha_in_emission=injected, alpha_out_emission=emission, volume=subnet.volume + bought,
    )  # fmt: skip
    return after, tao_in, bought


@rule("BLOCK-4", until=400)
def registration_terms_due(block_number: int, last_adjustment_block: int, adjustment_interval: int) -> bool:
    r"""Adjustment of registration terms.

    Statement: At the start of every block, on every existing network, root included, the count of the block's
        registrations MUST be set to 0. Where at least `AdjustmentInterval` blocks have passed since the last
        adjustment, the burn and the difficulty MUST be adjusted to the demand ([REG-2](#reg-2)), the counts of the
        interval set to 0, and this block recorded as that of the adjustment.
    Formula: $$ b - b_{last} \ge \text{AdjustmentInterval} $$
    Units: blocks. An interval of 0 is over in every block.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/block_step.rs`, `adjust_registration_terms_for_networks`
    Example: With an interval of 360 blocks, after an adjustment in block 1 000.

        >>> registration_terms_due(1_359, 1_000, 360), registration_terms_due(1_360, 1_000, 360)
        (False, True)
    """
    return max(block_number - last_adjustment_block, 0) >= adjustment_interval


@rule("BLOCK-5", since=401)
def count_registrations(this_block: int, this_interval: int, is_root: bool, is_epoch_due: bool) -> tuple[int, int]:
    r"""Prices and counts of registrations.

    Statement: At the start of every block, on every existing network, root included, the price of a registration MUST
        fall ([REG-10](#reg-10)), but only be brought within its bounds in block 1; and the count of the block's
        registrations MUST be set to 0. On root, in a block in which its epoch would be due ([BLOCK-1](#block-1)), the
        count of the interval MUST be set to 0; on other networks it stays as it is, and counts nothing any more.
    Units: registrations of the block and of the interval.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/registration.rs`, `update_registration_prices_for_networks`
    Example: Root counts its interval anew when an epoch would be due.

        >>> [count_registrations(3, 5, True, is_due) for is_due in (False, True)]
        [(0, 5), (0, 0)]
    """
    return 0, 0 if is_root and is_epoch_due else this_interval
