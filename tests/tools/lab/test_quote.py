"""Quotes: what the recordings say of the same orders, in every era, and what is refused."""

import json
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import Result

import dtao
from dtao_lab import Fee, Market, Order, market_of_reserves, market_of_state, quote
from dtao_lab.amounts import SUPPLY
from dtao_properties.conformance import vectors
from dtao_properties.conformance.recorded_state import RecordedState
from tests.depth import IS_DEEP, one_in

TAO = 10**9
POOL = (1_000 * TAO, 4_000 * TAO)
ORDERS = {
    "add_stake": ("buy", "amount_staked"), "add_stake_limit": ("buy", "amount_staked"),
    "remove_stake": ("sell", "amount_unstaked"), "remove_stake_limit": ("sell", "amount_unstaked"),
    "swap_stake": ("move", "alpha_amount"), "swap_stake_limit": ("move", "alpha_amount"),
}  # fmt: skip
Era = dtao.Era
Command = Callable[..., Result]


def order_of(step: dict[str, object]) -> Order:
    """Return the order that a recorded call places."""
    args = step["args"]
    assert isinstance(args, dict)
    side, counted = ORDERS[str(step["call"])]
    limit = args.get("limit_price")
    return Order(
        side, int(args[counted]), args["origin_netuid" if side == "move" else "netuid"],
        args.get("destination_netuid"), None if limit is None else int(limit), bool(args.get("allow_partial")),
        int(args["hotkey"]), int(str(step["signer"])),
    )  # fmt: skip


def recorded_orders(era: Era) -> list[tuple[Market, Order, dict[str, object]]]:
    """Return recorded calls that are orders, with the state before each: of a vector, one of each kind and answer.

    Of every second suite, others in the era that follows, unless the tests are deep: then all orders of all suites.
    """
    found = []
    for path in one_in(2, dtao.ERAS.index(era), vectors.files([vectors.recorded(era.recorded_as) / "scenario"])):
        head = vectors.header(path)
        for vector in vectors.vectors(path, range(2)):
            steps = vector.body["steps"]
            state = RecordedState(head.genesis, steps)
            met: set[tuple[str, str | None, bool]] = set()
            for number, step in list(enumerate(steps))[:100]:
                if step.get("call") in ORDERS and step["signer"] is not None:
                    kind = (step["call"], step["error"], bool(step["args"].get("allow_partial")))
                    if kind in met and not IS_DEEP:
                        continue
                    met.add(kind)
                    market = market_of_state(era, state.before(number))
                    order = order_of(step)
                    if order.amount <= SUPPLY and all(
                        netuid is None or has(market, netuid) for netuid in (order.netuid, order.destination)
                    ):
                        found.append((market, order, step))
    return found


def has(market: Market, netuid: int) -> bool:
    return bool(market.era.get(market.state, "NetworksAdded", netuid))


RECORDED = [era for era in dtao.ERAS if era.name in ("launch", "dynamic-fees", "hotkey-per-subnet")] + [
    era for era in dtao.ERAS if era.spec_version >= 283
]


@pytest.mark.parametrize("era", RECORDED, ids=lambda era: era.name)
def test_a_quote_is_what_the_runtime_did(era: Era) -> None:
    orders = recorded_orders(era)
    assert len(orders) > 10
    for market, order, step in orders:
        found = quote(market, order)
        assert found.error == step["error"]
        if step["error"] is None:
            check_amounts(market, order, found.paid, found.received, step)


def check_amounts(market: Market, order: Order, paid: int, received: int, step: dict[str, object]) -> None:
    """Hold what was paid and received in TAO to the entry of the balance that was recorded."""
    diff = step["diff"]
    assert isinstance(diff, dict)
    entry = f"Balance/{order.coldkey}"
    balance = market.era.get(market.state, "Balance", str(order.coldkey))
    assert isinstance(balance, int)
    change = int(diff.get(entry, balance) or 0) - balance
    if order.side == "buy":
        assert change == -paid
    elif order.side == "sell":
        assert change == received


@pytest.mark.parametrize("era", dtao.ERAS, ids=lambda era: era.name)
def test_the_ends_of_the_accepted_range_are_its_ends(era: Era) -> None:
    market = market_of_reserves(era, [POOL, (500 * TAO, 1_000 * TAO)])
    limit = era.price(market.state, 1) * TAO * 99 // 100 >> 32
    orders = (
        Order("buy", TAO), Order("sell", TAO), Order("move", TAO, destination=2), Order("buy", 1),
        Order("sell", TAO, limit=limit),
    )  # fmt: skip
    for order in one_in(2, dtao.ERAS.index(era), orders):
        accepted = quote(market, order).accepted
        assert accepted is not None
        ends = [quote(market, _with_amount(order, amount)).error for amount in accepted]
        assert ends == [None, None]
        assert quote(market, _with_amount(order, accepted[0] - 1)).error is not None
        if accepted[1] < 21_000_000 * TAO:
            assert quote(market, _with_amount(order, accepted[1] + 1)).error is not None


