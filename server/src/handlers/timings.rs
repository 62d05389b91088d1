use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Error, Result};

use crate::backend::Backend;
use crate::lsp::ext::TimingsReport;
use crate::main_loop::Event;

/// `tandem/timings`: where the time went.
pub async fn handle(backend: &Backend) -> Result<TimingsReport> {
    let (reply, answer) = oneshot::channel();
    backend.send(Event::Timings(reply));
    answer.await.map_err(|_| Error::internal_error())
}
