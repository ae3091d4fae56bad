"""Simulations: leaps that equal single blocks, runs that are taken up again, policies, measures, and the scenarios."""

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import evolve

import dtao
from dtao import State, presets
from dtao_lab.simulation import Sample, Scenario, of_file, of_text, simulated
from dtao_lab.simulation.files import Folder, completed, digest_of, run_into
from dtao_lab.simulation.measures import OF_SUBNET
from dtao_lab.simulation.runner import Position
from dtao_lab.simulation.series import lines_of
from dtao_lab.simulation.sweeping import compute
from dtao_lab.simulation.tables import BLOCKS_A_DAY
from dtao_lab.simulation.view import PRICE_ONE, View
from dtao_spec.registry import Computation
from tests.depth import one_in

TAO = 10**9
BUSY = """
title = "Everybody does something"
seed = 5
[start]
era = "ERA"
subnets = 2
[run]
blocks = 900
sample = 300
[[set]]
entry = "Tempo/*"
value = 50
[[subnet]]
netuid = 1
tao = 1_000
alpha = 4_000
[[actor]]
name = "buyer"
policy = "buy"
tao = 100
amount = "1.5"
every = 90
jitter = 20
[[actor]]
name = "trader"
policy = "momentum"
netuid = [1, 2]
tao = 50
amount = 1
every = 130
[[actor]]
name = "staker on root"
policy = "hold"
netuid = 0
alpha = 500
[[actor]]
name = "claims"
policy = "claim"
as = "staker on root"
netuid = "all"
every = 200
[[actor]]
name = "holder"
policy = "sell"
netuid = 1
alpha = 10
amount = 2
from = 100
stagger = 60
count = 3
[[actor]]
name = "miners sell"
policy = "sell_emissions"
as = "miner"
netuid = "all"
every = 240
"""
ERAS = [era.name for era in dtao.ERAS]
SCENARIOS = sorted(path.name for path in (Path(__file__).parents[3] / "examples" / "simulations").glob("*.toml"))


def busy(era: str = "launch", **run: object) -> Scenario:
    (scenario,) = of_text(BUSY.replace("ERA", era), run)
    return scenario


def run(scenario: Scenario) -> tuple[list[Sample], Position]:
    last: list[Position] = []
    samples = list(simulated(scenario, moved=lambda position: last.__setitem__(slice(None), [position])))
    return samples, last[0]


def end_of(text: str, **length: object) -> tuple[dict[tuple[str, str, str], Fraction], State, Position]:
    """Return the last sample of a scenario's only run, and the state."""
    (scenario,) = of_text(text, length)
    samples, position = run(scenario)
    return {row[:3]: Fraction(row[3]) for row in samples[-1].rows}, position.state, position


# The blocks


@pytest.mark.parametrize("era", one_in(2, 0, ERAS))
def test_leaps_equal_single_blocks(era: str) -> None:
    """By the reference alone: the leaps of the same scenario, between which calls fall, end in the same state."""
    text = BUSY.replace("ERA", era) + '[table]\nmeasures = ["price", "stake"]\n'
    leaps, far = run(of_text(text, {"blocks": 160, "sample": 80})[0])
    steps, near = run(of_text(text, {"blocks": 160, "sample": 1})[0])
    assert len(steps) == 161
    assert far.state == near.state
    assert leaps == [step for step in steps if step.block % 80 == 0]


def test_who_is_told_how_far_it_is_changes_nothing() -> None:
    told: list[int] = []
    samples = list(simulated(busy(), told=told.append))
    assert samples == run(busy())[0]
    assert told == sorted(told)
    assert told[-1] == 900


def test_upgrades_are_migrations_at_their_block() -> None:
    upgrades = "".join(f'[[upgrade]]\nat = {at}\nera = "{era}"\n' for at, era in ((10, 277), (20, "v3.2.3")))
    text = f'title = "t"\n[start]\nsubnets = 2\nneurons = false\n[run]\nblocks = 30\nsample = 5\n{upgrades}'
    samples, position = run(of_text(text)[0])
    state = dtao.era("launch").step(run(of_text(text, {"blocks": 1})[0])[1].state, 9)
    state = dtao.era(277).step(dtao.migrate(state, 277), 10)
    state = dtao.era("v3.2.3").step(dtao.migrate(state, "v3.2.3"), 10)
    assert position.state == state
    assert [sample.era for sample in samples] == ["launch"] * 2 + ["hotkey-per-subnet"] * 2 + ["subsidy"] * 3


