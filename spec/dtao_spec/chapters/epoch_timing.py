"""When epochs run where the owner of a subnet sets the tempo, and how many run in a block."""

from collections.abc import Sequence

from dtao_spec.registry import rule
from dtao_spec.rounding import U64_MAX

CHAPTER = "dtao_spec.chapters.block"
MIN_TEMPO, MAX_TEMPO = 360, 50_400
MIN_FACTOR, MAX_FACTOR = 1_000, 50_000


@rule("BLOCK-1", since=423)
def next_epoch(tempo: int, last_epoch: int, pending_at: int, last_step: int, block_number: int) -> int:
    r"""Epoch schedule.

    Change: The tempo counts from the last epoch and no longer by the netuid, so that an owner may change it and ask for
        an epoch at any time.
    Statement: The epoch of a subnet MUST be due in the first block that is at least the tempo after `LastEpochBlock`,
        or at least `PendingEpochAt` where that is not 0, or more than 50 400 after the last epoch that was not
        prevented. With a tempo of 0 it MUST never be due. When it runs, or is prevented ([BLOCK-6](#block-6)),
        `LastEpochBlock` becomes that block, `PendingEpochAt` 0, and `SubnetEpochIndex` grows by 1. A new subnet begins
        with a `LastEpochBlock` of as many blocks before as its netuid has beyond a multiple of the tempo. An owner may
        not set parameters ([NET-15](#net-15)) while `PendingEpochAt` lies ahead, or fewer than `AdminFreezeWindow`
        blocks before a tempo is over.
    Formula: $$ b \ge \min(L + \text{tempo},\; P,\; S + 50\,401) $$
    Units: blocks; the result is the first block from a given one on, $2^{64} - 1$ for none.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `should_run_epoch`, `blocks_until_next_auto_epoch`;
        `pallets/subtensor/src/utils/misc.rs`, `is_in_admin_freeze_window`
    Known violation: Root has no epoch, and `LastEpochBlock` of root never changes: what counts registrations there by
        the tempo ([BLOCK-5](#block-5)) counts them anew in every block.
    Example: A tempo of 360 after an epoch in block 1 000; one that was triggered for block 1 100; and a tempo that is
        longer than any owner may set, of which no more than 50 400 blocks are waited.

        >>> next_epoch(360, 1_000, 0, 1_000, 1_001), next_epoch(360, 1_000, 1_100, 1_000, 1_001)
        (1360, 1100)
        >>> next_epoch(65_535, 1_000, 0, 1_000, 1_001), next_epoch(360, 1_000, 0, 1_000, 5_000)
        (51401, 5000)
    """
    if tempo == 0:
        return U64_MAX
    due = min(last_epoch + tempo, last_step + MAX_TEMPO + 1, *([pending_at] if pending_at else []))
    return max(due, block_number)


@rule("BLOCK-6", since=423)
def epochs_of_block(due: Sequence[tuple[int, bool]], places: int) -> tuple[list[int], list[int]]:
    r"""Epochs of a block.

    Statement: Of the subnets whose epoch is due ([BLOCK-1](#block-1)) a block MUST run at most `MaxEpochsPerBlock`, in
        the order of [STATE-5](#state-5); the epochs of the others MUST be due in the next block (`PendingEpochAt`). A
        subnet in which a hotkey has two uids takes no place: its epoch MUST be left out, what is pending there waits,
        and `BlocksSinceLastStep` goes on, but its schedule goes on too.
    Units: netuids, each with whether no hotkey has two uids there; (those whose epoch runs, those that wait) out.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending`
    Known violation: Subnets with low netuids come first in every block: with many short tempos those at the end may
        wait long. The pending children of a subnet whose epoch was left out come into force all the same.
    Example: Four are due, and of the second a hotkey has two uids.

        >>> epochs_of_block([(1, True), (2, False), (3, True), (4, True)], 2)
        ([1, 3], [4])
    """
    run: list[int] = []
    waiting = []
    for netuid, is_consistent in due:
        if len(run) >= places:
            waiting.append(netuid)
        elif is_consistent:
            run.append(netuid)
    return run, waiting


@rule("BLOCK-5", since=423)
def count_registrations_by_tempo(
    this_block: int, this_interval: int, is_root: bool, is_epoch_due: bool
) -> tuple[int, int]:
    r"""Prices and counts of registrations.

    Change: An epoch of root is due by the new schedule, which no epoch of root ever moves on.
    Statement: At the start of every block, on every existing network, root included, the price of a registration MUST
        fall ([REG-10](#reg-10)), but only be brought within its bounds in block 1; and the count of the block's
        registrations MUST be set to 0. On root, in a block in which its epoch would be due ([BLOCK-1](#block-1)), the
        count of the interval MUST be set to 0; on other networks it stays as it is, and counts nothing any more.
    Units: registrations of the block and of the interval.
    Rounding: none.
    Source: `pallets/subtensor/src/subnets/registration.rs`, `update_registration_prices_for_networks`
    Known violation: Once a tempo has passed since `LastEpochBlock` of root, every block counts the interval anew, so
        that the limit on registrations there holds for a block alone.
    Example: Root counts its interval anew when an epoch would be due.

        >>> [count_registrations_by_tempo(3, 5, True, is_due) for is_due in (False, True)]
        [(0, 5), (0, 0)]
    """
    return 0, 0 if is_root and is_epoch_due else this_interval


