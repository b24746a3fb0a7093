use super::*;

#[test]
fn a_change_moves_what_looked_at_it_and_absence_counts() {
    let generations = Generations::new();
    let mut footprint = Footprint::default();
    generations.note(&mut footprint, "realm/native/nobody");
    assert!(generations.unmoved(&footprint));
    generations.bump("realm/native/nobody");
    assert!(!generations.unmoved(&footprint));
}

#[test]
fn bump_all_moves_everything() {
    let generations = Generations::new();
    let mut footprint = Footprint::default();
    generations.note(&mut footprint, "a");
    generations.bump_all();
    assert!(!generations.unmoved(&footprint));
}

#[test]
fn a_subject_in_pieces_is_the_same_as_in_one() {
    let generations = Generations::new();
    for name in ["jo", "", "a/b", "a-name-that-is-longer-than-one-block-of-the-hash"] {
        let mut footprint = Footprint::default();
        generations.note_named(&mut footprint, "realm/native", name);
        generations.bump(&format!("realm/native/{name}"));
        assert!(!generations.unmoved(&footprint), "{name}");
    }
}
