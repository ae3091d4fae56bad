"""Children in later versions."""

from collections.abc import Mapping

from dtao_spec.chapters import children
from dtao_spec.chapters.block import blocks_until_next_epoch
from dtao_spec.chapters.children import U64_MAX, Links
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.children"
DAY = 7_200
"""Blocks."""


@rule("CHILD-1", since=238)
def pending_children_applied(
    pending: Mapping[int, tuple[Links, int]],
    in_force: Mapping[int, Links],
    parents: Mapping[int, Links],
    block: int,
    netuid: int,
    tempo: int,
) -> tuple[dict[int, tuple[Links, int]], dict[int, Links], dict[int, Links]]:
    r"""Children change at epochs.

    Statement: As before, but only on networks whose epoch is due in the block ([BLOCK-1](#block-1)), root among them,
        and after all epochs of the block.
    Units: blocks; proportions as fractions of $2^{64} - 1$.
    Rounding: none. The order decides the order of parent lists, and so of payments; no amount depends on it.
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_set_pending_children`;
        `pallets/subtensor/src/coinbase/block_step.rs`, `try_set_pending_children`
    Example: Subnet 1 at a tempo of 360 has epochs at blocks 358 and 719. Children whose cooldown ends in block 11 come
        into force in block 358, for the epoch in block 719.

        >>> whole = 2**64 - 1
        >>> before = {1: (((whole, 3),), 11)}, {}, {}
        >>> [block for block in range(1, 720) if pending_children_applied(*before, block, 1, 360) != before]
        [358, 719]
    """
    if blocks_until_next_epoch(netuid, tempo, block) != 0:
        return dict(pending), dict(in_force), dict(parents)
    return children.pending_children_applied(pending, in_force, parents, block)


@rule("CHILD-2", since=252)
def scheduled_children(block: int, last_block: int, refusal: str | None, chosen: Links) -> tuple[Links, int] | str:
    r"""A cooldown of a day.

    Statement: As before, but the cooldown block MUST be 7 200 blocks after this one.
    Units: blocks.
    Rounding: none.
    Rejections: as before.
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_schedule_children`; `pallets/subtensor/src/lib.rs`,
        `DefaultPendingCooldown`
    Example: Children named in block 1 150 are in force after the first epoch from block 8 351 on.

        >>> scheduled_children(1_150, 1_000, None, ((2**64 - 1, 7),))
        (((18446744073709551615, 7),), 8350)
    """
    return scheduled_children_by_parameter(block, last_block, refusal, chosen, DAY)


@rule("CHILD-2", since=277)
def scheduled_children_by_parameter(
    block: int, last_block: int, refusal: str | None, chosen: Links, cooldown: int
) -> tuple[Links, int] | str:
    r"""The cooldown is a parameter.

    Statement: As before, but the cooldown block MUST be `PendingChildKeyCooldown` blocks after this one, at first 0.
        What is pending when the parameter changes keeps its block.
    Units: blocks.
    Rounding: none; the sum stops at $2^{64} - 1$.
    Rejections: as before.
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_schedule_children`; `pallets/subtensor/src/lib.rs`,
        `DefaultPendingChildKeyCooldown`
    Example: Without a cooldown, children named in block 1 150 are in force after the first epoch from block 1 151 on.

        >>> scheduled_children_by_parameter(1_150, 1_000, None, ((2**64 - 1, 7),), 0)
        (((18446744073709551615, 7),), 1150)
    """
    scheduled = children.scheduled_children(block, last_block, refusal, chosen)
    return scheduled if isinstance(scheduled, str) else (chosen, min(block + cooldown, U64_MAX))


@rule("CHILD-3", since=273)
def childkey_take_refusal(
    signer_owns_hotkey: bool, take: int, present: int, max_take: int, block: int, last_block: int, limit: int
) -> str | None:
    r"""Only a rise is limited.

    Statement: As before, but the rate limit MUST hold only for a take above the present one. Any accepted call, also
        one that lowers the take or leaves it, counts as the last one.
    Units: a u16, as a fraction of 65 535; blocks.
    Rounding: none.
    Rejections: as before, the last one only for a rise.
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_set_childkey_take`
    Known violation: as before: the subnet need not exist, and `MinChildkeyTake` is not looked at.
    Example: A day after the last change the take may fall but not rise.

        >>> [childkey_take_refusal(True, take, 6_553, 11_796, 7_205, 5, 216_000) for take in (0, 6_553, 6_554)]
        [None, None, 'TxChildkeyTakeRateLimitExceeded']
    """
    in_force = limit if take > present else 0
    return children.childkey_take_refusal(signer_owns_hotkey, take, max_take, block, last_block, in_force)


@rule("CHILD-4", since=244)
def children_refusal(
    netuid: int,
    subnet_exists: bool,
    signer_owns_hotkey: bool,
    hotkey: int,
    chosen: Links,
    enough_stake: bool,
    is_owner_hotkey: bool,
) -> str | None:
    r"""The owner hotkey needs no stake.

    Statement: As before, but the subnet's `SubnetOwnerHotkey` MUST NOT need any stake to name children.
    Formula: $$ \sum_j p_j \le 2^{64} - 1 $$
    Units: proportions as fractions of $2^{64} - 1$.
    Rounding: none.
    Rejections: as before; `NotEnoughStakeToSetChildkeys` only for other hotkeys.
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_schedule_children`
    Example: A hotkey below the threshold, with and without a subnet.

        >>> [children_refusal(1, True, True, 1, ((1, 2),), False, owner) for owner in (False, True)]
        ['NotEnoughStakeToSetChildkeys', None]
    """
    enough = enough_stake or is_owner_hotkey
    return children.children_refusal(netuid, subnet_exists, signer_owns_hotkey, hotkey, chosen, enough)


@rule("CHILD-12", since=277)
def cooldown_set(signed: bool, cooldown: int) -> int | str:
    r"""The call set_pending_childkey_cooldown.

    Statement: The call MUST set `PendingChildKeyCooldown`. Only the root origin may make it. There is no event.
    Units: blocks, a u64.
    Rounding: none.
    Rejections: `BadOrigin` if anybody signed.
    Source: `pallets/subtensor/src/macros/dispatches.rs`, `set_pending_childkey_cooldown`
    Example: A day, by the chain's government and by somebody else.

        >>> cooldown_set(False, 7_200), cooldown_set(True, 7_200)
        (7200, 'BadOrigin')
    """
    return "BadOrigin" if signed else cooldown
