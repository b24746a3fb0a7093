//! The first password of `elastic`: from the environment, or generated and shown once on a terminal. It counts only
//! while `elastic` has no stored password.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use portcullis_model::credential::PASSWORD_MIN;
use portcullis_model::reserved_user::ELASTIC;
use portcullis_secrets::{Secret, random};
use portcullis_security::Security;

use crate::error::StartError;

/// The variable that holds the password.
const GIVEN: &str = "ELASTIC_PASSWORD";
/// The variable that names a file that holds it.
const FILE: &str = "ELASTIC_PASSWORD_FILE";
/// Characters of a generated password.
const GENERATED_LENGTH: usize = 20;
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
}

/// Sets the first password of `elastic` if it has none.
///
/// # Errors
/// When the given password cannot be used, or the store does not take it.
pub(crate) async fn run(security: &Security, first: FirstPassword) -> Result<Bootstrapped, StartError> {
    if security.has_password(ELASTIC)? {
        let set = match first {
            FirstPassword::Given(_) => Some(GIVEN),
            FirstPassword::File(_) => Some(FILE),
            FirstPassword::Show | FirstPassword::None => None,
        };
        if let Some(set) = set {
            tracing::warn!(
                "{set} is set and changes nothing: elastic has a stored password (change it with: portcullis \
                 reset-password elastic)"
            );
        }
        return Ok(Bootstrapped::Stored);
    }
    let (password, outcome) = match first {
        FirstPassword::Given(password) => (check(password, GIVEN)?, Bootstrapped::Taken),
        FirstPassword::File(path) => (read(&path)?, Bootstrapped::Taken),
        FirstPassword::Show => {
            let password = random::password(GENERATED_LENGTH);
            (password.clone(), Bootstrapped::Generated(password))
        }
        FirstPassword::None => {
            tracing::warn!("elastic has no password yet; set one with: portcullis reset-password elastic");
            return Ok(Bootstrapped::Nothing);
        }
    };
    security.set_password(ELASTIC, password).await?;
    Ok(outcome)
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
        Bootstrapped::Nothing => {
            writeln!(out, "elastic has no password yet: portcullis reset-password elastic\n")
        }
    }
}
