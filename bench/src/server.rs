//! A server under test: a process on cores of its own, ended by its id.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::client::{Client, Reply};
use crate::cpu;

/// How long a server may take to start or to end.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often it is asked whether it answers.
const PAUSE: Duration = Duration::from_micros(200);

/// Which cores a server has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cores {
    /// The one of servers.
    One,
    /// That, and the one of the clients.
    Two,
}

/// A process. Dropping it ends it.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
    started: Instant,
    log: PathBuf,
}

impl Server {
    /// Starts a program that listens at `address` and writes what it says to `log`.
    pub(crate) fn start(program: &Command, cores: Cores, address: SocketAddr, log: &Path) -> Self {
        let mut command = pinned(program, cores);
        let file = File::create(log).expect("a log");
        command.stdin(Stdio::null()).stdout(file.try_clone().expect("a log")).stderr(file);
        let started = Instant::now();
        let child = command.spawn().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        Self { child, address, started, log: log.to_owned() }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Asks until it is answered with 200, and gives that answer and how long after the start it came.
    pub(crate) fn answers(&mut self, request: &[u8]) -> (Reply, Duration) {
        loop {
            let reply = Client::try_to(self.address).and_then(|mut it| it.try_send(request));
            if let Some(reply) = reply.filter(|it| it.status == 200) {
                return (reply, self.started.elapsed());
            }
            let ended = self.child.try_wait().expect("a process");
            let waits = ended.is_none() && self.started.elapsed() < PATIENCE;
            assert!(waits, "{} does not answer ({ended:?}):\n{}", self.address, self.log());
            std::thread::sleep(PAUSE);
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// What it has computed so far.
    pub(crate) fn spent(&self) -> Duration {
        cpu::spent(self.pid())
    }

    /// Its memory, in bytes.
    pub(crate) fn resident(&self) -> u64 {
        cpu::resident(self.pid())
    }

    /// Asks it to end, and waits.
    pub(crate) fn stop(mut self) {
        self.end();
    }

    /// Kills it in mid-air.
    pub(crate) fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn end(&mut self) {
        if self.child.try_wait().is_ok_and(|it| it.is_some()) {
            return;
        }
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE {
            if self.child.try_wait().is_ok_and(|it| it.is_some()) {
                return;
            }
            std::thread::sleep(PAUSE);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// The same program, on these cores.
fn pinned(program: &Command, cores: Cores) -> Command {
    let list = match cores {
        Cores::One => cpu::SERVER.to_string(),
        Cores::Two => format!("{},{}", cpu::SERVER, cpu::CLIENT),
    };
    let mut command = Command::new("taskset");
    command.args(["-c", &list]);
    under(command, program)
}

/// A program that is run by another one, in its own environment and folder.
pub(crate) fn under(mut runner: Command, program: &Command) -> Command {
    runner.arg(program.get_program()).args(program.get_args());
    for (name, value) in program.get_envs() {
        if let Some(value) = value {
            runner.env(name, value);
        }
    }
    if let Some(folder) = program.get_current_dir() {
        runner.current_dir(folder);
    }
    runner
}

/// An address where nobody listens.
pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("an address")
}
