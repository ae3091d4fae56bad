"""The drain: all that is pending at the end of a tempo, and to whom it is paid."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from attrs import evolve, frozen

from dtao_spec.chapters.dividends.division import Hotkey, recycled_of_validator
from dtao_spec.chapters.dividends.payment import OWNER, Payments
from dtao_spec.chapters.dividends.root import Amounts, root_dividends_of
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule

CHAPTER = "dtao_spec.chapters.dividends"
PAID_ONCE = Computation(244)
WITHOUT_OWNER_INCENTIVE = Computation(252)
IN_PROPORTION = Computation(257)
RECORDED = Computation(261)
OWNER_UNPAID = Computation(320)
IN_CLAIMS = Computation(338)
Earnings = Sequence[tuple[int, Fraction, Fraction]]
"""What the epoch assigned: (hotkey, incentive, dividend) of each neuron."""


@frozen
class Pending:
    """What is pending at the end of a tempo, and who owns the subnet."""

    alpha: Fraction = Fraction(0)
    """`PendingEmission`."""
    swapped: Fraction = Fraction(0)
    tao: Fraction = Fraction(0)
    """`PendingRootDivs`."""
    owner_cut: Fraction = Fraction(0)
    owner_hotkey: int | None = None
    has_owner: bool = True
    hotkeys_of_owner: frozenset[int] = frozenset()
    """The hotkeys of the subnet's owner that have a uid there."""
    is_recycled: bool = False
    """Whether `RecycleOrBurn` says that what they earn is recycled."""
    destinations: Mapping[int, int] = MappingProxyType({})
    """Miner's hotkey -> that on which its owner has its incentive staked."""
    burn: Fraction = Fraction(0)
    """`CKBurn` as a part of 1."""
    root_alpha: Fraction = Fraction(0)
    """`PendingRootAlphaDivs`."""


@frozen
class Drain:
    """What a drain pays, and the stakes that it records."""

    payments: Payments
    recorded: Mapping[int, Fraction]
    """`TotalHotkeyAlphaLastEpoch` of each hotkey for which it is written."""
    recycled: Fraction = Fraction(0)
    """What leaves `SubnetAlphaOut` of the incentives of the owner's hotkeys, and of the dividends of parents."""

    def show(self) -> None:
        """Print the payments that are not 0."""
        for (token, receiver, hotkey), amount in self.payments.items():
            if amount:
                print(token, receiver, hotkey, float(amount))


@rule("DIV-9")
def drain_pending_emission(
    hotkeys: Mapping[int, Hotkey],
    earnings: Earnings,
    pending: Pending,
    tao_weight: Fraction,
    *,
    rules: Computation = EXACT_LAUNCH,
) -> Drain:
    r"""Drain of pending emission.

    Statement: At the end of a tempo the epoch MUST be run over `PendingEmission` plus `PendingAlphaSwapped`. What it
        assigns, the owner cut and `PendingRootDivs` MUST then be paid as stake, in this order: the cut to the owner
        of the subnet on its `SubnetOwnerHotkey`, if both exist; incentives to the owners of the miners' hotkeys;
        dividends in alpha ([DIV-12](#div-12)); dividends in TAO ([DIV-10](#div-10)), on the root network. Within a
        group the order is that of the hotkeys as numbers. All amounts follow from the stakes before the first payment.
        Hotkeys that are due nothing are paid 0 like the others, which removes an `Alpha` entry of 0 of the receiver
        ([SHARE-4](#share-4)).
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
        >>> pending = Pending(Fraction(123, 2), Fraction(41, 2), Fraction(10), Fraction(18), owner_hotkey=9)
        >>> drain_pending_emission(hotkeys, earnings, pending, Fraction(1, 5)).show()
        alpha owner of the subnet 9 18.0
        alpha miner 7 41.0
        alpha delegate 1 8.2
        alpha stakers 1 32.8
        TAO delegate 1 2.0
        TAO stakers 1 8.0
    """
    return _drain(hotkeys, earnings, earnings, pending, tao_weight, rules)


