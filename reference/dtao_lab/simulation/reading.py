"""From a TOML file to scenarios: one for each combination of what its sweep varies; and what of it cannot be."""

import copy
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from attrs import evolve

from dtao import InputError
from dtao.given import shown
from dtao_lab import given
from dtao_lab.simulation.measures import MEASURES
from dtao_lab.simulation.policies import POLICIES
from dtao_lab.simulation.scenario import MINER, VALIDATOR, Actor, Plot, Scenario
from dtao_lab.simulation.tables import listed, name_of, require_known, table, text

MOST_RUNS = 1_000
"""Runs of one sweep; more are a mistake."""
Toml = dict[str, Any]


def of_file(
    path: str | Path, run: Mapping[str, object] | None = None, vary: Mapping[str, Sequence[object]] | None = None
) -> list[Scenario]:
    """Return the runs of a scenario's file; ``run`` replaces its horizon or its samples, ``vary`` other values.

    Rejects, as InputError, a file that cannot be read, and what :func:`of_text` rejects.
    """
    path = given.path(path, "a scenario")
    try:
        content = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). Check the path.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is no text in UTF-8 ({error.reason}). Give a scenario's TOML file.") from error
    try:
        return of_text(content, run, str(path.parent), vary)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def of_text(
    content: str,
    run: Mapping[str, object] | None = None,
    folder: str = ".",
    vary: Mapping[str, Sequence[object]] | None = None,
) -> list[Scenario]:
    """Return the runs of a scenario, one without a sweep.

    ``vary`` has the values of paths as a sweep has them, or of entries of the storage: each is a run of its own.

    Rejects, as InputError, what is no TOML, unknown and missing keys, values that cannot be, and parts that contradict
    each other; each message names the place.
    """
    try:
        whole = tomllib.loads(given.text(content, "the text of a scenario"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"not TOML: {error}. Mend this line.") from error
    if run:
        written = whole.get("run", {})
        kept = {
            name: value
            for name, value in (written if isinstance(written, dict) else {}).items()
            if not (name in ("days", "blocks") and run.keys() & {"days", "blocks"})
        }
        whole["run"] = {**kept, **run}
    for path, values in (vary or {}).items():
        _vary(whole, path, list(values))
    scenarios = []
    for label, one in _varied(whole):
        scenario = evolve(table(Scenario)(one, ""), label=label, folder=folder)
        require_consistent(scenario)
        scenarios.append(scenario)
    return scenarios


def _vary(whole: Toml, path: str, values: list[object]) -> None:
    """Put values into the sweep, in place of those that it has there; those of an entry of the storage too."""
    if path[:1].isupper():
        writes = whole.setdefault("set", [])
        if isinstance(writes, list) and not any(name_of(one) == path for one in writes):
            writes.append({"entry": path, "value": values[0]})
        path = f"set.{path}.value"
    if len(values) == 1:
        _place_at(whole, path, values[0])
    sweep = whole.get("sweep", {})
    if isinstance(sweep, dict):
        is_same = len(values) == 1 and path not in sweep  # so that labels still fit
        whole["sweep"] = {name: one for name, one in sweep.items() if name != path and (is_same or name != "labels")}
        if len(values) > 1:
            whole["sweep"][path] = values


def _varied(whole: Toml) -> Iterator[tuple[str, Toml]]:
    """Yield the content of the file for each combination of the sweep's values, and what it is called."""
    sweep = whole.get("sweep", {})
    if not isinstance(sweep, dict):
        raise InputError(f"sweep: {shown(sweep)} is no table. Write its keys below [sweep].")
    labels = listed(text)(sweep["labels"], "sweep.labels") if "labels" in sweep else ()
    axes = {path: values for path, values in sweep.items() if path != "labels"}
    for path, values in axes.items():
        if not isinstance(values, list) or not values:
            raise InputError(
                f"sweep.{path}: {shown(values)} is no list of values. Write the path of a key in quotation marks, and "
                'its values: "start.subnets" = [64, 128].'
            )
    combinations = list(product(*axes.values()))
    if len(combinations) > MOST_RUNS:
        raise InputError(f"sweep: {len(combinations)} combinations are more than {MOST_RUNS}. Vary less.")
    if labels and len(labels) != len(combinations):
        raise InputError(f"sweep.labels: {len(labels)} for {len(combinations)} runs. Give one for each, or none.")
    for number, values in enumerate(combinations):
        one = copy.deepcopy(whole)
        for path, value in zip(axes, values, strict=True):
            _place_at(one, path, value)
        yield labels[number] if labels else ", ".join(map(str, values)), one


def _place_at(whole: Toml, path: str, value: object) -> None:
    """Set the value at a path of a sweep: a table's key, or that of a table of an array, by its name or entry."""
    *above, last = _parts(path)
    place: Any = whole
    for depth, part in enumerate(above):
        if isinstance(place, dict):
            place = place.setdefault(part, {})
        elif isinstance(place, list):
            found = [one for one in place if part == (name_of(one) or str(one.get("netuid")))]
            if not found:
                names = ", ".join(str(name_of(one) or one.get("netuid")) for one in place)
                raise InputError(f"sweep.{path}: {'.'.join(above[:depth])} has no {part!r}. There are: {names}.")
            place = found[0]
    if not isinstance(place, dict) or not above:
        raise InputError(f'sweep.{path}: names no key of a table. Write it as "start.era" or "actor.NAME.amount".')
    place[last] = value


def _parts(path: str) -> list[str]:
    return path.split(".")


def require_consistent(scenario: Scenario) -> None:
    """Refuse, as InputError, parts of a scenario that contradict each other."""
    run = scenario.run
    if (run.blocks is None) == (run.days is None):
        raise InputError("run: give its length as days or as blocks, one of the two.")
    _require_upgrades(scenario)
    netuids = range(scenario.start.subnets + 1)
    has_state = scenario.start.state is not None
    if has_state and (scenario.subnets or scenario.start.neurons):
        raise InputError(
            "start.state: the file says what there is. Leave out [[subnet]], and write start.neurons = false."
        )
    for subnet in scenario.subnets:
        if subnet.netuid not in netuids:
            raise InputError(_no_subnet(f"subnet.{subnet.netuid}", subnet.netuid, scenario))
        if not subnet.tao or not subnet.alpha:
            raise InputError(f"subnet.{subnet.netuid}: a pool needs TAO and alpha. Give more than 0 of both.")
    _require_distinct([str(subnet.netuid) for subnet in scenario.subnets], "subnet", "netuid")
    _require_distinct([actor.name for actor in scenario.actors], "actor", "name")
    _require_distinct([plot.name for plot in scenario.plots], "plot", "name")
    for actor in scenario.actors:
        _require_actor(actor, scenario)
        for netuid in actor.netuids or ():
            if not has_state and netuid not in netuids:
                raise InputError(_no_subnet(f"actor.{actor.name}.netuid", netuid, scenario))
    for name in scenario.table.measures:
        require_known(name, _names(), "table.measures", "measure")
    for plot in scenario.plots:
        _require_subjects(plot, scenario)
        for name in plot.y:
            require_known(name, MEASURES[plot.of], f"plot.{plot.name}.y", f"measure of a {plot.of}")
            if scenario.table.measures and name not in scenario.table.measures:
                raise InputError(f"plot.{plot.name}.y: {name} is not written. Add it to table.measures.")


def _require_subjects(plot: Plot, scenario: Scenario) -> None:
    """Refuse to draw what there is not."""
    place = f"plot.{plot.name}.subjects"
    if plot.of == "actor":
        known = [actor.name for actor in scenario.actors if actor.account is None]
        known += [f"{actor.name} {number}" for actor in scenario.actors for number in range(1, actor.count + 1)]
        for name in plot.subjects:
            require_known(name, known, place, "actor with accounts of its own")
    for name in plot.subjects if plot.of == "subnet" else ():
        is_number = name.isdecimal() and len(name) < 6
        if not is_number or (scenario.start.state is None and int(name) not in range(1, scenario.start.subnets + 1)):
            raise InputError(f"{place}: there is no subnet {name!r}. Name one by its number, in quotation marks.")
        if scenario.table.subnets is not None and int(name) not in scenario.table.subnets:
            raise InputError(f"{place}: subnet {name} is not written. Add it to table.subnets.")


def _names() -> list[str]:
    return [name for measures in MEASURES.values() for name in measures]


def _require_upgrades(scenario: Scenario) -> None:
    before, at = scenario.start.rules, 0
    for number, upgrade in enumerate(scenario.upgrades, 1):
        if upgrade.at < at:
            raise InputError(f"upgrade.{number}.at: {upgrade.at} is before the one above it. Order them by time.")
        after = upgrade.rules
        if before is not None and after.spec_version <= before.spec_version:
            raise InputError(
                f"upgrade.{number}.era: the runtime never goes back: {after.name} ({after.spec_version}) "
                f"is not later than {before.name} ({before.spec_version}). Name a later one."
            )
        before, at = after, upgrade.at


def _no_subnet(place: str, netuid: int, scenario: Scenario) -> str:
    count = scenario.start.subnets
    return f"{place}: there is no subnet {netuid}: start.subnets is {count}, so there are 1 to {count}, and root, 0."


def _require_distinct(names: Sequence[str], table_name: str, key_name: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{table_name}: there are two with the {key_name} {name!r}. Give each its own.")


def _require_actor(actor: Actor, scenario: Scenario) -> None:
    """Refuse what the policy of an actor does not take, and the want of what it needs."""
    place = f"actor.{actor.name}"
    policy = POLICIES[actor.policy]
    if actor.amount is not None and not policy.needs_amount:
        raise InputError(f"{place}.amount: the policy {actor.policy} takes none. Leave it out.")
    if actor.amount is None and policy.needs_amount:
        raise InputError(f'{place}: the policy {actor.policy} needs an amount. Add it: amount = "10", or "all".')
    if actor.weighs and actor.policy != "validate":
        raise InputError(f"{place}.weighs: only a validator sets weights. Leave it out.")
    if actor.until is not None and actor.until < actor.start:
        raise InputError(f"{place}.until: comes before {place}.from. Give a later time.")
    if actor.every is not None and actor.jitter >= actor.every:
        raise InputError(f"{place}.jitter: {actor.jitter} blocks are no less than every. Give fewer.")
    if actor.hotkey == VALIDATOR and scenario.start.state is not None:
        raise InputError(f"{place}.hotkey: a state of a file has no validator of ours. Write own, or leave it out.")
    names = [one.name for one in scenario.actors] + ([VALIDATOR, MINER] if scenario.start.neurons else [])
    for other in actor.weighs:
        require_known(other, names, f"{place}.weighs", "actor")
    if actor.account is not None:
        require_known(actor.account, names, f"{place}.as", "actor")
        borrowed = next((one for one in scenario.actors if one.name == actor.account), None)
        if actor.tao or actor.alpha or actor.count > 1 or (borrowed and (borrowed.account or borrowed.count > 1)):
            raise InputError(f"{place}.as: who uses the accounts of another has no tao, alpha or count of its own.")
