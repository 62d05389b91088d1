"""Two manifests and two folders of compiled SQL, field by field.

Nothing is left out but what must differ: clocks, ids of an invocation, and the text of dbt's own
macros and docs, which ours do not copy. What is compared loosely is named here and nowhere else.
"""
import collections
import difflib
import json

MISSING = "(none)"
# Set by the clock or by the run.
CLOCKS = {"created_at"}
RUN = {"generated_at", "invocation_id", "invocation_started_at", "run_started_at", "user_id",
       "dbt_version"}
RESOURCES = ("nodes", "sources", "exposures", "metrics", "semantic_models", "saved_queries",
             "unit_tests", "functions")
WHOLE = ("groups", "docs", "selectors", "parent_map", "child_map", "group_map")
RELATION = ("database", "schema", "alias", "identifier", "relation_name")
# Questions whose answer is that nothing exists.
EXISTENCE = {"get_relation", "list_relations_without_caching", "check_schema_exists",
             "list_schemas"}


class Difference:
    def __init__(self, case, kind, uid, field, theirs, ours):
        self.case, self.kind, self.uid, self.field = case, kind, uid, field
        self.theirs, self.ours = theirs, ours
        self.resource = uid.split(".")[0]

    def short(self, value, most=90):
        if value is MISSING:
            return MISSING
        text = json.dumps(value, ensure_ascii=False, sort_keys=True)
        return text if len(text) <= most else text[: most - 1] + "…"

    def __str__(self):
        head = f"{self.case}: {self.uid}  {self.field}"
        if isinstance(self.theirs, str) and isinstance(self.ours, str) and (
                self.kind.startswith("SQL") or "\n" in self.theirs + self.ours):
            return head + "\n" + text_difference(self.theirs, self.ours)
        return f"{head}\n      dbt    {self.short(self.theirs, 400)}\n      tandem {self.short(self.ours, 400)}"


def text_difference(theirs, ours, most=24):
    def as_lines(text):
        return [repr(line)[1:-1] for line in text.splitlines(keepends=True)]

    rows = list(difflib.unified_diff(as_lines(theirs), as_lines(ours), "dbt", "tandem",
                                     lineterm="", n=1))
    return "\n".join(f"      {row}" for row in rows[:most])


class Comparison:
    """What one project gives: per class [equal, of how many], and every difference."""

    def __init__(self, case, exceptions=()):
        self.case = case
        self.exceptions = exceptions
        self.classes = collections.defaultdict(lambda: [0, 0])
        self.fields = collections.defaultdict(lambda: [0, 0])
        self.differences = []
        self.excepted = collections.Counter()
        self.exact = {}
        self.trouble = None
        self.refused = {}

    def say(self, kind, uid, field, theirs, ours, table=None):
        """One thing compared. `table`: where it is counted besides, field by field."""
        equal = theirs == ours
        if not equal:
            for number, it in enumerate(self.exceptions):
                if it.covers(self.case.name, uid, field):
                    self.excepted[number] += 1
                    return True
        for tally in [self.classes[kind]] + ([self.fields[table]] if table else []):
            tally[0] += equal
            tally[1] += 1
        if not equal:
            self.differences.append(Difference(self.case.name, kind, uid, field, theirs, ours))
            self.exact[uid] = False
        else:
            self.exact.setdefault(uid, True)
        return equal


def compare(case, kept, ran, exceptions=()):
    result = Comparison(case, exceptions)
    theirs, ours = kept.manifest(), ran.manifest()
    if ours is None:
        result.trouble = f"tandem wrote no manifest (exit code {ran.code}): {ran.said[-600:]}"
        ours = {}
    theirs = placed(theirs, str(kept.out))
    ours = placed(ours, str(ran.out))
    side = kept.side()
    result.refused = side["errors"]
    resources(result, theirs, ours)
    disabled(result, theirs.get("disabled", {}), ours.get("disabled", {}))
    macros(result, theirs, ours)
    for section in WHOLE:
        whole(result, section, theirs.get(section, {}), ours.get(section, {}))
    metadata(result, theirs, ours)
    compiled_code(result, theirs, ours, side)
    compiled_files(result, kept.out, ran.out, theirs, side)
    return result


def placed(value, out):
    """Both wrote into another folder."""
    if isinstance(value, dict):
        return {key: placed(it, out) for key, it in value.items()}
    if isinstance(value, list):
        return [placed(it, out) for it in value]
    if isinstance(value, str) and value.startswith(out):
        return "<target>" + value[len(out):]
    return value


def by_id(manifest):
    return {uid: it for section in RESOURCES for uid, it in (manifest.get(section) or {}).items()}