@rule("DIV-9", since=244)
def drain_pending_emission_once(
    hotkeys: Mapping[int, Hotkey],
    earnings: Earnings,
    pending: Pending,
    tao_weight: Fraction,
    *,
    rules: Computation = PAID_ONCE,
) -> Drain:
    r"""Drain of pending emission.

    Change: Dividends in alpha are those without the root dividends. Root stakers are paid in TAO for the alpha that was
        sold, and validators were paid the same alpha again.
    Statement: At the end of a tempo the epoch MUST be run over `PendingEmission` plus `PendingAlphaSwapped`. What it
        assigns, the owner cut and `PendingRootDivs` MUST then be paid as stake, in this order: the cut to the owner
        of the subnet on its `SubnetOwnerHotkey`, if both exist; incentives to the owners of the miners' hotkeys;
        dividends in alpha, which are those without the root dividends ([DIV-12](#div-12)); dividends in TAO
        ([DIV-10](#div-10)), on the root network. Within a group the order is that of the hotkeys as numbers. All
        amounts follow from the stakes before the first payment. Hotkeys that are due nothing are paid 0 like the
        others, which removes an `Alpha` entry of 0 of the receiver ([SHARE-4](#share-4)).
    Formula: $$ D_h = \sum_{v} d_{v \to h}, \qquad a_h = D_h - \delta_h $$
    Units: alpha rao and rao; $d_{v \to h}$ is what hotkey $h$ gets of the dividends of validator $v$
        ([DIV-8](#div-8)), $\delta_h$ its root dividends ([DIV-5](#div-5)).
    Rounding: As the rules that divide. For each hotkey less than 2 alpha rao of its dividends in alpha is lost, and
        less than 2 rao of its TAO besides the bound of [DIV-6](#div-6).
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`
    Known violation: The root dividends that are taken away are those of the stakes on the hotkeys that earned; what was
        sold is the part of all TAO on root ([EMIT-6](#emit-6)). More or less alpha may be paid than there is. TAO paid
        on root raises the stakes there, but neither `SubnetTAO` of netuid 0 nor `TotalStake`.
    Example: One miner (7) and one validator (1), who has 100 alpha and 500 TAO on root, at a weight of 1/5, and takes
        one fifth. 82 alpha were emitted, 20.5 of them sold for 10 TAO. Half of the 41 alpha of dividends was earned by
        TAO, and is not paid in alpha.

        >>> hotkeys = {1: Hotkey(Fraction(100), Fraction(500), take=13_107), 7: Hotkey()}
        >>> earnings = [(1, Fraction(0), Fraction(41)), (7, Fraction(41), Fraction(0))]
        >>> pending = Pending(Fraction(123, 2), Fraction(41, 2), Fraction(10), Fraction(18), owner_hotkey=9)
        >>> drain_pending_emission_once(hotkeys, earnings, pending, Fraction(1, 5)).show()
        alpha owner of the subnet 9 18.0
        alpha miner 7 41.0
        alpha delegate 1 4.1
        alpha stakers 1 16.4
        TAO delegate 1 2.0
        TAO stakers 1 8.0
    """
    return _drain(hotkeys, earnings, earnings, pending, tao_weight, rules)


