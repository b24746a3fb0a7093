//! Fuzzes [`portcullis_fuzz::role_mapping_yml`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::role_mapping_yml(data));
