use super::*;

#[test]
fn a_wait_is_counted_in_one_bucket() {
    let mut stats = AcknowledgementStats::default();
    for micros in [0, 1_000, 1_001, 10_000_000, 10_000_001] {
        stats.add(micros);
    }
    assert_eq!((stats.count, stats.longest_micros), (5, 10_000_001));
    assert_eq!(stats.total_micros, 20_002_002);
    assert_eq!(stats.buckets, [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
}

#[test]
fn each_state_has_a_name_of_its_own() {
    let names = NodeState::ALL.map(NodeState::name);
    assert_eq!(names, ["trusted", "fenced", "silent", "lost", "left"]);
    assert_eq!(NodeState::ALL.map(NodeState::is_member), [true, true, true, false, false]);
    assert_eq!(NodeState::ALL.map(NodeState::is_well), [true, false, false, false, true]);
}
