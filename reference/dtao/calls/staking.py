"""Calls that add and remove stake."""

from attrs import field, frozen

from dtao.arguments import to_account, to_alpha, to_flag, to_netuid, to_optional_u64, to_rao, to_u64
from dtao.entries import with_entry
from dtao.events import AlphaBurned, AlphaRecycled, Event, StakeAddedAndBurned, StakeAddedForFee
from dtao.evolving import evolve
from dtao.outcome import Rejection, require, require_network, signed
from dtao.rule import implements
from dtao.rules.rate_limits import passes_rate_limit
from dtao.state import Call, Result, State
from dtao.transitions import stake
from dtao.transitions.checks import validate_add, validate_remove
from dtao.transitions.neurons import owner_of_subnet
from dtao.units import ROOT, U64_MAX, AccountId, Alpha, BlockNumber, NetUid, Rao


@frozen
class AddStake(Call):
    """Stake TAO of the signer on a hotkey of a subnet, at the price of the moment."""

    hotkey: AccountId = field(converter=to_account)
    netuid: NetUid = field(converter=to_netuid)
    amount_staked: Rao = field(converter=to_rao)

    @implements("STAKE-9")
    def apply(self, state: State) -> Result:
        """Withdraw the amount and stake it.

        Rejections: ``SubtokenDisabled`` (from 273 on), then those of :func:`validate_add`.
        """
        coldkey = signed(self.signer)
        require(state.runtime.staking.is_token_enabled(state, self.netuid), Rejection.SUBTOKEN_DISABLED)
        validate_add(state, coldkey, self.hotkey, self.netuid, self.amount_staked, self.amount_staked, False)
        return add(state, coldkey, self.hotkey, self.netuid, self.amount_staked)


@frozen
class AddStakeValidated(AddStake):
    """Stake TAO of the signer on a hotkey of a subnet, at the price of the moment; its token is looked at later."""

    RUNTIME_NAME = "add_stake"

    @implements("STAKE-9")
    def apply(self, state: State) -> Result:
        """Stake the amount. Rejections: those of :func:`validate_add`, ``SubtokenDisabled`` among them."""
        coldkey = signed(self.signer)
        state.runtime.staking.require_input(state, self.netuid, True, self.amount_staked)
        validate_add(state, coldkey, self.hotkey, self.netuid, self.amount_staked, self.amount_staked, False)
        return add(state, coldkey, self.hotkey, self.netuid, self.amount_staked)


@frozen
class AddStakeLimit(Call):
    """Stake TAO only up to a limit price, in rao per alpha."""

    hotkey: AccountId = field(converter=to_account)
    netuid: NetUid = field(converter=to_netuid)
    amount_staked: Rao = field(converter=to_rao)
    limit_price: int = field(converter=to_u64)
    allow_partial: bool = field(converter=to_flag)

    @implements("STAKE-10")
    def apply(self, state: State) -> Result:
        """Stake the amount, or as much of it as the limit allows; the checks are made for the whole amount.

        Rejections: ``ZeroMaxStakeAmount`` (from 273 on, if the limit allows nothing), then those of
        :func:`validate_add`.
        """
        coldkey = signed(self.signer)
        state.runtime.staking.require_input(state, self.netuid, True, self.amount_staked)
        maximum = Rao(state.runtime.staking.amount_allowed(stake.max_amount_add(state, self.netuid, self.limit_price)))
        validate_add(state, coldkey, self.hotkey, self.netuid, self.amount_staked, maximum, self.allow_partial)
        state = state.runtime.staking.record_nomination(state, coldkey, self.hotkey)
        return add(state, coldkey, self.hotkey, self.netuid, Rao(min(self.amount_staked, maximum)), self.limit_price)


def add(
    state: State,
    coldkey: AccountId,
    hotkey: AccountId,
    netuid: NetUid,
    tao: Rao,
    limit_price: int | None = None,
) -> Result:
    """Return the state after ``tao`` rao of the coldkey were withdrawn and staked."""
    state, paid = state.runtime.accounts.charge(state, coldkey, tao)
    fee = state.runtime.constants.staking_fee
    state, events = state.runtime.staking.stake(state, hotkey, coldkey, netuid, paid, fee, limit_price)
    if events:
        state = state.runtime.staking.record_operation(state, coldkey, hotkey, netuid)
    return state, events


