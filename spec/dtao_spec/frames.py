"""What each call may change.

An accepted call MUST change no entry but those of its row, a block none but those of its own; what a call refuses
changes nothing. An entry is written as in the vectors, with the arguments of the call in braces (`{signer}` is who
signed it) and `*` for any key.
"""

from collections.abc import Mapping
from functools import cache

from dtao_spec.frame_sets import (
    CHILDREN,
    DIVIDENDS,
    EPOCH,
    STAKES,
    TERMS,
    balance,
    in_ranges,
    new_account,
    new_neuron,
    pool,
    stake,
)
from dtao_spec.later_frames import ADDED_SINCE_338, GONE, SECOND_SINCE, TAKEN_SINCE_338, with_decimal_shares

ADDED = (
    "TotalStake", *balance("{signer}"), *pool("{netuid}"), *stake("{hotkey}", "{signer}", "{netuid}"),
    "StakingHotkeys/{signer}",
)  # fmt: skip
REMOVED = (
    "TotalStake", *balance("{signer}"), *pool("{netuid}"), *stake("{hotkey}", "{signer}", "{netuid}"),
    "PendingChildKeys/*/{hotkey}",
)  # fmt: skip
MOVED = ("TotalStake", *pool("{origin_netuid}"), *pool("{destination_netuid}"))
SWAPPED = (
    *MOVED, *stake("{hotkey}", "{signer}", "{origin_netuid}"), *stake("{hotkey}", "{signer}", "{destination_netuid}"),
    "StakingHotkeys/{signer}",
)  # fmt: skip
BLOCK = (
    "BlockNumber", "BlockEmission", "TotalIssuance", "TotalStake", *pool("*"), "SubnetMovingPrice/*",
    "SubnetTaoInEmission/*", "SubnetAlphaInEmission/*", "SubnetAlphaOutEmission/*", "PendingEmission/*",
    "PendingRootDivs/*", "PendingAlphaSwapped/*", "PendingOwnerCut/*", "BlocksSinceLastStep/*",
    "LastMechansimStepBlock/*", *STAKES, *EPOCH, *DIVIDENDS, *CHILDREN,
)  # fmt: skip

