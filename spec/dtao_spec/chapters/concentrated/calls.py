"""The calls of those who provide liquidity, and of those who decide about it."""

from collections.abc import Sequence

from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.concentrated"
RESERVED = 1_000
"""So much of the liquidity in force earns no fee; and no position may have less."""


@rule("POOL-24", since=283)
def toggle_rejection(is_root: bool, is_owner: bool, enable: bool, exists: bool) -> str | None:
    r"""Opening a pool to users: `toggle_user_liquidity`.

    Statement: The root origin MUST be able to let users provide liquidity to a pool, and to stop it; the owner of the
        subnet only the former. Positions that there are may be removed at any time. The event is
        `UserLiquidityToggled`: netuid, whether it is allowed.
    Units: none.
    Rounding: none.
    Rejections: `BadOrigin`, `SubNetworkDoesNotExist`, in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `toggle_user_liquidity`
    Example: The owner may open the pool but not close it.

        >>> toggle_rejection(False, True, True, True), toggle_rejection(False, True, False, True)
        (None, 'BadOrigin')
    """
    if not is_root and not (is_owner and enable):
        return "BadOrigin"
    return None if exists else "SubNetworkDoesNotExist"


@rule("POOL-24", since=320)
def toggle_refusal(is_root: bool, is_owner: bool, enable: bool, exists: bool) -> str | None:
    r"""Opening a pool to users: `toggle_user_liquidity`.

    Change: The swap pallet names a network that does not exist by another error, which it had at the other pallet for
        mechanisms.
    Statement: The root origin MUST be able to let users provide liquidity to a pool, and to stop it; the owner of the
        subnet only the former. Positions that there are may be removed at any time. The event is
        `UserLiquidityToggled`: netuid, whether it is allowed.
    Units: none.
    Rounding: none.
    Rejections: `BadOrigin`, `MechanismDoesNotExist`, in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `toggle_user_liquidity`
    Example: The owner may open the pool but not close it.

        >>> toggle_refusal(False, True, True, True), toggle_refusal(False, True, False, True)
        (None, 'BadOrigin')
    """
    if not is_root and not (is_owner and enable):
        return "BadOrigin"
    return None if exists else "MechanismDoesNotExist"


@rule("POOL-24", since=351, until=422)
def toggle_without_effect(is_root: bool, is_owner: bool, enable: bool, exists: bool) -> str | None:
    r"""Opening a pool to users: `toggle_user_liquidity`.

    Change: The call does nothing any more, so that no pool is opened to users again.
    Statement: The call MUST be refused as it was, but change nothing and emit nothing where it is not.
    Units: none.
    Rounding: none.
    Rejections: `BadOrigin`, `MechanismDoesNotExist`, in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `toggle_user_liquidity`
    Example: The owner still may ask to open the pool but not to close it.

        >>> toggle_without_effect(False, True, True, True), toggle_without_effect(False, True, False, True)
        (None, 'BadOrigin')
    """
    return toggle_refusal(is_root, is_owner, enable, exists)


@rule("POOL-28", since=351)
def close_pools_to_users(is_root: bool, open_pools: Sequence[int]) -> list[int] | str:
    r"""Closing all pools to users: `disable_lp`.

    Statement: The root origin MUST be able to close the pools of the subnets 1 to 128 to users. Each that is open is
        closed, with the event `UserLiquidityToggled`; and the positions of users in all of them, open or not, are
        closed and paid as at a dissolution ([NET-11](#net-11)), subnet by subnet.
    Units: netuids; out, those for which an event is emitted.
    Rounding: none.
    Rejections: `BadOrigin`, and those of staking a position's alpha, which undo the whole call.
    Source: `pallets/swap/src/pallet/mod.rs`, `disable_lp`
    Example: Subnet 129 stays open.

        >>> close_pools_to_users(True, [1, 7, 129]), close_pools_to_users(False, [1])
        ([1, 7], 'BadOrigin')
    """
    return [netuid for netuid in open_pools if 1 <= netuid <= 128] if is_root else "BadOrigin"


