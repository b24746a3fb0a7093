//! From a path to its row: segments, literals before parameters, and what a path allows. Percent-decoding comes
//! after, so an encoded slash never makes a segment.

use hashbrown::HashMap;
use http::Method;

use super::Route;

/// The order in which `Allow` names methods.
const ORDER: [Method; 7] =
    [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS, Method::HEAD, Method::PATCH];

/// The table with its paths taken apart.
pub(crate) struct Router {
    rows: Vec<(&'static Route, Vec<Segment>)>,
    /// The rows without parameters, by their path. Most requests are for one of them, spelled as it stands here.
    literal: HashMap<&'static str, Vec<&'static Route>>,
}

/// One part of a path.
#[derive(PartialEq, Eq)]
enum Segment {
    Literal(&'static str),
    Parameter(&'static str),
}

/// A row, and what the path gave for its parameters, still encoded.
pub(crate) struct Matched<'a> {
    pub(crate) route: &'static Route,
    pub(crate) raw: Vec<(&'static str, &'a str)>,
}

impl Router {
    /// Takes a table apart. Rows with a literal where others have a parameter come first.
    pub(crate) fn new(routes: &'static [Route]) -> Self {
        let mut rows: Vec<_> = routes.iter().map(|route| (route, taken_apart(route.path))).collect();
        rows.sort_by_key(|(_, path)| {
            path.iter().map(|segment| matches!(segment, Segment::Parameter(_))).collect::<Vec<bool>>()
        });
        let mut literal: HashMap<_, Vec<_>> = HashMap::new();
        for (route, path) in &rows {
            if path.iter().all(|segment| matches!(segment, Segment::Literal(_))) {
                literal.entry(route.path).or_default().push(*route);
            }
        }
        Self { rows, literal }
    }

    /// The row for a method and path.
    pub(crate) fn find<'a>(&self, method: &Method, path: &'a str) -> Option<Matched<'a>> {
        let literal =
            self.literal.get(path).and_then(|rows| rows.iter().find(|it| it.methods.contains(method)));
        if let Some(route) = literal {
            return Some(Matched { route, raw: Vec::new() });
        }
        let segments = split(path);
        let (route, pattern) = self
            .rows
            .iter()
            .find(|(route, pattern)| route.methods.contains(method) && fits(pattern, &segments))?;
        let raw = pattern
            .iter()
            .zip(&segments)
            .filter_map(|(part, segment)| match part {
                Segment::Parameter(name) => Some((*name, *segment)),
                Segment::Literal(_) => None,
            })
            .collect();
        Some(Matched { route, raw })
    }

    /// What a path can be asked with; empty if there is no such path.
    pub(crate) fn allowed(&self, path: &str) -> Vec<Method> {
        let segments = split(path);
        let fitting: Vec<&Route> = self
            .rows
            .iter()
            .filter(|(_, pattern)| fits(pattern, &segments))
            .map(|(route, _)| *route)
            .collect();
        ORDER
            .into_iter()
            .filter(|method| fitting.iter().any(|route| route.methods.contains(method)))
            .collect()
    }
}

fn fits(pattern: &[Segment], segments: &[&str]) -> bool {
    pattern.len() == segments.len()
        && pattern.iter().zip(segments).all(|(part, segment)| match part {
            Segment::Literal(literal) => literal == segment,
            Segment::Parameter(_) => true,
        })
}

/// Empty segments collapse.
fn split(path: &str) -> Vec<&str> {
    path.split('/').filter(|segment| !segment.is_empty()).collect()
}

fn taken_apart(path: &'static str) -> Vec<Segment> {
    split(path)
        .into_iter()
        .map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => Segment::Parameter(name),
            None => Segment::Literal(part),
        })
        .collect()
}
