r"""Moving stake.

Four calls carry stake to another place: `move_stake` to another hotkey, `swap_stake` and `swap_stake_limit` to another
subnet, `transfer_stake` to another coldkey. The first and the last may change the subnet as well. All four are one and
the same transaction: the alpha is sold where it is, and the TAO is staked where it shall be.

```mermaid
flowchart LR
    O[stake at the origin] -- "alpha" --> P1[pool of the origin]
    P1 -- "TAO less half of the fee" --> M(("TAO"))
    M --> P2[pool of the destination]
    P2 -- "alpha" --> D[stake at the destination]
    M -. "if less than 500 000 rao and half of the fee" .-> L[lost]
```

This is so even where origin and destination are the same subnet: a move from hotkey to hotkey costs the fee, and the
slippage of a sale and a purchase. The fee is that for unstaking ([STAKE-19](#stake-19)), one half on each leg; both
halves stay in the two pools.

[until 237] Only the owner of a hotkey can move stake from it. A nominator must unstake and stake again, and pay twice.
"""

from dtao_spec.chapters.moves import calls, legs, with_swaps

__all__ = ["calls", "legs", "with_swaps"]
