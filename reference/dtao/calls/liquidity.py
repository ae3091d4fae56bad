"""Calls of the swap pallet: liquidity that users provide, and what subnets charge for swaps."""

from attrs import field, frozen

from dtao.arguments import (
    to_account,
    to_flag,
    to_i32,
    to_i64,
    to_netuid,
    to_u16,
    to_u64,
    to_u128,
)
from dtao.events import (
    Event,
    FeeRateSet,
    LiquidityAddedBetween,
    LiquidityModifiedBetween,
    LiquidityRemovedBetween,
    UserLiquidityToggled,
    of_era,
)
from dtao.evolving import evolve
from dtao.outcome import Rejected, Rejection, ensure_root, require, require_network_of_pool, signed
from dtao.rule import implements
from dtao.rules.pools.concentrated import positions, ticks
from dtao.rules.pools.concentrated.positions import MIN_LIQUIDITY
from dtao.rules.pools.concentrated.records import Position, Ranges
from dtao.rules.pools.concentrated.sqrt_price import FRACTION, MAX_TICK, MIN_TICK, price_at
from dtao.state import Call, Result, State
from dtao.transitions import stake
from dtao.transitions.balances import deposit, withdraw
from dtao.transitions.liquidity import as_i64, ranges_of, take_alpha, take_tao, with_ranges
from dtao.transitions.neurons import owner_of_subnet, require_owner_or_root
from dtao.transitions.stake import with_subnet
from dtao.units import U64_MAX, AccountId, Alpha, NetUid, Rao

MAX_FEE_RATE = 10_000
"""A u16-normalised fraction: about 15 %."""
MAX_CLOSED_NETUID = 128
"""The last subnet whose pool ``disable_lp`` closes to users."""


@frozen
class SetFeeRate(Call):
    """Set what a subnet's pool charges for swaps; the root origin may, and the subnet's owner."""

    netuid: NetUid = field(converter=to_netuid)
    rate: int = field(converter=to_u16)

    @implements("POOL-23")
    def apply(self, state: State) -> Result:
        """Store the rate, a u16-normalised fraction.

        Rejections, in order: ``BadOrigin``, ``SubNetworkDoesNotExist``, ``FeeRateTooHigh`` (above 10,000). Mirrors
        ``set_fee_rate``.
        """
        subnet = state.subnet(self.netuid)
        require_owner_or_root(state, self.signer, self.netuid)
        require_network_of_pool(state, self.netuid)
        require(self.rate <= MAX_FEE_RATE, Rejection.FEE_RATE_TOO_HIGH)
        hyperparameters = evolve(subnet.hyperparameters, fee_rate=self.rate)
        state = with_subnet(state, self.netuid, evolve(subnet, hyperparameters=hyperparameters))
        return state, (FeeRateSet(self.netuid, self.rate),)


@frozen
class SetFeeRateByRoot(SetFeeRate):
    """Set what a subnet's pool charges for swaps; only the root origin may, from 372 on."""

    RUNTIME_NAME = "set_fee_rate"

    @implements("POOL-23")
    def apply(self, state: State) -> Result:
        """Store the rate as :class:`SetFeeRate`, which the owner may not any more. Mirrors ``set_fee_rate``."""
        ensure_root(self.signer)
        return SetFeeRate.apply(self, state)


@frozen
class ToggleUserLiquidity(Call):
    """Let users provide liquidity to a pool, or add no more; its owner may do the former, the root origin both."""

    netuid: NetUid = field(converter=to_netuid)
    enable: bool = field(converter=to_flag)

    @implements("POOL-24")
    def apply(self, state: State) -> Result:
        """Store the choice. Rejections, in order: ``BadOrigin``, ``SubNetworkDoesNotExist``.

        Mirrors ``toggle_user_liquidity``.
        """
        _require_may_toggle(state, self.signer, self.netuid, self.enable)
        hyperparameters = evolve(state.subnet(self.netuid).hyperparameters, user_liquidity_enabled=self.enable)
        state = with_subnet(state, self.netuid, evolve(state.subnet(self.netuid), hyperparameters=hyperparameters))
        return state, (UserLiquidityToggled(self.netuid, self.enable),)


@frozen
class ToggleUserLiquidityInVain(ToggleUserLiquidity):
    """Ask to let users provide liquidity to a pool, or add no more: nothing changes, from 351 on."""

    RUNTIME_NAME = "toggle_user_liquidity"

    @implements("POOL-24")
    def apply(self, state: State) -> Result:
        """Check what was checked before. Rejections, in order: ``BadOrigin``, ``SubNetworkDoesNotExist``.

        Mirrors ``toggle_user_liquidity``.
        """
        _require_may_toggle(state, self.signer, self.netuid, self.enable)
        return state, ()


