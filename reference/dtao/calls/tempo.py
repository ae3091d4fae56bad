"""Calls by which the owner of a subnet decides when its epochs are, and which neurons count as active; from 423 on."""

from attrs import field, frozen

from dtao import params
from dtao.arguments import to_netuid, to_u16, to_u32
from dtao.events import ActivityCutoffFactorMilliSet, EpochTriggered, TempoSet
from dtao.evolving import evolve
from dtao.outcome import Rejection, require, signed
from dtao.rule import implements
from dtao.rules.epoch_timing import blocks_until_next_auto_epoch
from dtao.rules.rate_limits import passes_rate_limit
from dtao.state import Call, Result, State
from dtao.transitions.epoch_timing import is_in_freeze_window
from dtao.transitions.neurons import owner_of_subnet
from dtao.transitions.stake import with_subnet
from dtao.units import U64_MAX, AccountId, BlockNumber, NetUid

ACTIVITY_CUTOFF_FACTOR, TRIGGER_EPOCH = "ActivityCutoffFactorMilli", "TriggerEpoch"
"""What an owner changes, as the rate limit of its changes names it."""


def require_owner(state: State, signer: AccountId | None, netuid: NetUid) -> AccountId:
    """Return the signer, or refuse with ``BadOrigin`` who does not own the subnet."""
    owner = signed(signer)
    require(owner == owner_of_subnet(state.subnet(netuid)), Rejection.BAD_ORIGIN)
    return owner


def require_window_open(state: State, netuid: NetUid) -> None:
    """Refuse, as ``AdminActionProhibitedDuringWeightsWindow``, an owner's change shortly before an epoch."""
    require(not is_in_freeze_window(state, netuid), Rejection.ADMIN_ACTION_PROHIBITED_DURING_WEIGHTS_WINDOW)


def require_owner_update_allowed(state: State, netuid: NetUid, update: str) -> None:
    """Refuse, as ``TxRateLimitExceeded``, an owner's change that follows too soon on the last one of its kind.

    Some tempos must have passed, a number of them that the whole network has in common.
    """
    limit = state.subnet(netuid).hyperparameters.tempo * state.parameters.owner_hyperparam_rate_limit
    last = state.last_owner_update.get((netuid, update), BlockNumber(0))
    require(passes_rate_limit(limit, last, state.block_number), Rejection.TX_RATE_LIMIT_EXCEEDED)


def with_owner_update(state: State, netuid: NetUid, update: str) -> State:
    """Return the state in which the owner made a change in the present block."""
    return evolve(state, last_owner_update=state.last_owner_update.set((netuid, update), state.block_number))


@frozen
class SetTempo(Call):
    """Set how many blocks lie between two epochs of a subnet; only its owner may."""

    netuid: NetUid = field(converter=to_netuid)
    tempo: int = field(converter=to_u16)

    @implements("NET-15")
    def apply(self, state: State) -> Result:
        """Store the tempo and count it from the present block on.

        Rejections, in order: ``BadOrigin``, ``TempoOutOfBounds``, ``AdminActionProhibitedDuringWeightsWindow``,
        ``TxRateLimitExceeded``. Mirrors ``do_set_tempo``.
        """
        owner = require_owner(state, self.signer, self.netuid)
        require(params.MIN_TEMPO <= self.tempo <= params.MAX_TEMPO, Rejection.TEMPO_OUT_OF_BOUNDS)
        require_window_open(state, self.netuid)
        key = owner, self.netuid, params.TX_TEMPO_UPDATE
        last = state.transaction_key_last_block.get(key, BlockNumber(0))
        is_allowed = passes_rate_limit(params.MIN_TEMPO, last, state.block_number)
        require(is_allowed, Rejection.TX_RATE_LIMIT_EXCEEDED)
        subnet = state.subnet(self.netuid)
        subnet = evolve(subnet, hyperparameters=evolve(subnet.hyperparameters, tempo=self.tempo))
        emission = evolve(state.emission(self.netuid), last_epoch_block=state.block_number)
        state = evolve(
            with_subnet(state, self.netuid, subnet),
            emissions=state.emissions.set(self.netuid, emission),
            transaction_key_last_block=state.transaction_key_last_block.set(key, state.block_number),
        )
        return state, (TempoSet(self.netuid, self.tempo),)