def resources(result, theirs, ours):
    theirs, ours = by_id(theirs), by_id(ours)
    for uid in sorted(theirs.keys() | ours.keys()):
        found = [uid in theirs, uid in ours]
        # A node too many costs as much as one too few.
        result.say("nodes found", uid, "(node)", "there" if found[0] else MISSING,
                   "there" if found[1] else MISSING, f"found: {uid.split('.')[0]}")
        if not found[0]:
            continue
        wanted, got = theirs[uid], ours.get(uid)
        dependencies(result, uid, wanted, got)
        relation(result, uid, wanted, got)
        if got is not None:
            fields(result, uid, wanted, got)


def dependencies(result, uid, wanted, got):
    if "depends_on" not in wanted:
        return
    mine = mapping((got or {}).get("depends_on"))
    # A seed has macros only.
    nodes = wanted["depends_on"].get("nodes", MISSING)
    result.say("depends_on.nodes", uid, "depends_on.nodes", of_any_order(nodes),
               of_any_order(mine.get("nodes", MISSING)))
    if got is not None:
        macros = wanted["depends_on"].get("macros", [])
        same = sorted(macros) == sorted(mine.get("macros") or [])
        result.say("depends_on.macros", uid, "depends_on.macros", sorted(macros),
                   sorted(macros) if same else sorted(mine.get("macros") or []))
        result.say("depends_on.macros in order", uid, "depends_on.macros in order",
                   macros, mine.get("macros", MISSING) if same else macros)


def of_any_order(nodes):
    """dbt's static parser gives sources as a set: which of them comes first changes from run to run."""
    if not isinstance(nodes, list):
        return nodes
    sources = iter(sorted(it for it in nodes if it.startswith("source.")))
    return [next(sources) if it.startswith("source.") else it for it in nodes]


def relation(result, uid, wanted, got):
    names = [name for name in RELATION if name in wanted]
    if "relation_name" not in wanted:
        return
    result.say("relation names", uid, "relation", {name: wanted[name] for name in names},
               {name: got.get(name, MISSING) for name in names} if got is not None else MISSING)


def fields(result, uid, wanted, got):
    apart = {"depends_on", "compiled_code", "config", *RELATION, *CLOCKS}
    config, mine = wanted.get("config"), got.get("config")
    if isinstance(config, dict):
        mine = mine if isinstance(mine, dict) else {}
        for key in sorted(config.keys() | mine.keys()):
            result.say("configs", uid, f"config.{key}", config.get(key, MISSING),
                       mine.get(key, MISSING), f"config.{key}")
    for key in sorted(wanted.keys() | got.keys()):
        if key in apart:
            continue
        kind = f"field {key}" if key in ("tags", "meta", "columns") else "other fields"
        pair = [it.get(key, MISSING) for it in (wanted, got)]
        if key == "sources":
            pair = [sorted(it) if isinstance(it, list) else it for it in pair]
        if key == "columns":
            pair = [with_sorted_tags(it) for it in pair]
        result.say(kind, uid, key, *pair, key)
    for key in got.keys() - wanted.keys():
        if key in RELATION or key in ("depends_on", "compiled_code"):
            result.say("other fields", uid, key, MISSING, got[key], key)


def with_sorted_tags(columns):
    """A column's tags are a set of Python's, in whatever order that has them."""
    if not isinstance(columns, dict):
        return columns
    def one(column):
        config = {**column.get("config", {})}
        config["tags"] = sorted(config.get("tags", []))
        return {**column, "tags": sorted(column.get("tags", [])), "config": config}
    return {name: one(it) for name, it in columns.items()}


def disabled(result, theirs, ours):
    for uid in sorted(theirs.keys() | ours.keys()):
        wanted, got = theirs.get(uid, []), ours.get(uid, [])
        result.say("disabled found", uid, "(disabled)", len(wanted), len(got))
        # In the order in which the system lists files, which nobody promises.
        wanted, got = (sorted(them, key=lambda it: str(it.get("original_file_path")))
                       for them in (wanted, got))
        for number, it in enumerate(wanted):
            if number < len(got):
                want, have = without_clocks(it), without_clocks(got[number])
                differing = sorted(k for k in want.keys() | have.keys()
                                   if want.get(k, MISSING) != have.get(k, MISSING))
                result.say("disabled fields", uid, "disabled",
                           {k: want.get(k, MISSING) for k in differing},
                           {k: have.get(k, MISSING) for k in differing})


def mapping(value):
    """What is of another shape altogether has nothing in it."""
    return value if isinstance(value, dict) else {}


def without_clocks(entry):
    return {key: it for key, it in entry.items() if key not in CLOCKS}


def is_internal(package):
    return package in INTERNAL


