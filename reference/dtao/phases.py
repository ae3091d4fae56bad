"""The runtime's internal functions that the vectors call directly: phases change the state, reads do not."""

from collections.abc import Callable, Mapping

from attrs import astuple

from dtao import codec
from dtao.block import adjust_registration_terms_of_networks, run_coinbase
from dtao.codec import Json, Kind
from dtao.entries import with_entry
from dtao.errors import UnknownName
from dtao.evolving import evolve
from dtao.fixed import I96F32, U64F64, U96F32
from dtao.given import shown
from dtao.internals import Function
from dtao.outcome import Rejected, Rejection
from dtao.records import NO_EMISSION, SharePool
from dtao.rule import implements
from dtao.rules import shares
from dtao.rules.issuance import block_emission
from dtao.rules.pool import DYNAMIC
from dtao.state import State
from dtao.trades import Swap
from dtao.transitions import liquidity, lock_swaps, locks, stake
from dtao.transitions.coinbase import root_proportion_now, update_root_proportions
from dtao.transitions.credit_coinbase import mint
from dtao.transitions.dissolution import network_to_prune
from dtao.transitions.dividends import dividends_distribution, drain_pending_emission
from dtao.transitions.epoch import inherited_alpha, inherited_tao, stake_weights
from dtao.transitions.limits import max_amount_move
from dtao.transitions.networks import median_price, network_lock_cost, subnet_to_prune
from dtao.transitions.registration_prices import let_registration_prices_fall
from dtao.transitions.root_dividends import distribute_emission, distribute_emission_of_servers_and_validators
from dtao.units import U64_MAX, AccountId, Alpha, Bits, BlockNumber, NetUid
from dtao.unpacking import pack, unpack

PRICES = codec.bits(I96F32)
EARNINGS = codec.sequence(codec.record(codec.ACCOUNT, codec.U64, codec.U64))
DISTRIBUTION = codec.sequence(codec.record(codec.ACCOUNT, codec.U64))
SWAP = Kind(
    "a swap or a rejection",
    lambda value, place: value,
    lambda value: f"Err:{value.value}" if isinstance(value, Rejection) else [str(part) for part in value],  # type: ignore[attr-defined]
)
PalletErrors = Mapping[Rejection, tuple[int, int]]
PALLET_ERRORS: PalletErrors = {
    Rejection.INSUFFICIENT_LIQUIDITY: (10, 2),
    Rejection.PRICE_LIMIT_EXCEEDED: (10, 3),
    Rejection.TOO_MANY_SWAP_STEPS: (10, 8),
    Rejection.RESERVES_TOO_LOW: (10, 10),
    Rejection.ZERO_MAX_STAKE_AMOUNT: (4, 96),
}
"""The numbers of errors, each of its pallet and of itself there, as the recordings' runtime has them."""
PALLET_ERRORS_OF_WEIGHTS: PalletErrors = {
    Rejection.INSUFFICIENT_LIQUIDITY: (10, 2),
    Rejection.PRICE_LIMIT_EXCEEDED: (10, 3),
    Rejection.RESERVES_TOO_LOW: (10, 7),
    Rejection.SWAP_INPUT_TOO_LARGE: (10, 11),
}
"""The same from 423 on."""


def _limit_of_module(errors: PalletErrors) -> Kind:
    return Kind(
        "a u64 or the error of a pallet",
        lambda value, place: value,
        lambda value: _module_error(value, errors) if isinstance(value, Rejection) else codec.U64.encode(value),
    )


LIMIT_OF_MODULE = _limit_of_module(PALLET_ERRORS)
LIMIT = Kind(
    "a u64 or a rejection",
    lambda value, place: value,
    lambda value: f"Err:{value.value}" if isinstance(value, Rejection) else codec.U64.encode(value),
)


def _module_error(rejection: Rejection, errors: PalletErrors) -> str:
    if rejection not in errors:
        return f"Err:{rejection.value}"
    pallet, number = errors[rejection]
    return (
        f'Err:Module(ModuleError {{ index: {pallet}, error: [{number}, 0, 0, 0], message: Some("{rejection.value}") }})'
    )


def _swap(
    swap: "Callable[..., tuple[State, Swap | Rejection]]",
    state: State,
    netuid: NetUid,
    amount: int,
    drop_fees: bool,
) -> tuple[State, tuple[int, ...] | Rejection]:
    after, result = swap(state, netuid, amount, is_free=drop_fees)
    return (after, result) if isinstance(result, Rejection) else (after, astuple(result))


def _update_root_proportions(state: State) -> State:
    context = unpack(state, state.block_number)
    update_root_proportions(context)
    emissions = state.emissions
    for subnet in context.eligible:
        emission = evolve(state.emission(subnet.netuid), root_prop=Bits(subnet.root_prop))
        emissions = with_entry(emissions, subnet.netuid, emission, emission != NO_EMISSION)
    return evolve(state, emissions=emissions)


