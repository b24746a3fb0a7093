//! Fuzzes [`portcullis_fuzz::users_roles`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| portcullis_fuzz::users_roles(data));
