"""The kernels by the names that the vectors use: every function that can be judged without a state.

A kernel takes and returns values in the vectors' JSON encoding (see :mod:`dtao.codec`). A matrix is a list of
sparse rows ``[[column, "bits"], ...]`` in I32F32, a float is given by its IEEE 754 bits, and null is the result
where the runtime has none.
"""

import math
import struct
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import cast

from attrs import evolve, frozen

from dtao import fixed, power, safe_float, sparse, transcendental, vector
from dtao.codec import (
    BOOL,
    BOOLS,
    I32,
    I64,
    SHARES,
    U16,
    U16S,
    U64,
    U128,
    Json,
    Kind,
    bits,
    decimal,
    number,
    optional,
    record,
    sequence,
    structure,
)
from dtao.errors import InputError, UnknownName
from dtao.fixed import FORMATS, I32F32, Format
from dtao.given import shown
from dtao.records import LOCK, Lock
from dtao.rules import locks
from dtao.rules.issuance import block_emission
from dtao.rules.pools import weighted
from dtao.rules.pools.concentrated import sqrt_price
from dtao.safe_float import SafeFloat
from dtao.sparse import Sparse
from dtao.units import Alpha, Bits, BlockNumber


@frozen
class Kernel:
    """One kernel: what it takes, what it computes and what it returns."""

    parameters: Mapping[str, Kind]
    function: Callable[..., object]
    """Takes the decoded arguments by position, in the order of ``parameters``."""
    result: Kind


NUMBER = bits(I32F32)
VECTOR = sequence(NUMBER)
MATRIX = sequence(sequence(record(U16, NUMBER)))
COUNT = number(0, 2**32 - 1, "a count")
UNARY = {"a": NUMBER}
LAUNCH = 233
RANGES_SINCE = 283
"""From this version on there are ticks, and checked_sqrt is another."""
CHECKED_LOGARITHMS_SINCE = 301
"""From this version on a logarithm whose reciprocal overflows is none; the runtime panicked before."""
FLOATS_SINCE = 401
"""From this version on shares are decimal floating-point numbers."""
LOCKS_SINCE = 411
"""From this version on stake can be locked."""
WEIGHTS_SINCE = 423
"""From this version on pools have weights, and locks end."""
BOUNDED_POWERS_SINCE = 424
"""From this version on the part of a reserve that a swap leaves counts up to 1 and is computed with fewer bits."""


def evaluate(name: str, args: object, spec_version: int = LAUNCH) -> Json:
    """Return what a kernel of a version makes of its arguments, both in the vectors' JSON encoding.

    Rejections in order: an unknown kernel (UnknownName), arguments that are no object, missing and unknown ones,
    one of a wrong type or out of its range, those for which the runtime panics, and a result of over 14,000 bits
    (InputError).
    """
    table = kernels_of(spec_version)
    if type(name) is not str or name not in table:
        raise UnknownName(f"no kernel {shown(name)}; there are {', '.join(sorted(table))}")
    kernel = table[name]
    expected = ", ".join(kernel.parameters)
    if not isinstance(args, Mapping):
        raise InputError(f"{name}: {shown(args)} is not an object; give {expected}")
    if missing := [key for key in kernel.parameters if key not in args]:
        raise InputError(f"{name}: {', '.join(missing)} missing; the arguments are {expected}")
    if unknown := [str(key) for key in args if key not in kernel.parameters]:
        raise InputError(f"{name}: {', '.join(unknown)} unknown; the arguments are {expected}")
    decoded = [kind.decode(args[key], f"{name}: {key}") for key, kind in kernel.parameters.items()]
    return kernel.result.encode(kernel.function(*decoded))


