#!/usr/bin/env python3
"""Prints how the nodes of a run ended: count-results.py target/run_results.json"""
import collections
import json
import sys

with open(sys.argv[1]) as file:
    results = json.load(file)["results"]
ended = collections.Counter(
    f"{result['unique_id'].split('.')[0]} {result['status']}" for result in results
)
print("   " + ", ".join(f"{number} {what}" for what, number in sorted(ended.items())))
if any(result["status"] not in ("success", "pass", "no-op") for result in results):
    sys.exit(1)
