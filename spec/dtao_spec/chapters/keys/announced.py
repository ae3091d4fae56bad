"""Swaps of coldkeys that are announced before."""

from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.keys"
ALLOWED = ("announce_coldkey_swap", "swap_coldkey_announced", "dispute_coldkey_swap")


@rule("KEY-14", since=385)
def guard_of_announced_swap(call: str, is_announced: bool, is_disputed: bool) -> str | None:
    r"""Announced swaps of coldkeys.

    Statement: `announce_coldkey_swap` MUST store the hash of the new coldkey and the block from which on the signer may
        be swapped for it, `ColdkeySwapAnnouncementDelay` after the present one; a first announcement burns 0.1 TAO, a
        later one MUST wait for `ColdkeySwapReannouncementDelay` after that block. `swap_coldkey_announced` MUST then
        swap the signer ([KEY-8](#key-8)) for a coldkey of that hash, and forget the announcement.
        `dispute_coldkey_swap` stores the present block; `reset_coldkey_swap`, root's alone, forgets both. While a swap
        is announced every other call that the coldkey signs MUST be refused, before anything else is looked at; once it
        is disputed, every call. The event of the swap is `ColdkeySwapped`: old coldkey, new coldkey.
    Units: blocks; the hash is `Blake2_256` of the 32 bytes of the coldkey.
    Rounding: none.
    Rejections: of all calls: `ColdkeySwapDisputed`, `ColdkeySwapAnnounced`. Of an announcement:
        `ColdkeySwapReannouncedTooEarly`, `NotEnoughBalanceToPaySwapColdKey`. Of the swap:
        `ColdkeySwapAnnouncementNotFound`, `AnnouncedColdkeyHashDoesNotMatch`, `ColdkeySwapTooEarly`,
        `ColdKeyAlreadyAssociated`, `NewColdKeyIsHotkey`. Of a dispute: `ColdkeySwapAnnouncementNotFound`,
        `ColdkeySwapAlreadyDisputed`. Of a reset: `BadOrigin`.
    Source: `pallets/subtensor/src/macros/dispatches.rs`, `announce_coldkey_swap`, `swap_coldkey_announced`,
        `dispute_coldkey_swap`, `reset_coldkey_swap`; `pallets/subtensor/src/guards/check_coldkey_swap.rs`, `check`
    Known violation: The swap itself leaves the dispute of the old coldkey behind; it cannot be disputed and happen.
    Example: A coldkey that announced a swap cannot stake.

        >>> [guard_of_announced_swap(call, True, False) for call in ("add_stake", "dispute_coldkey_swap")]
        ['ColdkeySwapAnnounced', None]
        >>> guard_of_announced_swap("dispute_coldkey_swap", True, True)
        'ColdkeySwapDisputed'
    """
    return _guarded(call, is_announced, is_disputed, ALLOWED)


@rule("KEY-14", since=391)
def guard_of_announced_swap_or_its_end(call: str, is_announced: bool, is_disputed: bool) -> str | None:
    r"""Announced swaps of coldkeys.

    Change: The coldkey may take its announcement back, a day after it could have been swapped.
    Statement: `announce_coldkey_swap` MUST store the hash of the new coldkey and the block from which on the signer may
        be swapped for it, `ColdkeySwapAnnouncementDelay` after the present one; a first announcement burns 0.1 TAO, a
        later one MUST wait for `ColdkeySwapReannouncementDelay` after that block, and so MUST
        `clear_coldkey_swap_announcement`, which forgets it. `swap_coldkey_announced` MUST swap the signer
        ([KEY-8](#key-8)) for a coldkey of that hash, and forget the announcement. `dispute_coldkey_swap` stores the
        present block; `reset_coldkey_swap`, root's alone, forgets both. While a swap is announced every other call that
        the coldkey signs MUST be refused, before anything else is looked at; once it is disputed, every call. The event
        of the swap is `ColdkeySwapped`: old coldkey, new coldkey.
    Units: blocks; the hash is `Blake2_256` of the 32 bytes of the coldkey.
    Rounding: none.
    Rejections: of all calls: `ColdkeySwapDisputed`, `ColdkeySwapAnnounced`. Of an announcement:
        `ColdkeySwapReannouncedTooEarly`, `NotEnoughBalanceToPaySwapColdKey`. Of its end:
        `ColdkeySwapAnnouncementNotFound`, `ColdkeySwapClearTooEarly`. Of the swap: `ColdkeySwapAnnouncementNotFound`,
        `AnnouncedColdkeyHashDoesNotMatch`, `ColdkeySwapTooEarly`, `ColdKeyAlreadyAssociated`, `NewColdKeyIsHotkey`. Of
        a dispute: `ColdkeySwapAnnouncementNotFound`, `ColdkeySwapAlreadyDisputed`. Of a reset: `BadOrigin`.
    Source: `pallets/subtensor/src/macros/dispatches.rs`, `announce_coldkey_swap`, `swap_coldkey_announced`,
        `dispute_coldkey_swap`, `reset_coldkey_swap`, `clear_coldkey_swap_announcement`;
        `pallets/subtensor/src/guards/check_coldkey_swap.rs`, `check`
    Known violation: The swap itself leaves the dispute of the old coldkey behind; it cannot be disputed and happen.
    Example: A coldkey that announced a swap may take that back.

        >>> guard_of_announced_swap_or_its_end("clear_coldkey_swap_announcement", True, False) is None
        True
    """
    return _guarded(call, is_announced, is_disputed, (*ALLOWED, "clear_coldkey_swap_announcement"))


def _guarded(call: str, is_announced: bool, is_disputed: bool, allowed: tuple[str, ...]) -> str | None:
    if not is_announced:
        return None
    if is_disputed:
        return "ColdkeySwapDisputed"
    return None if call in allowed else "ColdkeySwapAnnounced"
