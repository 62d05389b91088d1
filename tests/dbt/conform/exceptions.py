"""Differences that are known and have a reason on dbt's side: exceptions.json."""
import fnmatch
import json
import re


class Known:
    def __init__(self, project, uid, field, reason):
        self.project, self.uid, self.field, self.reason = project, re.compile(uid), field, reason

    def covers(self, project, uid, field):
        return (fnmatch.fnmatch(project, self.project) and self.uid.fullmatch(uid)
                and fnmatch.fnmatch(field, self.field))


def read(path):
    return [Known(it.get("project", "*"), it["id"], it["field"], it["reason"])
            for it in json.loads(path.read_text())]