def _with_amount(order: Order, amount: int) -> Order:
    return Order(order.side, amount, order.netuid, order.destination, order.limit, order.allow_partial)


@pytest.mark.parametrize("era", dtao.ERAS, ids=lambda era: era.name)
def test_what_a_fee_takes_and_the_price_moves_is_the_slippage(era: Era) -> None:
    market = market_of_reserves(era, [POOL, POOL])
    for order in (Order("buy", 10 * TAO), Order("sell", 10 * TAO), Order("move", 10 * TAO, destination=2)):
        found = quote(market, order)
        assert found.fees
        assert found.slippage is not None
        assert 0 < found.slippage < Fraction(2, 100)
        assert found.lost == 0
        price = found.prices[0]
        assert (price.after > price.before) == (order.side == "buy")


def test_the_fee_is_in_what_the_pool_takes_it_in() -> None:
    launch, ranges = (market_of_reserves(dtao.era(name), [POOL]) for name in ("launch", "concentrated-liquidity"))
    assert quote(launch, Order("sell", 10 * TAO)).fees == (Fee(50_000, "TAO", 1),)
    assert quote(ranges, Order("sell", 10 * TAO)).fees == (Fee(29_907_682, "alpha", 1),)
    assert quote(ranges, Order("buy", 10 * TAO)).fees == (Fee(29_907_682, "TAO", 1),)


def test_the_readme_asks_how_much_alpha_10_tao_buy() -> None:
    found = quote(market_of_reserves(dtao.era("launch"), [POOL]), Order("buy", 10 * TAO))
    # the fee stays in the pool and buys nothing: 9.99995 of 1000 TAO, against 4000 alpha
    payout = 4_000 * TAO - 1_000 * TAO * 4_000 * TAO * 10**9 // (1_009_999_950_000 * 10**9)
    assert found.received in (payout, payout - 1)
    assert found.received == 39_603_764_336


def test_a_part_is_what_the_limit_allows() -> None:
    market = market_of_reserves(dtao.era("subsidy"), [POOL])
    whole = Order("buy", 10 * TAO, limit=251_000_000)
    assert quote(market, whole).error == "SlippageTooHigh"
    part = quote(market, Order("buy", 10 * TAO, limit=251_000_000, allow_partial=True))
    assert part.paid == part.allowed == 1_999_010_613
    assert part.prices[0].after <= 251_000_000 * 2**32 // TAO


def test_orders_of_a_holder_are_limited_by_what_it_holds() -> None:
    era = dtao.era("launch")
    market = market_of_reserves(era, [POOL])
    found = quote(market, Order("sell", 10 * TAO, hotkey=0, coldkey=0))
    assert found.error == "NotEnoughStakeToWithdraw"
    assert found.accepted is not None
    assert found.accepted[1] == TAO  # the stake that a new chain's first account has


# The command


def test_the_table_fits_a_terminal(dtao_command: Command) -> None:
    shown = dtao_command("quote", "move", "10", "--reserves", "1000:4000", "--reserves", "500:1000")
    assert shown.exit_code == 0
    assert max(map(len, shown.stdout.splitlines())) <= 80
    assert "\x1b" not in shown.stdout
    assert shown.stdout.splitlines()[:2] == [
        "move 10.000000000 alpha 1 -> 2", f"era {dtao.ERAS[-1].name} ({_versions(dtao.ERAS[-1])}), call swap_stake",
    ]  # fmt: skip


def _versions(era: Era) -> str:
    versions = sorted({era.spec_version, era.last_spec_version})
    return f"{'-'.join(map(str, versions))}, {era.tag}"


