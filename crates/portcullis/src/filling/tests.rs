use portcullis_store::{Kind, MemoryStore};

use super::*;

fn key(number: u32) -> DocumentKey {
    DocumentKey::new(Kind::from_static("k"), format!("{number:05}"))
}

#[test]
fn what_was_cut_off_begins_anew() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let store = MemoryStore::new();
    let mut cut_off = Filling::begin(&store, &runtime).unwrap();
    for number in 0..250 {
        cut_off.put(key(number), "old".into()).unwrap();
    }
    assert!(store.get(&key(199)).unwrap().is_some());
    let mut again = Filling::begin(&store, &runtime).unwrap();
    assert!(cut_off.finish().is_err(), "two fill one store");
    again.put(key(1), "new".into()).unwrap();
    again.finish().unwrap();
    let found = store.read().unwrap().scan_all(None, 10).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].body, "new");
    assert!(matches!(Filling::begin(&store, &runtime), Err(FillError::NotEmpty)));
}
