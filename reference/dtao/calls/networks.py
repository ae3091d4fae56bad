"""Calls that create and dissolve networks, and the price of a new one."""

from attrs import field, frozen

from dtao.arguments import to_account, to_netuid
from dtao.events import FirstEmissionBlockNumberSet, NetworkAdded, NetworkRemoved
from dtao.evolving import evolve
from dtao.outcome import Rejection, ensure_root, require, require_network, signed
from dtao.rule import implements
from dtao.state import Call, Result, State
from dtao.transitions.balances import burn, can_withdraw, withdraw
from dtao.transitions.networks import create_network, network_lock_cost, next_netuid, remove_network
from dtao.transitions.neurons import create_account, owner_of_subnet
from dtao.transitions.stake import with_subnet
from dtao.units import U64_MAX, AccountId, BlockNumber, NetUid, Rao


@frozen
class RegisterNetwork(Call):
    """Create a subnet with a hotkey of the signer as its first neuron, for the lock cost of the moment."""

    hotkey: AccountId = field(converter=to_account)

    @implements("NET-7")
    def apply(self, state: State) -> Result:
        """Create a dynamic subnet under the lowest free netuid; the signer owns it.

        The minimum lock cost becomes both reserves of its pool, the rest of what was paid is burned. What an
        earlier network of that netuid left behind stays where nothing overwrites it. The limit on the number of
        subnets is not enforced. Rejections, in order: ``NonAssociatedColdKey``, ``NetworkTxRateLimitExceeded``,
        ``NotEnoughBalanceToStake``, ``ZeroBalanceAfterWithdrawn``. Mirrors ``do_register_network``.
        """
        coldkey = signed(self.signer)
        require(state.owner.get(self.hotkey, coldkey) == coldkey, Rejection.NON_ASSOCIATED_COLD_KEY)
        waited = max(state.block_number - state.network_last_registered, 0)
        require(waited >= state.parameters.network_rate_limit, Rejection.NETWORK_TX_RATE_LIMIT_EXCEEDED)
        state, cost = network_lock_cost(state)
        require(can_withdraw(state, coldkey, cost), Rejection.NOT_ENOUGH_BALANCE_TO_STAKE)
        netuid = next_netuid(state)
        state, paid = withdraw(state, coldkey, cost)
        state = create_account(state, coldkey, self.hotkey)
        first = state.runtime.networks.first_pool(state, paid)
        state = create_network(state, netuid, coldkey, self.hotkey, first)
        state = evolve(state, network_last_lock_cost=paid, network_last_registered=state.block_number)
        state = burn(state, Rao(max(paid - first.tao, 0)))
        state = state.runtime.networks.record_new_pool(state, first.tao)
        return state, (NetworkAdded(netuid, state.runtime.networks.announced_mechanism),)


@frozen
class DissolveNetwork(Call):
    """Remove a network; only the root origin may, in the name of the owner's coldkey."""

    coldkey: AccountId = field(converter=to_account)
    netuid: NetUid = field(converter=to_netuid)

    @implements("NET-9")
    def apply(self, state: State) -> Result:
        """Remove the network, as :func:`remove_network`.

        Rejections, in order: ``BadOrigin``, ``SubNetworkDoesNotExist``, ``NotSubnetOwner``. Mirrors
        ``user_remove_network``.
        """
        ensure_root(self.signer)
        subnet = state.subnet(self.netuid)
        require(subnet.added, Rejection.SUB_NETWORK_DOES_NOT_EXIST)
        require(owner_of_subnet(subnet) == self.coldkey, Rejection.NOT_SUBNET_OWNER)
        return remove_network(state, self.netuid), (NetworkRemoved(self.netuid),)


@frozen
class StartCall(Call):
    """Let a subnet emit from the next block on; only its owner may."""

    netuid: NetUid = field(converter=to_netuid)

    @implements("NET-10")
    def apply(self, state: State) -> Result:
        """Start the subnet, and where subnets' tokens can be switched off, enable its token.

        Rejections, in order: ``SubNetworkDoesNotExist``, ``BadOrigin`` (signed by another account than the owner, or by
        none), ``FirstEmissionBlockNumberAlreadySet``, ``NeedWaitingMoreBlocksToStarCall`` (too early after the
        registration: less than a week until 366). Mirrors ``do_start_call``.
        """
        subnet = state.subnet(self.netuid)
        require_network(state, self.netuid)
        require(self.signer == owner_of_subnet(subnet), Rejection.BAD_ORIGIN)
        require(subnet.first_emission_block_number is None, Rejection.FIRST_EMISSION_BLOCK_NUMBER_ALREADY_SET)
        ready = min(subnet.network_registered_at + state.runtime.networks.start_delay(state), U64_MAX)
        require(state.block_number >= ready, Rejection.NEED_WAITING_MORE_BLOCKS_TO_STAR_CALL)
        first = BlockNumber(min(state.block_number + 1, U64_MAX))
        started = state.runtime.networks.start(subnet, first)
        return with_subnet(state, self.netuid, started), (FirstEmissionBlockNumberSet(self.netuid, first),)
