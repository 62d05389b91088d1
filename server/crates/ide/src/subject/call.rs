use base::{Db, File, TextRange, TextSize};
use project::Package;
use semantic::{Macro, nodes_in, package_named};
use syntax::jinja::{Argument, Call, DefinitionKind, Template};

use super::Subject;
use crate::lookup::{called_macro, dispatched_macro};
use crate::place::Place;

/// The innermost call whose name or one of whose strings is at the place.
pub(super) fn subject(
    db: &dyn Db,
    package: Package,
    file: File,
    place: &Place,
) -> Option<(TextRange, Subject)> {
    let template = &*place.template;
    let found = template.calls().find_map(|call| of_call(db, package, file, call, place.offset));
    found.or_else(|| this(db, package, file, template, place.offset))
}

fn of_call(
    db: &dyn Db,
    package: Package,
    file: File,
    call: Call<'_>,
    offset: TextSize,
) -> Option<(TextRange, Subject)> {
    if !call.range().contains_inclusive(offset) {
        return None;
    }
    let on_name = call.callee_range().contains_inclusive(offset);
    let string = call.args().find(|it| it.literal.is_some() && it.range.contains_inclusive(offset));
    // A version, a default and the like belong to the call as well.
    let range = match &string {
        _ if on_name => call.range(),
        Some(argument) => argument.inner.unwrap_or(argument.range),
        None => call.range(),
    };
    let segments = call.segments();
    let segments = match segments.as_slice() {
        ["builtins", rest @ ..] => rest,
        all => all,
    };
    let inside = on_name || call.inner().contains_inclusive(offset);
    if !inside {
        return None;
    }
    let is_at = |argument: Option<Argument<'_>>| {
        argument.is_some_and(|it| it.range.contains_inclusive(offset))
    };
    let subject = match segments {
        ["ref"] => reference(db, package, &call, is_at(call.positional(0)) && !on_name)?,
        ["function"] => function(db, package, &call, is_at(call.positional(0)) && !on_name)?,
        ["source"] => {
            let source = text(call.positional(0))?;
            match text(call.positional(1)) {
                Some(table) if on_name || !is_at(call.positional(0)) => {
                    Subject::Source { source, table }
                }
                _ => Subject::SourceGroup { source },
            }
        }
        ["env_var"] => Subject::EnvironmentVariable {
            name: text(call.positional(0).or_else(|| call.keyword("var")))?,
            default: written(&call, call.positional(1).or_else(|| call.keyword("default"))),
        },
        ["var"] | ["var", "has_var"] => Subject::Variable {
            name: text(call.positional(0))?,
            default: written(&call, call.positional(1)),
        },
        ["doc"] => match (text(call.positional(0))?, text(call.positional(1))) {
            (package, Some(name)) => Subject::Docs { package: Some(package), name },
            (name, None) => Subject::Docs { package: None, name },
        },
        ["adapter", "dispatch"] => {
            let namespace = call
                .positional(1)
                .or_else(|| call.keyword("macro_namespace"))
                .and_then(|it| it.literal);
            Subject::Macro(dispatched_macro(db, package, call.positional(0)?.literal?, namespace)?)
        }
        ["config"] if on_name => Subject::This(nodes_in(db, package, file).first().copied()?),
        path if on_name => {
            let local = local_macro(call.template, package, file, path);
            Subject::Macro(local.or_else(|| called_macro(db, package, path))?)
        }
        _ => return None,
    };
    let range = if on_name && matches!(subject, Subject::Macro(_) | Subject::This(_)) {
        call.callee_range()
    } else {
        range
    };
    Some((range, subject))
}

fn reference(db: &dyn Db, package: Package, call: &Call<'_>, on_first: bool) -> Option<Subject> {
    let first = text(call.positional(0))?;
    let second = text(call.positional(1));
    let version = call.keyword("version").or_else(|| call.keyword("v"));
    let version = version.map(|it| match it.literal {
        Some(literal) => literal.to_owned(),
        None => call.template.slice(it.range).to_owned(),
    });
    Some(match second {
        Some(name) => match package_named(db, package.project(db), first.clone()) {
            Some(named) if on_first => Subject::Package(named),
            _ => Subject::Ref { package: Some(first), name, version },
        },
        None => Subject::Ref { package: None, name: first, version },
    })
}

fn function(db: &dyn Db, package: Package, call: &Call<'_>, on_first: bool) -> Option<Subject> {
    let first = text(call.positional(0))?;
    Some(match text(call.positional(1)) {
        Some(name) => match package_named(db, package.project(db), first.clone()) {
            Some(named) if on_first => Subject::Package(named),
            _ => Subject::Function { package: Some(first), name },
        },
        None => Subject::Function { package: None, name: first },
    })
}

/// A macro that the file defines for itself.
fn local_macro(template: &Template, package: Package, file: File, path: &[&str]) -> Option<Macro> {
    let [name] = path else { return None };
    let mut macros = template.macros().filter(|it| it.kind() == DefinitionKind::Macro);
    let found = macros.find(|it| it.name() == *name)?;
    Some(Macro { package, file, definition: found.id })
}

fn this(
    db: &dyn Db,
    package: Package,
    file: File,
    template: &Template,
    offset: TextSize,
) -> Option<(TextRange, Subject)> {
    let mut names = template.variables();
    let this = names.find(|it| it.name == "this" && it.range.contains_inclusive(offset))?;
    Some((this.range, Subject::This(nodes_in(db, package, file).first().copied()?)))
}

fn text(argument: Option<Argument<'_>>) -> Option<String> {
    argument?.literal.map(str::to_owned)
}

fn written(call: &Call<'_>, argument: Option<Argument<'_>>) -> Option<String> {
    argument.map(|it| call.template.slice(it.range).to_owned())
}
