//! The file `users_roles`: one `role:user1,user2` a line, the role first, Elasticsearch's format.

use std::collections::{BTreeMap, BTreeSet};

use portcullis_model::credential::{self, FILE_NAME_MAX};

use super::watched::{FileContent, Problem, differing, entries};

/// Which roles the users of the file realm have.
#[derive(Default)]
pub struct UsersRolesFile {
    roles: BTreeMap<String, Vec<String>>,
}

impl UsersRolesFile {
    /// The roles of this user, in the order of the file. They need not exist.
    pub fn roles(&self, username: &str) -> Vec<String> {
        self.roles.get(username).cloned().unwrap_or_default()
    }
}

impl FileContent for UsersRolesFile {
    fn parse(text: &str, problems: &mut Vec<Problem>) -> Result<Self, String> {
        let mut roles: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (role, users) in entries(text, problems, entry) {
            for user in users {
                let of_user = roles.entry(user.to_owned()).or_default();
                if !of_user.iter().any(|it| it == role) {
                    of_user.push(role.to_owned());
                }
            }
        }
        Ok(Self { roles })
    }

    fn differences(old: &Self, new: &Self) -> BTreeSet<String> {
        let names = old.roles.keys().chain(new.roles.keys());
        differing(names, |name| old.roles.get(name), |name| new.roles.get(name))
    }
}

fn entry(line: &str) -> Result<(&str, Vec<&str>), String> {
    let (role, users) = line.split_once(':').ok_or("there is no colon between role and users")?;
    let role = role.trim();
    credential::validate_role_name(role, FILE_NAME_MAX)
        .map_err(|problem| format!("invalid role name: {problem}"))?;
    let users: Vec<&str> = users.split(',').map(str::trim).filter(|it| !it.is_empty()).collect();
    if users.is_empty() {
        return Err(format!("role [{role}] has no users"));
    }
    Ok((role, users))
}
