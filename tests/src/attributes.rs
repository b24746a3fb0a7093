//! The attributes of an entry, as `ldap3` takes them.

use std::collections::HashSet;

/// Each attribute once, with all of its values.
pub(crate) fn grouped<'a>(attributes: &[(&'a str, &'a str)]) -> Vec<(&'a str, HashSet<&'a str>)> {
    let mut grouped: Vec<(&str, HashSet<&str>)> = Vec::new();
    for (name, value) in attributes {
        match grouped.iter_mut().find(|(known, _)| known == name) {
            Some((_, values)) => drop(values.insert(value)),
            None => grouped.push((name, HashSet::from([*value]))),
        }
    }
    grouped
}
