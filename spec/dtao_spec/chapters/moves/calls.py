"""The calls that move stake, and when they are refused."""

from fractions import Fraction

from attrs import evolve, frozen

from dtao_spec.chapters.shares.holding import Holding
from dtao_spec.chapters.staking.trades import MIN_STAKE, Ledger
from dtao_spec.registry import EXACT_LAUNCH, Computation, rule

CHAPTER = "dtao_spec.chapters.moves"


@frozen
class Place:
    """Where stake is: a coldkey's, on a hotkey, on a subnet."""

    coldkey: str
    hotkey: str
    netuid: int


@frozen
class End:
    """One end of a move: the place, the pool of its subnet, and the stake that is there."""

    place: Place
    ledger: Ledger
    holding: Holding = Holding()


@frozen
class Checked:
    """What the checks of a move ask beside the amounts."""

    origin_exists: bool = True
    destination_exists: bool = True
    are_enabled: bool = True
    """Whether the subtokens of both subnets are."""
    owner: str | None = None
    """Of the hotkey of the origin; None where nobody owns it."""
    destination_is_owned: bool = True
    """Whether anybody owns the hotkey of the destination."""
    is_above_limit: bool = False
    """Whether the amount is above what a limit allows, and no part will do."""


@rule("MOVE-1")
def ends_of_move(
    signer: str, origin_hotkey: str, destination_hotkey: str, origin_netuid: int, destination_netuid: int
) -> tuple[Place, Place]:
    r"""The call move_stake.

    Statement: The call MUST carry stake of the signer from one hotkey to another, on the same or another subnet, as
        [MOVE-6](#move-6) states it. After the events of both halves comes `StakeMoved`: coldkey, hotkey and netuid of
        the origin, hotkey and netuid of the destination, the TAO moved.
    Units: alpha rao of the origin for the amount.
    Rounding: as [MOVE-6](#move-6).
    Rejections: `BadOrigin` if nobody signed; then those of [MOVE-5](#move-5).
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `do_move_stake`
    Example: alice moves stake from hotkey h to hotkey g, from subnet 1 to subnet 2.

        >>> ends_of_move("alice", "h", "g", 1, 2)
        (Place(coldkey='alice', hotkey='h', netuid=1), Place(coldkey='alice', hotkey='g', netuid=2))
    """
    return Place(signer, origin_hotkey, origin_netuid), Place(signer, destination_hotkey, destination_netuid)


@rule("MOVE-2")
def transfer_rejection(checked: str | None, origin_toggle: bool, destination_toggle: bool) -> str | None:
    r"""The call transfer_stake.

    Statement: The call MUST carry stake of the signer on a hotkey to another coldkey, on the same hotkey, as
        [MOVE-6](#move-6) states it. Both subnets MUST allow transfers (`TransferToggle`). After the events of both
        halves comes `StakeTransferred`: coldkey of the origin, coldkey of the destination, hotkey, both netuids, the
        TAO moved.
    Units: alpha rao of the origin for the amount.
    Rounding: as [MOVE-6](#move-6).
    Rejections: `BadOrigin` if nobody signed; those of [MOVE-5](#move-5); `TransferDisallowed`.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `do_transfer_stake`
    Example: The destination does not allow transfers; that is said only when all else is right.

        >>> transfer_rejection(None, True, False), transfer_rejection("AmountTooLow", True, False)
        ('TransferDisallowed', 'AmountTooLow')
    """
    if checked is not None:
        return checked
    return None if origin_toggle and destination_toggle else "TransferDisallowed"


@rule("MOVE-3")
def ends_of_swap(signer: str, hotkey: str, origin_netuid: int, destination_netuid: int) -> tuple[Place, Place]:
    r"""The call swap_stake.

    Statement: The call MUST carry stake of the signer on a hotkey from one subnet to another, on the same hotkey, as
        [MOVE-6](#move-6) states it. After the events of both halves comes `StakeSwapped`: coldkey, hotkey, both
        netuids, the TAO moved.
    Units: alpha rao of the origin for the amount.
    Rounding: as [MOVE-6](#move-6).
    Rejections: `BadOrigin` if nobody signed; then those of [MOVE-5](#move-5).
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `do_swap_stake`
    Example: alice moves stake on her hotkey h from root to subnet 2.

        >>> ends_of_swap("alice", "h", 0, 2)
        (Place(coldkey='alice', hotkey='h', netuid=0), Place(coldkey='alice', hotkey='h', netuid=2))
    """
    return Place(signer, hotkey, origin_netuid), Place(signer, hotkey, destination_netuid)


