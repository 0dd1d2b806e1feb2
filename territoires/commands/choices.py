"""Changing a setting of the application."""

from territoires.commands.write import ON, VALIDATION, Saved, Write, requires
from territoires.db.models import Setting
from territoires.domain.checks import Code, settle
from territoires.domain.drafts import SettingDraft
from territoires.domain.errors import Problem
from territoires.domain.roles import Permission

SETTINGS = {VALIDATION: (ON, "off")}


@requires(Permission.CHANGE_SETTING)
def set_setting(write: Write, draft: SettingDraft) -> Saved:
    """Choose one of a setting's values; turning validation off leaves its queue to be decided."""
    problems = []
    if draft.name not in SETTINGS:
        problems.append(Problem("name", Code.UNKNOWN_SETTING, draft.name[:40]))
    elif draft.value not in SETTINGS[draft.name]:
        problems.append(Problem("value", Code.BAD_VALUE, draft.value[:40]))
    settle(problems, confirmed=False)
    row = write.session.get(Setting, draft.name)
    if row is None:
        write.session.add(Setting(name=draft.name, value=draft.value))
    else:
        row.value = draft.value
    return Saved(entity="setting", entity_id=draft.name, corrected=1)
