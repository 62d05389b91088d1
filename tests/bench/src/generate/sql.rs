//! The text of a model: 20 to 80 lines in the shape teams write them (import CTEs, a few steps, a
//! final select), with refs, sources, variables, environment variables and calls of project macros.

use super::plan::{Column, ENTITIES, Kind, Layer, Model, Plan, fan};
use super::random::Random;

pub(crate) fn model_text(plan: &Plan, number: usize, random: &mut Random) -> String {
    let model = &plan.models[number];
    match model.layer {
        Layer::Staging => {
            let staging_models = plan.models.len() * 2 / 5;
            let every = (staging_models / fan(plan.models.len())).max(1);
            staging(model, number.is_multiple_of(every), random)
        }
        Layer::Intermediate | Layer::Mart => derived(plan, model, random),
    }
}

/// A model that `labels` asks a macro for its region; the others write it themselves.
fn staging(model: &Model, labels: bool, random: &mut Random) -> String {
    let (system, table) = model.table.clone().unwrap_or_default();
    let mut text = String::new();
    if random.one_in(4) {
        text.push_str("{{ config(materialized='view', tags=['staging', 'hourly']) }}\n\n");
    }
    text.push_str(&format!(
        "with source as (\n\n    select * from {{{{ source('{system}', '{table}') }}}}\n    \
         {{{{ limit_in_development('_loaded_at') }}}}\n\n),\n\nrenamed as (\n\n    select\n"
    ));
    for column in &model.columns {
        text.push_str(&format!("        {},\n", staged(column, random)));
    }
    text.push_str(if labels {
        "        {{ region_label('eu') }} as region,\n"
    } else {
        "        '{{ env_var('SHOP_REGION', 'eu') }}' as region,\n"
    });
    text.push_str(
        "        _loaded_at\n\n    from source\n    where _loaded_at >= '{{ var('start_date') }}'\n",
    );
    if let Some(flag) = model.columns.iter().find(|it| it.kind == Kind::Flag) {
        text.push_str(&format!(
            "    {{% if not var('keep_test_rows', false) %}}\n        and not {}\n    {{% endif %}}\n",
            flag.name
        ));
    }
    if random.one_in(3) {
        text.push_str("\n)\n\nselect * from renamed\n");
        return text;
    }
    let key = &model.columns[0].name;
    text.push_str(&format!(
        "\n),\n\nranked as (\n\n    select\n        *,\n        row_number() over (\n            \
         partition by {key}\n            order by _loaded_at desc\n        ) as load_rank\n    \
         from renamed\n\n),\n\nfinal as (\n\n    select\n"
    ));
    text.push_str(&list(&model.columns, "        ", ""));
    text.push_str(",\n        region\n    from ranked\n    where load_rank = 1\n\n)\n\n");
    text.push_str("select * from final\n");
    text
}

fn staged(column: &Column, random: &mut Random) -> String {
    let name = &column.name;
    match column.kind {
        Kind::Key | Kind::ForeignKey => format!("cast({name} as varchar) as {name}"),
        Kind::Money if random.one_in(2) => {
            format!("{{{{ cents_to_dollars('{name}_cents') }}}} as {name}")
        }
        Kind::Money => format!("{{{{ cents_to_dollars('{name}_cents', scale=4) }}}} as {name}"),
        Kind::Count => format!("coalesce({name}, 0) as {name}"),
        Kind::Flag => format!("coalesce({name}, false) as {name}"),
        Kind::Moment => format!("{{{{ to_utc('{name}') }}}} as {name}"),
        Kind::Status => format!("lower(trim({name})) as {name}"),
        Kind::Text => format!("nullif(trim({name}), '') as {name}"),
    }
}

