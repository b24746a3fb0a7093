use super::*;

fn replay() -> Replay {
    Replay::since(Moment { epoch: "e".to_owned(), revision: 1, made_at: WallTime(0) })
}

/// What is made of a log, what was told, and how many changes were found.
fn outcome(log: &[u8]) -> (Result<(), String>, String, u64) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    std::fs::write(&path, log).unwrap();
    let (mut replay, mut asides) = (replay(), Vec::new());
    let outcome = read(&path, &mut replay, &mut asides).map_err(|error| error.to_string());
    (outcome, String::from_utf8(asides).unwrap(), replay.tally().changes)
}

const CHANGE: &str = r#"{"timestamp":"2026-01-01T00:00:00Z","level":"INFO","event.action":"delete_user","document.kind":"user","document.id":"jo","document.change":"deleted","store.epoch":"e","store.revision":2}"#;

#[test]
fn what_stands_between_the_lines_is_passed_over() {
    let log = format!("portcullis: it does not start\n\n{CHANGE}\r\n{CHANGE}");
    assert_eq!(outcome(log.as_bytes()), (Ok(()), String::new(), 2));
    assert_eq!(outcome(b""), (Ok(()), String::new(), 0));
}

#[test]
fn a_last_line_that_is_cut_off_is_left_out_and_told() {
    for length in 1..CHANGE.len() {
        let log = format!("{CHANGE}\n{}", &CHANGE[..length]);
        let (outcome, told, changes) = outcome(log.as_bytes());
        assert_eq!((outcome, changes), (Ok(()), 1), "{length}");
        assert!(told.contains("the last line, 2, is cut off"), "{told}");
    }
}

#[test]
fn anything_else_is_an_error_with_its_place() {
    let cut = &CHANGE[..40];
    let long = "x".repeat(usize::try_from(MAX_LINE_BYTES).unwrap());
    for log in [
        format!("{CHANGE}\n{cut}\n"),
        format!("{CHANGE}\n{cut}\n{CHANGE}\n"),
        format!("{CHANGE}\n2026-01-01 INFO for people\n"),
        format!("{CHANGE}\n{long}"),
        format!("{CHANGE}\n{}\n", CHANGE.replace(r#""document.kind":"user","#, "")),
    ] {
        let (outcome, told, _) = outcome(log.as_bytes());
        let error = outcome.unwrap_err();
        assert!(error.starts_with("nothing is written: [") && error.contains("log], line 2: "), "{error}");
        assert_eq!(told, "");
    }
    assert!(read(Path::new("nowhere"), &mut replay(), &mut Vec::new()).is_err());
}
