//! The folders of one test, and running the executable in them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

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
        Done::from(self.command(arguments).output().unwrap())
    }

    /// The same, with `input` as its standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Done {
        let mut command = self.command(arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Whoever does not read all of it says so by how it ends.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Done::from(child.wait_with_output().unwrap())
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

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}
