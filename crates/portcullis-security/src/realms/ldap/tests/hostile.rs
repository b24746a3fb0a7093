//! Servers that are none: silent, talkative, or speaking something else. All of it is undecided, and nothing of it panics,
//! grows or waits without a limit.

use std::net::SocketAddr;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::error::Kind;

/// What a server does with a connection after the first bytes of a question have come.
#[derive(Clone)]
enum Play {
    Silence,
    Close,
    /// Says this once, then is silent.
    Say(Vec<u8>),
    /// Says this again and again.
    SayForever(Vec<u8>),
    /// Grants a bind, finds jo, and to the third question is silent or closes.
    Work(Then),
}

#[derive(Clone, Copy, PartialEq)]
enum Then {
    Silence,
    Close,
}

/// Serves every connection in the same way; gives its port.
async fn serve(play: Play) -> u16 {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let play = play.clone();
            tokio::spawn(async move {
                let mut question = [0; 4096];
                if stream.read(&mut question).await.unwrap_or_default() == 0 {
                    return;
                }
                match play {
                    Play::Close => return,
                    Play::Silence => {}
                    Play::Say(bytes) => stream.write_all(&bytes).await.unwrap_or_default(),
                    Play::SayForever(bytes) => while stream.write_all(&bytes).await.is_ok() {},
                    Play::Work(then) => {
                        stream.write_all(&bind_response(0)).await.unwrap();
                        let _search = stream.read(&mut question).await;
                        stream.write_all(&[ENTRY, DONE].concat()).await.unwrap_or_default();
                        if then == Then::Close {
                            let _third = stream.read(&mut question).await;
                            return;
                        }
                    }
                }
                while stream.read(&mut question).await.unwrap_or_default() > 0 {}
            });
        }
    });
    port
}

/// A directory of one such server, with time-outs that a test can wait for.
async fn directory(play: Play) -> (LdapDirectory, Arc<TestClock>) {
    let mut settings = settings(vec![server(serve(play).await)]);
    settings.ldap.response_timeout_millis = 50;
    settings.ldap.search_timeout_millis = 50;
    let clock = Arc::new(TestClock::default());
    (LdapDirectory::new(&settings, Arc::clone(&clock) as Arc<dyn Clock>).unwrap(), clock)
}

/// Asks, and checks that nothing is decided and that the client is told nothing. Gives the reason in the stats.
async fn undecided(play: Play) -> String {
    let (directory, _clock) = directory(play).await;
    let failure = directory.authenticate("jo", &secret("s3krit-pw")).await.unwrap_err();
    assert_eq!((failure.kind(), failure.reason()), (Kind::Unavailable, UNDECIDED));
    let stats = directory.stats();
    assert_eq!((stats.undecided, stats.connections), (1, 0));
    let [server] = stats.servers.as_slice() else { panic!("not one server") };
    assert_eq!(server.failures, 1);
    server.last_error.clone().unwrap()
}

/// The answer to the second question of a connection: one entry, and the end.
const ENTRY: &[u8] = b"\x30\x13\x02\x01\x02\x64\x0e\x04\x01a\x30\x09\x30\x07\x04\x01b\x31\x02\x04\x00";
const DONE: &[u8] = b"\x30\x0c\x02\x01\x02\x65\x07\x0a\x01\x00\x04\x00\x04\x00";

fn bind_response(code: u8) -> Vec<u8> {
    [&b"\x30\x0c\x02\x01\x01\x61\x07\x0a\x01"[..], &[code], b"\x04\x00\x04\x00"].concat()
}

#[tokio::test]
async fn a_silent_server_is_not_waited_for_and_then_spared() {
    let (directory, clock) = directory(Play::Silence).await;
    let password = secret("s3krit-pw");
    directory.authenticate("jo", &password).await.unwrap_err();
    assert_eq!(directory.stats().servers[0].failures, 1);
    directory.authenticate("jo", &password).await.unwrap_err();
    assert_eq!(directory.stats().spared, 1);
    assert_eq!(directory.stats().service_binds, 1);
    clock.advance(30_000);
    directory.authenticate("jo", &password).await.unwrap_err();
    assert_eq!(directory.stats().service_binds, 2);
    assert_eq!(directory.stats().servers[0].failures, 2);
}

#[tokio::test]
async fn of_many_that_come_back_to_a_silent_server_one_asks() {
    let (directory, clock) = directory(Play::Silence).await;
    let password = secret("s3krit-pw");
    directory.authenticate("jo", &password).await.unwrap_err();
    clock.advance(30_000);
    let (first, second) = tokio::join!(directory.authenticate("jo", &password), directory.lookup("jo"));
    assert!(first.is_err() && second.is_err());
    assert_eq!((directory.stats().service_binds, directory.stats().spared), (2, 1));
}