def _require_may_toggle(state: State, signer: AccountId | None, netuid: NetUid, enable: bool) -> None:
    """Reject an origin that may not let users provide liquidity (or, ``enable`` False, keep them from it)."""
    is_owner = signer == owner_of_subnet(state.subnet(netuid)) and enable
    require(signer is None or is_owner, Rejection.BAD_ORIGIN)
    require_network_of_pool(state, netuid)


@frozen
class DisableLp(Call):
    """Let no users provide liquidity to the pools of the subnets 1 to 128, and close all their positions."""

    @implements("POOL-28")
    def apply(self, state: State) -> Result:
        """Close the pools to users one after another and pay the positions, as when the subnet is dissolved.

        Rejection: ``BadOrigin`` (not the root origin), and those of staking alpha. Mirrors ``disable_lp``.
        """
        return self._closed(state, stops=True)

    def _closed(self, state: State, stops: bool) -> Result:
        require(self.signer is None, Rejection.BAD_ORIGIN)
        emitted: list[Event] = []
        for netuid in map(NetUid, range(1, MAX_CLOSED_NETUID + 1)):
            hyperparameters = state.subnet(netuid).hyperparameters
            if hyperparameters.user_liquidity_enabled:
                closed = evolve(hyperparameters, user_liquidity_enabled=False)
                state = with_subnet(state, netuid, evolve(state.subnet(netuid), hyperparameters=closed))
                emitted.append(UserLiquidityToggled(netuid, False))
            state, refusal = state.runtime.networks.close_positions(state, netuid)
            if refusal is not None and stops:
                raise Rejected(Rejection(refusal))
        return state, tuple(emitted)


@frozen
class DisableLpThroughout(DisableLp):
    """Let no users provide liquidity to the pools of the subnets 1 to 128, and close what positions can be closed."""

    RUNTIME_NAME = "disable_lp"

    @implements("POOL-28")
    def apply(self, state: State) -> Result:
        """Close the pools as :class:`DisableLp`; where alpha cannot be staked, go on with the next subnet.

        What happened until then remains, and the other positions of that subnet stay. Rejects ``BadOrigin``. Mirrors
        ``disable_lp`` from 372 on.
        """
        return self._closed(state, stops=False)


@frozen
class DeprecatedToggleUserLiquidity(ToggleUserLiquidity):
    """Ask to let users provide liquidity to a pool, where pools have weights."""

    RUNTIME_NAME = "toggle_user_liquidity"

    @implements("POOL-37")
    def apply(self, state: State) -> Result:
        """Refuse it as ``Deprecated``, whoever signed. Mirrors ``toggle_user_liquidity``."""
        raise Rejected(Rejection.DEPRECATED)


@frozen
class DeprecatedDisableLp(DisableLp):
    """Ask to let no users provide liquidity, where pools have weights."""

    RUNTIME_NAME = "disable_lp"

    @implements("POOL-37")
    def apply(self, state: State) -> Result:
        """Refuse it as ``Deprecated``, whoever signed. Mirrors ``disable_lp``."""
        raise Rejected(Rejection.DEPRECATED)


