use super::*;
use crate::redb::tests::Random;
use std::io::Write;

/// Against a plain vector of bytes: random writes, lengths and reads.
#[test]
fn behaves_as_a_file_and_leaves_the_file_alone() {
    for seed in 0..200 {
        let mut random = Random(seed);
        let mut file = tempfile::tempfile().unwrap();
        let mut model: Vec<u8> = (0..random.below(300)).map(|n| n as u8).collect();
        file.write_all(&model).unwrap();
        let original = model.clone();
        let overlay = Overlay::new(file.try_clone().unwrap()).unwrap();
        for step in 0..60 {
            let (offset, len) = (random.below(400), random.below(100));
            match random.below(4) {
                0 => {
                    model.resize(offset, 0);
                    overlay.set_len(offset as u64).unwrap();
                }
                1 => {
                    let end = offset + len;
                    if model.len() < end {
                        model.resize(end, 0);
                    }
                    model[offset..end].fill(step);
                    overlay.write(offset as u64, &vec![step; len]).unwrap();
                }
                _ => {
                    let mut out = vec![0xff; len];
                    let read = overlay.read(offset as u64, &mut out);
                    match model.get(offset..offset + len) {
                        Some(expected) => {
                            assert_eq!((read.is_ok(), out.as_slice()), (true, expected), "seed {seed}")
                        }
                        None => assert!(read.is_err(), "seed {seed}"),
                    }
                }
            }
            assert_eq!(overlay.len().unwrap(), model.len() as u64, "seed {seed}");
        }
        let mut left = vec![0; original.len()];
        file.read_exact_at(&mut left, 0).unwrap();
        assert_eq!(left, original);
        assert_eq!(file.metadata().unwrap().len(), original.len() as u64);
    }
}
