"""Each invariant fails where it should: on a broken step, or on a witness where the launch violates it."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from attrs import evolve

from dtao.state import State
from dtao_properties.laws import INVARIANTS, Status, symmetry
from dtao_properties.laws.__main__ import table
from dtao_properties.laws.neurons import epochs
from dtao_properties.laws.shares import wraps
from dtao_properties.model.step import Step
from dtao_spec import contents
from dtao_spec.registry import RULES
from tests.laws.corpus import LAUNCH, ORACLE, Lying, moved, number, steps, the, written

BY_NAME = {invariant.name: invariant for invariant in INVARIANTS}


class Forgetful:
    """The launch, which does not write down how much is staked."""

    def __getattr__(self, name: str) -> Any:
        return getattr(LAUNCH, name)

    def dump(self, state: State) -> dict[str, Any]:
        return {entry: value for entry, value in LAUNCH.dump(state).items() if entry != "TotalStake"}


def with_events(step: Step, position: int, by: int) -> Step:
    """Return a step whose first event tells of another amount."""
    first, *others = step.events
    told = (*first[:position], str(int(first[position]) + by), *first[position + 1 :])
    return evolve(step, events=(told, *others))


def as_call(step: Step, call: str, **args: Any) -> Step:
    """Return a step as if it had been asked for by another call."""
    return evolve(step, request={**step.request, "call": call, "args": {**step.args, **args}})


def again(implementation: Lying, step: Step) -> Step:
    """Take a step again by another implementation."""
    return implementation.apply(step.before, step.request)


def dynamic(step: Step) -> bool:
    """Whether a call trades plain amounts in one dynamic pool."""
    state, netuid = step.before, step.argument("netuid")
    pool = state.pool(netuid)  # type: ignore[arg-type]
    plain = min(pool.tao, pool.alpha_in) > 10**10 and max(pool.tao, pool.alpha_in) < 2**52
    return plain and state.subnet(netuid).mechanism == 1 and netuid != 0 and len(step.events) == 1  # type: ignore[arg-type]


def scalable(step: Step) -> bool:
    """Whether a purchase in one dynamic pool has amounts that are small even a thousand times as large."""
    pool = step.before.pool(step.argument("netuid"))  # type: ignore[arg-type]
    return dynamic(step) and max(pool.tao, pool.alpha_in, step.argument("amount_staked")) * 1_000 < 2**54


def shared(step: Step) -> str:
    """Name a changed total of a hotkey with two holders, or nothing."""
    for key in sorted(step.changed, key=str):
        if key[0] == "TotalHotkeyAlpha":
            before = step.before.subnet(key[2]).share_pools.get(key[1])
            if before is None or sum(before.shares.values()) != before.denominator:
                continue
            if len(before.shares) > 1 and before.total_alpha < 2**50:
                return f"TotalHotkeyAlpha/{key[1]}/{key[2]}"
    return ""


def more_balance(step: Step) -> Step:
    return moved(step, f"Balance/{step.signer}", 10**15) if step.name == "remove_stake" else step


def more_bought(step: Step) -> Step:
    return (
        evolve(step, value=str(int(step.value) + 5)) if step.name.startswith("swap_") and step.do == "phase" else step
    )


def more_on_return(step: Step) -> Step:
    if step.name != "swap_stake":
        return step
    hotkey, netuid = step.args["hotkey"], step.args["destination_netuid"]
    return moved(step, f"TotalHotkeyAlpha/{hotkey}/{netuid}", number(step, f"TotalHotkeyAlpha/{hotkey}/{netuid}"))


def more_bought_back(step: Step) -> Step:
    if step.name != "add_stake":
        return step
    entry = f"TotalHotkeyAlpha/{step.args['hotkey']}/{step.args['netuid']}"
    return moved(step, entry, number(step, entry))


def falling(step: Step) -> Step:
    if step.name != "update_moving_price":
        return step
    netuid = step.args["netuid"]
    return written(step, f"SubnetMovingPrice/{netuid}", str(2**66 - step.before.pool(netuid).tao))


def doubled(step: Step) -> Step:
    if step.name != "epoch":
        return step
    return evolve(step, value=[[hotkey, str(2 * int(miner) + 1), validator] for hotkey, miner, validator in step.value])


def denser(step: Step) -> Step:
    return evolve(step, value=[*step.value, ["1", "1", "1"]]) if step.name == "epoch_dense" else step


def odder(name: str, args: Mapping[str, Any], value: Any) -> Any:
    odd = name.startswith("sim_swap") and value is not None and int(args["amount"]) & 1 == 0
    return str(int(value) + 10**6) if odd else value


def dearer(name: str, args: Mapping[str, Any], value: Any) -> Any:
    return str(int(value) + 10**7) if name.startswith("sim_swap") and value is not None else value


def richer(name: str, args: Mapping[str, Any], value: Any) -> Any:
    return str(int(value) + 3) if name == "get_stake" else value


def first(step: Step, item: str) -> str:
    return next(entry for entry in sorted(step.flat_after) if entry.startswith(f"{item}/") and not entry.endswith("/0"))


def epoch() -> Step:
    return the("epochs", lambda step: step.before.subnet(epochs(step)[0]).neurons.n > 1)


def registration() -> Step:
    return the("burned_register", lambda step: len(step.changed) > 10)


def refused() -> Step:
    return moved(steps()["refused"][0], "TotalStake", -1)


def traded(name: str = "add_stake") -> Step:
    return the(name, dynamic)


def pool_entry(step: Step, item: str) -> str:
    return f"{item}/{step.argument('netuid')}"


BROKEN: Mapping[str, Callable[[], Step]] = {
    "every rao is on the ledger": lambda: moved(the("blocks"), "TotalIssuance", 1),
    "what leaks is named": lambda: moved(traded(), "TotalStake", 1),
    "money comes and goes by name": lambda: moved(traded(), "TotalIssuance", 1),
    "stake moves with its events": lambda: with_events(traded(), 4, 1),
    "only what it may": lambda: written(the("transfer"), "Tempo/1", 77),
    "refused means untouched": refused,
    "the same again": lambda: moved(traded(), "TotalStake", 1),
    "a state is what is written of it": lambda: evolve(traded(), implementation=Lying(era=Forgetful())),  # type: ignore[arg-type]
    "steps add up": lambda: moved(the("blocks"), "BlockNumber", 1),
    "21 million": lambda: written(the("blocks"), "TotalIssuance", str(22 * 10**15)),
    "halving": lambda: moved(the("blocks"), first(the("blocks"), "SubnetAlphaOutEmission"), 1),
    "constant product": lambda: moved(traded(), pool_entry(traded(), "SubnetAlphaIn"), -2),
    "quotes come true": lambda: with_events(traded(), 4, 1),
    "quotes are monotone": lambda: again(Lying(on_query=odder), traded()),
    "limits of additions and removals": lambda: as_call(
        traded(), "add_stake_limit", limit_price="1", allow_partial=False
    ),
    "limits of swaps": lambda: as_call(
        the("swap_stake", lambda step: 0 not in (step.args["origin_netuid"], step.args["destination_netuid"])),
        "swap_stake_limit", limit_price=str(2**63), allow_partial=False,
    ),
    "the average lies between": lambda: moved(the("blocks"), first(the("blocks"), "SubnetMovingPrice"), 1),
    "the average follows the price": lambda: again(Lying(on_apply=falling), the("blocks")),
    "holders have what is there": lambda: again(Lying(on_query=richer), traded()),
    "the denominator counts the shares": lambda: moved(
        traded(), f"TotalHotkeyShares/{traded().args['hotkey']}/{traded().args['netuid']}", 2**64
    ),
    "nobody pays for another's stake": lambda: of_two("add_stake", lambda before, after: 10**9),
    "rewards fall to all alike": lambda: of_two("epochs", lambda before, after: before // 2 - after),
    "no profit there and back": lambda: again(
        Lying(on_apply=more_balance), traded()
    ),
    "no profit by pieces": lambda: again(Lying(on_apply=more_bought), traded()),
    "no profit in a circle": lambda: again(Lying(on_apply=more_on_return), the("swap_stake", circles)),
    "no profit in a longer circle": lambda: again(
        Lying(on_apply=more_on_return), the("swap_stake", lambda step: circles(step) and subnets(step) > 2)
    ),
    "no profit back and there": lambda: again(Lying(on_apply=more_bought_back), traded("remove_stake")),
    "accounts have no rank": lambda: again(Lying(on_apply=lambda step: moved(step, "Balance/1", 1)), the("transfer")),
    "subnets have no rank": lambda: again(
        Lying(on_apply=lambda step: moved(step, "SubnetTAO/1", 1)), the("transfer", lambda step: subnets(step) > 1)
    ),
    "pools have no unit": lambda: again(Lying(on_query=dearer), the("add_stake", scalable)),
    "neurons are numbered": lambda: moved(registration(), pool_entry(registration(), "SubnetworkN"), 1),
    "shares of an epoch": lambda: written(
        epoch(), f"Incentive/{epochs(epoch())[0]}", [65_535] * epoch().before.subnet(epochs(epoch())[0]).neurons.n
    ),
    "an epoch divides, it does not create": lambda: again(Lying(on_apply=doubled), epoch()),
    "dense and sparse epochs agree": lambda: again(Lying(on_apply=denser), epoch()),
    "what an epoch stores agrees": lambda: written(
        epoch(), f"Rank/{epochs(epoch())[0]}", [65_535] * epoch().before.subnet(epochs(epoch())[0]).neurons.n
    ),
    "the largest bond is 65535": lambda: smaller_bonds(the("epochs", bonded)),
    "weights and bonds are normalised": lambda: unscaled(the("set_weights")),
    "terms within bounds": lambda: moved(the("blocks"), first(the("blocks"), "Burn"), 10**15),
    "no more than may register": lambda: moved(registration(), pool_entry(registration(), "RegistrationsThisBlock"), 1),
    "lock cost within bounds": lambda: moved(the("register_network"), "NetworkLastLockCost", 10**16),
    "keys are stored as the rules say": lambda: written(the("transfer"), "Delegates/77", 5),
    "calls note their block": lambda: moved(
        the("set_children"), entry_of(the("set_children"), "TransactionKeyLastBlock"), 1
    ),
    "networks are stored as the rules say": lambda: moved(the("register_network"), "TotalNetworks", 1),
    "neurons are stored as the rules say": lambda: paid_at_once(registration()),
    "calls tell what they did": lambda: evolve(the("set_weights"), events=()),
    "blocks keep their records": lambda: moved(the("blocks"), "BlockEmission", 1),
    "terms follow the demand": lambda: moved(the("blocks"), first(the("blocks"), "Burn"), 1),
}  # fmt: skip


def entry_of(step: Step, item: str) -> str:
    """Name an entry of an item that a step changed."""
    return min(entry for entry in step.diff if entry.startswith(f"{item}/"))


def paid_at_once(step: Step) -> Step:
    """Return a registration after which the last neuron has an emission."""
    *others, last = step.flat_after[pool_entry(step, "Emission")]
    return written(step, pool_entry(step, "Emission"), [*others, str(int(last) + 1)])


def bonded(step: Step) -> bool:
    """Whether all neurons of a subnet with an epoch keep their permits, and some have bonds."""
    netuid = epochs(step)[0]
    before, after = step.before.subnet(netuid).neurons, step.after.subnet(netuid).neurons
    return bool(after.bonds) and all(
        after.validator_permit[uid] for uid in {*before.bonds, *after.bonds, *range(before.n)}
    )


def smaller_bonds(step: Step) -> Step:
    """Return a step after which all bonds of a subnet are small."""
    netuid = epochs(step)[0]
    for uid, row in step.after.subnet(netuid).neurons.bonds.items():
        step = written(step, f"Bonds/{netuid}/{uid}", [[target, 7] for target, _ in row])
    return step


def of_two(name: str, by: Callable[[int, int], int]) -> Step:
    """Return a step after which a hotkey with two holders has another total."""
    step = the(name, lambda step: bool(shared(step)) and not wraps(step))
    entry = shared(step)
    return moved(step, entry, by(number(evolve(step, after=step.before), entry), number(step, entry)))


def subnets(step: Step) -> int:
    """Return how many subnets there are."""
    return sum(netuid > 0 and subnet.added for netuid, subnet in step.before.subnets.items())


def unscaled(step: Step) -> Step:
    netuid = step.argument("netuid")
    uid = step.after.subnet(netuid).neurons.uids[step.signer]  # type: ignore[arg-type, index]
    return written(step, f"Weights/{netuid}/{uid}", [[0, 5]])


def circles(step: Step) -> bool:
    """Whether a swap goes to another subnet, from where all that arrived can go back."""
    pools = [step.before.pool(step.args[name]) for name in ("origin_netuid", "destination_netuid")]
    plain = all(pool.tao > 0 and max(pool.tao, pool.alpha_in, pool.alpha_out) < 2**50 for pool in pools)
    return (
        plain
        and step.args["origin_netuid"] != step.args["destination_netuid"]
        and len(step.events) == 3
        and int(step.events[0][3]) > 10**7
    )


@pytest.mark.parametrize(
    "name",
    [invariant.name for invariant in INVARIANTS if invariant.status is not Status.VIOLATED and invariant.since == 233],
)
def test_a_broken_step_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(symmetry, "SAMPLE", 1)
    broken = BROKEN[name]()
    found = BY_NAME[name].violations(broken)
    assert found
    assert found[0].startswith(f"{name}: ")
    if not name.startswith("limits"):  # these are asked for by other calls
        assert BY_NAME[name].violations(ORACLE.apply(broken.before, broken.request)) == []


def in_part() -> Step:
    step = the("swap_stake", lambda step: 0 not in (step.args["origin_netuid"], step.args["destination_netuid"]))
    asked = as_call(step, "swap_stake_limit", limit_price=str(2**63), allow_partial=True)
    return ORACLE.apply(asked.before, asked.request)


def one_too_many() -> Step:
    step = the("register_network")
    return ORACLE.apply(LAUNCH.set(step.before, "SubnetLimit", {}, 0), step.request)


@pytest.mark.parametrize(
    ("name", "witness"), [("limits of swaps in part", in_part), ("the limit on subnets", one_too_many)]
)
def test_the_launch_violates(name: str, witness: Callable[[], Step]) -> None:
    step = witness()
    assert step.accepted
    assert BY_NAME[name].violations(step)


def test_each_is_stated() -> None:
    assert contents.CHAPTERS  # which enter the rules
    stated = {one.name for one in INVARIANTS if one.status is not Status.VIOLATED and one.since == 233}
    assert set(BROKEN) == stated
    for invariant in INVARIANTS:
        assert invariant.statement.endswith(".")
        assert set(invariant.rules) <= set(RULES), invariant.name
        assert (invariant.status is Status.HOLDS) == (invariant.reason == "")


def test_the_table_lists_each() -> None:
    text = table()
    assert all(f"{invariant.name} ({invariant.since} " in text for invariant in INVARIANTS)
    assert "limits of swaps in part (233 to 251): violated" in text
