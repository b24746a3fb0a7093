//! The command line of `portcullis`. It only takes arguments apart; what they ask for is done in the library.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use portcullis::allocator::{self, Allocator};
use portcullis::commands::adopt::{self, Consent};
use portcullis::commands::reset_password::{self, Mode};
use portcullis::commands::restore::{self, Gap, Revocations};
use portcullis::commands::settings::{self, SettingsError};
use portcullis::commands::users::{self, Output};
use portcullis::commands::{CommandError, Place};
use portcullis::commands::{backup, service_tokens};
use portcullis::config::{Config, ConfigError, EXIT_CONFIG, Sources};
use portcullis::logging::{self, Format};
use portcullis_secrets::Secret;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

/// A security service that speaks Elasticsearch's `_security` API.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    configuration: Configuration,
}

#[derive(Args)]
struct Configuration {
    /// The configuration folder [default: $PORTCULLIS_PATH_CONF, else config/].
    #[arg(long, value_name = "DIR", global = true)]
    config: Option<PathBuf>,
    /// A setting; goes before the environment and the file.
    #[arg(short = 'E', value_name = "NAME=VALUE", global = true)]
    set: Vec<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the service (the default).
    Serve,
    /// Keep the file `service_tokens`.
    ServiceTokens {
        #[command(subcommand)]
        order: TokenOrder,
    },
    /// Keep the files `users` and `users_roles`: the users of the file realm.
    Users {
        #[command(subcommand)]
        order: UsersOrder,
    },
    /// Set a new password for a reserved or native user.
    ResetPassword {
        /// The user.
        #[arg(value_name = "USER", required_unless_present = "user_option")]
        user: Option<String>,
        /// The user, as Elasticsearch's tool takes it.
        #[arg(
            short = 'u',
            long = "username",
            value_name = "USER",
            id = "user_option",
            conflicts_with = "user"
        )]
        user_option: Option<String>,
        /// Generate a password and print it (the default).
        #[arg(short, long, conflicts_with = "interactive")]
        auto: bool,
        /// Ask for the password, or read one line from the standard input.
        #[arg(short, long)]
        interactive: bool,
        /// Taken as by Elasticsearch's tool; there is no prompt to skip.
        #[arg(short, long, hide = true)]
        batch: bool,
    },
    /// Write all documents of one moment to a file. It holds password hashes: keep it as you keep the data folder.
    Backup {
        /// The file; - is the standard output.
        file: PathBuf,
    },
    /// Fill an empty store from a backup; no node may run. What was revoked after the backup is valid again, but for what
    /// --replay-revocations brings back!
    Restore {
        /// The backup; - is the standard input, which must be a file.
        file: PathBuf,
        /// A log of a node from the backup on: what it says was revoked stays revoked. As often as there are logs.
        #[arg(long, value_name = "AUDIT-LOG")]
        replay_revocations: Vec<PathBuf>,
        /// Restore although the logs begin after the backup.
        #[arg(long, requires = "replay_revocations")]
        accept_gap: bool,
    },
    /// What concerns the etcd that several nodes share.
    Etcd {
        #[command(subcommand)]
        order: EtcdOrder,
    },
    /// Print all settings and the values that hold.
    Settings {
        /// Print docs/SETTINGS.md instead.
        #[arg(long)]
        markdown: bool,
    },
}

#[derive(Subcommand)]
enum EtcdOrder {
    /// Have the nodes take what is in etcd for the truth, after it was restored, replaced or emptied. What was revoked
    /// after that content was saved is valid again!
    Adopt {
        /// Do it without a question.
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Subcommand)]
enum TokenOrder {
    /// Add a token and print it, once.
    Create {
        /// The service account, such as elastic/fleet-server.
        principal: String,
        /// The token's name.
        name: String,
    },
    /// Remove a token.
    Delete {
        /// The service account.
        principal: String,
        /// The token's name.
        name: String,
    },
    /// Print the tokens' names.
    List {
        /// Only of this service account.
        principal: Option<String>,
    },
}

