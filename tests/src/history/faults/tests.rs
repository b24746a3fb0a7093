use super::*;

#[test]
fn a_fault_explains_what_touches_it_and_a_while_after() {
    let (second, faults) = (Duration::from_secs(1), Faults::default());
    let before = Instant::now();
    faults.begin("it");
    let told = |from: Instant, until: Instant| faults.explain(from, until, second);
    assert_eq!(told(before, Instant::now()), Some("it"));
    assert_eq!(told(before + 60 * second, before + 61 * second), Some("it"), "it lasts");
    assert_eq!(told(before - 2 * second, before - second), None);
    faults.end();
    let ended = Instant::now();
    assert_eq!(told(ended, ended + second), Some("it"));
    assert_eq!(told(ended + 2 * second, ended + 3 * second), None);
}
