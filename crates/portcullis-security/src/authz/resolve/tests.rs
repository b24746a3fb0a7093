use super::key;

#[test]
fn no_two_sets_of_names_have_one_key() {
    let sets: [&[&str]; 7] = [&[], &[""], &["a", "b"], &["a\0b"], &["ab"], &["a1:b"], &["1:a", "b"]];
    for (number, set) in sets.iter().enumerate() {
        for other in &sets[..number] {
            assert_ne!(key(set), key(other), "{set:?} {other:?}");
        }
    }
}
