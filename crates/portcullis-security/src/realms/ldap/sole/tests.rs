//! One entry, none, several.

use super::*;
use crate::realms::ldap::entry::Entry;

fn found(names: &[&str], end: End) -> Found {
    let entries = names.iter().map(|name| Entry::bare((*name).to_owned())).collect();
    Found { entries, references: Vec::new(), end }
}

#[test]
fn nobody_guesses() {
    assert_eq!(Sole::of(found(&[], End::Complete)), Ok(Sole::Nobody));
    assert_eq!(Sole::of(found(&["uid=a"], End::Complete)), Ok(Sole::This(Entry::bare("uid=a".to_owned()))));
    assert_eq!(Sole::of(found(&["uid=a", "uid=b"], End::Complete)), Ok(Sole::Several));
    assert_eq!(Sole::of(found(&["uid=a", "uid=b"], End::Cut)), Ok(Sole::Several));
}

#[test]
fn what_was_kept_back_is_not_known() {
    assert!(Sole::of(found(&[], End::Cut)).is_err());
    assert!(Sole::of(found(&["uid=a"], End::Cut)).is_err());
}

#[test]
fn an_entry_without_a_name_is_nobody_to_bind_as() {
    assert!(Sole::of(found(&[""], End::Complete)).is_err());
    assert!(Sole::of(found(&[" "], End::Complete)).is_err());
}
