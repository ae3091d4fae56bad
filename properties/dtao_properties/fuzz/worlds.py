"""Worlds: the states that an episode begins with, random ones and those of the bundled vectors.

A random world is small: a root network, up to three subnets, three coldkeys, four hotkeys. Its reserves, issuance,
takes and flags lie on and beside the boundaries where implementations part. It need not be consistent in its books,
as the runtime never asks for that.

A world is one of an era. The storage items that came later than the launch are drawn where they exist, so that most
of what their era can do is possible: most subnets are started, and their tokens enabled.

A world is reachable on request: no amount in it is beyond what there can be, and there are the mechanisms 0 and 1 only.
"""

from collections.abc import Mapping
from functools import cache

import dtao
from dtao import storage
from dtao.calls.tempo import ACTIVITY_CUTOFF_FACTOR, TRIGGER_EPOCH
from dtao.hashing import blake2_256_of_account
from dtao.item_table import ITEMS
from dtao.params import DURATION_OF_START_CALL, MIN_TEMPO, SET_CHILDKEY_TAKE, SET_CHILDREN, TX_TEMPO_UPDATE
from dtao.transitions.subnet_accounts import account_of
from dtao.units import AccountId, NetUid
from dtao_properties.adapters.protocol import Json
from dtao_properties.conformance import vectors
from dtao_properties.conformance.recorded_state import apply_diff
from dtao_properties.fuzz.choices import Choices

WORLD_BYTES = 160
"""What a world is read from; more choices than these are the plainest ones."""
ERA = "launch"
LAUNCH = dtao.era(ERA)
TAO = 10**9
COLDKEYS = (1, 2, 3)
OWNERS: Mapping[int, int] = {11: 1, 12: 2, 13: 3, 14: 1}
"""hotkey -> coldkey."""
SIX: Mapping[int, int] = {**OWNERS, 15: 2, 16: 3}
"""The same with two more, for a world in which six validators have the same stake."""
SHARE = 2**64
HALVING = 10_500_000_000_000_000
SUPPLY = 21_000_000_000_000_000
MOST: Mapping[str, int] = {
    name: SUPPLY // 4 if item.keys else SUPPLY for name, item in ITEMS.items() if item.unit in ("TAO", "alpha")
}
"""The items that hold amounts, with the most that a chain can come to."""
RESERVES: tuple[tuple[int, int], ...] = (
    (1_000 * TAO, 4_000 * TAO),
    (1_000 * TAO, 1_000 * TAO),
    (250_000 * TAO, 3_000_000 * TAO),
    (60_000 * TAO, 2_000 * TAO),
    (10_000 * TAO, 900_000 * TAO),
    (10_000_000, 10_000_000),
    (20_000_000, 11_000_000),
    (300_000 * TAO, 300_000 * TAO),
    (5_000_000 * TAO, 12_000_000 * TAO),
    (2**60, 2**58),
    (3, 10**15),
    (1_000 * TAO, 10_000_001),
    (0, 0),
    (2**64 - TAO, 2**61),
    (2**64 - 1, 2**64 - 1),
)
"""Pairs of TAO and alpha: prices well below, at and well above 1, the minimum liquidity, products beyond 2**95, and
reserves at the end of u64, of which two do not add up within it."""
MECHANISMS = (0, 2, 0, 2**16 - 1)
"""Other mechanisms than the dynamic one, 1: the stable one, and those that have no meaning."""
ISSUANCES = (
    8_000_000 * TAO, HALVING - TAO, HALVING, HALVING - 1, 15_750_000 * TAO - TAO, SUPPLY - 3 * TAO, SUPPLY - 1,
    SUPPLY, 10**12, 0, 18_375_000 * TAO, SUPPLY + TAO,
)  # fmt: skip
BALANCES = (10_000 * TAO, 10**6 * TAO, 2 * TAO, 3_000 * TAO, 550_500, 20_000 * TAO, 1_000_000, 550_000, 500, 0)
STAKES = (100 * TAO, 3 * TAO + 1, 500_001, 10**15, 1_100_000, 1, 2**62)
EXTREME_SHARES = 191
"""The kind of a stake whose shares are far more than it is worth."""
BLOCKS = (10_000, 4_920_351, 60_000, 1)
LATER_BLOCKS = (60_000, 5_300_000, 150_000, DURATION_OF_START_CALL)
"""Late enough for subnets to be started."""
RATE_LIMITED = "LastRateLimitedBlock/"
RENAMED = frozenset({"LastTxBlock", "LastTxBlockDelegateTake", "NetworkLastRegistered"})
"""The items of the launch that are variants of another one from 320 on."""
CLAIM_RATE = 2**31
"""alpha rao that every rao on root has earned on a subnet; bits of I96F32."""
RICHEST = 2**63 + 2**61
"""rao of one coldkey in some worlds: more than an i64 holds, also without the fee."""
ANNOUNCED = 900
"""The coldkey to which a swap is announced."""
DELAY = 7_200
"""Blocks after which a swap may be announced anew."""
HALVING_BLOCKS = ("201600", "0", "1", "10", "100")
STEEPNESSES = (1_000, 100, 0, 10, 5_000, 1)
DIVIDENDS = ((10**9, 100 * TAO), (0, 10**9), (7, 10**6), (10**12, 0), (1, 2**62), (2**62, 3))
"""Pairs of the last dividends of a hotkey and the stake on it after them."""
TEMPOS = (2, 1, 5, 0, 10, 360)
TAKES = (11_796, 0, 65_535, 5_898)
OWNER_CUTS = (11_796, 0, 65_535, 6_553)
SCORES = (0, 1, 7, 65_535)
"""Of neurons that may be pruned; their emissions are as high."""
TAO_WEIGHTS = (3_320_413_933_267_719_290, 0, 2**64 - 1, 971_718_665_099_567_868)
VECTOR_STATES_A_SUITE = 6
LARGEST_WORLD = 900
"""Entries; a vector's state with more is left out, because loading it takes longer than the episode."""