INTERNAL = {"dbt", "dbt_athena", "dbt_bigquery", "dbt_clickhouse", "dbt_databricks", "dbt_duckdb",
            "dbt_fabric", "dbt_postgres", "dbt_redshift", "dbt_snowflake", "dbt_spark",
            "dbt_sqlserver", "dbt_trino"}


def macros(result, theirs, ours):
    theirs, ours = theirs.get("macros") or {}, ours.get("macros") or {}
    for uid in sorted(theirs.keys() | ours.keys()):
        package = uid.split(".")[1]
        own = not is_internal(package)
        if uid in theirs or own:
            kind = "macros found" if own else "dbt's own macros found"
            result.say(kind, uid, "(macro)", "there" if uid in theirs else MISSING,
                       "there" if uid in ours else MISSING)
        if uid not in theirs or uid not in ours or not own:
            continue
        wanted, got = theirs[uid], ours[uid]
        mine = sorted(mapping(got.get("depends_on")).get("macros") or [])
        result.say("depends_on.macros of macros", uid, "depends_on.macros",
                   sorted(wanted["depends_on"]["macros"]), mine)
        for key in sorted(wanted.keys() | got.keys()):
            if key not in CLOCKS and key != "depends_on":
                result.say("macros' fields", uid, f"macro.{key}", wanted.get(key, MISSING),
                           got.get(key, MISSING), f"macro.{key}")


def whole(result, section, theirs, ours):
    for key in sorted(theirs.keys() | ours.keys()):
        wanted, got = theirs.get(key, MISSING), ours.get(key, MISSING)
        if section == "docs" and key.startswith("doc.dbt."):
            wanted, got = (MISSING if it is MISSING else "there" for it in (wanted, got))
        if section == "group_map":
            # In the order in which the system lists files, which nobody promises.
            wanted, got = (sorted(it) if isinstance(it, list) else it for it in (wanted, got))
        if isinstance(wanted, dict) and isinstance(got, dict):
            wanted, got = without_clocks(wanted), without_clocks(got)
        result.say(section, key, section, wanted, got)


def metadata(result, theirs, ours):
    wanted, got = theirs.get("metadata", {}), ours.get("metadata", {})
    for key in sorted((wanted.keys() | got.keys()) - RUN):
        result.say("metadata", "metadata", f"metadata.{key}", wanted.get(key, MISSING),
                   got.get(key, MISSING), f"metadata.{key}")
    result.say("metadata", "metadata", "top-level keys", list(theirs), list(ours))


def asked(side, uid):
    """The class of a node by what it depends on besides the project's files."""
    if uid in side["volatile"]:
        return "SQL, volatile"
    if uid in side["order"]:
        return "SQL, in the order of files"
    questions = set(side["introspects"].get(uid, []))
    if not questions:
        return "SQL"
    return "SQL, asks existence" if questions <= EXISTENCE else "SQL, asks more"


def kind_of(side, uid, node):
    """The class by the node's own questions, else apart where a query in front of its own asked."""
    code = node.get("compiled_code") or ""
    if any(it in code for it in side.get("started") or ()):
        # By way of a variable of dbt_project.yml, where nobody sees the clock in a template.
        return "SQL, volatile"
    kind = asked(side, uid)
    in_front = {asked(side, it["id"]) for it in node.get("extra_ctes") or ()}
    if kind == "SQL" and in_front - {"SQL", "SQL, asks existence"}:
        return "SQL, an ephemeral model in it asks more"
    return kind


def compiled_code(result, theirs, ours, side):
    ours = by_id(ours)
    for uid, wanted in by_id(theirs).items():
        code = wanted.get("compiled_code")
        if uid in side["errors"]:
            # dbt refuses; there is no text to agree with.
            result.classes["SQL that dbt refuses"][1] += 1
        elif code is not None:
            got = ours.get(uid, {}).get("compiled_code")
            result.say(kind_of(side, uid, wanted), uid, "compiled_code", code, MISSING if got is None else got)


def compiled_files(result, theirs, ours, manifest, side):
    unsure = {it.get("compiled_path"): kind_of(side, uid, it) for uid, it in by_id(manifest).items()}
    refused = {it.get("original_file_path") for uid, it in by_id(manifest).items()
               if uid in side["errors"]}

    def files(out):
        folder = out / "compiled"
        return {it.relative_to(out).as_posix(): it for it in folder.rglob("*") if it.is_file()}

    wanted, got = files(theirs), files(ours)
    for name in sorted(wanted.keys() | got.keys()):
        kind = unsure.get(f"<target>/{name}", "SQL")
        if kind != "SQL" or any(path and name.endswith(path) for path in refused):
            continue
        text = [MISSING if it is None else it.read_bytes().decode(errors="replace")
                for it in (wanted.get(name), got.get(name))]
        result.say("compiled files", name, "file", *text)
