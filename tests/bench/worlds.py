"""The world that speed is measured on: many subnets alike, as described in the README."""

from random import Random

import dtao

ERA = dtao.era("launch")
VALIDATORS = 8
TEMPO = 360
TAO = 10**9
ROOT_ENTRIES = {f"{item}/0" for item in ("NetworksAdded", "NetworkRegistrationAllowed", "Tempo", "MaxAllowedUids")}
SHARE = 2**64
"""One share in raw bits of U64F64."""
LAUNCH_TAO_WEIGHT = "3320413933267719290"
START = 4_920_351
STAKER = 77


def network() -> dict[str, object]:
    """Return a network with 6 million TAO on root and nothing else."""
    genesis = ERA.dump(ERA.genesis())
    flat = {entry: value for entry, value in genesis.items() if "/" not in entry or entry in ROOT_ENTRIES}
    flat |= {
        "BlockNumber": str(START),
        "TotalIssuance": str(8_000_000 * TAO),
        "TotalStake": str(6_000_000 * TAO),
        "TaoWeight": LAUNCH_TAO_WEIGHT,
        "SubnetTAO/0": str(6_000_000 * TAO),
        f"Balance/{STAKER}": str(1_000_000 * TAO),
        "BalancesTotalIssuance": str(1_000_000 * TAO),
    }
    for hotkey in range(1000, 1000 + VALIDATORS):
        flat[f"Owner/{hotkey}"] = str(hotkey + 10**6)
        flat |= stake(hotkey, 0, 6_000_000 * TAO // VALIDATORS)
    return flat


def stake(hotkey: int, netuid: int, amount: int) -> dict[str, object]:
    return {
        f"TotalHotkeyAlpha/{hotkey}/{netuid}": str(amount),
        f"TotalHotkeyShares/{hotkey}/{netuid}": str(amount * SHARE),
        f"Alpha/{hotkey}/{hotkey + 10**6}/{netuid}": str(amount * SHARE),
    }


def subnet(netuid: int, neurons: int, random: Random, validators: int = VALIDATORS) -> dict[str, object]:
    """Return a subnet whose validators have stake and weights on all neurons."""
    validators = min(validators, neurons)
    flat: dict[str, object] = {
        f"NetworksAdded/{netuid}": True,
        f"NetworkRegistrationAllowed/{netuid}": True,
        f"SubnetMechanism/{netuid}": 1,
        f"SubnetOwner/{netuid}": str(1000 + 10**6),
        f"SubnetOwnerHotkey/{netuid}": "1000",
        f"SubnetTAO/{netuid}": str(random.randrange(10**12, 10**14)),
        f"SubnetAlphaIn/{netuid}": str(random.randrange(10**13, 10**15)),
        f"SubnetAlphaOut/{netuid}": str(10**15),
        f"SubnetMovingPrice/{netuid}": str(random.randrange(2**24, 2**30)),
        f"SubnetworkN/{netuid}": neurons,
        f"Tempo/{netuid}": TEMPO,
        f"MaxAllowedUids/{netuid}": 256,
        f"MaxAllowedValidators/{netuid}": 64,
        f"AdjustmentInterval/{netuid}": TEMPO,
        f"AdjustmentAlpha/{netuid}": "17893341751498265066",
        f"Emission/{netuid}": ["0"] * neurons,
        f"LastUpdate/{netuid}": [str(START - 50)] * neurons,
        f"Active/{netuid}": [True] * neurons,
        f"ValidatorPermit/{netuid}": [uid < validators for uid in range(neurons)],
    }
    for item in ("Rank", "Trust", "Consensus", "Incentive", "Dividends", "PruningScores", "ValidatorTrust"):
        flat[f"{item}/{netuid}"] = [0] * neurons
    for uid in range(neurons):
        hotkey = 1000 + uid if uid < validators else 10**5 + 1000 * netuid + uid
        flat |= {
            f"Owner/{hotkey}": str(hotkey + 10**6),
            f"Keys/{netuid}/{uid}": str(hotkey),
            f"Uids/{netuid}/{hotkey}": uid,
            f"IsNetworkMember/{hotkey}/{netuid}": True,
            f"BlockAtRegistration/{netuid}/{uid}": "1",
        }
        if uid < validators:
            flat |= stake(hotkey, netuid, random.randrange(10**11, 10**13))
            flat[f"Weights/{netuid}/{uid}"] = [[other, random.randrange(1, 2**16)] for other in range(neurons)]
    return flat


def world(subnets: int, neurons: int, validators: int = VALIDATORS) -> dtao.State:
    """Return a network of so many subnets with so many neurons each, the validators among them."""
    flat, random = network(), Random(1)
    for netuid in range(1, subnets + 1):
        flat |= subnet(netuid, neurons, random, validators)
    return ERA.load({**flat, "TotalNetworks": subnets + 1})


def world_at(era: str, subnets: int, neurons: int) -> dtao.State:
    """Return the same network after the upgrades up to a later era, all of its subnets started."""
    later, state = dtao.era(era), dtao.migrate(world(subnets, neurons), era)
    for netuid in range(1, subnets + 1):
        for item, value in (("FirstEmissionBlockNumber", "1"), ("SubtokenEnabled", True)):
            if item in later.runtime.items.by_name:
                state = later.set(state, item, {"netuid": netuid}, value)
    return state
