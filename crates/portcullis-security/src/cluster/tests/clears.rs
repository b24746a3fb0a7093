//! Clears over the cluster: every member's word, and what is said of those who said nothing.

use std::time::Duration;

use portcullis_store::Link;

use super::SOON;
use super::town::{Town, wait};
use crate::clearing::NodesOutcome;
use crate::cluster::join;
use crate::manage::tests::elastic;

fn nodes(outcome: &NodesOutcome) -> Vec<(&str, usize)> {
    outcome.cleared.iter().map(|it| (it.node_name.as_str(), it.evicted)).collect()
}

fn causes(outcome: &NodesOutcome) -> Vec<(&str, &str)> {
    outcome.failures.iter().map(|(id, failure)| (id.as_str(), failure.cause().unwrap().reason())).collect()
}

#[tokio::test]
async fn each_node_tells_what_it_evicted() {
    let town = Town::of(&["a", "b", "c"]).await;
    let one = town.run(town.nodes[0].create("one")).await.0.unwrap();
    let two = town.run(town.nodes[0].create("two")).await.0.unwrap();
    town.nodes[1].lets_in(&one).await.unwrap();
    town.nodes[1].lets_in(&two).await.unwrap();
    town.nodes[2].lets_in(&two).await.unwrap();
    let (caller, clearing) = (elastic(), town.nodes[0].clearing());
    let (outcome, took) = town.run(clearing.api_keys(&caller, &[])).await;
    let outcome = outcome.unwrap();
    assert_eq!(nodes(&outcome), [("a", 0), ("b", 2), ("c", 1)]);
    assert!(outcome.failures.is_empty());
    assert!(took <= SOON, "{took}");
    let clearing = town.nodes[0].clearing();
    let (outcome, _) = town.run(clearing.api_keys(&caller, &[])).await;
    assert_eq!(nodes(&outcome.unwrap()), [("a", 0), ("b", 0), ("c", 0)]);
}

#[tokio::test]
async fn a_silent_node_has_failed_and_is_fenced_by_then_however_short_the_timeout() {
    let mut town = Town::of(&["a", "b"]).await;
    town.link(1, Link::Deaf);
    let (caller, clearing) = (elastic(), town.nodes[0].clearing().within(Duration::from_millis(1)));
    let (outcome, took) = town.run(clearing.roles(&caller, &[])).await;
    let outcome = outcome.unwrap();
    assert!((wait()..wait() + SOON).contains(&took), "{took}");
    assert_eq!(nodes(&outcome), [("a", 0)]);
    let causes = causes(&outcome);
    assert_eq!(causes.len(), 1);
    assert_eq!(causes[0].0, "id-b");
    assert!(causes[0].1.contains("fenced by now"), "{causes:?}");
    assert!(!town.nodes[1].is_trusted());
}

#[tokio::test]
async fn a_silent_node_is_waited_for_until_its_record_is_gone_however_long_the_timeout() {
    let mut town = Town::of(&["a", "b"]).await;
    town.link(1, Link::Deaf);
    let most = 3 * wait();
    let (caller, clearing) = (elastic(), town.nodes[0].clearing().within(Duration::from_millis(most)));
    let (outcome, took) = town.run(clearing.roles(&caller, &[])).await;
    let outcome = outcome.unwrap();
    assert!((wait()..most).contains(&took), "{took}");
    assert_eq!(nodes(&outcome), [("a", 0)]);
    assert!(causes(&outcome)[0].1.contains("fenced by now"), "{:?}", causes(&outcome));
}

#[tokio::test]
async fn a_node_that_cannot_do_its_part_says_why() {
    let town = Town::of(&["a", "b"]).await;
    let (caller, clearing) = (elastic(), town.nodes[1].clearing());
    let (outcome, _) = town.run(clearing.realms(&caller, &["nowhere".to_owned()], &[])).await;
    let outcome = outcome.unwrap();
    let why = "could not find active realm [nowhere]";
    assert_eq!(causes(&outcome), [("id-a", why), ("id-b", why)]);
}

#[tokio::test]
async fn who_leaves_meanwhile_has_failed_and_who_joins_meanwhile_is_not_counted() {
    let mut town = Town::of(&["a", "b"]).await;
    let late = town.add("c");
    town.link(1, Link::Deaf);
    let (caller, clearing) = (elastic(), town.nodes[0].clearing());
    let (leaver, joiner) = (&town.nodes[1], &town.nodes[late]);
    let meanwhile = async {
        join(&joiner.core).unwrap();
        leaver.cluster().leave().await;
    };
    let clear = clearing.roles(&caller, &[]);
    let ((outcome, ()), took) = town.run(async { tokio::join!(clear, meanwhile) }).await;
    let outcome = outcome.unwrap();
    assert!(took < wait(), "{took}");
    assert_eq!(nodes(&outcome), [("a", 0)]);
    assert!(causes(&outcome)[0].1.contains("left the cluster"), "{:?}", causes(&outcome));
}

#[tokio::test]
async fn a_node_counts_itself_before_it_has_joined() {
    let mut town = Town::of(&["a"]).await;
    let outside = town.add("b");
    let (caller, clearing) = (elastic(), town.nodes[outside].clearing());
    let (outcome, _) = town.run(clearing.roles(&caller, &[])).await;
    assert_eq!(nodes(&outcome.unwrap()), [("a", 0), ("b", 0)]);
}

#[tokio::test]
async fn every_node_reads_its_files_before_it_clears_what_they_fill() {
    let town = Town::of(&["a", "b"]).await;
    let name = "roles.yml";
    for node in &town.nodes {
        node.write_file(name, "fresh:\n  cluster: [all]\n");
        assert!(node.core.file_role("fresh").is_none());
    }
    let (caller, clearing) = (elastic(), town.nodes[0].clearing());
    let (outcome, _) = town.run(clearing.roles(&caller, &[])).await;
    assert_eq!(nodes(&outcome.unwrap()).len(), 2);
    for node in &town.nodes {
        assert!(node.core.file_role("fresh").is_some(), "a file was not read");
    }
}