@rule("DIV-9", since=252)
def drain_pending_emission_without_owner_incentive(
    hotkeys: Mapping[int, Hotkey],
    earnings: Earnings,
    pending: Pending,
    tao_weight: Fraction,
    *,
    rules: Computation = WITHOUT_OWNER_INCENTIVE,
) -> Drain:
    r"""Drain of pending emission.

    Change: The incentive of the subnet's owner hotkey is paid to nobody, so that a subnet can burn the miners' part, or
        some of it, by weighing the owner hotkey.
    Statement: At the end of a tempo the epoch MUST be run over `PendingEmission` plus `PendingAlphaSwapped`. What it
        assigns, the owner cut and `PendingRootDivs` MUST then be paid as stake, in this order: the cut to the owner
        of the subnet on its `SubnetOwnerHotkey`, if both exist; incentives to the owners of the miners' hotkeys, but
        not that of the `SubnetOwnerHotkey`, which MUST NOT be paid to anybody; dividends in alpha, also those of the
        `SubnetOwnerHotkey`, which are those without the root dividends ([DIV-12](#div-12)); dividends in TAO
        ([DIV-10](#div-10)), on the root network. Within a group the order is that of the hotkeys as numbers. All
        amounts follow from the stakes before the first payment. Hotkeys that are due nothing are paid 0 like the
        others, which removes an `Alpha` entry of 0 of the receiver ([SHARE-4](#share-4)).
    Formula: $$ D_h = \sum_{v} d_{v \to h}, \qquad a_h = D_h - \delta_h $$
    Units: alpha rao and rao; $d_{v \to h}$ is what hotkey $h$ gets of the dividends of validator $v$
        ([DIV-8](#div-8)), $\delta_h$ its root dividends ([DIV-5](#div-5)).
    Rounding: As the rules that divide. For each hotkey less than 2 alpha rao of its dividends in alpha is lost, and
        less than 2 rao of its TAO besides the bound of [DIV-6](#div-6); besides, less than 1 alpha rao for each
        receiver of a validator's dividends ([DIV-8](#div-8)).
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`,
        `distribute_dividends_and_incentives`
    Known violation: The root dividends that are taken away are those of the stakes on the hotkeys that earned; what was
        sold is the part of all TAO on root ([EMIT-6](#emit-6)). More or less alpha may be paid than there is. What is
        not paid to the owner hotkey stays counted in `SubnetAlphaOut`: the root proportion and the halving of the alpha
        still count it. TAO paid on root raises the stakes there, but neither `SubnetTAO` of netuid 0 nor
        `TotalStake`.
    Example: The validators weigh the owner hotkey, 9, as the only miner. The owner gets its cut and nothing else.

        >>> hotkeys = {1: Hotkey(Fraction(100), take=0), 9: Hotkey()}
        >>> earnings = [(1, Fraction(0), Fraction(41)), (9, Fraction(41), Fraction(0))]
        >>> pending = Pending(Fraction(82), owner_cut=Fraction(18), owner_hotkey=9)
        >>> drain_pending_emission_without_owner_incentive(hotkeys, earnings, pending, Fraction(1, 5)).show()
        alpha owner of the subnet 9 18.0
        alpha stakers 1 41.0
    """
    return _drain(hotkeys, earnings, _without_owner(earnings, pending), pending, tao_weight, rules)


@rule("DIV-9", since=257)
def drain_pending_emission_in_proportion(
    hotkeys: Mapping[int, Hotkey],
    earnings: Earnings,
    pending: Pending,
    tao_weight: Fraction,
    *,
    rules: Computation = IN_PROPORTION,
) -> Drain:
    r"""Drain of pending emission.

    Change: Validators are paid their parts of the alpha that is there. Root dividends and what was sold for them were
        different amounts, so that more or less was paid than there was.
    Statement: At the end of a tempo the epoch MUST be run over `PendingEmission` plus `PendingAlphaSwapped`. What it
        assigns, the owner cut and `PendingRootDivs` MUST then be paid as stake, in this order: the cut to the owner
        of the subnet on its `SubnetOwnerHotkey`, if both exist; incentives to the owners of the miners' hotkeys, but
        not that of the `SubnetOwnerHotkey`, which MUST NOT be paid to anybody; dividends in alpha, which are parts of
        the alpha for validators ([DIV-12](#div-12), [DIV-13](#div-13)), where all incentives count, also that of the
        owner hotkey; dividends in TAO ([DIV-10](#div-10)), on the root network. Within a group the order is that of the
        hotkeys as numbers. All amounts follow from the stakes before the first payment. Hotkeys that are due nothing
        are paid 0 like the others, which removes an `Alpha` entry of 0 of the receiver ([SHARE-4](#share-4)).
    Formula: $$ D_h = \sum_{v} d_{v \to h}, \qquad \sum_h a_h \le V = \max\Big(0,\; \frac{A + X}{2} - X\Big) $$
    Units: alpha rao and rao; $d_{v \to h}$ is what hotkey $h$ gets of the dividends of validator $v$
        ([DIV-8](#div-8)), $a_h$ what it is paid in alpha.
    Rounding: As the rules that divide. For each hotkey less than 2 alpha rao of its dividends in alpha is lost, and
        less than 2 rao of its TAO besides the bound of [DIV-6](#div-6). Of $n$ neurons the epoch may give the miners up
        to $n\,(A + X)\,2^{-33}$ alpha rao more than one half ([EPOCH-16](#epoch-16)); what is paid may exceed what is
        there by as much.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`,
        `calculate_dividend_and_incentive_distribution`, `calculate_dividends_and_incentives`,
        `distribute_dividends_and_incentives`
    Known violation: If miners earn and no validator does, as where bonds do not move at all, the miners are paid all
        alpha, also what was sold. What is not paid to the owner hotkey stays counted in `SubnetAlphaOut`: the root
        proportion and the halving of the alpha still count it. TAO paid on root raises the stakes there, but
        neither `SubnetTAO` of netuid 0 nor `TotalStake`.
    Example: 82 alpha, of which 36.9 were sold for 10 TAO. The miner's 41 and the validator's 4.1 are the 45.1 that
        are pending.

        >>> hotkeys = {1: Hotkey(Fraction(100), Fraction(500), take=0), 7: Hotkey()}
        >>> earnings = [(1, Fraction(0), Fraction(41)), (7, Fraction(41), Fraction(0))]
        >>> pending = Pending(Fraction(451, 10), Fraction(369, 10), Fraction(10), Fraction(18), owner_hotkey=9)
        >>> drain_pending_emission_in_proportion(hotkeys, earnings, pending, Fraction(1, 5)).show()
        alpha owner of the subnet 9 18.0
        alpha miner 7 41.0
        alpha stakers 1 4.1
        TAO stakers 1 10.0
    """
    return _drain(hotkeys, earnings, _without_owner(earnings, pending), pending, tao_weight, rules)


