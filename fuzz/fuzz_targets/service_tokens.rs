//! Fuzzes [`portcullis_fuzz::service_tokens`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::service_tokens(data));
