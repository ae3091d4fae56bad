//! Fixed-point numbers as the runtime computes them: raw bits, the value times 2 to the power of `fraction`.

use crate::wide::{Wide, ONE, ZERO};

pub struct Format {
    width: u32,
    pub fraction: u32,
    pub min: Wide,
    pub max: Wide,
    pub one: Wide,
}

pub const I96F32: Format = Format::new(true, 128, 32);
pub const I110F18: Format = Format::new(true, 128, 18);
pub const I64F64: Format = Format::new(true, 128, 64);
pub const I32F32: Format = Format::new(true, 64, 32);
pub const U64F64: Format = Format::new(false, 128, 64);
pub const U96F32: Format = Format::new(false, 128, 32);
pub const U16_MAX: Wide = Wide::new(false, u16::MAX as u128);
pub const U64_MAX: Wide = Wide::new(false, u64::MAX as u128);
const LOG2_E: u128 = 12_102_203; // with 23 fraction bits, whatever the format, as the next
const E: u128 = 22_802_600;

impl Format {
    const fn new(signed: bool, width: u32, fraction: u32) -> Format {
        let max = u128::MAX >> (128 - width + signed as u32);
        let min = if signed { Wide::new(true, max + 1) } else { ZERO };
        Format { width, fraction, min, max: Wide::new(false, max), one: Wide::new(false, 1 << fraction) }
    }