@rule("DIV-9", since=261)
def drain_pending_emission_and_record(
    hotkeys: Mapping[int, Hotkey],
    earnings: Earnings,
    pending: Pending,
    tao_weight: Fraction,
    *,
    rules: Computation = RECORDED,
) -> Drain:
    r"""Drain of pending emission.

    Change: The stake on each hotkey is recorded, because the fee for unstaking is now computed from it and not from the
        stake of the moment ([STAKE-19](#stake-19)), which every deposit changes.
    Statement: At the end of a tempo the epoch MUST be run over `PendingEmission` plus `PendingAlphaSwapped`. What it
        assigns, the owner cut and `PendingRootDivs` MUST then be paid as stake, in this order: the cut to the owner
        of the subnet on its `SubnetOwnerHotkey`, if both exist; incentives to the owners of the miners' hotkeys, but
        not that of the `SubnetOwnerHotkey`, which MUST NOT be paid to anybody; dividends in alpha, which are parts of
        the alpha for validators ([DIV-12](#div-12), [DIV-13](#div-13)), where all incentives count, also that of the
        owner hotkey; dividends in TAO ([DIV-10](#div-10)), on the root network. Within a group the order is that of the
        hotkeys as numbers. All amounts follow from the stakes before the first payment. Hotkeys that are due nothing
        are paid 0 like the others, which removes an `Alpha` entry of 0 of the receiver ([SHARE-4](#share-4)). For each
        hotkey that is due dividends, also of 0, `TotalHotkeyAlphaLastEpoch` MUST become the stake on it in the subnet
        after its dividends in alpha were paid. Entries of other hotkeys stay.
    Formula: $$ D_h = \sum_{v} d_{v \to h}, \qquad \sum_h a_h \le V = \max\Big(0,\; \frac{A + X}{2} - X\Big) $$
    Units: alpha rao and rao; $d_{v \to h}$ is what hotkey $h$ gets of the dividends of validator $v$
        ([DIV-8](#div-8)), $a_h$ what it is paid in alpha.
    Rounding: As the rules that divide. For each hotkey less than 2 alpha rao of its dividends in alpha is lost, and
        less than 2 rao of its TAO besides the bound of [DIV-6](#div-6). Of $n$ neurons the epoch may give the miners up
        to $n\,(A + X)\,2^{-33}$ alpha rao more than one half ([EPOCH-16](#epoch-16)); what is paid may exceed what is
        there by as much. What is recorded is the stake as it is.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`,
        `distribute_dividends_and_incentives`
    Known violation: If miners earn and no validator does, as where bonds do not move at all, the miners are paid all
        alpha, also what was sold. What is not paid to the owner hotkey stays counted in `SubnetAlphaOut`: the root
        proportion and the halving of the alpha still count it. TAO paid on root raises the stakes there, but
        neither `SubnetTAO` of netuid 0 nor `TotalStake`.
    Example: 82 alpha, of which 36.9 were sold for 10 TAO. The validator has 100 alpha and earns 4.1; the miner earned
        no dividends, but is due 0.

        >>> hotkeys = {1: Hotkey(Fraction(100), Fraction(500), take=0), 7: Hotkey()}
        >>> earnings = [(1, Fraction(0), Fraction(41)), (7, Fraction(41), Fraction(0))]
        >>> pending = Pending(Fraction(451, 10), Fraction(369, 10), Fraction(10), Fraction(18), owner_hotkey=9)
        >>> drain = drain_pending_emission_and_record(hotkeys, earnings, pending, Fraction(1, 5))
        >>> {hotkey: float(stake) for hotkey, stake in drain.recorded.items()}
        {1: 104.1, 7: 41.0}
    """
    drain = _drain(hotkeys, earnings, _without_owner(earnings, pending), pending, tao_weight, rules)
    gained: dict[int, Fraction] = {}
    for (token, _, hotkey), amount in drain.payments.items():
        if token == "alpha":
            gained[hotkey] = gained.get(hotkey, Fraction(0)) + amount
    due = sorted({hotkey for token, receiver, hotkey in drain.payments if (token, receiver) == ("alpha", "stakers")})
    return Drain(drain.payments, {hotkey: hotkeys[hotkey].alpha + gained[hotkey] for hotkey in due})


