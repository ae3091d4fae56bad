//! Vectors and sparse matrices of the epoch, in I32F32: a row is a list of columns and bits.

use crate::fixed::{Format, I32F32, U16_MAX};
use crate::wide::{Wide, ZERO};

pub type Row = Vec<(usize, Wide)>;
const F: Format = I32F32;

/// Divides where the divisor is not 0.
fn over(a: Wide, b: Wide) -> Wide {
    if b == ZERO {
        a
    } else {
        F.safe_divide(a, b)
    }
}

/// The runtime's plain sum, which wraps around.
fn total(x: impl Iterator<Item = Wide>) -> Wide {
    F.wrap(x.fold(ZERO, |sum, a| sum + a))
}

pub fn normalize(x: &[Wide]) -> Vec<Wide> {
    let sum = total(x.iter().copied());
    x.iter().map(|&a| over(a, sum)).collect()
}

pub fn u16_to_fixed(a: Wide) -> Wide {
    (a << 32) / U16_MAX
}

pub fn fixed_to_u16(a: Wide) -> u16 {
    ((a * U16_MAX) >> 32).clamp(ZERO, U16_MAX).magnitude() as u16
}

pub fn is_max_limited(x: &[Wide], limit: Wide) -> bool {
    normalize(x).into_iter().max().unwrap_or(ZERO) <= u16_to_fixed(limit)
}

/// Scales the largest element to 65535; above 32768 it divides before it multiplies.
pub fn max_upscale(x: &[Wide]) -> Vec<u16> {
    let max = x.iter().copied().max().unwrap_or(ZERO);
    let scaled = |a| match max > Wide::from(32_768_u128 << 32) {
        true => F.multiply(a, over(U16_MAX << 32, max)),
        false => over(F.multiply(a, U16_MAX << 32), max),
    };
    x.iter().map(|&a| F.to_u16(F.round(scaled(a)))).collect()
}

/// Whether fewer than k elements are larger, or equal and further back.
pub fn is_topk(x: &[Wide], k: usize) -> Vec<bool> {
    let above = |i: usize| (0..x.len()).filter(|&j| (x[j], j) > (x[i], i)).count();
    (0..x.len()).map(|i| above(i) < k).collect()
}

/// The position is a float; between two elements their difference is weighted by its fraction. None for no number.
pub fn quantile(x: &[Wide], q: f64) -> Option<Wide> {
    let mut ordered = x.to_vec();
    ordered.sort();
    let position = q * (x.len() as f64 - 1.0);
    let (low, high) = (position.floor().max(0.0), position.ceil().max(0.0));
    let at = |index: f64| ordered.get(index as usize).copied().unwrap_or(ZERO);
    if x.is_empty() || low == high {
        return q.is_finite().then(|| at(low));
    }
    let difference = F.subtract(at(high), at(low));
    q.is_finite().then_some(F.add(at(low), F.multiply(difference, F.nearest_to(position - low)?)))
}

/// The median weighted by stake, by repeated partition around the middle one of the remaining elements.
fn weighted_median(stake: &[Wide], score: &[Wide], majority: Wide) -> Wide {
    let stake_of = |indices: &[usize]| indices.iter().fold(ZERO, |sum, &index| F.add(sum, stake[index]));
    let mut remaining: Vec<usize> = (0..stake.len()).collect();
    let (mut low, mut high) = (ZERO, total(stake.iter().copied()));
    let minority = F.subtract(high, majority);
    while remaining.len() > 1 {
        let pivot = score[remaining[remaining.len() / 2]];
        let (lower, others): (Vec<_>, Vec<_>) = remaining.into_iter().partition(|&index| score[index] < pivot);
        let upper: Vec<_> = others.into_iter().filter(|&index| score[index] > pivot).collect();
        let (below, through) = (F.add(low, stake_of(&lower)), F.subtract(high, stake_of(&upper)));
        if minority < below && !lower.is_empty() {
            (remaining, high) = (lower, below);
        } else if through <= minority && !upper.is_empty() {
            (remaining, low) = (upper, through);
        } else {
            return pivot;
        }
    }
    remaining.first().map_or(ZERO, |&index| score[index])
}

pub fn weighted_median_columns(stake: &[Wide], score: &[Row], columns: usize, majority: Wide) -> Vec<Wide> {
    let (positive, rows): (Vec<Wide>, Vec<&Row>) = stake.iter().zip(score).filter(|(&a, _)| a > ZERO).unzip();
    let shares = normalize(&positive);
    let scores = |column| -> Vec<Wide> { rows.iter().map(|row| at(row, column)).collect() };
    (0..columns).map(|column| weighted_median(&shares, &scores(column), majority)).collect()
}