@frozen
class AddLiquidity(Call):
    """Put TAO of the signer, and stake of his on a hotkey, into a range of prices of a subnet's pool."""

    hotkey: AccountId = field(converter=to_account)
    netuid: NetUid = field(converter=to_netuid)
    tick_low: int = field(converter=to_i32)
    tick_high: int = field(converter=to_i32)
    liquidity: int = field(converter=to_u64)

    @implements("POOL-25")
    def apply(self, state: State) -> Result:
        """Open a position; what it consists of at the present price leaves the signer's balance and stake.

        A range upside down costs nothing. A pool that never swapped counts as initialized from then on, at price 0 and
        without the chain's own position.

        Rejections, in order: ``SubNetworkDoesNotExist``, ``UserLiquidityDisabled``, ``MaxPositionsExceeded``,
        ``InvalidTickRange`` (a tick beyond MIN_TICK or MAX_TICK), ``InsufficientBalance`` (of either token),
        ``InvalidLiquidityValue`` (below 1,000), those of a withdrawal of the TAO, ``HotKeyAccountNotExists``,
        ``InsufficientBalance`` again (what could be withdrawn is not what was asked). Mirrors ``add_liquidity``.
        """
        coldkey = signed(self.signer)
        netuid, low, high = self.netuid, self.tick_low, self.tick_high
        subnet, ranges = state.subnet(netuid), ranges_of(state, netuid)
        require_network_of_pool(state, netuid)
        require(state.runtime.staking.may_provide_liquidity(state, netuid), Rejection.SUBTOKEN_DISABLED)
        require(subnet.hyperparameters.user_liquidity_enabled, Rejection.USER_LIQUIDITY_DISABLED)
        own = sum(account == coldkey for account, _ in ranges.positions)
        require(own < state.runtime.pools.ranges.max_positions, Rejection.MAX_POSITIONS_EXCEEDED)
        is_range = state.runtime.pools.ranges.is_range(low, high)
        require(is_range, Rejection.INVALID_TICK_RANGE)
        require(MIN_TICK <= low <= MAX_TICK and MIN_TICK <= high <= MAX_TICK, Rejection.INVALID_TICK_RANGE)
        number = state.last_position_id + 1
        ranges, _ = positions.open_position(ranges, coldkey, number, low, high, self.liquidity)
        tao, alpha = positions.amounts(low, high, self.liquidity, ranges.sqrt_price)
        require(state.balances.get(coldkey, 0) >= tao, Rejection.INSUFFICIENT_BALANCE)
        require(stake.stake_of(state, self.hotkey, coldkey, netuid) >= alpha, Rejection.INSUFFICIENT_BALANCE)
        require(self.liquidity >= MIN_LIQUIDITY, Rejection.INVALID_LIQUIDITY_VALUE)
        state = provide(state, coldkey, self.hotkey, netuid, tao, alpha)
        ranges = evolve(
            ranges,
            tao_provided=Rao(min(ranges.tao_provided + tao, U64_MAX)),
            alpha_provided=Alpha(min(ranges.alpha_provided + alpha, U64_MAX)),
        )
        state = with_ranges(evolve(state, last_position_id=number), netuid, ranges)
        added = LiquidityAddedBetween(coldkey, self.hotkey, netuid, number, self.liquidity, tao, alpha, low, high)
        return state, (of_era(added, state.runtime.events),)


@frozen
class AddNoLiquidity(AddLiquidity):
    """Ask to put TAO and stake into a range of prices of a subnet's pool, which nobody may any more, from 372 on."""

    RUNTIME_NAME = "add_liquidity"

    @implements("POOL-25")
    def apply(self, state: State) -> Result:
        """Refuse it. Rejections, in order: ``BadOrigin``, ``UserLiquidityDisabled``. Mirrors ``add_liquidity``."""
        signed(self.signer)
        raise Rejected(Rejection.USER_LIQUIDITY_DISABLED)


@frozen
class DeprecatedAddLiquidity(AddLiquidity):
    """Ask to put tokens into a range of prices, where pools have weights."""

    RUNTIME_NAME = "add_liquidity"

    @implements("POOL-37")
    def apply(self, state: State) -> Result:
        """Refuse it as ``Deprecated``, whoever signed. Mirrors ``add_liquidity``."""
        raise Rejected(Rejection.DEPRECATED)


def provide(state: State, coldkey: AccountId, hotkey: AccountId, netuid: NetUid, tao: Rao, alpha: Alpha) -> State:
    """Return the state after exactly so much TAO and stake left a coldkey; as much alpha leaves the alpha outside."""
    state, paid = withdraw(state, coldkey, tao)
    require(paid == tao, Rejection.INSUFFICIENT_BALANCE)
    require(hotkey in state.owner, Rejection.HOT_KEY_ACCOUNT_NOT_EXISTS)
    pool = state.pool(netuid)
    state = evolve(state, pools=state.pools.set(netuid, evolve(pool, alpha_out=Alpha(max(pool.alpha_out - alpha, 0)))))
    share_pool, taken = state.runtime.shares.withdraw(stake.share_pool(state, hotkey, netuid), coldkey, alpha)
    require(taken == alpha, Rejection.INSUFFICIENT_BALANCE)
    return with_subnet(state, netuid, stake.with_share_pool(state.subnet(netuid), hotkey, share_pool))


def credit(state: State, coldkey: AccountId, hotkey: AccountId, netuid: NetUid, tao: Rao, alpha: Alpha) -> State:
    """Return the state after TAO was paid to a coldkey and alpha became its stake on a hotkey.

    Rejects ``HotKeyAccountNotExists``.
    """
    return stake.credit_bought_stake(deposit(state, coldkey, tao), coldkey, hotkey, netuid, alpha)


