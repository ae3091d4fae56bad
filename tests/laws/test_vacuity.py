"""What drawn calls reach: most are accepted, each is accepted and refused, every reason to refuse is met."""

import random
from functools import cache

from dtao.errors import InputError
from dtao_properties.fuzz.calls import weights_of
from dtao_properties.fuzz.held_to_laws import Reach
from dtao_properties.fuzz.steps import STEP_BYTES, planned
from dtao_properties.fuzz.worlds import WORLD_BYTES, world
from dtao_properties.strategies import with_hurdles
from tests.laws.corpus import LAUNCH, ORACLE

MIN_ACCEPTED = 0.65
"""Amounts and blocks right beside a limit, which are drawn on purpose, are refused more often than others."""
WALKS = 1_200
STEPS = 14
REASONS = frozenset(
    [
        "AmountTooLow",
        "Arithmetic:Overflow",
        "Arithmetic:Underflow",
        "BadOrigin",
        "CanNotSetRootNetworkWeights",
        "ColdKeyAlreadyAssociated",
        "CommitRevealEnabled",
        "DelegateTakeTooHigh",
        "DelegateTakeTooLow",
        "DelegateTxRateLimitExceeded",
        "DuplicateChild",
        "DuplicateUids",
        "HotKeyAccountNotExists",
        "HotKeyAlreadyRegisteredInSubNet",
        "HotKeyNotRegisteredInSubNet",
        "HotKeySetTxRateLimitExceeded",
        "IncorrectWeightVersionKey",
        "InsufficientLiquidity",
        "InvalidChild",
        "InvalidChildkeyTake",
        "MaxWeightExceeded",
        "NetworkTxRateLimitExceeded",
        "NeuronNoValidatorPermit",
        "NewColdKeyIsHotkey",
        "NewHotKeyIsSameWithOld",
        "NoNeuronIdAvailable",
        "NonAssociatedColdKey",
        "NotEnoughBalanceToPaySwapColdKey",
        "NotEnoughBalanceToPaySwapHotKey",
        "NotEnoughBalanceToStake",
        "NotEnoughStakeToSetChildkeys",
        "NotEnoughStakeToSetWeights",
        "NotEnoughStakeToWithdraw",
        "NotSubnetOwner",
        "ProportionOverflow",
        "RegistrationNotPermittedOnRootSubnet",
        "RootNetworkDoesNotExist",
        "SettingWeightsTooFast",
        "SlippageTooHigh",
        "StakeTooLowForRoot",
        "SubNetRegistrationDisabled",
        "SubNetworkDoesNotExist",
        "SubnetNotExists",
        "Token:BelowMinimum",
        "Token:FundsUnavailable",
        "TooManyChildren",
        "TooManyRegistrationsThisBlock",
        "TooManyRegistrationsThisInterval",
        "TransferDisallowed",
        "TxChildkeyTakeRateLimitExceeded",
        "TxRateLimitExceeded",
        "UidVecContainInvalidOne",
        "UidsLengthExceedUidsInSubNet",
        "WeightVecLengthIsLow",
        "WeightVecNotEqualSize",
        "ZeroBalanceAfterWithdrawn",
    ]
)
"""Every reason for which the launch refuses a call. BalanceWithdrawalError is none: no state leads to it."""


WEIGHTS = [*weights_of(LAUNCH).values()]
FIRST = [sum(WEIGHTS[:place]) for place in range(len(WEIGHTS))]
"""For each call of the launch a byte that chooses it."""


@cache
def reached(hurdles: bool) -> Reach:
    """Walk by a seed through calls and direct writes, from plain worlds or from those with a hurdle each."""
    draws, reach = random.Random(1), Reach()
    for number in range(WALKS):
        flat = world(draws.randbytes(WORLD_BYTES))
        state = with_hurdles(LAUNCH, flat, number) if hurdles else LAUNCH.load(flat)
        for _ in range(STEPS):
            drawn = draws.randbytes(STEP_BYTES["call"])
            if hurdles:  # every call alike, and boundary choices too
                drawn = bytes((1, draws.choice(FIRST), 3)) + drawn[3:]
            chosen = planned(LAUNCH, state, "call", drawn)
            if chosen is None:
                continue
            try:
                step = ORACLE.apply(state, chosen.request)
            except InputError:
                break
            reach.add(step)
            state = step.after
    return reach


def test_most_calls_are_accepted() -> None:
    assert reached(hurdles=False).answers.acceptance >= MIN_ACCEPTED, reached(hurdles=False).report()


def test_every_call_is_accepted_and_refused() -> None:
    counts = reached(hurdles=False).answers.calls()
    known = set(LAUNCH.runtime.calls)
    assert all(min(counts[name]) > 0 for name in known), reached(hurdles=False).report()


def test_every_reason_to_refuse_is_met() -> None:
    missing = (
        REASONS - reached(hurdles=False).answers.rejections.keys() - reached(hurdles=True).answers.rejections.keys()
    )
    assert missing == set(), reached(hurdles=True).report()
    assert reached(hurdles=False).answers.rejections.keys() <= REASONS
