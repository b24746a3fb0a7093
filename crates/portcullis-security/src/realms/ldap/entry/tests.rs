//! Entries as servers send them, good and bad.

use ldap3::asn1::{TagClass, parse_tag};

use super::*;

fn octets(text: &[u8]) -> StructureTag {
    StructureTag { class: TagClass::Universal, id: 4, payload: PL::P(text.to_vec()) }
}

fn list(parts: Vec<StructureTag>) -> StructureTag {
    StructureTag { class: TagClass::Universal, id: 16, payload: PL::C(parts) }
}

/// An entry with these attributes.
pub(in crate::realms::ldap) fn entry(dn: &str, attributes: &[(&str, &[&[u8]])]) -> Entry {
    let attribute = |(name, values): &(&str, &[&[u8]])| {
        list(vec![octets(name.as_bytes()), list(values.iter().map(|it| octets(it)).collect())])
    };
    let attributes = list(attributes.iter().map(attribute).collect());
    Entry::read(list(vec![octets(dn.as_bytes()), attributes])).unwrap()
}

#[test]
fn names_of_attributes_have_no_case() {
    let jo = entry("uid=jo", &[("memberOf", &[b"cn=a", b"cn=b"])]);
    assert_eq!(jo.texts("MEMBEROF").collect::<Vec<_>>(), ["cn=a", "cn=b"]);
    assert_eq!(jo.texts("member").count(), 0);
}

#[test]
fn octets_are_no_text() {
    let jo = entry("uid=jo", &[("photo", &[b"\xff\xd8", b"text"])]);
    assert_eq!(jo.texts("photo").collect::<Vec<_>>(), ["text"]);
    assert_eq!(jo.values("photo").count(), 2);
}

#[test]
fn a_list_that_was_cut_is_seen() {
    assert!(entry("x", &[("memberOf;range=0-1499", &[])]).is_cut("memberof"));
    assert!(!entry("x", &[("memberOf;range=1500-*", &[])]).is_cut("memberOf"));
    assert!(!entry("x", &[("memberOf", &[])]).is_cut("memberOf"));
}

#[test]
fn what_is_no_entry_is_none() {
    for bytes in [&b"\x64\x00"[..], b"\x64\x02\x04\x00", b"\x64\x05\x04\x01\xff\x30\x00", b"\x44\x00"] {
        let (_, tag) = parse_tag(bytes).unwrap();
        assert_eq!(Entry::read(tag), None, "{bytes:?}");
    }
}
