//! Servers that are no directory, where one should be.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use portcullis_tests::node::TestNode;
use portcullis_tests::node::ldap::CORP;
use portcullis_tests::slapd::Slapd;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::{SHORT, check_undecided, stats, user};

portcullis_tests::tests![
    one_that_talks_nonsense,
    one_that_hangs_up,
    one_that_hangs_up_when_it_was_asked,
    one_that_talks_nonsense_where_tls_should_begin,
    one_that_hangs_up_where_tls_should_begin,
];

/// What a stranger does with each connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// Closes it.
    HangUp,
    /// Closes it when something was said.
    HangUpWhenAsked,
    /// Answers whatever is said with this.
    Say(&'static [u8]),
    /// Says nothing and leaves it open.
    Silent,
}

/// A server that is no directory. It counts who comes.
pub(super) struct Stranger {
    address: SocketAddr,
    visits: Arc<AtomicU64>,
    guests: Arc<AtomicU64>,
}

impl Stranger {
    pub(super) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (visits, guests) = (Arc::<AtomicU64>::default(), Arc::<AtomicU64>::default());
        let (all, here) = (Arc::clone(&visits), Arc::clone(&guests));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                all.fetch_add(1, Ordering::SeqCst);
                here.fetch_add(1, Ordering::SeqCst);
                let here = Arc::clone(&here);
                tokio::spawn(async move {
                    let mut said = [0; 4096];
                    while manner != Manner::HangUp && matches!(stream.read(&mut said).await, Ok(1..)) {
                        match manner {
                            Manner::HangUp | Manner::HangUpWhenAsked => break,
                            Manner::Say(words) => drop(stream.write_all(words).await),
                            Manner::Silent => {}
                        }
                    }
                    here.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self { address, visits, guests }
    }

    /// Where a directory should be.
    pub(super) fn url(&self) -> String {
        format!("ldap://{}", self.address)
    }

    /// How many connections it was sent.
    pub(super) fn visits(&self) -> u64 {
        self.visits.load(Ordering::SeqCst)
    }

    /// How many connections are open.
    pub(super) fn guests(&self) -> u64 {
        self.guests.load(Ordering::SeqCst)
    }
}

const NONSENSE: Manner = Manner::Say(b"220 mail.example.org ESMTP\r\n");

async fn one_that_talks_nonsense() {
    check(NONSENSE, "ldap", "false").await;
}

async fn one_that_hangs_up() {
    check(Manner::HangUp, "ldap", "false").await;
}

async fn one_that_hangs_up_when_it_was_asked() {
    check(Manner::HangUpWhenAsked, "ldap", "false").await;
}

async fn one_that_talks_nonsense_where_tls_should_begin() {
    check(NONSENSE, "ldaps", "false").await;
    check(NONSENSE, "ldap", "true").await;
}

async fn one_that_hangs_up_where_tls_should_begin() {
    check(Manner::HangUp, "ldaps", "false").await;
    check(Manner::HangUpWhenAsked, "ldap", "true").await;
}

async fn check(manner: Manner, scheme: &str, start_tls: &str) {
    let stranger = Stranger::start(manner).await;
    // What the realm is told but where: a directory that nobody asks.
    let slapd = Slapd::start().await;
    let node = TestNode::builder()
        .ldap(&slapd)
        .ldap_patience(CORP, SHORT)
        .ldap_setting(CORP, "url", &format!("{scheme}://{}", stranger.address))
        .ldap_setting(CORP, "start_tls", start_tls)
        .ldap_setting(CORP, "ssl.certificate_authorities", slapd.ca_path().to_str().unwrap())
        .start()
        .await;
    check_undecided(&user(&node, "jo").authenticate().await);
    check_undecided(&node.elastic().run_as("jo").authenticate().await);
    assert_eq!(stranger.visits(), 1, "{manner:?}: it was asked again at once");
    let stats = stats(&node);
    assert_eq!((stats.undecided, stats.spared, stats.connections), (2, 1, 0), "{manner:?}");
    assert!(stats.servers[0].last_error.is_some(), "{manner:?}");
}
