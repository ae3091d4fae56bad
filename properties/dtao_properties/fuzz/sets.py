"""Direct writes of storage entries: the parameters and books that no call reaches, put on their boundaries."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

from dtao import item_table
from dtao.state import Runtime, State
from dtao.units import U16_MAX, U64_MAX
from dtao_properties.adapters.protocol import Json
from dtao_properties.fuzz.context import Context
from dtao_properties.fuzz.worlds import (
    BALANCES,
    DIVIDENDS,
    HALVING,
    HALVING_BLOCKS,
    ISSUANCES,
    LAUNCH,
    OWNER_CUTS,
    RESERVES,
    STEEPNESSES,
    TAKES,
    TAO,
    TAO_WEIGHTS,
    TEMPOS,
)

MAX_EDGES = 200
"""Exact amounts that are chosen among."""
RESERVE_ITEMS = ("SubnetTAO", "SubnetAlphaIn")
RAO_OF_RESERVES = (tuple(tao for tao, _ in RESERVES), tuple(alpha for _, alpha in RESERVES))
LIMITS = ("0", "1", "100", "1000")
FLAGS = (False, True)
VALUES: Mapping[str, tuple[Json, ...]] = {
    "Balance": (*map(str, BALANCES), str(U64_MAX - 500), "499", "501", str(2**63)),
    "SubnetTAO": tuple(map(str, RAO_OF_RESERVES[0])),
    "SubnetAlphaIn": tuple(map(str, RAO_OF_RESERVES[1])),
    "SubnetAlphaOut": ("1000000000000", "0", str(2**63), str(HALVING), str(HALVING - 1), "21000000000000000"),
    "TotalIssuance": tuple(map(str, ISSUANCES)),
    "TotalStake": ("0", str(TAO), str(6_000_000 * TAO)),
    "NetworkRegistrationAllowed": FLAGS,
    "NetworkPowRegistrationAllowed": FLAGS,
    "Tempo": TEMPOS,
    "SubnetOwnerCut": OWNER_CUTS,
    "Delegates": TAKES,
    "TaoWeight": tuple(map(str, TAO_WEIGHTS)),
    "SubnetMovingPrice": ("0", str(2**32), str(2**28), str(2**36), "1"),
    "SubnetMovingAlpha": ("12885", str(2**32), str(2**31), "0"),
    "SubnetMechanism": (1, 0, 1, 2),
    "TransferToggle": (True, False, True),
    "NominatorMinRequiredStake": ("0", "100000000", "1", "500001"),
    "StakeThreshold": ("0", str(1_000 * TAO), "1", str(2**63), str(2**63 - 1), str(U64_MAX)),
    "BalancesTotalIssuance": (str(6_000_000 * TAO), "0", str(TAO), "549999", str(U64_MAX)),
    "MaxDelegateTake": (11_796, U16_MAX),
    "MinDelegateTake": (0, 5_898),
    "MaxChildkeyTake": (11_796, U16_MAX),
    "TxRateLimit": LIMITS,
    "TxDelegateTakeRateLimit": LIMITS,
    "TxChildkeyTakeRateLimit": LIMITS,
    "NetworkRateLimit": LIMITS,
    "NetworkMinLockCost": ("1000000000", "0", str(1_000 * TAO)),
    "NetworkLockReductionInterval": ("100800", "1", "2"),
    "NetworkImmunityPeriod": ("0", "50400"),
    "Burn": ("1000000000", "1", "0", "500000", "100000000000"),
    "MaxBurn": ("100000000000", "1"),
    "MinBurn": ("500000", "1"),
    "TargetRegistrationsPerInterval": (100, 1, 0),
    "MaxRegistrationsPerBlock": (100, 1, 0),
    "RegistrationsThisInterval": (0, 3, 300),
    "AdjustmentInterval": (360, 1, 0),
    "AdjustmentAlpha": ("0", "17893341751498265066", "18446744073709551615"),
    "MaxAllowedUids": (256, 4, 2, 0),
    "MaxAllowedValidators": (64, 1, 2, 0),
    "MinAllowedWeights": (0, 1, 5),
    "MaxWeightsLimit": (U16_MAX, 32_000, 1),
    "WeightsSetRateLimit": LIMITS,
    "WeightsVersionKey": ("5", "0"),
    "CommitRevealWeightsEnabled": (False, False, True),
    "ActivityCutoff": (5_000, 1, 0),
    "ImmunityPeriod": (100, 0, 5_000),
    "Kappa": (32_767, 0, U16_MAX),
    "BondsMovingAverage": ("900000", "0", "1000000"),
    "BondsPenalty": (0, U16_MAX, 1_000),
    "LiquidAlphaOn": FLAGS,
    "SubnetLocked": ("0", "1000000000"),
}
"""For every item that is written, the values that it takes."""
LATER_VALUES: Mapping[str, tuple[Json, ...]] = {
    "SubtokenEnabled": (True, True, False),
    "FirstEmissionBlockNumber": ("1", "60001", "5300001"),
    "EMAPriceHalvingBlocks": HALVING_BLOCKS,
    "AlphaDividendsPerSubnet": tuple(str(earned) for earned, _ in DIVIDENDS),
    "TotalHotkeyAlphaLastEpoch": tuple(str(held) for _, held in DIVIDENDS),
    "Yuma3On": (True, False),
    "BondsResetOn": FLAGS,
    "AlphaSigmoidSteepness": STEEPNESSES,
    "PendingChildKeyCooldown": ("0", "1", "7200"),
    "StartCallDelay": ("0", "1", "50400"),
    "MinNonImmuneUids": (10, 0, 1),
    "MechanismCountCurrent": (2, 1, 3),
    "SubnetLimit": (12, 3, 2, 1),
    "AdminFreezeWindow": (10, 0, 1),
    "OwnerHyperparamRateLimit": (2, 1, 0),
    "RootClaimableThreshold": ("0", str(500_000 << 32), str(1 << 32)),
    "ActivityCutoffFactorMilli": (1_000, 13_889, 50_000),
    "MechanismEmissionSplit": ([32_768, 32_767], [65_535], [0, 60_000, 5_535]),
}
"""The same for the items of eras after the launch, and for one that nothing reads in the launch."""


def _stakes(state: State) -> Sequence[int]:
    found = {pool.total_alpha for subnet in state.subnets.values() for pool in subnet.share_pools.values()}
    return sorted(found)[:MAX_EDGES]


def _balances(state: State) -> Sequence[int]:
    return sorted(set(state.balances.values()))[:MAX_EDGES]


AS_MUCH_AS: Mapping[str, Callable[[State], Sequence[int]]] = {
    "StakeThreshold": _stakes,
    "NominatorMinRequiredStake": _stakes,
    "BalancesTotalIssuance": _balances,
    "NetworkMinLockCost": _balances,
}
"""The items of the whole chain that are compared with amounts of the state, and those; see also thresholds."""
ITEMS = tuple(VALUES)
CLOCK = "BlockNumber"
SKIPS = (1, 150, 360, 7_200, 100_000, 0)
"""Blocks by which the clock is put forward without any block."""


@cache
def items_of(runtime: Runtime) -> tuple[str, ...]:
    """Return the items of a version that are written."""
    if runtime is LAUNCH.runtime:
        return ITEMS
    return tuple(name for name in (*ITEMS, *LATER_VALUES) if name in runtime.items.by_name)


def written(context: Context, only: tuple[str, ...] | None = None) -> dict[str, Json]:
    """Return the request of one direct write, of one of the items or, oddly often, of the clock.

    ``only`` names the items if not all of the era are to be written.
    """
    choices = context.choices
    items = only or items_of(context.state.runtime)
    if only is None and choices.chance(48):
        block = context.state.block_number + choices.pick(SKIPS)
        return {"do": "set", "item": CLOCK, "value": str(min(block, U64_MAX))}
    name = choices.pick(items)
    keys: dict[str, Json] = {}
    for key in item_table.ITEMS[name].keys:
        keys[key] = context.netuid() if key == "netuid" else str(_account(context, name))
    value = choices.pick(VALUES[name] if name in VALUES else LATER_VALUES[name])
    if name in AS_MUCH_AS and choices.chance(128) and (amounts := AS_MUCH_AS[name](context.state)):
        # exactly what is there, one less, one more
        value = str(min(max(choices.pick(amounts) + choices.pick((0, 1, -1)), 0), U64_MAX))
    if name in RESERVE_ITEMS and choices.chance(128):
        value = str(min(int(value) + choices.number(2), U64_MAX))
    return {"do": "set", "item": name, **keys, "value": value}


def _account(context: Context, name: str) -> int:
    if name == "Balance":
        return context.choices.pick((1, 2, 3, *sorted(context.state.balances)[:8]))
    return context.hotkey()
