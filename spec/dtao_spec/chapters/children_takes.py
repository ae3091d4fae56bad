"""The least childkey take of a subnet."""

from dtao_spec.chapters.children import childkey_take_rise_refusal
from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.children"


@rule("CHILD-3", since=411)
def childkey_take_refusal_with_least(
    signer_owns_hotkey: bool,
    take: int,
    present: int,
    max_take: int,
    block: int,
    last_block: int,
    limit: int,
    min_take: int = 0,
) -> str | None:
    r"""Setting a childkey take.

    Change: A subnet may set a least take, and that of the network holds as well.
    Statement: `set_childkey_take` MUST set what a hotkey of the signer keeps of its parents' dividends on a subnet, up
        to `MaxChildkeyTake`, by default 18 %, and no less than `MinChildkeyTake` and `MinChildkeyTakePerSubnet` of the
        subnet. It sets a take above the present one, which counts as the least where it is less, at most once in
        `TxChildkeyTakeRateLimit` blocks since the last accepted call, by hotkey and subnet, a first time always; any
        accepted call, also one that lowers the take or leaves it, counts as the last one. A hotkey that never set one,
        or one below the least, takes the least ([DIV-8](#div-8)). The event is `ChildKeyTakeSet`: hotkey, take.
    Units: a u16, as a fraction of 65 535; blocks. The least is the larger one of both.
    Rounding: none.
    Rejections: `BadOrigin` if nobody signed, `NonAssociatedColdKey` (the hotkey is not the signer's),
        `InvalidChildkeyTake` (below the least or above the maximum), `TxChildkeyTakeRateLimitExceeded` (only for a
        higher take).
    Source: `pallets/subtensor/src/staking/set_children.rs`, `do_set_childkey_take`;
        `pallets/subtensor/src/utils/misc.rs`, `get_effective_min_childkey_take`
    Known violation: The subnet need not exist.
    Example: A least take of 1 000.

        >>> [childkey_take_refusal_with_least(True, take, 0, 11_796, 9, 5, 100, 1_000) for take in (999, 1_000, 1_001)]
        ['InvalidChildkeyTake', None, 'TxChildkeyTakeRateLimitExceeded']
    """
    if signer_owns_hotkey and take < min_take:
        return "InvalidChildkeyTake"
    counted = max(present, min_take)
    return childkey_take_rise_refusal(signer_owns_hotkey, take, counted, max_take, block, last_block, limit)