def activity_cutoff_rounded(factor_milli: int, tempo: int) -> int:
    """Return the cutoff in whole blocks."""
    return max(factor_milli * tempo // 1_000, 1)


@rule("NET-15", since=423)
def timing_rejection(call: str, value: int, is_in_window: bool, is_too_soon: bool, is_owner: bool = True) -> str | None:
    r"""Timing of epochs by the owner.

    Statement: The owner of a subnet may set its tempo (`set_tempo`, from 360 to 50 400 blocks), ask for an epoch
        (`trigger_epoch`) and set after how many thousandths of a tempo a neuron counts as inactive
        (`set_activity_cutoff_factor`, from 1 000 to 50 000). Root may set the latter too, without a window and a limit.
        A new tempo MUST count from the present block. A triggered epoch MUST be due `AdminFreezeWindow` blocks from
        now. Between two changes of the tempo by an account 360 blocks MUST pass, between two of either other kind on a
        subnet `OwnerHyperparamRateLimit` tempos; a first one is free.
    Units: blocks, or thousandths of a tempo.
    Rounding: none.
    Rejections: in this order `BadOrigin`, `TempoOutOfBounds` or `ActivityCutoffFactorMilliOutOfBounds`,
        `AdminActionProhibitedDuringWeightsWindow` ([BLOCK-1](#block-1)), `TxRateLimitExceeded`. Of `trigger_epoch` in
        this order `BadOrigin`, `DynamicTempoBlockedByCommitReveal` (weights are committed there),
        `EpochTriggerAlreadyPending` (or one was deferred), `AutoEpochAlreadyImminent` (the tempo is over within the
        window), `TxRateLimitExceeded`.
    Source: `pallets/subtensor/src/coinbase/tempo_control.rs`, `do_set_tempo`, `do_set_activity_cutoff_factor`,
        `do_trigger_epoch`
    Known violation: The limit on changes of the tempo counts for the account, so that a subnet whose owner changes may
        change it twice. Those of the other two outlive the subnet.
    Example: A tempo that is too short, one that is right, and one shortly before an epoch.

        >>> timing_rejection("set_tempo", 359, False, False), timing_rejection("set_tempo", 360, False, False)
        ('TempoOutOfBounds', None)
        >>> timing_rejection("set_tempo", 360, True, True)
        'AdminActionProhibitedDuringWeightsWindow'
    """
    if not is_owner:
        return "BadOrigin"
    if call == "set_tempo" and not MIN_TEMPO <= value <= MAX_TEMPO:
        return "TempoOutOfBounds"
    if call == "set_activity_cutoff_factor" and not MIN_FACTOR <= value <= MAX_FACTOR:
        return "ActivityCutoffFactorMilliOutOfBounds"
    if is_in_window:
        return "AutoEpochAlreadyImminent" if call == "trigger_epoch" else "AdminActionProhibitedDuringWeightsWindow"
    return "TxRateLimitExceeded" if is_too_soon else None


@rule("STATE-20", since=423)
def guarding_rules(call: str) -> tuple[str, ...]:
    r"""Checks before dispatch.

    Statement: A signed call MUST be looked at before it is dispatched, so that some reasons come before its own. They
        are: the announced swap of its coldkey ([KEY-14](#key-14)); of weights, that the hotkey has the stake
        ([EPOCH-19](#epoch-19)) and, where weights are not committed and it is a neuron there, that it did not set
        weights too soon ([EPOCH-20](#epoch-20)), also for a mechanism that does not exist; of a registration of a
        network, its rate limit ([NET-7](#net-7)); of a change of a take, that it is within the bounds of the network,
        and that the hotkey exists and is the signer's ([STATE-9](#state-9)). The root origin is not looked at.
    Units: none. The result names the rejections, in the order in which they are looked for.
    Rounding: none.
    Rejections: `ColdkeySwapDisputed`, `ColdkeySwapAnnounced`, `NotEnoughStakeToSetWeights`, `SettingWeightsTooFast`,
        `NetworkTxRateLimitExceeded`, `DelegateTakeTooLow`, `DelegateTakeTooHigh`, `HotKeyAccountNotExists`,
        `NonAssociatedColdKey`.
    Source: `pallets/subtensor/src/guards/check_weights.rs`, `check`;
        `pallets/subtensor/src/guards/check_rate_limits.rs`, `check`;
        `pallets/subtensor/src/guards/check_delegate_take.rs`, `check`
    Known violation: Who sets weights on a subnet that does not exist, or on root, is told that the stake is too small.
    Example: What a change of a take is refused for.

        >>> guarding_rules("increase_take")
        ('DelegateTakeTooLow', 'DelegateTakeTooHigh', 'HotKeyAccountNotExists', 'NonAssociatedColdKey')
    """
    of_weights = ("NotEnoughStakeToSetWeights", "SettingWeightsTooFast")
    of_takes = ("DelegateTakeTooLow", "DelegateTakeTooHigh", "HotKeyAccountNotExists", "NonAssociatedColdKey")
    return {
        "set_weights": of_weights,
        "set_mechanism_weights": of_weights,
        "register_network": ("NetworkTxRateLimitExceeded",),
        "increase_take": of_takes,
        "decrease_take": of_takes,
    }.get(call, ())
