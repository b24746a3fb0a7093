//! API keys: create, use, get, update, invalidate; who owns them and what they may.

mod rules;
mod walk;

use portcullis_tests::run::Test;

pub(crate) const TESTS: [(&str, &[Test]); 2] =
    [("api_keys::walk", walk::TESTS), ("api_keys::rules", rules::TESTS)];
