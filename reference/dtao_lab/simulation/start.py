"""Who takes part, and the state that a simulation begins with."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from attrs import asdict, evolve

import dtao
from dtao import Era, InputError, State
from dtao.presets import STAKER, mainnet_launch
from dtao.presets import VALIDATOR as VALIDATOR_HOTKEY
from dtao_lab.amounts import in_tao
from dtao_lab.markets import Market, market_of_file
from dtao_lab.simulation.scenario import MINER, OWN, VALIDATOR, Actor, Scenario, Write
from dtao_lab.simulation.view import PRICE_ONE, Player, View

FIRST_ACCOUNT = 1_000_000
"""Accounts of players: coldkeys are even, their hotkeys follow."""
HOLDER = 3
"""The coldkey of the preset that holds all TAO that is nobody else's."""
ROOT = 0
NEURON_FUNDS = 20 * 10**9
"""rao for each subnet that a validator and a miner have for their registrations."""
VALIDATES_EVERY = 3_600
"""Blocks between two settings of weights: a validator that set none for 5,000 is inactive."""
FIRST_PERMITS = 400
"""Blocks after which every subnet of tempo 360 and less had an epoch, which gives permits."""
NEURONS = (
    Actor(
        name=VALIDATOR, policy="validate", netuids=None, hotkey=VALIDATOR, every=VALIDATES_EVERY, weighs=(MINER,),
        also_at=(FIRST_PERMITS,),
    ),
    Actor(name=MINER, policy="mine", netuids=None, hotkey=OWN, start=1, every=7_200),
)  # fmt: skip
"""Who runs each subnet if nobody else does: a validator with root's stake, and a miner for whom it sets weights."""
WEIGHTS_IN_THE_CLEAR = "CommitRevealWeightsEnabled"
"""What owners have turned off, so that set_weights takes effect; the eras that have it on by default refuse it."""


def subnets_of(view: View) -> tuple[int, ...]:
    """Return the netuids of the networks that exist, without root."""
    return tuple(netuid for netuid in Market(view.era, view.state).subnets() if netuid != ROOT)


def players_of(scenario: Scenario, subnets: tuple[int, ...]) -> tuple[Player, ...]:
    """Return everybody who acts, those of the scenario in its order and the validator and miner before them."""
    actors = (*(NEURONS if scenario.start.neurons else ()), *scenario.actors)
    found: list[Player] = []
    for actor in actors:
        for number in range(1, actor.count + 1):
            name = actor.name if actor.count == 1 else f"{actor.name} {number}"
            coldkey, hotkey = _accounts(actor, scenario, FIRST_ACCOUNT + 2 * len(found))
            if actor.account is not None:
                continue  # whoever it acts for may follow
            netuids = subnets if actor.netuids is None else actor.netuids
            first = actor.start + (number - 1) * actor.stagger
            found.append(Player(name, actor, coldkey, hotkey, netuids, (), first))
    by_name = {player.name: player for player in found}
    for actor in scenario.actors:
        if actor.account is not None:
            other = by_name[actor.account]
            netuids = subnets if actor.netuids is None else actor.netuids
            alone = evolve(actor, alpha=other.actor.alpha)
            found.append(Player(actor.name, alone, other.coldkey, other.hotkey, netuids, (), actor.start))
    hotkeys = {
        actor.name: tuple(player.hotkey for player in found if player.actor.name == actor.name) for actor in actors
    }
    return tuple(
        evolve(player, weighs=tuple(hotkey for name in player.actor.weighs for hotkey in hotkeys[name]))
        for player in found
    )


def _accounts(actor: Actor, scenario: Scenario, number: int) -> tuple[int, int]:
    """Return the coldkey and the hotkey of a player."""
    if actor in NEURONS[:1]:
        return STAKER, VALIDATOR_HOTKEY
    where = actor.hotkey or (OWN if scenario.start.state is not None else VALIDATOR)
    return number, number + 1 if where == OWN else VALIDATOR_HOTKEY


def state_before(scenario: Scenario) -> tuple[Era, State]:
    """Return the state before anybody is given anything, and its era: that of the preset, or that of a file."""
    start = scenario.start
    if start.state is not None:
        path = Path(scenario.folder) / start.state
        market = market_of_file(start.rules, path)
        return market.era, market.state
    try:
        preset = mainnet_launch(start.subnets, start.root_stake, start.issuance)
    except InputError as error:
        raise InputError(f"start: {error}") from error
    era, state = preset.era, preset.state
    for subnet in scenario.subnets:
        moving = subnet.tao * PRICE_ONE // subnet.alpha if subnet.moving_price is None else subnet.moving_price
        written = {"SubnetTAO": subnet.tao, "SubnetAlphaIn": subnet.alpha, "SubnetMovingPrice": moving}
        for item, value in written.items():
            state = era.set(state, item, {"netuid": subnet.netuid}, str(value))
    return era, state


