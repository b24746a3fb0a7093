//! Metrics in Prometheus' text format: what was answered, and a reading of the caches, files and the hashing pool.
//! No label holds anything that a client sent.

mod cluster;
mod directories;

use std::fmt::Write as _;
use std::sync::{PoisonError, RwLock};

use hashbrown::HashMap;
use portcullis_api::Observation;
use portcullis_cache::Why;
use portcullis_security::stats::Stats;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// From 100 µs, doubling, to about 3.3 s.
const BUCKETS: u16 = 16;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    route: &'static str,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfCache {
    cache: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfCacheReason {
    cache: String,
    reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfFile {
    file: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfReason {
    reason: &'static str,
}

/// The metrics of one kind of answer.
#[derive(Clone)]
struct Kind {
    answers: Counter,
    seconds: Histogram,
}

/// What was answered since the start.
pub(crate) struct Telemetry {
    /// What is counted for each kind of answer that there has been: found here with one look-up.
    kinds: RwLock<HashMap<Answer, Kind>>,
    answers: Family<Answer, Counter>,
    seconds: Family<Route, Histogram>,
}

impl Default for Telemetry {
    fn default() -> Self {
        let histogram = || Histogram::new(exponential_buckets(0.0001, 2.0, BUCKETS));
        let seconds = Family::new_with_constructor(histogram as fn() -> Histogram);
        Self { kinds: RwLock::default(), answers: Family::default(), seconds }
    }
}

impl Telemetry {
    /// Takes note of one answer.
    pub(crate) fn observe(&self, observation: &Observation) {
        let Observation { route, method, status, elapsed } = observation;
        let answer = Answer { route, method, status: *status };
        let known = self.kinds.read().unwrap_or_else(PoisonError::into_inner).get(&answer).cloned();
        let kind = known.unwrap_or_else(|| self.kind(answer));
        kind.answers.inc();
        kind.seconds.observe(elapsed.as_secs_f64());
    }

    /// Begins to count answers of a kind that has not been before.
    fn kind(&self, answer: Answer) -> Kind {
        let kind = Kind {
            answers: self.answers.get_or_create_owned(&answer),
            seconds: self.seconds.get_or_create_owned(&Route { route: answer.route }),
        };
        self.kinds.write().unwrap_or_else(PoisonError::into_inner).insert(answer, kind.clone());
        kind
    }

    /// Everything as text.
    pub(crate) fn render(&self, stats: &Stats) -> String {
        let mut registry = Registry::with_prefix("portcullis");
        registry.register("http_requests", "Answers by route, method and status", self.answers.clone());
        registry.register("http_request_duration_seconds", "Time to answer", self.seconds.clone());
        caches(&mut registry, stats);
        files(&mut registry, stats);
        directories::register(&mut registry, stats);
        cluster::register(&mut registry, stats);
        hashing(&mut registry, stats);
        gauge(&mut registry, "store_revision", "Last committed revision", stats.revision);
        gauge(
            &mut registry,
            "store_applied_revision",
            "Last revision whose changes cleared the caches",
            stats.applied,
        );
        gauge(&mut registry, "store_bytes", "Size of the store on disk", stats.store_bytes);
        let mut text = String::new();
        if encode(&mut text, &registry).is_err() {
            text.clear();
            let _ = writeln!(text, "# the metrics could not be rendered");
        }
        text
    }
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

fn gauge(registry: &mut Registry, name: &str, help: &str, value: u64) {
    let gauge = Gauge::<i64>::default();
    gauge.set(signed(value));
    registry.register(name, help, gauge);
}

/// A metric's name, its help and where it is read.
type Reading = (&'static str, &'static str, fn(&portcullis_cache::Stats) -> u64);

fn caches(registry: &mut Registry, stats: &Stats) {
    let counters: [Reading; 7] = [
        ("cache_hits", "Look-ups answered from the cache", |it| it.hits),
        ("cache_misses", "Look-ups that found nothing", |it| it.misses),
        ("cache_coalesced", "Requests that shared a load", |it| it.coalesced),
        ("cache_loads", "Loads begun", |it| it.loads),
        ("cache_load_milliseconds", "Time spent in loads", |it| it.load_millis),
        ("cache_refused_inserts", "Loads that an invalidation overtook", |it| it.refused_inserts),
        ("cache_abandoned_loads", "Loads whose request went away", |it| it.abandoned),
    ];
    for (name, help, read) in counters {
        let family = Family::<OfCache, Counter>::default();
        for (cache, of_cache) in &stats.caches {
            family.get_or_create(&OfCache { cache: cache.clone() }).inc_by(read(of_cache));
        }
        registry.register(name, help, family);
    }
    let gauges: [Reading; 3] = [
        ("cache_entries", "Entries that answer", |it| it.entries as u64),
        ("cache_bytes", "Estimated size", |it| it.bytes as u64),
        ("cache_oldest_entry_age_milliseconds", "Age of the oldest entry", |it| {
            it.oldest_entry_age_ms.unwrap_or(0)
        }),
    ];
    for (name, help, read) in gauges {
        let family = Family::<OfCache, Gauge>::default();
        for (cache, of_cache) in &stats.caches {
            family.get_or_create(&OfCache { cache: cache.clone() }).set(signed(read(of_cache)));
        }
        registry.register(name, help, family);
    }
    let evictions = Family::<OfCacheReason, Counter>::default();
    let invalidations = Family::<OfCacheReason, Counter>::default();
    for (cache, of_cache) in &stats.caches {
        let left = &of_cache.evictions;
        let reasons = [
            ("capacity", left.capacity),
            ("expired", left.expired),
            ("replaced", left.replaced),
            ("outdated", left.outdated),
        ];
        for (reason, count) in reasons {
            evictions.get_or_create(&OfCacheReason { cache: cache.clone(), reason }).inc_by(count);
        }
        for (why, reason) in
            [(Why::Feed, "feed"), (Why::File, "file"), (Why::Api, "api"), (Why::Store, "store")]
        {
            let labels = OfCacheReason { cache: cache.clone(), reason };
            invalidations.get_or_create(&labels).inc_by(of_cache.invalidated(why).calls);
        }
    }
    registry.register("cache_evictions", "Entries that left by themselves", evictions);
    registry.register("cache_invalidations", "Clears, by what asked for them", invalidations);
}

fn files(registry: &mut Registry, stats: &Stats) {
    let (reloads, left_out) = (Family::<OfFile, Counter>::default(), Family::<OfFile, Gauge>::default());
    let good = Family::<OfFile, Gauge>::default();
    for (file, state) in &stats.files {
        let labels = OfFile { file: file.clone() };
        reloads.get_or_create(&labels).inc_by(state.reloads);
        left_out.get_or_create(&labels).set(signed(state.problems.len() as u64));
        good.get_or_create(&labels).set(i64::from(state.error.is_none()));
    }
    registry.register("file_reloads", "How often a new content came into force", reloads);
    registry.register("file_lines_left_out", "Lines that do not parse", left_out);
    registry.register("file_in_force", "1 if the file as it is now is in force", good);
}

fn hashing(registry: &mut Registry, stats: &Stats) {
    let pool = &stats.hashing;
    gauge(registry, "hashing_queued", "Slow hashes that wait", pool.queued as u64);
    gauge(registry, "hashing_running", "Slow hashes that run", pool.running as u64);
    let done = Counter::<u64>::default();
    done.inc_by(pool.completed);
    registry.register("hashing_completed", "Slow hashes done", done);
    let refused = Family::<OfReason, Counter>::default();
    for (reason, count) in [
        ("full", pool.rejected_full),
        ("busy", pool.rejected_busy),
        ("timed_out", pool.timed_out),
        ("nobody_waited", pool.dropped_unrun),
    ] {
        refused.get_or_create(&OfReason { reason }).inc_by(count);
    }
    registry.register("hashing_not_run", "Slow hashes that were not run, by reason", refused);
}
