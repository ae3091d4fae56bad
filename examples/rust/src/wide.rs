//! Integers of 256 bits and a sign, which hold every product and shifted dividend of two numbers of 128 bits.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Div, Mul, Neg, Shl, Shr, Sub};

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Wide {
    negative: bool,
    high: u128,
    low: u128,
}

pub const ZERO: Wide = Wide::new(false, 0);
pub const ONE: Wide = Wide::new(false, 1);

impl Wide {
    pub const fn new(negative: bool, magnitude: u128) -> Wide {
        Wide { negative: negative && magnitude != 0, high: 0, low: magnitude }
    }

    /// Reads a decimal whose magnitude has 128 bits at most.
    pub fn parse(decimal: &str) -> Option<Wide> {
        let digits = decimal.strip_prefix('-').unwrap_or(decimal);
        let magnitude = digits.bytes().all(|digit| digit.is_ascii_digit()).then(|| digits.parse().ok())??;
        Some(Wide::new(digits.len() < decimal.len(), magnitude))
    }

    pub fn abs(self) -> Wide {
        Wide { negative: false, ..self }
    }

    /// The magnitude of a number known to have 128 bits at most.
    pub fn magnitude(self) -> u128 {
        assert!(self.high == 0, "a number of more than 128 bits");
        self.low
    }

    /// The lowest 128 bits of the two's complement.
    pub fn low_bits(self) -> u128 {
        if self.negative {
            self.low.wrapping_neg()
        } else {
            self.low
        }
    }

    fn signed(negative: bool, (high, low): (u128, u128)) -> Wide {
        Wide { negative: negative && (high, low) != (0, 0), high, low }
    }
}

impl From<u128> for Wide {
    fn from(magnitude: u128) -> Wide {
        Wide::new(false, magnitude)
    }
}

impl From<i128> for Wide {
    fn from(number: i128) -> Wide {
        Wide::new(number < 0, number.unsigned_abs())
    }
}

impl fmt::Display for Wide {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{}{}", if self.negative { "-" } else { "" }, self.magnitude())
    }
}

impl Ord for Wide {
    fn cmp(&self, other: &Wide) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => (self.high, self.low).cmp(&(other.high, other.low)),
            (true, true) => (other.high, other.low).cmp(&(self.high, self.low)),
            (negative, _) => {
                if negative {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
        }
    }
}

impl PartialOrd for Wide {
    fn partial_cmp(&self, other: &Wide) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Neg for Wide {
    type Output = Wide;
    fn neg(self) -> Wide {
        Wide::signed(!self.negative, (self.high, self.low))
    }
}

impl Add for Wide {
    type Output = Wide;
    fn add(self, other: Wide) -> Wide {
        if self.negative == other.negative {
            let (low, carry) = self.low.overflowing_add(other.low);
            return Wide::signed(self.negative, (self.high + other.high + u128::from(carry), low));
        }
        let (larger, smaller) = if self.abs() < other.abs() { (other, self) } else { (self, other) };
        let (low, borrow) = larger.low.overflowing_sub(smaller.low);
        Wide::signed(larger.negative, (larger.high - smaller.high - u128::from(borrow), low))
    }
}

impl Sub for Wide {
    type Output = Wide;
    fn sub(self, other: Wide) -> Wide {
        self + -other
    }
}

impl Mul for Wide {
    type Output = Wide;
    /// Multiplies two numbers of 128 bits, by halves of 64 bits.
    fn mul(self, other: Wide) -> Wide {
        const HALF: u128 = u64::MAX as u128;
        let (a, b) = (self.magnitude(), other.magnitude());
        let (a_high, a_low, b_high, b_low) = (a >> 64, a & HALF, b >> 64, b & HALF);
        let (first, second) = (a_low * b_low, a_high * b_low);
        let middle = (first >> 64) + (second & HALF) + a_low * b_high;
        let high = a_high * b_high + (second >> 64) + (middle >> 64);
        Wide::signed(self.negative != other.negative, (high, middle << 64 | first & HALF))
    }
}

impl Div for Wide {
    type Output = Wide;
    /// Divides by a number of 128 bits and truncates toward zero, bit by bit where the dividend needs it.
    fn div(self, other: Wide) -> Wide {
        let divisor = other.magnitude();
        let (mut remainder, mut low) = (self.high % divisor, 0);
        for bit in (0..128).rev() {
            let carry = remainder >> 127 == 1;
            remainder = remainder << 1 | self.low >> bit & 1;
            low <<= 1;
            if carry || remainder >= divisor {
                remainder = remainder.wrapping_sub(divisor);
                low |= 1;
            }
        }
        Wide::signed(self.negative != other.negative, (self.high / divisor, low))
    }
}

impl Shl<u32> for Wide {
    type Output = Wide;
    /// Shifts by 1 to 127 bits, none of which may be lost.
    fn shl(self, bits: u32) -> Wide {
        Wide::signed(self.negative, (self.high << bits | self.low >> (128 - bits), self.low << bits))
    }
}

impl Shr<u32> for Wide {
    type Output = Wide;
    /// Shifts by 1 to 127 bits and rounds down, a negative number too.
    fn shr(self, bits: u32) -> Wide {
        let shifted = Wide::signed(self.negative, (self.high >> bits, self.high << (128 - bits) | self.low >> bits));
        let lost = self.negative && self.low & ((1 << bits) - 1) != 0;
        if lost {
            shifted - ONE
        } else {
            shifted
        }
    }
}

impl From<Wide> for serde_json::Value {
    fn from(number: Wide) -> serde_json::Value {
        serde_json::Value::String(number.to_string())
    }
}
