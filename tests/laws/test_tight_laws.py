"""What registration, epochs and symmetry are held to: a tighter bound would refuse what the reference does."""

from collections.abc import Callable
from fractions import Fraction
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve

import dtao
from dtao.state import State
from dtao.units import NetUid
from dtao_properties.adapters.protocol import Json
from dtao_properties.laws import INVARIANTS, limits, neurons, profit, symmetry
from dtao_properties.laws.neurons import epochs
from dtao_properties.model.step import Oracle, Step
from dtao_spec.chapters import state as accounts
from dtao_spec.chapters.networks import cost
from dtao_spec.chapters.shares.holding import RESERVE
from dtao_spec.rounding import floored
from tests.laws.corpus import LAUNCH, Lying, moved
from tests.laws.later import STAKE, a_block, called, small

BY_NAME = {invariant.name: invariant for invariant in INVARIANTS}


def last_rao_burned() -> Step:
    """Register with a balance of exactly the burn: the existential deposit is not paid."""
    entries: dict[str, Json] = {
        "Balance__1": str(10**9), "Burn__1": str(10**9), "NetworkRegistrationAllowed__1": True,
        "MaxAllowedUids__1": 8, "MaxRegistrationsPerBlock__1": 1, "TargetRegistrationsPerInterval__1": 1,
    }  # fmt: skip
    return called(LAUNCH, small(LAUNCH, **entries), "burned_register", netuid=1, hotkey="11")


def last_rao_locked() -> Step:
    """Create a subnet with a balance of exactly the lock cost."""
    costs: dict[str, Json] = {
        "NetworkMinLockCost": str(10**9), "NetworkLastLockCost": str(10**8), "Balance__1": str(10**9),
    }  # fmt: skip
    return called(LAUNCH, small(LAUNCH, **costs), "register_network", hotkey="11")


def locked(last: int, interval: int, issued: int) -> Step:
    """Create a subnet 1000 blocks after the last one, for twice the last lock less what fell."""
    costs: dict[str, Json] = {
        "NetworkMinLockCost": "1", "NetworkLastLockCost": str(last), "Balance__1": str(2**64 - 1),
        "NetworkLastRegistered": "59000", "TotalIssuance": str(issued), "NetworkLockReductionInterval": str(interval),
    }  # fmt: skip
    return called(LAUNCH, small(LAUNCH, **costs), "register_network", hotkey="11")


def after_ten_halvings() -> Step:
    """An interval of 5·10^8 blocks, times 976 562 / 10^9, is 488 281 blocks; 488 280 as it is rounded."""
    return locked(10**15, 5 * 10**8, 21 * 10**15 - 2 * 10**13)


def endless_interval() -> Step:
    """An interval of 2^64 - 1 blocks counts as one of 2^63 - 1, in which the lock falls by a rao a block."""
    return locked(2**63 - 1, 2**64 - 1, 0)


def agreeing(*stakes: int) -> Step:
    """Run the epoch of validators that weigh each other alike, and so are all of the miners too."""
    each = range(len(stakes))
    entries: dict[str, Json] = {"SubnetworkN__1": len(stakes)}
    vectors: dict[str, Json] = {
        "Active": True, "LastUpdate": "59999", "Rank": 0, "Trust": 0, "ValidatorTrust": 0, "Consensus": 0,
        "Incentive": 0, "Dividends": 0, "Emission": "0", "PruningScores": 0, "ValidatorPermit": True,
    }  # fmt: skip
    entries |= {f"{name}__1": [value for _ in stakes] for name, value in vectors.items()}
    for uid, stake in enumerate(stakes):
        hotkey = 11 + uid
        entries |= {f"Keys__1__{uid}": str(hotkey), f"Uids__1__{hotkey}": uid, f"Owner__{hotkey}": "1"}
        entries |= {f"TotalHotkeyAlpha__{hotkey}__1": str(stake)}
        entries |= {f"Weights__1__{uid}": [[other, 65_535] for other in each if other != uid]}
    request = {"do": "phase", "phase": "epoch", "args": {"netuid": 1, "emission": "1000000000"}}
    return Oracle(LAUNCH).apply(small(LAUNCH, **entries), request)


def thirds() -> Step:
    return agreeing(10**10, 10**10, 10**10)


def quarters() -> Step:
    return agreeing(306_848_489_496, 340_473_008_365, 636_058_774_641, 547_726_275_939)


def fifths() -> Step:
    return agreeing(10**10, 10**10, 10**10, 10**10, 10**10)


def asked_for(tao: int, alpha: int, amount: int) -> Step:
    """Ask to stake in a pool with these reserves."""
    state = small(LAUNCH, SubnetTAO__1=str(tao), SubnetAlphaIn__1=str(alpha))
    return called(LAUNCH, state, "add_stake", hotkey="11", netuid=1, amount_staked=str(amount))


