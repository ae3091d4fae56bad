"""What came from 401 to 425, where the recordings alone would notice a mistake: each as a little story of its own."""

from itertools import pairwise
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import dtao
from dtao.events import StakeRemovedForFee
from dtao.persistent import Map
from dtao.records import SharePool
from dtao.rules.epoch_timing import cutoff_by_tempo, next_epoch_block
from dtao.rules.float_shares import change_float_total, deposit_float
from dtao.settings import Hyperparameters
from dtao.transitions.claims import claim_by_sale_to_root
from dtao.transitions.dissolution import holders_by_account
from dtao.transitions.mechanisms import clear_with_permit
from dtao.transitions.subnet_accounts import account_of
from dtao.units import AccountId, Alpha, NetUid, Uid
from tests.reference.test_decimal_shares import rich
from tests.reference.test_liquidity import ALICE, HOTKEY, NETUID, TAO, done
from tests.reference.test_lock_calls import OTHER, funded, lock
from tests.reference.test_tempo import owned

PRICED, ACCOUNTS, CLOSED, TIMED, PRESENT = (dtao.era(version) for version in (401, 411, 422, 423, 425))
ON_ONE = {"netuid": 1}
NEW = 20


def called(state: dtao.State, name: str, signer: int, **args: Any) -> dtao.Outcome:
    era = dtao.era(state.runtime.spec_version)
    outcome = era.apply(state, era.call(name, str(signer), args))
    assert outcome.error is None
    return outcome


def item(state: dtao.State, name: str, *keys: int) -> Any:
    return dtao.era(state.runtime.spec_version).get(state, name, *keys)


@pytest.mark.rule("STAKE-5")
def test_a_sale_names_what_the_pool_took_and_the_fee_apart() -> None:
    state = done(rich(PRICED, ALICE), "add_stake", ALICE, hotkey=str(HOTKEY), netuid=1, amount_staked=str(TAO))
    state = evolve(state, staking_operations=Map())
    (event,) = called(state, "remove_stake", ALICE, hotkey=str(HOTKEY), netuid=1, amount_unstaked=str(TAO)).events
    assert isinstance(event, StakeRemovedForFee)
    assert event.alpha + event.fee == TAO
    assert event.fee > 0


@pytest.mark.rule("REG-7", "FLOW-1")
@pytest.mark.parametrize("era", [PRICED, ACCOUNTS], ids=lambda era: era.name)
def test_a_registration_is_recycled_in_full_and_flows_in(era: dtao.Era) -> None:
    state = rich(era, ALICE)
    for name, value in (("NetworkRegistrationAllowed", True), ("Burn", str(3 * TAO))):
        state = era.set(state, name, ON_ONE, value)
    after = called(state, "burned_register", ALICE, netuid=1, hotkey=str(NEW)).state
    assert int(item(after, "RAORecycledForRegistration", 1)) == 3 * TAO
    flows = [int(item(one, "SubnetTaoFlow", 1)) for one in (state, after)]
    assert flows[1] - flows[0] == (3 * TAO if era is ACCOUNTS else 0)


@pytest.mark.rule("NET-6")
def test_a_new_network_follows_yuma_3_and_from_422_on_gets_no_tao_at_first() -> None:
    for era, is_given in ((PRICED, None), (CLOSED, False)):
        state = era.set(rich(era, ALICE), "NetworkMinLockCost", {}, str(100 * TAO))
        after = called(state, "register_network", ALICE, hotkey=str(NEW)).state
        assert item(after, "Yuma3On", 2) is True
        if is_given is not None:
            assert item(after, "SubnetEmissionEnabled", 2) is is_given


