//! Reading all of the log's content at one revision, page by page, into a second table that takes the first one's place.

use super::error::Trouble;
use super::follower::{Follower, Found, Halt, revision, signed};
use super::keys::Name;
use super::messages::kv::KeyRange;
use super::messages::range::RangeRequest;
use super::replica::{Applied, Lineage, Mark};

/// Documents in a page: fewer cost etcd more, as it counts the whole range each time.
const PAGE: i64 = 2000;

impl Follower {
    /// Reads everything at the head. When it returns, readers see it and the feed has been reset.
    pub(super) async fn load(&self, found: Found) -> Result<Mark, Halt> {
        let Found { epoch, at, head, digest } = found;
        let line = &self.line;
        line.replica.begin_load()?;
        let prefix = line.keys.documents();
        let (_, end) = prefix.clone().into_parts();
        let (mut from, mut page) = (prefix, PAGE);
        loop {
            let request = RangeRequest::new(from.clone()).at_most(page).at(signed(head));
            let found = match self.client.range(&request, line.timeout * 4).await {
                // Large documents: etcd limits the number of keys of an answer, not its bytes.
                Err(error) if matches!(error.trouble, Trouble::AnswerTooLarge(_)) && page > 1 => {
                    page /= 8;
                    page = page.max(1);
                    continue;
                }
                found => found?,
            };
            let Some(last) = found.kvs.last() else { break };
            let mut behind = last.key.to_vec();
            behind.push(0);
            let documents: Vec<Applied> = found
                .kvs
                .into_iter()
                .filter_map(|kv| match line.keys.name(&kv.key) {
                    Name::Document(key) => {
                        Some(Applied { key, revision: revision(kv.mod_revision), body: Some(kv.value) })
                    }
                    _ => None,
                })
                .collect();
            line.replica.load(&documents)?;
            from = KeyRange::between(behind, end.clone());
        }
        self.learn_members(head).await?;
        let lineage = Lineage {
            key: String::from_utf8_lossy(&line.keys.epoch()).into_owned(),
            revision: revision(at),
            digest,
        };
        let mark = Mark {
            revision: head,
            epoch: epoch.uuid.clone(),
            cluster: epoch.cluster.clone(),
            etcd: epoch.etcd,
            lineage: Some(lineage),
        };
        line.replica.end_load(&mark)?;
        line.known().mark = mark.clone();
        line.seen.send_replace(head);
        line.replica.hub().reset(head);
        Ok(mark)
    }
}
