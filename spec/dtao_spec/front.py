"""What the front of the specification says itself: how to read it, and the economy in overview."""

TITLE = "# The Dynamic TAO economy"
ALL_ERAS = """
What Bittensor's chain has computed since 13 February 2025: every rule of its economy, in exact mathematics, with the
rounding that the chain adds and a worked example that runs. All versions of a rule stand together, the newest whole and
first.

## How to read this

This page gives the economy in overview, as it is in the newest version that is covered, and an [index](#rules) of all
rules. The rules stand in the chapters:

{chapters}

Each rule has a number that never changes and never returns, such as [EMIT-8](#emit-8). It states what an implementation
MUST do; then the formula, on exact numbers; then the **rounding**, which says how far the chain's integer result may
stray from the exact one, and to which side. The example is code that the tests execute. A
**known violation** is something that the chain got wrong and that an implementation must get wrong in the same way.

An **era** is a range of versions of the runtime with the same rules. The line **Eras** of a rule names those in which
it holds and those that changed it. What follows is the rule as it is now, with a line **Changed in** that says what is
different from the version before and why; the versions before are folded below it, each in full. Rules that are no
longer in force stand at the end of their chapter. Prose describes the newest covered version. What each upgrade was
for, and which versions are not covered, is told in the [history](#chapter-history). `dtao spec --era ERA` prints the
whole specification of any one era, without the others.
"""
ONE_ERA = """
What Bittensor's chain computes with version {versions} of its runtime: every rule of its economy, in exact mathematics,
with the rounding that the chain adds and a worked example that runs.

## How to read this

Each rule has a number that never changes, such as [EMIT-8](#emit-8). It states what an implementation MUST do; then the
formula, on exact numbers; then the **rounding**, which says how far the chain's integer result may stray from the exact
one, and to which side. The example is code that the tests execute. A **known violation** is
something that the chain got wrong and that an implementation must get wrong in the same way.
"""
CONVENTIONS = """
Amounts are whole numbers of the smallest unit. 1 TAO is $10^9$ rao; 1 alpha, the token of a subnet, is $10^9$ alpha
rao. Prices are TAO per alpha. $\\lfloor x \\rfloor$ is the largest whole number not above $x$. A term that is not
explained where it stands is in the [glossary](#chapter-glossary).

The chapters build on each other: numbers and accounts, what a block creates, how pools trade, how stake is held and
moved, who may take part, who is paid. An implementer may read them in this order; an economist may begin with
[emission](#chapter-emission), and look up pools and staking from there. Left out is what moves no TAO and no alpha:
governance, identities, the cryptography of committed weights, and registration by proof of work.

**Not specified**, though TAO or alpha move by it in some versions: fees of transactions, limit orders, leased subnets
and their dividends, crowdloans, weights that are committed and revealed later, the trimming of uids by root, and
contracts and precompiles of the EVM. `dtao import` reads a state that uses them, but what they do to it is not
computed.

Every rule ends with the code that runs it: the exact functions, on rational numbers, and the functions of the
reference, which compute the same on integers and fixed-point bits as the chain does. If this text and the recorded
behaviour of the runtime disagree, the recording is right.
"""
ERAS = """
The dates are those on which the tagged source was merged. Why each came, whom it touched, what it did to the state, and
which versions no era covers, is told in the [history](#chapter-history).
"""
OVERVIEW = r"""
## The economy in overview

A **subnet** is a network of **neurons**, miners who work and validators who rate them. It has a token of its own,
**alpha**, and a **pool** that trades alpha against TAO. Whoever stakes TAO on a hotkey of a subnet buys its alpha; the
price of that alpha, as it was over some weeks, decides how much of the chain's new TAO the subnet gets.

### A block

Every 12 seconds a block creates up to 1 TAO, and up to 2 alpha for each subnet. The TAO goes to the subnets with
emission enabled, in proportion to their moving prices times the part of incentives that miners get
([EMIT-17](#emit-17)): into the pool, together with as much alpha as it is worth, and what is more than a cap on that
alpha is worth buys alpha, which is the protocol's then ([EMIT-12](#emit-12)). Another alpha is for those who take part:
the subnet's owner, its miners, its validators, and the stakers of the root network.

```mermaid
flowchart LR
    issue["block emission: up to 1 TAO (ISS-1)"] -->|"by moving price (EMIT-16, EMIT-17)"| tao["TAO of the subnet"]
    minted["alpha emission: up to 1 alpha for the pool"] -->|"capped (EMIT-12)"| alpha["alpha into the pool"]
    tao --> pool[("pool T, A")]
    tao -->|"excess TAO buys alpha (EMIT-12)"| pool
    alpha --> pool
    out["alpha emission: up to 1 alpha for participants"] -->|"18 % (EMIT-4)"| owner["owner cut"]
    out --> rest["the rest"]
    rest -->|"half of the root proportion (EMIT-6, EMIT-7)"| root["pending root alpha (EMIT-10)"]
    rest -->|"what is left"| pending["pending emission"]
```

What is pending is paid out at the end of each **tempo** of the subnet, which its owner sets ([BLOCK-1](#block-1)):

```mermaid
flowchart LR
    pending["pending emission"] --> epoch["epoch: incentives and dividends (EPOCH-16)"]
    epoch -->|"about a half"| miners["miners, by incentive"]
    epoch -->|"about a half"| validators["validators, by dividends"]
    validators -->|"childkey take, parents (DIV-4)"| parents["parents and children"]
    parents -->|"take (DIV-7)"| delegate["owner of the hotkey"]
    parents -->|"by shares (DIV-11)"| nominators["stakers of alpha"]
    root["pending root alpha"] -->|"rates by root stake (CLAIM-1)"| rooted["stakers on root, who claim it"]
    cut["pending owner cut"] --> owner["owner of the subnet"]
```

### The pool

A pool holds $T$ rao and $A$ alpha rao with weights $q$ and $1 - q$, a half each at first. Whoever pays $x$ rao beside
the fee gets

```math
y = A \left(1 - \left(\frac{T}{T + x}\right)^{q / (1 - q)}\right)
```

alpha rao, and whoever sells $x$ alpha rao gets $T (1 - (A / (A + x))^{(1 - q) / q})$ rao ([POOL-32](#pool-32)). The fee
goes to the author of the block ([POOL-30](#pool-30)). The price of an alpha is $p = (1 - q)\,T / (q\,A)$
([PRICE-1](#price-1)); what a block adds moves the weights and not the price ([POOL-35](#pool-35)). A **moving price**
$P$ follows it, which each block draws a little toward it, with a weight $w$ that is smaller for young subnets
([PRICE-2](#price-2), [PRICE-3](#price-3)). Of the TAO $E$ that a block creates, subnet $i$ is due $e_i$, where $m$ is
the part of its incentives that its miners get ([EMIT-17](#emit-17)):

```math
P' = w \min(p, 1) + (1 - w)\,P \qquad e_i = E \cdot \frac{P_i\,m_i}{\sum_j P_j\,m_j}
```

Root, network 0, has no alpha: stake there is TAO, at a price of 1.

### The epoch

At the end of its tempo a subnet computes who earned what, from the **weights** that validators gave and the **stake**
behind them:

```mermaid
flowchart TD
    stake["stake weight: alpha, and TAO on root times the TAO weight (EPOCH-2)"] --> active["active stake (EPOCH-14)"]
    weights["weights of the validators (EPOCH-18)"] --> consensus["consensus: a median by stake (EPOCH-8)"]
    active --> consensus
    consensus --> clipped["clipped weights (EPOCH-10)"]
    weights --> clipped
    clipped --> ranks["ranks, and incentive by ranks (EPOCH-15)"]
    clipped --> bonds["bonds: averages over epochs (BOND-7, BOND-13)"]
    ranks --> dividends["dividends: bonds times incentive (BOND-11)"]
    bonds --> dividends
```

A validator that rates beyond the consensus is clipped to it; one that rated a miner early, before it had risen, holds
more bonds in it and earns more of its dividends.
"""
