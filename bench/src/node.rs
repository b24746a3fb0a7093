//! A node of Portcullis as it is released: its process, its folder and its settings.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::client::{Client, Reply, basic, request};
use crate::server::{Cores, Server, free_address};

/// The password of `elastic`.
pub(crate) const PASSWORD: &str = "bench-password";
/// Says where the executable is, if it is not beside this one.
const EXECUTABLE: &str = "PORTCULLIS_EXECUTABLE";

/// What tells who is asking.
pub(crate) const WHOAMI: &str = "/_security/_authenticate";

/// A node to be.
pub(crate) struct Plan {
    folder: PathBuf,
    cores: Cores,
    settings: Vec<(String, String)>,
}

/// A node.
pub(crate) struct Node {
    server: Server,
    plan: Plan,
}

impl Plan {
    /// One that keeps everything in `folder`, on one core, with the defaults.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), cores: Cores::One, settings: Vec::new() }
    }

    pub(crate) fn cores(mut self, cores: Cores) -> Self {
        self.cores = cores;
        self
    }

    pub(crate) fn setting(mut self, name: &str, value: impl ToString) -> Self {
        self.settings.push((name.to_owned(), value.to_string()));
        self
    }

    /// So many API keys may be cached.
    pub(crate) fn max_keys(self, count: usize) -> Self {
        self.setting("xpack.security.authc.api_key.cache.max_keys", count)
    }

    /// The settings, as they are written on a command line.
    pub(crate) fn arguments(&self) -> Vec<String> {
        self.settings.iter().flat_map(|(name, value)| ["-E".to_owned(), format!("{name}={value}")]).collect()
    }

    /// The program and all that it is told.
    pub(crate) fn command(&self, address: SocketAddr) -> Command {
        let configuration = self.folder.join("config");
        std::fs::create_dir_all(&configuration).expect("a folder");
        let mut command = Command::new(executable());
        command.env("ELASTIC_PASSWORD", PASSWORD).current_dir(&self.folder);
        command.arg("--config").arg(configuration).args(["-E", "path.data=data", "-E", "cluster.name=bench"]);
        command.arg("-E").arg(format!("http.port={}", address.port())).args(self.arguments());
        command
    }

    /// Starts it, and does not wait for an answer.
    pub(crate) fn launch(self) -> Node {
        let address = free_address();
        let command = self.command(address);
        let server = Server::start(&command, self.cores, address, &self.folder.join("log"));
        Node { server, plan: self }
    }

    /// Starts it; it answers when this returns.
    pub(crate) fn start(self) -> Node {
        let mut node = self.launch();
        node.first_answer(&basic("elastic", PASSWORD));
        node
    }
}

impl Node {
    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    pub(crate) fn client(&self) -> Client {
        Client::to(self.address())
    }

    /// Waits for the first answer to whoever this is. How long it took since the start.
    pub(crate) fn first_answer(&mut self, authorization: &str) -> Duration {
        self.server.answers(&request("GET", WHOAMI, Some(authorization))).1
    }

    /// What `elastic` is answered, which must be a success.
    pub(crate) fn elastic(&self, method: &str, path: &str, body: Option<&str>) -> Reply {
        let authorization = basic("elastic", PASSWORD);
        let mut client = self.client();
        let reply = match body {
            Some(body) => client.put(method, path, &authorization, body),
            None => client.ask(method, path, &authorization),
        };
        assert!(reply.status < 300, "{method} {path}: {}", reply.body);
        reply
    }

    /// What this node tells of itself.
    pub(crate) fn stats(&self) -> Value {
        let all = self.elastic("GET", "/_security/stats", None).json();
        let nodes = all["nodes"].as_object().expect("nodes");
        nodes.values().next().expect("this node").clone()
    }

    /// A number of one of its caches.
    pub(crate) fn cache(&self, cache: &str, number: &str) -> u64 {
        self.stats()["caches"][cache][number].as_u64().unwrap_or_else(|| panic!("{cache} has no {number}"))
    }

    /// Creates an API key: its id and its secret.
    pub(crate) fn create_key(&self) -> (String, String) {
        let key = self.elastic("POST", "/_security/api_key", Some(r#"{"name":"bench"}"#)).json();
        let text = |name: &str| key[name].as_str().expect("text").to_owned();
        (text("id"), text("api_key"))
    }

    /// Ends it. The same may be started again.
    pub(crate) fn stop(self) -> Plan {
        self.server.stop();
        self.plan
    }

    /// Kills it. The same may be started again.
    pub(crate) fn kill(self) -> Plan {
        self.server.kill();
        self.plan
    }
}

/// The executable that cargo built beside this one.
pub(crate) fn executable() -> PathBuf {
    if let Some(path) = std::env::var_os(EXECUTABLE) {
        return path.into();
    }
    let path = std::env::current_exe().expect("this program").with_file_name("portcullis");
    assert!(path.is_file(), "{} is missing: `cargo build --release` makes it", path.display());
    path
}
