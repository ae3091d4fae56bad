//! Fixed-point numbers as the runtime computes them: raw bits, the value times 2 to the power of `fraction`.
//! Each result is exact in 256 bits before it is saturated, checked or wrapped to its format.
use crate::{epoch, number, Answer};
use ethnum::{AsI256, I256};
use serde_json::{json, Value};

pub struct Format {
    name: &'static str,
    fraction: u32,
    min: I256,
    max: I256,
    pub one: I256,
}
pub const I96F32: Format = format("I96F32", 32, i128::MIN, i128::MAX as u128);
const I110F18: Format = format("I110F18", 18, i128::MIN, i128::MAX as u128);
const I64F64: Format = format("I64F64", 64, i128::MIN, i128::MAX as u128);
pub const I32F32: Format = format("I32F32", 32, i64::MIN as i128, i64::MAX as u128);
pub const U64F64: Format = format("U64F64", 64, 0, u128::MAX);
const U96F32: Format = format("U96F32", 32, 0, u128::MAX);
const FORMATS: [Format; 6] = [I96F32, I110F18, I64F64, I32F32, U64F64, U96F32];
pub const ZERO: I256 = I256::ZERO;
pub const U16_MAX: I256 = I256::new(65535);
const LOG2_E: I256 = I256::new(12_102_203); // with 23 fraction bits, whatever the format, as the next
const E: I256 = I256::new(22_802_600);

const fn format(name: &'static str, fraction: u32, min: i128, max: u128) -> Format {
    Format { name, fraction, min: I256::new(min), max: I256::from_words(0, max as i128), one: I256::new(1 << fraction) }
}
pub fn to_u16(a: I256) -> u16 {
    a.clamp(ZERO, U16_MAX).as_u16()
}

impl Format {
    pub fn saturate(&self, a: I256) -> I256 {
        a.clamp(self.min, self.max)
    }
    fn checked(&self, a: I256) -> Option<I256> {
        (self.saturate(a) == a).then_some(a)
    }
    /// The bits as plain arithmetic leaves them, which wraps around.
    pub fn wrap(&self, a: I256) -> I256 {
        (a - self.min).rem_euclid(self.max - self.min + 1) + self.min
    }
    /// A product is rounded down; past 255 bits it is too large for any format.
    fn product(&self, a: I256, b: I256) -> I256 {
        a.saturating_mul(b) >> self.fraction
    }
    pub fn multiply(&self, a: I256, b: I256) -> I256 {
        self.saturate(self.product(a, b))
    }
    /// A quotient is rounded toward zero.
    fn checked_divide(&self, a: I256, b: I256) -> Option<I256> {
        self.checked((a << self.fraction).checked_div(b)?)
    }
    /// The quotient, or 0 where there is none or the format does not hold it.
    pub fn safe_divide(&self, a: I256, b: I256) -> I256 {
        self.checked_divide(a, b).unwrap_or_default()
    }
    /// The nearest number to a float, ties to even; the scaling, by a power of two, is exact.
    pub fn nearest_to(&self, a: f64) -> I256 {
        self.saturate((a * self.one.as_f64()).round_ties_even().as_i256())
    }
    /// The nearest integer, ties away from zero; beyond the format it wraps around.
    pub fn round(&self, a: I256) -> I256 {
        self.wrap(((a.abs() + self.one / 2) >> self.fraction << self.fraction) * a.signum())
    }
    /// The integer part by halvings, which round up, and a bit of the fraction by each squaring, which rounds down.
    fn log2(&self, mut a: I256) -> Option<I256> {
        if a < self.one {
            let reciprocal = self.checked_divide(self.one, (a > 0).then_some(a)?);
            return self.log2(reciprocal.expect("a reciprocal that the format holds")).map(|result| -result);
        }
        let mut result = ZERO;
        while a >= self.one * 2 {
            (a, result) = ((a + 1) >> 1, result + 1);
        }
        for _ in 0..self.fraction {
            (a, result) = (self.product(a, a), result * 2);
            if a >= self.one * 2 {
                (a, result) = ((a + 1) >> 1, result + 1);
            }
        }
        Some(result)
    }
    fn ln(&self, a: I256) -> Option<I256> {
        Some((self.log2(a)? << self.fraction) / (LOG2_E << (self.fraction - 23)))
    }
    /// The power series of |a|, each term rounded down twice; None if it overflows.
    fn exp(&self, a: I256) -> Option<I256> {
        let mut term = a.abs();
        let mut result = self.checked(term + self.one)?;
        for index in 2..self.fraction {
            term = self.checked(self.product(term, a.abs()))? / I256::from(index);
            result = self.checked(result + term)?;
        }
        match a {
            _ if a == self.one => Some(E << (self.fraction - 23)),
            _ if a < 0 => self.checked_divide(self.one, result),
            _ => Some(result),
        }
    }
    /// Takes the number to lie between -20 and 20, where I32F32 never overflows.
    fn exp_safe(&self, a: I256) -> I256 {
        self.exp(a.clamp(self.one * -20, self.one * 20)).expect("a power that the format holds")
    }
    fn sigmoid(&self, a: I256, rho: I256, kappa: I256) -> I256 {
        let power = self.multiply(self.multiply(rho, -self.one), self.saturate(a - kappa));
        self.safe_divide(self.one, self.saturate(self.exp_safe(power) + self.one))
    }
    /// Bisection between 0 and the number, which ends after 129 halvings.
    fn sqrt(&self, a: I256, epsilon: I256) -> Option<I256> {
        let (mut low, mut high, mut turn) = (ZERO, (a >= 0).then_some(a)?, 0);
        loop {
            let middle = self.safe_divide(self.saturate(low + high), self.one * 2);
            let check = self.safe_divide(a, middle);
            if self.saturate((check - middle).abs()) <= epsilon || turn > 128 {
                return Some(middle);
            }
            (low, high, turn) = if check < middle { (low, middle, turn + 1) } else { (middle, high, turn + 1) };
        }
    }
}

