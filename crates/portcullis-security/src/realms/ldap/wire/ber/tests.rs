//! Headers, lengths and depth.

use proptest::prelude::*;

use super::*;

#[test]
fn an_element_is_taken_off_the_front() {
    let mut bytes: &[u8] = b"\x04\x02hi\x02\x01\x07";
    let first = take(&mut bytes).unwrap();
    assert_eq!((first.tag, first.content, first.whole), (4, &b"hi"[..], &b"\x04\x02hi"[..]));
    assert_eq!(number(expect(&mut bytes, 2).unwrap().content), Ok(7));
    assert!(bytes.is_empty());
    assert!(take(&mut bytes).is_err());
}

#[test]
fn a_header_that_is_not_complete_is_waited_for() {
    for bytes in [&b""[..], b"\x30", b"\x30\x82\x01"] {
        assert_eq!(size(bytes), Ok(None), "{bytes:?}");
    }
    assert_eq!(size(b"\x30\x82\x01\x00"), Ok(Some((4, 256))));
}

#[test]
fn what_ldap_does_not_use_is_refused() {
    assert!(size(b"\x30\x80").is_err(), "an indefinite length");
    assert!(size(b"\x30\x85\x00\x00\x00\x00\x01").is_err(), "a length of five octets");
    assert!(size(b"\x1f\x01\x00").is_err(), "a high tag number");
    assert!(number(b"").is_err());
    assert!(number(b"\x01\x02\x03\x04\x05").is_err());
}

#[test]
fn depth_has_a_limit() {
    let nested = |depth| (0..depth).fold(Vec::new(), |inner, _| wrap(0x30, &[&inner]));
    assert_eq!(check(&nested(MAX_DEPTH - 1)), Ok(()));
    assert!(check(&nested(MAX_DEPTH)).is_err());
    assert!(check(&nested(1_000)).is_err());
}

#[test]
fn an_element_that_reaches_beyond_its_own_is_refused() {
    assert!(check(b"\x30\x03\x04\x05hi").is_err());
    assert!(check(b"\x30\x04\x04\x02hi\x04").is_err());
}

proptest! {
    #[test]
    fn what_passes_is_read_by_the_library_to_the_last_byte(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        if check(&bytes).is_ok() && !bytes.is_empty() {
            let mut rest = bytes.as_slice();
            while !rest.is_empty() {
                let (remaining, _) = ldap3::asn1::parse_tag(rest).expect("checked");
                rest = remaining;
            }
        }
    }

    #[test]
    fn what_is_wrapped_can_be_taken(content in prop::collection::vec(any::<u8>(), 0..600)) {
        let bytes = wrap(0x04, &[&content]);
        let mut rest = bytes.as_slice();
        prop_assert_eq!(take(&mut rest).unwrap().content, content.as_slice());
        prop_assert!(rest.is_empty());
    }
}
