"""Balances, takes, limits and the senate."""

from dtao_properties.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "STATE-3", "transitions.balances.can_withdraw", "the total of all balances does not count",
        " and amount <= state.balances_total_issuance", "",
        unrecorded="In every recording the total covers each balance.",
    ),
    Mutant(
        "STATE-1", "transitions.balances.with_balance", "the existential deposit itself is dust",
        "balance >= EXISTENTIAL_DEPOSIT", "balance > EXISTENTIAL_DEPOSIT",
    ),
    Mutant(
        "STATE-1", "transitions.balances.with_balance", "dust stays in the issuance of balances",
        "state.balances_total_issuance + new - old", "state.balances_total_issuance + balance - old", after="N28",
    ),
    Mutant(
        "STATE-2", "transitions.balances.deposited", "a deposit replaces the balance",
        "state.balances.get(account, 0) + amount", "amount",
    ),
    Mutant(
        "STATE-3", "transitions.balances.withdrawn", "the last rao may leave",
        "max(balance - EXISTENTIAL_DEPOSIT, 0)", "balance",
    ),
    Mutant(
        "STATE-4", "transitions.balances.burned", "burned TAO stays issued", "state.total_issuance - amount",
        "state.total_issuance",
    ),
    Mutant(
        "STATE-5", "transitions.stake.existing_netuids", "networks come in the order of their numbers",
        "sorted(existing, key=LOW_BYTE)", "sorted(existing)",
        unrecorded="No recording has a netuid of 256 or more.",
    ),
    Mutant(
        "STATE-6", "transitions.neurons.account_created", "a known hotkey changes its owner",
        "if hotkey in state.owner:", "if state.owner.get(hotkey) == coldkey:",
    ),
    Mutant(
        "STATE-6", "transitions.neurons.account_created", "the coldkey is not said to stake with it",
        "return with_staking_hotkey(state, coldkey, hotkey)", "return state",
    ),
    Mutant(
        "STATE-7", "rules.rate_limits.exceeds_tx_rate_limit", "the limit ends a block earlier",
        "block - last_block <= limit", "block - last_block < limit",
    ),
    Mutant(
        "STATE-8", "rules.rate_limits.passes_rate_limit", "the limit ends a block later", ">= limit", "> limit",
    ),
    Mutant(
        "STATE-9", "calls.takes.IncreaseTake.apply", "the present take may be set again",
        "self.take > state.delegates", "self.take >= state.delegates",
    ),
    Mutant(
        "STATE-9", "transitions.takes.counted_for_coldkey", "each hotkey has a limit of its own", "return coldkey",
        "return hotkey", after="L25",
    ),
    Mutant(
        "STATE-10", "calls.takes.DecreaseTake.apply", "the minimum itself is too low",
        "self.take >= state.parameters", "self.take > state.parameters",
    ),
    Mutant(
        "STATE-11", "calls.balances.Transfer.apply", "the existential deposit stays with the sender",
        "require(self.value <= held,", "require(self.value + EXISTENTIAL_DEPOSIT <= held,",
    ),
    Mutant(
        "STATE-11", "calls.balances.Transfer.apply", "a transfer to oneself moves",
        "if source == self.dest:", "if False:",
    ),
    Mutant(
        "STATE-12", "transitions.senate.senate_joined", "equal stake takes a seat",
        "stake_of_hotkey(state, last, ROOT) >= stake_of_hotkey", "stake_of_hotkey(state, last, ROOT) > stake_of_hotkey",
        unrecorded="No recording fills the senate.",
    ),
    Mutant(
        "STATE-12", "transitions.senate.senate_joined", "of equal members the first is at risk",
        "(-stake_of_hotkey(state, member, ROOT), member)", "(-stake_of_hotkey(state, member, ROOT), -member)",
        unrecorded="No recording fills the senate.",
    ),
    Mutant(
        "STATE-13", "transitions.senate.senator_replaced", "the seat is lost",
        "new if member == old else member for member in state.senate",
        "member for member in state.senate if member != old",
        unrecorded="The senate is not among the recorded entries; no later registration depends on the seat.",
    ),
)  # fmt: skip
