//! portcullis-model