@frozen
class RemoveStake(Call):
    """Sell stake for TAO, at the price of the moment."""

    hotkey: AccountId = field(converter=to_account)
    netuid: NetUid = field(converter=to_netuid)
    amount_unstaked: Alpha = field(converter=to_alpha)

    @implements("STAKE-12")
    def apply(self, state: State) -> Result:
        """Sell the alpha and pay the TAO out.

        Rejections: ``SubtokenDisabled`` (from 273 on), then those of :func:`validate_remove`.
        """
        coldkey = signed(self.signer)
        require(state.runtime.staking.is_token_enabled(state, self.netuid), Rejection.SUBTOKEN_DISABLED)
        amount_asked = state.runtime.staking.amount_asked
        alpha = amount_asked(state, self.hotkey, coldkey, self.netuid, self.amount_unstaked)
        state.runtime.staking.require_input(state, self.netuid, False, alpha)
        validate_remove(state, coldkey, self.hotkey, self.netuid, alpha, alpha, False)
        return remove(state, coldkey, self.hotkey, self.netuid, alpha, alpha)


@frozen
class RemoveStakeLimit(Call):
    """Sell stake only down to a limit price, in rao per alpha."""

    hotkey: AccountId = field(converter=to_account)
    netuid: NetUid = field(converter=to_netuid)
    amount_unstaked: Alpha = field(converter=to_alpha)
    limit_price: int = field(converter=to_u64)
    allow_partial: bool = field(converter=to_flag)

    @implements("STAKE-13")
    def apply(self, state: State) -> Result:
        """Sell the alpha, or as much of it as the limit allows; the checks and the fee are for the whole amount.

        Rejections: ``ZeroMaxStakeAmount`` (from 273 on, if the limit allows nothing), then those of
        :func:`validate_remove`.
        """
        coldkey = signed(self.signer)
        state.runtime.staking.require_input(state, self.netuid, False, self.amount_unstaked)
        maximum = Alpha(
            state.runtime.staking.amount_allowed(stake.max_amount_remove(state, self.netuid, self.limit_price))
        )
        alpha = self.amount_unstaked
        validate_remove(state, coldkey, self.hotkey, self.netuid, alpha, maximum, self.allow_partial)
        sold = Alpha(min(alpha, maximum))
        return remove(state, coldkey, self.hotkey, self.netuid, alpha, sold, self.limit_price)


@frozen
class RemoveStakeFullLimit(Call):
    """Sell all stake of the signer on a hotkey of a subnet, if the price stays above a limit."""

    hotkey: AccountId = field(converter=to_account)
    netuid: NetUid = field(converter=to_netuid)
    limit_price: int | None = field(converter=to_optional_u64, default=None)

    @implements("STAKE-26")
    def apply(self, state: State) -> Result:
        """Do what :class:`RemoveStakeLimit` does for all of the stake or none, or :class:`RemoveStake` without a limit.

        Mirrors ``do_remove_stake_full_limit``.
        """
        coldkey = signed(self.signer)
        alpha = stake.stake_of(state, self.hotkey, coldkey, self.netuid)
        if self.limit_price is None:
            return RemoveStake(coldkey, self.hotkey, self.netuid, alpha).apply(state)
        return RemoveStakeLimit(coldkey, self.hotkey, self.netuid, alpha, self.limit_price, False).apply(state)


def remove(
    state: State,
    coldkey: AccountId,
    hotkey: AccountId,
    netuid: NetUid,
    alpha: Alpha,
    sold: Alpha,
    limit_price: int | None = None,
) -> Result:
    """Return the state after ``sold`` of the ``alpha`` was sold and paid out, and pending children dropped."""
    state, events = pay_out(state, coldkey, hotkey, netuid, alpha, sold, limit_price)
    return drop_pending_children(state, hotkey), events


def pay_out(
    state: State,
    coldkey: AccountId,
    hotkey: AccountId,
    netuid: NetUid,
    alpha: Alpha,
    sold: Alpha,
    limit_price: int | None = None,
) -> Result:
    """Return the state after ``sold`` was sold, its TAO paid to the coldkey and a small rest cleared.

    The fee is that for ``alpha``.
    """
    fee = state.runtime.staking.unstaking_fee(state, hotkey, netuid, alpha)
    state, tao, event = state.runtime.staking.unstake(state, hotkey, coldkey, netuid, sold, fee, limit_price)
    state = state.runtime.accounts.pay_out(state, coldkey, tao)
    state, cleared = state.runtime.staking.clear_small_nomination(state, hotkey, coldkey, netuid)
    return state, (event, *cleared)


@implements("STAKE-15")
def drop_pending_children(state: State, hotkey: AccountId) -> State:
    """Return the state in which a hotkey whose total stake fell below the threshold has no pending children."""
    threshold = state.parameters.stake_threshold
    if threshold == 0 or stake.total_stake_of_hotkey(state, hotkey) >= threshold:
        return state
    for netuid in stake.existing_netuids(state):
        subnet = state.subnet(netuid)
        if hotkey in subnet.pending_child_keys:
            subnet = evolve(subnet, pending_child_keys=subnet.pending_child_keys.delete(hotkey))
            state = stake.with_subnet(state, netuid, subnet)
    return state


