//! The ordered log: one history, conditional writes, and the state at every revision. Nothing here is ever late or lost.

use std::collections::{BTreeMap, BTreeSet};

use portcullis_cluster::{
    Answer, Epoch, Incarnation, Listed, MemberChange, MemberEvent, Presence, Record, Revision,
};

/// How many credentials there are. All are good at the start; each is revoked once.
pub(crate) const CREDENTIALS: usize = 12;

/// Which credentials are revoked.
pub(crate) type Revoked = [bool; CREDENTIALS];

#[derive(Clone, Debug)]
pub(crate) enum Change {
    Revoked(usize),
    Order,
    Member(MemberEvent),
}

#[derive(Default)]
pub(crate) struct Log {
    /// The change of revision `n` stands at `n - 1`.
    pub(crate) history: Vec<Change>,
    pub(crate) members: BTreeMap<Incarnation, (Revision, Vec<u8>)>,
    pub(crate) revoked: Revoked,
    /// Whose record was removed once, or said that it leaves. A creation that comes late may bring it back: for nobody.
    pub(crate) gone: BTreeSet<Incarnation>,
    /// Which log this is: whoever names another one is refused.
    pub(crate) epoch: u64,
    /// Who watches from before this has to read everything anew.
    pub(crate) compacted: Revision,
}

impl Log {
    pub(crate) fn head(&self) -> Revision {
        Revision(self.history.len() as u64)
    }

    pub(crate) fn list(&self) -> Vec<Listed> {
        let listed = |(incarnation, (modified, record)): (&Incarnation, &(Revision, Vec<u8>))| Listed {
            incarnation: incarnation.clone(),
            modified: *modified,
            record: record.clone(),
        };
        self.members.iter().map(listed).collect()
    }

    /// The records as they were.
    pub(crate) fn list_at(&self, at: Revision) -> Vec<Listed> {
        let mut then = Self::default();
        for change in &self.history[..index(at)] {
            let Change::Member(event) = change else { continue };
            match &event.change {
                MemberChange::Put(record) => {
                    then.members.insert(event.incarnation.clone(), (event.revision, record.clone()));
                }
                MemberChange::Deleted => {
                    then.members.remove(&event.incarnation);
                }
            }
        }
        then.list()
    }

    pub(crate) fn between(&self, after: Revision, until: Revision) -> &[Change] {
        &self.history[index(after)..index(until)]
    }

    pub(crate) fn append(&mut self, change: Change) -> Revision {
        if let Change::Revoked(credential) = change {
            self.revoked[credential] = true;
        }
        self.history.push(change);
        self.head()
    }

    pub(crate) fn put(
        &mut self,
        epoch: u64,
        incarnation: &Incarnation,
        expected: Option<Revision>,
        record: &[u8],
    ) -> Answer {
        let current = self.members.get(incarnation).cloned();
        if epoch != self.epoch {
            return Answer::Refused { current, epoch: Epoch::Moved };
        }
        if current.as_ref().map(|(modified, _)| *modified) != expected {
            return Answer::Refused { current, epoch: Epoch::Same };
        }
        if Record::decode(record).is_ok_and(|record| record.presence == Presence::Leaving) {
            self.gone.insert(incarnation.clone());
        }
        let revision = Revision(self.head().0 + 1);
        self.members.insert(incarnation.clone(), (revision, record.to_vec()));
        self.append(Change::Member(MemberEvent {
            incarnation: incarnation.clone(),
            revision,
            change: MemberChange::Put(record.to_vec()),
        }));
        Answer::Written(revision)
    }

    /// Removes a record if it is at `at`; without `at`, whatever it is.
    pub(crate) fn remove(&mut self, incarnation: &Incarnation, at: Option<Revision>) -> Option<Revision> {
        let (modified, _) = self.members.get(incarnation)?;
        if at.is_some_and(|at| at != *modified) {
            return None;
        }
        self.members.remove(incarnation);
        self.gone.insert(incarnation.clone());
        let revision = Revision(self.head().0 + 1);
        let incarnation = incarnation.clone();
        Some(self.append(Change::Member(MemberEvent {
            incarnation,
            revision,
            change: MemberChange::Deleted,
        })))
    }
}

fn index(revision: Revision) -> usize {
    usize::try_from(revision.0).expect("small")
}
