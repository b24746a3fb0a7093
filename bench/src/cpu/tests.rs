use super::*;

#[test]
fn the_kernels_figures_are_read() {
    assert_eq!(computed("123456789 42 7\n"), Duration::from_nanos(123_456_789));
    assert_eq!(computed(""), Duration::ZERO);
    let status = "Name:\tportcullis\nVmHWM:\t   9000 kB\nVmRSS:\t   4092 kB\n";
    assert_eq!(kibibytes(status, "VmRSS:"), 4092);
    assert_eq!(kibibytes(status, "VmSwap:"), 0);
}

#[test]
fn this_process_has_computed_and_is_in_memory() {
    let own = std::process::id();
    assert!(spent(own) > Duration::ZERO);
    assert!(resident(own) > 100_000);
}