def _fixed_kernels(form: Format) -> dict[str, Kernel]:
    own = bits(form)
    unary = {"a": own}
    binary = {"a": own, "b": own}
    table = {
        "saturating_add": Kernel(binary, partial(fixed.saturating_add, form), own),
        "saturating_sub": Kernel(binary, partial(fixed.saturating_sub, form), own),
        "saturating_mul": Kernel(binary, partial(fixed.saturating_mul, form), own),
        "saturating_div": Kernel(binary, partial(_saturating_div, form), own),
        "checked_add": Kernel(binary, partial(fixed.checked_add, form), optional(own)),
        "checked_sub": Kernel(binary, partial(fixed.checked_sub, form), optional(own)),
        "checked_mul": Kernel(binary, partial(fixed.checked_mul, form), optional(own)),
        "checked_div": Kernel(binary, partial(fixed.checked_div, form), optional(own)),
        "safe_div": Kernel(binary, partial(fixed.safe_div, form), own),
        "saturating_to_num_u64": Kernel(unary, partial(fixed.to_u64, form), U64),
        "to_num_u16_sat": Kernel(unary, partial(fixed.to_u16, form), U16),
        "floor": Kernel(unary, partial(fixed.floor, form), own),
        "round": Kernel(unary, partial(fixed.round_half_away, form), own),
        "saturating_from_num_u64": Kernel({"a": U64}, partial(fixed.from_int, form), own),
        "saturating_from_num_i64": Kernel({"a": I64}, partial(fixed.from_int, form), own),
        "saturating_from_num_f64": Kernel({"a": U64}, partial(fixed.from_float_bits, form), own),
    }
    for target in FORMATS.values():
        table[f"to_{target.name}"] = Kernel(unary, partial(fixed.convert, form, target), bits(target))
    return {f"{form.name}.{operation}": kernel for operation, kernel in table.items()}


def _transcendental_kernels(form: Format) -> dict[str, Kernel]:
    own = bits(form)
    table = {"checked_sqrt": Kernel({"a": own, "eps": own}, partial(transcendental.checked_sqrt, form), optional(own))}
    if form.signed and form.fraction_bits >= transcendental.CONSTANT_FRACTION_BITS:
        for function in (transcendental.log2, transcendental.ln, transcendental.exp):
            table[function.__name__] = Kernel({"a": own}, partial(function, form), optional(own))
    return {f"{operation}.{form.name}": kernel for operation, kernel in table.items()}


# The runtime panics on what these refuse: a divisor of 0, an index out of bounds, matrices of unequal height. From 320
# on it leaves out what is out of bounds and goes on; these refuse it all the same, as no epoch leads there.


def _saturating_div(form: Format, a: int, b: int) -> int:
    if b == 0:
        raise InputError(f"{form.name}.saturating_div: b is 0; the runtime panics on it, give another divisor")
    return fixed.saturating_div(form, a, b)


def _within(matrix: Sparse, columns: int) -> None:
    for column, _ in chain.from_iterable(matrix):
        if column >= columns:
            raise InputError(f"a matrix has a column {column}; the columns here are those below {columns}")


def _as_long(shorter: Sequence[object], longer: Sequence[object]) -> None:
    if len(longer) < len(shorter):
        raise InputError(f"a matrix has {len(shorter)} rows and what belongs to it {len(longer)}; make them match")


def _equally_long(first: Sparse, second: Sparse) -> None:
    _as_long(first, second)
    _as_long(second, first)


def _quantile(x: Sequence[int], ieee: int) -> int:
    (q,) = struct.unpack("<d", struct.pack("<Q", ieee))
    if not math.isfinite(q):
        raise InputError(f"quantile: q is {q}; give the bits of a finite float")
    return vector.quantile(x, q)


def _matmul_sparse(matrix: Sparse, x: Sequence[int], columns: int) -> list[int]:
    _within(matrix, columns)
    _as_long(matrix, x)
    return sparse.matmul_sparse(matrix, x, columns)


def _matmul_transpose_sparse(matrix: Sparse, x: Sequence[int]) -> list[int]:
    _within(matrix, len(x))
    return sparse.matmul_transpose_sparse(matrix, x)


def _weighted_median_col_sparse(stake: Sequence[int], score: Sparse, columns: int, majority: int) -> list[int]:
    _within(score, columns)
    _as_long(stake, score)
    return sparse.weighted_median_col_sparse(stake, score, columns, majority)


def _col_normalize_sparse(matrix: Sparse, columns: int) -> list[sparse.SparseRow]:
    _within(matrix, columns)
    return sparse.col_normalize_sparse(matrix, columns)


def _col_max_upscale_sparse(matrix: Sparse, columns: int) -> list[sparse.SparseRow]:
    _within(matrix, columns)
    return sparse.col_max_upscale_sparse(matrix, columns)


