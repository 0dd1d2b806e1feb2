"""told in order

No table changes: what is told of headcounts is decided again, by a rule whose answer no longer
depends on the process that is asked (`db.amendments`).
"""

from territoires.db.migrations.tables import making

revision = "0018"
down_revision = "0017"

upgrade, downgrade = making()
