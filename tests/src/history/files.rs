//! The files of the configuration folder in the hands of several threads: each owns some lines.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use portcullis_secrets::{HashAlgorithm, Secret};
use portcullis_security::files::Reading;

use super::door::Door;

/// What each file holds, line by owner.
#[derive(Default)]
pub struct Files(Mutex<BTreeMap<(&'static str, String), String>>);

impl Files {
    /// Writes an owner's line of a file, or takes it out. When this returns the new content is in force.
    pub fn set(&self, door: &dyn Door, file: &'static str, owner: &str, line: Option<String>) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match line {
            Some(line) => lines.insert((file, owner.to_owned()), line),
            None => lines.remove(&(file, owner.to_owned())),
        };
        let of_file = lines.iter().filter(|((it, _), _)| *it == file);
        let text: String = of_file.map(|(_, line)| format!("{line}\n")).collect();
        // As the file tools do it: nobody sees half of it.
        let (beside, path) = (door.configuration().join("written"), door.configuration().join(file));
        std::fs::write(&beside, text).unwrap();
        std::fs::rename(beside, path).unwrap();
        drop(lines);
        // Not under the lock: what one taker has not yet finished, another must not take for done.
        let mut reading = Reading::First;
        while door.security().take_files_in(reading) {
            reading = Reading::Second;
        }
    }
}

/// A line of `users` or `service_tokens`.
pub fn hashed(name: &str, secret: &str) -> String {
    let cheap = HashAlgorithm::parse("bcrypt4").unwrap();
    format!("{name}:{}", cheap.hash(&Secret::from_string(secret.to_owned())).unwrap().as_str())
}