fn derived(plan: &Plan, model: &Model, random: &mut Random) -> String {
    let mut text = header(model, random);
    text.push_str("with ");
    let names: Vec<String> =
        (0..model.parents.len()).map(|index| alias(plan, model, index)).collect();
    for (parent, name) in model.parents.iter().zip(&names) {
        text.push_str(&format!(
            "{name} as (\n\n    select * from {{{{ ref('{}') }}}}\n",
            plan.models[*parent].name
        ));
        if random.one_in(3) && plan.models[*parent].has("created_at") {
            text.push_str("    where created_at >= '{{ var('start_date') }}'\n");
        }
        text.push_str("\n),\n\n");
    }
    let base = names.first().map_or("", String::as_str);
    joined(plan, model, &names, &mut text);
    if random.one_in(2) && model.parents.len() < 4 {
        totals(model, &mut text, random);
    }
    text.push_str("final as (\n\n    select\n");
    text.push_str(&list(&model.columns, "        ", "joined."));
    if random.one_in(2) {
        text.push_str(&format!(
            ",\n        {{{{ surrogate_key(['joined.{}', \"'{base}'\"]) }}}} as row_key",
            model.columns[0].name
        ));
    }
    text.push_str("\n    from joined\n");
    if model.layer == Layer::Mart && random.one_in(3) && model.has("created_at") {
        text.push_str(
            "    {% if is_incremental() %}\n    where joined.created_at > (select max(created_at) \
             from {{ this }})\n    {% endif %}\n",
        );
    }
    text.push_str("\n)\n\nselect * from final\n");
    text
}

fn header(model: &Model, random: &mut Random) -> String {
    match (model.layer, random.below(3)) {
        (Layer::Mart, 0) => format!(
            "{{{{\n    config(\n        materialized='incremental',\n        \
             unique_key='{}',\n        on_schema_change='append_new_columns',\n        \
             tags=['{}', env_var('SHOP_TEAM')]\n    )\n}}}}\n\n",
            model.columns[0].name, model.folder
        ),
        (Layer::Mart, _) => "{{ config(materialized='table') }}\n\n".to_owned(),
        (_, 0) => format!(
            "{{#- One row per {}: what the marts of {} share. -#}}\n\n",
            ENTITIES[model.entity].0, model.folder
        ),
        _ => String::new(),
    }
}

/// Joins the parents; a column comes from the first parent that has it.
fn joined(plan: &Plan, model: &Model, names: &[String], text: &mut String) {
    text.push_str("joined as (\n\n    select\n");
    let lines: Vec<String> = model
        .columns
        .iter()
        .map(|column| {
            let owner =
                model.parents.iter().position(|parent| plan.models[*parent].has(&column.name));
            format!("        {}.{}", names[owner.unwrap_or(0)], column.name)
        })
        .collect();
    text.push_str(&lines.join(",\n"));
    text.push_str(&format!("\n    from {}\n", names[0]));
    let first = &plan.models[model.parents[0]];
    for (index, parent) in model.parents.iter().enumerate().skip(1) {
        let other = &plan.models[*parent];
        let (name, base) = (&names[index], &names[0]);
        let line = match first.columns.iter().find(|column| other.has(&column.name)) {
            Some(Column { name: shared, .. }) => {
                format!("    left join {name}\n        on {base}.{shared} = {name}.{shared}\n")
            }
            None => format!("    cross join {name}\n"),
        };
        text.push_str(&line);
    }
    text.push_str("\n),\n\n");
}

fn totals(model: &Model, text: &mut String, random: &mut Random) {
    let key = &model.columns[0].name;
    text.push_str(&format!("totals as (\n\n    select\n        {key},\n"));
    for column in &model.columns {
        match column.kind {
            Kind::Money => text.push_str(&format!(
                "        {{{{ safe_divide('sum({0})', 'count(*)') }}}} as average_{0},\n",
                column.name
            )),
            Kind::Count => {
                text.push_str(&format!("        sum({0}) as total_{0},\n", column.name));
            }
            Kind::Moment => {
                text.push_str(&format!("        max({0}) as last_{0},\n", column.name));
            }
            _ => {}
        }
    }
    if random.one_in(3) {
        text.push_str(
            "        {% for status in var('order_statuses') -%}\n        \
             sum(case when 'all' = '{{ status }}' then 1 else 0 end) as {{ status }}_rows,\n        \
             {% endfor -%}\n",
        );
    }
    text.push_str(&format!(
        "        count(*) as row_count\n    from joined\n    group by {key}\n\n),\n\n"
    ));
}

fn alias(plan: &Plan, model: &Model, index: usize) -> String {
    let parent = &plan.models[model.parents[index]];
    format!("{}_{}", ENTITIES[parent.entity].1, ["base", "extra", "more", "other", "last"][index])
}

fn list(columns: &[Column], indent: &str, prefix: &str) -> String {
    let lines: Vec<String> =
        columns.iter().map(|column| format!("{indent}{prefix}{}", column.name)).collect();
    lines.join(",\n")
}