#[tokio::test]
async fn a_server_that_hangs_up_is_no_no() {
    assert!(undecided(Play::Close).await.contains("closed the connection"));
}

#[tokio::test]
async fn what_is_no_ldap_is_no_no() {
    let reason = undecided(Play::Say(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec())).await;
    assert_eq!(reason, "what came is not LDAP");
}

#[tokio::test]
async fn a_server_without_an_end_is_cut_off() {
    let huge = b"\x30\x84\x00\x80\x00\x01".to_vec();
    assert_eq!(undecided(Play::Say(huge)).await, "a message is too long");
    let reason =
        undecided(Play::SayForever(b"\x30\x0c\x02\x01\x01\x79\x07\x0a\x01\x00\x04\x00\x04\x00".to_vec()))
            .await;
    assert!(reason == "an answer is too long" || reason.contains("not answered within"), "{reason}");
}

#[tokio::test]
async fn busy_and_unavailable_are_no_noes() {
    assert!(undecided(Play::Say(bind_response(51))).await.contains("LDAP result 51"));
    assert!(undecided(Play::Say(bind_response(52))).await.contains("LDAP result 52"));
}

#[tokio::test]
async fn a_service_that_is_refused_is_no_no_to_the_user_and_does_not_insist() {
    let (directory, clock) = directory(Play::Say(bind_response(49))).await;
    for _ in 0..3 {
        directory.authenticate("jo", &secret("s3krit-pw")).await.unwrap_err();
    }
    let stats = directory.stats();
    assert_eq!((stats.undecided, stats.service_binds, stats.spared), (3, 1, 2));
    assert!(stats.servers[0].last_error.as_ref().is_some_and(|it| it.contains("refuses bind_dn")));
    clock.advance(30_000);
    directory.authenticate("jo", &secret("s3krit-pw")).await.unwrap_err();
    assert_eq!(directory.stats().service_binds, 2);
}

#[tokio::test]
async fn a_connection_that_was_closed_while_it_was_idle_is_nobodys_fault() {
    let (directory, _clock) = directory(Play::Work(Then::Close)).await;
    for _ in 0..3 {
        let answer = directory.authenticate("jo", &secret("s3krit-pw")).await;
        assert!(matches!(answer, Ok(DirectoryAnswer::Authenticated(_))), "{answer:?}");
    }
    let stats = directory.stats();
    assert_eq!((stats.user_binds, stats.service_binds, stats.searches), (3, 3, 5));
    assert_eq!((stats.undecided, stats.servers[0].failures), (0, 0));
}

#[tokio::test]
async fn a_connection_that_falls_silent_is_the_servers_fault() {
    let (directory, _clock) = directory(Play::Work(Then::Silence)).await;
    let password = secret("s3krit-pw");
    assert!(directory.authenticate("jo", &password).await.is_ok());
    assert!(directory.authenticate("jo", &password).await.is_err());
    let stats = directory.stats();
    assert_eq!((stats.undecided, stats.servers[0].failures, stats.connections), (1, 1, 0));
}

/// Else clients that wait less long than we do would keep it from being known, and nobody would get to the next server.
#[tokio::test]
async fn a_question_that_is_given_up_still_tells_that_the_server_hangs() {
    let (directory, _clock) = directory(Play::Silence).await;
    let password = secret("s3krit-pw");
    let mut question = Box::pin(directory.authenticate("jo", &password));
    while directory.stats().connections == 0 {
        tokio::select! {
            biased;
            _ = &mut question => panic!("it was answered"),
            () = tokio::task::yield_now() => {}
        }
    }
    drop(question);
    let known = async {
        while directory.stats().servers[0].failures == 0 || directory.stats().connections > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), known).await.unwrap();
}

#[test]
fn no_answer_makes_it_panic_or_decide() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let panics = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&panics);
    let before = std::panic::take_hook();
    let this = std::thread::current().id();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == this {
            seen.fetch_add(1, Ordering::Relaxed);
        }
        before(info);
    }));
    // A bind that is granted, then an entry, with some octets that are others.
    let good = [
        bind_response(0),
        b"\x30\x13\x02\x01\x02\x64\x0e\x04\x01a\x30\x09\x30\x07\x04\x01b\x31\x02\x04\x00".to_vec(),
    ];
    let changes = prop::collection::vec((0_usize..35, any::<u8>()), 0..4);
    TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() })
        .run(&changes, |changes| {
            let mut bytes = good.concat();
            for (at, octet) in changes {
                bytes[at] = octet;
            }
            let answer = runtime.block_on(async {
                let (directory, _clock) = directory(Play::Say(bytes)).await;
                directory.authenticate("jo", &secret("s3krit-pw")).await
            });
            prop_assert!(answer.is_err());
            Ok(())
        })
        .unwrap();
    assert_eq!(panics.load(Ordering::Relaxed), 0);
}
