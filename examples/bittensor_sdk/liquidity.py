"""Judges the offline helpers for liquidity of the ``bittensor`` SDK, 9.8 to 9.12, against the chain's arithmetic.

``python examples/bittensor_sdk/liquidity.py ask`` writes questions with the chain's answers; it needs dtao. Given these
on its standard input, ``liquidity.py judge`` asks the SDK of its own environment, and prints a table; it needs no dtao.
"""

import json
import math
import sys
from collections.abc import Iterator
from random import Random
from typing import Any

QUESTIONS = 5_000
SEED = 13
RAO_PER_TAO = 10**9
BITS = 64
WIDEST = 4_000
"""Ticks: a factor of 1.5 in price."""


def questions() -> Iterator[dict[str, Any]]:
    """Yield questions from a fixed seed, with the chain's answers: prices are those of subnets, 0.0005 to 1 TAO."""
    from dtao.rules.pools.concentrated import positions
    from dtao.rules.pools.concentrated.records import Position, Ranges
    from dtao.rules.pools.concentrated.sqrt_price import tick_within_bounds
    from dtao.units import Bits

    draws = Random(SEED)  # noqa: S311  # the same questions in every run
    for _ in range(QUESTIONS):
        price, liquidity = int(10 ** draws.uniform(5.7, 9)), int(10 ** draws.uniform(9, 14))
        root = Bits(math.isqrt((price << 2 * BITS) // RAO_PER_TAO))
        tick = tick_within_bounds(root)
        low, high = tick - draws.randrange(1, WIDEST), tick + draws.randrange(1, WIDEST)
        if draws.randrange(4) == 0:  # a position that the price is beyond
            high = low + (tick - low) // 2 + 1
        tao, alpha = positions.amounts(low, high, liquidity, root)
        earned = [draws.randrange(2**60) for _ in range(2)]
        before = [draws.randrange(each + 1) for each in earned]
        ranges = Ranges(is_initialized=True, sqrt_price=root, tick=tick, fees_tao=earned[0], fees_alpha=earned[1])
        around = Position(tick - 1, tick + 1, liquidity, *map(Bits, before))
        _, fee_tao, fee_alpha = positions.collect_fees(ranges, around)
        yield {
            "price": price, "tick": tick, "low": low, "high": high, "liquidity": liquidity,
            "amounts": [int(alpha), int(tao)], "earned": earned, "before": before,
            "fees": [int(fee_tao), int(fee_alpha)],
        }  # fmt: skip


def answers(asked: dict[str, Any]) -> dict[str, tuple[list[float], list[float]]]:
    """Return what the chain and the SDK say: ticks, amounts and fees."""
    from bittensor.utils.balance import Balance
    from bittensor.utils.liquidity import LiquidityPosition, calculate_fees, price_to_tick, tick_to_price

    nothing = Balance.from_rao(0)
    low, high = (Balance.from_tao(tick_to_price(asked[name])) for name in ("low", "high"))
    position = LiquidityPosition(1, low, high, Balance.from_rao(asked["liquidity"]), nothing, nothing, 1)
    current = Balance.from_rao(asked["price"])
    amounts = [int(amount.rao) for amount in position.to_token_amounts(current)]
    stored = {name: {"bits": bits} for name, bits in zip(("fees_tao", "fees_alpha"), asked["before"], strict=True)}
    growth = [bits / 2**BITS for bits in asked["earned"]]
    fees = calculate_fees({**stored, "liquidity": asked["liquidity"]}, *growth, 0.0, 0.0, 0.0, 0.0, 1)
    return {
        "tick of a price": ([asked["tick"]], [price_to_tick(asked["price"] / RAO_PER_TAO)]),
        "tick of a tick's own price": ([asked["low"]], [price_to_tick(tick_to_price(asked["low"]))]),
        "alpha and TAO of a position": (asked["amounts"], amounts),
        "fees of a position": (asked["fees"], [int(fee.rao) for fee in fees]),
    }


def judged(asked: list[dict[str, Any]]) -> Iterator[str]:
    """Yield a row for each kind of question: how many answers are wrong, too high and too low, and the most."""
    counted: dict[str, list[tuple[float, float]]] = {}
    for question in asked:
        for kind, (chain, sdk) in answers(question).items():
            counted.setdefault(kind, []).extend(zip(chain, sdk, strict=True))
    yield "| question | answers | wrong | too high | too low | largest difference | largest part |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for kind, pairs in counted.items():
        high, low = sum(sdk > chain for chain, sdk in pairs), sum(sdk < chain for chain, sdk in pairs)
        most = max(abs(sdk - chain) for chain, sdk in pairs)
        part = max(abs(sdk - chain) / abs(chain) for chain, sdk in pairs if chain)
        share = (high + low) / len(pairs)
        yield f"| {kind} | {len(pairs):,} | {share:.1%} | {high:,} | {low:,} | {most:,} | {part:.2g} |"


if __name__ == "__main__":
    if sys.argv[1:] == ["ask"]:
        json.dump(list(questions()), sys.stdout)
    else:
        print("\n".join(judged(json.load(sys.stdin))))