def world(data: bytes, era: dtao.Era = LAUNCH, *, reachable: bool = False) -> dict[str, Json]:
    """Return the flat state that some bytes stand for; none at all stand for the plainest random world."""
    flat = _world(Choices(data), era)
    return {entry: tamed(entry.partition("/")[0], value) for entry, value in flat.items()} if reachable else flat


def _world(choices: Choices, era: dtao.Era) -> dict[str, Json]:
    if choices.chance(64):
        number = choices.number(2)
        if states := vector_worlds(era.recorded_as):
            return dict(states[number % len(states)])
    return random_world(choices, era)


def tamed(item: str, value: Json) -> Json:
    """Return a value of an item as it is, or the nearest that a chain can come to.

    A network has a quarter of the supply at most; of mechanisms there are 0 and 1.

    >>> tamed("SubnetTAO", str(2**60)), tamed("SubnetTAO", "7"), tamed("SubnetMechanism", 2)
    ('5250000000000000', '7', 1)
    """
    if item == "SubnetMechanism":
        return min(int(str(value)), 1)
    most = MOST.get(item)
    return value if most is None or not isinstance(value, str) or int(value) <= most else str(most)


def random_world(choices: Choices, era: dtao.Era = LAUNCH) -> dict[str, Json]:
    """Return a random flat state, in the canonical form: what is at its default is not listed."""
    owners = SIX if choices.chance(24) else OWNERS
    flat = _network(choices, era, owners)
    members = len(SIX) if owners is SIX else choices.below(len(OWNERS) + 1)
    total, block = 0, int(str(flat["BlockNumber"]))
    if era is not LAUNCH:
        flat |= _later_chain(choices, era, block, flat)
    for netuid in range(choices.pick((2, 1, 3)) + 1):
        if era is not LAUNCH:
            flat |= _later_parameters(choices, netuid, block)
        flat |= _subnet(choices, netuid, members, block, owners)
        if era.runtime.accounts.is_of_subnet(account_of(NetUid(netuid))):
            flat |= _paid_in(choices, netuid, flat)
        total += int(str(flat[f"SubnetTAO/{netuid}"]))
    flat["TotalStake"] = str(min(total, 2**64 - 1)) if not choices.chance(32) else "0"
    known = era.runtime.items.by_name
    drawn = {entry: value for entry, value in flat.items() if _item_of(entry) in known}
    return {**_always_listed(era.spec_version), **storage.listed(era.runtime, drawn)}