@rule("POOL-28", since=385)
def close_pools_throughout(is_root: bool, open_pools: Sequence[int]) -> list[int] | str:
    r"""Closing all pools to users: `disable_lp`.

    Change: Where the alpha of a position cannot be staked, the others of the subnet stay, and the call goes on with the
        next one. It had been refused.
    Statement: The root origin MUST be able to close the pools of the subnets 1 to 128 to users. Each that is open is
        closed, with the event `UserLiquidityToggled`; and the positions of users in all of them, open or not, are
        closed and paid as at a dissolution ([NET-11](#net-11)), subnet by subnet. If staking a position's alpha is
        refused, what happened until then MUST remain: the position is closed and its TAO paid, while its alpha is in
        the reserve still. The later positions of that subnet stay as they are.
    Units: netuids; out, those for which an event is emitted.
    Rounding: none.
    Rejections: `BadOrigin`.
    Source: `pallets/swap/src/pallet/mod.rs`, `disable_lp`
    Known violation: A user of whose position the alpha cannot be staked loses it, though it could be left where it is.
    Example: Subnet 129 stays open.

        >>> close_pools_throughout(True, [1, 7, 129]), close_pools_throughout(False, [1])
        ([1, 7], 'BadOrigin')
    """
    return close_pools_to_users(is_root, open_pools)


@rule("POOL-25", since=283)
def reserves_with_position(provided: tuple[int, int], outside: int, added: tuple[int, int]) -> tuple[int, int, int]:
    r"""Providing liquidity: `add_liquidity`.

    Statement: A coldkey MUST be able to open a position between two ticks, of at least 1 000, in a pool that is open to
        users. What it consists of at the present price MUST leave the balance of the coldkey and its stake on the named
        hotkey, and the alpha outside of the pool; it joins the users' parts of the reserves. Its number is one more
        than the last. A coldkey with more than 100 positions in the pool opens no other. The event is `LiquidityAdded`:
        coldkey, hotkey, netuid, number, liquidity, TAO, alpha.
    Formula: $$ u_T' = u_T + T, \quad u_A' = u_A + A, \quad O' = \max(0, O - A) $$
    Units: rao and alpha rao.
    Rounding: as [POOL-11](#pool-11).
    Rejections: `SubNetworkDoesNotExist`, `UserLiquidityDisabled`, `MaxPositionsExceeded`, `InvalidTickRange` (beyond
        the lowest or highest tick), `InsufficientBalance` (TAO, then stake), `InvalidLiquidityValue` (below 1 000),
        those of a withdrawal ([STATE-3](#state-3)), `HotKeyAccountNotExists`, `InsufficientBalance` (less could be
        withdrawn), in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `add_liquidity`; `pallets/swap/src/pallet/impls.rs`, `do_add_liquidity`
    Known violation: The upper tick may be below the lower one ([POOL-11](#pool-11)). A balance of exactly the TAO pays
        less, since the existential deposit stays, and the call fails.
    Example: 5 TAO and 7 alpha join what users provided; of 100 alpha outside 93 remain.

        >>> reserves_with_position((0, 0), 100, (5, 7))
        (5, 7, 93)
    """
    return provided[0] + added[0], provided[1] + added[1], max(outside - added[1], 0)


