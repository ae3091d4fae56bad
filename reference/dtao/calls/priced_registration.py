"""Registrations from 401 on, at a price that falls in every block and rises with every registration."""

from attrs import field, frozen

from dtao.arguments import to_account, to_flag, to_netuid, to_u64
from dtao.events import AutoParentDelegationEnabledSet, NeuronRegistered
from dtao.evolving import evolve
from dtao.outcome import Rejection, require, require_network, signed
from dtao.rule import implements
from dtao.state import Call, Result, State
from dtao.transitions.neurons import create_account, may_register, register_neuron
from dtao.transitions.registration_prices import raise_registration_price
from dtao.transitions.stake import with_subnet
from dtao.units import ROOT, U16_MAX, U64_MAX, AccountId, Alpha, NetUid, Rao


@frozen
class BurnedRegisterAtPrice(Call):
    """Register a hotkey of the signer on a subnet, for the price of the moment."""

    RUNTIME_NAME = "burned_register"

    netuid: NetUid = field(converter=to_netuid)
    hotkey: AccountId = field(converter=to_account)

    @implements("REG-7")
    def apply(self, state: State) -> Result:
        """Swap the price into the pool, destroy the alpha that it bought, and give the hotkey a uid.

        Rejections, in order: ``RegistrationNotPermittedOnRootSubnet``, ``SubnetNotExists``,
        ``SubNetRegistrationDisabled``, ``HotKeyAlreadyRegisteredInSubNet``, ``NotEnoughBalanceToStake``,
        ``NonAssociatedColdKey``, ``NoNeuronIdAvailable``, ``ZeroBalanceAfterWithdrawn``, those of a swap. The price
        counts as recycled in full. Mirrors ``do_register``.
        """
        coldkey = signed(self.signer)
        netuid = self.netuid
        subnet = state.subnet(netuid)
        burn = subnet.registration.burn
        require(netuid != ROOT, Rejection.REGISTRATION_NOT_PERMITTED_ON_ROOT_SUBNET)
        require_network(state, netuid)
        require(subnet.hyperparameters.network_registration_allowed, Rejection.SUB_NET_REGISTRATION_DISABLED)
        require(self.hotkey not in subnet.neurons.uids, Rejection.HOT_KEY_ALREADY_REGISTERED_IN_SUB_NET)
        require(state.runtime.accounts.can_pay(state, coldkey, burn), Rejection.NOT_ENOUGH_BALANCE_TO_STAKE)
        state = create_account(state, coldkey, self.hotkey)
        require(state.owner[self.hotkey] == coldkey, Rejection.NON_ASSOCIATED_COLD_KEY)
        require(subnet.hyperparameters.max_allowed_uids != 0, Rejection.NO_NEURON_ID_AVAILABLE)
        require(may_register(state, netuid), Rejection.NO_NEURON_ID_AVAILABLE)
        state, paid = state.runtime.accounts.charge(state, coldkey, burn)
        state, paid = state.runtime.accounts.stake(state, netuid, coldkey, paid)
        state, alpha = state.runtime.trade.buy(state, netuid, paid)
        pool = state.pool(netuid)
        pool = evolve(pool, alpha_out=Alpha(max(pool.alpha_out - alpha, 0)))
        state = evolve(state, pools=state.pools.set(netuid, pool))
        state, uid = register_neuron(state, netuid, self.hotkey)
        state = raise_registration_price(state, netuid)
        subnet = state.subnet(netuid)
        terms = evolve(
            subnet.registration,
            registrations_this_block=min(subnet.registration.registrations_this_block + 1, U16_MAX),
            rao_recycled=Rao(min(subnet.registration.rao_recycled + burn, U64_MAX)),
        )
        state = with_subnet(state, netuid, evolve(subnet, registration=terms))
        state = state.runtime.staking.record_registration(state, netuid, paid)
        return state, (NeuronRegistered(netuid, uid, self.hotkey),)


@frozen
class RegisterLimit(Call):
    """Register a hotkey of the signer on a subnet, if the price of the moment is no more than a limit."""

    netuid: NetUid = field(converter=to_netuid)
    hotkey: AccountId = field(converter=to_account)
    limit_price: int = field(converter=to_u64)

    @implements("REG-12")
    def apply(self, state: State) -> Result:
        """Register as :class:`BurnedRegisterAtPrice`.

        Rejections, in order: ``RegistrationNotPermittedOnRootSubnet``, ``SubnetNotExists``,
        ``RegistrationPriceLimitExceeded``, then the same. Mirrors ``do_register_limit``.
        """
        signed(self.signer)
        require(self.netuid != ROOT, Rejection.REGISTRATION_NOT_PERMITTED_ON_ROOT_SUBNET)
        require_network(state, self.netuid)
        burn = state.subnet(self.netuid).registration.burn
        require(burn <= self.limit_price, Rejection.REGISTRATION_PRICE_LIMIT_EXCEEDED)
        return BurnedRegisterAtPrice(self.signer, self.netuid, self.hotkey).apply(state)


@frozen
class SetAutoParentDelegationEnabled(Call):
    """Say whether a hotkey of the signer on root gives its stake on new subnets to their owner hotkeys."""

    hotkey: AccountId = field(converter=to_account)
    enabled: bool = field(converter=to_flag)

    @implements("CHILD-15")
    def apply(self, state: State) -> Result:
        """Set it. Rejections, in order: ``NonAssociatedColdKey``, ``HotKeyNotRegisteredInSubNet`` (on root).

        Mirrors ``set_auto_parent_delegation_enabled``.
        """
        coldkey = signed(self.signer)
        require(state.owner.get(self.hotkey) == coldkey, Rejection.NON_ASSOCIATED_COLD_KEY)
        is_registered = self.hotkey in state.subnet(ROOT).neurons.uids
        require(is_registered, Rejection.HOT_KEY_NOT_REGISTERED_IN_SUB_NET)
        enabled = state.auto_parent_delegation_enabled.set(self.hotkey, self.enabled)
        state = evolve(state, auto_parent_delegation_enabled=enabled)
        return state, (AutoParentDelegationEnabledSet(self.hotkey, self.enabled),)
