r"""Dividends and takes.

At the end of a tempo the epoch says what each neuron earned: incentive as a miner, dividends as a validator. The drain
pays it, in stake. Incentive is simple: it goes to the coldkey that owns the miner's hotkey. A validator's dividends
pass through three divisions, each between those who brought the stake.

```mermaid
flowchart TD
    cut["PendingOwnerCut"] --> subnet_owner["owner of the subnet,<br>as stake on its hotkey"]
    alpha["PendingEmission + PendingAlphaSwapped"] --> epoch{{"epoch"}}
    epoch -->|"incentive"| miner["owner of the<br>miner's hotkey"]
    epoch -->|"dividends"| validator["validator"]
    validator -->|"its childkey take, and the part of its own stake (DIV-8)"| own["its own dividends"]
    validator -->|"by contribution<br>(DIV-3, DIV-4)"| parents["its parents' dividends"]
    own --> hotkeys["dividends of each hotkey"]
    parents --> hotkeys
    hotkeys -->|"take (DIV-7)"| delegate["owner of the hotkey"]
    hotkeys -->|"rest, by stake (DIV-11)"| stakers["stakers on the hotkey in the subnet"]
    hotkeys -.->|"root's part, as a measure only (DIV-5)"| tao
    tao["PendingRootDivs"] -->|"the take of its part<br>(DIV-6, DIV-7)"| delegate
    tao -->|"rest, by root stake"| root["stakers on the hotkey in root"]
```

1. **Parents and child.** The child keeps a part of its dividends, the childkey take ([children](#chapter-children));
   the rest is divided by what each brought.
2. **Root and alpha.** What a hotkey has on root and what it has on the subnet earned together. The root stakers' part
   has already been sold; here it only measures which hotkey's root stakers get how much of the TAO.
3. **Delegate and stakers.** The owner of the hotkey keeps the take. The rest is divided among all who stake on the
   hotkey, the owner included, by raising the value of their shares.

**Double root dividends.** The alpha dividends are not reduced by the part that was sold. Validators and their stakers
are paid all of the 41 %, also in the alpha that the pool has bought; and the root stakers get the TAO besides. At each
drain the stakes grow by `PendingAlphaSwapped` more than `SubnetAlphaOut` has grown. Those who stake with validators
gain; all other holders of the alpha, miners and owner among them, pay by dilution. Should everybody unstake, more alpha
would enter the pool than is counted outside of it.

Alpha that the epoch assigns to nobody, as on a subnet without neurons, is lost, and so is the owner's cut of a subnet
without an owner; both stay counted in `SubnetAlphaOut`. The TAO for root stakers is lost if no hotkey that earned
dividends has root stake.

Where nobody stakes alpha on a hotkey, the take makes its owner the only holder, and the rest of the alpha dividends is
the owner's too, even if root stakers earned them all ([DIV-11](#div-11)).
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import frozen

from dtao_spec.chapters.children import Links, proportion_of_stake
from dtao_spec.registry import rule

U16_MAX = 2**16 - 1
LAUNCH_TAKE = 11_796
"""The take of a delegate that has set none."""


@frozen
class Hotkey:
    """What the drain of a subnet knows of a hotkey."""

    alpha: Fraction = Fraction(0)
    """The stake on it in the subnet, alpha rao."""
    root: Fraction = Fraction(0)
    """The stake on it in root, rao."""
    take: int = LAUNCH_TAKE
    childkey_take: int = 0
    children: Links = ()
    parents: Links = ()


@rule("DIV-1")
def take_proportion(take: int) -> Fraction:
    r"""A take as a part of 1.

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
def self_contribution(alpha: Fraction, root: Fraction, to_children: Sequence[int], tao_weight: Fraction) -> Fraction:
    r"""What a child brings itself.

    Statement: A hotkey MUST be held to contribute to its own validation its stake, alpha plus weighted TAO, less the
        proportions that it gave to its own children; not what it inherited. It is never negative.
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
    remaining = 1 - sum((proportion_of_stake(proportion) for proportion in to_children), Fraction(0))
    return max(Fraction(0), remaining) * (alpha + tao_weight * root)


@rule("DIV-3")
def parent_contribution(proportion: int, alpha: Fraction, root: Fraction, tao_weight: Fraction) -> Fraction:
    r"""What a parent brings.

    Statement: A parent MUST be held to contribute to a child's validation its stake, alpha plus weighted TAO, times the
        proportion that it gave to the child.
    Formula: $$ C_i = p_i (\alpha_i + \tau\rho_i) $$
    Units: alpha rao and rao in; alpha rao out.
    Rounding: Proportion, weight and product are floored in I96F32: less than $2^{-32} (\alpha + \tau\rho + p\rho + 1)$
        below the exact value, never above. Unlike [DIV-2](#div-2) it is not truncated to a whole number.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_dividends_distribution`
    Example: A parent with 280 alpha and no TAO gives everything.

        >>> parent_contribution(2**64 - 1, Fraction(280), Fraction(0), Fraction(18, 100))
        Fraction(280, 1)
    """
    return proportion_of_stake(proportion) * (alpha + tao_weight * root)


@rule("DIV-4")
def parents_dividends(
    dividends: Fraction, childkey_take: int, own_contribution: Fraction, contributions: Sequence[Fraction]
) -> list[Fraction]:
    r"""What parents get of a child's dividends.

    Statement: The childkey take MUST come off first, of all dividends of the child, also of those that its own stake
        earned. Of the rest each parent MUST get its part of all contributions. What the parents do not get is the
        child's; that is everything if nobody contributes.
    Formula: $$ d_i = D (1 - \kappa) \frac{C_i}{C_0 + \sum_j C_j}, \qquad d_0 = D - \sum_i d_i $$
    Units: alpha rao.
    Rounding: Take and quotient are floored in I96F32, a parent's dividends to a whole number: at most $D 2^{-32}$ above
        the exact value, and less than $1 + D 2^{-32}$ below. The child gets all that is cut off, so that the parts sum
        to $D$.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_dividends_distribution`
    Example: A child earned 1 000. It takes one fifth. It contributed 210, two parents 280 and 210: of the 800 they get
        320 and 240, and the child keeps 440.

        >>> parents_dividends(Fraction(1_000), 13_107, Fraction(210), [Fraction(280), Fraction(210)])
        [Fraction(320, 1), Fraction(240, 1)]
    """
    remaining = dividends * (1 - take_proportion(childkey_take))
    total = own_contribution + sum(contributions, Fraction(0))
    if total == 0:
        return [Fraction(0) for _ in contributions]
    return [remaining * contribution / total for contribution in contributions]


@rule("DIV-5")
def root_dividends(dividends: Fraction, alpha: Fraction, root: Fraction, tao_weight: Fraction) -> Fraction:
    r"""What root stake earned of a hotkey's dividends.

    Statement: The root dividends of a hotkey MUST be the part of its dividends that its weighted TAO is of its own
        stake, with no regard to children and parents; 0 if it has no stake. They are a measure: nothing is taken from
        the dividends.
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
    return dividends * weighted / (alpha + weighted) if alpha + weighted else Fraction(0)


@rule("DIV-6")
def tao_dividends(pending_tao: Fraction, dividends: Fraction, total_dividends: Fraction) -> Fraction:
    r"""TAO for root dividends.

    Statement: Of the TAO that waited, a hotkey MUST get the part that its root dividends are of all root dividends. If
        there are none, nobody gets it.
    Formula: $$ \theta_i = \Theta \frac{\delta_i}{\sum_j \delta_j} $$
    Units: rao; dividends in alpha rao.
    Rounding: The quotient is floored in I96F32: at most $2^{-32} \Theta$ below the exact value, never above: of 100 TAO
        less than 24 rao a hotkey.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`
    Example: 12 TAO for two hotkeys with root dividends of 30 and 10.

        >>> [tao_dividends(Fraction(12), dividends, Fraction(40)) for dividends in (Fraction(30), Fraction(10))]
        [Fraction(9, 1), Fraction(3, 1)]
    """
    return pending_tao * dividends / total_dividends if total_dividends else Fraction(0)


@rule("DIV-7")
def take_and_rest(dividends: Fraction, take: int) -> tuple[Fraction, Fraction]:
    r"""Take and rest.

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
    taken = take_proportion(take) * dividends
    return taken, dividends - taken


@rule("DIV-8")
def dividends_distribution(
    hotkeys: Mapping[int, Hotkey], hotkey: int, dividends: Fraction, tao_weight: Fraction
) -> list[tuple[int, Fraction]]:
    r"""Parents and child.

    Statement: The dividends of a validator MUST be divided among its parents in the subnet, in the order of its list,
        and itself, by the stakes that they have when the drain begins.
    Formula: $$ D = d_0 + \sum_i d_i $$
    Units: alpha rao.
    Rounding: Each part is whole and the parts sum to the dividends. A parent's part is within $1 + D (2^{-31} +
        \varepsilon / \hat C)$ of the exact value, where $\varepsilon$ is the sum of the bounds of all contributions
        ([DIV-2](#div-2), [DIV-3](#div-3)) and $\hat C$ the sum of the contributions as computed.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_dividends_distribution`
    Example: Hotkey 1 earned 1 000, has 210 alpha and a childkey take of one fifth. Hotkey 2 lent it all of 280 alpha,
        hotkey 3 one half of 420.

        >>> whole = 2**64 - 1
        >>> hotkeys = {
        ...     1: Hotkey(Fraction(210), childkey_take=13_107, parents=((whole, 2), (whole // 2, 3))),
        ...     2: Hotkey(Fraction(280), children=((whole, 1),)),
        ...     3: Hotkey(Fraction(420), children=((whole // 2, 1),)),
        ... }
        >>> parts = dividends_distribution(hotkeys, 1, Fraction(1_000), Fraction(18, 100))
        >>> [(account, round(float(part), 6)) for account, part in parts]
        [(2, 320.0), (3, 240.0), (1, 440.0)]
    """
    child = hotkeys[hotkey]
    own = self_contribution(child.alpha, child.root, [proportion for proportion, _ in child.children], tao_weight)
    contributions = [
        parent_contribution(proportion, hotkeys[parent].alpha, hotkeys[parent].root, tao_weight)
        for proportion, parent in child.parents
    ]
    parts = parents_dividends(dividends, child.childkey_take, own, contributions)
    divided = [(parent, part) for (_, parent), part in zip(child.parents, parts, strict=True)]
    return [*divided, (hotkey, dividends - sum(parts, Fraction(0)))]


@rule("DIV-9")
def pending_emission_drained(
    hotkeys: Mapping[int, Hotkey],
    earnings: Sequence[tuple[int, Fraction, Fraction]],
    owner_hotkey: int | None,
    owner_cut: Fraction,
    pending_tao: Fraction,
    tao_weight: Fraction,
) -> dict[tuple[str, str, int], Fraction]:
    r"""The drain.

    Statement: At the end of a tempo the epoch MUST be run over `PendingEmission` plus `PendingAlphaSwapped`. What it
        assigns, the owner's cut and `PendingRootDivs` MUST then be paid as stake, in this order: the cut to the owner
        of the subnet on its `SubnetOwnerHotkey`, if both exist; incentives to the owners of the miners' hotkeys;
        dividends in alpha; dividends in TAO, on the root network. Within a group the order is that of the hotkeys as
        numbers. All amounts follow from the stakes before the first payment. Hotkeys that are due nothing are paid 0
        like the others, which removes an `Alpha` entry of 0 of the receiver ([SHARE-4](#share-4)).
    Formula: $$ \begin{gathered} D_h = \sum_{v} d_{v \to h}, \\
        \text{alpha paid} \le \text{PendingEmission} + \text{PendingAlphaSwapped} + \text{PendingOwnerCut}
        \end{gathered} $$
    Units: alpha rao and rao; $d_{v \to h}$ is what hotkey $h$ gets of the dividends of validator $v$
        ([DIV-8](#div-8)).
    Rounding: As the rules that divide. For each hotkey at most 1 alpha rao of its dividends is lost, and less than 2
        rao of its TAO besides the bound of [DIV-6](#div-6). Never is more paid than the epoch assigned.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`
    Known violation: Double root dividends: the epoch pays out the alpha that was sold for root, and root is paid the
        TAO for it. TAO paid on root raises the stakes there, but neither `SubnetTAO` of netuid 0 nor `TotalStake`.
    Example: One miner (7) and one validator (1), who has 100 alpha and 500 TAO on root, at a weight of 1/5, and takes
        one fifth. 82 alpha were emitted, 20.5 of them sold for 10 TAO. All 82 are paid, and the TAO too.

        >>> hotkeys = {1: Hotkey(Fraction(100), Fraction(500), take=13_107), 7: Hotkey()}
        >>> earnings = [(1, Fraction(0), Fraction(41)), (7, Fraction(41), Fraction(0))]
        >>> paid = pending_emission_drained(hotkeys, earnings, 9, Fraction(18), Fraction(10), Fraction(1, 5))
        >>> for (token, receiver, hotkey), amount in paid.items():
        ...     if amount:
        ...         print(token, receiver, hotkey, float(amount))
        alpha owner of the subnet 9 18.0
        alpha miner 7 41.0
        alpha delegate 1 8.2
        alpha stakers 1 32.8
        TAO delegate 1 2.0
        TAO stakers 1 8.0
    """
    paid: dict[tuple[str, str, int], Fraction] = {}
    if owner_hotkey is not None:
        paid["alpha", "owner of the subnet", owner_hotkey] = owner_cut
    dividends: dict[int, Fraction] = {}
    for hotkey, incentive, dividend in sorted(earnings):
        paid["alpha", "miner", hotkey] = paid.get(("alpha", "miner", hotkey), Fraction(0)) + incentive
        for receiver, part in dividends_distribution(hotkeys, hotkey, dividend, tao_weight):
            dividends[receiver] = dividends.get(receiver, Fraction(0)) + part
    in_tao = tao_dividends_of(hotkeys, dividends, pending_tao, tao_weight)
    for token, amounts in (("alpha", dividends), ("TAO", in_tao)):
        for hotkey in sorted(amounts):
            taken, rest = take_and_rest(amounts[hotkey], hotkeys[hotkey].take)
            paid[token, "delegate", hotkey] = taken
            paid[token, "stakers", hotkey] = rest
    return paid


@rule("DIV-10")
def tao_dividends_of(
    hotkeys: Mapping[int, Hotkey], dividends: Mapping[int, Fraction], pending_tao: Fraction, tao_weight: Fraction
) -> dict[int, Fraction]:
    r"""TAO for each hotkey.

    Statement: The TAO that waited MUST be divided among the hotkeys that receive dividends in alpha, parents included,
        by root dividends ([DIV-5](#div-5), [DIV-6](#div-6)) on the stakes that they have when the drain begins.
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
    earned = {
        hotkey: root_dividends(amount, hotkeys[hotkey].alpha, hotkeys[hotkey].root, tao_weight)
        for hotkey, amount in dividends.items()
    }
    total = sum(earned.values(), Fraction(0))
    return {hotkey: tao_dividends(pending_tao, root, total) for hotkey, root in earned.items()}


@rule("DIV-11")
def stakes_after_dividends(
    stakes: Mapping[int, Fraction], owner: int, dividends: Fraction, take: int
) -> dict[int, Fraction]:
    r"""Payment to stakers.

    Statement: The take MUST be added to the stake of the hotkey's owner first, and the rest MUST then raise all stakes
        on the hotkey in proportion, so that the owner shares in the rest with the take just received. A hotkey
        without a setting takes 11 796. `AlphaDividendsPerSubnet` and `TaoDividendsPerSubnet`, both under the subnet,
        MUST hold the rests of the last drain and nothing else. A hotkey without an owner pays account 0.
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
    taken, rest = take_and_rest(dividends, take)
    before = {**stakes, owner: stakes.get(owner, Fraction(0)) + taken}
    total = sum(before.values(), Fraction(0))
    return {coldkey: stake + (rest * stake / total if total else 0) for coldkey, stake in before.items()}
