use super::*;

fn alarm(alarm: Alarm) -> AlarmMember {
    AlarmMember { member_id: 1, alarm: alarm as i32 }
}

#[test]
fn it_is_told_before_and_when_there_is_none() {
    assert_eq!(Room::of(0, &[]), Room::Enough);
    assert_eq!(Room::of(HALF_FULL, &[alarm(Alarm::Corrupt)]), Room::Enough);
    assert_eq!(Room::of(HALF_FULL + 1, &[]), Room::Little);
    // Whatever the quota is: etcd says so itself.
    assert_eq!(Room::of(1, &[alarm(Alarm::Corrupt), alarm(Alarm::NoSpace)]), Room::None);
}
