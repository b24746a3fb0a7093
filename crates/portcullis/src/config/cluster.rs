//! Several nodes on one etcd: from the settings to [`ClusterConfig`], with the rules between them.
//!
//! Never here: speaking to etcd, and what the timings are for.

use std::net::IpAddr;
use std::path::PathBuf;

use portcullis_cluster::Timing;
use portcullis_security::settings::{Freshness, Switch};

use super::Reader;
use super::build::problem_at;
use super::directory::{one_line_of, readable};
use super::error::Problem;
use super::kind::Hidden;
use super::settings::Settings;
use super::sources::Sources;

#[cfg(test)]
mod tests;

const ENDPOINTS: &str = "store.etcd.endpoints";
const PREFIX: &str = "store.etcd.prefix";
const USERNAME: &str = "store.etcd.username";
const PASSWORD: &str = "store.etcd.password";
const PASSWORD_FILE: &str = "store.etcd.password_file";
const AUTHORITIES: &str = "store.etcd.ssl.certificate_authorities";
const CERTIFICATE: &str = "store.etcd.ssl.certificate";
const KEY: &str = "store.etcd.ssl.key";
const ALLOW_PLAINTEXT: &str = "store.etcd.allow_plaintext";
const WINDOW: &str = "cluster.fence.window";
const HEARTBEAT: &str = "cluster.fence.heartbeat";
const DRIFT: &str = "cluster.fence.clock_drift";

/// The most members of etcd; it advises at most 7 itself.
const MAX_ENDPOINTS: usize = 16;

/// The most bytes that all keys begin with.
const MAX_PREFIX_BYTES: usize = 256;

/// What a node is set to that shares its log with others.
#[derive(Clone, Debug)]
pub struct ClusterConfig {
    /// `store.etcd.*`.
    pub etcd: EtcdConfig,
    /// `cluster.fence.*`, checked.
    pub timing: Timing,
    /// `cluster.freshness`.
    pub freshness: Freshness,
    /// `http.publish_host`, if it is set.
    pub publish_host: Option<String>,
    /// `http.publish_port`, if it is set.
    pub publish_port: Option<u16>,
}

/// `store.etcd.*`.
#[derive(Clone, Debug)]
pub struct EtcdConfig {
    /// `endpoints`: URLs, at least one, all `http` or all `https`.
    pub endpoints: Vec<String>,
    /// `prefix`: begins and ends with `/`.
    pub prefix: String,
    /// `username`.
    pub username: Option<String>,
    /// `password` or the line of `password_file`; set if `username` is, except for a tool that does not speak to etcd.
    pub password: Option<Hidden>,
    /// `timeout` in milliseconds.
    pub timeout_millis: u64,
    /// `compaction`: whether the nodes do it.
    pub compaction: Switch,
    /// `ssl.certificate_authorities`: absolute, readable; none without `https`.
    pub authorities: Vec<PathBuf>,
    /// `ssl.certificate` and `ssl.key`: absolute, readable.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// `allow_plaintext`.
    pub allow_plaintext: Switch,
}

/// `None`: this node is alone.
pub(super) fn read(
    settings: &Settings,
    sources: &Sources,
    reader: Reader,
    warnings: &mut Vec<String>,
) -> Result<Option<ClusterConfig>, Problem> {
    if settings.get(ENDPOINTS).is_none() {
        return alone(settings, warnings).map(|()| None);
    }
    let endpoints = endpoints(settings, warnings)?;
    let (username, password) = login(settings, sources, reader)?;
    let (authorities, identity) = tls(settings, sources, &endpoints)?;
    let compaction = settings.text("store.etcd.compaction")? == "on";
    let freshness = match settings.text("cluster.freshness")?.as_str() {
        "barrier" => Freshness::Barrier,
        // The table takes no further word.
        _ => Freshness::Lease,
    };
    Ok(Some(ClusterConfig {
        etcd: EtcdConfig {
            endpoints,
            prefix: prefix(settings)?,
            username,
            password,
            timeout_millis: settings.millis("store.etcd.timeout")?.unsigned_abs(),
            compaction: Switch::from_bool(compaction),
            authorities,
            identity,
            allow_plaintext: Switch::from_bool(settings.boolean(ALLOW_PLAINTEXT)?),
        },
        timing: timing(settings)?,
        freshness,
        publish_host: settings.text("http.publish_host").ok(),
        publish_port: settings.port("http.publish_port").ok(),
    }))
}

