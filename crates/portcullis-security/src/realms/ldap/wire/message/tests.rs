//! What a server may say, and when.

use super::*;

fn message(id: u8, operation: &[u8]) -> Vec<u8> {
    ber::wrap(SEQUENCE, &[&[2, 1, id], operation])
}

fn result(tag: u8, code: u8) -> Vec<u8> {
    ber::wrap(tag, &[&[ENUMERATED, 1, code], b"\x04\x00\x04\x02no"])
}

const BIND: Option<Asked> = Some(Asked { id: 7, operation: Operation::Bind });
const SEARCH: Option<Asked> = Some(Asked { id: 7, operation: Operation::Search });

#[test]
fn an_answer_to_what_was_asked_is_passed_on() {
    let answer = message(7, &result(BIND_RESPONSE, 49));
    assert_eq!(heard(&answer, BIND), Ok(Heard::Last(answer.clone(), 49)));
    let entry = message(7, &ber::wrap(SEARCH_ENTRY, &[b"\x04\x01a\x30\x00"]));
    assert_eq!(heard(&entry, SEARCH), Ok(Heard::Part(entry.clone())));
    let done = message(7, &result(SEARCH_DONE, 0));
    assert_eq!(heard(&done, SEARCH), Ok(Heard::Last(done.clone(), 0)));
}

#[test]
fn an_answer_to_anything_else_ends_the_connection() {
    assert!(heard(&message(8, &result(BIND_RESPONSE, 0)), BIND).is_err(), "another number");
    assert!(heard(&message(7, &result(BIND_RESPONSE, 0)), SEARCH).is_err(), "another operation");
    assert!(heard(&message(7, &result(SEARCH_DONE, 0)), BIND).is_err(), "another operation");
    assert!(heard(&message(7, &result(BIND_RESPONSE, 0)), None).is_err(), "nothing was asked");
    assert!(heard(&message(0, &result(EXTENDED_RESPONSE, 52)), BIND).is_err(), "a notice of disconnection");
}

#[test]
fn controls_are_dropped() {
    let bind = result(BIND_RESPONSE, 0);
    let with = ber::wrap(SEQUENCE, &[&[2, 1, 7], &bind, b"\xa0\x04\x30\x02\x05\x00"]);
    assert_eq!(heard(&with, BIND), Ok(Heard::Last(message(7, &bind), 0)));
}

#[test]
fn shapes_on_which_the_library_would_panic_do_not_reach_it() {
    let shapes: [&[u8]; 8] = [
        b"",
        b"\x0a\x00\x04\x00\x04\x00",                     // a code without octets
        b"\x0a\x01\x00\x04\x00",                         // no text
        b"\x02\x01\x00\x04\x00\x04\x00",                 // a code of another type
        b"\x0a\x01\x00\x24\x00\x04\x00",                 // a constructed name
        b"\x0a\x01\x00\x04\x01\xff\x04\x00",             // a name that is not UTF-8
        b"\x0a\x01\x0a\x04\x00\x04\x00\xa3\x02\x02\x00", // a referral that is a number
        b"\x0a\x01\x00\x04\x00\x04\x00\x83\x01\x00",     // referrals that are no list
    ];
    for shape in shapes {
        let answer = message(7, &ber::wrap(BIND_RESPONSE, &[shape]));
        assert!(heard(&answer, BIND).is_err(), "{shape:?}");
    }
    assert!(heard(b"\x30\x00", BIND).is_err());
    assert!(heard(b"\x30\x03\x02\x01\x07", BIND).is_err());
}

#[test]
fn a_message_has_a_length_that_is_waited_for_up_to_a_limit() {
    assert_eq!(size(b"\x30"), Ok(None));
    assert_eq!(size(b"\x30\x05\x02"), Ok(Some(7)));
    assert!(size(b"HTTP/1.1 400 Bad Request").is_err());
    assert!(size(b"\x30\x84\x7f\xff\xff\xff").is_err());
}

#[test]
fn our_own_questions_are_known() {
    let bind = message(7, &ber::wrap(BIND_REQUEST, &[b""]));
    assert_eq!(asked(&bind), Ok(BIND));
    let search = message(7, &ber::wrap(SEARCH_REQUEST, &[b""]));
    assert_eq!(asked(&search), Ok(SEARCH));
    assert_eq!(asked(&message(7, b"\x42\x00")), Ok(None));
}

#[test]
fn an_entry_has_a_depth_and_ends_within_its_message() {
    let of = |entry: &[u8]| heard(&message(7, &ber::wrap(SEARCH_ENTRY, &[entry])), SEARCH);
    assert!(of(b"\x04\x01a\x30\x00").is_ok());
    assert!(of(b"\x04\x01a\x30\x07").is_err());
    assert!(of(&(0..1_000).fold(Vec::new(), |inner, _| ber::wrap(0x30, &[&inner]))).is_err());
}
