//! A node of the real executable for one script: fresh folders, a free port, a password, no terminal.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::process::{output, run};
use crate::tree;

/// How long a node may take to be ready, and to end once it was asked to.
const LONGEST_START: Duration = Duration::from_secs(30);
const LONGEST_STOP: Duration = Duration::from_secs(20);

/// Pause between two looks at something that another process does.
const PAUSE: Duration = Duration::from_millis(20);

/// How much of a log is shown when something went wrong.
const LINES_SHOWN: usize = 60;

/// A running node.
pub(crate) struct Node {
    folder: PathBuf,
    port: u16,
    password: String,
    executable: PathBuf,
    child: Child,
}

impl Node {
    /// Starts a node and waits until it is ready.
    pub(crate) fn start(name: &str, settings: &[(&str, &str)]) -> Result<Self, String> {
        let folder = tree::target().join("clients/run").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        let config = folder.join("config");
        fs::create_dir_all(&config).map_err(|error| format!("{}: {error}", config.display()))?;
        let port = free_port()?;
        let mut yaml = format!(
            "cluster.name: client-tests\nnode.name: {name}-node\nhttp.port: {port}\npath.data: {}\n",
            folder.join("data").display()
        );
        for (setting, value) in settings {
            yaml.push_str(&format!("{setting}: {value}\n"));
        }
        fs::write(config.join("portcullis.yml"), yaml).map_err(|error| format!("portcullis.yml: {error}"))?;
        let password = random_password()?;
        let log = File::create(folder.join("log")).map_err(|error| format!("the log: {error}"))?;
        let copy = log.try_clone().map_err(|error| format!("the log: {error}"))?;
        let executable = tree::target().join("debug/portcullis");
        let child = Command::new(&executable)
            .arg("serve")
            .env("PORTCULLIS_PATH_CONF", &config)
            .env("ELASTIC_PASSWORD", &password)
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(copy)
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", executable.display()))?;
        let mut node = Self { folder, port, password, executable, child };
        match node.until_ready() {
            Ok(()) => Ok(node),
            Err(reason) => Err(format!("{}\n{reason}", node.end_of_log())),
        }
    }

    /// What a script is told about its node.
    pub(crate) fn environment(&self) -> [(&'static str, String); 7] {
        let path = |name: &str| self.folder.join(name).display().to_string();
        [
            ("PORTCULLIS_URL", format!("http://127.0.0.1:{}", self.port)),
            ("PORTCULLIS_PASSWORD", self.password.clone()),
            ("PORTCULLIS_BIN", self.executable.display().to_string()),
            ("PORTCULLIS_PATH_CONF", path("config")),
            ("PORTCULLIS_SECRETS", path("secrets")),
            ("PORTCULLIS_SCRATCH", self.folder.display().to_string()),
            ("NO_PROXY", "127.0.0.1".to_owned()),
        ]
    }

    /// Asks the node to end (SIGTERM) and waits until it has; it must end with 0.
    pub(crate) fn stop(&mut self) -> Result<(), String> {
        run(Command::new("kill").args(["-TERM", &self.child.id().to_string()]))?;
        match wait(&mut self.child, LONGEST_STOP)? {
            Some(status) if status.success() => Ok(()),
            Some(status) => Err(format!("the node ended with {status} after SIGTERM")),
            None => Err(format!("the node still ran {} s after SIGTERM", LONGEST_STOP.as_secs())),
        }
    }

    /// An error if the log has the password or one of the secrets that the script wrote down.
    pub(crate) fn leaks(&self) -> Result<(), String> {
        let log = self.text("log");
        match self.secrets().iter().position(|secret| log.contains(secret.as_str())) {
            Some(index) => Err(format!("secret {index} of the run stands in the node's log")),
            None => Ok(()),
        }
    }

    /// Where the script writes, for its two outputs.
    pub(crate) fn output(&self) -> Result<(File, File), String> {
        let file =
            File::create(self.folder.join("output")).map_err(|error| format!("the output: {error}"))?;
        let copy = file.try_clone().map_err(|error| format!("the output: {error}"))?;
        Ok((file, copy))
    }

    /// What the script has written, with every secret of the run taken out.
    pub(crate) fn said(&self) -> String {
        self.without_secrets(self.text("output"))
    }

    /// The last lines of the log, with every secret of the run taken out.
    pub(crate) fn end_of_log(&self) -> String {
        let log = self.without_secrets(self.text("log"));
        let lines: Vec<&str> = log.lines().collect();
        let shown = lines.iter().skip(lines.len().saturating_sub(LINES_SHOWN));
        let mut text = String::from("the end of the node's log:\n");
        for line in shown {
            text.push_str(&format!("  {line}\n"));
        }
        text
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

    fn text(&self, name: &str) -> String {
        let bytes = fs::read(self.folder.join(name)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn without_secrets(&self, text: String) -> String {
        self.secrets().iter().fold(text, |text, secret| text.replace(secret, "[secret]"))
    }

    /// The password, and what the script wrote down, one a line.
    fn secrets(&self) -> Vec<String> {
        let written = fs::read_to_string(self.folder.join("secrets")).unwrap_or_default();
        let lines = written.lines().filter(|line| !line.is_empty()).map(str::to_owned);
        std::iter::once(self.password.clone()).chain(lines).collect()
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

/// The status of `child`, or nothing if it still runs after `limit`.
pub(crate) fn wait(child: &mut Child, limit: Duration) -> Result<Option<ExitStatus>, String> {
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

fn random_password() -> Result<String, String> {
    let hex = output(Command::new("od").args(["-An", "-N16", "-tx1", "/dev/urandom"]))?;
    Ok(hex.split_whitespace().collect())
}
