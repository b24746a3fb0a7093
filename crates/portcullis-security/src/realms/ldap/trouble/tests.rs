use super::*;

#[test]
fn a_reason_makes_one_line_of_the_log() {
    let trouble = Trouble::answer("[cn=jo\n2026 ERROR forged\u{1b}[2J] is odd");
    assert_eq!(trouble.to_string(), "[cn=jo\u{fffd}2026 ERROR forged\u{fffd}[2J] is odd");
}
