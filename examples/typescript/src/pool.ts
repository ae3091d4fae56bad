/** What a subnet's pool quotes and how much a limit allows: amounts in rao, prices in I96F32, limits in rao a token. */
import { I110F18, I96F32, U64F64, U64_MAX, clamp, safeDivide } from "./fixed.ts";

export interface Subnet { isRoot: boolean; mechanism: number; tao: bigint; alpha: bigint; movingPrice: bigint }
/** A bug to see a divergence by: "one-rao" rounds a payout up, "limit" takes the wrong branch of a limit. */
export const planted = { bug: "" };
const TAO = 1_000_000_000n, MINIMUM_LIQUIDITY = 10_000_000n << I110F18.fraction;
const toU64 = (a: bigint) => clamp(a, 0n, U64_MAX), min = (a: bigint, b: bigint) => (a < b ? a : b);
const isStable = (s: Subnet) => s.isRoot || s.mechanism === 0; // there alpha is worth 1 TAO
const isDynamic = (s: Subnet) => s.mechanism === 1;
/** The reserve less what must remain of it, floored twice; null if less than the minimum liquidity would remain. */
function payout(reserveIn: bigint, reserveOut: bigint, amount: bigint): bigint | null {
  const entered = reserveIn + amount, k = min((reserveIn * reserveOut) << I110F18.fraction, I110F18.max);
  const remaining = entered === 0n ? 0n : k / entered;
  if (remaining < MINIMUM_LIQUIDITY) return null;
  const up = planted.bug === "one-rao" ? I110F18.one - 1n : 0n;
  return toU64(((reserveOut << I110F18.fraction) - remaining + up) >> I110F18.fraction);
}
export const alphaForTao = (s: Subnet, tao: bigint) => (isDynamic(s) ? payout(s.tao, s.alpha, tao) : tao);
export const taoForAlpha = (s: Subnet, alpha: bigint) => (isDynamic(s) ? payout(s.alpha, s.tao, alpha) : alpha);
export const movingPrice = (s: Subnet) => (isStable(s) ? I96F32.one : s.movingPrice);
export const price = (s: Subnet) => (isStable(s) ? I96F32.one : safeDivide(I96F32, s.tao, s.alpha));
/** The most rao to stake before the price passes the limit, which the launch compares with whole TAO only. */
export function maxAmountAdd(s: Subnet, limit: bigint): bigint {
  if (isStable(s)) return limit >= TAO ? U64_MAX : 0n;
  if (s.alpha === 0n || s.tao === 0n || limit === 0n) return 0n;
  const isBelow = limit < (s.tao / s.alpha) * TAO;
  return (planted.bug === "limit" ? !isBelow : isBelow) ? 0n : toU64((limit * s.alpha) / TAO - s.tao);
}
/** The most alpha rao to unstake before the price falls below the limit. */
export function maxAmountRemove(s: Subnet, limit: bigint): bigint {
  if (isStable(s)) return limit <= TAO ? U64_MAX : 0n;
  if (s.alpha === 0n || s.tao === 0n) return 0n;
  if (limit === 0n) return U64_MAX;
  return limit >= (s.tao * TAO) / s.alpha ? 0n : toU64((s.tao * TAO) / limit - s.alpha);
}
/** The most alpha rao to move before the price of the origin over that of the destination falls below the limit. */
export function maxAmountMove(from: Subnet, to: Subnet, limit: bigint): bigint {
  if (isStable(from) && isStable(to)) return limit > TAO ? 0n : U64_MAX;
  if (isStable(from) && isDynamic(to))
    return limit === 0n ? U64_MAX : maxAmountAdd(to, min(((TAO << 64n) / limit) * TAO, U64F64.max) >> 64n);
  if (isStable(to) && isDynamic(from)) return maxAmountRemove(from, limit);
  if ([from.tao, from.alpha, to.tao, to.alpha].includes(0n)) return 0n;
  const limitBits = (limit << 64n) / TAO;
  if (limitBits > safeDivide(I96F32, price(from), price(to)) << 32n) return 0n;
  if (limit === 0n) return U64_MAX;
  const tao = min((from.tao + to.tao) << 64n, U64F64.max), share = (s: Subnet) => safeDivide(U64F64, s.tao << 64n, tao);
  return toU64((safeDivide(U64F64, to.alpha * share(from), limitBits) - from.alpha * share(to)) >> 64n);
}
