//! Names with which people log on to Active Directory, and what each is bound and searched with.

use super::entry::Entry;
use super::{dn, filter};
use crate::settings::directory::ActiveDirectory;

#[cfg(test)]
mod tests;

/// The attribute of an entry that holds its user principal name.
pub(super) const USER_PRINCIPAL_NAME: &str = "userPrincipalName";

/// A name, in one of three forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Logon<'a> {
    /// `name`.
    Plain(&'a str),
    /// `name@domain`: a user principal name.
    Principal(&'a str),
    /// `DOMAIN\name`: a down-level logon name.
    DownLevel { whole: &'a str, name: &'a str },
}

impl<'a> Logon<'a> {
    /// Which form `username` has; `None` if a part is missing.
    pub(super) fn parse(username: &'a str) -> Option<Self> {
        if let Some((domain, name)) = username.split_once('\\') {
            let complete = !domain.is_empty() && !name.is_empty();
            return complete.then_some(Self::DownLevel { whole: username, name });
        }
        match username.split_once('@') {
            None => Some(Self::Plain(username)),
            Some((name, domain)) => {
                (!name.is_empty() && !domain.is_empty()).then_some(Self::Principal(username))
            }
        }
    }

    /// The name to bind with.
    pub(super) fn principal(&self, settings: &ActiveDirectory) -> String {
        match self {
            Self::Plain(name) => format!("{name}@{}", settings.domain_name),
            Self::Principal(whole) | Self::DownLevel { whole, .. } => (*whole).to_owned(),
        }
    }

    /// The filter that finds the entry.
    pub(super) fn filter(&self, settings: &ActiveDirectory) -> String {
        let (template, name) = match self {
            Self::Plain(name) => (&settings.search.filter, *name),
            Self::Principal(whole) => {
                (&settings.upn_filter, whole.split_once('@').map_or(*whole, |(name, _)| name))
            }
            Self::DownLevel { name, .. } => (&settings.down_level_filter, *name),
        };
        let principal = match self {
            Self::Principal(whole) => (*whole).to_owned(),
            Self::Plain(_) | Self::DownLevel { .. } => format!("{name}@{}", settings.domain_name),
        };
        filter::fill(template, &[name, &principal])
    }
}

impl Logon<'_> {
    /// Whether the name may be of another domain than the one that is searched, where somebody else may have the same.
    pub(super) fn may_be_foreign(&self, settings: &ActiveDirectory) -> bool {
        match self {
            Self::Plain(_) => false,
            Self::Principal(whole) => {
                !whole.split_once('@').is_some_and(|(_, it)| it.eq_ignore_ascii_case(&settings.domain_name))
            }
            Self::DownLevel { .. } => true,
        }
    }

    /// Whether nobody but the one whose entry is `entry` can have bound with this name. A principal name is that of one
    /// account in a whole forest, and a search below one domain may find another that has the short name there.
    pub(super) fn is_surely(&self, settings: &ActiveDirectory, entry: &Entry) -> bool {
        let bound = self.principal(settings);
        let is_own = |it: &str| it.eq_ignore_ascii_case(&bound);
        !self.may_be_foreign(settings)
            && entry.elsewhere.is_none()
            && entry.texts(USER_PRINCIPAL_NAME).any(is_own)
    }
}

/// Where users are searched.
pub(super) fn base(settings: &ActiveDirectory) -> String {
    match settings.search.base_dn.as_str() {
        "" => dn::of_domain(&settings.domain_name),
        base => base.to_owned(),
    }
}
