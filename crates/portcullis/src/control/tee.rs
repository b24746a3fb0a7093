//! A reader that passes on what was read from it.

use std::io::{self, BufRead, Read, Write};

/// What is consumed of `from` is written to `to`.
pub(crate) struct Tee<R, W> {
    from: R,
    to: W,
    failed: Option<io::Error>,
}

impl<R: BufRead, W: Write> Tee<R, W> {
    pub(crate) fn new(from: R, to: W) -> Self {
        Self { from, to, failed: None }
    }
}

impl<R: BufRead, W: Write> Read for Tee<R, W> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: BufRead, W: Write> BufRead for Tee<R, W> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self.failed.take() {
            Some(error) => Err(error),
            None => self.from.fill_buf(),
        }
    }

    fn consume(&mut self, amount: usize) {
        let passed = self.from.fill_buf().and_then(|found| {
            let passed = found.get(..amount).ok_or(io::ErrorKind::UnexpectedEof)?;
            self.to.write_all(passed)
        });
        // The next read tells.
        self.failed = passed.err();
        self.from.consume(amount);
    }
}
