//! A password entered at a terminal, which is the tool's controlling one. Only Linux has the program that gives it one.

use std::io::Write;
use std::process::{Command, Stdio};

use rustix::termios::{LocalModes, tcgetattr};

use crate::home::{Home, Running, all_of};
use crate::node::{Node, eventually};
use crate::terminal::Terminal;

const QUESTIONS: [&str; 2] = ["Enter password for [jo]: ", "Re-enter password for [jo]: "];

/// A tool that runs at a terminal of its own.
struct Tool {
    terminal: Terminal,
    running: Running,
}

impl Tool {
    fn start(home: &Home, arguments: &[&str]) -> Self {
        let (terminal, theirs) = Terminal::open();
        let tool = home.command(arguments);
        // The question goes to the controlling terminal, which only a new session can get.
        let mut command = Command::new("setsid");
        command.args(["--ctty", "--wait"]).arg(tool.get_program()).args(tool.get_args());
        command.env_clear().current_dir(home.path()).stdin(theirs);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        Self { terminal, running: Running(command.spawn().unwrap()) }
    }

    /// Enters a line once `question` is asked and what is typed is not shown.
    #[track_caller]
    fn answer(&mut self, question: &str, line: &str) {
        self.terminal.until(question);
        let keys = &mut self.terminal.keys;
        eventually("typing is hidden", || !tcgetattr(&*keys).unwrap().local_modes.contains(LocalModes::ECHO));
        keys.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    /// The exit code, and all that was shown and said.
    #[track_caller]
    fn end(mut self) -> (Option<i32>, String) {
        let said = all_of(self.running.0.stderr.take().unwrap());
        let code = self.running.wait().code();
        (code, self.terminal.all_of_it() + &said.join().unwrap())
    }
}

/// Runs the tool and gives both answers.
#[track_caller]
fn enter(home: &Home, arguments: &[&str], answers: [&str; 2]) -> (Option<i32>, String) {
    let mut tool = Tool::start(home, arguments);
    for (question, line) in QUESTIONS.into_iter().zip(answers) {
        tool.answer(question, line);
    }
    tool.end()
}

#[test]
fn a_password_is_asked_for_twice_and_not_shown() {
    let home = Home::new();
    let (code, shown) = enter(&home, &["users", "useradd", "jo"], ["s3krit-1", "s3krit-2"]);
    assert_eq!(code, Some(65), "{shown}");
    assert!(shown.ends_with("portcullis: Passwords do not match.\n"), "{shown}");
    assert!(!home.config().join("users").exists());
    let (code, shown_twice) = enter(&home, &["users", "useradd", "jo"], ["s3krit-1", "s3krit-1"]);
    assert_eq!(code, Some(0), "{shown_twice}");
    let node = Node::start(&home);
    assert_eq!(node.login("jo", "s3krit-1"), 200);
    let (code, shown_at_last) = enter(&home, &["users", "passwd", "jo"], ["s3krit-3", "s3krit-3"]);
    assert_eq!(code, Some(0), "{shown_at_last}");
    assert_eq!((node.login("jo", "s3krit-1"), node.login("jo", "s3krit-3")), (401, 200));
    assert!(!(shown + &shown_twice + &shown_at_last).contains("s3krit"));
}

#[test]
fn what_others_do_while_somebody_types_counts() {
    let home = Home::new();
    let node = Node::start(&home);
    let mut late = Tool::start(&home, &["users", "useradd", "jo", "-r", "superuser"]);
    late.answer(QUESTIONS[0], "s3krit-1");
    home.run(&["users", "useradd", "jo", "-p", "s3krit-2"]).well();
    late.answer(QUESTIONS[1], "s3krit-1");
    let (code, shown) = late.end();
    assert_eq!(code, Some(70), "{shown}");
    assert!(shown.ends_with("portcullis: User [jo] already exists\n"), "{shown}");
    assert_eq!((node.login("jo", "s3krit-1"), node.login("jo", "s3krit-2")), (401, 200));
    assert_eq!(home.run(&["users", "roles", "jo"]).well(), "jo             : -\n");

    let mut late = Tool::start(&home, &["users", "passwd", "jo"]);
    late.answer(QUESTIONS[0], "s3krit-3");
    home.run(&["users", "userdel", "jo"]).well();
    late.answer(QUESTIONS[1], "s3krit-3");
    let (code, shown) = late.end();
    assert_eq!(code, Some(67), "{shown}");
    assert!(shown.ends_with("portcullis: User [jo] doesn't exist\n"), "{shown}");
    assert_eq!(node.login("jo", "s3krit-3"), 401);
    node.end();
}
