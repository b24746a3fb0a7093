//! nginx with one worker: an answer out of the configuration, a file, and the same file behind each format of password.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use super::{Sample, ask};
use crate::server::{Cores, Server, free_address};

const PROGRAM: &str = "/usr/sbin/nginx";

/// What nginx says by itself beside what every server says.
const ITS_OWN: &str = "Server: nginx\r\nConnection: keep-alive\r\n";

pub(super) fn start(folder: &Path, sample: &Sample) -> Server {
    let address = free_address();
    let command = command(folder, sample, address);
    let mut server = Server::start(&command, Cores::One, address, &folder.join("nginx.log"));
    server.answers(&ask("/return"));
    server
}

/// The program and its configuration.
pub(crate) fn command(folder: &Path, sample: &Sample, address: SocketAddr) -> Command {
    let path = folder.join(format!("nginx-{}.conf", address.port()));
    fs::write(&path, configuration(folder, sample, address)).expect("a configuration");
    let mut command = Command::new(PROGRAM);
    command.arg("-p").arg(folder).arg("-c").arg(path).args(["-e", "stderr"]);
    command
}

fn configuration(folder: &Path, sample: &Sample, address: SocketAddr) -> String {
    let (folder, body, content_type) = (folder.display(), &sample.body, &sample.content_type);
    let headers: String =
        headers(sample).iter().map(|(name, value)| format!("    add_header {name} '{value}';\n")).collect();
    let protected: String = ["sha", "apr1", "bcrypt"]
        .iter()
        .map(|it| {
            format!(
                "    location = /{it} {{ auth_basic bench; auth_basic_user_file {folder}/{it}; \
                 alias {folder}/answer.json; }}\n"
            )
        })
        .collect();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|it| format!("  {it}_temp_path {folder}/{it};\n"))
        .collect();
    format!(
        "worker_processes 1;\ndaemon off;\npid {folder}/nginx-{port}.pid;\nerror_log stderr;\n\
         events {{ worker_connections 4096; }}\nhttp {{\n{temporary}  access_log off;\n  sendfile on;\n  tcp_nopush on;\n  \
         server_tokens off;\n  keepalive_timeout 1h;\n  keepalive_requests 1000000000;\n  server {{\n    \
         listen {address};\n    default_type {content_type};\n    types {{ }}\n    etag off;\n{headers}    \
         location = /return {{ return 200 '{body}'; }}\n    \
         location = /open {{ alias {folder}/answer.json; }}\n{protected}  }}\n}}\n",
        port = address.port(),
    )
}

/// The sample's headers, but for as many bytes as nginx's own take: both answers are as long.
fn headers(sample: &Sample) -> Vec<(String, String)> {
    let mut surplus = ITS_OWN.len();
    let mut headers = sample.headers.clone();
    for (_, value) in headers.iter_mut().rev() {
        let cut = surplus.min(value.len().saturating_sub(1));
        value.truncate(value.len() - cut);
        surplus -= cut;
    }
    headers
}