@rule("MOVE-4")
def whole_amount_moved(amount: Fraction, maximum: Fraction | None, allow_partial: bool) -> Fraction | str:
    r"""The call swap_stake_limit.

    Statement: The call MUST do as [MOVE-3](#move-3), with the whole amount, if the amount is not above what the limit
        allows ([MOVE-7](#move-7)) or a part is allowed.
    Units: alpha rao of the origin; None for a maximum without bound.
    Rounding: as [MOVE-6](#move-6) and [MOVE-7](#move-7).
    Rejections: `BadOrigin` if nobody signed; that of [STAKE-23](#stake-23) for what the limit allows; those of
        [MOVE-5](#move-5), among them `SlippageTooHigh` in the place that is named there.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `do_swap_stake_limit`, `transition_stake_internal`
    Known violation: Where a part is allowed, the whole amount moves all the same, at whatever price. The limit protects
        only those who do not allow a part.
    Example: 10 of 20 are allowed. Without leave for a part the call fails, and with it all 20 move.

        >>> [whole_amount_moved(Fraction(20), Fraction(10), partial) for partial in (False, True)]
        ['SlippageTooHigh', Fraction(20, 1)]
    """
    return amount if allow_partial or maximum is None or amount <= maximum else "SlippageTooHigh"


@rule("MOVE-4", since=252)
def part_moved(amount: Fraction, maximum: Fraction | None, allow_partial: bool) -> Fraction | str:
    r"""The call swap_stake_limit.

    Change: Where a part is allowed, the part that the limit allows moves, where the whole amount had moved before. It
        mends the call, whose limit had protected nobody who allowed a part.
    Statement: The call MUST do as [MOVE-3](#move-3) with the lesser of the amount and what the limit allows
        ([MOVE-7](#move-7)), but with the fee for the whole amount. Without leave to move a part the checks see to it
        that this is the amount.
    Formula: $$ x' = \min(x,\; x_{max}) $$
    Units: alpha rao of the origin; None for a maximum without bound.
    Rounding: as [MOVE-6](#move-6) and [MOVE-7](#move-7).
    Rejections: `BadOrigin` if nobody signed; that of [STAKE-23](#stake-23) for what the limit allows; those of
        [MOVE-5](#move-5), among them `SlippageTooHigh` in the place that is named there.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `do_swap_stake_limit`, `transition_stake_internal`
    Known violation: The part has no minimum. If less than 500 000 rao and the second half of the fee is left after the
        first, it is lost ([MOVE-6](#move-6)).
    Example: 10 of 20 are allowed. Without leave for a part the call fails, and with it 10 move.

        >>> [part_moved(Fraction(20), Fraction(10), partial) for partial in (False, True)]
        ['SlippageTooHigh', Fraction(10, 1)]
    """
    if not allow_partial and maximum is not None and amount > maximum:
        return "SlippageTooHigh"
    return amount if maximum is None else min(amount, maximum)


