"""Calls that create and dissolve networks from 320 on, when there is a limit on their number again."""

from attrs import field, frozen

from dtao.arguments import to_account, to_netuid
from dtao.events import Event, NetworkAdded, NetworkRemoved
from dtao.evolving import evolve
from dtao.outcome import Rejected, Rejection, ensure_root, require, signed
from dtao.rule import implements
from dtao.rules.rate_limits import passes_rate_limit
from dtao.state import Call, Result, State
from dtao.transitions.balances import burn
from dtao.transitions.dissolution import dissolve_network, network_to_prune
from dtao.transitions.liquidity import ranges_of, with_ranges
from dtao.transitions.networks import create_network, network_lock_cost, next_netuid
from dtao.transitions.neurons import create_account
from dtao.transitions.stake import increase_stake, with_subnet
from dtao.units import ROOT, U16_MAX, AccountId, Alpha, NetUid, Rao


@frozen
class RegisterNetworkInLimit(Call):
    """Create a subnet for the lock cost of the moment, in the place of another one where there are too many."""

    RUNTIME_NAME = "register_network"

    hotkey: AccountId = field(converter=to_account)

    @implements("NET-7")
    def apply(self, state: State) -> Result:
        """Create a dynamic subnet that the signer owns, under the lowest free netuid or that of a dissolved one.

        What is not for its pool of what was paid is recycled; the subnet remembers all of it as its lock. Users may
        provide liquidity. Rejections, in order: ``NonAssociatedColdKey``,
        ``SubNetRegistrationDisabled`` (too early), ``NetworkTxRateLimitExceeded``, ``SubnetLimitReached`` (there are as
        many as allowed, and all are immune), ``CannotAffordLockCost``, ``ZeroBalanceAfterWithdrawn``, those of
        :func:`~dtao.transitions.dissolution.dissolve_network`. Mirrors ``do_register_network``.
        """
        coldkey = signed(self.signer)
        parameters = state.parameters
        require(state.owner.get(self.hotkey, coldkey) == coldkey, Rejection.NON_ASSOCIATED_COLD_KEY)
        require(not state.runtime.accounts.is_of_subnet(self.hotkey), Rejection.CANNOT_USE_SYSTEM_ACCOUNT)
        is_open = state.block_number >= parameters.network_registration_start_block
        require(is_open, Rejection.SUB_NET_REGISTRATION_DISABLED)
        last = state.network_last_registered
        may_register = passes_rate_limit(parameters.network_rate_limit, last, state.block_number)
        require(may_register, Rejection.NETWORK_TX_RATE_LIMIT_EXCEEDED)
        pruned = pruned_for_another(state)
        state, cost = network_lock_cost(state)
        require(state.runtime.accounts.can_pay(state, coldkey, cost), Rejection.CANNOT_AFFORD_LOCK_COST)
        state, paid = state.runtime.accounts.charge(state, coldkey, cost)
        events: tuple[Event, ...] = ()
        if pruned is not None:
            state, events = dissolve_network(state, pruned), (NetworkRemoved(pruned),)
        netuid = next_netuid(state) if pruned is None else pruned
        state, paid = state.runtime.accounts.stake(state, netuid, coldkey, paid)
        state = evolve(state, network_last_lock_cost=paid, network_last_registered=state.block_number)
        first = state.runtime.networks.first_pool(state, paid)
        state = create_account(state, coldkey, self.hotkey)
        state = empty(create_network(state, netuid, coldkey, self.hotkey, first), netuid, first.owner_alpha)
        rest = Rao(max(paid - first.tao, 0))
        state = burn(with_lock(state, netuid, paid, rest), rest)
        if first.owner_alpha:
            state = increase_stake(state, self.hotkey, coldkey, netuid, first.owner_alpha)
        if paid:
            state = state.runtime.networks.record_new_pool(state, first.tao)
        state, scheduled = state.runtime.networks.name_parents(state, netuid)
        added = NetworkAdded(netuid, state.runtime.networks.announced_mechanism)
        named = state.runtime.keys.owner_hotkey_set(netuid, self.hotkey)
        return state, (*events, *named, *scheduled, added)


@implements("NET-7")
def pruned_for_another(state: State) -> NetUid | None:
    """Return the subnet that is pruned for a new one; None if there is room. Rejects ``SubnetLimitReached``."""
    # The runtime counts them in a u16.
    count = sum(subnet.added and netuid != ROOT for netuid, subnet in state.subnets.items()) & U16_MAX
    if count < state.parameters.subnet_limit:
        return None
    pruned = network_to_prune(state)
    if pruned is None:
        raise Rejected(Rejection.SUBNET_LIMIT_REACHED)
    return pruned


@implements("NET-6")
def empty(state: State, netuid: NetUid, outside: Alpha) -> State:
    """Return the state in which a new network has no volume, no provided reserves, and so much alpha outside."""
    pool = evolve(state.pool(netuid), alpha_out=outside, volume=Rao(0))
    state = evolve(state, pools=state.pools.set(netuid, pool))
    ranges = ranges_of(state, netuid)
    if ranges.tao_provided or ranges.alpha_provided:
        state = with_ranges(state, netuid, evolve(ranges, tao_provided=Rao(0), alpha_provided=Alpha(0)))
    return state


@implements("NET-7")
def with_lock(state: State, netuid: NetUid, locked: Rao, recycled: Rao) -> State:
    """Return the state in which a new network has a lock, and has recycled some of it."""
    subnet = state.subnet(netuid)
    subnet = evolve(
        subnet,
        locked=locked,
        registration=evolve(subnet.registration, rao_recycled=recycled),
    )
    return with_subnet(state, netuid, subnet)


@frozen
class RootDissolveNetwork(Call):
    """Remove a network and pay for its alpha; only the root origin may."""

    netuid: NetUid = field(converter=to_netuid)

    @implements("NET-9")
    def apply(self, state: State) -> Result:
        """Remove the network. Rejections: ``BadOrigin``, then those of :func:`dissolve_network`.

        Mirrors ``root_dissolve_network``.
        """
        ensure_root(self.signer)
        return dissolve_network(state, self.netuid), (NetworkRemoved(self.netuid),)


@frozen
class DissolveNetworkOfAny(Call):
    """Remove a network as :class:`RootDissolveNetwork`, whatever coldkey is named."""

    RUNTIME_NAME = "dissolve_network"

    coldkey: AccountId = field(converter=to_account)
    netuid: NetUid = field(converter=to_netuid)

    @implements("NET-9")
    def apply(self, state: State) -> Result:
        """Remove the network, as :class:`RootDissolveNetwork`."""
        return RootDissolveNetwork(self.signer, self.netuid).apply(state)