FRAMES: Mapping[str, tuple[str, ...]] = {
    "add_stake": ADDED,
    "add_stake_limit": ADDED,
    "remove_stake": REMOVED,
    "remove_stake_limit": REMOVED,
    "unstake_all": ("TotalStake", *balance("{signer}"), *pool("*"), *stake("{hotkey}", "{signer}", "*")),
    "unstake_all_alpha": (
        "TotalStake", *balance("{signer}"), *pool("*"), *stake("{hotkey}", "{signer}", "*"),
        "StakingHotkeys/{signer}",
    ),
    "move_stake": (
        *MOVED, *stake("{origin_hotkey}", "{signer}", "{origin_netuid}"),
        *stake("{destination_hotkey}", "{signer}", "{destination_netuid}"), "StakingHotkeys/{signer}",
    ),
    "transfer_stake": (
        *MOVED, *stake("{hotkey}", "{signer}", "{origin_netuid}"),
        *stake("{hotkey}", "{destination_coldkey}", "{destination_netuid}"), "StakingHotkeys/{destination_coldkey}",
    ),
    "swap_stake": SWAPPED,
    "swap_stake_limit": SWAPPED,
    "burned_register": (
        "TotalStake", *balance("{signer}"), *pool("{netuid}"), *new_account("{hotkey}", "{signer}"),
        *new_neuron("{netuid}"), "RegistrationsThisBlock/{netuid}", "RegistrationsThisInterval/{netuid}",
        "BurnRegistrationsThisInterval/{netuid}", "RAORecycledForRegistration/{netuid}",
    ),
    "root_register": (
        *new_account("{hotkey}", "{signer}"), *new_neuron("0"), "Delegates/{hotkey}", "RegistrationsThisBlock/0",
        "RegistrationsThisInterval/0",
    ),
    "register_network": (
        *balance("{signer}"), "TotalIssuance", "BlockEmission", "TotalNetworks", "NetworkLastLockCost",
        "NetworkLastRegistered", *new_account("{hotkey}", "{signer}"), *new_neuron("*"), "SubnetTAO/*",
        "SubnetAlphaIn/*", "NetworksAdded/*", "SubnetMechanism/*", "SubnetOwner/*", "SubnetOwnerHotkey/*",
        "NetworkRegisteredAt/*", "TotalStakeAtDynamic/*", "Tempo/*", "NetworkRegistrationAllowed/*",
        "MaxAllowedUids/*", "MaxAllowedValidators/*", "MinAllowedWeights/*", "MaxWeightsLimit/*",
        "AdjustmentInterval/*", "TargetRegistrationsPerInterval/*", "AdjustmentAlpha/*", "ImmunityPeriod/*",
        "MinBurn/*", "MinDifficulty/*", "MaxDifficulty/*",
    ),
    "dissolve_network": (
        "Balance/*", "BalancesTotalIssuance", "TotalNetworks", "NetworksAdded/{netuid}", "SubnetOwner/{netuid}",
        "NetworkRegisteredAt/{netuid}", "SubnetLocked/{netuid}", *new_neuron("{netuid}"), "Weights/{netuid}/*",
        "Bonds/{netuid}/*", "Weights/0/*", "Difficulty/{netuid}", "RegistrationsThisInterval/{netuid}",
        "BurnRegistrationsThisInterval/{netuid}", "POWRegistrationsThisInterval/{netuid}", "Tempo/{netuid}",
        "Kappa/{netuid}", "MaxAllowedUids/{netuid}", "ImmunityPeriod/{netuid}", "ActivityCutoff/{netuid}",
        "MaxWeightsLimit/{netuid}", "MinAllowedWeights/{netuid}",
    ),
    "set_weights": ("Weights/{netuid}/*", "LastUpdate/{netuid}"),
    "set_children": ("PendingChildKeys/{netuid}/{hotkey}", "TransactionKeyLastBlock/{hotkey}/{netuid}/0"),
    "set_childkey_take": ("ChildkeyTake/{hotkey}/{netuid}", "TransactionKeyLastBlock/{hotkey}/{netuid}/1"),
    "increase_take": ("Delegates/{hotkey}", "LastTxBlockDelegateTake/{signer}"),
    "decrease_take": ("Delegates/{hotkey}",),
    "swap_hotkey": (
        *balance("{signer}"), "TotalIssuance", "Owner/{hotkey}", "Owner/{new_hotkey}", "OwnedHotkeys/{signer}",
        "StakingHotkeys/*", "Delegates/{hotkey}", "Delegates/{new_hotkey}", "LastTxBlock/{signer}",
        "LastTxBlock/{hotkey}", "LastTxBlock/{new_hotkey}", "LastTxBlockDelegateTake/{hotkey}",
        "LastTxBlockDelegateTake/{new_hotkey}", "TotalHotkeyAlpha/{hotkey}/*", "TotalHotkeyAlpha/{new_hotkey}/*",
        "TotalHotkeyShares/{hotkey}/*", "TotalHotkeyShares/{new_hotkey}/*", "Alpha/{hotkey}/*/*",
        "Alpha/{new_hotkey}/*/*", "IsNetworkMember/{hotkey}/*", "IsNetworkMember/{new_hotkey}/*", "Uids/*/{hotkey}",
        "Uids/*/{new_hotkey}", "Keys/*/*", *CHILDREN,
    ),
    "swap_coldkey": (
        "Balance/{old_coldkey}", "Balance/{new_coldkey}", "BalancesTotalIssuance", "TotalIssuance", "Owner/*",
        "OwnedHotkeys/{old_coldkey}", "OwnedHotkeys/{new_coldkey}", "StakingHotkeys/{old_coldkey}",
        "StakingHotkeys/{new_coldkey}", "SubnetOwner/*", "LastTxBlock/{new_coldkey}", "Alpha/*/{old_coldkey}/*",
        "Alpha/*/{new_coldkey}/*",
    ),
    "transfer": ("Balance/{signer}", "Balance/{dest}", "BalancesTotalIssuance"),
    "blocks": (*BLOCK, *TERMS),
    "run_coinbase": tuple(entry for entry in BLOCK if entry != "BlockNumber"),
    "drain_pending_emission": (*STAKES, *EPOCH, *DIVIDENDS),
    "adjust_registration_terms": TERMS,
    "advance_block_number": ("BlockNumber",),
    "epoch": EPOCH,
    "epoch_dense": EPOCH,
    "update_moving_price": ("SubnetMovingPrice/{netuid}",),
    "swap_tao_for_alpha": ("TotalStake", *pool("{netuid}")),
    "swap_alpha_for_tao": ("TotalStake", *pool("{netuid}")),
    "increase_stake_for_hotkey_on_subnet": ("TotalHotkeyAlpha/{hotkey}/{netuid}",),
    "decrease_stake_for_hotkey_on_subnet": ("TotalHotkeyAlpha/{hotkey}/{netuid}",),
    "increase_stake_for_hotkey_and_coldkey_on_subnet": stake("{hotkey}", "{coldkey}", "{netuid}"),
    "decrease_stake_for_hotkey_and_coldkey_on_subnet": stake("{hotkey}", "{coldkey}", "{netuid}"),
}  # fmt: skip
"""For every call, for blocks, and for every phase of the launch: the entries that it may change."""


