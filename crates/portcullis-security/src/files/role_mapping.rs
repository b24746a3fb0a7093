//! The file `role_mapping.yml`: a YAML map from role name to the names (DNs) of users and groups, Elasticsearch's format.
//! Who has a role by it is the model's business.

use std::collections::BTreeSet;

use portcullis_model::role_mapping::PreparedSubject;
use portcullis_model::role_mapping::file::MappingFile;

use super::watched::{FileContent, Problem};
use super::yaml;

/// The mappings of the file.
#[derive(Default)]
pub struct RoleMappingFile(MappingFile);

impl RoleMappingFile {
    /// The roles of somebody, by their own name and by those of their groups.
    pub(crate) fn roles_for(&self, subject: &PreparedSubject<'_>) -> Vec<String> {
        self.0.roles_for(subject)
    }

    /// The relative names of their groups that the file does not name: `unmapped_groups_as_roles`.
    pub(crate) fn unmapped_groups(&self, subject: &PreparedSubject<'_>) -> Vec<String> {
        self.0.unmapped_groups(subject)
    }
}

impl FileContent for RoleMappingFile {
    fn parse(text: &str, problems: &mut Vec<Problem>) -> Result<Self, String> {
        let Some(map) = yaml::map(text, "role name to list of names")? else { return Ok(Self::default()) };
        let mut left_out = Vec::new();
        let mappings = MappingFile::parse(&map.into(), &mut left_out)?;
        problems.extend(left_out.into_iter().map(|reason| Problem { line: None, reason }));
        Ok(Self(mappings))
    }

    fn differences(old: &Self, new: &Self) -> BTreeSet<String> {
        // Who has lost or got a role is not told: that takes the directory.
        (old.0 != new.0).then(|| "role mappings".to_owned()).into_iter().collect()
    }
}
