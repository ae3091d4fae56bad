/** Vectors and sparse matrices of the epoch, in I32F32: a row is a list of [column, bits]. */
import { I32F32, U16_MAX, clamp, floatOfBits, fromFloat, multiply, roundHalfAway } from "./fixed.ts";
import { safeDivide, saturate, toU16, wrap } from "./fixed.ts";

type Row = [number, bigint][];
const add = (a: bigint, b: bigint) => saturate(I32F32, a + b);
const subtract = (a: bigint, b: bigint) => saturate(I32F32, a - b);
const complement = (a: bigint) => subtract(I32F32.one, a);
const times = (a: bigint, b: bigint) => multiply(I32F32, a, b);
const over = (a: bigint, b: bigint) => (b === 0n ? a : safeDivide(I32F32, a, b)); // a divisor of 0 changes nothing
const larger = (a: bigint, b: bigint) => (a > b ? a : b);
const total = (x: bigint[]) => wrap(I32F32, x.reduce((sum, a) => sum + a, 0n)); // the runtime's plain sum
const overTotal = (sum: bigint) => (a: bigint) => over(a, sum);
const normalize = (x: bigint[]) => x.map(overTotal(total(x)));
const u16ToFixed = (a: number | bigint) => (BigInt(a) << 32n) / U16_MAX;
const fromU16 = (x: (number | bigint)[]) => x.map((a) => BigInt(a) << 32n);

const at = (row: Row, column: number) => row.findLast(([own]) => own === column)?.[1] ?? 0n;
const byColumn = (columns: number, f: (column: number) => bigint) => Array.from({ length: columns }, (_, c) => f(c));
const positive = (x: bigint[]) => x.map((a, column): [number, bigint] => [column, a]).filter(([, a]) => a > 0n);
const mapped = (row: Row, f: (a: bigint, column: number) => bigint): Row => row.map(([c, a]) => [c, f(a, c)]);
/** The start plus each element that the row has for the column, times the weight. */
const accumulated = (start: bigint, row: Row, column: number, weight: bigint) =>
  row.reduce((sum, [own, a]) => (own === column ? add(sum, times(weight, a)) : sum), start);
/** Each element over what the elements of its column accumulate to. */
function overColumns(m: Row[], columns: number, accumulate: (sum: bigint, a: bigint) => bigint): Row[] {
  const divisors = byColumn(columns, () => 0n);
  for (const [column, a] of m.flat()) divisors[column] = accumulate(divisors[column], a);
  return m.map((row) => mapped(row, (a, column) => over(a, divisors[column])));
}
/** Scales the largest element to 65535; above 32768 it divides before it multiplies. */
function maxUpscale(x: bigint[]): number[] {
  const max = x.reduce(larger, I32F32.min), isLarge = max > 32768n << 32n;
  const scaled = (a: bigint) => (isLarge ? times(a, over(U16_MAX << 32n, max)) : over(times(a, U16_MAX << 32n), max));
  return x.map((a) => toU16(I32F32, roundHalfAway(I32F32, scaled(a))));
}
/** The position is a float; between two elements their difference is weighted by its fraction. */
function quantile(x: bigint[], q: number): bigint {
  const ordered = [...x].sort((a, b) => Number(a - b)), position = q * (x.length - 1);
  const low = Math.max(Math.floor(position), 0), high = Math.max(Math.ceil(position), 0), first = ordered[low] ?? 0n;
  if (x.length === 0 || low === high) return first;
  return add(first, times(subtract(ordered[high] ?? 0n, first), fromFloat(I32F32, position - low)));
}
/** The median weighted by stake, by repeated partition around the middle one of the remaining elements. */
function weightedMedian(stake: bigint[], score: bigint[], majority: bigint): bigint {
  const stakeOf = (indices: number[]) => indices.reduce((sum, index) => add(sum, stake[index]), 0n);
  let remaining = [...stake.keys()], low = 0n, high = total(stake);
  for (const minority = subtract(high, majority); remaining.length > 1; ) {
    const pivot = score[remaining[remaining.length >> 1]];
    const lower = remaining.filter((index) => score[index] < pivot), below = add(low, stakeOf(lower));
    const upper = remaining.filter((index) => score[index] > pivot), through = subtract(high, stakeOf(upper));
    if (minority < below && lower.length > 0) [remaining, high] = [lower, below];
    else if (through <= minority && upper.length > 0) [remaining, low] = [upper, through];
    else return pivot;
  }
  return score[remaining[0]] ?? 0n;
}

