"""The face of the oracle: eras, calls, outcomes, and what it says of wrong input."""

import doctest
import importlib
import pkgutil

import pytest

import dtao
from dtao import calls
from dtao.params import EXISTENTIAL_DEPOSIT
from tests.reference.worlds import ERA

TAO = 10**9
STAKE = calls.AddStake(signer="1001", hotkey="2001", netuid=1, amount_staked=5 * TAO)


def modules() -> list[str]:
    return sorted(info.name for info in pkgutil.walk_packages(dtao.__path__, "dtao."))


@pytest.mark.parametrize("name", ["dtao", *modules()])
def test_the_examples_in_the_documentation_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def funded() -> dtao.State:
    """Return a new chain on which 1001 has 100 TAO and owns the hotkey 2001."""
    state = ERA.set(ERA.genesis(), "Balance", {"account": "1001"}, str(100 * TAO))
    return ERA.set(state, "Owner", {"account": "2001"}, "1001")


def test_an_era_is_found_by_name_and_by_spec_version() -> None:
    assert dtao.era("launch") is dtao.era(233)
    with pytest.raises(dtao.UnknownName, match=r"there is no era 'lunch': did you mean 'launch'\? `dtao eras` lists"):
        dtao.era("lunch")


def test_an_era_is_found_by_its_tag() -> None:
    assert dtao.era("v3.2.3") is dtao.era(298)
    with pytest.raises(dtao.UnknownName, match=r"nearest: v3\.1\.3 of 'subnet-hotkey-swap' \(276\) and v3\.1\.5 of"):
        dtao.era("v3.1.4")
    with pytest.raises(dtao.UnknownName, match=r"nearest: v2\.0\.0 of 'launch' \(233\)\. A version"):
        dtao.era("v1.0.0")


@pytest.mark.parametrize("era", dtao.ERAS, ids=lambda era: era.name)
def test_an_entry_reads_as_what_is_stored_or_as_its_default(era: dtao.Era) -> None:
    state = era.genesis()
    flat = era.dump(state)
    for entry, value in flat.items():
        name, *keys = entry.split("/")
        assert era.items()[name].kind.encode(era.get(state, name, *keys)) == value
    for item in era.items().values():
        if item.keys:
            absent = ["TriggerEpoch" if key == "update" else "40000" for key in item.keys]
            assert era.get(state, item.name, *absent) == item.default


def test_an_entry_that_cannot_be_is_refused() -> None:
    state = ERA.genesis()
    with pytest.raises(dtao.UnknownName, match="there is no storage item 'SubnetTao' in this era; did you mean"):
        ERA.get(state, "SubnetTao", 1)
    with pytest.raises(dtao.InputError, match="SubnetTAO takes 1 keys"):
        ERA.get(state, "SubnetTAO")
    with pytest.raises(dtao.InputError, match="the state is of version 233"):
        dtao.era(273).get(state, "SubnetTAO", 1)


def test_the_price_is_the_one_that_the_runtime_reads() -> None:
    state = ERA.genesis()
    assert str(ERA.price(state, 1)) == ERA.read(state, "get_alpha_price", {"netuid": 1})
    assert ERA.price(state, 0) == 1 << 32


def test_staking_returns_what_the_pool_pays_for_the_amount_without_the_fee() -> None:
    state = funded()
    out = ERA.apply(state, STAKE)
    alpha = ERA.sim_swap_tao_for_alpha(state, netuid=1, amount=5 * TAO - 50_000)
    assert out.error is None
    assert dtao.events.to_json(out.events) == [["StakeAdded", "1001", "2001", "4999950000", str(alpha), "1"]]
    assert ERA.diff(state, out.state) == {
        "TotalStake": "5000000000",
        "BalancesTotalIssuance": "95000000000",
        "Balance/1001": "95000000000",
        "StakingHotkeys/1001": ["2001"],
        "SubnetTAO/1": "15000000000",
        "SubnetAlphaIn/1": "6666688889",
        "SubnetAlphaOut/1": "4333311111",
        "SubnetVolume/1": "4999950000",
        "TotalHotkeyAlpha/2001/1": "3333311111",
        "TotalHotkeyShares/2001/1": str(3_333_311_111 << 64),
        "Alpha/2001/1001/1": str(3_333_311_111 << 64),
    }


def test_a_refused_call_returns_the_very_state() -> None:
    state = ERA.genesis()
    out = ERA.apply(state, STAKE)
    assert out == dtao.Outcome(state, dtao.Rejection.NOT_ENOUGH_BALANCE_TO_STAKE)
    assert out.state is state


def test_an_unsigned_call_is_refused_by_name() -> None:
    call = calls.AddStake(signer=None, hotkey=1, netuid=1, amount_staked=1)
    assert ERA.apply(ERA.genesis(), call).error is dtao.Rejection.BAD_ORIGIN


