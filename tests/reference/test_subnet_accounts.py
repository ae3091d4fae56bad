"""What came with 411 and after: accounts of subnets, alpha that is counted, claims, takes and swaps of keys."""

from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import dtao
from dtao.outcome import Rejected, Rejection
from dtao.persistent import Map
from dtao.rules.dividends import record_withheld
from dtao.state import State
from dtao.transitions import assets, claims, subnet_accounts
from dtao.transitions.dissolution import alpha_bought_and_in_late_pool, alpha_in_pool_and_bought
from dtao.transitions.subnet_accounts import account_of, is_of_subnet, transfer_tao
from dtao.units import AccountId, Alpha, BlockNumber, NetUid, Rao
from dtao.unpacking import pack, unpack
from dtao_spec.chapters.accounts import Assets
from dtao_spec.chapters.state import Balances
from dtao_spec.registry import Computation
from tests.reference.test_liquidity import ALICE, HOTKEY, NETUID, TAO, balance_of, done, opened

ACCOUNTS, EARLY, OWN, COOLDOWN = (dtao.era(version) for version in (411, 415, 417, 419))
AUTHOR, BOB = AccountId(12_345), 9
RULES = Computation(411)
AMOUNTS = st.integers(0, 3_000) | st.integers(0, 2**64 - 1)


def funded(era: dtao.Era = ACCOUNTS) -> State:
    """Alice staked 100 TAO on subnet 1 and has 1 000 more; the subnet has what its pool says."""
    state = opened(era)
    for account in (ALICE, BOB):
        state = era.set(state, "Balance", {"account": str(account)}, str(1_000 * TAO))
    state = era.set(state, "Balance", {"account": str(account_of(NETUID))}, str(state.pool(NETUID).tao))
    state = era.set(state, "BalancesTotalIssuance", {}, str(10_000 * TAO))
    return evolve(state, staking_operations=Map(), total_issuance=Rao(10_000 * TAO))


@given(st.integers(0, 2**16 - 1))
@pytest.mark.rule("STATE-17")
def test_state_17_is_exact(netuid: int) -> None:
    account = account_of(NetUid(netuid))
    assert account.to_bytes(32, "little") == RULES["STATE-17"](netuid)
    assert is_of_subnet(account)
    assert not is_of_subnet(AccountId(account + 2**112))
    assert not is_of_subnet(AccountId(account - 1))


@pytest.mark.rule("STATE-6", "STATE-17", "KEY-3")
def test_the_account_of_a_subnet_is_no_hotkey() -> None:
    state = ACCOUNTS.set(funded(), "NetworkRegistrationAllowed", {"netuid": 1}, True)
    hotkey = str(account_of(NetUid(5)))
    done(state, "burned_register", ALICE, "CannotUseSystemAccount", netuid=1, hotkey=hotkey)
    done(state, "register_network", ALICE, "CannotUseSystemAccount", hotkey=hotkey)
    state = ACCOUNTS.set(state, "Owner", {"account": "30"}, str(ALICE))
    state = ACCOUNTS.set(state, "BlockNumber", {}, "40000")
    for netuid in (None, 1):
        done(state, "swap_hotkey", ALICE, "CannotUseSystemAccount", hotkey="30", new_hotkey=hotkey, netuid=netuid)


@pytest.mark.rule("KEY-8", "STATE-17")
def test_who_owns_the_account_of_a_subnet_since_before_there_were_any_cannot_be_swapped() -> None:
    hotkey = account_of(NetUid(5))
    owning = done(dtao.era(402).genesis(), "try_associate_hotkey", ALICE, hotkey=str(hotkey))
    args: dict[str, Any] = {"old_coldkey": str(ALICE), "new_coldkey": str(BOB), "swap_cost": "0"}
    assert done(owning, "swap_coldkey", None, **args).owner[hotkey] == BOB
    done(dtao.migrate(owning, ACCOUNTS), "swap_coldkey", None, "CannotUseSystemAccount", **args)


