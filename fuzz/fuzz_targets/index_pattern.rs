//! Fuzzes [`portcullis_fuzz::index_pattern`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::index_pattern(data));
