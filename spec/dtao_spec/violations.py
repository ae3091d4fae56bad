"""Known violations.

What the launch got wrong, by name. An implementation MUST get it wrong in the same way: these are the rules, as the
chain ran them. Each is a term of its own in the ledger of conservation, so that any other loss or gain of a single rao
shows.

$T$ is the TAO in a pool, $A$ and $O$ the alpha inside and outside of it, $H$ the sum of all stakes on hotkeys of a
subnet.

| name | what happens | size | rule |
|---|---|---|---|
| double root dividends | Validators are credited with the full dividend in alpha, although the part of root was sold for TAO, which is paid on root too. $H$ outgrows $O$ and what is pending. | about 41 % of the root proportion of a block's alpha, a subnet and block | [DIV-9](#div-9) |
| root dividends off the books | TAO that is paid on root raises stakes there, but neither the TAO of root nor `TotalStake`. The root proportion, which looks at that TAO, stays too small. | all root dividends | [DIV-9](#div-9) |
| unassigned emission | Pending alpha that an epoch assigns to nobody is lost, as on a subnet without neurons or stake; pending TAO is lost where no hotkey with dividends has root stake. | a tempo's emission | [DIV-9](#div-9), [DIV-10](#div-10) |
| lost fractions | A delegate's take and the rest are truncated one by one. | up to 1 alpha rao, a hotkey and drain | [DIV-7](#div-7) |
| captured dividends | Where nobody stakes alpha on a hotkey, its take makes the owner the only holder, who then has all dividends in alpha, also those of others' root stake. | dividends of a hotkey | [SHARE-4](#share-4), [DIV-11](#div-11) |
| subnet creation | The first TAO of a pool leaves the owner's balance without entering `TotalStake`. | the minimum lock cost, a subnet | [NET-6](#net-6) |
| burned moves | A move whose first leg brings less than the minimum stake and the second fee stakes nothing: the TAO is lost. | up to 524 999 rao, a move | [MOVE-6](#move-6) |
| dust | What vanishes below the existential deposit stays in `TotalIssuance`. | up to 499 rao, an account | [STATE-1](#state-1), [STATE-2](#state-2) |
| share pool overflow | The value of a share overflows after nearly full withdrawals with rewards in between; deposits are swallowed and stakes read 0. | a position, in full | [SHARE-1](#share-1) |
| unstake pays first | The pool pays for the alpha that was asked for; the shares are reduced afterwards, if they suffice. | a rounding of the share pool, or the request | [STAKE-5](#stake-5) |
| swaps in full | `swap_stake_limit` with a part allowed moves the whole amount. | a trade | [MOVE-4](#move-4) |
| uncapped average | Prices above 1 TAO count in full in the moving price. | emission between subnets | [PRICE-2](#price-2) |
| closed subnets | TAO is withheld only if burned registration is off and registration by work is on; alpha is injected all the same. | the price falls | [EMIT-3](#emit-3) |
| capped injection | The alpha of an injection is capped, the TAO beside it is not. | the price rises | [EMIT-2](#emit-2) |
| overwritten emission | `BlockEmission` ends as the emission of the last subnet's alpha. | display only | [BLOCK-2](#block-2) |
| truncated increments | The owner's cut, the sold alpha and the rest are truncated one by one. | 0 to 2 alpha rao, a subnet and block, in $O$ and nowhere else | [BLOCK-3](#block-3) |
| early epochs | An epoch runs one block before the one that the runtime's own comment names. | timing | [BLOCK-1](#block-1) |
| liquid alpha past its range | Where the exponent of the logistic curve passes 20.9 its power counts as 0, and the neuron with the least consensus gets the highest weight of new bonds instead of the lowest. | bonds of a column | [BOND-10](#bond-10) |
| small nominations | An amount of alpha is compared with a threshold in TAO. | only where the price is not 1 | [STAKE-6](#stake-6) |
| hotkey swaps | Shares of two pools are added as they are, whatever one is worth. The subnet's owner hotkey and the childkey take stay behind. | value moves between stakers | [KEY-3](#key-3) |
| torn stake | A hotkey swap moves shares on dissolved subnets, but not their totals. | the stake there, in full | [KEY-9](#key-9) |
| pending children | They come into force on every subnet in every block, not at the epoch. | timing | [CHILD-1](#child-1) |
| lost seats | A hotkey that loses its place on root keeps its seat in the senate and cannot return. | a registration | [STATE-12](#state-12) |
"""
