"""The violations of the launch, each followed by what became of it."""

from dtao_spec.violations.violation import Violation

OF_LAUNCH = (
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
        until=337,
    ),
    Violation(
        "unassigned emission",
        "Pending alpha that an epoch assigns to nobody is lost, as on a subnet without neurons or stake; "
        "what is pending for root is lost where no hotkey with dividends has root stake.",
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
        until=319,
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
        until=410,
    ),
    Violation(
        "dust",
        "What vanishes below the existential deposit stays in `TotalIssuance`.",
        "up to 499 rao, an account",
        ("STATE-1", "STATE-2"),
        until=410,
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
        until=319,
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
        until=337,
    ),
)
