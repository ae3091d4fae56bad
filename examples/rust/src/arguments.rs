//! The members of a request: wide integers are decimal strings, a u16 or a count is a JSON number.

use crate::epoch::Row;
use crate::wide::Wide;
use serde_json::Value;

/// Why there is no value to answer with.
pub enum Failure {
    /// It is not implemented here.
    Skipped(String),
    /// The request is malformed, or the runtime would panic on it.
    Refused(String),
}

pub type Answer<T> = Result<T, Failure>;

impl From<&str> for Failure {
    fn from(problem: &str) -> Failure {
        Failure::Refused(problem.into())
    }
}

pub struct Arguments<'a>(pub &'a Value);

impl Arguments<'_> {
    pub fn number(&self, name: &str) -> Answer<Wide> {
        read(name, &self.0[name], number)
    }

    pub fn numbers(&self, name: &str) -> Answer<Vec<Wide>> {
        read(name, &self.0[name], |list| list.as_array()?.iter().map(number).collect())
    }

    pub fn count(&self, name: &str) -> Answer<usize> {
        read(name, &self.0[name], count)
    }

    /// A float, given by its bits.
    pub fn float(&self, name: &str) -> Answer<f64> {
        read(name, &self.0[name], |bits| bits.as_str()?.parse().ok().map(f64::from_bits))
    }

    /// A sparse matrix all of whose columns are below a bound.
    pub fn matrix(&self, name: &str, columns: usize) -> Answer<Vec<Row>> {
        let element = |pair: &Value| Some((count(&pair[0])?, number(&pair[1])?)).filter(|pair| pair.0 < columns);
        let row = |row: &Value| row.as_array()?.iter().map(element).collect();
        read(name, &self.0[name], |rows| rows.as_array()?.iter().map(row).collect())
    }
}

pub fn number(value: &Value) -> Option<Wide> {
    value.as_str().map_or_else(|| value.as_u64().map(|number| Wide::from(u128::from(number))), Wide::parse)
}

fn count(value: &Value) -> Option<usize> {
    value.as_u64()?.try_into().ok()
}

pub fn read<T>(name: &str, value: &Value, decode: impl Fn(&Value) -> Option<T>) -> Answer<T> {
    decode(value).ok_or_else(|| Failure::Refused(format!("{name} cannot be {value}")))
}