@rule("POOL-25", since=298)
def range_rejection(tick_low: int, tick_high: int) -> str | None:
    r"""Providing liquidity: `add_liquidity`.

    Change: The upper tick must be above the lower one, since a range upside down took liquidity from others for free.
    Statement: A coldkey MUST be able to open a position between two ticks, of at least 1 000, in a pool that is open to
        users. What it consists of at the present price MUST leave the balance of the coldkey and its stake on the named
        hotkey, and the alpha outside of the pool; it joins the users' parts of the reserves. Its number is one more
        than the last. A coldkey with more than 100 positions in the pool opens no other. The event is `LiquidityAdded`:
        coldkey, hotkey, netuid, number, liquidity, TAO, alpha, lower tick, upper tick.
    Formula: $$ u_T' = u_T + T, \quad u_A' = u_A + A, \quad O' = \max(0, O - A) $$
    Units: rao and alpha rao.
    Rounding: as [POOL-11](#pool-11).
    Rejections: `SubNetworkDoesNotExist`, `UserLiquidityDisabled`, `MaxPositionsExceeded`, `InvalidTickRange` (the upper
        tick not above the lower one, or one beyond the lowest or highest), `InsufficientBalance` (TAO, then stake),
        `InvalidLiquidityValue` (below 1 000), those of a withdrawal ([STATE-3](#state-3)), `HotKeyAccountNotExists`,
        `InsufficientBalance` (less could be withdrawn), in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `add_liquidity`; `pallets/swap/src/pallet/impls.rs`, `do_add_liquidity`
    Known violation: A balance of exactly the TAO pays less, since the existential deposit stays, and the call fails.
    Example: Two ticks in either order.

        >>> range_rejection(-10, 10), range_rejection(10, -10)
        (None, 'InvalidTickRange')
    """
    return None if tick_low < tick_high else "InvalidTickRange"


@rule("POOL-25", since=320)
def range_refusal(tick_low: int, tick_high: int) -> str | None:
    r"""Providing liquidity: `add_liquidity`.

    Change: Only where the subnet's token is enabled may liquidity be provided, and by no more than 100 positions; 101
        had been possible by a slip. The error of a network that does not exist has another name.
    Statement: A coldkey MUST be able to open a position between two ticks, of at least 1 000, in a pool that is open to
        users and whose token is enabled ([NET-10](#net-10)). What it consists of at the present price MUST leave the
        balance of the coldkey and its stake on the named hotkey, and the alpha outside of the pool; it joins the users'
        parts of the reserves. Its number is one more than the last. A coldkey with 100 positions in the pool opens no
        other. The event is `LiquidityAdded`: coldkey, hotkey, netuid, number, liquidity, TAO, alpha, lower tick, upper
        tick.
    Formula: $$ u_T' = u_T + T, \quad u_A' = u_A + A, \quad O' = \max(0, O - A) $$
    Units: rao and alpha rao.
    Rounding: as [POOL-11](#pool-11).
    Rejections: `MechanismDoesNotExist`, `SubtokenDisabled`, `UserLiquidityDisabled`, `MaxPositionsExceeded`,
        `InvalidTickRange` (the upper tick not above the lower one, or one beyond the lowest or highest),
        `InsufficientBalance` (TAO, then stake), `InvalidLiquidityValue` (below 1 000), those of a withdrawal
        ([STATE-3](#state-3)), `HotKeyAccountNotExists`, `InsufficientBalance` (less could be withdrawn), in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `add_liquidity`; `pallets/swap/src/pallet/impls.rs`, `do_add_liquidity`
    Known violation: A balance of exactly the TAO pays less, since the existential deposit stays, and the call fails.
    Example: Two ticks in either order.

        >>> range_refusal(-10, 10), range_refusal(10, -10)
        (None, 'InvalidTickRange')
    """
    return None if tick_low < tick_high else "InvalidTickRange"


@rule("POOL-25", since=385, until=422)
def no_range(tick_low: int, tick_high: int) -> str | None:
    r"""Providing liquidity: `add_liquidity`.

    Change: Nobody may provide liquidity any more, whatever the pool says. Fees are not for positions any more.
    Statement: The call MUST be refused.
    Units: ticks.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed; `UserLiquidityDisabled`.
    Source: `pallets/swap/src/pallet/mod.rs`, `add_liquidity`
    Example: Any two ticks.

        >>> no_range(-10, 10)
        'UserLiquidityDisabled'
    """
    return "UserLiquidityDisabled"


