//! One etcd for one test: on ports of its own, in a folder of its own, killed when it is dropped.

use std::fs::File;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

/// How often a port is tried that somebody else took meanwhile.
const ATTEMPTS: usize = 5;

/// A running etcd of one member.
pub(crate) struct EtcdServer {
    child: Child,
    folder: tempfile::TempDir,
    port: u16,
    scheme: &'static str,
}

/// The files of a server that speaks TLS and asks for a client certificate.
pub(crate) struct ServerTls<'a> {
    pub(crate) authority: &'a Path,
    pub(crate) certificate: &'a Path,
    pub(crate) key: &'a Path,
}

impl EtcdServer {
    /// Starts one that speaks in the clear, and waits until its port is open.
    pub(crate) fn start() -> Self {
        Self::start_with(&[], None)
    }

    /// Starts one with more arguments.
    pub(crate) fn start_with(arguments: &[&str], tls: Option<&ServerTls<'_>>) -> Self {
        for _ in 0..ATTEMPTS {
            if let Some(server) = Self::attempt(arguments, tls) {
                return server;
            }
        }
        panic!("no etcd started in {ATTEMPTS} attempts");
    }

    fn attempt(arguments: &[&str], tls: Option<&ServerTls<'_>>) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let (port, peers) = (free_port(), free_port());
        let scheme = if tls.is_some() { "https" } else { "http" };
        let client = format!("{scheme}://127.0.0.1:{port}");
        let peer = format!("http://127.0.0.1:{peers}");
        let log = File::create(folder.path().join("log")).expect("a log");
        let mut command = Command::new("etcd");
        command
            .args(["--name", "one", "--logger", "zap", "--log-level", "warn"])
            .arg("--data-dir")
            .arg(folder.path().join("data"))
            .args(["--listen-client-urls", &client, "--advertise-client-urls", &client])
            .args(["--listen-peer-urls", &peer, "--initial-advertise-peer-urls", &peer])
            .args(["--initial-cluster", &format!("one={peer}")])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        if let Some(tls) = tls {
            command.arg("--client-cert-auth").arg("--trusted-ca-file").arg(tls.authority);
            command.arg("--cert-file").arg(tls.certificate).arg("--key-file").arg(tls.key);
        }
        let child = command.spawn().expect("etcd is installed (Debian: etcd-server)");
        let mut server = Self { child, folder, port, scheme };
        server.until_open().then_some(server)
    }

    /// Where clients connect.
    pub(crate) fn url(&self) -> String {
        format!("{}://127.0.0.1:{}", self.scheme, self.port)
    }

    /// Stops it as it stands: its port stays open and nothing answers. Waits until each of its threads has stopped.
    pub(crate) fn freeze(&self) {
        self.signal(Signal::STOP);
        while !self.is_stopped() {
            std::thread::yield_now();
        }
    }

    fn is_stopped(&self) -> bool {
        let tasks = std::fs::read_dir(format!("/proc/{}/task", self.child.id())).expect("it runs");
        tasks.flatten().all(|task| {
            let status = std::fs::read_to_string(task.path().join("status")).unwrap_or_default();
            status.lines().any(|line| line.starts_with("State:\tT"))
        })
    }

    /// Lets it go on.
    pub(crate) fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    /// Ends it at once.
    pub(crate) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("it is ours");
    }

    /// False when it ended instead, or somebody else has the port.
    fn until_open(&mut self) -> bool {
        let (_never, pause) = std::sync::mpsc::channel::<()>();
        for _ in 0..3000 {
            if self.child.try_wait().expect("it is ours").is_some() {
                let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
                eprintln!("etcd ended: {log}");
                return false;
            }
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return true;
            }
            let _ = pause.recv_timeout(Duration::from_millis(10));
        }
        false
    }
}

impl Drop for EtcdServer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    listener.local_addr().expect("its address").port()
}
