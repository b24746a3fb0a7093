//! portcullis-secrets
