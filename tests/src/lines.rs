//! Lines of the files in the configuration folder, with cheap hashes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use portcullis_secrets::{HashAlgorithm, Secret};

use crate::secrets;

/// A line of `users`.
pub fn user(username: &str, password: &str) -> String {
    format!("{username}:{}\n", hash("bcrypt4", password))
}

/// A line of `service_tokens` for a token of `elastic/fleet-server`, and the token as a client sends it.
pub fn token(name: &str) -> (String, String) {
    let secret = portcullis_secrets::random::random_secret();
    let secret = secret.expose_str().unwrap();
    secrets::remember(secret);
    let bearer = STANDARD_NO_PAD.encode(format!("\0\u{1}\0\u{1}elastic/fleet-server/{name}:{secret}"));
    (format!("elastic/fleet-server/{name}:{}\n", hash("pbkdf2_stretch_1000", secret)), bearer)
}

fn hash(algorithm: &str, secret: &str) -> String {
    let algorithm = HashAlgorithm::parse(algorithm).unwrap();
    algorithm.hash(&Secret::from_string(secret.to_owned())).unwrap().as_str().to_owned()
}
