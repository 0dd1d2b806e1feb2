"""told again

No table changes: what is told of headcounts is decided again, by a rule that whoever knows which
totals count others does not get round (`db.amendments`).
"""

from territoires.db.migrations.tables import making

revision = "0011"
down_revision = "0010"

upgrade, downgrade = making()
