//! Writing a role mapping, for the API and for the store. Its name is not in it.

use super::template::RoleTemplate;
use super::{Grant, RoleMapping};
use serde_json::{Map, Value, json};

impl RoleMapping {
    /// The mapping as the API gives it back.
    #[must_use]
    pub fn to_json(&self) -> Value {
        Value::Object(self.fields())
    }

    /// The mapping as its document.
    #[must_use]
    pub fn to_stored(&self) -> Value {
        let mut fields = self.fields();
        fields.insert("doc_type".to_owned(), json!("role-mapping"));
        Value::Object(fields)
    }

    fn fields(&self) -> Map<String, Value> {
        let (field, grant) = match &self.grant {
            Grant::Roles(roles) => ("roles", json!(roles)),
            Grant::Templates(templates) => {
                ("role_templates", templates.iter().map(RoleTemplate::to_json).collect())
            }
        };
        Map::from_iter([
            ("enabled".to_owned(), json!(self.enabled)),
            (field.to_owned(), grant),
            ("rules".to_owned(), self.rules.to_json()),
            ("metadata".to_owned(), Value::Object(self.metadata.clone())),
        ])
    }
}
