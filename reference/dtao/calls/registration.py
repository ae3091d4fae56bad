"""Calls that register a hotkey as a neuron."""

from attrs import field, frozen

from dtao.arguments import to_account, to_netuid
from dtao.events import NeuronRegistered
from dtao.evolving import evolve
from dtao.outcome import Rejection, require, require_network, signed
from dtao.params import DEFAULT_DELEGATE_TAKE, REGISTRATIONS_PER_TARGET
from dtao.records import Subnet
from dtao.rule import implements
from dtao.state import Call, Result, State
from dtao.transitions.balances import can_withdraw, withdraw
from dtao.transitions.neurons import create_account, may_register, register_neuron, replace_neuron
from dtao.transitions.stake import little_endian, stake_of_hotkey, with_subnet
from dtao.units import ROOT, U16_MAX, U64_MAX, AccountId, Alpha, NetUid, Rao, Uid


@frozen
class BurnedRegister(Call):
    """Register a hotkey of the signer on a subnet, for the burn of the moment."""

    netuid: NetUid = field(converter=to_netuid)
    hotkey: AccountId = field(converter=to_account)

    @implements("REG-7")
    def apply(self, state: State) -> Result:
        """Swap the burn into the pool, destroy the alpha that it bought, and give the hotkey a uid.

        Rejections, in order: ``RegistrationNotPermittedOnRootSubnet``, ``SubNetworkDoesNotExist``,
        ``SubNetRegistrationDisabled``, those of :func:`validate_registration`, ``NotEnoughBalanceToStake``,
        ``NonAssociatedColdKey``, ``NoNeuronIdAvailable``, ``ZeroBalanceAfterWithdrawn``. The burn counts as
        recycled in full, whatever was paid. Mirrors ``do_burned_registration``.
        """
        coldkey = signed(self.signer)
        netuid = self.netuid
        subnet = state.subnet(netuid)
        burn = subnet.registration.burn
        require(netuid != ROOT, Rejection.REGISTRATION_NOT_PERMITTED_ON_ROOT_SUBNET)
        require_network(state, netuid)
        require(subnet.hyperparameters.network_registration_allowed, Rejection.SUB_NET_REGISTRATION_DISABLED)
        validate_registration(subnet, self.hotkey)
        require(can_withdraw(state, coldkey, burn), Rejection.NOT_ENOUGH_BALANCE_TO_STAKE)
        state = create_account(state, coldkey, self.hotkey)
        require(state.owner[self.hotkey] == coldkey, Rejection.NON_ASSOCIATED_COLD_KEY)
        require(subnet.hyperparameters.max_allowed_uids != 0, Rejection.NO_NEURON_ID_AVAILABLE)
        require(may_register(state, netuid), Rejection.NO_NEURON_ID_AVAILABLE)
        state, paid = withdraw(state, coldkey, burn)
        state, alpha = state.runtime.trade.buy(state, netuid, paid)
        pool = state.pool(netuid)
        pool = evolve(pool, alpha_out=Alpha(max(pool.alpha_out - alpha, 0)))
        state = evolve(state, pools=state.pools.set(netuid, pool))
        state, uid = register_neuron(state, netuid, self.hotkey)
        subnet = state.subnet(netuid)
        terms = subnet.registration
        terms = evolve(
            terms,
            burn_registrations_this_interval=min(terms.burn_registrations_this_interval + 1, U16_MAX),
            rao_recycled=Rao(min(terms.rao_recycled + burn, U64_MAX)),
        )
        state = with_subnet(state, netuid, evolve(subnet, registration=terms))
        return count_registration(state, netuid), (NeuronRegistered(netuid, uid, self.hotkey),)


@frozen
class TryAssociateHotkey(Call):
    """Make a hotkey the signer's, unless it is somebody's already."""

    hotkey: AccountId = field(converter=to_account)

    @implements("STATE-14")
    def apply(self, state: State) -> Result:
        """Create the account as :func:`dtao.transitions.neurons.create_account`; a known hotkey is left alone.

        Rejections: ``BadOrigin``; from 411 on ``CannotUseSystemAccount``. Mirrors ``do_try_associate_hotkey``.
        """
        return create_account(state, signed(self.signer), self.hotkey), ()


