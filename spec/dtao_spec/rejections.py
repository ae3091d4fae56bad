"""Rejections.

A call that the runtime refuses changes nothing and carries the name of the reason. Each call makes its checks in a
fixed order, given with its rule, and the first that fails names the reason; an implementation that finds the same call
invalid for another reason does not conform.
"""

import re
from functools import cache

from dtao_spec.eras import covered, span
from dtao_spec.markdown import table
from dtao_spec.registry import Rule, sorted_rules

MEANINGS = {
    "AccountRejectsLockedAlpha": "the receiver did not say that it takes locked stake",
    "ActiveLockExists": "the new coldkey has stake locked",
    "AddStakeBurnRateLimitExceeded": "the owner staked and burned on the subnet too recently",
    "AdminActionProhibitedDuringWeightsWindow": "an epoch is near, and owners may not set parameters",
    "ActivityCutoffFactorMilliOutOfBounds": "the factor of the activity cutoff is too small or too large",
    "AmountTooLow": "the stake, or what it would sell for, is below the minimum",
    "AnnouncedColdkeyHashDoesNotMatch": "another coldkey was announced",
    "Arithmetic:Overflow": "the receiver's balance would not fit 64 bits",
    "Arithmetic:Underflow": "more than all balances together",
    "AutoEpochAlreadyImminent": "the tempo is over before the triggered epoch would be due",
    "BadOrigin": "the call needs a signer and has none, or is only for the root origin and has one",
    "BalanceWithdrawalError": "the balances pallet refused a withdrawal; no state reaches it",
    "CanNotSetRootNetworkWeights": "weights on the root network",
    "CannotBurnOrRecycleOnRootSubnet": "the root network has no alpha to destroy",
    "CannotUseSystemAccount": "the account of a subnet cannot be a hotkey",
    "CannotAffordLockCost": "the balance, or the total of all, does not cover the lock cost of a subnet",
    "ColdKeyAlreadyAssociated": "the new coldkey stakes already",
    "ColdkeySwapAlreadyDisputed": "the swap was disputed before",
    "ColdkeySwapAnnounced": "the coldkey announced that it will be swapped",
    "ColdkeySwapAnnouncementNotFound": "the coldkey announced no swap",
    "ColdkeySwapClearTooEarly": "the coldkey announced the swap too recently to take it back",
    "ColdkeySwapDisputed": "the coldkey announced that it will be swapped, and disputed it",
    "ColdkeySwapReannouncedTooEarly": "the coldkey announced a swap too recently",
    "ColdkeySwapTooEarly": "the swap was announced too recently",
    "CommitRevealEnabled": "the subnet takes weights only by commitment",
    "DelegateTakeTooHigh": "above the maximum",
    "DelegateTakeTooLow": "not above the present take, not below it, or below the minimum, as the call demands",
    "DelegateTxRateLimitExceeded": "the take was changed too recently",
    "Deprecated": "the call does nothing any more",
    "DuplicateChild": "a child is named twice",
    "DuplicateUids": "a uid is weighed twice",
    "DynamicTempoBlockedByCommitReveal": "weights are committed and revealed there",
    "EpochTriggerAlreadyPending": "an epoch was triggered or deferred already",
    "FeeRateTooHigh": "above the highest rate",
    "FirstEmissionBlockNumberAlreadySet": "the subnet was started before",
    "HotKeyAccountNotExists": "the hotkey has no owner",
    "HotKeyAlreadyRegisteredInSubNet": "the hotkey has a uid already, or another seat that comes with it",
    "HotKeyNotRegisteredInSubNet": "the hotkey has no uid",
    "HotKeySetTxRateLimitExceeded": "the coldkey swapped a hotkey too recently",
    "HotKeySwapOnSubnetIntervalNotPassed": "the coldkey swapped a hotkey on the subnet too recently",
    "IncorrectWeightVersionKey": "the version is older than the subnet's",
    "InsufficientBalance": "the balance or the stake does not cover what is to be paid",
    "InsufficientLiquidity": "the pool would keep less than the minimum liquidity, or holds less than it would pay",
    "InsufficientStakeForLock": "the lock would be more than the stake on the subnet",
    "InvalidChild": "a hotkey named itself",
    "InvalidChildkeyTake": "above the maximum, or below the minimum",
    "InvalidLiquidityValue": "less liquidity than a position must have, or change by",
    "InvalidTickRange": "the ticks are no range",
    "InvalidVotingPowerEmaAlpha": "more than 1",
    "LiquidityNotFound": "the coldkey has no such position in the pool",
    "LockHotkeyMismatch": "the lock is in favour of another hotkey",
    "MaxPositionsExceeded": "the coldkey has too many positions in the pool",
    "MaxWeightExceeded": "one weight is too large a part of all",
    "MechanismDoesNotExist": "there is no such network, as the calls of the swap pallet say it, or no such mechanism",
    "NeedWaitingMoreBlocksToStarCall": "the subnet was registered too recently to be started",
    "NetworkTxRateLimitExceeded": "a network was registered too recently",
    "NeuronNoValidatorPermit": "only validators weigh others",
    "NewColdKeyIsHotkey": "the new coldkey is a hotkey",
    "NewHotKeyIsSameWithOld": "the new hotkey is the old one",
    "NewHotKeyNotCleanForRootSwap": "the new hotkey has stake on root, rates of claims or claims",
    "NoExistingLock": "the coldkey has no lock on the subnet",
    "NoNeuronIdAvailable": "the subnet takes no neurons at all, or none of those that it has may be pruned",
    "NonAssociatedColdKey": "the signer does not own the hotkey",
    "NotEnoughBalanceToPaySwapColdKey": "the balance, or the total of all, does not cover the cost",
    "NotEnoughBalanceToPaySwapHotKey": "the balance, or the total of all, does not cover the cost",
    "NotEnoughBalanceToStake": "the balance, or the total of all, does not cover the amount, the burn or the lock cost",
    "NotEnoughStakeToSetChildkeys": "the total stake of the hotkey is below the threshold",
    "NotEnoughStakeToSetWeights": "the stake weight of the hotkey is below the threshold",
    "NotEnoughStakeToWithdraw": "the coldkey holds less",
    "NotSubnetOwner": "the subnet belongs to another coldkey",
    "PrecisionLoss": "more left the shares of a stake than was to",
    "PriceLimitExceeded": "the price is at the limit or beyond",
    "ProportionOverflow": "the children's proportions are more than the whole",
    "RegistrationPriceLimitExceeded": "a registration costs more than the limit",
    "RegistrationNotPermittedOnRootSubnet": "the call is not for the root network",
    "ReservesTooLow": "a reserve of the pool is below the minimum",
    "RootNetworkDoesNotExist": "there is no root network",
    "SameNetuid": "the stake would stay where it is",
    "SenateMembers:AlreadyMember": "both hotkeys have seats in the senate",
    "SettingWeightsTooFast": "the hotkey set weights too recently",
    "SlippageTooHigh": "the limit price allows less than the amount, and a part will not do",
    "StakeTooLowForRoot": "all seats of root are held by at least as much stake",
    "StakeUnavailable": "stake is locked",
    "StakingOperationRateLimitExceeded": "stake was added there in this block",
    "SubNetRegistrationDisabled": "the subnet takes no burned registrations, or no subnet may be registered yet",
    "SubNetworkDoesNotExist": "there is no such network",
    "InvalidSubnetNumber": "no subnet is named to claim or keep alpha of, or too many are",
    "InvalidNumRootClaim": "a block would claim for too many coldkeys",
    "InvalidRootClaimThreshold": "the least claim is too large",
    "SameAutoStakeHotkeyAlreadySet": "the hotkey is chosen already",
    "ChildParentInconsistency": "a hotkey would be child and parent of the same one",
    "SubnetLimitReached": "there are as many subnets as allowed, and none of them may be pruned",
    "SubnetNotExists": "there is no such network, as the staking calls say it",
    "SubtokenDisabled": "the subnet's token is not enabled",
    "SwapInputTooLarge": "more than 1 000 times what the pool holds of it is to be swapped",
    "TempoOutOfBounds": "a tempo is too short or too long",
    "Token:BelowMinimum": "the receiver would hold less than the existential deposit",
    "Token:FundsUnavailable": "the balance does not cover the value",
    "TooManyChildren": "more than five",
    "TooManyRegistrationsThisBlock": "the subnet has taken its registrations for this block",
    "TooManyRegistrationsThisInterval": "the subnet has taken three times its target in this interval",
    "TooManySwapSteps": "a swap would take more than a thousand steps",
    "TransferDisallowed": "a subnet does not let stake change its coldkey",
    "TxChildkeyTakeRateLimitExceeded": "the hotkey set its childkey take too recently",
    "TxRateLimitExceeded": "the hotkey set children too recently",
    "UidVecContainInvalidOne": "a uid that nobody has",
    "UidsLengthExceedUidsInSubNet": "more weights than neurons",
    "UserLiquidityDisabled": "the pool is not open to users",
    "VotingPowerTrackingNotEnabled": "voting power is not tracked",
    "WeightVecLengthIsLow": "fewer weights than the subnet demands",
    "WeightVecNotEqualSize": "not as many weights as uids",
    "ZeroBalanceAfterWithdrawn": "nothing could be taken above the existential deposit",
    "ZeroMaxStakeAmount": "the limit price allows nothing at all",
}


