//! A password entered at a terminal, which is the tool's controlling one. Only Linux has the program that gives it one.

use std::io::Write;
use std::process::{Command, Stdio};

use rustix::termios::{LocalModes, tcgetattr};

use crate::home::{Home, Running, all_of};
use crate::node::{Node, eventually};
use crate::terminal::Terminal;

/// Enters a line once `question` is asked and what is typed is not shown.
#[track_caller]
fn answer(terminal: &mut Terminal, question: &str, line: &str) {
    terminal.until(question);
    eventually("typing is hidden", || {
        !tcgetattr(&terminal.keys).unwrap().local_modes.contains(LocalModes::ECHO)
    });
    terminal.keys.write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// Runs the executable at a terminal that is its own. Its exit code and all that was shown.
#[track_caller]
fn enter(home: &Home, arguments: &[&str], answers: &[(&str, &str)]) -> (Option<i32>, String) {
    let (mut terminal, theirs) = Terminal::open();
    let tool = home.command(arguments);
    // The question goes to the controlling terminal, which only a new session can get.
    let mut command = Command::new("setsid");
    command.args(["--ctty", "--wait"]).arg(tool.get_program()).args(tool.get_args());
    command.env_clear().current_dir(home.path()).stdin(theirs);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut running = Running(command.spawn().unwrap());
    drop(command);
    for (question, line) in answers {
        answer(&mut terminal, question, line);
    }
    let said = all_of(running.0.stderr.take().unwrap());
    let code = running.wait().code();
    (code, terminal.to_the_end() + &said.join().unwrap())
}

#[test]
fn a_password_is_asked_for_twice_and_not_shown() {
    let home = Home::new();
    let answers =
        |first, second| [("Enter password for [jo]: ", first), ("Re-enter password for [jo]: ", second)];
    let (code, shown) = enter(&home, &["users", "useradd", "jo"], &answers("s3krit-1", "s3krit-2"));
    assert_eq!(code, Some(65), "{shown}");
    assert!(shown.ends_with("portcullis: Passwords do not match.\n"), "{shown}");
    assert!(!home.config().join("users").exists());
    let (code, shown_twice) = enter(&home, &["users", "useradd", "jo"], &answers("s3krit-1", "s3krit-1"));
    assert_eq!(code, Some(0), "{shown_twice}");
    let node = Node::start(&home);
    assert_eq!(node.login("jo", "s3krit-1"), 200);
    let (code, shown_at_last) = enter(&home, &["users", "passwd", "jo"], &answers("s3krit-3", "s3krit-3"));
    assert_eq!(code, Some(0), "{shown_at_last}");
    assert_eq!((node.login("jo", "s3krit-1"), node.login("jo", "s3krit-3")), (401, 200));
    assert!(!(shown + &shown_twice + &shown_at_last).contains("s3krit"));
}
