"""Blocks unpack what they change, and keep it unpacked and remembered: that may make no difference."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import dtao
from dtao import unpacking
from dtao.accumulator import SubnetAccumulator
from dtao.errors import InputError
from dtao.outcome import Rejected, Rejection
from dtao.rules import claims as rules
from dtao.rules.pools.concentrated.unpacked import UnpackedRanges
from dtao.state import BlockContext, State
from dtao.transitions import claims
from dtao.units import AccountId
from tests.bench.worlds import world_at
from tests.depth import of_many
from tests.laws.later import walk

WALKS, EVERY, BLOCKS = 4, 4, 6
SUBNETS = 3


def differing(era: dtao.Era, state: State) -> set[str]:
    """Return the entries in which blocks in one step differ from as many of which each begins with a loaded state."""
    try:
        together, apart = era.step(state, BLOCKS), state
        for _ in range(BLOCKS):
            apart = era.step(era.load(era.dump(apart), check=False))
    except InputError:  # the runtime panics
        return set()
    entries, others = era.dump(together), era.dump(apart)
    return {entry for entry in entries.keys() | others.keys() if entries.get(entry) != others.get(entry)}


def states(era: dtao.Era, walks: int) -> Iterator[State]:
    """Yield states on some walks, and before that one in which blocks claim for stakers of root, once they do."""
    if claims_in(era):
        yield claiming(era)
    yield from (step.after for number in range(walks) for step in [*walk(era, number)][::EVERY])


def claims_in(era: dtao.Era) -> bool:
    """Whether stakers of root claim under the rules of an era."""
    return "RootClaimable" in era.runtime.items.by_name


def claiming(era: dtao.Era) -> State:
    """Return a network of which stakers of root earn enough for claims in nearly every block."""
    state = world_at(era.name, SUBNETS, 4)
    for netuid in range(1, SUBNETS + 1):
        state = era.set(state, "Tempo", {"netuid": netuid}, 3 + netuid)
        state = era.set(state, "SubnetMovingPrice", {"netuid": netuid}, str(2**32))
    return era.step(state, 40)


@pytest.mark.parametrize("era", dtao.ERAS, ids=lambda era: era.name)
def test_blocks_in_one_step_are_blocks_of_states_that_are_loaded_anew(era: dtao.Era) -> None:
    for state in states(era, of_many(2, WALKS)):
        assert differing(era, state) == set()


def outcome(claim: Callable[[State, AccountId], State], state: State, coldkey: AccountId) -> State | Rejection:
    try:
        return claim(state, coldkey)
    except Rejected as rejected:
        return rejected.rejection


def at_once(state: State, coldkey: AccountId) -> State:
    """Return the state after a coldkey claimed of all subnets."""
    return claims.claim_for(state, coldkey, None)


def one_by_one(state: State, coldkey: AccountId) -> State:
    """Return the state after a coldkey claimed of one subnet after the other: what counts as claimed stays a map."""
    for hotkey in state.staking_hotkeys.get(coldkey, ()):
        rates = iter(state.root_claimable.get(hotkey, ()))
        while (due := claims.next_due(state, hotkey, coldkey, rates)) is not None:
            state = claims.claim_on_subnet(state, hotkey, coldkey, *due)
    return state


def claims_differ(era: dtao.Era, walks: int) -> bool:
    """Whether claims of all subnets come to anything else than one by one, on any of the states."""
    return any(
        outcome(at_once, state, coldkey) != outcome(one_by_one, state, coldkey)
        for state in states(era, walks)
        for coldkey in state.staking_hotkeys
    )


@pytest.mark.parametrize("era", [era for era in dtao.ERAS if claims_in(era)], ids=lambda era: era.name)
def test_claims_of_all_subnets_are_claims_one_by_one(era: dtao.Era) -> None:
    assert not claims_differ(era, WALKS)


@pytest.mark.parametrize("version", [338, 411, 425])
def test_what_claims_lose_is_seen(monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    """What is sold counts as claimed of no subnet."""
    monkeypatch.setattr(rules, "all_claimed_after_addition", lambda claimed, rates, amount: claimed)
    assert claims_differ(dtao.era(version), WALKS)


def ungrown(right: Callable[..., None], ranges: UnpackedRanges, liquidity: int) -> None:
    """Let the chain's own position grow, but forget a unit of liquidity that the edges have yet to learn of."""
    right(ranges, liquidity)
    ranges.growth = max(ranges.growth - 1, 0)


def stale(right: Callable[..., None], ranges: UnpackedRanges, *to: int) -> None:
    """Move the price, but go on with what the chain's own position consisted of before."""
    before = ranges.alpha_of_one
    right(ranges, *to)
    ranges.alpha_of_one = before or ranges.alpha_of_one


def unpaid(right: Callable[..., State], state: State, subnet: SubnetAccumulator) -> State:
    """Let the pool of a subnet buy from the account as it was before blocks paid to it, which is forgotten then."""
    subnet.balance = None
    return right(state, subnet)


def a_fall_less(right: Callable[..., None], context: BlockContext) -> None:
    """Let the prices of registrations fall once less than there were blocks."""
    context.falls = max(context.falls - 1, 0)
    right(context)


@pytest.mark.parametrize(
    ("version", "owner", "name", "wrong"),
    [
        (320, UnpackedRanges, "grow", ungrown),
        (320, UnpackedRanges, "move", stale),
        (338, claims, "is_any_due", lambda right, state, coldkey, known: not known and right(state, coldkey, known)),
        (411, unpacking, "enter_prices", a_fall_less),
        (421, claims, "_with_packed", unpaid),
    ],
)
def test_what_is_lost_between_blocks_is_seen(
    monkeypatch: pytest.MonkeyPatch, version: int, owner: object, name: str, wrong: Callable[..., Any]
) -> None:
    right = getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda *given: wrong(right, *given))
    era = dtao.era(version)
    assert any(differing(era, state) for state in states(era, 10 * WALKS))