def appendix(spec_version: int | None) -> str:
    """Return the table of rejections with the rules that name them: of a version of the runtime, or of all."""
    stated = [(rule, eras_by_name(rule)) for rule in sorted_rules()]
    rows: list[tuple[str, ...]] = []
    for name, meaning in MEANINGS.items():
        naming = {rule: eras[name] for rule, eras in stated if name in eras and spec_version in (None, *eras[name])}
        rules = ", ".join(f"[{rule.id}](#{rule.anchor})" for rule in naming)
        if spec_version is None:
            rows.append((f"`{name}`", meaning, rules, _span(set().union(*naming.values()))))
        elif naming:
            rows.append((f"`{name}`", meaning, rules))
    heads = ("rejection", "meaning", "rules")
    return table(heads if spec_version is not None else (*heads, "since"), rows)


def _span(versions: set[int]) -> str:
    return span(lambda era: era.spec_version in versions) if versions else ""


def eras_by_name(rule: Rule) -> dict[str, set[int]]:
    """Return the first versions of the eras in which a rule names a rejection, by the rejection's name."""
    found: dict[str, set[int]] = {}
    for era in covered():
        version = rule.at(era.spec_version)
        for name in named(version.fields.get("Rejections", "")) if version else ():
            found.setdefault(name, set()).add(era.spec_version)
    return found


def named_by(rule: Rule) -> set[str]:
    """Return the rejections that a rule names, in any era."""
    return set().union(*(named(version.fields.get("Rejections", "")) for version in rule.versions))


@cache
def named(text: str) -> frozenset[str]:
    """Return the rejections that a text names."""
    return frozenset(re.findall(r"`([A-Z][A-Za-z:]+)`", text))
