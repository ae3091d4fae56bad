"""The calls of former positions."""

from dtao_spec.registry import rule

CHAPTER = "dtao_spec.chapters.weighted"


@rule("POOL-37", since=423)
def deprecated(call: str) -> str:
    r"""Calls of user liquidity.

    Statement: `add_liquidity`, `remove_liquidity`, `modify_position`, `toggle_user_liquidity` and `disable_lp` MUST be
        refused, whoever signed them.
    Units: none.
    Rounding: none.
    Rejections: `Deprecated`.
    Source: `pallets/swap/src/pallet/mod.rs`, `add_liquidity`, `remove_liquidity`, `modify_position`,
        `toggle_user_liquidity`, `disable_lp`
    Example: Any of them.

        >>> deprecated("add_liquidity")
        'Deprecated'
    """
    return "Deprecated"
