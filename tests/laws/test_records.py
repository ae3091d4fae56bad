"""What calls and blocks write down beside money: each slip in a record or an event makes an invariant fail."""

import ast
from collections.abc import Mapping

import pytest
from attrs import evolve

import dtao
from dtao_properties.adapters.protocol import Json
from dtao_properties.laws import INVARIANTS, records
from dtao_properties.model.calls import CALLS, WITHOUT_MONEY
from dtao_properties.model.calls.effects import EFFECTS, effect_of
from dtao_properties.model.step import Oracle, Step, key_of
from dtao_properties.mutants.mutant import compiled, located, source_of
from dtao_properties.trace.eras.comparison import with_attributes
from tests.laws.corpus import LAUNCH, ORACLE, moved, steps
from tests.laws.later import MOST, STAKE, first, small, walk

RECORDS = [one for one in INVARIANTS if one.check.__module__ == records.__name__]
PENDING: Mapping[str, Json] = {
    "NetworksAdded__2": True, "StakeThreshold": str(10**15), "PendingChildKeys__1__11": [[["5", "12"]], "60500"],
    "PendingChildKeys__2__11": [[["5", "12"]], "60500"], **STAKE,
}  # fmt: skip


def broken(step: Step) -> list[str]:
    """Return how a step breaks the invariants of records that are stated of its era."""
    return [sentence for one in RECORDS if one.covers(step.era) for sentence in one.violations(step)]


def call(name: str, **args: Json) -> dict[str, Json]:
    """Return the request of a call of account 1."""
    return {"do": "call", "call": name, "signer": "1", "args": args}


def plant(monkeypatch: pytest.MonkeyPatch, function: str, old: str, new: str) -> None:
    """Plant a mistake in a function of the reference until the test ends."""
    target = located(function, function)
    text = source_of(target)
    assert text.count(old) == 1, text
    monkeypatch.setattr(target, "__code__", compiled(ast.parse(text.replace(old, new)), target).__code__)


def two_neurons(**entries: Json) -> dict[str, Json]:
    """Return the entries of a subnet with two neurons, 11 and 12, and others."""
    zeros = {item: [0, 0] for item in ("Rank", "Trust", "ValidatorTrust", "Incentive", "Dividends")}
    vectors: dict[str, Json] = {
        **zeros, "Active": [True, True], "LastUpdate": ["50000", "50000"], "Consensus": [7, 7], "PruningScores": [5, 5],
        "Emission": ["9", "9"], "ValidatorPermit": [True, True], "SubnetworkN": 2,
    }  # fmt: skip
    keyed: dict[str, Json] = {}
    for uid, hotkey in enumerate(("11", "12")):
        keyed |= {f"Keys__1__{uid}": hotkey, f"Uids__1__{hotkey}": uid, f"IsNetworkMember__{hotkey}__1": True}
        keyed[f"BlockAtRegistration__1__{uid}"] = str(59_900 - 100 * uid)
    return {**{f"{item}__1": value for item, value in vectors.items()}, **keyed, **entries}


