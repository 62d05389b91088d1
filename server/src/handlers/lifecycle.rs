use tower_lsp::ls_types::{InitializeParams, InitializeResult, ServerInfo};

use crate::backend::Backend;
use crate::lsp::capabilities::{self, Client};
use crate::lsp::ext::InitializationOptions;
use crate::lsp::from_proto;
use crate::main_loop::{Event, Start};

pub fn initialize(backend: &Backend, params: &InitializeParams) -> InitializeResult {
    let client = Client::new(&params.capabilities);
    let options = params.initialization_options.clone().unwrap_or_default();
    let options: InitializationOptions = serde_json::from_value(options).unwrap_or_default();
    let capabilities = capabilities::server(&client);
    let folders = from_proto::opened_folders(params);
    backend.send(Event::Start(Box::new(Start { client, folders, trusted: options.trusted })));
    InitializeResult {
        capabilities,
        server_info: Some(ServerInfo {
            name: "tandem".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
        ..InitializeResult::default()
    }
}
