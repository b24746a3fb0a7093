//! Fuzzes [`portcullis_fuzz::credential_header`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::credential_header(data));
