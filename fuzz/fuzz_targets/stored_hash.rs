//! Fuzzes [`portcullis_fuzz::stored_hash`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::stored_hash(data));
