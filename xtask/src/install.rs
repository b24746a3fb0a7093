//! What the tests need beside Rust and a C compiler, and how a fresh machine gets it: programs from the system's
//! packages (as root, with apt), the official clients from their registries into `target/clients`.

pub(crate) mod javascript;
pub(crate) mod python;
mod services;

use std::process::Command;

use crate::process::{feed, output, run, succeeds};

/// Why the system's packages are not there.
pub(crate) enum Refused {
    /// Something is missing and cannot be installed from here; the text lists it.
    NotPossible(String),
    /// Installing was tried and went wrong.
    Failed(String),
}

impl Refused {
    fn reason(self) -> String {
        match self {
            Refused::NotPossible(reason) | Refused::Failed(reason) => reason,
        }
    }
}

/// One thing that must be on the machine: how to see that it is, and the packages that bring it.
struct Need {
    name: &'static str,
    probe: &'static [&'static str],
    packages: &'static [&'static str],
}

const NEEDS: [Need; 6] = [
    Need { name: "bash", probe: &["bash", "--version"], packages: &["bash"] },
    Need { name: "curl", probe: &["curl", "--version"], packages: &["curl", "ca-certificates"] },
    Need {
        name: "python3 with venv and pip",
        probe: &["python3", "-c", "import venv, ensurepip"],
        packages: &["python3", "python3-venv", "python3-pip"],
    },
    Need { name: "npm and node", probe: &["npm", "--version"], packages: &["nodejs", "npm"] },
    Need { name: "etcd", probe: &["etcd", "--version"], packages: &["etcd-server"] },
    Need {
        name: "samba, as a domain controller",
        // A file server has the first two and cannot make a domain.
        probe: &[
            "sh",
            "-c",
            "samba --version && samba-tool --version && test -d /usr/share/samba/setup && /usr/bin/python3 -c 'import markdown'",
        ],
        packages: &["samba", "samba-ad-dc", "samba-ad-provision", "samba-dsdb-modules", "python3-markdown"],
    },
];

/// What the benchmarks need, too.
const DIRECTORY: Need =
    Need { name: "slapd", probe: &["/usr/sbin/slapd", "-VV"], packages: &["slapd", "ldap-utils"] };

/// What a cluster to be tried by hand needs, too.
const ETCD: Need = Need {
    name: "etcd and etcdctl",
    probe: &["sh", "-c", "/usr/bin/etcd --version && ETCDCTL_API=3 /usr/bin/etcdctl version"],
    packages: &["etcd-server", "etcd-client"],
};

/// What Portcullis is measured beside, and with.
const PEERS: [Need; 4] = [
    Need { name: "nginx", probe: &["/usr/sbin/nginx", "-v"], packages: &["nginx-light"] },
    Need {
        name: "Apache and htpasswd",
        probe: &["sh", "-c", "/usr/sbin/apache2 -v && command -v htpasswd"],
        packages: &["apache2-bin", "apache2-utils"],
    },
    Need { name: "caddy", probe: &["caddy", "version"], packages: &["caddy"] },
    Need { name: "valgrind", probe: &["valgrind", "--version"], packages: &["valgrind"] },
];

/// Answers to what packages ask while they are installed. Without a configuration the system's own `slapd` does not
/// start: the tests start theirs, and nothing else shall listen on this machine.
const ANSWERS: &str = "slapd slapd/no_configuration boolean true\n";

/// The programs and the clients.
pub(crate) fn everything() -> Result<(), String> {
    system().map_err(Refused::reason)?;
    clients()
}

/// What the benchmarks need.
pub(crate) fn peers() -> Result<(), String> {
    let needs: Vec<&Need> = PEERS.iter().chain([&DIRECTORY, &ETCD]).collect();
    bring(&needs).map_err(Refused::reason)
}

/// What a cluster to be tried by hand needs.
pub(crate) fn etcd() -> Result<(), String> {
    bring(&[&ETCD]).map_err(Refused::reason)
}

/// Installs the programs that are missing.
pub(crate) fn system() -> Result<(), Refused> {
    let needs: Vec<&Need> = NEEDS.iter().chain([&DIRECTORY, &ETCD]).collect();
    bring(&needs)
}

fn bring(needs: &[&Need]) -> Result<(), Refused> {
    let missing: Vec<&&Need> = needs.iter().filter(|need| !present(need)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !is_root() || !succeeds(Command::new("apt-get").arg("--version")) {
        let mut text =
            String::from("These are missing, and only root on a machine with apt can install them:\n");
        for need in &missing {
            text.push_str(&format!("  {} (Debian: {})\n", need.name, need.packages.join(" ")));
        }
        text.push_str("Install them. (`cargo xtask test --no-install` shows what works without.)");
        return Err(Refused::NotPossible(text));
    }
    run(&mut apt(&["update"])).map_err(Refused::Failed)?;
    feed(&mut Command::new("debconf-set-selections"), ANSWERS).map_err(Refused::Failed)?;
    let packages = missing.iter().flat_map(|need| need.packages);
    services::kept_down(|| run(apt(&["install", "--yes", "--no-install-recommends"]).args(packages)))
        .map_err(Refused::Failed)?;
    match missing.iter().find(|need| !present(need)) {
        Some(need) => Err(Refused::Failed(format!("{} is still missing after its installation", need.name))),
        None => Ok(()),
    }
}

/// Installs the official clients, each in its pinned version; what is there already stays.
pub(crate) fn clients() -> Result<(), String> {
    python::install(python::Release::Eight)?;
    python::install(python::Release::Nine)?;
    javascript::install()
}

fn present(need: &Need) -> bool {
    let Some((program, arguments)) = need.probe.split_first() else { return false };
    succeeds(Command::new(program).args(arguments))
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn apt(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").arg("--quiet").args(arguments);
    command
}
