//! Vectors and sparse matrices of the epoch, in I32F32; written to be short, not fast.
use crate::fixed::{to_u16, I32F32 as F, U16_MAX, ZERO};
use crate::{list, number, Answer};
use ethnum::I256;
use serde_json::{json, Value};

/// Columns and bits.
type Row = Vec<(usize, I256)>;

fn add(a: I256, b: I256) -> I256 {
    F.saturate(a + b)
}
/// Divides where the divisor is not 0.
fn over(a: I256, b: I256) -> I256 {
    F.safe_divide(a, if b == 0 { F.one } else { b })
}
/// The runtime's plain sum, which wraps around.
fn total(x: impl Iterator<Item = I256>) -> I256 {
    F.wrap(x.sum())
}
fn normalize(x: &[I256]) -> Vec<I256> {
    let sum = total(x.iter().copied());
    x.iter().map(|&a| over(a, sum)).collect()
}
/// Scales the largest element to 65535; above 32768 it divides before it multiplies.
fn max_upscale(x: &[I256]) -> Vec<u16> {
    let (max, one) = (x.iter().copied().max().unwrap_or(ZERO), U16_MAX << 32);
    let scaled = |a| if max > 32768 << 32 { F.multiply(a, over(one, max)) } else { over(F.multiply(a, one), max) };
    x.iter().map(|&a| to_u16(F.round(scaled(a)) >> 32)).collect()
}
/// Whether fewer than k elements are larger, or equal and further back.
fn is_topk(x: &[I256], k: usize) -> Vec<bool> {
    let above = |i: usize| (0..x.len()).filter(|&j| (x[j], j) > (x[i], i)).count();
    (0..x.len()).map(|i| above(i) < k).collect()
}
/// The position is a float; between two elements their difference is weighted by its fraction.
fn quantile(mut x: Vec<I256>, q: f64) -> I256 {
    x.sort();
    let position = q * (x.len() as f64 - 1.0);
    let (low, high) = (position.floor().max(0.0), position.ceil().max(0.0));
    let at = |index: f64| x.get(index as usize).copied().unwrap_or(ZERO);
    add(at(low), F.multiply(add(at(high), -at(low)), F.nearest_to(position - low)))
}
/// The median weighted by stake, by repeated partition around the middle one of the remaining elements.
fn weighted_median(stake: &[I256], score: &[I256], majority: I256) -> I256 {
    let stake_of = |indices: &[usize]| indices.iter().fold(ZERO, |sum, &index| add(sum, stake[index]));
    let mut remaining: Vec<usize> = (0..stake.len()).collect();
    let (mut low, mut high) = (ZERO, total(stake.iter().copied()));
    let minority = add(high, -majority);
    while remaining.len() > 1 {
        let pivot = score[remaining[remaining.len() / 2]];
        let (lower, others): (Vec<_>, Vec<_>) = remaining.into_iter().partition(|&index| score[index] < pivot);
        let upper: Vec<_> = others.into_iter().filter(|&index| score[index] > pivot).collect();
        match (add(low, stake_of(&lower)), add(high, -stake_of(&upper))) {
            (below, _) if minority < below && !lower.is_empty() => (remaining, high) = (lower, below),
            (_, through) if through <= minority && !upper.is_empty() => (remaining, low) = (upper, through),
            _ => return pivot,
        }
    }
    remaining.first().map_or(ZERO, |&index| score[index])
}
/// The element of a row for a column: the last of several, 0 if there is none.
fn at(row: &Row, column: usize) -> I256 {
    row.iter().rfind(|element| element.0 == column).map_or(ZERO, |element| element.1)
}
/// The start plus each element that the row has for the column, times the weight.
fn accumulated(start: I256, row: &Row, column: usize, weight: I256) -> I256 {
    row.iter().filter(|element| element.0 == column).fold(start, |sum, element| add(sum, F.multiply(weight, element.1)))
}
fn mapped(m: &[Row], change: impl Fn(usize, usize, I256) -> I256) -> Vec<Row> {
    let row = |(i, row): (usize, &Row)| row.iter().map(|&(column, a)| (column, change(i, column, a))).collect();
    m.iter().enumerate().map(row).collect()
}
/// Each element over what the elements of its column accumulate to.
fn over_columns(m: &[Row], columns: usize, accumulate: impl Fn(I256, I256) -> I256) -> Vec<Row> {
    let mut divisors = vec![ZERO; columns];
    m.iter().flatten().for_each(|&(column, a)| divisors[column] = accumulate(divisors[column], a));
    mapped(m, |_, column, a| over(a, divisors[column]))
}
/// The positive ones of the elements that two matrices yield for a column of their rows.
fn merged(m: &[Row], old: &[Row], columns: usize, element: impl Fn(&Row, &Row, usize) -> I256) -> Vec<Row> {
    let row = |(new, old)| (0..columns).map(|c| (c, element(new, old, c))).filter(|&(_, a)| a > 0).collect();
    m.iter().zip(old).map(row).collect()
}

