//! Tests of the engine that need its inside: a backend of their own, files of other formats.

mod damage;
mod disk;
mod fixture;
mod folder;
mod formats;
mod power;
mod settled;
mod writing;

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::document::Kind;
use crate::{Expected, Store};

/// SplitMix64: a number for each seed, the same for ever.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `limit`, the latter excluded.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}

const ROLE: Kind = Kind::from_static("role-");

fn role(id: impl Into<String>) -> DocumentKey {
    DocumentKey::new(ROLE, id)
}

fn wait<T>(future: BoxFuture<T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn file_of(folder: &Path) -> PathBuf {
    folder.join("portcullis.redb")
}

/// A folder with a closed store of `count` roles.
fn folder_with_roles(count: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let store = RedbStore::open(folder.path()).unwrap();
    for n in 0..count {
        let body = format!("{{\"n\":{n}}}").repeat(1 + n % 40);
        wait(store.commit(
            Batch::new().put(role(n.to_string()), body).expect(role(n.to_string()), Expected::Absent),
        ))
        .unwrap();
    }
    store.close();
    folder
}