@frozen
class SetActivityCutoffFactor(Call):
    """Set after how many tempos without an update a neuron counts as inactive; the owner may, and root."""

    netuid: NetUid = field(converter=to_netuid)
    factor_milli: int = field(converter=to_u32)

    @implements("NET-15")
    def apply(self, state: State) -> Result:
        """Store the factor, in thousandths; the window and the rate limit bind the owner alone.

        Rejections, in order: ``BadOrigin``, ``ActivityCutoffFactorMilliOutOfBounds``,
        ``AdminActionProhibitedDuringWeightsWindow``, ``TxRateLimitExceeded``. Mirrors
        ``do_set_activity_cutoff_factor``.
        """
        is_root = self.signer is None
        if not is_root:
            require_owner(state, self.signer, self.netuid)
        is_within = (
            params.MIN_ACTIVITY_CUTOFF_FACTOR_MILLI <= self.factor_milli <= params.MAX_ACTIVITY_CUTOFF_FACTOR_MILLI
        )
        require(is_within, Rejection.ACTIVITY_CUTOFF_FACTOR_MILLI_OUT_OF_BOUNDS)
        if not is_root:
            require_window_open(state, self.netuid)
            require_owner_update_allowed(state, self.netuid, ACTIVITY_CUTOFF_FACTOR)
            state = with_owner_update(state, self.netuid, ACTIVITY_CUTOFF_FACTOR)
        subnet = state.subnet(self.netuid)
        parameters = evolve(subnet.hyperparameters, activity_cutoff_factor_milli=self.factor_milli)
        state = with_subnet(state, self.netuid, evolve(subnet, hyperparameters=parameters))
        return state, (ActivityCutoffFactorMilliSet(self.netuid, self.factor_milli),)


@frozen
class TriggerEpoch(Call):
    """Ask for an epoch before the tempo is over; only the owner of the subnet may."""

    netuid: NetUid = field(converter=to_netuid)

    @implements("NET-15")
    def apply(self, state: State) -> Result:
        """Make an epoch due as many blocks from now as owners may not set parameters before one.

        Rejections, in order: ``BadOrigin``, ``DynamicTempoBlockedByCommitReveal``, ``EpochTriggerAlreadyPending``
        (or one was deferred), ``AutoEpochAlreadyImminent`` (the tempo is over before), ``TxRateLimitExceeded``. Mirrors
        ``do_trigger_epoch``.
        """
        owner = require_owner(state, self.signer, self.netuid)
        parameters, emission = state.subnet(self.netuid).hyperparameters, state.emission(self.netuid)
        require(not parameters.commit_reveal_weights_enabled, Rejection.DYNAMIC_TEMPO_BLOCKED_BY_COMMIT_REVEAL)
        require(emission.pending_epoch_at == 0, Rejection.EPOCH_TRIGGER_ALREADY_PENDING)
        window = state.parameters.admin_freeze_window
        remaining = blocks_until_next_auto_epoch(parameters.tempo, emission.last_epoch_block, state.block_number)
        require(remaining >= window, Rejection.AUTO_EPOCH_ALREADY_IMMINENT)
        require_owner_update_allowed(state, self.netuid, TRIGGER_EPOCH)
        fires_at = BlockNumber(min(state.block_number + window, U64_MAX))
        emission = evolve(emission, pending_epoch_at=fires_at)
        state = with_owner_update(state, self.netuid, TRIGGER_EPOCH)
        state = evolve(state, emissions=state.emissions.set(self.netuid, emission))
        return state, (EpochTriggered(self.netuid, owner, fires_at),)
