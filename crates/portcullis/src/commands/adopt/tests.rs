//! What is said and asked before an etcd is adopted.

use super::*;
use crate::config::tests::file;

fn config(settings: &str) -> Config {
    Config::load_for_store_tool(&file(settings).sources).unwrap()
}

#[test]
fn only_yes_is_yes() {
    let mut asked = Vec::new();
    agreed(&b"yes\r\nno\n"[..], &mut asked).unwrap();
    assert_eq!(asked, b"Type yes to adopt it: ");
    for answer in ["", "\n", "y\n", "no\n", "yes please\n", &format!("{}yes\n", " ".repeat(64))] {
        let refused = agreed(answer.as_bytes(), &mut Vec::new()).unwrap_err().to_string();
        assert!(refused.starts_with("nothing is changed"), "{answer:?}: {refused}");
    }
}

#[test]
fn what_is_adopted_and_how_long_it_takes_is_said_first() {
    let config = config(
        "\nstore.etcd.endpoints: http://127.0.0.1:2379, http://127.0.0.1:2381\nstore.etcd.prefix: /here/\n",
    );
    let mut out = Vec::new();
    let cluster = config.cluster.as_ref().unwrap();
    plan(cluster, Duration::from_millis(cluster.timing.wait_ms()), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("(http://127.0.0.1:2379, http://127.0.0.1:2381) below [/here/]"), "{text}");
    // 4 s · 1.11 / 0.89 and 10 ms.
    assert!(text.contains("2. 5 s are waited"), "{text}");
    assert_eq!([4_998, 5_000, 5_001].map(|it| rounded_up(Duration::from_millis(it))), [5, 5, 6]);
}

#[test]
fn a_node_that_is_alone_has_nothing_to_adopt() {
    let refused = adopt(&config(""), Consent::Given, &mut Vec::new(), &mut Vec::new()).unwrap_err();
    assert!(
        matches!(&refused, CommandError::Usage(text) if text.contains("store.etcd.endpoints")),
        "{refused}"
    );
}