def position_of(ranges: Ranges, coldkey: AccountId, number: int) -> Position:
    """Return a position of a coldkey. Rejects ``LiquidityNotFound``."""
    position = ranges.positions.get((coldkey, number))
    if position is None:
        raise Rejected(Rejection.LIQUIDITY_NOT_FOUND)
    return position


@frozen
class RemoveLiquidity(Call):
    """Take a position of the signer out of a pool, with the fees that it earned."""

    hotkey: AccountId = field(converter=to_account)
    netuid: NetUid = field(converter=to_netuid)
    position_id: int = field(converter=to_u128)

    @implements("POOL-26")
    def apply(self, state: State) -> Result:
        """Pay out what the position consists of at the present price, and its fees, which no reserve loses.

        The alpha becomes stake on the hotkey that the call names. Rejections, in order: ``SubNetworkDoesNotExist``,
        ``LiquidityNotFound``, ``HotKeyAccountNotExists``. Mirrors ``remove_liquidity``.
        """
        coldkey = signed(self.signer)
        netuid = self.netuid
        require_network_of_pool(state, netuid)
        ranges = ranges_of(state, netuid)
        position = position_of(ranges, coldkey, self.position_id)
        _, fee_tao, fee_alpha = positions.collect_fees(ranges, position)
        tao, alpha = positions.amounts(position.tick_low, position.tick_high, position.liquidity, ranges.sqrt_price)
        state = with_ranges(state, netuid, positions.close_position(ranges, coldkey, self.position_id))
        all_tao, all_alpha = min(tao + fee_tao, U64_MAX), min(alpha + fee_alpha, U64_MAX)
        state = credit(state, coldkey, self.hotkey, netuid, Rao(all_tao), Alpha(all_alpha))
        state = take_alpha(take_tao(state, netuid, tao), netuid, alpha)
        removed = LiquidityRemovedBetween(
            coldkey,
            self.hotkey,
            netuid,
            self.position_id,
            position.liquidity,
            tao,
            alpha,
            fee_tao,
            fee_alpha,
            position.tick_low,
            position.tick_high,
        )
        return state, (of_era(removed, state.runtime.events),)


@frozen
class DeprecatedRemoveLiquidity(RemoveLiquidity):
    """Ask to take a position out of a pool, where pools have weights."""

    RUNTIME_NAME = "remove_liquidity"

    @implements("POOL-37")
    def apply(self, state: State) -> Result:
        """Refuse it as ``Deprecated``, whoever signed. Mirrors ``remove_liquidity``."""
        raise Rejected(Rejection.DEPRECATED)


@frozen
class RemoveNoLiquidity(RemoveLiquidity):
    """Ask to take a position of the signer out of a pool, of which there is none any more."""

    RUNTIME_NAME = "remove_liquidity"

    @implements("POOL-26")
    def apply(self, state: State) -> Result:
        """Do nothing, whoever signed. Mirrors ``remove_liquidity``."""
        return state, ()


