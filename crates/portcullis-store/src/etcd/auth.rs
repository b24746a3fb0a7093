//! The login: one token for all calls of a client, renewed when etcd no longer knows it.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::timeout;

use super::endpoint::{Endpoint, Method, Token};
use super::error::{EtcdError, Fate, Trouble};
use super::messages::auth::{AuthenticateRequest, AuthenticateResponse};
use super::settings::{EtcdSecret, EtcdSettings};

const AUTHENTICATE: Method = Method::of_cluster("/etcdserverpb.Auth/Authenticate");

/// Name, password and the latest token; or nothing, for an etcd without users.
pub(super) struct Login {
    credentials: Option<(String, EtcdSecret)>,
    token: Mutex<Option<Token>>,
}

impl Login {
    pub(super) fn new(settings: &EtcdSettings) -> Self {
        let credentials = settings.username.clone().zip(settings.password.clone());
        Self { credentials, token: Mutex::new(None) }
    }

    /// The token to send, from this member if there is none yet. One login at a time; the others wait for its token.
    ///
    /// # Errors
    /// As a call. What was to be called with the token did not happen.
    pub(super) async fn token(
        &self,
        endpoint: &Endpoint,
        within: Duration,
    ) -> Result<Option<Token>, EtcdError> {
        let Some((name, password)) = &self.credentials else { return Ok(None) };
        let renewed = async {
            let mut token = self.token.lock().await;
            if let Some(token) = &*token {
                return Ok(Some(token.clone()));
            }
            let request = AuthenticateRequest { name: name.clone(), password: password.text().to_owned() };
            let answer = endpoint.call(AUTHENTICATE, request, None, within).await?;
            let new = sendable(answer, endpoint)?;
            *token = Some(new.clone());
            Ok(Some(new))
        };
        match timeout(within, renewed).await {
            Ok(token) => token.map_err(|error| EtcdError { fate: Fate::NotDone, ..error }),
            Err(_) => Err(EtcdError::no_answer(endpoint.url(), within, Fate::NotDone)),
        }
    }

    /// This token is no longer good. A newer one stays.
    pub(super) async fn forget(&self, stale: &Token) {
        let mut token = self.token.lock().await;
        if token.as_ref() == Some(stale) {
            *token = None;
        }
    }
}

fn sendable(answer: AuthenticateResponse, endpoint: &Endpoint) -> Result<Token, EtcdError> {
    let mut token = Token::try_from(answer.token).map_err(|_| {
        let trouble = Trouble::NotEtcd("a token that cannot be sent".to_owned());
        EtcdError::new(endpoint.url(), trouble, Fate::NotDone)
    })?;
    token.set_sensitive(true);
    Ok(token)
}
