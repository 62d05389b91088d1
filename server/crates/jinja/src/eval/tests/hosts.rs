//! What a host sees and may do.

use std::cell::{Cell, RefCell};

use super::*;
use crate::value::Object;

/// Two files of macros, some functions, an object.
struct Project {
    macros: Vec<(&'static str, Arc<Template>)>,
    calls: RefCell<Vec<String>>,
    texts: Vec<Arc<Template>>,
    mode: UndefinedMode,
    go_on: bool,
    errors: RefCell<Vec<RenderError>>,
    checks: Cell<usize>,
}

struct Package;

impl Object for Package {
    fn type_name(&self) -> &str {
        "package"
    }

    fn get_attr(&self, interp: &mut Interp<'_>, name: &str) -> Result<Option<Value>, Stop> {
        let host = interp.host();
        Ok(host.lookup(interp, FileId(0), &format!("pkg.{name}")))
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

impl Project {
    fn new(main: &str, macros: &[&str]) -> Self {
        let mut texts = vec![Arc::new(syntax::jinja::parse(main))];
        let mut named = Vec::new();
        for text in macros {
            let template = Arc::new(syntax::jinja::parse(text));
            assert_eq!(template.problems, []);
            named.push(("", Arc::clone(&template)));
            texts.push(template);
        }
        Self {
            macros: named,
            calls: RefCell::default(),
            texts,
            mode: UndefinedMode::Default,
            go_on: false,
            errors: RefCell::default(),
            checks: Cell::new(0),
        }
    }

    fn render(&self) -> Rendered {
        let options = Options { dbt_macro_names: true, ..Options::default() };
        render(FileId(0), &self.texts[0], self, options)
    }

    fn source(&self, span: Span) -> String {
        self.texts[span.file.0 as usize].slice(span.range).to_owned()
    }
}

impl Host for Project {
    fn lookup(&self, interp: &mut Interp<'_>, file: FileId, name: &str) -> Option<Value> {
        match name {
            "ref" | "log" | "dispatch" => return Some(Value::function(name)),
            "return" => return Some(Value::Builtin(Builtin::Return)),
            "pkg" => return Some(Value::object(Package)),
            "file" => return Some(Value::Int(i64::from(file.0))),
            _ => {}
        }
        let name = name.strip_prefix("pkg.").unwrap_or(name);
        for (index, (_, template)) in self.macros.iter().enumerate() {
            if let Some(found) = template.macros().find(|it| it.name() == name) {
                return Some(interp.macro_value(FileId(index as u32 + 1), template, found.id));
            }
        }
        None
    }

    fn call_function(
        &self,
        interp: &mut Interp<'_>,
        name: &str,
        args: Args,
        site: Site<'_>,
    ) -> Result<Value, Stop> {
        let stack: Vec<String> =
            interp.stack_of(site).into_iter().map(|span| self.source(span)).collect();
        self.calls.borrow_mut().push(format!("{name}: {}", stack.join(" < ")));
        assert_eq!(interp.outermost(site).file, FileId(0));
        match name {
            "dispatch" => {
                let [wanted] = args.bind(name, ["macro_name"], 1)?;
                let wanted = wanted.unwrap();
                let name = format!("default__{}", wanted.as_str().unwrap());
                let found = self.lookup(interp, site.file(), &name);
                found.ok_or_else(|| Stop::host(format!("no macro {name}")))
            }
            "ref" => {
                let call = site.call();
                let inner = call.and_then(|it| it.positional(0)).and_then(|it| it.inner);
                let shown = inner.map(|it| site.template().slice(it).to_owned());
                Ok(Value::from(format!("<{}>", shown.unwrap_or_default())))
            }
            _ => Ok(Value::from("")),
        }
    }

    fn undefined_call(
        &self,
        _interp: &mut Interp<'_>,
        path: &str,
        _args: &Args,
        site: Site<'_>,
    ) -> Option<Value> {
        self.calls.borrow_mut().push(format!("unknown {path}: {}", self.source(site.span())));
        self.go_on.then_some(Value::Hole)
    }

    fn on_error(&self, error: &RenderError) -> Recovery {
        self.errors.borrow_mut().push(error.clone());
        if self.go_on { Recovery::Continue } else { Recovery::Stop }
    }

    fn check_cancelled(&self) {
        self.checks.set(self.checks.get() + 1);
    }

    fn undefined_mode(&self) -> UndefinedMode {
        self.mode
    }
}

#[test]
fn macros_of_other_files_see_their_own_file() {
    let project = Project::new(
        "{% set x = 1 %}{{ file }}{{ a(5) }}{{ pkg.b() }}",
        &[
            "{% macro a(n) %}[{{ file }}{{ n }}{{ x }}{{ b() }}]{% endmacro %}",
            "{% macro b() %}b{{ file }}{% endmacro %}",
        ],
    );
    let rendered = project.render();
    assert_eq!(rendered.error, None);
    assert_eq!(rendered.text, "0[15b2]b2");
}

#[test]
fn a_macro_returns_any_value() {
    let project = Project::new(
        "{% for x in items() %}{{ x + 1 }}{% endfor %}{{ nothing() is none }}{{ dispatch('d')(2) }}{{ text() }}",
        &[
            "{% macro items() %}ignored{% for i in [1] %}{{ return([1, 2]) }}{% endfor %}{% endmacro %}\
           {% macro nothing() %}{% do return(none) %}{% endmacro %}\
           {% macro default__d(n) %}{{ return(n * 2) }}{% endmacro %}\
           {% macro wrap() %}{{ caller() }}after{% endmacro %}\
           {% macro text() %}{% call wrap() %}{{ return('out') }}{% endcall %}{% endmacro %}",
        ],
    );
    let rendered = project.render();
    assert_eq!(rendered.error, None);
    assert_eq!(rendered.text, "23True4out");
}

#[test]
fn functions_know_where_they_are_called() {
    let project = Project::new(
        "{{ ref('top') }} {{ outer() }} {{ ['a'] | map('upper') | join }}",
        &[
            "{% macro outer() %}{{ inner('x') }}{% endmacro %}{% macro inner(n) %}{{ ref(n) }}{% endmacro %}",
        ],
    );
    assert_eq!(project.render().text, "<top> <> A");
    assert_eq!(*project.calls.borrow(), ["ref: ref('top')", "ref: ref(n) < inner('x') < outer()"]);
}

#[test]
fn errors_name_every_call_on_the_way() {
    let project = Project::new(
        "a {{ outer() }} b",
        &[
            "{% macro outer() %}{{ inner(1) }}{% endmacro %}{% macro inner(n) %}{{ nope.x }}{% endmacro %}",
        ],
    );
    let rendered = project.render();
    assert_eq!(rendered.text, "a ");
    let error = rendered.error.unwrap();
    assert_eq!((error.kind, error.message.as_str()), (ErrorKind::Undefined, "'nope' is undefined"));
    let shown: Vec<_> = error.spans.iter().map(|it| project.source(*it)).collect();
    assert_eq!(shown, ["nope.x", "inner(1)", "outer()"]);
    // The host heard of it at the innermost statement, with the same places.
    assert_eq!(project.errors.borrow()[0], error);
}

#[test]
fn an_editor_goes_on_after_errors() {
    let mut project = Project::new(
        "{{ nope(1).x[2](3) }}{% for i in nope.a() %}{{ ref('in') }}{% endfor %}{% set v = 1 / 0 %}[{{ v.w ~ 'x' }}]\
         {% if dbt_utils.star(ref('s')) %}{% endif %}{{ ref('last') }}{{ 1 + nope() }}{{ m() }}{{ '%s' % nope() }}",
        &["{% macro m() %}a{{ 1 / 0 }}b{% endmacro %}"],
    );
    project.go_on = true;
    let rendered = project.render();
    assert_eq!(rendered.error, None);
    assert_eq!(rendered.text, "[x]<last>ab");
    let errors = project.errors.borrow();
    assert_eq!(errors.len(), 2);
    assert!(errors.iter().all(|it| it.kind == ErrorKind::ZeroDivision));
    assert_eq!(errors[1].spans.len(), 2);
    let calls = project.calls.borrow();
    let unknown: Vec<_> = calls.iter().filter(|it| it.starts_with("unknown")).collect();
    assert_eq!(
        unknown,
        [
            "unknown nope: nope(1)",
            "unknown nope.a: nope.a()",
            "unknown dbt_utils.star: dbt_utils.star(ref('s'))",
            "unknown nope: nope()",
            "unknown nope: nope()"
        ]
    );
}

#[test]
fn broken_tags_give_nothing_and_the_rest_renders() {
    let project = Project::new("a {{ ref('x' }} b {{ ref('y') }}{% if %}c{% endif %} {{ 1 +", &[]);
    let rendered = project.render();
    assert_eq!(rendered.error, None);
    assert_eq!(rendered.text, "a  b <y> ");
}

#[test]
fn while_parsing_undefined_values_answer_with_themselves() {
    let mut project = Project::new("{{ a.b.c(1)[2] }}{{ a.b is defined }}{{ a.x ~ 'y' }}", &[]);
    project.mode = UndefinedMode::Chainable;
    let rendered = project.render();
    assert_eq!(rendered.error, None);
    assert_eq!(rendered.text, "Falsey");
}

#[test]
fn inline_macros_have_dbts_names() {
    let text = "{% macro m() %}x{% endmacro %}{{ dbt_macro__m() }}{{ m is defined }}";
    assert_eq!(Project::new(text, &[]).render().text, "xFalse");
}

#[test]
fn the_host_is_asked_whether_to_go_on() {
    let project = Project::new("{% for i in range(20000) %}{{ i }}{% endfor %}", &[]);
    let rendered = project.render();
    assert!(project.checks.get() > 20);
    assert!(rendered.fuel_used > 20_000);
}
