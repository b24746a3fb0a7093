//! Everything that is logged in this process, as JSON lines in memory, at the finest level that a node can be set to.

use std::io;
use std::sync::{Mutex, Once, PoisonError};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static STARTED: Once = Once::new();

struct Buffer;

impl io::Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Starts to keep what is logged. Doing it twice does nothing.
pub fn capture() {
    STARTED.call_once(|| {
        // As the executable does with `logger.level: trace`.
        let filter =
            Targets::new().with_default(LevelFilter::WARN).with_target("portcullis", LevelFilter::TRACE);
        let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(|| Buffer);
        tracing_subscriber::registry().with(lines.with_filter(filter)).init();
    });
}

/// All lines so far.
pub fn everything() -> Vec<u8> {
    LINES.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The lines in which `text` stands.
pub fn lines_with(text: &str) -> Vec<serde_json::Value> {
    let all = everything();
    let all = String::from_utf8_lossy(&all);
    let lines = all.lines().filter(|line| line.contains(text));
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}
