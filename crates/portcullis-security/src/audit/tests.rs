use super::clip;

#[test]
fn what_a_client_sent_is_escaped_and_cut() {
    assert_eq!(clip("a\nb\u{1b}[31m"), "a\\nb\\u{1b}[31m");
    assert_eq!(clip(&"x".repeat(300)).chars().count(), 257);
    assert_eq!(clip("short"), "short");
}