@rule("POOL-26", since=283)
def paid_for_position(composed: tuple[int, int], fees: tuple[int, int]) -> tuple[int, int]:
    r"""Taking liquidity out: `remove_liquidity`.

    Statement: A coldkey MUST be paid what its position consists of at the present price and the fees that it earned:
        TAO to its balance, alpha as stake on the hotkey that it names, which joins the alpha outside of the pool. What
        the position consists of, without the fees, leaves the reserves ([POOL-22](#pool-22)). The event is
        `LiquidityRemoved`: coldkey, hotkey, netuid, number, TAO, alpha, TAO of fees, alpha of fees.
    Formula: $$ (T + f_T,\; A + f_A) $$
    Units: rao and alpha rao.
    Rounding: as [POOL-11](#pool-11) and [POOL-19](#pool-19).
    Rejections: `SubNetworkDoesNotExist`, `LiquidityNotFound`, `HotKeyAccountNotExists`, in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `remove_liquidity`; `pallets/swap/src/pallet/impls.rs`,
        `do_remove_liquidity`
    Example: 5 TAO and 7 alpha, and fees.

        >>> paid_for_position((5, 7), (1, 2))
        (6, 9)
    """
    return composed[0] + fees[0], composed[1] + fees[1]


@rule("POOL-26", since=298)
def paid_for_position_between(composed: tuple[int, int], fees: tuple[int, int]) -> tuple[int, int]:
    r"""Taking liquidity out: `remove_liquidity`.

    Change: The event names the liquidity and the edges of the position too.
    Statement: A coldkey MUST be paid what its position consists of at the present price and the fees that it earned:
        TAO to its balance, alpha as stake on the hotkey that it names, which joins the alpha outside of the pool. What
        the position consists of, without the fees, leaves the reserves ([POOL-22](#pool-22)). The event is
        `LiquidityRemoved`: coldkey, hotkey, netuid, number, liquidity, TAO, alpha, TAO of fees, alpha of fees, lower
        tick, upper tick.
    Formula: $$ (T + f_T,\; A + f_A) $$
    Units: rao and alpha rao.
    Rounding: as [POOL-11](#pool-11) and [POOL-19](#pool-19).
    Rejections: `SubNetworkDoesNotExist`, `LiquidityNotFound`, `HotKeyAccountNotExists`, in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `remove_liquidity`; `pallets/swap/src/pallet/impls.rs`,
        `do_remove_liquidity`
    Example: 5 TAO and 7 alpha, and fees.

        >>> paid_for_position_between((5, 7), (1, 2))
        (6, 9)
    """
    return paid_for_position(composed, fees)


@rule("POOL-26", since=320)
def paid_out_for_position(composed: tuple[int, int], fees: tuple[int, int]) -> tuple[int, int]:
    r"""Taking liquidity out: `remove_liquidity`.

    Change: The swap pallet names a network that does not exist by another error, which it had at the other pallet for
        mechanisms.
    Statement: A coldkey MUST be paid what its position consists of at the present price and the fees that it earned:
        TAO to its balance, alpha as stake on the hotkey that it names, which joins the alpha outside of the pool. What
        the position consists of, without the fees, leaves the reserves ([POOL-22](#pool-22)). The event is
        `LiquidityRemoved`: coldkey, hotkey, netuid, number, liquidity, TAO, alpha, TAO of fees, alpha of fees, lower
        tick, upper tick.
    Formula: $$ (T + f_T,\; A + f_A) $$
    Units: rao and alpha rao.
    Rounding: as [POOL-11](#pool-11) and [POOL-19](#pool-19).
    Rejections: `MechanismDoesNotExist`, `LiquidityNotFound`, `HotKeyAccountNotExists`, in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `remove_liquidity`; `pallets/swap/src/pallet/impls.rs`,
        `do_remove_liquidity`
    Example: 5 TAO and 7 alpha, and fees.

        >>> paid_out_for_position((5, 7), (1, 2))
        (6, 9)
    """
    return paid_for_position(composed, fees)