#[derive(Subcommand)]
enum UsersOrder {
    /// Add a user. Without -p the password is asked for, or read as one line from the standard input.
    Useradd {
        /// The new user.
        #[arg(value_name = "USER")]
        user: String,
        #[command(flatten)]
        password: GivenPassword,
        /// The user's roles, separated by commas.
        #[arg(short, long, value_name = "ROLES")]
        roles: Vec<String>,
    },
    /// Set a user's password. Without -p it is asked for, or read as one line from the standard input.
    Passwd {
        /// The user.
        #[arg(value_name = "USER")]
        user: String,
        #[command(flatten)]
        password: GivenPassword,
    },
    /// Change a user's roles, or print them if there is nothing to change.
    Roles {
        /// The user.
        #[arg(value_name = "USER")]
        user: String,
        /// Roles to give, separated by commas.
        #[arg(short, long, value_name = "ROLES")]
        add: Vec<String>,
        /// Roles to take away, separated by commas.
        #[arg(short, long, value_name = "ROLES")]
        remove: Vec<String>,
    },
    /// Remove a user.
    Userdel {
        /// The user.
        #[arg(value_name = "USER")]
        user: String,
    },
    /// Print the users and their roles.
    List {
        /// Only this user.
        #[arg(value_name = "USER")]
        user: Option<String>,
    },
}

#[derive(Args)]
struct GivenPassword {
    /// The password. Everybody on this machine can read it in the list of processes while the command runs, and your
    /// shell may keep it in its history.
    #[arg(short, long, value_name = "PASSWORD", allow_hyphen_values = true)]
    password: Option<String>,
}

impl GivenPassword {
    fn secret(self) -> Option<Secret> {
        self.password.map(Secret::from_string)
    }
}

fn main() -> ExitCode {
    allocator::give_back_soon();
    let Cli { command, configuration } = Cli::parse();
    if let Err(split) = all_settings_are_there(&configuration) {
        return failed(&split, ExitCode::from(EXIT_CONFIG));
    }
    match command.unwrap_or(Command::Serve) {
        Command::Serve => serve(configuration),
        Command::ServiceTokens { order } => {
            with_config(configuration, |config| service_tokens(&order, config))
        }
        Command::Users { order } => with_config(configuration, |config| users(order, config)),
        Command::ResetPassword { user, user_option, interactive, .. } => {
            let mode = if interactive { Mode::Interactive } else { Mode::Auto };
            let user = user.or(user_option).unwrap_or_default();
            with_config(configuration, |config| {
                reset_password::reset(config, &user, mode, &mut io::stdout().lock())
            })
        }
        Command::Backup { file } => match sources(configuration) {
            // Beside a running node nobody has to give it the passwords of etcd.
            Ok(sources) => with_sources(&sources, Config::load_for_tool, |config| {
                let whole = || Config::load_for_store_tool(&sources);
                backup::backup(config, whole, &file, &mut io::stdout().lock())
            }),
            Err(error) => failed(&error, ExitCode::FAILURE),
        },
        Command::Restore { file, replay_revocations: logs, accept_gap } => {
            let gap = if accept_gap { Gap::Accepted } else { Gap::Refused };
            let revocations = Revocations { logs, gap };
            with_loaded(configuration, Config::load_for_store_tool, |config| {
                let (mut out, mut asides) = (io::stdout().lock(), io::stderr());
                restore::restore(config, &file, &revocations, &mut out, &mut asides)
            })
        }
        Command::Etcd { order: EtcdOrder::Adopt { yes } } => {
            let consent = if yes { Consent::Given } else { Consent::Ask };
            with_loaded(configuration, Config::load_for_store_tool, |config| {
                adopt::adopt(config, consent, &mut io::stdout().lock(), &mut io::stderr())
            })
        }
        Command::Settings { markdown: true } => settled(settings::print_markdown(&mut io::stdout().lock())),
        Command::Settings { markdown: false } => settled(
            sources(configuration)
                .map_err(SettingsError::from)
                .and_then(|sources| settings::print(&sources, &mut io::stdout().lock())),
        ),
    }
}

/// Of options on both sides of a command the parser keeps those behind it, and says nothing of the others.
fn all_settings_are_there(configuration: &Configuration) -> io::Result<()> {
    let given = std::env::args_os().filter(|it| it.as_encoded_bytes().starts_with(b"-E")).count();
    if given <= configuration.set.len() {
        return Ok(());
    }
    let reason = "settings (-E) stand before and behind the command; give all of them in one place";
    Err(io::Error::new(io::ErrorKind::InvalidInput, reason))
}