@pytest.mark.rule("NET-8", "NET-12")
@pytest.mark.parametrize("era", [PRICED, ACCOUNTS], ids=lambda era: era.name)
def test_a_dissolved_network_keeps_its_intervals_and_no_tao(era: dtao.Era) -> None:
    state = rich(era, ALICE)
    values = {"SubnetOwner": str(ALICE), "AdjustmentInterval": 77, "AdjustmentAlpha": "88"}
    for name, value in values.items():
        state = era.set(state, name, ON_ONE, value)
    account = {"account": str(account_of(NETUID))}
    state = era.set(state, "Balance", account, str(5_000 * TAO)) if era is ACCOUNTS else state
    state = era.set(state, "BalancesTotalIssuance", {}, str(20_000 * TAO))
    after = done(state, "dissolve_network", None, coldkey=str(ALICE), netuid=1)
    assert not after.subnet(NETUID).added
    assert (item(after, "AdjustmentInterval", 1), item(after, "AdjustmentAlpha", 1)) == (77, 88)
    if era is ACCOUNTS:
        assert after.balances.get(account_of(NETUID), 0) == 500


@pytest.mark.rule("NET-12")
@given(st.sets(st.integers(1, 2**256 - 1), min_size=2, max_size=5))
def test_holders_are_paid_in_the_order_of_their_accounts(coldkeys: set[int]) -> None:
    pool = SharePool()
    for coldkey in coldkeys:
        pool, _ = deposit_float(pool, AccountId(coldkey), Alpha(TAO))
    assert [coldkey for coldkey, _ in holders_by_account(pool)] == sorted(coldkeys)


@pytest.mark.rule("SHARE-3")
@given(st.integers(0, 2**64 - 1), st.integers(-(2**63), 2**63 - 1))
def test_a_total_changes_by_what_is_told(total: int, update: int) -> None:
    pool = change_float_total(SharePool(total_alpha=Alpha(total)), update)
    assert pool.total_alpha == min(max(total + update, 0), 2**64 - 1)


@pytest.mark.rule("EPOCH-13")
@given(st.integers(0, 2**16 - 1), st.integers(0, 50_000))
def test_a_neuron_is_active_for_a_number_of_tempos(tempo: int, factor: int) -> None:
    found = cutoff_by_tempo(Hyperparameters(tempo=tempo, activity_cutoff_factor_milli=factor))
    exact = tempo * factor / 1_000
    assert found >= 1
    assert found == 1 if exact < 1 else 0 <= exact - found < 1


@pytest.mark.rule("BLOCK-1")
@given(st.integers(1, 50_400), st.integers(1, 10**6))
def test_epochs_are_a_tempo_apart(tempo: int, last: int) -> None:
    """Nothing was triggered, and the last step was that epoch."""
    assert next_epoch_block(tempo, last, 0, last, last) == last + tempo
    assert next_epoch_block(tempo, last, last + 1, last, last) == min(last + tempo, last + 1)


@pytest.mark.rule("BLOCK-1")
def test_blocks_run_epochs_a_tempo_apart() -> None:
    state = TIMED.set(owned(tempo=5), "FirstEmissionBlockNumber", ON_ONE, "1")
    ran = []
    for _ in range(17):
        state = TIMED.step(state)
        if int(item(state, "LastEpochBlock", 1)) == state.block_number:
            ran.append(state.block_number)
    assert len(ran) == 3
    assert {later - sooner for sooner, later in pairwise(ran)} == {5}


@pytest.mark.rule("LOCK-14")
def test_an_epoch_gives_a_subnet_to_whom_conviction_favours() -> None:
    state = done(lock(funded(CLOSED), 300, OTHER), "set_perpetual_lock", ALICE, netuid=1, enabled=True)
    state = dtao.migrate(state, PRESENT)
    values = {"Tempo": 2, "LastEpochBlock": "5000000", "FirstEmissionBlockNumber": "1",
              "SubnetOwnerHotkey": str(HOTKEY), "SubnetOwner": str(ALICE), "NetworkRegisteredAt": "1"}  # fmt: skip
    for name, value in values.items():
        state = PRESENT.set(state, name, ON_ONE, value)
    state = PRESENT.set(state, "BlockNumber", {}, "5000000")
    owners = []
    for _ in range(4):
        state = PRESENT.step(state)
        owners.append(state.subnet(NETUID).owner_hotkey)
    assert owners[0] == HOTKEY
    assert owners[-1] == OTHER