@given(AMOUNTS, AMOUNTS, AMOUNTS, st.integers(0, 2**64 - 1))
@pytest.mark.rule("STATE-18")
def test_state_18_is_exact(held: int, other: int, amount: int, issuance: int) -> None:
    issuance = issuance if issuance < amount else max(issuance, held + other)
    before = Balances({name: tao for name, tao in (("a", held), ("b", other)) if tao}, issuance)
    names = {"a": AccountId(1), "b": AccountId(2)}
    balances = Map({names[name]: Rao(tao) for name, tao in before.accounts.items()})
    state = evolve(ACCOUNTS.genesis(), balances=balances, balances_total_issuance=Rao(issuance))
    stated = RULES["STATE-18"](before, "a", "b", amount)
    if isinstance(stated, str):
        with pytest.raises(Rejected) as refusal:
            transfer_tao(state, AccountId(1), AccountId(2), Rao(amount))
        assert str(refusal.value.rejection) == stated
        return
    after = transfer_tao(state, AccountId(1), AccountId(2), Rao(amount))
    assert {names[name]: tao for name, tao in stated.accounts.items()} == dict(after.balances)
    assert after.balances_total_issuance == stated.issuance


@pytest.mark.rule("STATE-3", "STATE-18", "STAKE-4", "STAKE-5", "POOL-30")
def test_tao_goes_through_the_account_of_the_subnet() -> None:
    before = funded()
    args: dict[str, Any] = {"hotkey": str(HOTKEY), "netuid": 1}
    state = done(before, "add_stake", ALICE, **args, amount_staked=str(100 * TAO))
    gained = state.balances[account_of(NETUID)] - before.balances[account_of(NETUID)]
    paid = state.balances[AUTHOR] - before.balances.get(AUTHOR, 0)
    assert (gained + paid, balance_of(state)) == (100 * TAO, 900 * TAO)
    assert gained == state.pool(NETUID).tao - before.pool(NETUID).tao
    sold = done(evolve(state, staking_operations=Map()), "remove_stake", ALICE, **args, amount_unstaked=str(10 * TAO))
    left = state.balances[account_of(NETUID)] - sold.balances[account_of(NETUID)]
    assert left == balance_of(sold) - balance_of(state) + sold.balances[AUTHOR] - state.balances[AUTHOR]
    assert left == state.pool(NETUID).tao - sold.pool(NETUID).tao
    assert sold.balances_total_issuance == before.balances_total_issuance
    poor = ACCOUNTS.set(before, "Balance", {"account": str(ALICE)}, str(10 * TAO))
    assert balance_of(done(poor, "add_stake", ALICE, **args, amount_staked=str(10 * TAO))) == 500


@pytest.mark.rule("POOL-30", "STATE-19")
def test_without_an_author_fees_are_burned() -> None:
    state = evolve(funded(), block_author=None)
    args: dict[str, Any] = {"hotkey": str(HOTKEY), "netuid": 1}
    bought = done(state, "add_stake", ALICE, **args, amount_staked=str(100 * TAO))
    assert bought.balances[subnet_accounts.BURNED] == 100 * TAO * 33 // 65_535
    assert bought.total_issuance == state.total_issuance
    sold = done(evolve(bought, staking_operations=Map()), "remove_stake", ALICE, **args, amount_unstaked=str(TAO))
    assert assets.assets_of(sold, NETUID).burned == TAO * 33 // 65_535


@given(st.lists(st.tuples(st.sampled_from(["issued", "burned", "recycled"]), st.integers(0, 2**64 - 1))))
@pytest.mark.rule("STATE-19")
def test_state_19_is_exact(changes: list[tuple[str, int]]) -> None:
    state, stated = ACCOUNTS.genesis(), Assets()
    count = {"burned": assets.burn, "recycled": assets.recycle}
    in_block = {"burned": assets.count_nothing_in_block, "issued": assets.mint, "recycled": assets.recycle_in_block}
    for kind, amount in changes:
        context = unpack(state, 5)
        (subnet,) = context.subnets
        in_block[kind](subnet, amount)
        minted = pack(context)
        state = minted if kind == "issued" else count[kind](state, NETUID, amount)
        assert kind == "burned" or assets.assets_of(minted, NETUID) == assets.assets_of(state, NETUID)
        stated = RULES["STATE-19"](stated, kind, amount)
    found = assets.assets_of(state, NETUID)
    assert (found.issued, found.burned, found.recycled) == (stated.issued, stated.burned, stated.recycled)


