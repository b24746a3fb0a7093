//! Security identifiers of Active Directory, as they stand in `tokenGroups` and `objectSid` (MS-DTYP, section 2.4.2.2).

#[cfg(test)]
mod tests;

/// Sub-authorities at most.
const MAX_PARTS: usize = 15;

/// Whether octets are a SID: revision 1, a count, six octets of authority, four for each sub-authority.
pub(super) fn is_sid(octets: &[u8]) -> bool {
    match octets {
        [1, count, rest @ ..] => {
            usize::from(*count) <= MAX_PARTS && rest.len() == 6 + 4 * usize::from(*count)
        }
        _ => false,
    }
}