_NOTED = "LastColdkeyHotkeyStakeBlock"
_LAST_DIVIDENDS = ("AlphaDividendsPerSubnet", "TaoDividendsPerSubnet")
_OWN = f"{_NOTED}/{{signer}}/{{hotkey}}"
_MOVES = (f"{_NOTED}/{{signer}}/{{origin_hotkey}}", f"{_NOTED}/{{signer}}/{{destination_hotkey}}")
_GIVEN_UP = stake("{hotkey}", "{signer}", "{netuid}")
_AFTER_SWAP = tuple(f"{item}/*/{{{hotkey}}}" for item in _LAST_DIVIDENDS for hotkey in ("hotkey", "new_hotkey"))
_LAST_BLOCKS_320 = tuple(
    f"LastRateLimitedBlock/{item}({{{key}}})"
    for item in ("LastTxBlock", "LastTxBlockDelegateTake", "LastTxBlockChildKeyTake")
    for key in ("signer", "hotkey", "new_hotkey")
)
_SUBNETS_OWN = (
    "NetworksAdded", "SubnetMechanism", "SubnetOwner", "SubnetOwnerHotkey", "SubnetUidToLeaseId",
    "NetworkRegisteredAt", "FirstEmissionBlockNumber", "SubtokenEnabled", "SubnetLocked", "Burn", "Difficulty",
    "RegistrationsThisBlock", "RegistrationsThisInterval", "BurnRegistrationsThisInterval",
    "POWRegistrationsThisInterval", "LastAdjustmentBlock", "RAORecycledForRegistration", "Tempo", "Kappa", "Rho",
    "ActivityCutoff", "ImmunityPeriod", "MaxAllowedUids", "MaxAllowedValidators", "MinAllowedWeights",
    "MaxWeightsLimit", "WeightsSetRateLimit", "WeightsVersionKey", "CommitRevealWeightsEnabled",
    "BondsMovingAverage", "BondsPenalty", "BondsResetOn", "LiquidAlphaOn", "AlphaValues", "AlphaSigmoidSteepness",
    "Yuma3On", "EMAPriceHalvingBlocks", "AdjustmentInterval", "AdjustmentAlpha", "TargetRegistrationsPerInterval",
    "MaxRegistrationsPerBlock", "MinBurn", "MaxBurn", "MinDifficulty", "MaxDifficulty", "NetworkRegistrationAllowed",
    "NetworkPowRegistrationAllowed", "TransferToggle", "FeeRate", "EnabledUserLiquidity", "ImmuneOwnerUidsLimit",
    "MechanismCountCurrent", "MechanismEmissionSplit", "SubnetTaoInEmission", "SubnetAlphaInEmission",
    "SubnetAlphaOutEmission", "PendingEmission", "PendingRootDivs", "PendingAlphaSwapped", "PendingOwnerCut",
    "BlocksSinceLastStep", "LastMechansimStepBlock", "SubnetMovingPrice",
)  # fmt: skip
_DISSOLVED = (
    "Balance/*", "BalancesTotalIssuance", "TotalStake", "TotalNetworks", *pool("*"), *in_ranges("*"), *STAKES,
    *(f"{item}/*" for item in _SUBNETS_OWN), *new_neuron("*"), "Weights/*/*", "Bonds/*/*", *CHILDREN,
    "ChildkeyTake/*/*", *DIVIDENDS, "TotalHotkeyAlphaLastEpoch/*/*", "TransactionKeyLastBlock/*/*/*",
    "StakingOperationRateLimiter/*/*/*", "LastHotkeySwapOnNetuid/*/*", "SubnetLeaseShares/*/*",
    "AccumulatedLeaseDividends/*", "StakingHotkeys/*",
)  # fmt: skip
_REGISTERED = ("LastRateLimitedBlock/NetworkLastRegistered",)
LATER_FRAMES: Mapping[int, Mapping[str, tuple[str, ...]]] = {
    238: {
        **dict.fromkeys(
            ("add_stake", "add_stake_limit", "remove_stake", "remove_stake_limit", "unstake_all", "unstake_all_alpha",
             "swap_stake", "swap_stake_limit"), (_OWN,),
        ),
        "move_stake": _MOVES,
        "transfer_stake": (_OWN, f"{_NOTED}/{{destination_coldkey}}/{{hotkey}}"),
        "swap_hotkey": ("SubnetOwnerHotkey/*",),
    },
    244: {
        **dict.fromkeys(
            ("add_stake_limit", "transfer_stake", "swap_stake", "swap_stake_limit"), ("Delegates/{hotkey}",)
        ),
        "move_stake": ("Delegates/{destination_hotkey}",),
        "increase_take": ("LastTxBlockDelegateTake/{hotkey}",),
        "decrease_take": ("LastTxBlockDelegateTake/{hotkey}",),
        "try_associate_hotkey": new_account("{hotkey}", "{signer}"),
    },
    252: {
        "register_network": ("TotalStake",),
        "swap_hotkey": ("LastTxBlockChildKeyTake/{hotkey}", "LastTxBlockChildKeyTake/{new_hotkey}"),
    },
    257: {
        "burned_register": ("Bonds/{netuid}/*",),
        "root_register": ("Bonds/0/*",),
        "start_call": ("FirstEmissionBlockNumber/{netuid}",),
        "recycle_alpha": ("SubnetAlphaOut/{netuid}", *_GIVEN_UP),
        "burn_alpha": _GIVEN_UP,
    },
    261: {
        **dict.fromkeys(("blocks", "run_coinbase", "drain_pending_emission"), ("TotalHotkeyAlphaLastEpoch/*/*",)),
        "swap_hotkey": (
            *_AFTER_SWAP, "TotalHotkeyAlphaLastEpoch/{hotkey}/*", "TotalHotkeyAlphaLastEpoch/{new_hotkey}/*",
        ),
    },
    273: {
        **dict.fromkeys(("blocks", "run_coinbase", "drain_pending_emission"), ("StakingHotkeys/*",)),
        "start_call": ("SubtokenEnabled/{netuid}",),
        "increase_stake_for_hotkey_and_coldkey_on_subnet": ("StakingHotkeys/{coldkey}",),
    },
    276: {
        "swap_hotkey": ("LastHotkeySwapOnNetuid/{netuid}/{signer}",),
        "blocks": ("LastHotkeySwapOnNetuid/*/*",),
    },
    277: {
        "set_pending_childkey_cooldown": ("PendingChildKeyCooldown",),
    },
    283: {
        **dict.fromkeys(
            ("add_stake", "add_stake_limit", "remove_stake", "remove_stake_limit", "burned_register"),
            ("LastPositionId", *in_ranges("{netuid}")),
        ),
        **dict.fromkeys(("remove_stake", "remove_stake_limit"), (
            "LastPositionId", *in_ranges("{netuid}"), "StakingHotkeys/{signer}",
        )),
        "remove_stake_full_limit": (
            *REMOVED, _OWN, "LastPositionId", *in_ranges("{netuid}"), "StakingHotkeys/{signer}",
        ),
        **dict.fromkeys(
            ("unstake_all", "unstake_all_alpha"), ("LastPositionId", *in_ranges("*"), "StakingHotkeys/{signer}")
        ),
        **dict.fromkeys(
            ("move_stake", "transfer_stake", "swap_stake", "swap_stake_limit"),
            ("LastPositionId", *in_ranges("{origin_netuid}"), *in_ranges("{destination_netuid}")),
        ),
        **dict.fromkeys(("swap_tao_for_alpha", "swap_alpha_for_tao"), ("LastPositionId", *in_ranges("{netuid}"))),
        "blocks": ("LastPositionId", *in_ranges("*")),
        "run_coinbase": ("LastPositionId", *in_ranges("*")),
        "drain_pending_emission": ("SubnetTAO/0",),
        "set_fee_rate": ("FeeRate/{netuid}",),
        "toggle_user_liquidity": ("EnabledUserLiquidity/{netuid}",),
        "add_liquidity": (
            *balance("{signer}"), *stake("{hotkey}", "{signer}", "{netuid}"), "SubnetAlphaOut/{netuid}",
            "LastPositionId", *in_ranges("{netuid}"),
        ),
        **dict.fromkeys(("remove_liquidity", "modify_position"), (
            *balance("{signer}"), *stake("{hotkey}", "{signer}", "{netuid}"), "StakingHotkeys/{signer}",
            "SubnetTAO/{netuid}", "SubnetAlphaIn/{netuid}", "SubnetAlphaOut/{netuid}", *in_ranges("{netuid}"),
        )),
    },
    298: {
        **dict.fromkeys(("add_stake", "add_stake_limit"), ("StakingOperationRateLimiter/{hotkey}/{signer}/{netuid}",)),
        **dict.fromkeys(
            ("swap_stake", "swap_stake_limit"),
            ("StakingOperationRateLimiter/{hotkey}/{signer}/{destination_netuid}",),
        ),
        "move_stake": ("StakingOperationRateLimiter/{destination_hotkey}/{signer}/{destination_netuid}",),
        "transfer_stake": ("StakingOperationRateLimiter/{hotkey}/{signer}/{destination_netuid}",),
        "register_network": ("NetworkPowRegistrationAllowed/*",),
        "blocks": ("StakingOperationRateLimiter/*/*/*",),
    },
    320: {
        "register_network": (*_DISSOLVED, *_REGISTERED),
        **dict.fromkeys(("dissolve_network", "root_dissolve_network"), _DISSOLVED),
        **dict.fromkeys(
            ("burned_register", "root_register"), ("Weights/*/*", "Bonds/*/*", "Incentive/*", "LastUpdate/*")
        ),
        "set_mechanism_weights": ("Weights/*/*", "LastUpdate/*"),
        "set_coldkey_auto_stake_hotkey": ("AutoStakeDestination/{signer}",),
        "increase_take": ("LastRateLimitedBlock/LastTxBlockDelegateTake({hotkey})",),
        "decrease_take": ("LastRateLimitedBlock/LastTxBlockDelegateTake({hotkey})",),
        "swap_hotkey": _LAST_BLOCKS_320,
        "swap_coldkey": (
            "LastRateLimitedBlock/LastTxBlock({new_coldkey})", "AutoStakeDestination/{old_coldkey}",
            "AutoStakeDestination/{new_coldkey}",
        ),
        **dict.fromkeys(("blocks", "run_coinbase", "drain_pending_emission"), ("SubnetAlphaOut/*",)),
    },
    **ADDED_SINCE_338,
}  # fmt: skip
"""What each version adds to the frames of those before it, new calls among them."""
NARROWER_FRAMES: Mapping[int, Mapping[str, tuple[str, ...]]] = {
    244: {"increase_take": ("LastTxBlockDelegateTake/{signer}",)},
    257: {"register_network": ("MinBurn/*",)},
    273: {"register_network": ("TotalStakeAtDynamic/*",)},
    320: {
        "register_network": ("NetworkLastRegistered",),
        "increase_take": ("LastTxBlockDelegateTake/{hotkey}",),
        "decrease_take": ("LastTxBlockDelegateTake/{hotkey}",),
        "swap_hotkey": (
            "LastTxBlock/{signer}",
            "LastTxBlock/{hotkey}",
            "LastTxBlock/{new_hotkey}",
            "LastTxBlockDelegateTake/{hotkey}",
            "LastTxBlockDelegateTake/{new_hotkey}",
            "LastTxBlockChildKeyTake/{hotkey}",
            "LastTxBlockChildKeyTake/{new_hotkey}",
        ),
        "swap_coldkey": ("LastTxBlock/{new_coldkey}",),
    },
    **TAKEN_SINCE_338,
}
"""What a version takes from the frames of those before it."""


