//! Prints what the whole path costs, from header to answer: `cargo bench -p portcullis-bench`. It judges nothing.

fn main() {
    portcullis_bench::run();
}
