//! Apache with one child and the event MPM: a file, and the same behind bcrypt with `mod_authn_socache`. That module
//! remembers the hash and not that a password fits it, so each request hashes all the same.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Sample, ask};
use crate::server::{Cores, Server, free_address};

const PROGRAM: &str = "/usr/sbin/apache2";
const MODULES: &str = "/usr/lib/apache2/modules";

/// Of which the configuration makes use.
const LOADED: [&str; 10] = [
    "mpm_event",
    "authn_core",
    "authn_file",
    "authn_socache",
    "socache_shmcb",
    "authz_core",
    "authz_user",
    "auth_basic",
    "headers",
    "alias",
];

pub(super) fn start(folder: &Path, sample: &Sample) -> Server {
    let address = free_address();
    let path = folder.join("apache.conf");
    fs::write(&path, configuration(folder, sample, &address.to_string())).expect("a configuration");
    let mut command = Command::new(PROGRAM);
    command.args(["-D", "FOREGROUND", "-f"]).arg(path);
    let mut server = Server::start(&command, Cores::One, address, &folder.join("apache.log"));
    server.answers(&ask("/socache"));
    server
}

fn configuration(folder: &Path, sample: &Sample, address: &str) -> String {
    let folder = folder.display();
    let modules: String =
        LOADED.iter().map(|it| format!("LoadModule {it}_module {MODULES}/mod_{it}.so\n")).collect();
    let headers: String =
        sample.headers.iter().map(|(name, value)| format!("Header set {name} \"{value}\"\n")).collect();
    format!(
        "{modules}ServerRoot {folder}\nDefaultRuntimeDir {folder}\nPidFile {folder}/apache.pid\nErrorLog /dev/stderr\n\
         ServerName localhost\nUser www-data\nGroup www-data\nListen {address}\nServerTokens Prod\nFileETag None\n\
         ServerLimit 1\nStartServers 1\nThreadLimit 256\nThreadsPerChild 256\nMinSpareThreads 1\nMaxRequestWorkers 256\n\
         KeepAlive On\nKeepAliveTimeout 3600\nMaxKeepAliveRequests 0\nForceType {}\n{headers}\
         AuthnCacheEnable\nAlias /open {folder}/answer.json\nAlias /socache {folder}/answer.json\n\
         <Location /open>\nRequire all granted\n</Location>\n\
         <Location /socache>\nAuthType Basic\nAuthName bench\nAuthBasicProvider socache file\n\
         AuthnCacheProvideFor file\nAuthUserFile {folder}/bcrypt\nRequire valid-user\n</Location>\n",
        sample.content_type
    )
}
