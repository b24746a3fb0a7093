//! Orders: what one node asks all of them to do, through the log and at one place in it. Here is how an order is written
//! and read; carrying it out is `clearing`'s part.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// The version of the form in which orders are written. A node clears everything on an order of a later one.
const VERSION: u32 = 1;

/// What one node asks of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Nothing but to confirm that all before it was taken in.
    Settle,
    /// To clear caches.
    Clear(Clear),
    /// Something that this version does not know.
    Unknown,
}

/// What is to be cleared. No names: all of that sort.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(crate) enum Clear {
    /// Users of realms.
    Realms {
        /// The realms' names.
        realms: Vec<String>,
        /// The users' names.
        usernames: Vec<String>,
    },
    /// Composed roles.
    Roles {
        /// Names of roles, existing or not.
        names: Vec<String>,
    },
    /// Privileges of applications.
    Privileges {
        /// The applications.
        applications: Vec<String>,
    },
    /// API keys.
    ApiKeys {
        /// Their ids.
        ids: Vec<String>,
    },
    /// Tokens of one service account.
    ServiceTokens {
        /// `namespace/service`.
        account: String,
        /// The tokens' names.
        names: Vec<String>,
    },
}

impl Clear {
    /// What the audit calls it, and the names that it is about.
    pub(crate) fn about(&self) -> (&'static str, &[String]) {
        match self {
            Self::Realms { realms, .. } => ("realm", realms),
            Self::Roles { names } => ("role", names),
            Self::Privileges { applications } => ("privilege", applications),
            Self::ApiKeys { ids } => ("api_key", ids),
            Self::ServiceTokens { names, .. } => ("service", names),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Version {
    v: u32,
}

#[derive(Serialize)]
struct Versioned<T> {
    v: u32,
    #[serde(flatten)]
    order: T,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
enum Other {
    Settle,
}

impl Order {
    /// The bytes that stand in the log.
    pub(crate) fn encode(&self) -> Bytes {
        match self {
            Self::Settle | Self::Unknown => write(&Other::Settle),
            Self::Clear(clear) => write(clear),
        }
    }

    /// Reads what stands in the log, which a later version may have written.
    pub(crate) fn decode(bytes: &[u8]) -> Self {
        let known = serde_json::from_slice::<Version>(bytes).is_ok_and(|it| it.v == VERSION);
        if !known {
            return Self::Unknown;
        }
        if let Ok(clear) = serde_json::from_slice(bytes) {
            return Self::Clear(clear);
        }
        match serde_json::from_slice(bytes) {
            Ok(Other::Settle) => Self::Settle,
            Err(_) => Self::Unknown,
        }
    }
}

fn write<T: Serialize>(order: &T) -> Bytes {
    // Names are text and the rest is ours: there is nothing in it that JSON cannot say.
    serde_json::to_vec(&Versioned { v: VERSION, order }).unwrap_or_default().into()
}

#[cfg(test)]
mod tests;
