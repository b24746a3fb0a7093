//! How the fence stands and what it did, for those who look at the node. No decision is made from these.

/// How the fence of a node stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FenceState {
    /// The node has its store to itself.
    Alone,
    /// What it holds counts.
    Trusted {
        /// For how long still, unless it is extended, in milliseconds.
        left_millis: u64,
    },
    /// What it holds does not count.
    Fenced {
        /// For how long already, in milliseconds; `None`: it never counted yet.
        for_millis: Option<u64>,
    },
    /// Its log is lost, and an operator has to decide.
    Severed {
        /// Why, in a sentence for the operator.
        reason: String,
    },
}

impl FenceState {
    /// Whether the node decides from what it holds.
    pub fn is_open(&self) -> bool {
        match self {
            Self::Alone | Self::Trusted { .. } => true,
            Self::Fenced { .. } | Self::Severed { .. } => false,
        }
    }
}

/// What the barriers of a node did since it started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FenceCounts {
    /// Questions put to the log.
    pub asked: u64,
    /// Questions that the log did not answer.
    pub failed: u64,
    /// Requests that wait now.
    pub waiting: u64,
    /// Most requests that waited at once.
    pub most_waiting: u64,
    /// Requests that passed.
    pub passed: u64,
    /// Requests that were turned away because too many waited.
    pub turned_away: u64,
    /// Requests that were turned away because it took too long.
    pub timed_out: u64,
}
