r"""What was promised, what was deployed.

Dynamic TAO was announced, explained and argued over before it was launched, and some of what was said then is still
repeated. Here each claim stands beside what the deployed rules make of it. The figures are computed with the reference,
by tests that fail when the rules say something else.

Where a figure depends on the state of the network, it is that of a plain one: 64 new subnets with pools of 1 TAO and 1
alpha, 6 million TAO staked on root, a TAO weight of 18 %, an owner cut of 18 %, and nobody who trades.
"""

from attrs import frozen

HOLDS, CONDITION, DIFFERS = "holds", "holds with a condition", "differs"


@frozen
class Claim:
    """What was said, whether it holds, what the rules make of it, and which rules those are."""

    said: str
    verdict: str
    found: str
    rules: tuple[str, ...]


CLAIMS = (
    Claim(
        "A block brings 1 TAO, a day 7 200.",
        HOLDS,
        "Until the first halving a block may issue 1 TAO, and a day has 7 200 blocks. What reaches the pools is less by up "
        "to 1 rao a subnet, and by the whole share of a closed subnet.",
        ("ISS-1", "EMIT-1", "EMIT-3"),
    ),
    Claim(
        "A subnet's alpha is split 18 : 41 : 41 between owner, miners and validators.",
        CONDITION,
        "The owner's setting is 11 796 of 65 535, 17.9995 %. The epoch halves the rest where there are both incentives and "
        "dividends; without incentives validators take all of it. Validators are credited with the part of root as well, which "
        "was sold: alpha beyond the 41 %.",
        ("EMIT-4", "EPOCH-16", "DIV-9"),
    ),
    Claim(
        "Emission follows prices: at twice the price a subnet earns twice the TAO.",
        CONDITION,
        "Exactly, but of the moving price, which is weeks behind the price.",
        ("EMIT-1", "PRICE-2"),
    ),
    Claim(
        "A new subnet starts at 1 alpha for 1 TAO.",
        HOLDS,
        "Both reserves are the minimum lock cost, 1 TAO and 1 alpha on mainnet. With 64 such subnets the price is below 0.01 "
        "TAO after a day, because every block puts up to 1 alpha beside a 64th of a TAO.",
        ("NET-6", "EMIT-2"),
    ),
    Claim(
        "At most 2 alpha are created in a block, and fewer as the price rises.",
        HOLDS,
        "One goes to the participants. At most one more enters the pool: the TAO of the block over the price, so that a "
        "subnet whose price is above its share of a TAO gets less than one.",
        ("EMIT-2", "ISS-1"),
    ),
    Claim(
        "There are 21 million of each alpha, halving first at 10.5 million, in under two years.",
        CONDITION,
        "The cap holds; issuance even stops about 0.02 short of it. At the full 2 alpha a block the first halving comes after "
        "729 days, 1 day before two years are over; a subnet with a high price takes up to four years.",
        ("ISS-1", "EMIT-2"),
    ),
    Claim(
        "The average price lags by days, so that nobody buys emission with a moment's price.",
        HOLDS,
        "By a month: half of the way to a new price takes 231 047 blocks, 32 days.",
        ("PRICE-2",),
    ),
    Claim(
        "Root's dominance falls to parity after about 100 days.",
        CONDITION,
        "After 75 days with 6 million TAO on root and 2 alpha a block, after 100 with 8 million. Both the TAO on root and the "
        "alpha that is really created decide.",
        ("EMIT-6",),
    ),
    Claim(
        "Root's alpha is sold for TAO automatically.",
        HOLDS,
        "In every block, from every subnet, without anybody's call: half of root's proportion of what is left after the "
        "owner cut.",
        ("EMIT-7", "POOL-4"),
    ),
    Claim(
        "Holding alpha accrues more and more of it.",
        HOLDS,
        "The part of the validators' dividends that alpha earns is 1 less root's proportion: 1 % after a day, 50 % at parity. "
        "On top of it come the double root dividends.",
        ("EMIT-6", "DIV-5"),
    ),
    Claim(
        "The lock cost of a subnet doubles with each registration and halves in 38 880 blocks.",
        DIFFERS,
        "It doubles. Then it falls in a straight line, by the last lock in 100 800 blocks: after 38 880 blocks by 19 %, to "
        "half after 14 days, to the minimum after 28.",
        ("NET-1", "NET-2"),
    ),
    Claim(
        "Staking on root yields 60 to 70 % in the first days.",
        DIFFERS,
        "10 % a year on the first day. Root sells 0.41 alpha of each subnet a block, so that its yield is that times the sum "
        "of all prices: 18 % where they sum to 1. For 65 % they would have to sum to 3.6.",
        ("EMIT-7", "POOL-4"),
    ),
    Claim(
        "With less than 0.4 % of the alpha in circulation, diluted valuations run into billions.",
        CONDITION,
        "Less than 0.4 % exist for the first 5 days, at 2 alpha a block. The diluted valuation is 21 million times the price: "
        "2.1 million TAO at a price of 0.1. Whether that is billions is up to the price of TAO.",
        ("ISS-1", "PRICE-1"),
    ),
    Claim(
        "Where the price has collapsed, a newcomer can buy a subnet's consensus.",
        CONDITION,
        "As long as the pool holds more alpha than all stake weighs. With 1 000 TAO and 4 million alpha in the pool and 1 "
        "million alpha staked, as much weight as everybody else's costs 333 TAO without root, 636 at a root proportion of "
        "10 %, 3 667 at 30 %; at 50 % the pool does not hold enough. A young subnet is protected by root, an old one by its "
        "price.",
        ("EPOCH-2", "EPOCH-14", "EMIT-6", "POOL-3"),
    ),
    Claim(
        "A thousand subnets share the same TAO.",
        HOLDS,
        "1 000 new subnets get 0.001 TAO a block each, 7.2 a day, and create up to 2 000 alpha a block together. After 1 200 "
        "blocks their price is 0.0006 TAO.",
        ("EMIT-1", "EMIT-2"),
    ),
)


SPAN = (233, 233)
"""The versions of the runtime whose document has this chapter: what was said was said of the launch."""


def appendix(_spec_version: int | None) -> str:
    """Return the claims one after the other."""
    parts = []
    for claim in CLAIMS:
        rules = ", ".join(f"[{rule}](#{rule.lower()})" for rule in claim.rules)
        parts.append(f"**“{claim.said}”** *{claim.verdict.capitalize()}.* {claim.found} ({rules})")
    return "\n\n".join(parts)
