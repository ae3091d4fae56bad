"""The first division: between a validator and its parents."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import frozen

from dtao_spec.chapters.children import Links
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule
from dtao_spec.rounding import floored

CHAPTER = "dtao_spec.chapters.dividends"
BY_OWNER = Computation(252)
RECYCLING = Computation(320)
U16_MAX = 2**16 - 1
DEFAULT_TAKE = 11_796
"""The take of a delegate that has set none."""


@frozen
class Hotkey:
    """What the drain of a subnet knows of a hotkey."""

    alpha: Fraction = Fraction(0)
    """The stake on it in the subnet, alpha rao."""
    root: Fraction = Fraction(0)
    """The stake on it in root, rao."""
    take: int = DEFAULT_TAKE
    childkey_take: int = 0
    children: Links = ()
    parents: Links = ()
    owner: int | None = None


def take_proportion_rounded(take: int) -> Fraction:
    """Return the part in I96F32."""
    return floored(take_proportion(take))


@rule("DIV-1", rounded=take_proportion_rounded)
def take_proportion(take: int) -> Fraction:
    r"""Take as a part of 1.

    Statement: The take of a delegate, and that of a child, MUST be the part that its setting is of 65 535.
    Formula: $$ t = \frac{w}{2^{16} - 1} $$
    Units: a u16; a part of 1 out.
    Rounding: Floored in I96F32: less than $2^{-32}$ below the exact value, never above.
    Source: `pallets/subtensor/src/staking/helpers.rs`, `get_hotkey_take_float`;
        `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_dividends_distribution`
    Example: The default take of a delegate, 11 796, is 17.9995 %.

        >>> round(float(take_proportion(11_796)), 6)
        0.179995
    """
    return Fraction(take, U16_MAX)


@rule("DIV-2")
def self_contribution(
    alpha: Fraction,
    root: Fraction,
    to_children: Sequence[int],
    tao_weight: Fraction,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> Fraction:
    r"""Own contribution of a hotkey.

    Statement: The contribution of a hotkey to its own validation MUST be its stake, alpha plus weighted TAO, less the
        proportions that it gave to its own children; what it inherited does not count. It is never negative.
    Formula: $$ C_0 = \max\Big(0, 1 - \sum_j p_j\Big) (\alpha + \tau\rho) $$
    Units: alpha rao $\alpha$ and rao on root $\rho$ in; alpha rao out.
    Rounding: Truncated to a whole number, a u64. Proportions are floored before they are subtracted, so that with $n$
        children the result may exceed the exact value by at most $n 2^{-32}(\alpha + \tau\rho)$; it is less than
        $1 + 2^{-32}(1 + \rho (1 - \sum p + n 2^{-32}))$ below it.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_self_contribution`
    Example: A hotkey with 100 alpha and 1 000 TAO on root, at a weight of 0.18, gave one quarter to a child.

        >>> quarter = (2**64 - 1) // 4 + 1
        >>> float(self_contribution(Fraction(100), Fraction(1_000), [quarter], Fraction(18, 100)))
        210.0
    """
    remaining = 1 - sum((rules["CHILD-5"](proportion) for proportion in to_children), Fraction(0))
    return rules.whole(max(alpha * remaining + rules.part(root * remaining * tao_weight), Fraction(0)))


@rule("DIV-3")
def parent_contribution(
    proportion: int, alpha: Fraction, root: Fraction, tao_weight: Fraction, *, rules: Computation = EXACT_LAUNCH
) -> Fraction:
    r"""Contribution of a parent.

    Statement: The contribution of a parent to a child's validation MUST be its stake, alpha plus weighted TAO, times
        the proportion that it gave to the child.
    Formula: $$ C_i = p_i (\alpha_i + \tau\rho_i) $$
    Units: alpha rao and rao in; alpha rao out.
    Rounding: Proportion, weight and product are floored in I96F32: less than $2^{-32} (\alpha + \tau\rho + p\rho + 1)$
        below the exact value, never above. Unlike [DIV-2](#div-2) it is not truncated to a whole number.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_dividends_distribution`
    Example: A parent with 280 alpha and no TAO gives everything.

        >>> parent_contribution(2**64 - 1, Fraction(280), Fraction(0), Fraction(18, 100))
        Fraction(280, 1)
    """
    part: Fraction = rules["CHILD-5"](proportion)
    return alpha * part + rules.part(root * part * tao_weight)


@rule("DIV-4")
def parents_dividends(
    dividends: Fraction,
    childkey_take: int,
    own_contribution: Fraction,
    contributions: Sequence[Fraction],
    same_owner: Sequence[bool],
    recycled: Fraction = Fraction(0),
    *,
    rules: Computation = EXACT_LAUNCH,
) -> list[Fraction]:
    r"""Dividends of parents and child.

    Statement: The childkey take MUST come off first, of all dividends of the child, also of those that its own stake
        earned. Of the rest each parent MUST get its part of all contributions. What the parents do not get is the
        child's; that is everything if nobody contributes.
    Formula: $$ d_i = D (1 - \kappa) \frac{C_i}{C_0 + \sum_j C_j}, \qquad d_0 = D - \sum_i d_i $$
    Units: alpha rao: what each parent gets, and last what the child gets.
    Rounding: Take and quotient are floored in I96F32, a parent's dividends to a whole number: at most $D 2^{-32}$ above
        the exact value, and less than $1 + D 2^{-32}$ below. The child gets all that is cut off, so that the parts sum
        to $D$.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_dividends_distribution`
    Example: A child earned 500. It takes one fifth. It contributed 210, two parents 280 and 210: of the 400 they get
        160 and 120, and the child keeps 220.

        >>> brought = [Fraction(280), Fraction(210)]
        >>> [int(part) for part in parents_dividends(Fraction(500), 13_107, Fraction(210), brought, [False] * 2)]
        [160, 120, 220]
    """
    remaining = dividends * (1 - rules["DIV-1"](childkey_take))
    total = own_contribution + sum(contributions, Fraction(0))
    parts = [rules.whole(remaining * rules.part(one / total)) if total else Fraction(0) for one in contributions]
    return [*parts, dividends - sum(parts, Fraction(0))]


@rule("DIV-4", since=252)
def parents_dividends_less_takes(
    dividends: Fraction,
    childkey_take: int,
    own_contribution: Fraction,
    contributions: Sequence[Fraction],
    same_owner: Sequence[bool],
    recycled: Fraction = Fraction(0),
    *,
    rules: Computation = BY_OWNER,
) -> list[Fraction]:
    r"""Dividends of parents and child.

    Change: The take comes off the part of each parent, and none comes off where one coldkey owns child and parent, so
        that nobody pays a fee to oneself. What dividing cuts off is lost instead of being the child's.
    Statement: All dividends of the child MUST be divided by contribution first. Of each parent's part the child MUST
        then get the childkey take, unless one coldkey owns both hotkeys; two hotkeys without an owner count as owned by
        one. What the parents do not get is the child's; that is everything if nobody contributes.
    Formula: $$ d_i = D\,\frac{C_i}{C_0 + \sum_j C_j}\,(1 - \kappa\,[o_i \ne o_0]), \qquad d_0 = D - \sum_i d_i $$
    Units: alpha rao: what each parent gets, and last what the child gets; $o$ is the owner of a hotkey.
    Rounding: Parts and takes are floored in I96F32, then what each gets to a whole number. A parent gets at most
        $(D + 1)\,2^{-32}$ above the exact value and less than $1 + D 2^{-32}$ below. With $n$ parents the child gets at
        most $n D 2^{-32}$ above and less than $1 + n (D + 1)\,2^{-32}$ below. What is cut off is lost: all together get
        at most $D$, and less than $n + 1$ below it.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_dividends_distribution`
    Example: A child earned 1 000 and takes one fifth. It contributed 300, a parent of another owner 500, one of its own
        owner 200. The child gets 300 for its own stake, and 100 of the first parent's 500.

        >>> brought, same = [Fraction(500), Fraction(200)], [False, True]
        >>> [int(part) for part in parents_dividends_less_takes(Fraction(1_000), 13_107, Fraction(300), brought, same)]
        [400, 200, 400]
    """
    total = own_contribution + sum(contributions, Fraction(0))
    take: Fraction = rules["DIV-1"](childkey_take)
    kept = []
    for contribution, same in zip(contributions, same_owner, strict=True):
        part = dividends * rules.part(contribution / total) if total else Fraction(0)
        kept.append(part if same else part - rules.part(take * part))
    return [rules.whole(part) for part in (*kept, dividends - sum(kept, Fraction(0)))]


def recycled_of_parts(
    dividends: Fraction,
    recycled: Fraction,
    own_contribution: Fraction,
    contributions: Sequence[Fraction],
    same_owner: Sequence[bool],
    *,
    rules: Computation,
) -> Fraction:
    """Return what is recycled of the parts of the parents, each part rounded."""
    total = own_contribution + sum(contributions, Fraction(0))
    parts = [dividends * rules.part(one / total) if total else Fraction(0) for one in contributions]
    taken = (rules.part(recycled * part) for part, same in zip(parts, same_owner, strict=True) if not same)
    return sum((rules.whole(part) for part in taken), Fraction(0))


@rule("DIV-4", since=320)
def parents_dividends_less_recycled(
    dividends: Fraction,
    childkey_take: int,
    own_contribution: Fraction,
    contributions: Sequence[Fraction],
    same_owner: Sequence[bool],
    recycled: Fraction = Fraction(0),
    *,
    rules: Computation = RECYCLING,
) -> list[Fraction]:
    r"""Dividends of parents and child.

    Change: Of the part of a parent of another owner `CKBurn` is taken too, by both proportions of the same part, so
        that it may cost to let others validate with one's stake. It is 0 unless root sets it.
    Statement: All dividends of the child MUST be divided by contribution first. Of each parent's part the child MUST
        then get the childkey take, and `CKBurn` of the part is recycled ([DIV-15](#div-15)), unless one coldkey owns
        both hotkeys; two hotkeys without an owner count as owned by one. The parent gets what is left, not below 0.
        What the parents' parts leave is the child's.
    Formula: $$ d_i = D\,\frac{C_i}{C_0 + \sum_j C_j}\,\max(0,\; 1 - (\kappa + \beta)\,[o_i \ne o_0]), \qquad d_0 =
        D\,\frac{C_0 + \kappa \sum_{o_i \ne o_0} C_i}{C_0 + \sum_j C_j} $$
    Units: alpha rao: what each parent gets, and last what the child gets; $o$ is the owner of a hotkey, $\beta$ is
        `CKBurn`, a part of $2^{64} - 1$.
    Rounding: Proportions, parts and what is taken are floored in I96F32, then what each gets to a whole number. What is
        cut off is lost.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_parent_child_dividends_distribution`
    Known violation: Where take and burn are more than the whole together, the parent gets 0 and the child its take all
        the same: more is given and recycled than there was.
    Example: A child earned 1 000 and takes one fifth; one tenth is recycled. It contributed 300, a parent of another
        owner 500, one of its own owner 200.

        >>> brought, same = [Fraction(500), Fraction(200)], [False, True]
        >>> given = Fraction(1_000), 13_107, Fraction(300), brought, same, Fraction(1, 10)
        >>> [int(part) for part in parents_dividends_less_recycled(*given)]
        [350, 200, 400]
    """
    total = own_contribution + sum(contributions, Fraction(0))
    take: Fraction = rules["DIV-1"](childkey_take)
    of_child, kept = dividends, []
    for contribution, same in zip(contributions, same_owner, strict=True):
        part = dividends * rules.part(contribution / total) if total else Fraction(0)
        of_child -= part
        if not same:
            taken = rules.part(take * part)
            part = max(part - rules.part(recycled * part) - taken, Fraction(0))
            of_child += taken
        kept.append(part)
    return [rules.whole(part) for part in (*kept, of_child)]


@rule("DIV-15", since=320)
def recycled_of_parents(
    dividends: Fraction,
    recycled: Fraction,
    own_contribution: Fraction,
    contributions: Sequence[Fraction],
    same_owner: Sequence[bool],
    *,
    rules: Computation = RECYCLING,
) -> Fraction:
    r"""Dividends of parents that are recycled.

    Statement: Of the part of each parent in the dividends of a child of another owner `CKBurn` MUST leave
        `SubnetAlphaOut`, not below 0, when the pending emission is drained. It may be issued again.
    Formula: $$ O' = O - \sum_{o_i \ne o_0} \Big\lfloor \beta\,D\,\frac{C_i}{C_0 + \sum_j C_j} \Big\rfloor $$
    Units: alpha rao; $\beta$ is `CKBurn`, a part of $2^{64} - 1$.
    Rounding: Proportion, part and product are floored in I96F32, then each parent's to a whole number.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_parent_child_dividends_distribution`
    Example: One tenth of the 500 of a parent of another owner; nothing of the other.

        >>> brought, same = [Fraction(500), Fraction(200)], [False, True]
        >>> int(recycled_of_parents(Fraction(1_000), Fraction(1, 10), Fraction(300), brought, same))
        50
    """
    return recycled_of_parts(dividends, recycled, own_contribution, contributions, same_owner, rules=rules)


@rule("DIV-8")
def dividends_distribution(
    hotkeys: Mapping[int, Hotkey],
    hotkey: int,
    dividends: Fraction,
    tao_weight: Fraction,
    burn: Fraction = Fraction(0),
    *,
    rules: Computation = EXACT_LAUNCH,
) -> list[tuple[int, Fraction]]:
    r"""Division of a validator's dividends.

    Statement: The dividends of a validator MUST be divided among its parents in the subnet, in the order of its list,
        and itself ([DIV-4](#div-4)), by the stakes that they have when the drain begins. A hotkey without parents MUST
        get all of its dividends.
    Formula: $$ D = d_0 + \sum_i d_i $$
    Units: alpha rao.
    Rounding: Each part is whole and the parts sum to the dividends. A parent's part is within $1 + D (2^{-31} +
        \varepsilon / \hat C)$ of the exact value, where $\varepsilon$ is the sum of the bounds of all contributions
        ([DIV-2](#div-2), [DIV-3](#div-3)) and $\hat C$ the sum of the contributions as computed.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_dividends_distribution`
    Example: Hotkey 1 earned 500, has 210 alpha and a childkey take of one fifth. Hotkey 2 lent it all of 280 alpha,
        hotkey 3 one half of 420.

        >>> whole = 2**64 - 1
        >>> hotkeys = {
        ...     1: Hotkey(Fraction(210), childkey_take=13_107, parents=((whole, 2), (whole // 2, 3))),
        ...     2: Hotkey(Fraction(280), children=((whole, 1),)),
        ...     3: Hotkey(Fraction(420), children=((whole // 2, 1),)),
        ... }
        >>> parts = dividends_distribution(hotkeys, 1, Fraction(500), Fraction(18, 100))
        >>> [(account, round(float(part), 6)) for account, part in parts]
        [(2, 160.0), (3, 120.0), (1, 220.0)]
    """
    return _divided(hotkeys, hotkey, dividends, tao_weight, burn, rules)


@rule("DIV-8", since=252)
def dividends_distribution_by_owner(
    hotkeys: Mapping[int, Hotkey],
    hotkey: int,
    dividends: Fraction,
    tao_weight: Fraction,
    burn: Fraction = Fraction(0),
    *,
    rules: Computation = BY_OWNER,
) -> list[tuple[int, Fraction]]:
    r"""Division of a validator's dividends.

    Change: It matters who owns the hotkeys, because no take comes off between hotkeys of one coldkey; and the parts do
        not sum to the dividends any more.
    Statement: The dividends of a validator MUST be divided among its parents in the subnet, in the order of its list,
        and itself ([DIV-4](#div-4)), by the stakes and the owners that they have when the drain begins. A hotkey
        without parents MUST get all of its dividends.
    Formula: $$ D = d_0 + \sum_i d_i $$
    Units: alpha rao.
    Rounding: Each part is whole, and the parts are less than 1 alpha rao a receiver below $D$, never above. A parent's
        part is within $1 + (D + 1) (2^{-31} + \varepsilon / \hat C)$ of the exact value, where $\varepsilon$ is the sum
        of the bounds of all contributions ([DIV-2](#div-2), [DIV-3](#div-3)) and $\hat C$ the sum of the contributions
        as computed.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_dividends_distribution`
    Example: Hotkeys 2 and 3 lent all of their 400 alpha each to hotkey 1, which has none, and takes one fifth. 2
        belongs to another coldkey, 3 to its own.

        >>> whole = 2**64 - 1
        >>> hotkeys = {
        ...     1: Hotkey(childkey_take=13_107, parents=((whole, 2), (whole, 3)), owner=11),
        ...     2: Hotkey(Fraction(400), children=((whole, 1),), owner=12),
        ...     3: Hotkey(Fraction(400), children=((whole, 1),), owner=11),
        ... }
        >>> dividends_distribution_by_owner(hotkeys, 1, Fraction(1_000), Fraction(18, 100))
        [(2, Fraction(400, 1)), (3, Fraction(500, 1)), (1, Fraction(100, 1))]
    """
    return _divided(hotkeys, hotkey, dividends, tao_weight, burn, rules)


@rule("DIV-8", since=320)
def dividends_distribution_less_recycled(
    hotkeys: Mapping[int, Hotkey],
    hotkey: int,
    dividends: Fraction,
    tao_weight: Fraction,
    burn: Fraction = Fraction(0),
    *,
    rules: Computation = RECYCLING,
) -> list[tuple[int, Fraction]]:
    r"""Division of a validator's dividends.

    Change: `CKBurn` of the part of a parent of another owner is recycled, so that the parts may sum to less, or to more
        where it and the take are more than the whole.
    Statement: The dividends of a validator MUST be divided among its parents in the subnet, in the order of its list,
        and itself ([DIV-4](#div-4)), by the stakes and the owners that they have when the drain begins, less what is
        recycled ([DIV-15](#div-15)). A hotkey without parents MUST get all of its dividends.
    Formula: $$ D = d_0 + \sum_i d_i + \beta \sum_{o_i \ne o_0} D\,\frac{C_i}{C_0 + \sum_j C_j} \quad \text{where}
        \quad \kappa + \beta \le 1 $$
    Units: alpha rao; $\beta$ is `CKBurn`, a part of $2^{64} - 1$, and $\kappa$ the childkey take.
    Rounding: Each part is whole, and without `CKBurn` the parts are less than 1 alpha rao a receiver below $D$, never
        above. A parent's part is within $1 + (D + 1) (2^{-30} + \varepsilon / \hat C)$ of the exact value, where
        $\varepsilon$ is the sum of the bounds of all contributions ([DIV-2](#div-2), [DIV-3](#div-3)) and $\hat C$ the
        sum of the contributions as computed.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_parent_child_dividends_distribution`
    Known violation: Where take and `CKBurn` are more than the whole together, more is given and recycled than there
        was.
    Example: Hotkey 2 lent all of its 400 alpha to hotkey 1, which has none and takes one fifth. One tenth is recycled.

        >>> whole = 2**64 - 1
        >>> hotkeys = {
        ...     1: Hotkey(childkey_take=13_107, parents=((whole, 2),), owner=11),
        ...     2: Hotkey(Fraction(400), children=((whole, 1),), owner=12),
        ... }
        >>> given = hotkeys, 1, Fraction(1_000), Fraction(18, 100), Fraction(1, 10)
        >>> dividends_distribution_less_recycled(*given)
        [(2, Fraction(700, 1)), (1, Fraction(200, 1))]
    """
    return _divided(hotkeys, hotkey, dividends, tao_weight, burn, rules)


def recycled_of_validator(
    hotkeys: Mapping[int, Hotkey],
    hotkey: int,
    dividends: Fraction,
    tao_weight: Fraction,
    burn: Fraction,
    rules: Computation,
) -> Fraction:
    """Return what is recycled of the parts of a validator's parents; nothing before it was."""
    if "DIV-15" not in rules or not hotkeys[hotkey].parents:
        return Fraction(0)
    own, brought, same_owner = _contributions(hotkeys, hotkey, tao_weight, rules)
    recycled: Fraction = rules["DIV-15"](dividends, burn, own, brought, same_owner)
    return recycled


def _contributions(
    hotkeys: Mapping[int, Hotkey], hotkey: int, tao_weight: Fraction, rules: Computation
) -> tuple[Fraction, list[Fraction], list[bool]]:
    """Return what a validator contributes, what its parents do, and whether one coldkey owns it and each of them."""
    child = hotkeys[hotkey]
    own = rules["DIV-2"](child.alpha, child.root, [proportion for proportion, _ in child.children], tao_weight)
    brought = [
        rules["DIV-3"](proportion, hotkeys[parent].alpha, hotkeys[parent].root, tao_weight)
        for proportion, parent in child.parents
    ]
    return own, brought, [hotkeys[parent].owner == child.owner for _, parent in child.parents]


def _divided(
    hotkeys: Mapping[int, Hotkey],
    hotkey: int,
    dividends: Fraction,
    tao_weight: Fraction,
    burn: Fraction,
    rules: Computation,
) -> list[tuple[int, Fraction]]:
    child = hotkeys[hotkey]
    if not child.parents:
        return [(hotkey, dividends)]
    own, brought, same_owner = _contributions(hotkeys, hotkey, tao_weight, rules)
    parts = rules["DIV-4"](dividends, child.childkey_take, own, brought, same_owner, burn)
    return list(zip([*(parent for _, parent in child.parents), hotkey], parts, strict=True))
