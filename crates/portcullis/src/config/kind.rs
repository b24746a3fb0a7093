//! The types that settings have: how their text is read, and what is said when it cannot be.
//!
//! Never here: which setting has which type, and any unit but the ones of Elasticsearch.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};

use portcullis_model::lifetime::TimeValue;
use portcullis_secrets::{HashAlgorithm, Use};
use tracing::level_filters::LevelFilter;

use super::yaml::Written;

#[cfg(test)]
mod tests;
mod text;

pub use text::Hidden;

/// The type of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any single text that is not empty.
    Text,
    /// A single text without control characters, as a directory takes it.
    Line,
    /// Texts without control characters: a list, or one text.
    Lines(Commas),
    /// One of these words.
    Word(&'static [&'static str]),
    /// A password. It is not kept as text, and it does not stand in the settings in the clear.
    Secret,
    /// `true` or `false`.
    Boolean,
    /// A whole number between the two, both included.
    Integer(i64, i64),
    /// A time with a unit (`nanos`, `micros`, `ms`, `s`, `m`, `h`, `d`), or `-1` or `0`.
    Time(Bound),
    /// A time between the two, both included, in milliseconds.
    Within(i64, i64),
    /// A fraction from 0 to so many thousandths, both included.
    Fraction(u32),
    /// A size with a unit (`b`, `kb`, `mb`, `gb`, `tb`, `pb`), in bytes between the two, both included.
    Bytes(u64, u64),
    /// A path of the file system.
    Path,
    /// IP addresses or names of this machine; `_local_` is 127.0.0.1.
    Hosts,
    /// The name of a hash algorithm that is fit for this use.
    Algorithm(Use),
    /// `off`, `error`, `warn`, `info`, `debug` or `trace`.
    Level,
    /// Three numbers: `9.2.0`.
    Version,
    /// A single value or a list that nothing here reads.
    Anything,
}

/// What a comma is in a single text that stands for a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commas {
    /// It separates two texts.
    Separate,
    /// It is part of the text, as in a DN.
    Belong,
}

/// What a time may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Also zero and less, which switches off what it is the time of.
    Any,
    /// At least a millisecond.
    Positive,
}

/// A value of a setting, read by its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Of `Text`, `Line`, `Word`, `Path` and `Version`.
    Text(String),
    /// Of `Lines`: at least one.
    Texts(Vec<String>),
    /// Of `Secret`.
    Secret(Hidden),
    /// Of `Boolean`.
    Boolean(bool),
    /// Of `Integer`.
    Integer(i64),
    /// Of `Time` and `Within`: milliseconds.
    Millis(i64),
    /// Of `Fraction`: thousandths.
    Thousandths(u32),
    /// Of `Bytes`.
    Bytes(u64),
    /// Of `Hosts`: at least one.
    Hosts(Vec<IpAddr>),
    /// Of `Algorithm`.
    Algorithm(HashAlgorithm),
    /// Of `Level`.
    Level(LevelFilter),
    /// Of `Anything`.
    Unread,
}

impl Kind {
    /// The type in words, as the documentation has it.
    pub fn words(self) -> String {
        match self {
            Self::Text | Self::Line => "text".to_owned(),
            Self::Lines(Commas::Separate) => "list, or text with commas".to_owned(),
            Self::Lines(Commas::Belong) => "list, or one text".to_owned(),
            Self::Word(words) => words.join(", "),
            Self::Secret => "secret".to_owned(),
            Self::Boolean => "boolean".to_owned(),
            Self::Integer(least, most) => format!("number, {least} to {most}"),
            Self::Time(Bound::Any) => "time".to_owned(),
            Self::Time(Bound::Positive) => "time, more than 0".to_owned(),
            Self::Within(least, most) => format!("time, {least}ms to {most}ms"),
            Self::Fraction(most) => format!("fraction, 0 to {}", f64::from(most) / 1000.0),
            Self::Bytes(least, most) => format!("size, {least}b to {most}b"),
            Self::Path => "path".to_owned(),
            Self::Hosts => "addresses".to_owned(),
            Self::Algorithm(_) => "hash algorithm".to_owned(),
            Self::Level => "log level".to_owned(),
            Self::Version => "version".to_owned(),
            Self::Anything => "any".to_owned(),
        }
    }

