//! One line of the log, as far as it is needed here. Which fields a change has stands in `audit`.

use portcullis_model::lifetime::WallTime;
use serde::Deserialize;

use super::Moment;
use super::when::CLOCK_MARGIN_MILLIS;
use crate::acknowledgement;

/// A line of the log.
pub(super) struct Line {
    pub(super) at: WallTime,
    fields: Fields,
}

#[derive(Deserialize)]
struct Fields {
    timestamp: String,
    level: String,
    #[serde(rename = "event.action")]
    action: Option<String>,
    #[serde(rename = "document.kind")]
    kind: Option<String>,
    #[serde(rename = "document.id")]
    id: Option<String>,
    #[serde(rename = "document.change")]
    change: Option<String>,
    #[serde(rename = "document.fields")]
    fields: Option<String>,
    #[serde(rename = "store.epoch")]
    epoch: Option<String>,
    #[serde(rename = "store.revision")]
    revision: Option<u64>,
}

/// What a change wrote.
pub(super) struct Written<'a> {
    pub(super) at: WallTime,
    pub(super) action: &'a str,
    pub(super) kind: &'a str,
    pub(super) id: &'a str,
    pub(super) change: &'a str,
    /// Names of fields, with commas between them; `None` where the action says it.
    pub(super) fields: Option<&'a str>,
}

impl Line {
    /// `None`: it is none.
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let fields: Fields = serde_json::from_slice(line).ok()?;
        Some(Self { at: WallTime::parse_rfc3339(&fields.timestamp)?, fields })
    }

    /// Whether the log was written at the moment already. A line without a place in the store's order must be so much
    /// older that the clocks cannot deceive. And one above the level of changes shows nothing: those may not be in the log.
    pub(super) fn reaches_back(&self, moment: &Moment) -> bool {
        if let Some(revision) = self.revision_in(moment)
            && revision <= moment.revision
            // Later, and it was given out a second time: a copy of the data folder was put back.
            && self.at.0 < moment.made_at.0.saturating_add(CLOCK_MARGIN_MILLIS)
        {
            return true;
        }
        self.fields.level == "INFO" && self.at.0 <= moment.made_at.0.saturating_sub(CLOCK_MARGIN_MILLIS)
    }

    /// Where it is in the order of the store that was backed up.
    pub(super) fn revision_in(&self, moment: &Moment) -> Option<u64> {
        let same = self.fields.epoch.as_ref().is_some_and(|it| !it.is_empty() && *it == moment.epoch);
        self.fields.revision.filter(|_| same)
    }

    /// Whether it tells of a change of documents.
    pub(super) fn is_change(&self) -> bool {
        self.fields.kind.is_some()
            || acknowledgement::TABLE.iter().any(|row| self.fields.action.as_deref() == Some(row.action))
    }

    /// What was changed; `None` where it does not say.
    pub(super) fn written(&self) -> Option<Written<'_>> {
        Some(Written {
            at: self.at,
            action: self.fields.action.as_deref()?,
            kind: self.fields.kind.as_deref()?,
            id: self.fields.id.as_deref()?,
            change: self.fields.change.as_deref()?,
            fields: self.fields.fields.as_deref(),
        })
    }
}
