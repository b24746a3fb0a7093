//! How long a directory may take.

use crate::config::error::Problem;
use crate::config::realms::Named;

use super::Notes;

/// All of `timeout.*`, in milliseconds.
pub(super) struct Timeouts {
    pub(super) connect: u64,
    pub(super) response: u64,
    pub(super) search: u64,
}

pub(super) fn read(named: &Named<'_>, notes: &mut Notes) -> Result<Timeouts, Problem> {
    Ok(Timeouts {
        connect: millis(named, "timeout.tcp_connect")?,
        response: millis(named, response(named, notes)?)?,
        search: millis(named, "timeout.ldap_search")?,
    })
}

/// The one of the two names that is set.
fn response(named: &Named<'_>, notes: &mut Notes) -> Result<&'static str, Problem> {
    let (old, new) = ("timeout.tcp_read", "timeout.response");
    if !named.has(old) {
        return Ok(new);
    }
    let (old_name, new_name) = (named.setting(old), named.setting(new));
    if named.has(new) {
        let reason = format!("[{old_name}] and [{new_name}] are the same; set only the second");
        return Err(named.problem_at(old, reason));
    }
    notes.warnings.push(format!("[{old_name}] is deprecated; use [{new_name}]"));
    Ok(old)
}

/// A time that is more than 0.
pub(super) fn millis(named: &Named<'_>, key: &str) -> Result<u64, Problem> {
    let name = named.setting(key);
    let millis = named.settings.millis(&name)?;
    // The table takes nothing less than a millisecond.
    u64::try_from(millis)
        .map_err(|_| named.problem_at(key, format!("setting [{name}] must be at least [1ms]")))
}
