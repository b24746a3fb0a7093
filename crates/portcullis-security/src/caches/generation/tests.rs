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
    for name in ["jo", "", "a/b", &"n".repeat(SHORT - "realm/native/".len()), &"n".repeat(SHORT)] {
        let mut footprint = Footprint::default();
        generations.note_named(&mut footprint, "realm/native", name);
        generations.bump(&format!("realm/native/{name}"));
        assert!(!generations.unmoved(&footprint), "{name}");
    }
}

#[test]
fn every_subject_of_a_long_footprint_counts() {
    let names: Vec<String> = (0..3 * USUAL).map(|n| format!("role/{n}")).collect();
    for changed in &names {
        let generations = Generations::new();
        let mut footprint = Footprint::default();
        names.iter().for_each(|name| generations.note(&mut footprint, name));
        assert!(generations.unmoved(&footprint));
        generations.bump(changed);
        assert!(!generations.unmoved(&footprint), "{changed}");
        assert!(generations.unmoved(&generations.renoted(&footprint)), "{changed}");
    }
}
