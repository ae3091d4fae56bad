"""What calls and blocks may change besides, or no longer, from 338 on."""

from collections.abc import Iterable, Iterator, Mapping

from dtao_spec.frame_sets import EPOCH, STAKES, balance, in_ranges, pool, stake

_Sets = Mapping[int, Mapping[str, tuple[str, ...]]]
_BLOCKS = ("blocks", "run_coinbase")
_REMOVALS = ("remove_stake", "remove_stake_limit", "remove_stake_full_limit")
_MOVES = ("move_stake", "transfer_stake", "swap_stake", "swap_stake_limit")
_STAKING = ("add_stake", "add_stake_limit", *_REMOVALS, "unstake_all", "unstake_all_alpha", *_MOVES)
_ENDS = ("register_network", "dissolve_network", "root_dissolve_network")
_FLOWS = ("SubnetTaoFlow/{origin_netuid}", "SubnetTaoFlow/{destination_netuid}")


def _index(coldkey: str) -> tuple[str, ...]:
    return ("NumStakingColdkeys", f"StakingColdkeys/{coldkey}", "StakingColdkeysByIndex/*")


def _claimed(hotkey: str, coldkey: str = "{signer}") -> str:
    return f"RootClaimed/*/{hotkey}/{coldkey}"


def _weights(netuid: str) -> tuple[str, ...]:
    return (f"PalSwapInitialized/{netuid}", f"SwapBalancer/{netuid}")


_MOVED = (*_weights("{origin_netuid}"), *_weights("{destination_netuid}"))
_CLAIMS = (
    "TotalStake", "LastPositionId", *pool("*"), *in_ranges("*"), "TotalHotkeyAlpha/*/*", "TotalHotkeyShares/*/*",
    "Alpha/*/{signer}/*", "StakingHotkeys/{signer}", _claimed("*"), *_index("{signer}"),
)  # fmt: skip
_CLAIMED_BY_BLOCK = ("RootClaimed/*/*/*", *_index("*"))
_BY_FLOW = (
    "PendingRootAlphaDivs/*", "RootClaimable/*", "ScrapReservoirTao/*", "ScrapReservoirAlpha/*", "SubnetTaoFlow/*",
    "SubnetEmaTaoFlow/*",
)  # fmt: skip
_VOTING_POWER = ("VotingPower/*/*", "VotingPowerTrackingEnabled/*", "VotingPowerDisableAtBlock/*")
_SUMS = ("HotkeyLock/*/*", "DecayingHotkeyLock/*/*", "OwnerLock/*", "DecayingOwnerLock/*")
_LOCK = (
    "HotkeyLock/{netuid}/*", "DecayingHotkeyLock/{netuid}/*", "OwnerLock/{netuid}", "DecayingOwnerLock/{netuid}",
)  # fmt: skip
_BOUGHT = ("Lock/{signer}/{netuid}/*", "TotalIssuance", *_LOCK)
_UNLOCKED = ("Lock/{signer}/*/*", "TotalIssuance", *_SUMS)
_INDEXED = "LockingColdkeys/*/*/{signer}"
_EPOCHS = ("LastEpochBlock/*", "PendingEpochAt/*", "SubnetEpochIndex/*")
_UPDATED = "LastRateLimitedBlock/OwnerHyperparamUpdate(NetUid({netuid}), *)"
_RANKS = ("Rank", "Trust", "PruningScores")
_ALL_RANKS = tuple(f"{item}/*" for item in _RANKS)