def with_neurons(era: dtao.Era) -> dtao.State:
    """Return a state with two neurons on subnet 1, of which the second is the owner's, without stake and permit."""
    entries: dict[str, Any] = {
        "NetworksAdded/0": True, "NetworksAdded/1": True, "TotalNetworks": 2, "Tempo/1": 1, "BlockNumber": "70000",
        "SubnetworkN/1": 2, "MaxAllowedUids/1": 2, "SubnetOwnerHotkey/1": str(OTHER), "SubnetOwner/1": str(ALICE),
        "Owner/20": str(ALICE), f"Owner/{OTHER}": str(ALICE), "StakeThreshold": str(TAO), "SubnetMechanism/1": 1,
        "Keys/1/0": "20", "Keys/1/1": str(OTHER), "Uids/1/20": 0, f"Uids/1/{OTHER}": 1, "WeightsSetRateLimit/1": "0",
        "MinAllowedWeights/1": 0,
        "TotalHotkeyAlpha/20/1": str(100 * TAO), "CommitRevealWeightsEnabled/1": False,
        "Active/1": [True, True], "LastUpdate/1": ["69000", "69000"], "ValidatorTrust/1": [9, 9], "Consensus/1": [0, 0],
        "Incentive/1": [0, 0], "Dividends/1": [0, 0], "Emission/1": ["0", "0"], "ValidatorPermit/1": [True, True],
    }  # fmt: skip
    known = era.runtime.items.by_name
    return era.load({entry: value for entry, value in entries.items() if entry.partition("/")[0] in known})


@pytest.mark.rule("EPOCH-19", "EPOCH-21")
def test_the_owners_neuron_sets_weights_without_stake_and_permit() -> None:
    state = PRICED.set(with_neurons(PRICED), "SubtokenEnabled", ON_ONE, True)
    args = {"netuid": 1, "dests": [0], "weights": [65_535], "version_key": "0"}
    called(state, "set_weights", OTHER, **args)
    other = evolve(state.subnet(NETUID), owner_hotkey=AccountId(99))
    refused = evolve(state, subnets=state.subnets.set(NETUID, other))
    done(refused, "set_weights", OTHER, "NotEnoughStakeToSetWeights", **args)


@pytest.mark.rule("EPOCH-21", "EPOCH-12")
def test_an_epoch_stores_the_share_of_the_stake() -> None:
    state = with_neurons(PRICED)
    after, _ = PRICED.phase(state, "epoch", {"netuid": 1, "emission": str(TAO)})
    assert list(after.subnet(NETUID).neurons.stake_weight) == [65_535, 0]


@pytest.mark.rule("REG-4")
def test_a_newcomer_has_neither_permit_nor_trust_and_was_updated_now() -> None:
    state = with_neurons(ACCOUNTS)
    neurons = clear_with_permit(state, NETUID, Uid(0)).subnet(NETUID).neurons
    assert (neurons.validator_permit, neurons.validator_trust) == ((False, True), (0, 9))
    assert neurons.last_update == (state.block_number, 69_000)
    assert NetUid(1) == NETUID


@pytest.mark.rule("CLAIM-5")
def test_all_that_is_claimed_is_sold_to_the_pool() -> None:
    state = funded(ACCOUNTS)
    account = {"account": str(account_of(NETUID))}
    state = ACCOUNTS.set(state, "Balance", account, str(5_000 * TAO))
    after, _ = claim_by_sale_to_root(state, AccountId(HOTKEY), AccountId(ALICE), NETUID, Alpha(TAO))
    assert after.pool(NETUID).alpha_in - state.pool(NETUID).alpha_in == TAO
    paid = state.pool(NETUID).tao - after.pool(NETUID).tao
    assert paid == after.pool(NetUid(0)).tao - state.pool(NetUid(0)).tao > 0
