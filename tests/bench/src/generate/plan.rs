//! Which models there are, what each one reads and which columns it gives: decided before any text
//! is written, so that every ref resolves and every selected column exists upstream.

use super::random::Random;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layer {
    Staging,
    Intermediate,
    Mart,
}

pub(crate) struct Model {
    pub(crate) name: String,
    pub(crate) layer: Layer,
    /// The system a staging model reads, or the subject of the others: the name of its folder.
    pub(crate) folder: String,
    /// What one row is about, as an index into `ENTITIES`.
    pub(crate) entity: usize,
    /// Indices of the models that it reads; a staging model reads its source table instead.
    pub(crate) parents: Vec<usize>,
    pub(crate) table: Option<(String, String)>,
    pub(crate) columns: Vec<Column>,
}

impl Model {
    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|it| it.name == column)
    }
}

pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Key,
    ForeignKey,
    Status,
    Text,
    Money,
    Count,
    Flag,
    Moment,
}

pub(crate) struct Plan {
    pub(crate) models: Vec<Model>,
    pub(crate) random: Random,
}

pub(crate) const SYSTEMS: [&str; 12] = [
    "shop", "crm", "billing", "web", "stock", "support", "mail", "ads", "hr", "ledger", "courier",
    "loyalty",
];

/// Singular and plural of what the tables are about.
pub(crate) const ENTITIES: [(&str, &str); 24] = [
    ("order", "orders"),
    ("customer", "customers"),
    ("payment", "payments"),
    ("product", "products"),
    ("invoice", "invoices"),
    ("shipment", "shipments"),
    ("session", "sessions"),
    ("campaign", "campaigns"),
    ("ticket", "tickets"),
    ("refund", "refunds"),
    ("supplier", "suppliers"),
    ("store", "stores"),
    ("employee", "employees"),
    ("contract", "contracts"),
    ("subscription", "subscriptions"),
    ("delivery", "deliveries"),
    ("review", "reviews"),
    ("coupon", "coupons"),
    ("account", "accounts"),
    ("budget", "budgets"),
    ("warehouse", "warehouses"),
    ("return", "returns"),
    ("message", "messages"),
    ("visit", "visits"),
];

pub(crate) const SUBJECTS: [&str; 6] =
    ["finance", "marketing", "operations", "product", "sales", "service"];

const EXTRA: [(&str, Kind); 16] = [
    ("status", Kind::Status),
    ("channel", Kind::Text),
    ("country_code", Kind::Text),
    ("currency_code", Kind::Text),
    ("description", Kind::Text),
    ("reference_number", Kind::Text),
    ("gross_amount", Kind::Money),
    ("net_amount", Kind::Money),
    ("tax_amount", Kind::Money),
    ("discount_amount", Kind::Money),
    ("item_count", Kind::Count),
    ("visit_count", Kind::Count),
    ("is_active", Kind::Flag),
    ("is_test", Kind::Flag),
    ("updated_at", Kind::Moment),
    ("closed_at", Kind::Moment),
];

/// The model that many read: the first one, so that every other model may.
pub(crate) const HUB: usize = 0;

/// How many models read the hub, and how many call the macro that many call: 500 of 10,000.
pub(crate) fn fan(count: usize) -> usize {
    (count / 20).clamp(1, 500)
}

/// Two fifths staging, two fifths intermediate, the rest marts, as in projects that grew in layers.
pub(crate) fn plan(count: usize) -> Plan {
    let mut random = Random::new(20_240_917);
    let staging = (count * 2 / 5).max(1);
    let intermediate = count * 2 / 5;
    let mut models: Vec<Model> = Vec::with_capacity(count);
    let every = ((count - staging) / fan(count)).max(1);
    for number in 0..count {
        let model = if number < staging {
            staging_model(number, &mut random)
        } else if number < staging + intermediate {
            let mut parents = parents(&mut random, number, 2, 3);
            if (number - staging).is_multiple_of(every) {
                read_hub(&mut parents);
            }
            derived_model(Layer::Intermediate, number - staging, parents, &models, &mut random)
        } else {
            let mut parents = parents(&mut random, number, 2, 5);
            if (number - staging).is_multiple_of(every) {
                read_hub(&mut parents);
            }
            derived_model(
                Layer::Mart,
                number - staging - intermediate,
                parents,
                &models,
                &mut random,
            )
        };
        models.push(model);
    }
    Plan { models, random }
}

