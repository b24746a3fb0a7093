use super::*;

#[test]
fn a_jump_is_told_once_and_a_crawl_never() {
    let mut jumps = Jumps::default();
    let mut wall = 1_700_000_000_000;
    let mut look = |boot: u64, by: i64| {
        wall += by;
        jumps.look(WallTime(wall), BootTime(boot))
    };
    assert!(!look(50, 50));
    assert!(!look(100, 60));
    assert!(!look(60_100, 60_000 + 250));
    assert!(look(60_150, 50 + 251));
    assert!(!look(60_200, 50));
    assert!(look(60_250, -300));
}
