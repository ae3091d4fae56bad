"""Entries that change together: what the write sets of calls and blocks are made of."""

POOL = ("SubnetTAO/{0}", "SubnetAlphaIn/{0}", "SubnetAlphaOut/{0}", "SubnetVolume/{0}")
NEURON_VECTORS = (
    "Active", "LastUpdate", "Rank", "Trust", "ValidatorTrust", "Consensus", "Incentive", "Dividends", "Emission",
    "PruningScores", "ValidatorPermit",
)  # fmt: skip
TERMS = (
    "Burn/*", "Difficulty/*", "RegistrationsThisBlock/*", "RegistrationsThisInterval/*",
    "BurnRegistrationsThisInterval/*", "POWRegistrationsThisInterval/*", "LastAdjustmentBlock/*",
)  # fmt: skip
RANGES = (
    "SwapV3Initialized", "AlphaSqrtPrice", "CurrentTick", "CurrentLiquidity", "FeeGlobalTao", "FeeGlobalAlpha",
    "SubnetTaoProvided", "SubnetAlphaInProvided", "Ticks", "Positions",
)  # fmt: skip
STAKES = ("TotalHotkeyAlpha/*/*", "TotalHotkeyShares/*/*", "Alpha/*/*/*")
CHILDREN = ("ChildKeys/*/*", "ParentKeys/*/*", "PendingChildKeys/*/*")
EPOCH = (
    "Active/*", "Rank/*", "Trust/*", "ValidatorTrust/*", "Consensus/*", "Incentive/*", "Dividends/*", "Emission/*",
    "PruningScores/*", "ValidatorPermit/*", "Bonds/*/*",
)  # fmt: skip
DIVIDENDS = ("AlphaDividendsPerSubnet/*/*", "TaoDividendsPerSubnet/*/*")


def pool(netuid: str) -> tuple[str, ...]:
    """Return the entries of the pool of a subnet."""
    return tuple(entry.format(netuid) for entry in POOL)


def stake(hotkey: str, coldkey: str, netuid: str) -> tuple[str, ...]:
    """Return the entries of the stake of a coldkey on a hotkey."""
    place = f"{hotkey}/{netuid}"
    return (f"TotalHotkeyAlpha/{place}", f"TotalHotkeyShares/{place}", f"Alpha/{hotkey}/{coldkey}/{netuid}")


def in_ranges(netuid: str) -> tuple[str, ...]:
    """Return the entries of a pool beside its reserves."""
    keys = {"Ticks": f"{netuid}/*", "Positions": f"{netuid}/*/*"}
    return tuple(f"{item}/{keys.get(item, netuid)}" for item in RANGES)


def balance(account: str) -> tuple[str, ...]:
    """Return the entries of a balance."""
    return (f"Balance/{account}", "BalancesTotalIssuance")


def new_neuron(netuid: str) -> tuple[str, ...]:
    """Return the entries of the neurons of a subnet."""
    vectors = tuple(f"{item}/{netuid}" for item in NEURON_VECTORS)
    return (
        *vectors, f"SubnetworkN/{netuid}", f"Keys/{netuid}/*", f"Uids/{netuid}/*", f"IsNetworkMember/*/{netuid}",
        f"BlockAtRegistration/{netuid}/*",
    )  # fmt: skip


def new_account(hotkey: str, coldkey: str) -> tuple[str, ...]:
    """Return the entries of who owns a hotkey and stakes with it."""
    return (f"Owner/{hotkey}", f"OwnedHotkeys/{coldkey}", f"StakingHotkeys/{coldkey}")