/// The element of a row for a column: the last of several, 0 if there is none.
fn at(row: &Row, column: usize) -> Wide {
    row.iter().rfind(|element| element.0 == column).map_or(ZERO, |element| element.1)
}

/// The start plus each element that the row has for the column, times the weight.
fn accumulated(start: Wide, row: &Row, column: usize, weight: Wide) -> Wide {
    let elements = row.iter().filter(|element| element.0 == column);
    elements.fold(start, |sum, element| F.add(sum, F.multiply(weight, element.1)))
}

/// The positive elements of rows that are given by column.
fn sparse(rows: usize, columns: usize, element: impl Fn(usize, usize) -> Wide) -> Vec<Row> {
    let row = |i| (0..columns).map(|column| (column, element(i, column))).filter(|&(_, a)| a > ZERO).collect();
    (0..rows).map(row).collect()
}

fn mapped(row: &Row, change: impl Fn(usize, Wide) -> Wide) -> Row {
    row.iter().map(|&(column, a)| (column, change(column, a))).collect()
}

pub fn row_normalize(m: &[Row]) -> Vec<Row> {
    let sum = |row: &Row| total(row.iter().map(|element| element.1)).max(ZERO);
    m.iter().map(|row| mapped(row, |_, a| over(a, sum(row)))).collect()
}

/// Each element over what the elements of its column accumulate to.
fn over_columns(m: &[Row], columns: usize, accumulate: impl Fn(Wide, Wide) -> Wide) -> Vec<Row> {
    let mut divisors = vec![ZERO; columns];
    m.iter().flatten().for_each(|&(column, a)| divisors[column] = accumulate(divisors[column], a));
    m.iter().map(|row| mapped(row, |column, a| over(a, divisors[column]))).collect()
}

pub fn column_normalize(m: &[Row], columns: usize) -> Vec<Row> {
    over_columns(m, columns, |sum, a| F.add(sum, a))
}

pub fn column_max_upscale(m: &[Row], columns: usize) -> Vec<Row> {
    over_columns(m, columns, Wide::max)
}

pub fn row_hadamard(m: &[Row], x: &[Wide]) -> Vec<Row> {
    m.iter().zip(x).map(|(row, &weight)| mapped(row, |_, a| F.multiply(a, weight))).collect()
}

pub fn multiply(m: &[Row], x: &[Wide], columns: usize) -> Vec<Wide> {
    let sum = |column| m.iter().zip(x).fold(ZERO, |sum, (row, &weight)| accumulated(sum, row, column, weight));
    (0..columns).map(sum).collect()
}

pub fn multiply_transposed(m: &[Row], x: &[Wide]) -> Vec<Wide> {
    let sum = |row: &Row| row.iter().fold(ZERO, |sum, &(column, a)| F.add(sum, F.multiply(x[column], a)));
    m.iter().map(sum).collect()
}

/// At most the threshold of the column; what is above one that is not positive is left out.
pub fn clip(m: &[Row], x: &[Wide]) -> Vec<Row> {
    let kept = |&&(column, a): &&(usize, Wide)| a <= x[column] || x[column] > ZERO;
    let clipped = |&(column, a): &(usize, Wide)| (column, a.min(x[column]));
    m.iter().map(|row| row.iter().filter(kept).map(clipped).collect()).collect()
}

pub fn interpolate(m: Vec<Row>, old: Vec<Row>, columns: usize, ratio: Wide) -> Vec<Row> {
    let mixed = |a, b| F.add(a, F.multiply(ratio, F.subtract(b, a)));
    match ratio {
        ZERO => m,
        ratio if ratio == F.one => old,
        _ => sparse(m.len(), columns, |i, column| mixed(at(&m[i], column), at(&old[i], column))),
    }
}

/// alpha · new + (1 - alpha) · old, where the elements of one column add up.
pub fn ema(m: &[Row], old: &[Row], alpha: Wide) -> Vec<Row> {
    let complement = F.subtract(F.one, alpha);
    let new = |i: usize, column| accumulated(ZERO, &m[i], column, alpha);
    sparse(m.len(), m.len(), |i, column| accumulated(new(i, column), &old[i], column, complement))
}

/// The same with an alpha for each column, 0 beyond them; of two new elements for one column the last counts.
pub fn ema_by_column(m: &[Row], old: &[Row], alpha: &[Wide]) -> Vec<Row> {
    let alpha = |column| alpha.get(column).copied().unwrap_or(ZERO);
    let new = |i: usize, column| F.multiply(alpha(column), at(&m[i], column));
    let complement = |column| F.subtract(F.one, alpha(column));
    sparse(m.len(), m.len(), |i, column| accumulated(new(i, column), &old[i], column, complement(column)))
}
