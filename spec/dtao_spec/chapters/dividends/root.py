"""The second division: between root stake and alpha."""

from collections.abc import Mapping
from fractions import Fraction

from dtao_spec.chapters.dividends.division import Hotkey
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule

CHAPTER = "dtao_spec.chapters.dividends"
IN_PROPORTION = Computation(257)
Amounts = Mapping[int, Fraction]
"""Amounts by hotkey."""


@rule("DIV-5")
def root_dividends(
    dividends: Fraction,
    alpha: Fraction,
    root: Fraction,
    tao_weight: Fraction,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> Fraction:
    r"""Root dividends of a hotkey.

    Statement: The root dividends of a hotkey MUST be the part of its dividends that its weighted TAO is of its own
        stake, with no regard to children and parents; 0 if it has no stake. They measure which part of the TAO for root
        stakers is due to it ([DIV-6](#div-6)).
    Formula: $$ \delta = d \frac{\tau\rho}{\alpha + \tau\rho} $$
    Units: alpha rao.
    Rounding: Quotient and product are floored in I96F32: less than $2^{-32}(d + 1)$ below the value at the floored
        weight $\hat\tau$ ([EMIT-5](#emit-5)), and less than $2^{-32}(d + 1) + 2^{-34} d / \hat\tau$ below the exact
        one; never above.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`
    Example: 100 alpha and 500 TAO at a weight of 1/5 earned equally.

        >>> root_dividends(Fraction(60), Fraction(100), Fraction(500), Fraction(1, 5))
        Fraction(30, 1)
    """
    weighted = tao_weight * root
    total = alpha + weighted
    return rules.part(dividends * rules.part(weighted / total)) if total else Fraction(0)


@rule("DIV-6")
def tao_dividends(
    pending_tao: Fraction, dividends: Fraction, total_dividends: Fraction, *, rules: Computation = EXACT_LAUNCH
) -> Fraction:
    r"""TAO for root dividends.

    Statement: Of the TAO that is pending, a hotkey MUST get the part that its root dividends are of all root dividends.
        If there are none, nobody gets it.
    Formula: $$ \theta_i = \Theta \frac{\delta_i}{\sum_j \delta_j} $$
    Units: rao; dividends in alpha rao.
    Rounding: The quotient is floored in I96F32: at most $2^{-32} \Theta$ below the exact value, never above: of 100 TAO
        less than 24 rao a hotkey.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`
    Example: 12 TAO for two hotkeys with root dividends of 30 and 10.

        >>> [tao_dividends(Fraction(12), dividends, Fraction(40)) for dividends in (Fraction(30), Fraction(10))]
        [Fraction(9, 1), Fraction(3, 1)]
    """
    return pending_tao * rules.part(dividends / total_dividends) if total_dividends else Fraction(0)


@rule("DIV-10")
def tao_dividends_of(
    hotkeys: Mapping[int, Hotkey],
    dividends: Amounts,
    pending_tao: Fraction,
    tao_weight: Fraction,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> dict[int, Fraction]:
    r"""Division of the TAO among hotkeys.

    Statement: The TAO that is pending MUST be divided among the hotkeys that earned dividends, parents included, by
        root dividends ([DIV-5](#div-5), [DIV-6](#div-6)) on the stakes that they have when the drain begins.
    Formula: $$ \theta_h = \Theta \frac{\delta_h}{\sum_j \delta_j}, \qquad
        \delta_h = D_h \frac{\tau\rho_h}{\alpha_h + \tau\rho_h} $$
    Units: rao.
    Rounding: Each within $\Theta (2^{-32} + \varepsilon / \hat\delta)$ of the exact value, where $\varepsilon$ is the
        sum of the bounds of all root dividends and $\hat\delta$ the sum of the root dividends as computed. The sum
        never exceeds $\Theta$.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`
    Example: Hotkey 1 has only TAO, hotkey 2 only alpha, hotkey 3 as much of both by weight. Of 15 TAO, 2 gets nothing.

        >>> hotkeys = {
        ...     1: Hotkey(root=Fraction(500)), 2: Hotkey(Fraction(100)), 3: Hotkey(Fraction(100), Fraction(500)),
        ... }
        >>> dividends = {1: Fraction(40), 2: Fraction(40), 3: Fraction(40)}
        >>> {key: float(tao) for key, tao in tao_dividends_of(hotkeys, dividends, Fraction(15), Fraction(1, 5)).items()}
        {1: 10.0, 2: 0.0, 3: 5.0}
    """
    earned = root_dividends_of(hotkeys, dividends, tao_weight, rules)
    total = sum(earned.values(), Fraction(0))
    return {hotkey: rules["DIV-6"](pending_tao, root, total) for hotkey, root in earned.items()}


def root_dividends_of(
    hotkeys: Mapping[int, Hotkey], dividends: Amounts, tao_weight: Fraction, rules: Computation
) -> dict[int, Fraction]:
    """Return the root dividends of each hotkey."""
    return {
        hotkey: rules["DIV-5"](amount, hotkeys[hotkey].alpha, hotkeys[hotkey].root, tao_weight)
        for hotkey, amount in dividends.items()
    }


@rule("DIV-12")
def whole_dividends(earned: Amounts, by_root: Amounts, for_validators: Fraction = Fraction(0)) -> dict[int, Fraction]:
    r"""Dividends in alpha.

    Statement: Each hotkey MUST get all of its dividends in alpha ([DIV-8](#div-8)), also those that its root stake
        earned ([DIV-5](#div-5)).
    Formula: $$ a_h = D_h $$
    Units: alpha rao, by hotkey.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`
    Known violation: Double root dividends: the root stake is paid in TAO besides, with what its alpha was sold for.
    Example: Of 100 alpha, root stake earned 90.

        >>> whole_dividends({1: Fraction(100)}, {1: Fraction(90)})
        {1: Fraction(100, 1)}
    """
    return dict(earned)


@rule("DIV-12", since=244)
def dividends_without_those_of_root(
    earned: Amounts, by_root: Amounts, for_validators: Fraction = Fraction(0)
) -> dict[int, Fraction]:
    r"""Dividends in alpha.

    Change: What root stake earned is not paid in alpha any more, since that alpha was sold and is paid in TAO. It was
        paid twice.
    Statement: Each hotkey MUST get its dividends ([DIV-8](#div-8)) less its root dividends ([DIV-5](#div-5)) in alpha.
    Formula: $$ a_h = D_h - \delta_h $$
    Units: alpha rao, by hotkey.
    Rounding: none beyond that of the root dividends: what they are below the exact value, alpha is above it.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`
    Known violation: What is taken away is the part of the root stake on the hotkeys that earned; what was sold is that
        of all TAO on root against all alpha ([EMIT-6](#emit-6)). Where validators have less root stake than that, more
        alpha is paid than there is; where they have more, the rest belongs to nobody.
    Example: Of 100 alpha, root stake earned 90.

        >>> dividends_without_those_of_root({1: Fraction(100)}, {1: Fraction(90)})
        {1: Fraction(10, 1)}
    """
    return {hotkey: amount - by_root[hotkey] for hotkey, amount in earned.items()}


@rule("DIV-12", since=257)
def proportional_dividends(
    earned: Amounts, by_root: Amounts, for_validators: Fraction, *, rules: Computation = IN_PROPORTION
) -> dict[int, Fraction]:
    r"""Dividends in alpha.

    Change: What was not sold is divided in proportion. What root stake earned on the hotkeys and what was sold for it
        are different amounts, so that more or less alpha was paid than there was.
    Statement: Each hotkey MUST get, of the alpha that is there for validators ([DIV-13](#div-13)), the part that its
        dividends ([DIV-8](#div-8)) less its root dividends ([DIV-5](#div-5)) are of all such; if these sum to 0, nobody
        gets any.
    Formula: $$ a_h = V\,\frac{D_h - \delta_h}{\sum_j (D_j - \delta_j)} $$
    Units: alpha rao, by hotkey.
    Rounding: The quotient is floored: less than $2^{-32} V$ below the exact value for the same root dividends, never
        above. The sum never exceeds $V$.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `calculate_dividend_distribution`, `get_stake_map`
    Known violation: Where only root stake earned, the alpha for validators is paid to nobody.
    Example: 20.5 alpha are there. Hotkey 1 earned 30 with alpha, hotkey 2 earned 10, and 40 with root stake.

        >>> earned, by_root = {1: Fraction(30), 2: Fraction(50)}, {1: Fraction(0), 2: Fraction(40)}
        >>> {hotkey: float(paid) for hotkey, paid in proportional_dividends(earned, by_root, Fraction(41, 2)).items()}
        {1: 15.375, 2: 5.125}
    """
    by_alpha = {hotkey: amount - by_root[hotkey] for hotkey, amount in earned.items()}
    total = sum(by_alpha.values(), Fraction(0))
    return {
        hotkey: for_validators * rules.part(part / total) if total else Fraction(0) for hotkey, part in by_alpha.items()
    }


@rule("DIV-13", since=257)
def alpha_for_validators(
    pending: Fraction, swapped: Fraction, incentives: Fraction, *, rules: Computation = IN_PROPORTION
) -> Fraction:
    r"""Alpha for validators.

    Statement: For validators there MUST be half of `PendingEmission` plus `PendingAlphaSwapped`, less the latter, which
        the pool has; never less than 0. If no incentive is assigned to anybody, there is all of `PendingEmission`.
    Formula: $$ V = \max\Big(0,\; \frac{A + X}{2} - X\Big), \qquad V = A \text{ if no incentives} $$
    Units: alpha rao.
    Rounding: The half is floored: at most one half below the exact value, never above. The sum stops at $2^{64} - 1$.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`
    Example: Of 82 alpha, 36.9 were sold for root and 45.1 are pending. The miners get 41, so that 4.1 are left.

        >>> float(alpha_for_validators(Fraction(451, 10), Fraction(369, 10), Fraction(41)))
        4.1
        >>> float(alpha_for_validators(Fraction(451, 10), Fraction(369, 10), Fraction(0)))
        45.1
    """
    half = rules.whole(rules.whole(pending + swapped) / 2)
    return max(half - swapped, Fraction(0)) if incentives else pending


@rule("DIV-13", since=343)
def alpha_set_aside_for_validators(
    pending: Fraction,
    swapped: Fraction,
    incentives: Fraction,
    for_miners: Fraction = Fraction(0),
    *,
    rules: Computation = IN_PROPORTION,
) -> Fraction:
    r"""Alpha for validators.

    Change: What is there for validators was set aside for them in each block, where it had been half of all less what
        was root's.
    Statement: For validators there MUST be `PendingValidatorEmission`. If no incentive is assigned to anybody, there is
        `PendingServerEmission` too.
    Formula: $$ V = P_V, \qquad V = P_V + P_S \text{ if no incentives} $$
    Units: alpha rao: what was set aside for validators, for root, the sum of the incentives, what was set aside for
        miners.
    Rounding: none. The sum stops at $2^{64} - 1$.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `distribute_emission`
    Example: 4.1 alpha were set aside for validators and 41 for miners.

        >>> four, miners = Fraction(41, 10), Fraction(41)
        >>> float(alpha_set_aside_for_validators(four, Fraction(0), Fraction(1), miners))
        4.1
        >>> float(alpha_set_aside_for_validators(four, Fraction(0), Fraction(0), miners))
        45.1
    """
    return pending if incentives else rules.whole(pending + for_miners)


@rule("DIV-14", since=283, until=337)
def root_pool_after_dividends(tao: int, credited: int, rest: int) -> int:
    r"""Dividends in the pool of root.

    Statement: The TAO that a payout adds to the stake on root, what the delegates were credited and the rest for their
        stakers, MUST join `SubnetTAO` of root.
    Formula: $$ T_0' = T_0 + c + r $$
    Units: rao.
    Rounding: none beyond that of the share pool: the take counts as it credits it, the rest as it is paid.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `distribute_dividends_and_incentives`
    Known violation: The TAO joins the pool but not `TotalStake`, which the sale for root has lowered.
    Example: A take of 18 and 82 for the stakers.

        >>> root_pool_after_dividends(1_000, 18, 82)
        1100
    """
    return tao + credited + rest
