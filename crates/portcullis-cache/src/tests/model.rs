//! Random sequences of calls, compared with a model that keeps everything in plain lists and looks at all of it each time.

use super::fixture::{Numbers, cache, keep, poll};
use crate::{Abandoned, Expiry, Kept, ScopeKey, Start, Ticket, Waiter, Why};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::task::Poll;

const KEYS: u32 = 4;
const SCOPES: usize = 3;

#[derive(Clone, Debug)]
enum Call {
    Begin { key: u32, variant: u128, scopes: BTreeSet<usize> },
    Finish { which: usize, keeps: bool },
    Drop { which: usize },
    Get(u32),
    Peek(u32),
    Key(u32),
    Scope(usize),
    All,
    Reclaim,
    Pass(u64),
}

fn call() -> impl Strategy<Value = Call> {
    let scopes = prop_oneof![
        2 => Just(BTreeSet::new()),
        6 => (0..SCOPES).prop_map(|scope| BTreeSet::from([scope])),
        2 => proptest::collection::btree_set(0..SCOPES, 2..=SCOPES),
    ];
    let begin =
        (0..KEYS, 0..2_u128, scopes).prop_map(|(key, variant, scopes)| Call::Begin { key, variant, scopes });
    let finish =
        (0..8_usize, proptest::bool::weighted(0.9)).prop_map(|(which, keeps)| Call::Finish { which, keeps });
    prop_oneof![
        8 => begin,
        8 => finish,
        1 => (0..8_usize).prop_map(|which| Call::Drop { which }),
        3 => (0..KEYS).prop_map(Call::Get),
        1 => (0..KEYS).prop_map(Call::Peek),
        2 => (0..KEYS).prop_map(Call::Key),
        2 => (0..SCOPES).prop_map(Call::Scope),
        1 => Just(Call::All),
        1 => Just(Call::Reclaim),
        2 => (0..60_u64).prop_map(Call::Pass),
    ]
}

fn expiry() -> impl Strategy<Value = Expiry> {
    prop_oneof![Just(Expiry::Never), Just(Expiry::AfterWrite(100)), Just(Expiry::AfterAccess(100))]
}

/// The generations that something was stamped with.
#[derive(Clone)]
struct Stamped {
    era: u64,
    scopes: BTreeMap<usize, u64>,
}

struct Resident {
    value: u64,
    stamped: Stamped,
    written: u64,
    used: u64,
}

struct Load {
    key: u32,
    variant: u128,
    stamped: Stamped,
    passed: bool,
    ticket: Ticket<u32, u64, u64>,
    waiters: Vec<Waiter<u64>>,
}

struct Model {
    cache: Numbers,
    expiry: Expiry,
    names: Vec<ScopeKey>,
    now: u64,
    next_value: u64,
    era: u64,
    generations: [u64; SCOPES],
    residents: BTreeMap<u32, Resident>,
    loads: Vec<Load>,
    hits: u64,
    misses: u64,
    begun: u64,
    coalesced: u64,
    abandoned: u64,
    refused: u64,
    replaced: u64,
}

impl Model {
    fn new(max_entries: usize, expiry: Expiry) -> Self {
        Self {
            cache: cache(max_entries, expiry),
            expiry,
            names: (0..SCOPES).map(|scope| format!("scope-{scope}").into()).collect(),
            now: 1_000,
            next_value: 0,
            era: 0,
            generations: [0; SCOPES],
            residents: BTreeMap::new(),
            loads: Vec::new(),
            hits: 0,
            misses: 0,
            begun: 0,
            coalesced: 0,
            abandoned: 0,
            refused: 0,
            replaced: 0,
        }
    }

    fn is_current(&self, stamped: &Stamped) -> bool {
        stamped.era == self.era && stamped.scopes.iter().all(|(&scope, &at)| self.generations[scope] == at)
    }

    fn is_expired(&self, resident: &Resident) -> bool {
        match self.expiry {
            Expiry::Never => false,
            Expiry::AfterWrite(ttl) => self.now >= resident.written + ttl,
            Expiry::AfterAccess(ttl) => self.now >= resident.used + ttl,
        }
    }

    fn is_alive(&self, resident: &Resident) -> bool {
        self.is_current(&resident.stamped) && !self.is_expired(resident)
    }

