r"""Emission: who gets a block's TAO and alpha.

A block issues up to 1 TAO in all, and up to 2 alpha on every subnet. The TAO and one part of the alpha go into the
pools. The other part, the alpha emission, goes to those who take part in the subnet: its owner, its miners, its
validators and whoever stakes with them, and the stakers of the root network.

[until 243] ```mermaid
flowchart TD
    block["new TAO of the block, up to 1"]
    created["new alpha of the subnet, up to 1 + 1"]
    pool[("pool of the subnet:<br>T and A")]
    owner["PendingOwnerCut, 18 %"]
    rest["PendingEmission,<br>82 % less what is sold"]
    sold["sold for root: r × 41 %<br>counted in PendingAlphaSwapped"]
    tao["PendingRootDivs, in TAO"]
    epoch{{"epoch<br>over both: 82 %"}}
    block -->|"by moving price (EMIT-1)"| pool
    created -->|"beside the TAO, at the pool's price (EMIT-2)"| pool
    created -->|"alpha emission (ISS-1)"| owner
    created -->|"alpha emission (ISS-1)"| rest
    created -->|"alpha emission (ISS-1)"| sold
    sold -->|"alpha (EMIT-7)"| pool
    pool -->|"TAO (POOL-4)"| tao
    rest --> epoch
    sold -.->|"once more, as a number"| epoch
    owner -->|"at the epoch"| o["owner of the<br>subnet: 18 %"]
    epoch --> miners["miners: 41 %"]
    epoch --> validators["validators and<br>their stakers: 41 %"]
    tao -->|"at the epoch"| root["stakers on root"]
```

[since 244 until 337] ```mermaid
flowchart TD
    block["new TAO of the block, up to 1"]
    created["new alpha of the subnet, up to 1 + 1"]
    pool[("pool of the subnet:<br>T and A")]
    owner["PendingOwnerCut, 18 %"]
    rest["PendingEmission,<br>82 % less what is sold"]
    sold["sold for root: r × 41 %<br>counted in PendingAlphaSwapped"]
    tao["PendingRootDivs, in TAO"]
    epoch{{"epoch"}}
    block -->|"by moving price (EMIT-1)"| pool
    created -->|"beside the TAO, at the pool's price (EMIT-2)"| pool
    created -->|"alpha emission (ISS-1)"| owner
    created -->|"alpha emission (ISS-1)"| rest
    created -->|"alpha emission (ISS-1)"| sold
    sold -->|"alpha (EMIT-7)"| pool
    pool -->|"TAO (POOL-4)"| tao
    rest --> epoch
    sold -.->|"counted as earned by root stake,<br>not paid again (DIV-12)"| epoch
    owner -->|"at the epoch"| o["owner of the<br>subnet: 18 %"]
    epoch --> miners["miners: 41 %"]
    epoch --> validators["validators and<br>their stakers: 41 % less<br>what root stake earned"]
    tao -->|"at the epoch"| root["stakers on root"]
```

[since 338] ```mermaid
flowchart TD
    block["new TAO of the block, up to 1"]
    created["new alpha of the subnet, up to 1 + 1"]
    pool[("pool of the subnet")]
    owner["PendingOwnerCut, 18 %"]
    rest["what miners and validators<br>will earn, 82 % less root's part"]
    sold["PendingRootAlphaDivs:<br>r × 41 %"]
    epoch{{"epoch"}}
    block -->|"by flow (FLOW-3)"| pool
    created -->|"beside the TAO, at the pool's price"| pool
    created -->|"alpha emission (ISS-1)"| owner
    created -->|"alpha emission (ISS-1)"| rest
    created -->|"alpha emission (EMIT-7, EMIT-10)"| sold
    rest --> epoch
    sold -->|"at the epoch"| root["rates of root claims<br>(CLAIM-1)"]
    owner -->|"at the epoch"| o["owner of the<br>subnet: 18 %"]
    epoch --> miners["miners: 41 %"]
    epoch --> validators["validators and<br>their stakers: the rest"]
```

[until 337] **TAO follows the moving price.** A subnet whose alpha has been twice as expensive for long gets twice the
TAO. The TAO is not paid to anybody: it deepens the pool. Its effect on the price depends on the alpha that goes in
beside it. The rule is to add alpha at the pool's price, which leaves the price where it was, but never more than the
alpha emission. With $\Sigma$ the sum of all moving prices, and prices at their averages, a pool is due $E / \Sigma$
alpha. So as long as $\Sigma$ exceeds 1 TAO the pools take less than 1 alpha each, and prices stand; where it is below,
the cap binds, TAO goes in without its alpha, and prices rise. The emission thus pushes the sum of all prices toward 1.

[since 338] **TAO follows its flow.** How much of the TAO a subnet is due is the matter of [flows](#chapter-flow). The
TAO is not paid to anybody: it deepens the pool. Alpha goes in beside it at the pool's price, which leaves the price
where it was, but never more than the alpha emission.

**The split is 18/41/41.** The owner cut comes off first: 11 796 of 65 535, which is 17.9995 %. The epoch divides the
other 82.0005 % in halves, one for miners by incentive and one for validators by dividends. It is a split between halves
only where both exist: with no miner that earns, validators get all ([EPOCH-16](#epoch-16)).

[until 337] **Root's part is sold.** Stakers on the root network hold TAO, not alpha. Their stake weighs on every
subnet, by the TAO weight $\tau$; their part of a subnet's stake is the root proportion $r$, and their part of its
emission is $r$ of the validators' half. The block sells that much alpha to the pool at once and sets the TAO aside for
them. When the pools began no alpha existed outside of them, so that $r$ was close to 1; it falls as alpha is issued.
With 6 million TAO on root, weighed at 18 %, and 2 alpha a block, $r$ is down to one half after 75 days. The more alpha
there is, the less of it must be sold.

[since 338] **Root's part waits.** Stakers on the root network hold TAO, not alpha. Their stake weighs on every subnet,
by the TAO weight $\tau$; their part of a subnet's stake is the root proportion $r$, and their part of its emission is
$r$ of the validators' half. It waits as alpha until they [claim](#chapter-claims) it.

Of 1 alpha of emission, with $r = 0.9$:

| to | alpha | of what exists |
|---|--:|---|
| the owner | 0.180 | alpha |
| miners | 0.410 | alpha |
| [until 243] validators and their stakers | 0.410 | 0.041 alpha, and 0.369 that has been sold |
| [since 244] validators and their stakers | 0.041 | alpha |
| [until 337] the pool | 0.369 | alpha, paid with TAO that goes to root |
| [since 338] stakers of root | 0.369 | alpha that they may claim |
| [until 243] sum | 1.369 | 1 alpha |
| [since 244] sum | 1.000 | 1 alpha |

[until 243] The sold alpha is handed out a second time: see [DIV-9](#div-9).
"""

