//! The tests with the official clients: which there are, and running one of them against a node, or a cluster, of its own.
//! What a client expects stands in its script under `tests/clients`.

mod node;
mod place;
mod several;

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::install::{javascript, python};
use crate::tree;
use node::Node;
use place::Place;
use several::Several;

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

/// What a script talks to.
#[derive(Clone, Copy)]
enum Nodes {
    /// One node with these settings beside the defaults.
    One(&'static [(&'static str, &'static str)]),
    /// Three on one etcd.
    Three,
}

/// What runs while a script does.
trait Service {
    /// Where its files are.
    fn place(&self) -> &Place;

    /// The names of its logs, once it has stopped.
    fn logs(&self) -> &'static [&'static str];

    /// What a script is told of it, beside what it is told of the place.
    fn environment(&self) -> Vec<(&'static str, String)>;

    /// Asks it to end (SIGTERM) and waits until it has; it must end well.
    fn stop(&mut self) -> Result<(), String>;
}

/// One script, what runs it, and what it talks to.
pub(crate) struct Client {
    pub(crate) name: &'static str,
    runner: Runner,
    script: &'static str,
    arguments: &'static [&'static str],
    nodes: Nodes,
}

/// Every client test.
pub(crate) const ALL: [Client; 10] = [
    Client {
        name: "executable",
        runner: Runner::Python,
        script: "executable/start.py",
        arguments: &[],
        nodes: Nodes::One(&[]),
    },
    Client {
        name: "curl",
        runner: Runner::Bash,
        script: "curl/walk.sh",
        arguments: &[],
        nodes: Nodes::One(&[]),
    },
    Client {
        name: "curl-uncached",
        runner: Runner::Bash,
        script: "curl/uncached.sh",
        arguments: &[],
        nodes: Nodes::One(&[("xpack.security.authc.api_key.cache.ttl", "0")]),
    },
    Client {
        name: "python-8",
        runner: Runner::PythonClient(python::Release::Eight),
        script: "python/walk.py",
        arguments: &[],
        nodes: Nodes::One(&[]),
    },
    Client {
        name: "python-9",
        runner: Runner::PythonClient(python::Release::Nine),
        script: "python/walk.py",
        arguments: &[],
        nodes: Nodes::One(&[]),
    },
    Client {
        name: "python-8-cluster",
        runner: Runner::PythonClient(python::Release::Eight),
        script: "python/several.py",
        arguments: &[],
        nodes: Nodes::Three,
    },
    Client {
        name: "python-9-cluster",
        runner: Runner::PythonClient(python::Release::Nine),
        script: "python/several.py",
        arguments: &[],
        nodes: Nodes::Three,
    },
    Client {
        name: "javascript",
        runner: Runner::Node,
        script: "javascript/walk.mjs",
        arguments: &[],
        nodes: Nodes::One(&[]),
    },
    Client {
        name: "ruby",
        runner: Runner::Python,
        script: "requests/replay.py",
        arguments: &["ruby.json"],
        nodes: Nodes::One(&[]),
    },
    Client {
        name: "php",
        runner: Runner::Python,
        script: "requests/replay.py",
        arguments: &["php.json"],
        nodes: Nodes::One(&[]),
    },
];

/// Starts what the script talks to, runs the script and stops it. The script must end well, so must every node when
/// asked, and no secret of the run may stand in a node's log. What both say is shown without the secrets.
pub(crate) fn check(client: &Client) -> Result<(), String> {
    let command = command(client)?;
    match client.nodes {
        Nodes::One(settings) => run(Node::start(client.name, settings)?, command),
        Nodes::Three => run(Several::start(client.name)?, command),
    }
}

fn run(mut service: impl Service, mut command: Command) -> Result<(), String> {
    command.envs(service.place().environment()).envs(service.environment());
    let script = service.place().outputs("output").and_then(|(stdout, stderr)| {
        command.stdout(stdout).stderr(stderr);
        within(&mut command, LONGEST_SCRIPT)
    });
    print!("{}", service.place().said());
    let stopped = service.stop();
    let leaks = service.place().leaks(service.logs());
    let outcome = script.and(stopped).and(leaks);
    outcome.map_err(|reason| format!("{}\n{reason}", service.place().ends(service.logs())))
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
