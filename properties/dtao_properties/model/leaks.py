"""The leaks: what falls between the accounts, by name, each with the versions that have it."""

from collections.abc import Mapping

from attrs import frozen

from dtao import Era
from dtao_properties.model.storage_model import ACCOUNT_LEDGER, ALPHA_LEDGER, POOL_LEDGER, ROOT_LEDGER, TAO_LEDGER


@frozen
class NamedLeak:
    """A term of the ledger that stands for money which no account has, or which two have."""

    name: str
    books: tuple[str, ...]
    rules: tuple[str, ...]
    what: str
    since: int = 233
    """The first version of the runtime that has it."""
    until: int | None = None
    """The last one of those that are covered; None if no later one is known to end it."""

    def covers(self, era: Era) -> bool:
        """Whether an era has it."""
        return self.since <= era.spec_version and (self.until is None or era.spec_version <= self.until)

    @property
    def versions(self) -> str:
        """The versions that have it, in words."""
        return f"{self.since} on" if self.until is None else f"{self.since} to {self.until}"


LEAKS: Mapping[str, NamedLeak] = {
    leak.name: leak
    for leak in (
        NamedLeak(
            "double root dividends", (ALPHA_LEDGER,), ("DIV-9",),
            "Validators are credited with the alpha that was sold for root, which is paid in TAO too.", until=243,
        ),
        NamedLeak(
            "mismatched root dividends", (ALPHA_LEDGER,), ("DIV-9", "DIV-12"),
            "What root's stake earned is held back from dividends; it is not what was sold for root.",
            since=244, until=256,
        ),
        NamedLeak(
            "sold alpha to miners", (ALPHA_LEDGER,), ("DIV-9", "DIV-13"),
            "Miners are credited with more than half of all alpha, so with alpha that was sold or is set aside for"
            " root: where nobody earns dividends, with all of it.",
            since=257,
        ),
        NamedLeak(
            "cut-off shares", (ALPHA_LEDGER,), ("DIV-4",),
            "What each parent gets and what its child gets are truncated one by one.", since=252, until=256,
        ),
        NamedLeak(
            "cut-off dividends", (ALPHA_LEDGER,), ("DIV-12",),
            "Proportions of what is there for validators are truncated one by one.", since=257,
        ),
        NamedLeak(
            "burned owner incentive", (ALPHA_LEDGER,), ("DIV-9",),
            "What the owner's hotkey earns as a miner is paid to nobody.", since=252,
        ),
        NamedLeak(
            "burned alpha", (ALPHA_LEDGER,), ("STAKE-25",),
            "Burned alpha leaves its holder's stake and still counts as outside of the pool.", since=257,
        ),
        NamedLeak(
            "uncounted root dividends", (TAO_LEDGER, POOL_LEDGER, ROOT_LEDGER), ("DIV-9", "DIV-11"),
            "TAO paid on root raises stakes there, but neither the TAO of root nor TotalStake.", until=320,
        ),
        NamedLeak(
            "unassigned emission", (ALPHA_LEDGER,), ("DIV-9", "DIV-10", "EPOCH-17"),
            "Pending alpha that an epoch assigns to nobody, or an owner cut without an owner, is lost.",
        ),
        NamedLeak(
            "lost fractions", (ALPHA_LEDGER,), ("DIV-7",),
            "A delegate's take and the rest are truncated one by one.",
        ),
        NamedLeak(
            "truncated increments", (ALPHA_LEDGER,), ("BLOCK-3",),
            "The owner cut, the sold alpha and the rest of a block's alpha are truncated one by one.",
        ),
        NamedLeak(
            "subnet creation", (TAO_LEDGER, POOL_LEDGER), ("NET-6", "NET-7"),
            "The first TAO of a pool leaves the owner's balance without entering TotalStake.", until=251,
        ),
        NamedLeak(
            "short reserve", (TAO_LEDGER, POOL_LEDGER, ACCOUNT_LEDGER), ("NET-7", "STATE-3"),
            "A founder who keeps the existential deposit pays less than what counts as the reserve of his pool.",
            since=252,
        ),
        NamedLeak(
            "overwritten reserves", (POOL_LEDGER, ALPHA_LEDGER, ACCOUNT_LEDGER), ("NET-6",),
            "The TAO of a dissolved subnet's pool is overwritten when its number is used again, from 320 on the alpha"
            " outside of it too; none is left of a subnet that is dissolved then.",
        ),
        NamedLeak(
            "burned moves", (TAO_LEDGER,), ("MOVE-6",),
            "A move whose first leg brings too little for the second one stakes nothing.", until=410,
        ),
        NamedLeak(
            "dust", (TAO_LEDGER, ACCOUNT_LEDGER), ("STATE-1", "STATE-2", "STATE-11"),
            "What vanishes below the existential deposit stays in TotalIssuance; from 411 on only that of a transfer.",
        ),
        NamedLeak(
            "unstake pays first", (ALPHA_LEDGER, ROOT_LEDGER), ("STAKE-5",),
            "The pool pays for alpha that the shares do not give up; every call asks before whether they do.",
            until=243,
        ),
        NamedLeak(
            "refused sale", (ALPHA_LEDGER, ROOT_LEDGER), ("STAKE-5", "BLOCK-3"),
            "Alpha that a pool without liquidity refuses leaves its holder all the same.",
        ),
        NamedLeak(
            "refused purchase", (TAO_LEDGER,), ("STAKE-4", "REG-7"),
            "TAO for which a pool without liquidity pays nothing is gone from its payer.", until=282,
        ),
        NamedLeak(
            "fees on root", (ROOT_LEDGER,), ("STAKE-3",),
            "The fee stays in the pool of root, where no stake stands against it.", until=282,
        ),
        NamedLeak(
            "root swaps by a curve", (ROOT_LEDGER,), ("POOL-3", "POOL-4"),
            "Root's mechanism is set to 1, so that its pool does not pay 1 for 1.",
        ),
        NamedLeak(
            "alpha for founders", (), ("NET-6",),
            "The founder of a subnet is staked alpha for TAO that is in the pool as well.", since=401, until=401,
        ),
        NamedLeak(
            "returned lock", (TAO_LEDGER,), ("NET-8", "NET-12"),
            "The lock of a dissolved subnet is paid back; a launch subnet has none unless it is written, and from 320"
            " on a lock has left the issuance when it is paid back.",
            until=410,
        ),
        NamedLeak(
            "refused fee", (TAO_LEDGER,), ("STAKE-6", "POOL-30"),
            "The TAO for which a small nomination was sold is paid to nobody if the pool does not buy the fee then.",
            since=385, until=410,
        ),
        NamedLeak(
            "closed positions", (TAO_LEDGER, POOL_LEDGER), ("NET-11", "POOL-28"),
            "The fees in TAO of users' positions that are closed for them leave the reserve, where they never were.",
            since=351, until=410,
        ),
        NamedLeak(
            "pot without holders", (TAO_LEDGER,), ("NET-12",),
            "The TAO of a dissolved subnet of which nobody holds alpha leaves TotalStake, and is paid to nobody.",
            since=320, until=410,
        ),
        NamedLeak(
            "forgotten subnet", (TAO_LEDGER, ALPHA_LEDGER, ACCOUNT_LEDGER), ("NET-8", "NET-12"),
            "What is pending on a dissolved subnet is forgotten with it, and so is what had leaked there before; of its"
            " account all is recycled but the existential deposit.",
            since=320,
        ),
        NamedLeak(
            "alpha set aside for root", (ALPHA_LEDGER,), ("CLAIM-1", "CLAIM-5"),
            "Root's part of a subnet's alpha counts as outside of the pool, and is nobody's stake until it is claimed;"
            " what is claimed twice was set aside once.",
            since=338,
        ),
        NamedLeak(
            "claimed TAO in no pool", (TAO_LEDGER, ROOT_LEDGER), ("CLAIM-5",),
            "TAO for which claimed alpha is sold becomes root stake, but joins neither the TAO of root nor TotalStake.",
            since=338, until=410,
        ),
        NamedLeak(
            "refused excess", (TAO_LEDGER, ACCOUNT_LEDGER), ("BLOCK-3", "EMIT-12"),
            "TAO that was to buy alpha from a pool that refuses is issued, and nobody has it; from 411 on it is on the"
            " account of the subnet.",
            since=342,
        ),
        NamedLeak(
            "fees to authors", (TAO_LEDGER,), ("POOL-30",),
            "The TAO of a fee that the author of the block is paid still counts as total stake.",
            since=385, until=410,
        ),
        NamedLeak(
            "sent to accounts", (ACCOUNT_LEDGER,), ("STATE-17", "STATE-18"),
            "TAO that reaches the account of a subnet otherwise than for stake, a registration or the subnet itself is"
            " in no pool; and so is missing what would leave it otherwise.",
            since=411,
        ),
        NamedLeak(
            "refused payment", (ACCOUNT_LEDGER,), ("STAKE-6",),
            "TAO of a small nomination that its holder cannot be paid, or the author of the fee, stays on the account.",
            since=411,
        ),
        NamedLeak(
            "given from outside", (ALPHA_LEDGER, ROOT_LEDGER), ("DIV-9",),
            "A phase called on its own pays what no block put aside.",
        ),
        NamedLeak(
            "saturation", (TAO_LEDGER, POOL_LEDGER, ROOT_LEDGER, ALPHA_LEDGER, ACCOUNT_LEDGER),
            ("FIX-1", "STAKE-1", "STAKE-2", "SHARE-3"),
            "An account is full, or empty, before all is posted, or more moves than an i64 holds; only in states whose"
            " ledgers did not agree before, or that hold more than there can be.",
        ),
        NamedLeak(
            "fees of swaps", (POOL_LEDGER, ALPHA_LEDGER, ACCOUNT_LEDGER), ("POOL-12", "STAKE-1", "STAKE-2"),
            "What a pool charges in TAO counts as total stake and is in no reserve; what it charges in alpha stays in"
            " SubnetAlphaOut and is nobody's stake, unless it is sold for an author. On the account of the subnet stays"
            " what no author is paid.",
            since=283,
        ),
        NamedLeak(
            "collected fees", (TAO_LEDGER,), ("POOL-19", "POOL-26", "POOL-27"),
            "TAO of fees that a position is paid is still in the total stake.", since=283, until=410,
        ),
        NamedLeak(
            "left at a limit", (POOL_LEDGER, ALPHA_LEDGER, ACCOUNT_LEDGER), ("STAKE-1", "STAKE-4", "BLOCK-3"),
            "What a limit leaves over of a purchase counts as total stake, but neither the pool nor the payer has it.",
            since=283,
        ),
        NamedLeak(
            "uncounted liquidity", (TAO_LEDGER, POOL_LEDGER, ROOT_LEDGER), ("POOL-25", "POOL-26"),
            "TAO that users provide to pools is no part of the total stake.", since=283, until=422,
        ),
        NamedLeak(
            "changed positions", (TAO_LEDGER,), ("POOL-27",),
            "What is added to a position or taken from it does not enter or leave the reserves.",
            since=283, until=410,
        ),
        NamedLeak(
            "stake on stable subnets", (TAO_LEDGER, ROOT_LEDGER, ALPHA_LEDGER), ("STAKE-1", "STAKE-2"),
            "Stake on root and on other stable subnets is in no reserve.", since=283, until=300,
        ),
        NamedLeak(
            "subsidies", (TAO_LEDGER,), ("EMIT-9",),
            "TAO with which a block buys alpha counts as total stake, but was never issued.", since=298, until=338,
        ),
        NamedLeak(
            "unsold alpha", (ALPHA_LEDGER,), ("EMIT-9",),
            "Of a subsidized subnet the alpha for root is withheld from participants, and not sold.",
            since=298, until=338,
        ),
        NamedLeak(
            "captured dividends", (), ("SHARE-4", "DIV-11"),
            "Rewards of a hotkey on which nobody stakes fall to the first who does.",
        ),
        NamedLeak(
            "share pool overflow", (), ("SHARE-1", "SHARE-4"),
            "Where a share is worth too much for its format, stakes read 0 and deposits give no shares.", until=243,
        ),
        NamedLeak(
            "orphaned shares", (), ("KEY-9",),
            "A hotkey swap moves shares on dissolved subnets, but not their totals.", until=251,
        ),
        NamedLeak(
            "swap half-way", (), ("KEY-3",),
            "A hotkey swap between two members of the senate moves owner and totals, and leaves the shares.", until=275,
        ),
        NamedLeak(
            "swaps in full", (), ("MOVE-4",),
            "A swap of stake with a limit, and with leave to do a part, moves the whole amount.", until=251,
        ),
        NamedLeak(
            "fee for the whole amount", (), ("STAKE-13", "STAKE-19", "MOVE-4"),
            "Where a limit lets a part through, the fee is that of the whole amount.", since=252,
        ),
        NamedLeak(
            "sale past the gate", (), ("STAKE-13", "STAKE-22"),
            "A removal with a limit sells stake of a subnet whose token is disabled.", since=273,
        ),
        NamedLeak(
            "purchase past the gate", (), ("STAKE-10", "STAKE-22"),
            "An addition with a limit buys stake of a subnet whose token is disabled.", since=273, until=273,
        ),
        NamedLeak(
            "dust sweep", (ALPHA_LEDGER,), ("SHARE-9",),
            "Who would keep less than a 100 000th of the shares sells all of them: more than asked, past any limit. Who"
            " recycles them recycles from 320 to 364 only what was asked for; the rest stays in SubnetAlphaOut.",
            since=244, until=400,
        ),
        NamedLeak(
            "closed subnets", (), ("EMIT-2", "EMIT-3"),
            "A subnet that gets no TAO gets the alpha that would have gone with it.", until=300,
        ),
        NamedLeak(
            "capped injection", (), ("EMIT-2",),
            "Where the alpha that belongs to a block's TAO is more than a block's alpha, the price rises.", until=284,
        ),
        NamedLeak(
            "uncapped injection", (), ("EMIT-9",),
            "More alpha than a block emits, and than 21 million are left of, goes into a pool beside the TAO.",
            since=298, until=338,
        ),
        NamedLeak(
            "uncapped average", (), ("PRICE-2",),
            "A price above 1 TAO counts in full, so that a thin pool draws the emission of all others.", until=233,
        ),
        NamedLeak(
            "overwritten emission", (), ("ISS-1", "BLOCK-2"),
            "BlockEmission holds the emission of the last subnet's alpha instead of that of TAO.",
        ),
    )
}  # fmt: skip
"""Every leak: terms of a ledger, and those that move value within an entry or between two, so that none shows it."""


def leaks_of_era(era: Era) -> dict[str, NamedLeak]:
    """Return the leaks that an era has."""
    return {name: leak for name, leak in LEAKS.items() if leak.covers(era)}
