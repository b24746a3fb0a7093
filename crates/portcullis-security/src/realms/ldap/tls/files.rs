//! The PEM files, and how it is seen that they have changed.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use portcullis_secrets::Secret;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// How a file looked when it was read. A file that is away has a stamp, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp(Option<(SystemTime, u64)>);

impl Stamp {
    pub(super) fn of(path: &Path) -> Self {
        let seen = std::fs::metadata(path).and_then(|it| Ok((it.modified()?, it.len())));
        Self(seen.ok())
    }
}

/// The certificates of `paths`, or the system's where none is named.
pub(super) fn authorities(paths: &[PathBuf]) -> Result<Vec<CertificateDer<'static>>, String> {
    if paths.is_empty() {
        return Ok(rustls_native_certs::load_native_certs().certs);
    }
    let mut all = Vec::new();
    for path in paths {
        all.extend(chain(path)?);
    }
    Ok(all)
}

/// The certificates of one file, at least one.
pub(super) fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let place = path.display();
    let certificates = CertificateDer::pem_slice_iter(&read(path)?)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| format!("[{place}] is not a PEM certificate: {error}"))?;
    if certificates.is_empty() {
        Err(format!("[{place}] holds no PEM certificate"))
    } else {
        Ok(certificates)
    }
}

/// The private key of one file.
pub(super) fn key(path: &Path) -> Result<PrivateKeyDer<'static>, String> {
    let pem = Secret::from_bytes(read(path)?);
    PrivateKeyDer::from_pem_slice(pem.expose()).map_err(|error| {
        format!("[{}] is not a PEM private key without a passphrase: {error}", path.display())
    })
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("[{}] cannot be read: {error}", path.display()))
}
