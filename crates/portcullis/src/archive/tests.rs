use portcullis_store::{Document, DocumentKey, Kind, Revision};

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