def test_a_balance_is_never_emptied_by_staking() -> None:
    state = ERA.set(funded(), "Balance", {"account": "1001"}, str(5 * TAO))
    out = ERA.apply(state, STAKE)
    assert out.state.balances[dtao.AccountId(1001)] == EXISTENTIAL_DEPOSIT
    (event,) = out.events
    assert isinstance(event, dtao.events.StakeAdded)
    assert event.tao == 5 * TAO - EXISTENTIAL_DEPOSIT - 50_000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"amount_staked": 1.5}, "AddStake.amount_staked: 1.5 is not a u64; give an int"),
        (
            {"amount_staked": -1},
            "AddStake.amount_staked: -1 is not a u64; it must lie between 0 and 18446744073709551615",
        ),
        ({"amount_staked": True}, "AddStake.amount_staked: True is not a u64; give an int"),
        ({"amount_staked": "5"}, "AddStake.amount_staked: '5' is not a u64; give an int"),
        ({"netuid": 2**16}, "AddStake.netuid: 65536 is not a u16; it must lie between 0 and 65535"),
        ({"netuid": None}, "AddStake.netuid: None is not a u16; give an int"),
        ({"hotkey": "0x5"}, "AddStake.hotkey: '0x5' is not an account; write an integer as a decimal string"),
        ({"hotkey": None}, "AddStake.hotkey: None is not an account; give an int"),
        ({"signer": 2**256}, f"AddStake.signer: {2**256} is not an account; it must lie between 0 and {2**256 - 1}"),
    ],
)
def test_a_wrong_argument_is_named(arguments: dict[str, object], message: str) -> None:
    given = {"signer": 1001, "hotkey": 2001, "netuid": 1, "amount_staked": TAO} | arguments
    with pytest.raises(dtao.InputError) as raised:
        calls.AddStake(**given)  # type: ignore[arg-type]  # that is the point
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("children", "message"),
    [
        (5, "SetChildren.children: 5 is not a list"),
        ([5], "SetChildren.children: 5 is not a pair of a proportion and a hotkey"),
        ([(0.5, 2)], "SetChildren.children: 0.5 is not a u64; give an int"),
        ([(1, "x")], "SetChildren.children: 'x' is not an account; write an integer as a decimal string"),
    ],
)
def test_a_wrong_list_of_children_is_named(children: object, message: str) -> None:
    with pytest.raises(dtao.InputError) as raised:
        calls.SetChildren(signer=1, hotkey=2, netuid=1, children=children)  # type: ignore[arg-type]  # that is the point
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("name", "args", "message"),
    [
        ("add_steak", {}, "there is no call 'add_steak'; there are add_stake, "),
        (
            "add_stake",
            {"hotkey": "1"},
            "add_stake: its arguments are ['hotkey', 'netuid', 'amount_staked'], not ['hotkey']",
        ),
        (
            "add_stake",
            {"hotkey": "1", "netuid": 1, "amount_staked": 5},
            "add_stake.amount_staked: 5 is not a u64; write an integer as a decimal string",
        ),
        ("transfer", {"dest": "1", "value": "-5"}, "transfer.value: -5 is not a u64; it must lie between 0 and"),
        (
            "transfer",
            {"dest": 1, "value": "5"},
            "transfer.dest: 1 is not an account; write an integer as a decimal string",
        ),
    ],
)
def test_a_malformed_recorded_call_is_named(name: str, args: dict[str, object], message: str) -> None:
    with pytest.raises(dtao.InputError) as raised:
        ERA.call(name, "1001", args)
    assert str(raised.value).startswith(message)


def test_unknown_phases_and_reads_are_named() -> None:
    with pytest.raises(dtao.UnknownName, match="there is no phase 'coinbase'; there are "):
        ERA.phase(ERA.genesis(), "coinbase", {})
    with pytest.raises(dtao.UnknownName, match="there is no read 'price'; there are get_alpha_price, "):
        ERA.read(ERA.genesis(), "price", {})
    with pytest.raises(dtao.InputError, match=r"get_alpha_price: its arguments are \['netuid'\], not \[\]"):
        ERA.read(ERA.genesis(), "get_alpha_price", {})


@pytest.mark.parametrize("blocks", [-1, 1.0, True, "5"])
def test_a_wrong_number_of_blocks_is_refused(blocks: object) -> None:
    with pytest.raises(dtao.InputError, match=r"blocks: .* is not a number of blocks"):
        ERA.step(ERA.genesis(), blocks)  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize(("netuid", "amount"), [(1, -1), (1, 1.0), (70_000, 1), ("1", 1)])
def test_a_wrong_quote_is_refused(netuid: object, amount: object) -> None:
    with pytest.raises(dtao.InputError, match=r"(netuid|amount): .* is not"):
        ERA.sim_swap_alpha_for_tao(ERA.genesis(), netuid, amount)  # type: ignore[arg-type]  # that is the point


def test_a_swap_that_would_drain_the_pool_is_none() -> None:
    assert ERA.sim_swap_tao_for_alpha(ERA.genesis(), netuid=1, amount=2**64 - 1) is None
