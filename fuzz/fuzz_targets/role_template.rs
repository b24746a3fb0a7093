//! Fuzzes [`portcullis_fuzz::role_template`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::role_template(data));