from fractions import Fraction

from dtao_spec.registry import rule
from dtao_spec.rounding import SIGNED, UNSIGNED, at_most, floored

U16_MAX = 2**16 - 1
U64_MAX = 2**64 - 1


def tao_emission_rounded(block_emission: Fraction, moving_price: Fraction, total_moving_prices: Fraction) -> Fraction:
    """Return the TAO that is due in I96F32."""
    return _due(block_emission, moving_price, total_moving_prices, SIGNED)


def tao_emission_unsigned_rounded(
    block_emission: Fraction, moving_price: Fraction, total_moving_prices: Fraction
) -> Fraction:
    """Return the TAO that is due in U96F32."""
    return _due(block_emission, moving_price, total_moving_prices, UNSIGNED)


def _due(block_emission: Fraction, moving_price: Fraction, total_moving_prices: Fraction, largest: int) -> Fraction:
    total = at_most(total_moving_prices, largest)
    return floored(at_most(floored(block_emission * moving_price), largest) / total) if total else Fraction(0)


@rule("EMIT-1", rounded=tao_emission_rounded)
def tao_emission(block_emission: Fraction, moving_price: Fraction, total_moving_prices: Fraction) -> Fraction:
    r"""TAO emission of a subnet.

    Statement: Of the TAO that a block may issue, every subnet that receives emission ([EMIT-8](#emit-8)) MUST be due
        the part that its moving price is of the sum of their moving prices, as the last block left them; a stable
        subnet counts as 1. If the sum is 0, nothing is due. The whole rao of it enter the pool, and are added to
        `TotalIssuance` and `TotalStake`.
    Formula: $$ e_i = E \cdot \frac{P_i}{\sum_j P_j} $$
    Units: rao; moving prices in TAO per alpha.
    Rounding: The product and the quotient are each floored in I96F32: less than $2^{-32}(1 + 1 / \sum P)$ rao below
        the exact value, never above. What enters the pool is then truncated to whole rao. The fractions are given to
        nobody, so that a block issues up to about 1 rao a subnet less than it may.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: Two subnets, at moving prices of 0.02 and 0.01, share 1 TAO as 2 to 1.

        >>> first = tao_emission(Fraction(10**9), Fraction(2, 100), Fraction(3, 100))
        >>> second = tao_emission(Fraction(10**9), Fraction(1, 100), Fraction(3, 100))
        >>> int(first), int(second), first / second
        (666666666, 333333333, Fraction(2, 1))
    """
    return block_emission * moving_price / total_moving_prices if total_moving_prices else Fraction(0)


