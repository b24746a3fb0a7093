//! Native users, many of them, each with the same password: hashed once, by bcrypt of cost 10, and stored for all.

use portcullis_secrets::{HashAlgorithm, Secret};

use crate::client::{basic, request, request_with};
use crate::load::Load;
use crate::node::{Node, PASSWORD, WHOAMI};

/// Connections over which they are made.
const CONNECTIONS: usize = 16;

/// The requests of one of them.
pub(crate) fn login(number: usize) -> Vec<u8> {
    request("GET", WHOAMI, Some(&basic(&name(number), PASSWORD)))
}

/// The same with a wrong password.
pub(crate) fn wrong_login(number: usize) -> Vec<u8> {
    request("GET", WHOAMI, Some(&basic(&name(number), "not-the-password")))
}

/// The same of somebody who is not there.
pub(crate) fn unknown_login(number: usize) -> Vec<u8> {
    request("GET", WHOAMI, Some(&basic(&format!("nobody-{number}"), PASSWORD)))
}

fn name(number: usize) -> String {
    format!("crowd-{number}")
}

/// Makes so many.
pub(crate) fn make(node: &Node, count: usize) {
    let password = Secret::from_string(PASSWORD.to_owned());
    let hash = HashAlgorithm::BCRYPT.hash(&password).expect("a hash");
    let body = format!(r#"{{"password_hash":"{}","roles":["viewer"]}}"#, hash.as_str());
    let (authorization, mut number) = (basic("elastic", PASSWORD), 0);
    let mut load = Load::to(node.address(), CONNECTIONS);
    let outcome = load.times(count as u64, 200, &mut |out| {
        *out = request_with("PUT", &format!("/_security/user/{}", name(number)), &authorization, &body);
        number += 1;
    });
    assert_eq!(outcome.unexpected, 0, "a user is not made");
}
