//! What a SID looks like.

use super::*;

#[test]
fn only_a_sid_is_one() {
    let administrators = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0];
    assert!(is_sid(&administrators));
    assert!(!is_sid(&administrators[..15]));
    assert!(!is_sid(&[]));
    assert!(!is_sid(&[2, 0, 0, 0, 0, 0, 0, 5]), "another revision");
    let long = [&[1, 16, 0, 0, 0, 0, 0, 5][..], &[0; 64]].concat();
    assert!(!is_sid(&long), "too many parts");
}
