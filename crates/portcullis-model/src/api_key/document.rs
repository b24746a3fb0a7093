//! A key's record as its stored document, and back.

use super::{ApiKeyRecord, ApiKeyType, Creator};
use crate::lifetime::WallTime;
use crate::role::{DescriptorError, Rendering, Restriction, RoleDescriptor, reserved};
use serde_json::{Map, Value, json};

/// Why a stored document is not that of a key. It names the field, never what stands in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Not a JSON object.
    #[error("an API key document must be an object")]
    NotAnObject,
    /// A document of another kind.
    #[error("the document is [{0}] not an api key")]
    OtherKind(String),
    /// Without a field that must be there.
    #[error("api key document is missing {0} field")]
    Missing(&'static str),
    /// A field that is not what it must be.
    #[error("api key document has an unreadable {0} field")]
    Unreadable(&'static str),
    /// A descriptor that is none.
    #[error("api key document has an unreadable role descriptor: {0}")]
    Descriptor(#[from] DescriptorError),
}

impl ApiKeyRecord {
    /// The document to store.
    #[must_use]
    pub fn to_document(&self) -> Value {
        let mut document = json!({
            "doc_type": "api_key",
            "type": self.kind.as_str(),
            "creation_time": self.creation.0,
            "expiration_time": self.expiration.map(|time| time.0),
            "api_key_invalidated": self.invalidated,
        });
        let Value::Object(fields) = &mut document else { return document };
        let mut put = |field: &str, value: Value| {
            fields.insert(field.to_owned(), value);
        };
        if let Some(time) = self.invalidation {
            put("invalidation_time", json!(time.0));
        }
        put("api_key_hash", json!(self.hash));
        put("role_descriptors", descriptors(&self.role_descriptors));
        put("limited_by_role_descriptors", descriptors(&self.limited_by));
        put("name", json!(self.name));
        put("version", json!(self.version));
        put("metadata_flattened", json!(self.metadata));
        if let Some(identity) = &self.certificate_identity {
            put("certificate_identity", json!(identity));
        }
        put("creator", self.creator.to_json());
        document
    }

    /// Reads a stored document. Fields that are not known are ignored.
    ///
    /// # Errors
    /// [`DocumentError`].
    pub fn from_document(document: &Value) -> Result<Self, DocumentError> {
        let Value::Object(fields) = document else { return Err(DocumentError::NotAnObject) };
        let fields = Fields(fields);
        match fields.required("doc_type")? {
            Value::String(kind) if kind == "api_key" => {}
            other => return Err(DocumentError::OtherKind(other.as_str().unwrap_or_default().to_owned())),
        }
        let kind = match fields.text("type")?.as_deref() {
            None | Some("rest") => ApiKeyType::Rest,
            Some("cross_cluster") => ApiKeyType::CrossCluster,
            Some(_) => return Err(DocumentError::Unreadable("type")),
        };
        fields.required("expiration_time")?;
        let required_time = |field| fields.time(field)?.ok_or(DocumentError::Unreadable(field));
        let invalidated = fields.required("api_key_invalidated")?.as_bool();
        Ok(Self {
            kind,
            name: fields.text("name")?,
            creation: fields.required("creation_time").and_then(|_| required_time("creation_time"))?,
            expiration: fields.time("expiration_time")?,
            invalidated: invalidated.ok_or(DocumentError::Unreadable("api_key_invalidated"))?,
            invalidation: fields.time("invalidation_time")?,
            hash: fields.required_text("api_key_hash")?,
            role_descriptors: fields.descriptors("role_descriptors")?,
            limited_by: fields
                .descriptors("limited_by_role_descriptors")?
                .into_iter()
                .map(|role| if is_old_superuser(&role) { current_superuser(role) } else { role })
                .collect(),
            version: fields.required("version")?.as_i64().ok_or(DocumentError::Unreadable("version"))?,
            metadata: fields.object("metadata_flattened")?,
            certificate_identity: fields.text("certificate_identity")?,
            creator: Creator::from_json(fields.required("creator")?)?,
        })
    }
}

impl Creator {
    /// As it stands in documents.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut json = json!({
            "principal": self.principal,
            "full_name": self.full_name,
            "email": self.email,
            "metadata": self.metadata,
            "realm": self.realm,
        });
        if let Value::Object(fields) = &mut json {
            fields.extend(self.realm_type.as_ref().map(|kind| ("realm_type".to_owned(), json!(kind))));
            fields
                .extend(self.realm_domain.as_ref().map(|domain| ("realm_domain".to_owned(), domain.clone())));
        }
        json
    }

    fn from_json(json: &Value) -> Result<Self, DocumentError> {
        let fields = Fields(json.as_object().ok_or(DocumentError::Unreadable("creator"))?);
        Ok(Self {
            principal: fields.required_text("principal")?,
            full_name: fields.text("full_name")?,
            email: fields.text("email")?,
            metadata: fields.object("metadata")?.unwrap_or_default(),
            realm: fields.required_text("realm")?,
            realm_type: fields.text("realm_type")?,
            realm_domain: fields.get("realm_domain").cloned(),
        })
    }
}