@cache
def _always_listed(spec_version: int) -> Mapping[str, Json]:
    """Return the entries that are listed of every state of an era, whatever they say, as they are where nothing is."""
    era = dtao.era(spec_version)
    return era.dump(era.load({}))


def _item_of(entry: str) -> str:
    """Return the name of an entry's item: of a variant with its own name, without the key in brackets."""
    return entry.partition("(")[0] if entry.startswith(RATE_LIMITED) else entry.partition("/")[0]


def _network(choices: Choices, era: dtao.Era, owners: Mapping[int, int]) -> dict[str, Json]:
    block = choices.pick(BLOCKS if era.genesis_block < BLOCKS[0] else LATER_BLOCKS)
    free = not choices.chance(64)  # whether rate limits are lifted
    limits = ("TxRateLimit", "TxDelegateTakeRateLimit", "TxChildkeyTakeRateLimit", "NetworkRateLimit")
    flat: dict[str, Json] = {
        "BlockNumber": str(block),
        "BlockEmission": "1000000000",
        "TotalIssuance": str(choices.pick(ISSUANCES)),
        "TotalNetworks": 3,
        "NetworkLastLockCost": str(choices.pick((1_000 * TAO, TAO, 10**6))),
        "NetworkLastRegistered": str(max(block - choices.below(2**16), 0)),
        "NetworkMinLockCost": str(choices.pick((1_000 * TAO, TAO, 10**7, 0))),
        "NetworkLockReductionInterval": str(choices.pick((100_800, 1, 2))),
        "NetworkImmunityPeriod": str(choices.pick((50_400, 0))),
        "TaoWeight": str(choices.pick(TAO_WEIGHTS)),
        "SubnetOwnerCut": choices.pick(OWNER_CUTS),
        "SubnetMovingAlpha": str(choices.pick((12_885, 2**31, 2**32))),
        "SubnetLimit": 12,
        "StakeThreshold": str(choices.pick((0, 0, 0, 0, 1_000 * TAO, 1))),
        "NominatorMinRequiredStake": str(choices.pick((0, 0, 100_000_000, 1))),
        "MinDelegateTake": choices.pick((0, 0, 5_898)),
        "MaxDelegateTake": choices.pick((11_796, 65_535)),
        "MinChildkeyTake": 0,
        "MaxChildkeyTake": choices.pick((11_796, 65_535)),
        "BalancesTotalIssuance": "0",
        "MinActivityCutoff": 360,
        "WeightsVersionKeyRateLimit": "5",
        "ColdkeySwapRescheduleDuration": "7200",
        "NextStakeJobId": "0",
        "PendingChildKeyCooldown": "0",
    }
    defaults = (1_000, 216_000, 216_000, 7_200)
    flat |= {limit: "0" if free else str(value) for limit, value in zip(limits, defaults, strict=True)}
    balances = 0
    for coldkey in COLDKEYS:
        balance = choices.pick(BALANCES)
        balances += balance
        flat[f"Balance/{coldkey}"] = str(balance)
        owned = [str(hotkey) for hotkey, owner in owners.items() if owner == coldkey]
        flat |= {f"OwnedHotkeys/{coldkey}": owned, f"StakingHotkeys/{coldkey}": owned}
    if choices.chance(128):
        for name, account in (("LastTxBlock", 1), ("LastTxBlockDelegateTake", 1), ("LastTxBlockDelegateTake", 11)):
            flat[f"{name}/{account}"] = str(max(block - choices.below(256), 1))
    for hotkey, coldkey in owners.items():
        flat[f"Owner/{hotkey}"] = str(coldkey)
        flat[f"Delegates/{hotkey}"] = choices.pick(TAKES)
    flat["BalancesTotalIssuance"] = str(balances)
    return flat


