use std::path::Path;

#[test]
fn the_file_in_docs_is_up_to_date() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/SETTINGS.md");
    let found = std::fs::read_to_string(file).unwrap();
    assert!(found == super::markdown(), "out of date: cargo run -- settings --markdown > docs/SETTINGS.md");
}

#[test]
fn every_row_is_in_it_and_no_cell_breaks_the_table() {
    let text = super::markdown();
    for row in crate::config::table::rows() {
        let line = text.lines().find(|line| line.starts_with(&format!("| `{}` |", row.name)));
        let line = line.unwrap_or_else(|| panic!("{} is missing", row.name));
        let cells = line.matches(" | ").count() + 1;
        let bars = line.replace("\\|", "").matches('|').count();
        assert_eq!(bars, cells + 1, "{line}");
        assert!((2..=4).contains(&cells) && line.ends_with(" |"), "{line}");
    }
}
