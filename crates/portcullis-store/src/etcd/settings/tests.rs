//! Settings that are refused, with the setting that is named.

use zeroize::Zeroizing;

use super::*;

fn of(endpoint: &str) -> EtcdSettings {
    EtcdSettings::new(vec![endpoint.to_owned()], "/portcullis/")
}

fn refusal(settings: &EtcdSettings) -> SettingsError {
    settings.check().expect_err("these settings cannot be used")
}

#[test]
fn this_machine_may_be_spoken_to_in_the_clear() {
    for endpoint in
        ["http://127.0.0.1:2379", "http://[::1]:2379/", "http://localhost:2379", "http://127.9.9.9:1"]
    {
        assert_eq!(of(endpoint).check(), Ok(()), "{endpoint}");
    }
}

#[test]
fn others_may_not_unless_that_is_allowed() {
    let names =
        ["http://etcd-1:2379", "http://10.0.0.1:2379", "http://localhost.example:2379", "http://128.0.0.1:2"];
    for endpoint in names {
        let mut settings = of(endpoint);
        assert_eq!(refusal(&settings).setting, "endpoints", "{endpoint}");
        settings.plaintext = Plaintext::Allowed;
        assert_eq!(settings.check(), Ok(()), "{endpoint}");
    }
}

#[test]
fn https_needs_authorities() {
    let mut settings = of("https://etcd-1:2379");
    assert_eq!(refusal(&settings).setting, "ssl.certificate_authorities");
    settings.tls = Some(EtcdTls { certificate_authorities: String::new(), identity: None });
    assert_eq!(settings.check(), Ok(()));
}

#[test]
fn urls_that_are_none() {
    let urls = [
        "",
        "127.0.0.1:2379",
        "etcd:2379",
        "unix:///run/etcd",
        "ftp://127.0.0.1",
        "http://127.0.0.1/v3",
        "http://",
    ];
    for endpoint in urls {
        assert_eq!(refusal(&of(endpoint)).setting, "endpoints", "{endpoint}");
    }
    assert_eq!(refusal(&of(&format!("http://{}", "a".repeat(MAX_ENDPOINT_BYTES)))).setting, "endpoints");
}

#[test]
fn a_password_in_a_url_is_refused_and_not_shown() {
    for endpoint in
        ["http://root:s3cret@127.0.0.1:2379", "ftp://root:s3cret@[::2]/x?y", "http://:s3cret@127.0.0.1"]
    {
        let told = refusal(&of(endpoint)).to_string();
        assert!(!told.contains("s3cret") && told.contains("etcd.endpoints"), "{told}");
    }
}

#[test]
fn how_many_endpoints() {
    assert_eq!(refusal(&EtcdSettings::new(Vec::new(), "/p/")).setting, "endpoints");
    let many = (0..=MAX_ENDPOINTS).map(|n| format!("http://127.0.0.1:{}", n + 1)).collect();
    assert_eq!(refusal(&EtcdSettings::new(many, "/p/")).setting, "endpoints");
    let twice = vec!["http://127.0.0.1:1".to_owned(); 2];
    assert_eq!(refusal(&EtcdSettings::new(twice, "/p/")).setting, "endpoints");
}

#[test]
fn prefix_user_and_time_out() {
    let good = of("http://127.0.0.1:2379");
    for prefix in ["", "/portcullis", &format!("{}/", "p".repeat(MAX_PREFIX_BYTES))] {
        let settings = EtcdSettings { prefix: prefix.to_owned(), ..good.clone() };
        assert_eq!(refusal(&settings).setting, "prefix", "{prefix}");
    }
    let alone = EtcdSettings { username: Some("root".to_owned()), ..good.clone() };
    assert_eq!(refusal(&alone).setting, "username");
    let password = Some(EtcdSecret::new(Zeroizing::new("s3cret".to_owned())));
    let alone = EtcdSettings { password, ..good.clone() };
    assert_eq!(refusal(&alone).setting, "username");
    assert!(!format!("{alone:?}").contains("s3cret"));
    let hasty = EtcdSettings { timeout: Duration::ZERO, ..good };
    assert_eq!(refusal(&hasty).setting, "timeout");
}
