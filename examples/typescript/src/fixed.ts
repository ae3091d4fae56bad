/** Fixed-point numbers as the runtime computes them: raw bits, the value times 2 ** fraction, in a BigInt. */
export interface Format { width: number; fraction: bigint; min: bigint; max: bigint; one: bigint }

function format(signed: boolean, width: number, fraction: bigint): Format {
  const max = (1n << BigInt(signed ? width - 1 : width)) - 1n;
  return { width, fraction, min: signed ? -max - 1n : 0n, max, one: 1n << fraction };
}
export const I96F32 = format(true, 128, 32n), I110F18 = format(true, 128, 18n), I64F64 = format(true, 128, 64n);
export const I32F32 = format(true, 64, 32n), U64F64 = format(false, 128, 64n), U96F32 = format(false, 128, 32n);
export const FORMATS: Record<string, Format> = { I96F32, I110F18, I64F64, I32F32, U64F64, U96F32 };
export const U64_MAX = (1n << 64n) - 1n, U16_MAX = 65535n;

const absolute = (a: bigint) => (a < 0n ? -a : a);
export const clamp = (a: bigint, low: bigint, high: bigint) => (a < low ? low : a > high ? high : a);
export const saturate = (f: Format, a: bigint) => clamp(a, f.min, f.max);
const checked = (f: Format, a: bigint) => (a === saturate(f, a) ? a : null);
/** The runtime's plain arithmetic wraps around. */
export const wrap = (f: Format, a: bigint) => (f.min < 0n ? BigInt.asIntN(f.width, a) : BigInt.asUintN(f.width, a));
/** A product is rounded down, a quotient toward zero: just what `>>` and `/` do to a BigInt. */
const product = (f: Format, a: bigint, b: bigint) => (a * b) >> f.fraction;
const quotient = (f: Format, a: bigint, b: bigint) => (a << f.fraction) / b;
export const multiply = (f: Format, a: bigint, b: bigint) => saturate(f, product(f, a, b));
const checkedDivide = (f: Format, a: bigint, b: bigint) => (b === 0n ? null : checked(f, quotient(f, a, b)));
/** The quotient, or 0 where there is none or the format does not hold it. */
export const safeDivide = (f: Format, a: bigint, b: bigint) => checkedDivide(f, a, b) ?? 0n;
export const toU16 = (f: Format, a: bigint) => Number(clamp(a >> f.fraction, 0n, U16_MAX));
const roundHalfUp = (f: Format, a: bigint) => ((a + f.one / 2n) >> f.fraction) << f.fraction;
export const roundHalfAway = (f: Format, a: bigint) => wrap(f, a < 0n ? -roundHalfUp(f, -a) : roundHalfUp(f, a));
const fromInt = (f: Format, a: bigint) => saturate(f, a << f.fraction);
export const floatOfBits = (bits: bigint) => new Float64Array(new BigUint64Array([bits]).buffer)[0];
/** The nearest number to a float, ties to even; the scaling, by a power of two, is exact. */
export function fromFloat(f: Format, a: number): bigint {
  const scaled = a * Number(f.one), down = Math.floor(scaled), rest = scaled - down;
  if (Math.abs(scaled) === Infinity) return scaled > 0 ? f.max : f.min;
  return saturate(f, BigInt(rest > 0.5 || (rest === 0.5 && down % 2 !== 0) ? down + 1 : down));
}

