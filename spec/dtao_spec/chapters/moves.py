r"""Moving stake.

Four calls carry stake to another place: `move_stake` to another hotkey, `swap_stake` and `swap_stake_limit` to another
subnet, `transfer_stake` to another coldkey. The first and the last may change the subnet as well. All four are one and
the same transaction: the alpha is sold where it is, and the TAO is staked where it shall be.

```mermaid
flowchart LR
    O[stake at the origin] -- "alpha" --> P1[pool of the origin]
    P1 -- "TAO less 25 000 rao" --> M(("TAO"))
    M --> P2[pool of the destination]
    P2 -- "alpha" --> D[stake at the destination]
    M -. "if less than 525 000 rao" .-> L[lost]
```

This is so even where origin and destination are the same subnet: a move from hotkey to hotkey costs the fee, and the
slippage of a sale and a purchase. The two fees of 25 000 rao add up to that of a single stake; they stay in the two
pools.

The launch lets only the owner of a hotkey move stake from it. A nominator must unstake and stake again, and pay twice.
"""

from fractions import Fraction

from attrs import evolve, frozen

from dtao_spec.chapters import pools
from dtao_spec.chapters.shares import Holding, stake_of
from dtao_spec.chapters.staking import MINIMUM_STAKE, Ledger, staked, unstaked
from dtao_spec.registry import rule

LEG_FEE = 25_000
"""rao, on each of the two halves of a move."""


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


@rule("MOVE-1")
def ends_of_move(
    signer: str, origin_hotkey: str, destination_hotkey: str, origin_netuid: int, destination_netuid: int
) -> tuple[Place, Place]:
    r"""The call move_stake.

    Statement: The call MUST carry stake of the signer from one hotkey to another, on the same or another subnet, as
        [MOVE-6](#move-6) states it. After the events of both halves comes `StakeMoved`: coldkey, hotkey and netuid of
        the origin, hotkey and netuid of the destination, the TAO moved.
    Units: alpha rao of the origin for the amount.
    Rounding: as MOVE-6.
    Rejections: `BadOrigin` if nobody signed; then those of [MOVE-5](#move-5).
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `do_move_stake`
    Known violation: The hotkey of the destination need not exist.
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
    Rounding: as MOVE-6.
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
    Rounding: as MOVE-6.
    Rejections: `BadOrigin` if nobody signed; then those of [MOVE-5](#move-5).
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `do_swap_stake`
    Example: alice moves stake on her hotkey h from root to subnet 2.

        >>> ends_of_swap("alice", "h", 0, 2)
        (Place(coldkey='alice', hotkey='h', netuid=0), Place(coldkey='alice', hotkey='h', netuid=2))
    """
    return Place(signer, hotkey, origin_netuid), Place(signer, hotkey, destination_netuid)


@rule("MOVE-4")
def swap_limit_rejection(
    checked: str | None, amount: Fraction, maximum: Fraction | None, allow_partial: bool
) -> str | None:
    r"""The call swap_stake_limit.

    Statement: The call MUST do as [MOVE-3](#move-3), with the whole amount, if the amount is not above what the limit
        allows ([MOVE-7](#move-7)) or a part is allowed.
    Units: alpha rao of the origin; None for a maximum without bound.
    Rounding: as MOVE-6 and MOVE-7.
    Rejections: `BadOrigin` if nobody signed; those of [MOVE-5](#move-5); `SlippageTooHigh`.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `do_swap_stake_limit`, `transition_stake_internal`
    Known violation: Where a part is allowed, the whole amount moves all the same, at whatever price. The limit protects
        only those who do not allow a part.
    Example: 10 of 20 are allowed. Without leave for a part the call fails, and with it all 20 move.

        >>> swap_limit_rejection(None, Fraction(20), Fraction(10), False)
        'SlippageTooHigh'
        >>> swap_limit_rejection(None, Fraction(20), Fraction(10), True) is None
        True
    """
    if checked is not None:
        return checked
    return None if allow_partial or maximum is None or amount <= maximum else "SlippageTooHigh"


@rule("MOVE-5")
def move_rejection(
    origin: End,
    amount: Fraction,
    origin_exists: bool = True,
    destination_exists: bool = True,
    owner: str | None = None,
) -> str | None:
    r"""When stake cannot be moved.

    Statement: The first of these that applies MUST be the rejection: the subnet of the origin does not exist, or that
        of the destination; nobody owns the hotkey of the origin, or not the signer; the stake of the signer is less
        than the amount; the pool of the origin would not trade it; it is worth 500 000 rao or less.
    Units: alpha rao of the origin; None where nobody owns the hotkey.
    Rounding: none beyond those of POOL-4 and SHARE-2. The worth is floored to rao before it is compared, the stake too.
    Rejections: `SubnetNotExists`, `HotKeyAccountNotExists`, `NonAssociatedColdKey`, `NotEnoughStakeToWithdraw`,
        `InsufficientLiquidity`, `AmountTooLow`.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_stake_transition`
    Known violation: A nominator is refused. The destination is not looked at: a pool there that cannot trade swallows
        the TAO.
    Example: bob's stake on a hotkey of alice.

        >>> end = End(Place("bob", "h", 0), Ledger(0, Fraction(10**12), Fraction(0)), Holding(*(Fraction(10**9),) * 3))
        >>> move_rejection(end, Fraction(10**9), owner="alice")
        'NonAssociatedColdKey'
        >>> move_rejection(end, Fraction(500_000), owner="bob")
        'AmountTooLow'
        >>> move_rejection(end, Fraction(500_001), owner="bob") is None
        True
    """
    if not (origin_exists and destination_exists):
        return "SubnetNotExists"
    if owner is None:
        return "HotKeyAccountNotExists"
    if owner != origin.place.coldkey:
        return "NonAssociatedColdKey"
    if amount > stake_of(origin.holding):
        return "NotEnoughStakeToWithdraw"
    ledger = origin.ledger
    worth = pools.tao_for_alpha(ledger.mechanism, ledger.tao, ledger.alpha_in, amount)
    if worth is None:
        return "InsufficientLiquidity"
    return "AmountTooLow" if worth <= MINIMUM_STAKE else None


