//! Metrics of remote directories and their servers.

use portcullis_security::DirectoryStats;
use portcullis_security::stats::Stats;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::signed;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfDirectory {
    directory: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfServer {
    directory: String,
    server: String,
}

/// A metric's name, its help and where it is read.
type Reading = (&'static str, &'static str, fn(&DirectoryStats) -> u64);

/// Adds the directories to what is rendered.
pub(super) fn register(registry: &mut Registry, stats: &Stats) {
    let counters: [Reading; 5] = [
        ("directory_user_binds", "Binds with the credentials of users", |it| it.user_binds),
        ("directory_service_binds", "Binds of the service itself", |it| it.service_binds),
        ("directory_searches", "Searches", |it| it.searches),
        ("directory_undecided", "Questions that could not be answered", |it| it.undecided),
        ("directory_spared", "Questions that were not put, to spare a directory that fails", |it| it.spared),
    ];
    for (name, help, read) in counters {
        let family = Family::<OfDirectory, Counter>::default();
        for (directory, of_directory) in &stats.directories {
            let labels = OfDirectory { directory: directory.clone() };
            family.get_or_create(&labels).inc_by(read(of_directory));
        }
        registry.register(name, help, family);
    }
    let connections = Family::<OfDirectory, Gauge>::default();
    let failures = Family::<OfServer, Gauge>::default();
    for (directory, of_directory) in &stats.directories {
        let labels = OfDirectory { directory: directory.clone() };
        connections.get_or_create(&labels).set(signed(of_directory.connections));
        for server in &of_directory.servers {
            let labels = OfServer { directory: directory.clone(), server: server.url.to_string() };
            failures.get_or_create(&labels).set(i64::from(server.failures));
        }
    }
    registry.register("directory_connections", "Connections that are open", connections);
    registry.register("directory_server_failures", "Failures since the last answer; 0: it answers", failures);
}
