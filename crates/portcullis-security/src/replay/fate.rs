//! What happened to one document after the backup, whatever the order in which it was told.

use portcullis_model::lifetime::WallTime;
use portcullis_store::Kind;

use super::line::Written;
use super::when::When;
use crate::audit::{ALL_FIELDS, Change};
use crate::documents::{api_key, reserved_user, role, role_mapping, service_token, user};

/// What happened to a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fate {
    /// It was deleted. Another one of its name may have been made.
    pub(super) gone: bool,
    /// It was invalidated then, at the earliest.
    pub(super) invalidated: Option<WallTime>,
    /// Another password was set.
    pub(super) password: bool,
    /// What it grants was changed: it may be less.
    pub(super) rights: bool,
    /// The last revisions at which it was disabled, and enabled.
    off: Option<u64>,
    on: Option<u64>,
    /// It may have been disabled, too, or not.
    perhaps_off: bool,
}

/// What the change of a field means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Means {
    /// Nothing that lets anybody in.
    Nothing,
    Password,
    /// A user may have been disabled.
    Off,
    /// A key may have ended.
    End,
    Rights,
}

/// The fields whose change means something else than that rights may be fewer.
static FIELDS: &[(Kind, &str, Means)] = &[
    (user::KIND, "password", Means::Password),
    (user::KIND, "enabled", Means::Off),
    (user::KIND, "full_name", Means::Nothing),
    (user::KIND, "email", Means::Nothing),
    (role::KIND, "metadata", Means::Nothing),
    (role::KIND, "description", Means::Nothing),
    (role_mapping::KIND, "metadata", Means::Nothing),
    (api_key::KIND, "expiration_time", Means::End),
    (api_key::KIND, "metadata_flattened", Means::Nothing),
    (api_key::KIND, "version", Means::Nothing),
];

impl Fate {
    /// Whether it was disabled, and not enabled after that for sure.
    pub(super) fn is_off(&self) -> bool {
        self.perhaps_off || self.off > self.on
    }

    /// Whether the log leaves open that it is enabled.
    pub(super) fn is_perhaps_on(&self) -> bool {
        self.perhaps_off && self.off <= self.on
    }

    /// Adds what a line says.
    pub(super) fn note(&mut self, kind: &Kind, written: &Written<'_>, when: When) {
        match written.action {
            "invalidate_apikeys" => self.end(written.at),
            "change_password" => self.password = true,
            "change_disable_user" => match when {
                When::Before => {}
                When::After(revision) => self.off = self.off.max(Some(revision)),
                When::Perhaps => self.perhaps_off = true,
            },
            // In doubt it was disabled after that.
            "change_enable_user" => {
                if let When::After(revision) = when {
                    self.on = self.on.max(Some(revision));
                }
            }
            "delete_user" | "delete_role" | "delete_role_mapping" | "delete_service_token" => {
                self.gone = true
            }
            "put_user"
            | "put_role"
            | "put_role_mapping"
            | "change_apikey"
            | "create_apikey"
            | "create_service_token" => self.put(kind, written, when),
            // A later version's.
            _ => self.gone = true,
        }
    }

    fn put(&mut self, kind: &Kind, written: &Written<'_>, when: When) {
        if written.change == Change::Created.as_str() {
            // What is in the backup was deleted before that. In doubt it may be in the backup itself.
            self.gone |= matches!(when, When::After(_));
            return;
        }
        let fields = written.fields.unwrap_or(ALL_FIELDS);
        if fields == ALL_FIELDS {
            let all = FIELDS.iter().filter(|(of, ..)| of == kind).map(|(.., means)| *means);
            all.chain([Means::Rights]).for_each(|it| self.change(it, written.at));
            return;
        }
        for field in fields.split(',').filter(|it| !it.is_empty()) {
            let means = FIELDS.iter().find(|(of, name, _)| of == kind && *name == field);
            self.change(means.map_or(Means::Rights, |(.., means)| *means), written.at);
        }
    }

    fn change(&mut self, means: Means, at: WallTime) {
        match means {
            Means::Nothing => {}
            Means::Password => self.password = true,
            Means::Off => self.perhaps_off = true,
            Means::End => self.end(at),
            Means::Rights => self.rights = true,
        }
    }

    fn end(&mut self, at: WallTime) {
        self.invalidated = Some(self.invalidated.map_or(at, |it| it.min(at)));
    }

    /// Whether the document is not to be restored: those that nobody has a right without.
    pub(super) fn is_dropped(&self, kind: &Kind) -> bool {
        if *kind == reserved_user::KIND {
            return false;
        }
        // A role has nothing that could be taken out and leaves it restored.
        self.gone || (self.rights && (*kind == role::KIND || *kind == service_token::KIND))
    }
}
