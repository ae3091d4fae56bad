r"""Children.

A hotkey may lend proportions of its stake on a subnet to other hotkeys, its *children*, which validate for it; it is
their *parent* there. Stake stays where it is; only its weight moves ([EPOCH-1](#epoch-1)), and with it the dividends
([DIV-4](#div-4)). For its work a child keeps a part of the dividends, the childkey take. Proportions are fractions of
$2^{64} - 1$, chosen for each subnet.

New children do not count at once: they are *pending* until their cooldown is over ([CHILD-2](#child-2)) and they come
into force ([CHILD-1](#child-1)). If unstaking takes the stake of a hotkey below `StakeThreshold`, its pending children
are dropped ([STAKE-15](#stake-15)); those in force stay.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from hashlib import blake2b

from dtao_spec.chapters.block import blocks_until_next_epoch
from dtao_spec.registry import rule
from dtao_spec.rounding import floored

ROOT = 0
U64_MAX = 2**64 - 1
MAX_CHILDREN = 5
CALL_INTERVAL = 150
"""The least number of blocks between two accepted calls for one hotkey and subnet."""
SHORT_COOLDOWN, LONG_COOLDOWN = 1, 7_200
"""Blocks: the constants of the cooldown."""

Links = Sequence[tuple[int, int]]
"""Children or parents: pairs of a proportion, as a fraction of 2**64 - 1, and a hotkey."""
Pending = Mapping[int, tuple[Links, int]]
"""Pending children by hotkey, with the block in which their cooldown ends."""
LinksOf = Mapping[int, Links]
"""Children or parents by hotkey."""


@rule("CHILD-1")
def apply_pending_children(
    pending: Pending, children: LinksOf, parents: LinksOf, block: int, netuid: int = 1, tempo: int = 0
) -> tuple[dict[int, tuple[Links, int]], dict[int, Links], dict[int, Links]]:
    r"""Application of pending children.

    Statement: In every block, on every subnet but root, and on root in blocks in which its epoch is due
        ([BLOCK-1](#block-1)), each hotkey whose pending children have a cooldown block before this one MUST leave the
        parent lists of its former children, take the pending children for its own, and be appended to their parent
        lists. Hotkeys MUST be taken in ascending order of the 16-byte BLAKE2b hash of their 32 bytes.
    Units: blocks; proportions as fractions of $2^{64} - 1$.
    Rounding: none. The order decides the order of parent lists, and so of payments; no amount depends on it.
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_set_pending_children`;
        `pallets/subtensor/src/coinbase/block_step.rs`, `try_set_pending_children`
    Known violation: The epoch's own hook would apply them once a tempo; the coinbase does so in every block. Children
        that are set in block $b$ count from the start of block $b + 2$.
    Example: Hotkey 1 had child 2 and sets child 3 instead, in block 10, with a cooldown to block 11.

        >>> whole = 2**64 - 1
        >>> before = {1: (((whole, 3),), 11)}, {1: ((whole, 2),)}, {2: ((whole, 1),)}
        >>> apply_pending_children(*before, 11) == before
        True
        >>> pending, children, parents = apply_pending_children(*before, 12)
        >>> pending, children == {1: ((whole, 3),)}, parents == {3: ((whole, 1),)}
        ({}, True, True)
    """
    is_due = netuid != ROOT or blocks_until_next_epoch(netuid, tempo, block) == 0
    return _apply(pending, children, parents, block if is_due else 0)


@rule("CHILD-1", since=238)
def apply_pending_children_at_epochs(
    pending: Pending, children: LinksOf, parents: LinksOf, block: int, netuid: int, tempo: int
) -> tuple[dict[int, tuple[Links, int]], dict[int, Links], dict[int, Links]]:
    r"""Application of pending children.

    Change: Children come into force where an epoch is due, no longer in every block. The coinbase applied them in
        every block beside the hook that the epoch has for them; the authors removed that step as a mistake.
    Statement: On every network whose epoch is due in the block ([BLOCK-1](#block-1)), root among them, and after all
        epochs of the block, each hotkey whose pending children have a cooldown block before this one MUST leave the
        parent lists of its former children, take the pending children for its own, and be appended to their parent
        lists. Hotkeys MUST be taken in ascending order of the 16-byte BLAKE2b hash of their 32 bytes.
    Units: blocks; proportions as fractions of $2^{64} - 1$.
    Rounding: none. The order decides the order of parent lists, and so of payments; no amount depends on it.
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_set_pending_children`;
        `pallets/subtensor/src/coinbase/block_step.rs`, `try_set_pending_children`
    Example: Subnet 1 at a tempo of 360 has epochs at blocks 358 and 719. Children whose cooldown ends in block 11 come
        into force in block 358, for the epoch in block 719.

        >>> whole = 2**64 - 1
        >>> before = {1: (((whole, 3),), 11)}, {}, {}
        >>> [block for block in range(1, 720) if apply_pending_children_at_epochs(*before, block, 1, 360) != before]
        [358, 719]
    """
    is_due = blocks_until_next_epoch(netuid, tempo, block) == 0
    return _apply(pending, children, parents, block if is_due else 0)


def _apply(
    pending: Pending, children: LinksOf, parents: LinksOf, block: int
) -> tuple[dict[int, tuple[Links, int]], dict[int, Links], dict[int, Links]]:
    """Return the lists with the pending children of all cooldown blocks before this one."""
    left, child_lists, parent_lists = dict(pending), dict(children), dict(parents)
    due = [hotkey for hotkey, (_, cooldown_block) in left.items() if cooldown_block < block]
    for hotkey in sorted(due, key=hashed):
        for _, child in child_lists.pop(hotkey, ()):
            parent_lists[child] = tuple(link for link in parent_lists.get(child, ()) if link[1] != hotkey)
        chosen, _ = left.pop(hotkey)
        child_lists[hotkey] = tuple(chosen)
        for proportion, child in chosen:
            parent_lists[child] = (*parent_lists.get(child, ()), (proportion, hotkey))
    return (
        left,
        {hotkey: links for hotkey, links in child_lists.items() if links},
        {hotkey: links for hotkey, links in parent_lists.items() if links},
    )


def hashed(account: int) -> bytes:
    """Return the key by which the runtime orders accounts in its maps."""
    encoded = account.to_bytes(32, "little")
    return blake2b(encoded, digest_size=16).digest() + encoded


@rule("CHILD-2")
def schedule_children(
    block: int, last_block: int, refusal: str | None, children: Links, cooldown: int = SHORT_COOLDOWN
) -> tuple[Links, int] | str:
    r"""Setting children.

    Statement: `set_children` MUST put the children and a cooldown block, 1 after this one, in the place of whatever the
        hotkey had pending on the subnet. It does so at most once in 150 blocks, by hotkey and subnet, a first time
        always; an empty list counts as much as any other. A refused call changes nothing, nor does it count. The event
        is `SetChildrenScheduled`: hotkey, netuid, cooldown block, children.
    Units: blocks.
    Rounding: none; the sum stops at $2^{64} - 1$.
    Rejections: `BadOrigin` if nobody signed, `TxRateLimitExceeded` (fewer than 150 blocks since the last accepted
        call), then those of [CHILD-4](#child-4).
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_schedule_children`
    Example: After an accepted call in block 1 000 the next one passes in block 1 150; its cooldown is over after block
        1 151.

        >>> schedule_children(1_149, 1_000, None, ())
        'TxRateLimitExceeded'
        >>> schedule_children(1_150, 1_000, None, ((2**64 - 1, 7),))
        (((18446744073709551615, 7),), 1151)
    """
    return _schedule(block, last_block, refusal, children, SHORT_COOLDOWN)


@rule("CHILD-2", since=245)
def schedule_children_for_a_day(
    block: int, last_block: int, refusal: str | None, children: Links, cooldown: int = LONG_COOLDOWN
) -> tuple[Links, int] | str:
    r"""Setting children.

    Change: The cooldown is 7 200 blocks instead of 1. Stake weight cannot be moved between validators within a day any
        more, so that everybody sees the move before it counts.
    Statement: `set_children` MUST put the children and a cooldown block, 7 200 after this one, in the place of whatever
        the hotkey had pending on the subnet. It does so at most once in 150 blocks, by hotkey and subnet, a first time
        always; an empty list counts as much as any other. A refused call changes nothing, nor does it count. The event
        is `SetChildrenScheduled`: hotkey, netuid, cooldown block, children.
    Units: blocks.
    Rounding: none; the sum stops at $2^{64} - 1$.
    Rejections: `BadOrigin` if nobody signed, `TxRateLimitExceeded` (fewer than 150 blocks since the last accepted
        call), then those of [CHILD-4](#child-4).
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_schedule_children`; `pallets/subtensor/src/lib.rs`,
        `DefaultPendingCooldown`
    Example: Children that are set in block 1 150 are in force after the first epoch from block 8 351 on.

        >>> schedule_children_for_a_day(1_150, 1_000, None, ((2**64 - 1, 7),))
        (((18446744073709551615, 7),), 8350)
    """
    return _schedule(block, last_block, refusal, children, LONG_COOLDOWN)


@rule("CHILD-2", since=277)
def schedule_children_by_parameter(
    block: int, last_block: int, refusal: str | None, children: Links, cooldown: int
) -> tuple[Links, int] | str:
    r"""Setting children.

    Change: The cooldown is a parameter, which the root origin sets ([CHILD-12](#child-12)), and 0 at first. The
        authors can thus change it without an upgrade of the runtime.
    Statement: `set_children` MUST put the children and a cooldown block, `PendingChildKeyCooldown` blocks after this
        one, by default 0, in the place of whatever the hotkey had pending on the subnet. What is pending when the
        parameter changes keeps its block. It does so at most once in 150 blocks, by hotkey and subnet, a first time
        always; an empty list counts as much as any other. A refused call changes nothing, nor does it count. The event
        is `SetChildrenScheduled`: hotkey, netuid, cooldown block, children.
    Units: blocks.
    Rounding: none; the sum stops at $2^{64} - 1$.
    Rejections: `BadOrigin` if nobody signed, `TxRateLimitExceeded` (fewer than 150 blocks since the last accepted
        call), then those of [CHILD-4](#child-4).
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_schedule_children`; `pallets/subtensor/src/lib.rs`,
        `DefaultPendingChildKeyCooldown`
    Example: Without a cooldown, children that are set in block 1 150 are in force after the first epoch from block
        1 151 on.

        >>> schedule_children_by_parameter(1_150, 1_000, None, ((2**64 - 1, 7),), 0)
        (((18446744073709551615, 7),), 1150)
    """
    return _schedule(block, last_block, refusal, children, cooldown)


@rule("CHILD-2", since=366)
def schedule_children_for_a_day_by_default(
    block: int, last_block: int, refusal: str | None, children: Links, cooldown: int = LONG_COOLDOWN
) -> tuple[Links, int] | str:
    r"""Setting children.

    Change: The cooldown is 7 200 blocks, a day, unless the root origin sets another; it had been none, so that stake
        weight could again be moved between validators from one epoch to the next.
    Statement: `set_children` MUST put the children and a cooldown block, `PendingChildKeyCooldown` blocks after this
        one, by default 7 200, in the place of whatever the hotkey had pending on the subnet. What is pending when the
        parameter changes keeps its block. It does so at most once in 150 blocks, by hotkey and subnet, a first time
        always; an empty list counts as much as any other. A refused call changes nothing, nor does it count. The event
        is `SetChildrenScheduled`: hotkey, netuid, cooldown block, children.
    Units: blocks.
    Rounding: none; the sum stops at $2^{64} - 1$.
    Rejections: `BadOrigin` if nobody signed, `TxRateLimitExceeded` (fewer than 150 blocks since the last accepted
        call), then those of [CHILD-4](#child-4).
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_schedule_children`; `pallets/subtensor/src/lib.rs`,
        `DefaultPendingChildKeyCooldown`
    Example: Children that are set in block 1 150 are in force after the first epoch from block 8 351 on.

        >>> schedule_children_for_a_day_by_default(1_150, 1_000, None, ((2**64 - 1, 7),))
        (((18446744073709551615, 7),), 8350)
    """
    return _schedule(block, last_block, refusal, children, cooldown)


def _schedule(
    block: int, last_block: int, refusal: str | None, children: Links, cooldown: int
) -> tuple[Links, int] | str:
    if last_block != 0 and max(block - last_block, 0) < CALL_INTERVAL:
        return "TxRateLimitExceeded"
    return refusal or (children, min(block + cooldown, U64_MAX))


@rule("CHILD-3")
def childkey_take_refusal(
    signer_owns_hotkey: bool, take: int, present: int, max_take: int, block: int, last_block: int, limit: int
) -> str | None:
    r"""Setting a childkey take.

    Statement: `set_childkey_take` MUST set what a hotkey of the signer keeps of its parents' dividends on a subnet, up
        to `MaxChildkeyTake`, by default 18 %. It does so at most once in `TxChildkeyTakeRateLimit` blocks, by hotkey
        and subnet, a first time always, be the new take higher or lower. A hotkey that never set one takes nothing. The
        event is `ChildKeyTakeSet`: hotkey, take.
    Units: a u16, as a fraction of 65 535; blocks.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed, `NonAssociatedColdKey` (the hotkey is not the signer's),
        `InvalidChildkeyTake` (above the maximum), `TxChildkeyTakeRateLimitExceeded`.
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_set_childkey_take`
    Known violation: The subnet need not exist, and `MinChildkeyTake` is not looked at.
    Example: 18 % is allowed, more is not; a second time, not for 216 000 blocks, 30 days.

        >>> childkey_take_refusal(True, 11_796, 0, 11_796, 5, 0, 216_000) is None
        True
        >>> childkey_take_refusal(True, 11_797, 0, 11_796, 5, 0, 216_000)
        'InvalidChildkeyTake'
        >>> childkey_take_refusal(True, 0, 11_796, 11_796, 216_004, 5, 216_000)
        'TxChildkeyTakeRateLimitExceeded'
    """
    return _take_refusal(signer_owns_hotkey, take, max_take, block, last_block, limit)


@rule("CHILD-3", since=273)
def childkey_take_rise_refusal(
    signer_owns_hotkey: bool, take: int, present: int, max_take: int, block: int, last_block: int, limit: int
) -> str | None:
    r"""Setting a childkey take.

    Change: The rate limit holds for a higher take only. It protects parents from a child that takes more; a lower take
        does them no harm.
    Statement: `set_childkey_take` MUST set what a hotkey of the signer keeps of its parents' dividends on a subnet, up
        to `MaxChildkeyTake`, by default 18 %. It sets a take above the present one at most once in
        `TxChildkeyTakeRateLimit` blocks since the last accepted call, by hotkey and subnet, a first time always; any
        accepted call, also one that lowers the take or leaves it, counts as the last one. A hotkey that never set one
        takes nothing. The event is `ChildKeyTakeSet`: hotkey, take.
    Units: a u16, as a fraction of 65 535; blocks.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed, `NonAssociatedColdKey` (the hotkey is not the signer's),
        `InvalidChildkeyTake` (above the maximum), `TxChildkeyTakeRateLimitExceeded` (only for a higher take).
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_set_childkey_take`
    Known violation: The subnet need not exist, and `MinChildkeyTake` is not looked at.
    Example: A day after the last change the take may fall but not rise.

        >>> [childkey_take_rise_refusal(True, take, 6_553, 11_796, 7_205, 5, 216_000) for take in (0, 6_553, 6_554)]
        [None, None, 'TxChildkeyTakeRateLimitExceeded']
    """
    return _take_refusal(signer_owns_hotkey, take, max_take, block, last_block, limit if take > present else 0)


def _take_refusal(
    signer_owns_hotkey: bool, take: int, max_take: int, block: int, last_block: int, limit: int
) -> str | None:
    if not signer_owns_hotkey:
        return "NonAssociatedColdKey"
    if take > max_take:
        return "InvalidChildkeyTake"
    if last_block != 0 and max(block - last_block, 0) < limit:
        return "TxChildkeyTakeRateLimitExceeded"
    return None


@rule("CHILD-4")
def children_refusal(
    netuid: int,
    subnet_exists: bool,
    signer_owns_hotkey: bool,
    hotkey: int,
    children: Links,
    enough_stake: bool,
    is_owner_hotkey: bool = False,
) -> str | None:
    r"""Conditions on children.

    Statement: A hotkey MUST NOT have more than 5 children on a subnet, none of them twice or itself, nor give them more
        than the whole. To set any, its stake on all networks, at present prices ([STAKE-7](#stake-7)), MUST
        reach `StakeThreshold`; to have none it needs no stake. Children need not be registered, nor consent.
    Formula: $$ \sum_j p_j \le 2^{64} - 1 $$
    Units: proportions as fractions of $2^{64} - 1$.
    Rounding: none.
    Rejections: `RegistrationNotPermittedOnRootSubnet` (netuid 0), `SubNetworkDoesNotExist`, `NonAssociatedColdKey` (the
        hotkey is not the signer's), `TooManyChildren`, `InvalidChild` (the hotkey itself), `ProportionOverflow`,
        `DuplicateChild`, `NotEnoughStakeToSetChildkeys`.
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_schedule_children`
    Example: Two halves are a whole, two wholes are too much, and so is a child that is named twice.

        >>> whole = 2**64 - 1
        >>> children_refusal(1, True, True, 1, ((whole // 2, 2), (whole // 2, 3)), True) is None
        True
        >>> children_refusal(1, True, True, 1, ((whole, 2), (whole, 3)), True)
        'ProportionOverflow'
        >>> children_refusal(1, True, True, 1, ((1, 2), (1, 2)), True)
        'DuplicateChild'
    """
    return _children_refusal(netuid, subnet_exists, signer_owns_hotkey, hotkey, children, enough_stake)


@rule("CHILD-4", since=244)
def children_refusal_but_of_the_owner_hotkey(
    netuid: int,
    subnet_exists: bool,
    signer_owns_hotkey: bool,
    hotkey: int,
    children: Links,
    enough_stake: bool,
    is_owner_hotkey: bool,
) -> str | None:
    r"""Conditions on children.

    Change: The owner hotkey of a subnet may set children without stake. Owners could not delegate their own
        validation before somebody had staked with them.
    Statement: A hotkey MUST NOT have more than 5 children on a subnet, none of them twice or itself, nor give them more
        than the whole. To set any, its stake on all networks, at present prices ([STAKE-7](#stake-7)), MUST reach
        `StakeThreshold`, unless it is the subnet's `SubnetOwnerHotkey`; to have none it needs no stake. Children need
        not be registered, nor consent.
    Formula: $$ \sum_j p_j \le 2^{64} - 1 $$
    Units: proportions as fractions of $2^{64} - 1$.
    Rounding: none.
    Rejections: `RegistrationNotPermittedOnRootSubnet` (netuid 0), `SubNetworkDoesNotExist`, `NonAssociatedColdKey` (the
        hotkey is not the signer's), `TooManyChildren`, `InvalidChild` (the hotkey itself), `ProportionOverflow`,
        `DuplicateChild`, `NotEnoughStakeToSetChildkeys` (not for the owner hotkey).
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_schedule_children`
    Example: A hotkey below the threshold that is not the owner hotkey, and one that is.

        >>> given = 1, True, True, 1, ((1, 2),), False
        >>> [children_refusal_but_of_the_owner_hotkey(*given, is_owner) for is_owner in (False, True)]
        ['NotEnoughStakeToSetChildkeys', None]
    """
    enough = enough_stake or is_owner_hotkey
    return _children_refusal(netuid, subnet_exists, signer_owns_hotkey, hotkey, children, enough)


@rule("CHILD-4", since=320)
def children_refusal_on_networks(
    netuid: int,
    subnet_exists: bool,
    signer_owns_hotkey: bool,
    hotkey: int,
    children: Links,
    enough_stake: bool,
    is_owner_hotkey: bool,
) -> str | None:
    r"""Conditions on children.

    Change: One error names a network that does not exist in all calls of the pallet; there were two of them.
    Statement: A hotkey MUST NOT have more than 5 children on a subnet, none of them twice or itself, nor give them more
        than the whole. To set any, its stake on all networks, at present prices ([STAKE-7](#stake-7)), MUST reach
        `StakeThreshold`, unless it is the subnet's `SubnetOwnerHotkey`; to have none it needs no stake. Children need
        not be registered, nor consent.
    Formula: $$ \sum_j p_j \le 2^{64} - 1 $$
    Units: proportions as fractions of $2^{64} - 1$.
    Rounding: none.
    Rejections: `RegistrationNotPermittedOnRootSubnet` (netuid 0), `SubnetNotExists`, `NonAssociatedColdKey` (the
        hotkey is not the signer's), `TooManyChildren`, `InvalidChild` (the hotkey itself), `ProportionOverflow`,
        `DuplicateChild`, `NotEnoughStakeToSetChildkeys` (not for the owner hotkey).
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_schedule_children`
    Example: A hotkey below the threshold that is not the owner hotkey, and one that is.

        >>> given = 1, True, True, 1, ((1, 2),), False
        >>> [children_refusal_on_networks(*given, is_owner) for is_owner in (False, True)]
        ['NotEnoughStakeToSetChildkeys', None]
    """
    enough = enough_stake or is_owner_hotkey
    refusal = _children_refusal(netuid, subnet_exists, signer_owns_hotkey, hotkey, children, enough)
    return "SubnetNotExists" if refusal == "SubNetworkDoesNotExist" else refusal


def _children_refusal(
    netuid: int, subnet_exists: bool, signer_owns_hotkey: bool, hotkey: int, children: Links, enough_stake: bool
) -> str | None:
    named = [child for _, child in children]
    conditions = (
        (netuid == ROOT, "RegistrationNotPermittedOnRootSubnet"),
        (not subnet_exists, "SubNetworkDoesNotExist"),
        (not signer_owns_hotkey, "NonAssociatedColdKey"),
        (len(children) > MAX_CHILDREN, "TooManyChildren"),
        (hotkey in named, "InvalidChild"),
        (sum(proportion for proportion, _ in children) > U64_MAX, "ProportionOverflow"),
        (len(set(named)) < len(named), "DuplicateChild"),
        (bool(children) and not enough_stake, "NotEnoughStakeToSetChildkeys"),
    )
    return next((name for refused, name in conditions if refused), None)


def proportion_of_stake_rounded(proportion: int) -> Fraction:
    """Return the part in I96F32."""
    return floored(proportion_of_stake(proportion))


@rule("CHILD-5", rounded=proportion_of_stake_rounded)
def proportion_of_stake(proportion: int) -> Fraction:
    r"""Proportion of a stake.

    Statement: A proportion of a hotkey's stake MUST be the part that it is of $2^{64} - 1$.
    Formula: $$ p = \frac{w}{2^{64} - 1} $$
    Units: a u64; a part of 1 out.
    Rounding: Floored in I96F32: less than $2^{-32}$ below the exact value, never above; the whole is exactly 1. Where
        several are summed, each is floored on its own.
    Source: `pallets/subtensor/src/coinbase/run_coinbase.rs`, `get_self_contribution`, `get_dividends_distribution`
    Example: Half of the range, rounded down, is nearly one half; the whole is 1.

        >>> float(proportion_of_stake((2**64 - 1) // 2)), proportion_of_stake(2**64 - 1)
        (0.5, Fraction(1, 1))
    """
    return Fraction(proportion, U64_MAX)


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


@rule("CHILD-2", since=401)
def schedule_children_once_started(
    block: int, last_block: int, refusal: str | None, children: Links, cooldown: int
) -> tuple[Links, int] | str:
    r"""Setting children.

    Change: On a subnet that was not started children are in force at once. Nobody earns there yet, so that nothing can
        be gained by a sudden change; and the owner can set the subnet up at once.
    Statement: On a subnet whose `SubtokenEnabled` is set, `set_children` MUST put the children and a cooldown block,
        `PendingChildKeyCooldown` blocks after this one, in the place of whatever the hotkey had pending on the subnet.
        What is pending when the parameter changes keeps its block. On any other subnet the children MUST be in force at
        once, as [CHILD-1](#child-1) brings them into force, and what is pending stays. It does either at most once in
        150 blocks, by hotkey and subnet, a first time always; an empty list counts as much as any other. A refused call
        changes nothing, nor does it count. The event is `SetChildrenScheduled`: hotkey, netuid, cooldown block,
        children; there is none for children that are in force at once.
    Units: blocks.
    Rounding: none; the sum stops at $2^{64} - 1$.
    Rejections: `BadOrigin` if nobody signed, `TxRateLimitExceeded` (fewer than 150 blocks since the last accepted
        call), then those of [CHILD-4](#child-4). Children that are inconsistent with the parents of the hotkey
        ([CHILD-13](#child-13)) are dropped where they would be in force at once.
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_schedule_children`, `schedule_or_apply_ck`
    Example: On a started subnet.

        >>> schedule_children_once_started(1_150, 1_000, None, ((2**64 - 1, 7),), 0)
        (((18446744073709551615, 7),), 1150)
    """
    return _schedule(block, last_block, refusal, children, cooldown)
