//! The configuration of a domain controller: LDAP and nothing else, on one address, with all files in one folder.

use std::net::Ipv4Addr;
use std::path::Path;

use super::content::{DOMAIN, NETBIOS};

/// The name of its file.
pub(super) const FILE: &str = "run.conf";

/// Writes it into `folder`, with lines of a test's own at its end.
pub(super) fn write(folder: &Path, address: Ipv4Addr, options: &str) {
    std::fs::write(folder.join(FILE), text(folder, address) + options).unwrap();
}

fn text(folder: &Path, address: Ipv4Addr) -> String {
    let (folder, realm) = (folder.display(), DOMAIN.to_uppercase());
    // Names of who binds stand in the log from level 3 of `auth_audit`. Without syncing a killed server loses nothing:
    // only a machine that goes down does.
    format!(
        "[global]\n\
         netbios name = DC1\n\
         realm = {realm}\n\
         workgroup = {NETBIOS}\n\
         server role = active directory domain controller\n\
         server services = ldap\n\
         interfaces = {address}/8\n\
         bind interfaces only = yes\n\
         disable netbios = yes\n\
         private dir = {folder}/private\n\
         lock directory = {folder}\n\
         state directory = {folder}/state\n\
         cache directory = {folder}/cache\n\
         pid directory = {folder}\n\
         ncalrpc dir = {folder}/ncalrpc\n\
         binddns dir = {folder}/bind-dns\n\
         log file = {folder}/log.%m\n\
         log level = 1 auth_audit:3\n\
         ldb:nosync = yes\n\
         ldap server require strong auth = no\n\
         tls certfile = {folder}/certificate.pem\n\
         tls keyfile = {folder}/key.pem\n\
         tls cafile = {folder}/ca.pem\n"
    )
}
