"""Calls by which owners time the epochs of their subnets, and calls of users' liquidity, from 423 on."""

import pytest

import dtao
from tests.reference.test_liquidity import ALICE, HOTKEY, done

TIMED = dtao.era(423)
EPOCH = 60_000
ON_ONE = {"netuid": 1}


def owned(block: int = EPOCH + 1, tempo: int = 360) -> dtao.State:
    """Return a state in which Alice owns subnet 1, whose last epoch was in block 60 000."""
    state = TIMED.genesis()
    values = {"SubnetOwner": str(ALICE), "Tempo": tempo, "LastEpochBlock": str(EPOCH), "PendingEpochAt": "0"}
    for item, value in values.items():
        state = TIMED.set(state, item, ON_ONE, value)
    state = TIMED.set(state, "CommitRevealWeightsEnabled", ON_ONE, False)
    return TIMED.set(state, "BlockNumber", {}, str(block))


@pytest.mark.rule("NET-15")
@pytest.mark.parametrize(
    ("tempo", "error"), [(359, "TempoOutOfBounds"), (360, None), (50_400, None), (50_401, "TempoOutOfBounds")]
)
def test_a_tempo_counts_from_the_present_block(tempo: int, error: str | None) -> None:
    after = done(owned(EPOCH + 100), "set_tempo", ALICE, error, netuid=1, tempo=tempo)
    begun = EPOCH if error else EPOCH + 100
    assert TIMED.get(after, "LastEpochBlock", 1) == begun


@pytest.mark.rule("NET-15")
def test_a_tempo_is_set_by_the_owner_once_in_360_blocks() -> None:
    state = done(owned(), "set_tempo", HOTKEY, "BadOrigin", netuid=1, tempo=400)
    state = done(owned(), "set_tempo", ALICE, netuid=1, tempo=1_000)
    state = TIMED.set(state, "BlockNumber", {}, str(EPOCH + 360))
    state = done(state, "set_tempo", ALICE, "TxRateLimitExceeded", netuid=1, tempo=1_000)
    state = TIMED.set(state, "BlockNumber", {}, str(EPOCH + 361))
    done(state, "set_tempo", ALICE, netuid=1, tempo=1_000)


@pytest.mark.rule("NET-15")
def test_nothing_is_set_shortly_before_an_epoch() -> None:
    window = owned().parameters.admin_freeze_window
    for block, error in ((360 - window, None), (361 - window, "AdminActionProhibitedDuringWeightsWindow")):
        done(owned(EPOCH + block), "set_tempo", ALICE, error, netuid=1, tempo=400)
    for block, error in ((360 - window, None), (361 - window, "AutoEpochAlreadyImminent")):
        done(owned(EPOCH + block), "trigger_epoch", ALICE, error, netuid=1)


@pytest.mark.rule("NET-15")
def test_an_epoch_is_triggered_again_exactly_some_tempos_later() -> None:
    state = done(owned(), "trigger_epoch", ALICE, netuid=1)
    again = EPOCH + 1 + 360 * state.parameters.owner_hyperparam_rate_limit
    state = TIMED.set(state, "PendingEpochAt", ON_ONE, "0")
    state = TIMED.set(state, "LastEpochBlock", ON_ONE, str(again - 10))
    for block, error in ((again - 1, "TxRateLimitExceeded"), (again, None)):
        done(TIMED.set(state, "BlockNumber", {}, str(block)), "trigger_epoch", ALICE, error, netuid=1)


@pytest.mark.rule("NET-15")
def test_a_triggered_epoch_is_due_after_the_window_and_only_one_is() -> None:
    window = owned().parameters.admin_freeze_window
    state = done(owned(), "trigger_epoch", ALICE, netuid=1)
    assert TIMED.get(state, "PendingEpochAt", 1) == EPOCH + 1 + window
    done(state, "trigger_epoch", ALICE, "EpochTriggerAlreadyPending", netuid=1)
    committed = TIMED.set(owned(), "CommitRevealWeightsEnabled", ON_ONE, True)
    done(committed, "trigger_epoch", ALICE, "DynamicTempoBlockedByCommitReveal", netuid=1)


@pytest.mark.rule("NET-15")
@pytest.mark.parametrize(("factor", "is_allowed"), [(999, False), (1_000, True), (50_000, True), (50_001, False)])
def test_a_factor_has_bounds_and_root_sets_it_at_any_time(factor: int, is_allowed: bool) -> None:
    error = None if is_allowed else "ActivityCutoffFactorMilliOutOfBounds"
    for signer, block in ((ALICE, 1), (None, 359)):
        done(owned(EPOCH + block), "set_activity_cutoff_factor", signer, error, netuid=1, factor_milli=str(factor))


@pytest.mark.rule("BLOCK-6")
def test_a_block_runs_two_epochs_and_lets_the_others_wait() -> None:
    state = TIMED.genesis()
    for netuid in (1, 2, 3):
        values = {"NetworksAdded": True, "Tempo": 1, "LastEpochBlock": "0", "PendingEpochAt": "0"}
        for item, value in values.items():
            state = TIMED.set(state, item, {"netuid": netuid}, value)
    state = TIMED.set(state, "MaxEpochsPerBlock", {}, 2)
    block = state.block_number + 1
    after = TIMED.step(state)
    ran = [netuid for netuid in (1, 2, 3) if TIMED.get(after, "LastEpochBlock", netuid) == block]
    waiting = [netuid for netuid in (1, 2, 3) if TIMED.get(after, "PendingEpochAt", netuid) == block + 1]
    assert len(ran) == 2
    assert sorted(ran + waiting) == [1, 2, 3]


@pytest.mark.rule("POOL-37")
@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("toggle_user_liquidity", {"netuid": 1, "enable": True}),
        ("disable_lp", {}),
        ("add_liquidity", {"hotkey": "5", "netuid": 1, "tick_low": "-1", "tick_high": "1", "liquidity": "1000"}),
        ("remove_liquidity", {"hotkey": "5", "netuid": 1, "position_id": "1"}),
        ("modify_position", {"hotkey": "5", "netuid": 1, "position_id": "1", "liquidity_delta": "1"}),
    ],
)
def test_calls_of_users_liquidity_are_deprecated(name: str, args: dict[str, object]) -> None:
    for signer in (ALICE, None):
        done(owned(), name, signer, "Deprecated", **args)


@pytest.mark.rule("NET-7")
@pytest.mark.parametrize("era", ["320", "425"])
def test_networks_are_registered_from_a_block_on(era: str) -> None:
    rules = dtao.era(era)
    state = rules.set(rules.genesis(), "Balance", {"account": str(ALICE)}, str(10**16))
    state = rules.set(state, "NetworkRateLimit", {}, "0")
    opens = state.block_number + 5
    state = rules.set(state, "NetworkRegistrationStartBlock", {}, str(opens))
    for block, error in ((opens - 1, "SubNetRegistrationDisabled"), (opens, None)):
        done(
            rules.set(state, "BlockNumber", {}, str(block)),
            "register_network",
            ALICE,
            error,
            hotkey=str(HOTKEY + 10**6),
        )
