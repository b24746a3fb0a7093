//! Caddy: an answer out of the configuration, and the same behind `basicauth`, which remembers what it has hashed.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::hashes::Hashes;
use super::{Sample, USER, ask};
use crate::server::{Cores, Server, free_address};

pub(super) fn start(folder: &Path, sample: &Sample, hashes: &Hashes) -> Server {
    let address = free_address();
    let path = folder.join("Caddyfile");
    let headers: String =
        sample.headers.iter().map(|(name, value)| format!("  header {name} `{value}`\n")).collect();
    let text = format!(
        "{{\n  admin off\n  auto_https off\n}}\nhttp://:{port} {{\n  bind {ip}\n{headers}  \
         header Content-Type {}\n  basicauth /basic bcrypt bench {{\n    {USER} {}\n  }}\n  \
         respond /basic `{body}` 200\n  respond /open `{body}` 200\n}}\n",
        sample.content_type,
        hashes.bcrypt,
        body = sample.body,
        // A name would be compared with the one that requests have.
        ip = address.ip(),
        port = address.port(),
    );
    fs::write(&path, text).expect("a configuration");
    let mut command = Command::new("caddy");
    command.args(["run", "--adapter", "caddyfile", "--config"]).arg(path);
    command.env("HOME", folder).env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder);
    let mut server = Server::start(&command, Cores::One, address, &folder.join("caddy.log"));
    server.answers(&ask("/basic"));
    server
}