fn descriptors(roles: &[RoleDescriptor]) -> Value {
    let each = roles.iter().map(|role| (role.name.clone(), role.to_json(Rendering::Stored)));
    Value::Object(each.collect())
}

/// The superuser of 7.x, as keys of that time have it in what limits them. It could do all that there was then.
fn is_old_superuser(role: &RoleDescriptor) -> bool {
    let everything = |texts: &[String]| matches!(texts, [only] if only == "*");
    let all = |texts: &[String]| matches!(texts, [only] if only == "all");
    let indices = matches!(role.indices.as_slice(), [group]
        if everything(&group.names)
            && all(&group.privileges)
            && group.allow_restricted_indices
            && group.field_security.is_none()
            && group.query.is_none());
    let applications = matches!(role.applications.as_slice(), [entry]
        if entry.application == "*" && everything(&entry.privileges) && everything(&entry.resources));
    role.name == reserved::SUPERUSER
        && all(&role.cluster)
        && indices
        && applications
        && everything(&role.run_as)
        && role.metadata.len() == 1
        && role.metadata.get("_reserved") == Some(&Value::Bool(true))
        && role.global.is_none()
        && role.remote_indices.is_empty()
        && role.remote_cluster.is_empty()
        && role.restriction.is_none()
}

fn current_superuser(old: RoleDescriptor) -> RoleDescriptor {
    reserved::find(reserved::SUPERUSER).map_or(old, |role| RoleDescriptor::clone(role))
}

/// The fields of a document. `null` counts as absent, except where a field must be there at all.
struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    fn get(&self, field: &str) -> Option<&'a Value> {
        self.0.get(field).filter(|value| !value.is_null())
    }

    fn required(&self, field: &'static str) -> Result<&'a Value, DocumentError> {
        self.0.get(field).ok_or(DocumentError::Missing(field))
    }

    fn required_text(&self, field: &'static str) -> Result<String, DocumentError> {
        self.required(field)?;
        self.text(field)?.ok_or(DocumentError::Unreadable(field))
    }

    fn text(&self, field: &'static str) -> Result<Option<String>, DocumentError> {
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or(DocumentError::Unreadable(field));
        self.get(field).map(text).transpose()
    }

    fn time(&self, field: &'static str) -> Result<Option<WallTime>, DocumentError> {
        let time = |value: &Value| value.as_i64().map(WallTime).ok_or(DocumentError::Unreadable(field));
        self.get(field).map(time).transpose()
    }

    fn object(&self, field: &'static str) -> Result<Option<Map<String, Value>>, DocumentError> {
        let object = |value: &Value| value.as_object().cloned().ok_or(DocumentError::Unreadable(field));
        self.get(field).map(object).transpose()
    }

    fn descriptors(&self, field: &'static str) -> Result<Vec<RoleDescriptor>, DocumentError> {
        self.required(field)?;
        let roles = self.object(field)?.unwrap_or_default();
        let each = roles.iter().map(|(name, role)| RoleDescriptor::parse(name, role, Restriction::Allowed));
        Ok(each.collect::<Result<_, _>>()?)
    }
}
