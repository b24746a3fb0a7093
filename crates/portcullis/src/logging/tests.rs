use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;

use super::{Format, layer};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is written while `log` runs.
fn logged(level: LevelFilter, format: Format, log: impl FnOnce()) -> String {
    let lines = Lines::default();
    let out = lines.clone();
    let subscriber = tracing_subscriber::registry().with(layer(level, format, move || out.clone()));
    tracing::subscriber::with_default(subscriber, log);
    let bytes = lines.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

fn ours_and_theirs() {
    tracing::debug!(target: "portcullis_security::audit", "ours-debug");
    tracing::info!(target: "portcullis", "ours-info");
    tracing::debug!(target: "hyper::proto", "theirs-debug");
    tracing::info!(target: "hyper::proto", "theirs-info");
    tracing::warn!(target: "hyper::proto", "theirs-warn");
    tracing::error!(target: "ldap3::conn", "unheard-error");
}

#[test]
fn libraries_are_heard_from_warnings_up_only() {
    let text = logged(LevelFilter::TRACE, Format::Human, ours_and_theirs);
    for (word, heard) in [
        ("ours-debug", true),
        ("ours-info", true),
        ("theirs-debug", false),
        ("theirs-info", false),
        ("theirs-warn", true),
        ("unheard-error", false),
    ] {
        assert_eq!(text.contains(word), heard, "{word}: {text}");
    }
}

#[test]
fn the_level_holds_for_all() {
    let info = logged(LevelFilter::INFO, Format::Human, ours_and_theirs);
    assert!(info.contains("ours-info") && !info.contains("ours-debug"), "{info}");
    let error = logged(LevelFilter::ERROR, Format::Human, ours_and_theirs);
    assert_eq!(error, "");
    let off = logged(LevelFilter::OFF, Format::Human, || tracing::error!(target: "portcullis", "loud"));
    assert_eq!(off, "");
}

#[test]
fn json_is_one_object_a_line_whatever_is_in_it() {
    let text = logged(LevelFilter::INFO, Format::Json, || {
        tracing::info!(target: "portcullis", user = "a\n\"b\"\u{1b}[31m", "two\nlines");
        tracing::warn!(target: "portcullis", "second");
    });
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [first, second] = lines.as_slice() else { panic!("{text}") };
    assert_eq!(first["user"], "a\n\"b\"\u{1b}[31m");
    assert_eq!(first["message"], "two\nlines");
    assert_eq!(first["level"], "INFO");
    assert_eq!(first["target"], "portcullis");
    assert!(first["timestamp"].as_str().unwrap().ends_with('Z'));
    assert_eq!(second["message"], "second");
}
