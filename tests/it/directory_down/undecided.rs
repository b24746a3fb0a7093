//! A directory that could say yes or no and does not: nobody whom it would have to be asked about is refused. Who is cached
//! goes on to the end of the `ttl`. When it does its work again, so does the realm.

use std::collections::HashSet;

use ldap3::Mod;
use portcullis_tests::clock::MINUTE;
use portcullis_tests::logs;
use portcullis_tests::node::TestNode;
use portcullis_tests::slapd::content::{self, SERVICE_ACCOUNT};
use portcullis_tests::slapd::{Flaw, Slapd, password};
use serde_json::{Value, json};

use super::{SHORT, SPARED, check_undecided, user};

portcullis_tests::tests![
    one_that_was_killed,
    one_that_takes_connections_and_never_answers,
    one_whose_certificate_nobody_trusts,
    one_whose_certificate_is_for_another,
    one_whose_certificate_has_expired,
    one_that_refuses_the_service,
    one_that_does_not_let_the_service_search,
];

/// How long a user stays cached, in milliseconds.
const TTL: u64 = 20 * MINUTE;

async fn one_that_was_killed() {
    let down = Down { realm: "down-killed", reason: "refused" };
    down.walk(async |slapd| slapd.kill(), async |slapd| slapd.restart().await).await;
}

async fn one_that_takes_connections_and_never_answers() {
    let down = Down { realm: "down-paused", reason: "not answered within 2000 ms" };
    down.walk(async |slapd| slapd.pause(), async |slapd| slapd.resume()).await;
}

async fn one_whose_certificate_nobody_trusts() {
    with_certificate("down-untrusted", Flaw::Untrusted, "UnknownIssuer").await;
}

async fn one_whose_certificate_is_for_another() {
    with_certificate("down-elsewhere", Flaw::WrongName, "not valid for name").await;
}

async fn one_whose_certificate_has_expired() {
    with_certificate("down-expired", Flaw::Expired, "expired").await;
}

async fn with_certificate(realm: &'static str, flaw: Flaw, reason: &'static str) {
    let worse = async |slapd: &mut Slapd| slapd.replace_certificate(flaw).await;
    let better = async |slapd: &mut Slapd| slapd.replace_certificate(Flaw::None).await;
    Down { realm, reason }.walk(worse, better).await;
}

async fn one_that_refuses_the_service() {
    let down =
        Down { realm: "down-stranger", reason: "refuses bind_dn [cn=reader,ou=services,dc=example,dc=org]" };
    let worse = async |slapd: &mut Slapd| {
        set_service_password(slapd, "another password").await;
        // The connections on which the service is bound already are of no use any more.
        slapd.restart().await;
    };
    down.walk(worse, async |slapd| set_service_password(slapd, &password("reader")).await).await;
}

async fn set_service_password(slapd: &Slapd, password: &str) {
    let replaced = Mod::Replace("userPassword", HashSet::from([password]));
    slapd.modify(SERVICE_ACCOUNT, vec![replaced]).await;
}

async fn one_that_does_not_let_the_service_search() {
    let down = Down { realm: "down-blind", reason: "LDAP result 32" };
    let slapd = Slapd::start().await;
    let file = slapd.ca_path().with_file_name("beth");
    std::fs::write(&file, password("beth")).unwrap();
    let node = TestNode::builder()
        .ldap_realm(down.realm, 10, &slapd)
        .ldap_patience(down.realm, SHORT)
        .ldap_setting(down.realm, "bind_dn", &content::user("beth"))
        .ldap_setting(down.realm, "secure_bind_password_file", file.to_str().unwrap())
        .start()
        .await;
    check_undecided(&user(&node, "jo").authenticate().await);
    check_undecided(&node.elastic().run_as("jo").authenticate().await);
    assert_eq!(down.complaints().len(), 1);
    let told = down.told(&node).await;
    assert_eq!(told["undecided"], 2);
    assert!(told["last_error"].as_str().unwrap().contains(down.reason), "{told}");
}

/// A way in which a directory does not do its work.
struct Down {
    /// The realm, which no other test has: its lines in the log are found by its name.
    realm: &'static str,
    /// What operators are told.
    reason: &'static str,
}

impl Down {
    /// From a directory that works over one that does not to one that works again.
    async fn walk(&self, worse: impl AsyncFnOnce(&mut Slapd), better: impl AsyncFnOnce(&mut Slapd)) {
        let mut slapd = Slapd::start().await;
        let node = self.node(&slapd).await;
        let (amy, jo) = (user(&node, "amy"), user(&node, "jo"));
        amy.whoami().await;
        worse(&mut slapd).await;
        for client in [&jo, &node.basic("amy", "not her password"), &user(&node, "nobody"), &jo] {
            check_undecided(&client.authenticate().await);
        }
        // Somebody who may be anybody is told no more.
        check_undecided(&node.elastic().run_as("jo").authenticate().await);
        amy.whoami().await;
        self.check_told(&node).await;
        node.clock.advance(TTL - SPARED);
        amy.whoami().await;
        node.clock.advance(SPARED);
        check_undecided(&amy.authenticate().await);
        better(&mut slapd).await;
        node.clock.advance(SPARED);
        for client in [&jo, &amy] {
            let who = client.whoami().await;
            assert_eq!(who["authentication_realm"], json!({"name": self.realm, "type": "ldap"}));
        }
        node.elastic().run_as("jo").whoami().await;
        let told = self.told(&node).await;
        assert_eq!(
            (&told["servers"][0]["failures"], &told["servers"][0]["last_error"]),
            (&json!(0), &Value::Null)
        );
    }

    async fn node(&self, slapd: &Slapd) -> TestNode {
        TestNode::builder()
            .ldap_realm(self.realm, 10, slapd)
            .ldap_patience(self.realm, SHORT)
            .ldap_setting(self.realm, "url", &slapd.ldaps_url())
            .ldap_setting(self.realm, "ssl.certificate_authorities", slapd.ca_path().to_str().unwrap())
            .start()
            .await
    }

    /// Operators are told which realm it is and what is wrong: once in the log, and at any time in the statistics.
    async fn check_told(&self, node: &TestNode) {
        let complaints = self.complaints();
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        let told = self.told(node).await;
        assert_eq!((&told["undecided"], &told["servers"][0]["failures"]), (&json!(5), &json!(1)), "{told}");
        for text in [&complaints[0]["reason"], &told["servers"][0]["last_error"]] {
            assert!(text.as_str().unwrap().contains(self.reason), "{text}");
        }
    }

    /// What the log says against the directory of the realm.
    fn complaints(&self) -> Vec<Value> {
        let mut lines = logs::lines_with(self.realm);
        lines.retain(|line| line["realm"] == self.realm && line["level"] != "INFO");
        lines
    }

    async fn told(&self, node: &TestNode) -> Value {
        let stats = node.elastic().get("/_security/stats").await.ok();
        let node = &stats["nodes"][&node.security().settings().node_id];
        node["directories"][format!("realm/ldap/{}", self.realm)].clone()
    }
}
