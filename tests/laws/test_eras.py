"""The later eras: each holds all invariants that are stated of it, and has the leaks named for it, no others."""

import random
from operator import attrgetter
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import dtao
from dtao.units import AccountId, NetUid
from dtao_properties.fuzz.held_to_laws import invariant_machine, walked
from dtao_properties.fuzz.steps import STEP_BYTES
from dtao_properties.fuzz.worlds import WORLD_BYTES, world
from dtao_properties.laws import INVARIANTS, Status, violations
from dtao_properties.laws import conservation as ledger_invariants
from dtao_properties.laws.leak_sizes import leaks_of
from dtao_properties.model import modelled
from dtao_properties.model.leaks import LEAKS, leaks_of_era
from dtao_properties.model.step import Oracle, Step, key_of
from dtao_properties.model.storage_model import MONEY
from dtao_spec.registry import RULES
from tests.depth import IS_DEEP, of_many
from tests.laws.corpus import LAUNCH, moved
from tests.laws.later import LATER, MOST, STAKE, a_block, called, first, leaks_in, small, steps_of, walk
from tests.laws.test_plants import more

EXAMPLES = of_many(6, 320)
"""What is generated in each later era."""
WALKS = of_many(3, 160)
"""Walks of each era in which every step is held to the invariants."""
PLACES = 20
LEDGER = [one for one in INVARIANTS if one.check.__module__ == ledger_invariants.__name__]
UNCOUNTED = frozenset({"Alpha", "TotalHotkeyShares"})
"""Items in shares instead of rao."""


def before(era: dtao.Era) -> dtao.Era:
    """Return the era before another one."""
    return modelled()[modelled().index(era) - 1]


def after(era: dtao.Era) -> dtao.Era:
    """Return the era after another one."""
    return modelled()[modelled().index(era) + 1]


TestLast = invariant_machine(era=modelled()[-1])
TestLast.settings = settings(max_examples=EXAMPLES, stateful_step_count=12)


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # or it would be all that a failure says
@pytest.mark.parametrize("era", LATER, ids=lambda era: era.name)
@settings(max_examples=EXAMPLES)
@given(st.binary(min_size=WORLD_BYTES, max_size=WORLD_BYTES), st.binary(min_size=24 * 8, max_size=24 * 8))
def test_short_walks(era: dtao.Era, begin: bytes, drawn: bytes) -> None:
    state = era.load(world(begin, era))
    for at in range(0, len(drawn), STEP_BYTES["block"]):
        state = walked(Oracle(era), state, drawn[at : at + STEP_BYTES["block"]])


@pytest.mark.parametrize("era", LATER, ids=lambda era: era.name)
def test_every_step_of_a_walk(era: dtao.Era) -> None:
    assert [sentence for number in range(WALKS) for step in walk(era, number) for sentence in violations(step)] == []


def test_a_transfer_to_oneself_does_not_hold_stake_back() -> None:
    """The calls that move stake note that it came in this block; the call that transfers it never does."""
    era = dtao.era(298)
    opened: dict[str, Any] = {
        "SubtokenEnabled__0": True,
        "SubtokenEnabled__1": True,
        "FirstEmissionBlockNumber__1": "1",
    }
    args = {"hotkey": "11", "origin_netuid": 1, "destination_netuid": 0, "alpha_amount": str(10**9)}
    state = small(era, **STAKE, **opened)
    for call, further, noted in (("transfer_stake", {"destination_coldkey": "1"}, 0), ("swap_stake", {}, 1)):
        step = called(era, state, call, **args, **further)
        assert (step.error, len(step.after.staking_operations)) == (None, noted)
        assert list(violations(step)) == []


RARE_CALLS = frozenset({"remove_liquidity", "modify_position", "remove_stake_full_limit"})
"""Calls that are drawn once in 256 steps, two of which need a position too; test_ranges.py makes them."""
BRINGING_CALLS = [era for era in LATER if era.runtime.calls.keys() - before(era).runtime.calls.keys()]


