use super::*;

fn header(text: &str) -> Credentials {
    Credentials::from_header(Some(text.as_bytes()))
}

fn refusal(text: &str) -> String {
    match header(text) {
        Credentials::Malformed(failure) => {
            let detail = failure.metadata().first().and_then(|(_, values)| values.first().cloned());
            detail.unwrap_or_else(|| failure.reason().to_owned())
        }
        _ => panic!("[{text}] was taken"),
    }
}

#[test]
fn basic_splits_at_the_first_colon_and_ignores_the_case_of_the_scheme() {
    for scheme in ["Basic", "basic", "BASIC"] {
        let value = format!("{scheme}  {} ", STANDARD.encode("jo:s3:krit"));
        match header(&value) {
            Credentials::Basic { username, password } => {
                assert_eq!(username, "jo");
                assert_eq!(password.expose(), b"s3:krit");
            }
            _ => panic!("not basic"),
        }
    }
}

#[test]
fn what_cannot_be_read_is_told_without_telling_it() {
    let rows = [
        ("Basic", "invalid basic authentication header value"),
        ("Basic  ", "invalid basic authentication header value"),
        ("Basic !!!!", "invalid basic authentication header encoding"),
        (&format!("Basic {}", STANDARD.encode("no colon")), "invalid basic authentication header value"),
        (&format!("ApiKey {}", STANDARD.encode("no colon")), "API key: invalid ApiKey value"),
        (&format!("ApiKey {}", STANDARD.encode(":secret")), "API key: invalid ApiKey value"),
        ("ApiKey abc:def", "API key: Illegal base64 character 3a"),
    ];
    for (text, expected) in rows {
        assert_eq!(refusal(text), expected, "{text}");
    }
}

#[test]
fn no_header_is_not_the_same_as_one_that_nobody_speaks() {
    assert!(matches!(Credentials::from_header(None), Credentials::None));
    for text in ["", "Digest x", "Basicx", "ApiKey", "Bearer"] {
        assert!(matches!(header(text), Credentials::Unknown), "{text}");
    }
}

#[test]
fn a_bearer_is_taken_apart_and_put_together() {
    let text = "AAEAAWVsYXN0aWMvZmxlZXQtc2VydmVyL3Rva2VuMTo3TFdaSDZhYmNkZWZnaGlqa2xtbm9w";
    let token = ServiceToken::parse(&Secret::from_string(text.to_owned())).expect("a service token");
    assert_eq!(token.id.to_string(), "elastic/fleet-server/token1");
    assert_eq!(token.secret.expose(), b"7LWZH6abcdefghijklmnop");
    assert_eq!(token.bearer().expose(), text.as_bytes());
    for wrong in ["", "AAEAAg", "AAEAAQ==", "not base64!", "AAEAAWVsYXN0aWM6eA"] {
        assert!(ServiceToken::parse(&Secret::from_string(wrong.to_owned())).is_none(), "{wrong}");
    }
}
