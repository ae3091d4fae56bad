"""What can be explained: orders, recorded steps, blocks, epochs and payouts, each with a title."""

from collections.abc import Callable, Mapping
from typing import cast

from dtao import InputError
from dtao_lab.amounts import in_tao
from dtao_lab.markets import Market
from dtao_lab.orders import TAO, Order, placing, require_placeable

U64_MAX = 2**64 - 1
Step = tuple[str, Callable[[], object]]
"""The title of what is done, and what does it."""
PHASES: Mapping[str, tuple[str, ...]] = {
    "epoch": ("epoch",),
    "payout": ("drain_pending_emission", "distribute_emission"),
}
"""What is explained of a subnet, and the names that the runtime's function for it had."""
ALPHA_OF_PARTICIPANTS = (
    "PendingEmission", "PendingAlphaSwapped", "PendingServerEmission", "PendingValidatorEmission",
    "PendingRootAlphaDivs",
)  # fmt: skip
PENDING: Mapping[str, tuple[str, ...]] = {
    "emission": ALPHA_OF_PARTICIPANTS,
    "pending_alpha": ("PendingEmission",),
    "pending_tao": ("PendingRootDivs",),
    "pending_swapped": ("PendingAlphaSwapped",),
    "pending_server_alpha": ("PendingServerEmission",),
    "pending_validator_alpha": ("PendingValidatorEmission",),
    "pending_root_alpha": ("PendingRootAlphaDivs",),
    "owner_cut": ("PendingOwnerCut",),
}
"""The arguments of these functions, and the storage items that they sum up, of those that an era has."""


def order_step(market: Market, order: Order) -> Step:
    """Return the step in which an order is placed. Rejects the same as :func:`dtao_lab.orders.quote`."""
    era = market.era
    require_placeable(market, order)
    state, coldkey, hotkey = placing(market, order)(order.amount)
    call = order.call(era, coldkey, hotkey, order.amount)
    unit = TAO if order.side == "buy" else "alpha"
    return f"{order.side} {in_tao(order.amount)} {unit} ({era.name})", lambda: era.apply(state, call)


def require_step_name(what: str) -> None:
    """Refuse, as InputError, what names no step, before the market of one is made."""
    if what != "block" and what not in PHASES:
        raise InputError(
            f"{what[:30]}: there is nothing of this name. Write buy, sell, move, step, block, epoch or payout."
        )


def step_named(what: str, market: Market, netuid: int) -> Step:
    """Return the next block, or the epoch or payout of a subnet, with what is pending for it.

    Rejects, as InputError, something else, a subnet that does not exist, and what the era does not have.
    """
    require_step_name(what)
    era, state = market.era, market.state
    if what == "block":
        return f"the block after {era.get(state, 'BlockNumber')} ({era.name})", lambda: era.step(state)
    market.require(netuid)
    name = next((one for one in PHASES[what] if one in era.runtime.phases), None)
    needed = () if name is None else tuple(one for one in era.runtime.phases[name].arguments if one != "netuid")
    if name is None or not set(needed) <= PENDING.keys():
        raise InputError(f"{what}: the era {era.name} has no such step. `dtao explain block` shows all of a block.")
    items = era.items()
    held = {
        argument: sum(int(str(era.get(state, item, netuid))) for item in PENDING[argument] if item in items)
        for argument in needed
    }
    args: dict[str, object] = {"netuid": netuid, **{one: str(min(amount, U64_MAX)) for one, amount in held.items()}}
    return f"{what} of subnet {netuid} ({era.name})", lambda: era.phase(state, name, args)


def recorded_step(market: Market, step: Mapping[str, object]) -> Step:
    """Return a step as a vector records it. Rejects, as InputError, one that only writes an entry."""
    era, state = market.era, market.state
    args = cast("Mapping[str, object]", step.get("args", {}))
    kind = step["do"]
    name = str(step.get(str(kind), ""))
    if kind == "call":
        call = era.call(name, step["signer"], args)
        return f"call {name} by {step['signer'] or 'root'} ({era.name})", lambda: era.apply(state, call)
    if kind == "blocks":
        blocks = int(str(step["n"]))
        return f"{blocks} blocks ({era.name})", lambda: era.step(state, blocks)
    if kind == "phase":
        return f"phase {name} ({era.name})", lambda: era.phase(state, name, args)
    if kind == "read":
        return f"read {name} ({era.name})", lambda: era.read(state, name, args)
    raise InputError(f"the step writes {step.get('item')}, and no rule takes part in that. Name another one: --step N.")