@rule("MOVE-5")
def owners_move_rejection(
    origin: End, destination: End, amount: Fraction, checked: Checked, *, rules: Computation = EXACT_LAUNCH
) -> str | None:
    r"""Rejections of a move.

    Statement: The first of these that applies MUST be the rejection: the subnet of the origin does not exist, or that
        of the destination; nobody owns the hotkey of the origin, or not the signer; the stake of the signer
        ([SHARE-2](#share-2)) is less than the amount; the pool of the origin would not trade it; it is worth 500 000
        rao or less; it is above the limit of [MOVE-4](#move-4), and a part will not do.
    Units: alpha rao of the origin.
    Rounding: none beyond those of [POOL-4](#pool-4) and [SHARE-2](#share-2). The worth is floored to rao before it is
        compared, the stake too.
    Rejections: `SubnetNotExists`, `HotKeyAccountNotExists`, `NonAssociatedColdKey`, `NotEnoughStakeToWithdraw`,
        `InsufficientLiquidity`, `AmountTooLow`, `SlippageTooHigh` for `swap_stake_limit`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_stake_transition`
    Known violation: A nominator is refused. The destination is not looked at: a pool there that cannot trade takes the
        TAO for nothing, and the hotkey there need not exist.
    Example: bob's stake on a hotkey of alice.

        >>> end = End(Place("bob", "h", 0), Ledger(0, Fraction(10**12), Fraction(0)), Holding(*(Fraction(10**9),) * 3))
        >>> owners_move_rejection(end, end, Fraction(10**9), Checked(owner="alice"))
        'NonAssociatedColdKey'
        >>> [owners_move_rejection(end, end, Fraction(amount), Checked(owner="bob")) for amount in (500_000, 500_001)]
        ['AmountTooLow', None]
    """
    if not (checked.origin_exists and checked.destination_exists):
        return "SubnetNotExists"
    if checked.owner is None:
        return "HotKeyAccountNotExists"
    if checked.owner != origin.place.coldkey:
        return "NonAssociatedColdKey"
    return amount_rejection(origin, amount, checked, rules)


def amount_rejection(origin: End, amount: Fraction, checked: Checked, rules: Computation) -> str | None:
    """Return why an amount cannot leave the origin."""
    if amount > rules["SHARE-2"](origin.holding):
        return "NotEnoughStakeToWithdraw"
    ledger = origin.ledger
    worth = rules["POOL-4"](ledger.mechanism, ledger.tao, ledger.alpha_in, amount)
    if worth is None:
        return "InsufficientLiquidity"
    if worth <= MIN_STAKE:
        return "AmountTooLow"
    return "SlippageTooHigh" if checked.is_above_limit else None


@rule("MOVE-5", since=238)
def nominators_move_rejection(
    origin: End, destination: End, amount: Fraction, checked: Checked, *, rules: Computation
) -> str | None:
    r"""Rejections of a move.

    Change: The signer need not own the hotkey of the origin, so that nominators may move their stake.
    Statement: The first of these that applies MUST be the rejection: the subnet of the origin does not exist, or that
        of the destination; nobody owns the hotkey of the origin; the stake of the signer ([SHARE-2](#share-2)) is less
        than the amount; the pool of the origin would not trade it; it is worth 500 000 rao or less; it is above the
        limit of [MOVE-4](#move-4), and a part will not do.
    Units: alpha rao of the origin.
    Rounding: none beyond those of [POOL-4](#pool-4) and [SHARE-2](#share-2). The worth is floored to rao before it is
        compared, the stake too.
    Rejections: `SubnetNotExists`, `HotKeyAccountNotExists`, `NotEnoughStakeToWithdraw`, `InsufficientLiquidity`,
        `AmountTooLow`, `SlippageTooHigh` for `swap_stake_limit`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_stake_transition`
    Known violation: The destination is not looked at: a pool there that cannot trade takes the TAO for nothing, and the
        hotkey there need not exist.
    Example: bob's stake on a hotkey of alice, and on one that nobody owns.

        >>> end = End(Place("bob", "h", 0), Ledger(0, Fraction(10**12), Fraction(0)), Holding(*(Fraction(10**9),) * 3))
        >>> [nominators_move_rejection(end, end, Fraction(10**9), Checked(owner=owner), rules=Computation(238))
        ...     for owner in ("alice", None)]
        [None, 'HotKeyAccountNotExists']
    """
    if not (checked.origin_exists and checked.destination_exists):
        return "SubnetNotExists"
    if checked.owner is None:
        return "HotKeyAccountNotExists"
    return amount_rejection(origin, amount, checked, rules)