@pytest.mark.parametrize("era", BRINGING_CALLS, ids=lambda era: era.name)
def test_every_call_of_an_era_is_accepted(era: dtao.Era) -> None:
    wanted = era.runtime.calls.keys() - RARE_CALLS
    for number in range(MOST // 2):
        wanted -= {step.name for step in walk(era, number) if step.accepted}
        if not wanted:
            return
    pytest.fail(f"never accepted: {', '.join(sorted(wanted))}")


@pytest.mark.parametrize("era", LATER, ids=lambda era: era.name)
def test_a_rao_in_an_entry(era: dtao.Era) -> None:
    """One rao more in any of some places is not on the ledger."""
    draws, steps, planted = random.Random(era.spec_version), steps_of(era, 4), 0
    while planted < PLACES:
        step = draws.choice(steps)
        money = [entry for entry in sorted(step.flat_after) if key_of(entry)[0] in MONEY - UNCOUNTED]
        entry = draws.choice(money)
        if int(step.flat_after[entry]) < 2**63:
            planted += 1
            with_more = moved(step, entry, 1)
            assert any(entry in sentence for one in LEDGER for sentence in one.violations(with_more)), (step, entry)


BITS = 2**32
PLANTS = {
    "staking.unstaking_fee": 1, "shares.stake_of": 1, "shares.deposit": 1, "shares.withdraw": 1,
    "staking.stake_to_unstake": 1, "dividends.divided": 1, "dividends.alpha_dividends": BITS,
    "prices.moving_price": 2**8, "prices.weight": 2**28, "prices.counted_from": 1_000,
}  # fmt: skip
"""Rules that change, and what is added to their results: a rao, or what shows as much."""
CHANGED = [
    pytest.param(era, name, id=f"{era.name}-{name}")
    for era in LATER
    for name in PLANTS
    if attrgetter(name)(era.runtime) is not attrgetter(name)(before(era).runtime)
    and (era.spec_version, name) != (283, "staking.unstaking_fee")  # from here on nobody asks for a fee
]


@pytest.mark.parametrize(("era", "name"), CHANGED)
def test_a_rao_in_a_changed_rule(era: dtao.Era, name: str) -> None:
    """A rao more from any function that an era brings makes an invariant fail."""
    for number in range(MOST):
        for step in walk(era, number):
            found = taken_with_more(step, name, PLANTS[name])
            differs = found.events != step.events or evolve(found.after, runtime=era.runtime) != step.after
            if differs and found.error == step.error and violations(found):
                assert violations(taken_with_more(step, name, 0)) == []
                return
    pytest.fail(f"more from {name} went unseen")


def taken_with_more(step: Step, name: str, by: int) -> Step:
    """Take a step again by rules of which one returns more."""
    function, added = attrgetter(name)(step.era.runtime), more(by)
    family, _, rule = name.partition(".")
    changes: dict[str, Any] = {rule: lambda *args: added(function(*args))}
    families: dict[str, Any] = {family: evolve(getattr(step.era.runtime, family), **changes)}
    runtime = evolve(step.era.runtime, **families)
    return Oracle(evolve(step.era, runtime=runtime)).apply(evolve(step.before, runtime=runtime), step.request)


def swapped(era: dtao.Era) -> Step:
    """Swap a hotkey for another one, both with a seat in the senate."""
    state = evolve(small(era, **STAKE), senate=(AccountId(11), AccountId(12)))
    return called(era, state, "swap_hotkey", hotkey="11", new_hotkey="12")


def of_few_shares(era: dtao.Era) -> Step:
    """Swap a hotkey on which a share is worth more than 2^64."""
    shares = {"TotalHotkeyShares__11__1": str(10**9), "Alpha__11__1__1": str(10**9)}
    return called(era, small(era, **{**STAKE, **shares}), "swap_hotkey", hotkey="11", new_hotkey="12")


def founded(era: dtao.Era) -> Step:
    """Create a subnet with the last rao of a balance."""
    costs = {"NetworkMinLockCost": str(10**9), "NetworkLastLockCost": str(10**8), "Balance__1": str(10**9)}
    return called(era, small(era, **costs), "register_network", hotkey="11")


def bought_past_the_gate(era: dtao.Era) -> Step:
    """Stake with a limit where the token is not enabled."""
    args = {"hotkey": "11", "netuid": 1, "amount_staked": str(10**9), "limit_price": str(10**10)}
    return called(era, small(era, SubtokenEnabled__1=False), "add_stake_limit", **args, allow_partial=True)


def registered_for_nothing(era: dtao.Era) -> Step:
    """Pay the burn to a pool that has next to no alpha for it."""
    state = small(era, SubnetAlphaIn__1="1", Burn__1=str(10**9), NetworkRegistrationAllowed__1=True)
    return called(era, state, "burned_register", netuid=1, hotkey="11")


SCRIPTED = {
    "purchase past the gate": bought_past_the_gate,
    "refused purchase": registered_for_nothing,
    "short reserve": founded,
    "swap half-way": swapped,
    "share pool overflow": of_few_shares,
}
"""Leaks that random walks do not meet, or not soon, and the steps that show them."""
NEVER_MET = frozenset({"unstake pays first"})
"""Each call asks before whether the shares suffice."""
LAST = modelled()[-1]
ENDING = [
    name
    for name, leak in LEAKS.items()
    if leak.until is not None and name not in NEVER_MET and leak.until < LAST.spec_version
]
OF_USERS = frozenset({"collected fees", "changed positions"})
"""Leaks of positions of users: test_ranges.py shows them."""
BEGINNING = [
    name for name, leak in LEAKS.items() if 233 < leak.since <= modelled()[-1].spec_version and name not in OF_USERS
]
"""Leaks of later versions are met in recordings: test_ledger_of_recordings.py has the largest of each."""


FAR = {"left at a limit": 48, "uncounted liquidity": 144, "fee for the whole amount": 458, "orphaned shares": 34}
"""Leaks that the first walks do not meet, and the walk that does: it is tried first."""


def is_met(name: str, has: dtao.Era, lacks: dtao.Era) -> None:
    """Find a leak in an era, and not in the same walk of another one, nor in deep tests in those before it."""
    if name in SCRIPTED:
        assert name in {seen.name for seen in leaks_of(SCRIPTED[name](has))}
        assert name not in {seen.name for seen in leaks_of(SCRIPTED[name](lacks))}
        return
    met = next(number for number in (FAR.get(name, 0), *range(MOST)) if name in leaks_in(has, number))
    others = range(met + 1) if IS_DEEP else (met,)
    assert [number for number in others if name in leaks_in(lacks, number)] == []


@pytest.mark.parametrize("name", ENDING)
def test_a_leak_ends(name: str) -> None:
    last = dtao.era(LEAKS[name].until or 0)
    is_met(name, last, after(last))


@pytest.mark.parametrize("name", BEGINNING)
def test_a_leak_begins(name: str) -> None:
    since = dtao.era(LEAKS[name].since)
    assert since.spec_version == LEAKS[name].since
    is_met(name, since, before(since))


def test_a_leak_that_stays_is_met_in_the_last_era() -> None:
    """What no version ended is there in the last one, but for what random walks rarely meet."""
    rare = {
        "given from outside",
        "overwritten reserves",
        "root swaps by a curve",
        "returned lock",
        *SCRIPTED,
        *OF_USERS,
    }
    rare |= {"captured dividends", "fee for the whole amount", "burned moves", *OF_USERS}
    staying = leaks_of_era(modelled()[-1]).keys() - rare
    for number in (154, 180, *range(MOST // 2)):  # the first two meet what is met late
        staying -= leaks_in(modelled()[-1], number)
        if not staying:
            return
    pytest.fail(f"never met: {', '.join(sorted(staying))}")


@pytest.mark.parametrize("era", modelled(), ids=lambda era: era.name)
def test_the_first_holder_finds_what_is_there(era: dtao.Era) -> None:
    state = small(era, TotalHotkeyAlpha__11__1=str(10**9), SubtokenEnabled__1=True)
    step = called(era, state, "add_stake", hotkey="11", netuid=1, amount_staked=str(10**9))
    assert (step.error, violations(step)) == (None, [])
    assert ("captured dividends", 10**9) in {(seen.name, seen.amount) for seen in leaks_of(step)}


def test_a_holder_of_torn_stake_empties_the_denominator_on_which_another_stands() -> None:
    """One holder has ten shares that the denominator does not count; it sells them, and the other keeps nothing."""
    torn = {**STAKE, "Alpha__11__1__1": str(10**11 << 64), "Alpha__11__2__1": str(10**10 << 64)}
    step = called(LAUNCH, small(LAUNCH, **torn), "unstake_all", hotkey="11")
    assert (step.error, violations(step)) == (None, [])
    pool = step.after.subnet(NetUid(1)).share_pools[AccountId(11)]
    assert (pool.total_alpha, pool.denominator, dict(pool.shares)) == (0, 0, {2: 10**10 << 64})
    within = {"origin_hotkey": "11", "destination_hotkey": "11", "origin_netuid": 1, "destination_netuid": 1}
    step = called(LAUNCH, small(LAUNCH, **torn), "move_stake", **within, alpha_amount=str(10**10 + 1))
    assert (step.error, violations(step)) == (None, [])


def test_members_of_the_senate_are_not_swapped_half_way() -> None:
    """The last era refuses the swap, and leaves all as it was; the era before stops in the middle."""
    refused, halfway = swapped(dtao.era(277)), swapped(dtao.era(273))
    assert (refused.error, refused.after is refused.before) == ("SenateMembers:AlreadyMember", True)
    assert (halfway.error, violations(halfway)) == (None, [])
    assert BY_NAME["a swapped hotkey keeps no stake"].violations(halfway)


BY_NAME = {invariant.name: invariant for invariant in INVARIANTS}
LATER_ON = [
    invariant
    for invariant in INVARIANTS
    if 233 < invariant.since <= modelled()[-1].spec_version
    and any(RULES[rule].since < invariant.since for rule in invariant.rules)
]
"""The invariants of rules that there were before; of new rules nothing could be broken before."""


@pytest.mark.parametrize("invariant", LATER_ON, ids=lambda invariant: invariant.name)
def test_what_begins_later_did_not_hold_before(invariant: object) -> None:
    stated = BY_NAME[getattr(invariant, "name", "")]
    since = dtao.era(stated.since)
    assert since.spec_version == stated.since
    if stated.name == "a swapped hotkey keeps no stake":
        found = swapped(before(since))
    else:
        found = first(before(since), stated.violations)
    assert stated.violations(found)
    assert not stated.covers(found.era)


def test_what_ends_is_mended() -> None:
    """Where the runtime violates an invariant up to a version, it meets a witness before, and none of as many after."""
    stated = BY_NAME["limits of swaps in part"]
    assert stated.status is Status.VIOLATED
    last = dtao.era(stated.until or 0)
    met = next(number for number in range(MOST) if any(map(stated.violations, walk(last, number))))
    later = [step for number in range(met + 1) for step in walk(after(last), number)]
    assert [sentence for step in later for sentence in stated.violations(step)] == []


def test_the_price_counts_up_to_one() -> None:
    """The first fork in one block: above 1 TAO the average of 234 follows 1, that of the launch the price."""
    entries = {"SubnetTAO__1": str(10**13), "SubnetMovingPrice__1": str(2**32), "SubnetMovingAlpha": str(2**31)}
    steps = [a_block(era, small(era, **entries)) for era in (LAUNCH, dtao.era(234))]
    prices = [step.after.pools[1].moving_price for step in steps]  # type: ignore[index]
    assert (prices[0] > 2**32, prices[1]) == (True, 2**32)
    assert [violations(step) for step in steps] == [[], []]
