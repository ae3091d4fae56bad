"""Known violations.

What the launch got wrong, by name. An implementation MUST get it wrong in the same way: these are the rules, as the
chain ran them. Those that move money are terms of their own in the ledger of conservation, by these names, so that any
other loss or gain of a single rao shows. The last column names the version in which it ended; where it is empty, it held
in all eras of this document.

$T$ is the TAO in a pool, $A$ and $O$ the alpha inside and outside of it, $H$ the sum of all stakes on hotkeys of a
subnet.

| name | what happens | size | rule | ended in |
|---|---|---|---|---|
| double root dividends | Validators are credited with the full dividend in alpha, although the part of root was sold for TAO, which is paid on root too. $H$ outgrows $O$ and what is pending. | about 41 % of the root proportion of a block's alpha, a subnet and block | [DIV-9](#div-9) | 244; in full 257 |
| root dividends off the books | TAO that is paid on root raises stakes there, but neither the TAO of root nor `TotalStake`. The root proportion, which looks at that TAO, stays too small. | all root dividends | [DIV-9](#div-9) | |
| unassigned emission | Pending alpha that an epoch assigns to nobody is lost, as on a subnet without neurons or stake; pending TAO is lost where no hotkey with dividends has root stake. | a tempo's emission | [DIV-9](#div-9), [DIV-10](#div-10) | |
| lost fractions | A delegate's take and the rest are truncated one by one. | up to 1 alpha rao, a hotkey and drain | [DIV-7](#div-7) | |
| captured dividends | Where nobody stakes alpha on a hotkey, its take makes the owner the only holder, who then has all that is there; at the launch also the dividends of others' root stake. | dividends of a hotkey | [SHARE-4](#share-4), [DIV-11](#div-11) | |
| subnet creation | The first TAO of a pool leaves the owner's balance without entering `TotalStake`. | the minimum lock cost, a subnet | [NET-6](#net-6) | 252 |
| overwritten reserves | The TAO in the pool of a dissolved network is overwritten when a new one gets its netuid. | that TAO | [NET-6](#net-6) | |
| returned lock | What is locked for a network goes to its owner's balance when it is dissolved, and no other total moves. A network of the launch or later has no lock. | the lock | [NET-8](#net-8) | |
| fees on root | The fee stays in the pool of root, and no stake stands against it. | 50 000 rao, a call at the launch | [STAKE-3](#stake-3) | |
| root swaps by a curve | A mechanism of 1 on root lets its pool swap by the product, while all else counts its alpha as TAO. | what the curve takes | [POOL-3](#pool-3), [POOL-4](#pool-4) | |
| refused purchase | TAO for which a pool without liquidity pays nothing is gone from its payer. | the TAO | [STAKE-4](#stake-4), [REG-7](#reg-7) | |
| refused sale | Alpha that a pool without liquidity does not buy is gone from its holder, or counted as sold for root. | the alpha | [STAKE-5](#stake-5), [BLOCK-3](#block-3) | |
| burned moves | A move whose first leg brings less than the minimum stake and the second fee stakes nothing: the TAO is lost. | up to 524 999 rao, a move | [MOVE-6](#move-6) | |
| dust | What vanishes below the existential deposit stays in `TotalIssuance`. | up to 499 rao, an account | [STATE-1](#state-1), [STATE-2](#state-2) | |
| share pool overflow | The value of a share overflows after nearly full withdrawals with rewards in between; deposits are swallowed and stakes read 0. | a position, in full | [SHARE-1](#share-1) | 244 |
| unstake pays first | The pool pays for the alpha that was asked for; the shares are reduced afterwards, if they suffice. | a rounding of the share pool, or the request | [STAKE-5](#stake-5) | 244 |
| swaps in full | `swap_stake_limit` with a part allowed moves the whole amount. | a trade | [MOVE-4](#move-4) | 252 |
| uncapped average | Prices above 1 TAO count in full in the moving price. | emission between subnets | [PRICE-2](#price-2) | 234 |
| closed subnets | TAO is withheld only if burned registration is off and registration by work is on; alpha is injected all the same. | the price falls | [EMIT-3](#emit-3) | 238, but for the alpha |
| capped injection | The alpha of an injection is capped, the TAO beside it is not. | the price rises | [EMIT-2](#emit-2) | |
| overwritten emission | `BlockEmission` ends as the emission of the last subnet's alpha. | display only | [BLOCK-2](#block-2) | |
| truncated increments | The owner's cut, the sold alpha and the rest are truncated one by one. | 0 to 2 alpha rao, a subnet and block, in $O$ and nowhere else | [BLOCK-3](#block-3) | |
| early epochs | An epoch runs one block before the one that the runtime's own comment names. | timing | [BLOCK-1](#block-1) | |
| liquid alpha past its range | Where the exponent of the logistic curve passes 20.9 its power counts as 0, and the neuron with the least consensus gets the highest weight of new bonds instead of the lowest. | bonds of a column | [BOND-10](#bond-10) | 273, with liquid alpha |
| small nominations | An amount of alpha is compared with a threshold in TAO. | only where the price is not 1 | [STAKE-6](#stake-6) | |
| hotkey swaps | Shares of two pools are added as they are, whatever one is worth. The subnet's owner hotkey and the childkey take stay behind. | value moves between stakers | [KEY-3](#key-3) | 238 for the owner hotkey |
| torn stake | A hotkey swap moves shares on dissolved subnets, but not their totals: they read 0 until somebody stakes on the new hotkey, and then count in full beside his. | the stake there, in full | [KEY-9](#key-9) | 252 |
| swap half-way | Where both hotkeys of a swap sit in the senate it stops at the seat: the new one has the owner and the totals, the old one keeps shares and neurons. | a hotkey | [KEY-3](#key-3) | 277 |
| saturation | A total that would pass its bounds stops there, and the rest of the amount is posted nowhere. | only where the books did not agree before | [FIX-1](#fix-1), [STAKE-1](#stake-1) | |
| pending children | They come into force on every subnet in every block, not at the epoch. | timing | [CHILD-1](#child-1) | 238 |
| lost seats | A hotkey that loses its place on root keeps its seat in the senate and cannot return. | a registration | [STATE-12](#state-12) | |

Later versions brought some of their own:

| name | what happens | since | rule |
|---|---|---|---|
| uneven root part | Root's part is sold by one proportion and taken from dividends by another; alpha is paid that does not exist, or is left over. | 244, until 256 | [DIV-12](#div-12) |
| fee without bound | The fee divides old dividends by the stake of now: who stays while others leave pays more and more. | 252, until 260 | [STAKE-19](#stake-19) |
| burned owner incentive | The incentive of the owner hotkey is paid to nobody and stays in $O$. | 252 | [DIV-9](#div-9) |
| sold alpha to miners | Where miners earn and no validator does, they get all alpha, also that which the pool has bought. | 257 | [DIV-9](#div-9) |
| cut-off shares | What each parent gets of a child's dividends, and what the child gets, are truncated one by one; the rest stays in $O$. | 252, until 256 | [DIV-4](#div-4) |
| cut-off dividends | Each proportion of what is there for validators is truncated; the rest stays in $O$. | 257 | [DIV-12](#div-12) |
| burned alpha | Burned alpha leaves its holder's stake and stays in $O$. | 257 | [STAKE-25](#stake-25) |
| short reserve | A founder whom the existential deposit is left pays up to 500 rao less than the TAO of his pool, which counts as stake in full. | 252 | [NET-7](#net-7) |
| sale of a rest | Who would keep less than a 100 000th of the shares sells all of them: more than was asked, past any limit. | 244 | [SHARE-9](#share-9) |
| fee for the whole amount | Where a limit lets a part through, the fee is that of the whole amount. | 252 | [STAKE-19](#stake-19) |
| sale past the gate | `remove_stake_limit` sells stake of a subnet whose token is disabled. | 273 | [STAKE-22](#stake-22) |
| purchase past the gate | `add_stake_limit` buys stake of a subnet whose token is disabled. | 273, until 273 | [STAKE-22](#stake-22) |
| inherited start | A network that is dissolved leaves its start to the next one of its netuid. | 257 | [NET-6](#net-6) |
| bonds in a predecessor | Who registers in the very block of an epoch, after it, has the bonds that others hold in the one before. | 257 | [BOND-6](#bond-6) |
| one pace for all | At the default steepness of Yuma 3 a power overflows, and nearly all bonds move at the upper bound. | 273 | [BOND-15](#bond-15) |
| sudden end of a bond | Under Yuma 3 with liquid alpha a bond without a weight is gone at once. | 273 | [BOND-17](#bond-17) |
"""
