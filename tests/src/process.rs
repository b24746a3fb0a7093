//! The process of a server that a test starts: it runs, or it is paused, or it is over.
//!
//! Never here: which program it is and what it is told.

use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

/// How the process is.
pub(crate) enum Process {
    Runs(Running),
    Paused(Running),
    Killed,
}

/// A process that is not over. Dropping it kills it.
pub(crate) struct Running(Child);

impl Process {
    /// One that was just started.
    pub(crate) fn of(child: Child) -> Self {
        Self::Runs(Running(child))
    }

    /// Stops its threads, unless it is over.
    pub(crate) fn pause(&mut self) {
        *self = match std::mem::replace(self, Self::Killed) {
            Self::Runs(running) => {
                running.stop();
                Self::Paused(running)
            }
            other => other,
        };
    }

    /// Lets its threads run again.
    pub(crate) fn resume(&mut self) {
        *self = match std::mem::replace(self, Self::Killed) {
            Self::Paused(running) => {
                running.go_on();
                Self::Runs(running)
            }
            other => other,
        };
    }

    /// Its id, unless it is over.
    pub(crate) fn id(&self) -> Option<u32> {
        match self {
            Self::Runs(running) | Self::Paused(running) => Some(running.0.id()),
            Self::Killed => None,
        }
    }

    /// Asks it to end, unless it is over or paused.
    pub(crate) fn terminate(&self) {
        if let Self::Runs(running) = self {
            kill_process(Pid::from_child(&running.0), Signal::TERM).unwrap();
        }
    }

    /// Waits until it has ended by itself. `None` if it was over before, or is paused.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        match self {
            Self::Runs(running) => Some(running.0.wait().unwrap()),
            Self::Paused(_) | Self::Killed => None,
        }
    }
}

impl Running {
    /// When this returns, none of its threads runs.
    fn stop(&self) {
        let pid = Pid::from_child(&self.0);
        kill_process(pid, Signal::STOP).unwrap();
        let (_, status) = waitpid(Some(pid), WaitOptions::UNTRACED).unwrap().unwrap();
        assert!(status.stopped(), "the server ended: {status:?}");
    }

    fn go_on(&self) {
        kill_process(Pid::from_child(&self.0), Signal::CONT).unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // An error says that it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a program to its end.
///
/// # Panics
/// If it does not end well, with what it said.
pub(crate) fn finish(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output();
    let output = output.unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
