//! What a subnet's pool quotes and how much a limit allows: amounts in rao, prices in I96F32, limits in rao a token.

use crate::fixed::{I110F18, I96F32, U64F64, U64_MAX};
use crate::wide::{Wide, ONE, ZERO};

pub struct Subnet {
    pub is_root: bool,
    pub mechanism: Wide,
    pub tao: Wide,
    pub alpha: Wide,
    pub moving_price: Wide,
}

/// Bugs to see a divergence by: a payout is rounded up, or the wrong branch of a limit is taken.
#[derive(Clone, Copy, PartialEq)]
pub enum Bug {
    None,
    OneRao,
    Limit,
}

const TAO: Wide = Wide::new(false, 1_000_000_000);
const MINIMUM_LIQUIDITY: Wide = Wide::new(false, 10_000_000 << 18);

fn to_u64(a: Wide) -> Wide {
    a.clamp(ZERO, U64_MAX)
}

/// The reserve less what must remain of it, floored twice; None if less than the minimum liquidity would remain.
fn payout(reserve_in: Wide, reserve_out: Wide, amount: Wide, bug: Bug) -> Option<Wide> {
    let (entered, k) = (reserve_in + amount, I110F18.saturate((reserve_in * reserve_out) << 18));
    let remaining = if entered == ZERO { ZERO } else { k / entered };
    let rounding = if bug == Bug::OneRao { I110F18.one - ONE } else { ZERO };
    let paid = (reserve_out << 18) - remaining + rounding;
    (remaining >= MINIMUM_LIQUIDITY).then(|| to_u64(paid >> 18))
}

impl Subnet {
    /// Alpha is worth 1 TAO there.
    fn is_stable(&self) -> bool {
        self.is_root || self.mechanism == ZERO
    }

    fn is_dynamic(&self) -> bool {
        self.mechanism == ONE
    }

    pub fn alpha_for_tao(&self, tao: Wide, bug: Bug) -> Option<Wide> {
        if self.is_dynamic() {
            payout(self.tao, self.alpha, tao, bug)
        } else {
            Some(tao)
        }
    }

    pub fn tao_for_alpha(&self, alpha: Wide, bug: Bug) -> Option<Wide> {
        if self.is_dynamic() {
            payout(self.alpha, self.tao, alpha, bug)
        } else {
            Some(alpha)
        }
    }

    pub fn price(&self) -> Wide {
        if self.is_stable() {
            I96F32.one
        } else {
            I96F32.safe_divide(self.tao, self.alpha)
        }
    }

    pub fn moving_price(&self) -> Wide {
        if self.is_stable() {
            I96F32.one
        } else {
            self.moving_price
        }
    }

    /// The most rao to stake before the price passes the limit, which the launch compares with whole TAO only.
    pub fn max_amount_add(&self, limit: Wide, bug: Bug) -> Wide {
        if self.is_stable() {
            return if limit >= TAO { U64_MAX } else { ZERO };
        }
        if [self.alpha, self.tao, limit].contains(&ZERO) {
            return ZERO;
        }
        let is_below = limit < self.tao / self.alpha * TAO;
        if is_below != (bug == Bug::Limit) {
            ZERO
        } else {
            to_u64(limit * self.alpha / TAO - self.tao)
        }
    }

    /// The most alpha rao to unstake before the price falls below the limit.
    pub fn max_amount_remove(&self, limit: Wide) -> Wide {
        if self.is_stable() {
            return if limit <= TAO { U64_MAX } else { ZERO };
        }
        let tao = self.tao * TAO;
        if self.alpha == ZERO || self.tao == ZERO {
            ZERO
        } else if limit == ZERO {
            U64_MAX
        } else if limit >= tao / self.alpha {
            ZERO
        } else {
            to_u64(tao / limit - self.alpha)
        }
    }

    /// The most alpha rao to move to another subnet before this price over the other falls below the limit.
    pub fn max_amount_move(&self, other: &Subnet, limit: Wide, bug: Bug) -> Wide {
        if self.is_stable() && other.is_stable() {
            return if limit > TAO { ZERO } else { U64_MAX };
        }
        if self.is_stable() && other.is_dynamic() {
            let inverse = |limit| U64F64.saturate((TAO << 64) / limit * TAO) >> 64;
            return if limit == ZERO { U64_MAX } else { other.max_amount_add(inverse(limit), bug) };
        }
        if other.is_stable() && self.is_dynamic() {
            return self.max_amount_remove(limit);
        }
        if [self.tao, self.alpha, other.tao, other.alpha].contains(&ZERO) {
            return ZERO;
        }
        let limit_bits = (limit << 64) / TAO;
        if limit_bits > I96F32.safe_divide(self.price(), other.price()) << 32 {
            return ZERO;
        }
        if limit == ZERO {
            return U64_MAX;
        }
        let total = U64F64.saturate((self.tao + other.tao) << 64);
        let share = |subnet: &Subnet| U64F64.safe_divide(subnet.tao << 64, total);
        let allowed = U64F64.safe_divide(other.alpha * share(self), limit_bits);
        to_u64((allowed - self.alpha * share(other)) >> 64)
    }
}
