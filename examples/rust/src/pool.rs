//! What a subnet's pool quotes and how much a limit allows: amounts in rao, prices in I96F32, limits in rao a token.
use crate::fixed::{I96F32, U64F64};
use crate::{number, Answer};
use ethnum::I256;
use serde_json::Value;

const TAO: u128 = 1_000_000_000;
const U64_MAX: u128 = u64::MAX as u128;
const MINIMUM_LIQUIDITY: u128 = 10_000_000;

/// A bug to see a divergence by: "one-rao" rounds a payout up, "limit" takes the wrong branch of a limit.
fn planted(bug: &str) -> bool {
    std::env::args().any(|word| word == bug)
}

pub struct Subnet {
    is_dynamic: bool,
    is_stable: bool, // there alpha is worth 1 TAO
    pub tao: u128,
    pub alpha: u128,
    pub price: u128,
    pub moving_price: u128,
}

impl Subnet {
    pub fn of(state: &Value, netuid: u16) -> Answer<Subnet> {
        let entry = |item| number::<u128>(&state[format!("{item}/{netuid}")]);
        let (mechanism, tao, alpha) = (entry("SubnetMechanism")?, entry("SubnetTAO")?, entry("SubnetAlphaIn")?);
        let (is_dynamic, is_stable) = (mechanism == 1, mechanism == 0 || netuid == 0);
        let price = if is_stable { 1 << 32 } else { (tao << 32).checked_div(alpha).unwrap_or(0) };
        let moving_price = if is_stable { 1 << 32 } else { entry("SubnetMovingPrice")? };
        Ok(Subnet { is_dynamic, is_stable, tao, alpha, price, moving_price })
    }
    /// The reserve less what must remain of it, floored twice; None if less than the minimum liquidity would remain.
    pub fn payout(&self, reserve_in: u128, reserve_out: u128, amount: u128) -> Option<u128> {
        let k = (reserve_in * reserve_out).saturating_mul(1 << 18).min(i128::MAX as u128); // in I110F18
        let remaining = k.checked_div(reserve_in + amount).unwrap_or(0);
        let up = if planted("one-rao") { (1 << 18) - 1 } else { 0 };
        match amount {
            _ if !self.is_dynamic => Some(amount),
            _ if remaining < MINIMUM_LIQUIDITY << 18 => None,
            _ => Some(((reserve_out << 18) - remaining + up) >> 18),
        }
    }
    /// The most rao to stake before the price passes the limit, which the launch compares with whole TAO only.
    pub fn max_amount_add(&self, limit: u128) -> u128 {
        match limit {
            _ if self.is_stable && limit >= TAO => U64_MAX,
            _ if self.is_stable || self.tao == 0 || self.alpha == 0 || limit == 0 => 0,
            _ if (limit < self.tao / self.alpha * TAO) != planted("limit") => 0,
            _ => (limit * self.alpha / TAO).saturating_sub(self.tao).min(U64_MAX),
        }
    }
    /// The most alpha rao to unstake before the price falls below the limit.
    pub fn max_amount_remove(&self, limit: u128) -> u128 {
        match limit {
            _ if self.is_stable && limit <= TAO => U64_MAX,
            _ if self.is_stable || self.tao == 0 || self.alpha == 0 => 0,
            0 => U64_MAX,
            _ if limit >= self.tao * TAO / self.alpha => 0,
            _ => (self.tao * TAO / limit).saturating_sub(self.alpha).min(U64_MAX),
        }
    }
    /// The most alpha rao to move to another subnet before this price over the other falls below the limit.
    pub fn max_amount_move(&self, other: &Subnet, limit: u128) -> u128 {
        let are_stable = self.is_stable && other.is_stable;
        let limit_bits = (limit << 64) / TAO;
        let relative_price = || I96F32.safe_divide(self.price.into(), other.price.into()) << 32;
        // The share of the TAO of both, whose sum saturates in U64F64.
        let share = |subnet: &Subnet| (subnet.tao << 64) / (self.tao + other.tao).min(1 << 64);
        let allowed = || U64F64.safe_divide((other.alpha * share(self)).into(), limit_bits.into()).as_u128();
        match limit {
            _ if are_stable && limit > TAO => 0,
            _ if are_stable || self.is_stable && other.is_dynamic && limit == 0 => U64_MAX,
            _ if self.is_stable && other.is_dynamic => other.max_amount_add(((TAO << 64) / limit * TAO) >> 64),
            _ if self.is_dynamic && other.is_stable => self.max_amount_remove(limit),
            _ if [self.tao, self.alpha, other.tao, other.alpha].contains(&0) => 0,
            _ if relative_price() < I256::from(limit_bits) => 0,
            0 => U64_MAX,
            _ => (allowed().saturating_sub(self.alpha * share(other)) >> 64).min(U64_MAX),
        }
    }
}
