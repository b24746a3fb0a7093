//! A text that is not shown and is wiped when dropped.

use std::fmt;

use zeroize::Zeroizing;

/// A password or a private key for etcd.
#[derive(Clone)]
pub struct EtcdSecret(Zeroizing<String>);

impl EtcdSecret {
    /// Takes the text over.
    #[must_use]
    pub fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// The text, for who sends it to etcd.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for EtcdSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EtcdSecret(…)")
    }
}
