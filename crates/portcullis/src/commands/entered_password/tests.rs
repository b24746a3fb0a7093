use super::*;

fn read(input: &[u8]) -> Secret {
    line(input).unwrap()
}

#[test]
fn a_line_ends_where_it_ends() {
    for input in ["s3krit-1", "s3krit-1\n", "s3krit-1\r\n", "s3krit-1\nthe second line\n"] {
        assert_eq!(read(input.as_bytes()).expose(), b"s3krit-1");
    }
    assert_eq!(read(b" blanks count \n").expose(), b" blanks count ");
    assert!(read(b"").is_empty() && read(b"\n").is_empty());
}

#[test]
fn the_longest_password_is_read_whole_and_a_longer_one_is_too_long() {
    for (length, too_long) in [(MAX_SECRET_BYTES, false), (MAX_SECRET_BYTES + 1, true)] {
        let input = [vec![b'a'; length], b"\r\n".to_vec()].concat();
        let password = read(&input);
        assert_eq!((password.len(), password.is_too_long()), (length, too_long));
    }
}