@rule("EMIT-1", since=261, until=337, rounded=tao_emission_unsigned_rounded)
def tao_emission_unsigned(block_emission: Fraction, moving_price: Fraction, total_moving_prices: Fraction) -> Fraction:
    r"""TAO emission of a subnet.

    Change: It is computed in U96F32, whose largest number is twice that of I96F32. The runtime's authors gave up signs
        where no amount can be negative; no amount changes, because a product that tells the two formats apart needs a
        moving price of $2^{65}$ TAO.
    Statement: Of the TAO that a block may issue, every subnet that receives emission ([EMIT-8](#emit-8)) MUST be due
        the part that its moving price is of the sum of their moving prices, as the last block left them; a stable
        subnet counts as 1. If the sum is 0, nothing is due. The whole rao of it enter the pool, and are added to
        `TotalIssuance` and `TotalStake`.
    Formula: $$ e_i = E \cdot \frac{P_i}{\sum_j P_j} $$
    Units: rao; moving prices in TAO per alpha.
    Rounding: The product and the quotient are each floored in U96F32: less than $2^{-32}(1 + 1 / \sum P)$ rao below
        the exact value, never above. What enters the pool is then truncated to whole rao. The fractions are given to
        nobody, so that a block issues up to about 1 rao a subnet less than it may.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: A third of the prices gets a third of the TAO.

        >>> int(tao_emission_unsigned(Fraction(10**9), Fraction(1, 100), Fraction(3, 100)))
        333333333
    """
    return tao_emission(block_emission, moving_price, total_moving_prices)


def alpha_injection_rounded(tao_in: Fraction, price: Fraction, alpha_emission: Fraction) -> Fraction:
    """Return the alpha in I96F32."""
    return min(floored(tao_in / price), alpha_emission) if price else alpha_emission


@rule("EMIT-2", until=297, rounded=alpha_injection_rounded)
def alpha_injection(tao_in: Fraction, price: Fraction, alpha_emission: Fraction) -> Fraction:
    r"""Alpha injected beside the TAO.

    Statement: Beside the TAO that a subnet is due, alpha of the same worth at the pool's price MUST enter the pool, but
        not more than the alpha emission; that in full if the price is 0. The price is that before anything enters. The
        TAO is not reduced where the cap binds.
    Formula: $$ a_i = \min\left(\frac{e_i}{p_i}, E(A_i + O_i)\right) $$
    Units: rao and TAO per alpha in, alpha rao out.
    Rounding: The quotient is floored in I96F32: less than $2^{-32}$ alpha rao below the exact value, never above; then
        truncated to whole alpha rao. The price is itself floored ([PRICE-1](#price-1)), which raises the quotient by
        up to $2^{-32} / (p - 2^{-32})$ of it. A price below $2^{-32}$ is 0 and gives the whole emission.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Known violation: Where the cap binds, the pool receives more TAO than the price asks for, and the price rises.
    Example: 0.02 TAO at a price of 0.05 bring 0.4 alpha, and the price stays. At a price of 0.01 they would bring 2,
        but only 1 is emitted: the price rises.

        >>> alpha_injection(Fraction(2 * 10**7), Fraction(5, 100), Fraction(10**9))
        Fraction(400000000, 1)
        >>> alpha_injection(Fraction(2 * 10**7), Fraction(1, 100), Fraction(10**9))
        Fraction(1000000000, 1)
    """
    return min(tao_in / price, alpha_emission) if price else alpha_emission


@rule("EMIT-3")
def is_closed(registration_allowed: bool, pow_registration_allowed: bool) -> bool:
    r"""Subnets with registration disabled.

    Statement: A subnet MUST get no TAO while registration by burning is not allowed on it and registration by work is.
        Its alpha MUST be injected as if it had got the TAO. What it is not given is not issued and not given to others.
    Units: the two settings of the subnet.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Known violation: A subnet that allows neither kind of registration keeps its TAO; only one that still allows work
        loses it. And as alpha goes in without TAO, the price of a subnet without TAO falls.
    Example: All four combinations; only the last but one gets none.

        >>> [is_closed(burn, work) for burn, work in [(True, True), (True, False), (False, True), (False, False)]]
        [False, False, True, False]
    """
    return pow_registration_allowed and not registration_allowed


