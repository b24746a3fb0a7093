//! Which ids are taken from a client.

use super::*;

fn of(value: &'static str) -> String {
    let mut headers = HeaderMap::new();
    headers.insert(NAME, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    RequestIds::new().of(&headers).as_str().to_owned()
}

#[test]
fn a_fit_id_is_taken_and_any_other_replaced() {
    assert_eq!(of("Root=1-67891233-abcdef012345678912345678"), "Root=1-67891233-abcdef012345678912345678");
    for unfit in ["", "two words", "tab\tbed", "é"] {
        assert_eq!(of(unfit).len(), 32, "{unfit}");
    }
    assert_eq!(of(Box::leak("x".repeat(128).into_boxed_str())).len(), 128);
    assert_eq!(of(Box::leak("x".repeat(129).into_boxed_str())).len(), 32);
    let ids = RequestIds::new();
    let next = || ids.of(&HeaderMap::new()).as_str().to_owned();
    assert_ne!(next(), next());
    assert_ne!(next(), of(""), "another run");
}
