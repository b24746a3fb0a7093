//! The folders of one test, and running the executable in them.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;

use tempfile::TempDir;

use crate::node::eventually;

/// A working directory with `config/` in it. The folder goes when this is dropped.
pub(crate) struct Home {
    folder: TempDir,
}

impl Home {
    /// A home without settings of its own: any free port, hashes as cheap as they may be.
    pub(crate) fn new() -> Self {
        Self::with("xpack.security.authc.password_hashing.algorithm: bcrypt4\n")
    }

    /// A home whose settings file is a free port and `settings`.
    pub(crate) fn with(settings: &str) -> Self {
        let home = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(home.config()).unwrap();
        home.write("portcullis.yml", &format!("http.port: 0\n{settings}"));
        home
    }

    /// The working directory.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The configuration folder.
    pub(crate) fn config(&self) -> PathBuf {
        self.path().join("config")
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// Writes a file of the configuration folder the way an editor does: nobody reads half of it.
    pub(crate) fn write(&self, name: &str, content: &str) {
        let new = self.path().join("new");
        std::fs::write(&new, content).unwrap();
        std::fs::rename(new, self.config().join(name)).unwrap();
    }

    /// The executable with `arguments`, in an environment that knows nothing of the test's own.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portcullis"));
        command.args(arguments).current_dir(self.path()).env_clear().stdin(Stdio::null());
        command
    }

    /// Runs the executable until it ends by itself.
    pub(crate) fn run(&self, arguments: &[&str]) -> Done {
        Done::of(self.command(arguments))
    }

    /// The same, with `input` as its standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Done {
        let mut command = self.command(arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Whoever does not read all of it says so by how it ends.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Done::after(Running(child))
    }
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Done {
    /// The exit code; `None` after a signal.
    pub(crate) code: Option<i32>,
    /// The standard output.
    pub(crate) out: String,
    /// The standard error output.
    pub(crate) err: String,
}

impl Done {
    /// Runs `command` until it ends by itself.
    #[track_caller]
    pub(crate) fn of(mut command: Command) -> Self {
        Self::after(Running(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()))
    }

    #[track_caller]
    fn after(mut running: Running) -> Self {
        let (out, err) = (running.0.stdout.take().map(all_of), running.0.stderr.take().map(all_of));
        let code = running.wait().code();
        let text = |of: Option<JoinHandle<String>>| of.map_or_else(String::new, |it| it.join().unwrap());
        Self { code, out: text(out), err: text(err) }
    }

    /// The standard output of a run that went well.
    #[track_caller]
    pub(crate) fn well(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    /// What a run that failed with `code` says.
    #[track_caller]
    pub(crate) fn failed(self, code: i32) -> String {
        assert_eq!((self.code, self.out.as_str()), (Some(code), ""), "{self:?}");
        self.err
    }
}

/// A child that does not outlive the test, whatever becomes of it.
pub(crate) struct Running(pub(crate) Child);

impl Running {
    /// Waits until it has ended by itself.
    #[track_caller]
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let mut status = None;
        eventually("the process ends", || {
            status = self.0.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// All that comes out of a child, read while it runs.
pub(crate) fn all_of(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut text = String::new();
        from.read_to_string(&mut text).unwrap();
        text
    })
}
