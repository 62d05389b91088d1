//! The program: the protocol, the main loop, the disk, the command line. The only crate that does
//! I/O, reads the clock or the environment, or knows the language server protocol; what a project
//! means is decided in the crates below.

mod backend;
pub mod cli;
mod config;
mod doctor;
mod documents;
mod encoding;
mod engine;
mod env_command;
mod example;
mod files;
mod findings;
mod git;
mod handlers;
mod log;
mod lsp;
mod machine;
mod main_loop;
mod platform;
mod platform_list;
mod pool;
mod process;
mod profile_init;
mod readiness;
mod remembered;
mod serve;
mod snapshot;
mod timings;
mod versions;
mod watcher;
mod write;
