//! The health of a cluster, and what a client can wait for in it. Nothing waits here.

use portcullis_security::Failure;
use portcullis_security::stats::cluster::NodeStats;

use crate::params::Query;

/// The better comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    /// All is well.
    Green,
    /// A node cannot be relied on, and the others do its work.
    Yellow,
    /// It is never reached here, but can be waited for.
    Red,
}

impl Status {
    const ALL: [Self; 3] = [Self::Green, Self::Yellow, Self::Red];

    /// As it is written.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
        }
    }
}

/// The health at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Health {
    pub(super) status: Status,
    /// How many members there are.
    pub(super) nodes: u64,
}

impl Health {
    /// What these nodes amount to.
    pub(super) fn of(nodes: &[NodeStats]) -> Self {
        let well = nodes.iter().all(|it| it.state.is_well());
        let members = nodes.iter().filter(|it| it.state.is_member()).count();
        Self { status: if well { Status::Green } else { Status::Yellow }, nodes: members as u64 }
    }
}

/// What a client waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    status: Status,
    nodes: Nodes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Nodes {
    AtLeast(u64),
    AtMost(u64),
    MoreThan(u64),
    LessThan(u64),
}

impl Condition {
    /// Reads `wait_for_status` and `wait_for_nodes`. Without them nothing is waited for.
    ///
    /// # Errors
    /// `illegal_argument_exception` for what is no status and no number of nodes.
    pub(super) fn of(query: &Query) -> Result<Self, Failure> {
        let status = match query.present("wait_for_status") {
            None => Status::Red,
            Some(text) => {
                Status::ALL.into_iter().find(|it| text.eq_ignore_ascii_case(it.name())).ok_or_else(|| {
                    Failure::illegal_argument(format!("unknown cluster health status [{text}]"))
                })?
            }
        };
        let nodes = query.present("wait_for_nodes").map_or(Ok(Nodes::AtLeast(0)), Nodes::parse)?;
        Ok(Self { status, nodes })
    }

    /// Whether it is so.
    pub(super) fn holds(self, health: Health) -> bool {
        let enough = match self.nodes {
            Nodes::AtLeast(number) => health.nodes >= number,
            Nodes::AtMost(number) => health.nodes <= number,
            Nodes::MoreThan(number) => health.nodes > number,
            Nodes::LessThan(number) => health.nodes < number,
        };
        enough && health.status <= self.status
    }
}

/// A sign, the same as a word, and what it makes of a number.
type Form = (&'static str, &'static str, fn(u64) -> Nodes);

impl Nodes {
    /// `3`, `>=2`, `<=2`, `>2`, `<2`, `ge(2)`, `le(2)`, `gt(2)`, `lt(2)`.
    fn parse(text: &str) -> Result<Self, Failure> {
        let forms: [Form; 4] = [
            (">=", "ge(", Self::AtLeast),
            ("<=", "le(", Self::AtMost),
            (">", "gt(", Self::MoreThan),
            ("<", "lt(", Self::LessThan),
        ];
        let found = forms.into_iter().find_map(|(sign, word, make)| {
            let in_words = || text.strip_prefix(word)?.strip_suffix(')');
            Some((text.strip_prefix(sign).or_else(in_words)?, make))
        });
        let (number, make) = found.unwrap_or((text, Self::AtLeast));
        number.trim().parse().map(make).map_err(|_| {
            Failure::illegal_argument(format!("cannot parse [wait_for_nodes] with value [{text}]"))
        })
    }
}
