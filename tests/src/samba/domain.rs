//! The domain that every test's is a copy of. Making one takes seconds, so it is made once and kept beside the tests'
//! own program, under a name that says what it was made from.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::content::{self, ACCOUNTS, ADMINISTRATOR, DOMAIN, GROUP_MEMBERS, NETBIOS};
use super::{NEEDS, Samba, password};
use crate::process::finish;

/// What else a domain is made from: who changes how it is filled changes its name.
const SOURCES: [&str; 2] = [include_str!("domain.rs"), include_str!("changes.rs")];

/// Where the finished domain is.
pub(super) async fn made() -> &'static Path {
    static MADE: OnceCell<PathBuf> = OnceCell::const_new();
    MADE.get_or_init(find_or_make).await
}

async fn find_or_make() -> PathBuf {
    assert!(rustix::process::geteuid().is_root(), "{NEEDS}");
    let place = place();
    if !place.exists() {
        let made = make().await;
        // Another process may be making it as well. Whoever is first names it, and both are the same.
        let beside = place.with_extension(std::process::id().to_string());
        std::fs::create_dir_all(&beside).unwrap();
        finish(Command::new("cp").args(["-a", "--sparse=always"]).arg(made.path().join(".")).arg(&beside));
        if std::fs::rename(&beside, &place).is_err() {
            std::fs::remove_dir_all(&beside).unwrap();
        }
        remove_older(&place);
    }
    place
}

/// Domains that were made from something else are of no use any more.
fn remove_older(place: &Path) {
    for entry in std::fs::read_dir(place.parent().unwrap()).unwrap().flatten() {
        if entry.path().file_stem() != place.file_stem() {
            // Another process may be faster.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// `target/…/samba/<what it was made from>`.
fn place() -> PathBuf {
    let mut hash = DefaultHasher::new();
    finish(Command::new("samba").arg("--version")).hash(&mut hash);
    format!("{ACCOUNTS:?} {GROUP_MEMBERS:?}").hash(&mut hash);
    SOURCES.hash(&mut hash);
    let program = std::env::current_exe().unwrap();
    let target = program.parent().and_then(Path::parent).unwrap();
    target.join("samba").join(format!("{:016x}", hash.finish()))
}

/// A new domain with the standard content. Its server has stopped.
async fn make() -> TempDir {
    let folder = TempDir::with_prefix("samba-").unwrap();
    provision(folder.path());
    let mut samba = Samba::of(folder.path(), "").await;
    samba.fill().await;
    samba.kill();
    samba.folder
}

fn provision(folder: &Path) {
    let option = |text: &str| format!("--option={text}");
    let mut command = Command::new("samba-tool");
    command.args(["domain", "provision", "--server-role=dc", "--dns-backend=NONE", "--use-rfc2307"]);
    command.args(["--host-name=dc1", "--host-ip=127.0.0.1"]);
    command.arg(format!("--realm={}", DOMAIN.to_uppercase())).arg(format!("--domain={NETBIOS}"));
    command.arg(format!("--adminpass={}", password(ADMINISTRATOR)));
    command.arg(format!("--targetdir={}", folder.display()));
    command.args([option("interfaces = lo"), option("bind interfaces only = yes")]);
    // Not every file system of a container has the attributes that Samba would like to use.
    command.arg(option("vfs objects = dfs_samba4 acl_xattr xattr_tdb"));
    command.arg(option(&format!("posix:eadb = {}/eadb.tdb", folder.display())));
    finish(&mut command);
}

impl Samba {
    /// Puts the standard content into an empty domain.
    async fn fill(&self) {
        self.set_rules().await;
        for unit in [content::PEOPLE, content::GROUPS] {
            self.add(unit, &[("objectClass", "organizationalUnit")]).await;
        }
        for account in &ACCOUNTS {
            self.add_account(account).await;
        }
        for (cn, members) in GROUP_MEMBERS {
            let members: Vec<String> = members.iter().map(|it| content::member(it)).collect();
            let mut attributes = vec![("objectClass", "group")];
            attributes.extend(members.iter().map(|it| ("member", it.as_str())));
            self.add(&content::group(cn), &attributes).await;
        }
    }
}
