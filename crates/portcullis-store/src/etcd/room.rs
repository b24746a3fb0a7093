//! Looks how much room etcd has left: without any it takes no heartbeat, and then no node is trusted.

use std::sync::Arc;
use std::time::Duration;

use super::client::Client;
use super::error::EtcdError;
use super::line::Line;
use super::messages::maintenance::{Alarm, AlarmMember};

/// How often it looks.
const EVERY: Duration = Duration::from_secs(60);
/// Half of etcd's default quota, in bytes. What its quota is, etcd does not tell.
const HALF_FULL: u64 = 1024 * 1024 * 1024;

/// Looks for ever, and warns once when there is little room and once when there is none.
pub(super) async fn watch(line: Arc<Line>, client: Client) {
    let mut before = Room::Enough;
    loop {
        // Whoever follows the log says that etcd does not answer.
        if let Ok(now) = look(&line, &client).await {
            if now != before {
                tell(now, &line);
            }
            before = now;
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            // Each heartbeat says so from then on: that is told already.
            () = line.full.notified(), if before != Room::None => {}
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Room {
    Enough,
    Little,
    None,
}

async fn look(line: &Line, client: &Client) -> Result<Room, EtcdError> {
    let bytes = u64::try_from(client.status(line.timeout).await?.db_size).unwrap_or(0);
    let alarms = client.alarms(line.timeout).await?.alarms;
    line.known().status.log_bytes = bytes;
    Ok(Room::of(bytes, &alarms))
}

impl Room {
    fn of(bytes: u64, alarms: &[AlarmMember]) -> Self {
        if alarms.iter().any(|it| it.alarm == Alarm::NoSpace as i32) {
            Self::None
        } else if bytes > HALF_FULL {
            Self::Little
        } else {
            Self::Enough
        }
    }
}

fn tell(room: Room, line: &Line) {
    let bytes = line.known().status.log_bytes;
    match room {
        Room::Enough => tracing::info!(bytes, "etcd has room again"),
        Room::Little => {
            tracing::warn!(bytes, "etcd has used half of its default quota; see its --quota-backend-bytes");
        }
        Room::None => tracing::error!(
            bytes,
            "etcd has no space left: compact and defragment it, then disarm its NOSPACE alarm"
        ),
    }
}

#[cfg(test)]
mod tests;
