"""Balances, takes, limits and the senate."""

from dtao_properties.mutants.mutant import Mutant, Patched

MUTANTS: tuple[Mutant, ...] = (
    Patched(
        "STATE-3", "transitions.balances.can_withdraw", "the total of all balances does not count",
        " and amount <= state.balances_total_issuance", "",
        unrecorded="In every recording the total covers each balance.",
    ),
    Patched(
        "STATE-1", "transitions.balances.with_balance", "the existential deposit itself is dust",
        "balance >= EXISTENTIAL_DEPOSIT", "balance > EXISTENTIAL_DEPOSIT",
    ),
    Patched(
        "STATE-1", "transitions.balances.with_balance", "dust stays in the issuance of balances",
        "state.balances_total_issuance + new - old", "state.balances_total_issuance + balance - old", after="N28",
    ),
    Patched(
        "STATE-2", "transitions.balances.deposited", "a deposit replaces the balance",
        "state.balances.get(account, 0) + amount", "amount",
    ),
    Patched(
        "STATE-3", "transitions.balances.withdrawn", "the last rao may leave",
        "max(balance - EXISTENTIAL_DEPOSIT, 0)", "balance",
    ),
    Patched(
        "STATE-4", "transitions.balances.burned", "burned TAO stays issued", "state.total_issuance - amount",
        "state.total_issuance",
    ),
    Patched(
        "STATE-5", "transitions.stake.existing_netuids", "networks come in the order of their numbers",
        "sorted(existing, key=LOW_BYTE)", "sorted(existing)",
        unrecorded="No recording has a netuid of 256 or more.",
    ),
    Patched(
        "STATE-6", "transitions.neurons.account_created", "a known hotkey changes its owner",
        "if hotkey in state.owner:", "if state.owner.get(hotkey) == coldkey:",
    ),
    Patched(
        "STATE-6", "transitions.neurons.account_created", "the coldkey is not said to stake with it",
        "return with_staking_hotkey(state, coldkey, hotkey)", "return state",
    ),
    Patched(
        "STATE-7", "rules.rate_limits.exceeds_tx_rate_limit", "the limit ends a block earlier",
        "block - last_block <= limit", "block - last_block < limit",
    ),
    Patched(
        "STATE-8", "rules.rate_limits.passes_rate_limit", "the limit ends a block later", ">= limit", "> limit",
    ),
    Patched(
        "STATE-9", "transitions.takes.counted_for_coldkey", "each hotkey has a limit of its own", "return coldkey",
        "return hotkey", after="L25",
    ),
    Patched(
        "STATE-10", "calls.takes.DecreaseTake.apply", "the minimum itself is too low",
        "self.take >= state.parameters", "self.take > state.parameters",
    ),
    Patched(
        "STATE-11", "calls.balances.Transfer.apply", "the existential deposit stays with the sender",
        "require(self.value <= held,", "require(self.value + EXISTENTIAL_DEPOSIT <= held,",
    ),
    Patched(
        "STATE-12", "transitions.senate.senate_joined", "equal stake takes a seat",
        "stake_of_hotkey(state, last, ROOT) >= stake_of_hotkey", "stake_of_hotkey(state, last, ROOT) > stake_of_hotkey",
        unrecorded="No recording fills the senate.",
    ),
    Patched(
        "STATE-12", "transitions.senate.senate_joined", "of equal members the first is at risk",
        "(-stake_of_hotkey(state, member, ROOT), member)", "(-stake_of_hotkey(state, member, ROOT), -member)",
        unrecorded="No recording fills the senate.",
    ),
    Patched(
        "STATE-13", "transitions.senate.senator_replaced", "the seat is lost",
        "new if member == old else member for member in state.senate",
        "member for member in state.senate if member != old",
        unrecorded="The senate is not among the recorded entries; no later registration depends on the seat.",
    ),
)  # fmt: skip
