//! portcullis-cache
