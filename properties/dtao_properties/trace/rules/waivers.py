"""What may be empty in the matrix, each with the reason."""

from collections.abc import Mapping

_PART = "A part of {}, with no statement of its own."

CONCENTRATED = (
    "positions.amounts", "positions.tao_between", "positions.alpha_between", "positions.opened",
    "positions.collect_fees", "sqrt_price.sqrt_price_of_tick", "sqrt_price.tick_of_sqrt_price",
    "sqrt_price.tick_within_bounds", "sqrt_price.reciprocal", "sqrt_price.quotient", "sqrt_price.sqrt_of_limit",
    "swap.fee_of_amount", "swap.fee_on_top", "swap.target_price", "swap.amount_between", "swap.amount_out",
    "swap.swap", "ticks.edge_above", "ticks.edge_below", "ticks.add_liquidity", "ticks.remove_liquidity",
    "ticks.change_current_liquidity", "ticks.fees_in_range", "ticks.crossed", "ticks.as_signed",
)  # fmt: skip
"""Functions of concentrated liquidity, which begins with version 283: no chapter states it yet."""

FUNCTIONS: Mapping[str, str] = {
    **{f"dtao.rules.pools.concentrated.{name}": "Version 283 is not stated yet." for name in CONCENTRATED},
    "dtao.calls.children.limited": _PART.format("CHILD-2 and CHILD-3; the limit itself is STATE-8"),
    "dtao.calls.keys.is_registered_anywhere": "A check that KEY-1 and KEY-10 share; both state it.",
    "dtao.calls.keys.require_tx_rate": "A check that KEY-1 and KEY-10 share; both state it.",
    "dtao.calls.keys.cost_burned": "The payment that KEY-1 and KEY-10 share; both state it.",
    "dtao.calls.keys.swapped_everywhere": "The paid swap on all subnets: KEY-1 and KEY-3.",
    "dtao.calls.keys.swapped_on_subnet": "The paid swap on one subnet: KEY-10.",
    "dtao.calls.keys.transaction_noted": _PART.format("KEY-1, KEY-2 and KEY-10"),
    "dtao.calls.moves.swapped": "MOVE-6 with the event that MOVE-3 and MOVE-4 share.",
    "dtao.calls.registration.validated_registration": "The checks that REG-7 and REG-8 share; both state them.",
    "dtao.calls.registration.counted": "The counting that REG-7 and REG-8 share; both state it.",
    "dtao.calls.staking.added": "The withdrawal and the purchase that STAKE-9 and STAKE-10 share.",
    "dtao.calls.staking.removed": "The sale that STAKE-12 and STAKE-13 share.",
    "dtao.calls.staking.paid_out": "The sale that STAKE-12, STAKE-13 and STAKE-16 share.",
    "dtao.calls.takes.validated_owner": "The checks that STATE-9 and STATE-10 share; both state them.",
    "dtao.rules.bonds.written_rows": "The choice of rows that BOND-12 and BOND-13 share.",
    "dtao.rules.dividends.unrecorded_stakes": "DIV-9 before it records stakes: nothing to state.",
    "dtao.rules.epoch.epoch": "Puts the rules of the families EPOCH and BOND together, with sparse matrices.",
    "dtao.rules.epoch.epoch_dense": "Puts the same rules together with dense matrices.",
    "dtao.rules.matrices.dense_weights": "The dense form of sparse_weights, which implements EPOCH-11.",
    "dtao.rules.matrices.dense_bonds": "The dense form of sparse_bonds, which implements BOND-6.",
    "dtao.rules.registration.upgraded_burn": "REG-1 with the terms of the burn.",
    "dtao.rules.registration.upgraded_difficulty": "REG-1 with the terms of the difficulty.",
    "dtao.rules.shares.shares_for": _PART.format("SHARE-4 and SHARE-8"),
    "dtao.rules.shares.total_after": _PART.format("SHARE-4 and SHARE-5"),
    "dtao.rules.shares.negated": _PART.format("SHARE-7, and SHARE-5 where that subtracts"),
}
"""Public functions of the rules and calls of the reference that implement no rule."""

REJECTING: Mapping[str, str] = {
    "FIX-13": "No recorded kernel takes the root of a negative number, and the economy takes none at all.",
    "STATE-3": "It takes a price of at most 500 rao and a payer who holds just the existential deposit of 500 rao: "
    "the calls look at the balance first.",
    "STATE-14": "It refuses the root origin alone, which no recording sends.",
    "CHILD-12": "It refuses whoever signs, and no recording has it signed.",
    "STATE-13": "It takes two senators, of whom one is to take the other's place. No recording has them.",
    "STATE-12": "It takes a senator who has lost its uid on root and returns. No recording has one.",
}
"""Rules that can reject, but do so in no bundled vector."""

ACCEPTING: Mapping[str, str] = {}
"""Rules that come to a result in no bundled vector."""
