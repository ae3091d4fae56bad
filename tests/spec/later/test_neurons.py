"""Registration in later eras against the exact rules."""

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from dtao.eras import NOMINATORS_MOVE, START_CALL
from dtao.persistent import Map
from dtao.state import Runtime, State
from dtao.transitions import neurons as transitions
from dtao.units import AccountId, NetUid, Uid
from dtao_spec.chapters.neurons import Neuron
from dtao_spec.later import neurons as exact
from tests.spec.test_neurons import NEURONS, SUBNET, neurons_of, subnet_state

OWNER_HOTKEYS = st.none() | st.sampled_from(["99", "100", "101", "102"])
BONDS = st.dictionaries(st.integers(0, 4), st.integers(1, 2**16 - 1), max_size=3)


def world(known: tuple[Neuron, ...], owner_hotkey: str | None, block: int, immunity: int, runtime: Runtime) -> State:
    state = subnet_state(known, (True,) * 5, block, immunity)
    hotkey = None if owner_hotkey is None else AccountId(int(owner_hotkey))
    subnet = evolve(state.subnet(SUBNET), owner_hotkey=hotkey)
    return evolve(state, runtime=runtime, subnets=state.subnets.set(NetUid(1), subnet))


@given(NEURONS.filter(bool), st.integers(0, 4), st.booleans(), st.integers(0, 10**6), BONDS)
def test_reg_4_is_exact(known: tuple[Neuron, ...], uid: int, is_owner: bool, block: int, bonds: dict[int, int]) -> None:
    uid %= len(known)
    owner_hotkey = known[uid].hotkey if is_owner else "99"
    row = tuple((Uid(target), bond) for target, bond in bonds.items())
    for runtime in (NOMINATORS_MOVE.runtime, START_CALL.runtime):
        state = world(known, owner_hotkey, block, 0, runtime)
        subnet = state.subnet(SUBNET)
        subnet = evolve(subnet, neurons=evolve(subnet.neurons, bonds=Map({Uid(uid): row})))
        state = evolve(state, subnets=state.subnets.set(SUBNET, subnet))
        after = transitions.replaced(state, SUBNET, Uid(uid), AccountId(7)).subnet(SUBNET).neurons
        ideal = exact.replaced(known[uid], "7", block, owner_hotkey)
        again, left = exact.replaced_without_bonds(known[uid], bonds, "7", block, owner_hotkey)
        assert again == ideal
        assert dict(after.bonds.get(Uid(uid), ())) == (left if runtime is START_CALL.runtime else bonds)
        assert evolve(after, bonds=Map()) == neurons_of((*known[:uid], ideal, *known[uid + 1 :]))


@given(NEURONS, OWNER_HOTKEYS, st.integers(0, 30), st.integers(0, 30))
def test_reg_5_is_exact(known: tuple[Neuron, ...], owner_hotkey: str | None, block: int, immunity: int) -> None:
    state = world(known, owner_hotkey, block, immunity, NOMINATORS_MOVE.runtime)
    _, uid = transitions.neuron_to_prune(state, SUBNET)
    assert uid == exact.neuron_to_prune(known, owner_hotkey, block, immunity)
