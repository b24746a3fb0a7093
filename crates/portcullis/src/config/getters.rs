//! Values of settings as plain types, for the code that makes the typed configuration.
//!
//! Never here: names of settings, defaults.

use std::net::IpAddr;
use std::path::PathBuf;

use portcullis_secrets::HashAlgorithm;
use tracing::level_filters::LevelFilter;

use super::error::Problem;
use super::kind::{Hidden, Value};
use super::settings::Settings;

/// Makes a getter of one variant of [`Value`].
macro_rules! getter {
    ($(#[$doc:meta])* $name:ident, $variant:ident, $type:ty) => {
        $(#[$doc])*
        pub(super) fn $name(&self, name: &str) -> Result<$type, Problem> {
            match self.value(name) {
                Some(Value::$variant(value)) => Ok(value),
                _ => Err(missing(name)),
            }
        }
    };
}

impl Settings {
    getter!(
        /// A `Text`, `Line`, `Word`, `Path` or `Version`.
        text, Text, String
    );
    getter!(
        /// At least one text.
        texts, Texts, Vec<String>
    );
    getter!(secret, Secret, Hidden);
    getter!(boolean, Boolean, bool);
    getter!(integer, Integer, i64);
    getter!(
        /// A `Time` or `Within` in milliseconds.
        millis, Millis, i64
    );
    getter!(
        /// A `Fraction` in thousandths.
        thousandths, Thousandths, u32
    );
    getter!(
        /// At least one address.
        hosts, Hosts, Vec<IpAddr>
    );
    getter!(algorithm, Algorithm, HashAlgorithm);
    getter!(level, Level, LevelFilter);

    /// An `Integer` or `Bytes` that counts something here.
    pub(super) fn count(&self, name: &str) -> Result<usize, Problem> {
        let count = match self.value(name) {
            Some(Value::Integer(number)) => usize::try_from(number).ok(),
            Some(Value::Bytes(size)) => usize::try_from(size).ok(),
            _ => None,
        };
        count.ok_or_else(|| missing(name))
    }

    /// A port.
    pub(super) fn port(&self, name: &str) -> Result<u16, Problem> {
        u16::try_from(self.integer(name)?).map_err(|_| missing(name))
    }

    /// A `Path` as it is written, if it is set.
    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        self.text(name).ok().map(PathBuf::from)
    }
}

/// What is said of a setting that is asked for under another type than the table gives it, or without a default.
fn missing(name: &str) -> Problem {
    Problem::general(format!("setting [{name}] must be set"))
}
