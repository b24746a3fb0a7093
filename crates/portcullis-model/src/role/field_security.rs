//! The rule of field security: what is taken away must have been given.

use super::indices::Place;
use super::{DescriptorError, FieldSecurity};
use crate::pattern::PatternSet;

/// Fields that belong to the document itself. They are part of every grant.
const METADATA_FIELDS: &str = "_*";

/// Checks that the exceptions are a subset of the grant, as sets of field names.
pub(super) fn check(place: Place<'_>, security: &FieldSecurity) -> Result<(), DescriptorError> {
    let (Some(grant), Some(except)) = (&security.grant, &security.except) else { return Ok(()) };
    let compile = |patterns: &mut dyn Iterator<Item = &str>| {
        PatternSet::parse_within(patterns, place.effort).map_err(|error| {
            place
                .fail("invalid pattern in field_security")
                .caused_by(DescriptorError::illegal_argument(error.to_string()))
        })
    };
    let granted = compile(&mut grant.iter().map(String::as_str).chain([METADATA_FIELDS]))?;
    let excepted = compile(&mut except.iter().map(String::as_str))?;
    if except.is_empty()
        || grant.iter().any(|pattern| pattern == "*")
        || granted.includes_within(&excepted, place.effort)
    {
        return Ok(());
    }
    if place.effort.is_spent() {
        let cause = DescriptorError::illegal_argument("the role's patterns are too complex to be compared");
        return Err(place.fail("invalid pattern in field_security").caused_by(cause));
    }
    let Place { noun, role, .. } = place;
    Err(DescriptorError::parse(format!(
        "failed to parse {noun} privileges for role [{role}] - Exceptions for field permissions must be a subset of the \
         granted fields but {} is not a subset of {}",
        except.join(","),
        grant.join(",")
    )))
}
