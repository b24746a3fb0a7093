//! How a thread stands with the kernel's scheduler beside the threads that answer requests.
//!
//! What never lives here: which thread has which standing, and why.

/// Puts this thread behind all others: it has the processor while nobody else wants it. Whether that worked; there is no
/// way back.
#[cfg(target_os = "linux")]
pub(super) fn spare() -> bool {
    use thread_priority::{
        NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy,
        thread_native_id, thread_schedule_policy,
    };

    let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    // Behind the policy it sets a niceness of 0, which has no meaning here, and fails with that in a process that is nicer.
    let _ = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle);
    thread_schedule_policy() == Ok(idle)
}

/// Lets request threads go first, and leaves to this one a tenth of a processor of which they take all they can get. Best
/// effort.
#[cfg(target_os = "linux")]
pub(super) fn low() {
    use rustix::process::{getpriority_process, setpriority_process};

    /// Steps of niceness below the thread that started the pool; on Linux each thread has its own.
    const NICER: i32 = 10;
    let this = Some(rustix::thread::gettid());
    if let Ok(nice) = getpriority_process(this) {
        // Giving way is always permitted; if some sandbox forbids it, hashing runs at full priority.
        let _ = setpriority_process(this, nice.saturating_add(NICER));
    }
}

/// Other systems have no such policy for one thread that could be set without `unsafe`.
#[cfg(not(target_os = "linux"))]
pub(super) fn spare() -> bool {
    false
}

/// Nor a priority.
#[cfg(not(target_os = "linux"))]
pub(super) fn low() {}
