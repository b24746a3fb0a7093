//! Fuzzes [`portcullis_fuzz::roles_yml`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::roles_yml(data));