def _col_clip_sparse(matrix: Sparse, thresholds: Sequence[int]) -> list[sparse.SparseRow]:
    _within(matrix, len(thresholds))
    return sparse.col_clip_sparse(matrix, thresholds)


def _mat_ema_sparse(new: Sparse, old: Sparse, alpha: int) -> list[sparse.SparseRow]:
    _equally_long(new, old)
    _within([*new, *old], len(new))
    return sparse.mat_ema_sparse(new, old, alpha)


def _mat_ema_alpha_vec_sparse(new: Sparse, old: Sparse, alpha: Sequence[int]) -> list[sparse.SparseRow]:
    _equally_long(new, old)
    return sparse.mat_ema_alpha_vec_sparse(new, old, alpha)


def _interpolate_sparse(first: Sparse, second: Sparse, columns: int, ratio: int) -> list[sparse.SparseRow]:
    if ratio not in (0, I32F32.one):
        _equally_long(first, second)
    return sparse.interpolate_sparse(first, second, columns, ratio)


KERNELS: Mapping[str, Kernel] = {
    **{name: kernel for form in FORMATS.values() for name, kernel in _fixed_kernels(form).items()},
    **{name: kernel for form in FORMATS.values() for name, kernel in _transcendental_kernels(form).items()},
    "safe_ln": Kernel(UNARY, transcendental.safe_ln, NUMBER),
    "safe_exp": Kernel(UNARY, transcendental.safe_exp, NUMBER),
    "exp_safe": Kernel(UNARY, transcendental.exp_safe, NUMBER),
    "sigmoid_safe": Kernel({"a": NUMBER, "rho": NUMBER, "kappa": NUMBER}, transcendental.sigmoid_safe, NUMBER),
    "block_emission_for_issuance": Kernel({"issuance": U64}, block_emission, U64),
    "normalize": Kernel({"x": VECTOR}, vector.normalize, VECTOR),
    "vec_max_upscale_to_u16": Kernel({"x": VECTOR}, vector.vec_max_upscale_to_u16, U16S),
    "vec_u16_max_upscale_to_u16": Kernel({"x": U16S}, vector.vec_u16_max_upscale_to_u16, U16S),
    "check_vec_max_limited": Kernel({"x": U16S, "limit": U16}, vector.check_vec_max_limited, BOOL),
    "is_topk": Kernel({"x": VECTOR, "k": COUNT}, vector.is_topk, BOOLS),
    "quantile": Kernel({"x": VECTOR, "q": U64}, _quantile, NUMBER),
    "fixed_proportion_to_u16": Kernel(UNARY, vector.fixed_proportion_to_u16, U16),
    "u16_proportion_to_fixed": Kernel({"a": U16}, vector.u16_proportion_to_fixed, NUMBER),
    "row_hadamard_sparse": Kernel({"m": MATRIX, "x": VECTOR}, sparse.row_hadamard_sparse, MATRIX),
    "matmul_sparse": Kernel({"m": MATRIX, "x": VECTOR, "columns": U16}, _matmul_sparse, VECTOR),
    "matmul_transpose_sparse": Kernel({"m": MATRIX, "x": VECTOR}, _matmul_transpose_sparse, VECTOR),
    "weighted_median_col_sparse": Kernel(
        {"stake": VECTOR, "score": MATRIX, "columns": U16, "majority": NUMBER}, _weighted_median_col_sparse, VECTOR
    ),
    "row_normalize_sparse": Kernel({"m": MATRIX}, sparse.row_normalize_sparse, MATRIX),
    "col_normalize_sparse": Kernel({"m": MATRIX, "columns": U16}, _col_normalize_sparse, MATRIX),
    "col_max_upscale_sparse": Kernel({"m": MATRIX, "columns": U16}, _col_max_upscale_sparse, MATRIX),
    "col_clip_sparse": Kernel({"m": MATRIX, "x": VECTOR}, _col_clip_sparse, MATRIX),
    "interpolate_sparse": Kernel(
        {"m": MATRIX, "old": MATRIX, "columns": U16, "a": NUMBER}, _interpolate_sparse, MATRIX
    ),
    "mat_ema_sparse": Kernel({"m": MATRIX, "old": MATRIX, "a": NUMBER}, _mat_ema_sparse, MATRIX),
    "mat_ema_alpha_vec_sparse": Kernel({"m": MATRIX, "old": MATRIX, "x": VECTOR}, _mat_ema_alpha_vec_sparse, MATRIX),
}
"""Every kernel of the launch, by the name that the vectors give it."""
KERNELS_OF_RANGES: Mapping[str, Kernel] = {
    **{name: kernel for name, kernel in KERNELS.items() if not name.startswith("checked_sqrt.")},
    "checked_sqrt.U64F64": Kernel({"a": SHARES, "eps": SHARES}, sqrt_price.checked_sqrt, SHARES),
    "tick_to_sqrt_price": Kernel({"a": I32}, sqrt_price.sqrt_price_of_tick, optional(SHARES)),
    "sqrt_price_to_tick": Kernel({"a": SHARES}, sqrt_price.tick_of_sqrt_price, optional(I32)),
}
"""Those since pools have ranges."""
KERNELS_OF_CHECKED_LOGARITHMS: Mapping[str, Kernel] = {
    **KERNELS_OF_RANGES,
    **{
        name: evolve(kernel, function=partial(checked, FORMATS[name.partition(".")[2]]))
        for checked, prefix in ((transcendental.checked_log2, "log2."), (transcendental.checked_ln, "ln."))
        for name, kernel in KERNELS.items()
        if name.startswith(prefix)
    },
}
"""Those since no logarithm panics."""


