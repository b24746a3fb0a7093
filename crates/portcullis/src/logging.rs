//! The log: to the standard error output, for people on a terminal and as a JSON object a line anywhere else.
//!
//! Never here: what is logged. Libraries are never heard below warnings, whatever `logger.level` is, because at finer
//! levels some of them print what clients sent.

use std::io::{self, IsTerminal};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry};

#[cfg(test)]
mod tests;

/// What the targets of our own crates begin with.
const OURS: &str = "portcullis";

/// A library that is not heard at all: its warnings show what a directory answered.
const UNHEARD: &str = "ldap3";

/// How lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON object a line: `timestamp` (RFC 3339, UTC), `level`, `message`, `target` and the fields of the event.
    Json,
}

impl Format {
    /// What suits the standard error output of this process.
    pub fn of_stderr() -> Self {
        if io::stderr().is_terminal() { Self::Human } else { Self::Json }
    }
}

/// Starts logging for the whole process.
///
/// # Errors
/// Something logs already.
pub fn start(level: LevelFilter, format: Format) -> Result<(), tracing_subscriber::util::TryInitError> {
    tracing_subscriber::registry().with(layer(level, format, io::stderr)).try_init()
}

fn layer<W>(level: LevelFilter, format: Format, out: W) -> Box<dyn Layer<Registry> + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_target(OURS, level)
        .with_target(UNHEARD, LevelFilter::OFF);
    let lines = tracing_subscriber::fmt::layer().with_writer(out);
    match format {
        Format::Human => lines.with_filter(filter).boxed(),
        Format::Json => lines.json().flatten_event(true).with_filter(filter).boxed(),
    }
}