@rule("MOVE-5", since=239)
def arriving_move_rejection(
    origin: End, destination: End, amount: Fraction, checked: Checked, *, rules: Computation
) -> str | None:
    r"""Rejections of a move.

    Change: Stake that would be worth no share at the destination is refused. It had gone to the other holders of the
        share pool there ([SHARE-4](#share-4)).
    Statement: The first of these that applies MUST be the rejection: the subnet of the origin does not exist, or that
        of the destination; nobody owns the hotkey of the origin; the stake of the signer ([SHARE-2](#share-2)) is less
        than the amount; the pool of the origin would not trade it; it is worth 500 000 rao or less; it is above the
        limit of [MOVE-4](#move-4), and a part will not do; the alpha that would arrive is not worth a share of the
        stake on the hotkey of the destination ([SHARE-8](#share-8)). That alpha is computed for the whole amount,
        without fees, in the pools as they are; where a pool would not trade it is 0.
    Units: alpha rao of the origin.
    Rounding: none beyond those of [POOL-4](#pool-4), [POOL-3](#pool-3), [SHARE-2](#share-2) and [SHARE-8](#share-8).
        The worth is floored to rao before it is compared, the stake too; so is the alpha that arrives, so that less
        than 1 alpha rao is worth no share.
    Rejections: `SubnetNotExists`, `HotKeyAccountNotExists`, `NotEnoughStakeToWithdraw`, `InsufficientLiquidity` for the
        sale, `AmountTooLow`, `SlippageTooHigh` for `swap_stake_limit`, `InsufficientLiquidity` for what arrives.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_stake_transition`
    Known violation: A pool of the destination that cannot trade is noticed only where shares are left: into a hotkey
        without stake it takes the TAO for nothing. The hotkey of the destination need not exist.
    Example: A pool without alpha pays nothing. Nobody's stake would grow by that; an empty share pool is not asked.

        >>> end = End(Place("bob", "h", 0), Ledger(0, Fraction(10**12), Fraction(0)), Holding(*(Fraction(10**9),) * 3))
        >>> dry = End(Place("bob", "h", 1), Ledger(1, Fraction(10**12), Fraction(0)), Holding(*(Fraction(5),) * 3))
        >>> [arriving_move_rejection(end, there, Fraction(10**9), Checked(owner="bob"), rules=Computation(239))
        ...     for there in (dry, evolve(dry, holding=Holding()))]
        ['InsufficientLiquidity', None]
    """
    refused = nominators_move_rejection(origin, destination, amount, checked, rules=rules)
    return refused or arrival_rejection(origin, destination, amount, rules)


def arrival_rejection(origin: End, destination: End, amount: Fraction, rules: Computation) -> str | None:
    """Return why what leaves the origin cannot arrive at the destination."""
    sold, bought, stake = origin.ledger, destination.ledger, destination.holding
    tao = rules["POOL-4"](sold.mechanism, sold.tao, sold.alpha_in, amount) or Fraction(0)
    alpha = rules["POOL-3"](bought.mechanism, bought.tao, bought.alpha_in, tao) or Fraction(0)
    return None if rules["SHARE-8"](stake.total, stake.denominator, alpha) else "InsufficientLiquidity"


