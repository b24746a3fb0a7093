//! Settings of directory realms that stop the start.

use super::super::Row;
use super::both;

const NEVER: &[&str] = &[];
const PEM: &str = "Give the certificate and its key as PEM files with ssl.certificate and ssl.key.";
const PASSPHRASE: &str =
    "Encrypted keys are not supported. Use a key without a passphrase that only this user can read.";

pub(in crate::config::table) const ROWS: &[Row] = &[
    Row::refused(
        both!("bind_password"),
        NEVER,
        "A password does not belong in the settings. Give secure_bind_password by the environment, or \
         secure_bind_password_file.",
    ),
    Row::refused(
        both!("authorization_realms"),
        NEVER,
        "Delegated authorization is not supported: roles come from role mappings.",
    ),
    Row::refused(both!("ssl.keystore.*"), NEVER, PEM),
    Row::refused(both!("ssl.secure_keystore.*"), NEVER, PEM),
    Row::refused(
        both!("ssl.truststore.*"),
        NEVER,
        "Give the trusted certificates as PEM files with ssl.certificate_authorities.",
    ),
    Row::refused(both!("ssl.key_passphrase"), NEVER, PASSPHRASE),
    Row::refused(both!("ssl.secure_key_passphrase"), NEVER, PASSPHRASE),
    Row::refused(
        both!("ssl.supported_protocols"),
        NEVER,
        "It cannot be set: TLS 1.2 and 1.3 are supported, nothing older.",
    ),
    Row::refused(
        both!("ssl.cipher_suites"),
        NEVER,
        "It cannot be set: only suites that are held secure are offered.",
    ),
    Row::refused(
        both!("ssl.trust_restrictions.*"),
        NEVER,
        "Trust is not restricted further than by ssl.certificate_authorities and ssl.verification_mode.",
    ),
    Row::refused(both!("hostname_verification"), NEVER, "Use ssl.verification_mode."),
];
