use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::redb::tests::Random;

/// A file that counts what is asked of it.
#[derive(Debug)]
struct Counting {
    bytes: Vec<u8>,
    reads: AtomicUsize,
    /// No read that touches it succeeds.
    broken: Option<usize>,
}

impl Counting {
    fn of(len: usize) -> Self {
        let bytes = (0..len).map(|n| (n % 251) as u8).collect();
        Self { bytes, reads: AtomicUsize::new(0), broken: None }
    }

    fn reads(&self) -> usize {
        self.reads.swap(0, Ordering::Relaxed)
    }

    fn ahead(&self) -> Ahead {
        Ahead::in_file_of(self.bytes.len() as u64)
    }
}

impl StorageBackend for Counting {
    fn len(&self) -> io::Result<u64> {
        Ok(self.bytes.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let offset = offset as usize;
        if self.broken.is_some_and(|at| (offset..offset + out.len()).contains(&at)) {
            return Err(io::Error::other("unreadable"));
        }
        out.copy_from_slice(self.bytes.get(offset..offset + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, _len: u64) -> io::Result<()> {
        unreachable!("it only reads")
    }

    fn sync_data(&self) -> io::Result<()> {
        unreachable!("it only reads")
    }

    fn write(&self, _offset: u64, _data: &[u8]) -> io::Result<()> {
        unreachable!("it only reads")
    }
}

#[test]
fn tells_what_is_in_the_file_and_zeros_behind_it() {
    for seed in 0..100 {
        let mut random = Random(seed);
        let file = Counting::of(random.below(300_000));
        let mut ahead = file.ahead();
        let mut offset = 0;
        for _ in 0..60 {
            let len = random.below(20_000);
            // Some reads go on from the last one or close behind it.
            offset = match random.below(3) {
                0 => offset,
                1 => offset + random.below(2 * NEAR as usize),
                _ => random.below(400_000),
            };
            let mut out = vec![0xff; len];
            ahead.read(&file, offset as u64, &mut out).unwrap();
            let expected: Vec<u8> =
                (offset..offset + len).map(|at| file.bytes.get(at).copied().unwrap_or(0)).collect();
            assert_eq!(out, expected, "seed {seed}");
            offset += len;
        }
    }
}

#[test]
fn reads_further_the_longer_it_goes_on_and_no_further_than_is_asked_elsewhere() {
    let file = Counting::of(1024 * 4096);
    let mut ahead = file.ahead();
    let mut page = [0; 4096];
    for n in 0..1024 {
        ahead.read(&file, n * 4096, &mut page).unwrap();
    }
    // 1, 2, 4, 8 and 16 pages, then 32 each time.
    let at_best = 5 + (1024_usize - 31).div_ceil(32);
    assert_eq!(file.reads(), at_best);

    // Neighbours that have changed places.
    let mut ahead = file.ahead();
    for n in 0..1024 {
        ahead.read(&file, (n ^ 1) * 4096, &mut page).unwrap();
        assert!(ahead.bytes.len() <= MOST);
    }
    assert!(file.reads() <= at_best + 2);

    for n in (0..1024).rev() {
        ahead.read(&file, n * 4096, &mut page).unwrap();
    }
    // The last pages are in memory still.
    assert!(file.reads() > 1024 - 32);
    assert_eq!(ahead.bytes.len(), 4096);
}

#[test]
fn what_cannot_be_read_is_told_to_nobody_but_who_asks_for_it() {
    let mut file = Counting::of(8 * 4096);
    file.broken = Some(5 * 4096 + 17);
    let mut ahead = file.ahead();
    let mut page = [0; 4096];
    for n in [0, 1, 2, 3, 4, 5, 6, 7, 5, 4] {
        let (at, read) = (n * 4096, ahead.read(&file, n as u64 * 4096, &mut page));
        assert_eq!(read.is_ok(), n != 5, "page {n}");
        assert!(n == 5 || page == file.bytes[at..at + 4096], "page {n}");
    }
}
