"""Emission: no part is more than it should be, and the parts of a whole never exceed it."""

from dtao_properties.proofs.lemma import U64, Lemma, assume, step
from dtao_properties.proofs.lemmas.issuance import LAST_HALVING
from dtao_properties.proofs.subjects import (
    DEFAULT_BLOCK_EMISSION,
    I96F32,
    TOTAL_SUPPLY,
    U16_MAX,
    U64_MAX,
    alpha_injection,
    blocks_until_next_epoch,
    emit,
    owner_cut_proportion,
    price,
    root_alpha,
    root_proportion,
    tao_emission,
    tao_weight,
)
from dtao_properties.proofs.words import emitting

ONE = I96F32.one
BLOCK = (0, DEFAULT_BLOCK_EMISSION)
"""rao that a block emits."""
PRICE = (0, TOTAL_SUPPLY * ONE)
"""Every price that a pool within the supply can have."""
SUM = (1, I96F32.max_bits)
RESERVE = (1, TOTAL_SUPPLY)


def due_is_floored(block: int, moving: int, prices: int, *, wrong: bool) -> list[bool]:
    """Compare what a subnet is due with E · P / sum P."""
    due = tao_emission(block * ONE, moving, prices)
    exact = block * ONE * moving
    return [exact <= due * prices] if wrong else [due * prices <= exact, exact < (due + 1) * prices]


def dues_stay_within_the_block(
    block: int, moving: int, before: int, spent: int, prices: int, *, wrong: bool
) -> list[bool]:
    """Give to one more subnet: what is spent stays within the part of the prices so far, and loses less than 1 each."""
    assume(before + moving <= prices)
    assume(spent * prices <= block * before)
    after = spent + (tao_emission(block * ONE, moving, prices) >> 32)
    lost = block * (before + moving) - after * prices - (block * before - spent * prices)
    return [lost <= 0] if wrong else [after * prices <= block * (before + moving), lost < prices]


def injection_is_capped(due: int, price: int, emission: int, *, wrong: bool) -> list[bool]:
    """Compare the alpha beside the TAO with what it is worth, and with the emission."""
    injected = alpha_injection(due, price, emission * ONE)
    if wrong:
        return [injected * price >= due * ONE]
    keeps = injected == emission * ONE or due * ONE < (injected + 1) * price
    return [injected >= 0, injected <= emission * ONE, injected * price <= due * ONE or price == 0, keeps]


def injection_keeps_the_price(tao: int, alpha: int, due: int, emission: int, *, wrong: bool) -> list[bool]:
    """Compare the price before and after an injection that is not capped, times the alpha after it."""
    before = price(False, 1, tao, alpha)
    assume(before > 0)
    injected = alpha_injection(due, before, emission * ONE)
    assume(injected < emission * ONE)
    reserve = alpha + (injected >> 32)
    change = price(False, 1, tao + (due >> 32), reserve) - before
    return (
        [change >= 0] if wrong else [(change + 1) * reserve > -ONE, (change - 1) * reserve * ONE < before * (ONE + 1)]
    )


def cut_is_a_part(setting: int, *, wrong: bool) -> list[bool]:
    """Compare the owner's part with setting / 65 535."""
    bits = owner_cut_proportion(setting)
    return (
        [bits < ONE] if wrong else [bits <= ONE, bits * U16_MAX <= setting * ONE, setting * ONE < (bits + 1) * U16_MAX]
    )


def weight_is_a_part(setting: int, *, wrong: bool) -> list[bool]:
    """Compare the TAO weight with setting / (2^64 - 1)."""
    bits = tao_weight(setting)
    return (
        [bits < ONE] if wrong else [bits <= ONE, bits * U64_MAX <= setting * ONE, setting * ONE < (bits + 1) * U64_MAX]
    )


