"""Which rules a request asks for and which write a storage item, so that a divergence can name them."""

from collections.abc import Callable, Iterable, Mapping

import dtao
from dtao import block, kernels, phases
from dtao.calls import Call
from dtao.item_table import ITEMS
from dtao.rules import issuance, pool, price, shares
from dtao.transitions import dividends, epoch, networks, neurons, stake
from dtao.transitions.limits import max_amount_move
from dtao_properties.adapters.protocol import Json

FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "adjust_registration_terms": block.registration_terms_of_networks_adjusted,
    "run_coinbase": block.run_coinbase,
    "drain_pending_emission": dividends.pending_emission_drained,
    "update_moving_price": price.moving_price_after,
    "increase_stake_for_hotkey_and_coldkey_on_subnet": shares.with_stake_increased,
    "decrease_stake_for_hotkey_and_coldkey_on_subnet": shares.with_stake_decreased,
    "increase_stake_for_hotkey_on_subnet": shares.with_total_changed,
    "decrease_stake_for_hotkey_on_subnet": shares.with_total_changed,
    "get_alpha_price": pool.price,
    "get_block_emission": issuance.block_emission,
    "get_dividends_distribution": dividends.dividends_distribution,
    "get_max_amount_add": pool.max_amount_add,
    "get_max_amount_remove": pool.max_amount_remove,
    "get_max_amount_move": max_amount_move,
    "get_network_lock_cost": networks.network_lock_cost,
    "get_neuron_to_prune": neurons.neuron_to_prune,
    "get_stake": shares.stake_of,
    "get_stake_weights_for_network": epoch.stake_weights,
    "get_total_stake_for_coldkey": stake.total_stake_of_coldkey,
    "sim_swap_tao_for_alpha": pool.alpha_for_tao,
    "sim_swap_alpha_for_tao": pool.tao_for_alpha,
}
"""What computes a phase or a read whose entry in the tables of the reference is a small wrapper."""

PARTS_OF_A_BLOCK = frozenset(
    {"run_coinbase", "drain_pending_emission", "epoch", "epoch_dense", "adjust_registration_terms"}
)
"""The phases that are parts of the block step, and that many rules write in."""
WRITERS: Mapping[str, tuple[str, ...]] = {item.name: item.written_by for item in ITEMS.values() if item.written_by}
"""Storage item -> the rules by which the block step changes it."""


def rules_asked_for(request: Mapping[str, Json], era: str | None = None) -> tuple[str, ...]:
    """Return the ids of the rules that a request is about, the nearest ones; none where there is no single one.

    ``era`` names the era whose calls are meant, as vectors do; without it they are those of the launch.
    """
    kind = request["do"]
    name = str(request.get(str(kind), ""))
    function: object = None
    if kind == "call" and name in (calls := _calls(era)):
        function = calls[name].apply
    elif kind == "blocks":
        function = block.step
    elif kind in ("phase", "read"):
        tables = phases.PHASES if kind == "phase" else phases.READS
        function = FUNCTIONS.get(name) or (tables[name].run if name in tables else None)
    elif kind == "kernel":
        table = kernels.kernels_of(_spec_version(era))
        function = table[name].function if name in table else None
    found: tuple[str, ...] = getattr(function, "rules", ())
    return found


def rules_that_write(request: Mapping[str, Json], items: Iterable[str]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the rules by which a block step, or a part of it, changes storage items: rules -> items, in order.

    Items without a rule of their own are left out; so is everything that is not done in a block step: a call has
    rules of its own.
    """
    kind = request["do"]
    if kind != "blocks" and not (kind == "phase" and request["phase"] in PARTS_OF_A_BLOCK):
        return {}
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for item in dict.fromkeys(items):
        if item in WRITERS:
            found[WRITERS[item]] = (*found.get(WRITERS[item], ()), item)
    return found


def _calls(era: str | None) -> Mapping[str, type[Call]]:
    if era is None:
        return dtao.era("launch").runtime.calls
    try:
        return dtao.era(era).runtime.calls
    except dtao.UnknownName:  # vectors of an era that the reference does not know have no rules here
        return {}


def _spec_version(era: str | None) -> int:
    """Return the first version of an era, that of the launch for one that is not known."""
    known = {one.recorded_as: one.spec_version for one in dtao.ERAS}
    return known.get(era or "", dtao.ERAS[0].spec_version)
