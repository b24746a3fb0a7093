use super::*;

#[test]
fn a_head_tells_where_the_body_ends() {
    let text = b"HTTP/1.1 401 Unauthorized\r\ncontent-type: text/plain\r\nContent-Length: 12\r\n\r\nhello";
    assert_eq!(head(text), Some(Head { status: 401, bytes: text.len() - 5, body: 12 }));
    assert_eq!(head(&text[..40]), None);
    assert_eq!(head(b"HTTP/1.1 204 No Content\r\n\r\n"), Some(Head { status: 204, bytes: 27, body: 0 }));
}

#[test]
fn headers_are_told_in_their_order() {
    let told = headers("HTTP/1.1 200 OK\r\na: 1\r\nB: x: y\r\n\r\n");
    assert_eq!(told, [("a".to_owned(), "1".to_owned()), ("B".to_owned(), "x: y".to_owned())]);
}
