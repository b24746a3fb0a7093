//! Which roles can be known without a node: the reserved ones and those of `roles.yml`. The roles of the store cannot
//! be seen from here, so nobody is told that a role does not exist.

use std::path::{Path, PathBuf};

use portcullis_model::role;
use portcullis_security::files::FileContent;
use portcullis_security::files::roles::RolesFile;

use crate::commands::file_edit::content;

/// The file's name in the configuration folder.
const FILE: &str = "roles.yml";

/// The reserved roles and those of `roles.yml`.
pub(super) struct KnownRoles {
    path: PathBuf,
    file: Result<RolesFile, String>,
}

impl KnownRoles {
    /// As `roles.yml` is now.
    pub(super) fn read(config: &Path) -> Self {
        let text = content(config, FILE).map_err(|error| error.to_string());
        // A role that does not parse is not in force: it is not known either.
        let file = text.and_then(|text| RolesFile::parse(&text, &mut Vec::new()));
        Self { path: config.join(FILE), file }
    }

    /// Whether there is such a role.
    pub(super) fn has(&self, name: &str) -> bool {
        role::reserved::is_reserved(name) || self.file.as_ref().is_ok_and(|it| it.role(name).is_some())
    }

    /// What is known of a role that is not in here.
    pub(super) fn of_others(&self) -> String {
        let path = self.path.display();
        match &self.file {
            Ok(_) => format!(
                "neither reserved nor in [{path}]. Roles that were made over the API cannot be seen from here"
            ),
            Err(reason) => {
                format!(
                    "not reserved, and it is not known what is in [{path}], which cannot be read: {reason}"
                )
            }
        }
    }
}