def _advance_block_number(state: State) -> tuple[State, None]:
    return evolve(state, block_number=BlockNumber(state.block_number + 1)), None


def _run_coinbase(state: State, emission: Bits) -> tuple[State, None]:
    amounts = state.runtime.pools.amounts
    codec.within(emission, 0, amounts.max_bits, f"the raw bits of {amounts.name}", "run_coinbase.block_emission")
    return run_coinbase(state, emission), None


@implements("BLOCK-3")
def _run_coinbase_over_credit(state: State, emission: int) -> State:
    codec.within(emission, 0, U64_MAX, "a u64", "run_coinbase.block_emission")
    context = unpack(state, state.block_number)
    mint(context, emission)
    for step in state.runtime.block.coinbase:
        step(context)
    return pack(context)


def _update_moving_price(state: State, netuid: NetUid) -> tuple[State, None]:
    runtime, subnet = state.runtime, state.subnet(netuid)
    weight = runtime.prices.weight(
        state.parameters.subnet_moving_alpha,
        state.block_number - runtime.prices.counted_from(subnet),
        subnet.hyperparameters.ema_price_halving_blocks,
    )
    price = runtime.prices.moving_price(stake.moving_price(state, netuid), stake.price(state, netuid), weight)
    pool = evolve(state.pool(netuid), moving_price=Bits(price))
    return evolve(state, pools=state.pools.set(netuid, pool)), None


def _with_share_pool(state: State, hotkey: AccountId, netuid: NetUid, pool: SharePool) -> tuple[State, None]:
    return stake.with_subnet(state, netuid, stake.with_share_pool(state.subnet(netuid), hotkey, pool)), None


@implements("SHARE-6")
def _increase_stake(
    state: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, amount: Alpha
) -> tuple[State, None]:
    pool, _ = state.runtime.shares.deposit(stake.share_pool(state, hotkey, netuid), coldkey, amount)
    state = state.runtime.staking.record_earning(state, coldkey, hotkey, amount)
    return _with_share_pool(state, hotkey, netuid, pool)


@implements("SHARE-7")
def _decrease_stake(
    state: State, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, amount: Alpha
) -> tuple[State, None]:
    pool, _ = state.runtime.shares.withdraw(stake.share_pool(state, hotkey, netuid), coldkey, amount)
    return _with_share_pool(state, hotkey, netuid, pool)


@implements("SHARE-3")
def _change_stake_of_all(state: State, hotkey: AccountId, netuid: NetUid, update: int) -> tuple[State, None]:
    pool = state.runtime.shares.change_total(stake.share_pool(state, hotkey, netuid), update)
    return _with_share_pool(state, hotkey, netuid, pool)


def _limited(maximum: Callable[..., int]) -> Callable[..., int | Rejection]:
    """Return a read of what a limit price allows, or of the reason why a call with that limit is refused."""

    def run(state: State, *args: object) -> int | Rejection:
        try:
            return state.runtime.staking.amount_allowed(maximum(state, *args))
        except Rejected as refusal:
            return refusal.rejection

    return run


def _sim_swap(state: State, netuid: NetUid, is_buy: bool, amount: int) -> tuple[int, ...] | Rejection:
    result = liquidity.sim_swap(state, netuid, is_buy, amount)
    if isinstance(result, Rejection):
        return result
    if state.subnet(netuid).mechanism != DYNAMIC:
        return result.paid_in, result.paid_out, 0, 0, 0
    gained, lost = liquidity.as_i64(result.paid_in), -liquidity.as_i64(result.paid_out)
    return (result.paid_in, result.paid_out, result.fee, *((gained, lost) if is_buy else (lost, gained)))


def _sim_swap_with_author(state: State, netuid: NetUid, is_buy: bool, amount: int) -> tuple[int, ...] | Rejection:
    result = liquidity.sim_swap(state, netuid, is_buy, amount)
    if isinstance(result, Rejection):
        return result
    return result.paid_in, result.paid_out, result.fee, result.fee_to_author


