//! What people use instead, each set up as it is meant to be set up, with one worker, on the core of the servers. All
//! answer with the body and the headers that Portcullis answers with.
//!
//! Never here: measuring them.

mod apache;
mod caddy;
mod hashes;
mod nginx;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

use crate::answer;
use crate::client::{Reply, basic, request};
use crate::server::Server;
use hashes::Hashes;

/// Who is let in by all of them.
pub(crate) const USER: &str = "bench-user";
pub(crate) const PASSWORD: &str = "bench-password";

/// Headers that every server makes by itself.
const THEIR_OWN: [&str; 5] = ["content-type", "content-length", "date", "server", "connection"];

/// The answer that all give.
pub(crate) struct Sample {
    pub(crate) body: String,
    pub(crate) content_type: String,
    /// Without those that a server makes by itself.
    pub(crate) headers: Vec<(String, String)>,
    /// Of head and body.
    pub(crate) bytes: usize,
}

impl Sample {
    /// What was answered.
    pub(crate) fn of(reply: &Reply) -> Self {
        let headers = answer::headers(&reply.head);
        let content_type = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let content_type = content_type.map_or_else(String::new, |(_, value)| value.clone());
        let own = |name: &str| THEIR_OWN.iter().any(|it| it.eq_ignore_ascii_case(name));
        let headers = headers.iter().filter(|(name, _)| !own(name)).cloned().collect();
        Self { body: reply.body.clone(), content_type, headers, bytes: reply.bytes() }
    }
}

/// All of them, up and answering.
pub(crate) struct Peers {
    pub(crate) nginx: Server,
    pub(crate) caddy: Server,
    pub(crate) apache: Server,
    folder: TempDir,
}

impl Peers {
    pub(crate) fn start(sample: &Sample) -> Self {
        let folder = TempDir::with_prefix("peers-").expect("a folder");
        open(folder.path());
        let hashes = Hashes::make(folder.path());
        fs::write(folder.path().join("answer.json"), &sample.body).expect("a file");
        let nginx = nginx::start(folder.path(), sample);
        let caddy = caddy::start(folder.path(), sample, &hashes);
        let apache = apache::start(folder.path(), sample);
        Self { nginx, caddy, apache, folder }
    }

    /// The configuration of nginx in one process, which callgrind can follow.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

pub(crate) use nginx::command as nginx_command;

/// A request of whoever is let in.
pub(crate) fn ask(path: &str) -> Vec<u8> {
    request("GET", path, Some(&basic(USER, PASSWORD)))
}

/// Workers run as somebody else, who has to get in.
fn open(folder: &Path) {
    fs::set_permissions(folder, Permissions::from_mode(0o755)).expect("a folder that others may read");
}
