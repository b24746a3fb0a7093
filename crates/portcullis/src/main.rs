//! The command line of `portcullis`. It only takes arguments apart; what they ask for is done in the library.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use portcullis::commands::settings::{self, SettingsError};
use portcullis::config::{Config, EXIT_CONFIG, Sources};
use portcullis::logging::{self, Format};

/// A security service that speaks Elasticsearch's `_security` API.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    configuration: Configuration,
}

#[derive(Args)]
struct Configuration {
    /// The configuration folder [default: $PORTCULLIS_PATH_CONF, else config/].
    #[arg(long, value_name = "DIR")]
    config: Option<PathBuf>,
    /// A setting; goes before the environment and the file.
    #[arg(short = 'E', value_name = "NAME=VALUE")]
    set: Vec<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the service (the default).
    Serve(Configuration),
    /// Print all settings and the values that hold.
    Settings {
        /// Print docs/SETTINGS.md instead.
        #[arg(long)]
        markdown: bool,
        #[command(flatten)]
        configuration: Configuration,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command.unwrap_or(Command::Serve(cli.configuration)) {
        Command::Serve(configuration) => serve(configuration),
        Command::Settings { markdown: true, .. } => {
            settled(settings::print_markdown(&mut io::stdout().lock()))
        }
        Command::Settings { markdown: false, configuration } => settled(
            sources(configuration)
                .map_err(SettingsError::from)
                .and_then(|sources| settings::print(&sources, &mut io::stdout().lock())),
        ),
    }
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
