//! An answer as it came over the wire, and the ways in which tests look at it.

use serde_json::Value;

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers as they came, in their order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// Everything that came, head included.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// Takes the bytes of a whole answer apart.
    pub(super) fn parse(bytes: Vec<u8>) -> Self {
        let end = bytes.windows(4).position(|it| it == b"\r\n\r\n").expect("an answer has a head");
        let head = std::str::from_utf8(&bytes[..end]).expect("a head is ASCII");
        let mut lines = head.split("\r\n");
        let status_line = lines.next().unwrap();
        let status = status_line.split(' ').nth(1).and_then(|it| it.parse().ok()).expect("a status");
        let headers = lines
            .map(|line| line.split_once(": ").or(line.split_once(':')).expect("a header line"))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Self { status, headers, body: bytes[end + 4..].to_vec(), bytes }
    }

    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// All values of a header.
    pub fn headers(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("the body is UTF-8")
    }

    /// The body, if it is JSON.
    pub fn try_json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// If it is not JSON.
    pub fn json(&self) -> Value {
        self.try_json().unwrap_or_else(|| panic!("not JSON: {} {}", self.status, self.text()))
    }

    /// The body of a success.
    ///
    /// # Panics
    /// If it is none.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        self.json()
    }

    /// The `error` object of a refusal with this status and `error.type`.
    ///
    /// # Panics
    /// If it is another answer, or not in Elasticsearch's form.
    #[track_caller]
    pub fn refused(&self, status: u16, kind: &str) -> Value {
        let body = self.envelope();
        assert_eq!((self.status, body["error"]["type"].as_str()), (status, Some(kind)), "{body}");
        body["error"].clone()
    }

    /// As [`Answer::refused`], with this very reason.
    ///
    /// # Panics
    /// As [`Answer::refused`], or if the reason is another.
    #[track_caller]
    pub fn refused_because(&self, status: u16, kind: &str, reason: &str) -> Value {
        let error = self.refused(status, kind);
        assert_eq!(error["reason"], reason);
        error
    }

    /// The body of an error, whose form is checked.
    ///
    /// # Panics
    /// If it is not in Elasticsearch's form.
    #[track_caller]
    pub fn envelope(&self) -> Value {
        assert!(self.status >= 400, "{} {}", self.status, self.text());
        let body = self.json();
        assert_eq!(body["status"], self.status, "{body}");
        let error = &body["error"];
        for entry in [error, &error["root_cause"][0]] {
            assert!(entry["type"].is_string() && entry["reason"].is_string(), "{body}");
        }
        assert_eq!(error["root_cause"].as_array().map(Vec::len), Some(1), "{body}");
        assert!(error["root_cause"][0].get("caused_by").is_none(), "{body}");
        body
    }
}
