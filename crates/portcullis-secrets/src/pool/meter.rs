//! How much of a processor a thread was given.
//!
//! What never lives here: how much is enough.

use std::time::Duration;

/// The processor time of one thread so far, read from any other.
pub(super) type Meter = Box<dyn Fn() -> Option<Duration> + Send + Sync>;

/// That of the calling thread, from `/proc/thread-self/schedstat`. `None` where the system does not tell.
#[cfg(target_os = "linux")]
pub(super) fn of_this_thread() -> Option<Meter> {
    use std::os::unix::fs::FileExt;

    // The open file goes on to speak of this thread, whoever reads it.
    let file = std::fs::File::open("/proc/thread-self/schedstat").ok()?;
    let read = move || {
        let mut line = [0; 64];
        let length = file.read_at(&mut line, 0).ok()?;
        let mut figures = std::str::from_utf8(line.get(..length)?).ok()?.split_whitespace().map(str::parse);
        let (nanos, _waited, turns): (u64, u64, u64) =
            (figures.next()?.ok()?, figures.next()?.ok()?, figures.next()?.ok()?);
        // A kernel that does not count says that a thread which runs never had a turn.
        (turns > 0).then(|| Duration::from_nanos(nanos))
    };
    read().is_some().then(|| Box::new(read) as Meter)
}

/// Other systems have no such file.
#[cfg(not(target_os = "linux"))]
pub(super) fn of_this_thread() -> Option<Meter> {
    None
}
