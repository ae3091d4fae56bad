"""Dividends and takes in later versions."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import frozen

from dtao_spec.chapters import dividends
from dtao_spec.chapters.dividends import (
    Hotkey,
    parent_contribution,
    root_dividends,
    self_contribution,
    take_and_rest,
    take_proportion,
    tao_dividends_of,
)
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.dividends"
Amounts = Mapping[int, Fraction]
"""Amounts by hotkey."""
Payments = dict[tuple[str, str, int], Fraction]
"""Amounts by token, by what they are for, and by hotkey."""
Earnings = Sequence[tuple[int, Fraction, Fraction]]
"""(hotkey, incentive, dividend) of each neuron."""


@rule("DIV-4", since=252)
def parents_dividends(
    amount: Fraction,
    childkey_take: int,
    own_contribution: Fraction,
    contributions: Sequence[Fraction],
    same_owner: Sequence[bool],
) -> list[Fraction]:
    r"""The take comes off each parent's part.

    Statement: All dividends of the child MUST be divided by contribution first. Of each parent's part the child MUST
        then get the childkey take, unless one coldkey owns both hotkeys; two hotkeys without an owner count as owned by
        one. What the parents do not get is the child's.
    Formula: $$ d_i = D\,\frac{C_i}{C_0 + \sum_j C_j}\,(1 - \kappa\,[o_i \ne o_0]), \qquad d_0 = D - \sum_i d_i $$
    Units: alpha rao; $o$ is the owner of a hotkey.
    Rounding: Parts and takes are floored in I96F32, then what each gets to a whole number. A parent gets at most
        $(D + 1)\,2^{-32}$ above the exact value and less than $1 + D 2^{-32}$ below. With $n$ parents the child gets at
        most $n D 2^{-32}$ above and less than $1 + n (D + 1)\,2^{-32}$ below. What is cut off is lost: all together get
        at most $D$, and less than $n + 1$ below it.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_dividends_distribution`
    Example: A child earned 1 000 and takes one fifth. It contributed 300, a parent of another owner 500, one of its own
        owner 200. Where the launch took one fifth of all, also of the 300 and the 200, the child gets 300 and 100.

        >>> parts = [Fraction(500), Fraction(200)]
        >>> parents_dividends(Fraction(1_000), 13_107, Fraction(300), parts, [False, True])
        [Fraction(400, 1), Fraction(200, 1)]
        >>> dividends.parents_dividends(Fraction(1_000), 13_107, Fraction(300), parts)
        [Fraction(400, 1), Fraction(160, 1)]
    """
    total = own_contribution + sum(contributions, Fraction(0))
    if total == 0:
        return [Fraction(0) for _ in contributions]
    kept = 1 - take_proportion(childkey_take)
    return [
        amount * contribution / total * (1 if same else kept)
        for contribution, same in zip(contributions, same_owner, strict=True)
    ]


@rule("DIV-8", since=252)
def dividends_distribution(
    hotkeys: Mapping[int, Hotkey], owners: Mapping[int, int], hotkey: int, amount: Fraction, tao_weight: Fraction
) -> list[tuple[int, Fraction]]:
    r"""Parents and child by the new division.

    Statement: As before, by the new [DIV-4](#div-4), for which the owners are those when the drain begins. A hotkey
        without parents MUST get all of its dividends.
    Formula: $$ D = d_0 + \sum_i d_i $$
    Units: alpha rao.
    Rounding: Each part is whole, and the parts are less than 1 alpha rao a receiver below $D$, never above. A parent's
        part is within $1 + (D + 1) (2^{-31} + \varepsilon / \hat C)$ of the exact value, where $\varepsilon$ is the sum
        of the bounds of all contributions and $\hat C$ the sum of the contributions as computed.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_dividends_distribution`
    Example: Hotkeys 2 and 3 lent all of their 400 alpha each to hotkey 1, which has none, and takes one fifth. 2
        belongs to another coldkey, 3 to its own.

        >>> whole = 2**64 - 1
        >>> hotkeys = {
        ...     1: Hotkey(childkey_take=13_107, parents=((whole, 2), (whole, 3))),
        ...     2: Hotkey(Fraction(400), children=((whole, 1),)),
        ...     3: Hotkey(Fraction(400), children=((whole, 1),)),
        ... }
        >>> dividends_distribution(hotkeys, {1: 11, 2: 12, 3: 11}, 1, Fraction(1_000), Fraction(18, 100))
        [(2, Fraction(400, 1)), (3, Fraction(500, 1)), (1, Fraction(100, 1))]
    """
    child = hotkeys[hotkey]
    own = self_contribution(child.alpha, child.root, [proportion for proportion, _ in child.children], tao_weight)
    contributions = [
        parent_contribution(proportion, hotkeys[parent].alpha, hotkeys[parent].root, tao_weight)
        for proportion, parent in child.parents
    ]
    same_owner = [owners.get(parent) == owners.get(hotkey) for _, parent in child.parents]
    parts = parents_dividends(amount, child.childkey_take, own, contributions, same_owner)
    divided = [(parent, part) for (_, parent), part in zip(child.parents, parts, strict=True)]
    return [*divided, (hotkey, amount - sum(parts, Fraction(0)))]


@rule("DIV-12")
def whole_dividends(earned: Amounts, by_root: Amounts) -> dict[int, Fraction]:
    r"""What is paid in alpha.

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
def dividends_without_those_of_root(earned: Amounts, by_root: Amounts) -> dict[int, Fraction]:
    r"""Root's part is not paid in alpha.

    Statement: Each hotkey MUST get its dividends less its root dividends in alpha.
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
def proportional_dividends(earned: Amounts, by_root: Amounts, for_validators: Fraction) -> dict[int, Fraction]:
    r"""What there is, in proportion.

    Statement: Each hotkey MUST get, of the alpha that is there for validators ([DIV-13](#div-13)), the part that its
        dividends less its root dividends are of all such; if these sum to 0, nobody gets any.
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
    by_alpha = dividends_without_those_of_root(earned, by_root)
    total = sum(by_alpha.values(), Fraction(0))
    return {hotkey: for_validators * part / total if total else Fraction(0) for hotkey, part in by_alpha.items()}


@rule("DIV-13", since=257)
def alpha_for_validators(pending: Fraction, swapped: Fraction, incentives: Fraction) -> Fraction:
    r"""The alpha that is there for validators.

    Statement: For validators there MUST be half of `PendingEmission` plus `PendingAlphaSwapped`, less the latter, which
        the pool has; never less than 0. If no incentive is assigned to anybody, there is all of `PendingEmission`.
    Formula: $$ V = \max\Big(0,\; \frac{A + X}{2} - X\Big), \qquad V = A \text{ if no incentives} $$
    Units: alpha rao.
    Rounding: The half is floored: at most one half below the exact value, never above. The sum stops at $2^{64} - 1$.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`
    Example: Of 82 alpha, 36.9 were sold for root and 45.1 wait. The miners get 41, so that 4.1 are left.

        >>> float(alpha_for_validators(Fraction(451, 10), Fraction(369, 10), Fraction(41)))
        4.1
        >>> float(alpha_for_validators(Fraction(451, 10), Fraction(369, 10), Fraction(0)))
        45.1
    """
    return max((pending + swapped) / 2 - swapped, Fraction(0)) if incentives else pending


@frozen
class Waiting:
    """What waited for the end of the tempo, and where its parts go."""

    alpha: Fraction
    swapped: Fraction
    tao: Fraction
    owner_cut: Fraction
    owner_hotkey: int | None
    """None where the subnet has no owner or no owner hotkey."""


@rule("DIV-9", since=244)
def drained(hotkeys: Mapping[int, Hotkey], earnings: Earnings, waiting: Waiting, tao_weight: Fraction) -> Payments:
    r"""Root's part is paid once.

    Statement: As before, but dividends in alpha MUST be those without root's ([DIV-12](#div-12)).
    Formula: $$ D_h = \sum_{v} d_{v \to h} $$
    Units: alpha rao and rao.
    Rounding: as before.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`
    Known violation: as DIV-12; and TAO paid on root raises the stakes there, but neither `SubnetTAO` of netuid 0 nor
        `TotalStake`.
    Example: The drain of the launch's example. Half of the 41 alpha of dividends was earned by TAO, and is not paid in
        alpha any more.

        >>> hotkeys = {1: Hotkey(Fraction(100), Fraction(500), take=13_107), 7: Hotkey()}
        >>> earnings = [(1, Fraction(0), Fraction(41)), (7, Fraction(41), Fraction(0))]
        >>> waiting = Waiting(Fraction(123, 2), Fraction(41, 2), Fraction(10), Fraction(18), 9)
        >>> shown(drained(hotkeys, earnings, waiting, Fraction(1, 5)))
        alpha owner of the subnet 9 18.0
        alpha miner 7 41.0
        alpha delegate 1 4.1
        alpha stakers 1 16.4
        TAO delegate 1 2.0
        TAO stakers 1 8.0
    """
    earned: dict[int, Fraction] = {}
    for hotkey, _, dividend in sorted(earnings):
        for receiver, part in dividends.dividends_distribution(hotkeys, hotkey, dividend, tao_weight):
            earned[receiver] = earned.get(receiver, Fraction(0)) + part
    in_alpha = dividends_without_those_of_root(earned, root_parts(hotkeys, earned, tao_weight))
    return paid(hotkeys, earnings, waiting, in_alpha, tao_dividends_of(hotkeys, earned, waiting.tao, tao_weight))


@rule("DIV-9", since=252)
def drained_without_owner(
    hotkeys: Mapping[int, Hotkey],
    owners: Mapping[int, int],
    earnings: Earnings,
    waiting: Waiting,
    tao_weight: Fraction,
) -> Payments:
    r"""The owner's incentive is not paid.

    Statement: As before, but the incentive of the subnet's `SubnetOwnerHotkey` MUST NOT be paid to anybody; its
        dividends are. Parents and child divide by the new [DIV-8](#div-8).
    Formula: $$ D_h = \sum_{v} d_{v \to h} $$
    Units: alpha rao and rao.
    Rounding: as before; besides, less than 1 alpha rao is lost for each receiver of a validator's dividends.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`,
        `distribute_dividends_and_incentives`
    Known violation: What is not paid stays counted in `SubnetAlphaOut` ("burned" in the sense of [STAKE-25](#stake-25),
        not of [STAKE-24](#stake-24)): the root proportion and the halving of the alpha still reckon with it.
    Example: The validators weigh the owner hotkey, 9, as the only miner. The owner gets its cut and nothing else.

        >>> hotkeys = {1: Hotkey(Fraction(100), take=0), 9: Hotkey()}
        >>> earnings = [(1, Fraction(0), Fraction(41)), (9, Fraction(41), Fraction(0))]
        >>> waiting = Waiting(Fraction(82), Fraction(0), Fraction(0), Fraction(18), 9)
        >>> shown(drained_without_owner(hotkeys, {1: 11, 9: 19}, earnings, waiting, Fraction(1, 5)))
        alpha owner of the subnet 9 18.0
        alpha stakers 1 41.0
    """
    earned = earned_by(hotkeys, owners, earnings, tao_weight)
    in_alpha = dividends_without_those_of_root(earned, root_parts(hotkeys, earned, tao_weight))
    in_tao = tao_dividends_of(hotkeys, earned, waiting.tao, tao_weight)
    return paid(hotkeys, without_owner(earnings, waiting), waiting, in_alpha, in_tao)


@rule("DIV-9", since=257)
def drained_in_proportion(
    hotkeys: Mapping[int, Hotkey],
    owners: Mapping[int, int],
    earnings: Earnings,
    waiting: Waiting,
    tao_weight: Fraction,
) -> Payments:
    r"""Validators are paid what is there.

    Statement: As before, but dividends in alpha MUST be the proportional ones of [DIV-12](#div-12). The incentives that
        count for [DIV-13](#div-13) are all, that of the owner hotkey among them.
    Formula: $$ \sum_h a_h \le V = \max\Big(0,\; \frac{A + X}{2} - X\Big) $$
    Units: alpha rao and rao.
    Rounding: as before. Of $n$ neurons the epoch may give the miners up to $n\,(A + X)\,2^{-33}$ alpha rao more than
        one half ([EPOCH-16](#epoch-16)); what is paid may exceed what is there by as much.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`,
        `calculate_dividend_and_incentive_distribution`, `calculate_dividends_and_incentives`,
        `distribute_dividends_and_incentives`
    Known violation: TAO paid on root raises the stakes there, but neither `SubnetTAO` of netuid 0 nor `TotalStake`. If
        miners earn and no validator does, as where bonds do not move at all, the miners are paid all alpha, also what
        was sold.
    Example: 82 alpha, of which 36.9 were sold for 10 TAO. The miner's 41 and the validator's 4.1 are the 45.1 that
        wait.

        >>> hotkeys = {1: Hotkey(Fraction(100), Fraction(500), take=0), 7: Hotkey()}
        >>> earnings = [(1, Fraction(0), Fraction(41)), (7, Fraction(41), Fraction(0))]
        >>> waiting = Waiting(Fraction(451, 10), Fraction(369, 10), Fraction(10), Fraction(18), 9)
        >>> shown(drained_in_proportion(hotkeys, {1: 11, 7: 17}, earnings, waiting, Fraction(1, 5)))
        alpha owner of the subnet 9 18.0
        alpha miner 7 41.0
        alpha stakers 1 4.1
        TAO stakers 1 10.0
    """
    earned = earned_by(hotkeys, owners, earnings, tao_weight)
    incentives = sum((incentive for _, incentive, _ in earnings), Fraction(0))
    there = alpha_for_validators(waiting.alpha, waiting.swapped, incentives)
    in_alpha = proportional_dividends(earned, root_parts(hotkeys, earned, tao_weight), there)
    in_tao = tao_dividends_of(hotkeys, earned, waiting.tao, tao_weight)
    return paid(hotkeys, without_owner(earnings, waiting), waiting, in_alpha, in_tao)


@rule("DIV-9", since=261)
def drained_and_noted(
    hotkeys: Mapping[int, Hotkey],
    owners: Mapping[int, int],
    earnings: Earnings,
    waiting: Waiting,
    tao_weight: Fraction,
) -> tuple[Payments, dict[int, Fraction]]:
    r"""The stake after the drain is noted.

    Statement: As before, and for each hotkey that is due dividends, also of 0, `TotalHotkeyAlphaLastEpoch` MUST become
        the stake on it in the subnet after its dividends in alpha were paid. Entries of other hotkeys stay.
    Formula: $$ L_h = V_h + a_h + \text{what } h \text{ got as a miner or as the owner's hotkey} $$
    Units: alpha rao and rao; the second result is by hotkey.
    Rounding: as before; what is noted is the stake as it is.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`,
        `distribute_dividends_and_incentives`
    Known violation: as before.
    Example: As above: 100 alpha and 4.1 of dividends. The miner earned no dividends, but is due 0.

        >>> hotkeys = {1: Hotkey(Fraction(100), Fraction(500), take=0), 7: Hotkey()}
        >>> earnings = [(1, Fraction(0), Fraction(41)), (7, Fraction(41), Fraction(0))]
        >>> waiting = Waiting(Fraction(451, 10), Fraction(369, 10), Fraction(10), Fraction(18), 9)
        >>> _, noted = drained_and_noted(hotkeys, {1: 11, 7: 17}, earnings, waiting, Fraction(1, 5))
        >>> {hotkey: float(stake) for hotkey, stake in noted.items()}
        {1: 104.1, 7: 41.0}
    """
    payments = drained_in_proportion(hotkeys, owners, earnings, waiting, tao_weight)
    due = earned_by(hotkeys, owners, earnings, tao_weight)
    gained: dict[int, Fraction] = {}
    for (token, _, hotkey), amount in payments.items():
        if token == "alpha":
            gained[hotkey] = gained.get(hotkey, Fraction(0)) + amount
    return payments, {hotkey: hotkeys[hotkey].alpha + gained.get(hotkey, Fraction(0)) for hotkey in sorted(due)}


def earned_by(
    hotkeys: Mapping[int, Hotkey], owners: Mapping[int, int], earnings: Earnings, tao_weight: Fraction
) -> dict[int, Fraction]:
    """Return the dividends of each hotkey, after parents and children."""
    earned: dict[int, Fraction] = {}
    for hotkey, _, dividend in sorted(earnings):
        for receiver, part in dividends_distribution(hotkeys, owners, hotkey, dividend, tao_weight):
            earned[receiver] = earned.get(receiver, Fraction(0)) + part
    return earned


def root_parts(hotkeys: Mapping[int, Hotkey], earned: Amounts, tao_weight: Fraction) -> dict[int, Fraction]:
    """Return what root stake earned of each hotkey's dividends."""
    return {
        hotkey: root_dividends(amount, hotkeys[hotkey].alpha, hotkeys[hotkey].root, tao_weight)
        for hotkey, amount in earned.items()
    }


def without_owner(earnings: Earnings, waiting: Waiting) -> Earnings:
    """Return the earnings without the incentive of the owner hotkey."""
    return [
        (hotkey, Fraction(0) if hotkey == waiting.owner_hotkey else incentive, dividend)
        for hotkey, incentive, dividend in earnings
    ]


def paid(
    hotkeys: Mapping[int, Hotkey], earnings: Earnings, waiting: Waiting, in_alpha: Amounts, in_tao: Amounts
) -> Payments:
    """Return all payments of a drain, in their order."""
    payments: Payments = {}
    if waiting.owner_hotkey is not None:
        payments["alpha", "owner of the subnet", waiting.owner_hotkey] = waiting.owner_cut
    for hotkey, incentive, _ in sorted(earnings):
        key = ("alpha", "miner", hotkey)
        payments[key] = payments.get(key, Fraction(0)) + incentive
    for token, amounts in (("alpha", in_alpha), ("TAO", in_tao)):
        for hotkey in sorted(amounts):
            taken, rest = take_and_rest(amounts[hotkey], hotkeys[hotkey].take)
            payments[token, "delegate", hotkey] = taken
            payments[token, "stakers", hotkey] = rest
    return payments


def shown(payments: Payments) -> None:
    """Print the payments that are not 0."""
    for (token, receiver, hotkey), amount in payments.items():
        if amount:
            print(token, receiver, hotkey, float(amount))
