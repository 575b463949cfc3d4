"""The tables of the store.

A list is one query of one account. Its snapshots are kept as changes in time: a version is what
a list said of one customer, from one snapshot's number until, not including, another's.
"""

from __future__ import annotations

import sqlalchemy as sa

SCHEMA = 2
"""Version of these tables. A store with a newer one is refused untouched."""

metadata = sa.MetaData()

about = sa.Table(
    "partnerbook_about",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

lists = sa.Table(
    "partnerbook_list",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.String(8), nullable=False),
    sa.Column("query", sa.Text, nullable=False),
    sa.UniqueConstraint("account", "fingerprint"),
)

snapshots = sa.Table(
    "partnerbook_snapshot",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("list_id", sa.ForeignKey(lists.c.id), nullable=False),
    sa.Column("taken_at", sa.String(20), nullable=False),  # ISO 8601 with Z: sorts as text
    sa.Column("api", sa.String(20), nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("missing_at_most", sa.Integer, nullable=False),
    # IDs that an incomplete listing did not see and cannot say anything about: a JSON list.
    sa.Column("not_checked", sa.Text, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("field_counts", sa.Text, nullable=False),  # JSON, see Snapshot.field_counts
    sa.Column("tool_version", sa.String(20), nullable=False),
    sa.Index("partnerbook_snapshot_when", "list_id", "taken_at"),
)

versions = sa.Table(
    "partnerbook_version",
    metadata,
    sa.Column("list_id", sa.ForeignKey(lists.c.id), primary_key=True),
    sa.Column("customer_id", sa.Text, primary_key=True),
    sa.Column("first", sa.Integer, primary_key=True),  # number of the first snapshot that said so
    sa.Column("end", sa.Integer),  # number of the first that no longer did; NULL while it holds
    sa.Column("data", sa.Text, nullable=False),  # the customer's fields in their order: a JSON list
    sa.Index("partnerbook_version_first", "list_id", "first"),
    sa.Index("partnerbook_version_end", "list_id", "end"),
    sqlite_with_rowid=False,
)

views = sa.Table(
    "partnerbook_view",
    metadata,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("definition", sa.Text, nullable=False),  # JSON, see views.py
    sa.Column("saved_at", sa.String(20), nullable=False),
)

# What users wrote beside customers. Only ever added to: the newest row of a customer and column
# is what holds, the ones before are the history, and who lost to whom.
notes = sa.Table(
    "partnerbook_note",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("customer_id", sa.Text, nullable=False),
    sa.Column("column", sa.Text, nullable=False),
    sa.Column("value", sa.Text, nullable=False),  # JSON with its kind, see notes.py; null: emptied
    sa.Column("workbook", sa.Text, nullable=False),
    sa.Column("written_by", sa.Text, nullable=False),
    sa.Column("written_at", sa.String(20), nullable=False),
    sa.Index("partnerbook_note_of", "account", "customer_id", "column"),
)

# The newest note that each workbook has shown, so that an edit can be told from old news.
notes_shown = sa.Table(
    "partnerbook_note_shown",
    metadata,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("workbook", sa.Text, primary_key=True),
    sa.Column("customer_id", sa.Text, primary_key=True),
    sa.Column("column", sa.Text, primary_key=True),
    sa.Column("note", sa.ForeignKey(notes.c.number), nullable=False),
)

runs = sa.Table(
    "partnerbook_run",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),  # report/audience/ISO week
    sa.Column("recipient", sa.String(320), primary_key=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),  # SHA-256 of the frozen mail
    sa.Column("file", sa.Text, nullable=False),  # its name in the outbox
    sa.Column("changed_at", sa.String(20), nullable=False),
    sa.Column("said", sa.Text, nullable=False),
)

# What people decided on matches and breaks. Only ever added to: the newest row on a match or
# break is what holds, unless it is revoked or expired.
decisions = sa.Table(
    "partnerbook_decision",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("account", sa.Text, nullable=False),
    sa.Column("verdict", sa.String(10), nullable=False),
    sa.Column("customer_id", sa.Text),  # NULL for a break of which only the ledger knows
    # JSON: the ledger's side of a match, field and value; of an explanation, its facts.
    sa.Column("party", sa.Text),
    sa.Column("break_id", sa.String(40)),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("decided_at", sa.String(20), nullable=False),
    sa.Column("expires", sa.String(10)),  # the last day on which it holds
    sa.Column("revoked_at", sa.String(20)),
    sa.Column("revoked_by", sa.Text),
    sa.Index("partnerbook_decision_of", "account"),
)

# Which columns the last ledger had, as a person said.
ledger_columns = sa.Table(
    "partnerbook_ledger_columns",
    metadata,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("columns", sa.Text, nullable=False),  # JSON: field -> heading
    sa.Column("kept_at", sa.String(20), nullable=False),
)

# What each reconciliation came to: counts only, nobody's name.
reconciliations = sa.Table(
    "partnerbook_reconciliation",
    metadata,
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("made_at", sa.String(20), primary_key=True),
    sa.Column("figures", sa.Text, nullable=False),  # JSON, see reconciliations.py
)

# Who was forgotten, so that a workbook's parked note does not bring them back: a digest, no ID.
forgotten = sa.Table(
    "partnerbook_forgotten",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
)
