"""The third division: between a delegate and its stakers."""

from collections.abc import Mapping
from fractions import Fraction

from dtao_spec.registry import EXACT_LAUNCH, Computation, rule

CHAPTER = "dtao_spec.chapters.dividends"
OWNER = "owner of the subnet"
Payments = dict[tuple[str, str, int], Fraction]
"""Amounts by token, by what they are for, and by hotkey, in the order in which they are paid."""


@rule("DIV-7")
def take_and_rest(dividends: Fraction, take: int, *, rules: Computation = EXACT_LAUNCH) -> tuple[Fraction, Fraction]:
    r"""Delegate take and rest.

    Statement: The owner of a hotkey MUST get the take of its dividends, in alpha and in TAO alike; all stakers on the
        hotkey, the owner among them, get the rest.
    Formula: $$ \left( t d, (1 - t) d \right) $$
    Units: alpha rao or rao.
    Rounding: The take is floored in I96F32 and subtracted; then both are truncated to whole numbers. The take is less
        than $1 + 2^{-32}(d + 1)$ below the exact value, never above; the rest is less than 1 below and less than
        $2^{-32}(d + 1)$ above. Both together are at most $d$ and less than 2 below it, at most 1 if $d$ is whole.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`
    Example: A take of one fifth of 10 alpha.

        >>> take_and_rest(Fraction(10), 13_107)
        (Fraction(2, 1), Fraction(8, 1))
    """
    taken = rules.part(rules["DIV-1"](take) * dividends)
    return rules.whole(taken), rules.whole(dividends - taken)


@rule("DIV-11")
def stakes_after_dividends(
    stakes: Mapping[int, Fraction], owner: int, dividends: Fraction, take: int, *, rules: Computation = EXACT_LAUNCH
) -> dict[int, Fraction]:
    r"""Payment to stakers.

    Statement: The take MUST be added to the stake of the hotkey's owner first, and the rest MUST then raise all stakes
        on the hotkey in proportion, so that the owner shares in the rest with the take just received. A hotkey without
        a setting takes 11 796. `AlphaDividendsPerSubnet` and `TaoDividendsPerSubnet`, both under the subnet, MUST hold
        what stakers got in the last drain, without takes, and nothing else. A hotkey without an owner pays account 0.
    Formula: $$ s_k' = \left(s_k + [k = \text{owner}] t d\right)
        \left(1 + \frac{(1 - t) d}{\sum_j s_j + t d}\right) $$
    Units: alpha rao; rao on root. Stakes by coldkey.
    Rounding: The total of the share pool grows by exactly the truncated take and the truncated rest of [DIV-7](#div-7).
        What a staker can read of it is floored ([SHARE-2](#share-2)): within $2 + g (1 + 2^{-32}(d + 1))$ of the exact
        value, where $g$ is the second factor of the formula, for stakes of 0.001 alpha to a million (observed).
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`
    Known violation: Without a take and without stakers the rest belongs to nobody; it falls to the first who stakes on
        the hotkey afterwards.
    Example: The owner (1) has 20, a nominator (2) 78. The take of one fifth of 10 makes it 22 of 100; the other 8 raise
        all stakes by 8 %.

        >>> after = stakes_after_dividends({1: Fraction(20), 2: Fraction(78)}, 1, Fraction(10), 13_107)
        >>> {coldkey: float(stake) for coldkey, stake in after.items()}
        {1: 23.76, 2: 84.24}
    """
    taken, rest = rules["DIV-7"](dividends, take)
    before = {**stakes, owner: stakes.get(owner, Fraction(0)) + taken}
    total = sum(before.values(), Fraction(0))
    return {coldkey: stake + (rest * stake / total if total else 0) for coldkey, stake in before.items()}
