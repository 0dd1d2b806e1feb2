"""Who may do what: the whole policy, on one screen."""

from dataclasses import dataclass
from datetime import timedelta

from territoires.domain.told import Told

IDLE = timedelta(hours=1)  # a session that gives no sign of life for so long is over


class Permission(Told):
    """One act that somebody may be entitled to."""

    SEE_PENDING = "pending:see", "voir les faits en attente"
    SEE_SMALL_COUNTS = "small_count:see", "voir les effectifs de moins de 5"
    RECORD_STAGE = "stage:record", "enregistrer une étape"
    ASK = "question:record", "noter une demande"
    EDIT_CENTRE = "centre:edit", "créer ou corriger un centre"
    RECORD_ENROLMENT = "enrolment:record", "saisir des inscriptions"
    EDIT_OFFERING = "offering:edit", "modifier l’offre d’un centre"
    EDIT_COURSE = "course:edit", "modifier le catalogue"
    ANSWER_REPORTS = "report:answer", "répondre aux signalements"
    FREEZE = "view:freeze", "figer une vue"
    VALIDATE = "fact:validate", "valider les faits proposés"
    SET_TARGET = "target:set", "fixer un objectif"
    MANAGE_STAFF = "staff:manage", "gérer les comptes"
    CHANGE_SETTING = "setting:change", "changer un réglage"
    READ_JOURNAL = "journal:read", "consulter le journal"
    OWN_ACTS = "act:own", "reprendre ses propres actes"
    CHANGE_OWN_PASSWORD = "password:change", "changer son mot de passe"


class Role(Told):
    """What somebody is in the programme; `public` is whoever has not signed in."""

    PUBLIC = "public", "Public"
    PARTNER = "partner", "Partenaire"
    ENTRY = "entry", "Saisie"
    VALIDATION = "validation", "Validation"
    DIRECTION = "direction", "Direction"
    ADMINISTRATION = "administration", "Administration"


_ENTRY = frozenset(
    {
        Permission.SEE_PENDING,
        Permission.SEE_SMALL_COUNTS,
        Permission.RECORD_STAGE,
        Permission.ASK,
        Permission.EDIT_CENTRE,
        Permission.RECORD_ENROLMENT,
        Permission.EDIT_OFFERING,
        Permission.ANSWER_REPORTS,
        Permission.READ_JOURNAL,
        Permission.OWN_ACTS,
        Permission.CHANGE_OWN_PASSWORD,
    }
)

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.PUBLIC: frozenset(),
    Role.PARTNER: frozenset({Permission.SEE_PENDING, Permission.CHANGE_OWN_PASSWORD}),
    Role.ENTRY: _ENTRY,
    Role.VALIDATION: _ENTRY | {Permission.VALIDATE, Permission.EDIT_COURSE, Permission.FREEZE},
    Role.DIRECTION: frozenset(
        {
            Permission.SEE_PENDING,
            Permission.SEE_SMALL_COUNTS,
            Permission.ASK,
            Permission.FREEZE,
            Permission.READ_JOURNAL,
            Permission.CHANGE_OWN_PASSWORD,
        }
    ),
    Role.ADMINISTRATION: frozenset(Permission),
}

# Roles whose acts stop at the regions listed for the person.
REGIONAL: frozenset[Role] = frozenset({Role.PARTNER, Role.ENTRY})
# Roles whose acts wait for validation, where the setting asks for it.
PROPOSING: frozenset[Role] = frozenset({Role.ENTRY})


def grants(role: Role, permission: Permission) -> bool:
    """Tell whether `role` holds `permission` somewhere; regions are checked by the command."""
    return permission in GRANTS[role]


class LocalAccounts(Told):
    """Who may sign in with a password of ours where an identity provider does it for everybody."""

    ON = "on", "tous"
    ADMIN = "admin", "l’administration seulement"  # a way in for when the provider is down
    OFF = "off", "personne"

    def admits(self, role: Role) -> bool:
        """Tell whether somebody of this role may."""
        return self is self.ON or (self is self.ADMIN and role is Role.ADMINISTRATION)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Whoever looks at a page: nobody in particular, or somebody of the staff.

    A page mirrors `may` to show what is offered; the commands decide, inside their transaction.
    """

    email: str = ""
    name: str = ""
    role: Role = Role.PUBLIC
    regions: frozenset[str] = frozenset()
    must_change_password: bool = False

    def may(self, permission: Permission, region: str | None = None) -> bool:
        """Tell whether this person may do the act, in `region` where one is named.

        A password given by somebody else opens nothing but its own replacement.
        """
        if self.must_change_password and permission is not Permission.CHANGE_OWN_PASSWORD:
            return False
        if not grants(self.role, permission):
            return False
        return region is None or self.covers(region)

    def covers(self, region: str) -> bool:
        """Tell whether competence reaches a region."""
        return self.role not in REGIONAL or region in self.regions

    @property
    def regions_of_counts(self) -> frozenset[str] | None:
        """The regions whose small counts this person may see; None: all of them."""
        if not self.may(Permission.SEE_SMALL_COUNTS):
            return frozenset()
        return self.regions if self.role in REGIONAL else None

    @property
    def bounds(self) -> tuple[str, ...]:
        """The regions that bound what this person looks after; none for the whole of France.

        Nobody's region has an empty code: who has no region looks after none, not all.
        """
        return (tuple(sorted(self.regions)) or ("",)) if self.role in REGIONAL else ()

    def may_throughout(self, permission: Permission, region: str) -> bool:
        """Tell whether this person may do the act in a whole region, or everywhere (`""`)."""
        if not region:
            return self.role not in REGIONAL and self.may(permission)
        return self.may(permission, region)


ANYBODY = Reader()
