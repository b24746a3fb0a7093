//! Referrals (RFC 4511, sections 4.1.10 and 4.5.3): other servers that a server points to. Followed for searches only, if
//! at all, with the same credentials and the same rules for TLS. Each entry remembers where it was found: its user is
//! bound there. A bind that is answered by a referral is never followed.
//!
//! Where they are not followed, a reference among the entries of a search means nothing, as a part of the tree that is not
//! served here; a referral instead of an answer is neither yes nor no.

use std::collections::VecDeque;
use std::sync::Arc;

use super::dialer::Dialer;
use super::endpoint::Endpoint;
use super::identity::Identity;
use super::query::{End, Found, Query};
use super::referral_url::ReferralUrl;
use super::trouble::Trouble;
use super::turns::Turns;
use super::verdict::Verdict;
use crate::settings::Switch;

#[cfg(test)]
mod tests;

/// Servers that point to servers that point to servers: as far as this.
const MAX_HOPS: usize = 5;

/// Referrals that are followed for one search.
const MAX_FOLLOWED: usize = 16;

/// Follows referrals, or does not.
pub(super) struct Referrals {
    followed: Switch,
    dialer: Arc<Dialer>,
    /// Searches on other servers at once.
    turns: Turns,
    /// Whether one of the directory's own servers is spoken to by TLS.
    tls: Switch,
}

/// One referral that is still to be followed.
struct Step {
    urls: Vec<String>,
    query: Query,
    hops: usize,
}

impl Referrals {
    pub(super) fn new(followed: Switch, tls: Switch, dialer: Arc<Dialer>, size: usize) -> Self {
        Self { followed, dialer, turns: Turns::new("a referral", size), tls }
    }

    pub(super) fn dialer(&self) -> &Dialer {
        &self.dialer
    }

    /// Adds to `found` what the servers have that it points to.
    ///
    /// # Errors
    /// When one of them could not be asked: an answer with holes is none.
    pub(super) async fn follow(
        &self,
        found: Found,
        query: &Query,
        identity: &Identity,
    ) -> Result<Found, Trouble> {
        if !self.followed.is_on() {
            return match found.end {
                End::Elsewhere => {
                    Err(Trouble::answer("the answer is a referral, and follow_referrals is off"))
                }
                End::Complete | End::Cut => Ok(Found { references: Vec::new(), ..found }),
            };
        }
        let mut all = Found { end: End::Complete, ..Found::default() };
        let mut steps = VecDeque::new();
        take_in(&mut all, &mut steps, found, query, 1);
        if steps.is_empty() {
            return Ok(all);
        }
        let _turn = self.turns.take().await?;
        let mut followed = 0;
        while let Some(step) = steps.pop_front() {
            followed += 1;
            if step.hops > MAX_HOPS || followed > MAX_FOLLOWED {
                return Err(Trouble::answer("the directory refers to too many servers"));
            }
            let (found, query) = self.step(&step, identity).await?;
            take_in(&mut all, &mut steps, found, &query, step.hops + 1);
            if all.entries.len() > query.limit {
                all.end = End::Cut;
            }
            if all.end == End::Cut {
                break;
            }
        }
        Ok(all)
    }

    /// Asks the first of the servers that answers.
    async fn step(&self, step: &Step, identity: &Identity) -> Result<(Found, Query), Trouble> {
        let mut last = "it names no server".to_owned();
        for url in &step.urls {
            match self.ask(url, &step.query, identity).await {
                Ok(answer) => return Ok(answer),
                Err(reason) => last = format!("{url:?}: {reason}"),
            }
        }
        // The server that referred is not to blame for what another does.
        Err(Trouble::answer(format!("a referral cannot be followed: {last}")))
    }

    async fn ask(&self, url: &str, query: &Query, identity: &Identity) -> Result<(Found, Query), String> {
        let referral = ReferralUrl::parse(url)?;
        let secure = referral.endpoint.ldaps.is_on() || self.dialer.tls.starts_on_plaintext();
        if !secure && self.tls.is_on() {
            return Err("it leads from TLS to plaintext".to_owned());
        }
        let query = referral.query(query);
        let endpoint = referral.endpoint;
        let mut found = self.search(&endpoint, &query, identity).await.map_err(|it| it.reason)?;
        found.entries.iter_mut().for_each(|entry| entry.elsewhere = Some(endpoint.clone()));
        Ok((found, query))
    }

    async fn search(
        &self,
        endpoint: &Endpoint,
        query: &Query,
        identity: &Identity,
    ) -> Result<Found, Trouble> {
        let mut connection = self.dialer.open(endpoint).await?;
        match connection.bind(&identity.dn, &identity.password).await? {
            Verdict::Yes => {}
            Verdict::No | Verdict::NoSuchEntry => return Err(Trouble::answer("it refuses the credentials")),
        }
        self.dialer.counters.searches.add();
        connection.search(query).await
    }
}

fn take_in(all: &mut Found, steps: &mut VecDeque<Step>, found: Found, query: &Query, hops: usize) {
    all.entries.extend(found.entries);
    if found.end == End::Cut {
        all.end = End::Cut;
    }
    steps.extend(found.references.into_iter().map(|urls| Step { urls, query: query.clone(), hops }));
}
