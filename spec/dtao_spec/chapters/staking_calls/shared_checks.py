"""Checks that several calls share: the switch of a subnet's token, and limits that allow nothing."""

from fractions import Fraction

from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.staking_calls"


@rule("STAKE-22")
def subtoken_rejection(call: str, is_enabled: bool = True) -> str | None:
    r"""Subtoken gate.

    Statement: Alpha of every existing subnet MUST be tradable from its registration on: no call is refused for a
        switch of the subnet.
    Units: none.
    Rounding: none.
    Source: `pallets/subtensor/src/staking/stake_utils.rs`, `validate_add_stake`, `validate_remove_stake`,
        `validate_stake_transition`
    Example: Two ways to buy alpha.

        >>> [subtoken_rejection(call) for call in ("add_stake", "add_stake_limit")]
        [None, None]
    """
    return None


@rule("STAKE-22", since=273)
def subtoken_rejection_but_for_limits(call: str, is_enabled: bool) -> str | None:
    r"""Subtoken gate.

    Change: A subnet's token can be switched off, and is until the subnet is started, so that nobody buys alpha before
        its owner has announced the start.
    Statement: Each subnet has a switch, `SubtokenEnabled`, which is off until the subnet is started
        ([NET-10](#net-10)); the upgrade turned it on for root and for all subnets that had been started. Where it is
        off, `add_stake`, `remove_stake`, all moves, `recycle_alpha` and `burn_alpha` MUST be rejected, for a move also
        if it is off at the other end, and `unstake_all` and `unstake_all_alpha` MUST pass over the subnet. The first
        two check it before anything else but the signature, moves once both subnets are known to exist, the others
        after they have refused root. The root network of a stake that `unstake_all_alpha` makes is not checked.
    Units: none.
    Rounding: none.
    Rejections: `SubtokenDisabled`.
    Source: `pallets/subtensor/src/lib.rs`, `ensure_subtoken_enabled`
    Known violation: `add_stake_limit` and `remove_stake_limit` do not check it, so that whoever names a limit trades
        all the same. A subnet that does not exist has no enabled token, and is refused by `add_stake` and
        `remove_stake` as that.
    Example: Two ways to buy the same alpha.

        >>> [subtoken_rejection_but_for_limits(call, False) for call in ("add_stake", "add_stake_limit")]
        ['SubtokenDisabled', None]
    """
    return None if is_enabled or call in {"add_stake_limit", "remove_stake_limit"} else "SubtokenDisabled"


@rule("STAKE-22", since=274)
def subtoken_rejection_but_for_limited_sales(call: str, is_enabled: bool) -> str | None:
    r"""Subtoken gate.

    Change: `add_stake_limit` checks the switch too: a limit had been a way around it.
    Statement: Each subnet has a switch, `SubtokenEnabled`, which is off until the subnet is started
        ([NET-10](#net-10)). Where it is off, `add_stake`, `add_stake_limit`, `remove_stake`, all moves, `recycle_alpha`
        and `burn_alpha` MUST be rejected, for a move also if it is off at the other end, and `unstake_all` and
        `unstake_all_alpha` MUST pass over the subnet. `add_stake` and `remove_stake` check it before anything else but
        the signature, `add_stake_limit` and moves once the subnets are known to exist, the others after they have
        refused root. The root network of a stake that `unstake_all_alpha` makes is not checked.
    Units: none.
    Rounding: none.
    Rejections: `SubtokenDisabled`.
    Source: `pallets/subtensor/src/lib.rs`, `ensure_subtoken_enabled`
    Known violation: `remove_stake_limit` does not check it, so that whoever names a limit sells all the same. A subnet
        that does not exist has no enabled token, and is refused by `add_stake` and `remove_stake` as that.
    Example: Who holds alpha of a disabled token may sell it with a limit, and only so.

        >>> calls = "add_stake_limit", "remove_stake", "remove_stake_limit"
        >>> [subtoken_rejection_but_for_limited_sales(call, False) for call in calls]
        ['SubtokenDisabled', 'SubtokenDisabled', None]
    """
    return None if is_enabled or call == "remove_stake_limit" else "SubtokenDisabled"


@rule("STAKE-23")
def maximum_rejection(maximum: Fraction | None) -> str | None:
    r"""Limits that allow nothing.

    Statement: `add_stake_limit`, `remove_stake_limit` and `swap_stake_limit` MUST take what the limit price allows
        ([POOL-5](#pool-5), [POOL-6](#pool-6), [MOVE-7](#move-7)) as their maximum, be it 0.
    Units: rao, or alpha rao of the origin; None for a maximum without bound.
    Rounding: none but that of what those rules allow.
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `get_max_amount_add`;
        `pallets/subtensor/src/staking/remove_stake.rs`, `get_max_amount_remove`;
        `pallets/subtensor/src/staking/move_stake.rs`, `get_max_amount_move`
    Known violation: Where a part is allowed, a limit that allows nothing lets the call succeed with a trade of 0 and
        the event of it.
    Example: A limit at the price, and one that allows everything.

        >>> [maximum_rejection(maximum) for maximum in (Fraction(0), None)]
        [None, None]
    """
    return None


@rule("STAKE-23", since=273)
def zero_maximum_rejection(maximum: Fraction | None) -> str | None:
    r"""Limits that allow nothing.

    Change: A limit that allows nothing is an error of its own; before, the call could succeed with a trade of nothing.
    Statement: `add_stake_limit`, `remove_stake_limit` and `swap_stake_limit` MUST be rejected if what the limit price
        allows ([POOL-5](#pool-5), [POOL-6](#pool-6), [MOVE-7](#move-7)) is 0, before anything else but the signature is
        checked, even whether the subnet exists.
    Units: rao, or alpha rao of the origin; None for a maximum without bound.
    Rounding: none but that of what those rules allow: less than 1 is nothing.
    Rejections: `ZeroMaxStakeAmount`.
    Source: `pallets/subtensor/src/staking/add_stake.rs`, `get_max_amount_add`;
        `pallets/subtensor/src/staking/remove_stake.rs`, `get_max_amount_remove`;
        `pallets/subtensor/src/staking/move_stake.rs`, `get_max_amount_move`
    Example: A limit at the price; one a little better; one that allows everything.

        >>> [zero_maximum_rejection(maximum) for maximum in (Fraction(0), Fraction(1), None)]
        ['ZeroMaxStakeAmount', None, None]
    """
    return None if maximum is None or maximum >= 1 else "ZeroMaxStakeAmount"
