//! What holds for one caller at a time.
