//! Where a tool for the files works, and the wait for the node that runs there.
//!
//! Never here: what is in the files.

use std::path::Path;

use portcullis_secrets::HashAlgorithm;

use super::error::CommandError;
use crate::control::{self, Order};

/// Where a tool for the files works.
pub struct Place<'a> {
    /// The configuration folder.
    pub config: &'a Path,
    /// The data folder, where a running node listens.
    pub data: &'a Path,
    /// How what is new is stored.
    pub algorithm: HashAlgorithm,
}

impl Place<'_> {
    /// Waits until the node that runs here has taken the file in. Without a node there is nothing to wait for.
    pub(super) fn in_force(&self, file: &str) -> Result<(), CommandError> {
        self.taken_in(file).map_err(|reason| {
            CommandError::Refused(format!(
                "[{file}] is written, but the running node has not confirmed that it took it in: {reason}"
            ))
        })
    }

    /// Waits until the node that runs here knows the file as it is, before anything is written that must not meet an
    /// older content of it there.
    pub(super) fn known(&self, file: &str) -> Result<(), CommandError> {
        self.taken_in(file).map_err(|reason| {
            CommandError::Refused(format!(
                "nothing is written: the running node has not confirmed that it knows [{file}] as it is: {reason}"
            ))
        })
    }

    fn taken_in(&self, file: &str) -> Result<(), String> {
        control::ask(self.data, &Order::TakeFileIn { file: file.to_owned() }).map(|_| ())
    }
}
