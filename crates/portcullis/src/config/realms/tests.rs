use crate::config::tests::file;
use crate::config::{RealmConfig, RealmKind};

const REALMS: &str = "xpack.security.authc.realms";

/// The chain as `type.name` from a map of realms in YAML's flow style.
fn chain(realms: &str) -> Vec<String> {
    let config = file(&format!("{REALMS}: {{{realms}}}\n")).load();
    config.authc.realms.iter().map(|realm| format!("{}.{}", realm.kind.name(), realm.name)).collect()
}

fn refusal(realms: &str) -> String {
    file(&format!("{REALMS}: {{{realms}}}\n")).refusal()
}

#[test]
fn configured_realms_replace_the_implicit_ones_and_follow_by_order() {
    assert_eq!(
        chain("native.n: {order: 1}, file.f: {order: 0}"),
        ["reserved.reserved", "file.f", "native.n"]
    );
    assert_eq!(
        chain("native.n: {order: -5}, file.f: {order: 0}"),
        ["reserved.reserved", "native.n", "file.f"]
    );
    assert_eq!(chain("native.n: {order: 0}"), ["reserved.reserved", "file.default_file", "native.n"]);
    assert_eq!(chain("file.f: {order: 0}"), ["reserved.reserved", "native.default_native", "file.f"]);
}

#[test]
fn a_disabled_realm_is_not_in_the_chain_and_needs_no_order() {
    assert_eq!(chain("file.f: {enabled: false}"), ["reserved.reserved", "native.default_native"]);
    assert_eq!(chain("file.f.enabled: false, native.n.enabled: false"), ["reserved.reserved"]);
    assert_eq!(
        chain("native.a: {enabled: false}, native.b: {order: 3}"),
        ["reserved.reserved", "file.default_file", "native.b"]
    );
}

#[test]
fn the_reserved_realm_can_be_switched_off_but_not_configured() {
    let config = file("xpack.security.authc.reserved_realm.enabled: false\n").load();
    assert!(!config.authc.reserved_realm_enabled);
    assert!(config.authc.realms.iter().all(|realm| realm.kind != RealmKind::Reserved));
    let reason = refusal("reserved.reserved: {order: 1}");
    assert!(reason.contains("unknown realm type [reserved] for realm [reserved.reserved];"), "{reason}");
}

#[test]
fn a_realm_has_its_own_settings() {
    let text = format!(
        "{REALMS}.native.n:\n  order: 7\n  authentication.enabled: false\n  cache: {{ttl: 1m, max_users: 9, hash_algo: pbkdf2}}\n"
    );
    let config = file(&text).load();
    let [_, _, native] = config.authc.realms.as_slice() else { panic!("not three realms") };
    let RealmConfig { kind, name, order, authentication_enabled, cache } = native;
    assert_eq!((*kind, name.as_str(), *order, *authentication_enabled), (RealmKind::Native, "n", 7, false));
    assert_eq!((cache.ttl_millis, cache.max_entries, cache.hash_algo.name()), (60_000, 9, "pbkdf2"));
}

#[test]
fn an_enabled_realm_needs_an_order() {
    assert_eq!(
        refusal("native.n: {cache.ttl: 0}"),
        "conf/portcullis.yml line 1: realm [native.n] needs an order: set \
         [xpack.security.authc.realms.native.n.order] to a number that no other realm has"
    );
}

#[test]
fn orders_and_names_are_not_shared() {
    assert_eq!(
        refusal("native.n: {order: 1}, file.f: {order: 1}"),
        "Found multiple realms configured with the same order: 1: [file.f, native.n]"
    );
    assert_eq!(
        refusal("native.x: {order: 1}, file.x: {order: 2}"),
        "Found multiple realms configured with the same name: x: [file.x, native.x]"
    );
    assert_eq!(
        refusal("native.default_file: {order: 1}"),
        "Found multiple realms configured with the same name: default_file: [file.default_file, native.default_file]"
    );
    assert_eq!(
        refusal("native.reserved: {order: 1}"),
        "Found multiple realms configured with the same name: reserved: [reserved.reserved, native.reserved]"
    );
}

#[test]
fn there_is_one_realm_of_a_type() {
    assert_eq!(
        refusal("native.a: {order: 1}, native.b: {order: 2}"),
        "conf/portcullis.yml line 1: multiple [native] realms are configured. [native] is an internal realm and \
         therefore there can only be one such realm configured"
    );
}

#[test]
fn names_that_begin_with_an_underscore_are_kept() {
    assert_eq!(
        refusal("native._n: {order: 1}"),
        "conf/portcullis.yml line 1: realm [native._n]: names that begin with [_] are kept for internal realms"
    );
}

#[test]
fn a_type_that_nobody_has_is_unknown() {
    for settings in ["order: 1", "url: x", "order: 1, url: x,\nbind_dn: y"] {
        assert_eq!(
            refusal(&format!("ldpa.l: {{{settings}}}")),
            "conf/portcullis.yml line 1: unknown realm type [ldpa] for realm [ldpa.l]; supported are \
             [active_directory, file, ldap, native]"
        );
    }
}

#[test]
fn a_realm_without_a_name_is_told_where_the_name_belongs() {
    for key in ["order", "url", "user_search.base_dn"] {
        assert_eq!(
            refusal(&format!("ldap.{key}: 1")),
            format!(
                "conf/portcullis.yml line 1: unknown setting [{REALMS}.ldap.{key}]: the name of the realm is missing, \
                 as in [{REALMS}.ldap.<name>.{key}]"
            )
        );
    }
}

#[test]
fn a_type_that_is_not_built_stops_the_start_unless_the_realm_is_disabled() {
    for kind in super::NOT_BUILT {
        let reason = refusal(&format!("{kind}.r: {{order: 1, some.key: s3cret}}"));
        let start =
            format!("conf/portcullis.yml line 1: realm type [{kind}] of realm [{kind}.r] is not supported");
        assert!(reason.starts_with(&start) && !reason.contains("s3cret"), "{reason}");
    }
    let given = file(&format!("{REALMS}.jwt.l: {{order: 1, enabled: false, url: x}}\n"));
    let config = given.load();
    assert_eq!(config.authc.realms.len(), 3);
    assert_eq!(
        config.warnings.first().map(String::as_str),
        Some("realm [jwt.l] is disabled, its settings have no effect")
    );
}

#[test]
fn a_setting_of_another_type_is_told_whose_it_is() {
    for (kind, key, other) in [
        ("active_directory", "user_dn_templates", "ldap"),
        ("ldap", "domain_name", "active_directory"),
        ("native", "unmapped_groups_as_roles", "active_directory"),
    ] {
        assert_eq!(
            refusal(&format!("{kind}.r.{key}: x")),
            format!(
                "conf/portcullis.yml line 1: unknown setting [{REALMS}.{kind}.r.{key}]: realms of the type [{other}] \
                 have it, those of [{kind}] do not"
            )
        );
    }
}