@rule("EMIT-3", since=238)
def is_closed_both_ways(registration_allowed: bool, pow_registration_allowed: bool) -> bool:
    r"""Subnets with registration disabled.

    Change: A subnet that allows neither kind of registration gets no TAO, and one that still allows work gets it. The
        launch had it the other way round, by a slip.
    Statement: A subnet MUST get no TAO while neither registration by burning nor by work is allowed on it. Its alpha
        MUST be injected as if it had got the TAO. What it is not given is not issued and not given to others.
    Units: the two settings of the subnet.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Known violation: Alpha goes in without TAO, so that the price of a subnet without TAO falls.
    Example: All four combinations; only the last gets none.

        >>> kinds = [(True, True), (True, False), (False, True), (False, False)]
        >>> [is_closed_both_ways(burn, work) for burn, work in kinds]
        [False, False, False, True]
    """
    return not registration_allowed and not pow_registration_allowed


@rule("EMIT-3", since=320)
def is_closed_and_gets_nothing(registration_allowed: bool, pow_registration_allowed: bool) -> bool:
    r"""Subnets with registration disabled.

    Change: A subnet that is closed to newcomers gets no alpha either, into its pool or for its participants. Alpha that
        went in without TAO had made its price fall.
    Statement: A subnet MUST get neither TAO nor alpha into its pool, and no alpha for its participants, while neither
        registration by burning nor by work is allowed on it. What it is not given is not issued and not given to
        others. Alpha is bought for it all the same ([BLOCK-3](#block-3)).
    Units: the two settings of the subnet.
    Rounding: none.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Known violation: The TAO that buys alpha goes into the pool of a closed subnet too, and its moving price counts
        among all, so that a part of each block's TAO is given to nobody.
    Example: All four combinations; only the last gets nothing.

        >>> kinds = [(True, True), (True, False), (False, True), (False, False)]
        >>> [is_closed_and_gets_nothing(burn, work) for burn, work in kinds]
        [False, False, False, True]
    """
    return not registration_allowed and not pow_registration_allowed


def owner_cut_proportion_rounded(subnet_owner_cut: int, enabled: bool = True) -> Fraction:
    """Return the part in I96F32."""
    return floored(owner_cut_proportion(subnet_owner_cut))


@rule("EMIT-4", rounded=owner_cut_proportion_rounded)
def owner_cut_proportion(subnet_owner_cut: int, enabled: bool = True) -> Fraction:
    r"""Owner cut.

    Statement: Of the alpha emission, the owner of the subnet MUST be set aside the part that the setting
        `SubnetOwnerCut` is of 65 535. The setting is one for all subnets.
    Formula: $$ c = \frac{w}{2^{16} - 1}, \qquad \text{cut} = c \cdot E(A_i + O_i) $$
    Units: a u16; a part of 1 out.
    Rounding: The part is floored in I96F32: less than $2^{-32}$ below the exact value, never above. So is its product
        with the emission; `PendingOwnerCut` grows by the whole alpha rao of it, while what is left for the others is
        the emission less the product with its fraction.
    Source: `pallets/subtensor/src/utils/misc.rs`, `get_float_subnet_owner_cut`
    Example: The default of 11 796 gives 17.9995 %, of 1 alpha 179 995 422 alpha rao.

        >>> round(float(owner_cut_proportion(11_796)), 6), int(owner_cut_proportion(11_796) * 10**9)
        (0.179995, 179995422)
    """
    return Fraction(subnet_owner_cut, U16_MAX)


def tao_weight_rounded(stored_weight: int) -> Fraction:
    """Return the weight in I96F32."""
    return floored(tao_weight(stored_weight))


@rule("EMIT-5", rounded=tao_weight_rounded)
def tao_weight(stored_weight: int) -> Fraction:
    r"""TAO weight.

    Statement: A rao on root MUST weigh as much as the part of an alpha rao that the setting `TaoWeight` is of
        $2^{64} - 1$, on every subnet and whatever the price of its alpha.
    Formula: $$ \tau = \frac{w}{2^{64} - 1} $$
    Units: a u64; alpha rao per rao out.
    Rounding: Floored in I96F32: less than $2^{-32}$ below the exact value, never above.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `get_tao_weight`
    Example: The migration that started Dynamic TAO set the weight to 18 %. The runtime's default, with which the
        recorded vectors begin, is 5.27 %.

        >>> float(tao_weight(3320413933267719290))
        0.18
        >>> round(float(tao_weight(971_718_665_099_567_868)), 6)
        0.052677
    """
    return Fraction(stored_weight, U64_MAX)


