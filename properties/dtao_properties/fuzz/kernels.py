"""Cases of the kernels: every function without a state, with arguments on the boundaries of their formats."""

import struct
from collections.abc import Callable, Mapping

import dtao
from dtao import fixed
from dtao.codec import Kind
from dtao.fixed import I32F32, Format
from dtao.kernels import kernels_of
from dtao.rules.pools.concentrated.sqrt_price import MAX_TICK
from dtao.rules.pools.weighted import MIN_WEIGHT, ONE_WEIGHT
from dtao.units import U16_MAX, U64_MAX
from dtao_properties.adapters.protocol import Json
from dtao_properties.fuzz.choices import Choices
from dtao_properties.fuzz.worlds import ISSUANCES

FLOATS = (0.0, 0.25, 0.5, 1.0, 0.93, 0.999, 1.5, -0.5, 2.0**70, 1e-300)
U128_MAX = 2**128 - 1
LONGEST = 4
"""The longest vector and the widest matrix that are made."""
RAW = "the raw bits of "


def request(era: dtao.Era, choices: Choices) -> dict[str, Json]:
    """Return the request of one kernel case. Some are outside of what the runtime computes; the reference says so."""
    kernels = kernels_of(era.spec_version)
    name = sorted(kernels)[choices.below(len(kernels))]
    n = 1 + choices.below(LONGEST)
    args = {key: _argument(name, key, kind, n, choices) for key, kind in kernels[name].parameters.items()}
    return {"do": "kernel", "era": era.recorded_as, "kernel": name, "args": args}


def _argument(name: str, key: str, kind: Kind, n: int, choices: Choices) -> Json:
    if (name == "quantile" and key == "q") or name.endswith("from_num_f64"):
        return str(_float_bits(choices.pick(FLOATS)) if choices.byte() < 224 else choices.number(8))
    if name == "block_emission_for_issuance":
        return str(max(choices.pick(ISSUANCES) + choices.pick((0, 1, -1, choices.number(6))), 0))
    if key == "columns":
        return n
    if name == "pow_ratio_scaled":
        return _of_power(key, n, choices)
    return GENERATED[kind.name](n, choices)


def _float_bits(number: float) -> int:
    (bits,) = struct.unpack("<Q", struct.pack("<d", number))
    return int(bits)


def number(form: Format, choices: Choices) -> int:
    """Return raw bits of a format: 0, 1, its ends, beside a power of two, small, or anything."""
    choice = choices.byte()
    if choice < 64:
        ends = (0, form.one, form.max_bits, form.min_bits, form.one >> 1, 1, -1, form.one + 1)
        bits = ends[choice & 7]
    elif choice < 128:
        power = 1 << choices.below(form.max_bits.bit_length())
        bits = (power + (0, 1, -1)[choice % 3]) * (1 if choice & 1 else -1)
    elif choice < 192:
        bits = form.one * choices.byte() // 64
    else:
        bits = choices.number(1 + choice % 16) * (1 if choice & 32 else -1)
    return min(max(bits, form.min_bits), form.max_bits)


def _vector(n: int, choices: Choices) -> Json:
    kind = choices.byte()
    if kind < 160:
        return [str(choices.byte() << 24) for _ in range(n)]
    return [str(number(I32F32, choices)) for _ in range(n)]


def _matrix(n: int, choices: Choices) -> Json:
    wild = choices.byte() >= 192
    rows = []
    for _ in range(n):
        mask = choices.byte()
        columns = [column for column in range(n) if mask >> column & 1]
        rows.append([[c, str(number(I32F32, choices) if wild else choices.byte() << 24)] for c in columns])
    return rows


def _u64(n: int, choices: Choices) -> Json:
    options = (0, 1, U64_MAX, 2**63, 2**63 - 1, 2**32, choices.number(8), choices.number(4))
    return str(choices.pick(options))


def _u128(n: int, choices: Choices) -> Json:
    options = (0, 1, U128_MAX, 2**64, U64_MAX, 10**18, 10**21, choices.number(16), choices.number(8), choices.number(4))
    return str(choices.pick(options))


def _safe_float(n: int, choices: Choices) -> Json:
    """Return a decimal number as the runtime has them: 21 digits, which are few others behind many zeros, or 0."""
    if choices.chance(24):
        return ["0", "0"]
    mantissa = 10**20 + choices.pick((0, 1, 9 * 10**20, 9 * 10**20 - 1, choices.number(9) % (9 * 10**20)))
    if choices.chance(96):
        kept = 10 ** choices.below(20)
        mantissa -= mantissa % kept
    return [str(mantissa), str(choices.pick((-20, -1, 0, -40, -2, 1, -21, -choices.below(64))))]


def _of_power(key: str, n: int, choices: Choices) -> Json:
    """Return an argument of a power: a base of any size, an exponent as weights have it, bits enough."""
    if key == "precision":
        return choices.pick(("256", "1024", "256"))
    if key == "scale":
        return str(10**18)
    if key in ("en", "ed"):  # at most 99 times as much as the other, as two weights are
        weights = (5 * 10**17, 10**16, 99 * 10**16, 10**16 + choices.number(7), 10**18)
        return str(choices.pick((*weights, 1, 3) if key == "en" else weights))
    return str(max(int(str(_u64(n, choices))), 1))


def _weight(n: int, choices: Choices) -> Json:
    near = choices.pick((ONE_WEIGHT // 2, MIN_WEIGHT, ONE_WEIGHT - MIN_WEIGHT, choices.number(8)))
    return str(min(max(near + choices.pick((0, 1, -1)), MIN_WEIGHT), ONE_WEIGHT - MIN_WEIGHT))


def _tick(choices: Choices) -> int:
    near = choices.pick((0, MAX_TICK, 2**19 - 1, 2**31 - 3, choices.number(2), choices.number(3) & 0x7FFFF))
    return (near + choices.pick((0, 1, -1))) * choices.pick((1, -1))


GENERATED: Mapping[str, Callable[[int, Choices], Json]] = {
    **{
        RAW + name: lambda n, choices, form=form: str(number(form, choices))  # type: ignore[misc]
        for name, form in fixed.FORMATS.items()
    },
    f"a list of {RAW}I32F32": _vector,
    f"a list of a list of [a u16, {RAW}I32F32]": _matrix,
    "a u64": _u64,
    "an i32": lambda n, choices: str(_tick(choices)),
    "an i64": lambda n, choices: str(int(_u64(n, choices)) - 2**63),
    "a u16": lambda n, choices: choices.pick((0, 1, U16_MAX, 32_768, choices.number(2))),
    "a list of a u16": lambda n, choices: [choices.pick((1, 0, U16_MAX, choices.number(2))) for _ in range(n)],
    "a count": lambda n, choices: choices.below(n + 2),
    "a boolean": lambda n, choices: choices.chance(128),
    "a u128": _u128,
    "[a u128, an i64]": _safe_float,
    "a weight between 1 % and 99 %": _weight,
    "a number of bits": lambda n, choices: "256",
}
"""What makes an argument, by the name of its kind."""
