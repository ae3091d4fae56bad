"""The launch's leaks: what falls between the accounts, by name."""

from collections.abc import Mapping

from attrs import frozen

from dtao_properties.ledger.books import ALPHA_BOOK, POOL_BOOK, ROOT_BOOK, TAO_BOOK


@frozen
class NamedLeak:
    """A term of the ledger that stands for money which no account has, or which two have."""

    name: str
    books: tuple[str, ...]
    rules: tuple[str, ...]
    what: str


LEAKS: Mapping[str, NamedLeak] = {
    leak.name: leak
    for leak in (
        NamedLeak(
            "double root dividends", (ALPHA_BOOK,), ("DIV-9",),
            "Validators are credited with the alpha that was sold for root, which is paid in TAO too.",
        ),
        NamedLeak(
            "root dividends off the books", (TAO_BOOK, ROOT_BOOK), ("DIV-9", "DIV-11"),
            "TAO paid on root raises stakes there, but neither the TAO of root nor TotalStake.",
        ),
        NamedLeak(
            "unassigned emission", (ALPHA_BOOK,), ("DIV-9", "DIV-10", "EPOCH-17"),
            "Pending alpha that an epoch assigns to nobody, or an owner's cut without an owner, is lost.",
        ),
        NamedLeak(
            "lost fractions", (ALPHA_BOOK,), ("DIV-7",),
            "A delegate's take and the rest are truncated one by one.",
        ),
        NamedLeak(
            "truncated increments", (ALPHA_BOOK,), ("BLOCK-3",),
            "The owner's cut, the sold alpha and the rest of a block's alpha are truncated one by one.",
        ),
        NamedLeak(
            "subnet creation", (TAO_BOOK, POOL_BOOK), ("NET-6", "NET-7"),
            "The first TAO of a pool leaves the owner's balance without entering TotalStake.",
        ),
        NamedLeak(
            "burned moves", (TAO_BOOK,), ("MOVE-6",),
            "A move whose first leg brings too little for the second one stakes nothing.",
        ),
        NamedLeak(
            "dust", (TAO_BOOK,), ("STATE-1", "STATE-2", "STATE-11"),
            "What vanishes below the existential deposit stays in TotalIssuance.",
        ),
        NamedLeak(
            "unstake pays first", (ALPHA_BOOK, ROOT_BOOK), ("STAKE-5",),
            "The pool pays for alpha that the shares do not give up.",
        ),
        NamedLeak(
            "refused sale", (ALPHA_BOOK, ROOT_BOOK), ("STAKE-5", "BLOCK-3"),
            "Alpha that a pool without liquidity refuses leaves its holder all the same.",
        ),
        NamedLeak(
            "refused purchase", (TAO_BOOK,), ("STAKE-4", "REG-7"),
            "TAO for which a pool without liquidity pays nothing is gone from its payer.",
        ),
        NamedLeak(
            "fees on root", (ROOT_BOOK,), ("STAKE-3",),
            "The fee stays in the pool of root, where no stake stands against it.",
        ),
        NamedLeak(
            "root swaps by a curve", (ROOT_BOOK,), ("POOL-3", "POOL-4"),
            "Root's mechanism is set to 1, so that its pool does not pay 1 for 1.",
        ),
        NamedLeak(
            "returned lock", (TAO_BOOK,), ("NET-8",),
            "The lock of a dissolved subnet is paid back; a launch subnet has none unless it is written.",
        ),
        NamedLeak(
            "given from outside", (ALPHA_BOOK, ROOT_BOOK), ("DIV-9",),
            "A phase called on its own pays what no block put aside.",
        ),
        NamedLeak(
            "saturation", (TAO_BOOK, POOL_BOOK, ROOT_BOOK, ALPHA_BOOK), ("FIX-1", "STAKE-1", "STAKE-2", "SHARE-3"),
            "An account is full, or empty, before all is posted; only in states whose books did not agree before.",
        ),
        NamedLeak(
            "captured dividends", (), ("SHARE-4", "DIV-11"),
            "Rewards of a hotkey on which nobody stakes fall to the first who does.",
        ),
        NamedLeak(
            "share pool overflow", (), ("SHARE-1", "SHARE-4"),
            "Where a share is worth too much or too little for its format, stakes read 0 or deposits give no shares.",
        ),
        NamedLeak(
            "torn stake", (), ("KEY-9",),
            "A hotkey swap moves shares on dissolved subnets, but not their totals.",
        ),
    )
}  # fmt: skip
"""Every leak: terms of the ledger, and those that move value within an account, so that no book shows them."""
