use std::collections::BTreeSet;

use super::{DIRECTORIES, DIRECTORY, Default, Effect, Row, find, nearest, rows};
use crate::config::kind::Kind;
use crate::config::yaml::Written;

#[test]
fn names_are_unique_and_well_formed() {
    let mut seen = BTreeSet::new();
    for row in rows() {
        assert!(seen.insert(row.name), "{} stands twice", row.name);
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._<>*".contains(c);
        assert!(row.name.chars().all(fits), "{}", row.name);
        assert_eq!(row.name.matches('*').count(), usize::from(row.name.ends_with(".*")), "{}", row.name);
    }
}

#[test]
fn every_row_is_documented_in_one_line() {
    for row in rows() {
        let mut lines = vec![row.doc];
        match row.effect {
            Effect::Works => {}
            Effect::AcceptedNoEffect(why) => lines.push(why),
            Effect::Refused { why, .. } => lines.push(why),
        }
        for line in lines {
            assert!(line.len() > 10 && !line.contains(['\n', '|']), "{}: {line}", row.name);
        }
        assert!(row.doc.ends_with('.'), "{}", row.name);
    }
}

#[test]
fn every_default_is_of_its_own_type() {
    for row in rows() {
        match row.default {
            Default::Is(text) => {
                row.kind.read(row.name, &Written::One(text.to_owned()), row.secret).unwrap();
            }
            Default::SameAs(other) => assert_eq!(find(other).unwrap().kind, row.kind, "{}", row.name),
            Default::Computed(words) => assert!(!words.is_empty()),
            Default::Unset => {}
        }
    }
}

#[test]
fn every_row_is_found_by_its_own_name() {
    for row in rows() {
        for directory in DIRECTORIES {
            let name = row.name.replace("<type>", "native").replace(DIRECTORY, directory);
            let name = name.replace("<name>", "n1").replace('*', "x.y");
            assert_eq!(find(&name).map(|found| found.name), Some(row.name), "{name}");
        }
    }
}

#[test]
fn nothing_without_effect_is_read_and_none_of_it_is_shown() {
    for row in rows().filter(|row| row.effect != Effect::Works) {
        assert!(row.secret && row.kind == Kind::Anything, "{}", row.name);
    }
}

#[test]
fn a_secret_that_is_read_is_hidden() {
    for row in rows().filter(|row| row.effect == Effect::Works) {
        assert_eq!(row.secret, row.kind == Kind::Secret, "{}", row.name);
    }
}

fn found(name: &str) -> Option<&'static str> {
    find(name).map(|row: &Row| row.name)
}

#[test]
fn the_closest_row_describes_a_setting() {
    assert_eq!(found("transport.port"), Some("transport.*"));
    assert_eq!(found("transport.tcp.port"), Some("transport.*"));
    assert_eq!(found("transport"), None);
    assert_eq!(found("transport."), None);
    assert_eq!(found("logger.level"), Some("logger.level"));
    assert_eq!(found("logger.org.elasticsearch"), Some("logger.*"));
    assert_eq!(found("xpack.security.authc.token.enabled"), Some("xpack.security.authc.token.enabled"));
    assert_eq!(found("xpack.security.authc.token.timeout"), Some("xpack.security.authc.token.*"));
    assert_eq!(
        found("xpack.security.authc.realms.ldap.l.order"),
        Some("xpack.security.authc.realms.<type>.<name>.order")
    );
    for kind in DIRECTORIES {
        let url = format!("xpack.security.authc.realms.{kind}.l.url");
        assert_eq!(found(&url), Some("xpack.security.authc.realms.<directory>.<name>.url"));
    }
    assert_eq!(found("xpack.security.authc.realms.ldap.l.domain_name"), None);
    assert_eq!(found("xpack.security.authc.realms.active_directory.l.user_dn_templates"), None);
    assert_eq!(found("xpack.security.authc.realms.jwt.l.url"), Some("xpack.security.authc.realms.jwt.*"));
    assert_eq!(found("xpack.security.authc.realms.file.f.url"), None);
    assert_eq!(found("xpack.security.authc.realms.file..order"), None);
    assert_eq!(found(""), None);
    assert_eq!(found("cluster.nam"), None);
}

#[test]
fn a_slip_is_answered_with_the_name_that_was_meant() {
    let meant = |name: &str| nearest(name).unwrap_or_default();
    assert_eq!(meant("http.prot"), "http.port");
    assert_eq!(meant("cluster.nmae"), "cluster.name");
    assert_eq!(meant("xpack.security.enable"), "xpack.security.enabled");
    assert_eq!(
        meant("xpack.security.authc.realms.native.my_realm.cache.tll"),
        "xpack.security.authc.realms.native.my_realm.cache.ttl"
    );
    assert_eq!(
        meant("xpack.security.authc.realms.ldap.my_realm.user_serach.base_dn"),
        "xpack.security.authc.realms.ldap.my_realm.user_search.base_dn"
    );
    assert!(!meant("xpack.security.authc.realms.native.my_realm.urls").contains("url"));
    assert_eq!(nearest("something.else.altogether"), None);
}
