//! The configuration of a `slapd`: what it listens on stands in its command line, everything else here.

use std::path::Path;

use super::content::{BASE, SERVICE_ACCOUNT};

/// Who may do everything. Only the harness is this, and only over the socket in its folder.
pub(super) const HARNESS: &str = "cn=harness,dc=example,dc=org";

/// The classes and attributes of the standard content.
const SCHEMA: &str = include_str!("directory.schema");

/// Writes the configuration, and the folder of the data, into `folder`.
pub(super) fn write(folder: &Path, password: &str, schemas: &[String]) {
    let mut names = Vec::new();
    for (number, schema) in std::iter::once(SCHEMA).chain(schemas.iter().map(String::as_str)).enumerate() {
        let path = folder.join(format!("{number}.schema"));
        std::fs::write(&path, schema).unwrap();
        names.push(format!("include {}\n", path.display()));
    }
    std::fs::create_dir(folder.join("data")).unwrap();
    std::fs::write(folder.join("slapd.conf"), text(folder, password, &names.concat())).unwrap();
}

fn text(folder: &Path, password: &str, includes: &str) -> String {
    let folder = folder.display();
    // Nobody but the service account reads other people; who has bound reads groups; who has not can only bind.
    // Who is removed is out of the groups before the removal is answered: `memberof-refint` does that, while the
    // overlay `refint` does it in a task behind the answer.
    format!(
        "{includes}\
         modulepath /usr/lib/ldap\n\
         moduleload back_mdb\n\
         moduleload memberof\n\
         TLSCACertificateFile {folder}/ca.pem\n\
         TLSCertificateFile {folder}/certificate.pem\n\
         TLSCertificateKeyFile {folder}/key.pem\n\
         TLSVerifyClient never\n\
         database mdb\n\
         suffix \"{BASE}\"\n\
         rootdn \"{HARNESS}\"\n\
         rootpw \"{password}\"\n\
         directory {folder}/data\n\
         dbnosync\n\
         index objectClass,uid,member eq\n\
         access to attrs=userPassword by anonymous auth by * none\n\
         access to dn.subtree=\"ou=groups,{BASE}\" by users read by * none\n\
         access to * by dn.exact=\"{SERVICE_ACCOUNT}\" read by self read by anonymous auth by * none\n\
         overlay memberof\n\
         memberof-refint TRUE\n"
    )
}
