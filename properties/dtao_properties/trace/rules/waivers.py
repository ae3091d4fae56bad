"""What may be empty in the matrix, each with the reason."""

from collections.abc import Mapping

_PART = "A part of {}, with no statement of its own."
_FLOAT_SHARES = (
    "denominator_of",
    "is_worth_a_share",
    "shares_for",
    "shares_of",
    "stake_by_decimal_numbers",
    "stake_of",
    "stake_after",
    "total_after",
)
_LOCKS = ("is_negligible", "rolled_or_ended")
_UNPACKED = ("UnpackedRanges.move", "UnpackedRanges.swapped_within", "own_position", "pack", "unpack")
_WEIGHTED = ("is_weight", "limit_bits")

FUNCTIONS: Mapping[str, str] = {
    "dtao.calls.claims.name_of": "What the event of CLAIM-10 says of subnets.",
    "dtao.calls.keys.any_new_hotkey": "KEY-1 before it asks what the new hotkey has: nothing to state.",
    "dtao.calls.keys.any_owner_of_new_hotkey": "KEY-1 before it asks who owns the new hotkey: nothing to state.",
    "dtao.calls.keys.renamed_owners": "The events that KEY-1 and KEY-10 share; both state them.",
    "dtao.calls.keys.record_swap": _PART.format("KEY-1 and KEY-10"),
    "dtao.calls.keys.is_registered_anywhere": "A check that KEY-1 and KEY-10 share; both state it.",
    "dtao.calls.keys.require_tx_rate": "A check that KEY-1 and KEY-10 share; both state it.",
    "dtao.calls.keys.burn_cost": "The payment that KEY-1 and KEY-10 share; both state it.",
    "dtao.calls.keys.swap_everywhere": "The paid swap on all subnets: KEY-1 and KEY-3.",
    "dtao.calls.keys.swap_on_subnet": "The paid swap on one subnet: KEY-10.",
    "dtao.calls.keys.record_transaction": _PART.format("KEY-1, KEY-2 and KEY-10"),
    "dtao.calls.liquidity.provide": _PART.format("POOL-25 and POOL-27; POOL-22 states the reserves"),
    "dtao.calls.liquidity.credit": _PART.format("POOL-26 and POOL-27"),
    "dtao.calls.liquidity.position_of": "The look-up that POOL-26 and POOL-27 share.",
    "dtao.calls.moves.amount_asked": _PART.format("MOVE-6, from 320 on"),
    "dtao.calls.moves.swap": "MOVE-6 with the event that MOVE-3 and MOVE-4 share.",
    "dtao.calls.registration.validate_registration": "The checks that REG-7 and REG-8 share; both state them.",
    "dtao.calls.registration.count_registration": "The counting that REG-7 and REG-8 share; both state it.",
    "dtao.calls.staking.add": "The withdrawal and the purchase that STAKE-9 and STAKE-10 share.",
    "dtao.calls.staking.stake_and_burn": _PART.format("STAKE-31"),
    "dtao.calls.staking.remove": "The sale that STAKE-12 and STAKE-13 share.",
    "dtao.calls.staking.pay_out": "The sale that STAKE-12, STAKE-13 and STAKE-16 share.",
    "dtao.calls.takes.validate_owner": "The checks that STATE-9 and STATE-10 share; both state them.",
    "dtao.rules.bonds.no_exponent": "BOND-15 before there is one: nothing to state.",
    "dtao.rules.bonds.written_rows": "The choice of rows that BOND-12 and BOND-13 share.",
    "dtao.rules.dividends.parts_of_parents": _PART.format("DIV-4 and DIV-15"),
    "dtao.rules.epoch.as_stored": "EPOCH-27 before there is one: nothing to state.",
    "dtao.rules.epoch.refuse_no_neurons": "The runtime panics there, and no rule says what comes of it.",
    "dtao.rules.epoch.refuse_wrong_lengths": "The runtime panics there, and no rule says what comes of it.",
    "dtao.rules.dividends.root_tao_unchanged": "DIV-14 before there is one: nothing to state.",
    "dtao.rules.locks.ended_if_negligible": "The lock of LOCK-2 from 423 on, without what it lost.",
    "dtao.rules.pools.weighted.base_weight": _PART.format("POOL-35"),
    "dtao.rules.dividends.record_no_withheld": "DIV-16 before there is one: nothing to state.",
    "dtao.rules.dividends.unrecorded_stakes": "DIV-9 before it records stakes: nothing to state.",
    "dtao.rules.epoch.epoch": "Puts the rules of the families EPOCH and BOND together, with sparse matrices.",
    "dtao.rules.epoch.is_full": "Chooses between two forms of the same epoch.",
    "dtao.rules.epoch.epoch_dense": "Puts the same rules together with dense matrices.",
    "dtao.rules.matrices.dense_weights": "The dense form of sparse_weights, which implements EPOCH-11.",
    "dtao.rules.matrices.dense_bonds": "The dense form of sparse_bonds, which implements BOND-6.",
    **{
        f"dtao.rules.pools.concentrated.unpacked.{name}": "POOL-16 to POOL-21, on what blocks unpack of a pool."
        for name in _UNPACKED
    },
    "dtao.rules.pools.concentrated.positions.chains_own": "The search that POOL-16 to POOL-21 share.",
    "dtao.rules.pools.concentrated.positions.times": _PART.format("POOL-11"),
    "dtao.rules.pools.concentrated.sqrt_price.bounds_of_tick": _PART.format("POOL-10"),
    "dtao.rules.pools.concentrated.positions.with_position": _PART.format("POOL-18"),
    "dtao.rules.pools.concentrated.sqrt_price.reciprocal": _PART.format("POOL-11, POOL-13 and POOL-14"),
    "dtao.rules.pools.concentrated.sqrt_price.quotient": _PART.format("FIX-13 and POOL-15"),
    "dtao.rules.pools.concentrated.ticks.as_signed": _PART.format("POOL-17 and POOL-19"),
    "dtao.rules.registration.upgraded_burn": "REG-1 with the terms of the burn.",
    "dtao.rules.registration.upgraded_difficulty": "REG-1 with the terms of the difficulty.",
    "dtao.rules.shares.shares_for": _PART.format("SHARE-4 and SHARE-8"),
    "dtao.rules.shares.total_after": _PART.format("SHARE-4 and SHARE-5"),
    **{f"dtao.rules.float_shares.{name}": _PART.format("SHARE-2, SHARE-4 and SHARE-8") for name in _FLOAT_SHARES},
    **{f"dtao.rules.locks.{name}": "Version 411 is the first to need it." for name in _LOCKS},
    "dtao.rules.pools.weighted.alpha_to_sell": "A kernel of the recordings that nothing in the economy asks for.",
    **{f"dtao.rules.pools.weighted.{name}": _PART.format("POOL-33 to POOL-36") for name in _WEIGHTED},
    "dtao.calls.tempo.require_owner": _PART.format("NET-15"),
    "dtao.calls.tempo.require_window_open": _PART.format("NET-15"),
    "dtao.calls.tempo.require_owner_update_allowed": _PART.format("NET-15"),
    "dtao.calls.tempo.with_owner_update": _PART.format("NET-15"),
    "dtao.rules.shares.negated": _PART.format("SHARE-7, and SHARE-5 where that subtracts"),
}
"""Public functions of the rules and calls of the reference that implement no rule."""