    fn found(&self, key: u32) -> Option<u64> {
        self.residents.get(&key).filter(|resident| self.is_alive(resident)).map(|resident| resident.value)
    }

    fn run(&mut self, call: Call) {
        match call {
            Call::Begin { key, variant, scopes } => self.begin(key, variant, &scopes),
            Call::Finish { which, keeps } => self.finish(which, keeps),
            Call::Drop { which } => {
                if self.loads.is_empty() {
                    return;
                }
                let load = self.loads.swap_remove(which % self.loads.len());
                drop(load.ticket);
                self.abandoned += 1;
                for mut waiter in load.waiters {
                    assert_eq!(poll(&mut waiter, &Default::default()), Poll::Ready(Err(Abandoned)));
                }
            }
            Call::Get(key) => {
                let found = self.found(key);
                assert_eq!(self.cache.get(&key, self.now), found);
                match (found, self.residents.get_mut(&key)) {
                    (Some(_), Some(resident)) => {
                        self.hits += 1;
                        resident.used = self.now;
                    }
                    _ => self.misses += 1,
                }
            }
            Call::Peek(key) => assert_eq!(self.cache.peek(&key, self.now), self.found(key)),
            Call::Key(key) => {
                let resident = self.residents.remove(&key);
                let expected =
                    usize::from(resident.is_some_and(|resident| self.is_current(&resident.stamped)));
                assert_eq!(self.cache.invalidate(&key, Why::Feed), expected);
                self.loads.iter_mut().filter(|load| load.key == key).for_each(|load| load.passed = true);
            }
            Call::Scope(scope) => {
                let at = self.generations[scope];
                let stamps = self.residents.values().map(|resident| &resident.stamped);
                let counted =
                    stamps.filter(|s| s.era == self.era && s.scopes.get(&scope) == Some(&at)).count();
                assert_eq!(self.cache.invalidate_scope(&self.names[scope], Why::File), counted);
                self.generations[scope] += 1;
            }
            Call::All => {
                let stamps = self.residents.values().map(|resident| &resident.stamped);
                let several = |s: &Stamped| s.era == self.era && s.scopes.len() > 1;
                let counted = stamps.filter(|s| self.is_current(s) || several(s)).count();
                assert_eq!(self.cache.invalidate_all(Why::Api), counted);
                self.era += 1;
            }
            Call::Reclaim => {
                let dead: Vec<u32> = self
                    .residents
                    .iter()
                    .filter(|(_, resident)| !self.is_alive(resident))
                    .map(|(&key, _)| key)
                    .collect();
                assert_eq!(self.cache.reclaim(1_000, self.now), dead.len());
                dead.iter().for_each(|key| drop(self.residents.remove(key)));
            }
            Call::Pass(millis) => self.now += millis,
        }
    }

    fn begin(&mut self, key: u32, variant: u128, scopes: &BTreeSet<usize>) {
        let names: Vec<ScopeKey> = scopes.iter().map(|&scope| self.names[scope].clone()).collect();
        let joined = self.loads.iter().position(|load| {
            load.key == key
                && load.variant == variant
                && load.stamped.scopes.keys().eq(scopes)
                && !load.passed
                && self.is_current(&load.stamped)
        });
        match (self.cache.begin(key, variant, &names, self.now), joined) {
            (Start::Follow(waiter), Some(joined)) => {
                self.coalesced += 1;
                self.loads[joined].waiters.push(waiter);
            }
            (Start::Lead(ticket), None) => {
                self.begun += 1;
                let scopes = scopes.iter().map(|&scope| (scope, self.generations[scope])).collect();
                let stamped = Stamped { era: self.era, scopes };
                self.loads.push(Load { key, variant, stamped, passed: false, ticket, waiters: Vec::new() });
            }
            (Start::Follow(_), None) => panic!("joined a load that nobody may join"),
            (Start::Lead(_), Some(_)) => panic!("led a load that runs"),
        }
    }

