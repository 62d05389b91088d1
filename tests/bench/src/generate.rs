//! Writes a dbt project of a chosen size, the same bytes every time.

mod plan;
mod project;
mod random;
mod sql;
mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

pub(crate) use self::plan::HUB;
use self::plan::{Layer, Model, SYSTEMS, plan};

/// What a driver needs to know about the project it works on.
pub(crate) struct Project {
    pub(crate) root: PathBuf,
    /// Name and file of every model, in the order in which they may read each other.
    pub(crate) models: Vec<(String, PathBuf)>,
    /// Indices of the models each model reads.
    pub(crate) parents: Vec<Vec<usize>>,
    /// The file of the macro that many models call.
    pub(crate) hub_macro: PathBuf,
    /// The properties file that is larger than the others.
    pub(crate) big_yaml: PathBuf,
}

impl Project {
    pub(crate) fn file(&self, model: usize) -> PathBuf {
        self.root.join(&self.models[model].1)
    }

    /// The models that read a model.
    pub(crate) fn readers(&self, model: usize) -> Vec<usize> {
        (0..self.models.len()).filter(|it| self.parents[*it].contains(&model)).collect()
    }

    /// Models that nothing reads, the last ones first.
    pub(crate) fn leaves(&self) -> Vec<usize> {
        let read: BTreeSet<usize> = self.parents.iter().flatten().copied().collect();
        (0..self.models.len()).rev().filter(|it| !read.contains(it)).collect()
    }
}

pub(crate) fn generate(count: usize, root: &Path) -> Result<Project> {
    if count < 10 {
        bail!("a generated project has at least 10 models");
    }
    let mut plan = plan(count);
    let mut random = std::mem::replace(&mut plan.random, random::Random::new(0));
    let mut written = Writer { root, folders: BTreeSet::new() };
    for (path, text) in project::FILES {
        written.write(Path::new(path), text)?;
    }
    let mut folders: BTreeMap<PathBuf, Vec<usize>> = BTreeMap::new();
    let mut files = Vec::with_capacity(count);
    for number in 0..plan.models.len() {
        let model = &plan.models[number];
        let folder = folder(model);
        let file = folder.join(format!("{}.sql", model.name));
        written.write(&file, &sql::model_text(&plan, number, &mut random))?;
        files.push((model.name.clone(), file));
        folders.entry(folder).or_default().push(number);
    }
    let mut big_yaml = PathBuf::new();
    for (folder, numbers) in &folders {
        let mut numbers = numbers.as_slice();
        // One team keeps a hundred models in a file.
        if big_yaml.as_os_str().is_empty() {
            let (many, rest) = numbers.split_at(numbers.len().min(100));
            big_yaml = folder.join("_models.yml");
            written.write(&big_yaml, &yaml::models_file(&plan, many, &mut random))?;
            numbers = rest;
        }
        for (part, numbers) in numbers.chunks(10).enumerate() {
            let text = yaml::models_file(&plan, numbers, &mut random);
            written.write(&folder.join(format!("_models_{part}.yml")), &text)?;
        }
    }
    for system in SYSTEMS {
        if plan.models.iter().any(|model| model.table.as_ref().is_some_and(|it| it.0 == system)) {
            let path = Path::new("models/staging").join(system).join("_sources.yml");
            written.write(&path, &yaml::sources_file(&plan, system))?;
        }
    }
    let parents = plan.models.into_iter().map(|model| model.parents).collect();
    Ok(Project {
        root: root.to_owned(),
        models: files,
        parents,
        hub_macro: root.join(project::HUB_MACRO),
        big_yaml: root.join(big_yaml),
    })
}

fn folder(model: &Model) -> PathBuf {
    let layer = match model.layer {
        Layer::Staging => "staging",
        Layer::Intermediate => "intermediate",
        Layer::Mart => "marts",
    };
    Path::new("models").join(layer).join(&model.folder)
}

struct Writer<'a> {
    root: &'a Path,
    /// Folders made already: asking the disk 10,000 times costs more than remembering.
    folders: BTreeSet<PathBuf>,
}

impl Writer<'_> {
    fn write(&mut self, path: &Path, text: &str) -> Result<()> {
        let full = self.root.join(path);
        if let Some(folder) = full.parent()
            && self.folders.insert(folder.to_owned())
        {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        }
        fs::write(&full, text).with_context(|| format!("cannot write {}", full.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(root: &Path) -> BTreeMap<PathBuf, String> {
        let mut files = BTreeMap::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let text = fs::read_to_string(&path).unwrap();
                    files.insert(path.strip_prefix(root).unwrap().to_owned(), text);
                }
            }
        }
        files
    }

    #[test]
    fn the_same_bytes_come_out_every_time() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        generate(300, one.path()).unwrap();
        generate(300, other.path()).unwrap();
        assert_eq!(files(one.path()), files(other.path()));
    }

    #[test]
    fn names_resolve_and_sizes_are_those_of_real_models() {
        let folder = tempfile::tempdir().unwrap();
        let project = generate(1000, folder.path()).unwrap();
        let names: BTreeSet<&str> = project.models.iter().map(|it| it.0.as_str()).collect();
        assert_eq!(names.len(), 1000);
        let files = files(folder.path());
        let yaml: String = files
            .iter()
            .filter(|it| it.0.extension().is_some_and(|it| it == "yml"))
            .map(|it| it.1.as_str())
            .collect();
        for (number, (name, path)) in project.models.iter().enumerate() {
            let text = &files[path];
            assert!((20..=90).contains(&text.lines().count()), "{name}");
            let mut refs = 0;
            for rest in text.split("ref('").skip(1) {
                assert!(names.contains(rest.split('\'').next().unwrap()), "{name}");
                refs += 1;
            }
            assert_eq!(refs, project.parents[number].len(), "{name}");
            assert!(yaml.contains(&format!("  - name: {name}\n")), "{name}");
        }
        let calls = files.values().filter(|it| it.contains("{{ region_label(")).count();
        assert_eq!(calls, 50);
        assert!((50..60).contains(&project.readers(HUB).len()));
        assert!(project.leaves().len() >= 50);
        let big = &files[project.big_yaml.strip_prefix(folder.path()).unwrap()];
        assert_eq!(big.matches("\n  - name: ").count(), 67);
    }
}