SAME_AS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "swap_coldkey_announced": ("swap_coldkey", {"{old_coldkey}": "{signer}"}),
    "swap_hotkey_v2": ("swap_hotkey", {}),
    "register_limit": ("burned_register", {}),
}
"""The calls that may change what another one may, with what the arguments of that are here."""


@cache
def frame_of(name: str, version: int) -> tuple[str, ...]:
    """Return the entries that a call, blocks or a phase may change in a version."""
    name, renamed = SAME_AS.get(name, (name, {}))
    entries = dict.fromkeys(FRAMES.get(name, ()))
    for since in sorted({*LATER_FRAMES, *NARROWER_FRAMES}):
        if since <= version:
            entries |= dict.fromkeys(LATER_FRAMES.get(since, {}).get(name, ()))
            for entry in NARROWER_FRAMES.get(since, {}).get(name, ()):
                del entries[entry]
    entries = {entry: None for entry in entries if version < GONE.get(entry.partition("/")[0], version + 1)}
    if version >= SECOND_SINCE:
        entries = dict.fromkeys(with_decimal_shares(entries))
    for old, new in renamed.items():
        entries = {entry.replace(old, new): None for entry in entries}
    return tuple(entries)


@cache
def items_of(name: str, version: int = 233) -> frozenset[str]:
    """Return the storage items that a call, blocks or a phase may change in a version, the launch unless one is given.

    >>> sorted(items_of("transfer"))
    ['Balance', 'BalancesTotalIssuance']
    """
    return frozenset(entry.partition("/")[0] for entry in frame_of(name, version))