@rule("DIV-9", since=320)
def drain_pending_emission_but_to_owner(
    hotkeys: Mapping[int, Hotkey],
    earnings: Earnings,
    pending: Pending,
    tao_weight: Fraction,
    *,
    rules: Computation = OWNER_UNPAID,
) -> Drain:
    r"""Drain of pending emission.

    Change: No hotkey of the subnet's owner is paid an incentive, where it had been the owner hotkey alone; what is not
        paid may be recycled. Miners may have their incentives staked on another hotkey.
    Statement: At the end of a tempo the epochs of all mechanisms MUST be run over `PendingEmission` plus
        `PendingAlphaSwapped` ([EPOCH-25](#epoch-25)). What they assign, the owner cut and `PendingRootDivs` MUST then
        be paid as stake, in this order: the cut to the owner of the subnet on its `SubnetOwnerHotkey`, if both exist;
        incentives to the owners of the miners' hotkeys, on the hotkey that the owner named ([STAKE-28](#stake-28)) or
        else the miner's own, but not those of the hotkeys that belong to the subnet's owner and have a uid there, the
        `SubnetOwnerHotkey` with a uid among them; dividends in alpha, which are parts of the alpha for validators
        ([DIV-12](#div-12), [DIV-13](#div-13)), where all incentives count, also those that are not paid; dividends in
        TAO ([DIV-10](#div-10)), on the root network. What is not paid of incentives MUST leave `SubnetAlphaOut`, not
        below 0, where `RecycleOrBurn` of the subnet says Recycle, and stay in it otherwise; what is recycled of parents
        ([DIV-15](#div-15)) leaves it too. Within a group the order is that of the hotkeys as numbers. All amounts
        follow from the stakes before the first payment. Hotkeys that are due nothing are paid 0 like the others, which
        removes an `Alpha` entry of 0 of the receiver ([SHARE-4](#share-4)). For each hotkey that is due dividends, also
        of 0, `TotalHotkeyAlphaLastEpoch` MUST become the stake on it in the subnet after its dividends in alpha were
        paid. Entries of other hotkeys stay.
    Formula: $$ D_h = \sum_{v} d_{v \to h}, \qquad \sum_h a_h \le V = \max\Big(0,\; \frac{A + X}{2} - X\Big) $$
    Units: alpha rao and rao; $d_{v \to h}$ is what hotkey $h$ gets of the dividends of validator $v$
        ([DIV-8](#div-8)), $a_h$ what it is paid in alpha.
    Rounding: As the rules that divide. For each hotkey less than 2 alpha rao of its dividends in alpha is lost, and
        less than 2 rao of its TAO besides the bound of [DIV-6](#div-6). Of $n$ neurons the epoch may give the miners up
        to $n\,(A + X)\,2^{-33}$ alpha rao more than one half ([EPOCH-16](#epoch-16)); what is paid may exceed what is
        there by as much. What is recorded is the stake as it is.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`,
        `distribute_dividends_and_incentives`, `get_owner_hotkeys`
    Known violation: If miners earn and no validator does, as where bonds do not move at all, the miners are paid all
        alpha, also what was sold. What is not paid and not recycled stays counted in `SubnetAlphaOut`: the root
        proportion and the halving of the alpha still count it.
    Example: Of two miners one is the owner's; its 20 are recycled. The other has its 21 staked on hotkey 8.

        >>> hotkeys = {1: Hotkey(Fraction(100), Fraction(500), take=0), 6: Hotkey(), 7: Hotkey()}
        >>> earnings = [(1, Fraction(0), Fraction(41)), (6, Fraction(20), Fraction(0)), (7, Fraction(21), Fraction(0))]
        >>> more = {"hotkeys_of_owner": frozenset({6}), "is_recycled": True, "destinations": {7: 8}}
        >>> pending = Pending(Fraction(451, 10), Fraction(369, 10), Fraction(10), Fraction(18), owner_hotkey=9, **more)
        >>> drain = drain_pending_emission_but_to_owner(hotkeys, earnings, pending, Fraction(1, 5))
        >>> drain.show()
        alpha owner of the subnet 9 18.0
        alpha miner 8 21.0
        alpha stakers 1 4.1
        TAO stakers 1 10.0
        >>> int(drain.recycled)
        20
    """
    unpaid = pending.hotkeys_of_owner
    paid = [
        (pending.destinations.get(hotkey, hotkey), incentive, dividend)
        for hotkey, incentive, dividend in earnings
        if hotkey not in unpaid
    ]
    drain = _drain(hotkeys, earnings, paid, pending, tao_weight, rules)
    lost = sum((incentive for hotkey, incentive, _ in earnings if hotkey in unpaid), Fraction(0))
    recycled = drain.recycled + (lost if pending.is_recycled else Fraction(0))
    gained: dict[int, Fraction] = {}
    for (token, _, hotkey), amount in drain.payments.items():
        if token == "alpha":
            gained[hotkey] = gained.get(hotkey, Fraction(0)) + amount
    due = sorted({hotkey for token, receiver, hotkey in drain.payments if (token, receiver) == ("alpha", "stakers")})
    recorded = {hotkey: hotkeys[hotkey].alpha + gained[hotkey] for hotkey in due}
    return Drain(drain.payments, recorded, recycled)