fn decimals(x: impl Iterator<Item = I256>) -> Value {
    x.map(|a| a.to_string()).collect()
}
fn rows(m: Vec<Row>) -> Value {
    m.iter().map(|row| row.iter().map(|(column, a)| json!([column, a.to_string()])).collect::<Value>()).collect()
}
/// The kernels that are not about one number.
pub fn kernel(name: &str, args: &Value) -> Answer<Value> {
    let matrix = |name: &str| list(&args[name], |row| list(row, |pair| Ok((number(&pair[0])?, number(&pair[1])?))));
    let ints = |name: &str| list(&args[name], number);
    let (m, old, x, columns) = (matrix("m")?, matrix("old")?, ints("x")?, number(&args["columns"])?);
    let (a, u16_to_fixed) = (number(&args["a"])?, |a: I256| (a << 32) / U16_MAX);
    let from_u16s: Vec<I256> = x.iter().map(|&a| a << 32).collect();
    Ok(match name {
        "normalize" => decimals(normalize(&x).into_iter()),
        "vec_max_upscale_to_u16" => json!(max_upscale(&x)),
        "vec_u16_max_upscale_to_u16" => json!(max_upscale(&from_u16s)),
        "check_vec_max_limited" => {
            json!(normalize(&from_u16s).into_iter().max() <= Some(u16_to_fixed(number(&args["limit"])?)))
        }
        "is_topk" => json!(is_topk(&x, number(&args["k"])?)),
        "quantile" => json!(quantile(x, f64::from_bits(number(&args["q"])?)).to_string()),
        "fixed_proportion_to_u16" => json!(to_u16((a * U16_MAX) >> 32)),
        "u16_proportion_to_fixed" => json!(u16_to_fixed(a).to_string()),
        "row_hadamard_sparse" => rows(mapped(&m, |i, _, a| F.multiply(a, x[i]))),
        "matmul_sparse" => {
            let sum = |c| m.iter().zip(&x).fold(ZERO, |sum, (row, &a)| accumulated(sum, row, c, a));
            decimals((0..columns).map(sum))
        }
        "matmul_transpose_sparse" => {
            let sum = |row: &Row| row.iter().fold(ZERO, |sum, &(column, a)| add(sum, F.multiply(x[column], a)));
            decimals(m.iter().map(sum))
        }
        "weighted_median_col_sparse" => {
            let (stake, score, majority) = (ints("stake")?, matrix("score")?, number(&args["majority"])?);
            let (stake, rows): (Vec<_>, Vec<Row>) = stake.into_iter().zip(score).filter(|&(a, _)| a > 0).unzip();
            let shares = normalize(&stake);
            let scores = |c| rows.iter().map(|row| at(row, c)).collect::<Vec<_>>();
            decimals((0..columns).map(|c| weighted_median(&shares, &scores(c), majority)))
        }
        "row_normalize_sparse" => {
            let sums: Vec<I256> = m.iter().map(|row| total(row.iter().map(|element| element.1)).max(ZERO)).collect();
            rows(mapped(&m, |i, _, a| over(a, sums[i])))
        }
        "col_normalize_sparse" => rows(over_columns(&m, columns, add)),
        "col_max_upscale_sparse" => rows(over_columns(&m, columns, I256::max)),
        "col_clip_sparse" => {
            let kept = |row: Row| row.into_iter().filter(|&(c, a)| a <= x[c] || x[c] > 0).collect();
            rows(mapped(&m.into_iter().map(kept).collect::<Vec<_>>(), |_, c, a| a.min(x[c])))
        }
        "interpolate_sparse" if a == 0 => rows(m),
        "interpolate_sparse" if a == F.one => rows(old),
        "interpolate_sparse" => {
            rows(merged(&m, &old, columns, |new, old, c| add(at(new, c), F.multiply(a, add(at(old, c), -at(new, c))))))
        }
        "mat_ema_sparse" => rows(merged(&m, &old, m.len(), |new, old, c| {
            accumulated(accumulated(ZERO, new, c, a), old, c, add(F.one, -a))
        })),
        "mat_ema_alpha_vec_sparse" => rows(merged(&m, &old, m.len(), |new, old, c| {
            let alpha = x.get(c).copied().unwrap_or(ZERO);
            accumulated(F.multiply(alpha, at(new, c)), old, c, add(F.one, -alpha))
        })),
        _ => return Err(json!({"skipped": format!("does no kernel {name}")})),
    })
}