FLOAT = structure(SafeFloat, U128, I64)
FLOATS = {"a": FLOAT, "b": FLOAT}
KERNELS_OF_FLOATS: Mapping[str, Kernel] = {
    **KERNELS_OF_CHECKED_LOGARITHMS,
    "safefloat.from_u64": Kernel({"a": U64}, safe_float.from_u64, FLOAT),
    "safefloat.from_u64f64": Kernel({"a": SHARES}, safe_float.from_u64f64, FLOAT),
    "safefloat.new": Kernel({"a": U128, "b": I64}, safe_float.new, optional(FLOAT)),
    "safefloat.add": Kernel(FLOATS, safe_float.add, optional(FLOAT)),
    "safefloat.sub": Kernel(FLOATS, safe_float.sub, optional(FLOAT)),
    "safefloat.div": Kernel(FLOATS, safe_float.div, optional(FLOAT)),
    "safefloat.mul_div": Kernel({**FLOATS, "c": FLOAT}, safe_float.mul_div, optional(FLOAT)),
    "safefloat.to_u64": Kernel({"a": FLOAT}, safe_float.to_u64, U64),
    "safefloat.gt": Kernel(FLOATS, safe_float.is_greater, BOOL),
}
"""Those since shares are floating-point numbers."""


def _rolled(
    conviction: Bits,
    last_update: BlockNumber,
    mass: Alpha,
    maturity_rate: int,
    now: BlockNumber,
    is_owner: bool,
    is_perpetual: bool,
    unlock_rate: int,
) -> Lock:
    lock = Lock(mass, conviction, last_update)
    return locks.rolled(lock, now, unlock_rate, maturity_rate, is_owner, is_perpetual)


def _rolled_or_ended(
    conviction: Bits,
    last_update: BlockNumber,
    mass: Alpha,
    maturity_rate: int,
    now: BlockNumber,
    is_owner: bool,
    is_perpetual: bool,
    unlock_rate: int,
) -> tuple[Lock, Alpha, Bits]:
    lock = Lock(mass, conviction, last_update)
    return locks.rolled_or_ended(lock, now, unlock_rate, maturity_rate, is_owner, is_perpetual)


ROLLING = {
    "conviction": SHARES,
    "last_update": U64,
    "locked_mass": U64,
    "maturity_rate": U64,
    "now": U64,
    "owner_lock": BOOL,
    "perpetual_lock": BOOL,
    "unlock_rate": U64,
}
KERNELS_OF_LOCKS: Mapping[str, Kernel] = {
    **KERNELS_OF_FLOATS,
    "roll_forward_lock": Kernel(ROLLING, _rolled, LOCK),
}
"""Those since stake can be locked."""


def _pow_ratio_scaled(down: int, up: int, root: int, exponent: int, precision: int, scale: int) -> int | None:
    return power.pow_ratio_scaled(up, down, exponent, root, precision, scale)


