"""Strategies for Hypothesis: amounts, pools, states and calls, for the invariants of this package and for your own.

All of them shrink to little: plain amounts, the least of worlds, fewer steps. Those that need a state read drawn bytes
with the functions of :mod:`dtao_properties.fuzz`, a byte a choice.

>>> from hypothesis import given
>>> @given(consistent_states())
... def the_books_agree(state: State) -> None:
...     assert agrees(state)
>>> the_books_agree()
"""

from collections.abc import Mapping

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

import dtao
from dtao.errors import InputError
from dtao.records import Pool
from dtao.state import State
from dtao.units import Alpha, NetUid, Rao
from dtao_properties.adapters.protocol import Json
from dtao_properties.fuzz.choices import Choices
from dtao_properties.fuzz.held_to_laws import single_steps
from dtao_properties.fuzz.steps import STEP_BYTES, planned
from dtao_properties.fuzz.strategies import call, call_bytes, fixed_bytes
from dtao_properties.fuzz.worlds import LAUNCH, WORLD_BYTES, random_world, world
from dtao_properties.model.audit import parted
from dtao_properties.model.step import Oracle
from dtao_spec.chapters.issuance import TOTAL_SUPPLY
from dtao_spec.chapters.pools import MINIMUM_LIQUIDITY

BOUNDARIES: tuple[int, ...] = (
    0, 1, 499, 500, 501, 500_000, 525_000, 550_000, MINIMUM_LIQUIDITY, 10**9, TOTAL_SUPPLY // 2, TOTAL_SUPPLY, 2**63,
    2**64 - 1,
)  # fmt: skip
"""Amounts at which something changes: the existential deposit, the least stakes, the least reserve, a halving, the end
of the supply, of an i64, of a u64."""
LARGEST_RESERVE = 10**18
MAX_STEPS = 8


def amounts(largest: int = 2**64 - 1) -> SearchStrategy[int]:
    """Draw an amount in rao: at a boundary, beside one, or of any magnitude alike."""
    near = st.sampled_from(BOUNDARIES).flatmap(lambda amount: st.sampled_from((amount, amount + 1, amount - 1)))
    of_magnitude = st.integers(0, largest.bit_length()).flatmap(lambda width: st.integers(0, 2**width))
    return (near | of_magnitude).map(lambda amount: min(max(amount, 0), largest))


