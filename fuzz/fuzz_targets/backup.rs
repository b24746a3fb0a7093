//! Fuzzes [`portcullis_fuzz::backup`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::backup(data));
