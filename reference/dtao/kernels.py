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

from attrs import evolve, frozen

from dtao import fixed, sparse, transcendental, vector
from dtao.codec import (
    BOOL,
    BOOLS,
    I32,
    I64,
    SHARES,
    U16,
    U16S,
    U64,
    Json,
    Kind,
    bits,
    number,
    optional,
    record,
    sequence,
)
from dtao.errors import InputError, UnknownName
from dtao.fixed import FORMATS, I32F32, Format
from dtao.rules.issuance import block_emission
from dtao.rules.pools.concentrated import sqrt_price
from dtao.sparse import Sparse


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


def evaluate(name: str, args: object, spec_version: int = LAUNCH) -> Json:
    """Return what a kernel of a version makes of its arguments, both in the vectors' JSON encoding.

    Rejections in order: an unknown kernel (UnknownName), arguments that are no object, missing and unknown ones,
    one of a wrong type or out of its range, and those for which the runtime panics (InputError).
    """
    table = kernels_of(spec_version)
    if name not in table:
        raise UnknownName(f"no kernel {name!r}; there are {', '.join(sorted(table))}")
    kernel = table[name]
    expected = ", ".join(kernel.parameters)
    if not isinstance(args, Mapping):
        raise InputError(f"{name}: {args!r} is not an object; give {expected}")
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


def kernels_of(spec_version: int) -> Mapping[str, Kernel]:
    """Return the kernels of a version by name."""
    if spec_version >= CHECKED_LOGARITHMS_SINCE:
        return KERNELS_OF_CHECKED_LOGARITHMS
    return KERNELS_OF_RANGES if spec_version >= RANGES_SINCE else KERNELS
