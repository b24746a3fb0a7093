//! In whose name a directory is searched: the service's, or that of the user who just bound.

use super::identity::Identity;
use super::query::{End, Found, Query};
use super::referrals::Referrals;
use super::service::Service;
use super::trouble::Trouble;
use super::visit::Visit;

/// Whoever searches.
pub(super) enum Voice<'a, 'b> {
    Service(&'a Service),
    User(&'a mut Visit<'b>, Identity),
}

impl Voice<'_, '_> {
    /// Searches, on other servers as well if `referrals` says so.
    ///
    /// # Errors
    /// When the search could not be made to its end.
    pub(super) async fn search(&mut self, query: &Query, referrals: &Referrals) -> Result<Found, Trouble> {
        let (found, identity) = match self {
            Self::Service(service) => (service.search(query).await?, service.identity()),
            Self::User(visit, identity) => {
                referrals.dialer().counters.searches.add();
                (visit.search(query).await?, &*identity)
            }
        };
        referrals.follow(found, query, identity).await
    }

    /// As [`Voice::search`], for a search whose every entry counts.
    ///
    /// # Errors
    /// Also when there are more entries than the query's limit.
    pub(super) async fn search_all(
        &mut self,
        query: &Query,
        referrals: &Referrals,
    ) -> Result<Found, Trouble> {
        let found = self.search(query, referrals).await?;
        match found.end {
            End::Complete => Ok(found),
            End::Cut | End::Elsewhere => {
                Err(Trouble::answer(format!("the search below [{}] finds more than may be read", query.base)))
            }
        }
    }
}
