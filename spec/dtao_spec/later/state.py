"""Accounts and takes in later versions."""

from dtao_spec.chapters import state
from dtao_spec.chapters.state import Keys, exceeds_rate_limit
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.state"


@rule("STATE-9", since=244)
def increase_take(
    take: int, present: int | None, largest: int, owns: bool | None, limit: int, last_block: int, block: int
) -> str | int:
    r"""Each hotkey has its own rate limit.

    Statement: As before, but the rate limit MUST count the changes of the hotkey's own take, not those of the coldkey,
        and decreases as well ([STATE-10](#state-10)). The block is noted as that of the hotkey's last change.
    Units: takes in parts of 65 535; blocks; `owns` is None for a hotkey that does not exist.
    Rounding: none.
    Rejections: as before.
    Source: `pallets/subtensor/src/staking/increase_take.rs`, `do_increase_take`
    Example: A hotkey whose take was never changed, and one whose take fell a day ago.

        >>> [increase_take(11_796, 6_553, 11_796, True, 216_000, last, 300_000) for last in (0, 292_800)]
        [11796, 'DelegateTxRateLimitExceeded']
    """
    return state.increase_take(take, present, largest, owns, exceeds_rate_limit(limit, last_block, block))


@rule("STATE-10", since=244)
def decrease_take(
    take: int, present: int | None, smallest: int, owns: bool | None, block: int
) -> str | tuple[int, int]:
    r"""A decrease counts too.

    Statement: As before, but the block MUST be noted as that of the hotkey's last change, so that the take cannot rise
        again before the rate limit of [STATE-9](#state-9) is over.
    Units: takes in parts of 65 535; out, the take and the block that is noted; `owns` is None for a hotkey that does
        not exist.
    Rounding: none.
    Rejections: as before.
    Source: `pallets/subtensor/src/staking/decrease_take.rs`, `do_decrease_take`
    Example: To nothing, in block 300 000.

        >>> decrease_take(0, 11_796, 0, True, 300_000)
        (0, 300000)
    """
    lowered = state.decrease_take(take, present, smallest, owns)
    return lowered if isinstance(lowered, str) else (lowered, block)


@rule("STATE-13", since=277)
def senator_replaced(senate: tuple[int, ...], old: int, new: int) -> tuple[int, ...] | str:
    r"""The swap of two senators is refused.

    Statement: As before, but where both hotkeys have seats the whole swap on all subnets MUST be refused. A swap on one
        subnet leaves the seats alone.
    Units: none.
    Rounding: none.
    Rejections: `SenateMembers:AlreadyMember`.
    Source: `pallets/subtensor/src/swap/swap_hotkey.rs`, `perform_hotkey_swap_on_all_subnets`
    Example: From 5 to 9, and from 5 to another senator.

        >>> senator_replaced((5, 7), 5, 9), senator_replaced((5, 7), 5, 7)
        ((7, 9), 'SenateMembers:AlreadyMember')
    """
    replaced = state.senator_replaced(senate, old, new)
    return "SenateMembers:AlreadyMember" if replaced is None else replaced


@rule("STATE-14", since=244)
def hotkey_associated(keys: Keys, signer: str, hotkey: str) -> Keys:
    r"""The call try_associate_hotkey.

    Statement: The call MUST make a hotkey without an owner the signer's, as a registration would
        ([STATE-6](#state-6)). One with an owner MUST be left alone, without an error. There is no event.
    Units: none.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed.
    Source: `pallets/subtensor/src/staking/account.rs`, `do_try_associate_hotkey`
    Known violation: The hotkey need not consent: whoever names an unused hotkey first owns it.
    Example: alice is first; bob's call succeeds, and does nothing.

        >>> keys = hotkey_associated(Keys({}, {}, {}), "alice", "hot")
        >>> keys.owner, hotkey_associated(keys, "bob", "hot") == keys
        ({'hot': 'alice'}, True)
    """
    return state.account_created(keys, signer, hotkey)