    fn finish(&mut self, which: usize, keeps: bool) {
        if self.loads.is_empty() {
            return;
        }
        let load = self.loads.swap_remove(which % self.loads.len());
        let current = !load.passed && self.is_current(&load.stamped);
        assert_eq!(load.ticket.is_current(), current);
        self.next_value += 1;
        let value = self.next_value;
        let kept = load.ticket.finish(value, if keeps { keep(value) } else { None }, self.now);
        match (keeps, current) {
            (false, _) => assert_eq!(kept, Kept::Nothing),
            (true, false) => {
                assert_eq!(kept, Kept::Refused);
                self.refused += 1;
            }
            (true, true) => {
                assert_eq!(kept, Kept::Inserted);
                let resident = Resident { value, stamped: load.stamped, written: self.now, used: self.now };
                self.replaced += u64::from(self.residents.insert(load.key, resident).is_some());
            }
        }
        for mut waiter in load.waiters {
            assert_eq!(poll(&mut waiter, &Default::default()), Poll::Ready(Ok(value)));
        }
    }

    fn compare(&self) {
        let stats = self.cache.stats(self.now);
        let alive: Vec<&Resident> =
            self.residents.values().filter(|resident| self.is_alive(resident)).collect();
        assert_eq!((stats.entries, stats.unreclaimed), (alive.len(), self.residents.len() - alive.len()));
        assert_eq!(stats.oldest_entry_age_ms, alive.iter().map(|resident| self.now - resident.written).max());
        assert_eq!((stats.hits, stats.misses), (self.hits, self.misses));
        assert_eq!(
            (stats.loads, stats.coalesced, stats.abandoned),
            (self.begun, self.coalesced, self.abandoned)
        );
        assert_eq!((stats.refused_inserts, stats.evictions.replaced), (self.refused, self.replaced));
        assert_eq!(self.cache.inner.registry.resident(), self.residents.len());
    }

    /// When all loads have ended and all entries have gone, nothing is left.
    fn end(mut self) {
        while !self.loads.is_empty() {
            self.run(Call::Drop { which: 0 });
        }
        assert_eq!(self.cache.flights(), 0);
        self.run(Call::All);
        self.run(Call::Reclaim);
        assert_eq!(self.cache.inner.registry.known_scopes(), 0);
        self.compare();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    /// With room for all keys, every answer and every count is the model's.
    #[test]
    fn the_cache_does_what_the_model_does(expiry in expiry(), calls in proptest::collection::vec(call(), 1..80)) {
        let mut model = Model::new(100, expiry);
        for call in calls {
            model.run(call);
            model.compare();
        }
        model.end();
    }

    /// When it is too small, it never has too many, nothing dead answers, and counts are those of the entries that stayed.
    #[test]
    fn a_small_cache_has_no_more_than_its_limit(
        limit in 1_usize..6,
        puts in proptest::collection::vec((0..12_u32, 0..4_u32, 0..20_u32), 1..120),
    ) {
        let cache = cache(limit, Expiry::Never);
        let mut latest = BTreeMap::new();
        for (number, (key, what, other)) in puts.into_iter().enumerate() {
            let alive = |cache: &Numbers, scope: u32| (0..12).filter(|key| key % 3 == scope && cache.peek(key, 0).is_some()).count();
            match (what, other) {
                (0, 0) => {
                    let expected: usize = (0..3).map(|scope| alive(&cache, scope)).sum();
                    prop_assert_eq!(cache.invalidate_all(Why::Api), expected);
                    latest.clear();
                }
                (0, scope @ 1..=3) => {
                    let expected = alive(&cache, scope - 1);
                    prop_assert_eq!(cache.invalidate_scope(&(scope - 1).to_string(), Why::Api), expected);
                    latest.retain(|key, _| key % 3 != scope - 1);
                }
                (1, _) => {
                    cache.get(&other, 0);
                }
                (2, 0..5) => {
                    let expected = usize::from(cache.peek(&key, 0).is_some());
                    prop_assert_eq!(cache.invalidate(&key, Why::Api), expected);
                    latest.remove(&key);
                }
                _ => {
                    super::fixture::put(&cache, key, number as u64, &[&(key % 3).to_string()], 0);
                    latest.insert(key, number as u64);
                    prop_assert_eq!(cache.peek(&key, 0), Some(number as u64));
                }
            }
            prop_assert!(cache.inner.registry.resident() <= limit);
            for key in 0..12 {
                let found = cache.peek(&key, 0);
                prop_assert!(found.is_none() || found == latest.get(&key).copied());
            }
        }
    }
}
