//! The properties files: one per about ten models, with descriptions, columns and tests for every
//! model, and one file of sources per system.

use super::plan::{Column, ENTITIES, Kind, Layer, Model, Plan};
use super::random::Random;

pub(crate) fn models_file(plan: &Plan, numbers: &[usize], random: &mut Random) -> String {
    let mut text = "version: 2\n\nmodels:\n".to_owned();
    for number in numbers {
        model(plan, &plan.models[*number], &mut text, random);
    }
    text
}

fn model(plan: &Plan, model: &Model, text: &mut String, random: &mut Random) {
    let (singular, plural) = ENTITIES[model.entity];
    text.push_str(&format!("  - name: {}\n    description: >\n", model.name));
    text.push_str(&match model.layer {
        Layer::Staging => format!(
            "      The {plural} of the system {}, cleaned and typed, one row per {singular}.\n",
            model.folder
        ),
        Layer::Intermediate => format!(
            "      A step between staging and marts for {}; do not read it in reports.\n",
            model.folder
        ),
        Layer::Mart => format!(
            "      What {} reports about {plural}. One row per {singular}.\n      \
             Ask the team before you change a column.\n",
            model.folder
        ),
    });
    if random.one_in(3) {
        text.push_str(&format!(
            "    config:\n      tags: [{}]\n      meta:\n        owner: team_{}\n        tier: {}\n",
            model.folder,
            model.folder,
            random.between(1, 3)
        ));
    }
    text.push_str("    columns:\n");
    let documented = random.between(4, 10);
    for column in model.columns.iter().take(documented) {
        column_entry(plan, model, column, text, random);
    }
    text.push('\n');
}

fn column_entry(
    plan: &Plan,
    model: &Model,
    column: &Column,
    text: &mut String,
    random: &mut Random,
) {
    text.push_str(&format!(
        "      - name: {}\n        description: \"{}\"\n",
        column.name,
        about(column)
    ));
    match column.kind {
        Kind::Key => {
            text.push_str("        data_tests:\n          - unique\n          - not_null\n")
        }
        Kind::ForeignKey => {
            // Only towards a parent: a test on anything else could close a circle.
            let target = model
                .parents
                .iter()
                .map(|parent| &plan.models[*parent])
                .find(|parent| parent.columns[0].name == column.name);
            if let Some(target) = target {
                text.push_str(&format!(
                    "        data_tests:\n          - relationships:\n              arguments:\n\
                     \x20               to: ref('{}')\n                field: {}\n              \
                     config:\n                severity: warn\n",
                    target.name, target.columns[0].name
                ));
            }
        }
        Kind::Status => text.push_str(
            "        data_tests:\n          - accepted_values:\n              arguments:\n\
             \x20               values: [placed, shipped, completed, returned]\n",
        ),
        Kind::Money if random.one_in(2) => text.push_str(
            "        data_tests:\n          - not_negative:\n              arguments:\n\
             \x20               tolerance: 0.01\n",
        ),
        Kind::Flag => text.push_str("        data_tests: [not_null]\n"),
        _ => {}
    }
}

fn about(column: &Column) -> String {
    let words = column.name.replace('_', " ");
    match column.kind {
        Kind::Key => format!("Primary key: {words}"),
        Kind::ForeignKey => format!("Points at another table: {words}"),
        Kind::Status => "Where the row stands in its life".to_owned(),
        Kind::Money => format!("{words}, in dollars: never cents"),
        Kind::Count => format!("{words}; 0 when unknown"),
        Kind::Flag => format!("Whether it {words}"),
        Kind::Moment => format!("When, in UTC: {words}"),
        Kind::Text => format!("The {words} as the source gives it"),
    }
}

pub(crate) fn sources_file(plan: &Plan, system: &str) -> String {
    let mut text = format!(
        "version: 2\n\nsources:\n  - name: {system}\n    description: \"Loaded from {system} every hour\"\n    \
         database: \"{{{{ env_var('SHOP_RAW_DATABASE', 'raw') }}}}\"\n    schema: {system}\n    \
         loader: in_house\n    tables:\n"
    );
    for model in &plan.models {
        let Some((owner, table)) = &model.table else { continue };
        if owner != system {
            continue;
        }
        text.push_str(&format!(
            "      - name: {table}\n        description: \"Rows as {system} sends them\"\n        \
             columns:\n          - name: {}\n            data_tests:\n              - not_null\n",
            model.columns[0].name
        ));
    }
    text
}
