"""The call by which a coldkey chooses on which hotkey the earnings of its miners are staked, subnet by subnet."""

from attrs import field, frozen

from dtao.arguments import to_account, to_netuid
from dtao.events import AutoStakeDestinationSet
from dtao.evolving import evolve
from dtao.outcome import Rejection, require, signed
from dtao.rule import implements
from dtao.state import Call, Result, State
from dtao.transitions.stake import with_subnet
from dtao.units import AccountId, NetUid


@frozen
class SetColdkeyAutoStakeHotkeyPerSubnet(Call):
    """Choose the hotkey on which the signer's miners on a subnet have their earnings staked."""

    RUNTIME_NAME = "set_coldkey_auto_stake_hotkey"

    netuid: NetUid = field(converter=to_netuid)
    hotkey: AccountId = field(converter=to_account)

    @implements("STAKE-30")
    def apply(self, state: State) -> Result:
        """Store the choice, and the signer among the coldkeys of the hotkey, last.

        Rejections, in order: ``SubnetNotExists``, ``HotKeyNotRegisteredInSubNet``, ``SameAutoStakeHotkeyAlreadySet``.
        Mirrors ``set_coldkey_auto_stake_hotkey``.
        """
        coldkey, subnet = signed(self.signer), state.subnet(self.netuid)
        require(subnet.added, Rejection.SUBNET_NOT_EXISTS)
        require(self.hotkey in subnet.neurons.uids, Rejection.HOT_KEY_NOT_REGISTERED_IN_SUB_NET)
        present, coldkeys = subnet.auto_stake_destinations.get(coldkey), subnet.auto_stake_coldkeys
        if present is not None:
            require(present != self.hotkey, Rejection.SAME_AUTO_STAKE_HOTKEY_ALREADY_SET)
            others = tuple(other for other in coldkeys.get(present, ()) if other != coldkey)
            coldkeys = coldkeys.set(present, others)
        chosen = coldkeys.get(self.hotkey, ())
        if coldkey not in chosen:
            chosen = (*chosen, coldkey)
        subnet = evolve(
            subnet,
            auto_stake_destinations=subnet.auto_stake_destinations.set(coldkey, self.hotkey),
            auto_stake_coldkeys=coldkeys.set(self.hotkey, chosen),
        )
        return with_subnet(state, self.netuid, subnet), (AutoStakeDestinationSet(coldkey, self.netuid, self.hotkey),)
