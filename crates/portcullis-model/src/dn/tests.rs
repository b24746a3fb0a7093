//! Distinguished names: what is read, which are the same, and what is beneath what.

mod properties;
mod wildcards;

use super::*;

fn read(text: &str) -> DistinguishedName {
    DistinguishedName::parse(text).unwrap()
}

#[test]
fn names_have_one_normalized_form() {
    let cases = [
        ("", ""),
        ("  ", ""),
        ("CN=Jo", "cn=jo"),
        (" CN = Jo   Bloggs , OU=People;DC=Example ", "cn=jo bloggs,ou=people,dc=example"),
        ("cn=jo\\ ", "cn=jo"),
        ("cn=", "cn="),
        ("cn=,dc=a", "cn=,dc=a"),
        // Types: synonyms, numbers, with or without `OID.`.
        ("2.5.4.3=x,OID.2.5.4.11=y,oid.1.2.3=z", "cn=x,ou=y,1.2.3=z"),
        ("E=jo@example.org", "emailaddress=jo@example.org"),
        ("x-special_1=y", "x-special_1=y"),
        // Values: escapes of every sort, quotes, hexadecimal.
        (r"cn=Smith\, John,dc=a", r"cn=smith\2c john,dc=a"),
        (r"cn=Smith\2C John,dc=a", r"cn=smith\2c john,dc=a"),
        (r#"cn="Smith, John",dc=a"#, r"cn=smith\2c john,dc=a"),
        (r#"cn="say \"hi\" \\",dc=a"#, r"cn=say \22hi\22 \5c,dc=a"),
        (r"cn=\#1", r"cn=\231"),
        (r"cn=a#1", r"cn=a#1"),
        (r"cn=a=b", r"cn=a\3db"),
        (r"cn=a\+b\;c\<d\>", r"cn=a\2bb\3bc\3cd\3e"),
        (r"cn=Lu\C4\8Di\C4\87", "cn=lučić"),
        ("cn=ÄÖ", "cn=äö"),
        ("cn=ΣΑΣ", "cn=σασ"),
        ("cn=σας", "cn=σασ"),
        ("cn=#04024869", "cn=hi"),
        ("cn=#0C024869", "cn=hi"),
        ("cn=#048102FFFE", "cn=#048102fffe"),
        ("cn=#0500", "cn=#0500"),
        // Several parts in one relative name, in any order.
        ("OU=Sales+CN=J. Smith,DC=a", "cn=j. smith+ou=sales,dc=a"),
        ("CN=J. Smith + OU=Sales,DC=a", "cn=j. smith+ou=sales,dc=a"),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text).normalized(), expected, "{text}");
        assert_eq!(read(text), read(expected), "{text}");
        assert_eq!(read(text).to_string(), text);
    }
}

#[test]
fn what_is_no_name_is_told_with_its_place() {
    let cases = [
        ("jo", "[=] expected at position [2]"),
        ("=x", "a type expected at position [0]"),
        ("cn=a,", "a type expected at position [5]"),
        (",cn=a", "a type expected at position [0]"),
        ("cn=a,,dc=b", "a type expected at position [5]"),
        ("c n=a", "[=] expected at position [2]"),
        ("c.n=a", "a type expected at position [0]"),
        ("1x=a", "a type that begins with a digit is numbers with points between them at position [0]"),
        ("oid.cn=a", "a type expected at position [0]"),
        ("cn=a+", "a type expected at position [5]"),
        ("cn=a\"b", "this must be escaped at position [4]"),
        ("cn=a<b", "this must be escaped at position [4]"),
        ("cn=a\0", "this must be escaped at position [4]"),
        ("cn=a\\", "an escaped character expected at position [5]"),
        ("cn=a\\x", "this cannot be escaped at position [5]"),
        ("cn=\\c4", "the value is not UTF-8 at position [3]"),
        ("cn=\"a", "the quotes do not end at position [5]"),
        ("cn=\"a\"b", "a separator expected at position [6]"),
        ("cn=#", "a pair of digits expected at position [4]"),
        ("cn=#0", "a pair of digits expected at position [5]"),
        ("cn=#04x", "a separator expected at position [6]"),
    ];
    for (text, expected) in cases {
        let error = DistinguishedName::parse(text).unwrap_err();
        assert_eq!(error.to_string(), format!("not a distinguished name: {expected}"), "{text}");
    }
}

#[test]
fn length_and_parts_have_a_limit() {
    let long = format!("cn={}", "x".repeat(MAX_DN_BYTES - 3));
    assert!(DistinguishedName::parse(&long).is_ok());
    assert_eq!(DistinguishedName::parse(&format!("{long}x")), Err(DnError::TooLong(MAX_DN_BYTES + 1)));
    let name = |separator: &str, parts: usize| DistinguishedName::parse(&vec!["a=b"; parts].join(separator));
    for (separator, most) in [(",", MAX_RDNS), ("+", MAX_RDN_PARTS)] {
        assert!(name(separator, most).is_ok());
        assert_eq!(name(separator, most + 1), Err(DnError::TooManyParts));
    }
}

#[test]
fn the_first_value_is_as_it_was_written() {
    let first = |text: &str| read(text).first_value().map(str::to_owned);
    assert_eq!(first(r"CN=Smith\, John + OU=x,DC=a").as_deref(), Some("Smith, John"));
    assert_eq!(first("cn=#04024869,dc=a").as_deref(), Some("Hi"));
    assert_eq!(first(""), None);
}

#[test]
fn a_name_is_within_what_is_above_it() {
    let cases = [
        ("cn=a,dc=b,dc=c", "DC=B, DC=C", true),
        ("cn=a,dc=b,dc=c", "dc=c", true),
        ("cn=a,dc=b", "", true),
        ("dc=b", "dc=b", false),
        ("dc=b", "cn=a,dc=b", false),
        ("cn=a,dc=xb", "dc=b", false),
        ("", "", false),
        // A comma in a value does not separate.
        (r"cn=a\,dc=b", "dc=b", false),
        ("cn=\"a,dc=b\"", "dc=b", false),
    ];
    for (name, base, expected) in cases {
        assert_eq!(read(name).is_within(&read(base)), expected, "[{name}] within [{base}]");
    }
}
