use super::address;

#[test]
fn what_is_published_goes_before_what_is_bound() {
    let bound = Some("127.0.0.1:9201".parse().unwrap());
    assert_eq!(address(None, None, bound), "127.0.0.1:9201");
    assert_eq!(address(None, Some(80), bound), "127.0.0.1:80");
    assert_eq!(address(Some("node-a"), None, bound), "node-a:9201");
    assert_eq!(address(Some("::1"), Some(80), bound), "[::1]:80");
    assert_eq!(address(None, None, Some("[::1]:1".parse().unwrap())), "[::1]:1");
    assert_eq!(address(None, None, None), "");
}