@rule("DIV-9", since=338)
def distribute_pending_emission(
    hotkeys: Mapping[int, Hotkey],
    earnings: Earnings,
    pending: Pending,
    tao_weight: Fraction,
    *,
    rules: Computation = IN_CLAIMS,
) -> Drain:
    r"""Drain of pending emission.

    Change: What is root's is alpha and is set aside for claims, where TAO was paid on root. Miners have their
        incentives staked where they chose for the subnet.
    Statement: At the end of a tempo the epochs of all mechanisms MUST be run over all alpha that is pending for
        miners, validators and root ([EPOCH-25](#epoch-25)). What they assign and the owner cut MUST then be paid as
        stake on the subnet, in this order: the cut to the owner of the subnet on its `SubnetOwnerHotkey`, if both
        exist; incentives to the owners of the miners' hotkeys, on the hotkey that the owner named for the subnet
        ([STAKE-30](#stake-30)) or else the miner's own, but not those of the hotkeys that belong to the subnet's owner
        and have a uid there, the `SubnetOwnerHotkey` with a uid among them; dividends in alpha, which are parts of the
        alpha for validators ([DIV-12](#div-12), [DIV-13](#div-13)), where all incentives count, also those that are not
        paid; the parts of root's alpha ([DIV-10](#div-10)), of which the owner of each hotkey is paid the take and the
        rest is set aside ([CLAIM-15](#claim-15)). What is not paid of incentives MUST leave `SubnetAlphaOut`, not below
        0, where `RecycleOrBurn` of the subnet says Recycle, and stay in it otherwise; what is recycled of parents
        ([DIV-15](#div-15)) leaves it too. Within a group the order is that of the hotkeys as numbers. All amounts
        follow from the stakes before the first payment. Hotkeys that are due nothing are paid 0 like the others, which
        removes an `Alpha` entry of 0 of the receiver ([SHARE-4](#share-4)). For each hotkey that is due dividends, also
        of 0, `TotalHotkeyAlphaLastEpoch` MUST become the stake on it in the subnet after its dividends in alpha were
        paid. Entries of other hotkeys stay.
    Formula: $$ D_h = \sum_{v} d_{v \to h}, \qquad \sum_h a_h \le V, \qquad \sum_h r_h = R $$
    Units: alpha rao; $d_{v \to h}$ is what hotkey $h$ gets of the dividends of validator $v$ ([DIV-8](#div-8)), $a_h$
        what it is paid, $V$ the alpha for validators, $r_h$ its part of the alpha $R$ that is pending for root.
    Rounding: As the rules that divide. For each hotkey less than 2 alpha rao of its dividends is lost, and less than 2
        of root's alpha besides the bound of [DIV-6](#div-6). Of $n$ neurons the epoch may give the miners up to
        $n\,(A + R)\,2^{-33}$ alpha rao more than one half ([EPOCH-16](#epoch-16)); what is paid may exceed what is
        there by as much. What is recorded is the stake as it is.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `drain_pending_emission`,
        `distribute_dividends_and_incentives`, `get_owner_hotkeys`
    Known violation: If miners earn and no validator does, the miners are paid root's alpha too, which is set aside as
        well. What is not paid and not recycled stays counted in `SubnetAlphaOut`: the root proportion and the halving
        of the alpha still count it. Where no hotkey that earned has root stake, root's alpha is nobody's.
    Example: A validator with 100 alpha and 500 TAO on root, at a weight of 1/5, takes one fifth. Of 82 alpha 36.9 are
        root's; the validator's owner gets a fifth of that and the rest is set aside.

        >>> hotkeys = {1: Hotkey(Fraction(100), Fraction(500), take=13_107), 7: Hotkey()}
        >>> earnings = [(1, Fraction(0), Fraction(41)), (7, Fraction(41), Fraction(0))]
        >>> pending = Pending(
        ...     Fraction(451, 10), owner_cut=Fraction(18), owner_hotkey=9, root_alpha=Fraction(369, 10)
        ... )
        >>> distribute_pending_emission(hotkeys, earnings, pending, Fraction(1, 5)).show()
        alpha owner of the subnet 9 18.0
        alpha miner 7 41.0
        alpha delegate 1 0.82
        alpha stakers 1 3.28
        alpha of root delegate 1 7.38
        alpha of root stakers 1 29.52
    """
    for_root = evolve(pending, swapped=pending.root_alpha, tao=pending.root_alpha)
    drain = drain_pending_emission_but_to_owner(hotkeys, earnings, for_root, tao_weight, rules=rules)
    payments = {
        ("alpha of root" if token == "TAO" else token, receiver, hotkey): amount
        for (token, receiver, hotkey), amount in drain.payments.items()
    }
    return evolve(drain, payments=payments)