@rule("POOL-27", since=283)
def liquidity_after_change(liquidity: int, change: int) -> int:
    r"""Changing a position: `modify_position`.

    Statement: A coldkey MUST be able to add to the liquidity of its position or take from it, at least 1 000 at a time.
        What the change consists of at the present price is paid by it or to it, and the fees of the whole position are
        paid to it. If less than 1 000 would remain, the position MUST be removed. The liquidity in force changes by
        what was asked if the price is not outside of the position. The event is `LiquidityModified`: coldkey, hotkey,
        netuid, number, change, TAO and alpha (negative if paid out), TAO and alpha of fees; of a position that is
        removed it is `LiquidityRemoved`.
    Formula: $$ L' = \begin{cases} L + \Delta & L + \Delta \ge 1000 \\ 0 & \text{otherwise} \end{cases} $$
    Units: liquidity.
    Rounding: as [POOL-11](#pool-11) and [POOL-19](#pool-19). The balances are compared with the exact amounts, which
        are floored only after that.
    Rejections: `SubNetworkDoesNotExist`, `UserLiquidityDisabled`, `LiquidityNotFound`; `InvalidLiquidityValue` if the
        change is smaller than 1 000, or $-2^{63}$; `InsufficientBalance` if more is added than there is,
        `InsufficientLiquidity` if more is taken; then those of paying: those of a withdrawal ([STATE-3](#state-3)),
        `HotKeyAccountNotExists`, in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `modify_position`; `pallets/swap/src/pallet/impls.rs`,
        `do_modify_position`
    Known violation: What is added or taken does not enter the users' parts of the reserves or leave them. Of a position
        that is removed because little would remain, that little is not paid. If the price is exactly at the upper edge,
        the liquidity in force changes although the position is not in range.
    Example: 2 000 less 1 500 leave nothing.

        >>> [liquidity_after_change(2_000, change) for change in (500, -1_000, -1_500)]
        [2500, 1000, 0]
    """
    return liquidity + change if liquidity + change >= RESERVED else 0


@rule("POOL-27", since=298)
def liquidity_after_covered_change(liquidity: int, change: int) -> int:
    r"""Changing a position: `modify_position`.

    Change: The stake has to cover the alpha that is added in whole alpha rao only. The events name the edges too, and
        that of a position that is removed also the change.
    Statement: A coldkey MUST be able to add to the liquidity of its position or take from it, at least 1 000 at a time.
        What the change consists of at the present price is paid by it or to it, and the fees of the whole position are
        paid to it. If less than 1 000 would remain, the position MUST be removed. The liquidity in force changes by
        what was asked if the price is not outside of the position. The event is `LiquidityModified`: coldkey, hotkey,
        netuid, number, change, TAO and alpha (negative if paid out), TAO and alpha of fees, the lower and the upper
        tick; of a position that is removed it is `LiquidityRemoved`.
    Formula: $$ L' = \begin{cases} L + \Delta & L + \Delta \ge 1000 \\ 0 & \text{otherwise} \end{cases} $$
    Units: liquidity.
    Rounding: as [POOL-11](#pool-11) and [POOL-19](#pool-19). The balance is compared with the exact TAO, which is
        floored only after that, the stake with the floored alpha.
    Rejections: `SubNetworkDoesNotExist`, `UserLiquidityDisabled`, `LiquidityNotFound`; `InvalidLiquidityValue` if the
        change is smaller than 1 000, or $-2^{63}$; `InsufficientBalance` if more is added than there is,
        `InsufficientLiquidity` if more is taken; then those of paying: those of a withdrawal ([STATE-3](#state-3)),
        `HotKeyAccountNotExists`, in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `modify_position`; `pallets/swap/src/pallet/impls.rs`,
        `do_modify_position`
    Known violation: What is added or taken does not enter the users' parts of the reserves or leave them. Of a position
        that is removed because little would remain, that little is not paid. If the price is exactly at the upper edge,
        the liquidity in force changes although the position is not in range.
    Example: 2 000 less 1 500 leave nothing.

        >>> [liquidity_after_covered_change(2_000, change) for change in (500, -1_000, -1_500)]
        [2500, 1000, 0]
    """
    return liquidity + change if liquidity + change >= RESERVED else 0