@rule("MOVE-6")
def moved(origin: End, destination: End, amount: Fraction) -> tuple[End, End, Fraction]:
    r"""A move.

    Statement: The alpha MUST be unstaked at the origin with a fee of 25 000 rao ([STAKE-5](#stake-5)). If at least 525
        000 rao are left, they MUST be staked at the destination with another fee of 25 000 rao ([STAKE-4](#stake-4));
        otherwise they MUST be dropped, and the event reports what another fee would leave of them. Where both ends are
        on one subnet, the purchase meets the pool that the sale has left.
    Formula: $$ m = \frac{T_1\,x}{A_1 + x} - f, \qquad y = \frac{A_2\,(m - f)}{T_2 + m - f} \qquad (m \ge 525\,000) $$
    Units: alpha rao of the origin in. The third result is what the event reports as moved: the TAO after both fees.
    Rounding: as POOL-4, POOL-3 and SHARE-4. The TAO of the sale is floored to rao before it buys.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `transition_stake_internal`
    Known violation: Alpha that is worth more than 500 000 rao passes the checks, but below 550 000 not enough is left
        after the fee: up to 524 999 rao leave the origin, and nobody gets them.
    Example: 10 alpha at the price 0.25 become alpha at the price 1. 550 000 rao of root stake arrive, 549 999 do not.

        >>> here = End(Place("a", "h", 1), Ledger(1, Fraction(10**12), Fraction(4 * 10**12)))
        >>> here = evolve(here, holding=Holding(*(Fraction(10**10),) * 3))
        >>> there = End(Place("a", "h", 2), Ledger(1, Fraction(10**12), Fraction(10**12)))
        >>> _, after, tao = moved(here, there, Fraction(10**10))
        >>> int(tao), int(stake_of(after.holding))
        (2493715586, 2487512437)
        >>> root = End(Place("a", "h", 0), Ledger(0, Fraction(10**12), Fraction(0)), Holding(*(Fraction(10**9),) * 3))
        >>> [int(stake_of(moved(root, there, Fraction(alpha))[1].holding)) > 0 for alpha in (550_000, 549_999)]
        [True, False]
    """
    ledger, holding, tao = unstaked(origin.ledger, origin.holding, amount, Fraction(LEG_FEE))
    origin = evolve(origin, ledger=ledger, holding=holding)
    destination = seen_from(destination, origin)
    if tao >= MINIMUM_STAKE + LEG_FEE:
        ledger, holding, _ = staked(destination.ledger, destination.holding, tao, Fraction(LEG_FEE))
        destination = evolve(destination, ledger=ledger, holding=holding)
        origin = seen_from(origin, destination)
    return origin, destination, max(tao - LEG_FEE, Fraction(0))


def seen_from(end: End, changed: End) -> End:
    """Return an end with what it shares with the other one, which has just changed."""
    one, other = end.place, changed.place
    if one.netuid != other.netuid:
        return evolve(end, ledger=evolve(end.ledger, total_stake=changed.ledger.total_stake))
    holding = end.holding
    if one.hotkey == other.hotkey:
        holding = evolve(changed.holding, shares=holding.shares)
        if one.coldkey == other.coldkey:
            holding = changed.holding
    return evolve(end, ledger=changed.ledger, holding=holding)


@rule("MOVE-7")
def max_amount_move(
    origin: tuple[Fraction, Fraction] | None, destination: tuple[Fraction, Fraction] | None, limit: Fraction
) -> Fraction | None:
    r"""How much alpha a limit allows to move.

    Statement: The limit of a swap is the price of the origin over that of the destination. Between two stable subnets
        (root is one) everything MUST be allowed for a limit of at most 1, and nothing above. From a stable subnet to a
        dynamic one the amount MUST be that of [POOL-5](#pool-5), at the limit of [POOL-7](#pool-7), and everything for
        a limit of 0; from a dynamic subnet to a stable one that of [POOL-6](#pool-6); between any others that of
        [POOL-8](#pool-8). Stable means root or mechanism 0, dynamic means mechanism 1.
    Units: pairs of reserves in rao and alpha rao, None for a stable subnet; the limit as a ratio (the calls take it in
        billionths); alpha rao of the origin out, None for unlimited.
    Rounding: as the rule that is used.
    Source: `pallets/subtensor/src/staking/move_stake.rs`, `get_max_amount_move`
    Example: From root to a pool of 1 000 TAO and 4 000 alpha, for at least 10/3 alpha per TAO: the limit 0.3 of POOL-5,
        and its 200 TAO.

        >>> pool = (Fraction(10**12), Fraction(4 * 10**12))
        >>> max_amount_move(None, pool, Fraction(10, 3))
        Fraction(200000000000, 1)
        >>> max_amount_move(None, None, Fraction(2)), max_amount_move(None, None, Fraction(1)) is None
        (Fraction(0, 1), True)
    """
    if origin is None:
        if destination is None:
            return Fraction(0) if limit > 1 else None
        return pools.max_amount_add(*destination, pools.stable_to_dynamic_limit(limit)) if limit else None
    if destination is None:
        return pools.max_amount_remove(*origin, limit)
    return pools.max_amount_between_pools(origin, destination, limit)
