//! Places in a decision at which a test can do something. In a build that is not for this crate's tests there is
//! nothing here.

/// A place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The credentials were decided; nothing was tested yet.
    Authenticated,
    /// The action was decided; nothing was tested yet.
    Decided,
    /// Nothing of the decision has changed; the clock was not looked at yet.
    Unmoved,
}

#[cfg(not(test))]
pub(super) struct Steps;

#[cfg(not(test))]
impl Steps {
    pub(super) const fn new() -> Self {
        Self
    }

    #[inline]
    pub(super) fn reached(&self, _: Step) {}
}

#[cfg(test)]
pub(super) use held::Steps;

#[cfg(test)]
mod held {
    use std::sync::Mutex;

    use super::Step;

    type Work = Box<dyn FnOnce() + Send>;

    pub(crate) struct Steps(Mutex<Vec<(Step, Work)>>);

    impl Steps {
        pub(crate) const fn new() -> Self {
            Self(Mutex::new(Vec::new()))
        }

        pub(crate) fn at(&self, step: Step, work: Work) {
            self.0.lock().unwrap().push((step, work));
        }

        pub(crate) fn reached(&self, step: Step) {
            let work = {
                let mut all = self.0.lock().unwrap();
                let found = all.iter().position(|(at, _)| *at == step);
                found.map(|at| all.remove(at).1)
            };
            if let Some(work) = work {
                work();
            }
        }
    }
}
