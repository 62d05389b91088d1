"""Command lines of `dbt list` over what a manifest holds: the same ones for the same seed."""
import random

SECTIONS = ("nodes", "sources", "exposures", "metrics", "semantic_models", "saved_queries",
            "unit_tests", "functions")
MODES = ("eager", "cautious", "buildable", "empty")
TYPES = ("model", "snapshot", "seed", "test", "source", "exposure", "metric", "saved_query",
         "semantic_model", "unit_test", "function", "analysis", "all", "default")


class Words:
    def __init__(self, manifest, seed):
        self.random = random.Random(seed)
        self.all = [it for section in SECTIONS for _, it in sorted(manifest[section].items())]
        self.selectors = sorted(manifest["selectors"])
        self.configs = sorted(set(self.config_values()))

    def config_values(self):
        def walk(path, value):
            if isinstance(value, dict):
                for key, inner in value.items():
                    yield from walk(f"{path}.{key}", inner)
            elif isinstance(value, list):
                for inner in value:
                    yield from walk(path, inner)
            elif value is not None and " " not in str(value) and "," not in str(value):
                yield f"{path}:{value}"
        for it in self.all:
            for key, value in (it.get("config") or {}).items():
                yield from walk(f"config.{key}", value)

    def pick(self, items):
        items = list(items)
        return self.random.choice(items) if items else "nothing"

    def some(self, section):
        return self.pick(it for it in self.all if it["unique_id"].startswith(section + "."))

    def blurred(self, text):
        """The text, part of it, or a pattern that may match it."""
        text = str(text).replace(" ", "?").replace(",", "?")
        kind = self.random.randrange(10)
        at = self.random.randrange(len(text) + 1)
        if kind < 5 or not text:
            return text
        if kind == 5:
            return text[:at] + "*"
        if kind == 6:
            return "*" + text[at:]
        if kind == 7:
            return text[:at] + "?" + text[at + 1:]
        if kind == 8:
            return text[:at] + "[" + self.pick(["a-z_", "!x", text[at:at + 1] or "a"]) + "]" + text[at + 1:]
        return self.pick(["*", "no_such", text.upper(), text[:at], text + "*"])

    def fqn(self):
        fqn = self.pick(self.all)["fqn"]
        start = self.random.choice([0, 0, 1, len(fqn) - 1])
        return ".".join(fqn[start:self.random.randint(start + 1, len(fqn))])

    def path(self):
        it = self.pick(self.all)
        parts = it["original_file_path"].split("/")
        if it.get("patch_path") and self.random.random() < 0.2:
            parts = it["patch_path"].split("://")[1].split("/")
        parts = parts[:self.random.randint(1, len(parts))]
        if self.random.random() < 0.4:
            parts[self.random.randrange(len(parts))] = self.pick(["*", "**", "*a*", "?arts"])
        return "/".join(parts) + self.pick(["", "", "", "/"])

    def name(self, section):
        it = self.some(section)
        if isinstance(it, str):
            return it
        parts = [it["package_name"], it["name"]]
        if section == "source":
            parts.insert(1, it["source_name"])
        parts = parts[self.random.randrange(len(parts)):]
        if section == "source" and self.random.random() < 0.3:
            parts = [it["source_name"]]
        return ".".join(self.blurred(part) for part in parts)

    def bare(self):
        """A word without graph operators."""
        methods = [
            lambda: self.blurred(self.fqn()),
            lambda: self.blurred(self.fqn()),
            lambda: "fqn:" + self.blurred(self.fqn()),
            lambda: self.pick(self.all)["name"],
            lambda: self.pick(it["search"] for it in self.named_files()),
            lambda: "file:" + self.blurred(self.pick(self.named_files())["search"]),
            lambda: "path:" + self.path(),
            lambda: self.path() + "/",
            lambda: "tag:" + self.blurred(self.pick(sorted({tag for it in self.all for tag in self.tags(it)}))),
            lambda: "source:" + self.name("source"),
            lambda: "exposure:" + self.name("exposure"),
            lambda: "metric:" + self.name("metric"),
            lambda: "semantic_model:" + self.name("semantic_model"),
            lambda: "saved_query:" + self.name("saved_query"),
            lambda: "unit_test:" + self.name("unit_test"),
            lambda: "package:" + self.pick(["this", self.blurred(self.pick(self.all)["package_name"])]),
            lambda: "group:" + self.blurred(self.pick(sorted({(it.get("config") or {}).get("group") or "" for it in self.all}))),
            lambda: "access:" + self.pick(["public", "protected", "private", "Public"]),
            lambda: "version:" + self.pick(["latest", "prerelease", "old", "none"]),
            lambda: "resource_type:" + self.pick(TYPES[:-2] + ("operation", "macro", "doc")),
            lambda: "test_type:" + self.pick(["generic", "singular", "unit", "data", "schema"]),
            lambda: "test_name:" + self.blurred(self.pick(sorted({it["test_metadata"]["name"] for it in self.all if it.get("test_metadata")}))),
            lambda: self.pick(self.configs),
            lambda: self.pick(self.configs),
            lambda: self.cased(self.pick(self.configs)),
        ]
        return self.random.choice(methods)()

    def cased(self, word):
        path, _, value = word.partition(":")
        return path + ":" + self.random.choice([value.upper(), value.lower(), value.title()])

    def named_files(self):
        for it in self.all:
            name = it["original_file_path"].rsplit("/", 1)[-1]
            yield {"search": name}
            yield {"search": name.rsplit(".", 1)[0]}

    def tags(self, it):
        said = it.get("tags") or (it.get("config") or {}).get("tags") or []
        return [said] if isinstance(said, str) else said

    def word(self):
        word = self.bare()
        kind = self.random.randrange(10)
        depth = self.pick(["", "", "1", "2", "3", "0"])
        if kind == 0:
            return "@" + word
        if kind in (1, 2):
            return f"{depth}+{word}"
        if kind in (3, 4):
            return f"{word}+{depth}"
        if kind == 5:
            return f"{depth}+{word}+{self.pick(['', '1', '2'])}"
        return word

    def union(self):
        """Words of which each may be an intersection."""
        words = []
        for _ in range(self.random.choice([1, 1, 1, 2, 3])):
            words.append(",".join(self.word() for _ in range(self.random.choice([1, 1, 1, 2, 3]))))
        return words

    def line(self):
        if self.selectors and self.random.random() < 0.06:
            line = ["--selector", self.pick(self.selectors)]
        else:
            line = []
            if self.random.random() < 0.92:
                words = self.union()
                if self.random.random() < 0.5:
                    words = [" ".join(words)]
                line += ["--models" if self.random.random() < 0.05 else "--select", *words]
            if self.random.random() < 0.3:
                line += ["--exclude", *self.union()]
        if self.random.random() < 0.35:
            line += ["--indirect-selection", self.pick(MODES)]
        if "--models" not in line and self.random.random() < 0.2:
            line += ["--resource-type", self.pick(TYPES)]
        if self.random.random() < 0.1:
            line += ["--exclude-resource-type", self.pick(TYPES[:-2])]
        if self.random.random() < 0.1:
            line += ["--output", self.pick(["name", "path", "selector"])]
        return line


