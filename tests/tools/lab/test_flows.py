"""Where the TAO and the alpha of blocks go, and that it adds up."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from typer.testing import Result

import dtao
from dtao import InputError
from dtao_lab import Market
from dtao_lab.flows import Followed, followed, lines, ready_market
from dtao_lab.orders import ALPHA, TAO
from tests.depth import one_in

Command = Callable[..., Result]
READY = cache(ready_market)
"""The ready state of an era, made once."""


def amount(found: Followed, of: str, item: str) -> int:
    return sum(flow.amount for flow in found.flows if flow.of == of and flow.item.startswith(item) and flow.is_part)


@pytest.mark.parametrize("version", one_in(2, 1, [233, 257, 298, 320, 338, 342, 343, 401, 411, 425]))
@pytest.mark.parametrize("blocks", [1, 360])
def test_all_that_is_issued_is_somewhere(version: int, blocks: int) -> None:
    market = READY(dtao.era(version))
    found = followed(market, 5, blocks)
    for of in (TAO, ALPHA):
        parts = sum(flow.amount for flow in found.flows if flow.of == of and flow.is_part)
        assert parts == found.sums(of)
    assert abs(found.sums(TAO) - blocks * 10**9) < blocks * 10**7  # a claim or a subsidy may leave the issuance
    rest = {flow.of: flow.amount for flow in found.flows if not flow.item}
    assert abs(rest[TAO]) < 10**10  # what subsidies and claims leak, named in SPEC.md


def test_what_the_launch_pays_twice_shows_below_nothing() -> None:
    """Until 257 alpha that was sold for root was paid to validators as well: DIV-13."""
    rests = {}
    for version in (233, 257):
        found = followed(READY(dtao.era(version)), 5, 360)
        (rests[version],) = (flow.amount for flow in found.flows if flow.of == ALPHA and not flow.item)
    assert rests[233] < -(10**11)
    assert 0 <= rests[257] < 1_000


def test_roles_are_those_of_the_epoch() -> None:
    found = followed(READY(dtao.era(343)), 5, 360)
    named = {flow.what: flow.amount for flow in found.flows}
    cut = named["on the hotkey of the owner, neuron 0"]
    assert cut == pytest.approx(360 * 0.179995422 * 10**9, rel=0.01)
    assert named["on the hotkey of neuron 2 (miner)"] > 10**11
    assert named["on the hotkey of neuron 1 (validator)"] > 10**10
    (rest,) = (flow.amount for flow in found.flows if flow.of == ALPHA and not flow.item)
    assert 0 <= rest < 10**7


def test_what_is_recycled_is_named() -> None:
    market = READY(dtao.era(425))
    state = market.state
    for netuid in range(1, 9):  # where all prices sum to less than 1, stakers of root get nothing: EMIT-11
        state = market.era.set(state, "SubnetMovingPrice", {"netuid": netuid}, "1")
    market = Market(market.era, state)
    found = followed(market, 5)
    recycled = market.era.get(market.era.step(market.state), "AlphaRecycled", 5)
    before = market.era.get(market.state, "AlphaRecycled", 5)
    assert amount(found, ALPHA, "AlphaRecycled") == int(str(recycled)) - int(str(before)) > 0


def test_what_is_set_aside_for_root_is_told_where_it_is() -> None:
    """Blocks claim for who does not, and the alpha is sold; with none of these claims it stays."""
    era = dtao.era(342)
    market = READY(era)
    found = followed(Market(era, era.set(market.state, "NumRootClaim", {}, "0")), 5, 360)
    assert amount(found, ALPHA, "RootClaimable") > 10**11
    (rest,) = (flow.amount for flow in found.flows if flow.of == ALPHA and not flow.item)
    assert 0 <= rest < 10**7


@pytest.mark.parametrize(("netuid", "blocks"), [(0, 1), (99, 1), (5, 0)])
def test_what_cannot_be_followed_is_refused(netuid: int, blocks: int) -> None:
    with pytest.raises(InputError):
        followed(READY(dtao.era(342)), netuid, blocks)


def test_text_fits_a_terminal() -> None:
    assert max(map(len, lines(followed(READY(dtao.era(425)), 5, 720)))) <= 80


def test_the_command_follows_a_block(dtao_command: Command) -> None:
    shown = dtao_command("follow", "--era", "342", "--netuid", "5")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("1 block after block 7201, subnet 5, rules of excess-tao\nTAO, issued in all")
    found = json.loads(dtao_command("follow", "--era", "342", "--netuid", "5", "--json").stdout)
    parts = [int(flow["rao"]) for flow in found["flows"] if flow["of"] == "alpha"]
    assert sum(parts) == int(found["issued"]["alpha"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--netuid", "0"), "root has no alpha to follow"),
        (("--reserves", "1000:4000", "--netuid", "3"), "there is no subnet 3"),
        (("--era", "290"), "lies between"),
        (("--blocks", "0"), "should be greater than or equal to 1"),
    ],
)
def test_the_command_refuses_with_a_remedy(dtao_command: Command, words: tuple[str, ...], said: str) -> None:
    refused = dtao_command("follow", *words)
    assert refused.exit_code == 2
    assert said in refused.stderr


def test_a_state_of_some_subnets_is_told_to_be_one(dtao_command: Command, tmp_path: Path) -> None:
    """In its blocks the subnets that are there get what the others would."""
    raw = Path(__file__).parent / "raw/425-market.json.gz"
    for name, words in (("all.json", ()), ("part.json", ("--netuid", "2"))):
        assert dtao_command("import", raw, *words, "-o", tmp_path / name).exit_code == 0
        followed = dtao_command("follow", "--state", tmp_path / name, "--netuid", "2")
        assert followed.exit_code == 0
        assert ("the state has only subnet 2" in followed.stderr) == (name == "part.json")
        assert dtao_command("quote", "buy", "1", "--state", tmp_path / name, "--netuid", "2").stderr == ""