/// Whoever says how etcd is reached, and not where, would get a node that shares nothing.
fn alone(settings: &Settings, warnings: &mut Vec<String>) -> Result<(), Problem> {
    if let Some((name, setting)) = settings.iter().find(|(name, _)| name.starts_with("store.etcd.")) {
        let reason = format!("[{name}] is set but [{ENDPOINTS}] is not, without which this node is alone");
        return Err(Problem::at(&setting.origin, reason));
    }
    let ours = |name: &&str| {
        name.starts_with("cluster.fence.")
            || *name == "cluster.freshness"
            || name.starts_with("http.publish_")
    };
    let without: Vec<&str> = settings.iter().map(|(name, _)| name).filter(ours).collect();
    if !without.is_empty() {
        warnings.push(format!(
            "settings without effect: [{}]: this node is alone ([{ENDPOINTS}] is not set)",
            without.join(", ")
        ));
    }
    Ok(())
}

fn endpoints(settings: &Settings, warnings: &mut Vec<String>) -> Result<Vec<String>, Problem> {
    let wrong = |reason: String| problem_at(settings, ENDPOINTS, &format!("setting [{ENDPOINTS}]{reason}"));
    let texts = settings.texts(ENDPOINTS)?;
    if texts.len() > MAX_ENDPOINTS {
        return Err(wrong(format!(" has more than {MAX_ENDPOINTS} URLs")));
    }
    let mut found: Vec<Endpoint> = Vec::new();
    for text in &texts {
        let endpoint = Endpoint::parse(text).ok_or_else(|| {
            // Whoever writes a password into a URL finds it in no message.
            let shown = if text.contains('@') { "(hidden)" } else { text };
            wrong(format!(
                ": [{shown}] must be http:// or https://, a host, perhaps a port, and nothing more"
            ))
        })?;
        if found.iter().any(|it| it.url() == endpoint.url()) {
            return Err(wrong(format!(": [{text}] is there twice")));
        }
        found.push(endpoint);
    }
    if found.iter().any(|it| Some(it.scheme) != found.first().map(|it| it.scheme)) {
        return Err(wrong(" must have only http:// or only https:// URLs".to_owned()));
    }
    if let Some(open) = found.iter().find(|it| it.scheme == "http" && !it.is_loopback()) {
        let host = &open.host;
        if !settings.boolean(ALLOW_PLAINTEXT)? {
            return Err(wrong(format!(
                " has [{host}], which is not loopback, without TLS, so that anybody in between could change \
                 credentials. Use https://, or set [{ALLOW_PLAINTEXT}] to true if something in between does TLS"
            )));
        }
        warnings.push(format!("credentials are sent to [{host}] in the clear ({ALLOW_PLAINTEXT})"));
    }
    Ok(found.iter().map(Endpoint::url).collect())
}

/// One member of etcd.
struct Endpoint {
    scheme: &'static str,
    host: String,
    port: u16,
}

impl Endpoint {
    /// The port on which etcd listens for clients.
    const PORT: u16 = 2379;

    fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = match text.split_once("://")? {
            ("http", rest) => ("http", rest),
            ("https", rest) => ("https", rest),
            _ => return None,
        };
        let uri: http::uri::Authority = rest.strip_suffix('/').unwrap_or(rest).parse().ok()?;
        let host = uri.host();
        if host.is_empty() || uri.as_str().contains('@') {
            return None;
        }
        let port = match uri.as_str().strip_prefix(host)? {
            "" => Self::PORT,
            port => port.strip_prefix(':')?.parse().ok().filter(|port| *port != 0)?,
        };
        Some(Self { scheme, host: host.to_owned(), port })
    }

    fn url(&self) -> String {
        format!("{}://{}:{}", self.scheme, self.host, self.port)
    }

    fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

fn prefix(settings: &Settings) -> Result<String, Problem> {
    if let Ok(prefix) = settings.text(PREFIX) {
        let good = prefix.starts_with('/') && prefix.ends_with('/') && prefix.len() > 1;
        if !good || prefix.contains("//") || prefix.len() > MAX_PREFIX_BYTES {
            let reason = format!(
                "setting [{PREFIX}]: [{prefix}] must begin and end with [/], have something in between and at most \
                 {MAX_PREFIX_BYTES} bytes"
            );
            return Err(problem_at(settings, PREFIX, &reason));
        }
        return Ok(prefix);
    }
    let name = settings.text("cluster.name")?;
    // Keys of the cluster [a/b] would be among those of the cluster [a].
    if name.contains('/') || name.len() > MAX_PREFIX_BYTES / 2 {
        let reason =
            format!("[cluster.name] with a [/], or as long as this one, needs a [{PREFIX}] of its own");
        return Err(problem_at(settings, "cluster.name", &reason));
    }
    Ok(format!("/portcullis/{name}/"))
}

