//! Where settings come from: the file, the environment, the command line, and what the machine says of itself. The
//! one place of the configuration that looks at the process.
//!
//! Never here: what the settings mean.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use super::error::{ConfigError, Origin, Problem};
use super::yaml;

#[cfg(test)]
mod tests;

/// The file of settings in the configuration folder.
pub const SETTINGS_FILE: &str = "portcullis.yml";

/// The variable that names the configuration folder if `--config` does not.
pub const PATH_CONF_VARIABLE: &str = "PORTCULLIS_PATH_CONF";

/// The configuration folder if nothing names one, under the working directory.
const DEFAULT_PATH_CONF: &str = "config";

/// A settings file that is larger is refused: it is not one.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// Everything that settings are made of. Tests make their own. It has no `Debug`: secrets are among it.
#[derive(Clone)]
pub struct Sources {
    /// The configuration folder.
    pub path_conf: PathBuf,
    /// The whole environment, for settings and for `${…}`.
    pub environment: Vec<(String, String)>,
    /// What was given with `-E`, each `name=value`.
    pub overrides: Vec<String>,
    /// Where relative paths start.
    pub working_dir: PathBuf,
    /// The machine.
    pub machine: Machine,
}

/// What some defaults depend on.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The host's name.
    pub host_name: String,
    /// Cores that this process may use; at least 1.
    pub cores: usize,
}

impl Sources {
    /// The sources of this process. `config` and `overrides` are its command line's `--config` and `-E`.
    ///
    /// Variables that are not UTF-8 are left out.
    ///
    /// # Errors
    /// The working directory cannot be told.
    pub fn of_process(config: Option<PathBuf>, overrides: Vec<String>) -> io::Result<Self> {
        let environment: Vec<(String, String)> = env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let named = environment.iter().find(|(name, value)| name == PATH_CONF_VARIABLE && !value.is_empty());
        let path_conf = config.or_else(|| named.map(|(_, value)| PathBuf::from(value)));
        Ok(Self {
            path_conf: path_conf.unwrap_or_else(|| PathBuf::from(DEFAULT_PATH_CONF)),
            environment,
            overrides,
            working_dir: env::current_dir()?,
            machine: Machine {
                host_name: rustix::system::uname().nodename().to_string_lossy().into_owned(),
                cores: std::thread::available_parallelism().map_or(1, usize::from),
            },
        })
    }

    /// The configuration folder, absolute. Without `.`: the path stands in messages.
    pub(super) fn conf(&self) -> PathBuf {
        self.working_dir.join(&self.path_conf).components().collect()
    }

    /// A sentence for the operator if a folder was named that is not there. The one of the default need not be.
    pub(super) fn missing_folder(&self) -> Option<String> {
        let missing = self.path_conf != Path::new(DEFAULT_PATH_CONF)
            && matches!(self.working_dir.join(&self.path_conf).try_exists(), Ok(false));
        missing.then(|| {
            let place = self.path_conf.display();
            format!("there is no configuration folder [{place}]; is its name right?")
        })
    }

    /// The file's settings; none if there is no file.
    pub(super) fn file_entries(&self) -> Result<Vec<yaml::Entry>, ConfigError> {
        let path = self.path_conf.join(SETTINGS_FILE);
        match read(&self.working_dir.join(&path)) {
            Ok(Some(text)) => yaml::parse(&path, &text),
            Ok(None) => Ok(Vec::new()),
            Err(error) => {
                let origin = Origin::File { path, line: 0 };
                Err(Problem::at(&origin, format!("the file cannot be read: {error}")).into())
            }
        }
    }

    /// The settings of the environment: variables called as a setting (`http.port`), or, where a shell does not
    /// take dots, `ES_SETTING_` and the name in capitals, `_` for a dot and `__` for an underscore. Empty ones do
    /// not count, as in Elasticsearch's container.
    pub(super) fn environment_entries(&self) -> impl Iterator<Item = yaml::Entry> {
        self.environment.iter().filter(|(_, value)| !value.is_empty()).filter_map(|(variable, value)| {
            Some(yaml::Entry {
                name: setting_name(variable)?,
                value: yaml::Written::One(value.clone()),
                origin: Origin::Environment(variable.clone()),
            })
        })
    }

    /// The settings of the command line, each as often as it was given.
    pub(super) fn command_line_entries(&self) -> Result<Vec<yaml::Entry>, ConfigError> {
        let mut entries: Vec<yaml::Entry> = Vec::new();
        let mut problems = Vec::new();
        for given in &self.overrides {
            let mut refuse = |reason: String| problems.push(Problem::at(&Origin::CommandLine, reason));
            match given.split_once('=') {
                None | Some(("", _)) => refuse("-E takes name=value".to_owned()),
                Some((name, "")) => refuse(format!("setting [{name}] must not be empty")),
                Some((name, _)) if entries.iter().any(|entry| entry.name == name) => {
                    refuse(format!("setting [{name}] is given twice"));
                }
                Some((name, value)) => entries.push(yaml::Entry {
                    name: name.to_owned(),
                    value: yaml::Written::One(value.to_owned()),
                    origin: Origin::CommandLine,
                }),
            }
        }
        ConfigError::check(problems)?;
        Ok(entries)
    }

    /// The value of a variable, for `${…}`.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.environment.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The text of a file; `None` if there is none.
fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
        Ok(found) if found.len() > MAX_FILE_BYTES => {
            return Err(io::Error::other(format!("it is larger than {MAX_FILE_BYTES} bytes")));
        }
        Ok(_) => {}
    }
    fs::read_to_string(path).map(Some)
}

/// The setting that a variable is the name of, if it is one.
fn setting_name(variable: &str) -> Option<String> {
    if let Some(rest) = variable.strip_prefix("ES_SETTING_") {
        let dotted = rest.replace("__", "\0").replace('_', ".").replace('\0', "_").to_ascii_lowercase();
        return (!dotted.is_empty()).then_some(dotted);
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let dotted = variable.starts_with(|c: char| c.is_ascii_lowercase())
        && variable.contains('.')
        && variable.chars().all(fits);
    dotted.then(|| variable.to_owned())
}
