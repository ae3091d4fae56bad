"""The quotes of a subnet's pool as of version 425, written from SPEC.md alone: an adapter of one file, level quote.

It needs no package: ``dtao smoke --era 425 --level quote --adapter "cmd:python examples/weighted/adapter.py"``. Powers
are computed by :mod:`decimal` with 60 digits and floored to 18, as the rule says, not by the chain's series. ``--bug
one-rao`` plants a bug: a swap pays one unit too much.
"""

import json
import sys
from collections.abc import Callable
from decimal import ROUND_FLOOR, Context, Decimal
from typing import Any

WHOLE = 10**18
"""Weights and powers are counted in these."""
ONE = 2**64
"""The raw bits of 1 in U64F64."""
U64, U128 = 2**64 - 1, 2**128 - 1
TAO = 10**9
U16 = 65_535
LOWEST, HIGHEST = 1_000, 10**15
"""The limit prices of a swap without one, in rao per alpha."""
DIGITS = Context(prec=60, Emax=10**9, Emin=-(10**9))
PALLET = 'Err:Module(ModuleError {{ index: 10, error: [{}, 0, 0, 0], message: Some("{}") }})'
NUMBERS = {"PriceLimitExceeded": 3, "ReservesTooLow": 7, "SwapInputTooLarge": 14}
"""The errors of the swap pallet."""
BUG = sys.argv[sys.argv.index("--bug") + 1] if "--bug" in sys.argv else ""


class Refused(Exception):
    """Why a pool does not swap, by the runtime's name."""