/// The emission of a block in rao: it halves whenever the share of the supply still to be issued has halved.
fn block_emission(issuance: I256) -> I256 {
    const SUPPLY: I256 = I256::new(21_000_000_000_000_000);
    let left = (SUPPLY - issuance).max(ZERO);
    SUPPLY.checked_div(left).map_or(ZERO, |share| I256::new(1_000_000_000 >> share.as_u64().ilog2()))
}

/// A kernel is named by a function and, unless that is I32F32, by a format, in either order.
pub fn kernel(name: &str, args: &Value) -> Answer<Value> {
    let arg = |name: &str| number(&args[name]);
    let named = |name: &str| FORMATS.iter().find(|format| format.name == name);
    let (first, second) = name.split_once('.').unwrap_or((name, "I32F32"));
    let Some(f) = named(first).or(named(second)) else { return epoch::kernel(name, args) };
    let function = if f.name == first { second } else { first };
    let (a, b): (I256, I256) = (arg("a")?, arg("b")?);
    let value = match function {
        "saturating_add" => Some(f.saturate(a + b)),
        "saturating_sub" => Some(f.saturate(a - b)),
        "saturating_mul" => Some(f.multiply(a, b)),
        "saturating_div" => Some(f.saturate((a << f.fraction) / b)),
        "checked_add" => f.checked(a + b),
        "checked_sub" => f.checked(a - b),
        "checked_mul" => f.checked(f.product(a, b)),
        "checked_div" => f.checked_divide(a, b),
        "safe_div" => Some(f.safe_divide(a, b)),
        "floor" => Some(a >> f.fraction << f.fraction),
        "round" => Some(f.round(a)),
        "to_num_u16_sat" => return Ok(to_u16(a >> f.fraction).into()),
        "saturating_to_num_u64" => Some((a >> f.fraction).clamp(ZERO, I256::from(u64::MAX))),
        "saturating_from_num_u64" | "saturating_from_num_i64" => Some(f.saturate(a << f.fraction)),
        "saturating_from_num_f64" => Some(f.nearest_to(f64::from_bits(a.as_u64()))),
        "log2" => f.log2(a),
        "ln" => f.ln(a),
        "exp" => f.exp(a),
        "safe_ln" => Some(f.ln(a).unwrap_or_default()),
        "safe_exp" => Some(f.exp(a).unwrap_or_default()),
        "exp_safe" => Some(f.exp_safe(a)),
        "sigmoid_safe" => Some(f.sigmoid(a, arg("rho")?, arg("kappa")?)),
        "checked_sqrt" => f.sqrt(a, arg("eps")?),
        "block_emission_for_issuance" => Some(block_emission(arg("issuance")?)),
        _ => match function.strip_prefix("to_").and_then(named) {
            Some(target) => Some(target.saturate(a << target.fraction >> f.fraction)),
            None => return epoch::kernel(name, args),
        },
    };
    Ok(json!(value.map(|a| a.to_string())))
}
