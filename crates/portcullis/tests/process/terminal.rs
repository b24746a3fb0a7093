//! What somebody at a terminal sees: the standard output is one end of a pseudo-terminal.

use std::fs::File;
use std::io::Read;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::sync::mpsc::{Receiver, channel};

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::home::{Home, Running};
use crate::node::{Node, PATIENCE};

/// What comes out of a terminal and goes into it.
pub(crate) struct Terminal {
    /// What is typed goes in here.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "nobody enters anything there"))]
    pub(crate) keys: File,
    pieces: Receiver<String>,
    shown: String,
}

impl Terminal {
    /// A terminal, and the end for a child.
    pub(crate) fn open() -> (Self, Stdio) {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let name = ptsname(&ours, Vec::new()).unwrap();
        let theirs: OwnedFd = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        let (piece, pieces) = channel();
        let mut ours = File::from(ours);
        let keys = ours.try_clone().unwrap();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // Once the child's end is closed, reading fails.
            while let Ok(length) = ours.read(&mut buffer) {
                let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
                if length == 0 || piece.send(text).is_err() {
                    return;
                }
            }
        });
        (Self { keys, pieces, shown: String::new() }, theirs.into())
    }

    /// All that is shown until `last` is.
    #[track_caller]
    pub(crate) fn until(&mut self, last: &str) -> &str {
        while !self.shown.contains(last) {
            match self.pieces.recv_timeout(PATIENCE) {
                Ok(piece) => self.shown.push_str(&piece),
                Err(_) => panic!("[{last}] is not shown: {}", self.shown),
            }
        }
        &self.shown
    }

    /// All that is shown until no child has the terminal any more.
    pub(crate) fn all_of_it(self) -> String {
        self.shown + &self.pieces.iter().collect::<String>()
    }
}

/// Starts a node whose output is shown; what was shown once it was ready.
fn start(home: &Home, arguments: &[&str]) -> (Node, String) {
    let (mut terminal, theirs) = Terminal::open();
    let mut command = home.command(arguments);
    command.stdout(theirs);
    let node = Node::spawn_shown(command);
    let shown = terminal.until("/_security/_authenticate?pretty'").to_owned();
    (node, shown)
}

fn password_in(shown: &str) -> Option<&str> {
    let (_, rest) = shown.split_once("password  ")?;
    rest.split_once(' ').map(|(password, _)| password)
}

#[test]
fn a_generated_password_is_shown_once_and_not_logged() {
    let home = Home::new();
    let (mut node, shown) = start(&home, &[]);
    let url = format!("http://{}", node.address());
    let password = password_in(&shown).unwrap_or_else(|| panic!("no password: {shown}"));
    assert_eq!(password.len(), 20, "{shown}");
    assert!(shown.contains(&format!("Portcullis listens on {url}")), "{shown}");
    assert!(shown.contains(&format!("curl -u 'elastic:{password}' '{url}/_security/_authenticate?pretty'")));
    assert_eq!(node.login("elastic", password), 200);
    assert!(!node.log().contains(password), "{}", node.log());
    node.end();

    let (node, shown_again) = start(&home, &[]);
    assert_eq!(password_in(&shown_again), None, "{shown_again}");
    assert!(!shown_again.contains(password), "{shown_again}");
    assert_eq!(node.login("elastic", password), 200);
    node.end();
}

#[test]
fn a_start_that_fails_keeps_no_password_that_nobody_has_seen() {
    let home = Home::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = format!("http.port={}", taken.local_addr().unwrap().port());
    let (terminal, theirs) = Terminal::open();
    let mut command = home.command(&["-E", &port]);
    let mut failed = Running(command.stdout(theirs).stderr(Stdio::null()).spawn().unwrap());
    drop(command);
    assert_eq!(failed.wait().code(), Some(1));
    assert_eq!(terminal.all_of_it(), "");

    let (node, shown) = start(&home, &[]);
    let password = password_in(&shown).unwrap_or_else(|| panic!("no password: {shown}"));
    assert_eq!(node.login("elastic", password), 200);
}