def _later_chain(choices: Choices, era: dtao.Era, block: int, flat: Mapping[str, Json]) -> dict[str, Json]:
    """Return what eras after the launch keep of the chain and of coldkeys, as far as the era of the world has it."""
    known = era.runtime.items.by_name
    later = {_renamed(entry): value for entry, value in flat.items() if entry.partition("/")[0] in RENAMED}
    if "SubnetLimit" in known and choices.chance(64):
        later["SubnetLimit"] = choices.pick((2, 3, 1))
    if "AdminFreezeWindow" in known and choices.chance(96):
        later["AdminFreezeWindow"] = choices.pick((0, 1, 2))
    if "ColdkeySwapAnnouncements" in known and choices.chance(56):
        coldkey, announced = choices.pick(COLDKEYS), blake2_256_of_account(AccountId(ANNOUNCED))
        ready = choices.pick((block, block + 1, max(block - DELAY, 0), max(block - DELAY + 1, 0)))
        later[f"ColdkeySwapAnnouncements/{coldkey}"] = [str(ready), f"0x{announced.hex()}"]
        later["ColdkeySwapReannouncementDelay"] = str(DELAY)
    if choices.chance(24):  # more than there can be: what comes into a pool is no i64 any more
        total = int(str(flat["BalancesTotalIssuance"])) - int(str(flat["Balance/3"])) + RICHEST
        later |= {"Balance/3": str(RICHEST), "BalancesTotalIssuance": str(total)}
    if "RootClaimable" in known and choices.chance(48):  # a claim of about the least that there may be
        least = CLAIM_RATE * choices.pick(STAKES[:2]) + choices.pick((0, 1, -1))
        later |= {"RootClaimable/11": [[1, str(CLAIM_RATE)]], "RootClaimableThreshold/1": str(least)}
    if "Positions" in known and choices.chance(64):
        most, coldkey = era.runtime.pools.ranges.max_positions, choices.pick(COLDKEYS)
        last = most - choices.below(2) if choices.chance(48) else 3
        empty: Json = ["-10", "10", "1000", "0", "0"]
        later |= {f"Positions/1/{coldkey}/{number}": empty for number in range(1, last)}
        later["LastPositionId"] = str(last)
    return later


def _paid_in(choices: Choices, netuid: int, flat: Mapping[str, Json]) -> dict[str, Json]:
    """Return the balance of a subnet's account: what its pool holds, so that it can pay, or now and then half of it."""
    tao = int(str(flat[f"SubnetTAO/{netuid}"]))
    tao = tao >> 1 if choices.chance(16) else tao
    issuance = min(int(str(flat["BalancesTotalIssuance"])) + tao, 2**64 - 1)
    return {f"Balance/{account_of(NetUid(netuid))}": str(tao), "BalancesTotalIssuance": str(issuance)}


def _renamed(entry: str) -> str:
    """Return the name that an entry of a renamed item has: its key stands in brackets."""
    item, _, key = entry.partition("/")
    return f"{RATE_LIMITED}{item}" + (f"({key})" if key else "")


