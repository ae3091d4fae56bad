r"""Parameters.

What the rules take as given. A subnet's parameters are set by its owner or by the network's administrators (*root*, a
vote of the senate and the triumvirate); the network's own by root alone. The second column of values is what a subnet
registered after the launch starts with, where that differs. On mainnet many were set to other values before the launch;
those are entries of its state and not rules.

**The first block.** The upgrade that started Dynamic TAO ran a migration, once. It moved all stake to root, 1 share a
rao. It gave every subnet a pool of 1 TAO and 1 alpha, with no alpha outside, and for a moving price the TAO a block
that the subnet had last earned. What an owner had locked beyond 1 TAO went back to the owner; what was missing was
added to the total issuance. And it set `TaoWeight` to 18 % and `NetworkMinLockCost` to 1 TAO. The recorded vectors
begin before that, with the values of the column *launch*; so do the examples of this document unless they name others.

**The network**

| item | unit | launch | who may change it |
|---|---|---|---|
| `TaoWeight` | parts of $2^{64} - 1$ | 971 718 665 099 567 868 (5.27 %); mainnet set 3 320 413 933 267 719 290 (18 %) | a runtime upgrade |
| `SubnetOwnerCut` | parts of 65 535 | 11 796 (18.0 %) | root |
| `SubnetMovingAlpha` | I96F32 | 12 885 bits (0.000003) | a runtime upgrade |
| `StakeThreshold` | rao | 0 | root |
| `NominatorMinRequiredStake` | rao, compared with alpha rao | 0 | root |
| `MinDelegateTake`, `MaxDelegateTake` | parts of 65 535 | 0, 11 796 | root |
| `MinChildkeyTake`, `MaxChildkeyTake` | parts of 65 535 | 0, 11 796 | root |
| `TxRateLimit` | blocks | 1 000 | root |
| `TxDelegateTakeRateLimit`, `TxChildkeyTakeRateLimit` | blocks | 216 000 | root |
| `NetworkRateLimit` | blocks | 7 200 | root |
| `NetworkImmunityPeriod` | blocks | 50 400 | root |
| `NetworkMinLockCost` | rao | 1 000 TAO; mainnet set 1 TAO | root |
| `NetworkLockReductionInterval` | blocks | 100 800 | root |
| `SubnetLimit` | subnets | 12, not enforced | root |

**A subnet**

| item | unit | default | a new subnet | who may change it |
|---|---|---|---|---|
| `Tempo` | blocks between epochs, less one | 99 | 99 | root |
| `Kappa` | parts of 65 535 | 32 767 | | owner |
| `Rho` | none; unused | 10 | | owner |
| `ActivityCutoff` | blocks | 5 000 | | owner |
| `ImmunityPeriod` | blocks | 4 096 | 5 000 | owner |
| `MaxAllowedUids` | neurons | 4 096 | 256 | root |
| `MaxAllowedValidators` | neurons | 128 | 64 | root |
| `MinAllowedWeights` | weights | 1 024 | 1 | owner |
| `MaxWeightsLimit` | parts of 65 535 | 1 000 | 65 535 | owner |
| `WeightsSetRateLimit` | blocks | 100 | | owner |
| `WeightsVersionKey` | none | 0 | | owner |
| `CommitRevealWeightsEnabled` | yes or no | no | | owner |
| `BondsMovingAverage` | millionths | 900 000 | | owner |
| `BondsPenalty` | parts of 65 535 | 0 | | owner |
| `LiquidAlphaOn`, `AlphaValues` | yes or no; parts of 65 535 | no; 45 875 and 58 982 | | owner |
| `AdjustmentInterval` | blocks | 100 | 360 | root |
| `AdjustmentAlpha` | parts of $2^{64} - 1$ | 0 | 17 893 341 751 498 265 066 (97 %) | owner |
| `TargetRegistrationsPerInterval` | registrations | 2 | 1 | root |
| `MaxRegistrationsPerBlock` | registrations | 1 | | root |
| `Burn`, `MinBurn`, `MaxBurn` | rao | 1, 0.0005 and 100 TAO | minimum 1 rao | burn by rule; minimum root, maximum owner |
| `Difficulty`, `MinDifficulty`, `MaxDifficulty` | none | $10^7$, $10^7$, $\lfloor (2^{64} - 1) / 4 \rfloor$ | both bounds $2^{64} - 1$ | owner |
| `NetworkRegistrationAllowed` | yes or no | no | yes | owner |
| `NetworkPowRegistrationAllowed` | yes or no | no | | owner |
| `TransferToggle` | yes or no | yes | | root |
| `SubnetMechanism` | 0 stable, 1 dynamic | 0 | 1 | a runtime upgrade |

Where it says owner, root may change it too.

**Constants**

| constant | value | rule |
|---|---|---|
| the supply of TAO, and of each alpha | $21 \cdot 10^{15}$ | [ISS-1](#iss-1) |
| a block's emission before the first halving | $10^9$ | [ISS-1](#iss-1) |
| existential deposit | 500 rao | [STATE-1](#state-1) |
| minimum stake | 500 000 rao | [STAKE-11](#stake-11) |
| staking fee | 50 000 rao; half of it on each leg of a move | [STAKE-9](#stake-9), [MOVE-6](#move-6) |
| minimum liquidity | 10 000 000 | [POOL-2](#pool-2) |
| cost of a hotkey swap | 0.1 TAO | [KEY-1](#key-1) |
| take of a new delegate | 11 796 of 65 535 | [REG-8](#reg-8), [DIV-11](#div-11) |
| registrations an interval | three times the target | [REG-7](#reg-7) |
| children of a hotkey | 5 | [CHILD-4](#child-4) |
| blocks between two calls of `set_children` | 150 | [CHILD-2](#child-2) |
| seats of the senate | 12 | [STATE-12](#state-12) |
"""