def test_what_is_given_comes_out_of_the_issuance() -> None:
    actors = 'policy = "hold"\ntao = 7\nalpha = 20\nnetuid = [0, 1]\ncount = 3\nhotkey = "own"\n'
    pool = "\n[[subnet]]\nnetuid = 1\ntao = 1_000\nalpha = 4_000\n"
    for era in dtao.ERAS:
        if era.spec_version >= 320:
            break  # that upgrade corrects what mainnet's root held by a fixed amount
        (scenario,) = of_text(scenario_with(actors, "neurons = false\nissuance = 7_000_000", era.name) + pool)
        states: list[State] = []
        samples = simulated(scenario, moved=lambda position: states.append(position.state))  # noqa: B023
        next(samples)
        next(samples)
        entries = era.dump(states[0])
        free = sum(int(str(value)) for entry, value in entries.items() if entry.startswith("Balance/"))
        pools = sum(int(str(value)) for entry, value in entries.items() if entry.startswith("SubnetTAO/"))
        assert pools == (6_000_000 + 3 * 20 + 1_000 + 1) * TAO == int(str(entries["TotalStake"]))
        assert free + pools == 7_000_000 * TAO == int(str(entries["TotalIssuance"])), era.name


# Taking up again


class Stopped(Exception):
    """Stands for Ctrl-C."""


@pytest.mark.parametrize("at", [0, 70, 301, 640, 899])
def test_an_interrupted_run_goes_on_to_the_same_bytes(tmp_path: Path, at: int) -> None:
    scenario = busy("excess-tao")
    whole = Folder(tmp_path / "whole", "d")
    whole.opened(fresh=False)
    run_into(whole, scenario, 0)
    broken = Folder(tmp_path / "broken", "d")
    broken.opened(fresh=False)

    def told(block: int) -> None:
        if block >= at:
            raise Stopped

    with pytest.raises(Stopped):
        run_into(broken, scenario, 0, told)
    blocks: list[int] = []
    run_into(broken, scenario, 0, blocks.append)
    assert at < 70 or min(blocks) > 60  # it did not begin anew
    assert broken.file(0, "csv").read_bytes() == whole.file(0, "csv").read_bytes()
    for folder in (whole, broken):
        completed(folder, [scenario])
    assert broken.table.read_bytes() == whole.table.read_bytes()
    assert broken.summary.read_bytes() == whole.summary.read_bytes()


def test_what_is_noted_of_another_simulation_is_not_taken_up(tmp_path: Path) -> None:
    for digest in ("one", "other"):
        folder = Folder(tmp_path, digest)
        folder.opened(fresh=True)
        run_into(folder, busy(), 0)
        told: list[int] = []
        run_into(folder, busy(), 0, told.append)
        assert told == []  # all of it was there
    folder.file(0, "json.gz").write_bytes(b"damaged")
    run_into(folder, busy(), 0, told.append)
    assert told[-1] == 900


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    tables = []
    for number, seed in enumerate((5, 5, 6)):
        runs = of_text(BUSY.replace("ERA", "launch").replace("seed = 5", f"seed = {seed}"))
        folder = Folder(tmp_path / str(number), digest_of(runs))
        folder.opened(fresh=False)
        compute(folder, runs, lambda done: None)
        tables.append(folder.table.read_bytes())
    assert tables[0] == tables[1] != tables[2]


def test_a_sweep_by_dask_is_that_of_this_process(tmp_path: Path) -> None:
    runs = of_text(BUSY.replace("ERA", "launch") + '[sweep]\n"actor.buyer.amount" = [1, 2]\n')
    tables = []
    for workers in (1, 2):
        folder = Folder(tmp_path / str(workers), digest_of(runs))
        folder.opened(fresh=False)
        told: list[int] = []
        compute(folder, runs, told.append, workers)
        tables.append(folder.table.read_bytes())
        assert told[-1] <= 1_800
    assert tables[0] == tables[1]
    assert {line.split(b",")[0] for line in tables[0].splitlines()} == {b"run", b"1", b"2"}


