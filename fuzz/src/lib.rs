//! portcullis-fuzz
