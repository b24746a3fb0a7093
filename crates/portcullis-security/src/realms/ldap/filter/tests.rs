//! What is put into a filter stays a value.

use ldap3::asn1::{ASNTag, PL, StructureTag};
use proptest::prelude::*;

use super::*;

fn parsed(text: &str) -> StructureTag {
    parse_filter(text).unwrap().into_structure()
}

/// The value that the one comparison of a filter has.
fn value_of(text: &str) -> Vec<u8> {
    let PL::C(parts) = parsed(text).payload else { panic!("{text} compares nothing") };
    let PL::P(value) = parts.into_iter().nth(1).unwrap().payload else { panic!("{text} has no value") };
    value
}

#[test]
fn signs_of_the_language_are_values() {
    assert_eq!(fill("(uid={0})", &["*"]), "(uid=\\2a)");
    assert_eq!(fill("(uid={0})", &["jo)(uid=*"]), "(uid=jo\\29\\28uid=\\2a)");
    assert_eq!(fill("(uid={0})", &["a\\b\0"]), "(uid=a\\5cb\\00)");
    assert_eq!(fill("(|(uid={0})(mail={0}))", &["x"]), "(|(uid=x)(mail=x))");
    assert_eq!(fill("(&(a={0})(b={1}))", &["x", "y"]), "(&(a=x)(b=y))");
}

#[test]
fn a_value_that_looks_like_a_place_is_none() {
    assert_eq!(fill("(&(a={0})(b={1}))", &["{1}", "{0}"]), "(&(a={1})(b={0}))");
}

#[test]
fn what_is_no_place_stays() {
    assert_eq!(fill("(a={2}{x{0}", &["v"]), "(a={2}{xv");
    assert_eq!(fill("{", &[]), "{");
}

#[test]
fn octets_are_values_too() {
    assert_eq!(value_of(&format!("(objectSid={})", octets(&[1, 0x28, 0xff, 0]))), [1, 0x28, 0xff, 0]);
}

#[test]
fn filters_of_the_settings_are_checked() {
    assert_eq!(check("(&(objectClass=user)(|(sAMAccountName={0})(userPrincipalName={1})))"), Ok(()));
    assert!(check("(uid={0}").is_err());
    assert!(check("").is_err());
}

proptest! {
    #[test]
    fn any_value_is_found_again_as_it_was(value in "\\PC*|[()*\\\\&|!=\0a-z{}0-9]*") {
        prop_assert_eq!(value_of(&fill("(uid={0})", &[&value])), value.as_bytes());
    }

    #[test]
    fn no_value_changes_what_is_asked(value in "[()*\\\\&|!=\0a-z{}0-9]{0,40}") {
        let template = "(&(objectClass=person)(|(uid={0})(mail={0}@x)))";
        let shape = |tag: &StructureTag| shape_of(tag);
        prop_assert_eq!(shape(&parsed(&fill(template, &[&value]))), shape(&parsed(&fill(template, &["x"]))));
    }
}

/// A filter without its values.
fn shape_of(tag: &StructureTag) -> String {
    match &tag.payload {
        PL::P(_) => format!("{}", tag.id),
        PL::C(parts) => {
            let parts: Vec<String> = parts.iter().map(shape_of).collect();
            format!("{}({})", tag.id, parts.join(" "))
        }
    }
}