REJECTING: Mapping[str, str] = {
    "REG-6": "It says as a value that no neuron may be pruned; the call that registers rejects.",
    "CLAIM-10": "It refuses to keep the alpha of no subnet. No recording asks for that.",
    "FIX-13": "No recorded kernel takes the root of a negative number, and the economy takes none at all.",
    "STAKE-28": "It refuses the root origin alone, which no recording sends.",
    "KEY-6": "It takes a new hotkey that is a child or parent of the old one, or relations that contradict each other.",
    "KEY-3": "It takes two senators, or what KEY-6 refuses. No recording has them.",
    "STATE-14": "It refuses the root origin alone, which no recording sends.",
    "CHILD-12": "It refuses whoever signs, and no recording has it signed.",
    "STATE-13": "It takes two senators, of whom one is to take the other's place. No recording has them.",
    "STAKE-2": "A sale says what stops it as a value; the calls that ask for the sale reject.",
    "POOL-16": "A swap says what stops it as a value; the calls that ask for the swap reject.",
    "POOL-20": "A swap says that reserves are too low as a value; the calls that ask for the swap reject.",
    "POOL-24": "It refuses whoever is neither root nor the owner. No recording has one.",
    "POOL-28": "No recording has the call.",
    "POOL-37": "No recording has its calls.",
    "STATE-4": "It takes a coldkey that has what a swap of hotkeys costs but not 500 rao more. No recording has one.",
    "STATE-6": "It takes the account of a subnet as a hotkey. No recording has one.",
    "STATE-17": "It takes the account of a subnet as a hotkey. No recording has one.",
    "LOCK-12": "It refuses the root origin alone, which no recording sends.",
    "LOCK-15": "It refuses the root origin alone, which no recording sends.",
    "CLAIM-5": "It takes a sale of claims that a pool or the account of a subnet refuses. No recording has one.",
    "STATE-12": "It takes a senator who has lost its uid on root and returns. No recording has one.",
}
"""Rules that can reject, but do so in no bundled vector."""

ACCEPTING: Mapping[str, str] = {
    "POOL-28": "No recording has the call.",
    "POOL-36": "It is for the upgrade alone, which no recording has.",
    "POOL-37": "Its calls are always refused.",
}
"""Rules that come to a result in no bundled vector."""
