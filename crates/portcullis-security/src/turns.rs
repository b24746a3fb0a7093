//! Who goes last: when thousands are refused a hash at the same moment, those who need none are answered between them.

/// Turns of requests that are refused for want of room. To tell one of them so costs some ten microseconds, and so a crowd
/// would keep everybody else waiting for tens of milliseconds.
#[derive(Default)]
pub(crate) struct Turns(tokio::sync::Mutex<()>);

impl Turns {
    /// Returns in the next round of the runtime's scheduler, in which each thread serves those who are ready, or as many of
    /// them as it serves before it looks for new ones; to one caller a round, in the order in which they came.
    pub(crate) async fn take(&self) {
        let _one_at_a_time = self.0.lock().await;
        tokio::task::yield_now().await;
    }
}

#[cfg(test)]
mod tests;
