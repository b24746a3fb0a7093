//! Reading rules, and the words for each thing that can be wrong with them.

use super::{MAX_RULE_NESTING, MAX_RULE_NODES, Rule, Term};
use crate::pattern::Effort;
use crate::role::json::token;
use crate::role_mapping::MappingError;
use crate::role_mapping::field::{FieldRule, FieldValue};
use serde_json::{Map, Value};

type Parsed<T> = Result<T, MappingError>;

impl Rule {
    /// Reads the field `rules`.
    pub(crate) fn parse(value: &Value) -> Parsed<Self> {
        let Value::Object(object) = value else {
            let found = token(value);
            return Err(fail(&format!("expected [rules] to be an object but found [{found}] instead")));
        };
        Reader::default().rule("rules", object, 0)
    }
}

/// What all rules of one mapping share.
#[derive(Default)]
struct Reader {
    nodes: usize,
    effort: Effort,
}

impl Reader {
    /// Reads an object that must be a rule. `place` is the name of what it stands in.
    fn rule(&mut self, place: &str, fields: &Map<String, Value>, depth: usize) -> Parsed<Rule> {
        let (name, value) = only(place, fields)?;
        self.enter(depth)?;
        match name {
            "any" => {
                let rules = array(name, value)?.iter();
                rules
                    .map(|rule| self.rule(name, object(rule)?, depth + 1))
                    .collect::<Parsed<_>>()
                    .map(Rule::Any)
            }
            "all" => {
                let terms = array(name, value)?.iter();
                terms
                    .map(|term| self.term(name, object(term)?, depth + 1))
                    .collect::<Parsed<_>>()
                    .map(Rule::All)
            }
            "field" => self.field(value).map(Rule::Field),
            "except" => Err(fail(&format!("field [except] is not allowed within [{place}]"))),
            other => Err(fail(&format!("field [{other}] is not recognised in object [{place}]"))),
        }
    }

    /// Reads what stands in an `all`.
    fn term(&mut self, place: &str, fields: &Map<String, Value>, depth: usize) -> Parsed<Term> {
        match only(place, fields)? {
            ("except", value) => {
                self.enter(depth)?;
                self.rule("except", object(value)?, depth + 1).map(Term::Except)
            }
            _ => self.rule(place, fields, depth).map(Term::Rule),
        }
    }

    fn field(&mut self, value: &Value) -> Parsed<FieldRule> {
        let (name, value) = only("field", object(value)?)?;
        let values = match value {
            Value::Array(elements) => elements.as_slice(),
            single => std::slice::from_ref(single),
        };
        let values = values.iter().map(|value| self.value(name, value)).collect::<Parsed<_>>()?;
        Ok(FieldRule::new(name, values))
    }

    fn value(&mut self, field: &str, value: &Value) -> Parsed<FieldValue> {
        self.count()?;
        match value {
            Value::Null => Ok(FieldValue::Null),
            Value::Bool(flag) => Ok(FieldValue::Flag(*flag)),
            Value::Number(number) => Ok(FieldValue::Number(number.clone())),
            Value::String(text) => FieldValue::text(field, text, &self.effort)
                .map_err(|error| MappingError::IllegalArgument(error.to_string())),
            Value::Array(_) | Value::Object(_) => {
                Err(fail(&format!("expected a field value but found [{}] instead", token(value))))
            }
        }
    }

    fn enter(&mut self, depth: usize) -> Parsed<()> {
        if depth >= MAX_RULE_NESTING {
            return Err(fail(&format!("rules may nest at most [{MAX_RULE_NESTING}] deep")));
        }
        self.count()
    }

    fn count(&mut self) -> Parsed<()> {
        self.nodes += 1;
        if self.nodes <= MAX_RULE_NODES {
            return Ok(());
        }
        Err(fail(&format!("a role mapping may have at most [{MAX_RULE_NODES}] rules and values")))
    }
}

fn fail(what: &str) -> MappingError {
    MappingError::Parse(format!("failed to parse rules expression. {what}"))
}

/// The only field of an object.
fn only<'v>(place: &str, object: &'v Map<String, Value>) -> Parsed<(&'v str, &'v Value)> {
    let mut fields = object.iter();
    match (fields.next(), fields.next()) {
        (Some((name, value)), None) => Ok((name, value)),
        (None, _) => Err(fail(&format!("object [{place}] does not contain any fields"))),
        (Some(_), Some(_)) => Err(fail(&format!("object [{place}] contains multiple fields"))),
    }
}

fn object(value: &Value) -> Parsed<&Map<String, Value>> {
    value.as_object().ok_or_else(|| fail(&format!("expected an object but found [{}] instead", token(value))))
}

fn array<'v>(name: &str, value: &'v Value) -> Parsed<&'v [Value]> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| fail(&format!("field [{name}] requires an array")))
}
