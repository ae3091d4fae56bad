"""Calls that turn the tracking of voting power on and off."""

from attrs import field, frozen

from dtao import params
from dtao.arguments import to_netuid, to_u64
from dtao.events import VotingPowerEmaAlphaSet, VotingPowerTrackingDisableScheduled, VotingPowerTrackingEnabled
from dtao.evolving import evolve
from dtao.outcome import Rejection, ensure_root, require
from dtao.rule import implements
from dtao.state import Call, Result, State
from dtao.transitions.neurons import require_owner_or_root
from dtao.transitions.stake import with_subnet
from dtao.units import U64_MAX, BlockNumber, NetUid


@frozen
class EnableVotingPowerTracking(Call):
    """Let epochs track the voting power of a subnet's validators; the root origin may, and the subnet's owner."""

    netuid: NetUid = field(converter=to_netuid)

    @implements("STATE-16")
    def apply(self, state: State) -> Result:
        """Turn it on, and forget when it was to end. Rejects ``BadOrigin``.

        Mirrors ``enable_voting_power_tracking``.
        """
        require_owner_or_root(state, self.signer, self.netuid)
        subnet = evolve(
            state.subnet(self.netuid), voting_power_tracking_enabled=True, voting_power_disable_at_block=BlockNumber(0)
        )
        return with_subnet(state, self.netuid, subnet), (VotingPowerTrackingEnabled(self.netuid),)


@frozen
class DisableVotingPowerTracking(Call):
    """Let the tracking of a subnet end after two weeks; the root origin may, and the subnet's owner."""

    netuid: NetUid = field(converter=to_netuid)

    @implements("STATE-16")
    def apply(self, state: State) -> Result:
        """Store the block from which on an epoch ends it.

        Rejections, in order: ``BadOrigin``, ``VotingPowerTrackingNotEnabled``. Mirrors
        ``disable_voting_power_tracking``.
        """
        require_owner_or_root(state, self.signer, self.netuid)
        subnet = state.subnet(self.netuid)
        require(subnet.voting_power_tracking_enabled, Rejection.VOTING_POWER_TRACKING_NOT_ENABLED)
        ends = BlockNumber(min(state.block_number + params.VOTING_POWER_GRACE_PERIOD, U64_MAX))
        subnet = evolve(subnet, voting_power_disable_at_block=ends)
        return with_subnet(state, self.netuid, subnet), (VotingPowerTrackingDisableScheduled(self.netuid, ends),)


@frozen
class SudoSetVotingPowerEmaAlpha(Call):
    """Set how much the present stake weighs in the voting power; only root may."""

    netuid: NetUid = field(converter=to_netuid)
    alpha: int = field(converter=to_u64)

    @implements("STATE-16")
    def apply(self, state: State) -> Result:
        """Store the weight, in parts of 10^18.

        Rejections, in order: ``BadOrigin``, ``InvalidVotingPowerEmaAlpha`` (above 10^18). Mirrors
        ``sudo_set_voting_power_ema_alpha``.
        """
        ensure_root(self.signer)
        require(self.alpha <= params.VOTING_POWER_ONE, Rejection.INVALID_VOTING_POWER_EMA_ALPHA)
        subnet = evolve(state.subnet(self.netuid), voting_power_ema_alpha=self.alpha)
        return with_subnet(state, self.netuid, subnet), (VotingPowerEmaAlphaSet(self.netuid, self.alpha),)
