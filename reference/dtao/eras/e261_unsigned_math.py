"""261: amounts are computed in unsigned fixed point."""

from dtao.eras import e258_price_from_start
from dtao.evolving import evolve
from dtao.fixed import U96F32
from dtao.item_table import items_at
from dtao.oracle import Era
from dtao.rules import dividends, stake_weight
from dtao.transitions import fees, keys, unstaking

before = e258_price_from_start.ERA.runtime

ERA = Era(
    name="unsigned-math",
    last_spec_version=264,
    tag="v2.0.11",
    date="2025-04-11",
    summary=(
        "Amounts are computed in unsigned fixed point, the moving price counts from the start of a subnet, and the fee"
        " follows the TAO that the alpha would sell for."
    ),
    genesis_block=60_000,
    runtime=evolve(
        before,
        spec_version=261,
        items=items_at(261, before=before.items),
        pools=evolve(before.pools, amounts=U96F32),
        epoch=evolve(before.epoch, inherited_stake=stake_weight.inherited_stake_unsigned),
        dividends=evolve(before.dividends, last_epoch_stakes=dividends.recorded_stakes),
        staking=evolve(
            before.staking, unstaking_fee=fees.fee_by_proceeds, stake_to_unstake=unstaking.all_removable_stake
        ),
        keys=evolve(
            before.keys,
            steps_everywhere=(*before.keys.steps_everywhere, keys.move_last_dividends_if_known),
        ),
    ),
)
