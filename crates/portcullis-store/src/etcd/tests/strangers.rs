//! Ports behind which is no etcd.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

/// A port that answers each connection with these bytes and then listens on, or hangs up.
async fn port_that_says(bytes: Vec<u8>, then: Then) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("its address"));
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let bytes = bytes.clone();
            tokio::spawn(async move {
                let _ = socket.write_all(&bytes).await;
                let mut read = [0; 1024];
                while then == Then::Listen && socket.read(&mut read).await.is_ok_and(|count| count > 0) {}
            });
        }
    });
    url
}

#[derive(Clone, Copy, PartialEq)]
enum Then {
    Listen,
    HangUp,
}

#[tokio::test]
async fn are_told_from_it_without_a_panic() {
    let frame = |head: &[u8], rest: &[u8]| [head, rest].concat();
    let settings_frame = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    // A header block that cannot be decoded, on our first stream.
    let headers = frame(&settings_frame, &[0, 0, 4, 1, 4, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff]);
    // `:status 200`, and then a message that announces four gigabytes.
    let mut greedy = frame(&settings_frame, &[0, 0, 1, 1, 4, 0, 0, 0, 1, 0x88]);
    greedy.extend([0, 0, 5, 0, 0, 0, 0, 0, 1, 0, 0xff, 0xff, 0xff, 0xff]);
    let answers: [&[u8]; 6] = [
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
        b"220 mail.example ESMTP\r\n",
        &[0xff; 4096],
        b"",
        &headers,
        &greedy,
    ];
    for bytes in answers {
        for then in [Then::HangUp, Then::Listen] {
            let url = port_that_says(bytes.to_vec(), then).await;
            let settings =
                EtcdSettings { timeout: Duration::from_secs(1), ..settings(std::slice::from_ref(&url)) };
            let client = Client::new(&settings).expect("good settings");
            let error = client.txn(TxnRequest::default()).await.expect_err("this is no etcd");
            assert!(error.to_string().contains(&url), "{error}");
            let error = client.watch(KeyRange::prefix("/t/"), 1).await.err().expect("this is no etcd");
            assert!(error.to_string().len() < 1000, "{error}");
        }
    }
}

#[tokio::test]
async fn behind_them_the_real_one_is_found() {
    let server = EtcdServer::start();
    let stranger = port_that_says(vec![0xff; 100], Then::Listen).await;
    let settings = EtcdSettings { timeout: Duration::from_secs(2), ..settings(&[stranger, server.url()]) };
    let client = Client::new(&settings).expect("good settings");
    assert!(get(&client, "/t/a").await.is_ok());
}
