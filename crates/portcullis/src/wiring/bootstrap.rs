//! The first password of `elastic`: from the environment, or generated and shown once on a terminal. It counts only
//! while `elastic` has no stored password.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

use portcullis_model::credential::PASSWORD_MIN;
use portcullis_model::reserved_user::ELASTIC;
use portcullis_secrets::{Secret, random};
use portcullis_security::settings::Switch;
use portcullis_security::{Failure, FirstSet, Security};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::error::StartError;

/// The variable that holds the password.
const GIVEN: &str = "ELASTIC_PASSWORD";
/// The variable that names a file that holds it.
const FILE: &str = "ELASTIC_PASSWORD_FILE";
/// Characters of a generated password.
const GENERATED_LENGTH: usize = 20;
/// How long a start waits for the log, which somebody at a terminal waits too.
const FOREGROUND: Duration = Duration::from_secs(10);
/// How often is looked whether the node may rely on what it knows.
const PAUSE: Duration = Duration::from_millis(50);
/// A longer password file is not a password file.
const MAX_FILE_BYTES: u64 = 4096;

/// Where the first password of `elastic` may come from.
pub enum FirstPassword {
    /// `ELASTIC_PASSWORD`.
    Given(Secret),
    /// `ELASTIC_PASSWORD_FILE`.
    File(PathBuf),
    /// Neither is set and somebody sees the terminal: generate one and show it.
    Show,
    /// Neither is set and nobody looks: none, until `portcullis reset-password elastic`.
    None,
}

impl FirstPassword {
    /// What the environment and the terminal of this process say.
    ///
    /// # Errors
    /// When both variables are set, or the first is not UTF-8.
    pub fn of_process() -> Result<Self, StartError> {
        let file = std::env::var_os(FILE).filter(|it| !it.is_empty());
        match (std::env::var_os(GIVEN).filter(|it| !it.is_empty()), file) {
            (Some(_), Some(_)) => Err(StartError::Bootstrap(
                "set ELASTIC_PASSWORD or ELASTIC_PASSWORD_FILE, not both".to_owned(),
            )),
            (Some(password), None) => match password.into_string() {
                Ok(password) => Ok(Self::Given(Secret::from_string(password))),
                Err(_) => Err(StartError::Bootstrap(format!("{GIVEN} is not UTF-8"))),
            },
            (None, Some(path)) => Ok(Self::File(path.into())),
            (None, None) if io::stdout().is_terminal() => Ok(Self::Show),
            (None, None) => Ok(Self::None),
        }
    }
}

/// What became of it.
pub(crate) enum Bootstrapped {
    /// `elastic` has had a password before; whatever was given changed nothing.
    Stored,
    /// The given password is stored now.
    Taken,
    /// A generated password is stored now and is to be shown, once.
    Generated(Secret),
    /// `elastic` cannot log in yet.
    Nothing,
    /// The log does not answer, so nobody knows. It is set once it does, if it still has to be.
    Waiting,
}

/// What is to be set, and where.
pub(crate) struct First {
    pub(crate) security: Security,
    pub(crate) first: FirstPassword,
}

/// Sets the first password of `elastic` if it has none. A node that shares its log waits until it may rely on what it
/// knows, at first here, so that somebody at a terminal is shown the password, then in a task.
///
/// # Errors
/// When the given password cannot be used, or an embedded store does not take it.
pub(crate) async fn run(
    first: First,
    stopping: &watch::Receiver<bool>,
    tasks: &mut JoinSet<()>,
) -> Result<Bootstrapped, StartError> {
    let First { security, first } = first;
    let candidate = candidate(first)?;
    if security.cluster().is_none() {
        return set(&security, &candidate).await.map_err(StartError::from);
    }
    if let Ok(done) = tokio::time::timeout(FOREGROUND, set_when_trusted(&security, &candidate)).await {
        return Ok(done);
    }
    // Shown to nobody, it would be stored and lost.
    let candidate = if candidate.shown.is_on() { Candidate::none() } else { candidate };
    let mut stopping = stopping.clone();
    tasks.spawn(async move {
        tokio::select! {
            _ = async { stopping.wait_for(|stop| *stop).await.is_ok() } => {}
            _ = set_when_trusted(&security, &candidate) => {}
        }
    });
    Ok(Bootstrapped::Waiting)
}

/// A password that may become the first.
struct Candidate {
    password: Option<Secret>,
    /// The variable that it came by.
    variable: Option<&'static str>,
    /// Whether it is to be shown.
    shown: Switch,
}