@pytest.mark.rule("STAKE-24", "STAKE-25", "STATE-19")
def test_alpha_that_is_given_up_is_counted() -> None:
    args: dict[str, Any] = {"hotkey": str(HOTKEY), "netuid": 1, "amount": str(TAO)}
    state = done(done(funded(), "recycle_alpha", ALICE, **args), "burn_alpha", ALICE, **args)
    assert (assets.assets_of(state, NETUID).recycled, assets.assets_of(state, NETUID).burned) == (TAO, TAO)


@pytest.mark.rule("STATE-4", "KEY-1")
def test_a_swap_of_hotkeys_is_paid_in_full_or_refused() -> None:
    state = ACCOUNTS.set(funded(), "Owner", {"account": "30"}, str(ALICE))
    args: dict[str, Any] = {"hotkey": "30", "new_hotkey": "31", "netuid": None}
    poor = ACCOUNTS.set(state, "Balance", {"account": str(ALICE)}, str(TAO // 10 + 499))
    done(poor, "swap_hotkey", ALICE, "InsufficientBalance", **args)
    after = done(state, "swap_hotkey", ALICE, **args)
    assert state.total_issuance - after.total_issuance == TAO // 10


@pytest.mark.rule("STAKE-31")
def test_anybody_stakes_and_burns_in_any_block() -> None:
    args: dict[str, Any] = {"hotkey": str(HOTKEY), "netuid": 1, "amount": str(10 * TAO), "limit": None}
    once = done(funded(), "add_stake_burn", BOB, **args)
    twice = done(evolve(once, staking_operations=Map()), "add_stake_burn", BOB, **args)
    assert 0 < assets.assets_of(once, NETUID).burned < assets.assets_of(twice, NETUID).burned


@pytest.mark.rule("MOVE-6")
def test_what_is_too_little_to_move_stays_in_the_balance() -> None:
    state = ACCOUNTS.set(funded(), "Tempo", {"netuid": 2}, 10)
    for item, value in (("SubnetTAO", TAO), ("SubnetAlphaIn", TAO)):
        state = ACCOUNTS.set(state, item, {"netuid": 2}, str(value))
    for item in ("NetworksAdded", "SubtokenEnabled"):
        state = ACCOUNTS.set(state, item, {"netuid": 2}, True)
    state = ACCOUNTS.set(state, "SubnetMechanism", {"netuid": 2}, 1)
    args: dict[str, Any] = {"hotkey": str(HOTKEY), "origin_netuid": 1, "destination_netuid": 2}
    after = done(state, "swap_stake", ALICE, **args, alpha_amount=str(TAO))
    assert after.pool(NetUid(2)).tao > TAO


@pytest.mark.rule("POOL-26", "POOL-27")
def test_calls_on_positions_do_nothing_whoever_makes_them() -> None:
    args: dict[str, Any] = {"hotkey": str(HOTKEY), "netuid": 77, "position_id": "5"}
    state = funded()
    assert done(state, "remove_liquidity", ALICE, **args) == state
    assert done(state, "modify_position", ALICE, **args, liquidity_delta="5") == state


@pytest.mark.rule("CHILD-3")
def test_a_childkey_take_is_no_less_than_the_least() -> None:
    state = ACCOUNTS.set(funded(), "Owner", {"account": "30"}, str(ALICE))
    state = ACCOUNTS.set(state, "MinChildkeyTakePerSubnet", {"netuid": 1}, 1_000)
    done(state, "set_childkey_take", ALICE, "InvalidChildkeyTake", hotkey="30", netuid=1, take=999)
    done(state, "set_childkey_take", ALICE, hotkey="30", netuid=1, take=1_000)


@pytest.mark.rule("NET-12")
def test_the_protocol_takes_part_in_a_dissolution_with_what_is_its() -> None:
    state = funded(EARLY)
    pool, bought = state.pool(NETUID), evolve(state.emission(NETUID), protocol_alpha=Alpha(7))
    state = evolve(state, emissions=state.emissions.set(NETUID, bought))
    assert alpha_in_pool_and_bought(state, NETUID) == pool.alpha_in + 7
    for block, counted in ((0, pool.alpha_in + 7), (10**6, 7)):
        parameters = evolve(state.parameters, tao_in_refund_deployment_block=BlockNumber(block))
        subnets = state.subnets.set(NETUID, evolve(state.subnet(NETUID), network_registered_at=BlockNumber(5)))
        known = evolve(state, parameters=parameters, subnets=subnets)
        assert alpha_bought_and_in_late_pool(known, NETUID) == counted


@pytest.mark.rule("KEY-1", "KEY-10")
def test_a_hotkey_of_somebody_else_takes_no_place_from_417_on() -> None:
    for era, error in ((EARLY, None), (OWN, "NonAssociatedColdKey")):
        state = funded(era)
        for hotkey, owner in (("30", ALICE), ("31", BOB)):
            state = era.set(state, "Owner", {"account": hotkey}, str(owner))
        done(state, "swap_hotkey", ALICE, error, hotkey="30", new_hotkey="31", netuid=None)


@pytest.mark.rule("KEY-1", "KEY-3")
def test_a_swap_everywhere_waits_and_takes_the_childkey_take_along_from_419_on() -> None:
    for era in (OWN, COOLDOWN):
        state = era.set(funded(era), "BlockNumber", {}, "40000")
        for hotkey in ("30", "31"):
            state = era.set(state, "Owner", {"account": hotkey}, str(ALICE))
        state = era.set(state, "ChildKeys", {"hotkey": "30", "netuid": 1}, [[str(2**64 - 1), "77"]])
        state = done(state, "set_childkey_take", ALICE, hotkey="30", netuid=1, take=5)
        after = done(state, "swap_hotkey", ALICE, hotkey="30", new_hotkey="32", netuid=None)
        takes = after.subnet(NETUID).childkey_take
        assert (AccountId(32) in takes, AccountId(30) in takes) == ((True, False) if era is COOLDOWN else (False, True))
        again = evolve(after, block_number=BlockNumber(42_000))
        error = "HotKeySwapOnSubnetIntervalNotPassed" if era is COOLDOWN else None
        done(again, "swap_hotkey", ALICE, error, hotkey="32", new_hotkey="33", netuid=None)


@pytest.mark.parametrize(
    ("version", "swapped_key"),
    [(338, "hotkey"), (391, "hotkey"), (338, "coldkey"), (391, "coldkey"), (401, "coldkey")],
)
@pytest.mark.rule("CLAIM-13", "KEY-1")
def test_what_followed_a_swap_on_root_keeps_a_hotkey_from_being_swapped_in_later(
    version: int, swapped_key: str
) -> None:
    era = dtao.era(version)
    state = era.set(funded(era), "SubtokenEnabled", {"netuid": 0}, True)
    for hotkey in ("30", "31"):
        state = era.set(state, "Owner", {"account": hotkey}, str(BOB))
    staked = done(state, "add_stake", ALICE, hotkey="30", netuid=0, amount_staked=str(TAO))
    key, coldkey = "30", ALICE
    if swapped_key == "hotkey":
        staked, key = done(staked, "swap_hotkey", BOB, hotkey="30", new_hotkey="32", netuid=None), "32"
    else:
        staked, coldkey = done(staked, "swap_coldkey", None, old_coldkey=str(ALICE), new_coldkey="8", swap_cost="0"), 8
    staked = evolve(staked, staking_operations=Map(), last_tx_block=Map())
    left = done(staked, "remove_stake", coldkey, hotkey=key, netuid=0, amount_unstaked=str(TAO))
    args: dict[str, Any] = {"hotkey": "31", "new_hotkey": key, "netuid": None}
    done(dtao.migrate(left, COOLDOWN), "swap_hotkey", BOB, "NewHotKeyNotCleanForRootSwap", **args)
    done(dtao.migrate(left, OWN), "swap_hotkey", BOB, **args)


@given(st.lists(st.integers(1, 9), unique=True, max_size=6), st.integers(1, 9))
@pytest.mark.rule("CLAIM-8", "CLAIM-13")
def test_claim_8_of_419_is_exact(coldkeys: list[int], gone: int) -> None:
    state = evolve(
        COOLDOWN.genesis(),
        staking_coldkeys=Map({AccountId(one): index for index, one in enumerate(coldkeys)}),
        staking_coldkeys_by_index=Map({index: AccountId(one) for index, one in enumerate(coldkeys)}),
        num_staking_coldkeys=len(coldkeys),
    )
    after = claims.remove_coldkey_index(state, AccountId(gone))
    left = [after.staking_coldkeys_by_index[index] for index in range(after.num_staking_coldkeys)]
    assert left == Computation(419)["CLAIM-8"](coldkeys, gone, False)
    assert dict(after.staking_coldkeys) == {one: index for index, one in enumerate(left)}


@pytest.mark.rule("CLAIM-5")
def test_a_claim_that_cannot_be_paid_is_refused() -> None:
    state = funded()
    broke = ACCOUNTS.set(state, "Balance", {"account": str(account_of(NETUID))}, "500")
    with pytest.raises(Rejected) as refusal:
        claims.claim_by_sale_to_root(broke, AccountId(HOTKEY), AccountId(ALICE), NETUID, Alpha(TAO))
    assert refusal.value.rejection is Rejection.INSUFFICIENT_BALANCE
    after, is_sold = claims.claim_by_sale_to_root(state, AccountId(HOTKEY), AccountId(ALICE), NETUID, Alpha(TAO))
    assert is_sold
    sold = state.pool(NETUID).tao - after.pool(NETUID).tao
    assert after.balances[account_of(NetUid(0))] == after.emission(NETUID).root_sell_tao == sold > 0
    assert after.emission(NETUID).protocol_flow == -sold
    assert after.total_stake == state.total_stake


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
@pytest.mark.rule("DIV-16")
def test_div_16_is_exact(incentives: int, withheld: int) -> None:
    withheld = min(incentives, withheld)
    found = record_withheld(ACCOUNTS.genesis().subnet(NETUID), incentives, withheld).miner_burned
    stated = Computation(421, is_rounded=True)["DIV-16"](Fraction(incentives), Fraction(withheld))
    assert Fraction(found, 2**32) == stated


def beginning(era: dtao.Era) -> State:
    """A pool of 5 TAO and 5 alpha on subnet 1, and 1 000 TAO of Alice."""
    state = era.set(era.genesis(), "SubtokenEnabled", {"netuid": 1}, True)
    for item in ("SubnetTAO", "SubnetAlphaIn"):
        state = era.set(state, item, {"netuid": 1}, str(5 * TAO))
    state = era.set(state, "Balance", {"account": str(ALICE)}, str(1_000 * TAO))
    return era.set(state, "BalancesTotalIssuance", {}, str(1_000 * TAO))


@pytest.mark.rule("STAKE-32")
def test_nobody_stakes_a_thousand_times_what_a_pool_holds_from_424_on() -> None:
    args: dict[str, Any] = {"hotkey": str(HOTKEY), "netuid": 1}
    for version, error in ((423, "NotEnoughBalanceToStake"), (424, "InsufficientLiquidity")):
        state = beginning(dtao.era(version))
        most = 1_000 * state.pool(NETUID).tao
        done(state, "add_stake", ALICE, "NotEnoughBalanceToStake", **args, amount_staked=str(most))
        done(state, "add_stake", ALICE, error, **args, amount_staked=str(most + 1))
    assert Computation(424)["STAKE-32"](most + 1, state.pool(NETUID).tao, True) == "InsufficientLiquidity"


@pytest.mark.rule("STATE-20")
def test_takes_are_looked_at_before_their_call_from_423_on() -> None:
    for version, error in ((422, "HotKeyAccountNotExists"), (423, "DelegateTakeTooHigh")):
        done(beginning(dtao.era(version)), "increase_take", ALICE, error, hotkey="77", take=65_535)
    assert "DelegateTakeTooHigh" in Computation(423)["STATE-20"]("increase_take")
