//! `url` and `load_balance.type`: which servers there are, and which is asked first.
//!
//! Never here: looking up names.

use std::net::{IpAddr, Ipv6Addr};

use portcullis_security::settings::Switch;
use portcullis_security::settings::directory::{LoadBalance, Server};

use crate::config::error::Problem;
use crate::config::realms::Named;

use super::domain::{self, Domain};

#[cfg(test)]
mod tests;

const URL: &str = "url";
const TYPE: &str = "load_balance.type";

/// The servers of a realm that has no others.
pub(super) fn required(named: &Named<'_>) -> Result<Vec<Server>, Problem> {
    if named.has(URL) {
        return configured(named);
    }
    let reason = format!("realm [{}] needs a server: set [{}]", named.id(), named.setting(URL));
    Err(named.problem(reason))
}

/// The servers of a domain; if none are set, the one of its name, in the clear as in Elasticsearch.
pub(super) fn of_domain(named: &Named<'_>, domain: &Domain) -> Result<Vec<Server>, Problem> {
    if named.has(URL) {
        return configured(named);
    }
    Ok(vec![Server { ldaps: Switch::Off, host: domain.name().to_owned(), port: PORT }])
}

fn configured(named: &Named<'_>) -> Result<Vec<Server>, Problem> {
    let name = named.setting(URL);
    let mut servers = Vec::new();
    for url in named.settings.texts(&name)? {
        let server = server(&url).ok_or_else(|| {
            // Whoever writes a password into a URL finds it in no message.
            let shown = if url.contains('@') { "(hidden)".into() } else { url.escape_debug().to_string() };
            named.problem_at(
                URL,
                format!(
                    "setting [{name}]: [{shown}] must be ldap:// or ldaps://, a host (IPv6 in brackets), perhaps a \
                     port, and nothing more"
                ),
            )
        })?;
        servers.push(server);
    }
    let first = servers.first().map(|server| server.ldaps);
    if servers.iter().any(|server| Some(server.ldaps) != first) {
        let reason = format!("setting [{name}] must have only ldap:// or only ldaps:// URLs");
        return Err(named.problem_at(URL, reason));
    }
    Ok(servers)
}

const PORT: u16 = 389;
const LDAPS_PORT: u16 = 636;

/// A server as a URL names it.
fn server(url: &str) -> Option<Server> {
    let (ldaps, rest) = match url.split_once("://")? {
        ("ldap", rest) => (Switch::Off, rest),
        ("ldaps", rest) => (Switch::On, rest),
        _ => return None,
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (host, port) = match rest.strip_prefix('[') {
        Some(bracketed) => {
            let (host, behind) = bracketed.split_once(']')?;
            host.parse::<Ipv6Addr>().ok()?;
            (host, if behind.is_empty() { None } else { Some(behind.strip_prefix(':')?) })
        }
        None => {
            let (host, port) = rest.split_once(':').map_or((rest, None), |(host, port)| (host, Some(port)));
            (domain::is_host(host).then_some(host)?, port)
        }
    };
    let default = if ldaps.is_on() { LDAPS_PORT } else { PORT };
    Some(Server { ldaps, host: host.to_owned(), port: port.map_or(Some(default), parse_port)? })
}

/// A port, written as a plain number: `parse` alone would take `+389`.
fn parse_port(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|port| digits && *port != 0)
}

pub(super) fn load_balance(named: &Named<'_>, servers: &[Server]) -> Result<LoadBalance, Problem> {
    let name = named.setting(TYPE);
    let found = match named.settings.text(&name)?.as_str() {
        "round_robin" => LoadBalance::RoundRobin,
        "dns_failover" => LoadBalance::DnsFailover,
        "dns_round_robin" => LoadBalance::DnsRoundRobin,
        _ => LoadBalance::Failover,
    };
    match (found, servers) {
        (LoadBalance::Failover | LoadBalance::RoundRobin, _) => Ok(found),
        (LoadBalance::DnsFailover | LoadBalance::DnsRoundRobin, [one])
            if one.host.parse::<IpAddr>().is_err() =>
        {
            Ok(found)
        }
        (LoadBalance::DnsFailover | LoadBalance::DnsRoundRobin, _) => {
            let reason = format!(
                "[{name}] asks DNS, so [{}] must be one URL whose host is a name",
                named.setting(URL)
            );
            Err(named.problem_at(TYPE, reason))
        }
    }
}
