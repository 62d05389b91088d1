//! Databases made from one string, for tests. A line `//- path` begins a file, `$0` is the cursor.
//! Paths are below `/p`; a project file is added where the fixture brings none.

use std::collections::{BTreeMap, BTreeSet};

use base::{
    Content, Db, Engine, EngineKind, File, FilePath, FilePosition, FoundBy, Installer, Project,
    RootDatabase, Settings, TextSize,
};
use salsa::{Durability, Setter};

/// The folder that fixtures live in.
pub const ROOT: &str = "/p";

/// A database with one project.
#[derive(Clone)]
pub struct Fixture {
    pub db: RootDatabase,
    pub project: Project,
    pub cursor: Option<FilePosition>,
}

impl Fixture {
    /// # Panics
    /// Where the text has several cursors.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut db = RootDatabase::logging();
        let (files, cursor) = split(text);
        let root = FilePath::new(ROOT);
        let project =
            Project::new(&db, root.clone(), Settings { defer: true, ..Settings::default() }.into());
        let workspace = db.workspace();
        workspace.set_projects(&mut db).to(vec![project].into());
        let mut fixture = Self { db, project, cursor: None };
        if !files.contains_key("dbt_project.yml") {
            fixture.write("dbt_project.yml", "name: shop\nprofile: shop\n");
        }
        if !files.contains_key("profiles.yml") {
            let profile = "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: shop.duckdb, database: shop, schema: dev}\n";
            fixture.write("profiles.yml", profile);
        }
        for (path, text) in &files {
            fixture.write(path, text);
        }
        fixture.cursor =
            cursor.map(|(path, offset)| FilePosition { file: fixture.file(&path), offset });
        fixture
    }

    /// The file at a path below the project, which need not exist.
    #[must_use]
    pub fn file(&self, path: &str) -> File {
        self.db.intern_file(&FilePath::new(ROOT).join(path))
    }

    /// Sets a file's text; the folders above it get to know it.
    pub fn write(&mut self, path: &str, text: &str) {
        self.set(path, Content::Text(text.into()));
    }

    pub fn set(&mut self, path: &str, content: Content) {
        let file = self.file(path);
        self.db.set_content(file, content.clone(), Durability::LOW);
        let mut above = file.path(&self.db).parent();
        while let Some(path) = above {
            let folder = self.db.folder(&path);
            let mut files: Vec<File> = folder.files(&self.db).to_vec();
            files.retain(|it| *it != file);
            if content != Content::Missing {
                files.push(file);
            }
            self.db.set_folder(folder, files, Durability::LOW);
            above = path.parent();
        }
    }

    /// Takes a file away.
    pub fn remove(&mut self, path: &str) {
        self.set(path, Content::Missing);
    }

    pub fn set_environment(&mut self, variables: &[(&str, &str)]) {
        let variables: BTreeMap<String, String> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let machine = self.db.machine();
        machine.set_environment(&mut self.db).to(variables.into());
    }

    pub fn set_home(&mut self, path: &str) {
        let machine = self.db.machine();
        machine.set_home(&mut self.db).to(Some(FilePath::new(path)));
    }

    pub fn change_settings(&mut self, change: impl FnOnce(&mut Settings)) {
        let mut settings = Settings::clone(self.project.settings(&self.db));
        change(&mut settings);
        self.project.set_settings(&mut self.db).to(settings.into());
    }

    /// The paths of all files below the project that exist.
    #[must_use]
    pub fn paths(&self) -> BTreeSet<String> {
        let folder = self.db.folder(&FilePath::new(ROOT));
        folder.files(&self.db).iter().map(|it| it.path(&self.db).to_string()).collect()
    }

    /// # Panics
    /// Where the fixture has no `$0`.
    #[must_use]
    pub fn position(&self) -> FilePosition {
        assert!(self.cursor.is_some(), "the fixture needs a cursor: $0");
        self.cursor.unwrap_or(FilePosition { file: self.file("?"), offset: TextSize::new(0) })
    }
}

/// An engine in an activated environment.
#[must_use]
pub fn engine(kind: EngineKind, version: &str, place: &str) -> Engine {
    Engine {
        kind,
        version: Some(version.to_owned()),
        program: None,
        place: place.to_owned(),
        found: vec![FoundBy::Activated],
        installer: Installer::Pip,
        include: None,
        adapters: Vec::new(),
    }
}

/// A database and the place of `$0` in it.
#[must_use]
pub fn with_cursor(text: &str) -> (RootDatabase, FilePosition) {
    let fixture = Fixture::new(text);
    let position = fixture.position();
    (fixture.db, position)
}

type Cursor = (String, TextSize);

fn split(text: &str) -> (BTreeMap<String, String>, Option<Cursor>) {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut path = None;
    for line in text.split_inclusive('\n') {
        if let Some(name) = line.strip_prefix("//- ") {
            path = Some(name.trim().to_owned());
            files.insert(name.trim().to_owned(), String::new());
        } else if let Some(text) = path.as_ref().and_then(|it| files.get_mut(it)) {
            text.push_str(line);
        }
    }
    let mut cursor = None;
    for (path, text) in &mut files {
        if let Some(offset) = text.find("$0") {
            text.replace_range(offset..offset + 2, "");
            assert!(cursor.is_none() && !text.contains("$0"), "one cursor only");
            cursor = Some((path.clone(), TextSize::new(u32::try_from(offset).unwrap_or(0))));
        }
    }
    (files, cursor)
}