@frozen
class ModifyPosition(Call):
    """Put more liquidity into a position of the signer, or take some out, and collect its fees."""

    hotkey: AccountId = field(converter=to_account)
    netuid: NetUid = field(converter=to_netuid)
    position_id: int = field(converter=to_u128)
    liquidity_delta: int = field(converter=to_i64)

    @implements("POOL-27")
    def apply(self, state: State) -> Result:
        """Change the liquidity, take or pay what the change consists of at the present price, and pay the fees.

        What is provided and what is taken out does not enter the reserves. If less than 1,000 would be left, the
        position is removed, but only what was asked for is paid. The liquidity in force changes by what was asked if
        the price is within the position, both ends included.

        Rejections, in order: ``SubNetworkDoesNotExist``, ``UserLiquidityDisabled``, ``LiquidityNotFound``,
        ``InvalidLiquidityValue`` (a change of less than 1,000), ``InsufficientBalance`` (more is put in than there is
        of either token) or ``InsufficientLiquidity`` (more is taken out), then those of paying. Mirrors
        ``modify_position``.
        """
        coldkey = signed(self.signer)
        netuid, delta = self.netuid, self.liquidity_delta
        change = abs(delta)
        subnet, ranges = state.subnet(netuid), ranges_of(state, netuid)
        require_network_of_pool(state, netuid)
        require(state.runtime.staking.may_provide_liquidity(state, netuid), Rejection.SUBTOKEN_DISABLED)
        require(subnet.hyperparameters.user_liquidity_enabled, Rejection.USER_LIQUIDITY_DISABLED)
        position = position_of(ranges, coldkey, self.position_id)
        # Until 390 the magnitude of the smallest i64 wraps around to itself.
        max_change = state.runtime.pools.ranges.max_change
        require(MIN_LIQUIDITY <= change <= max_change, Rejection.INVALID_LIQUIDITY_VALUE)
        tao_bits, alpha_bits = positions.unrounded_amounts(
            position.tick_low, position.tick_high, change, ranges.sqrt_price
        )
        tao, alpha = Rao(tao_bits >> FRACTION), Alpha(alpha_bits >> FRACTION)
        if delta > 0:
            balance, held = state.balances.get(coldkey, Rao(0)), stake.stake_of(state, self.hotkey, coldkey, netuid)
            is_covered = state.runtime.pools.ranges.is_covered(balance, held, tao_bits, alpha_bits)
            require(is_covered, Rejection.INSUFFICIENT_BALANCE)
        else:
            require(position.liquidity >= change, Rejection.INSUFFICIENT_LIQUIDITY)
        ranges, fee_tao, fee_alpha = change_liquidity(ranges, coldkey, self.position_id, delta)
        is_removed = (coldkey, self.position_id) not in ranges.positions
        state = with_ranges(state, netuid, ranges)
        if delta > 0:
            state = provide(state, coldkey, self.hotkey, netuid, tao, alpha)
        else:
            state = credit(state, coldkey, self.hotkey, netuid, tao, alpha)
        sign = 1 if delta > 0 else -1
        event: Event = LiquidityModifiedBetween(
            coldkey,
            self.hotkey,
            netuid,
            self.position_id,
            delta,
            sign * as_i64(tao),
            sign * as_i64(alpha),
            fee_tao,
            fee_alpha,
            position.tick_low,
            position.tick_high,
        )
        if is_removed:
            event = LiquidityRemovedBetween(
                coldkey,
                self.hotkey,
                netuid,
                self.position_id,
                change,
                tao,
                alpha,
                fee_tao,
                fee_alpha,
                position.tick_low,
                position.tick_high,
            )
        state = deposit(state, coldkey, fee_tao) if fee_tao else state
        if fee_alpha:
            state = credit(state, coldkey, self.hotkey, netuid, Rao(0), fee_alpha)
        return state, (of_era(event, state.runtime.events),)


@frozen
class DeprecatedModifyPosition(ModifyPosition):
    """Ask to change a position, where pools have weights."""

    RUNTIME_NAME = "modify_position"

    @implements("POOL-37")
    def apply(self, state: State) -> Result:
        """Refuse it as ``Deprecated``, whoever signed. Mirrors ``modify_position``."""
        raise Rejected(Rejection.DEPRECATED)


@implements("POOL-27")
def change_liquidity(ranges: Ranges, coldkey: AccountId, number: int, delta: int) -> tuple[Ranges, Rao, Alpha]:
    """Return the ranges after the liquidity of a position changed, and the fees that it had earned."""
    position = ranges.positions[coldkey, number]
    low, high = position.tick_low, position.tick_high
    if price_at(low) <= ranges.sqrt_price <= price_at(high):
        ranges = evolve(ranges, liquidity=min(max(ranges.liquidity + delta, 0), U64_MAX))
    position, fee_tao, fee_alpha = positions.collect_fees(ranges, position)
    change = abs(delta)
    if delta > 0:
        ranges = ticks.add_liquidity(ranges, low, change, is_upper=False)
        ranges = ticks.add_liquidity(ranges, high, change, is_upper=True)
        position = evolve(position, liquidity=min(position.liquidity + change, U64_MAX))
        return positions.with_position(ranges, coldkey, number, position), fee_tao, fee_alpha
    is_removed = position.liquidity - change < MIN_LIQUIDITY
    change = position.liquidity if is_removed else change
    ranges = ticks.remove_liquidity(ranges, low, change, is_upper=False)
    ranges = ticks.remove_liquidity(ranges, high, change, is_upper=True)
    if is_removed:
        return evolve(ranges, positions=ranges.positions.delete((coldkey, number))), fee_tao, fee_alpha
    position = evolve(position, liquidity=position.liquidity - change)
    return positions.with_position(ranges, coldkey, number, position), fee_tao, fee_alpha


@frozen
class ModifyNoPosition(ModifyPosition):
    """Ask to change a position of the signer, of which there is none any more."""

    RUNTIME_NAME = "modify_position"

    @implements("POOL-27")
    def apply(self, state: State) -> Result:
        """Do nothing, whoever signed. Mirrors ``modify_position``."""
        return state, ()