fn staging_model(number: usize, random: &mut Random) -> Model {
    let entity = number % ENTITIES.len();
    let round = number / ENTITIES.len();
    let system = SYSTEMS[(round + entity) % SYSTEMS.len()];
    let (singular, plural) = ENTITIES[entity];
    // From the second time round a name needs its number to stay unique.
    let unique = if round < SYSTEMS.len() { String::new() } else { format!("_{round}") };
    let mut columns = vec![Column { name: format!("{singular}_id"), kind: Kind::Key }];
    for _ in 0..2 {
        let other = ENTITIES[random.below(ENTITIES.len())].0;
        push_new(&mut columns, &format!("{other}_id"), Kind::ForeignKey);
    }
    for _ in 0..random.between(2, 6) {
        let (name, kind) = EXTRA[random.below(EXTRA.len())];
        push_new(&mut columns, name, kind);
    }
    push_new(&mut columns, "created_at", Kind::Moment);
    Model {
        name: format!("stg_{system}__{plural}{unique}"),
        layer: Layer::Staging,
        folder: system.to_owned(),
        entity,
        parents: Vec::new(),
        table: Some((system.to_owned(), format!("{plural}{unique}"))),
        columns,
    }
}

/// A few earlier models, nearer ones more often: graphs of real projects are long and narrow.
fn parents(random: &mut Random, number: usize, low: usize, high: usize) -> Vec<usize> {
    let mut chosen = Vec::new();
    for _ in 0..random.between(low, high) {
        let reach = if random.one_in(3) { number } else { number.min(60 + number / 4) };
        let parent = number - 1 - random.below(reach);
        if !chosen.contains(&parent) {
            chosen.push(parent);
        }
    }
    chosen
}

/// The hub takes the place of the last parent, so that models stay as long as they are.
fn read_hub(parents: &mut Vec<usize>) {
    if !parents.contains(&HUB) {
        parents.pop();
        parents.push(HUB);
    }
}

fn derived_model(
    layer: Layer,
    number: usize,
    parents: Vec<usize>,
    models: &[Model],
    random: &mut Random,
) -> Model {
    let entity = parents.first().map_or(0, |parent| models[*parent].entity);
    let (singular, plural) = ENTITIES[entity];
    let subject = SUBJECTS[number % SUBJECTS.len()];
    let verb =
        ["joined", "enriched", "deduplicated", "daily", "ranked", "windowed"][random.below(6)];
    let name = match layer {
        Layer::Mart if random.one_in(3) => format!("dim_{subject}_{plural}_{number}"),
        Layer::Mart => format!("fct_{subject}_{plural}_{number}"),
        _ => format!("int_{subject}_{plural}_{verb}_{number}"),
    };
    let mut columns = vec![Column { name: format!("{singular}_id"), kind: Kind::Key }];
    for parent in &parents {
        for column in &models[*parent].columns {
            if columns.len() < 8 && !random.one_in(3) {
                let kind = if column.kind == Kind::Key { Kind::ForeignKey } else { column.kind };
                push_new(&mut columns, &column.name, kind);
            }
        }
    }
    Model { name, layer, folder: subject.to_owned(), entity, parents, table: None, columns }
}

fn push_new(columns: &mut Vec<Column>, name: &str, kind: Kind) {
    if columns.iter().all(|column| column.name != name) {
        columns.push(Column { name: name.to_owned(), kind });
    }
}
