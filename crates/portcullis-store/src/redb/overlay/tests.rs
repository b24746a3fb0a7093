use super::*;
use crate::redb::tests::Random;

/// A file in memory that keeps a list of what was done to it.
#[derive(Clone, Debug, Default)]
struct Sheet(Arc<Mutex<Content>>);

#[derive(Debug, Default)]
struct Content {
    bytes: Vec<u8>,
    done: Vec<&'static str>,
    fails: bool,
}

impl Sheet {
    fn of(bytes: &[u8]) -> Self {
        let sheet = Self::default();
        sheet.0.lock().unwrap().bytes = bytes.to_vec();
        sheet
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().bytes.clone()
    }

    fn done(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.0.lock().unwrap().done)
    }

    fn change(&self, what: &'static str, change: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        let mut content = self.0.lock().unwrap();
        if content.fails {
            return Err(io::Error::other("out of order"));
        }
        content.done.push(what);
        change(&mut content.bytes);
        Ok(())
    }
}

impl StorageBackend for Sheet {
    fn len(&self) -> io::Result<u64> {
        Ok(self.bytes().len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let bytes = self.bytes();
        let offset = offset as usize;
        out.copy_from_slice(bytes.get(offset..offset + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.change("length", |bytes| bytes.resize(len as usize, 0))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.change("sync", |_| ())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let (from, to) = (offset as usize, offset as usize + data.len());
        self.change("write", |bytes| {
            bytes.resize(bytes.len().max(to), 0);
            bytes[from..to].copy_from_slice(data);
        })
    }
}

fn assert_is(overlay: &Overlay<Sheet>, model: &[u8], seed: u64) {
    assert_eq!(overlay.len().unwrap(), model.len() as u64, "seed {seed}");
    let mut out = vec![0xff; model.len()];
    overlay.read(0, &mut out).unwrap();
    assert_eq!(out, model, "seed {seed}");
}

/// Against a plain vector of bytes: random writes, lengths and reads, before and after the file is accepted.
#[test]
fn behaves_as_a_file_leaves_the_file_alone_and_makes_it_so_when_it_is_accepted() {
    for seed in 0..200 {
        let mut random = Random(seed);
        let mut model: Vec<u8> = (0..random.below(300)).map(|n| n as u8).collect();
        let file = Sheet::of(&model);
        let original = model.clone();
        let overlay = Overlay::over(file.clone()).unwrap();
        let accepted_at = random.below(80);
        for step in 0..60 {
            if usize::from(step) == accepted_at {
                assert_eq!((file.bytes(), file.done()), (original.clone(), Vec::new()), "seed {seed}");
                overlay.accept().unwrap();
                assert_eq!(file.bytes(), model, "seed {seed}");
            }
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
            assert_is(&overlay, &model, seed);
        }
        let expected = if accepted_at < 60 { model } else { original };
        assert_eq!(file.bytes(), expected, "seed {seed}");
    }
}

#[test]
fn what_was_held_back_is_done_in_its_order_with_its_syncs() {
    let file = Sheet::of(b"0123456789");
    let overlay = Overlay::over(file.clone()).unwrap();
    overlay.write(2, b"ab").unwrap();
    overlay.sync_data().unwrap();
    overlay.set_len(4).unwrap();
    overlay.write(5, b"c").unwrap();
    overlay.sync_data().unwrap();
    assert_eq!(file.done(), [""; 0]);
    assert_is(&overlay, b"01ab\0c", 0);

    overlay.accept().unwrap();
    assert_eq!(file.done(), ["write", "sync", "length", "write", "sync"]);
    assert_eq!(file.bytes(), b"01ab\0c");
    overlay.accept().unwrap();
    assert_eq!(file.done(), [""; 0], "once is enough");
    overlay.clone().write(0, b"z").unwrap();
    assert_eq!((file.done(), file.bytes()), (vec!["write"], b"z1ab\0c".to_vec()));
}

#[test]
fn a_file_that_fails_while_it_is_accepted_is_left_alone_from_then_on() {
    let file = Sheet::of(b"0123");
    let overlay = Overlay::over(file.clone()).unwrap();
    overlay.write(0, b"ab").unwrap();
    file.0.lock().unwrap().fails = true;
    assert!(overlay.accept().is_err());
    file.0.lock().unwrap().fails = false;
    overlay.write(2, b"cd").unwrap();
    assert_is(&overlay, b"abcd", 0);
    assert_eq!(file.bytes(), b"0123");
}
