"""Swaps: what a pool pays, what remains in it, and that nobody gains by the order of trades."""

from dtao_properties.proofs.lemma import IN_SUPPLY, SUPPLY, Lemma, assume
from dtao_properties.proofs.subjects import DEFAULT_STAKING_FEE, MINIMUM_POOL_LIQUIDITY, payout, remaining_reserve

ONE = 2**18
"""The raw bits of 1 in I110F18."""
TRADE = {"reserve_in": IN_SUPPLY, "reserve_out": IN_SUPPLY, "amount": IN_SUPPLY}


def paid(reserve_in: int, reserve_out: int, amount: int) -> int:
    """Return what a pool pays; assume that it trades."""
    result = payout(reserve_in, reserve_out, amount)
    assume(result is not None)
    assert result is not None  # noqa: S101  # for the type checker
    return result


def remainder_is_floored(reserve_in: int, reserve_out: int, amount: int, *, wrong: bool) -> list[bool]:
    """Compare what the paying reserve keeps with k / (R_in + x)."""
    kept, total = remaining_reserve(reserve_in, reserve_out, amount), reserve_in + amount
    assume(total > 0)
    exact = reserve_in * reserve_out * ONE
    return [kept * total >= exact] if wrong else [kept * total <= exact, exact < (kept + 1) * total]


def payout_is_exact_or_one_more(reserve_in: int, reserve_out: int, amount: int, *, wrong: bool) -> list[bool]:
    """Compare the payout y with the exact x·R_out / (R_in + x), both times (R_in + x)."""
    out, total = paid(reserve_in, reserve_out, amount), reserve_in + amount
    exact = reserve_out * amount
    if wrong:
        return [out * total <= exact]
    return [(out + 1) * total > exact, ONE * out * total < ONE * exact + total]


def product_hardly_falls(reserve_in: int, reserve_out: int, amount: int, *, wrong: bool) -> list[bool]:
    """Compare the product of the reserves after a trade with that before."""
    out, total = paid(reserve_in, reserve_out, amount), reserve_in + amount
    before, after = reserve_in * reserve_out, total * (reserve_out - out)
    if wrong:
        return [after >= before]
    return [ONE * after > ONE * before - total, after < before + total]


def liquidity_remains(reserve_in: int, reserve_out: int, amount: int, *, wrong: bool) -> list[bool]:
    """Look at the payout and at the reserve that paid."""
    out = paid(reserve_in, reserve_out, amount)
    return [out >= 0, reserve_out - out >= MINIMUM_POOL_LIQUIDITY + wrong]


def payout_rises_with_amount(reserve_in: int, reserve_out: int, amount: int, more: int, *, wrong: bool) -> list[bool]:
    """Compare the payouts of two amounts."""
    larger = paid(reserve_in, reserve_out, amount + more)
    smaller = paid(reserve_in, reserve_out, amount)
    return [larger > smaller] if wrong else [larger >= smaller]


def splitting_gains_at_most_one(
    reserve_in: int, reserve_out: int, amount: int, second: int, *, wrong: bool
) -> list[bool]:
    """Compare two trades with one of both amounts."""
    together = paid(reserve_in, reserve_out, amount + second)
    first = paid(reserve_in, reserve_out, amount)
    then = paid(reserve_in + amount, reserve_out - first, second)
    return [first + then <= together + (not wrong)]


def many_parts_keep_the_product(
    product: int, reserve_in: int, reserve_out: int, amount: int, trades: int, *, wrong: bool
) -> list[bool]:
    """Trade once more in a pool whose product has fallen by at most n steps of the incoming reserve."""
    assume(ONE * reserve_in * reserve_out >= ONE * product - trades * reserve_in)
    out, total = paid(reserve_in, reserve_out, amount), reserve_in + amount
    return [ONE * total * (reserve_out - out) >= ONE * product - (trades + (not wrong)) * total]


