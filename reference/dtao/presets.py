"""States to begin with, so that nobody has to write a hundred entries: each says where its numbers come from.

>>> from dtao import presets
>>> launch = presets.mainnet_launch()
>>> launch.era.get(launch.state, "SubnetTAO", 7), launch.era.get(launch.state, "TaoWeight")
(1000000000, 3320413933267719290)
>>> print(launch.sources["SubnetTAO"])
the minimum lock of 1 TAO: pallets/subtensor/src/migrations/migrate_rao.rs, v2.0.0
"""

from collections.abc import Mapping, Sequence

from attrs import frozen

from dtao.eras import era, migrate
from dtao.errors import InputError
from dtao.given import shown
from dtao.oracle import Era
from dtao.params import TOTAL_SUPPLY
from dtao.state import State
from dtao.transitions.subnet_accounts import account_of
from dtao.units import NetUid

RAO_PER_TAO = 10**9
FIRST = 1
"""The subnet of a new chain."""
OPENED: Mapping[str, object] = {"SubtokenEnabled": True, "FirstEmissionBlockNumber": "1"}
"""What says of a subnet that it trades and emits, in the eras that ask for it."""
MIGRATION = "pallets/subtensor/src/migrations/migrate_rao.rs, v2.0.0"
LAUNCH_TAO_WEIGHT = 3_320_413_933_267_719_290
"""0.18 of 2**64: what a root staker's TAO counts for beside alpha, set by the migration to Dynamic TAO."""
LAUNCH_POOL = RAO_PER_TAO
"""rao, and alpha rao, in the pool that the migration gave to each subnet; the minimum lock cost from then on."""
MAX_SUBNETS = 1_024
OWNERS = 1_000
"""The owner of subnet n is the account 1000 + n: coldkey, hotkey and only neuron."""
VALIDATOR, STAKER, HOLDER = 1, 2, 3
"""The hotkey that all of root's stake is on, the coldkey that staked it, and who holds all other TAO."""
OF_OWNER = ("Keys", "SubnetOwner", "SubnetOwnerHotkey")
STAKES = ("Alpha", "TotalHotkeyAlpha", "TotalHotkeyShares")


@frozen
class Preset:
    """A state, and where what is in it comes from."""

    era: Era
    state: State
    sources: Mapping[str, str]
    """Storage item -> where its value comes from; "assumed" where the runtime's source does not say it."""


def with_pools(which: Era | str | int, reserves: Sequence[tuple[int, int]]) -> Preset:
    """Return a new chain of an era whose subnets 1, 2 … hold these reserves of rao and alpha rao, and trade.

    All else is what the runtime's genesis and the era's defaults say. Rejects, as InputError, a reserve that cannot be:
    none at all, or more than the 21 million that there can be.
    """
    rules = which if isinstance(which, Era) else era(which)
    flat = rules.dump(rules.genesis())
    of_first = {entry: value for entry, value in flat.items() if _netuid_of(rules, entry) == FIRST}
    _require_pairs(reserves)
    for netuid, (tao, alpha) in enumerate(reserves, start=FIRST):
        for reserve, unit in ((tao, "rao"), (alpha, "alpha rao")):
            if type(reserve) is not int or not 0 < reserve <= TOTAL_SUPPLY:
                raise InputError(
                    f"a pool cannot hold {shown(reserve)} {unit}. Give more than 0 and at most 21000000 TAO or alpha."
                )
        flat |= {_under(rules, entry, netuid): value for entry, value in of_first.items()}
        pool = {"SubnetTAO": str(tao), "SubnetAlphaIn": str(alpha), **OPENED}
        flat |= {f"{item}/{netuid}": value for item, value in pool.items() if item in rules.items()}
    in_pools = sum(tao for tao, _ in reserves)
    flat["TotalStake"] = str(in_pools)
    if rules.runtime.accounts.is_of_subnet(account_of(NetUid(FIRST))):
        of_pools = {account_of(NetUid(netuid)): tao for netuid, (tao, _) in enumerate(reserves, start=FIRST)}
        flat |= {f"Balance/{account}": str(tao) for account, tao in of_pools.items()}
        flat["BalancesTotalIssuance"] = str(int(str(flat.get("BalancesTotalIssuance", 0))) + in_pools)
    flat["TotalNetworks"] = len(reserves) + 1
    sources = {
        "SubnetTAO": "given",
        "SubnetAlphaIn": "given",
        **{item: "assumed: the subnet was started" for item in OPENED if item in rules.items()},
        "*": f"the genesis of the runtime and its defaults, {rules.tag}",
    }
    return Preset(rules, rules.load(flat, check=False), sources)