# Who acts


def scenario_with(actor: str, head: str = "", era: str = "launch", blocks: int = 500) -> str:
    return (
        f'title = "t"\n[start]\nsubnets = 2\nera = "{era}"\n{head}\n[run]\nblocks = {blocks}\nsample = {blocks}\n'
        f'[[set]]\nentry = "Tempo/*"\nvalue = 50\n[[actor]]\nname = "a"\n{actor}'
    )


def test_buying_and_selling_all() -> None:
    bought, _, position = end_of(scenario_with('policy = "buy"\ntao = 10\namount = "all"\n'))
    assert bought["actor", "a", "balance"] < Fraction(1, 100)
    assert bought["actor", "a", "stake"] > 0
    assert position.calls["a", ""] == 1
    sold = end_of(scenario_with('policy = "sell"\nalpha = 10\namount = "all"\nfrom = 400\n'))[0]
    assert sold["actor", "a", "stake"] < Fraction(1, 1000)
    assert sold["actor", "a", "balance"] > 0


def test_who_sells_emissions_keeps_what_was_there_before() -> None:
    every = "every = 100\n"
    kept = end_of(scenario_with(f'policy = "sell_emissions"\nalpha = 10\n{every}'))[0]
    assert 10 <= kept["actor", "a", "stake"] < Fraction(10_001, 1000)
    assert kept["actor", "a", "balance"] > 0
    held = end_of(scenario_with('policy = "hold"\nalpha = 10\n'))[0]
    assert held["actor", "a", "stake"] > 11
    assert held["actor", "a", "balance"] == 0


def test_momentum_buys_above_the_moving_price_and_sells_below() -> None:
    rising = 'moving_price = "0.1"\n'
    falling = 'moving_price = "3"\n'
    found = []
    for moving in (rising, falling):
        subnet = f"\n[[subnet]]\nnetuid = 1\ntao = 100\nalpha = 100\n{moving}"
        actor = 'policy = "momentum"\ntao = 10\nalpha = 5\namount = 1\n'
        found.append(end_of(scenario_with(actor, blocks=1) + subnet)[0]["actor", "a", "stake"])
    assert found[0] > Fraction("5.9")
    assert found[1] < Fraction("4.1")


def test_claims_pay_where_there_are_claims() -> None:
    head = "root_stake = 900_000"
    big = "".join(f"[[subnet]]\nnetuid = {netuid}\ntao = 9_000\nalpha = 9_000\n" for netuid in (1, 2))
    staker = 'policy = "hold"\nnetuid = 0\nalpha = 100_000\n'
    claims = '[[actor]]\nname = "c"\npolicy = "claim"\nas = "a"\nnetuid = "all"\nfrom = 900\n'
    nobody_else_claims = '[[set]]\nentry = "NumRootClaim"\nvalue = "0"\n'
    text = scenario_with(staker, head, "tao-flow", 900) + big + nobody_else_claims
    without = end_of(text)[0]["actor", "a", "stake"]
    with_claims, _, position = end_of(text + claims)
    assert position.calls["c", ""] == 1
    assert without == 100_000
    assert with_claims["actor", "a", "stake"] > 100_001
    before = scenario_with(staker, head, "launch", 900) + claims
    assert end_of(before)[2].calls["c", ""] == 0


def test_neurons_validate_and_mine_in_every_era() -> None:
    for era in dtao.ERAS:
        text = f'title = "t"\n[start]\nsubnets = 1\nera = "{era.name}"\n[run]\nblocks = 800\nsample = 800\n'
        _, state, position = end_of(text + '[[set]]\nentry = "Tempo/*"\nvalue = 50\n')
        assert {error for _, error in position.calls} == {""}, era.name
        incentive = era.get(state, "Incentive", 1)
        assert isinstance(incentive, tuple)
        assert incentive[2] == 65_535, era.name  # the owner has uid 0, the validator 1, the miner 2


