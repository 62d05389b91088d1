"""Writes core.json: what python-dotenv 1.2.4, which dbt Core 1.12 reads `.env` with, makes of each text.

    python3 generate.py
"""

import io
import json
import logging
import os
import pathlib
import random

from dotenv.main import DotEnv

TEXTS = [
    "A=b", "A = b", "  A=b", "export A=b", "export=1", "export A", "A", "A: b", "set A=b", "1A=b", "A-B=c", "A=", 'A=""', "A=''",
    "A='x $Y \\n # z'", "A='it''s'", "A='it\\'s'", 'A="\\\\ \\" \\n \\t \\$ \\q"', 'A=pre"mid"post', 'A={"a":1}', "A=`x`", "A=h#x", "A=h # c",
    "A=a b", "A=a\\ b", "A=C:\\Users", "A=don't\nB=1", "# don't\nA=1", 'A="l1\nl2"\nB=2', "A='l1\nl2 # x'", "A=1\nB=$A", "A=1\nB=${A}", "B=${X:-y}", "B=${X:y}${X-z}",
    "A=pa$$word", "A=x$", "A=1\r\nB=2\r\n", "A=1\rB=2", "A=1\nA=2\nB=${A}", "A=x ", "A=1\nbad line here\nB=2", "'A B'=c", "A='x' y\nB=1", "A=\"x\nB=1", "A='x\nB=1\nC='y'",
    "A=x\t# c", "A= # c", "A=# c", "A=#c", "=x\nB=1", "A==b", "A=b=c", "A='x\\'", "A='x\\\\'\nB='y'", "A=${", "A=${B", "A=${B}${", "A=${B}}", "A=${${B}}", "B=1\nA=${B:-${C}}", "A=${P}", "P=mine\nA=${P}",
    "A\nB=${A}x", "\ufeffA=1", "A=x\u00a0# c", "A=é", "A=1 \x1c", "A\x0b=1", "export\tA=1", "exportA=1", "A='x'#c", "A='x' #c\nB=2", "A=x\n\n\n  B=y", "'A=1\nB=2", "#", "", "\n", "A=\n=B\nC=3",
]

logging.getLogger("dotenv").setLevel(logging.ERROR)
random.seed(7)
PIECES = ["A", "B", "=", "=", "'", '"', "\\", " ", "\n", "\n", "#", "${A}", "${", "}", "$B", "x", "export ", ":-", "\t"]
TEXTS += ["".join(random.choice(PIECES) for _ in range(random.randint(2, 14))) for _ in range(300)]


def case(text):
    values = DotEnv(None, stream=io.StringIO(text, newline=None), interpolate=True, override=False).dict()
    return [text, [[name, value] for name, value in values.items() if value is not None]]


os.environ.clear()
os.environ["P"] = "process"
lines = ",\n".join(json.dumps(case(it)) for it in dict.fromkeys(TEXTS))
pathlib.Path(__file__).with_name("core.json").write_text(f"[\n{lines}\n]\n")