def _without_owner(earnings: Earnings, pending: Pending) -> Earnings:
    return [
        (hotkey, Fraction(0) if hotkey == pending.owner_hotkey else incentive, dividend)
        for hotkey, incentive, dividend in earnings
    ]


def _drain(
    hotkeys: Mapping[int, Hotkey],
    earnings: Earnings,
    paid_earnings: Earnings,
    pending: Pending,
    tao_weight: Fraction,
    rules: Computation,
) -> Drain:
    """Return all payments in their order; ``paid_earnings`` has the incentives that are paid."""
    earned: dict[int, Fraction] = {}
    recycled = Fraction(0)
    for hotkey, _, dividend in sorted(earnings):
        recycled += recycled_of_validator(hotkeys, hotkey, dividend, tao_weight, pending.burn, rules)
        for receiver, part in rules["DIV-8"](hotkeys, hotkey, dividend, tao_weight, pending.burn):
            earned[receiver] = earned.get(receiver, Fraction(0)) + part
    incentives = sum((incentive for _, incentive, _ in earnings), Fraction(0))
    there = rules["DIV-13"](pending.alpha, pending.swapped, incentives) if "DIV-13" in rules else Fraction(0)
    in_alpha: Amounts = rules["DIV-12"](earned, root_dividends_of(hotkeys, earned, tao_weight, rules), there)
    in_tao: Amounts = rules["DIV-10"](hotkeys, earned, pending.tao, tao_weight)
    payments: Payments = {}
    if pending.owner_hotkey is not None and pending.has_owner:
        payments["alpha", OWNER, pending.owner_hotkey] = pending.owner_cut
    for hotkey, incentive, _ in sorted(paid_earnings):
        key = ("alpha", "miner", hotkey)
        payments[key] = payments.get(key, Fraction(0)) + incentive
    for token, amounts in (("alpha", in_alpha), ("TAO", in_tao)):
        for hotkey in sorted(amounts):
            taken, rest = rules["DIV-7"](amounts[hotkey], hotkeys[hotkey].take)
            payments[token, "delegate", hotkey] = taken
            payments[token, "stakers", hotkey] = rest
    return Drain(payments, {}, recycled)
