use super::{Identity, Presence, Record};
use crate::error::RecordError;
use crate::order::{Cleared, Outcome};
use crate::revision::Revision;
use crate::timing::Timing;

fn record() -> Record {
    let text = "a".to_owned();
    Record {
        identity: Identity {
            node_id: text.clone(),
            name: text.clone(),
            address: text.clone(),
            version: text,
        },
        window: Timing::new(4_000, 500, 0.11).expect("allowed").own(),
        seq: 7,
        applied: Revision(5),
        wall_ms: 1,
        presence: Presence::Leaving,
        cleared: vec![
            Cleared::new(Revision(4), Outcome::Evicted(3)),
            Cleared::new(Revision(5), Outcome::Error("no".to_owned())),
        ],
    }
}

#[test]
fn what_is_written_is_read() {
    assert_eq!(Record::decode(&record().encode()), Ok(record()));
    assert_eq!(record().outcome(Revision(4)), Some(&Outcome::Evicted(3)));
    assert_eq!(record().outcome(Revision(9)), None);
}

#[test]
fn fields_of_a_later_version_are_passed_over() {
    let mut text = String::from_utf8(record().encode()).expect("text");
    text.insert_str(1, "\"later\":{\"x\":[1]},");
    assert_eq!(Record::decode(text.as_bytes()), Ok(record()));
}

#[test]
fn hostile_bytes_are_no_record() {
    assert_eq!(Record::decode(&vec![b' '; 70_000]), Err(RecordError::TooLarge(70_000)));
    let deep = "[".repeat(60_000);
    for bytes in ["", "{}", "null", "\u{0}", deep.as_str()] {
        assert!(matches!(Record::decode(bytes.as_bytes()), Err(RecordError::Malformed(_))));
    }
    let text = String::from_utf8(record().encode()).expect("text");
    for (from, to) in [("4000", "40000"), ("4000", "1"), ("110", "501")] {
        let wrong = text.replacen(from, to, 1);
        assert_eq!(Record::decode(wrong.as_bytes()), Err(RecordError::OutOfLimits("window")), "{to}");
    }
    let mut long = record();
    long.identity.name = "x".repeat(2_000);
    assert_eq!(Record::decode(&long.encode()), Err(RecordError::OutOfLimits("identity")));
    let mut many = record();
    many.cleared = vec![Cleared::new(Revision(1), Outcome::Evicted(0)); 33];
    assert_eq!(Record::decode(&many.encode()), Err(RecordError::OutOfLimits("cleared")));
}

#[test]
fn long_texts_are_cut_between_characters() {
    let Outcome::Error(text) = Cleared::new(Revision(1), Outcome::Error("é".repeat(200))).outcome else {
        panic!("an error");
    };
    assert_eq!(text, "é".repeat(128));
}