def _require_pairs(reserves: object) -> None:
    if not isinstance(reserves, list | tuple):
        raise InputError(f"the reserves: {shown(reserves)} is no list of pools. Give pairs of rao and alpha rao.")
    for pair in reserves:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            raise InputError(f"a pool: {shown(pair)} is no pair. Give its rao and alpha rao, such as (10**12, 10**12).")


def of_era(which: Era | str | int) -> Preset:
    """Return a new chain of an era with one pool of 1,000 TAO and 1,000 alpha that trades, and the era's defaults."""
    pool = (1_000 * RAO_PER_TAO, 1_000 * RAO_PER_TAO)
    preset = with_pools(which, [pool])
    assumed = "assumed: 1,000, so that the price is 1"
    return Preset(
        preset.era, preset.state, {**preset.sources, **dict.fromkeys(("SubnetTAO", "SubnetAlphaIn"), assumed)}
    )


def mainnet_launch(
    subnets: int = 64, root_stake: int = 6_000_000 * RAO_PER_TAO, issuance: int = 8_500_000 * RAO_PER_TAO
) -> Preset:
    """Return what the migration to Dynamic TAO left of mainnet: all stake on root, and equal pools of 1 TAO : 1 alpha.

    How many subnets there were, how much was staked and issued (in rao) is on the chain alone: the arguments are round
    numbers near it. Each subnet has one neuron, its owner. Rejects, as InputError, numbers that cannot be.
    """
    is_whole = all(type(given) is int for given in (subnets, root_stake, issuance))
    pools = subnets * LAUNCH_POOL if is_whole else 0
    if not (0 < pools <= MAX_SUBNETS * LAUNCH_POOL and 0 < root_stake <= issuance - pools <= TOTAL_SUPPLY):
        raise InputError(
            f"mainnet_launch: {shown(subnets)} subnets, {shown(root_stake)} rao staked of {shown(issuance)}: give 1 to "
            f"{MAX_SUBNETS} subnets, and as much TAO as is staked and in pools, at most 21 million."
        )
    launch = era("launch")
    genesis = launch.dump(launch.genesis())
    flat = {entry: value for entry, value in genesis.items() if _netuid_of(launch, entry) != FIRST}
    of_first = {
        entry: value
        for entry, value in genesis.items()
        if _netuid_of(launch, entry) == FIRST and entry.partition("/")[0] not in STAKES
    }
    for netuid in range(FIRST, subnets + 1):
        flat |= _launched(launch, of_first, netuid, subnets)
    flat |= _on_root(root_stake)
    balance = issuance - root_stake - pools
    flat |= {
        f"Balance/{HOLDER}": str(balance),
        "BalancesTotalIssuance": str(balance),
        "TotalIssuance": str(issuance),
        "TotalStake": str(root_stake + pools),
        "TotalNetworks": subnets + 1,
        "TaoWeight": str(LAUNCH_TAO_WEIGHT),
        "NetworkMinLockCost": str(LAUNCH_POOL),
    }
    return Preset(launch, launch.load(flat), SOURCES)