ADDED_SINCE_338: _Sets = {
    338: {
        **dict.fromkeys(
            ("add_stake", "add_stake_limit"), ("SubnetTaoFlow/{netuid}", _claimed("{hotkey}"), *_index("{signer}"))
        ),
        **dict.fromkeys(_REMOVALS, ("SubnetTaoFlow/{netuid}", _claimed("{hotkey}"))),
        "unstake_all": ("SubnetTaoFlow/*", _claimed("{hotkey}")),
        "unstake_all_alpha": ("SubnetTaoFlow/*", _claimed("{hotkey}"), *_index("{signer}")),
        **dict.fromkeys(("swap_stake", "swap_stake_limit"), (*_FLOWS, _claimed("{hotkey}"), *_index("{signer}"))),
        "move_stake": (
            *_FLOWS, _claimed("{origin_hotkey}"), _claimed("{destination_hotkey}"), *_index("{signer}"),
        ),
        "transfer_stake": (
            *_FLOWS, _claimed("{hotkey}"), _claimed("{hotkey}", "{destination_coldkey}"),
            *_index("{destination_coldkey}"),
        ),
        "claim_root": _CLAIMS,
        "set_root_claim_type": ("RootClaimType/{signer}", *_index("{signer}")),
        "sudo_set_num_root_claims": ("NumRootClaim",),
        "sudo_set_root_claim_threshold": ("RootClaimableThreshold/{netuid}",),
        "set_coldkey_auto_stake_hotkey": (
            "AutoStakeDestination/{signer}/{netuid}", "AutoStakeDestinationColdkeys/*/{netuid}",
        ),
        "swap_coldkey": (
            "AutoStakeDestination/{old_coldkey}/*", "AutoStakeDestination/{new_coldkey}/*",
            "AutoStakeDestinationColdkeys/*/*", _claimed("*", "{old_coldkey}"), _claimed("*", "{new_coldkey}"),
            *_index("{new_coldkey}"),
        ),
        "swap_hotkey": (
            "RootClaimable/{hotkey}", "RootClaimable/{new_hotkey}", _claimed("{hotkey}", "*"),
            _claimed("{new_hotkey}", "*"), "AutoStakeDestination/*/*", "AutoStakeDestinationColdkeys/{hotkey}/*",
            "AutoStakeDestinationColdkeys/{new_hotkey}/*",
        ),
        **dict.fromkeys(_ENDS, ("PendingRootAlphaDivs/*", "RootClaimable/*", "RootClaimed/*/*/*")),
        "blocks": (*_BY_FLOW, *_CLAIMED_BY_BLOCK),
        "run_coinbase": _BY_FLOW,
        "drain_pending_emission": ("RootClaimable/*",),
    },
    342: {
        "distribute_emission": (
            *STAKES, *EPOCH, "AlphaDividendsPerSubnet/*/*", "TotalHotkeyAlphaLastEpoch/*/*", "StakingHotkeys/*",
            "SubnetAlphaOut/*", "RootClaimable/*",
        ),
    },
    343: dict.fromkeys((*_BLOCKS, *_ENDS), ("PendingServerEmission/*", "PendingValidatorEmission/*")),
    351: {
        "disable_lp": (
            *balance("*"), "EnabledUserLiquidity/*", "SubnetTAO/*", "SubnetAlphaIn/*", "SubnetAlphaOut/*",
            *in_ranges("*"), *STAKES, "StakingHotkeys/*",
        ),
    },
    361: dict.fromkeys((*_BLOCKS, "distribute_emission"), ("RootAlphaDividendsPerSubnet/*/*",)),
    365: {
        "blocks": ("RootProp/*",),
        **dict.fromkeys(_ENDS, ("SubnetTaoFlow/*", "SubnetEmaTaoFlow/*")),
    },
    385: {
        **dict.fromkeys(_STAKING, (*balance("*"), "TotalIssuance")),
        "add_stake_burn": (
            "TotalStake", "TotalIssuance", *balance("*"), *pool("{netuid}"), *stake("{hotkey}", "{signer}", "{netuid}"),
            "StakingHotkeys/{signer}", "LastColdkeyHotkeyStakeBlock/{signer}/{hotkey}", "Delegates/{hotkey}",
            "LastPositionId", *in_ranges("{netuid}"), "StakingOperationRateLimiter/{hotkey}/{signer}/{netuid}",
            "SubnetTaoFlow/{netuid}", "LastRateLimitedBlock/AddStakeBurn(NetUid({netuid}))",
        ),
        "announce_coldkey_swap": (*balance("{signer}"), "TotalIssuance", "ColdkeySwapAnnouncements/{signer}"),
        "dispute_coldkey_swap": ("ColdkeySwapDisputes/{signer}",),
        "reset_coldkey_swap": ("ColdkeySwapAnnouncements/{coldkey}", "ColdkeySwapDisputes/{coldkey}"),
        "swap_coldkey": ("ColdkeySwapAnnouncements/{old_coldkey}", "ColdkeySwapDisputes/{old_coldkey}"),
        "enable_voting_power_tracking": (
            "VotingPowerTrackingEnabled/{netuid}", "VotingPowerDisableAtBlock/{netuid}",
        ),
        "disable_voting_power_tracking": ("VotingPowerDisableAtBlock/{netuid}",),
        "sudo_set_voting_power_ema_alpha": ("VotingPowerEmaAlpha/{netuid}",),
        "swap_hotkey": ("VotingPower/*/{hotkey}", "VotingPower/*/{new_hotkey}"),
        **dict.fromkeys((*_BLOCKS, "distribute_emission"), _VOTING_POWER),
        **dict.fromkeys(_ENDS, (*_VOTING_POWER, "VotingPowerEmaAlpha/*")),
    },
    391: {"clear_coldkey_swap_announcement": ("ColdkeySwapAnnouncements/{signer}",)},
    401: {
        "burned_register": ("Burn/{netuid}", "StakeWeight/{netuid}"),
        "root_register": ("StakeWeight/0",),
        **dict.fromkeys((*_BLOCKS, "distribute_emission", "epoch", "epoch_dense"), ("StakeWeight/*",)),
        **dict.fromkeys(_ENDS, ("BurnHalfLife/*", "BurnIncreaseMult/*", "StakeWeight/*")),
        "swap_coldkey": ("TotalHotkeyShares/*/*",),
        "set_children": ("ChildKeys/*/{netuid}", "ParentKeys/*/{netuid}"),
        "set_auto_parent_delegation_enabled": ("AutoParentDelegationEnabled/{hotkey}",),
        "update_registration_prices": ("Burn/*", "RegistrationsThisBlock/*", "RegistrationsThisInterval/0"),
        "update_root_prop": ("RootProp/*",),
    },
    411: {
        **dict.fromkeys(("add_stake", "add_stake_limit"), _BOUGHT),
        "add_stake_burn": ("AlphaBurned/{netuid}", *_BOUGHT),
        **dict.fromkeys((*_REMOVALS, "unstake_all", "unstake_all_alpha", *_MOVES), _UNLOCKED),
        "transfer_stake": ("Lock/{destination_coldkey}/*/*", *_UNLOCKED),
        "burn_alpha": ("AlphaBurned/{netuid}",),
        "recycle_alpha": ("AlphaRecycled/{netuid}", "TotalAlphaIssuance/{netuid}"),
        "burned_register": (*balance("*"), "SubnetTaoFlow/{netuid}"),
        "register_network": balance("*"),
        "lock_stake": (*_LOCK, "Lock/{signer}/{netuid}/*"),
        "move_lock": (*_LOCK, "Lock/{signer}/{netuid}/*"),
        "set_perpetual_lock": (*_LOCK, "Lock/{signer}/{netuid}/*", "DecayingLock/{signer}/{netuid}"),
        "claim_root": (*balance("*"), "SubnetRootSellTao/*", "SubnetProtocolFlow/*"),
        "swap_coldkey": (
            "Lock/{old_coldkey}/*/*", "Lock/{new_coldkey}/*/*", "DecayingLock/{old_coldkey}/*",
            "DecayingLock/{new_coldkey}/*", *_SUMS,
        ),
        "swap_hotkey": ("Lock/*/*/{hotkey}", "Lock/*/*/{new_hotkey}", *_SUMS),
        **dict.fromkeys(_BLOCKS, (
            *balance("*"), "AlphaBurned/*", "AlphaRecycled/*", "TotalAlphaIssuance/*", "SubnetExcessTao/*",
            "SubnetRootSellTao/*", "SubnetProtocolFlow/*", "SubnetEmaProtocolFlow/*", "Lock/*/*/*", *_SUMS,
        )),
        "distribute_emission": (
            "AlphaBurned/*", "AlphaRecycled/*", "TotalAlphaIssuance/*", "Lock/*/*/*", *_SUMS,
        ),
        **dict.fromkeys(_ENDS, (
            "TotalIssuance", "AlphaBurned/*", "AlphaRecycled/*", "TotalAlphaIssuance/*", "SubnetExcessTao/*",
            "SubnetRootSellTao/*", "SubnetProtocolFlow/*", "SubnetEmaProtocolFlow/*", "Lock/*/*/*", "DecayingLock/*/*",
            "OwnerCutEnabled/*", "OwnerCutAutoLockEnabled/*", "SubnetEmissionEnabled/*", "MinChildkeyTakePerSubnet/*",
            *_SUMS,
        )),
    },
    413: dict.fromkeys((*_BLOCKS, *_ENDS), ("SubnetProtocolAlpha/*",)),
    419: {
        "swap_hotkey": ("LastHotkeySwapOnNetuid/*/{signer}", "ChildkeyTake/{hotkey}/*", "ChildkeyTake/{new_hotkey}/*"),
        "swap_coldkey": ("StakingColdkeys/*",),
        **dict.fromkeys((*_REMOVALS, "unstake_all", "unstake_all_alpha", *_MOVES), _index("*")),
    },
    421: {
        **dict.fromkeys((*_BLOCKS, "distribute_emission", *_ENDS), ("MinerBurned/*",)),
        "set_reject_locked_alpha": ("AccountFlags/{signer}",),
    },
    423: {
        **dict.fromkeys(("burned_register", "swap_tao_for_alpha", "swap_alpha_for_tao"), _weights("{netuid}")),
        **dict.fromkeys(
            ("add_stake", "add_stake_limit", "add_stake_burn"),
            (*_weights("{netuid}"), "LockingColdkeys/{netuid}/*/{signer}"),
        ),
        **dict.fromkeys(_REMOVALS, (*_weights("{netuid}"), _INDEXED)),
        **dict.fromkeys(("unstake_all", "unstake_all_alpha"), (*_weights("*"), _INDEXED)),
        **dict.fromkeys(_MOVES, (*_MOVED, _INDEXED)),
        "transfer_stake": (*_MOVED, _INDEXED, "LockingColdkeys/*/*/{destination_coldkey}"),
        "claim_root": _weights("*"),
        **dict.fromkeys(("lock_stake", "move_lock", "set_perpetual_lock"), ("LockingColdkeys/{netuid}/*/{signer}",)),
        "swap_coldkey": ("LockingColdkeys/*/*/{old_coldkey}", "LockingColdkeys/*/*/{new_coldkey}"),
        "swap_hotkey": ("LockingColdkeys/*/{hotkey}/*", "LockingColdkeys/*/{new_hotkey}/*"),
        "set_tempo": (
            "Tempo/{netuid}", "LastEpochBlock/{netuid}", "PendingEpochAt/{netuid}",
            "TransactionKeyLastBlock/{signer}/{netuid}/*",
        ),
        "set_activity_cutoff_factor": ("ActivityCutoffFactorMilli/{netuid}", _UPDATED),
        "trigger_epoch": ("PendingEpochAt/{netuid}", _UPDATED),
        **dict.fromkeys(_BLOCKS, (*_weights("*"), *_EPOCHS, "LockingColdkeys/*/*/*")),
        "distribute_emission": ("LockingColdkeys/*/*/*",),
        **dict.fromkeys(_ENDS, (*_weights("*"), *_EPOCHS, "LockingColdkeys/*/*/*", "ActivityCutoffFactorMilli/*")),
    },
}  # fmt: skip
"""What each version adds to the write sets of those before it, new calls among them."""
TAKEN_SINCE_338: _Sets = {
    338: {
        **dict.fromkeys(
            ("blocks", "run_coinbase", *_ENDS),
            ("PendingRootDivs/*", "PendingAlphaSwapped/*", "TaoDividendsPerSubnet/*/*"),
        ),
        "drain_pending_emission": ("TaoDividendsPerSubnet/*/*", "SubnetTAO/0"),
        "set_coldkey_auto_stake_hotkey": ("AutoStakeDestination/{signer}",),
        "swap_coldkey": ("AutoStakeDestination/{old_coldkey}", "AutoStakeDestination/{new_coldkey}"),
        "swap_hotkey": ("TaoDividendsPerSubnet/*/{hotkey}", "TaoDividendsPerSubnet/*/{new_hotkey}"),
    },
    343: dict.fromkeys((*_BLOCKS, *_ENDS), ("PendingEmission/*",)),
    351: {"toggle_user_liquidity": ("EnabledUserLiquidity/{netuid}",)},
    361: {"run_coinbase": ("SubnetMovingPrice/*",)},
    365: {
        **dict.fromkeys((*_BLOCKS, "distribute_emission", "epoch", "epoch_dense"), _ALL_RANKS),
        "burned_register": tuple(f"{item}/{{netuid}}" for item in _RANKS),
        "root_register": tuple(f"{item}/0" for item in _RANKS),
    },
    401: {
        **dict.fromkeys(_ENDS, _ALL_RANKS),
        "dissolve_network": (*_ALL_RANKS, *(f"{item}/{{netuid}}" for item in _RANKS)),
    },
}
"""What a version takes from the write sets of those before it."""
GONE: Mapping[str, int] = dict.fromkeys(
    (
        "StakingOperationRateLimiter", "LastPositionId", "EnabledUserLiquidity", "ScrapReservoirTao",
        "ScrapReservoirAlpha", *(entry.partition("/")[0] for entry in in_ranges("*")),
    ), 423,
)  # fmt: skip
"""Items that no version has from some one on, whatever they are among."""
SECOND_SINCE = 401
"""The version from which on decimal shares stand in ``AlphaV2`` and ``TotalHotkeySharesV2``, once they change."""


def with_decimal_shares(entries: Iterable[str]) -> Iterator[str]:
    """Yield entries, and after each of shares the one in which decimal shares stand."""
    for entry in entries:
        yield entry
        item, _, keys = entry.partition("/")
        if item in ("Alpha", "TotalHotkeyShares"):
            yield f"{item}V2/{keys}"