    /// Reads the value of the setting called `name`.
    ///
    /// # Errors
    /// A sentence that names the setting, and the value unless `hidden`.
    pub fn read(self, name: &str, written: &Written, hidden: bool) -> Result<Value, String> {
        let shown = |text: &str| if hidden { "(hidden)".to_owned() } else { text.to_owned() };
        let text = match (self, written) {
            (Self::Anything, _) => return Ok(Value::Unread),
            (Self::Hosts, Written::Many(list)) => return hosts(name, list.iter().map(String::as_str)),
            (Self::Hosts, Written::One(text)) => return hosts(name, text.split(',').map(str::trim)),
            (Self::Lines(_), Written::Many(list)) => {
                return text::lines(name, list.iter().map(String::as_str));
            }
            (_, Written::Many(_)) => return Err(format!("setting [{name}] takes one value, not a list")),
            (_, Written::One(text)) if text.is_empty() => {
                return Err(format!("setting [{name}] must not be empty"));
            }
            (_, Written::One(text)) => text.as_str(),
        };
        match self {
            Self::Text | Self::Path => Ok(Value::Text(text.to_owned())),
            Self::Line => text::line(name, text),
            Self::Lines(Commas::Separate) => text::lines(name, text.split(',').map(str::trim)),
            Self::Lines(Commas::Belong) => text::lines(name, [text]),
            Self::Word(words) => text::word(name, text, &shown(text), words),
            Self::Secret => text::secret(name, text),
            Self::Boolean => match text {
                "true" => Ok(Value::Boolean(true)),
                "false" => Ok(Value::Boolean(false)),
                _ => Err(format!(
                    "setting [{name}]: Failed to parse value [{}] as only [true] or [false] are allowed.",
                    shown(text)
                )),
            },
            Self::Integer(least, most) => integer(name, text, &shown(text), least, most),
            Self::Time(bound) => time(name, text, bound),
            Self::Within(least, most) => within(name, text, least, most),
            Self::Fraction(most) => fraction(name, text, &shown(text), most),
            Self::Bytes(least, most) => bytes(name, text, &shown(text), least, most),
            Self::Algorithm(purpose) => HashAlgorithm::parse_for(purpose, text)
                .map(Value::Algorithm)
                .map_err(|error| format!("setting [{name}]: {error}")),
            Self::Level => level(text).map(Value::Level).ok_or_else(|| {
                format!(
                    "setting [{name}]: [{}] is not one of off, error, warn, info, debug, trace",
                    shown(text)
                )
            }),
            Self::Version if is_version(text) => Ok(Value::Text(text.to_owned())),
            Self::Version => {
                Err(format!("setting [{name}]: [{}] is not a version such as 9.2.0", shown(text)))
            }
            Self::Hosts | Self::Anything => Ok(Value::Unread),
        }
    }
}

fn level(text: &str) -> Option<LevelFilter> {
    // Not `parse`, which also takes numbers.
    match text.to_ascii_lowercase().as_str() {
        "off" => Some(LevelFilter::OFF),
        "error" => Some(LevelFilter::ERROR),
        "warn" => Some(LevelFilter::WARN),
        "info" => Some(LevelFilter::INFO),
        "debug" => Some(LevelFilter::DEBUG),
        "trace" => Some(LevelFilter::TRACE),
        _ => None,
    }
}

fn integer(name: &str, text: &str, shown: &str, least: i64, most: i64) -> Result<Value, String> {
    match text.parse::<i64>() {
        Ok(number) if number < least => {
            Err(format!("Failed to parse value [{shown}] for setting [{name}] must be >= {least}"))
        }
        Ok(number) if number > most => {
            Err(format!("Failed to parse value [{shown}] for setting [{name}] must be <= {most}"))
        }
        Ok(number) => Ok(Value::Integer(number)),
        Err(_) => {
            Err(format!("Failed to parse value [{shown}] for setting [{name}]: it is not a whole number"))
        }
    }
}

/// Splits `20kb` into the number and the unit.
fn split_unit(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number, unit.trim_start())
}

