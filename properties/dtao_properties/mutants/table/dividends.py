"""Children, parents, dividends and the drain."""

from typing import Any

from dtao.outcome import Rejection
from dtao.params import DEFAULT_DELEGATE_TAKE
from dtao.rules import dividends as rules
from dtao.rules.dividends import take_proportion
from dtao.units import U64_MAX, Bits
from dtao_properties.mutants.mutant import Mutant, Patched, Replaced, Right
from dtao_properties.mutants.wrong import unchecked, with_global


def _take_off_twice(right: Right, dividends: int, take: int, *given: Any) -> list[int]:
    *parts, _ = right(dividends, take, *given)
    remaining = (dividends << 32) - take_proportion(take) * dividends
    return [*parts, max((remaining >> 32) - sum(parts), 0)]


def _child_first(right: Right, *given: Any) -> tuple[list[tuple[int, int]], int]:
    divided, recycled = right(*given)
    receivers, parts = zip(*divided, strict=True)
    return list(zip((receivers[-1], *receivers[:-1]), parts, strict=True)), recycled


def _with_takes(right: Right, payment: Any, netuid: Any, dividends: Any) -> dict[Any, int]:
    takes = {hotkey: payment.state.delegates.get(hotkey, DEFAULT_DELEGATE_TAKE) for hotkey in dividends}
    paid = right(payment, netuid, dividends)
    return {hotkey: rest + rules.take_and_rest(dividends[hotkey], takes[hotkey])[0] for hotkey, rest in paid.items()}


MUTANTS: tuple[Mutant, ...] = (
    Replaced(
        "CHILD-1", "transitions.children.apply_pending_children", "children come into force a block early",
        lambda right, subnet, block: right(subnet, block + 1), after="L17",
    ),
    Replaced(
        "CHILD-2", "transitions.children.cooldown_of_a_block", "children are pending for two blocks",
        lambda right, state: right(state) + 1,
    ),
    Replaced(
        "CHILD-3", "outcome.require", "anyone may set the take",
        unchecked(Rejection.NON_ASSOCIATED_COLD_KEY), seen_by="calls.children.SetChildkeyTake.apply",
    ),
    Replaced(
        "CHILD-4", "transitions.children.validate_children", "six children are allowed",
        lambda right, *given: with_global(right, "MAX_CHILDREN", 6, *given),
    ),
    Replaced(
        "CHILD-5", "rules.stake_weight.proportion_bits", "a proportion is a part of 2^64",
        lambda right, proportion: (proportion << 32) // 2**64,
    ),
    Replaced(
        "DIV-1", "rules.dividends.take_proportion", "a take is a part of 65,536",
        lambda right, take: (take << 32) // 65_536,
    ),
    Replaced(
        "DIV-2", "rules.dividends.self_contribution", "root stake counts in full",
        lambda right, alpha, root, children, weight: right(alpha + root, 0, children, weight),
    ),
    Replaced(
        "DIV-2", "rules.dividends.self_contribution", "children's parts still count for the hotkey",
        lambda right, alpha, root, children, weight: right(alpha, root, (), weight),
    ),
    Replaced(
        "DIV-3", "rules.dividends.parent_contribution", "the contribution is cut to a whole number",
        lambda right, *given: right(*given) >> 32 << 32,
        unrecorded="The truncated fraction is too small to move a whole alpha rao in any recording.",
    ),
    Replaced(
        "DIV-4", "rules.dividends.divided_after_take", "the child pays no take for its own hotkeys",
        lambda right, dividends, take, own, contributions, same, *recycled: right(
            dividends, 0 if all(same) else take, own, contributions, same, *recycled
        ),
        after="L20",
    ),
    Replaced(
        "DIV-4", "rules.dividends.divided_after_take", "the child's take comes off the whole dividend twice",
        _take_off_twice, after="P22",
    ),
    Replaced(
        "DIV-5", "rules.dividends.root_dividends", "the part of root is taken of the alpha alone",
        lambda right, dividends, alpha, root, weight: (
            dividends * ((root * weight << 32) // (alpha << 32)) >> 32 if alpha else 0
        ),
    ),
    Replaced(
        "DIV-6", "rules.dividends.tao_dividends", "the product is divided, not the dividends",
        lambda right, tao, dividends, total: (tao * dividends << 32) // total if total else 0,
    ),
    Replaced(
        "DIV-7", "rules.dividends.take_and_rest", "the rest is what the cut-off take leaves",
        lambda right, dividends, take: (
            (taken := right(dividends, take)[0]),
            min((dividends >> 32) - taken, U64_MAX),
        ),
    ),
    Replaced(
        "DIV-8", "transitions.dividends.distributed_and_recycled", "parents come after the child",
        _child_first,
    ),
    Replaced(
        "DIV-8", "rules.dividends.self_contribution", "the child's own contribution counts its children's part",
        lambda right, alpha, root, to_children, weight: right(alpha, root, (), weight),
        seen_by="transitions.dividends.distributed_and_recycled",
    ),
    Patched(
        "DIV-9", "transitions.dividends.pay_owner_and_miners", "incentives are shared with the stakers",
        "payment.to_one(netuid, destinations.get(owner, hotkey), owner, incentive)",
        "payment.to_stakers(netuid, {hotkey: Bits(incentive << rules.FRACTION)})",
        after="P22",
        because="Another method of the payment is asked, with other arguments.",
    ),
    Replaced(
        "DIV-9", "rules.dividends.whole_dividends", "what root stake earned is taken off the alpha",
        lambda right, *given: rules.dividends_without_those_of_root(*given), after="P11, L01",
    ),
    Replaced(
        "DIV-9", "rules.dividends.whole_dividends", "alpha dividends are what is pending for validators",
        lambda right, *given: rules.proportional_dividends(*given), after="L15",
    ),
    Patched(
        "DIV-9", "transitions.dividends.drain_pending_emission", "root dividends follow from stakes already raised",
        "    tao_paid = payment.to_stakers(ROOT, tao_dividends)\n",
        "    tao_dividends = tao_dividends_of(root_dividends_of(payment.settled(), netuid, earned.alpha_dividends), "
        "pending_tao)\n    tao_paid = payment.to_stakers(ROOT, tao_dividends)\n",
        after="P21",
        because="It is the order of two steps.",
    ),
    Replaced(
        "DIV-10", "transitions.dividends.tao_dividends_of", "every hotkey gets an equal part",
        lambda right, dividends, pending: right(dict.fromkeys(dividends, Bits(1)), pending),
    ),
    Replaced(
        "DIV-11", "transitions.dividends.Payment.to_stakers", "stakers are told to have got the take too",
        _with_takes,
    ),
    Replaced(
        "DIV-11", "transitions.dividends.Payment.to_stakers", "the take of those that are no delegates is 0",
        lambda right, *given: with_global(right, "DEFAULT_DELEGATE_TAKE", 0, *given),
    ),
)  # fmt: skip