class Pool:
    """A subnet's pool, read from the flat state."""

    def __init__(self, state: dict[str, Any], netuid: int) -> None:
        def entry(name: str, default: Any) -> Any:
            return state.get(f"{name}/{netuid}", default)

        self.exists = bool(entry("NetworksAdded", False))
        mechanism = entry("SubnetMechanism", 0)
        self.is_dynamic, self.is_stable = mechanism == 1, netuid == 0 or mechanism == 0
        self.tao, self.alpha = int(entry("SubnetTAO", 0)), int(entry("SubnetAlphaIn", 0))
        self.rate = int(entry("FeeRate", 33))
        self.moving = int(entry("SubnetMovingPrice", 0))
        self.quote = int(entry("SwapBalancer", WHOLE // 2))
        """The weight of TAO."""
        self.begins = self.quote if entry("PalSwapInitialized", False) else WHOLE // 2
        """That with which a swap begins: the first forgets what blocks made of it (POOL-34)."""

    def price(self) -> int:
        """PRICE-1."""
        return ONE if not self.is_dynamic else price_of(self.quote, self.tao, self.alpha)


def price_of(quote: int, tao: int, alpha: int) -> int:
    if not quote or not alpha:
        return 0
    return min(((WHOLE - quote) * ONE // quote) * (tao * ONE // alpha) // ONE, U128)


def power(up: int, down: int, exponent: int, root: int) -> int:
    """POOL-31: (up / down) ** (exponent / root), floored to 10^-18."""
    if up == 0:
        return 0
    if up == down:
        return WHOLE
    if exponent == root:
        return up * WHOLE // down
    logarithm = DIGITS.ln(DIGITS.divide(Decimal(up), Decimal(down)))
    raised = DIGITS.exp(DIGITS.divide(DIGITS.multiply(logarithm, Decimal(exponent)), Decimal(root)))
    return int(DIGITS.multiply(raised, WHOLE).to_integral_value(ROUND_FLOOR))


def paid_out(quote: int, buys: bool, into: int, out: int, amount: int) -> int:
    """POOL-32."""
    after = min(into + amount, U64)
    enters, leaves = (quote, WHOLE - quote) if buys else (WHOLE - quote, quote)
    left = power(into, after, enters, leaves) * ONE // WHOLE if after else 0
    return out * max(ONE - left, 0) // ONE


def swap(pool: Pool, buys: bool, amount: int, limit: int) -> tuple[int, int, int]:
    """POOL-34: what is paid in, what is paid out, and the fee."""
    into, out = (pool.tao, pool.alpha) if buys else (pool.alpha, pool.tao)
    quote, bits = pool.begins, limit * ONE // TAO
    fee = amount * pool.rate // U16 if pool.is_dynamic else 0  # POOL-12
    taken = amount - fee
    if taken > min(1_000 * into, U64):
        raise Refused("SwapInputTooLarge")
    if out < 1_000_000:
        raise Refused("ReservesTooLow")
    now = price_of(quote, pool.tao, pool.alpha) if pool.is_dynamic else ONE
    if now >= bits if buys else now <= bits:
        raise Refused("PriceLimitExceeded")
    paid = paid_out(quote, buys, into, out, taken)
    grown = min(into + taken, U64)
    reached = price_of(quote, grown, out - paid) if buys else price_of(quote, out - paid, grown)
    if reached > bits if buys else reached < bits:
        ends, weight = ((bits, now), WHOLE - quote) if buys else ((now, bits), quote)
        factor = min(power(*ends, weight, WHOLE), U64) * ONE // WHOLE  # POOL-33
        taken = min(into * max(factor - ONE, 0), U128) // ONE
        fee = taken * pool.rate // (U16 - pool.rate)
        paid = paid_out(quote, buys, into, out, taken)
    if taken and not paid:
        raise Refused("ReservesTooLow")
    return taken, paid + (BUG == "one-rao"), fee


def sim_swap(state: dict[str, Any], netuid: int, buy: bool, amount: str) -> Any:
    """POOL-3 and POOL-4."""
    pool = Pool(state, netuid)
    if not pool.exists:
        return ["0", "0", "0", "0"]
    if not pool.is_dynamic:
        return [amount, amount, "0", "0"]
    try:
        taken, paid, fee = swap(pool, buy, int(amount), HIGHEST if buy else LOWEST)
    except Refused as refusal:
        return f"Err:{refusal}"
    return [str(taken), str(paid), str(fee), str(fee if taken else 0)]


def most(pool: Pool, buys: bool, limit: int) -> int:
    """POOL-5 and POOL-6: the most that a limit price allows."""
    if pool.is_stable:
        return U64 if (limit >= TAO if buys else limit <= TAO) else 0
    taken, _, fee = swap(pool, buys, min(1_000 * (pool.tao if buys else pool.alpha), U64), limit)
    return min(taken + fee, U64)


def most_between(origin: Pool, destination: Pool, limit: int) -> int:
    """MOVE-7 and POOL-8: the most that may move until the ratio of two prices is at a limit."""
    if origin.is_stable and destination.is_stable:
        return 0 if limit > TAO else U64
    if origin.is_stable:
        return U64 if limit == 0 else most(destination, True, min(TAO * ONE // limit * TAO, U128) // ONE)
    if destination.is_stable:
        return most(origin, False, limit)
    prices = origin.price(), destination.price()
    ratio = prices[0] * ONE // prices[1] if prices[1] else 0
    ratio = ratio if ratio <= U128 else 0
    bits = limit * ONE // TAO
    if 0 in (origin.tao, origin.alpha, destination.tao, destination.alpha) or bits > ratio:
        return 0
    if limit == 0:
        return U64
    total = min((origin.tao + destination.tao) * ONE, U128)
    parts = origin.tao * ONE * ONE // total, destination.tao * ONE * ONE // total
    kept = destination.alpha * parts[0] * ONE // bits if bits else 0
    kept = (kept if kept <= U128 else 0) - origin.alpha * parts[1]
    return min(max(kept, 0) // ONE, U64)


def or_error(asked: Callable[[], int]) -> str:
    try:
        return str(asked())
    except Refused as refusal:
        return PALLET.format(NUMBERS[str(refusal)], refusal)


READS: dict[str, Callable[..., Any]] = {
    "sim_swap": sim_swap,
    "current_price": lambda state, netuid: str(Pool(state, netuid).price()),
    "get_moving_alpha_price": lambda state, netuid: (
        str(ONE) if Pool(state, netuid).is_stable else str(Pool(state, netuid).moving << 32)
    ),
    "get_max_amount_add": lambda state, netuid, limit_price: or_error(
        lambda: most(Pool(state, netuid), True, int(limit_price))
    ),
    "get_max_amount_remove": lambda state, netuid, limit_price: or_error(
        lambda: most(Pool(state, netuid), False, int(limit_price))
    ),
    "get_max_amount_move": lambda state, origin_netuid, destination_netuid, limit_price: or_error(
        lambda: most_between(Pool(state, origin_netuid), Pool(state, destination_netuid), int(limit_price))
    ),
}
ABOUT = {
    "name": "weighted-pools", "language": "Python", "version": "1.0.0", "protocol": 1, "eras": ["425"],
    "levels": ["quote"],
    "items": ["NetworksAdded", "SubnetMechanism", "SubnetTAO", "SubnetAlphaIn", "SubnetMovingPrice", "FeeRate",
              "SwapBalancer", "PalSwapInitialized"],
}  # fmt: skip


def main() -> None:
    """Answer one request a line."""
    state: dict[str, Any] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["do"] == "hello":
            reply: dict[str, Any] = {"value": ABOUT}
        elif asked["do"] == "load":
            state, reply = asked["state"], {"ok": True}
        elif asked["do"] == "stop":
            reply = {"ok": True}
        elif asked["do"] == "read" and asked["read"] in READS:
            reply = {"value": READS[asked["read"]](state, **asked["args"])}
        else:
            reply = {"skipped": f"only quotes are answered, not {asked['do']}"}
        print(json.dumps({"seq": asked["seq"], **reply}), flush=True)


main()