def rounded_up() -> Step:
    """A payout that is less than 2^-18 below a whole number."""
    return asked_for(2**20 + 1, 36_175_885, 2**21)


def rounded_down() -> Step:
    """A payout of 1877.9995."""
    return asked_for(10**9, 2_377_216_388, 790)


def few_shares() -> Step:
    """Sell stake on a hotkey of which a share is worth more than 2^63, where its price is cut off."""
    entries: dict[str, Json] = {
        "SubnetTAO__1": str(10**15), "SubnetAlphaOut__1": str(10**12), "TotalHotkeyAlpha__11__1": "1000003",
        "TotalHotkeyShares__11__1": "1408690", "Alpha__11__1__1": "484825", "Alpha__11__2__1": "923865",
    }  # fmt: skip
    return called(LAUNCH, small(LAUNCH, **entries), "remove_stake", hotkey="11", netuid=1, amount_unstaked="246804")


def held(alpha: int, shares: int) -> dict[str, Json]:
    """Return the entries of stake with a single holder and so many raw bits of shares."""
    return {
        "TotalHotkeyAlpha__11__1": str(alpha), "TotalHotkeyShares__11__1": str(shares), "Alpha__11__1__1": str(shares),
    }  # fmt: skip


def moved_to_the_limit() -> Step:
    """Move between pools of next to 2^64 alpha rao as much as the limit allows: 0.99 more than exactly."""
    amount = 1_829_767_436_424_088_443
    entries: dict[str, Json] = {
        "NetworksAdded__2": True, "SubnetMechanism__2": 1, "TotalNetworks": 3, "Tempo__2": 360,
        "SubnetTAO__1": "293147680041606", "SubnetAlphaIn__1": "18446744073709549361", "SubnetAlphaOut__1": str(10**15),
        "SubnetTAO__2": "43121083724337", "SubnetAlphaIn__2": "10035139323578043124", **held(amount, amount << 64),
    }  # fmt: skip
    args: dict[str, Json] = {
        "hotkey": "11", "origin_netuid": 1, "destination_netuid": 2, "alpha_amount": str(amount),
        "limit_price": "2085276939", "allow_partial": False,
    }  # fmt: skip
    return called(LAUNCH, small(LAUNCH, **entries), "swap_stake_limit", **args)


