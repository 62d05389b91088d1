use std::process::ExitCode;

use crate::machine::Captured;
use crate::{log, serve};

pub fn run(machine: Captured) -> ExitCode {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            log::error(format!("no runtime: {error}"));
            return ExitCode::from(2);
        }
    };
    let served = runtime.block_on(serve::serve(tokio::io::stdin(), tokio::io::stdout(), machine));
    // A read from a standard input that stays open is not waited for.
    runtime.shutdown_background();
    match served {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            log::error(format!("{error:#}"));
            ExitCode::from(2)
        }
    }
}
