"""Takes that are no less than the least, cuts that are locked, and incentives that are not paid."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from dtao_spec.chapters.dividends.division import Hotkey, dividends_distribution_less_recycled
from dtao_spec.chapters.dividends.drain import Drain, Pending, distribute_pending_emission
from dtao_spec.registry import Computation, rule
from dtao_spec.rounding import floored

CHAPTER = "dtao_spec.chapters.dividends"
WITH_LEAST, WITH_PART = Computation(411), Computation(421)


@rule("DIV-8", since=411)
def dividends_distribution_with_least_take(
    hotkeys: Mapping[int, Hotkey],
    hotkey: int,
    dividends: Fraction,
    tao_weight: Fraction,
    burn: Fraction = Fraction(0),
    *,
    rules: Computation = WITH_LEAST,
) -> list[tuple[int, Fraction]]:
    r"""Division of a validator's dividends.

    Change: A childkey take counts as no less than the least of the network and of the subnet.
    Statement: The dividends of a validator MUST be divided among its parents in the subnet, in the order of its list,
        and itself ([DIV-4](#div-4)), by the stakes and the owners that they have when the drain begins, less what is
        recycled ([DIV-15](#div-15)). Its childkey take counts as `MinChildkeyTake`, or as `MinChildkeyTakePerSubnet` of
        the subnet, where one of these is more. A hotkey without parents MUST get all of its dividends.
    Formula: $$ D = d_0 + \sum_i d_i + \beta \sum_{o_i \ne o_0} D\,\frac{C_i}{C_0 + \sum_j C_j} \quad \text{where}
        \quad \kappa + \beta \le 1 $$
    Units: alpha rao; $\beta$ is `CKBurn`, a part of $2^{64} - 1$, and $\kappa$ the childkey take.
    Rounding: Each part is whole, and without `CKBurn` the parts are less than 1 alpha rao a receiver below $D$, never
        above. A parent's part is within $1 + (D + 1) (2^{-30} + \varepsilon / \hat C)$ of the exact value, where
        $\varepsilon$ is the sum of the bounds of all contributions ([DIV-2](#div-2), [DIV-3](#div-3)) and $\hat C$ the
        sum of the contributions as computed.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_parent_child_dividends_distribution`;
        `pallets/subtensor/src/staking/set_children.rs`, `get_childkey_take`
    Known violation: Where take and `CKBurn` are more than the whole together, more is given and recycled than there
        was.
    Example: Hotkey 2 lent all of its 400 alpha to hotkey 1, which has none and takes one fifth.

        >>> whole = 2**64 - 1
        >>> hotkeys = {
        ...     1: Hotkey(childkey_take=13_107, parents=((whole, 2),), owner=11),
        ...     2: Hotkey(Fraction(400), children=((whole, 1),), owner=12),
        ... }
        >>> dividends_distribution_with_least_take(hotkeys, 1, Fraction(1_000), Fraction(18, 100))
        [(2, Fraction(800, 1)), (1, Fraction(200, 1))]
    """
    return dividends_distribution_less_recycled(hotkeys, hotkey, dividends, tao_weight, burn, rules=rules)


@rule("DIV-9", since=411)
def distribute_pending_emission_and_count(
    hotkeys: Mapping[int, Hotkey],
    earnings: Sequence[tuple[int, Fraction, Fraction]],
    pending: Pending,
    tao_weight: Fraction,
    *,
    rules: Computation = WITH_LEAST,
) -> Drain:
    r"""Drain of pending emission.

    Change: The owner's cut may be locked, and what is not paid is counted.
    Statement: At the end of a tempo the epochs of all mechanisms MUST be run over all alpha that is pending for
        miners, validators and root ([EPOCH-25](#epoch-25)). What they assign and the owner cut MUST then be paid as
        stake on the subnet, in this order: the cut to the owner of the subnet on its `SubnetOwnerHotkey`, if both
        exist, which may be locked at once ([LOCK-13](#lock-13)); incentives to the owners of the miners' hotkeys, on
        the hotkey that the owner named for the subnet ([STAKE-30](#stake-30)) or else the miner's own, but not those of
        the hotkeys that belong to the subnet's owner and have a uid there, the `SubnetOwnerHotkey` with a uid among
        them; dividends in alpha, which are parts of the alpha for validators ([DIV-12](#div-12), [DIV-13](#div-13)),
        where all incentives count, also those that are not paid; the parts of root's alpha ([DIV-10](#div-10)), of
        which the owner of each hotkey is paid the take and the rest is set aside ([CLAIM-15](#claim-15)). What is not
        paid of incentives MUST leave `SubnetAlphaOut`, not below 0, where `RecycleOrBurn` of the subnet says Recycle,
        and stay in it otherwise; what is recycled of parents ([DIV-15](#div-15)) leaves it too; both are counted
        ([STATE-19](#state-19)). Within a group the order is that of the hotkeys as numbers. All amounts follow from the
        stakes before the first payment. Hotkeys that are due nothing are paid 0 like the others, which removes an
        `Alpha` entry of 0 of the receiver ([SHARE-4](#share-4)). For each hotkey that is due dividends, also of 0,
        `TotalHotkeyAlphaLastEpoch` MUST become the stake on it in the subnet after its dividends in alpha were paid.
        Entries of other hotkeys stay.
    Formula: $$ D_h = \sum_{v} d_{v \to h}, \qquad \sum_h a_h \le V, \qquad \sum_h r_h = R $$
    Units: alpha rao; $d_{v \to h}$ is what hotkey $h$ gets of the dividends of validator $v$ ([DIV-8](#div-8)), $a_h$
        what it is paid, $V$ the alpha for validators, $r_h$ its part of the alpha $R$ that is pending for root.
    Rounding: As the rules that divide. For each hotkey less than 2 alpha rao of its dividends is lost, and less than 2
        of root's alpha besides the bound of [DIV-6](#div-6). Of $n$ neurons the epoch may give the miners up to
        $n\,(A + R)\,2^{-33}$ alpha rao more than one half ([EPOCH-16](#epoch-16)); what is paid may exceed what is
        there by as much. What is recorded is the stake as it is.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `distribute_emission`,
        `distribute_dividends_and_incentives`, `get_owner_hotkeys`
    Known violation: If miners earn and no validator does, the miners are paid root's alpha too, which is set aside as
        well. What is not paid and not recycled stays counted in `SubnetAlphaOut`: the root proportion and the halving
        of the alpha still count it. Where no hotkey that earned has root stake, root's alpha is nobody's.
    Example: Nobody earned, and the owner gets the cut.

        >>> pending = Pending(Fraction(0), owner_cut=Fraction(18), owner_hotkey=9)
        >>> distribute_pending_emission_and_count({}, [], pending, Fraction(1, 5)).show()
        alpha owner of the subnet 9 18.0
    """
    return distribute_pending_emission(hotkeys, earnings, pending, tao_weight, rules=rules)


@rule("DIV-9", since=421)
def distribute_pending_emission_and_record(
    hotkeys: Mapping[int, Hotkey],
    earnings: Sequence[tuple[int, Fraction, Fraction]],
    pending: Pending,
    tao_weight: Fraction,
    *,
    rules: Computation = WITH_PART,
) -> Drain:
    r"""Drain of pending emission.

    Change: The part of incentives that is not paid is recorded, as the emission of the subnet depends on it.
    Statement: At the end of a tempo the epochs of all mechanisms MUST be run over all alpha that is pending for
        miners, validators and root ([EPOCH-25](#epoch-25)). What they assign and the owner cut MUST then be paid as
        stake on the subnet, in this order: the cut to the owner of the subnet on its `SubnetOwnerHotkey`, if both
        exist, which may be locked at once ([LOCK-13](#lock-13)); incentives to the owners of the miners' hotkeys, on
        the hotkey that the owner named for the subnet ([STAKE-30](#stake-30)) or else the miner's own, but not those of
        the hotkeys that belong to the subnet's owner and have a uid there, the `SubnetOwnerHotkey` with a uid among
        them, of which the part is recorded ([DIV-16](#div-16)); dividends in alpha, which are parts of the alpha for
        validators ([DIV-12](#div-12), [DIV-13](#div-13)), where all incentives count, also those that are not paid; the
        parts of root's alpha ([DIV-10](#div-10)), of which the owner of each hotkey is paid the take and the rest is
        set aside ([CLAIM-15](#claim-15)). What is not paid of incentives MUST leave `SubnetAlphaOut`, not below 0,
        where `RecycleOrBurn` of the subnet says Recycle, and stay in it otherwise; what is recycled of parents
        ([DIV-15](#div-15)) leaves it too; both are counted ([STATE-19](#state-19)). Within a group the order is that of
        the hotkeys as numbers. All amounts follow from the stakes before the first payment. Hotkeys that are due
        nothing are paid 0 like the others, which removes an `Alpha` entry of 0 of the receiver ([SHARE-4](#share-4)).
        For each hotkey that is due dividends, also of 0, `TotalHotkeyAlphaLastEpoch` MUST become the stake on it in the
        subnet after its dividends in alpha were paid. Entries of other hotkeys stay.
    Formula: $$ D_h = \sum_{v} d_{v \to h}, \qquad \sum_h a_h \le V, \qquad \sum_h r_h = R $$
    Units: alpha rao; $d_{v \to h}$ is what hotkey $h$ gets of the dividends of validator $v$ ([DIV-8](#div-8)), $a_h$
        what it is paid, $V$ the alpha for validators, $r_h$ its part of the alpha $R$ that is pending for root.
    Rounding: As the rules that divide. For each hotkey less than 2 alpha rao of its dividends is lost, and less than 2
        of root's alpha besides the bound of [DIV-6](#div-6). Of $n$ neurons the epoch may give the miners up to
        $n\,(A + R)\,2^{-33}$ alpha rao more than one half ([EPOCH-16](#epoch-16)); what is paid may exceed what is
        there by as much. What is recorded is the stake as it is.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `distribute_emission`,
        `distribute_dividends_and_incentives`, `get_owner_hotkeys`
    Known violation: If miners earn and no validator does, the miners are paid root's alpha too, which is set aside as
        well. What is not paid and not recycled stays counted in `SubnetAlphaOut`: the root proportion and the halving
        of the alpha still count it. Where no hotkey that earned has root stake, root's alpha is nobody's.
    Example: Nobody earned, and the owner gets the cut.

        >>> pending = Pending(Fraction(0), owner_cut=Fraction(18), owner_hotkey=9)
        >>> distribute_pending_emission_and_record({}, [], pending, Fraction(1, 5)).show()
        alpha owner of the subnet 9 18.0
    """
    return distribute_pending_emission(hotkeys, earnings, pending, tao_weight, rules=rules)


def withheld_part_rounded(incentives: Fraction, withheld: Fraction) -> Fraction:
    """Return the part in 32 fraction bits."""
    return floored(withheld_part(incentives, withheld))


@rule("DIV-16", since=421, rounded=withheld_part_rounded)
def withheld_part(incentives: Fraction, withheld: Fraction) -> Fraction:
    r"""Incentives that are not paid.

    Statement: When the incentives of an epoch are paid, `MinerBurned` of the subnet MUST become the part of them that
        is not, because hotkeys of its owner earned it; 0 if there are none.
    Formula: $$ \mu = \frac{\sum_{h \in O} m_h}{\sum_h m_h} $$
    Units: alpha rao in; a part of 1 out.
    Rounding: floored in U96F32.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `distribute_dividends_and_incentives`
    Example: A quarter went to the owner's hotkeys.

        >>> withheld_part(Fraction(400), Fraction(100)), withheld_part(Fraction(0), Fraction(0))
        (Fraction(1, 4), Fraction(0, 1))
    """
    return withheld / incentives if incentives else Fraction(0)
