//! LDAP URLs (RFC 4516) as servers send them in referrals. The filter of one is not taken: what is searched for is ours to
//! say, only where is theirs.

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use super::endpoint::Endpoint;
use super::query::Query;
use crate::settings::Switch;
use crate::settings::directory::SearchScope;

#[cfg(test)]
mod tests;

const LDAP_PORT: u16 = 389;
const LDAPS_PORT: u16 = 636;

/// Where a referral leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReferralUrl {
    pub(super) endpoint: Endpoint,
    base: Option<String>,
    scope: Option<SearchScope>,
}

impl ReferralUrl {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("it is no URL: {error}"))?;
        let (ldaps, port) = match url.scheme() {
            "ldap" => (Switch::Off, LDAP_PORT),
            "ldaps" => (Switch::On, LDAPS_PORT),
            _ => return Err("it is no LDAP URL".to_owned()),
        };
        let host = match url.host() {
            Some(Host::Domain(name)) if !name.is_empty() => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(Host::Domain(_)) | None => return Err("it names no server".to_owned()),
        };
        let base = percent_decode_str(url.path().trim_start_matches('/')).decode_utf8();
        let base = base.map_err(|_| "its DN is not UTF-8".to_owned())?.into_owned();
        let scope = match url.query().unwrap_or_default().split('?').nth(1).unwrap_or_default() {
            "" => None,
            "base" => Some(SearchScope::Base),
            "one" => Some(SearchScope::OneLevel),
            "sub" => Some(SearchScope::SubTree),
            _ => return Err("its scope is none".to_owned()),
        };
        let endpoint = Endpoint { ldaps, host, port: url.port().unwrap_or(port), address: None };
        Ok(Self { endpoint, base: Some(base).filter(|base| !base.is_empty()), scope })
    }

    /// `query`, as it is to be put to this server.
    pub(super) fn query(&self, query: &Query) -> Query {
        Query {
            base: self.base.clone().unwrap_or_else(|| query.base.clone()),
            scope: self.scope.unwrap_or(query.scope),
            ..query.clone()
        }
    }
}