type Arguments = Record<"m" | "old" | "score", Row[]> & Record<"x" | "stake", bigint[]> &
  Record<"a" | "q" | "majority", bigint> & Record<"columns" | "limit" | "k", number>;
export const EPOCH_KERNELS: Record<string, (args: Arguments) => unknown> = {
  normalize: ({ x }) => normalize(x),
  vec_max_upscale_to_u16: ({ x }) => maxUpscale(x),
  vec_u16_max_upscale_to_u16: ({ x }) => maxUpscale(fromU16(x)),
  check_vec_max_limited: ({ x, limit }) => normalize(fromU16(x)).reduce(larger, 0n) <= u16ToFixed(limit),
  is_topk: ({ x, k }) => x.map((a, i) => x.filter((b, j) => b > a || (b === a && j > i)).length < k),
  quantile: ({ x, q }) => quantile(x, floatOfBits(q)),
  fixed_proportion_to_u16: ({ a }) => Number(clamp((a * U16_MAX) >> 32n, 0n, U16_MAX)),
  u16_proportion_to_fixed: ({ a }) => u16ToFixed(a),
  row_hadamard_sparse: ({ m, x }) => x.slice(0, m.length).map((weight, i) => mapped(m[i], (a) => times(a, weight))),
  matmul_sparse: ({ m, x, columns }) =>
    byColumn(columns, (c) => m.reduce((sum, row, i) => accumulated(sum, row, c, x[i]), 0n)),
  matmul_transpose_sparse: ({ m, x }) => m.map((row) => row.reduce((sum, [c, a]) => add(sum, times(x[c], a)), 0n)),
  weighted_median_col_sparse: ({ stake, score, columns, majority }) => {
    const rows = score.filter((_, index) => stake[index] > 0n), shares = normalize(stake.filter((a) => a > 0n));
    return byColumn(columns, (c) => weightedMedian(shares, rows.map((row) => at(row, c)), majority));
  },
  row_normalize_sparse: ({ m }) => m.map((row) => mapped(row, overTotal(larger(total(row.map(([, a]) => a)), 0n)))),
  col_normalize_sparse: ({ m, columns }) => overColumns(m, columns, add),
  col_max_upscale_sparse: ({ m, columns }) => overColumns(m, columns, larger),
  col_clip_sparse: ({ m, x }) => m.map((row) =>
    mapped(row.filter(([c, a]) => a <= x[c] || x[c] > 0n), (a, c) => (a > x[c] ? x[c] : a))),
  interpolate_sparse: ({ m, old, columns, a }) => {
    if (a === 0n || a === I32F32.one) return a === 0n ? m : old;
    const mixed = (first: bigint, second: bigint) => add(first, times(a, subtract(second, first)));
    return m.map((row, i) => positive(byColumn(columns, (c) => mixed(at(row, c), at(old[i], c)))));
  },
  mat_ema_sparse: ({ m, old, a }) => m.map((row, i) => positive(byColumn(m.length, (c) =>
    accumulated(accumulated(0n, row, c, a), old[i], c, complement(a))))),
  mat_ema_alpha_vec_sparse: ({ m, old, x }) => m.map((row, i) => positive(byColumn(m.length, (c) =>
    accumulated(times(x[c] ?? 0n, at(row, c)), old[i], c, complement(x[c] ?? 0n))))),
};