# What is hardly met by chance: faulty words, odd ones, every selector.
SAID = [
    ["--select", it] for it in (
        "", "+", "++", "@", "@+orders", "@orders+", "a:b", "none:x", "selector:x", "a-b:c", "0+orders",
        "orders+0", "orders++", "+orders+1", "99999999999999+orders", "path:/tmp", "path:.", "path:**",
        "path:*", "path:./models", "path:models/../models", "path:models//staging", "path:mod**",
        "source:a.b.c.d", "metric:a.b.c", "exposure:a.b.c", "semantic_model:a.b.c",
        "saved_query:a.b.c", "unit_test:a.b.c", "resource_type:wrong", "test_type:wrong",
        "test_type:", "test_type:at", "version:wrong", "state:new", "state:wrong", "result:pass",
        "source_status:fresher", "config:x", "config.:x", "config.materialized:", "tag:", "file:",
        "*", "fqn:*", "fqn:[", "fqn:]", "[]", "customers.v2", "customers_v2", "shop.customers.v1",
        "customers.v9", "v2", "customer", "customer.orders", "orders,orders", "orders,", ",",
        "orders  stg_orders", "models/marts", "orders.sql", "ORDERS.SQL", "scores.py",
        "countries.csv", "staging.yml", "package:", "access:", "group:", "config.meta:x",
        "config.severity:WARN", "config.severity:error", "config.meta.values:x",
        "config.meta.nested.values:x", "config.contract.enforced:false", "config.docs.show:FALSE",
    )
] + [
    [], ["--exclude", "*"], ["--exclude", "fqn:*"], ["--select"], ["--selector", "no_such"],
    ["--models", "orders", "--select", "orders"], ["--models", "+orders"],
    ["--models", "orders", "--resource-type", "test"],
    ["--select", "orders", "--select", "stg_orders"], ["--select", "orders", "--exclude", "no_such"],
    ["--output", "json"], ["--output", "name"], ["--output", "path"], ["--output", "SELECTOR"],
    ["--output", "json", "--output-keys", "name", "config.materialized", "tags", "nothing", "a.b"],
    ["--output", "json", "--output-keys", "unique_id depends_on.nodes"],
    ["--resource-type", "model", "--resource-type", "seed"], ["--resource-type", "model", "seed"],
    ["--resource-types", "all", "--exclude-resource-types", "test", "model"],
    ["--indirect-selection", "CAUTIOUS", "--select", "orders"],
]


def lines(manifest, seed, number):
    words = Words(manifest, seed)
    said = SAID + [["--selector", name] for name in words.selectors]
    said += [["--selector", name, "--indirect-selection", mode]
             for name in words.selectors for mode in MODES[1:]]
    return said + [words.line() for _ in range(number)]
