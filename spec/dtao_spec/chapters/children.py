r"""Children.

A hotkey may lend proportions of its stake on a subnet to other hotkeys, its *children*, which validate for it; it is
their *parent* there. Stake stays where it is; only its weight moves ([EPOCH-1](#epoch-1)), and with it the dividends
([DIV-4](#div-4)). For its work a child keeps a part of the dividends, the childkey take. Proportions are fractions of
$2^{64} - 1$, chosen for each subnet.

New children do not count at once: they are *pending* until the block after next. If unstaking takes the stake of a
hotkey below `StakeThreshold`, its pending children are dropped ([STAKE-15](#stake-15)); those in force stay.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from hashlib import blake2b

from dtao_spec.registry import rule

U64_MAX = 2**64 - 1


Links = Sequence[tuple[int, int]]
"""Children or parents: pairs of a proportion, as a fraction of 2**64 - 1, and a hotkey."""


@rule("CHILD-1")
def pending_children_applied(
    pending: Mapping[int, tuple[Links, int]], children: Mapping[int, Links], parents: Mapping[int, Links], block: int
) -> tuple[dict[int, tuple[Links, int]], dict[int, Links], dict[int, Links]]:
    r"""Pending children come into force.

    Statement: In every block, on every subnet but root, and on root in blocks in which its epoch is due, each hotkey
        whose pending children have a cooldown block before this one MUST leave the parent lists of its former children,
        take the pending children for its own, and be appended to their parent lists. Hotkeys MUST be taken in ascending
        order of the 16-byte BLAKE2b hash of their 32 bytes.
    Units: blocks; proportions as fractions of $2^{64} - 1$.
    Rounding: none. The order decides the order of parent lists, and so of payments; no amount depends on it.
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_set_pending_children`;
        `pallets/subtensor/src/coinbase/block_step.rs`, `try_set_pending_children`
    Known violation: The epoch's own hook would apply them once a tempo; the coinbase does so in every block. Children
        named in block $b$ count from the start of block $b + 2$.
    Example: Hotkey 1 had child 2 and names child 3 instead, in block 10, with a cooldown to block 11.

        >>> whole = 2**64 - 1
        >>> before = {1: (((whole, 3),), 11)}, {1: ((whole, 2),)}, {2: ((whole, 1),)}
        >>> pending_children_applied(*before, 11) == before
        True
        >>> pending, children, parents = pending_children_applied(*before, 12)
        >>> pending, children == {1: ((whole, 3),)}, parents == {3: ((whole, 1),)}
        ({}, True, True)
    """
    waiting, child_lists, parent_lists = dict(pending), dict(children), dict(parents)
    due = [hotkey for hotkey, (_, cooldown_block) in waiting.items() if cooldown_block < block]
    for hotkey in sorted(due, key=hashed):
        for _, child in child_lists.pop(hotkey, ()):
            parent_lists[child] = tuple(link for link in parent_lists.get(child, ()) if link[1] != hotkey)
        chosen, _ = waiting.pop(hotkey)
        child_lists[hotkey] = tuple(chosen)
        for proportion, child in chosen:
            parent_lists[child] = (*parent_lists.get(child, ()), (proportion, hotkey))
    return (
        waiting,
        {hotkey: links for hotkey, links in child_lists.items() if links},
        {hotkey: links for hotkey, links in parent_lists.items() if links},
    )


def hashed(account: int) -> bytes:
    """Return the key by which the runtime orders accounts in its maps."""
    encoded = account.to_bytes(32, "little")
    return blake2b(encoded, digest_size=16).digest() + encoded


@rule("CHILD-2")
def scheduled_children(block: int, last_block: int, refusal: str | None, children: Links) -> tuple[Links, int] | str:
    r"""Naming children.

    Statement: `set_children` MUST put the children and a cooldown block, 1 after this one, in the place of whatever the
        hotkey had pending on the subnet. It does so at most once in 150 blocks, by hotkey and subnet, a first time
        always; an empty list counts as much as any other. A refused call changes nothing, nor does it count. The event
        is `SetChildrenScheduled`: hotkey, netuid, cooldown block, children.
    Units: blocks.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed, `TxRateLimitExceeded` (fewer than 150 blocks since the last accepted
        call), then those of [CHILD-4](#child-4).
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_schedule_children`
    Example: After an accepted call in block 1 000 the next one passes in block 1 150; its children are in force from
        block 1 152 on.

        >>> scheduled_children(1_149, 1_000, None, ())
        'TxRateLimitExceeded'
        >>> scheduled_children(1_150, 1_000, None, ((2**64 - 1, 7),))
        (((18446744073709551615, 7),), 1151)
    """
    if last_block != 0 and max(block - last_block, 0) < 150:
        return "TxRateLimitExceeded"
    return refusal or (children, min(block + 1, U64_MAX))


@rule("CHILD-3")
def childkey_take_refusal(
    signer_owns_hotkey: bool, take: int, max_take: int, block: int, last_block: int, limit: int
) -> str | None:
    r"""Setting a childkey take.

    Statement: `set_childkey_take` MUST set what a hotkey of the signer keeps of its parents' dividends on a subnet, up
        to `MaxChildkeyTake`, at launch 18 %. It does so at most once in `TxChildkeyTakeRateLimit` blocks, by hotkey and
        subnet, a first time always, be the new take higher or lower. A hotkey that never set one takes nothing. The
        event is `ChildKeyTakeSet`: hotkey, take.
    Units: a u16, as a fraction of 65 535; blocks.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed, `NonAssociatedColdKey` (the hotkey is not the signer's),
        `InvalidChildkeyTake` (above the maximum), `TxChildkeyTakeRateLimitExceeded`.
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_set_childkey_take`
    Known violation: The subnet need not exist, and `MinChildkeyTake` is not looked at.
    Example: 18 % is allowed, more is not; a second time, not for 216 000 blocks, 30 days.

        >>> childkey_take_refusal(True, 11_796, 11_796, 5, 0, 216_000) is None
        True
        >>> childkey_take_refusal(True, 11_797, 11_796, 5, 0, 216_000)
        'InvalidChildkeyTake'
        >>> childkey_take_refusal(True, 0, 11_796, 216_004, 5, 216_000)
        'TxChildkeyTakeRateLimitExceeded'
    """
    if not signer_owns_hotkey:
        return "NonAssociatedColdKey"
    if take > max_take:
        return "InvalidChildkeyTake"
    if last_block != 0 and max(block - last_block, 0) < limit:
        return "TxChildkeyTakeRateLimitExceeded"
    return None


@rule("CHILD-4")
def children_refusal(
    netuid: int, subnet_exists: bool, signer_owns_hotkey: bool, hotkey: int, children: Links, enough_stake: bool
) -> str | None:
    r"""Which children may be named.

    Statement: A hotkey MUST NOT have more than 5 children on a subnet, none of them twice or itself, nor give them more
        than the whole. To name any, its stake on all networks, at present prices ([STAKE-7](#stake-7)), MUST
        reach `StakeThreshold`; to have none it needs no stake. Children need not be registered, nor consent.
    Formula: $$ \sum_j p_j \le 2^{64} - 1 $$
    Units: proportions as fractions of $2^{64} - 1$.
    Rounding: none.
    Rejections: `RegistrationNotPermittedOnRootSubnet` (netuid 0), `SubNetworkDoesNotExist`, `NonAssociatedColdKey` (the
        hotkey is not the signer's), `TooManyChildren`, `InvalidChild` (the hotkey itself), `ProportionOverflow`,
        `DuplicateChild`, `NotEnoughStakeToSetChildkeys`.
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_schedule_children`
    Example: Two halves are a whole, two wholes are too much, and so is naming a child twice.

        >>> whole = 2**64 - 1
        >>> children_refusal(1, True, True, 1, ((whole // 2, 2), (whole // 2, 3)), True) is None
        True
        >>> children_refusal(1, True, True, 1, ((whole, 2), (whole, 3)), True)
        'ProportionOverflow'
        >>> children_refusal(1, True, True, 1, ((1, 2), (1, 2)), True)
        'DuplicateChild'
    """
    named = [child for _, child in children]
    conditions = (
        (netuid == 0, "RegistrationNotPermittedOnRootSubnet"),
        (not subnet_exists, "SubNetworkDoesNotExist"),
        (not signer_owns_hotkey, "NonAssociatedColdKey"),
        (len(children) > 5, "TooManyChildren"),
        (hotkey in named, "InvalidChild"),
        (sum(proportion for proportion, _ in children) > U64_MAX, "ProportionOverflow"),
        (len(set(named)) < len(named), "DuplicateChild"),
        (bool(children) and not enough_stake, "NotEnoughStakeToSetChildkeys"),
    )
    return next((name for refused, name in conditions if refused), None)


@rule("CHILD-5")
def proportion_of_stake(proportion: int) -> Fraction:
    r"""A proportion as a part of 1.

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
