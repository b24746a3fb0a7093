use super::*;

#[test]
fn a_receipt_has_one_owner_and_is_used_again_with_what_is_known_of_it() {
    let receipts = Receipts::default();
    let (mut first, second) = (receipts.take(), receipts.take());
    assert_ne!(first.number, second.number);
    first.modified = 7;
    let number = first.number;
    drop(first);
    let again = receipts.take();
    assert_eq!((again.number, again.modified), (number, 7));
    assert_eq!(receipts.take().number, 3);
}
