use super::*;

#[test]
fn a_secret_is_found_in_each_form() {
    let secret = password();
    let search = Search::new();
    for prefix in ["", "a", "ab", "jo:", "some:"] {
        for suffix in ["", "x", "xy", "xyz"] {
            let text = format!("{prefix}{secret}{suffix}");
            for form in [text.clone(), STANDARD.encode(&text), URL_SAFE.encode(&text), percent_encoded(&text)]
            {
                assert!(search.find(form.as_bytes()).is_some(), "{form}");
            }
        }
    }
    assert_eq!(search.find(b"nothing of the kind"), None);
}