impl Candidate {
    fn none() -> Self {
        Self { password: None, variable: None, shown: Switch::Off }
    }
}

fn candidate(first: FirstPassword) -> Result<Candidate, StartError> {
    let given = |password, variable| Candidate {
        password: Some(password),
        variable: Some(variable),
        shown: Switch::Off,
    };
    Ok(match first {
        FirstPassword::Given(password) => given(check(password, GIVEN)?, GIVEN),
        FirstPassword::File(path) => given(read(&path)?, FILE),
        FirstPassword::Show => Candidate {
            password: Some(random::password(GENERATED_LENGTH)),
            variable: None,
            shown: Switch::On,
        },
        FirstPassword::None => Candidate::none(),
    })
}

async fn set_when_trusted(security: &Security, candidate: &Candidate) -> Bootstrapped {
    loop {
        if security.is_trusted() {
            match set(security, candidate).await {
                Ok(done) => return done,
                Err(error) => tracing::debug!(%error, "the first password of elastic is not set yet"),
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn set(security: &Security, candidate: &Candidate) -> Result<Bootstrapped, Failure> {
    if security.has_password(ELASTIC)? {
        return Ok(stored(candidate));
    }
    let Some(password) = &candidate.password else {
        tracing::warn!("elastic has no password yet; set one with: portcullis reset-password elastic");
        return Ok(Bootstrapped::Nothing);
    };
    Ok(match security.set_first_password(ELASTIC, password.clone()).await? {
        FirstSet::Stored => stored(candidate),
        FirstSet::Taken if candidate.shown.is_on() => Bootstrapped::Generated(password.clone()),
        FirstSet::Taken => Bootstrapped::Taken,
    })
}

fn stored(candidate: &Candidate) -> Bootstrapped {
    if let Some(set) = candidate.variable {
        tracing::warn!(
            "{set} is set and changes nothing: elastic has a stored password (change it with: portcullis \
             reset-password elastic)"
        );
    }
    Bootstrapped::Stored
}

fn read(path: &PathBuf) -> Result<Secret, StartError> {
    let failed = |what: &str| StartError::Bootstrap(format!("{FILE} [{}] {what}", path.display()));
    let length = std::fs::metadata(path).map_err(|error| failed(&format!("cannot be read: {error}")))?.len();
    if length > MAX_FILE_BYTES {
        return Err(failed("is too long to be a password"));
    }
    let mut bytes = std::fs::read(path).map_err(|error| failed(&format!("cannot be read: {error}")))?;
    while bytes.last().is_some_and(|it| *it == b'\n' || *it == b'\r') {
        bytes.pop();
    }
    check(Secret::from_bytes(bytes), FILE)
}

fn check(password: Secret, source: &str) -> Result<Secret, StartError> {
    if password.expose_str().is_none() {
        return Err(StartError::Bootstrap(format!("{source} is not UTF-8")));
    }
    if password.characters() < PASSWORD_MIN {
        return Err(StartError::Bootstrap(format!("{source} must have at least {PASSWORD_MIN} characters")));
    }
    Ok(password)
}

/// Shows what somebody at a terminal needs to begin.
pub(crate) fn greet(address: &str, outcome: &Bootstrapped) -> io::Result<()> {
    if !io::stdout().is_terminal() {
        return Ok(());
    }
    let mut out = io::stdout().lock();
    writeln!(out, "\nPortcullis listens on {address}\n")?;
    match outcome {
        Bootstrapped::Generated(password) => {
            let password = password.expose_str().unwrap_or_default();
            writeln!(out, "  user      elastic")?;
            writeln!(
                out,
                "  password  {password}   (shown this once; change it with: portcullis reset-password elastic)\n"
            )?;
            writeln!(
                out,
                "Try it:\n\n  curl -u 'elastic:{password}' '{address}/_security/_authenticate?pretty'\n"
            )
        }
        Bootstrapped::Stored | Bootstrapped::Taken => {
            writeln!(out, "Try it:\n\n  curl -u elastic '{address}/_security/_authenticate?pretty'\n")
        }
        Bootstrapped::Waiting => {
            writeln!(out, "etcd does not answer: users of the files can log in, elastic cannot yet\n")
        }
        Bootstrapped::Nothing => {
            writeln!(out, "elastic has no password yet: portcullis reset-password elastic\n")
        }
    }
}
