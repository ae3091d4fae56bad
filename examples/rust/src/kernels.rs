//! The kernels by the names that the vectors use.

use crate::arguments::{Answer, Arguments, Failure};
use crate::epoch;
use crate::fixed::{self, Format, I32F32};
use crate::wide::{Wide, ZERO};
use serde_json::Value;

/// Evaluates a kernel: a function of a format is named `I32F32.round` or `exp.I32F32`, any other by itself.
pub fn kernel(name: &str, args: &Arguments) -> Answer<Value> {
    let value = match name.split_once('.') {
        None if args.0.get("m").is_some() => of_a_matrix(name, args)?,
        None => of_the_epoch(name, args)?,
        Some((first, second)) => match (Format::named(first), Format::named(second)) {
            (Some(format), _) => of_a_format(format, second, args)?,
            (_, Some(format)) => transcendental(format, first, args)?,
            _ => None,
        },
    };
    value.ok_or_else(|| Failure::Skipped(format!("does no kernel {name}")))
}

fn of_a_format(f: &Format, name: &str, args: &Arguments) -> Answer<Option<Value>> {
    let a = args.number("a")?;
    let b = || args.number("b");
    if let Some(target) = name.strip_prefix("to_").and_then(Format::named) {
        return Ok(Some(f.convert(target, a).into()));
    }
    Ok(Some(match name {
        "saturating_add" => f.add(a, b()?).into(),
        "saturating_sub" => f.subtract(a, b()?).into(),
        "saturating_mul" => f.multiply(a, b()?).into(),
        "saturating_div" if b()? == ZERO => Err("division by zero")?,
        "saturating_div" => f.saturate(f.quotient(a, b()?)).into(),
        "checked_add" => f.checked(a + b()?).into(),
        "checked_sub" => f.checked(a - b()?).into(),
        "checked_mul" => f.checked(f.product(a, b()?)).into(),
        "checked_div" => f.checked_divide(a, b()?).into(),
        "safe_div" => f.safe_divide(a, b()?).into(),
        "saturating_to_num_u64" => f.to_u64(a).into(),
        "to_num_u16_sat" => f.to_u16(a).into(),
        "floor" => f.floor(a).into(),
        "round" => f.round(a).into(),
        "saturating_from_num_u64" | "saturating_from_num_i64" => f.saturate(a << f.fraction).into(),
        "saturating_from_num_f64" => f.nearest_to(args.float("a")?).ok_or("not a number")?.into(),
        _ => return Ok(None),
    }))
}

fn transcendental(f: &Format, name: &str, args: &Arguments) -> Answer<Option<Value>> {
    let a = args.number("a")?;
    Ok(Some(match name {
        "log2" => f.log2(a)?.into(),
        "ln" => f.ln(a)?.into(),
        "exp" => f.exp(a).into(),
        "checked_sqrt" => f.sqrt(a, args.number("eps")?).into(),
        _ => return Ok(None),
    }))
}

fn of_the_epoch(name: &str, args: &Arguments) -> Answer<Option<Value>> {
    let a = || args.number("a");
    let x = || args.numbers("x");
    let u16s = || -> Answer<Vec<Wide>> { Ok(x()?.into_iter().map(|a| a << 32).collect()) };
    Ok(Some(match name {
        "safe_ln" => I32F32.ln(a()?)?.unwrap_or(ZERO).into(),
        "safe_exp" => I32F32.exp(a()?).unwrap_or(ZERO).into(),
        "exp_safe" => fixed::exp_safe(a()?).into(),
        "sigmoid_safe" => fixed::sigmoid_safe(a()?, args.number("rho")?, args.number("kappa")?).into(),
        "block_emission_for_issuance" => fixed::block_emission(args.number("issuance")?.magnitude()).into(),
        "normalize" => epoch::normalize(&x()?).into(),
        "vec_max_upscale_to_u16" => epoch::max_upscale(&x()?).into(),
        "vec_u16_max_upscale_to_u16" => epoch::max_upscale(&u16s()?).into(),
        "check_vec_max_limited" => epoch::is_max_limited(&u16s()?, args.number("limit")?).into(),
        "is_topk" => epoch::is_topk(&x()?, args.count("k")?).into(),
        "quantile" => epoch::quantile(&x()?, args.float("q")?).ok_or("q is not finite")?.into(),
        "fixed_proportion_to_u16" => epoch::fixed_to_u16(a()?).into(),
        "u16_proportion_to_fixed" => epoch::u16_to_fixed(a()?).into(),
        "weighted_median_col_sparse" => {
            let (columns, majority) = (args.count("columns")?, args.number("majority")?);
            let (stake, score) = (args.numbers("stake")?, args.matrix("score", columns)?);
            epoch::weighted_median_columns(&stake, &score, columns, majority).into()
        }
        _ => return Ok(None),
    }))
}

fn of_a_matrix(name: &str, args: &Arguments) -> Answer<Option<Value>> {
    let m = |columns| args.matrix("m", columns);
    let x = || args.numbers("x");
    let columns = || args.count("columns");
    let pair = |columns| match (m(columns)?, args.matrix("old", columns)?) {
        (m, old) if m.len() == old.len() => Ok((m, old)),
        _ => Err(Failure::from("the matrices differ in height")),
    };
    let height = args.0["m"].as_array().map_or(0, Vec::len);
    Ok(Some(match name {
        "matmul_sparse" => epoch::multiply(&m(columns()?)?, &x()?, columns()?).into(),
        "matmul_transpose_sparse" => epoch::multiply_transposed(&m(x()?.len())?, &x()?).into(),
        "row_hadamard_sparse" => rows(epoch::row_hadamard(&m(usize::MAX)?, &x()?)),
        "row_normalize_sparse" => rows(epoch::row_normalize(&m(usize::MAX)?)),
        "col_normalize_sparse" => rows(epoch::column_normalize(&m(columns()?)?, columns()?)),
        "col_max_upscale_sparse" => rows(epoch::column_max_upscale(&m(columns()?)?, columns()?)),
        "col_clip_sparse" => rows(epoch::clip(&m(x()?.len())?, &x()?)),
        "interpolate_sparse" => {
            let (m, old) = pair(usize::MAX)?;
            rows(epoch::interpolate(m, old, columns()?, args.number("a")?))
        }
        "mat_ema_sparse" => {
            let (m, old) = pair(height)?;
            rows(epoch::ema(&m, &old, args.number("a")?))
        }
        "mat_ema_alpha_vec_sparse" => {
            let (m, old) = pair(usize::MAX)?;
            rows(epoch::ema_by_column(&m, &old, &x()?))
        }
        _ => return Ok(None),
    }))
}

fn rows(rows: Vec<epoch::Row>) -> Value {
    let element = |(column, a): (usize, Wide)| Value::from(vec![Value::from(column), a.into()]);
    rows.into_iter().map(|row| row.into_iter().map(element).collect::<Value>()).collect()
}