def sold_to_the_limit(asked: int, alpha: int, shares: int) -> Step:
    """Sell as much as the limit allows, so that the rest is sold too."""
    era = dtao.era("dividend-fix")
    state = small(era, SubnetAlphaOut__1=str(10**15), **held(alpha, shares))
    args: dict[str, Json] = {
        "hotkey": "11", "netuid": 1, "amount_unstaked": str(asked), "limit_price": str(10**21 // (10**12 + asked)),
        "allow_partial": False,
    }  # fmt: skip
    step = called(era, state, "remove_stake_limit", **args)
    assert asked < int(step.events[0][4]) <= alpha
    return step


def all_but_nine_millionths_sold() -> Step:
    return sold_to_the_limit(10**10 - 90_000, 10**10, 10**10 << 64)


def too_few_shares_left() -> Step:
    """Of 1.2 raw bits of shares a rao, the gains of a year counted, two in five are sold; the rest are too few."""
    return sold_to_the_limit(4 * 10**9, 10**10, (10**10 + RESERVE) * 6 // 5)


TIGHTER: list[tuple[str, ModuleType, str, Any, Callable[[], Step]]] = [
    ("no more than may register", accounts, "EXISTENTIAL_DEPOSIT", 499, last_rao_burned),
    ("lock cost within bounds", accounts, "EXISTENTIAL_DEPOSIT", 499, last_rao_locked),
    (
        "lock cost within bounds",
        cost,
        "floored",
        lambda number, bits: number if bits else floored(number, 0),
        after_ten_halvings,
    ),
    ("lock cost within bounds", cost, "SIGNED", 2**128, endless_interval),
    ("shares of an epoch", neurons, "short_of_one", lambda n: n - 1, thirds),
    ("shares of an epoch", neurons, "short_of_one", lambda n: n - 1, fifths),
    ("an epoch divides, it does not create", neurons, "PARTS_OF_A_NEURON", 1, thirds),
    ("an epoch divides, it does not create", neurons, "PARTS_OF_A_NEURON", 1.5, quarters),
    ("no profit back and there", profit, "MIN_SHARES", 1, few_shares),
    ("limits of swaps", limits, "SHARE_CUT_OFF", Fraction(98, 100 * 2**64), moved_to_the_limit),
    ("limits of additions and removals", limits, "MIN_PART", Fraction(8, 10**6), all_but_nine_millionths_sold),
    ("limits of additions and removals", limits, "FEWEST_A_RAO", Fraction(1, 2), too_few_shares_left),
    ("pools have no unit", symmetry, "ROUNDED_UP", 0, rounded_up),
    ("pools have no unit", symmetry, "rounded_off", lambda scale: scale - 1, rounded_down),
]


@pytest.mark.parametrize(
    ("name", "module", "term", "tighter", "witness"), TIGHTER, ids=[f"{row[2]}-{row[4].__name__}" for row in TIGHTER]
)
def test_a_tighter_bound_fails(
    name: str,
    module: ModuleType,
    term: str,
    tighter: object,
    witness: Callable[[], Step],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    step = witness()
    assert BY_NAME[name].violations(step) == []
    monkeypatch.setattr(module, term, tighter)
    assert BY_NAME[name].violations(step)


def under_another_name(step: Step) -> Step:
    """Return a step that tells of what the first account did, whoever did it."""
    return evolve(step, events=tuple((name, "1", *others) for name, _, *others in step.events))


def test_events_follow_the_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symmetry, "SAMPLE", 1)
    state = small(LAUNCH, **STAKE)
    step = called(LAUNCH, state, "add_stake", hotkey="11", netuid=1, amount_staked=str(10**9))
    assert step.accepted
    accounts = BY_NAME["accounts have no rank"]
    assert accounts.violations(step) == []
    (sentence,) = accounts.violations(Lying(on_apply=under_another_name).apply(step.before, step.request))
    assert sentence.startswith("accounts have no rank: under other numbers the events are")


def two_epochs(first: int, second: int) -> State:
    """Return a state with two subnets, alike but for their numbers, whose epoch follows every second block."""
    entries: dict[str, Json] = {"TotalNetworks": 3}
    for netuid in (first, second):
        entries |= {f"NetworksAdded__{netuid}": True, f"Tempo__{netuid}": 1, f"SubnetMechanism__{netuid}": 1}
        entries |= {f"SubnetTAO__{netuid}": str(10**12), f"SubnetAlphaIn__{netuid}": str(10**12)}
    return small(LAUNCH, **entries)


@pytest.mark.parametrize(("second", "seen"), [(2, False), (3, True)])
def test_subnets_whose_epochs_are_due_together_are_exchanged(
    second: int, seen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(symmetry, "SAMPLE", 1)
    state = two_epochs(1, second)
    steps = [a_block(LAUNCH, state), a_block(LAUNCH, a_block(LAUNCH, state).after)]
    liar = Lying(on_apply=lambda step: moved(step, "PendingEmission/1", 1))
    subnets = BY_NAME["subnets have no rank"]
    assert [subnets.violations(step) for step in steps] == [[], []]
    assert any(epochs(step) for step in steps)
    assert [bool(subnets.violations(liar.apply(step.before, step.request))) for step in steps] == [seen, seen]


@pytest.mark.parametrize("name", ["dissolve_network", "root_dissolve_network"])
def test_a_dissolution_may_hang_on_a_total_of_0_that_is_stored(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symmetry, "SAMPLE", 1)
    era = dtao.era(371)
    state = small(era, NetworksAdded__2=True, TotalNetworks=3, Owner__12="1", Alpha__12__1__1="0", SubnetLocked__1="0")
    swapped = called(era, state, "swap_hotkey", hotkey="12", new_hotkey="13", netuid=None)
    coldkey: dict[str, Json] = {"coldkey": "1"} if name == "dissolve_network" else {}
    request = {"do": "call", "call": name, "signer": None, "args": {"netuid": 1, **coldkey}}
    step = Oracle(era).apply(swapped.after, request)
    assert "Alpha/13/1/1" in step.flat_before.keys() - step.flat_after.keys()
    assert BY_NAME["subnets have no rank"].violations(step) == []


@pytest.mark.parametrize("phase", ["epoch", "epoch_dense"])
def test_the_owner_weighs_itself_in_the_sparse_epoch_alone(phase: str) -> None:
    era = dtao.era("hotkey-per-subnet")
    state = agreeing(10**10, 10**10, 10**10).before
    flat = {**LAUNCH.dump(state), "SubnetOwnerHotkey/1": "11", "Weights/1/0": [[0, 1], [1, 20_000], [2, 20_000]]}
    others = {"ValidatorPermit/1": [True, False, False], "Weights/1/1": None, "Weights/1/2": None}
    known = era.runtime.items.by_name
    entries = {entry: value for entry, value in {**flat, **others}.items() if entry.partition("/")[0] in known}
    request = {"do": "phase", "phase": phase, "args": {"netuid": 1, "emission": "1000000000"}}
    step = Oracle(era).apply(era.load({entry: one for entry, one in entries.items() if one is not None}), request)
    halves = {"epoch": (1, 32_766, 32_766), "epoch_dense": (0, 32_767, 32_767)}
    assert step.after.subnet(NetUid(1)).neurons.consensus == halves[phase]
    assert BY_NAME["what an epoch stores agrees"].violations(step) == []