@frozen
class RootRegister(Call):
    """Register a hotkey of the signer on the root network, free of charge."""

    hotkey: AccountId = field(converter=to_account)

    @implements("REG-8")
    def apply(self, state: State) -> Result:
        """Give the hotkey a free uid of the root network, or that of the hotkey with the lowest root stake.

        Rejections, in order: ``RootNetworkDoesNotExist`` (before ``BadOrigin``), those of
        :func:`validate_registration`, ``HotKeyNotRegisteredInSubNet`` (nobody holds the uid),
        ``StakeTooLowForRoot``, those of the era for a seat in the senate
        (:func:`~dtao.transitions.senate.seek_seat`). The hotkey becomes a delegate, and one without an owner
        gets the signer; the launch lets anyone register another's hotkey. Mirrors ``do_root_register``.
        """
        root = state.subnet(ROOT)
        require(root.added, Rejection.ROOT_NETWORK_DOES_NOT_EXIST)
        coldkey = signed(self.signer)
        validate_registration(root, self.hotkey)
        state = create_account(state, coldkey, self.hotkey)
        uid = Uid(root.neurons.n)
        if uid < root.hyperparameters.max_allowed_uids:
            state = state.runtime.neurons.append(state, ROOT, self.hotkey)
        else:
            uid, lowest = lowest_root_stake(state)
            require(uid in root.neurons.keys, Rejection.HOT_KEY_NOT_REGISTERED_IN_SUB_NET)
            require(lowest < stake_of_hotkey(state, self.hotkey, ROOT), Rejection.STAKE_TOO_LOW_FOR_ROOT)
            state = replace_neuron(state, ROOT, uid, self.hotkey)
        state = state.runtime.neurons.join_senate(state, self.hotkey)
        if self.hotkey not in state.delegates:
            state = evolve(state, delegates=state.delegates.set(self.hotkey, DEFAULT_DELEGATE_TAKE))
        return count_registration(state, ROOT), (NeuronRegistered(ROOT, uid, self.hotkey),)


def validate_registration(subnet: Subnet, hotkey: AccountId) -> None:
    """Refuse a registration that comes too often, or twice.

    Rejections, in order: ``TooManyRegistrationsThisBlock``, ``TooManyRegistrationsThisInterval`` (three times the
    target, saturating as u16), ``HotKeyAlreadyRegisteredInSubNet``.
    """
    terms, hyperparameters = subnet.registration, subnet.hyperparameters
    limit = min(hyperparameters.target_registrations_per_interval * REGISTRATIONS_PER_TARGET, U16_MAX)
    require(
        terms.registrations_this_block < hyperparameters.max_registrations_per_block,
        Rejection.TOO_MANY_REGISTRATIONS_THIS_BLOCK,
    )
    require(terms.registrations_this_interval < limit, Rejection.TOO_MANY_REGISTRATIONS_THIS_INTERVAL)
    require(hotkey not in subnet.neurons.uids, Rejection.HOT_KEY_ALREADY_REGISTERED_IN_SUB_NET)


def count_registration(state: State, netuid: NetUid) -> State:
    """Return the state in which one more registration of this block and this interval is counted."""
    subnet = state.subnet(netuid)
    terms = evolve(
        subnet.registration,
        registrations_this_block=min(subnet.registration.registrations_this_block + 1, U16_MAX),
        registrations_this_interval=min(subnet.registration.registrations_this_interval + 1, U16_MAX),
    )
    return with_subnet(state, netuid, evolve(subnet, registration=terms))


@implements("REG-9")
def lowest_root_stake(state: State) -> tuple[Uid, Rao]:
    """Return the uid of the root network with the lowest root stake, and that stake in rao.

    Of equal ones it is the first in the order in which the runtime iterates: by the little-endian bytes of the
    uid. Without any neuron it is uid 0 and the largest u64.
    """
    lowest, found = Rao(U64_MAX), Uid(0)
    keys = state.subnet(ROOT).neurons.keys
    for uid in sorted(keys, key=little_endian):
        stake = stake_of_hotkey(state, keys[uid], ROOT)
        if stake < lowest:
            lowest, found = Rao(stake), uid
    return found, lowest