def _later_parameters(choices: Choices, netuid: int, block: int) -> dict[str, Json]:
    """Return what eras after the launch keep of a subnet, and of the last dividends on its hotkeys."""
    flags = choices.byte()
    flat: dict[str, Json] = {
        f"SubtokenEnabled/{netuid}": flags & 15 != 15,
        f"CommitRevealWeightsEnabled/{netuid}": choices.chance(24),  # else nobody may set weights or trigger an epoch
        f"Yuma3On/{netuid}": flags & 16 != 0,
        f"BondsResetOn/{netuid}": flags & 32 != 0,
        f"EnabledUserLiquidity/{netuid}": flags & 15 != 14,
        f"AlphaSigmoidSteepness/{netuid}": choices.pick(STEEPNESSES),
        f"EMAPriceHalvingBlocks/{netuid}": choices.pick(HALVING_BLOCKS),
    }
    if flags & 192 != 192:
        flat[f"FirstEmissionBlockNumber/{netuid}"] = str(choices.pick((1, max(block - choices.number(2), 0), block)))
    else:
        ready = max(block - DURATION_OF_START_CALL, 0)
        flat[f"NetworkRegisteredAt/{netuid}"] = str(choices.pick((0, ready, ready + 1)))
    if netuid and choices.chance(32):
        flat[f"VotingPowerTrackingEnabled/{netuid}"] = True
        flat[f"VotingPowerDisableAtBlock/{netuid}"] = str(choices.pick((0, block + 1, block + 2, block + 3)))
    if netuid and choices.chance(64):  # when its owner, whoever that is, last changed what it may
        age = choices.below(4)
        flat |= {
            f"TransactionKeyLastBlock/{coldkey}/{netuid}/{TX_TEMPO_UPDATE}": str(max(block - MIN_TEMPO + age - 1, 1))
            for coldkey in COLDKEYS
        }
        update = choices.pick((TRIGGER_EPOCH, ACTIVITY_CUTOFF_FACTOR))
        flat[f"{RATE_LIMITED}OwnerHyperparamUpdate(NetUid({netuid}), {update})"] = str(
            max(block - choices.below(16), 1)
        )
    kinds = choices.byte()
    for number, hotkey in enumerate(OWNERS):
        if kinds >> 2 * number & 3:
            earned, held = choices.pick(DIVIDENDS)
            flat[f"AlphaDividendsPerSubnet/{netuid}/{hotkey}"] = str(earned)
            flat[f"TotalHotkeyAlphaLastEpoch/{hotkey}/{netuid}"] = str(held)
    return flat


def _subnet(
    choices: Choices, netuid: int, members: int, block: int, owners: Mapping[int, int] = OWNERS
) -> dict[str, Json]:
    tao, alpha = choices.pick(RESERVES) if netuid else (6_000_000 * TAO, 0)
    if choices.chance(128):
        tao, alpha = min(tao + choices.number(2), 2**64 - 1), min(alpha + choices.number(2), 2**64 - 1)
    flags = choices.byte()
    n = min(members, len(owners))
    flat: dict[str, Json] = {
        f"NetworksAdded/{netuid}": True,
        f"SubnetTAO/{netuid}": str(tao),
        f"SubnetAlphaIn/{netuid}": str(alpha),
        f"SubnetMechanism/{netuid}": 0 if netuid == 0 else MECHANISMS[flags & 3] if flags >= 240 else 1,
        f"SubnetMovingPrice/{netuid}": str(choices.pick((2**28, 0, 2**32, 2**36 + 1)) if netuid else 0),
        f"NetworkRegistrationAllowed/{netuid}": flags & 5 != 5,
        f"NetworkPowRegistrationAllowed/{netuid}": flags & 2 != 0,
        f"TransferToggle/{netuid}": flags & 60 != 60,
        f"LiquidAlphaOn/{netuid}": flags & 9 == 9,
        f"Tempo/{netuid}": choices.pick(TEMPOS),
        f"MaxAllowedUids/{netuid}": choices.pick((256, 256 if netuid else 1, max(n, 1))),
        f"MaxAllowedValidators/{netuid}": choices.pick((64, 2, 1)),
        f"MinAllowedWeights/{netuid}": choices.pick((0, 1)),
        f"MaxWeightsLimit/{netuid}": choices.pick((65_535, 65_535, 32_000)),
        f"WeightsSetRateLimit/{netuid}": choices.pick(("0", "0", "0", "100")),
        f"TargetRegistrationsPerInterval/{netuid}": choices.pick((100, 100, 1)),
        f"MaxRegistrationsPerBlock/{netuid}": choices.pick((100, 100, 1)),
        f"Burn/{netuid}": choices.pick(("1000000000", "1", "500000", "0")),
        f"ImmunityPeriod/{netuid}": choices.pick((100, 0)),
        f"AdjustmentInterval/{netuid}": choices.pick((360, 1, 2)),
    }
    if netuid:
        flat[f"SubnetOwner/{netuid}"] = str(choices.pick(COLDKEYS))
        flat[f"SubnetOwnerHotkey/{netuid}"] = str(choices.pick(tuple(OWNERS)))
        flat[f"SubnetLocked/{netuid}"] = choices.pick(("0", "1000000000"))
        if choices.chance(64):
            pending = ("PendingEmission", "PendingRootDivs", "PendingAlphaSwapped", "PendingOwnerCut")
            flat |= {f"{item}/{netuid}": str(choices.number(4)) for item in pending}
        if choices.chance(64):
            flat |= _family(choices, netuid)
    if netuid and choices.chance(128):
        flat |= _last_blocks(choices, netuid, block)
    held = 0
    for hotkey in owners:
        entries, amount = _equal_stake(hotkey, netuid) if owners is SIX else _stake(choices, hotkey, netuid)
        flat |= entries
        held += amount
    flat[f"SubnetAlphaOut/{netuid}"] = str(min(held, 2**63))
    if n:
        flat |= _neurons(choices, netuid, n, max(block - 1_000, 0) if choices.byte() % 2 == 0 else 0, owners)
        flat |= _scores(choices, netuid, n)
        if choices.chance(64):
            flat |= _ages(choices, netuid, n, block - int(str(flat[f"ImmunityPeriod/{netuid}"])))
    return flat


