//! Values of the `Authorization` header.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portcullis_tests::node::TestNode;

portcullis_tests::tests![malformed_credentials_are_refused_by_name, credentials_of_any_bytes_are_refused];

async fn malformed_credentials_are_refused_by_name() {
    let node = TestNode::start().await;
    let soft = "unable to authenticate with provided credentials and anonymous access is not allowed for this request";
    let missing = "missing authentication credentials for REST request [/_security/_authenticate]";
    let value = "invalid basic authentication header value";
    let encoding = "invalid basic authentication header encoding";
    let encode = |text: &str| STANDARD.encode(text);
    let cases = [
        ("Basic".to_owned(), value, None),
        ("Basic ".to_owned(), value, None),
        (format!("Basic {}", encode("no colon")), value, None),
        ("Basic ***".to_owned(), encoding, None),
        (
            "basic am86".to_owned(),
            "unable to authenticate user [jo] for REST request [/_security/_authenticate]",
            None,
        ),
        (format!("ApiKey {}", encode("no colon")), soft, Some("API key: invalid ApiKey value")),
        (format!("ApiKey {}", encode(":no id")), soft, Some("API key: invalid ApiKey value")),
        ("ApiKey a:b".to_owned(), soft, Some("API key: Illegal base64 character 3a")),
        ("ApiKey %%%%".to_owned(), soft, Some("API key: Illegal base64 character 25")),
        (format!("aPIkEY {}", encode("id:secret")), soft, Some("API key: unable to find apikey with id id")),
        ("Bearer nonsense".to_owned(), soft, Some("oauth2 token: invalid token")),
        (
            format!("Bearer {}", encode("\0\u{2}\0\u{1}elastic/fleet-server/t:a good long secret")),
            soft,
            Some("oauth2 token: invalid token"),
        ),
        (
            format!("Bearer {}", encode("\0\u{1}\0\u{1}elastic/fleet-server/t")),
            soft,
            Some("oauth2 token: invalid token"),
        ),
        ("Digest username=\"jo\"".to_owned(), missing, None),
        ("nonsense".to_owned(), missing, None),
    ];
    for (header, reason, detail) in cases {
        let answer = node.anonymous().authenticate().header("Authorization", &header).await;
        let error = answer.refused_because(401, "security_exception", reason);
        assert_eq!(error["additional_unsuccessful_credentials"].as_str(), detail, "{header}");
        assert!(answer.header("www-authenticate").is_some(), "{header}");
    }
}

async fn credentials_of_any_bytes_are_refused() {
    let node = TestNode::start().await;
    let long = "x".repeat(10_000);
    let mut secrets: Vec<Vec<u8>> =
        ["\0:\0", "é:ü", "\u{202e}a:b", "a\nb:c", ":", "::::", "elastic:", "elastic:\0"]
            .map(|text| text.as_bytes().to_vec())
            .into();
    secrets.extend([
        vec![0xff, b':', 0xfe],
        vec![0xff; 30],
        format!("{long}:{long}").into_bytes(),
        format!("a:{long}").into_bytes(),
    ]);
    for scheme in ["Basic", "ApiKey", "Bearer"] {
        for secret in &secrets {
            let header = format!("{scheme} {}", STANDARD.encode(secret));
            let answer = node.anonymous().authenticate().header("Authorization", &header).await;
            if answer.status != 431 {
                answer.refused(401, "security_exception");
            }
        }
    }
    // Bytes that are not ASCII in the header itself.
    for header in [&b"Basic \xff\xfe"[..], b"ApiKey \x80", b"Bearer \xc3\xa9", b"\xff"] {
        let mut bytes =
            b"GET /_security/_authenticate HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: "
                .to_vec();
        bytes.extend_from_slice(header);
        bytes.extend_from_slice(b"\r\n\r\n");
        let answer = node.anonymous().raw(&bytes).await.expect("an answer");
        answer.refused(401, "security_exception");
    }
    node.elastic().whoami().await;
}
