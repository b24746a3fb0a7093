//! Fuzzes [`portcullis_fuzz::distinguished_name`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::distinguished_name(data));
