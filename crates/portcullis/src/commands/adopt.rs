//! `portcullis etcd adopt`: from here on the nodes take what is in etcd for the truth, though it was restored, replaced
//! or emptied. Nothing else makes them, because what they know may be the only trace of a revocation.

use std::io::{self, BufRead, IsTerminal, Write};
use std::time::Duration;

use super::error::CommandError;
use crate::config::{ClusterConfig, Config};
use crate::wiring;

#[cfg(test)]
mod tests;

/// What somebody types who wants it.
const YES: &str = "yes";

/// The longest answer that is read, in bytes.
const MAX_ANSWER_BYTES: u64 = 64;

/// Whether somebody has agreed to what cannot be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// By the way the command was called.
    Given,
    /// Not yet: whoever sits at the terminal is asked.
    Ask,
}

/// Adopts the etcd of the configuration: removes the records of all nodes, waits until none of them trusts itself by
/// what it knew before, and begins a new epoch. What it is going to do and the question go to `asides`.
///
/// # Errors
/// When no etcd is set, the node of the data folder runs, nobody agrees (nothing is changed then), or etcd does not
/// answer: it is then to be run again.
pub fn adopt(
    config: &Config,
    consent: Consent,
    out: &mut impl Write,
    asides: &mut impl Write,
) -> Result<(), CommandError> {
    let cluster = config.cluster.as_ref().ok_or_else(|| {
        CommandError::Usage(
            "[store.etcd.endpoints] is not set, so there is no etcd to adopt: name the node's folder (--config DIR) or \
             the etcd (-E store.etcd.endpoints=URL)"
                .to_owned(),
        )
    })?;
    let wait = Duration::from_millis(cluster.timing.wait_ms());
    let data = config.path_data.display();
    let before = wiring::etcd::followed(&config.path_data).map_err(|error| {
        CommandError::Refused(format!(
            "nothing is changed: {error} (the node that works in [{data}] must be stopped; the others need not be)"
        ))
    })?;
    plan(cluster, wait, asides)?;
    if before.epoch.is_empty() {
        writeln!(
            asides,
            "No node has followed any etcd in [{data}]. Nodes that have followed what was there before will not take \
             this over:\nif there are any, run this with the data folder of one of them.\n"
        )?;
    }
    if consent == Consent::Ask {
        let stdin = io::stdin();
        if !stdin.is_terminal() {
            return Err(CommandError::Usage(
                "nothing is changed: nobody can be asked here; --yes does it without a question".to_owned(),
            ));
        }
        agreed(stdin.lock(), asides)?;
    }
    let epoch = wiring::etcd::adopt(&cluster.etcd, before, wait).map_err(|error| {
        CommandError::Refused(format!("the etcd is not adopted; run this again, it does no harm: {error}"))
    })?;
    writeln!(
        out,
        "Adopted; this is epoch {epoch}.\n\nNodes that run read everything anew and are trusted again \
         within seconds, without a restart: GET /_cat/nodes?v\nshows them. Nodes that stand still can be started. Before \
         clients come back, revoke again what was revoked after\nthat content was saved: passwords, API keys, tokens, \
         roles."
    )?;
    Ok(())
}

fn plan(cluster: &ClusterConfig, wait: Duration, asides: &mut impl Write) -> io::Result<()> {
    let (etcd, prefix) = (cluster.etcd.endpoints.join(", "), &cluster.etcd.prefix);
    writeln!(
        asides,
        "This adopts what is in etcd ({etcd}) below [{prefix}]:\n\n  1. the records of all nodes are removed, so that each is \
         fenced until step 3;\n  2. {} s are waited, in which every node stops to trust what it knew (all nodes must have \
         the\n     cluster.fence.* of this configuration, or a shorter window);\n  3. a new epoch begins, and nodes take the content \
         over as it is.\n\nWhat etcd does not know any more, nobody knows after this: what was revoked after that \
         content was saved is valid again.\nRun it once, for one node's configuration, and only after etcd was restored, \
         replaced or emptied.\n",
        rounded_up(wait)
    )
}

/// Whole seconds.
fn rounded_up(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// Asks, and reads one line.
fn agreed(answers: impl BufRead, asides: &mut impl Write) -> Result<(), CommandError> {
    write!(asides, "Type {YES} to adopt it: ")?;
    asides.flush()?;
    let mut answer = Vec::new();
    answers.take(MAX_ANSWER_BYTES).read_until(b'\n', &mut answer)?;
    if answer.trim_ascii() == YES.as_bytes() {
        return Ok(());
    }
    Err(CommandError::Refused(format!("nothing is changed: the answer was not {YES}")))
}
