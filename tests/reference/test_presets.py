"""Presets: states to begin with, and where their numbers come from."""

import pytest

import dtao
from dtao import presets
from dtao.params import TOTAL_SUPPLY

TAO = 10**9
Era = dtao.Era


def test_what_the_migration_to_dynamic_tao_left() -> None:
    preset = presets.mainnet_launch()
    era, state = preset.era, preset.state
    for netuid in (1, 64):
        assert [era.get(state, item, netuid) for item in ("SubnetTAO", "SubnetAlphaIn", "SubnetAlphaOut")] == [
            TAO,
            TAO,
            0,
        ]
        assert era.price(state, netuid) == 1 << 32
        assert era.get(state, "SubnetMovingPrice", netuid) == (1 << 32) // 64
        assert era.get(state, "SubnetOwnerHotkey", netuid) == 1_000 + netuid
        assert era.get(state, "Uids", netuid, 1_000 + netuid) == 0
    assert not era.get(state, "NetworksAdded", 65)
    assert era.get(state, "TotalNetworks") == 65
    assert era.read(state, "get_stake", {"hotkey": "1", "coldkey": "2", "netuid": 0}) == str(6_000_000 * TAO)


def test_its_totals_are_sums() -> None:
    preset = presets.mainnet_launch(subnets=3, root_stake=10 * TAO, issuance=20 * TAO)
    era, state = preset.era, preset.state
    held = sum(int(str(era.get(state, "SubnetTAO", netuid))) for netuid in range(4))
    assert era.get(state, "TotalStake") == held == 13 * TAO
    assert era.get(state, "TotalIssuance") == held + int(str(era.get(state, "BalancesTotalIssuance"))) == 20 * TAO


def test_blocks_go_by_on_it() -> None:
    preset = presets.mainnet_launch()
    era = preset.era
    after = era.step(preset.state, 400)
    assert era.get(after, "TotalIssuance") == 8_500_400 * TAO
    assert int(str(era.get(after, "SubnetTAO", 5))) > TAO


@pytest.mark.parametrize("era", dtao.ERAS, ids=lambda era: era.name)
def test_every_era_has_presets_that_trade_and_say_where_they_come_from(era: Era) -> None:
    for preset in (presets.of_era(era), presets.mainnet(era)):
        state = preset.state
        assert preset.era is era
        assert preset.sources["*"]
        assert all(item in era.items() for item in preset.sources if item not in ("*", "upgrades"))
        state = era.set(state, "Balance", {"account": "9"}, str(10 * TAO))
        state = era.set(state, "Owner", {"account": "8"}, "9")
        staked = era.apply(
            state, era.call("add_stake", "9", {"hotkey": "8", "netuid": 1, "amount_staked": str(TAO // 10)})
        )
        assert staked.error is None
        era.step(staked.state, 3)


def test_an_era_is_named_in_any_way() -> None:
    assert presets.of_era("v3.2.3").era is presets.mainnet(298).era


@pytest.mark.parametrize("reserves", [(0, 1), (1, 0), (-1, 1), (TOTAL_SUPPLY + 1, 1), (1, 1.0)])
def test_a_pool_that_cannot_be_is_refused(reserves: tuple[int, int]) -> None:
    with pytest.raises(dtao.InputError, match=r"a pool cannot hold .* Give more than 0 and at most 21000000"):
        presets.with_pools("launch", [reserves])


@pytest.mark.parametrize(
    "numbers", [(0,), (1_025,), ("64",), (64, 0), (64, 9 * 10**15, 8 * 10**15), (64, 1, 22 * 10**15)]
)
def test_a_launch_that_cannot_be_is_refused(numbers: tuple[int, ...]) -> None:
    with pytest.raises(dtao.InputError, match="give 1 to 1024 subnets"):
        presets.mainnet_launch(*numbers)
