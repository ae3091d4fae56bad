"""Judges offline quotes of public clients against the weighted pools of 425.

``python examples/bittensor_sdk/weighted.py ask`` writes questions with the chain's answers; it needs dtao. Given these
on its standard input, ``weighted.py judge sdk``, ``weighted.py judge cli`` and ``weighted.py judge simulator CHECKOUT``
ask the client in their own environment, and print a table; they need no dtao.
"""

import json
import sys
from collections.abc import Callable, Iterator
from random import Random
from statistics import median
from typing import Any

QUESTIONS = 2_000
SEED = 425
RAO_PER_TAO = 10**9
WHOLE = 10**18
"""Weights are parts of it."""
KINDS = (
    ("equal weights", 0.5, 0.5),
    ("TAO weighs 0.48 to 0.52", 0.48, 0.52),
    ("TAO weighs 0.3 to 0.7", 0.3, 0.7),
)
"""Kinds of pools, with the least and the greatest weight of TAO."""
Client = Callable[[int, int, bool, int], int]
"""Returns what a trade pays out by its quote, from the reserves of TAO and alpha, whether it buys alpha, the amount."""


def questions() -> Iterator[dict[str, Any]]:
    """Yield questions from a fixed seed with the chain's answers: pools as on mainnet, trades up to a tenth of them."""
    import dtao

    era, draws = dtao.era(425), Random(SEED)  # noqa: S311  # the same questions in every run
    genesis = era.genesis()
    for kind, low, high in KINDS:
        for number in range(QUESTIONS):
            tao, alpha = (int(10 ** draws.uniform(12, 15)) for _ in range(2))
            weight = WHOLE // 2 if low == high else int(draws.uniform(low, high) * WHOLE)
            buy = number % 2 == 0
            amount = int((tao if buy else alpha) * 10 ** draws.uniform(-6, -1))
            state = genesis
            for item, value in (
                ("SubnetTAO", str(tao)), ("SubnetAlphaIn", str(alpha)), ("SwapBalancer", str(weight)),
                ("PalSwapInitialized", True),
            ):  # fmt: skip
                state = era.set(state, item, {"netuid": 1}, value)
            answer: Any = era.read(state, "sim_swap", {"netuid": 1, "buy": buy, "amount": str(amount)})
            paid_out = answer[1]
            yield {"kind": kind, "tao": tao, "alpha": alpha, "buy": buy, "amount": amount, "chain": int(paid_out)}


def of_sdk() -> Client:
    """Ask ``DynamicInfo`` of the package ``bittensor``."""
    from bittensor.core.chain_data import DynamicInfo
    from bittensor.utils.balance import Balance

    return _of_dynamic_info(DynamicInfo, Balance)


def of_cli() -> Client:
    """Ask ``DynamicInfo`` of the package ``bittensor-cli``."""
    from bittensor_cli.src.bittensor.balances import Balance
    from bittensor_cli.src.bittensor.chain_data import DynamicInfo

    return _of_dynamic_info(DynamicInfo, Balance)


def _of_dynamic_info(dynamic_info: Any, balance: Any) -> Client:
    def quoted(tao: int, alpha: int, buy: bool, amount: int) -> int:
        info = object.__new__(dynamic_info)
        info.netuid, info.is_dynamic, info.k = 1, True, tao * alpha
        info.tao_in, info.alpha_in = balance.from_rao(tao), balance.from_rao(alpha).set_unit(1)
        info.price = balance.from_tao(tao / alpha)
        unit = balance.from_rao(amount) if buy else balance.from_rao(amount).set_unit(1)
        quote = info.tao_to_alpha_with_slippage if buy else info.alpha_to_tao_with_slippage
        return int(quote(unit)[0].rao)

    return quoted


def of_simulator(checkout: str) -> Client:
    """Ask the pool of the simulator whose files are in a folder."""
    from decimal import Decimal

    sys.path.insert(0, checkout)
    from src.core.amm_pool import AMMPool  # type: ignore[import-not-found]

    def quoted(tao: int, alpha: int, buy: bool, amount: int) -> int:
        given, spent = (Decimal(part) / RAO_PER_TAO for part in (alpha, amount))
        pool = AMMPool(given, Decimal(tao) / RAO_PER_TAO)
        any_slippage = Decimal(10**9)
        if buy:
            received = pool.swap_tao_for_dtao(spent, any_slippage)["dtao_received"]
        else:
            received = pool.swap_dtao_for_tao(spent, any_slippage)["tao_received"]
        return int(received * RAO_PER_TAO)

    return quoted


def judged(asked: list[dict[str, Any]], quoted: Client) -> Iterator[str]:
    """Yield a row for each kind of pool and side: how many quotes are too high and too low, and by what part."""
    yield "| pools | side | quotes | too high | too low | median difference | largest difference |"
    yield "|---|---|--:|--:|--:|--:|--:|"
    for kind, *_ in KINDS:
        for buy in (True, False):
            rows = [one for one in asked if one["kind"] == kind and one["buy"] is buy]
            said = [(one, quoted(one["tao"], one["alpha"], buy, one["amount"])) for one in rows]
            high = sum(client > one["chain"] for one, client in said)
            low = sum(client < one["chain"] for one, client in said)
            parts = [abs(client - one["chain"]) / one["chain"] for one, client in said if one["chain"]]
            yield (
                f"| {kind} | {'buy' if buy else 'sell'} | {len(said):,} | {high:,} | {low:,} | {median(parts):.3%} |"
                f" {max(parts):.2%} |"
            )


def main(args: list[str]) -> None:
    """Ask or judge, as told."""
    if args == ["ask"]:
        json.dump(list(questions()), sys.stdout)
        return
    clients: dict[str, Callable[..., Client]] = {"sdk": of_sdk, "cli": of_cli, "simulator": of_simulator}
    if len(args) < 2 or args[0] != "judge" or args[1] not in clients or (args[1] == "simulator") != (len(args) == 3):
        sys.exit("weighted.py ask | judge sdk | judge cli | judge simulator CHECKOUT")
    client = clients[args[1]](*args[2:])
    print("\n".join(judged(json.load(sys.stdin), client)))


if __name__ == "__main__":
    main(sys.argv[1:])