PHASES: Mapping[str, Function] = {
    "advance_block_number": Function(_advance_block_number, ()),
    "adjust_registration_terms": Function(lambda state: (adjust_registration_terms_of_networks(state), None), ()),
    "run_coinbase": Function(_run_coinbase, ("block_emission",)),
    "drain_pending_emission": Function(
        lambda state, *pending: (drain_pending_emission(state, *pending), None),
        ("netuid", "pending_alpha", "pending_tao", "pending_swapped", "owner_cut"),
    ),
    "epoch": Function(
        lambda state, *args: state.runtime.mechanisms.main_epoch(state, *args), ("netuid", "emission"), EARNINGS
    ),
    "epoch_dense": Function(
        lambda state, *args: state.runtime.mechanisms.main_epoch_dense(state, *args), ("netuid", "emission"), EARNINGS
    ),
    "update_moving_price": Function(_update_moving_price, ("netuid",)),
    "swap_tao_for_alpha": Function(
        stake.swap_tao_for_alpha,
        ("netuid", "amount"),
        codec.U64,
    ),
    "swap_alpha_for_tao": Function(
        stake.swap_alpha_for_tao,
        ("netuid", "amount"),
        codec.U64,
    ),
    "increase_stake_for_hotkey_and_coldkey_on_subnet": Function(
        _increase_stake, ("hotkey", "coldkey", "netuid", "amount")
    ),
    "decrease_stake_for_hotkey_and_coldkey_on_subnet": Function(
        _decrease_stake, ("hotkey", "coldkey", "netuid", "amount")
    ),
    "increase_stake_for_hotkey_on_subnet": Function(
        lambda state, hotkey, netuid, amount: _change_stake_of_all(state, hotkey, netuid, shares.as_i64(amount)),
        ("hotkey", "netuid", "amount"),
    ),
    "decrease_stake_for_hotkey_on_subnet": Function(
        lambda state, hotkey, netuid, amount: _change_stake_of_all(
            state, hotkey, netuid, shares.negated(shares.as_i64(amount))
        ),
        ("hotkey", "netuid", "amount"),
    ),
}
READS: Mapping[str, Function] = {
    "get_alpha_price": Function(stake.price, ("netuid",), PRICES),
    "get_moving_alpha_price": Function(stake.moving_price, ("netuid",), PRICES),
    "get_block_emission": Function(lambda state: block_emission(state.total_issuance), (), codec.U64),
    "get_dividends_distribution": Function(
        dividends_distribution,
        ("hotkey", "netuid", "amount"),
        DISTRIBUTION,
    ),
    "get_inherited_for_hotkey_on_subnet": Function(inherited_alpha, ("hotkey", "netuid"), codec.U64),
    "get_tao_inherited_for_hotkey_on_subnet": Function(inherited_tao, ("hotkey", "netuid"), codec.U64),
    "get_max_amount_add": Function(_limited(stake.max_amount_add), ("netuid", "limit_price"), LIMIT),
    "get_max_amount_remove": Function(_limited(stake.max_amount_remove), ("netuid", "limit_price"), LIMIT),
    "get_max_amount_move": Function(
        _limited(max_amount_move), ("origin_netuid", "destination_netuid", "limit_price"), LIMIT
    ),
    "get_network_lock_cost": Function(lambda state: network_lock_cost(state)[1], (), codec.U64),
    "get_neuron_to_prune": Function(
        lambda state, netuid: state.runtime.neurons.prune(state, netuid)[1], ("netuid",), codec.optional(codec.U16)
    ),
    "get_subnet_to_prune": Function(subnet_to_prune, (), codec.U16),
    "get_stake": Function(stake.stake_of, ("hotkey", "coldkey", "netuid"), codec.U64),
    "get_stake_weights_for_network": Function(
        stake_weights, ("netuid",), codec.sequence(codec.sequence(codec.decimal(0, 2**127, "an I64F64")))
    ),
    "get_total_stake_for_coldkey": Function(
        lambda state, coldkey: state.runtime.staking.total_stake_of_coldkey(state, coldkey), ("coldkey",), codec.U64
    ),
    "get_total_stake_for_hotkey": Function(stake.total_stake_of_hotkey, ("hotkey",), codec.U64),
    "sim_swap_tao_for_alpha": Function(
        stake.sim_swap_tao_for_alpha,
        ("netuid", "amount"),
        codec.optional(codec.U64),
    ),
    "sim_swap_alpha_for_tao": Function(
        stake.sim_swap_alpha_for_tao,
        ("netuid", "amount"),
        codec.optional(codec.U64),
    ),
}


def without(functions: Mapping[str, Function], *names: str) -> Mapping[str, Function]:
    """Return the functions without some of them."""
    return {name: function for name, function in functions.items() if name not in names}


READS_OF_PRUNING: Mapping[str, Function] = {
    "get_network_to_prune": Function(network_to_prune, (), codec.optional(codec.U16)),
}
"""The internal function that says which subnet is pruned for another one."""
READS_OF_ROOT_PROPORTION: Mapping[str, Function] = {
    "root_proportion": Function(root_proportion_now, ("netuid",), codec.bits(U96F32)),
}
"""The internal function that says what part of a subnet's dividends root gets."""
READS_OF_RANGES: Mapping[str, Function] = {
    "sim_swap": Function(_sim_swap, ("netuid", "buy", "amount"), SWAP),
    "current_price": Function(stake.price, ("netuid",), PRICES),
}
"""The internal functions that pools of concentrated liquidity have instead of quotes and prices."""
READS_OF_FEES_TO_AUTHOR: Mapping[str, Function] = {
    "sim_swap": Function(_sim_swap_with_author, ("netuid", "buy", "amount"), SWAP),
}
"""The same where fees go to the author of the block, and no reserve moves by other than what is paid."""

