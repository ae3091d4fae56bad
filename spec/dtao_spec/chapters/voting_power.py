"""The voting power of validators, from 385 on."""

from fractions import Fraction

from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.state"
ONE = 10**18


def power_after_epoch_rounded(stake: int, before: int, weight: int, threshold: int) -> int | None:
    """Return the same, floored."""
    found = power_after_epoch(stake, before, weight, 0)
    after = int(found) if found is not None else 0
    return None if after < threshold <= before else after


@rule("STATE-15", since=385, rounded=power_after_epoch_rounded)
def power_after_epoch(stake: int, before: int, weight: int, threshold: int) -> Fraction | None:
    r"""Voting power.

    Statement: Where a subnet tracks it, each of its epochs MUST bring the voting power of every neuron with a new
        permit up to date: the average of its stake weight ([EPOCH-12](#epoch-12)), below a threshold too, the sum over
        all mechanisms, and of its power before, by the weight `VotingPowerEmaAlpha`. One that was at or above the
        threshold of stake and falls below it MUST lose its power, as do neurons without a permit and hotkeys that are
        no members. In or after the block in which the tracking ends (`VotingPowerDisableAtBlock`, unless it is 0) the
        epoch MUST forget all of it and turn the tracking off instead. Nothing in the economy reads it; a swap of the
        hotkey adds it to that of the new one, and a dissolved subnet leaves all of it behind.
    Formula: $$ v' = w\,s + (1 - w)\,v $$
    Units: rao, and parts of $10^{18}$ for the weight; None where it is removed.
    Rounding: floored, at most 1 below.
    Source: `pallets/subtensor/src/utils/voting_power.rs`, `update_voting_power_for_subnet`,
        `calculate_voting_power_ema`, `swap_voting_power_for_hotkey`
    Known violation: An average that comes to 0 leaves the power as it was.
    Example: Half of the weight, and a fall below the threshold.

        >>> power_after_epoch(100, 0, ONE // 2, 0), power_after_epoch(0, 100, ONE // 2, 60)
        (Fraction(50, 1), None)
    """
    after = Fraction(weight, ONE) * stake + (1 - Fraction(weight, ONE)) * before
    return None if after < threshold <= before else after


@rule("STATE-16", since=385)
def tracking_after(is_tracked: bool, ends: int, call: str, block: int) -> tuple[bool, int] | str:
    r"""Calls that track voting power.

    Statement: `enable_voting_power_tracking` MUST turn the tracking of a subnet on and forget when it was to end;
        `disable_voting_power_tracking` MUST let it end 100 800 blocks, two weeks, after the present one;
        `sudo_set_voting_power_ema_alpha`, root's alone, sets the weight of the present stake. The first two are the
        owner's and root's. The events are `VotingPowerTrackingEnabled`, `VotingPowerTrackingDisableScheduled` and
        `VotingPowerEmaAlphaSet`.
    Units: blocks; parts of $10^{18}$.
    Rounding: none.
    Rejections: `BadOrigin`; `VotingPowerTrackingNotEnabled` of the second; `InvalidVotingPowerEmaAlpha` (above
        $10^{18}$) of the third.
    Source: `pallets/subtensor/src/utils/voting_power.rs`, `do_enable_voting_power_tracking`,
        `do_disable_voting_power_tracking`, `do_set_voting_power_ema_alpha`
    Example: It ends two weeks after block 5.

        >>> tracking_after(True, 0, "disable_voting_power_tracking", 5)
        (True, 100805)
        >>> tracking_after(False, 0, "disable_voting_power_tracking", 5)
        'VotingPowerTrackingNotEnabled'
    """
    if call == "enable_voting_power_tracking":
        return True, 0
    return (True, block + 100_800) if is_tracked else "VotingPowerTrackingNotEnabled"