def reserves() -> SearchStrategy[int]:
    """Draw a reserve: any of 18 orders of magnitude alike."""
    return st.integers(0, 18).flatmap(lambda zeros: st.integers(10**zeros // 10, 10**zeros))


def pools() -> SearchStrategy[Pool]:
    """Draw a pool: two reserves of 18 orders of magnitude each, so that prices reach from 10^-18 to 10^18."""
    return st.builds(
        lambda tao, alpha, out: Pool(Rao(tao), Alpha(alpha), Alpha(out)), reserves(), reserves(), reserves()
    )


def random_states(era: dtao.Era | None = None) -> SearchStrategy[State]:
    """Draw a state of a small world whose books need not agree, as the runtime never asks for that."""
    return fixed_bytes(WORLD_BYTES).map(lambda drawn: _rules(era).load(random_world(Choices(drawn), _rules(era))))


def recorded_states(era: dtao.Era | None = None) -> SearchStrategy[State]:
    """Draw a state of a small world, or one out of the recordings of an era."""
    return fixed_bytes(WORLD_BYTES).map(lambda drawn: _rules(era).load(world(drawn, _rules(era))))


def consistent_states(era: dtao.Era | None = None) -> SearchStrategy[State]:
    """Draw a state whose books agree: every total is the sum of what it counts, within the supply."""
    return random_states(era).map(consistent).filter(agrees)


def agrees(state: State) -> bool:
    """Whether every total is the sum of what it counts."""
    return not any(parted(state).values())


def consistent(state: State) -> State:
    """Return a state in which every total is the sum of what it counts.

    TAO on root is what is staked there, alpha outside of a pool what is staked or waits, TotalStake the TAO of the
    pools, and TotalIssuance that with the balances and what waits for root.
    """
    pools = state.pools
    for netuid in {*state.pools, *state.subnets}:
        stakes = sum(pool.total_alpha for pool in state.subnet(netuid).share_pools.values())
        pool, emission = state.pool(netuid), state.emission(netuid)
        if netuid:
            out = stakes + emission.pending_emission + emission.pending_owner_cut
            pool = evolve(pool, tao=Rao(min(pool.tao, TOTAL_SUPPLY // 4)), alpha_out=Alpha(min(out, 2**64 - 1)))
        else:
            pool = evolve(pool, tao=Rao(min(stakes, 2**64 - 1)))
        pools = pools.set(netuid, pool)
    balances = sum(state.balances.values())
    staked = sum(pool.tao for pool in pools.values())
    waiting = sum(emission.pending_root_divs for emission in state.emissions.values())
    return evolve(
        state,
        pools=pools,
        total_stake=Rao(staked),
        balances_total_issuance=Rao(balances),
        total_issuance=Rao(balances + staked + waiting),
    )


def reachable_states(era: dtao.Era | None = None, steps: int = MAX_STEPS) -> SearchStrategy[State]:
    """Draw a state that calls and blocks lead to from one whose books agree."""

    def reached(drawn: bytes) -> State:
        state = consistent(_rules(era).load(random_world(Choices(drawn[:WORLD_BYTES]), _rules(era))))
        return after_steps(Oracle(_rules(era)), state, drawn[WORLD_BYTES:])

    return fixed_bytes(WORLD_BYTES + steps * STEP_BYTES["block"]).map(reached)


def after_steps(oracle: Oracle, state: State, drawn: bytes) -> State:
    """Return the state after the calls and blocks that some bytes stand for; other steps are left out."""
    size = STEP_BYTES["block"]
    for at in range(0, len(drawn), size):
        chosen = planned(oracle.era, state, "block", drawn[at : at + size])
        if chosen is not None and chosen.request["do"] in ("call", "blocks"):
            try:
                for request in single_steps(chosen.request):
                    state = oracle.apply(state, request).after
            except InputError:  # the runtime panics
                return state
    return state


def few_actors(era: dtao.Era = LAUNCH) -> SearchStrategy[State]:
    """Draw a world with one subnet, one hotkey and one coldkey, in which what is found is easy to read.

    Where subnets are to be started, or their tokens enabled, those of this world are.
    """
    return st.builds(_world_of_one, st.just(era), pools(), amounts(TOTAL_SUPPLY), amounts(TOTAL_SUPPLY))


def _world_of_one(era: dtao.Era, pool: Pool, balance: int, stake: int) -> State:
    flat: dict[str, Json] = {
        "BlockNumber": "10", "TotalNetworks": 2, "NetworksAdded/0": True, "NetworksAdded/1": True,
        "SubnetMechanism/1": 1, "Tempo/0": 0, "Tempo/1": 4, "SubnetTAO/1": str(pool.tao),
        "SubnetAlphaIn/1": str(pool.alpha_in), "SubnetMovingPrice/1": str(2**32), "Owner/11": "1",
        "OwnedHotkeys/1": ["11"], "StakingHotkeys/1": ["11"], "NetworkRegistrationAllowed/1": True,
    }  # fmt: skip
    items = era.runtime.items.by_name
    if "FirstEmissionBlockNumber" in items:
        flat["FirstEmissionBlockNumber/1"] = "1"
    if "SubtokenEnabled" in items:
        flat |= {"SubtokenEnabled/0": True, "SubtokenEnabled/1": True}
    if balance >= 500:
        flat["Balance/1"] = str(balance)
    if stake:
        flat |= {"TotalHotkeyAlpha/11/1": str(stake), "TotalHotkeyShares/11/1": str(stake << 64)}
        flat["Alpha/11/1/1"] = str(stake << 64)
    return consistent(era.load(flat))


def states_with_hurdles(era: dtao.Era = LAUNCH) -> SearchStrategy[State]:
    """Draw a state of a small world in which more calls are refused than elsewhere, for the rarer reasons."""
    return fixed_bytes(WORLD_BYTES).map(lambda drawn: with_hurdles(era, world(drawn, era), drawn[-1]))


def with_hurdles(era: dtao.Era, flat: Mapping[str, Json], choice: int) -> State:
    """Return a state with a setting that stands in the way of calls on its first subnet."""
    state = era.load(flat)
    netuid = min((netuid for netuid, subnet in state.subnets.items() if subnet.added and netuid), default=NetUid(0))
    if netuid == 0:
        return state
    for item, value in HURDLES[choice % len(HURDLES)]:
        keys: dict[str, Json] = {"account": "2"} if item == "Balance" else {}
        state = era.set(state, item, {"netuid": int(netuid)} if item in OF_A_SUBNET else keys, value)
    return state


HURDLES: tuple[tuple[tuple[str, Json], ...], ...] = (
    (("WeightsVersionKey", "7"),),
    (("MinAllowedWeights", 5), ("MaxWeightsLimit", 20_000)),
    (("CommitRevealWeightsEnabled", True),),
    (("MaxAllowedUids", 0),),
    (("TargetRegistrationsPerInterval", 0), ("MaxRegistrationsPerBlock", 100)),
    (("TransferToggle", False),),
    (("Balance", str(2**64 - 1_000)),),
    (("TxChildkeyTakeRateLimit", "1000"), ("TxDelegateTakeRateLimit", "1000"), ("NetworkRateLimit", "100000")),
)
OF_A_SUBNET = frozenset({
    "WeightsVersionKey", "MinAllowedWeights", "MaxWeightsLimit", "CommitRevealWeightsEnabled", "MaxAllowedUids",
    "TargetRegistrationsPerInterval", "MaxRegistrationsPerBlock", "TransferToggle",
})  # fmt: skip


def _rules(era: dtao.Era | None) -> dtao.Era:
    return dtao.era("launch") if era is None else era


__all__ = [
    "amounts", "call", "call_bytes", "consistent_states", "few_actors", "pools", "random_states", "reachable_states",
    "recorded_states", "reserves", "states_with_hurdles",
]  # fmt: skip
