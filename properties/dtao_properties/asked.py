"""Which rules a request asks for, so that a divergence can name them."""

from collections.abc import Callable, Mapping

from dtao import block, kernels, phases
from dtao.calls import CALLS, networks
from dtao.calls.moves import max_amount_move
from dtao.rules import issuance, pool, price, shares
from dtao.transitions import dividends, epoch, neurons, stake
from dtao_properties.vectors import Json

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


def rules_asked_for(request: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the ids of the rules that a request is about, the nearest ones; none where there is no single one."""
    kind = request["do"]
    name = str(request.get(str(kind), ""))
    function: object = None
    if kind == "call" and name in CALLS:
        function = CALLS[name].apply
    elif kind == "blocks":
        function = block.step
    elif kind in ("phase", "read"):
        tables = phases.PHASES if kind == "phase" else phases.READS
        function = FUNCTIONS.get(name) or (tables[name].run if name in tables else None)
    elif kind == "kernel" and name in kernels.KERNELS:
        function = kernels.KERNELS[name].function
    found: tuple[str, ...] = getattr(function, "rules", ())
    return found