def _remaining(is_buy: bool, precision: int, largest: int, change: int, quote: int, reserve: int) -> int:
    return min(weighted.remaining_part(quote, is_buy, reserve, change, precision), largest)


def _remaining_kernels(precision: int, largest: int) -> dict[str, Kernel]:
    parameters = {"dx": U64, "quote": WEIGHT, "x": U64}
    return {
        "balancer.exp_base_quote": Kernel(parameters, partial(_remaining, False, precision, largest), SHARES),
        "balancer.exp_quote_base": Kernel(parameters, partial(_remaining, True, precision, largest), SHARES),
        "balancer.base_needed_for_quote": Kernel(
            {"quote": WEIGHT, "tao": U64, "alpha": U64, "delta": U64},
            lambda quote, tao, alpha, delta: weighted.alpha_to_sell(quote, tao, alpha, delta, precision),
            U64,
        ),
    }


def _to_limit(is_buy: bool, current: Bits, quote: int, reserve: int, target: Bits) -> int:
    return weighted.amount_to_limit(quote, is_buy, reserve, current, target)


WEIGHT = decimal(weighted.MIN_WEIGHT, weighted.ONE_WEIGHT - weighted.MIN_WEIGHT, "a weight between 1 % and 99 %")
TO_LIMIT = {"current": SHARES, "quote": WEIGHT, "reserve": U64, "target": SHARES}
LONGEST_WRITTEN = 14_000
"""Bits: Python writes no integer of over 4,300 digits as text."""


def _written(number: object) -> str:
    length = cast(int, number).bit_length()
    if length > LONGEST_WRITTEN:
        raise InputError(
            f"pow_ratio_scaled: a result of {length:,} bits is too long: up to {LONGEST_WRITTEN:,} are written; give a"
            " smaller exponent"
        )
    return str(number)


PRECISION = decimal(0, power.MAX_TERMS, "a number of bits")
INTEGER = Kind("an integer", I64.decode, _written)
KERNELS_OF_WEIGHTS: Mapping[str, Kernel] = {
    **KERNELS_OF_LOCKS,
    "roll_forward_lock": Kernel(ROLLING, _rolled_or_ended, record(LOCK, U64, SHARES)),
    "pow_ratio_scaled": Kernel(
        {"bd": U128, "bn": U128, "ed": U128, "en": U128, "precision": PRECISION, "scale": U128},
        _pow_ratio_scaled,
        optional(INTEGER),
    ),
    "perquintill.from_rational": Kernel({"a": U128, "b": U128}, weighted.part_of_one, U64),
    "balancer.price": Kernel({"quote": WEIGHT, "x": U64, "y": U64}, weighted.price, SHARES),
    "balancer.quote_delta_in": Kernel(TO_LIMIT, partial(_to_limit, True), U64),
    "balancer.base_delta_in": Kernel(TO_LIMIT, partial(_to_limit, False), U64),
    "balancer.update_weights": Kernel(
        {"quote": WEIGHT, "tao": U64, "alpha": U64, "tao_delta": U64, "alpha_delta": U64},
        weighted.quote_weight_with,
        optional(U64),
    ),
    **_remaining_kernels(weighted.FIRST.precision, fixed.U64F64.max_bits),
}
"""Those since pools have weights."""
KERNELS_OF_BOUNDED_POWERS: Mapping[str, Kernel] = {
    **KERNELS_OF_WEIGHTS,
    **_remaining_kernels(weighted.BOUNDED.precision, fixed.U64F64.one),
}
"""Those since the powers of weighted pools are bounded."""

TABLES = (
    (BOUNDED_POWERS_SINCE, KERNELS_OF_BOUNDED_POWERS),
    (WEIGHTS_SINCE, KERNELS_OF_WEIGHTS),
    (LOCKS_SINCE, KERNELS_OF_LOCKS),
    (FLOATS_SINCE, KERNELS_OF_FLOATS),
    (CHECKED_LOGARITHMS_SINCE, KERNELS_OF_CHECKED_LOGARITHMS),
    (RANGES_SINCE, KERNELS_OF_RANGES),
)


def kernels_of(spec_version: int) -> Mapping[str, Kernel]:
    """Return the kernels of a version by name."""
    return next((table for since, table in TABLES if spec_version >= since), KERNELS)
