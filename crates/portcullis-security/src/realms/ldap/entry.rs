//! One entry that a search found. Values are octets; who wants text asks for it.

use ldap3::asn1::{PL, StructureTag};

use super::endpoint::Endpoint;

#[cfg(test)]
pub(super) mod tests;

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) dn: String,
    /// The server that it was found on, if that is not one of the directory's own.
    pub(super) elsewhere: Option<Endpoint>,
    attributes: Vec<Attribute>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Attribute {
    name: String,
    values: Vec<Vec<u8>>,
}

impl Entry {
    /// Reads a SearchResultEntry (RFC 4511, section 4.5.2); `None` if it is none. (The library's own way panics.)
    pub(super) fn read(tag: StructureTag) -> Option<Self> {
        let mut parts = tag.expect_constructed()?.into_iter();
        let dn = text(parts.next()?)?;
        let attributes =
            parts.next()?.expect_constructed()?.into_iter().map(attribute).collect::<Option<_>>()?;
        Some(Self { dn, elsewhere: None, attributes })
    }

    /// An entry that is known by name only.
    pub(super) fn bare(dn: String) -> Self {
        Self { dn, elsewhere: None, attributes: Vec::new() }
    }

    /// The values of an attribute, in whatever case its name is written.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.attributes
            .iter()
            .filter(move |it| is_called(it, name))
            .flat_map(|it| it.values.iter().map(Vec::as_slice))
    }

    /// The values that are text.
    pub(super) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.values(name).filter_map(|value| std::str::from_utf8(value).ok())
    }

    /// Whether the server kept values back: Active Directory gives long lists in parts, `memberOf;range=0-1499`.
    pub(super) fn is_cut(&self, name: &str) -> bool {
        self.attributes.iter().any(|it| {
            let lower = it.name.to_ascii_lowercase();
            let part =
                lower.strip_prefix(&name.to_ascii_lowercase()).and_then(|it| it.strip_prefix(";range="));
            part.is_some_and(|range| !range.ends_with("-*"))
        })
    }
}

fn is_called(attribute: &Attribute, name: &str) -> bool {
    attribute.name.eq_ignore_ascii_case(name)
}

fn attribute(tag: StructureTag) -> Option<Attribute> {
    let mut parts = tag.expect_constructed()?.into_iter();
    let name = text(parts.next()?)?;
    let values = parts.next()?.expect_constructed()?.into_iter().map(StructureTag::expect_primitive);
    Some(Attribute { name, values: values.collect::<Option<_>>()? })
}

fn text(tag: StructureTag) -> Option<String> {
    String::from_utf8(tag.expect_primitive()?).ok()
}

/// The URLs of a SearchResultReference (RFC 4511, section 4.5.3), each as good as the others.
pub(super) fn urls(tag: StructureTag) -> Option<Vec<String>> {
    match tag.payload {
        PL::C(parts) => parts.into_iter().map(text).collect(),
        PL::P(_) => None,
    }
}
