//! What runs beside the requests: looking at files, freeing memory, removing dead keys.

pub(crate) mod files;
pub(crate) mod housekeeping;
