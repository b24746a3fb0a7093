//! Tables: columns, order, alignment, units.

use serde_json::json;

use super::*;
use crate::reply;

const COLUMNS: &[Column] = &[
    Column { name: "name", aliases: &["n"], doc: "what it is called", align: Align::Left },
    Column { name: "lag", aliases: &["l", "behind"], doc: "how far it is behind", align: Align::Right },
    Column { name: "for", aliases: &[], doc: "for how long", align: Align::Right },
    Column { name: "note", aliases: &[], doc: "anything", align: Align::Left },
];

fn rows() -> Vec<Vec<Cell>> {
    let row = |name: &str, lag, millis, note: Cell| {
        vec![Cell::Text(name.to_owned()), Cell::Count(lag), Cell::Millis(millis), note]
    };
    vec![
        row("b", 10, 4_250, Cell::Nothing),
        row("aé", 9, 90_000, Cell::Text("x".to_owned())),
        row("c", 9, 10, Cell::Text("\u{1b}[2J\n".to_owned())),
    ]
}

fn view(query: &str) -> Result<View, Failure> {
    View::of(&Query::parse(Some(query)).unwrap(), COLUMNS)
}

fn shown(query: &str) -> (Value, String) {
    match view(query).unwrap().show(rows()).content {
        reply::Content::Either { value, text, .. } => (value, text),
        reply::Content::Text { text, .. } => (Value::Null, text),
        other @ (reply::Content::Value(_) | reply::Content::Rendered(_)) => panic!("{other:?}"),
    }
}

fn text(query: &str) -> String {
    shown(query).1
}

#[test]
fn columns_line_up_and_nothing_moves_them() {
    assert_eq!(text("h=name,lag,for"), "b  10 4.2s\naé  9 1.5m\nc   9 10ms\n");
    assert_eq!(
        text("v"),
        "name lag  for note\nb     10 4.2s -\naé     9 1.5m x\nc      9 10ms \u{fffd}[2J\u{fffd}\n"
    );
}

#[test]
fn columns_are_asked_for_by_any_of_their_names_and_shown_once() {
    assert_eq!(text("h=l,n,lag&v=true"), " l n\n10 b\n 9 aé\n 9 c\n");
    assert_eq!(text("h=no*,unknown,n&v"), "note  n\n-     b\nx     aé\n\u{fffd}[2J\u{fffd} c\n");
    assert_eq!(
        shown("h=behind,note").0,
        json!([
            {"behind": "10", "note": null}, {"behind": "9", "note": "x"}, {"behind": "9", "note": "\u{1b}[2J\n"},
        ])
    );
    let refused = view("h=unknown").err().unwrap().to_string();
    assert!(refused.contains("[unknown]") && refused.contains("[name], [lag]"), "{refused}");
}

#[test]
fn rows_are_sorted_by_what_they_are_and_equal_ones_stay() {
    assert_eq!(text("h=n&s=l"), "aé\nc\nb\n");
    assert_eq!(text("h=n&s=lag:asc,name:desc"), "c\naé\nb\n");
    assert_eq!(text("h=n&s=for:desc"), "aé\nb\nc\n");
    assert_eq!(text("h=n&s=lag,lag:desc"), "aé\nc\nb\n");
    for query in ["s=unknown", "s=name:down", "s=:desc"] {
        assert!(view(query).is_err(), "{query}");
    }
}

#[test]
fn times_are_written_in_the_unit_that_was_asked_for() {
    for (unit, expected) in [
        ("nanos", "4250000000"),
        ("micros", "4250000"),
        ("ms", "4250"),
        ("s", "4"),
        ("m", "0"),
        ("h", "0"),
        ("d", "0"),
    ] {
        assert_eq!(shown(&format!("h=for&time={unit}")).0[0]["for"], expected);
    }
    assert!(view("time=weeks").is_err());
    let human = |millis| Cell::Millis(millis).text(None).unwrap();
    let written = [0, 999, 1_000, 59_999, 60_000, 3_599_999, 3_600_000, 86_399_999, 1_045_440_000].map(human);
    assert_eq!(written, ["0ms", "999ms", "1s", "59.9s", "1m", "59.9m", "1h", "23.9h", "12.1d"]);
}

#[test]
fn help_is_text_with_all_columns() {
    assert_eq!(
        text("help"),
        "name | n        | what it is called\nlag  | l,behind | how far it is behind\nfor  |          | for how long\nnote |          | anything\n"
    );
    for query in ["help=maybe", "v=maybe"] {
        assert!(view(query).is_err(), "{query}");
    }
}
