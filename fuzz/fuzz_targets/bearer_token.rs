//! Fuzzes [`portcullis_fuzz::bearer_token`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::bearer_token(data));
