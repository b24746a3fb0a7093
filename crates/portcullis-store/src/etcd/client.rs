//! The calls. Reads are asked again, of the next member, until they are answered or their time is up; writes are asked
//! once.
//!
//! What never lives here: finding out what became of a write.

use std::time::Duration;

use prost::Message;
use tokio::time::{sleep, timeout};

use super::auth::Login;
use super::endpoint::{Endpoint, Method, Token};
use super::endpoints::Endpoints;
use super::error::{EtcdError, Fate, Trouble};
use super::limits::{FIRST_PAUSE, LONGEST_PAUSE};
use super::messages::kv::KeyRange;
use super::messages::maintenance::{
    AlarmRequest, AlarmResponse, CompactionRequest, CompactionResponse, StatusRequest, StatusResponse,
};
use super::messages::range::{RangeRequest, RangeResponse};
use super::messages::txn::{TxnRequest, TxnResponse};
use super::settings::{EtcdSettings, SettingsError};
use super::watch::Watch;

const RANGE: Method = Method::of_cluster("/etcdserverpb.KV/Range");
const TXN: Method = Method::of_cluster("/etcdserverpb.KV/Txn");
const COMPACT: Method = Method::of_cluster("/etcdserverpb.KV/Compact");
const ALARM: Method = Method::of_cluster("/etcdserverpb.Maintenance/Alarm");
const STATUS: Method = Method::of_member("/etcdserverpb.Maintenance/Status");

/// One user of etcd, with connections of its own.
///
/// It may be made anywhere, and is then used in one runtime only: that is where its connections live.
pub(crate) struct Client {
    endpoints: Endpoints,
    login: Login,
    timeout: Duration,
}

impl Client {
    /// Connects nothing yet.
    ///
    /// # Errors
    /// The settings cannot be used.
    pub(crate) fn new(settings: &EtcdSettings) -> Result<Self, SettingsError> {
        let endpoints = Endpoints::new(settings)?;
        Ok(Self { endpoints, login: Login::new(settings), timeout: settings.timeout })
    }

    /// Reads. `deadline` is for all attempts together, pauses included.
    ///
    /// # Errors
    /// The last member's, when the time is up or asking again would not help.
    pub(crate) async fn range(
        &self,
        request: &RangeRequest,
        deadline: Duration,
    ) -> Result<RangeResponse, EtcdError> {
        self.until(deadline, RANGE, request).await
    }

    /// Does a transaction, asked once, of one member.
    ///
    /// # Errors
    /// [`EtcdError::fate`] says whether it may have happened all the same.
    pub(crate) async fn txn(&self, request: TxnRequest) -> Result<TxnResponse, EtcdError> {
        self.once(TXN, request).await
    }

    /// Lets etcd forget all revisions below this one, asked once.
    ///
    /// # Errors
    /// [`Trouble::Compacted`] when they are forgotten already.
    pub(crate) async fn compact(&self, revision: i64) -> Result<CompactionResponse, EtcdError> {
        self.once(COMPACT, CompactionRequest { revision }).await
    }

    /// The alarms that are raised.
    ///
    /// # Errors
    /// As [`Self::range`].
    pub(crate) async fn alarms(&self, deadline: Duration) -> Result<AlarmResponse, EtcdError> {
        self.until(deadline, ALARM, &AlarmRequest {}).await
    }

    /// How the member is that is asked at present; it need not see a leader to say so.
    ///
    /// # Errors
    /// As [`Self::range`].
    pub(crate) async fn status(&self, deadline: Duration) -> Result<StatusResponse, EtcdError> {
        self.until(deadline, STATUS, &StatusRequest {}).await
    }

    /// Watches a range from a revision on, that included; tried once.
    ///
    /// A revision that is not yet there is accepted by etcd, and the watch is silent until it is: whoever asks for one
    /// must know that it is asking the same etcd as before.
    ///
    /// # Errors
    /// No watch, and another try may go to another member.
    pub(crate) async fn watch(&self, range: KeyRange, start_revision: i64) -> Result<Watch, EtcdError> {
        let (turn, endpoint) = self.endpoints.current();
        let opened = async {
            let token = self.login.token(endpoint, self.timeout).await?;
            let opened = Watch::open(endpoint, range, start_revision, token.as_ref(), self.timeout).await;
            // etcd says of a watch with an old token that it is denied.
            if let (Err(error), Some(token)) = (&opened, &token)
                && matches!(error.trouble, Trouble::StaleToken(_) | Trouble::Denied(_))
            {
                self.login.forget(token).await;
            }
            opened
        };
        let opened = opened.await;
        if opened.as_ref().is_err_and(EtcdError::may_pass) {
            self.endpoints.pass(turn);
        }
        opened
    }

    /// The next call asks the next member; for who knows that this one is behind.
    pub(crate) fn leave_member(&self) {
        self.endpoints.pass(self.endpoints.current().0);
    }

    async fn once<Q, A>(&self, method: Method, request: Q) -> Result<A, EtcdError>
    where
        Q: Message + Clone + 'static,
        A: Message + Default + 'static,
    {
        let (turn, endpoint) = self.endpoints.current();
        let answer = self.logged_in(endpoint, method, request).await;
        if answer.as_ref().is_err_and(EtcdError::may_pass) {
            self.endpoints.pass(turn);
        }
        answer
    }

    /// With the token that there is; if etcd no longer knows it, which is a certain no, once more with a new one.
    async fn logged_in<Q, A>(&self, endpoint: &Endpoint, method: Method, request: Q) -> Result<A, EtcdError>
    where
        Q: Message + Clone + 'static,
        A: Message + Default + 'static,
    {
        let token = self.login.token(endpoint, self.timeout).await?;
        let answer = endpoint.call(method, request.clone(), token.as_ref(), self.timeout).await;
        let (Some(stale), Err(error)) = (token, &answer) else { return answer };
        if !matches!(error.trouble, Trouble::StaleToken(_)) || error.fate != Fate::NotDone {
            return answer;
        }
        self.login.forget(&stale).await;
        let token: Option<Token> = self.login.token(endpoint, self.timeout).await?;
        endpoint.call(method, request, token.as_ref(), self.timeout).await
    }

    /// Asks until there is an answer, with a pause after each round of all members.
    async fn until<Q, A>(&self, deadline: Duration, method: Method, request: &Q) -> Result<A, EtcdError>
    where
        Q: Message + Clone + 'static,
        A: Message + Default + 'static,
    {
        let mut last = None;
        let asked = async {
            let mut pause = FIRST_PAUSE;
            loop {
                for _ in 0..self.endpoints.count() {
                    match self.once(method, request.clone()).await {
                        Err(error) if error.may_pass() => last = Some(error),
                        answer => return answer,
                    }
                }
                sleep(pause).await;
                pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
            }
        };
        let answer = timeout(deadline, asked).await;
        answer.unwrap_or_else(|_| {
            let (_, endpoint) = self.endpoints.current();
            Err(last.unwrap_or_else(|| EtcdError::no_answer(endpoint.url(), deadline, Fate::Unknown)))
        })
    }
}
