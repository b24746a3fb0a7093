//! Settings that stop the start: to accept them would promise protection that is not there.

use super::Row;

const OFF: &[&str] = &["false"];
const NEVER: &[&str] = &[];
const PEM: &str =
    "Give the certificate and its key as PEM files with xpack.security.http.ssl.certificate and .key.";

pub(super) const ROWS: &[Row] = &[
    Row::refused(
        "xpack.security.enabled",
        &["true"],
        "Portcullis is nothing but security, it does not run without. Remove the setting or do not run Portcullis.",
    ),
    Row::refused("xpack.security.authc.token.enabled", OFF, "The OAuth2 token service is not supported."),
    Row::refused("xpack.security.authc.domains.*", NEVER, "Security domains are not supported."),
    Row::refused(
        "xpack.security.audit.enabled",
        OFF,
        "The audit file is not supported; security events are in the log.",
    ),
    Row::refused("xpack.security.fips_mode.enabled", OFF, "FIPS 140 mode is not supported."),
    Row::refused("xpack.security.operator_privileges.enabled", OFF, "Operator privileges are not supported."),
    Row::refused(
        "xpack.security.http.filter.*",
        NEVER,
        "IP filtering is not supported. Filter in front of Portcullis, by a firewall.",
    ),
    Row::refused("xpack.security.http.filter.enabled", OFF, "IP filtering is not supported."),
    Row::refused(
        "xpack.security.http.ssl.client_authentication",
        &["none"],
        "Client certificates are not supported.",
    ),
    Row::refused(
        "xpack.security.http.ssl.supported_protocols",
        NEVER,
        "It cannot be set: TLS 1.2 and 1.3 are supported, nothing older.",
    ),
    Row::refused(
        "xpack.security.http.ssl.cipher_suites",
        NEVER,
        "It cannot be set: only suites that are held secure are offered.",
    ),
    Row::refused("xpack.security.http.ssl.keystore.*", NEVER, PEM),
    Row::refused("xpack.security.http.ssl.truststore.*", NEVER, "Client certificates are not supported."),
    Row::refused(
        "xpack.security.http.ssl.key_passphrase",
        NEVER,
        "Encrypted keys are not supported. Use a key without a passphrase that only this user can read.",
    ),
    Row::refused(
        "xpack.security.http.ssl.secure_key_passphrase",
        NEVER,
        "Encrypted keys are not supported. Use a key without a passphrase that only this user can read.",
    ),
    Row::refused(
        "bootstrap.password",
        NEVER,
        "A password does not belong in the settings. Give it by ELASTIC_PASSWORD or ELASTIC_PASSWORD_FILE.",
    ),
];