WEIGHING = two_neurons(StakeThreshold="0", MinAllowedWeights__1=0, MaxWeightsLimit__1=65_535)
FULL = two_neurons(MaxAllowedUids__1=2, NetworkRegistrationAllowed__1=True, ImmunityPeriod__1=5_000, SubnetOwner__1="9")
BLOCK: Mapping[str, Json] = {"do": "blocks", "n": 1}
PLANTS: Mapping[str, tuple[str, str, str, Mapping[str, Json], Mapping[str, Json]]] = {
    "a delegate with a take of 0 gets the default": (
        "calls.registration.RootRegister.apply",
        "if self.hotkey not in state.delegates:", "if not state.delegates.get(self.hotkey):",
        {"Delegates__11": 0}, call("root_register", hotkey="11"),
    ),
    "children are dropped from the first subnet only": (
        "calls.staking.drop_pending_children",
        "            state = stake.with_subnet(state, netuid, subnet)\n",
        "            return stake.with_subnet(state, netuid, subnet)\n",
        PENDING, call("remove_stake", hotkey="11", netuid=1, amount_unstaked="1000000000"),
    ),
    "all that is unstaked drops pending children": (
        "calls.staking.UnstakeAll.apply", "return state, events",
        "return drop_pending_children(state, self.hotkey), events", PENDING, call("unstake_all", hotkey="11"),
    ),
    "a new hotkey that is a delegate keeps its take": (
        "transitions.keys.move_delegation",
        "set(new, state.delegates[old])", "set(new, state.delegates.get(new, state.delegates[old]))",
        {"Delegates__11": 100, "Delegates__12": 200}, call("swap_hotkey", hotkey="11", new_hotkey="12"),
    ),
    "LastMechansimStepBlock is the block before": (
        "block.drain",
        "subnet.last_mechansim_step_block = BlockNumber(context.block_number)",
        "subnet.last_mechansim_step_block = BlockNumber(context.block_number - 1)",
        {"Tempo__1": 3}, BLOCK,
    ),
    "BlockEmission is 0 once all is issued": (
        "transitions.coinbase.emission_of_block", "        return 0\n",
        "        context.block_emission = 0\n        return 0\n",
        {"TotalIssuance": str(21 * 10**15), "BlockEmission": "7", "SubnetAlphaOut__1": str(21 * 10**15)}, BLOCK,
    ),
    "the same childkey take is not told": (
        "calls.children.SetChildkeyTake.apply", "    takes = subnet",
        "    if subnet.childkey_take.get(self.hotkey, 0) == self.take:\n"
        "        return state, ()\n"
        "    takes = subnet",
        {"ChildkeyTake__11__1": 77}, call("set_childkey_take", hotkey="11", netuid=1, take=77),
    ),
    "a swap of coldkeys tells what was paid": (
        "calls.keys.SwapColdkey.apply", "self.new_coldkey, self.swap_cost)", "self.new_coldkey, paid)",
        {}, {**call("swap_coldkey", old_coldkey="1", new_coldkey="2", swap_cost=str(10**12)), "signer": None},
    ),
    "children that are scheduled again keep their block": (
        "transitions.scheduling.set_children_pending",
        "pending = subnet.pending_child_keys.set(hotkey, (chosen, cooldown_block))",
        "cooldown_block = subnet.pending_child_keys.get(hotkey, ((), cooldown_block))[1]\n"
        "    pending = subnet.pending_child_keys.set(hotkey, (chosen, cooldown_block))",
        {"PendingChildKeys__1__11": [[["5", "12"]], "60500"]}, call("set_children", hotkey="11", netuid=1, children=[]),
    ),
    "a known hotkey is noted among those staked with too": (
        "calls.registration.BurnedRegister.apply", "state = create_account(state, coldkey, self.hotkey)\n",
        "state = create_account(state, coldkey, self.hotkey)\n"
        "    staking = (*state.staking_hotkeys.get(coldkey, ()), self.hotkey)\n"
        "    state = evolve(state, staking_hotkeys=state.staking_hotkeys.set(coldkey, staking))\n",
        {"NetworkRegistrationAllowed__1": True, "StakingHotkeys__1": []},
        call("burned_register", hotkey="11", netuid=1),
    ),
    "a new hotkey is first in the list of its coldkey": (
        "transitions.neurons.create_account", "(*owned, hotkey)", "(hotkey, *owned)",
        {}, call("root_register", hotkey="12"),
    ),
    "a last transaction is noted for the old coldkey too": (
        "calls.keys.SwapColdkey.apply", "return record_transaction(state, self.new_coldkey)",
        "return record_transaction(record_transaction(state, self.old_coldkey), self.new_coldkey)",
        {}, {**call("swap_coldkey", old_coldkey="1", new_coldkey="2", swap_cost="1000000"), "signer": None},
    ),
    "a renamed child stays in its place": (
        "transitions.relations.rename_pending_children_of_others",
        "((*others, (children[index][0], new)), cooldown_block)",
        "((*children[:index], (children[index][0], new), *children[index + 1 :]), cooldown_block)",
        {"PendingChildKeys__1__13": [[["5", "11"], ["6", "14"]], "60500"]},
        call("swap_hotkey", hotkey="11", new_hotkey="12"),
    ),
    "the block of registration of a dissolved network stays": (
        "transitions.networks.remove_network", "network_registered_at=BlockNumber(0),", "",
        {"SubnetOwner__1": "1", "NetworkRegisteredAt__1": "50000"},
        {**call("dissolve_network", coldkey="1", netuid=1), "signer": None},
    ),
    "children come into force at the end of their cooldown": (
        "transitions.children.apply_pending_children", "cooldown_block < block", "cooldown_block <= block",
        {"PendingChildKeys__1__11": [[["5", "12"]], "60001"]}, BLOCK,
    ),
    "a term is rounded to the nearest": (
        "rules.registration.upgraded",
        "return following >> FRACTION", "return following + (1 << FRACTION - 1) >> FRACTION",
        {"Burn__1": "1000001", "AdjustmentAlpha__1": str(2**63), "RegistrationsThisInterval__1": 1}, BLOCK,
    ),
    "hotkeys get children in the order of their accounts": (
        "transitions.children.apply_pending_children", "sorted(due, key=hashed)", "sorted(due)",
        {f"PendingChildKeys__1__{hotkey}": [[["5", "20"]], "60000"] for hotkey in range(11, 17)}, BLOCK,
    ),
    "a new hotkey keeps its own children where the old one has none": (
        "transitions.keys.rename_family",
        "children = with_entry(without(children, old), new, own_children, bool(own_children))",
        "children = with_entry(without(children, old), new, own_children or children.get(new, ()), True)",
        {"ChildKeys__12__1": [["5", "13"]], "ParentKeys__13__1": [["5", "12"]]},
        call("swap_hotkey", hotkey="11", new_hotkey="12"),
    ),
    "no entry of 0 is written for the new coldkey": (
        "rules.shares.hand_over", "pool.shares.set(new, Shares(held))",
        "(pool.shares.set(new, Shares(held)) if held else pool.shares)",
        {}, {**call("swap_coldkey", old_coldkey="1", new_coldkey="2", swap_cost="1000000"), "signer": None},
    ),
    "weights of 0 are not stored": (
        "calls.weights.SetWeights.apply", "row = tuple(zip(map(Uid, self.dests), scaled, strict=True))",
        "row = tuple(one for one in zip(map(Uid, self.dests), scaled, strict=True) if one[1])",
        WEIGHING, {**call("set_weights", netuid=1, dests=[0, 1], weights=[0, 5], version_key="0"), "signer": "11"},
    ),
    "a successor keeps its predecessor's consensus": (
        "transitions.neurons.replace_neuron", "consensus=with_element(neurons.consensus, uid, 0),", "",
        FULL, call("burned_register", netuid=1, hotkey="13"),
    ),
    "a successor keeps its predecessor's emission": (
        "transitions.neurons.replace_neuron", "emission=with_element(neurons.emission, uid, Alpha(0)),", "",
        FULL, call("burned_register", netuid=1, hotkey="13"),
    ),
    "of immune neurons the youngest goes": (
        "transitions.neurons.neuron_to_prune", "candidates.append((immune, score, registered_at, uid))",
        "candidates.append((immune, score, -registered_at if immune else registered_at, uid))",
        FULL, call("burned_register", netuid=1, hotkey="13"),
    ),
    "the registrations of a block are forgotten at the end of the interval only": (
        "unpacking._terms_due", "if subnet.registration.registrations_this_block:", "if False:",
        {"RegistrationsThisBlock__1": 1, "LastAdjustmentBlock__1": "60000"}, BLOCK,
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", PLANTS)
def test_a_mistake_is_noticed(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    function, old, new, entries, request = PLANTS[mistake]
    state = small(LAUNCH, **entries)
    step = ORACLE.apply(state, request)
    assert step.error is None
    assert broken(step) == []
    plant(monkeypatch, function, old, new)
    assert broken(ORACLE.apply(state, request))


CHANGED: Mapping[str, tuple[str, ...]] = {
    "nominators-move": (
        "staking.record_stake_change", "block.coinbase", "keys.steps_on_networks", "neurons.is_protected",
    ),
    "dividend-fix": ("takes.counted_account", "takes.record_decrease", "staking.record_nomination"),
    "child-cooldown": ("children.cooldown",),
    "dynamic-fees": ("keys.move_last_blocks",),
    "start-call": ("emission.is_eligible", "networks.announced_mechanism", "networks.min_burn"),
    "yuma3": ("networks.stake_kept", "networks.start"),
    "hotkey-per-subnet": ("children.cooldown",),
    "decimal-shares": (
        "networks.with_terms", "networks.name_parents", "neurons.clear", "children.schedule",
    ),
    "accounts-and-locks": ("neurons.clear",),
    "swap-cooldown": ("keys.netuids_of_swap", "keys.steps_on_networks"),
    "weighted-pools": ("networks.begin_epochs",),
}  # fmt: skip
"""For each era the rules of records that it changed."""


@pytest.mark.parametrize(("era", "rule"), [(era, rule) for era, rules in CHANGED.items() for rule in rules])
def test_the_rule_of_the_era_before_is_noticed(era: str, rule: str) -> None:
    present = dtao.era(era)
    runtime = with_attributes(present.runtime, dtao.ERAS[dtao.ERAS.index(present) - 1].runtime, [rule])
    mistaken = Oracle(evolve(present, runtime=runtime))
    for number in range(MOST):
        for step in walk(present, number):
            if broken(mistaken.apply(evolve(step.before, runtime=runtime), step.request)):
                assert broken(step) == []
                return
    pytest.fail(f"{rule} of the era before goes unseen in {era}")


RECORDED = (
    "BlockEmission", "NetworkLastLockCost", "NetworkLastRegistered", "TotalNetworks", "MinBurn", "TotalStakeAtDynamic",
    "Burn", "RegistrationsThisBlock", "RegistrationsThisInterval", "BurnRegistrationsThisInterval",
    "LastAdjustmentBlock", "LastMechansimStepBlock", "BlocksSinceLastStep", "TransactionKeyLastBlock", "LastTxBlock",
    "LastTxBlockDelegateTake", "ChildkeyTake", "Delegates", "BlockAtRegistration",
)  # fmt: skip


@pytest.mark.parametrize("by", [-1, 1])
@pytest.mark.parametrize("item", RECORDED)
def test_one_more_or_less_in_an_entry(item: str, by: int) -> None:
    step, entry = changed(item)
    assert broken(step) == []
    assert broken(moved(step, entry, by))


def changed(item: str) -> tuple[Step, str]:
    """Return a step that leaves an entry of an item otherwise than it was, within its bounds."""
    for of_a_name in steps().values():
        for step in of_a_name:
            for entry, value in step.diff.items():
                if key_of(entry)[0] == item and value is not None and 0 < int(value) < 2**63 and int(value) != 65_535:
                    return step, entry
    raise LookupError(item)


@pytest.mark.parametrize("by", [-1, 1])
def test_one_more_or_less_in_a_difficulty(by: int) -> None:
    entries = {"Difficulty__1": "30000001", "AdjustmentAlpha__1": str(2**63), "RegistrationsThisInterval__1": 1}
    step = ORACLE.apply(small(LAUNCH, **entries), BLOCK)
    assert 10**7 < int(step.diff["Difficulty/1"]) < 30_000_001
    assert broken(step) == []
    assert any("difficulty" in sentence for sentence in broken(moved(step, "Difficulty/1", by)))


@pytest.mark.parametrize(
    "name", ["lock_stake", "set_perpetual_lock", "register_network", "swap_hotkey_v2", "set_activity_cutoff_factor"]
)
def test_an_event_of_the_latest_calls_that_is_missing_or_another(name: str) -> None:
    (law,) = (one for one in RECORDS if one.name == "calls tell what they did")
    step = first(dtao.era(425), lambda step: step.name == name and step.error is None and step.events)
    assert law.violations(step) == []
    assert law.violations(evolve(step, events=step.events[1:])) != []
    (event, number, *others), *rest = step.events
    assert law.violations(evolve(step, events=((event, f"1{number}", *others), *rest))) != []


def test_the_price_of_a_subnet_that_is_neither_stable_nor_dynamic_counts_when_one_is_pruned() -> None:
    (law,) = (one for one in RECORDS if one.name == "calls tell what they did")
    era = dtao.era(411)
    neither: Mapping[str, Json] = {
        "SubnetLimit": 2, "TotalNetworks": 3, "BlockNumber": "6000000", "SubnetMechanism__1": 65_535,
        "SubnetMovingPrice__1": str(16 << 32), "NetworksAdded__2": True, "SubnetMechanism__2": 1,
        "SubnetMovingPrice__2": str(2 << 32), "Balance__1": str(10**16),
    }  # fmt: skip
    step = Oracle(era).apply(small(era, **neither), call("register_network", hotkey="12"))
    assert ("NetworkRemoved", "2") in step.events
    assert law.violations(step) == []
    other = tuple(tuple("1" if word == "2" else word for word in event) for event in step.events)
    assert law.violations(evolve(step, events=other)) != []


def test_children_of_a_subnet_that_has_not_started_wait_for_nothing() -> None:
    (law,) = (one for one in RECORDS if one.name == "calls tell what they did")
    era = dtao.era(401)
    state = small(era, SubtokenEnabled__1=False, **STAKE)
    step = Oracle(era).apply(state, call("set_children", hotkey="11", netuid=1, children=[]))
    assert (step.error, step.events, law.violations(step)) == (None, (), [])
    scheduled = ("SetChildrenScheduled", "11", "1", "60000", "[]")
    assert law.violations(evolve(step, events=(scheduled,))) != []


def test_a_call_has_one_effect_and_every_call_has_one() -> None:
    assert {name for era in dtao.ERAS for name in era.runtime.calls} == CALLS.keys()
    assert not WITHOUT_MONEY & EFFECTS.keys()
    with pytest.raises(ValueError, match="add_stake: two functions are its effect"):
        effect_of("add_stake")(lambda model: None)