def proportion_is_a_part(root: int, setting: int, issued: int, *, wrong: bool) -> list[bool]:
    """Compare the root proportion, of the floored weight, with the exact one."""
    weighted = root * tao_weight(setting)
    part = root_proportion(weighted, issued)
    total = weighted + issued * ONE
    if wrong:
        return [part < ONE]
    if total == 0:
        return [part == 0]
    return [part >= 0, part <= ONE, part * total <= weighted * ONE, weighted * ONE < (part + 1) * total]


def parts_add_up(emitted: int, setting: int, root: int, weight: int, issued: int, *, wrong: bool) -> list[bool]:
    """Divide a subnet's alpha as a block does: the owner cut, what is sold for root, and the rest, each in whole."""
    emission = emitted * ONE
    cut = emission * owner_cut_proportion(setting) >> 32
    shared = emission - cut
    sold = root_alpha(root_proportion(root * tao_weight(weight), issued), shared)
    parts = (cut >> 32) + (sold >> 32) + (shared - sold >> 32)
    if wrong:
        return [parts >= emitted - 1]
    return [cut >= 0, sold >= 0, 2 * sold <= shared, parts <= emitted, parts >= emitted - 2]


def block_conserves(
    tao: int,
    alpha_in: int,
    alpha_out: int,
    moving: int,
    root: int,
    cut: int,
    weight: int,
    halvings: int,
    *,
    wrong: bool,
) -> list[bool]:
    """Emit to one subnet, as the block step does, and balance what it has and what is pending before and after."""
    left = TOTAL_SUPPLY - alpha_in - alpha_out
    assume(left > 0)
    assume(left << halvings <= TOTAL_SUPPLY)
    step(TOTAL_SUPPLY // left >= 1 << halvings)
    if halvings < LAST_HALVING:
        assume(left << (halvings + 1) > TOTAL_SUPPLY)
        step(TOTAL_SUPPLY // left < 2 << halvings)
    context = emitting(tao, alpha_in, alpha_out, moving, root, cut, weight)
    issuance, stake = context.total_issuance, context.total_stake
    context.emission = DEFAULT_BLOCK_EMISSION * ONE
    emit(context)
    (subnet,) = context.subnets
    created = subnet.alpha_in + subnet.alpha_out - alpha_in - alpha_out
    pending = subnet.pending_owner_cut + subnet.pending_emission + subnet.pending_alpha_swapped
    lost = subnet.alpha_out_emission - pending
    return [
        created == subnet.alpha_in_emission + subnet.alpha_out_emission,
        subnet.tao == tao + subnet.tao_in_emission - subnet.pending_root_divs,
        subnet.volume == subnet.pending_root_divs,
        context.total_issuance == issuance + subnet.tao_in_emission,
        context.total_stake == stake + subnet.tao - tao,
        subnet.tao_in_emission <= DEFAULT_BLOCK_EMISSION,
        subnet.alpha_in_emission <= subnet.alpha_out_emission,
        subnet.alpha_in + subnet.alpha_out <= TOTAL_SUPPLY,
        lost >= 0,
        lost <= (1 if wrong else 2),
    ]


def epoch_is_near(netuid: int, tempo: int, block: int, *, wrong: bool) -> list[bool]:
    """Look at the blocks until the next epoch, in this block and in the next."""
    now, then = (blocks_until_next_epoch(netuid, tempo, number) for number in (block, block + 1))
    if tempo == 0:
        return [now == U64_MAX]
    if wrong:
        return [then == now - 1]
    return [now >= 0, now <= tempo, then == (now - 1 if now > 0 else tempo)]


SPLIT = {
    "emitted": BLOCK,
    "setting": (0, U16_MAX),
    "root": (0, TOTAL_SUPPLY),
    "weight": U64,
    "issued": (0, TOTAL_SUPPLY),
}
LEMMAS = (
    Lemma(
        "emit-due",
        "What a subnet is due is E · P / sum P, floored to 2^-32: the product of whole rao and a price is exact.",
        ("EMIT-1",),
        due_is_floored,
        {"block": BLOCK, "moving": PRICE, "prices": SUM},
        "it is never below",
    ),
    Lemma(
        "emit-sum",
        "The TAO that n subnets receive is at most the block's emission, and less than n rao below their part of it.",
        ("EMIT-1",),
        dues_stay_within_the_block,
        {"block": BLOCK, "moving": PRICE, "before": SUM, "spent": U64, "prices": SUM},
        "nothing is lost",
        by_hand="induction over the subnets: before the first, nothing is spent; the lemma is the step. With all of "
        "them, before + moving is the sum of prices.",
    ),
    Lemma(
        "emit-injection",
        "The alpha injected is at most the emission and at most e / p; it is one of the two, floored to 2^-32.",
        ("EMIT-2",),
        injection_is_capped,
        {"due": (0, DEFAULT_BLOCK_EMISSION * ONE), "price": PRICE, "emission": BLOCK},
        "it is always worth what is due",
    ),
    Lemma(
        "emit-injection-price",
        "An injection that is not capped, each side truncated, lowers the price by less than 2^-32 + 1 / A' and raises "
        "it by less than 2^-32 + p(1 + 2^-32) / A', where A' is the alpha after it.",
        ("EMIT-2", "PRICE-1"),
        injection_keeps_the_price,
        {"tao": RESERVE, "alpha": RESERVE, "due": (0, DEFAULT_BLOCK_EMISSION * ONE), "emission": BLOCK},
        "it never lowers it",
        witness={"tao": 140_892, "alpha": 596_854, "due": 4_439_981_603_780, "emission": 10**6},
    ),
    Lemma(
        "emit-cut",
        "The owner's part is setting / 65 535, floored to 2^-32, at most 1.",
        ("EMIT-4",),
        cut_is_a_part,
        {"setting": (0, U16_MAX)},
        "it is less than 1",
    ),
    Lemma(
        "emit-weight",
        "The TAO weight is setting / (2^64 - 1), floored to 2^-32, at most 1.",
        ("EMIT-5",),
        weight_is_a_part,
        {"setting": U64},
        "it is less than 1",
    ),
    Lemma(
        "emit-root",
        "The root proportion is floored to 2^-32, of the floored weight; it is between 0 and 1, and 0 of nothing.",
        ("EMIT-5", "EMIT-6"),
        proportion_is_a_part,
        {"root": (0, TOTAL_SUPPLY), "setting": U64, "issued": (0, TOTAL_SUPPLY)},
        "it is less than 1",
    ),
    Lemma(
        "emit-split",
        "Owner cut, sold alpha and the rest are at most the alpha emission together, and at most 2 alpha rao less.",
        ("EMIT-4", "EMIT-5", "EMIT-6", "EMIT-7"),
        parts_add_up,
        SPLIT,
        "at most 1 less",
    ),
    Lemma(
        "emit-block",
        "In a block at full emission, a dynamic subnet that is alone and has less than 21e15 alpha gains the alpha "
        "that is injected and emitted and stays within 21e15; its TAO, total issuance and total stake change by what "
        "it receives and what root's swap pays; at most 2 alpha rao belong to nobody.",
        ("BLOCK-2", "BLOCK-3", "EMIT-1", "EMIT-2", "EMIT-4", "EMIT-5", "EMIT-6", "EMIT-7", "ISS-1", "POOL-2"),
        block_conserves,
        {
            "tao": (0, TOTAL_SUPPLY),
            "alpha_in": (0, TOTAL_SUPPLY),
            "alpha_out": (0, TOTAL_SUPPLY),
            "moving": PRICE,
            "root": (0, TOTAL_SUPPLY),
            "cut": (0, U16_MAX),
            "weight": U64,
        },
        "at most 1 is lost",
        tuple({"halvings": halvings} for halvings in range(LAST_HALVING + 1)),
    ),
    Lemma(
        "epoch-slot",
        "An epoch is at most a tempo away, comes nearer by one every block, and is a tempo away after it was due.",
        ("BLOCK-1",),
        epoch_is_near,
        {"netuid": (0, U16_MAX), "tempo": (0, U16_MAX), "block": (0, 2**63)},
        "it comes nearer by one, always",
        numbers="integers",
    ),
)