PHASES_OF_SWAPS: Mapping[str, Function] = {
    "swap_tao_for_alpha": Function(
        lambda state, *args: _swap(liquidity.try_buy, state, *args), ("netuid", "amount", "drop_fees"), SWAP
    ),
    "swap_alpha_for_tao": Function(
        lambda state, *args: _swap(liquidity.try_sell, state, *args), ("netuid", "amount", "drop_fees"), SWAP
    ),
    "update_root_prop": Function(lambda state: (_update_root_proportions(state), None), ()),
}
"""The internal functions that swap in a pool, with a fee or without, and that store what root gets of subnets."""
PHASE_OF_PRICES: Mapping[str, Function] = {
    "update_registration_prices": Function(lambda state: (let_registration_prices_fall(state), None), ()),
}
"""The internal function by which the prices of registrations fall, from 401 on."""
READS_OF_MEDIAN: Mapping[str, Function] = {
    "get_median_subnet_alpha_price": Function(median_price, (), PRICES),
    **{
        name: evolve(READS[name], value=LIMIT_OF_MODULE)
        for name in ("get_max_amount_add", "get_max_amount_remove", "get_max_amount_move")
    },
}
"""The internal function that says at which price the pool of a new subnet begins."""
PHASES_OF_CREDIT: Mapping[str, Function] = {
    "run_coinbase": Function(
        lambda state, emission: (_run_coinbase_over_credit(state, emission), None), ("block_emission",)
    ),
    "change_subnet_owner_if_needed": Function(
        lambda state, netuid: (lock_swaps.change_owner_by_conviction(state, netuid)[0], None), ("netuid",)
    ),
}
"""The coinbase over TAO that is minted, and the internal function by which conviction changes the owner of a subnet."""
READS_OF_CONVICTION: Mapping[str, Function] = {
    "hotkey_conviction": Function(locks.conviction_of_hotkey, ("hotkey", "netuid"), codec.SHARES),
    "get_conviction": Function(locks.conviction_of_coldkey, ("coldkey", "netuid"), codec.SHARES),
}
"""The internal functions that say how much conviction a key has."""
READS_OF_WEIGHTS: Mapping[str, Function] = {
    "current_price": Function(stake.price, ("netuid",), codec.bits(U64F64)),
    "get_moving_alpha_price": Function(stake.wide_moving_price, ("netuid",), codec.bits(U64F64)),
    "get_median_subnet_alpha_price": Function(median_price, (), codec.bits(U64F64)),
    **{
        name: evolve(READS[name], value=_limit_of_module(PALLET_ERRORS_OF_WEIGHTS))
        for name in ("get_max_amount_add", "get_max_amount_remove", "get_max_amount_move")
    },
}
"""The internal functions that tell prices and limits where prices are in U64F64, from 423 on."""
DISTRIBUTION_OF_EMISSION = Function(
    lambda state, *pending: (distribute_emission(state, *pending), None),
    ("netuid", "pending_alpha", "pending_root_alpha", "owner_cut"),
)
"""What is called drain_pending_emission at 338, and distribute_emission at 342."""

DISTRIBUTION_TO_SERVERS_AND_VALIDATORS = Function(
    lambda state, *pending: (distribute_emission_of_servers_and_validators(state, *pending), None),
    ("netuid", "pending_server_alpha", "pending_validator_alpha", "pending_root_alpha", "owner_cut"),
)
"""What is called distribute_emission from 343 on."""


def phase(state: State, name: str, args: Mapping[str, Json]) -> tuple[State, Json]:
    """Call an internal function that changes the state; arguments and value in the vectors' JSON encoding."""
    function = _named(state.runtime.phases, name, "phase")
    after, result = function.run(state, *function.decoded(name, args))
    return after, function.value.encode(result)


def read(state: State, name: str, args: Mapping[str, Json]) -> Json:
    """Call an internal function that changes nothing; arguments and value in the vectors' JSON encoding."""
    function = _named(state.runtime.reads, name, "read")
    return function.value.encode(function.run(state, *function.decoded(name, args)))


def _named(table: Mapping[str, Function], name: str, what: str) -> Function:
    if type(name) is not str or name not in table:
        raise UnknownName(f"there is no {what} {shown(name)}; there are {', '.join(sorted(table))}")
    return table[name]
