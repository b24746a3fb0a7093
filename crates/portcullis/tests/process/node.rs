//! A node that runs: the executable as a child, its log, its address. It is killed by its id when this is dropped,
//! also when the test panics.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::home::{Home, Running, all_of};
use crate::http::Request;

/// Whatever takes longer hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// How long [`eventually`] waits between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// A node that runs.
pub(crate) struct Node {
    child: Running,
    address: SocketAddr,
    log: Vec<String>,
    more: Receiver<String>,
    out: Option<JoinHandle<String>>,
}

impl Node {
    /// Starts a node in `home`.
    pub(crate) fn start(home: &Home) -> Self {
        Self::spawn(home.command(&[]))
    }

    /// Starts a node with a variable of the environment.
    pub(crate) fn start_with(home: &Home, variable: &str, value: &str) -> Self {
        let mut command = home.command(&[]);
        command.env(variable, value);
        Self::spawn(command)
    }

    /// Starts `command` and waits until it says where it listens.
    pub(crate) fn spawn(mut command: Command) -> Self {
        command.stdout(Stdio::piped());
        Self::spawn_shown(command)
    }

    /// The same with a standard output that is somebody else's.
    pub(crate) fn spawn_shown(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let out = child.stdout.take().map(all_of);
        let (line, more) = channel();
        let err = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || err.lines().map_while(Result::ok).try_for_each(|it| line.send(it)));
        let mut node =
            Self { child: Running(child), address: ([0, 0, 0, 0], 0).into(), log: Vec::new(), more, out };
        let listening = node.wait_for_line(|line| line["message"] == "listening");
        let url = listening["address"].as_str().unwrap();
        node.address = url.split_once("://").unwrap().1.parse().unwrap();
        node
    }

    /// The next line of the log that `wanted` likes. All lines are kept.
    #[track_caller]
    pub(crate) fn wait_for_line(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let line = match self.more.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => line,
                Err(RecvTimeoutError::Timeout) => panic!("the line does not come: {}", self.log()),
                Err(RecvTimeoutError::Disconnected) => panic!("the node has ended: {}", self.log()),
            };
            self.log.push(line);
            let line = self.log.last().unwrap();
            let line: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"));
            if wanted(&line) {
                return line;
            }
        }
    }

    /// What it has logged until now.
    pub(crate) fn log(&mut self) -> String {
        self.log.extend(self.more.try_iter());
        self.log.join("\n")
    }

    /// The process's id.
    pub(crate) fn id(&self) -> u32 {
        self.child.0.id()
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// A request to it.
    pub(crate) fn request(&self, method: &str, path: &str) -> Request {
        Request::new(self.address, method, path)
    }

    /// The status of `_authenticate` with a name and a password.
    pub(crate) fn login(&self, username: &str, password: &str) -> u16 {
        self.request("GET", "/_security/_authenticate").basic(username, password).send().status
    }

    /// The status of `_authenticate` with a service token.
    pub(crate) fn login_with_token(&self, bearer: &str) -> u16 {
        self.request("GET", "/_security/_authenticate")
            .header("Authorization", &format!("Bearer {bearer}"))
            .send()
            .status
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child.0), signal).unwrap();
    }

    /// Stops it by SIGTERM, which must go well. Its standard output.
    #[track_caller]
    pub(crate) fn stop(mut self) -> String {
        let out = self.out.take().unwrap();
        self.end();
        out.join().unwrap()
    }

    /// Stops it by SIGTERM, which must go well.
    #[track_caller]
    pub(crate) fn end(mut self) {
        self.signal(Signal::TERM);
        let status = self.wait();
        assert_eq!(status.code(), Some(0), "{}", self.log());
    }

    /// Stops it by SIGTERM, which must go well. All that it has logged.
    #[track_caller]
    pub(crate) fn end_with_log(mut self) -> String {
        self.signal(Signal::TERM);
        let status = self.wait();
        self.log.extend(self.more.iter());
        let log = self.log.join("\n") + "\n";
        assert_eq!(status.code(), Some(0), "{log}");
        log
    }

    /// Kills it in mid-air.
    pub(crate) fn kill(mut self) {
        self.signal(Signal::KILL);
        self.wait();
    }

    /// Waits until it has ended.
    #[track_caller]
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait()
    }
}

/// Looks until `holds` is true.
#[track_caller]
pub(crate) fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < until, "it never came to this: {what}");
        std::thread::park_timeout(PAUSE);
    }
}
