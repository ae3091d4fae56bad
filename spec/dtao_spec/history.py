r"""History.

The rules changed with upgrades of the runtime, each for everybody at once, from one block to the next. An **era** is a
range of versions with the same rules; it is named after what it brought. By the dates of the merges the launch lasted
for a day at most, most others for days or weeks. Dates are those on which the tagged source was merged; when mainnet
enacted a version is on the chain alone.

**233, launch** (13 February 2025). Subnets got pools and tokens of their own; root was paid in TAO that each block
raises by selling alpha. Everybody felt it: a stake on a subnet became a holding whose price moves.

**234, capped-price** (the same day). A price above 1 TAO enters the moving average as 1 ([PRICE-2](#price-2)). A new
pool with little alpha in it could be driven to any price with little TAO, and what it then drew of the emission was
taken from all others. Whoever held such a subnet lost that income.

**238, nominators-move** (15 February). Until then only the owner of a hotkey could move stake away from it; a nominator
had to sell and buy again ([MOVE-5](#move-5)). A subnet that closed both kinds of registration gets no TAO, where by a
slip only one that still allowed work had lost it ([EMIT-3](#emit-3)). The owner of a subnet protects one neuron, not as
many as it cares to own ([REG-5](#reg-5)), and its hotkey may be swapped without being orphaned ([KEY-3](#key-3)).
Children change at epochs only ([CHILD-1](#child-1)).

**239, share-precision** (16 February). Stake too small to be a share of the hotkey's pool is refused
([SHARE-8](#share-8)); before, it was taken and came to nothing. Small stakers on hotkeys whose shares had grown
expensive felt it.

**244, dividend-fix** (24 February). The largest leak of the launch was closed: what the root stakers are paid in TAO is
no longer paid in alpha as well ([DIV-12](#div-12)). For eleven days the stakes of validators and of those who stake
with them had grown by alpha that the pools had bought; what they gained, all other holders of alpha lost by dilution,
and nothing was taken back. Share pools were written anew: a withdrawal takes what the shares are worth, and dust
goes with it ([SHARE-4](#share-4), [SHARE-9](#share-9)). New subnets have epochs every 361 blocks instead of every 100
([NET-6](#net-6)). The rate limit of takes is each hotkey's own ([STATE-9](#state-9)), and the owner hotkey of a subnet
may name children without stake ([CHILD-4](#child-4)).

**245, child-cooldown** (5 March). Scheduled children wait for a day ([CHILD-2](#child-2)).

**246, price-age** (6 March). The moving price of a young subnet moves slowly ([PRICE-3](#price-3)), so that a new
subnet has to hold its price for weeks before it draws much of the emission.

**247, min-activity-cutoff** (11 March). The activity cutoff that an owner may set got a lower limit. No rule here
changed.

**252, dynamic-fees** (19 March). Whoever leaves pays a fee of about the dividends that the stake earned in the last
tempo ([STAKE-19](#stake-19)). That took away the profit of staking just before an epoch and leaving just after it. How
slowly the moving price of a young subnet moves became a parameter ([PRICE-3](#price-3)). Children take their part from
each parent, none from one of the same owner ([DIV-4](#div-4)). The owner of a subnet may be weighed, also by itself
([EPOCH-11](#epoch-11)), and is not paid for it ([DIV-9](#div-9)): a subnet whose miners deserve nothing can burn their
part. A limit on a swap binds ([MOVE-4](#move-4)).

**257, start-call** (28 March). A new subnet emits only once its owner has started it, a week after its registration at
the earliest ([NET-10](#net-10), [EMIT-8](#emit-8)): time to set it up, and for others to see it, before it draws on
what all share. Dividends in alpha are what is there, in proportion ([DIV-12](#div-12), [DIV-13](#div-13)), so that the
stakes of a subnet keep to the alpha that exists, but where miners earn and validators do not. Bonds in a newcomer are
cut for a tempo ([BOND-6](#bond-6)), and `BondsPenalty` is 65 535 by default instead of 0: bonds are bought with clipped
weights ([BOND-7](#bond-7)). Holders may destroy alpha in two ways ([STAKE-24](#stake-24), [STAKE-25](#stake-25)).

**258, price-from-start** (4 April). The age of a price counts from the start call instead of the registration
([PRICE-4](#price-4)).

**261, unsigned-math** (11 April). Amounts are computed in unsigned numbers of the same precision, which matters only at
amounts that no call brings about. The fee for leaving follows what the alpha would sell for, not the price before the
sale ([STAKE-19](#stake-19)), which large holders felt.

**265, unstake-validity** (21 May). What changed is which transactions a node takes into a block. In the block the rules
are those of 261.

**273, yuma3** (28 May). A subnet may choose another way of paying validators, in which bonds are proportions that each
validator builds up alone, and stake counts when dividends are paid instead of when bonds are bought
([BOND-13](#bond-13)); whoever does not choose it loses liquid alpha ([BOND-7](#bond-7)). Stake below a threshold counts
for nothing in an epoch ([EPOCH-22](#epoch-22)), and a validator without any has no permit ([EPOCH-5](#epoch-5)). Stake
moves only where the subnet's token is enabled ([STAKE-22](#stake-22)), which the start call does. A childkey take may
fall at any time ([CHILD-3](#child-3)).

**274, token-gate** (10 June). Adding stake with a limit asks for an enabled token too ([STAKE-11](#stake-11)).

**276, subnet-hotkey-swap** (12 June). A hotkey may be swapped on one subnet alone, for a hundredth of the price
([KEY-10](#key-10)), where before a new key on one subnet meant a new key on all.

**277, hotkey-per-subnet** (16 June). The day for which children waited became a parameter, which is 0 at first
([CHILD-2](#child-2), [CHILD-12](#child-12)).

**283, concentrated-liquidity** (30 June). Pools became those of Uniswap v3: liquidity lies in ranges of prices, and
users may provide some ([POOL-25](#pool-25)). Every swap pays a fee ([POOL-18](#pool-18)) that stays in the pool, in
place of the fee for leaving. What a quote says no longer follows from the reserves.

**298, subsidy** (29 July). TAO that a pool cannot take at its price buys alpha instead of waiting ([EMIT-9](#emit-9)),
which holds up the prices of subnets that are due more than they are worth. The fee fell to a sixth. The least that a
nominator may leave is worth TAO, a multiple of the minimum stake ([STAKE-6](#stake-6)).

**320, several-mechanisms** (24 September). A subnet may have several mechanisms, each with weights, bonds and a part of
the emission of its own ([EPOCH-25](#epoch-25)). There are at most 128 subnets: a new one takes the place of the one
with the lowest moving price ([NET-13](#net-13)), and who holds its alpha is paid from its pool ([NET-12](#net-12)); the
owner gets back the lock. Owners whose subnets emitted little had their last weeks. All that the owner's miners earn is
burned or recycled ([DIV-9](#div-9)), subnets that are closed to newcomers get nothing at all ([EMIT-3](#emit-3)), and
what miners earn may be staked elsewhere by itself ([STAKE-28](#stake-28)). Stake on root counts in the reserves of root
again ([STAKE-1](#stake-1)).

**338, tao-flow** (4 November). TAO goes where TAO flows: to subnets into which more is staked than is taken out, on the
average of months ([FLOW-2](#flow-2)), and no longer by price. Root's stakers are not paid TAO that every block raises
by selling alpha; they claim alpha, to keep or to sell ([CLAIM-1](#claim-1)).

**342, excess-tao** (6 November). A pool takes no more TAO than the alpha that joins it is worth; the rest buys alpha
([EMIT-12](#emit-12)). While the prices of all subnets add up to no more than 1 TAO, root's stakers get nothing
([EMIT-11](#emit-11)).

**343, pending-apart** (7 November). What root's stakers do not get then is destroyed instead of going to validators
([EMIT-10](#emit-10)).

**345, started-only** (10 November). Subnets that nobody started had taken part for four days ([EMIT-8](#emit-8)).

**347, protocol-flow** (18 November) counted what the chain's own position gained as flow, so that users' positions
could not feign any; **352, flow-of-swaps** (8 December) took that back ([FLOW-1](#flow-1)).

**348, flow-from-zero** (24 November). A new subnet had begun with its price as its average flow ([FLOW-2](#flow-2)),
more than most had earned in months.

**351, users-closed** (8 December). The pools are the chain's own again: users' positions are paid back
([POOL-28](#pool-28)).

**361, prices-after-epochs** (9 December). What closed subnets are not given goes to the open ones, where it had been
issued to nobody ([EMIT-8](#emit-8)). Moving prices follow after the epochs ([BLOCK-2](#block-2)). Root's stakers may
keep the alpha of some subnets and sell that of the others ([CLAIM-10](#claim-10)).

**362, injection-cap** (12 December). No pool is given more alpha than the block emits TAO ([EMIT-12](#emit-12)): days
before the first halving of TAO pools would have been given twice as much.

**365, pruned-by-emission** (19 December). A newcomer takes the place of the neuron that earned least
([REG-5](#reg-5)), and is refused before it pays where no place can be had. A dissolved subnet leaves no flow of TAO to
the next one of its number ([NET-8](#net-8)).

**366, claims-follow** (6 January 2026). Root stake that was sent to another account brought it a claim on all that the
hotkey had earned since November ([CLAIM-4](#claim-4)). Children wait for a day again ([CHILD-2](#child-2)).

**371, start-at-once** (21 January). The week before a subnet may be started is over ([NET-10](#net-10)).

**385, fees-to-authors** (11 March 2026). The fee of a swap is no longer the pool's but the author's of the block
([POOL-30](#pool-30)), and nobody provides liquidity any more ([POOL-25](#pool-25)). Swaps of coldkeys are announced
five days before, so that a thief can be stopped ([KEY-14](#key-14)). Owners may burn alpha in the call that buys it
([STAKE-31](#stake-31)); epochs may track voting power ([STATE-15](#state-15)).

**391, merged-reserves** (19 March). What users had in pools is not counted apart any more ([POOL-22](#pool-22)). A
hotkey may be swapped on a subnet every day, and leave its stake behind ([KEY-10](#key-10)).

**401, decimal-shares** (23 April 2026). Shares of stake are decimal floating-point numbers ([SHARE-4](#share-4)), so
that no share pool overflows and none has dust. A registration costs less in every block and more after each
registration ([REG-10](#reg-10), [REG-11](#reg-11)); work registers nobody any more. A new pool begins at the median
price ([NET-14](#net-14)), and root's validators stand behind its owner ([CHILD-14](#child-14)), whose neuron needs
neither stake nor permit ([EPOCH-27](#epoch-27)).

**402, no-owner-alpha** (8 May 2026). The owner of a new subnet had been staked alpha for TAO that was in the pool as
well ([NET-6](#net-6)).

**423, weighted-pools** (25 June). Pools have weights instead of ranges ([POOL-34](#pool-34)), which move when a block
adds to them, so that the price stays ([POOL-35](#pool-35)). Owners set the tempo of their subnets and trigger epochs
([NET-15](#net-15)), of which a block runs two ([BLOCK-6](#block-6)). Some checks come before dispatch
([STATE-20](#state-20)).

**424, bounded-swaps** (29 June). A swap of more than 1 000 times the reserve had taken a block too long to compute
([POOL-34](#pool-34), [STAKE-32](#stake-32)).

**425, conviction** (30 June). The hotkey with the most conviction becomes the owner of a subnet of a year, and TAO
follows prices whatever part root has of a subnet.

**What is not covered.** The table of all known forks below names the era of each, or says that there is none. What lies
between two eras had some of what changed;

**Upgrades.** An upgrade also changed the state, once. `dtao.migrate(state, to)` does what mattered to the economy, for
each era between that of the state and the one named:

| to | what happens |
|---|---|
| 238 | `MinDifficulty` is 10 000 000 again on every network but root: work may become easy. |
| 244 | The default of `Tempo` is 360; networks keep what they were given at their creation. |
| 252 | `SubnetLimit` is removed; of the new parameters the defaults are read. |
| 257 | Every network but root counts as started, in this block. The default of `BondsPenalty` is 65 535. |
| 273 | The tokens of root and of all started networks are enabled. |
| 273 | No `BondsMovingAverage` is above 975 000; `MaxBurn` is 100 TAO; `TotalStakeAtDynamic` is removed. |
| 283 | The pool of root holds the stake on all hotkeys with an owner; the totals are counted anew after that. |
| 298 | Every network but root takes burned registrations, so that none is closed to newcomers. |
| 320 | 69 898 TAO, uncounted on mainnet, leave the pool of root; the totals are counted anew after that. |
| 320 | At most 128 subnets; immunity 864 000 blocks; registration from 50 400 blocks on, at 1 000 TAO, every 28 800. |
| 320 | All networks but root take weights by commitment only. |
| 338 | A new network costs 2 500 TAO from this block on; kappa is a half everywhere, and no weight is limited. |
| 338 | Relations of children are those that both sides list; destinations of earnings are kept subnet by subnet. |
| 338 | What was pending for the stakers of root, in TAO, is forgotten. |
| 343 | Of what was pending, and root's part of it, miners get half; validators get what is left of the rest. |
| 345 | On a subnet that was not started nothing is pending any more, unless its alpha is what it began with. |
| 365 | `Rank`, `Trust` and `PruningScores` are removed everywhere. |
| 371 | `StakingHotkeys` of each coldkey lists every hotkey on which it has shares. |
| 401 | `NetworkPowRegistrationAllowed` has its default everywhere; burned registrations and those by work count anew. |
| 411 | The account of each network gets the TAO of its pool, and its lock beyond the minimum lock cost. |
| 411 | `TotalIssuance` is that of balances after that. |
| 411 | `LastRateLimitedBlock/AddStakeBurn` is removed everywhere: `add_stake_burn` has no limit any more. |
| 415 | `TaoInRefundDeploymentBlock` is the present block. |
| 423 | Pools keep their prices by their weights; tempos, activity cutoffs and locks are brought up to date. |
| others | Nothing but this: |
| to 411 | First, `TotalStake` becomes the TAO of all pools, and `TotalIssuance` that and all balances. |

So what leaked from the totals since the last upgrade is gone from them with the next one, until 411. Pools of
concentrated liquidity need no migration: each begins at its first swap ([POOL-20](#pool-20)), and what blocks had
injected before 298 without it being traded stays so.

Three things it does not do. It leaves out what the economy does not read: identities, commits, schedules of swaps. It
knows nothing of migrations that belong to versions that no era covers, nor of the one that made the launch out of what
there was before, nor of the locks of mainnet's subnets 65 to 128, which 320 wrote back, nor of the stake on its subnet
59 and the claims of twelve of its hotkeys, which 401 put right, nor of the locks of some of its hotkeys that were
swapped on one subnet, which 417 did. And a state does not tell an entry that was never stored from one that was stored
with the default: what a network is given at its creation counts as stored, everything else with the old default reads
the new one.

**All known forks.** A fork is a version that changed a rule of the economy. The column on the right names the era that
covers it.
"""