def state_of(scenario: Scenario, players: tuple[Player, ...], before: tuple[Era, State]) -> State:
    """Return the state that the simulation begins with: players have what they are given, and the era is in force.

    All TAO that they and the pools are given comes from the holder of the rest, so that the issuance is as it was said.
    """
    era, state = before
    for player in players:
        state = _endowed(era, state, player, scenario)
    if scenario.start.state is None:
        state = _balanced(era, state, scenario)
        state = dtao.migrate(state, scenario.start.rules or era)
    return with_weights_in_the_clear(scenario, state)


def _endowed(era: Era, state: State, player: Player, scenario: Scenario) -> State:
    actor = player.actor
    if actor.account is not None:
        return state
    tao = NEURON_FUNDS * len(player.netuids) if actor in NEURONS else actor.tao
    if tao:
        state = era.set(state, "Balance", {"account": str(player.coldkey)}, str(tao))
    if not View(era, state).integer("Owner", player.hotkey):
        state = era.set(state, "Owner", {"account": str(player.hotkey)}, str(player.coldkey))
    if actor.alpha:  # as whoever stakes is noted; claims go by it
        state = era.set(state, "StakingHotkeys", {"account": str(player.coldkey)}, [str(player.hotkey)])
    for netuid in player.netuids if actor.alpha else ():
        where: Mapping[str, object] = {
            "hotkey": str(player.hotkey), "coldkey": str(player.coldkey), "netuid": netuid, "amount": str(actor.alpha),
        }  # fmt: skip
        state = era.phase(state, "increase_stake_for_hotkey_and_coldkey_on_subnet", where)[0]
        items = ("SubnetAlphaOut", "SubnetTAO") if netuid == ROOT else ("SubnetAlphaOut",)
        for item in items:
            held = View(era, state).integer(item, netuid) + actor.alpha
            state = era.set(state, item, {"netuid": netuid}, str(held))
    return state


def _balanced(era: Era, state: State, scenario: Scenario) -> State:
    """Return the state in which the holder of the rest has as much less as everybody else has more."""
    view = View(era, state)
    staked = sum(view.integer("SubnetTAO", netuid) for netuid in (ROOT, *subnets_of(view)))
    free = view.integer("BalancesTotalIssuance") - view.integer("Balance", HOLDER)
    rest = scenario.start.issuance - staked - free
    if rest < 0:
        raise InputError(
            f"start.issuance: pools, root and actors are given {in_tao(staked + free)} TAO, of "
            f"{in_tao(scenario.start.issuance)} that there are. Raise it, or give less."
        )
    state = era.set(state, "Balance", {"account": str(HOLDER)}, str(rest))
    state = era.set(state, "TotalStake", {}, str(staked))
    return era.set(state, "TotalIssuance", {}, str(scenario.start.issuance))


def with_weights_in_the_clear(scenario: Scenario, state: State) -> State:
    """Return the state in which ``start.neurons`` may set weights without a commitment."""
    view = View(dtao.era(state.runtime.spec_version), state)
    if scenario.start.neurons and WEIGHTS_IN_THE_CLEAR in view.era.items():
        for netuid in subnets_of(view):
            if view.integer(WEIGHTS_IN_THE_CLEAR, netuid):
                state = view.era.set(state, WEIGHTS_IN_THE_CLEAR, {"netuid": netuid}, False)
    return state


def written(view: View, write: Write) -> State:
    """Return the state after an entry was written; ``*`` stands for every subnet but root.

    Rejects, as InputError, what the era does not have, and a value that the entry cannot hold.
    """
    item, *keys = write.entry.split("/")
    place = f"set.{write.entry}"
    if item not in view.era.items():
        raise InputError(f"{place}: the era {view.era.name} has no item {item}. `dtao rules {item}` says which has.")
    names = view.era.items()[item].keys
    if len(names) != len(keys):
        raise InputError(f"{place}: the keys of {item} are {', '.join(names) or 'none'}. Write them behind slashes.")
    state = view.state
    for one in _each(keys, view):
        problems = []
        for value in _forms(write.value):
            try:
                named = {name: _key(name, key) for name, key in zip(names, one, strict=True)}
                state = view.era.set(state, item, named, value)
                break
            except ValueError as error:
                problems.append(error)
        else:
            raise InputError(f"{place}: {problems[0]}") from problems[0]
    return state


def _forms(value: object) -> tuple[object, ...]:
    """Return a value, and if it is an integer the same as a decimal string, which wide ones are stored as, or back."""
    if type(value) is int:
        return value, str(value)
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 80:
        return value, int(value)
    return (value,)


def _key(name: str, value: str) -> object:
    return int(value) if name in ("netuid", "uid", "kind", "index") else value


def _each(keys: list[str], view: View) -> Iterator[list[str]]:
    if "*" not in keys:
        yield keys
        return
    for netuid in subnets_of(view):
        yield [str(netuid) if one == "*" else one for one in keys]


def canonical(scenario: Scenario) -> str:
    """Return all of a scenario as one line, the same for the same scenario."""
    return json.dumps(asdict(scenario), sort_keys=True)