def test_a_miner_whom_nobody_weighs_earns_nothing() -> None:
    miners = "".join(
        f'[[actor]]\nname = "{name}"\npolicy = "mine"\nhotkey = "own"\ntao = 10\nfrom = {first}\n'
        for first, name in enumerate(("b", "c"), 1)
    )
    validator = 'policy = "validate"\nhotkey = "own"\nalpha = 1_000\ntao = 10\nweighs = "b"\nevery = 110\n'
    found = end_of(scenario_with(validator, "neurons = false") + miners)[0]
    assert found["actor", "b", "stake"] > 1
    assert found["actor", "c", "stake"] == 0


def test_several_of_a_count_act_one_after_the_other() -> None:
    actor = 'policy = "buy"\ntao = 5\namount = 1\ncount = 3\nfrom = 10\nstagger = 20\n'
    samples, _ = run(of_text(scenario_with(actor, blocks=60), {"sample": 10})[0])
    first = {
        name: next(sample.block for sample in samples if Fraction(sample.value("actor", name, "stake")))
        for name in ("a 1", "a 2", "a 3")
    }
    assert first == {"a 1": 10, "a 2": 30, "a 3": 50}


def test_a_schedule_ends_and_jitter_stays_within_its_bound() -> None:
    actor = 'policy = "buy"\ntao = 50\namount = 1\nevery = 50\njitter = 9\nfrom = 20\nuntil = 230\n'
    samples, position = run(of_text(scenario_with(actor, blocks=300), {"sample": 1})[0])
    balances = [Fraction(sample.value("actor", "a", "balance")) for sample in samples]
    acted = [block for block in range(1, len(balances)) if balances[block] < balances[block - 1]]
    assert all(20 <= block <= 230 and (block - 20) % 50 <= 9 for block in acted)
    assert len(acted) == position.calls["a", ""] == 5
    assert len({(block - 20) % 50 for block in acted}) > 1


def test_refused_calls_are_counted_by_error() -> None:
    _, _, position = end_of(scenario_with('policy = "buy"\ntao = 2\namount = 1\nevery = 100\n'))
    assert position.calls["a", ""] == 2
    assert position.calls["a", "NotEnoughBalanceToStake"] == 4


# What is seen


def test_measures_are_what_the_state_holds() -> None:
    found, state, position = end_of(BUSY.replace("ERA", "launch"))
    era = dtao.era("launch")
    price = Fraction(era.price(state, 1), PRICE_ONE)
    assert abs(found["subnet", "1", "price"] - price) < Fraction(1, 10**12)
    stake, balance = found["actor", "buyer", "stake"], found["actor", "buyer", "balance"]
    assert abs(found["actor", "buyer", "worth"] - (balance + stake * price)) <= Fraction(2, TAO)
    rao = int(stake * TAO)
    assert found["actor", "buyer", "proceeds"] == balance + Fraction(
        era.sim_swap_alpha_for_tao(state, 1, rao) or 0, TAO
    )
    rules = Computation(233)
    issued = Fraction(sum(int(str(era.get(state, item, 1))) for item in ("SubnetAlphaIn", "SubnetAlphaOut")))
    weight = rules["EMIT-5"](era.get(state, "TaoWeight"))
    root = rules["EMIT-6"](Fraction(int(str(era.get(state, "SubnetTAO", 0)))), weight, issued)
    assert abs(found["subnet", "1", "root_share"] - root) < Fraction(1, 10**12)
    assert 0 < found["actor", "buyer", "share"] < 1
    assert position.block == 900


def test_only_what_is_asked_for_is_written() -> None:
    table = '[table]\nsubnets = 2\nmeasures = ["price", "worth"]\n'
    (scenario,) = of_text(BUSY.replace("ERA", "launch") + table, {"blocks": 1})
    rows = run(scenario)[0][0].rows
    assert {(of, measure) for of, _, measure, _, _ in rows} == {("subnet", "price"), ("actor", "worth")}
    assert {subject for of, subject, *_ in rows if of == "subnet"} == {"2"}


