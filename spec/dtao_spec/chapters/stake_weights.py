"""Stake weights: what the stake on a hotkey counts for in the judgements of its subnet."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import frozen

from dtao_spec.registry import EXACT_LAUNCH, Computation, rule
from dtao_spec.rounding import LIMIT_BITS, SIGNED, U64_MAX, at_most, floored

CHAPTER = "dtao_spec.chapters.weights"
Lent = Iterable[tuple[Fraction, Fraction]]
"""What parents lend: pairs of a proportion and the stake of the parent."""


def inherited_stake_rounded(stake: Fraction, to_children: Iterable[Fraction], from_parents: Lent) -> Fraction:
    """Return the whole number that I96F32 gives."""
    kept, lent = _kept_and_lent(stake, map(floored, to_children), [(floored(part), of) for part, of in from_parents])
    return min(max(floored(kept + lent, 0), Fraction(0)), Fraction(U64_MAX))


@rule("EPOCH-1", rounded=inherited_stake_rounded)
def inherited_stake(stake: Fraction, to_children: Iterable[Fraction], from_parents: Lent) -> Fraction:
    r"""Stake after children and parents.

    Statement: What counts for a hotkey MUST be its stake, less the proportions that it has given to its children, plus
        the proportions that its parents have given it of theirs. TAO on root is passed on by the same proportions,
        those of the subnet whose epoch it is.
    Formula: $$ x = s \left(1 - \sum_c q_c\right) + \sum_p q_p\, s_p $$
    Units: alpha rao, or rao of root stake; proportions ([CHILD-5](#child-5)) as parts of 1.
    Rounding: Each proportion is floored to a multiple of $2^{-32}$, then the result to a whole number. With $k$
        children the result is at most $k s 2^{-32}$ above the exact value, and less than $1 + 2^{-32} \sum_p s_p$ below
        it. It stays between 0 and $2^{64} - 1$.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `get_inherited_for_hotkey_on_subnet`,
        `get_tao_inherited_for_hotkey_on_subnet`
    Example: Of 1 000 a tenth is lent to a child; a parent with 400 lends one half.

        >>> inherited_stake(Fraction(1_000), [Fraction(1, 10)], [(Fraction(1, 2), Fraction(400))])
        Fraction(1100, 1)
    """
    kept, lent = _kept_and_lent(stake, to_children, from_parents)
    return max(kept + lent, Fraction(0))


def inherited_stake_unsigned_rounded(stake: Fraction, to_children: Iterable[Fraction], from_parents: Lent) -> Fraction:
    """Return the whole number that U96F32 gives."""
    kept, lent = _kept_and_lent(stake, map(floored, to_children), [(floored(part), of) for part, of in from_parents])
    return min(floored(max(kept, Fraction(0)) + lent, 0), Fraction(U64_MAX))


@rule("EPOCH-1", since=261, rounded=inherited_stake_unsigned_rounded)
def inherited_stake_unsigned(stake: Fraction, to_children: Iterable[Fraction], from_parents: Lent) -> Fraction:
    r"""Stake after children and parents.

    Change: What a hotkey keeps of its own stake is at least 0 before the parts of its parents are added, because the
        runtime's authors gave up signs where no amount can be negative. Only children with more than the whole, which
        no call can set, tell the two apart.
    Statement: What counts for a hotkey MUST be its stake, less the proportions that it has given to its children but at
        least 0, plus the proportions that its parents have given it of theirs. TAO on root is passed on by the same
        proportions, those of the subnet whose epoch it is.
    Formula: $$ x = \max\Big(0,\; s \Big(1 - \sum_c q_c\Big)\Big) + \sum_p q_p\, s_p $$
    Units: alpha rao, or rao of root stake; proportions ([CHILD-5](#child-5)) as parts of 1.
    Rounding: Each proportion is floored to a multiple of $2^{-32}$, then the result to a whole number. With $k$
        children the result is at most $k s 2^{-32}$ above the exact value, and less than $1 + 2^{-32} \sum_p s_p$ below
        it. It stays between 0 and $2^{64} - 1$.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `get_inherited_for_hotkey_on_subnet`,
        `get_tao_inherited_for_hotkey_on_subnet`
    Example: Children that have twice the stake take nothing of what a parent lent. Numbers with a sign would lose it.

        >>> given = Fraction(1_000), [Fraction(2)], [(Fraction(1), Fraction(400))]
        >>> inherited_stake_unsigned(*given), inherited_stake(*given)
        (Fraction(400, 1), Fraction(0, 1))
    """
    kept, lent = _kept_and_lent(stake, to_children, from_parents)
    return max(kept, Fraction(0)) + lent


def _kept_and_lent(stake: Fraction, to_children: Iterable[Fraction], from_parents: Lent) -> tuple[Fraction, Fraction]:
    """Return what a hotkey keeps of its own stake, and what its parents lend it."""
    lent = sum((proportion * of for proportion, of in from_parents), Fraction(0))
    return stake * (1 - sum(to_children, Fraction(0))), lent


def stake_weight_rounded(alpha: Fraction, tao: Fraction, tao_weight: Fraction) -> Fraction:
    """Return the weight as I64F64 gives it."""
    weighted = floored(_in_i64f64(tao) * tao_weight, LIMIT_BITS)
    return _in_i64f64(_in_i64f64(alpha) + _in_i64f64(weighted))


def _in_i64f64(amount: Fraction) -> Fraction:
    return at_most(amount, SIGNED, LIMIT_BITS)


@rule("EPOCH-2", rounded=stake_weight_rounded)
def stake_weight(alpha: Fraction, tao: Fraction, tao_weight: Fraction) -> Fraction:
    r"""Stake weight.

    Statement: The stake weight of a hotkey on a subnet MUST be its alpha plus its TAO on root times the TAO weight.
    Formula: $$ w = a + \tau\, t $$
    Units: alpha rao; rao of root stake.
    Rounding: none beyond that of the TAO weight ([EMIT-5](#emit-5)). Alpha, TAO, and the sum each stop at
        $2^{63} - 2^{-64}$.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `get_stake_weights_for_hotkey_on_subnet`
    Example: 100 alpha and 1 000 TAO at a weight of 18 %.

        >>> stake_weight(Fraction(100), Fraction(1_000), Fraction(18, 100))
        Fraction(280, 1)
    """
    return alpha + tao_weight * tao


@frozen
class Backing:
    """What stands behind a hotkey on a subnet: alpha rao, rao on root, and its family there."""

    alpha: Fraction = Fraction(0)
    tao: Fraction = Fraction(0)
    children: tuple[Fraction, ...] = ()
    parents: "tuple[tuple[Fraction, Backing], ...]" = ()


@rule("EPOCH-3")
def stake_weights(
    hotkeys: Sequence[Backing | None],
    tao_weight: Fraction,
    on_root: bool = False,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> list[Fraction]:
    r"""Stake weights of a subnet.

    Statement: The stake weight of each neuron MUST be [EPOCH-2](#epoch-2) of its alpha and TAO after children and
        parents ([EPOCH-1](#epoch-1)); a parent's own parents do not matter, and a uid without a hotkey weighs nothing.
        On root, the stake counts once as it is and once as TAO.
    Formula: $$ w_i = x^{\alpha}_i + \tau\, x^{\tau}_i $$
    Units: alpha rao and rao of root stake.
    Rounding: Alpha and TAO are each rounded as EPOCH-1, the second times $\tau$. None without children and parents.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `get_stake_weights_for_network`
    Example: A parent has 100 alpha and 1 000 TAO, and lends a fifth of both to a child that has nothing.

        >>> parent = Backing(Fraction(100), Fraction(1_000), children=(Fraction(1, 5),))
        >>> child = Backing(parents=((Fraction(1, 5), parent),))
        >>> stake_weights([parent, child, None], Fraction(18, 100))
        [Fraction(224, 1), Fraction(56, 1), Fraction(0, 1)]
    """
    return [weight_of(hotkey, tao_weight, on_root, rules) if hotkey else Fraction(0) for hotkey in hotkeys]


def weight_of(hotkey: Backing, tao_weight: Fraction, on_root: bool, rules: Computation) -> Fraction:
    """Return the stake weight of one hotkey."""
    inherited = rules["EPOCH-1"]
    alpha = inherited(hotkey.alpha, hotkey.children, [(part, parent.alpha) for part, parent in hotkey.parents])
    tao = inherited(hotkey.tao, hotkey.children, [(part, parent.tao) for part, parent in hotkey.parents])
    weight: Fraction = rules["EPOCH-2"](hotkey.alpha if on_root else alpha, tao, tao_weight)
    return weight
