//! Jobs: work that can take long or hang, because it asks git, a program, a keeper or the store. A job
//! gets its input as values, runs on the runtime ([`crate::runtime`]) and returns a value. It records
//! nothing and decides nothing: the director starts it and gets its result as an input.

pub(crate) mod checkpoint;
pub(crate) mod delete_logs;
pub(crate) mod finish;
pub(crate) mod forecast;
pub(crate) mod launch;
pub(crate) mod measure;
pub(crate) mod place;
pub(crate) mod prepare;
