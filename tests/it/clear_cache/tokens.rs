//! `POST /_security/service/{namespace}/{service}/credential/token/{name}/_clear_cache`, and the two caches behind it.

use portcullis_tests::lines;
use portcullis_tests::node::TestNode;

use super::{clear, warm};

portcullis_tests::tests![
    one_name_in_both_stores_has_two_caches,
    only_the_tokens_named_are_loaded_again,
    a_bad_name_is_refused,
    the_account_need_not_exist,
];

const INDEX: &str = "index_service_account_token";
const FILE: &str = "file_service_account_token";
const TOKENS: &str = "/_security/service/elastic/fleet-server/credential/token";

async fn one_name_in_both_stores_has_two_caches() {
    let (line, bearer) = lines::token("token1");
    let node = TestNode::builder().file("service_tokens", &line).start().await;
    let of_file = node.anonymous().bearer(&bearer);
    let of_index = node.token("token1").await;
    let entries = || (node.cache(FILE).entries, node.cache(INDEX).entries);
    let warm_up = async || {
        assert_eq!(of_file.whoami().await["token"]["type"], "_service_account_file");
        assert_eq!(of_index.whoami().await["token"]["type"], "_service_account_index");
        assert_eq!(entries(), (1, 1));
    };

    warm_up().await;
    assert_eq!(clear(&node, &format!("{TOKENS}/token1/_clear_cache")).await, 2);
    assert_eq!(entries(), (0, 0));

    warm_up().await;
    node.write("service_tokens", &format!("# changed\n{line}{}", lines::token("token2").0));
    assert_eq!(entries(), (0, 1), "a change of the file is a matter of the file's cache");

    warm_up().await;
    node.elastic().delete(&format!("{TOKENS}/token1")).await.ok();
    assert_eq!(entries(), (1, 0), "a token of the index is a matter of the index' cache");
    assert_eq!(of_index.login().await, 401);
    assert_eq!(of_file.login().await, 200);

    node.write("service_tokens", "# nobody\n");
    assert_eq!(entries(), (0, 0));
    assert_eq!(of_file.login().await, 401);
}

async fn only_the_tokens_named_are_loaded_again() {
    let node = TestNode::start().await;
    let (a, b) = (node.token("a").await, node.token("b").await);
    for client in [&a, &b] {
        client.whoami().await;
    }
    let cases = [
        ("a", [false, true]),
        ("a,b", [false, false]),
        ("a%2Cb", [false, false]),
        ("*", [false, false]),
        ("_all", [false, false]),
        ("unknown", [true, true]),
    ];
    for (names, expected) in cases {
        let evicted = clear(&node, &format!("{TOKENS}/{names}/_clear_cache")).await;
        assert_eq!(evicted, expected.iter().filter(|warm| !**warm).count() as u64, "{names}");
        assert_eq!(warm(&node, INDEX, &[&a, &b]).await, expected, "{names}");
    }
}

async fn a_bad_name_is_refused() {
    let node = TestNode::start().await;
    let a = node.token("a").await;
    a.whoami().await;
    for (names, bad) in [("_x", "_x"), ("a,*", "*"), ("a,b.c", "b.c"), ("a%20b", "a b")] {
        let reason = format!(
            "invalid service token name [{bad}]. service account token name must have at least 1 character and at most \
             256 characters that are alphanumeric (A-Z, a-z, 0-9) or hyphen (-) or underscore (_). It must not begin \
             with an underscore (_)."
        );
        let answer = node.elastic().post(&format!("{TOKENS}/{names}/_clear_cache")).await;
        answer.refused_because(400, "illegal_argument_exception", &reason);
        assert_eq!(warm(&node, INDEX, &[&a]).await, [true], "{names}");
    }
}

async fn the_account_need_not_exist() {
    let node = TestNode::start().await;
    node.token("a").await.whoami().await;
    let target = "/_security/service/no/such/credential/token/a/_clear_cache";
    assert_eq!(clear(&node, target).await, 0);
    assert_eq!(node.cache(INDEX).entries, 1);
}
