use syntax::yaml::Node;

use super::{Definition, is_literal, is_name, pairs};

/// Pipelines nest stages, jobs and steps; nothing that means something lies deeper.
const DEPTH_LIMIT: usize = 16;

/// `env` of a workflow, of its jobs, of their containers and steps. What a service gets is not for dbt.
pub fn github(root: Option<&Node>) -> Vec<Definition> {
    let mut found = Vec::new();
    let Some(root) = root else { return found };
    pairs(root.get("env"), "", &mut found);
    for job in root.get("jobs").map_or(&[][..], |it| it.entries()) {
        let name = job.name().unwrap_or_default();
        pairs(job.value.get("env"), name, &mut found);
        pairs(job.value.get_path(&["container", "env"]), name, &mut found);
        for step in job.value.get("steps").map_or(&[][..], |it| it.items()) {
            pairs(step.get("env"), name, &mut found);
        }
    }
    found
}

/// `variables` of the pipeline and of its jobs.
pub fn gitlab(root: Option<&Node>) -> Vec<Definition> {
    let mut found = Vec::new();
    let Some(root) = root else { return found };
    pairs(root.get("variables"), "", &mut found);
    for job in root.entries() {
        if let Some(name) = job.name().filter(|it| *it != "variables") {
            pairs(job.value.get("variables"), name, &mut found);
        }
    }
    found
}

/// `variables` at every level, as a mapping or a list of names and values, and `env` of steps.
pub fn azure(root: Option<&Node>) -> Vec<Definition> {
    let mut found = Vec::new();
    walk(root, &mut String::new(), 0, &mut |key, value, scope| match key {
        "env" => pairs(Some(value), scope, &mut found),
        "variables" => {
            if value.as_mapping().is_some() {
                pairs(Some(value), scope, &mut found);
            }
            for item in value.items() {
                let text = |key: &str| item.get(key).and_then(Node::scalar_text);
                if let (Some(node), Some(name)) = (item.get("name"), text("name"))
                    && is_name(name)
                {
                    found.push(Definition {
                        name: name.to_owned(),
                        name_range: node.text_range(),
                        value: text("value").filter(|it| is_literal(it)).map(str::to_owned),
                        scope: scope.to_owned(),
                    });
                }
            }
        }
        _ => {}
    });
    found
}

/// `environment` of jobs, executors, containers and steps.
pub fn circleci(root: Option<&Node>) -> Vec<Definition> {
    let mut found = Vec::new();
    walk(root, &mut String::new(), 0, &mut |key, value, scope| {
        if key == "environment" {
            pairs(Some(value), scope, &mut found);
        }
    });
    found
}

/// Every pair of a tree with the name of the job around it. What an alias stands for is visited where
/// it is written.
fn walk(
    node: Option<&Node>,
    scope: &mut String,
    depth: usize,
    visit: &mut dyn FnMut(&str, &Node, &str),
) {
    let Some(node) = node.filter(|it| it.alias().is_none() && depth < DEPTH_LIMIT) else { return };
    for item in node.items() {
        let named = ["job", "deployment", "stage"].iter().find_map(|it| item.get(it)?.as_str());
        let before = named.map(|it| std::mem::replace(scope, it.to_owned()));
        walk(Some(item), scope, depth + 1, visit);
        if let Some(before) = before {
            *scope = before;
        }
    }
    for entry in node.entries() {
        let Some(name) = entry.name() else { continue };
        visit(name, &entry.value, scope);
        if name == "jobs" {
            for job in entry.value.entries() {
                let name = job.name().unwrap_or_default().to_owned();
                let before = std::mem::replace(scope, name);
                walk(Some(&job.value), scope, depth + 1, visit);
                *scope = before;
            }
        }
        if name != "jobs" || entry.value.as_mapping().is_none() {
            walk(Some(&entry.value), scope, depth + 1, visit);
        }
    }
}
