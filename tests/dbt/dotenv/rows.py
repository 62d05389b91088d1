"""The `.env` files that compare-dotenv.py asks about: (what it shows, content, more).

`more` may set `process`, the environment that dbt is started with; `names`, variables to look at
that the content does not spell; `place`, where the file lies as seen from the project.
"""

PLAIN = [
    ("plain", "A=b"), ("blanks around =", "A = b"), ("indented", "  A=b"), ("tab around =", "A\t=\tb"),
    ("export", "export A=b"), ("a variable called export", "export=1"), ("export alone", "A=1\nexport B\nC=2"),
    ("name alone", "A=1\nB\nC=2"), ("colon", "A=1\nB: b\nC=2"), ("set", "A=1\nset B=b\nC=2"),
    ("dot in the name", "A.B=c"), ("underscore first", "_A=c"), ("digit first", "A=1\n1A=b\nC=2"), ("dash in the name", "A=1\nA-B=c\nC=2"),
    ("empty", "A="), ("empty double quotes", 'A=""'), ("empty single quotes", "A=''"),
    ("single quotes", "A='x $Y \\n # z'"), ("glued single quotes", "A='it''s'"),
    ("escapes", 'A="x\\\\y \\\' \\" \\$ \\n \\ "'), ("escape \\t", 'A=1\nB="x\\ty"\nC=2'), ("escape \\r", 'A=1\nB="x\\ry"\nC=2'),
    ("glued quotes", 'A=pre"mid"post'), ("JSON", 'A={"a":1}'), ("JSON in single quotes", "A='{\"a\":1}'"), ("backticks", "A=`x`"),
    ("# in the value", "A=h#x"), ("comment", "A=h # c"), ("comment behind two blanks", "A=h  # c"), ("comment for a value", "A=# c\nB=1"),
    ("blank in the value", "A=1\nB=a b\nC=2"), ("escaped blank", "A=a\\ b"), ("Windows path", "A=1\nB=C:\\Users\nC=2"),
    ("open quote", "A=1\nB=don't\nC=2"), ("open quote, closed later", "A=don't\nB=1\nC=it's\nD=2"), ("quote in a comment", "# don't\nA=1"),
    ("quote in a comment behind a value", "A=1 # don't\nB=2"), ("quote behind two blanks", "A=1  # don't\nB=2"),
    ("two lines in double quotes", 'A="l1\nl2 # x"\nB=2'), ("two lines in single quotes", "A='l1\nl2 # x'\nB=2"), ("two lines with CRLF", "A='l1\r\nl2'\r\nB=2\r\n"),
    ("$NAME", "MY=1\nMYDB=2\nA=$MYDB"), ("$NAME_X", "MY=1\nMY_DB=2\nA=$MY_DB"), ("${NAME_X}", "MY_DB=2\nA=${MY_DB}"),
    ("default in braces", "A=${X:-y}"), ("in double quotes", 'X=1\nA="${X}-$X"'), ("in single quotes", "X=1\nA='${X}'"),
    ("$$", "A=pa$$word"), ("$$ in double quotes", 'A="pa$$word"\nB=2'), ("$$ in single quotes", "A='pa$$word'"), ("$ at the end", "A=x$\nB=1"),
    ("open brace", "A=1\nB=${X\nC=2"), ("substitution of a later line", "A=${B}\nB=2"), ("not set", "A=x${NOBODY}y"),
    ("CRLF", "A=1\r\nB=2\r\n"), ("BOM", "\ufeffA=1\nB=2"), ("CR alone", "A=1\rB=2\r"),
    ("blank at the end", "A=1\nB=x "), ("blank at the end of a line", "A=x \nB=1"), ("backslash at the end", "A=1\nB=x\\"),
    ("first or last wins", "A=first\nA=last\nB=${A}"), ("one of equal names is bad", "A=1\nA=x y\nA=2"),
    ("silent stop", "DBT_SCHEMA=dev_ana\nDBT_LABEL=my dev schema\nDBT_ROLE=analyst\n"),
    ("unicode", "A=schön\nB=x\u00a0y"), ("two =", "A=b=c\nB==d"), ("no name", "A=1\n=x\nB=2"), ("nothing", ""), ("blank lines", "\n\n  \nA=1\n\n"),
]

ROWS = [(name, text.encode(), {}) for name, text in PLAIN] + [
    ("the process wins", b"A=file\nB=1", {"process": {"A": "process"}}),
    ("the empty process wins", b"A=file\nB=1", {"process": {"A": ""}}),
    ("substitution of the process", b"A=file\nB=${A}\nC=$A", {"process": {"A": "process"}}),
    ("substitution of the process alone", b"B=${A}-$A", {"process": {"A": "process"}}),
    ("NUL in a value", b"A=1\nB=x\0y\nC=2", {}),
    ("NUL in a name", b"A=1\nB\0=xy\nC=2", {}),
    ("not UTF-8", b"A=1\nB=\xff\nC=2", {}),
    ("not UTF-8 in a comment", b"A=1\n# \xe9\nC=2", {}),
    ("not UTF-8 in a value of two lines", b"A=1\nB='x\n\xe9'\nC=2", {}),
    ("UTF-16", "A=1\nB=2\n".encode("utf-16"), {}),
    ("UTF-16 without a mark", "A=1\nB=2\n".encode("utf-16-le"), {}),
    ("above the project", b"A=above", {"place": "../.env"}),
    ("a folder called .env", b"A=1", {"place": ".env/activate"}),
    ("a folder called .env, a file above", b"A=above", {"place": "../.env", "folder": True}),
    ("a link", b"A=linked", {"place": "real", "link": True}),
    (".env.local", b"A=local", {"place": ".env.local"}),
    ("Core's quoted name", b"'A B'=c\nC=2", {"names": ["A B"]}),
    ("= in Core's quoted name", b"C=2\n'A=B'=c\nD=3", {}),
]