def round_trip_gains_little(reserve_in: int, reserve_out: int, amount: int, *, wrong: bool) -> list[bool]:
    """Buy, and sell at once what was bought; no fee."""
    total = reserve_in + amount
    bought = paid(reserve_in, reserve_out, amount)
    back = paid(reserve_out - bought, total, bought)
    if wrong:
        return [back <= amount]
    return [ONE * (back - amount) * reserve_out < reserve_out + total]


def round_trip_loses_with_fees(reserve_in: int, reserve_out: int, amount: int, *, wrong: bool) -> list[bool]:
    """Stake and unstake at once within the supply: the fees enter the TAO reserve after the swap, and one is paid."""
    total = reserve_in + amount
    assume(total + DEFAULT_STAKING_FEE <= SUPPLY)
    bought = paid(reserve_in, reserve_out, amount)
    back = paid(reserve_out - bought, total + DEFAULT_STAKING_FEE, bought)
    lost = amount + DEFAULT_STAKING_FEE - (back - DEFAULT_STAKING_FEE)
    return [lost >= (60_000 if wrong else 49_999)]


LEMMAS = (
    Lemma(
        "pool-remainder",
        "What the paying reserve keeps is k / (R_in + x), floored to 2^-18.",
        ("POOL-1",),
        remainder_is_floored,
        TRADE,
        "it is never below k / (R_in + x)",
    ),
    Lemma(
        "pool-payout",
        "The payout y of a swap is between floor(y_exact) and floor(y_exact + 2^-18): exact, or one more.",
        ("POOL-2", "POOL-3", "POOL-4"),
        payout_is_exact_or_one_more,
        TRADE,
        "it is never above y_exact",
    ),
    Lemma(
        "pool-product",
        "A swap lowers k by less than 2^-18 of the incoming reserve, and raises it by less than that reserve.",
        ("POOL-2",),
        product_hardly_falls,
        TRADE,
        "k never falls",
    ),
    Lemma(
        "pool-liquidity",
        "A payout is not negative and leaves at least 10^7 in the reserve that pays.",
        ("POOL-2",),
        liquidity_remains,
        TRADE,
        "it leaves at least 10^7 + 1",
    ),
    Lemma(
        "pool-monotone",
        "Who pays more in gets no less out.",
        ("POOL-2",),
        payout_rises_with_amount,
        TRADE | {"more": IN_SUPPLY},
        "who pays more gets more",
    ),
    Lemma(
        "pool-split",
        "Two swaps pay at most 1 more than one swap of both amounts.",
        ("POOL-2", "POOL-3", "POOL-4"),
        splitting_gains_at_most_one,
        TRADE | {"second": IN_SUPPLY},
        "two swaps never pay more than one",
    ),
    Lemma(
        "pool-split-many",
        "After n swaps in one direction k has fallen by at most n · 2^-18 of the incoming reserve.",
        ("POOL-2",),
        many_parts_keep_the_product,
        TRADE | {"product": (0, None), "trades": (0, None)},
        "one more swap costs nothing of k",
        by_hand="induction over n: n = 0 is the assumption with k itself, the lemma is the step. So up to 2^18 parts "
        "together pay at most 1 more than one swap, which pays more than R_out - k / (R_in + x) - 1.",
    ),
    Lemma(
        "pool-round-trip",
        "Buying and selling back returns less than 2^-18 · (1 + (R_in + x) / R_out) more than was paid; no fee.",
        ("POOL-3", "POOL-4"),
        round_trip_gains_little,
        TRADE,
        "it never returns more than was paid",
    ),
    Lemma(
        "pool-round-trip-fees",
        "Within the supply, staking and unstaking at once loses at least 49 999 rao: no round trip gains.",
        ("POOL-3", "POOL-4", "STAKE-3", "STAKE-4", "STAKE-5"),
        round_trip_loses_with_fees,
        TRADE,
        "it loses at least 60 000 rao",
        witness={"reserve_in": 10**8, "reserve_out": 10**15, "amount": 10**12},
    ),
)
