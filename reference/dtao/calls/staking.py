"""Calls that add and remove stake."""

from attrs import evolve, field, frozen

from dtao.calls.arguments import Arguments, Result, signed, to_account, to_alpha, to_flag, to_netuid, to_rao, to_u64
from dtao.calls.checks import Addition, Removal
from dtao.events import Event
from dtao.outcome import Rejection, require
from dtao.params import DEFAULT_STAKING_FEE
from dtao.rule import implements
from dtao.state import State
from dtao.transitions import stake
from dtao.transitions.balances import deposited, withdrawn
from dtao.units import ROOT, AccountId, Alpha, NetUid, Rao

FEE = Rao(DEFAULT_STAKING_FEE)


@frozen
class AddStake(Arguments):
    """Stake TAO of the signer on a hotkey of a subnet, at the price of the moment."""

    hotkey: AccountId = field(converter=to_account)
    netuid: NetUid = field(converter=to_netuid)
    amount_staked: Rao = field(converter=to_rao)

    @implements("STAKE-9")
    def apply(self, state: State) -> Result:
        """Withdraw the amount and stake it. Rejections: those of :func:`validated_add`."""
        coldkey = signed(self.signer)
        validated_add(state, coldkey, self.hotkey, self.netuid, self.amount_staked, self.amount_staked, False)
        return added(state, coldkey, self.hotkey, self.netuid, self.amount_staked)


@frozen
class AddStakeLimit(Arguments):
    """Stake TAO only up to a limit price, in rao per alpha."""

    hotkey: AccountId = field(converter=to_account)
    netuid: NetUid = field(converter=to_netuid)
    amount_staked: Rao = field(converter=to_rao)
    limit_price: int = field(converter=to_u64)
    allow_partial: bool = field(converter=to_flag)

    @implements("STAKE-10")
    def apply(self, state: State) -> Result:
        """Stake the amount, or as much of it as the limit allows; the checks are made for the whole amount."""
        coldkey = signed(self.signer)
        maximum = stake.max_amount_add(state, self.netuid, self.limit_price)
        validated_add(state, coldkey, self.hotkey, self.netuid, self.amount_staked, maximum, self.allow_partial)
        return added(state, coldkey, self.hotkey, self.netuid, min(self.amount_staked, maximum))


@implements("STAKE-11")
def validated_add(
    state: State,
    coldkey: AccountId,
    hotkey: AccountId,
    netuid: NetUid,
    tao: Rao,
    maximum: Rao,
    allow_partial: bool,
) -> None:
    """Refuse to add stake that is too little, too much or not there.

    At the launch, in order: ``SubnetNotExists``, ``AmountTooLow`` (below the minimum stake and the fee),
    ``SlippageTooHigh`` (above the maximum, unless a part will do), ``NotEnoughBalanceToStake``,
    ``HotKeyAccountNotExists``, ``InsufficientLiquidity`` (simulated with the fee included). Mirrors
    ``validate_add_stake``.
    """
    addition = Addition(coldkey, hotkey, netuid, tao, maximum, allow_partial)
    for check in state.runtime.addition_checks:
        check(state, addition)


def added(state: State, coldkey: AccountId, hotkey: AccountId, netuid: NetUid, tao: Rao) -> Result:
    """Return the state after ``tao`` rao of the coldkey were withdrawn and staked."""
    state, paid = withdrawn(state, coldkey, tao)
    state, event = stake.staked(state, hotkey, coldkey, netuid, paid, FEE)
    return state, (event,)


@frozen
class RemoveStake(Arguments):
    """Sell stake for TAO, at the price of the moment."""

    hotkey: AccountId = field(converter=to_account)
    netuid: NetUid = field(converter=to_netuid)
    amount_unstaked: Alpha = field(converter=to_alpha)

    @implements("STAKE-12")
    def apply(self, state: State) -> Result:
        """Sell the alpha and pay the TAO out. Rejections: those of :func:`validated_remove`."""
        coldkey = signed(self.signer)
        alpha = self.amount_unstaked
        validated_remove(state, coldkey, self.hotkey, self.netuid, alpha, alpha, False)
        return removed(state, coldkey, self.hotkey, self.netuid, alpha)


