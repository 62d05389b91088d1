"""What is printed of comparisons, and what is written for machines."""
import collections

# The order in which classes are printed. Those without a threshold inform only.
CLASSES = (
    "nodes found", "depends_on.nodes", "relation names", "configs", "field tags", "field meta",
    "field columns", "other fields", "disabled found", "disabled fields", "parent_map", "child_map",
    "groups", "group_map", "docs", "selectors", "metadata", "macros found", "macros' fields",
    "depends_on.macros", "depends_on.macros of macros", "depends_on.macros in order",
    "dbt's own macros found", "SQL", "SQL, asks existence", "SQL, asks more",
    "SQL, an ephemeral model in it asks more", "SQL, volatile",
    "SQL, in the order of files", "SQL that dbt refuses", "compiled files",
)
INFORM_ONLY = {"depends_on.macros in order", "SQL, asks more",
               "SQL, an ephemeral model in it asks more", "SQL, volatile",
               "SQL, in the order of files", "SQL that dbt refuses"}
JUDGED_BY_CONSTRUCT = {"nodes found", "depends_on.nodes", "relation names", "configs", "SQL",
                       "SQL, asks existence"}
COLUMNS = (("nodes", "nodes found"), ("deps", "depends_on.nodes"), ("relations", "relation names"),
           ("configs", "configs"), ("others", "other fields"), ("macros", "depends_on.macros"),
           ("SQL", "SQL"), ("exists?", "SQL, asks existence"), ("files", "compiled files"))


def share(tally):
    equal, total = tally
    return 100.0 * equal / total if total else 100.0


def percent(tally):
    equal, total = tally
    if not total:
        return "–"
    # Never rounded up to 100.
    return "100" if equal == total else f"{int(10 * share(tally)) / 10:.1f}"


def total(results, of="classes"):
    summed = collections.defaultdict(lambda: [0, 0])
    for result in results:
        for name, (equal, number) in getattr(result, of).items():
            summed[name][0] += equal
            summed[name][1] += number
    return summed


def print_table(results):
    width = max([len(it.case.name) for it in results] + [10])
    print(f"{'':{width}} " + " ".join(f"{name:>9}" for name, _ in COLUMNS))
    rows = [(it.case.name, it.classes) for it in results]
    if len(results) > 1:
        rows.append(("all", total(results)))
    for name, classes in rows:
        print(f"{name:{width}} " + " ".join(f"{percent(classes[it]):>9}" for _, it in COLUMNS))


def print_classes(results):
    summed = total(results)
    print("\nagreement, per cent (equal of compared)")
    for name in CLASSES:
        if name in summed:
            equal, number = summed[name]
            note = "  (not judged)" if name in INFORM_ONLY else ""
            print(f"  {name:32} {percent(summed[name]):>6}  {equal} of {number}{note}")


def print_fields(results):
    low = [(share(it), name, it) for name, it in total(results, "fields").items() if it[0] < it[1]]
    if low:
        print("\nfields that differ somewhere")
        for _, name, tally in sorted(low):
            print(f"  {name:40} {percent(tally):>6}  {tally[0]} of {tally[1]}")


def groups(differences):
    """Alike differences together, the most frequent first."""
    found = collections.defaultdict(list)
    for it in differences:
        if it.kind.startswith("SQL") or it.kind == "compiled files":
            key = (it.kind, it.resource if it.kind != "compiled files" else "", "", "")
        else:
            key = (it.field, it.resource, it.short(it.theirs, 70), it.short(it.ours, 70))
        found[key].append(it)
    return sorted(found.items(), key=lambda it: (-len(it[1]), it[0]))


def print_groups(results, most):
    found = groups([it for result in results for it in result.differences])
    if not found:
        return
    print(f"\nalike differences, the most frequent first ({min(most, len(found))} of {len(found)})")
    for (field, resource, theirs, ours), members in found[:most]:
        print(f"  {len(members):5} × {resource} {field}"
              + (f": dbt {theirs}, tandem {ours}" if theirs or ours else "")
              + f"   e.g. {members[0].case}: {members[0].uid}")


def print_differences(results, most, field=None, node=None, kind=None):
    wanted = [
        it for result in results for it in result.differences
        if (field is None or it.field == field or it.kind == field)
        and (node is None or node in it.uid) and (kind is None or it.kind == kind)
    ]
    if not wanted:
        return
    print(f"\ndifferences ({min(most, len(wanted))} of {len(wanted)})")
    for it in wanted[:most]:
        print(f"  {it}")


def print_constructs(results):
    """Of generated projects: the constructs whose nodes are not all exact."""
    tally = collections.defaultdict(lambda: [0, 0])
    for result in results:
        wrong = {it.uid for it in result.differences if it.kind in JUDGED_BY_CONSTRUCT}
        for construct, names in result.case.constructs.items():
            bad = any(name in uid for name in names for uid in wrong)
            tally[construct][0] += not bad
            tally[construct][1] += 1
    low = [(share(it), name, it) for name, it in tally.items() if it[0] < it[1]]
    if tally:
        print(f"\nconstructs: {sum(it[1] for it in tally.values())} of {len(tally)} kinds, "
              f"{sum(it[0] for it in tally.values())} without a difference in nodes, configs, dependencies or SQL")
    for _, name, (good, number) in sorted(low):
        print(f"  {name:40} {good:4} of {number}")


def as_json(results):
    return {
        "classes": total(results), "fields": total(results, "fields"),
        "projects": {
            result.case.name: {
                "adapter": result.case.adapter, "classes": result.classes, "trouble": result.trouble,
                "differences": [
                    {"class": it.kind, "id": it.uid, "field": it.field,
                     "dbt": it.theirs, "tandem": it.ours} for it in result.differences
                ],
            } for result in results
        },
    }
