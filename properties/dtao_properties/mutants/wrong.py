"""What many mutants do alike: leave a check or an effect out, or run a function as if one number were another."""

from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import Any

from attrs import evolve

from dtao.outcome import Rejection
from dtao.state import Call, Result, State
from dtao.units import U64_MAX, NetUid
from dtao_properties.mutants.mutant import Right


def unchecked(rejection: Rejection) -> Callable[..., Any]:
    """Return a ``require`` that refuses nothing for one of its reasons."""

    def wrong(right: Right, condition: bool, reason: Rejection) -> None:
        right(condition or reason is rejection, reason)

    return wrong


def without_effect(right: Right, call: Call, state: State) -> Result:
    """Return the state that a call was given, and its events."""
    return state, right(call, state)[1]


def ended_a_block_early(right: Right, limit: int, last: int, block: int) -> bool:
    """Return whether a limit holds that ``exceeds_tx_rate_limit`` knows, but no more in its last block."""
    return bool(right(limit, last, block)) and block - last != limit


def passed_a_block_late(right: Right, limit: int, last: int, block: int) -> bool:
    """Return whether a limit is passed that ``passes_rate_limit`` knows, but only a block later."""
    return last == 0 or block - last > limit


def passed_a_block_early(right: Right, limit: int, last: int, block: int) -> bool:
    """Return whether a limit is passed that ``passes_rate_limit`` knows, a block earlier too."""
    return last == 0 or block - last >= limit - 1


def with_parameter(right: Right, state: State, name: str, more: int, *given: Any) -> Any:
    """Return what a function makes of a state with one parameter changed; the parameter is put back."""
    value = getattr(state.parameters, name)
    changed = min(max(value + more, 0), U64_MAX)
    result = right(evolve(state, parameters=evolve(state.parameters, **{name: changed})), *given)
    if not isinstance(result, tuple):
        if not isinstance(result, State):
            return result
        return evolve(result, parameters=evolve(result.parameters, **{name: value}))
    after, *others = result
    return evolve(after, parameters=evolve(after.parameters, **{name: value})), *others


def with_hyperparameter(right: Right, state: State, netuid: NetUid, name: str, value: Any, *given: Any) -> Any:
    """Return what a function makes of a state in which a subnet has another hyperparameter, which is put back."""
    present = getattr(state.subnet(netuid).hyperparameters, name)
    result = right(_with_hyperparameter(state, netuid, name, value), netuid, *given)
    if not isinstance(result, tuple):
        return _with_hyperparameter(result, netuid, name, present)
    after, *others = result
    return _with_hyperparameter(after, netuid, name, present), *others


def with_global(right: FunctionType, name: str, value: Any, *given: Any) -> Any:
    """Return what a function makes of its arguments while a name of its module means something else."""
    names = right.__globals__
    before, names[name] = names[name], value
    try:
        return right(*given)
    finally:
        names[name] = before


def with_constant(right: Right, state: State, name: str, more: int, *given: Any) -> Any:
    """Return what a function makes of a state whose runtime has another constant; the runtime is put back."""
    runtime = state.runtime
    constants = evolve(runtime.constants, **{name: getattr(runtime.constants, name) + more})
    result = right(evolve(state, runtime=evolve(runtime, constants=constants)), *given)
    if not isinstance(result, tuple):
        return evolve(result, runtime=runtime) if isinstance(result, State) else result
    after, *others = result
    return evolve(after, runtime=runtime), *others


def with_rule(run: Callable[[State], Any], state: State, rule: str, wrong: Callable[..., Any]) -> Any:
    """Return what is run on a state whose row names a wrong function of a family (``staking.stake``); it is put back.

    ``wrong`` takes the function of the row, and then that function's arguments.
    """
    runtime = state.runtime
    family, _, name = rule.partition(".")
    rules: Any = getattr(runtime, family)
    changes: dict[str, Any] = {family: evolve(rules, **{name: partial(wrong, getattr(rules, name))})}
    after, *others = run(evolve(state, runtime=evolve(runtime, **changes)))
    return evolve(after, runtime=runtime), *others


def _with_hyperparameter(state: State, netuid: NetUid, name: str, value: Any) -> State:
    subnet = state.subnet(netuid)
    changed = evolve(subnet, hyperparameters=evolve(subnet.hyperparameters, **{name: value}))
    return evolve(state, subnets=state.subnets.set(netuid, changed))