@frozen
class RemoveStakeLimit(Arguments):
    """Sell stake only down to a limit price, in rao per alpha."""

    hotkey: AccountId = field(converter=to_account)
    netuid: NetUid = field(converter=to_netuid)
    amount_unstaked: Alpha = field(converter=to_alpha)
    limit_price: int = field(converter=to_u64)
    allow_partial: bool = field(converter=to_flag)

    @implements("STAKE-13")
    def apply(self, state: State) -> Result:
        """Sell the alpha, or as much of it as the limit allows; the checks are made for the whole amount."""
        coldkey = signed(self.signer)
        maximum = stake.max_amount_remove(state, self.netuid, self.limit_price)
        alpha = self.amount_unstaked
        validated_remove(state, coldkey, self.hotkey, self.netuid, alpha, maximum, self.allow_partial)
        return removed(state, coldkey, self.hotkey, self.netuid, min(alpha, maximum))


@implements("STAKE-14")
def validated_remove(
    state: State,
    coldkey: AccountId,
    hotkey: AccountId,
    netuid: NetUid,
    alpha: Alpha,
    maximum: Alpha,
    allow_partial: bool,
) -> None:
    """Refuse to remove stake that is worth too little, or more than there is.

    At the launch, in order: ``SubnetNotExists``, ``InsufficientLiquidity``, ``AmountTooLow`` (worth no more than the
    minimum stake), ``SlippageTooHigh`` (above the maximum, unless a part will do), ``HotKeyAccountNotExists``,
    ``NotEnoughStakeToWithdraw``. Mirrors ``validate_remove_stake``.
    """
    removal = Removal(coldkey, hotkey, netuid, alpha, maximum, allow_partial)
    for check in state.runtime.removal_checks:
        check(state, removal)


def removed(state: State, coldkey: AccountId, hotkey: AccountId, netuid: NetUid, alpha: Alpha) -> Result:
    """Return the state after the alpha was sold and paid out, small rests cleared and pending children dropped."""
    state, events = paid_out(state, coldkey, hotkey, netuid, alpha)
    return pending_children_dropped(state, hotkey), events


def paid_out(state: State, coldkey: AccountId, hotkey: AccountId, netuid: NetUid, alpha: Alpha) -> Result:
    """Return the state after the alpha was sold, its TAO paid to the coldkey and a small rest cleared."""
    state, tao, event = stake.unstaked(state, hotkey, coldkey, netuid, alpha, FEE)
    state = deposited(state, coldkey, tao)
    state, cleared = stake.small_nomination_cleared(state, hotkey, coldkey, netuid)
    return state, (event, *cleared)


@implements("STAKE-15")
def pending_children_dropped(state: State, hotkey: AccountId) -> State:
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
class UnstakeAll(Arguments):
    """Sell all stake of the signer on a hotkey, on every subnet, for TAO."""

    hotkey: AccountId = field(converter=to_account)

    @implements("STAKE-16")
    def apply(self, state: State) -> Result:
        """Unstake subnet by subnet, each with its own fee and no minimum. Rejects ``HotKeyAccountNotExists``.

        A pool that refuses the sale pays nothing, and the shares are gone all the same.
        """
        coldkey = signed(self.signer)
        require(self.hotkey in state.owner, Rejection.HOT_KEY_ACCOUNT_NOT_EXISTS)
        events: tuple[Event, ...] = ()
        for netuid in stake.existing_netuids(state):
            alpha = stake.stake_of(state, self.hotkey, coldkey, netuid)
            if alpha > 0:
                state, more = paid_out(state, coldkey, self.hotkey, netuid, alpha)
                events += more
        return state, events


@frozen
class UnstakeAllAlpha(Arguments):
    """Sell all stake of the signer on a hotkey, on every subnet but root, and stake the TAO on root."""

    hotkey: AccountId = field(converter=to_account)

    @implements("STAKE-17")
    def apply(self, state: State) -> Result:
        """Unstake subnet by subnet, each with its own fee; stake the sum on root, free of charge.

        Rejects ``HotKeyAccountNotExists``.
        """
        coldkey = signed(self.signer)
        require(self.hotkey in state.owner, Rejection.HOT_KEY_ACCOUNT_NOT_EXISTS)
        events: tuple[Event, ...] = ()
        total = 0
        for netuid in stake.existing_netuids(state):
            alpha = stake.stake_of(state, self.hotkey, coldkey, netuid) if netuid != ROOT else Alpha(0)
            if alpha > 0:
                state, tao, event = stake.unstaked(state, self.hotkey, coldkey, netuid, alpha, FEE)
                total += tao
                state, cleared = stake.small_nomination_cleared(state, self.hotkey, coldkey, netuid)
                events += (event, *cleared)
        state, staked = stake.staked(state, self.hotkey, coldkey, ROOT, Rao(total), Rao(0))
        return state, (*events, staked)