@frozen
class UnstakeAll(Call):
    """Sell all stake of the signer on a hotkey, on every subnet, for TAO."""

    hotkey: AccountId = field(converter=to_account)

    @implements("STAKE-16")
    def apply(self, state: State) -> Result:
        """Unstake subnet by subnet, each with its own fee. Rejects ``HotKeyAccountNotExists``.

        At the launch there is no minimum, and a pool that refuses the sale pays nothing while the shares are gone all
        the same. From 261 on a subnet is passed over where the stake could not be removed alone.
        """
        coldkey = signed(self.signer)
        require(self.hotkey in state.owner, Rejection.HOT_KEY_ACCOUNT_NOT_EXISTS)
        events: tuple[Event, ...] = ()
        for netuid in stake.existing_netuids(state):
            alpha = state.runtime.staking.stake_to_unstake(state, coldkey, self.hotkey, netuid)
            if alpha > 0:
                state, more = pay_out(state, coldkey, self.hotkey, netuid, alpha, alpha)
                events += more
        return state, events


@frozen
class UnstakeAllAlpha(Call):
    """Sell all stake of the signer on a hotkey, on every subnet but root, and stake the TAO on root."""

    hotkey: AccountId = field(converter=to_account)

    @implements("STAKE-17")
    def apply(self, state: State) -> Result:
        """Unstake as :class:`UnstakeAll` does; stake the sum on root, free of charge, be it 0.

        Rejects ``HotKeyAccountNotExists``.
        """
        coldkey = signed(self.signer)
        hotkey = self.hotkey
        require(hotkey in state.owner, Rejection.HOT_KEY_ACCOUNT_NOT_EXISTS)
        events: tuple[Event, ...] = ()
        total = 0
        for netuid in stake.existing_netuids(state):
            alpha = (
                state.runtime.staking.stake_to_unstake(state, coldkey, hotkey, netuid) if netuid != ROOT else Alpha(0)
            )
            if alpha > 0:
                fee = state.runtime.staking.unstaking_fee(state, hotkey, netuid, alpha)
                state, tao, event = state.runtime.staking.unstake(state, hotkey, coldkey, netuid, alpha, fee, None)
                total = min(total + tao, U64_MAX)
                state, cleared = state.runtime.staking.clear_small_nomination(state, hotkey, coldkey, netuid)
                events += (event, *cleared)
        state, staked = state.runtime.staking.stake(state, hotkey, coldkey, ROOT, Rao(total), Rao(0), None)
        return state, (*events, *staked)


@frozen
class SetColdkeyAutoStakeHotkey(Call):
    """Name the hotkey on which what the signer's miners earn is to be staked."""

    hotkey: AccountId = field(converter=to_account)

    @implements("STAKE-28")
    def apply(self, state: State) -> Result:
        """Store the hotkey, which need not exist. Never refused but for ``BadOrigin``.

        Mirrors ``set_coldkey_auto_stake_hotkey``.
        """
        destinations = state.auto_stake_destination.set(signed(self.signer), self.hotkey)
        return evolve(state, auto_stake_destination=destinations), ()


@frozen
class RecycleAlpha(Call):
    """Give up stake of the signer, so that as much alpha may be issued again."""

    hotkey: AccountId = field(converter=to_account)
    amount: Alpha = field(converter=to_alpha)
    netuid: NetUid = field(converter=to_netuid)

    @implements("STAKE-24")
    def apply(self, state: State) -> Result:
        """Take the alpha out of the stake and out of the alpha outside of the pool, not below 0.

        Rejections: those of :func:`give_up`. Mirrors ``do_recycle_alpha``.
        """
        coldkey = signed(self.signer)
        state, asked, alpha = give_up(state, coldkey, self.hotkey, self.netuid, self.amount)
        recycled = state.runtime.staking.alpha_recycled(asked, alpha)
        pool = state.pool(self.netuid)
        pool = evolve(pool, alpha_out=Alpha(max(pool.alpha_out - recycled, 0)))
        state = evolve(state, pools=state.pools.set(self.netuid, pool))
        state = state.runtime.assets.recycle(state, self.netuid, recycled)
        return state, (AlphaRecycled(coldkey, self.hotkey, alpha, self.netuid),)


@frozen
class BurnAlpha(Call):
    """Give up stake of the signer for ever: the alpha still counts as issued."""

    hotkey: AccountId = field(converter=to_account)
    amount: Alpha = field(converter=to_alpha)
    netuid: NetUid = field(converter=to_netuid)

    @implements("STAKE-25")
    def apply(self, state: State) -> Result:
        """Take the alpha out of the stake. Rejections: those of :func:`give_up`. Mirrors ``do_burn_alpha``."""
        coldkey = signed(self.signer)
        state, _, alpha = give_up(state, coldkey, self.hotkey, self.netuid, self.amount)
        state = state.runtime.assets.burn(state, self.netuid, alpha)
        return state, (AlphaBurned(coldkey, self.hotkey, alpha, self.netuid),)


