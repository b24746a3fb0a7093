//! What every engine must do, as one list of named checks. An engine's tests run [`run`] on it; nothing here knows which
//! engine it is looking at.
