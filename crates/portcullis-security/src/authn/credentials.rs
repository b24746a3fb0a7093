//! What an `Authorization` header says, and what is inside a service account's bearer token. Parsing only: nothing
//! here says whether credentials are right.

use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD, STANDARD_NO_PAD};
use portcullis_model::credential::ServiceTokenId;
use portcullis_model::token;
use portcullis_secrets::Secret;
use zeroize::Zeroizing;

use super::soft_failure;
use crate::error::{Failure, Kind};

/// Bearer tokens come without padding, and are taken with it too.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Bytes that decoded credentials seldom exceed: an API key has 43.
const USUAL_BYTES: usize = 128;

/// What a request shows of its caller.
pub enum Credentials {
    /// No `Authorization` header.
    None,
    /// A header of a scheme that nobody here speaks, or an empty one. Whoever sent it meant to be somebody, so it is not
    /// the same as none.
    Unknown,
    /// `Basic`.
    Basic {
        /// What stands before the first colon; may be empty.
        username: String,
        /// What stands after it.
        password: Secret,
    },
    /// `ApiKey`.
    ApiKey {
        /// The key's id.
        id: String,
        /// The key's secret.
        secret: Secret,
    },
    /// `Bearer`.
    Bearer {
        /// The token as it was sent.
        token: Secret,
    },
    /// A header that cannot be read; the request is refused with this.
    Malformed(Failure),
}

impl Credentials {
    /// Reads the value of an `Authorization` header. Never panics; what it copies of a secret is a [`Secret`].
    pub fn from_header(value: Option<&[u8]>) -> Self {
        let Some(value) = value else { return Self::None };
        if let Some(rest) = scheme(value, b"basic ") {
            return basic(rest).unwrap_or_else(Self::Malformed);
        }
        if let Some(rest) = scheme(value, b"apikey ") {
            return api_key(rest).unwrap_or_else(Self::Malformed);
        }
        if let Some(rest) = scheme(value, b"bearer ") {
            return Self::Bearer { token: Secret::from_bytes(rest.to_vec()) };
        }
        if value.eq_ignore_ascii_case(b"basic") {
            return Self::Malformed(bad_basic());
        }
        Self::Unknown
    }
}

/// What follows the scheme: matched without regard to case, at least one character.
fn scheme<'a>(value: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let (head, rest) = value.split_at_checked(name.len())?;
    (head.eq_ignore_ascii_case(name) && !rest.is_empty()).then_some(rest)
}

fn bad_basic() -> Failure {
    Failure::new(Kind::Unauthenticated, "invalid basic authentication header value")
}

fn basic(value: &[u8]) -> Result<Credentials, Failure> {
    let value = value.trim_ascii();
    if value.is_empty() {
        return Err(bad_basic());
    }
    let mut on_stack = Zeroizing::new([0; USUAL_BYTES]);
    let mut on_heap = Zeroizing::new(Vec::new());
    let decoded = decode(value, &mut on_stack, &mut on_heap).map_err(|error| {
        Failure::new(Kind::Unauthenticated, "invalid basic authentication header encoding")
            .caused_by(Failure::illegal_argument(illegal_base64(&error)))
    })?;
    let (username, password) = split(decoded).ok_or_else(bad_basic)?;
    let username = std::str::from_utf8(username).map_err(|_| bad_basic())?.to_owned();
    Ok(Credentials::Basic { username, password: Secret::from_bytes(password.to_vec()) })
}

fn api_key(value: &[u8]) -> Result<Credentials, Failure> {
    let mut on_stack = Zeroizing::new([0; USUAL_BYTES]);
    let mut on_heap = Zeroizing::new(Vec::new());
    let decoded = decode(value, &mut on_stack, &mut on_heap)
        .map_err(|error| soft_failure("API key", &illegal_base64(&error)))?;
    let invalid = || soft_failure("API key", "invalid ApiKey value");
    let (id, secret) = split(decoded).filter(|(id, _)| !id.is_empty()).ok_or_else(invalid)?;
    let id = std::str::from_utf8(id).map_err(|_| invalid())?.to_owned();
    Ok(Credentials::ApiKey { id, secret: Secret::from_bytes(secret.to_vec()) })
}

/// Decodes standard base64 into one of the two places: nearly all credentials fit on the stack.
fn decode<'a>(
    value: &[u8],
    on_stack: &'a mut [u8; USUAL_BYTES],
    on_heap: &'a mut Vec<u8>,
) -> Result<&'a [u8], base64::DecodeError> {
    let most = base64::decoded_len_estimate(value.len());
    let room = if most <= on_stack.len() {
        on_stack.as_mut_slice()
    } else {
        on_heap.resize(most, 0);
        on_heap.as_mut_slice()
    };
    match STANDARD.decode_slice(value, room) {
        Ok(length) => Ok(room.get(..length).unwrap_or_default()),
        Err(base64::DecodeSliceError::DecodeError(error)) => Err(error),
        // There is room for the estimate.
        Err(base64::DecodeSliceError::OutputSliceTooSmall) => {
            Err(base64::DecodeError::InvalidLength(value.len()))
        }
    }
}

/// At the first colon.
fn split(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|byte| *byte == b':')?;
    let (before, rest) = text.split_at_checked(at)?;
    Some((before, rest.get(1..)?))
}

/// Names the character by its code only, as Elasticsearch does: it is a piece of a credential.
fn illegal_base64(error: &base64::DecodeError) -> String {
    match error {
        base64::DecodeError::InvalidByte(_, byte) => format!("Illegal base64 character {byte:x}"),
        base64::DecodeError::InvalidLength(_) => "Input byte array has wrong 4-byte ending unit".to_owned(),
        base64::DecodeError::InvalidLastSymbol(..) | base64::DecodeError::InvalidPadding => {
            "Input byte array has incorrect ending byte".to_owned()
        }
    }
}

/// A service account's bearer token, taken apart.
pub(crate) struct ServiceToken {
    /// Whose token it is.
    pub(crate) id: ServiceTokenId,
    /// Its secret.
    pub(crate) secret: Secret,
}

impl ServiceToken {
    /// `None` where the bytes are not a service account's token.
    pub(crate) fn parse(bearer: &Secret) -> Option<Self> {
        let decoded = Secret::from_bytes(LENIENT.decode(bearer.expose()).ok()?);
        let (id, secret) = token::split(decoded.expose())?;
        Some(Self { id, secret: Secret::from_bytes(secret.to_vec()) })
    }

    /// The token as a client sends it: standard base64 without padding.
    pub(crate) fn bearer(&self) -> Secret {
        let before = token::before_secret(&self.id);
        // Reserved at once: growing would leave a copy of the secret behind.
        let mut bytes = Vec::with_capacity(before.len() + self.secret.len());
        bytes.extend_from_slice(&before);
        bytes.extend_from_slice(self.secret.expose());
        let bytes = Secret::from_bytes(bytes);
        Secret::from_string(STANDARD_NO_PAD.encode(bytes.expose()))
    }
}

/// What is inside a service account's bearer token: whose it is, and its secret. `None` where it is not one.
pub fn parse_service_bearer(bearer: &Secret) -> Option<(ServiceTokenId, Secret)> {
    ServiceToken::parse(bearer).map(|it| (it.id, it.secret))
}

/// The bearer token of a service account's token, as a client sends it.
pub fn service_bearer(id: &ServiceTokenId, secret: &Secret) -> Secret {
    ServiceToken { id: id.clone(), secret: secret.clone() }.bearer()
}

#[cfg(test)]
mod tests;
