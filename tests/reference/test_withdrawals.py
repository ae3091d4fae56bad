"""What the balances pallet refuses before the staking system is asked: more than the total of all balances."""

import pytest

import dtao
from dtao.calls import (
    AddStake,
    AddStakeLimit,
    BurnedRegister,
    BurnedRegisterAtPrice,
    Call,
    RegisterNetwork,
    RegisterNetworkInLimit,
    SwapColdkey,
    SwapColdkeyCharged,
    SwapHotkey,
    SwapHotkeyMembers,
    SwapHotkeyPerSubnet,
)
from dtao.codec import Json
from tests.reference.outcomes import HOLDER, HOTKEY, NEW_HOTKEY, OWNER, known, state_with

TAO = 10**9
ERAS = [era for era in dtao.ERAS if era.spec_version < 411]
"""Later the transfer alone asks for the total: see the tests of states that contradict themselves."""
NEWEST = ERAS[-1]
ENTRIES: dict[str, Json] = {
    **known(HOTKEY),
    "BlockNumber": "100000",
    "NetworksAdded/1": True,
    "SubnetMechanism/1": 1,
    "SubnetTAO/1": str(1_000 * TAO),
    "SubnetAlphaIn/1": str(1_000 * TAO),
    "NetworkRegistrationAllowed/1": True,
    "TargetRegistrationsPerInterval/1": 3,
    "MaxRegistrationsPerBlock/1": 3,
    "MaxAllowedUids/1": 3,
    "Burn/1": str(TAO),
    "NetworkMinLockCost": str(10 * TAO),
    "NetworkLastLockCost": "0",
    f"Balance/{OWNER}": str(100 * TAO),
}


@pytest.mark.rule("STATE-3")
@pytest.mark.parametrize("era", ERAS, ids=lambda era: era.name)
@pytest.mark.parametrize(
    ("call", "later_call", "cost", "error"),
    [
        (AddStake(OWNER, HOTKEY, 1, TAO), None, TAO, "NotEnoughBalanceToStake"),
        (AddStakeLimit(OWNER, HOTKEY, 1, TAO, 2**64 - 1, False), None, TAO, "NotEnoughBalanceToStake"),
        (BurnedRegister(OWNER, 1, HOTKEY), None, TAO, "NotEnoughBalanceToStake"),
        (RegisterNetwork(OWNER, HOTKEY), None, 10 * TAO, "NotEnoughBalanceToStake"),
        (
            SwapHotkey(OWNER, HOTKEY, NEW_HOTKEY),
            SwapHotkeyPerSubnet(OWNER, HOTKEY, NEW_HOTKEY, None),
            TAO // 10,
            "NotEnoughBalanceToPaySwapHotKey",
        ),
        (SwapColdkey(None, OWNER, HOLDER, TAO), None, TAO, "NotEnoughBalanceToPaySwapColdKey"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_balance_above_the_total_of_all_balances_does_not_pay(
    era: dtao.Era, call: Call, later_call: Call | None, cost: int, error: str
) -> None:
    if later_call is not None and era.spec_version >= 276:
        call = later_call
    if era.spec_version >= 320 and isinstance(call, RegisterNetwork):
        call, error = RegisterNetworkInLimit(call.signer, call.hotkey), "CannotAffordLockCost"
    if era.spec_version >= 391 and isinstance(call, SwapHotkeyPerSubnet):
        call = SwapHotkeyMembers(call.signer, call.hotkey, call.new_hotkey, call.netuid)
    expected: str | None = error
    if era.spec_version >= 385 and isinstance(call, SwapColdkey):  # nobody asks for the total of all any more
        call, expected = SwapColdkeyCharged(call.signer, call.old_coldkey, call.new_coldkey, call.swap_cost), None
    if era.spec_version >= 401 and isinstance(call, BurnedRegister):
        call = BurnedRegisterAtPrice(call.signer, call.netuid, call.hotkey)
    started: dict[str, Json] = {"SubtokenEnabled/1": True, "FirstEmissionBlockNumber/1": "1"}
    entries = {
        **ENTRIES,
        **{entry: value for entry, value in started.items() if entry.split("/")[0] in era.runtime.items.by_name},
    }
    total = {"BalancesTotalIssuance": str(cost - 1)}
    refused = era.apply(state_with({**entries, **total}, era), call).error
    assert (refused and refused.value) == expected
    total = {"BalancesTotalIssuance": str(cost)}
    assert era.apply(state_with({**entries, **total}, era), call).error is None


@pytest.mark.rule("STATE-3")
def test_a_swap_on_one_subnet_is_paid_by_the_total_of_all_balances_too() -> None:
    call = SwapHotkeyMembers(OWNER, HOTKEY, NEW_HOTKEY, 1)
    refused, paid = (
        NEWEST.apply(state_with({**ENTRIES, "BalancesTotalIssuance": str(total)}, NEWEST), call).error
        for total in (TAO // 1_000 - 1, TAO // 1_000)
    )
    assert (refused and refused.value, paid) == ("NotEnoughBalanceToPaySwapHotKey", None)
