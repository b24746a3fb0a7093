//! portcullis-security