def _last_blocks(choices: Choices, netuid: int, block: int) -> dict[str, Json]:
    """Return when the children and their take of two hotkeys were last set, and children that wait a few blocks."""
    ages = {(hotkey, kind): choices.below(256) for hotkey in (11, 12) for kind in (SET_CHILDREN, SET_CHILDKEY_TAKE)}
    ready = str(block + choices.below(4))
    return {
        f"PendingChildKeys/{netuid}/14": [[[str(2**63), "13"]], ready],
        **{
            f"TransactionKeyLastBlock/{hotkey}/{netuid}/{kind}": str(max(block - age, 1))
            for (hotkey, kind), age in ages.items()
        },
    }


def _stake(choices: Choices, hotkey: int, netuid: int) -> tuple[dict[str, Json], int]:
    """Return the stake on one hotkey: of its owner, perhaps of a nominator, perhaps worth more than its shares."""
    kind = choices.byte()
    if kind >= 192:
        return {}, 0
    amount = STAKES[kind % 2] if kind < 144 else STAKES[kind % len(STAKES)]
    denominator = amount * SHARE
    total = amount + (amount >> 2) + 1 if kind & 16 else amount
    if kind == EXTREME_SHARES:
        total, denominator = 1, 10**15 * SHARE  # a share is worth next to nothing, and a deposit beyond the format
    nominator = (kind >> 5 & 1) * (denominator // 3)
    flat: dict[str, Json] = {
        f"TotalHotkeyAlpha/{hotkey}/{netuid}": str(total),
        f"TotalHotkeyShares/{hotkey}/{netuid}": str(denominator),
        f"Alpha/{hotkey}/{OWNERS[hotkey]}/{netuid}": str(denominator - nominator),
    }
    if nominator:
        flat[f"Alpha/{hotkey}/{OWNERS[hotkey] % 3 + 1}/{netuid}"] = str(nominator)
    return flat, total


def _equal_stake(hotkey: int, netuid: int) -> tuple[dict[str, Json], int]:
    """Return the same stake for every hotkey, so that half of the validators have half of the stake."""
    shares = STAKES[0] * SHARE
    return {
        f"TotalHotkeyAlpha/{hotkey}/{netuid}": str(STAKES[0]),
        f"TotalHotkeyShares/{hotkey}/{netuid}": str(shares),
        f"Alpha/{hotkey}/{SIX[hotkey]}/{netuid}": str(shares),
    }, STAKES[0]


def _family(choices: Choices, netuid: int) -> dict[str, Json]:
    """Return hotkey 11 as the parent of one or two others."""
    whole = 2**64 - 1
    first, second = choices.pick(((whole, 0), (whole // 2, whole // 2), (whole // 3, 1)))
    pairs = [(first, 12)] + ([(second, 13)] if second else [])
    return {
        f"ChildKeys/11/{netuid}": [[str(part), str(child)] for part, child in pairs],
        **{f"ParentKeys/{child}/{netuid}": [[str(part), "11"]] for part, child in pairs},
        f"ChildkeyTake/12/{netuid}": choices.pick(TAKES),
    }


def _neurons(choices: Choices, netuid: int, n: int, registered: int, owners: Mapping[int, int]) -> dict[str, Json]:
    validators = n if owners is SIX else choices.below(n) + 1
    flat: dict[str, Json] = {
        f"SubnetworkN/{netuid}": n,
        f"Active/{netuid}": [True] * n,
        f"LastUpdate/{netuid}": [str(registered + 1)] * n,  # else their weights would be outdated
        f"Emission/{netuid}": ["0"] * n,
        f"ValidatorPermit/{netuid}": [uid < validators for uid in range(n)],
    }
    for item in ("Rank", "Trust", "Consensus", "Incentive", "Dividends", "PruningScores", "ValidatorTrust"):
        flat[f"{item}/{netuid}"] = [0] * n
    for uid, hotkey in zip(range(n), owners, strict=False):
        flat |= {
            f"Keys/{netuid}/{uid}": str(hotkey),
            f"Uids/{netuid}/{hotkey}": uid,
            f"IsNetworkMember/{hotkey}/{netuid}": True,
            f"BlockAtRegistration/{netuid}/{uid}": str(registered),
        }
        if netuid and uid < validators:
            flat[f"Weights/{netuid}/{uid}"] = [[other, choices.pick((65_535, 1, 20_000))] for other in range(n)]
    return flat


def _scores(choices: Choices, netuid: int, n: int) -> dict[str, Json]:
    """Return the scores of neurons: if all were equal the oldest would go, be it immune a block more or less."""
    kinds = choices.number(2)
    scores = [SCORES[kinds >> 2 * uid & 3] for uid in range(n)]
    return {f"PruningScores/{netuid}": scores, f"Emission/{netuid}": [str(score) for score in scores]}


def _ages(choices: Choices, netuid: int, n: int, last: int) -> dict[str, Json]:
    """Return when some neurons were registered: about the last block of those whose neurons are immune no more."""
    kinds = choices.number(2)
    ages = {uid: kinds >> 2 * uid & 3 for uid in range(n)}
    return {f"BlockAtRegistration/{netuid}/{uid}": str(max(last + age - 2, 0)) for uid, age in ages.items() if age}


@cache
def vector_worlds(era: str = ERA) -> tuple[Mapping[str, Json], ...]:
    """Return states out of the recordings of an era: those after every so many steps of a few vectors a suite.

    There are none of an era whose recordings are not installed.
    """
    try:
        folder = vectors.recorded(era) / "scenario"
    except vectors.VectorError:
        return ()
    found: list[Mapping[str, Json]] = []
    for path in vectors.files([folder]):
        head = vectors.header(path)
        for vector in vectors.vectors(path, range(VECTOR_STATES_A_SUITE)):
            steps = vector.body["steps"]
            found += _states_within(head.genesis, steps, {len(steps) // 3, 2 * len(steps) // 3, len(steps)})
    return tuple(found)


def _states_within(
    genesis: Mapping[str, Json], steps: list[dict[str, Json]], wanted: set[int]
) -> list[Mapping[str, Json]]:
    """Follow a recording by its diffs and return its state after so many steps."""
    state = dict(genesis)
    found: list[Mapping[str, Json]] = []
    for number, step in enumerate(steps, start=1):
        apply_diff(state, step.get("diff", {}))
        if number in wanted and len(state) <= LARGEST_WORLD:
            found.append(dict(state))
    return found