def root_proportion_rounded(root_tao: Fraction, weight: Fraction, alpha_issuance: Fraction) -> Fraction:
    """Return the proportion in I96F32."""
    return floored(root_proportion(root_tao, weight, alpha_issuance))


@rule("EMIT-6", rounded=root_proportion_rounded)
def root_proportion(root_tao: Fraction, weight: Fraction, alpha_issuance: Fraction) -> Fraction:
    r"""Root proportion.

    Statement: The root proportion of a subnet MUST be the weighted TAO on root, over the sum of that and all alpha of
        the subnet, after the block's alpha has been created; 0 if both are 0. The TAO on root is `SubnetTAO` of netuid
        0.
    Formula: $$ r_i = \frac{\tau T_0}{\tau T_0 + A_i + O_i} $$
    Units: rao and alpha rao in; a part of 1 out.
    Rounding: The quotient is floored in I96F32, of a weight that was ([EMIT-5](#emit-5)): at most $2^{-32}(1 + 1 /
        4\hat\tau)$ below the exact value, where $\hat\tau > 0$ is the floored weight; never above.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Known violation: TAO that was paid to root stakers as dividends is not in `SubnetTAO` of netuid 0, and alpha that is
        in the pool counts like alpha that is staked. The proportion is smaller than that of root in the stake.
    Example: 5 million TAO on root, weighed at 18 %, against 100 000 alpha.

        >>> root_proportion(Fraction(5_000_000), Fraction(18, 100), Fraction(100_000))
        Fraction(9, 10)
    """
    weighted = weight * root_tao
    return weighted / (weighted + alpha_issuance) if weighted + alpha_issuance else Fraction(0)


def root_alpha_rounded(proportion: Fraction, alpha_out: Fraction) -> Fraction:
    """Return the alpha in I96F32."""
    return floored(root_alpha(proportion, alpha_out))


@rule("EMIT-7", rounded=root_alpha_rounded)
def root_alpha(proportion: Fraction, alpha_out: Fraction) -> Fraction:
    r"""Alpha sold for root dividends.

    Statement: Of the alpha emission less the owner cut, half of the root proportion MUST be sold to the subnet's pool
        as [STAKE-2](#stake-2) says, without a fee, after the injection. The TAO is added to `PendingRootDivs`, the
        alpha to `PendingAlphaSwapped`, what is left of the emission to `PendingEmission`. If the pool has not the
        liquidity to buy, nothing is sold and no TAO set aside, but the alpha MUST be counted and withheld all the same.
    Formula: $$ x_i = \tfrac12 r_i (1 - c) E(A_i + O_i), \qquad
        \Delta\text{PendingEmission}_i = (1 - c) E(A_i + O_i) - x_i $$
    Units: alpha rao.
    Rounding: The product is floored in I96F32: less than $2^{-32}$ alpha rao below the exact value, never above. It is
        then truncated to whole alpha rao for the sale and for `PendingAlphaSwapped`, but is taken with its fraction
        from what is left, which is truncated on its own.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Known violation: Owner cut, sold alpha and what is left are truncated one by one. Up to 2 alpha rao a block and
        subnet are counted in `SubnetAlphaOut` and belong to nobody.
    Example: Of 1 alpha, 18 % is the owner's. At a root proportion of 0.9, 0.369 are sold and 0.451 wait for the epoch.

        >>> shared = Fraction(82, 100) * 10**9
        >>> sold = root_alpha(Fraction(9, 10), shared)
        >>> sold, shared - sold
        (Fraction(369000000, 1), Fraction(451000000, 1))
    """
    return proportion * alpha_out / 2


@rule("EMIT-7", since=338, rounded=root_alpha_rounded)
def alpha_of_root(proportion: Fraction, alpha_out: Fraction) -> Fraction:
    r"""Alpha for root dividends.

    Change: The alpha is not sold, so that no block presses on the price of every subnet; who earned it claims it
        ([EMIT-10](#emit-10)).
    Statement: Of the alpha emission less the owner cut, half of the root proportion MUST be that of the stakers of
        root. Whether they get it, and what becomes of it if not, is said by [EMIT-10](#emit-10).
    Formula: $$ x_i = \tfrac12 r_i (1 - c) E(A_i + O_i) $$
    Units: alpha rao.
    Rounding: The product is floored in I96F32: less than $2^{-32}$ alpha rao below the exact value, never above.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `run_coinbase`
    Example: Of 1 alpha, 18 % is the owner's. At a root proportion of 0.9, 0.369 are for root.

        >>> alpha_of_root(Fraction(9, 10), Fraction(82, 100) * 10**9)
        Fraction(369000000, 1)
    """
    return root_alpha(proportion, alpha_out)
