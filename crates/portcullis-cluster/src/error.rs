//! What can be wrong with what this crate is given, by what the caller can do about it.

/// Why a set of timings is refused.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum TimingError {
    /// The window is out of its limits.
    #[error("a window of {0} ms; from 2000 to 30000 are allowed")]
    Window(u64),
    /// Heartbeats would be too close together or too far apart for the window.
    #[error("a heartbeat every {heartbeat} ms; from 100 to a quarter of the window, {most}, are allowed")]
    Heartbeat {
        /// What was asked for, in milliseconds.
        heartbeat: u64,
        /// The most that this window allows, in milliseconds.
        most: u64,
    },
    /// The drift is no number or out of its limits.
    #[error("a clock drift of {0}; from 0 to 0.5 are allowed")]
    Drift(f64),
}

/// Why the bytes of a record are none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// More bytes than any record has.
    #[error("{0} bytes; a member's record has at most 65536")]
    TooLarge(usize),
    /// No JSON, or not with these fields.
    #[error("not a member's record: {0}")]
    Malformed(String),
    /// A field's value is out of its limits.
    #[error("a member's record with a wrong [{0}]")]
    OutOfLimits(&'static str),
}
