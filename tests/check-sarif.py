"""Holds SARIF against the published schema: `tandem check --format sarif | check-sarif.py SCHEMA`.

SCHEMA is `sarif-schema-2.1.0.json` of OASIS, which is not kept here. Needs `pip install jsonschema`.
"""

import json
import sys

import jsonschema


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    validator = jsonschema.validators.validator_for(schema)(schema)
    errors = list(validator.iter_errors(json.load(sys.stdin)))
    for error in errors:
        print("/".join(map(str, error.absolute_path)), error.message)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
