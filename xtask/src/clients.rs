//! The tests with the official clients: which there are, and running one of them against a node of its own.
//! What a client expects stands in its script under `tests/clients`.

mod node;

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::install::{javascript, python};
use crate::tree;
use node::Node;

/// The longest that a script may take; the slowest needs a few seconds.
const LONGEST_SCRIPT: Duration = Duration::from_secs(180);

/// What runs a script.
enum Runner {
    Bash,
    /// The system's Python, for scripts that need no client.
    Python,
    PythonClient(python::Release),
    Node,
}

/// One script, what runs it, and the settings that its node has beside the defaults.
pub(crate) struct Client {
    pub(crate) name: &'static str,
    runner: Runner,
    script: &'static str,
    arguments: &'static [&'static str],
    settings: &'static [(&'static str, &'static str)],
}

/// Every client test.
pub(crate) const ALL: [Client; 8] = [
    Client {
        name: "executable",
        runner: Runner::Python,
        script: "executable/start.py",
        arguments: &[],
        settings: &[],
    },
    Client { name: "curl", runner: Runner::Bash, script: "curl/walk.sh", arguments: &[], settings: &[] },
    Client {
        name: "curl-uncached",
        runner: Runner::Bash,
        script: "curl/uncached.sh",
        arguments: &[],
        settings: &[("xpack.security.authc.api_key.cache.ttl", "0")],
    },
    Client {
        name: "python-8",
        runner: Runner::PythonClient(python::Release::Eight),
        script: "python/walk.py",
        arguments: &[],
        settings: &[],
    },
    Client {
        name: "python-9",
        runner: Runner::PythonClient(python::Release::Nine),
        script: "python/walk.py",
        arguments: &[],
        settings: &[],
    },
    Client {
        name: "javascript",
        runner: Runner::Node,
        script: "javascript/walk.mjs",
        arguments: &[],
        settings: &[],
    },
    Client {
        name: "ruby",
        runner: Runner::Python,
        script: "requests/replay.py",
        arguments: &["ruby.json"],
        settings: &[],
    },
    Client {
        name: "php",
        runner: Runner::Python,
        script: "requests/replay.py",
        arguments: &["php.json"],
        settings: &[],
    },
];

/// Starts a node, runs the script against it and stops the node. The script must end well, the node must end well
/// when asked, and no secret of the run may stand in the node's log. What both say is shown without the secrets.
pub(crate) fn check(client: &Client) -> Result<(), String> {
    let mut command = command(client)?;
    let mut node = Node::start(client.name, client.settings)?;
    for (name, value) in node.environment() {
        command.env(name, value);
    }
    let script = node.output().and_then(|(stdout, stderr)| {
        command.stdout(stdout).stderr(stderr);
        within(&mut command, LONGEST_SCRIPT)
    });
    print!("{}", node.said());
    let stopped = node.stop();
    let leaks = node.leaks();
    let outcome = script.and(stopped).and(leaks);
    outcome.map_err(|reason| format!("{}\n{reason}", node.end_of_log()))
}

fn command(client: &Client) -> Result<Command, String> {
    let scripts = tree::root().join("tests/clients");
    let mut command = match client.runner {
        Runner::Bash => Command::new("bash"),
        Runner::Python => Command::new("python3"),
        Runner::PythonClient(release) => Command::new(python::interpreter(release)?),
        Runner::Node => {
            let mut command = Command::new(javascript::node()?);
            command.env("CLIENT_MODULES", javascript::modules()?);
            command
        }
    };
    let script: PathBuf = scripts.join(client.script);
    command.arg(&script).args(client.arguments).stdin(Stdio::null());
    command.env("PYTHONDONTWRITEBYTECODE", "1").current_dir(script.parent().unwrap_or(&scripts));
    Ok(command)
}

/// Runs `command`; ends it if it takes longer than `limit`.
fn within(command: &mut Command, limit: Duration) -> Result<(), String> {
    let mut child = command.spawn().map_err(|error| format!("the script does not start: {error}"))?;
    match node::wait(&mut child, limit)? {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(format!("the script ended with {status}")),
        None => {
            child.kill().map_err(|error| format!("ending the script: {error}"))?;
            Err(format!("the script was still running after {} s", limit.as_secs()))
        }
    }
}
