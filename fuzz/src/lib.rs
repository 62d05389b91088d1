//! What the targets share: a small world for templates, and seeds for the first run.

use std::sync::Arc;

use jinja::{
    Args, FileId, Host, Interp, Limits, Options, Site, Stop, UndefinedMode, Value, render,
    render_native,
};

/// A context with a value of each kind, and Python's modules.
pub struct World {
    pub mode: UndefinedMode,
}

impl Host for World {
    fn lookup(&self, _interp: &mut Interp<'_>, _file: FileId, name: &str) -> Option<Value> {
        Some(match name {
            "numbers" => Value::list((0..5).map(Value::Int).collect()),
            "text" => Value::from("Grüße, World"),
            "one" => Value::Int(1),
            "pi" => Value::Float(3.25),
            "hole" => Value::Hole,
            "modules" => jinja::modules::modules(1_795_281_584_996_768),
            "run_started_at" => jinja::modules::utc_time(1_795_281_584_996_768),
            "tojson" | "toyaml" => Value::function(name),
            _ => return None,
        })
    }

    fn call_function(
        &self,
        interp: &mut Interp<'_>,
        name: &str,
        args: Args,
        _site: Site<'_>,
    ) -> Result<Value, Stop> {
        let value = args.get(0, "value").cloned().unwrap_or(Value::None);
        match name {
            "tojson" => jinja::filters::json::dumps(&value, None, false, &interp.budget),
            _ => jinja::data::yaml::dump(&value, false, &interp.budget),
        }
        .map(Value::from)
    }

    fn undefined_mode(&self) -> UndefinedMode {
        self.mode
    }
}

/// Renders a text in each of dbt's ways. Limits are small, so that one input is soon done with.
pub fn evaluate(text: &str) {
    let template = Arc::new(syntax::jinja::parse(text));
    let limits = Limits {
        fuel: 200_000,
        text_bytes: 1 << 20,
        total_bytes: 8 << 20,
        ..Limits::default()
    };
    let options = Options { limits, ..Options::default() };
    for mode in [UndefinedMode::Default, UndefinedMode::Chainable] {
        let world = World { mode };
        let rendered = render(FileId(0), &template, &world, options);
        assert!(rendered.text.len() <= 1 << 20);
        let mapped: usize = rendered.map.segments().iter().map(|it| it.len as usize).sum();
        assert!(rendered.error.is_some() || mapped == rendered.text.len());
        render_native(FileId(0), &template, &world, options, |native| native.error.is_some());
    }
}