def test_a_state_of_a_file_goes_on(tmp_path: Path) -> None:
    era = dtao.era(277)
    state = era.step(dtao.presets.of_era(era).state, 10)
    for content, head in (
        (era.dump(state), "era = 277\n"), ({"spec_version": 277, "state": era.dump(state)}, ""),
    ):  # fmt: skip
        (tmp_path / "state.json").write_text(json.dumps(content))
        text = f'title = "t"\n[start]\n{head}state = "state.json"\nneurons = false\n[run]\nblocks = 50\n'
        (tmp_path / "s.toml").write_text(text)
        assert run(of_file(tmp_path / "s.toml")[0])[1].state == era.step(state, 50)


# The scenarios that come with it


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_scenario_runs_and_has_what_its_plots_draw(name: str, root: Path, tmp_path: Path) -> None:
    run_for: Mapping[str, object] = {"blocks": 20, "sample": 10}  # half a second, but for a thousand subnets
    runs = of_file(root / "examples" / "simulations" / name, run_for)
    folder = Folder(tmp_path, digest_of(runs))
    folder.opened(fresh=False)
    compute(folder, runs, lambda done: None)
    plots = [evolve(plot, start=0) for plot in runs[0].plots]
    assert plots
    for plot, lines in zip(plots, lines_of(folder.table, plots), strict=True):
        assert len(lines) >= len(runs), plot.name
        assert all(len(line.values) == 3 for line in lines), plot.name


def test_a_pool_run_pays_who_comes_first(root: Path) -> None:
    (scenario,) = of_file(root / "examples/simulations/pool_run.toml", {"days": 2, "sample": "1d"})
    last = run(scenario)[0][-1]
    paid = [Fraction(last.value("actor", f"holder {number}", "balance")) for number in range(1, 21)]
    assert paid == sorted(paid, reverse=True)
    assert paid[0] > 4_000
    assert paid[-1] < 700


def test_a_takeover_starves_the_honest_miner(root: Path) -> None:
    (scenario,) = of_file(root / "examples/simulations/takeover.toml", {"days": 10, "sample": "1d"})
    samples = run(scenario)[0]
    honest = [Fraction(sample.value("actor", "honest miner", "stake")) for sample in samples]
    attacker = [Fraction(sample.value("actor", "attacker's miner", "stake")) for sample in samples]
    assert honest[1] < honest[6]
    assert honest[8] == honest[10]
    assert attacker[7] == 0
    assert attacker[8] < attacker[10]


def test_the_halving_halves(root: Path) -> None:
    (scenario,) = of_file(root / "examples/simulations/halving.toml", {"days": 8, "sample": "1d"})
    emitted = [Fraction(sample.value("subnet", "1", "tao_emission")) for sample in run(scenario)[0]]
    assert emitted[6] == Fraction(1, 4)
    assert emitted[7] == Fraction(1, 8)


@pytest.mark.parametrize("version", [233, 298, 342, 401, 425])
def test_the_owner_cut_is_what_a_block_sets_aside(version: int) -> None:
    preset = presets.mainnet(version)
    before = preset.era.step(preset.state)
    view, later = View(preset.era, before), View(preset.era, preset.era.step(before))
    cut = Fraction(OF_SUBNET["owner_cut"].of(later, 5)) * TAO / BLOCKS_A_DAY
    grown = later.integer("PendingOwnerCut", 5) - view.integer("PendingOwnerCut", 5)
    assert 0 <= cut - grown < 1
    assert grown > 10**8
    income = Fraction(OF_SUBNET["owner_income"].of(later, 5)) * TAO
    assert 0 <= cut * BLOCKS_A_DAY * Fraction(later.price(5), PRICE_ONE) - income < 2


def test_an_owner_whose_cut_is_off_is_due_nothing() -> None:
    preset = presets.mainnet(425)
    state = preset.era.set(preset.era.step(preset.state), "OwnerCutEnabled", {"netuid": 5}, False)
    assert OF_SUBNET["owner_cut"].of(View(preset.era, state), 5) == "0.000000000"
