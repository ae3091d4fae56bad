"""All that ``dtao`` and ``dtao_lab`` export refuses nonsense in place of any argument: by InputError, and in a line."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import dtao
import dtao_lab
from dtao import InputError, presets
from dtao_lab import Order, convert, simulation
from dtao_lab.amounts import parsed_price

ERA = dtao.era("launch")
GENESIS = ERA.genesis()
MARKET = dtao_lab.market_of_reserves(ERA, [(10**12, 4 * 10**12)])
TRANSFER = ERA.call("transfer", "1", {"dest": "2", "value": "5"})
SCENARIO = 'title = "t"\n[start]\nera = "launch"\nsubnets = 1\n[run]\nblocks = 1\nsample = 1\n'
POOL = {"mechanism": 1, "tao_reserve": 10**12, "alpha_reserve": 10**12, "largest": 2**127 - 1}


NONSENSE: Mapping[str, Any] = {
    "-1": -1, "0": 0, "2**64": 2**64, "huge": 10**6_000, "1.0": 1.0, "1.5": 1.5, "nan": float("nan"),
    "inf": float("inf"), "text of 1": "1", "text of -1": "-1", "no text": "", "x": "x", "1e9": "1e9",
    "1e999999999": "1e999999999",
    "long": "9" * 6_000, "half a pair": "\ud800", "nul": "\0", "hex": f"0x{'f' * 64}", "None": None, "True": True,
    "False": False, "[1]": [1], "[]": [], "{}": {}, "()": (), "a set": {1}, "bytes": b"1", "object": object(),
    "a type": object, "1/2": Fraction(1, 2),
}  # fmt: skip
Case = tuple[Callable[..., object], Mapping[str, Any], Mapping[str, frozenset[str]]]
"""What is asked; arguments that are right; and beside them what else is right of each."""


def case(ask: Callable[..., object], given: Mapping[str, Any], **right: str) -> Case:
    return ask, given, {name: frozenset(words.split(", ")) for name, words in right.items()}


def order(**given: Any) -> object:
    return dtao_lab.quote(MARKET, Order(**given))


def written(item: str) -> Callable[[Any, Any], object]:
    return lambda key, value: ERA.set(GENESIS, item, {ERA.items()[item].keys[0]: key}, value)


ORDER = {"side": "buy", "amount": 10**9, "netuid": 1, "destination": None, "limit": None, "allow_partial": False,
         "hotkey": None, "coldkey": None}  # fmt: skip
CASES: Mapping[str, Case] = {
    "alpha_for_tao": case(dtao.alpha_for_tao, {**POOL, "tao": 10**9}, mechanism="0", tao_reserve="0", alpha_reserve="0",
                          tao="0", largest="2**64"),
    "tao_for_alpha": case(dtao.tao_for_alpha, {**POOL, "alpha": 10**9}, mechanism="0", tao_reserve="0",
                          alpha_reserve="0", alpha="0", largest="2**64"),
    "era": case(dtao.era, {"which": "launch"}),
    "load": case(dtao.load, {"flat": {}, "which": "launch"}, flat="{}"),
    "dump": case(dtao.dump, {"state": GENESIS}),
    "diff": case(dtao.diff, {"before": GENESIS, "after": GENESIS}),
    "migrate": case(dtao.migrate, {"state": GENESIS, "to": 244}),
    "Era.load": case(ERA.load, {"flat": {}}, flat="{}"),
    "Era.dump": case(ERA.dump, {"state": GENESIS}),
    "Era.diff": case(ERA.diff, {"before": GENESIS, "after": GENESIS}),
    "Era.get": case(ERA.get, {"state": GENESIS, "item": "BlockNumber"}),
    "Era.get a netuid": case(lambda key: ERA.get(GENESIS, "SubnetTAO", key), {"key": 1}, key="0, text of 1"),
    "Era.get an account": case(lambda key: ERA.get(GENESIS, "Balance", key), {"key": 1}, key="0, 2**64, text of 1"),
    "Era.set": case(ERA.set, {"state": GENESIS, "item": "BlockNumber", "keys": {}, "value": "1"}, keys="{}",
                    value="text of 1, None"),
    "Era.set SubnetTAO": case(written("SubnetTAO"), {"key": 1, "value": "5"}, key="0, text of 1",
                              value="text of 1, None"),
    "Era.set Tempo": case(written("Tempo"), {"key": 1, "value": 5}, key="0, text of 1", value="0, None"),
    "Era.set Balance": case(written("Balance"), {"key": "1", "value": "5"}, key="0, 2**64, text of 1",
                            value="text of 1, None"),
    "Era.call": case(ERA.call, {"name": "transfer", "signer": "1", "args": {"dest": "2", "value": "5"}},
                     signer="text of 1, None"),
    "Era.call of a value": case(lambda dest, value: ERA.call("transfer", "1", {"dest": dest, "value": value}),
                                {"dest": "2", "value": "5"}, dest="text of 1", value="text of 1"),
    "Era.apply": case(ERA.apply, {"state": GENESIS, "call": TRANSFER}),
    "Era.step": case(ERA.step, {"state": GENESIS, "blocks": 1}, blocks="0"),
    "Era.phase": case(ERA.phase, {"state": GENESIS, "name": "advance_block_number", "args": {}}, args="{}"),
    "Era.read": case(ERA.read, {"state": GENESIS, "name": "get_alpha_price", "args": {"netuid": 1}}),
    "Era.read of a netuid": case(lambda netuid: ERA.read(GENESIS, "get_alpha_price", {"netuid": netuid}), {"netuid": 1},
                                 netuid="0"),
    "Era.price": case(ERA.price, {"state": GENESIS, "netuid": 1}, netuid="0"),
    "Era.sim_swap_tao_for_alpha": case(ERA.sim_swap_tao_for_alpha, {"state": GENESIS, "netuid": 1, "amount": 1},
                                       netuid="0", amount="0"),
    "Era.sim_swap_alpha_for_tao": case(ERA.sim_swap_alpha_for_tao, {"state": GENESIS, "netuid": 1, "amount": 1},
                                       netuid="0", amount="0"),
    "calls.Transfer": case(dtao.calls.Transfer, {"signer": 1, "dest": 2, "value": 3},
                           signer="0, 2**64, text of 1, None", dest="0, 2**64, text of 1", value="0"),
    "presets.with_pools": case(presets.with_pools, {"which": "launch", "reserves": [(1, 1)]}, reserves="[], ()"),
    "presets.with_pools of a pair": case(lambda pair: presets.with_pools("launch", [pair]), {"pair": (1, 1)}),
    "presets.with_pools of rao": case(lambda tao: presets.with_pools("launch", [(tao, 1)]), {"tao": 1}),
    "presets.of_era": case(presets.of_era, {"which": "launch"}),
    "presets.mainnet": case(presets.mainnet, {"which": "launch"}),
    "presets.mainnet_launch": case(presets.mainnet_launch,
                                   {"subnets": 2, "root_stake": 10**15, "issuance": 2 * 10**15}),
    "parsed_amount": case(dtao_lab.parsed_amount, {"text": "1"}, text="text of 1"),
    "parsed_price": case(parsed_price, {"text": "1"}, text="text of 1"),
    "Market": case(dtao_lab.Market, {"era": ERA, "state": GENESIS}),
    "Market.require": case(MARKET.require, {"netuid": 1}, netuid="0"),
    "market_of_file": case(dtao_lab.market_of_file, {"era": None, "path": "none.json"}, era="None"),
    "market_of_reserves": case(dtao_lab.market_of_reserves, {"era": ERA, "reserves": [(1, 1)]}, reserves="[], ()"),
    "market_of_state": case(dtao_lab.market_of_state, {"era": ERA, "flat": {}}, flat="{}"),
    "quote": case(dtao_lab.quote, {"market": MARKET, "order": Order("buy", 10**9)}),
    "Order": case(order, ORDER, amount="0", netuid="0", destination="None", limit="0, None", hotkey="0, 2**64, None",
                  coldkey="None", allow_partial="False"),
    "Order of somebody": case(order, {**ORDER, "limit": 10**9, "hotkey": 1, "coldkey": 2}, amount="0", netuid="0",
                              destination="None", limit="0, None", hotkey="0, 2**64", coldkey="0, 2**64, None",
                              allow_partial="True, False"),
    "account": case(convert.account, {"text": "1"}, text="0, 2**64, text of 1, hex"),
    "ss58": case(convert.ss58, {"number": 1}, number="0, 2**64"),
    "hexadecimal": case(convert.hexadecimal, {"number": 1}, number="0, 2**64"),
    "number_of": case(convert.number_of, {"value": 1, "form": "I96F32"}, value="-1, 0, 2**64, text of 1, text of -1"),
    "bits_of": case(convert.bits_of, {"number": 1, "form": "I96F32"},
                    number="-1, 0, 2**64, text of 1, text of -1, 1e9, 1/2"),
    "of_text": case(simulation.of_text, {"content": SCENARIO}),
    "of_file": case(simulation.of_file, {"path": "none.toml"}),
    "simulated": case(lambda scenario: list(simulation.simulated(scenario)),
                      {"scenario": simulation.of_text(SCENARIO)[0]}),
}  # fmt: skip
ASKED = [(name, argument) for name, (_, given, _) in CASES.items() for argument in given]
RECORDS = frozenset({"ERAS", "ROOT", "AccountId", "Alpha", "Bits", "BlockNumber", "InputError", "Item", "NetUid",
                     "Outcome", "Rao", "Rejection", "Shares", "State", "Uid", "UnknownName", "events", "Fee", "Price",
                     "Quote", "Sample", "Scenario"})  # fmt: skip
"""What is exported and takes nothing from a user: types, constants, and what functions return."""


@pytest.mark.parametrize(("name", "argument"), ASKED, ids=lambda part: str(part).replace(" ", "-"))
def test_nonsense_in_place_of_an_argument_is_refused(name: str, argument: str) -> None:
    ask, given, right = CASES[name]
    accepted, wordy = [], []
    for kind, value in NONSENSE.items():
        try:
            ask(**{**given, argument: value})
        except InputError as refusal:
            said = str(refusal)
            if len(said) > 2_500 or "\n" in said or "Error" in said:
                wordy.append((kind, said[:200]))
        else:
            accepted.append(kind)
    assert set(accepted) <= right.get(argument, frozenset())
    assert wordy == []


MISSING = ("market_of_file", "of_file")
"""What is asked for a file that does not exist."""


@pytest.mark.parametrize("name", [name for name in CASES if name not in MISSING])
def test_what_is_right_is_taken(name: str) -> None:
    ask, given, right = CASES[name]
    ask(**given)
    for argument, kinds in right.items():
        for kind in kinds:
            ask(**{**given, argument: NONSENSE[kind]})


def test_every_function_that_is_exported_is_asked() -> None:
    asked = {name.partition(" ")[0] for name in CASES}
    exported = {*dtao.__all__, *dtao_lab.__all__, *simulation.__all__} - RECORDS - {"calls", "presets"}
    exported |= {f"presets.{name}" for name in ("with_pools", "of_era", "mainnet", "mainnet_launch")}
    methods = {name for name, value in vars(dtao.Era).items() if callable(value) and not name.startswith("_")}
    exported |= {f"Era.{name}" for name in methods - {"genesis", "items", "migration"}}
    assert exported - {"Era"} <= asked


def test_a_file_may_be_named_by_its_text(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text('{"BlockNumber": "7"}')
    assert dtao_lab.market_of_file(None, str(tmp_path / "state.json")).state.block_number == 7
    (tmp_path / "s.toml").write_text(SCENARIO)
    assert simulation.of_file(str(tmp_path / "s.toml"))[0].title == "t"
