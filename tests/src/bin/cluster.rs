//! `cargo xtask cluster`: three nodes on three etcd members, to be tried by hand or by a client's script. They keep
//! nothing: what they had is gone when this ends, which it does on Ctrl-C, on SIGTERM, and when one of them ends.
//! SIGUSR1 cuts the last node off from etcd, SIGUSR2 connects it again.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::process::ExitCode;
use std::time::Duration;

use portcullis_tests::etcd::EtcdCluster;
use portcullis_tests::node_process::NodeProcess;
use portcullis_tests::proxy::Proxy;
use portcullis_tests::secrets;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How many members etcd has.
const MEMBERS: usize = 3;
/// The nodes. The last one can be cut off.
const NODES: [&str; 3] = ["a", "b", "c"];
/// Ctrl-C reaches everybody: whoever ends this long before we hear of it was not the first to end.
const SAME_TIME: Duration = Duration::from_millis(500);
/// Says into which folder the nodes' logs are written at the end, `log-a` and so on. With it the nodes are stopped one
/// after the other, and each must end well.
const LOGS: &str = "PORTCULLIS_LOGS";

#[tokio::main]
async fn main() -> ExitCode {
    let mut orders = Orders::listen();
    let mut cluster = tokio::select! {
        biased;
        () = orders.stop() => return stopped(),
        cluster = Cluster::start() => cluster,
    };
    cluster.introduce();
    let ended = loop {
        tokio::select! {
            biased;
            order = orders.next() => match order {
                Order::Stop => break None,
                Order::Cut => cluster.line.iter().for_each(Proxy::black_hole),
                Order::Connect => cluster.line.iter().for_each(Proxy::pass),
            },
            ended = cluster.ends() => break Some(ended),
        }
    };
    match ended {
        Some(ended) if tokio::time::timeout(SAME_TIME, orders.stop()).await.is_err() => {
            eprintln!("{ended}\nAll others are stopped.");
            return ExitCode::FAILURE;
        }
        Some(_) => {}
        None => cluster.stop().await,
    }
    stopped()
}

fn stopped() -> ExitCode {
    println!("stopped");
    ExitCode::SUCCESS
}

/// What whoever started this may want.
struct Orders {
    interrupted: Signal,
    terminated: Signal,
    cut: Signal,
    connect: Signal,
}

impl Orders {
    fn listen() -> Self {
        Self {
            interrupted: signal(SignalKind::interrupt()).unwrap(),
            terminated: signal(SignalKind::terminate()).unwrap(),
            cut: signal(SignalKind::user_defined1()).unwrap(),
            connect: signal(SignalKind::user_defined2()).unwrap(),
        }
    }

    async fn next(&mut self) -> Order {
        tokio::select! {
            _ = self.interrupted.recv() => Order::Stop,
            _ = self.terminated.recv() => Order::Stop,
            _ = self.cut.recv() => Order::Cut,
            _ = self.connect.recv() => Order::Connect,
        }
    }

    /// Returns when this shall end. What else is wanted until then is not done.
    async fn stop(&mut self) {
        while self.next().await != Order::Stop {}
    }
}

/// One order.
#[derive(PartialEq, Eq)]
enum Order {
    Stop,
    Cut,
    Connect,
}

/// What runs.
struct Cluster {
    nodes: Vec<NodeProcess>,
    /// Between the last node and each member of etcd.
    line: Vec<Proxy>,
    etcd: EtcdCluster,
    password: String,
}

impl Cluster {
    async fn start() -> Self {
        let etcd = EtcdCluster::start(MEMBERS).await;
        let line = etcd.through_proxies().await;
        let password = secrets::typeable_password();
        let mut nodes = Vec::new();
        for name in NODES {
            let endpoints = if nodes.len() + 1 == NODES.len() {
                line.iter().map(|it| etcd.url(it.address())).collect()
            } else {
                etcd.endpoints()
            };
            let node = NodeProcess::builder(name).setting("cluster.name", "dev").password(&password);
            nodes.push(node.etcd(&etcd, &endpoints).start().await);
        }
        Self { nodes, line, etcd, password }
    }

    fn introduce(&self) {
        println!("etcd    {}", self.etcd.endpoints().join(","));
        self.nodes.iter().for_each(|it| println!("node {}  http://{}", it.name(), it.address()));
        let (password, first, id) = (&self.password, self.nodes[0].address(), std::process::id());
        println!("user    elastic\npassword {password}\n");
        println!("curl -u 'elastic:{password}' http://{first}/_security/_authenticate\n");
        let last = NODES[NODES.len() - 1];
        println!("kill -USR1 {id}   cuts node {last} off from etcd, and nobody is told");
        println!("kill -USR2 {id}   connects it again\nCtrl-C stops everything.");
    }

    /// What the first to end said last.
    async fn ends(&self) -> String {
        let members = (0..self.etcd.size()).map(|it| {
            boxed(async move {
                self.etcd.ends(it).await;
                format!("etcd member {it} has ended:\n{}", self.etcd.log(it))
            })
        });
        let nodes = self.nodes.iter().map(|node| {
            boxed(async move {
                node.is_over().await;
                format!("node {} has ended:\n{}", node.name(), node.log())
            })
        });
        first(members.chain(nodes).collect()).await
    }

    async fn stop(&mut self) {
        let Some(folder) = std::env::var_os(LOGS) else { return };
        for node in &mut self.nodes {
            node.stop().await;
            std::fs::write(Path::new(&folder).join(format!("log-{}", node.name())), node.whole_log())
                .unwrap();
        }
    }
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
