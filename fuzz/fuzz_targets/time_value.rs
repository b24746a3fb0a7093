//! Fuzzes [`portcullis_fuzz::time_value`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::time_value(data));
