r"""The epoch.

At the end of a tempo a subnet decides who earned the alpha that has gathered. It reads the stake weights and the
validators' [weights](#chapter-weights), and turns many judgements into one. It trusts a judgement as far as stake
stands behind it, and as far as others with stake agree.

```mermaid
flowchart TD
    stake["stake weights<br>(EPOCH-1 to EPOCH-3)"] --> share["shares of the stake (EPOCH-12)"]
    share --> permits["permits, for the next epoch (EPOCH-5)"]
    share --> active["active stake, of those<br>with a permit before<br>(EPOCH-13, EPOCH-14)"]
    set["stored weights<br>(EPOCH-18)"] --> rows["weights that count<br>(EPOCH-11, EPOCH-4)"]
    active --> median["consensus: the weight that the majority supports (EPOCH-8)"]
    rows --> median
    median --> clip["weights clipped to the consensus (EPOCH-10)"]
    active --> ranks["ranks: stake × clipped weights (EPOCH-9)"]
    clip --> ranks
    ranks --> incentive["incentive: shares of the ranks (EPOCH-15)"]
    clip --> delta["bonds of this epoch (BOND-7)"]
    rows --> delta
    active --> delta
    old["bonds that count (BOND-6)"] --> average["moving average of the bonds"]
    delta --> average
    median -.->|"liquid alpha"| average
    average --> dividends["dividends: bonds × incentive (BOND-11)"]
    incentive --> dividends
    average --> stored["stored bonds (BOND-12)"]
    incentive --> pay["division of the emission (EPOCH-16, EPOCH-17)"]
    dividends --> pay
```

**Consensus.** For each neuron the epoch takes the highest weight that validators with at least the part $\kappa$ of the
active stake give or exceed, a median weighted by stake. By default $\kappa$ is just under a half, 32 767 of 65 535.
What anybody gives beyond the consensus is cut off. A minority that praises its own miner alone thus gains nothing: as
long as the majority gives the miner a weight of 0, the consensus is 0. A majority can do as it likes.

**Emission.** Incentive pays miners by their ranks. Dividends pay validators by their [bonds](#chapter-bonds) in those
miners. Each sums to 1, and the emission is divided by both together, so that each kind gets half. A neuron may be both.
The epoch only divides: payment is in [dividends](#chapter-dividends).

The epoch reads the permits that the last epoch stored; those that it computes count from the next one on. It stores
for each neuron:

| item | what | unit |
|---|---|---|
| `Active` | [EPOCH-13](#epoch-13) | yes or no |
| `ValidatorPermit` | [EPOCH-5](#epoch-5) | yes or no |
| `Consensus`, `ValidatorTrust`, `Incentive` | [EPOCH-15](#epoch-15) | u16-normalised, floored |
| [until 364] `Trust` | [EPOCH-15](#epoch-15) | u16-normalised, floored |
| [until 364] `Rank` | the same as `Incentive` | u16-normalised, floored |
| `Dividends` | [BOND-11](#bond-11) | u16-normalised, floored |
| [since 273] `Dividends` and `Bonds` of a subnet with `Yuma3On` | [BOND-13](#bond-13) | u16-normalised, floored |
| `Emission` | [EPOCH-17](#epoch-17) of the combined share | alpha rao, floored |
| [until 364] `PruningScores` | the combined share ([EPOCH-16](#epoch-16), [EPOCH-7](#epoch-7)) | largest 65 535 |
| `Bonds` | [BOND-12](#bond-12) | largest of a column 65 535 |

The runtime also stores `StakeWeight`, the shares of the stake. No rule reads it, and the reference leaves it out.

[since 252] A subnet burns its miners' part, or some of it, by weighing its owner hotkey: that neuron may weigh itself,
and what it earns as a miner is paid to nobody ([EPOCH-11](#epoch-11), [DIV-9](#div-9)).

[since 273] Stake below a threshold has no voice and no permit ([EPOCH-22](#epoch-22), [EPOCH-5](#epoch-5)).

[since 320] A subnet may ask its validators several questions at once: each **mechanism** has weights, bonds and
incentives of its own and a part of the emission ([EPOCH-23](#epoch-23) to [EPOCH-25](#epoch-25)). The rules of this
chapter hold for the epoch of one mechanism; what the table lists is stored for the subnet as a whole, but `Incentive`
and `Bonds`.

Every number of the epoch is one of I32F32, unless said otherwise: a share below $\varepsilon = 2^{-32}$ counts as
none. The bounds below hold for one rule, on the same input; $\varepsilon$ stands for that step. How errors add up
over a whole epoch is said at [EPOCH-16](#epoch-16).
"""

from dtao_spec.chapters.epoch import arithmetic, backing, consensus, emission, mechanisms

__all__ = ["arithmetic", "backing", "consensus", "emission", "mechanisms"]
