use proptest::prelude::*;

use super::is_balanced;

#[test]
fn a_filter_is_one_pair_of_parentheses_with_closed_ones_inside() {
    for filter in ["(uid={0})", "(&(a=b)(|(c={0})(d=*)))", "(cn=\\28{0}\\29)", "(ü=ö)"] {
        assert!(is_balanced(filter), "{filter}");
    }
    for filter in [
        "",
        "()",
        "uid={0}",
        "(uid={0}",
        "uid={0})",
        "(a=b)(c=d)",
        ")(",
        "(a))(",
        "(a=b)x",
        "ü(a=b)",
        "((a=b)",
    ] {
        assert!(!is_balanced(filter), "{filter}");
    }
}

proptest! {
    #[test]
    fn a_balanced_filter_has_as_many_of_each(filter in "[()a=]{0,12}") {
        if is_balanced(&filter) {
            prop_assert_eq!(filter.matches('(').count(), filter.matches(')').count());
            prop_assert!(filter.starts_with('(') && filter.ends_with(')'));
        }
    }
}