    pub fn named(name: &str) -> Option<&'static Format> {
        match name {
            "I96F32" => Some(&I96F32),
            "I110F18" => Some(&I110F18),
            "I64F64" => Some(&I64F64),
            "I32F32" => Some(&I32F32),
            "U64F64" => Some(&U64F64),
            "U96F32" => Some(&U96F32),
            _ => None,
        }
    }

    pub fn saturate(&self, a: Wide) -> Wide {
        a.clamp(self.min, self.max)
    }

    pub fn checked(&self, a: Wide) -> Option<Wide> {
        (self.saturate(a) == a).then_some(a)
    }

    /// The bits as plain arithmetic leaves them, which wraps around.
    pub fn wrap(&self, a: Wide) -> Wide {
        let bits = a.low_bits() << (128 - self.width);
        if self.min == ZERO {
            Wide::from(bits >> (128 - self.width))
        } else {
            Wide::from(bits as i128 >> (128 - self.width))
        }
    }

    /// A product is rounded down.
    pub fn product(&self, a: Wide, b: Wide) -> Wide {
        (a * b) >> self.fraction
    }

    /// A quotient is rounded toward zero; b is not 0.
    pub fn quotient(&self, a: Wide, b: Wide) -> Wide {
        (a << self.fraction) / b
    }

    pub fn add(&self, a: Wide, b: Wide) -> Wide {
        self.saturate(a + b)
    }

    pub fn subtract(&self, a: Wide, b: Wide) -> Wide {
        self.saturate(a - b)
    }

    pub fn multiply(&self, a: Wide, b: Wide) -> Wide {
        self.saturate(self.product(a, b))
    }

    pub fn checked_divide(&self, a: Wide, b: Wide) -> Option<Wide> {
        if b == ZERO {
            None
        } else {
            self.checked(self.quotient(a, b))
        }
    }

    /// The quotient, or 0 where there is none or the format does not hold it.
    pub fn safe_divide(&self, a: Wide, b: Wide) -> Wide {
        self.checked_divide(a, b).unwrap_or(ZERO)
    }

    pub fn convert(&self, target: &Format, a: Wide) -> Wide {
        target.saturate(a << target.fraction >> self.fraction)
    }

    /// The nearest number to a float, ties to even; the scaling, by a power of two, is exact. None for no number.
    pub fn nearest_to(&self, a: f64) -> Option<Wide> {
        let scaled = (a * (1_u128 << self.fraction) as f64).round_ties_even();
        (!a.is_nan()).then(|| self.saturate(Wide::new(a < 0.0, scaled.abs() as u128)))
    }

    pub fn floor(&self, a: Wide) -> Wide {
        a >> self.fraction << self.fraction
    }

    /// The nearest integer, ties away from zero; beyond the format it wraps around.
    pub fn round(&self, a: Wide) -> Wide {
        let rounded = self.floor(a.abs() + (self.one >> 1));
        self.wrap(if a < ZERO { -rounded } else { rounded })
    }

    pub fn to_u64(&self, a: Wide) -> Wide {
        (a >> self.fraction).clamp(ZERO, U64_MAX)
    }

    pub fn to_u16(&self, a: Wide) -> u16 {
        (a >> self.fraction).clamp(ZERO, U16_MAX).magnitude() as u16
    }

    fn constant(&self, bits: u128) -> Wide {
        Wide::from(bits << (self.fraction - 23))
    }

    /// None where there is no logarithm; an error where the runtime panics, because the reciprocal overflows.
    ///
    /// The integer part comes from halvings, which round up, a bit of the fraction from each squaring, which rounds
    /// down.
    pub fn log2(&self, mut a: Wide) -> Result<Option<Wide>, &'static str> {
        if a <= ZERO {
            return Ok(None);
        }
        if a < self.one {
            let reciprocal = self.checked_divide(self.one, a).ok_or("the reciprocal overflows")?;
            return Ok(self.log2(reciprocal)?.map(|result| -result));
        }
        let (two, mut result) = (self.one << 1, 0_i128);
        let halved = |a: Wide| (a + ONE) >> 1;
        while a >= two {
            a = halved(a);
            result += 1;
        }
        for _ in 0..self.fraction {
            a = self.product(a, a);
            result *= 2;
            if a >= two {
                a = halved(a);
                result += 1;
            }
        }
        Ok(Some(Wide::from(result)))
    }

    pub fn ln(&self, a: Wide) -> Result<Option<Wide>, &'static str> {
        Ok(self.log2(a)?.map(|binary| self.quotient(binary, self.constant(LOG2_E))))
    }

    /// The power series of |a|, each term rounded down twice; None if it overflows.
    pub fn exp(&self, a: Wide) -> Option<Wide> {
        if a == self.one {
            return Some(self.constant(E));
        }
        let mut term = a.abs();
        let mut result = self.checked(term + self.one)?;
        for index in 2..self.fraction {
            term = self.checked(self.product(term, a.abs()))? / Wide::from(u128::from(index));
            result = self.checked(result + term)?;
        }
        if a < ZERO {
            self.checked_divide(self.one, result)
        } else {
            Some(result)
        }
    }

    /// Bisection between 0 and the number, which ends after 129 halvings.
    pub fn sqrt(&self, a: Wide, epsilon: Wide) -> Option<Wide> {
        let (mut low, mut high, mut turn) = (ZERO, a, 0);
        if a < ZERO {
            return None;
        }
        loop {
            let middle = self.safe_divide(self.add(low, high), self.one << 1);
            let check = self.safe_divide(a, middle);
            if self.saturate((check - middle).abs()) <= epsilon || turn > 128 {
                return Some(middle);
            }
            (low, high, turn) = if check < middle { (low, middle, turn + 1) } else { (middle, high, turn + 1) };
        }
    }
}

/// e to the power of a number in I32F32 that is taken to lie between -20 and 20, where it never overflows.
pub fn exp_safe(a: Wide) -> Wide {
    let twenty = Wide::from(20_u128 << 32);
    I32F32.exp(a.clamp(-twenty, twenty)).unwrap_or(ZERO)
}

pub fn sigmoid_safe(a: Wide, rho: Wide, kappa: Wide) -> Wide {
    let power = I32F32.multiply(I32F32.multiply(rho, -I32F32.one), I32F32.subtract(a, kappa));
    I32F32.safe_divide(I32F32.one, I32F32.add(exp_safe(power), I32F32.one))
}

/// The emission of a block in rao: it halves whenever the share of the supply still to be issued has halved.
pub fn block_emission(issuance: u128) -> Wide {
    const SUPPLY: u128 = 21_000_000_000_000_000;
    let emission: u128 = if issuance >= SUPPLY { 0 } else { 1_000_000_000 >> (SUPPLY / (SUPPLY - issuance)).ilog2() };
    Wide::from(emission)
}