const LOG2_E = 12_102_203n, E = 22_802_600n; // with 23 fraction bits, whatever the format
const SUPPLY = 21_000_000_000_000_000n, BLOCK_EMISSION = 1_000_000_000n;
/** The integer part by halvings, which round up, and a bit of the fraction by each squaring, which rounds down. */
function log2(f: Format, a: bigint): bigint | null {
  if (a <= 0n) return null;
  if (a < f.one) return -log2(f, quotient(f, f.one, a))!;
  if (a > f.max) throw new RangeError("the reciprocal overflows");
  let result = 0n;
  for (; a >= 2n * f.one; result++) a = (a + 1n) >> 1n;
  for (let bit = 0n; bit < f.fraction; bit++) {
    a = (a * a) >> f.fraction;
    result *= 2n;
    if (a >= 2n * f.one) [a, result] = [(a + 1n) >> 1n, result + 1n];
  }
  return result;
}
const ln = (f: Format, a: bigint) => (a > 0n ? quotient(f, log2(f, a)!, LOG2_E << (f.fraction - 23n)) : null);
/** The power series of |a|, each term rounded down twice; null if it overflows. */
function exp(f: Format, a: bigint): bigint | null {
  if (a === f.one) return E << (f.fraction - 23n);
  const x = absolute(a);
  let term = x, result = x + f.one;
  for (let index = 2n; index < f.fraction && term > 0n; index++) {
    const product = (term * x) >> f.fraction;
    term = product / index;
    result += term;
    if (product > f.max || result > f.max) return null;
  }
  return a < 0n ? quotient(f, f.one, result) : result;
}
/** Bisection between 0 and the number, which ends after 129 halvings. */
function sqrt(f: Format, a: bigint, epsilon: bigint): bigint | null {
  for (let low = 0n, high = a, turn = 0; a >= 0n; turn++) {
    const middle = safeDivide(f, saturate(f, low + high), 2n * f.one), check = safeDivide(f, a, middle);
    if (saturate(f, absolute(check - middle)) <= epsilon || turn > 128) return middle;
    [low, high] = check < middle ? [low, middle] : [middle, high];
  }
  return null;
}
const expSafe = (a: bigint) => exp(I32F32, clamp(a, -20n * I32F32.one, 20n * I32F32.one))!; // which never overflows
function sigmoid(a: bigint, rho: bigint, kappa: bigint): bigint {
  const power = multiply(I32F32, multiply(I32F32, rho, -I32F32.one), saturate(I32F32, a - kappa));
  return safeDivide(I32F32, I32F32.one, saturate(I32F32, expSafe(power) + I32F32.one));
}
/** Halves whenever the share of the supply that is still to be issued has halved. */
const blockEmission = (issued: bigint) =>
  issued >= SUPPLY ? 0n : BLOCK_EMISSION >> BigInt((SUPPLY / (SUPPLY - issued)).toString(2).length - 1);

type Kernel = (args: Record<string, bigint>, f: Format) => bigint | number | null;
const conversion = (target: Format): Kernel => ({ a }, f) => saturate(target, (a << target.fraction) >> f.fraction);
export const NUMBER_KERNELS: Record<string, Kernel> = {
  saturating_add: ({ a, b }, f) => saturate(f, a + b), checked_add: ({ a, b }, f) => checked(f, a + b),
  saturating_sub: ({ a, b }, f) => saturate(f, a - b), checked_sub: ({ a, b }, f) => checked(f, a - b),
  saturating_mul: ({ a, b }, f) => multiply(f, a, b), checked_mul: ({ a, b }, f) => checked(f, product(f, a, b)),
  saturating_div: ({ a, b }, f) => saturate(f, quotient(f, a, b)), checked_div: ({ a, b }, f) => checkedDivide(f, a, b),
  safe_div: ({ a, b }, f) => safeDivide(f, a, b),
  floor: ({ a }, f) => (a >> f.fraction) << f.fraction, round: ({ a }, f) => roundHalfAway(f, a),
  saturating_to_num_u64: ({ a }, f) => clamp(a >> f.fraction, 0n, U64_MAX), to_num_u16_sat: ({ a }, f) => toU16(f, a),
  saturating_from_num_u64: ({ a }, f) => fromInt(f, a), saturating_from_num_i64: ({ a }, f) => fromInt(f, a),
  saturating_from_num_f64: ({ a }, f) => fromFloat(f, floatOfBits(a)),
  ...Object.fromEntries(Object.entries(FORMATS).map(([name, target]) => [`to_${name}`, conversion(target)])),
  log2: ({ a }, f) => log2(f, a), ln: ({ a }, f) => ln(f, a), exp: ({ a }, f) => exp(f, a),
  safe_ln: ({ a }) => ln(I32F32, a) ?? 0n, safe_exp: ({ a }) => exp(I32F32, a) ?? 0n, exp_safe: ({ a }) => expSafe(a),
  checked_sqrt: ({ a, eps }, f) => sqrt(f, a, eps), sigmoid_safe: ({ a, rho, kappa }) => sigmoid(a, rho, kappa),
  block_emission_for_issuance: ({ issuance }) => blockEmission(issuance),
};