SOURCES: Mapping[str, str] = {
    "SubnetTAO": f"the minimum lock of 1 TAO: {MIGRATION}",
    "SubnetAlphaIn": f"as much alpha as TAO: {MIGRATION}",
    "SubnetAlphaOut": f"none: {MIGRATION}",
    "SubnetMechanism": f"1, dynamic: {MIGRATION}",
    "TaoWeight": f"18 %: {MIGRATION}",
    "NetworkMinLockCost": f"1 TAO: {MIGRATION}",
    "SubnetMovingPrice": f"the subnet's part of the last emission before: {MIGRATION}; assumed: equal parts",
    "SubnetOwnerHotkey": f"the owner's coldkey, which becomes a neuron: {MIGRATION}; assumed: the only one",
    "TotalNetworks": "assumed: 64 subnets beside root",
    "Alpha": f"all stake was moved to root: {MIGRATION}; assumed: 6,000,000 TAO, on one hotkey",
    "TotalIssuance": "assumed: 8,500,000 TAO",
    "BlockNumber": "assumed: that of a new chain",
    "*": "the genesis of the runtime and its defaults, v2.0.0",
}
"""Where the state of :func:`mainnet_launch` comes from."""


def mainnet(which: Era | str | int) -> Preset:
    """Return the state of :func:`mainnet_launch` after the upgrades to an era, all in one block.

    No block went by and nobody traded, so that every price is still 1: it is the rules that differ.
    """
    rules = which if isinstance(which, Era) else era(which)
    launch = mainnet_launch()
    upgrades = f"mainnet_launch(), then the upgrades of the runtime up to {rules.tag}: dtao.migrate"
    return Preset(rules, migrate(launch.state, rules), {**launch.sources, "upgrades": upgrades})


def _launched(launch: Era, of_first: Mapping[str, object], netuid: int, subnets: int) -> dict[str, object]:
    """Return the entries of a subnet as the migration left it."""
    owner = str(OWNERS + netuid)
    flat = {
        _under(launch, entry, netuid, owner): owner if entry.partition("/")[0] in OF_OWNER else value
        for entry, value in of_first.items()
    }
    for item in ("SubnetLocked", "SubnetAlphaOut"):
        flat.pop(f"{item}/{netuid}", None)
    return flat | {
        f"SubnetTAO/{netuid}": str(LAUNCH_POOL),
        f"SubnetAlphaIn/{netuid}": str(LAUNCH_POOL),
        f"SubnetMovingPrice/{netuid}": str(2**32 // subnets),
        f"SubnetOwnerHotkey/{netuid}": owner,
        f"Owner/{owner}": owner,
    }


def _on_root(stake: int) -> dict[str, object]:
    """Return the entries of all stake on root, on one hotkey."""
    shares = str(stake << 64)
    return {
        "SubnetTAO/0": str(stake),
        "SubnetAlphaIn/0": str(RAO_PER_TAO),
        "SubnetAlphaOut/0": str(stake),
        f"Alpha/{VALIDATOR}/{STAKER}/0": shares,
        f"TotalHotkeyAlpha/{VALIDATOR}/0": str(stake),
        f"TotalHotkeyShares/{VALIDATOR}/0": shares,
        f"Owner/{VALIDATOR}": str(STAKER),
        f"StakingHotkeys/{STAKER}": [str(VALIDATOR)],
        f"OwnedHotkeys/{STAKER}": [str(VALIDATOR)],
    }


def _keys_of(rules: Era, entry: str) -> tuple[str, list[tuple[str, str]]]:
    name, *keys = entry.split("/")
    return name, list(zip(rules.items()[name].keys, keys, strict=True))


def _netuid_of(rules: Era, entry: str) -> int | None:
    _, keys = _keys_of(rules, entry)
    return next((int(key) for kind, key in keys if kind == "netuid"), None)


def _under(rules: Era, entry: str, netuid: int, account: str | None = None) -> str:
    """Return the name of the same entry under another netuid and, if one is given, another account."""
    name, keys = _keys_of(rules, entry)
    accounts = () if account is None else ("account", "hotkey", "coldkey")
    new = (str(netuid) if kind == "netuid" else account if kind in accounts else key for kind, key in keys)
    return "/".join((name, *map(str, new)))