@frozen
class AddStakeBurn(Call):
    """Stake TAO on a hotkey of the signer's subnet and give the alpha up, once a tempo at most."""

    hotkey: AccountId = field(converter=to_account)
    netuid: NetUid = field(converter=to_netuid)
    amount: Rao = field(converter=to_rao)
    limit: int | None = field(default=None, converter=to_optional_u64)
    """In rao per alpha; None stands for any price."""

    @implements("STAKE-31")
    def apply(self, state: State) -> Result:
        """Stake as :class:`AddStake`, or :class:`AddStakeLimit` without parts, and burn as :class:`BurnAlpha`.

        Rejections, in order: ``BadOrigin`` (not signed by the owner), ``AddStakeBurnRateLimitExceeded`` (less than a
        tempo after the last), then those of the two calls. Mirrors ``do_add_stake_burn``.
        """
        coldkey, netuid = self.signer, self.netuid
        subnet = state.subnet(netuid)
        require(coldkey is not None and coldkey == owner_of_subnet(subnet), Rejection.BAD_ORIGIN)
        last = state.last_add_stake_burn.get(netuid, BlockNumber(0))
        is_due = passes_rate_limit(subnet.hyperparameters.tempo, last, state.block_number)
        require(is_due, Rejection.ADD_STAKE_BURN_RATE_LIMIT_EXCEEDED)
        state, events = stake_and_burn(state, AddStake(coldkey, self.hotkey, netuid, self.amount), self.limit)
        blocks = with_entry(state.last_add_stake_burn, netuid, state.block_number, state.block_number != 0)
        return evolve(state, last_add_stake_burn=blocks), events


@frozen
class AddStakeBurnByAnyone(AddStakeBurn):
    """Stake TAO on a hotkey of a subnet and give the alpha up, whoever owns the subnet."""

    RUNTIME_NAME = "add_stake_burn"

    @implements("STAKE-31")
    def apply(self, state: State) -> Result:
        """Stake as :class:`AddStakeValidated`, or :class:`AddStakeLimit` without parts, and burn as :class:`BurnAlpha`.

        Rejections: those of the two calls. Mirrors ``do_add_stake_burn``.
        """
        bought = AddStakeValidated(self.signer, self.hotkey, self.netuid, self.amount)
        return stake_and_burn(state, bought, self.limit)


def stake_and_burn(state: State, call: AddStake, limit: int | None) -> Result:
    """Return the state after a call that stakes, up to a limit price if there is one, and what it bought was burned."""
    coldkey, hotkey, netuid, amount = call.signer, call.hotkey, call.netuid, call.amount_staked
    buying = call if limit is None else AddStakeLimit(coldkey, hotkey, netuid, amount, limit, False)
    state, bought = buying.apply(state)
    alpha = Alpha(sum(event.alpha for event in bought if isinstance(event, StakeAddedForFee)))
    state, burned = BurnAlpha(coldkey, hotkey, alpha, netuid).apply(state)
    return state, (*bought, *burned, StakeAddedAndBurned(netuid, hotkey, amount, alpha))


@implements("STAKE-24", "STAKE-25")
def give_up(
    state: State, coldkey: AccountId, hotkey: AccountId, netuid: NetUid, amount: Alpha
) -> tuple[State, Alpha, Alpha]:
    """Return the state after alpha left a share pool without being sold, how much was asked for and how much left.

    Rejections, in order: ``SubNetworkDoesNotExist``, ``CannotBurnOrRecycleOnRootSubnet``, ``SubtokenDisabled`` (from
    273 on), ``HotKeyAccountNotExists``, ``NotEnoughStakeToWithdraw``, ``InsufficientLiquidity`` (more than there is
    outside of the subnet's pool).
    """
    require_network(state, netuid)
    require(netuid != ROOT, Rejection.CANNOT_BURN_OR_RECYCLE_ON_ROOT_SUBNET)
    require(state.runtime.staking.is_token_enabled(state, netuid), Rejection.SUBTOKEN_DISABLED)
    require(hotkey in state.owner, Rejection.HOT_KEY_ACCOUNT_NOT_EXISTS)
    amount = state.runtime.staking.amount_given_up(state, hotkey, coldkey, netuid, amount)
    require(state.pool(netuid).alpha_out >= amount, Rejection.INSUFFICIENT_LIQUIDITY)
    state.runtime.locks.require_available(state, coldkey, netuid, amount)
    pool = stake.share_pool(state, hotkey, netuid)
    reduced, alpha = state.runtime.shares.withdraw(pool, coldkey, amount)
    state.runtime.staking.require_exact(amount, alpha)
    state = stake.with_subnet(state, netuid, stake.with_share_pool(state.subnet(netuid), hotkey, reduced))
    return state, amount, alpha
