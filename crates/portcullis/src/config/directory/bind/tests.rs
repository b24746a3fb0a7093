use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use crate::config::Config;
use crate::config::directory::tests::{SEARCH, SERVER, assert_hidden, ldap, name, one, refused, warned};
use crate::config::tests::Given;

fn password_of(given: &Given) -> Vec<u8> {
    assert_hidden(given);
    one(given).ldap.bind.unwrap().password.expose().to_vec()
}

#[test]
fn the_password_comes_from_the_environment() {
    let realm = format!("{SEARCH}, bind_dn: 'cn=a'");
    let password = name("secure_bind_password");
    let as_variable = "ES_SETTING_XPACK_SECURITY_AUTHC_REALMS_LDAP_R_SECURE__BIND__PASSWORD";
    for variable in [password.as_str(), as_variable] {
        let given = ldap(&realm).env(variable, "s3cret ${not a variable");
        assert_eq!(password_of(&given), b"s3cret ${not a variable");
        assert_eq!(one(&given).ldap.bind.unwrap().dn, "cn=a");
    }
    let placed = ldap(&format!("{realm}, secure_bind_password: '${{BIND_PW}}'"));
    assert_eq!(password_of(&placed.env("BIND_PW", "s3cret")), b"s3cret");
    let given = ldap(&realm).set(&format!("{password}=${{BIND_PW}}")).env("BIND_PW", "s3cret");
    assert_eq!(password_of(&given), b"s3cret");
    let missing = ldap(&format!("{realm}, secure_bind_password: '${{BIND_PW}}'"));
    refused(
        &missing,
        "setting [.secure_bind_password] needs the environment variable [BIND_PW], which is not set",
    );
    let long = ldap(&realm).env(&password, &"s3cret".repeat(1000));
    assert!(long.refusal().ends_with(&format!("setting [{password}] must not be longer than 4096 bytes")));
    assert_hidden(&long);
}

#[test]
fn a_password_that_stands_in_the_settings_is_refused() {
    let realm = format!("{SEARCH}, bind_dn: 'cn=a'");
    let password = name("secure_bind_password");
    let reason = format!(
        "setting [{password}] is a secret, which does not belong here. Give it by an environment variable called \
         [{password}], by a variable that is named here as ${{NAME}}, or by the file of [{password}_file]"
    );
    for text in ["s3cret", "'${A:s3cret}'", "'s3cret${A}'", "'${A}${B}'", "['s3cret']", "['${A}']", "'${}'"] {
        let given = ldap(&format!("{realm}, secure_bind_password: {text}")).env("A", "a").env("B", "b");
        assert_eq!(given.refusal(), format!("conf/portcullis.yml line 1: {reason}"), "{text}");
        assert_hidden(&given);
    }
    let given = ldap(&realm).set(&format!("{password}=s3cret"));
    assert_eq!(given.refusal(), format!("command line -E: {reason}"));
    assert_hidden(&given);
    // The environment goes before the file, and a password that is not in force is one all the same.
    let given = ldap(&format!("{realm}, secure_bind_password: s3cret")).env(&password, "s3cret");
    assert_eq!(given.refusal(), format!("conf/portcullis.yml line 1: {reason}"));
    let given = ldap(&format!("{realm}, bind_password: s3cret"));
    assert!(given.refusal().contains("Give secure_bind_password by the environment"), "{}", given.refusal());
    assert_hidden(&given);
}

#[test]
fn the_password_may_be_the_one_line_of_a_file() {
    let given = ldap(&format!("{SEARCH}, bind_dn: 'cn=a', secure_bind_password_file: pw"));
    let path = given.folder().join("conf/pw");
    let write = |content: &[u8], mode| {
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
    };
    for content in ["s3cret", "s3cret\n", "s3cret\r\n"] {
        write(content.as_bytes(), 0o600);
        assert_eq!(password_of(&given), b"s3cret");
    }
    assert_eq!(given.load().warnings, [""; 0]);
    write(b"s3cret", 0o644);
    let shown = path.display();
    warned(&given, &format!("[.secure_bind_password_file]: everybody on this machine can read [{shown}]"));
    let long = [b's'; 4097];
    for (content, reason) in [
        (&b""[..], "is empty"),
        (b"\n", "is empty"),
        (b"s3cret\nmore\n", "must have one line, the password"),
        (b"s3cret\xff", "is not UTF-8"),
        (&long, "must not be longer than 4096 bytes"),
    ] {
        write(content, 0o600);
        refused(&given, &format!("setting [.secure_bind_password_file]: [{shown}] {reason}"));
        assert_hidden(&given);
    }
    fs::remove_file(&path).unwrap();
    assert!(given.refusal().contains(&format!("[{shown}] cannot be read: No such file")));
    fs::create_dir(&path).unwrap();
    refused(
        &given,
        &format!("setting [.secure_bind_password_file]: [{shown}] cannot be read: it is not a file"),
    );
}

#[test]
fn who_searches_has_a_name_and_one_password() {
    let password = name("secure_bind_password");
    refused(
        &ldap(&format!("{SEARCH}, bind_dn: 'cn=a'")),
        "[.bind_dn] needs its password: give [.secure_bind_password] by the environment, or set \
         [.secure_bind_password_file]",
    );
    assert_eq!(
        ldap(SEARCH).env(&password, "s3cret").refusal(),
        format!("environment variable [{password}]: [{password}] is set but [{}] is not", name("bind_dn"))
    );
    let both =
        ldap(&format!("{SEARCH}, bind_dn: 'cn=a', secure_bind_password_file: pw")).env(&password, "s3cret");
    refused(&both, "[.secure_bind_password] and [.secure_bind_password_file] are both set; one is enough");
    let templates = ldap(&format!("{SERVER}, user_dn_templates: 'uid={{0}}', bind_dn: 'cn=a'"));
    assert!(one(&templates).ldap.bind.is_none());
    warned(
        &templates,
        "[.bind_dn] has no effect with [.user_dn_templates]: each user searches with their own credentials",
    );
}

#[test]
fn a_tool_needs_no_password_of_a_directory() {
    let given = ldap(&format!("{SEARCH}, bind_dn: 'cn=a'"));
    refused(
        &given,
        "[.bind_dn] needs its password: give [.secure_bind_password] by the environment, or set [.secure_bind_password_file]",
    );
    let config = Config::load_for_tool(&given.sources).unwrap();
    assert!(config.authc.directories.is_empty());
}
