//! Fuzzes [`portcullis_fuzz::users`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::users(data));