fn sources(configuration: Configuration) -> io::Result<Sources> {
    Sources::of_process(configuration.config, configuration.set)
}

fn serve(configuration: Configuration) -> ExitCode {
    let config = match sources(configuration) {
        Ok(sources) => Config::load(&sources),
        Err(error) => return failed(&error, ExitCode::FAILURE),
    };
    let config = match config {
        Ok(config) => config,
        Err(error) => return failed(&error, ExitCode::from(EXIT_CONFIG)),
    };
    if let Err(error) = logging::start(config.log_level, Format::of_stderr()) {
        return failed(&error, ExitCode::FAILURE);
    }
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    match portcullis::commands::serve::serve(&config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error, ExitCode::FAILURE),
    }
}

fn with_config(
    configuration: Configuration,
    run: impl FnOnce(&Config) -> Result<(), CommandError>,
) -> ExitCode {
    with_loaded(configuration, Config::load_for_tool, run)
}

fn with_loaded(
    configuration: Configuration,
    load: impl FnOnce(&Sources) -> Result<Config, ConfigError>,
    run: impl FnOnce(&Config) -> Result<(), CommandError>,
) -> ExitCode {
    match sources(configuration) {
        Ok(sources) => with_sources(&sources, load, run),
        Err(error) => failed(&error, ExitCode::FAILURE),
    }
}

fn with_sources(
    sources: &Sources,
    load: impl FnOnce(&Sources) -> Result<Config, ConfigError>,
    run: impl FnOnce(&Config) -> Result<(), CommandError>,
) -> ExitCode {
    match load(sources) {
        Ok(config) => {
            run(&config).map_or_else(|error| failed(&error, error.exit_code()), |()| ExitCode::SUCCESS)
        }
        Err(error) => failed(&error, ExitCode::from(EXIT_CONFIG)),
    }
}

fn service_tokens(order: &TokenOrder, config: &Config) -> Result<(), CommandError> {
    let place = Place {
        config: &config.path_conf,
        data: &config.path_data,
        algorithm: config.authc.service_token.hash,
    };
    let mut out = io::stdout().lock();
    match order {
        TokenOrder::Create { principal, name } => service_tokens::create(&place, principal, name, &mut out),
        TokenOrder::Delete { principal, name } => service_tokens::delete(&place, principal, name),
        TokenOrder::List { principal } => service_tokens::list(&place, principal.as_deref(), &mut out),
    }
}

fn users(order: UsersOrder, config: &Config) -> Result<(), CommandError> {
    let place =
        Place { config: &config.path_conf, data: &config.path_data, algorithm: config.authc.password_hash };
    let mut output = Output { out: io::stdout().lock(), asides: io::stderr() };
    match order {
        UsersOrder::Useradd { user, password, roles } => {
            let anonymous = &config.authc.anonymous;
            users::add(&place, anonymous, &user, password.secret(), &roles, &mut output.asides)
        }
        UsersOrder::Passwd { user, password } => users::set_password(&place, &user, password.secret()),
        UsersOrder::Roles { user, add, remove } if add.is_empty() && remove.is_empty() => {
            users::list(place.config, Some(&user), &mut output)
        }
        UsersOrder::Roles { user, add, remove } => {
            users::change_roles(&place, &user, &add, &remove, &mut output.asides)
        }
        UsersOrder::Userdel { user } => users::remove(&place, &user),
        UsersOrder::List { user } => users::list(place.config, user.as_deref(), &mut output),
    }
}

fn settled(result: Result<(), SettingsError>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads the output has seen enough.
        Err(SettingsError::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error @ SettingsError::Config(_)) => failed(&error, ExitCode::from(EXIT_CONFIG)),
        Err(error @ SettingsError::Write(_)) => failed(&error, ExitCode::FAILURE),
    }
}

fn failed(error: &dyn std::error::Error, code: ExitCode) -> ExitCode {
    // With the standard error output gone there is nobody left to tell.
    let _ = writeln!(io::stderr(), "portcullis: {error}");
    code
}
