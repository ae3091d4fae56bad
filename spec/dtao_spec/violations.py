"""Known violations.

What the chain got wrong, by name. An implementation MUST get it wrong in the same way: these are the rules, as the
chain ran them. Those that move money are terms of their own in the ledger of conservation, by these names, so that any
other loss or gain of a single rao shows.

$T$ is the TAO in a pool, $A$ and $O$ the alpha inside and outside of it, $H$ the sum of all stakes on hotkeys of a
subnet.
"""

from attrs import frozen

from dtao_spec.eras import span
from dtao_spec.markdown import table
from dtao_spec.registry import LAUNCH


@frozen
class Violation:
    """Something that the chain got wrong: what happens, how much of it, by which rules, and in which versions."""

    name: str
    what: str
    size: str
    rules: tuple[str, ...]
    since: int = LAUNCH
    until: int | None = None

    def is_in(self, spec_version: int) -> bool:
        """Return whether a version of the runtime has it."""
        return self.since <= spec_version and (self.until is None or spec_version <= self.until)


VIOLATIONS = (
    Violation(
        "double root dividends",
        "Validators are credited with the full dividend in alpha, although the part of root was sold for "
        "TAO, which is paid on root too. $H$ outgrows $O$ and what is pending.",
        "about 41 % of the root proportion of a block's alpha, a subnet and block",
        ("DIV-9",),
        until=243,
    ),
    Violation(
        "uncounted root dividends",
        "TAO that is paid on root raises stakes there, but neither the TAO of root nor `TotalStake`. The "
        "root proportion, which looks at that TAO, stays too small.",
        "all root dividends",
        ("DIV-9",),
    ),
    Violation(
        "unassigned emission",
        "Pending alpha that an epoch assigns to nobody is lost, as on a subnet without neurons or stake; "
        "pending TAO is lost where no hotkey with dividends has root stake.",
        "a tempo's emission",
        ("DIV-9", "DIV-10"),
    ),
    Violation(
        "lost fractions",
        "A delegate's take and the rest are truncated one by one.",
        "up to 1 alpha rao, a hotkey and drain",
        ("DIV-7",),
    ),
    Violation(
        "captured dividends",
        "Where nobody stakes alpha on a hotkey, its take makes the owner the only holder, who then has all "
        "that is there, the dividends of others' root stake too.",
        "dividends of a hotkey",
        ("SHARE-4", "DIV-11"),
        until=243,
    ),
    Violation(
        "captured dividends",
        "Where nobody stakes alpha on a hotkey, its take makes the owner the only holder, who then has all "
        "that is there.",
        "dividends of a hotkey",
        ("SHARE-4", "DIV-11"),
        since=244,
    ),
    Violation(
        "subnet creation",
        "The first TAO of a pool leaves the owner's balance without entering `TotalStake`.",
        "the minimum lock cost, a subnet",
        ("NET-6",),
        until=251,
    ),
    Violation(
        "overwritten reserves",
        "The TAO in the pool of a dissolved network is overwritten when a new one gets its netuid.",
        "that TAO",
        ("NET-6",),
    ),
    Violation(
        "returned lock",
        "What is locked for a network goes to its owner's balance when it is dissolved, and no other total "
        "moves. A network that got a pool of its own has no lock.",
        "the lock",
        ("NET-8",),
    ),
    Violation(
        "fees on root",
        "The fee stays in the pool of root, and no stake stands against it.",
        "the fee, a call",
        ("STAKE-3",),
        until=282,
    ),
    Violation(
        "root swaps by a curve",
        "A mechanism of 1 on root lets its pool swap by the product, while all else counts its alpha as TAO.",
        "what the curve takes",
        ("POOL-3", "POOL-4"),
    ),
    Violation(
        "refused purchase",
        "TAO for which a pool without liquidity pays nothing is gone from its payer.",
        "the TAO",
        ("STAKE-4", "REG-7"),
        until=282,
    ),
    Violation(
        "refused sale",
        "Alpha that a pool without liquidity does not buy is gone from its holder, or counted as sold for root.",
        "the alpha",
        ("STAKE-5", "BLOCK-3"),
    ),
    Violation(
        "burned moves",
        "A move whose first leg brings less than the minimum stake and the second fee stakes nothing: the TAO is lost.",
        "up to 524 999 rao, a move",
        ("MOVE-6",),
    ),
    Violation(
        "dust",
        "What vanishes below the existential deposit stays in `TotalIssuance`.",
        "up to 499 rao, an account",
        ("STATE-1", "STATE-2"),
    ),
    Violation(
        "share pool overflow",
        "The value of a share overflows after nearly full withdrawals with rewards in between; deposits are "
        "swallowed and stakes read 0.",
        "a position, in full",
        ("SHARE-1",),
        until=243,
    ),
    Violation(
        "unstake pays first",
        "The pool pays for the alpha that was asked for; the shares are reduced afterwards, if they suffice.",
        "a rounding of the share pool, or the request",
        ("STAKE-5",),
        until=243,
    ),
    Violation(
        "swaps in full",
        "`swap_stake_limit` with a part allowed moves the whole amount.",
        "a trade",
        ("MOVE-4",),
        until=251,
    ),
    Violation(
        "uncapped average",
        "Prices above 1 TAO count in full in the moving price.",
        "emission between subnets",
        ("PRICE-2",),
        until=233,
    ),
    Violation(
        "closed subnets",
        "TAO is withheld only if burned registration is off and registration by work is on; alpha is "
        "injected all the same.",
        "the price falls",
        ("EMIT-3",),
        until=237,
    ),
    Violation(
        "closed subnets",
        "TAO is withheld from a subnet that allows no registration; alpha is injected all the same.",
        "the price falls",
        ("EMIT-3",),
        since=238,
    ),
    Violation(
        "capped injection",
        "The alpha of an injection is capped, the TAO beside it is not.",
        "the price rises",
        ("EMIT-2",),
        until=284,
    ),
    Violation(
        "overwritten emission",
        "`BlockEmission` ends as the emission of the last subnet's alpha.",
        "display only",
        ("BLOCK-2",),
    ),
    Violation(
        "truncated increments",
        "The owner cut, the sold alpha and what is left are truncated one by one.",
        "0 to 2 alpha rao, a subnet and block, in $O$ and nowhere else",
        ("BLOCK-3",),
    ),
    Violation(
        "early epochs",
        "An epoch runs one block before the one that the runtime's own comment names.",
        "timing",
        ("BLOCK-1",),
    ),
    Violation(
        "liquid alpha past its range",
        "Where the exponent of the logistic curve passes 20.9 its power counts as 0, and the neuron with "
        "the least consensus gets the highest weight of new bonds instead of the lowest.",
        "bonds of a column",
        ("BOND-10",),
        until=272,
    ),
    Violation(
        "small nominations",
        "An amount of alpha is compared with a threshold in TAO.",
        "only where the price is not 1",
        ("STAKE-6",),
    ),
    Violation(
        "hotkey swaps",
        "Shares of two pools are added as they are, whatever one is worth. The subnet's owner hotkey and "
        "the childkey take stay behind.",
        "value moves between stakers",
        ("KEY-3",),
        until=237,
    ),
    Violation(
        "hotkey swaps",
        "Shares of two pools are added as they are, whatever one is worth. The childkey take stays behind.",
        "value moves between stakers",
        ("KEY-3",),
        since=238,
    ),
    Violation(
        "orphaned shares",
        "A hotkey swap moves shares on dissolved subnets, but not their totals: they read 0 until somebody "
        "stakes on the new hotkey, and then count in full beside his.",
        "the stake there, in full",
        ("KEY-9",),
        until=251,
    ),
    Violation(
        "swap half-way",
        "Where both hotkeys of a swap sit in the senate it stops at the seat: the new one has the owner and "
        "the totals, the old one keeps shares and neurons.",
        "a hotkey",
        ("KEY-3",),
        until=275,
    ),
    Violation(
        "saturation",
        "A total that would pass its bounds stops there, and the excess is dropped.",
        "only where the totals did not agree before",
        ("FIX-1", "STAKE-1"),
    ),
    Violation(
        "pending children",
        "They come into force on every subnet in every block, not at the epoch.",
        "timing",
        ("CHILD-1",),
        until=237,
    ),
    Violation(
        "lost seats",
        "A hotkey that loses its place on root keeps its seat in the senate and cannot return.",
        "a registration",
        ("STATE-12",),
    ),
    Violation(
        "mismatched root dividends",
        "The root proportion by which alpha is sold is not the one by which dividends are reduced; alpha is paid that does "
        "not exist, or is left over.",
        "",
        ("DIV-12",),
        since=244,
        until=256,
    ),
    Violation(
        "fee without bound",
        "The fee divides old dividends by the stake of now: who stays while others leave pays more and more.",
        "",
        ("STAKE-19",),
        since=252,
        until=260,
    ),
    Violation(
        "burned owner incentive",
        "The incentive of the owner hotkey is paid to nobody and stays in $O$.",
        "",
        ("DIV-9",),
        since=252,
    ),
    Violation(
        "sold alpha to miners",
        "Where miners earn and no validator does, they get all alpha, also that which the pool has bought.",
        "",
        ("DIV-9",),
        since=257,
    ),
    Violation(
        "cut-off shares",
        "What each parent gets of a child's dividends, and what the child gets, are truncated one by one; "
        "the rest stays in $O$.",
        "",
        ("DIV-4",),
        since=252,
        until=256,
    ),
    Violation(
        "cut-off dividends",
        "Each proportion of what is there for validators is truncated; the rest stays in $O$.",
        "",
        ("DIV-12",),
        since=257,
    ),
    Violation(
        "burned alpha",
        "Burned alpha leaves its holder's stake and stays in $O$.",
        "",
        ("STAKE-25",),
        since=257,
    ),
    Violation(
        "short reserve",
        "A founder whom the existential deposit is left pays up to 500 rao less than the TAO of his pool, "
        "which counts as stake in full.",
        "",
        ("NET-7",),
        since=252,
    ),
    Violation(
        "dust sweep",
        "Who would keep less than a 100 000th of the shares sells all of them: more than was asked, past any limit.",
        "",
        ("SHARE-9",),
        since=244,
    ),
    Violation(
        "fee for the whole amount",
        "Where a limit lets a part through, the fee is that of the whole amount.",
        "",
        ("STAKE-19",),
        since=252,
    ),
    Violation(
        "sale past the gate",
        "`remove_stake_limit` sells stake of a subnet whose token is disabled.",
        "",
        ("STAKE-22",),
        since=273,
    ),
    Violation(
        "purchase past the gate",
        "`add_stake_limit` buys stake of a subnet whose token is disabled.",
        "",
        ("STAKE-22",),
        since=273,
        until=273,
    ),
    Violation(
        "inherited start",
        "A network that is dissolved leaves its start to the next one of its netuid.",
        "",
        ("NET-6",),
        since=257,
    ),
    Violation(
        "bonds in a predecessor",
        "Who registers in the very block of an epoch, after it, has the bonds that others hold in the one before.",
        "",
        ("BOND-6",),
        since=257,
    ),
    Violation(
        "one EMA rate for all",
        "At the default steepness of Yuma 3 a power overflows, and nearly all bonds move at the upper bound.",
        "",
        ("BOND-15",),
        since=273,
    ),
    Violation(
        "sudden end of a bond",
        "Under Yuma 3 with liquid alpha a bond without a weight is gone at once.",
        "",
        ("BOND-17",),
        since=273,
    ),
    Violation(
        "fees of swaps",
        "The fee in TAO counts as `TotalStake` and is in no reserve; that in alpha stays in `SubnetAlphaOut` and is "
        "nobody's stake.",
        "196 or 33 of 65 535 of what is paid",
        ("POOL-12", "STAKE-1", "STAKE-2"),
        since=283,
    ),
    Violation(
        "collected fees",
        "TAO of fees that a position is paid stays in `TotalStake`; alpha of fees joins `SubnetAlphaOut` once more.",
        "the fees",
        ("POOL-19", "POOL-26", "POOL-27"),
        since=283,
    ),
    Violation(
        "left at a limit",
        "What a limit leaves over of a purchase is in `TotalStake`, but neither the pool nor the payer has it.",
        "what the fee takes of what the limit allows, and what rounding leaves",
        ("STAKE-1", "STAKE-4", "BLOCK-3"),
        since=283,
    ),
    Violation(
        "uncounted liquidity",
        "TAO that users provide to pools is no part of `TotalStake`.",
        "the TAO of the position",
        ("POOL-25", "POOL-26"),
        since=283,
    ),
    Violation(
        "changed positions",
        "What is added to a position or taken from it does not enter or leave the reserves.",
        "the TAO and the alpha of the change",
        ("POOL-27",),
        since=283,
    ),
    Violation(
        "stake on stable subnets",
        "Stake on root and other stable subnets is in no reserve, nor in `TotalStake`.",
        "the stake",
        ("STAKE-1", "STAKE-2"),
        since=283,
    ),
    Violation(
        "subsidies",
        "TAO with which a block buys alpha is in the pool and in `TotalStake`, but not in `TotalIssuance`.",
        "up to 1 TAO a block",
        ("EMIT-9",),
        since=298,
    ),
    Violation(
        "unsold alpha",
        "The alpha for root of a subsidized subnet is withheld from participants, but not sold.",
        "up to 0.41 alpha, a subnet and block",
        ("EMIT-9",),
        since=298,
    ),
    Violation(
        "uncapped injection",
        "The alpha that goes into a pool beside the TAO knows no cap: neither that of a block nor that of 21 million.",
        "the TAO over the price",
        ("EMIT-9",),
        since=298,
    ),
    Violation(
        "second claim by transfer",
        "Root stake that is transferred or moved within root is owed all that its hotkey earned since the beginning, "
        "also what was claimed before: more may be claimed than was set aside.",
        "the claimable rate times the stake, each time",
        ("CLAIM-4",),
        since=338,
    ),
    Violation(
        "second claim by swap",
        "What counts as claimed of a subnet follows a swapped coldkey or hotkey only where alpha of the subnet is "
        "held: who has root stake alone is owed everything again.",
        "all that was claimed before",
        ("CLAIM-13",),
        since=338,
    ),
    Violation(
        "claimable rates of a hotkey on one subnet",
        "A hotkey that is swapped on one subnet loses the claimable rates of all.",
        "all that its root stakers are owed",
        ("CLAIM-13",),
        since=338,
    ),
    Violation(
        "unclaimed alpha of sold stake",
        "Who sells root stake before claiming loses what it is owed, as far as it is more than what counts as claimed.",
        "",
        ("CLAIM-4",),
        since=338,
    ),
    Violation(
        "claimed TAO in no pool",
        "The TAO for which claimed alpha is sold is root stake, but neither in `SubnetTAO` of root nor in `TotalStake`.",
        "all TAO of claims",
        ("CLAIM-5",),
        since=338,
    ),
    Violation(
        "claims of a dissolved subnet",
        "What root stakers are owed of a subnet is forgotten when it is dissolved.",
        "all that is owed of it",
        ("CLAIM-14",),
        since=338,
    ),
)


def appendix(spec_version: int | None) -> str:
    """Return the table of violations: of a version of the runtime, or of all."""
    rows: list[tuple[str, ...]] = []
    for one in VIOLATIONS:
        rules = ", ".join(f"[{rule}](#{rule.lower()})" for rule in one.rules)
        row = (one.name, one.what, one.size, rules)
        if spec_version is None:
            rows.append((*row, _versions(one)))
        elif one.is_in(spec_version):
            rows.append(row)
    heads = ("name", "what happens", "size", "rules")
    return table(heads if spec_version is not None else (*heads, "in versions"), rows)


def _versions(violation: Violation) -> str:
    return span(lambda era: violation.is_in(era.spec_version)) or "all"
