use std::collections::BTreeMap;
use std::io::{BufReader, Read};

use portcullis_store::{Bytes, Document, DocumentKey, Kind, Revision};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::*;

fn archive(bodies: &[&[u8]]) -> Vec<u8> {
    let header = Header {
        format: FORMAT,
        made_at: "2026-01-01T00:00:00.000Z".to_owned(),
        version: "0".to_owned(),
        engine: "memory".to_owned(),
        epoch: "e".to_owned(),
        revision: 9,
    };
    let mut writer = Writer::begin(Vec::new(), &header).unwrap();
    for (number, body) in bodies.iter().enumerate() {
        let key = DocumentKey::new(Kind::from_static("later-kind-"), number.to_string());
        let document = Document { key, revision: Revision(9), body: body.to_vec().into() };
        writer.document(&document).unwrap();
    }
    writer.finish().unwrap().1
}

fn read(bytes: &[u8]) -> Result<Vec<Vec<u8>>, ArchiveError> {
    let mut reader = Reader::open(bytes)?;
    let mut bodies = Vec::new();
    while let Some(document) = reader.next_document()? {
        bodies.push(document.body.to_vec());
    }
    Ok(bodies)
}

#[test]
fn bodies_come_back_byte_for_byte() {
    let bodies: [&[u8]; 3] = [b"{\"a\": \"\xc3\xa9\"}\n", b"\xff\x00\x01", b""];
    assert_eq!(read(&archive(&bodies)).unwrap(), bodies);
    assert!(read(&archive(&[])).unwrap().is_empty());
}

#[test]
fn no_part_of_an_archive_is_one() {
    let whole = archive(&[b"one", b"two", b"\xff"]);
    for length in 0..whole.len() {
        assert!(read(&whole[..length]).is_err(), "{length} of {} bytes", whole.len());
    }
    let mut longer = whole.clone();
    longer.push(b'\n');
    assert!(read(&longer).is_err());
}

#[test]
fn no_byte_can_be_changed() {
    let whole = archive(&[b"one", b"two"]);
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        assert!(read(&changed).is_err(), "byte {at}");
    }
}

#[test]
fn what_is_something_else_is_told() {
    assert!(matches!(read(b"PK\x03\x04"), Err(ArchiveError::Foreign)));
    assert!(matches!(read(b"{\"portcullis_backup\":2,\"x\":1}\n"), Err(ArchiveError::Format { found: 2 })));
}

/// An archive of these lines, with a trailer that fits them.
fn signed(lines: &[String]) -> Vec<u8> {
    let header =
        r#"{"portcullis_backup":1,"made_at":"t","version":"0","engine":"e","epoch":"e","revision":9}"#;
    let mut text = format!("{header}\n");
    for line in lines {
        text.push_str(line);
        text.push('\n');
    }
    let sha256 = hex(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()).as_ref());
    text.push_str(&format!("{{\"documents\":{},\"sha256\":\"{sha256}\"}}\n", lines.len()));
    text.into_bytes()
}

fn document(kind: &str, id: &str, more: &str) -> String {
    format!(r#"{{"kind":"{kind}","id":"{id}","revision":1{more}}}"#)
}

#[test]
fn what_somebody_made_up_is_looked_at_though_its_checksum_fits() {
    let text = r#","text":"t""#;
    assert!(read(&signed(&[document("a-", "x", text), document("a-", "y", text)])).is_ok());
    let long = "i".repeat(MAX_ID_BYTES + 1);
    for (lines, reason) in [
        (vec![document("a-", "x", text), document("a-", "x", text)], "not in order"),
        (vec![document("b-", "x", text), document("a-", "x", text)], "not in order"),
        (vec![document("a-", "x", r#","text":"t","base64":"dA==""#)], "not exactly one content"),
        (vec![document("a-", "x", "")], "not exactly one content"),
        (vec![document("a-", "x", r#","base64":"?""#)], "its base64 is none"),
        (vec![document("a-", "x", r#","text":"t","more":1"#)], "is not understood"),
        (vec![r#"{"kind":"a-","id":"x","revision":10,"text":"t"}"#.to_owned()], "newer than the backup"),
        (vec![document("a/b", "x", text)], "line 2: "),
        (vec![document("a-", "", text)], "line 2: "),
        (vec![document("a-", &long, text)], "line 2: "),
        (vec!["[".repeat(100_000)], "is not understood"),
        (vec!["\u{0}".to_owned()], "is not understood"),
        (vec![String::new()], "is not understood"),
    ] {
        let error = read(&signed(&lines)).unwrap_err().to_string();
        assert!(error.contains(reason), "{lines:?}: {error}");
    }
}

#[test]
fn another_count_or_checksum_is_refused() {
    let whole = String::from_utf8(archive(&[b"one", b"two"])).unwrap();
    let fewer = whole.replace("\"documents\":2", "\"documents\":1");
    let another = whole.replace("\"text\":\"one\"", "\"text\":\"eno\"");
    for altered in [fewer, another] {
        assert_ne!(altered, whole);
        assert!(matches!(read(altered.as_bytes()), Err(ArchiveError::Altered)));
    }
}

#[test]
fn a_line_without_an_end_is_not_read_to_its_end() {
    assert!(matches!(Reader::open(BufReader::new(std::io::repeat(b'x'))), Err(ArchiveError::Foreign)));
    let whole = archive(&[b"one"]);
    let header = whole.iter().position(|byte| *byte == b'\n').unwrap();
    let endless = whole[..=header].chain(std::io::repeat(b' '));
    let mut reader = Reader::open(BufReader::new(endless)).unwrap();
    let error = reader.next_document().unwrap_err().to_string();
    assert_eq!(error, "line 2: it is too long");
}

/// Documents in any order, with content of any kind.
fn documents() -> impl Strategy<Value = BTreeMap<(String, String), Vec<u8>>> {
    let body = prop_oneof![vec(any::<u8>(), 0..40), ".{0,40}".prop_map(String::into_bytes)];
    btree_map(("(a-|b_|)", "[^\u{0}]{1,12}"), body, 0..6)
}

fn archive_of(documents: &BTreeMap<(String, String), Vec<u8>>) -> Vec<u8> {
    let whole = archive(&[]);
    let header = whole.split_inclusive(|byte| *byte == b'\n').next().unwrap();
    let header = serde_json::from_slice(header).unwrap();
    let mut writer = Writer::begin(Vec::new(), &header).unwrap();
    for ((kind, id), body) in documents {
        let key = DocumentKey::new(Kind::from_string(kind.clone()), id.clone());
        writer.document(&Document { key, revision: Revision(3), body: Bytes::from(body.clone()) }).unwrap();
    }
    writer.finish().unwrap().1
}

proptest! {
    #[test]
    fn whatever_is_in_it_comes_back(documents in documents()) {
        let bodies: Vec<Vec<u8>> = documents.values().cloned().collect();
        prop_assert_eq!(read(&archive_of(&documents)).unwrap(), bodies);
    }

    #[test]
    fn what_was_cut_off_or_changed_is_none(documents in documents(), at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let whole = archive_of(&documents);
        let at = at.index(whole.len());
        prop_assert!(read(&whole[..at]).is_err());
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << bit;
        prop_assert!(read(&flipped).is_err());
        let mut without = whole;
        without.remove(at);
        prop_assert!(read(&without).is_err());
    }

    #[test]
    fn no_bytes_make_it_fall(bytes in vec(any::<u8>(), 0..300), lines in vec("[ -~]{0,60}", 0..4)) {
        prop_assert!(read(&bytes).is_err());
        prop_assert!(lines.is_empty() || read(&signed(&lines)).is_err());
    }
}
