//! `cargo xtask cluster`: three nodes on three etcd members, to be tried by hand. They keep nothing: what they had is
//! gone when this ends, which it does on Ctrl-C, on SIGTERM, and when one of them ends.

use std::future::Future;
use std::pin::Pin;
use std::process::ExitCode;
use std::time::Duration;

use portcullis_tests::etcd::EtcdCluster;
use portcullis_tests::node_process::NodeProcess;
use portcullis_tests::secrets;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How many members etcd has.
const MEMBERS: usize = 3;
/// The nodes.
const NODES: [&str; 3] = ["a", "b", "c"];
/// Ctrl-C reaches everybody: whoever ends this long before we hear of it was not the first to end.
const SAME_TIME: Duration = Duration::from_millis(500);

#[tokio::main]
async fn main() -> ExitCode {
    let mut interrupted = signal(SignalKind::interrupt()).unwrap();
    let mut terminated = signal(SignalKind::terminate()).unwrap();
    let ended = tokio::select! {
        biased;
        () = asked(&mut interrupted, &mut terminated) => None,
        ended = run() => Some(ended),
    };
    match ended {
        None => println!("stopped"),
        Some(_)
            if tokio::time::timeout(SAME_TIME, asked(&mut interrupted, &mut terminated)).await.is_ok() =>
        {
            println!("stopped");
        }
        Some(ended) => {
            eprintln!("{ended}\nAll others are stopped.");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

async fn asked(interrupted: &mut Signal, terminated: &mut Signal) {
    tokio::select! {
        _ = interrupted.recv() => {}
        _ = terminated.recv() => {}
    }
}

/// Runs until one of the processes ends, and says which and what it said last.
async fn run() -> String {
    let etcd = EtcdCluster::start(MEMBERS).await;
    println!("etcd    {}", etcd.endpoints().join(","));
    let password = secrets::typeable_password();
    let mut nodes = Vec::new();
    for name in NODES {
        let node = NodeProcess::builder(name).setting("cluster.name", "dev").password(&password);
        let node = node.etcd(&etcd, &etcd.endpoints()).start().await;
        println!("node {name}  http://{}", node.address());
        nodes.push(node);
    }
    println!("user    elastic\npassword {password}\n");
    println!("curl -u 'elastic:{password}' http://{}/_security/_authenticate\n", nodes[0].address());
    println!("Ctrl-C stops everything.");
    let members = (0..etcd.size()).map(|it| {
        let etcd = &etcd;
        boxed(async move {
            etcd.ends(it).await;
            format!("etcd member {it} has ended:\n{}", etcd.log(it))
        })
    });
    let nodes = nodes.iter().map(|node| {
        boxed(async move {
            node.is_over().await;
            format!("node {} has ended:\n{}", node.name(), node.log())
        })
    });
    first(members.chain(nodes).collect()).await
}

type Ending<'a> = Pin<Box<dyn Future<Output = String> + 'a>>;

fn boxed<'a>(ending: impl Future<Output = String> + 'a) -> Ending<'a> {
    Box::pin(ending)
}

/// The first of several to end.
async fn first(mut endings: Vec<Ending<'_>>) -> String {
    std::future::poll_fn(|context| {
        let ready = endings.iter_mut().map(|it| it.as_mut().poll(context)).find(|it| it.is_ready());
        ready.unwrap_or(std::task::Poll::Pending)
    })
    .await
}