fn bytes(name: &str, text: &str, shown: &str, least: u64, most: u64) -> Result<Value, String> {
    let wrong = |why: &str| {
        Err(format!("failed to parse setting [{name}] with value [{shown}] as a size in bytes: {why}"))
    };
    let (number, unit) = split_unit(text);
    let factor: u64 = match unit.to_ascii_lowercase().as_str() {
        "b" => 1,
        "k" | "kb" => 1 << 10,
        "m" | "mb" => 1 << 20,
        "g" | "gb" => 1 << 30,
        "t" | "tb" => 1 << 40,
        "p" | "pb" => 1 << 50,
        "" if number == "0" => 1,
        _ => return wrong("a whole number and a unit are needed, such as [16kb]"),
    };
    let Some(size) = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor)) else {
        return wrong("a whole number and a unit are needed, such as [16kb]");
    };
    if size < least {
        return wrong(&format!("must be at least [{least}b]"));
    }
    if size > most {
        return wrong(&format!("must be at most [{most}b]"));
    }
    Ok(Value::Bytes(size))
}

fn time(name: &str, text: &str, bound: Bound) -> Result<Value, String> {
    let millis = TimeValue::parse(name, text)
        .map_err(|error| format!("{error}; the units are nanos, micros, ms, s, m, h and d, as in [30s]"))?
        .as_millis();
    if bound == Bound::Positive && millis < 1 {
        return Err(format!(
            "failed to parse setting [{name}] with value [{text}] as a time value: must be at least [1ms]"
        ));
    }
    Ok(Value::Millis(millis))
}

fn within(name: &str, text: &str, least: i64, most: i64) -> Result<Value, String> {
    match time(name, text, Bound::Any)? {
        Value::Millis(millis) if (least..=most).contains(&millis) => Ok(Value::Millis(millis)),
        _ => Err(format!(
            "failed to parse setting [{name}] with value [{text}] as a time value: must be from [{least}ms] to \
             [{most}ms]"
        )),
    }
}

/// More than three places would promise an exactness that is not kept.
fn fraction(name: &str, text: &str, shown: &str, most: u32) -> Result<Value, String> {
    let parsed = || {
        let (whole, places) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
        if !digits(whole) || !digits(places) || places.len() > 3 {
            return None;
        }
        let thousandths: u32 = format!("{places:0<3}").parse().ok()?;
        whole.parse::<u32>().ok()?.checked_mul(1000)?.checked_add(thousandths)
    };
    parsed().filter(|it| *it <= most).map(Value::Thousandths).ok_or_else(|| {
        let most = f64::from(most) / 1000.0;
        format!(
            "Failed to parse value [{shown}] for setting [{name}]: it is not a fraction from 0 to {most} with at most \
             three places"
        )
    })
}

fn hosts<'a>(name: &str, list: impl Iterator<Item = &'a str>) -> Result<Value, String> {
    let mut addresses = Vec::new();
    for host in list {
        let found = addresses_of(host).ok_or_else(|| {
            format!("setting [{name}]: [{host}] is not an address of this machine or [_local_]")
        })?;
        addresses
            .extend(found.into_iter().filter(|address| !addresses.contains(address)).collect::<Vec<_>>());
    }
    if addresses.is_empty() {
        return Err(format!("setting [{name}] must not be empty"));
    }
    Ok(Value::Hosts(addresses))
}

/// The addresses that a host stands for. A name is looked up once, at the start, as Elasticsearch does.
fn addresses_of(host: &str) -> Option<Vec<IpAddr>> {
    let local_v4 = IpAddr::V4(Ipv4Addr::LOCALHOST);
    match host {
        "" => None,
        "_local_" | "_local:ipv4_" | "localhost" => Some(vec![local_v4]),
        "_local:ipv6_" => Some(vec![IpAddr::V6(Ipv6Addr::LOCALHOST)]),
        // `_site_`, `_eth0_` and the like need a list of the network interfaces.
        special if special.starts_with('_') => None,
        _ => {
            if let Ok(address) = host.trim_start_matches('[').trim_end_matches(']').parse() {
                return Some(vec![address]);
            }
            let found: Vec<IpAddr> =
                (host, 0).to_socket_addrs().ok()?.map(|address: SocketAddr| address.ip()).collect();
            (!found.is_empty()).then_some(found)
        }
    }
}

fn is_version(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| part.parse::<u16>().is_ok_and(|n| n.to_string() == *part))
}
