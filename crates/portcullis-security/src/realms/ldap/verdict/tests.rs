//! The table of result codes.

use super::*;
use crate::realms::ldap::trouble::Fault;

const AD: &str = "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data ";

#[test]
fn zero_is_yes() {
    assert_eq!(of_bind(0, ""), Ok(Verdict::Yes));
}

#[test]
fn clear_noes_are_noes() {
    for code in [19, 48, 49, 50, 53] {
        assert_eq!(of_bind(code, ""), Ok(Verdict::No), "{code}");
    }
    for code in [32, 34] {
        assert_eq!(of_bind(code, ""), Ok(Verdict::NoSuchEntry), "{code}");
    }
}

#[test]
fn active_directory_tells_who_is_unknown() {
    let of = |data: &str| of_bind(49, &format!("{AD}{data}, v4563\0"));
    assert_eq!(of("525"), Ok(Verdict::NoSuchEntry));
    for known in ["52e", "530", "531", "532", "533", "701", "773", "775"] {
        assert_eq!(of(known), Ok(Verdict::No), "{known}");
    }
}

#[test]
fn a_server_that_cannot_serve_is_spared() {
    for code in [51, 52] {
        assert_eq!(of_bind(code, "").unwrap_err().fault, Fault::Server, "{code}");
        assert_eq!(of_search("dc=x", code, "").fault, Fault::Server, "{code}");
    }
}

#[test]
fn every_other_code_is_neither_yes_nor_no() {
    let decided = [0, 19, 32, 34, 48, 49, 50, 51, 52, 53];
    for code in (0..200).filter(|code| !decided.contains(code)) {
        assert_eq!(of_bind(code, "").unwrap_err().fault, Fault::Answer, "{code}");
    }
    for code in (1..200).filter(|code| ![51, 52].contains(code)) {
        assert_eq!(of_search("dc=x", code, "").fault, Fault::Answer, "{code}");
    }
}

#[test]
fn a_log_line_has_room_for_so_much() {
    let long = "x\n".repeat(10_000);
    for code in [32, 80] {
        let reason = of_search(&long, code, &long).reason;
        assert!(reason.len() < 500 && !reason.contains('\n'), "{reason}");
    }
}

#[test]
fn a_search_that_fails_says_where() {
    for code in [32, 80] {
        let reason = of_search("ou=nowhere,dc=x", code, "").reason;
        assert!(reason.contains("[ou=nowhere,dc=x]"), "{reason}");
    }
}