@rule("POOL-27", since=320)
def liquidity_after_allowed_change(liquidity: int, change: int) -> int:
    r"""Changing a position: `modify_position`.

    Change: Only where the subnet's token is enabled may a position be changed. The balance has to cover the TAO that is
        added in whole rao only, as the stake the alpha. The error of a network that does not exist has another name.
    Statement: Where the token of the subnet is enabled ([NET-10](#net-10)), a coldkey MUST be able to add to the
        liquidity of its position or take from it, at least 1 000 at a time. What the change consists of at the present
        price is paid by it or to it, and the fees of the whole position are paid to it. If less than 1 000 would
        remain, the position MUST be removed. The liquidity in force changes by what was asked if the price is not
        outside of the position. The event is `LiquidityModified`: coldkey, hotkey, netuid, number, change, TAO and
        alpha (negative if paid out), TAO and alpha of fees, the lower and the upper tick; of a position that is removed
        it is `LiquidityRemoved`.
    Formula: $$ L' = \begin{cases} L + \Delta & L + \Delta \ge 1000 \\ 0 & \text{otherwise} \end{cases} $$
    Units: liquidity.
    Rounding: as [POOL-11](#pool-11) and [POOL-19](#pool-19). Balance and stake are compared with the floored amounts.
    Rejections: `MechanismDoesNotExist`, `SubtokenDisabled`, `UserLiquidityDisabled`, `LiquidityNotFound`;
        `InvalidLiquidityValue` if the change is smaller than 1 000, or $-2^{63}$; `InsufficientBalance` if more is
        added than there is, `InsufficientLiquidity` if more is taken; then those of paying: those of a withdrawal
        ([STATE-3](#state-3)), `HotKeyAccountNotExists`, in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `modify_position`; `pallets/swap/src/pallet/impls.rs`,
        `do_modify_position`
    Known violation: What is added or taken does not enter the users' parts of the reserves or leave them. Of a position
        that is removed because little would remain, that little is not paid. If the price is exactly at the upper edge,
        the liquidity in force changes although the position is not in range.
    Example: 2 000 less 1 500 leave nothing.

        >>> [liquidity_after_allowed_change(2_000, change) for change in (500, -1_000, -1_500)]
        [2500, 1000, 0]
    """
    return liquidity + change if liquidity + change >= RESERVED else 0


@rule("POOL-27", since=391)
def liquidity_after_any_change(liquidity: int, change: int) -> int:
    r"""Changing a position: `modify_position`.

    Change: A change by $-2^{63}$ is one like any other. It had counted as too small.
    Statement: Where the token of the subnet is enabled ([NET-10](#net-10)), a coldkey MUST be able to add to the
        liquidity of its position or take from it, at least 1 000 at a time. What the change consists of at the present
        price is paid by it or to it, and the fees of the whole position are paid to it. If less than 1 000 would
        remain, the position MUST be removed. The liquidity in force changes by what was asked if the price is not
        outside of the position. The event is `LiquidityModified`: coldkey, hotkey, netuid, number, change, TAO and
        alpha (negative if paid out), TAO and alpha of fees, the lower and the upper tick; of a position that is removed
        it is `LiquidityRemoved`.
    Formula: $$ L' = \begin{cases} L + \Delta & L + \Delta \ge 1000 \\ 0 & \text{otherwise} \end{cases} $$
    Units: liquidity.
    Rounding: as [POOL-11](#pool-11) and [POOL-19](#pool-19). Balance and stake are compared with the floored amounts.
    Rejections: `MechanismDoesNotExist`, `SubtokenDisabled`, `UserLiquidityDisabled`, `LiquidityNotFound`;
        `InvalidLiquidityValue` if the change is smaller than 1 000; `InsufficientBalance` if more is added than there
        is, `InsufficientLiquidity` if more is taken; then those of paying: those of a withdrawal
        ([STATE-3](#state-3)), `HotKeyAccountNotExists`, in this order.
    Source: `pallets/swap/src/pallet/mod.rs`, `modify_position`; `pallets/swap/src/pallet/impls.rs`,
        `do_modify_position`
    Known violation: What is added or taken does not enter the reserves or leave them. Of a position that is removed
        because little would remain, that little is not paid. If the price is exactly at the upper edge, the liquidity
        in force changes although the position is not in range.
    Example: All that a position can have less $2^{63}$.

        >>> liquidity_after_any_change(2**64 - 1, -(2**63)) == 2**63 - 1
        True
    """
    return liquidity + change if liquidity + change >= RESERVED else 0
