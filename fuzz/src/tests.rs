use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

/// Bytes, and text from the alphabet of the format, so that some inputs get past the first check.
fn input(alphabet: &'static str) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![vec(any::<u8>(), 0..200), alphabet.prop_map(String::into_bytes)]
}

proptest! {
    #[test]
    fn credential_headers(data in input("(Basic|ApiKey|Bearer|basic ) ?[A-Za-z0-9+/=:_-]{0,80}")) {
        credential_header(&data);
    }

    #[test]
    fn bearer_tokens(data in input("AAEAA[A-Za-z0-9+/=]{0,120}")) {
        bearer_token(&data);
    }

    #[test]
    fn users_files(data in input("([a-z#: ]{0,8}:?(\\{SSHA256\\}|\\$2a\\$10\\$)?[A-Za-z0-9+/=.]{0,70}\n){0,4}")) {
        users(&data);
        service_tokens(&data);
    }

    #[test]
    fn users_roles_files(data in input("([a-z#:, ]{0,20}\n){0,5}")) {
        users_roles(&data);
    }

    #[test]
    fn roles_files(data in input("[a-z]{1,6}:\n  (cluster|indices|run_as|metadata): ?[a-z\\[\\]{}:,\"'&*!| \n-]{0,60}")) {
        roles_yml(&data);
    }

    #[test]
    fn role_mapping_files(data in input("[a-z]{1,6}: ?\n?  (- )?[a-zA-Z\\[\\]{}:,=+\\\\\"'&*! \n-]{0,60}")) {
        role_mapping_yml(&data);
    }

    #[test]
    fn time_values(data in input("-?[0-9]{0,20}(\\.[0-9])?(d|h|m|s|ms|micros|nanos| )?")) {
        time_value(&data);
    }

    #[test]
    fn index_patterns(data in input("(/?[a-z*?\\\\.|()\\[\\]{}<>~&@#\"0-9-]{0,30}/?)\n[a-z*]{0,20}")) {
        index_pattern(&data);
    }

    #[test]
    fn distinguished_names(data in input("([a-cA-C=,;+\"\\\\# 0-9-]{0,30}\n)?[a-cA-C=, ]{0,10}")) {
        distinguished_name(&data);
    }

    #[test]
    fn rules_of_role_mappings(data in input("\\{\"(any|all)\":\\[(\\{\"field\":\\{\"(dn|groups|username|metadata.mail)\":\"[a-z*?/=, \\\\]{0,12}\"\\}\\}(,\\{\"except\":\\{\"any\":\\[\\]\\}\\})?)?\\]\\}")) {
        role_mapping_rules(&data);
    }

    #[test]
    fn role_templates(data in input("(\\{\\{|\\}\\}|[#/^!&>={}\\[\\]\", .]|groups|metadata|mail|tojson|join|url|username){0,24}")) {
        role_template(&data);
    }

    #[test]
    fn stored_hashes(data in input("(\\{PBKDF2\\}|\\{PBKDF2_STRETCH\\}|\\{SSHA256\\}|\\$2[aby]\\$[0-9]{2}\\$)[A-Za-z0-9+/=.$]{0,120}")) {
        stored_hash(&data);
    }

    #[test]
    fn backups(data in input("\\{\"portcullis_backup\":1,\"made_at\":\"\",\"version\":\"\",\"engine\":\"\",\"epoch\":\"\",\"revision\":9\\}\n(\\{\"kind\":\"[a-b]{0,2}\",\"id\":\"[a-c]\",\"revision\":[0-9]{1,2},\"(text|base64)\":\"[a-zA-Z=]{0,5}\"\\}\n){0,3}(\\{\"documents\":[0-3],\"sha256\":\"\"\\}\n)?")) {
        backup(&data);
    }

    #[test]
    fn audit_lines(data in input("\\{\"timestamp\":\"2026-0[1-9]-01T00:00:00(\\.[0-9]{0,4})?Z\",\"level\":\"INFO\"(,\"event.action\":\"(put|delete|change_disable)_user\")?(,\"document.kind\":\"(user|role|x)\",\"document.id\":\"[a-z]?\",\"document.change\":\"[a-z]{0,3}\")?(,\"store.epoch\":\"e?\",\"store.revision\":[0-9]{1,22})?\\}")) {
        audit_line(&data);
    }
}
