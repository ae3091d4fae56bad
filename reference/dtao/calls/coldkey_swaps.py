"""Swaps of coldkeys that are announced before, from 385 on."""

from attrs import field, frozen

from dtao.arguments import to_account
from dtao.calls.keys import record_transaction
from dtao.entries import without
from dtao.events import ColdkeySwappedForNothing
from dtao.evolving import evolve
from dtao.hashing import blake2_256_of_account
from dtao.outcome import Rejected, Rejection, ensure_root, require, signed
from dtao.rule import implements
from dtao.state import Call, Result, State
from dtao.transitions import coldkeys
from dtao.units import U64_MAX, AccountId, BlockNumber


@frozen
class AnnounceColdkeySwap(Call):
    """Announce that the signer will be swapped for a coldkey, of which only the hash is told."""

    new_coldkey: AccountId = field(converter=to_account)

    @implements("KEY-14")
    def apply(self, state: State) -> Result:
        """Store the hash, and from which block on the swap may happen; a first announcement costs a swap.

        Rejections, in order: ``ColdkeySwapReannouncedTooEarly`` (less than a day after the swap may have happened),
        ``NotEnoughBalanceToPaySwapColdKey``. The runtime takes the hash; here it is that of the coldkey given. Mirrors
        ``announce_coldkey_swap``.
        """
        coldkey = signed(self.signer)
        announced = state.coldkey_swap_announcements.get(coldkey)
        if announced is not None:
            again = min(announced[0] + state.parameters.coldkey_swap_reannouncement_delay, U64_MAX)
            require(state.block_number >= again, Rejection.COLDKEY_SWAP_REANNOUNCED_TOO_EARLY)
        else:
            state = coldkeys.charge_swap_cost(state, coldkey, state.runtime.constants.key_swap_cost)
        ready = BlockNumber(min(state.block_number + state.parameters.coldkey_swap_announcement_delay, U64_MAX))
        announcements = state.coldkey_swap_announcements.set(coldkey, (ready, blake2_256_of_account(self.new_coldkey)))
        return evolve(state, coldkey_swap_announcements=announcements), ()


@frozen
class SwapColdkeyAnnounced(Call):
    """Replace the signer by the coldkey that it had announced."""

    new_coldkey: AccountId = field(converter=to_account)

    @implements("KEY-14")
    def apply(self, state: State) -> Result:
        """Hand everything over, as :func:`dtao.transitions.coldkeys.swap_coldkey`.

        Rejections, in order: ``ColdkeySwapAnnouncementNotFound``, ``AnnouncedColdkeyHashDoesNotMatch``,
        ``ColdkeySwapTooEarly``, ``ColdKeyAlreadyAssociated``, ``NewColdKeyIsHotkey``. Mirrors
        ``swap_coldkey_announced``.
        """
        coldkey = signed(self.signer)
        announced = state.coldkey_swap_announcements.get(coldkey)
        if announced is None:
            raise Rejected(Rejection.COLDKEY_SWAP_ANNOUNCEMENT_NOT_FOUND)
        ready, wanted = announced
        require(wanted == blake2_256_of_account(self.new_coldkey), Rejection.ANNOUNCED_COLDKEY_HASH_DOES_NOT_MATCH)
        require(state.block_number >= ready, Rejection.COLDKEY_SWAP_TOO_EARLY)
        state = evolve(state, coldkey_swap_announcements=without(state.coldkey_swap_announcements, coldkey))
        coldkeys.require_unused_coldkey(state, self.new_coldkey)
        state = coldkeys.swap_coldkey(state, coldkey, self.new_coldkey)
        return record_transaction(state, self.new_coldkey), (ColdkeySwappedForNothing(coldkey, self.new_coldkey),)


@frozen
class DisputeColdkeySwap(Call):
    """Dispute the swap that the signer announced, so that nothing can be done with it until root resets it."""

    @implements("KEY-14")
    def apply(self, state: State) -> Result:
        """Store the block.

        Rejections, in order: ``ColdkeySwapAnnouncementNotFound``, ``ColdkeySwapAlreadyDisputed``. Mirrors
        ``dispute_coldkey_swap``.
        """
        coldkey = signed(self.signer)
        require(coldkey in state.coldkey_swap_announcements, Rejection.COLDKEY_SWAP_ANNOUNCEMENT_NOT_FOUND)
        require(coldkey not in state.coldkey_swap_disputes, Rejection.COLDKEY_SWAP_ALREADY_DISPUTED)
        disputes = state.coldkey_swap_disputes.set(coldkey, state.block_number)
        return evolve(state, coldkey_swap_disputes=disputes), ()


@frozen
class ResetColdkeySwap(Call):
    """Forget that a coldkey announced a swap, and that it was disputed; only root may."""

    coldkey: AccountId = field(converter=to_account)

    @implements("KEY-14")
    def apply(self, state: State) -> Result:
        """Remove both entries. Rejects ``BadOrigin``. Mirrors ``reset_coldkey_swap``."""
        ensure_root(self.signer)
        return coldkeys.remove_announcement(state, self.coldkey), ()


@frozen
class ClearColdkeySwapAnnouncement(Call):
    """Take back the announcement of the signer's swap, from a day after the swap might have happened."""

    @implements("KEY-14")
    def apply(self, state: State) -> Result:
        """Forget it.

        Rejections, in order: ``ColdkeySwapAnnouncementNotFound``, ``ColdkeySwapClearTooEarly``. Mirrors
        ``clear_coldkey_swap_announcement``.
        """
        coldkey = signed(self.signer)
        announced = state.coldkey_swap_announcements.get(coldkey)
        if announced is None:
            raise Rejected(Rejection.COLDKEY_SWAP_ANNOUNCEMENT_NOT_FOUND)
        again = min(announced[0] + state.parameters.coldkey_swap_reannouncement_delay, U64_MAX)
        require(state.block_number >= again, Rejection.COLDKEY_SWAP_CLEAR_TOO_EARLY)
        announcements = without(state.coldkey_swap_announcements, coldkey)
        return evolve(state, coldkey_swap_announcements=announcements), ()


ALLOWED = (AnnounceColdkeySwap, SwapColdkeyAnnounced, DisputeColdkeySwap, ClearColdkeySwapAnnouncement)
"""The calls that a coldkey may make which announced a swap."""


@implements("KEY-14")
def require_no_announced_swap(state: State, call: Call) -> None:
    """Refuse a call of a coldkey that announced a swap, before anything else is looked at.

    Rejections: ``ColdkeySwapDisputed`` (all calls), ``ColdkeySwapAnnounced`` (all but those of the swap itself). The
    root origin is not refused. Mirrors ``CheckColdkeySwap``.
    """
    coldkey = call.signer
    if coldkey is None or coldkey not in state.coldkey_swap_announcements:
        return
    require(coldkey not in state.coldkey_swap_disputes, Rejection.COLDKEY_SWAP_DISPUTED)
    require(isinstance(call, ALLOWED), Rejection.COLDKEY_SWAP_ANNOUNCED)
