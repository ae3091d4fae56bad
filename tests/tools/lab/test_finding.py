"""What names of the runtime stand for."""

from collections.abc import Callable

import pytest
from typer.testing import Result

import dtao
from dtao_lab.finding import POOL_CODES, found, named
from dtao_spec.rejections import MEANINGS


@pytest.mark.parametrize(
    ("term", "first", "within"),
    [
        ("add_stake", "add_stake: a call, from 233 on", "  STAKE-9  The call add_stake"),
        ("SubnetTAO", "SubnetTAO: a storage item, from 233 on", "  keys: netuid; default: 0; unit: TAO"),
        ("subnettao", "SubnetTAO: a storage item, from 233 on", "  keys: netuid; default: 0; unit: TAO"),
        (
            "burn_alpha",
            "burn_alpha: a call, from 257 on",
            "  Give up stake of the signer for ever: the alpha still counts as issued.",
        ),
        ("StakeAdded", "StakeAdded: an event, from 233 on", None),
        ("sim_swap", "sim_swap: an internal function that tells something, from 283 on", "  POOL-3  Alpha for TAO"),
        (
            "SIM_SWAP",
            "sim_swap: an internal function that tells something, from 283 on",
            "  arguments: netuid, buy, amount",
        ),
        (
            "distribute_emission",
            "distribute_emission: an internal function that changes the state, from 342 on",
            "  DIV-9  Drain of pending emission",
        ),
        (
            "AmountTooLow",
            f"AmountTooLow: an error: {MEANINGS['AmountTooLow']}",
            "  STAKE-11  When stake cannot be added",
        ),
    ],
)
def test_a_name_is_found(term: str, first: str, within: str | None) -> None:
    lines = found(term)
    assert lines[0] == first
    assert within is None or within in lines


def test_a_code_of_the_pool_is_an_error_of_a_call() -> None:
    lines = found("Custom error: 1")
    assert lines[0].startswith("Custom error: 1: StakeAmountTooLow, from 233 on")
    assert lines[1].startswith("  AmountTooLow: an error")
    assert "  in the transaction pool: Custom error: 1, from 233 on" in found("AmountTooLow")
    assert found("custom error 99") == ["Custom error: 99: the runtime has no such code up to version 425."]


def test_words_of_a_title_find_the_rules() -> None:
    assert found("owner Cut")[:2] == ["owner Cut: in the titles of these rules", "  EMIT-4  Owner cut"]
    assert not found("cut of the moon")
    assert not found(" ")


def test_every_error_that_a_code_stands_for_is_one() -> None:
    assert {error for _, _, error in POOL_CODES.values() if error} <= MEANINGS.keys()


def test_the_command_finds_them(dtao_command: Callable[..., Result]) -> None:
    assert dtao_command("rules", "owner", "cut").stdout == dtao_command("rules", "owner cut").stdout
    epoch = dtao_command("rules", "epoch").stdout.splitlines()
    assert epoch[0] == "epoch: an internal function that changes the state, from 233 on"
    assert "EPOCH-4  Normalisation" in epoch
    shown = dtao_command("rules", "add_stake")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("add_stake: a call")
    assert dtao_command("rules", "nothing_of_this_name").exit_code == 2


def test_every_name_of_every_era_is_found() -> None:
    runtimes = [era.runtime for era in dtao.ERAS]
    names = {
        name for one in runtimes for name in (*one.calls, *one.items.by_name, *one.events, *one.phases, *one.reads)
    }
    assert len(names) > 300
    assert [name for name in sorted(names) if not named(name)[0].startswith(f"{name}: a")] == []
