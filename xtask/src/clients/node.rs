//! A node of the real executable for one script: fresh folders, a free port, a password, no terminal.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::Service;
use super::place::Place;
use crate::process::run;
use crate::tree;

/// How long a node may take to be ready, and to end once it was asked to.
const LONGEST_START: Duration = Duration::from_secs(30);
const LONGEST_STOP: Duration = Duration::from_secs(20);

/// Pause between two looks at something that another process does.
const PAUSE: Duration = Duration::from_millis(20);

/// A running node.
pub(super) struct Node {
    place: Place,
    port: u16,
    child: Child,
}

impl Node {
    /// Starts a node and waits until it is ready.
    pub(super) fn start(name: &str, settings: &[(&str, &str)]) -> Result<Self, String> {
        let place = Place::fresh(name)?;
        let config = place.folder.join("config");
        fs::create_dir_all(&config).map_err(|error| format!("{}: {error}", config.display()))?;
        let port = free_port()?;
        let mut yaml = format!(
            "cluster.name: client-tests\nnode.name: {name}-node\nhttp.port: {port}\npath.data: {}\n",
            place.path("data")
        );
        for (setting, value) in settings {
            yaml.push_str(&format!("{setting}: {value}\n"));
        }
        fs::write(config.join("portcullis.yml"), yaml).map_err(|error| format!("portcullis.yml: {error}"))?;
        let (stdout, stderr) = place.outputs("log")?;
        let child = Command::new(executable())
            .arg("serve")
            .env("PORTCULLIS_PATH_CONF", &config)
            .env("ELASTIC_PASSWORD", &place.password)
            .current_dir(&place.folder)
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(stderr)
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", executable().display()))?;
        let mut node = Self { place, port, child };
        match node.until_ready() {
            Ok(()) => Ok(node),
            Err(reason) => Err(format!("{}\n{reason}", node.place.ends(node.logs()))),
        }
    }

    fn until_ready(&mut self) -> Result<(), String> {
        let start = Instant::now();
        while start.elapsed() < LONGEST_START {
            if self.ready() {
                return Ok(());
            }
            if let Some(status) = wait(&mut self.child, PAUSE)? {
                return Err(format!("the node ended with {status} before it was ready"));
            }
        }
        Err(format!("the node was not ready after {} s", LONGEST_START.as_secs()))
    }

    fn ready(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)) else { return false };
        let request = b"GET /-/ready HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        let mut answer = Vec::new();
        stream.set_read_timeout(Some(LONGEST_START)).is_ok()
            && stream.write_all(request).is_ok()
            && stream.read_to_end(&mut answer).is_ok()
            && answer.starts_with(b"HTTP/1.1 200")
    }
}

impl Service for Node {
    fn place(&self) -> &Place {
        &self.place
    }

    fn logs(&self) -> &'static [&'static str] {
        &["log"]
    }

    fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("PORTCULLIS_URL", format!("http://127.0.0.1:{}", self.port)),
            ("PORTCULLIS_BIN", executable().display().to_string()),
            ("PORTCULLIS_PATH_CONF", self.place.path("config")),
        ]
    }

    fn stop(&mut self) -> Result<(), String> {
        terminate(&mut self.child, LONGEST_STOP)
    }
}

impl Drop for Node {
    /// A node never outlives its test. One that has ended already is left alone by `kill`.
    fn drop(&mut self) {
        if self.child.kill().is_ok() {
            let _status = self.child.wait();
        }
    }
}

/// The executable that was built.
pub(super) fn executable() -> PathBuf {
    tree::target().join("debug/portcullis")
}

/// Asks a process to end (SIGTERM) and waits until it has; it must end with 0.
pub(super) fn terminate(child: &mut Child, limit: Duration) -> Result<(), String> {
    run(Command::new("kill").args(["-TERM", &child.id().to_string()]))?;
    match wait(child, limit)? {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(format!("the service ended with {status} after SIGTERM")),
        None => Err(format!("the service still ran {} s after SIGTERM", limit.as_secs())),
    }
}

/// The status of `child`, or nothing if it still runs after `limit`.
pub(super) fn wait(child: &mut Child, limit: Duration) -> Result<Option<ExitStatus>, String> {
    let start = Instant::now();
    loop {
        match child.try_wait().map_err(|error| format!("waiting: {error}"))? {
            Some(status) => return Ok(Some(status)),
            None if start.elapsed() >= limit => return Ok(None),
            None => std::thread::sleep(PAUSE),
        }
    }
}

fn free_port() -> Result<u16, String> {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| format!("a free port: {error}"))?;
    listener.local_addr().map(|address| address.port()).map_err(|error| format!("a free port: {error}"))
}
