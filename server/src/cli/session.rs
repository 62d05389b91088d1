use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, bail};
use base::{Db, File, FilePath, Project, RootDatabase, Settings};
use compile::manifest_entry;
use project::{Origin, Package};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use salsa::{Durability, Setter};
use semantic::Node;
use serde_json::Value as Json;

use super::flags::ProjectFlags;
use super::progress::Progress;
use super::report;
use super::sample;
use crate::engine;
use crate::files::{self, Counter, PROJECT_FILE};
use crate::git;
use crate::log;
use crate::machine::Captured;
use crate::main_loop::{Outcome, guarded};
use crate::pool;
use crate::timings::Timings;

/// A project looked at once, from start to end.
pub struct Session {
    pub db: RootDatabase,
    pub working_folder: FilePath,
    pub home: Option<FilePath>,
    pool: rayon::ThreadPool,
    progress: Progress,
    counter: Arc<Counter>,
    pub timings: Arc<Timings>,
}

/// A query may ask for something new so often; more is a query that never settles.
const ROUND_LIMIT: usize = 64;

impl Session {
    /// Finds the projects that are meant and makes them known. The process ends with the session, so
    /// nobody spends time on giving its memory back.
    pub fn open(
        folder: Option<&str>,
        flags: &ProjectFlags,
        machine: Captured,
    ) -> anyhow::Result<&'static mut Self> {
        let working_folder = std::env::current_dir().context("there is no current folder")?;
        let working_folder =
            files::path_of(&working_folder).context("the current folder's name is not Unicode")?;
        let environment = &machine.environment;
        let named = folder.or(flags.project_dir.as_deref());
        let named = named.or_else(|| environment.get("DBT_PROJECT_DIR").map(String::as_str));
        let roots = roots(named, &working_folder)?;
        let mut settings = flags.settings(environment, &working_folder);
        if let Some(text) = flags.sample.as_ref().or_else(|| environment.get("DBT_SAMPLE")) {
            settings.sample = Some(sample::read(text, machine.started_at)?);
        }
        let home = machine.home.clone();
        let pool = rayon::ThreadPoolBuilder::new()
            .stack_size(pool::STACK_BYTES)
            .build()
            .context("no threads can be started")?;
        let mut db = RootDatabase::default();
        machine.set(&mut db);
        set_projects(&mut db, roots, &settings);
        let timings = Arc::<Timings>::default();
        let counter = Arc::new(Counter::with(Arc::clone(&timings)));
        let session =
            Self { db, working_folder, home, pool, progress: Progress::new(), counter, timings };
        Ok(Box::leak(Box::new(session)))
    }

    /// How paths are shortened in reports.
    pub fn report_context(&self) -> report::Context {
        report::Context { working_folder: self.working_folder.clone(), home: self.home.clone() }
    }

    pub fn projects(&self) -> Vec<Project> {
        self.db.workspace().projects(&self.db).to_vec()
    }

    /// The project that is named: of nested ones the outermost.
    pub fn main_project(&self) -> anyhow::Result<Project> {
        let projects = self.projects();
        let outermost = projects.iter().min_by_key(|it| it.root(&self.db).as_str().len());
        let outermost = *outermost.context("there is no project")?;
        let root = outermost.root(&self.db);
        if let Some(other) = projects.iter().find(|it| !it.root(&self.db).is_below(root)) {
            bail!("several projects: {root} and {}; name one", other.root(&self.db));
        }
        Ok(outermost)
    }

    /// Asks git about the `.env` of every project.
    pub fn ask_git(&mut self) {
        for project in self.projects() {
            let answer = git::ask(project.root(&self.db)).git;
            if answer.is_some() {
                let medium = Durability::MEDIUM;
                project.set_git(&mut self.db).with_durability(medium).to(answer);
            }
        }
    }

    /// Computes until nothing is wanted from the disk any more.
    pub fn settle<T: Send>(
        &mut self,
        compute: impl Fn(&RootDatabase) -> T + Sync,
    ) -> anyhow::Result<T> {
        let mut rounds = 0;
        loop {
            rounds += 1;
            let (db, compute) = (self.db.clone(), &compute);
            let outcome = self.pool.install(move || guarded(&db, || compute(&db)));
            if rounds < ROUND_LIMIT && self.fill() {
                continue;
            }
            match outcome {
                Outcome::Done(value) => return Ok(value),
                Outcome::Cancelled | Outcome::Panicked => bail!("an internal error"),
            }
        }
    }

    /// The manifest of a project.
    pub fn manifest(&mut self, project: Project) -> anyhow::Result<Json> {
        let entry = |db: &RootDatabase, node| manifest_entry(db, node, false);
        let made = self.made_of_nodes(project, |db, node| (node, entry(db, node)))?;
        self.assembled(project, made.into_iter().collect(), entry)
    }

    /// The manifest of a project with the SQL of some nodes, as text, and what is in it in outlines.
    pub fn written_manifest(
        &mut self,
        project: Project,
        compiled: &[Node],
    ) -> anyhow::Result<(Json, Vec<u8>)> {
        let compiled: FxHashSet<Node> = compiled.iter().copied().collect();
        let made = self.made_of_nodes(project, |db, node| {
            let (outline, text) = ::compile::written_entry(db, node, compiled.contains(&node));
            (node, outline, text.map(|it| (node.unique_id(db), it)))
        })?;
        let mut outlines: FxHashMap<Node, Json> = FxHashMap::default();
        let mut texts: FxHashMap<String, String> = FxHashMap::default();
        for (node, outline, text) in made {
            outlines.insert(node, outline);
            texts.extend(text);
        }
        let entry = |db: &RootDatabase, node| manifest_entry(db, node, compiled.contains(&node));
        let manifest = self.assembled(project, outlines, entry)?;
        let text = ::compile::written_manifest(&manifest, &texts);
        Ok((manifest, text))
    }

    /// A manifest of entries that are there already; `entry` makes what is not. They are moved: of
    /// a large project they take a gigabyte.
    fn assembled(
        &mut self,
        project: Project,
        made: FxHashMap<Node, Json>,
        entry: impl Fn(&RootDatabase, Node) -> Json + Sync,
    ) -> anyhow::Result<Json> {
        let made = Mutex::new(made);
        self.settle(|db| {
            ::compile::manifest_of(db, project, |node| {
                let known = made.lock().unwrap_or_else(PoisonError::into_inner).remove(&node);
                known.unwrap_or_else(|| entry(db, node))
            })
        })
    }

    /// Makes something of every node, on all cores.
    fn made_of_nodes<T: Send>(
        &mut self,
        project: Project,
        make: impl Fn(&RootDatabase, Node) -> T + Sync,
    ) -> anyhow::Result<Vec<T>> {
        let read = |db: &RootDatabase| -> Vec<Package> {
            let packages = project::packages(db, project);
            packages.iter().filter(|it| it.origin(db) != Origin::Upstream).copied().collect()
        };
        let files = self.settle(|db| {
            // What else a manifest reads from the disk: nothing is wanted any more when the
            // entries, which are made once, are put into it.
            drop(::compile::selectors_file(db, project));
            read(db)
                .iter()
                .flat_map(|it| project::resources(db, *it).all().collect::<Vec<_>>())
                .collect::<Vec<_>>()
        })?;
        self.prime_each(&files);
        let nodes: Vec<Node> = self
            .settle(|db| read(db).iter().flat_map(|it| semantic::all_nodes(db, *it)).collect())?;
        let failure =
            |db: &RootDatabase, node: Node| format!("{} could not be parsed", node.unique_id(db));
        Ok(self.settle_each(&nodes, make, failure).0)
    }

    /// Asks for what each file says on its own.
    pub fn prime_each(&mut self, files: &[File]) {
        let timings = Arc::clone(&self.timings);
        self.settle_each(
            files,
            |db, file| timings.prime(db, file),
            |db, file| format!("{} could not be read", file.path(db)),
        );
    }

    /// The same for each file or node on all cores. One whose computation fails is named and left
    /// out; tells how many did.
    pub fn settle_each<I: Copy + Send + Sync, T: Send>(
        &mut self,
        items: &[I],
        compute: impl Fn(&RootDatabase, I) -> T + Sync,
        failure: impl Fn(&RootDatabase, I) -> String + Sync,
    ) -> (Vec<T>, usize) {
        let mut rounds = 0;
        loop {
            rounds += 1;
            self.progress.begin();
            let (db, progress) = (self.db.clone(), &self.progress);
            let outcomes: Vec<Option<T>> = self.pool.install(|| {
                let each = items.par_iter().map_with(db, |db, item| {
                    let outcome = guarded(db, || compute(db, *item));
                    progress.step(items.len());
                    match outcome {
                        Outcome::Done(value) => Some(value),
                        Outcome::Cancelled | Outcome::Panicked => {
                            log::error(failure(db, *item));
                            None
                        }
                    }
                });
                each.collect()
            });
            if rounds >= ROUND_LIMIT || !self.fill() {
                self.progress.end();
                let failed = outcomes.iter().filter(|it| it.is_none()).count();
                return (outcomes.into_iter().flatten().collect(), failed);
            }
        }
    }

    /// Whether anything was wanted.
    fn fill(&mut self) -> bool {
        let loads = files::wanted(&self.db);
        if loads.is_empty() {
            return false;
        }
        let loaded = files::load(loads, &self.counter);
        files::apply_loaded(&mut self.db, loaded, &|_| false);
        true
    }
}