fn login(
    settings: &Settings,
    sources: &Sources,
    reader: Reader,
) -> Result<(Option<String>, Option<Hidden>), Problem> {
    let username = settings.text(USERNAME).ok();
    let given = (settings.get(PASSWORD).is_some(), settings.get(PASSWORD_FILE).is_some());
    let password = match given {
        (true, true) => {
            let reason = format!("[{PASSWORD}] and [{PASSWORD_FILE}] are both set; one is enough");
            return Err(problem_at(settings, PASSWORD_FILE, &reason));
        }
        (false, false) | (false, true) if reader == Reader::Tool => None,
        (true, false) => Some(settings.secret(PASSWORD)?),
        (false, true) => {
            let path = sources.conf().join(settings.text(PASSWORD_FILE)?);
            let line = one_line_of(&path).map_err(|reason| {
                let reason = format!("setting [{PASSWORD_FILE}]: [{}] {reason}", path.display());
                problem_at(settings, PASSWORD_FILE, &reason)
            })?;
            Some(Hidden::new(line))
        }
        (false, false) => None,
    };
    match (&username, &password) {
        (Some(_), None) if reader != Reader::Tool => {
            let reason = format!(
                "[{USERNAME}] needs its password: give [{PASSWORD}] by the environment, or set [{PASSWORD_FILE}]"
            );
            Err(problem_at(settings, USERNAME, &reason))
        }
        (None, Some(_)) => {
            let name = if given.0 { PASSWORD } else { PASSWORD_FILE };
            Err(problem_at(settings, name, &format!("[{name}] is set but [{USERNAME}] is not")))
        }
        _ => Ok((username, password)),
    }
}

type Tls = (Vec<PathBuf>, Option<(PathBuf, PathBuf)>);

fn tls(settings: &Settings, sources: &Sources, endpoints: &[String]) -> Result<Tls, Problem> {
    let conf = sources.conf();
    let file = |name: &str, path: PathBuf| match readable(&path) {
        Ok(()) => Ok(path),
        Err(reason) => {
            let reason = format!("setting [{name}]: [{}] {reason}", path.display());
            Err(problem_at(settings, name, &reason))
        }
    };
    let https = endpoints.iter().any(|it| it.starts_with("https:"));
    if !https {
        let unused = [AUTHORITIES, CERTIFICATE, KEY].into_iter().find(|it| settings.get(it).is_some());
        // Whoever set it believes that TLS is on.
        return unused.map_or(Ok((Vec::new(), None)), |name| {
            let reason = format!("[{name}] is set but [{ENDPOINTS}] has no https:// URL");
            Err(problem_at(settings, name, &reason))
        });
    }
    let listed = settings.texts(AUTHORITIES).map_err(|_| {
        let reason = format!("[{ENDPOINTS}] has https:// URLs, which needs [{AUTHORITIES}], PEM files");
        problem_at(settings, ENDPOINTS, &reason)
    })?;
    let authorities =
        listed.into_iter().map(|it| file(AUTHORITIES, conf.join(it))).collect::<Result<_, _>>()?;
    let identity = match (settings.path(CERTIFICATE), settings.path(KEY)) {
        (None, None) => None,
        (Some(certificate), Some(key)) => {
            Some((file(CERTIFICATE, conf.join(certificate))?, file(KEY, conf.join(key))?))
        }
        (certificate, _) => {
            let (name, missing) = if certificate.is_some() { (CERTIFICATE, KEY) } else { (KEY, CERTIFICATE) };
            let reason = format!("[{name}] is set but [{missing}] is not: both are needed, PEM files");
            return Err(problem_at(settings, name, &reason));
        }
    };
    Ok((authorities, identity))
}

/// The timings, as the protocol takes them.
fn timing(settings: &Settings) -> Result<Timing, Problem> {
    let window = settings.millis(WINDOW)?.unsigned_abs();
    let heartbeat = settings.millis(HEARTBEAT)?.unsigned_abs();
    let drift = f64::from(settings.thousandths(DRIFT)?) / 1000.0;
    Timing::new(window, heartbeat, drift).map_err(|error| {
        let name = [HEARTBEAT, WINDOW, DRIFT].into_iter().find(|it| settings.get(it).is_some());
        let reason = format!("[{WINDOW}], [{HEARTBEAT}] and [{DRIFT}] do not go together: {error}");
        problem_at(settings, name.unwrap_or(WINDOW), &reason)
    })
}
