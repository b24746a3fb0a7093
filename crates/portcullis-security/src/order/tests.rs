use super::*;

fn names() -> Vec<String> {
    vec!["a".to_owned(), "b\"".to_owned()]
}

#[test]
fn what_is_written_is_read() {
    let orders = [
        Order::Settle,
        Order::Clear(Clear::Realms { realms: names(), usernames: Vec::new() }),
        Order::Clear(Clear::Roles { names: names() }),
        Order::Clear(Clear::Privileges { applications: names() }),
        Order::Clear(Clear::ApiKeys { ids: Vec::new() }),
        Order::Clear(Clear::ServiceTokens { account: "a/b".to_owned(), names: names() }),
    ];
    for order in orders {
        assert_eq!(Order::decode(&order.encode()), order);
    }
}

#[test]
fn what_a_later_version_writes_is_unknown() {
    for bytes in [
        &br#"{"v":2,"what":"settle"}"#[..],
        br#"{"v":1,"what":"dance"}"#,
        br#"{"v":1,"what":"roles"}"#,
        br#"{"what":"settle"}"#,
        b"",
        b"\xff",
    ] {
        assert_eq!(Order::decode(bytes), Order::Unknown, "{}", String::from_utf8_lossy(bytes));
    }
    // A field more changes nothing.
    assert_eq!(Order::decode(br#"{"v":1,"what":"settle","by":"a"}"#), Order::Settle);
}