fn set_projects(db: &mut RootDatabase, roots: Vec<FilePath>, settings: &Settings) {
    let projects = roots.into_iter().map(|root| {
        let machine = db.machine();
        let engines = engine::find(&engine::Search {
            root: &root,
            environment: machine.environment(db),
            home: machine.home(db).as_ref(),
            setting: None,
        });
        let settings = Arc::new(Settings { engines, ..settings.clone() });
        Project::builder(root, settings).durability(Durability::MEDIUM).new(db)
    });
    let projects: Vec<Project> = projects.collect();
    let workspace = db.workspace();
    workspace.set_projects(db).with_durability(Durability::MEDIUM).to(projects.into());
}

/// A folder that is a project stands for itself and the projects below it; any other for all
/// projects below it or, where there are none, for the one that it lies in.
fn roots(named: Option<&str>, working_folder: &FilePath) -> anyhow::Result<Vec<FilePath>> {
    let folder = named.map_or_else(|| working_folder.clone(), |it| working_folder.join(it));
    if !Path::new(folder.as_str()).is_dir() {
        bail!("{folder} is not a folder");
    }
    let here = Path::new(folder.join(PROJECT_FILE).as_str()).is_file();
    // Without a folder the project is meant that one works in.
    if !here
        && named.is_none()
        && let Some(above) = files::project_above(&folder)
    {
        return Ok(vec![above]);
    }
    let mut roots = files::projects_below(&folder);
    if roots.is_empty() {
        roots.extend(files::project_above(&folder));
    }
    if roots.is_empty() {
        bail!("no {PROJECT_FILE} in {folder}, in a folder below it or above it");
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_projects_that_are_meant() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(&path).unwrap();
            FilePath::new(path.to_str().unwrap())
        };
        let make = |path: &str| {
            fs::write(at(path).join(PROJECT_FILE).as_str(), "name: x\n").unwrap();
        };
        make("a");
        make("a/nested");
        make("b");
        at("a/models");
        at("empty");
        let root = at("");
        let meant = |named: Option<&str>, here: &str| {
            let roots = roots(named, &at(here)).map_err(|error| error.to_string())?;
            let names = roots.iter().filter_map(|it| it.relative_to(&root));
            Ok::<_, String>(names.collect::<Vec<_>>().join(" "))
        };
        assert_eq!(meant(Some("a"), ""), Ok("a a/nested".to_owned()));
        assert_eq!(meant(None, ""), Ok("a a/nested b".to_owned()));
        assert_eq!(meant(None, "a/models"), Ok("a".to_owned()));
        assert_eq!(meant(Some("models"), "a"), Ok("a".to_owned()));
        assert_eq!(meant(Some(".."), "a"), Ok("a a/nested b".to_owned()));
        let error = meant(Some("empty"), "").unwrap_err();
        assert!(error.starts_with("no dbt_project.yml in /"), "{error}");
        assert!(meant(Some("nowhere"), "").unwrap_err().ends_with("nowhere is not a folder"));
    }
}
