//! Who goes last: when thousands are refused a hash at the same moment, those who need none are answered between them.

/// Turns of requests that are refused for want of room. To tell one of them so costs some ten microseconds, and so a crowd
/// would keep everybody else waiting for tens of milliseconds.
#[derive(Default)]
pub(crate) struct Turns(tokio::sync::Mutex<()>);

impl Turns {
    /// Returns when all tasks that were ready have had the thread, to one caller each time, in the order in which they came.
    pub(crate) async fn take(&self) {
        let _one_at_a_time = self.0.lock().await;
        tokio::task::yield_now().await;
    }
}

#[cfg(test)]
mod tests;
