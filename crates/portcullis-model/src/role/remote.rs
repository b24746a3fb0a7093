//! Reading `remote_indices` and `remote_cluster`.

use super::indices::{Place, element};
use super::json::{string_or_strings, token};
use super::{DescriptorError, RemoteClusterPrivileges, RemoteIndicesPrivileges};
use crate::pattern::Effort;
use serde_json::Value;

/// The cluster privileges that one may have in another cluster.
pub(super) const REMOTE_CLUSTER_PRIVILEGES: [&str; 2] = ["monitor_enrich", "monitor_stats"];

pub(super) fn parse_indices(
    role: &str,
    field: &str,
    value: &Value,
    effort: &Effort,
) -> Result<Vec<RemoteIndicesPrivileges>, DescriptorError> {
    let place = Place { noun: "remote indices", role, field, effort };
    let mut all = Vec::new();
    for fields in place.objects(value)? {
        let mut clusters = None;
        let indices = element(place, fields, &mut |field, value| {
            if field != "clusters" {
                return Ok(false);
            }
            clusters = Some(self::clusters(place, field, value)?);
            Ok(true)
        })?;
        let clusters = clusters.ok_or_else(|| place.fail("missing required [clusters] field"))?;
        if clusters.is_empty() {
            return Err(DescriptorError::illegal_argument(
                "the [remote_indices] sub-field [clusters] must refer to at least one cluster alias or cluster alias \
                 pattern",
            ));
        }
        all.push(RemoteIndicesPrivileges { indices, clusters });
    }
    Ok(all)
}

fn clusters(place: Place<'_>, field: &str, value: &Value) -> Result<Vec<String>, DescriptorError> {
    match value {
        Value::Array(_) | Value::String(_) => string_or_strings(field, value).map_err(|cause| {
            DescriptorError::parse(format!("failed to parse role [{}]", place.role)).caused_by(cause)
        }),
        other => Err(place.fail(&format!(
            "expected field [{field}] value to be a string or an array of strings, but found [{}] instead",
            token(other)
        ))),
    }
}

pub(super) fn parse_cluster(
    role: &str,
    field: &str,
    value: &Value,
) -> Result<Vec<RemoteClusterPrivileges>, DescriptorError> {
    let fail =
        |what: String| DescriptorError::parse(format!("failed to parse {field} for role [{role}]. {what}"));
    let Value::Array(elements) = value else {
        let found = token(value);
        return Err(fail(format!(
            "expected field [{field}] value to be an array, but found [{found}] instead"
        )));
    };
    elements.iter().map(|element| group(field, element, &fail)).collect()
}

fn group(
    field: &str,
    element: &Value,
    fail: &dyn Fn(String) -> DescriptorError,
) -> Result<RemoteClusterPrivileges, DescriptorError> {
    let Value::Object(fields) = element else {
        let found = token(element);
        return Err(fail(format!(
            "expected field [{field}] value to be an array of objects, but found an array element of type [{found}]"
        )));
    };
    let (mut privileges, mut clusters) = (None, None);
    for (field, value) in fields {
        match field.as_str() {
            "privileges" => {
                privileges = Some(string_or_strings(field, value).map_err(|cause| fail(cause.reason))?)
            }
            "clusters" => {
                clusters = Some(string_or_strings(field, value).map_err(|cause| fail(cause.reason))?)
            }
            _ => return Err(fail(format!("unexpected field [{field}]"))),
        }
    }
    let (privileges, clusters) = match (privileges, clusters) {
        (Some(privileges), Some(clusters)) => (privileges, clusters),
        (Some(_), None) => {
            return Err(fail("[clusters] must be defined when [privileges] are defined".to_owned()));
        }
        (None, Some(_)) => {
            return Err(fail("[privileges] must be defined when [clusters] are defined".to_owned()));
        }
        (None, None) => {
            return Err(DescriptorError::illegal_argument("remote cluster groups must not be null or empty"));
        }
    };
    if privileges.is_empty()
        || privileges.iter().any(|name| !REMOTE_CLUSTER_PRIVILEGES.contains(&name.as_str()))
    {
        return Err(fail(format!(
            "[{}] are the only values allowed for [privileges] within [{field}]. Found [{}]",
            REMOTE_CLUSTER_PRIVILEGES.join(", "),
            privileges.join(", ")
        )));
    }
    Ok(RemoteClusterPrivileges { privileges, clusters })
}
