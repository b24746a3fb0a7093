//! The tests of the whole service, over HTTP against nodes in this process (those of `cluster`: in processes of their
//! own): a module a noun. Those of `coverage` look
//! back at the run and come last. What a test stands on lives in `src/`.

mod acknowledgement;
mod active_directory;
mod affected;
mod anonymous;
mod api_keys;
mod audit;
mod authenticate;
mod authorization;
mod bad_input;
mod clear_cache;
mod cluster;
mod coverage;
mod directory_down;
mod expiry;
mod fence;
mod files;
mod history;
mod history_of_several;
mod ldap;
mod limits;
mod nodes;
mod persistence;
mod role_mappings;
mod roles;
mod run_as;
mod samples;
mod service_accounts;
mod slow_hashes;
mod stats;
mod tls;
mod undecided;
mod users;
mod wire;

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut modules = vec![
        ("acknowledgement", acknowledgement::TESTS),
        ("affected", affected::TESTS),
        ("audit", audit::TESTS),
        ("authenticate", authenticate::TESTS),
        ("authorization", authorization::TESTS),
        ("expiry", expiry::TESTS),
        ("fence", fence::TESTS),
        ("files", files::TESTS),
        ("history", history::TESTS),
        ("history_of_several", history_of_several::TESTS),
        ("limits", limits::TESTS),
        ("nodes", nodes::TESTS),
        ("persistence", persistence::TESTS),
        ("roles", roles::TESTS),
        ("run_as", run_as::TESTS),
        ("service_accounts", service_accounts::TESTS),
        ("slow_hashes", slow_hashes::TESTS),
        ("stats", stats::TESTS),
        ("tls", tls::TESTS),
        ("undecided", undecided::TESTS),
        ("users", users::TESTS),
        ("wire", wire::TESTS),
    ];
    modules.extend(active_directory::TESTS);
    modules.extend(anonymous::TESTS);
    modules.extend(api_keys::TESTS);
    modules.extend(bad_input::TESTS);
    modules.extend(clear_cache::TESTS);
    modules.extend(cluster::TESTS);
    modules.extend(directory_down::TESTS);
    modules.extend(ldap::TESTS);
    modules.extend(role_mappings::TESTS);
    portcullis_tests::run::main(&modules, &[("coverage", coverage::TESTS)])
}
