//! The limits of the client, each with its reason.

use std::time::Duration;

/// Endpoints that one client may have. etcd itself advises at most 7 members.
pub(crate) const MAX_ENDPOINTS: usize = 16;

/// Bytes of one endpoint's URL.
pub(crate) const MAX_ENDPOINT_BYTES: usize = 1024;

/// Bytes of the prefix under which all keys are.
pub(crate) const MAX_PREFIX_BYTES: usize = 256;

/// Bytes of one answer. A watch that catches up may be sent many revisions in one message.
pub(crate) const MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// Bytes of one request. etcd's own limit is 1.5 MiB, unless it is told otherwise; its answer is clearer than ours.
pub(crate) const MAX_REQUEST_BYTES: usize = 16 * 1024 * 1024;

/// Bytes of what a server said that get into an error.
pub(crate) const MAX_TOLD_BYTES: usize = 300;

/// For how long a connection may take, TLS included, unless a call's own time-out is shorter.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// How often an idle connection is looked after. etcd ends connections that are pinged more often than every 5 s. A
/// dead member is noticed by the calls' time-outs, long before.
pub(crate) const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(10);

/// For how long the answer to that may take.
pub(crate) const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(5);

/// The pause after every endpoint has failed a read once; doubled each time.
pub(crate) const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// The longest such pause.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// A call's time-out, unless a setting says otherwise.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(2);

/// What a call's time-out may be.
pub(crate) const TIMEOUTS: std::ops::RangeInclusive<Duration> =
    Duration::from_millis(50)..=Duration::from_secs(60);

/// Jobs that wait for a lane.
pub(crate) const LANE_QUEUE: usize = 256;

/// Jobs under way in a lane.
pub(crate) const LANE_JOBS: usize = 256;
