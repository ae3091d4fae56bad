"""What an account pays: what is due, and what of it the existential deposit keeps back."""

from fractions import Fraction
from math import floor

from dtao.state import State
from dtao.units import U64_MAX
from dtao_properties.model.amounts import block_emission, rules_of
from dtao_properties.model.figures import FULL_EMISSION, SIGNED_MOST, floored

EXISTENTIAL_DEPOSIT = 500
"""rao that a payer keeps: who has exactly what is due, or less than this more, pays so much less."""
LARGEST_INTERVAL = Fraction(SIGNED_MOST, 2**64)
"""Blocks at which the reduction interval is cut off when it is written with 64 fraction bits and a sign."""


def payable(balance: int, due: int) -> int:
    """Return what is paid of an amount: what is left of the balance must keep the account alive."""
    return min(due, max(balance - EXISTENTIAL_DEPOSIT, 0))


def factor(emission: int) -> Fraction:
    """Return by how much the reduction interval is multiplied: the share of the full emission, floored to 2^-64.

    So an interval that the exact share would make whole is a block shorter, and the lock cost falls faster.
    """
    return floored(Fraction(emission, FULL_EMISSION), 64)


def lock_cost(state: State) -> int:
    """Return what a new network costs: twice the last lock, less whole rao a block, and never less than the minimum."""
    last, least = state.network_last_lock_cost, state.parameters.network_min_lock_cost
    start = min(last * (2 if state.network_last_registered else 1), U64_MAX)
    waited = max(state.block_number - state.network_last_registered, 0)
    given = min(Fraction(state.parameters.network_lock_reduction_interval), LARGEST_INTERVAL)
    interval = floor(given * factor(block_emission(rules_of(state.runtime.spec_version), state.total_issuance)))
    fallen = min(last // interval * waited, U64_MAX) if interval else 0
    return max(start - fallen, least)
