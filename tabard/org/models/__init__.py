"""Tables of the organisation."""

from tabard.org.models.grants import Absence, Grant, Role
from tabard.org.models.past import Past
from tabard.org.models.people import Person
from tabard.org.models.policies import Policy
from tabard.org.models.reorganisations import Reorganisation
from tabard.org.models.units import Unit

__all__ = ["Absence", "Grant", "Past", "Person", "Policy", "Reorganisation", "Role", "Unit"]
