"""What subnets set aside for the stakers of root at the end of a tempo, from 338 on."""

from collections.abc import Callable, Mapping
from functools import partial

from dtao.accumulator import SubnetAccumulator
from dtao.evolving import evolve
from dtao.params import DEFAULT_DELEGATE_TAKE
from dtao.persistent import Map
from dtao.records import Subnet
from dtao.rule import implements
from dtao.rules import claims
from dtao.rules import dividends as rules
from dtao.rules.dividends import take_and_rest
from dtao.state import State
from dtao.transitions.dividends import (
    Payment,
    earn_in_epoch,
    pay_owner_and_miners,
    pay_validators,
    recycle,
    tao_dividends_of,
)
from dtao.transitions.neurons import owner_of
from dtao.transitions.stake import stake_of_hotkey
from dtao.units import ROOT, U64_MAX, AccountId, Alpha, Bits, NetUid, Rao


@implements("CLAIM-15")
def set_aside_for_root(payment: Payment, netuid: NetUid, dividends: Mapping[AccountId, Bits]) -> dict[AccountId, int]:
    """Pay each hotkey its take of the dividends of root (I96F32, in alpha), and set the rest aside for root's stakers.

    Return the rests, which count among the alpha dividends of the hotkeys; those of 0 are left out.
    """
    rests: dict[AccountId, int] = {}
    for hotkey, dividend in dividends.items():
        take, rest = take_and_rest(dividend, payment.state.delegates.get(hotkey, DEFAULT_DELEGATE_TAKE))
        payment.to_one(netuid, hotkey, owner_of(payment.state, hotkey), Alpha(take))
        set_aside(payment, hotkey, netuid, Alpha(rest))
        if rest:
            rests[hotkey] = rest
    return rests


@implements("CLAIM-1")
def set_aside(payment: Payment, hotkey: AccountId, netuid: NetUid, amount: Alpha) -> None:
    """Raise the rate at which root stake on a hotkey earned alpha of a subnet.

    If the alpha is more than the root stake, the owner of the hotkey gets it. Mirrors
    ``increase_root_claimable_for_hotkey_and_subnet``.
    """
    state = payment.state
    root_stake = Rao(stake_of_hotkey(state, hotkey, ROOT))
    if amount > root_stake:
        payment.to_one(netuid, hotkey, owner_of(state, hotkey), amount)
        return
    increment = claims.rate_increment(amount, root_stake)
    rates = claims.with_rate_increased(state.root_claimable.get(hotkey, ()), netuid, increment)
    payment.state = evolve(state, root_claimable=state.root_claimable.set(hotkey, rates))


@implements("DIV-9")
def distribute_emission(
    state: State, netuid: NetUid, pending_alpha: Alpha, pending_root_alpha: Alpha, owner_cut: Alpha
) -> State:
    """Return the state after an epoch over all pending alpha and the payment of what was pending.

    In this order: the owner cut, incentives, dividends in alpha to validators and their stakers, and what is set
    aside for the stakers of root, also in alpha: it counts among the dividends of the subnet, and none is paid in TAO.
    Mirrors ``drain_pending_emission`` (from 342 on ``distribute_emission``).
    """
    total = Alpha(min(pending_alpha + pending_root_alpha, U64_MAX))
    for_validators = partial(rules.alpha_for_validators, pending_alpha, pending_root_alpha)
    return _distribute(state, netuid, total, for_validators, pending_root_alpha, owner_cut)


@implements("DIV-9")
def distribute_emission_of_servers_and_validators(
    state: State,
    netuid: NetUid,
    pending_server_alpha: Alpha,
    pending_validator_alpha: Alpha,
    pending_root_alpha: Alpha,
    owner_cut: Alpha,
) -> State:
    """Return the state after an epoch over all pending alpha and the payment of what was pending.

    As :func:`distribute_emission`, but what is there for validators was set aside for them in each block. Mirrors
    ``distribute_emission`` from 343 on.
    """
    total = Alpha(min(pending_server_alpha + pending_validator_alpha + pending_root_alpha, U64_MAX))
    for_validators = partial(rules.alpha_set_aside_for_validators, pending_server_alpha, pending_validator_alpha)
    return _distribute(state, netuid, total, for_validators, pending_root_alpha, owner_cut)


def _distribute(
    state: State,
    netuid: NetUid,
    total: Alpha,
    for_validators: Callable[[int], Alpha],
    pending_root_alpha: Alpha,
    owner_cut: Alpha,
) -> State:
    runtime = state.runtime
    state, earned = earn_in_epoch(state, netuid, total, for_validators)
    payment = Payment(state)
    pay_owner_and_miners(payment, netuid, earned, owner_cut)
    paid, last_epoch = pay_validators(payment, netuid, earned)
    # What is sold for TAO or kept as alpha is divided alike.
    for_root = tao_dividends_of(earned.by_root, Rao(pending_root_alpha))
    set_aside = set_aside_for_root(payment, netuid, for_root)
    state = recycle(payment.settled(), netuid, earned.recycled)
    subnet = evolve(state.subnet(netuid), total_hotkey_alpha_last_epoch=last_epoch)
    subnet = runtime.dividends.record_dividends(subnet, paid, set_aside)
    return evolve(state, subnets=state.subnets.set(netuid, subnet))


@implements("DIV-9")
def record_dividends_together(
    subnet: Subnet, paid: Mapping[AccountId, int], set_aside: Mapping[AccountId, int]
) -> Subnet:
    """Return the subnet that records for each hotkey what its stakers were paid and what was set aside for root's."""
    both = {key: Alpha(min(paid.get(key, 0) + set_aside.get(key, 0), U64_MAX)) for key in {**paid, **set_aside}}
    return evolve(subnet, alpha_dividends=Map(both))


@implements("CLAIM-15")
def record_dividends_apart(subnet: Subnet, paid: Mapping[AccountId, int], set_aside: Mapping[AccountId, int]) -> Subnet:
    """Return the subnet as :func:`record_dividends_together`, with what was set aside for root's by itself."""
    return evolve(
        subnet,
        alpha_dividends=Map({hotkey: Alpha(amount) for hotkey, amount in paid.items()}),
        root_alpha_dividends=Map({hotkey: Alpha(amount) for hotkey, amount in set_aside.items()}),
    )


def distribute_pending(state: State, subnet: SubnetAccumulator) -> State:
    """Return the state after the epoch of a subnet and the payment of what was pending there."""
    return distribute_emission(
        state,
        subnet.netuid,
        Alpha(min(subnet.pending_emission, U64_MAX)),
        Alpha(min(subnet.pending_root_alpha, U64_MAX)),
        Alpha(min(subnet.pending_owner_cut, U64_MAX)),
    )


def distribute_pending_of_servers_and_validators(state: State, subnet: SubnetAccumulator) -> State:
    """Return the state after the epoch of a subnet and the payment of what was pending there."""
    return distribute_emission_of_servers_and_validators(
        state,
        subnet.netuid,
        Alpha(min(subnet.pending_server_emission, U64_MAX)),
        Alpha(min(subnet.pending_validator_emission, U64_MAX)),
        Alpha(min(subnet.pending_root_alpha, U64_MAX)),
        Alpha(min(subnet.pending_owner_cut, U64_MAX)),
    )
