use base::{Db, File, Project, TextRange};
use project::{Package, package_name};
use semantic::{PatchPlace, SourcePlace, source_tables};
use syntax::yaml::Node;

use super::{Target, root_of, with_document};

/// The `name` of an item with the item itself.
fn named(file: File, item: &Node) -> Option<Target> {
    let name = item.get("name")?;
    Some(Target { file, range: name.text_range(), full_range: item.range })
}

pub(super) fn item(db: &dyn Db, place: &PatchPlace) -> Option<Target> {
    with_document(db, place.file, |root| {
        named(place.file, root.get(place.patch.kind.key())?.items().get(place.patch.index)?)
    })
}

pub(super) fn source_table(db: &dyn Db, place: &SourcePlace) -> Option<Target> {
    let (source, table) = place.table.index;
    with_document(db, place.file, |root| {
        let source = root.get("sources")?.items().get(source)?;
        named(place.file, source.get("tables")?.items().get(table)?)
    })
}

/// Where a source begins: the first place that declares one of its tables.
pub(super) fn source(db: &dyn Db, project: Project, name: &str) -> Option<Target> {
    let place = source_tables(db, project).into_iter().find(|it| it.table.source == name)?;
    with_document(db, place.file, |root| {
        named(place.file, root.get("sources")?.items().get(place.table.index.0)?)
    })
}

/// The key of a variable: in the root project before the package's own file, in either for the
/// package before for all.
pub(super) fn variable(db: &dyn Db, package: Package, name: &str) -> Option<Target> {
    let owner = package_name(db, package);
    let holders = [root_of(db, package)?, package];
    holders.into_iter().find_map(|holder| {
        let file = holder.file(db);
        with_document(db, file, |root| {
            let vars = root.get("vars")?;
            let scoped = vars.get(&owner).and_then(|it| it.as_mapping()?.entry(name));
            let entry = scoped.or_else(|| vars.as_mapping()?.entry(name))?;
            Some(Target { file, range: entry.key.range, full_range: entry.range() })
        })
    })
}

/// The `name` in a package's `dbt_project.yml`.
pub(super) fn package(db: &dyn Db, package: Package) -> Option<Target> {
    let file = package.file(db);
    let start = TextRange::empty(0.into());
    let name = with_document(db, file, |root| {
        let entry = root.as_mapping()?.entry("name")?;
        Some(Target { file, range: entry.value.text_range(), full_range: entry.range() })
    });
    name.or_else(|| file.exists(db).then_some(Target { file, range: start, full_range: start }))
}