def test_the_readme_shows_what_is_printed(dtao_command: Command, root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    ((words, printed),) = re.findall(r"^\$ dtao (quote .*)\n((?:.+\n)*?)```$", text, flags=re.MULTILINE)
    assert dtao_command(*words.split()).stdout == printed


def test_json_says_the_same(dtao_command: Command) -> None:
    words = ("quote", "buy", "10", "--reserves", "1000:4000", "--era", "v2.0.0")
    found = json.loads(dtao_command(*words, "--json").stdout)
    assert found["received"] == {"amount": "39603764336", "unit": "alpha"}
    assert found["era"] == {"name": "launch", "spec_versions": [233, 233], "tag": "v2.0.0"}
    assert found["call"]["args"] == {"hotkey": str(10**18 + 2), "netuid": 1, "amount_staked": "10000000000"}
    assert found["fees"] == [{"amount": "50000", "unit": "TAO", "netuid": 1}]
    assert found["prices"][0]["before"] == {"bits": str(2**30), "tao": "0.250000000000"}
    table = dtao_command(*words).stdout
    assert "received                      39.603764336  alpha            39603764336 rao" in table


def test_a_refused_order_is_an_answer(dtao_command: Command) -> None:
    shown = dtao_command("quote", "buy", "100000rao", "--reserves", "1000:4000", "--era", "launch")
    assert shown.exit_code == 0
    assert "REFUSED                       AmountTooLow" in shown.stdout
    assert "accepted from                  0.000550000  TAO" in shown.stdout


def test_a_recorded_state_and_a_state_file_are_quoted(dtao_command: Command, tmp_path: Path) -> None:
    era = dtao.era("launch")
    words = ("quote", "sell", "0.5", "--vector", "launch/scenario/pool/p000", "--step", "0")
    recorded = dtao_command(*words).stdout
    assert recorded.splitlines()[1] == "era launch (233, v2.0.0), call remove_stake"
    file = tmp_path / "state.json"
    file.write_text(json.dumps({"genesis": era.dump(era.genesis()), "defaults": {}}), encoding="utf-8")
    assert dtao_command("quote", "sell", "0.5", "--state", file, "--era", "launch").stdout == recorded
    file.write_text(json.dumps(era.dump(era.genesis())), encoding="utf-8")
    assert dtao_command("quote", "sell", "0.5", "--state", file, "--era", "launch").stdout == recorded


def test_an_entry_may_be_written_first(dtao_command: Command) -> None:
    words = ("quote", "buy", "10", "--reserves", "1000:4000", "--era", "298", "--set")
    assert "5035477 rao" in dtao_command(*words, "FeeRate/1=33").stdout
    assert "99946593 rao" in dtao_command(*words, "FeeRate/1=655").stdout
    assert "1.000000000000  TAO per alpha" in dtao_command(*words, "SubnetMechanism/1=0").stdout
    assert "REFUSED" in dtao_command(*words, "SubtokenEnabled/1=false").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("buy 1 --reserves 10:40 --netuid 7", "there is no subnet 7 in this state. There are: 0, 1. Name one of"),
        ("buy 1 --reserves 10:40 --netuid 99999", "there is no subnet 99999 in this state"),
        ("move 1 --reserves 10:40", "there is no subnet 2 in this state"),
        ("buy 1 --reserves 10:40 --era 290", "lies between 'concentrated-liquidity' (283-284) and"),
        ("buy 1 --reserves 10:40 --era v2.0.99", "nearest: v2.0.11 of 'unsigned-math' (261-264) and v3.0.0 of"),
        ("buy 1 --reserves 10:40 --era lunch", "did you mean 'launch'?"),
        ("buy 1 --reserves 0:40", "a pool cannot hold 0 rao. Give more than 0"),
        ("buy 1 --reserves 10:22000000", "--reserves (alpha): 22000000 is more than the 21 000 000"),
        ("buy 1 --reserves 10", "write the TAO and the alpha of the pool, such as 1000:4000"),
        ("buy 1", "a quote needs one state"),
        ("buy 1 --reserves 1:1 --vector pool/p000", "Give one of the three"),
        ("buy 1e9 --reserves 1:1", "'1e9' is no amount. Write it as 10, 10.5 or 10500000000rao"),
        ("buy 1.5rao --reserves 1:1", "1.5rao is finer than the chain counts: rao are whole numbers"),
        ("buy 0.0000000001 --reserves 1:1", "there are 9 decimals, the last of them a rao. Round it."),
        ("buy 21000000.1 --reserves 1:1", "is more than the 21 000 000"),
        ("hold 1 --reserves 1:1", "an order is to buy, sell or move"),
        ("buy 1 --reserves 1:1 --partial", "Give the limit price too: --limit"),
        ("buy 1 --reserves 1:1 --to 2", "--to names the subnet to which stake moves"),
        ("sell 1 --reserves 1:1 --hotkey 5", "Give both, --coldkey and --hotkey, or none"),
        ("buy 1 --reserves 1:1 --limit 1,2", "--limit: '1,2' is no amount"),
        ("buy 1 --reserves 1:1 --set FeRate/1=2", "there is no storage item 'FeRate' in this era; did you mean"),
        ("buy 1 --reserves 1:1 --set FeeRate/1", "write ENTRY=VALUE, such as FeeRate/1=33"),
        ("buy 1 --reserves 1:1 --set SubnetTAO/1=-5", "it must lie between 0 and"),
        ("buy 1 --state nowhere.json", "--state nowhere.json: cannot be read"),
        ("buy 1 --vector pool/p000 --step 100000", "Give 0 to"),
        ("buy 1 --vector launch/kernel/issuance/p0001", "a kernel has no state"),
    ],
)
def test_what_cannot_be_is_refused_with_a_remedy(dtao_command: Command, words: str, said: str) -> None:
    refused = dtao_command("quote", *words.split())
    assert refused.exit_code == 2
    assert refused.stderr.startswith("dtao: error: ")
    assert said in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_a_file_that_holds_no_state_is_refused(dtao_command: Command, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    for content, said in (
        ("[1]", "no object of entries"),
        ("{", "not JSON"),
        ('{"SubnetTAO/1": 1.5}', "decimal string"),
    ):
        file.write_text(content, encoding="utf-8")
        refused = dtao_command("quote", "buy", "1", "--state", file)
        assert (refused.exit_code, said in refused.stderr) == (2, True)
