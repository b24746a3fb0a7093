use super::*;

fn event(user: &str, port: u16) -> Event {
    Event {
        action: "authentication_failed",
        user: user.to_owned(),
        realm: String::new(),
        origin: format!("127.0.0.1:{port}"),
        request_id: String::new(),
        object: String::new(),
        reason: String::new(),
        repeated: 0,
        written: None,
    }
}

#[test]
fn the_first_is_written_and_the_rest_counted() {
    let repeats = Repeats::default();
    assert!(repeats.take(event("jo", 1), BootTime(0)).is_some());
    assert!(repeats.take(event("al", 1), BootTime(0)).is_some());
    for port in 2..5 {
        assert!(repeats.take(event("jo", port), BootTime(1)).is_none());
    }
    assert!(repeats.over(BootTime(WINDOW_MILLIS - 1)).is_empty());
    let lines = repeats.over(BootTime(WINDOW_MILLIS));
    assert_eq!(lines.iter().map(|it| (it.user.as_str(), it.repeated)).collect::<Vec<_>>(), [("jo", 3)]);
    assert!(repeats.take(event("jo", 1), BootTime(WINDOW_MILLIS)).is_some(), "a new window begins");
}

#[test]
fn what_is_counted_is_bounded() {
    let repeats = Repeats::default();
    for user in 0..MAX_KINDS + 10 {
        assert!(repeats.take(event(&user.to_string(), 1), BootTime(0)).is_some());
    }
    assert_eq!(repeats.lock().len(), MAX_KINDS);
}
