use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tower_lsp::{LspService, LspServiceBuilder, Server};

use crate::backend::Backend;
use crate::handlers::{
    compiled, doctor, environment, profile_init, readiness, targets, test_requests, timings,
    versions,
};
use crate::log;
use crate::lsp::outbox::{self, Outgoing};
use crate::machine::Captured;
use crate::main_loop;

/// So many requests may be under way. They only wait for the pool: a place costs nothing.
const CONCURRENCY: usize = 4096;

/// Registers our own methods, and keeps their names for whoever has to know all of them.
macro_rules! methods {
    ($($name:literal => $handler:path),+ $(,)?) => {
        pub const METHODS: &[&str] = &[$($name),+];

        fn with_methods(builder: LspServiceBuilder<Backend>) -> LspServiceBuilder<Backend> {
            builder$(.custom_method($name, $handler))+
        }
    };
}

methods! {
    "tandem/compiled" => compiled::compiled,
    "tandem/watchCompiled" => compiled::watch,
    "tandem/targets" => targets::handle,
    "tandem/doctor" => doctor::handle,
    "tandem/readiness" => readiness::handle,
    "tandem/profileFromPlatform" => profile_init::handle,
    "tandem/timings" => timings::handle,
    "tandem/environment" => environment::environment,
    "tandem/watchEnvironment" => environment::watch,
    "tandem/spawnEnvironment" => environment::spawn,
    "tandem/importPlatformList" => environment::import,
    "tandem/dotenvFromExample" => environment::from_example,
    "tandem/versions" => versions::versions,
    "tandem/setup" => versions::setup,
}

/// Serves one client until it leaves; tells whether it said goodbye first.
pub async fn serve(
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite,
    machine: Captured,
) -> anyhow::Result<bool> {
    let test_requests = machine.environment.get("TANDEM_TEST_REQUESTS").is_some_and(|it| it == "1");
    let (outgoing, outbox_end) = mpsc::unbounded_channel();
    let (lines, mut log_end) = mpsc::unbounded_channel();
    log::also_to(lines);
    let events =
        main_loop::start(machine, outgoing.clone()).context("no threads can be started")?;
    let shut_down = Arc::new(AtomicBool::new(false));
    let (backend_events, backend_shut_down) = (events.clone(), Arc::clone(&shut_down));
    let mut builder = LspService::build(move |client| {
        tokio::spawn(outbox::deliver(client, outbox_end, events));
        Backend { events: backend_events, shut_down: backend_shut_down }
    });
    builder = with_methods(builder);
    if test_requests {
        builder = builder
            .custom_method("tandem/test/methods", test_requests::methods)
            .custom_method("tandem/test/panic", test_requests::panic)
            .custom_method("tandem/test/text", test_requests::text)
            .custom_method("tandem/test/files", test_requests::files);
    }
    let (service, socket) = builder.finish();
    tokio::spawn(async move {
        while let Some((level, line)) = log_end.recv().await {
            if outgoing.send(Outgoing::Log(level, line)).is_err() {
                return;
            }
        }
    });
    Server::new(input, output, socket).concurrency_level(CONCURRENCY).serve(service).await;
    Ok(shut_down.load(Ordering::SeqCst))
}

#[cfg(test)]
mod tests;