from attrs import frozen


@frozen
class Fork:
    """A version of the runtime that changed rules of the economy."""

    versions: str
    """The first spec version, or several that together are the fork."""
    tag: str
    date: str
    """When the tag was merged."""
    name: str
    what: str

    @property
    def spec_version(self) -> int:
        """The version by which an era is looked up: the last of several."""
        return int(self.versions.replace(", ", " ").replace("–", " ").split()[-1])


FORKS = (
    Fork("233", "v2.0.0", "2025-02-13", "launch", "Pools and tokens of subnets; emission by price; root in TAO."),
    Fork("234", "v2.0.1", "2025-02-13", "capped price", "A price counts as 1 TAO at most in the moving average."),
    Fork(
        "238", "v2.0.2", "2025-02-15", "nominators move",
        "Moves by nominators; closed subnets; one protected neuron; children at epochs.",
    ),
    Fork("239", "v2.0.3", "2025-02-16", "share precision", "Stake that is no share of the pool is refused."),
    Fork(
        "244", "v2.0.4", "2025-02-24", "dividend fix",
        "Root dividends are not paid in alpha too; share pools written anew; a tempo of 360 for new subnets.",
    ),
    Fork("245", "v2.0.5", "2025-03-05", "child cooldown", "New children wait for a day."),
    Fork("246", "v2.0.6", "2025-03-06", "price age", "The moving price of a young subnet moves slowly."),
    Fork("247", "v2.0.7", "2025-03-11", "activity cutoff", "The activity cutoff of a subnet has a lower limit."),
    Fork(
        "252", "v2.0.8", "2025-03-19", "dynamic fees",
        "A fee for leaving by the last dividends; the owner's incentive is burned; childkey takes parent by parent.",
    ),
    Fork(
        "257", "v2.0.9", "2025-03-28", "start call",
        "Subnets are started; dividends in proportion to what is there; alpha may be recycled or burned.",
    ),
    Fork("258", "v2.0.10", "2025-04-04", "prices from the start", "The age of a price counts from the start."),
    Fork("261", "v2.0.11", "2025-04-11", "unsigned math", "Unsigned numbers; the fee for leaving by proceeds."),
    Fork(
        "265", "v3.0.0", "2025-05-21", "unstake validity", "Which transactions a node takes; no rule of a block.",
    ),
    Fork(
        "273", "v3.1.0", "2025-05-28", "Yuma 3",
        "Bonds as proportions, by choice; tokens that must be enabled; a threshold of stake in epochs.",
    ),
    Fork("274", "v3.1.2", "2025-06-10", "token gate", "Adding stake with a limit asks for an enabled token too."),
    Fork("276", "v3.1.3", "2025-06-12", "swap on a subnet", "A hotkey may be swapped on one subnet alone."),
    Fork("277", "v3.1.5", "2025-06-16", "hotkey per subnet", "Children need not wait."),
    Fork(
        "283", "v3.1.6", "2025-06-30", "liquidity in ranges",
        "Pools whose liquidity lies in ranges of prices, from users too; a fee of 0.3 % on every swap.",
    ),
    Fork("285", "v3.1.7", "2025-07-01", "leases", "Leased subnets; stake stays in the block in which it came."),
    Fork(
        "290", "v3.2.0", "2025-07-07", "protocol liquidity",
        "The protocol's own liquidity is mended; sales for root pay no fee; a minimum stake of 0.02 TAO.",
    ),
    Fork("292", "v3.2.1", "2025-07-10", "dust", "A minimum stake of 0.002 TAO; dust is cleared."),
    Fork(
        "297", "v3.2.2", "2025-07-23", "lower fee",
        "A fee of 0.05 % on swaps; transfers within a subnet; weights masked by the block of their commit.",
    ),
    Fork("298", "v3.2.3", "2025-07-29", "subsidy", "TAO that injection does not need buys alpha instead."),
    Fork(
        "301", "v3.2.4", "2025-08-12", "closed subnets",
        "Closed subnets get no alpha either; the protocol's fees go to the pools; another library of numbers.",
    ),
    Fork("302", "v3.2.5", "2025-08-19", "stable reserves", "Swaps on root and stable subnets move the reserves again."),
    Fork("306", "v3.2.6", "2025-08-28", "owner keys", "The incentive of more hotkeys of the owner is burned."),
    Fork(
        "315", "v3.2.7", "2025-09-09", "automatic stake",
        "Incentive is staked elsewhere by itself, if wished; a burn on what parents get.",
    ),
    Fork(
        "320", "v3.2.8-320", "2025-09-24", "deregistration",
        "Subnets are pruned for new ones, and holders are paid out; several mechanisms a subnet; recycle or burn.",
    ),
    Fork("323", "v3.2.9-323", "2025-09-30", "trimming", "Stake weights are kept; uids are trimmed rightly."),
    Fork(
        "326", "v3.2.9-326", "2025-10-07", "lock cost",
        "A lock cost of 2 500 TAO; no refund for the pools of new subnets; automatic stake by subnet.",
    ),
    Fork(
        "334", "v3.2.10-334", "2025-11-04", "TAO flow",
        "Emission follows the flow of TAO into a subnet instead of its price; root stakers claim alpha.",
    ),
    Fork("338", "v3.2.11-338", "2025-11-04", "flow units", "The flow starts from the right unit."),
    Fork(
        "342", "v3.2.12-342", "2025-11-06", "excess TAO",
        "TAO beyond what injection needs buys alpha; root is paid only while prices sum to more than 1 TAO.",
    ),
    Fork("343", "v3.2.13-343", "2025-11-07", "split pending", "What waits is kept apart for miners and validators."),
    Fork("345", "v3.2.14-245", "2025-11-10", "who gets TAO", "Only started subnets share in the TAO."),
    Fork("347", "v3.2.15-347", "2025-11-18", "protocol flow", "What the protocol itself moves counts as flow."),
    Fork("348", "v3.2.15-348", "2025-11-24", "flow from zero", "The average of the flow starts at zero."),
    Fork("349", "v3.2.16-349", "2025-12-01", "fees in TAO", "Fees for transactions are not paid in alpha any more."),
    Fork(
        "350, 351", "v3.2.18-351", "2025-12-08", "no user liquidity",
        "Users' liquidity is paid back and switched off.",
    ),
    Fork("352", "v3.2.19-352", "2025-12-08", "flow of swaps", "The change of 347 is taken back."),
    Fork("361", "v3.3.0-361", "2025-12-09", "coinbase", "The coinbase in another order; closed subnets count no more."),
    Fork("362", "v3.3.1-362", "2025-12-12", "injection cap", "Injected alpha has a second limit."),
    Fork(
        "365", "v3.3.2-365", "2025-12-19", "pruning by emission",
        "Neurons are pruned by emission; the root proportion is stored; no move in part.",
    ),
    Fork("366", "v3.3.3-366", "2026-01-06", "claims move", "Claims follow transfers on root; children wait for a day."),
    Fork("367", "v3.3.4-367", "2026-01-09", "new subnets", "No users' liquidity on new subnets."),
    Fork("371", "v3.3.5-372", "2026-01-21", "no delay", "A subnet may be started at once."),
    Fork("372", "v3.3.6-372", "2026-01-27", "fee rates", "No adding of liquidity; fee rates are root's to set."),
    Fork(
        "385", "v3.3.11-385", "2026-03-11", "fees to authors",
        "The fees of swaps go to the author of the block; stake may be added and burned in one call.",
    ),
    Fork("391", "v3.3.12-391", "2026-03-19", "merged reserves", "Users' reserves are no longer counted apart."),
    Fork("392–394", "v3.3.13-393", "2026-03-25", "hotkey swaps off", "Swaps of hotkeys are off, mended, and on again."),
    Fork(
        "401", "v3.3.14-401", "2026-04-23", "floating shares",
        "Shares in floating point; another price of registration; Yuma 3 by default; first pools at a price.",
    ),
    Fork("402", "v3.3.15-402", "2026-05-08", "no first alpha", "The owner gets no alpha at the genesis of a subnet."),
    Fork(
        "411", "v3.4.0-411", "2026-05-27", "imbalances",
        "Every rao is accounted for as it moves; net flows; locks by conviction; emission switched by subnet.",
    ),
    Fork(
        "413", "v3.4.1-413", "2026-06-01", "protocol alpha",
        "Alpha that the chain buys is kept, and paid out when the subnet ends.",
    ),
    Fork("415", "v3.4.2-415", "2026-06-02", "refunds", "The alpha in a pool counts at the end of newer subnets only."),
    Fork("416, 417, 419", "v3.4.5-419", "2026-06-16", "swaps of keys", "Locks and claims follow swapped keys."),
    Fork(
        "421", "v3.4.6-421", "2026-06-22", "prices again",
        "Emission by average price, root proportion and what miners burn; injected alpha limited by root.",
    ),
    Fork("422", "v3.4.7-422", "2026-06-23", "new subnets wait", "A new subnet does not emit until it is switched on."),
    Fork(
        "423", "v3.4.8-423", "2026-06-25", "weighted pools",
        "Pools with weights in place of ranges; tempos that vary; limit orders.",
    ),
    Fork("424", "v3.4.9-424", "2026-06-29", "swap limits", "No swap of more than 1 000 times the reserve."),
    Fork("425", "untagged", "2026-06-30", "conviction", "Locked stake may change the owner of a subnet."),
)  # fmt: skip
"""All forks that are known, in order."""


def appendix(_spec_version: int | None) -> str:
    """Return the table of all forks."""
    import dtao  # the specification stands without the reference; only the names of the eras need it

    lines = ["| no. | versions | tag | merged | name | what changed | here |", "|--:|---|---|---|---|---|---|"]
    for number, fork in enumerate(FORKS):
        try:
            here = dtao.era(fork.spec_version).name
        except dtao.UnknownName:
            here = "not covered yet"
        lines.append(f"| {number} | {fork.versions} | {fork.tag} | {fork.date} | {fork.name} | {fork.what} | {here} |")
    notes = (
        "A version 380 (tag v3.3.10-380, merged on 20 February 2026) was taken back four days later; whether"
        " mainnet ever ran it is not known here. No change of the economy was found in the tags v3.3.7-373, v3.3.7-374,"
        " v3.3.8-374 and v3.3.9-376. A number in the name of a tag is not always the version that it holds."
    )
    return "\n".join(lines) + "\n\n" + notes