@rule("MOVE-5", since=244)
def move_to_known_hotkey_rejection(
    origin: End, destination: End, amount: Fraction, checked: Checked, *, rules: Computation
) -> str | None:
    r"""Rejections of a move.

    Change: The hotkey of the destination must exist too, so that a mistyped one no longer gets the stake.
    Statement: The first of these that applies MUST be the rejection: the subnet of the origin does not exist, or that
        of the destination; nobody owns the hotkey of the origin, or that of the destination; the stake of the signer
        ([SHARE-2](#share-2)) is less than the amount; the pool of the origin would not trade it; it is worth 500 000
        rao or less; it is above the limit of [MOVE-4](#move-4), and a part will not do; the alpha that would arrive is
        not worth a share of the stake on the hotkey of the destination ([SHARE-8](#share-8)). That alpha is computed
        for the whole amount, without fees, in the pools as they are; where a pool would not trade it is 0.
    Units: alpha rao of the origin.
    Rounding: none beyond those of [POOL-4](#pool-4), [POOL-3](#pool-3), [SHARE-2](#share-2) and [SHARE-8](#share-8).
        The worth is floored to rao before it is compared, the stake too; so is the alpha that arrives, so that less
        than 1 alpha rao is worth no share.
    Rejections: `SubnetNotExists`, `HotKeyAccountNotExists` for either hotkey, `NotEnoughStakeToWithdraw`,
        `InsufficientLiquidity` for the sale, `AmountTooLow`, `SlippageTooHigh` for `swap_stake_limit`,
        `InsufficientLiquidity` for what arrives.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_stake_transition`
    Known violation: A pool of the destination that cannot trade is noticed only where shares are left: into a hotkey
        without stake it takes the TAO for nothing.
    Example: A move to a hotkey that nobody owns; the amount, which is above the stake, does not matter.

        >>> end = End(Place("bob", "h", 0), Ledger(0, Fraction(10**12), Fraction(0)), Holding(*(Fraction(10**9),) * 3))
        >>> [move_to_known_hotkey_rejection(
        ...     end, end, Fraction(10**10), Checked(owner="bob", destination_is_owned=owned), rules=Computation(244))
        ...     for owned in (False, True)]
        ['HotKeyAccountNotExists', 'NotEnoughStakeToWithdraw']
    """
    if not checked.destination_is_owned:
        checked = evolve(checked, owner=None)
    return arriving_move_rejection(origin, destination, amount, checked, rules=rules)


@rule("MOVE-5", since=273)
def enabled_move_rejection(
    origin: End, destination: End, amount: Fraction, checked: Checked, *, rules: Computation
) -> str | None:
    r"""Rejections of a move.

    Change: A move must change something, and the subtokens of both subnets must be enabled. To move stake to where it
        was had cost the fee and the slippage of two trades.
    Statement: The first of these that applies MUST be the rejection: the move changes neither coldkey nor hotkey nor
        subnet; the subnet of the origin does not exist, or that of the destination; [STAKE-22](#stake-22) refuses the
        move on either of them; nobody owns the hotkey of the origin, or that of the destination; the stake of the
        signer ([SHARE-2](#share-2)) is less than the amount; the pool of the origin would not trade it; it is worth
        500 000 rao or less; it is above the limit of [MOVE-4](#move-4), and a part will not do; the alpha that would
        arrive is not worth a share of the stake on the hotkey of the destination ([SHARE-8](#share-8)). That alpha is
        computed for the whole amount, without fees, in the pools as they are; where a pool would not trade it is 0.
    Units: alpha rao of the origin.
    Rounding: none beyond those of [POOL-4](#pool-4), [POOL-3](#pool-3), [SHARE-2](#share-2) and [SHARE-8](#share-8).
        The worth is floored to rao before it is compared, the stake too; so is the alpha that arrives, so that less
        than 1 alpha rao is worth no share.
    Rejections: `SameNetuid`, `SubnetNotExists`, `SubtokenDisabled`, `HotKeyAccountNotExists` for either hotkey,
        `NotEnoughStakeToWithdraw`, `InsufficientLiquidity` for the sale, `AmountTooLow`, `SlippageTooHigh` for
        `swap_stake_limit`, `InsufficientLiquidity` for what arrives.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_stake_transition`
    Known violation: A pool of the destination that cannot trade is noticed only where shares are left: into a hotkey
        without stake it takes the TAO for nothing.
    Example: A move to where the stake is, and one to a subnet whose subtoken is not enabled.

        >>> end = End(Place("bob", "h", 0), Ledger(0, Fraction(10**12), Fraction(0)), Holding(*(Fraction(10**9),) * 3))
        >>> there, checked = evolve(end, place=Place("bob", "h", 1)), Checked(are_enabled=False, owner="bob")
        >>> [enabled_move_rejection(end, to, Fraction(10**9), checked, rules=Computation(273)) for to in (end, there)]
        ['SameNetuid', 'SubtokenDisabled']
    """
    if origin.place == destination.place:
        return "SameNetuid"
    if checked.origin_exists and checked.destination_exists:
        gate: str | None = rules["STAKE-22"]("move_stake", checked.are_enabled)
        if gate is not None:
            return gate
    return move_to_known_hotkey_rejection(origin, destination, amount, checked, rules=rules)
