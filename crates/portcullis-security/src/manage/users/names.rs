//! The sentences for names that the API does not manage. Which names are reserved or internal is data of the model, and
//! which one is anonymous is set.

/// The refusal for an internal user.
pub(super) fn internal(username: &str) -> String {
    format!("user [{username}] is internal")
}

/// The refusal for changing the anonymous user.
pub(super) fn anonymous(username: &str) -> String {
    format!("user [{username}] is anonymous and cannot be modified via the API")
}
