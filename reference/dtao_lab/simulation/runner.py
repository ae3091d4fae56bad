"""The run of a scenario: from one moment at which something happens to the next, the reference steps over the blocks.

Between two such moments nothing happens but what every block does, and :meth:`dtao.Era.step` takes them in one step,
which equals as many single ones. So the cost is that of the blocks, and hardly that of who acts.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from attrs import define, field, frozen

import dtao
from dtao import State
from dtao.calls import Call
from dtao_lab import given
from dtao_lab.simulation.measures import Row, measured
from dtao_lab.simulation.policies import POLICIES
from dtao_lab.simulation.scenario import Scenario
from dtao_lab.simulation.start import (
    NEURONS,
    players_of,
    state_before,
    state_of,
    subnets_of,
    with_weights_in_the_clear,
    written,
)
from dtao_lab.simulation.view import Player, View

FIRST_LEAP, LONGEST_LEAP = 64, 7_200
"""Blocks that are stepped over at once, at most, so that somebody is told how far it is."""


@frozen
class Sample:
    """What is seen at one moment."""

    block: int
    """Blocks since the start."""
    era: str
    rows: tuple[Row, ...]

    def value(self, of: str, subject: str, measure: str) -> str:
        """Return one number. Raises KeyError where it was not measured."""
        for row in self.rows:
            if row[:3] == (of, subject, measure):
                return row[3]
        raise KeyError((of, subject, measure))


@define
class Position:
    """How far a run has come: all that is needed to go on from there."""

    block: int
    """Blocks since the start; everything that happens at it has happened, its sample included."""
    state: State
    calls: Counter[tuple[str, str]] = field(factory=Counter)
    """(actor, error) -> how many calls were refused with it; with the error "" how many were accepted."""


Moved = Callable[[Position], None]
"""Called wherever the run could be taken up again."""


def nobody_told(position: Position) -> None:
    """Take no note."""


def simulated(
    scenario: Scenario,
    position: Position | None = None,
    moved: Moved = nobody_told,
    told: Callable[[int], None] | None = None,
) -> Iterator[Sample]:
    """Yield the samples of a run: from its start, or from a position that it came to before.

    ``moved`` is called after each sample is taken over, and wherever else the run could be taken up again; ``told``
    with the block, much more often. Rejects, as InputError, a start that cannot be, and writes of what an era has not.
    """
    given.instance(scenario, Scenario, "what is simulated", "Give one of of_text(…) or of_file(…).")
    before = state_before(scenario)
    subnets = subnets_of(View(*before))
    players = players_of(scenario, subnets)
    shown = tuple(player for player in players if player.actor not in NEURONS)
    table = scenario.table
    watched = subnets if table.subnets is None else tuple(one for one in table.subnets if one in subnets)

    def seen(position: Position) -> Sample:
        view = View(_era(position.state), position.state)
        rows = measured(view, subnets, watched, shown, table.measures)
        return Sample(position.block, view.era.name, tuple(rows))

    if position is None:
        position = Position(0, state_of(scenario, players, before))
        _happen(scenario, players, position)
        yield seen(position)
        moved(position)
    horizon = scenario.run.horizon
    while position.block < horizon:
        target = _next(scenario, players, position.block)
        _leap(position, target, told)
        _happen(scenario, players, position)
        if position.block % scenario.run.sample == 0 or position.block == horizon:
            yield seen(position)
        moved(position)


def _era(state: State) -> dtao.Era:
    return dtao.era(state.runtime.spec_version)


def _leap(position: Position, target: int, told: Callable[[int], None] | None) -> None:
    """Step to a block; in several leaps, which make no difference, if somebody is told how far it is."""
    era = _era(position.state)
    state, block, leap = position.state, position.block, FIRST_LEAP if told else target
    while block < target:
        blocks = min(leap, target - block)
        state = era.step(state, blocks)
        block += blocks
        leap = min(2 * leap, LONGEST_LEAP) if told else leap
        if told:
            told(block)
    position.state, position.block = state, block


def _happen(scenario: Scenario, players: tuple[Player, ...], position: Position) -> None:
    """Do all that is due at the present block: upgrades, then writes, then what the players do, in their order."""
    block, state = position.block, position.state
    for upgrade in scenario.upgrades:
        if upgrade.at == block:
            state = with_weights_in_the_clear(scenario, dtao.migrate(state, upgrade.era))
    era = _era(state)
    for write in scenario.writes:
        if write.at == block:
            state = written(View(era, state), write)
    for player in players:
        if _is_due(scenario, player, block):
            calls = POLICIES[player.actor.policy].acts(View(era, state), player, block)
            state = _called(era, state, calls, player, position)
    position.state = state


def _called(era: dtao.Era, state: State, calls: Sequence[Call], player: Player, position: Position) -> State:
    for call in calls:
        outcome = era.apply(state, call)
        position.calls[player.name, "" if outcome.error is None else outcome.error.value] += 1
        state = outcome.state
    return state


def _next(scenario: Scenario, players: tuple[Player, ...], block: int) -> int:
    """Return the first later block at which something happens: a sample, an upgrade, a write, an act, the end."""
    sample = scenario.run.sample
    due = [scenario.run.horizon, block + sample - block % sample]
    moments = [upgrade.at for upgrade in scenario.upgrades] + [write.at for write in scenario.writes]
    due += [at for at in moments if at > block]
    due += [when for player in players if (when := _due_after(scenario, player, block)) is not None]
    return min(due)


def _is_due(scenario: Scenario, player: Player, block: int) -> bool:
    return _due_after(scenario, player, block - 1) == block


def _due_after(scenario: Scenario, player: Player, block: int) -> int | None:
    """Return the first block later than the given one at which a player acts; None if there is none."""
    actor = player.actor
    extra = min((one for one in actor.also_at if one > block), default=None)
    when = _due_regularly(scenario, player, block)
    if when is None or (extra is not None and extra < when):
        return extra
    return when


def _due_regularly(scenario: Scenario, player: Player, block: int) -> int | None:
    actor = player.actor
    if actor.every is None:
        turns = range(1)
    else:
        first = max((block - player.first - actor.jitter) // actor.every, 0)
        turns = range(first, first + 3)
    for turn in turns:
        when = player.first + turn * (actor.every or 0)
        if actor.jitter:
            when += random.Random(f"{scenario.seed}/{player.name}/{turn}").randrange(actor.jitter + 1)  # noqa: S311
        if when > block:
            return when if actor.until is None or when <= actor.until else None
    return None
