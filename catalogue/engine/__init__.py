"""What an item of the catalogue asks, includes and costs. Pure: data in, data or a refusal with its place out."""

from catalogue.engine.charging import Charge, Standing, charge
from catalogue.engine.definition import Definition, Field
from catalogue.engine.schema import schema
from catalogue.engine.values import Checked, Known, check, is_shown
from catalogue.engine.versions import concerns
from catalogue.engine.words import DefinitionError, spoken

__all__ = [
    "Charge",
    "Checked",
    "Definition",
    "DefinitionError",
    "Field",
    "Known",
    "Standing",
    "charge",
    "check",
    "concerns",
    "is_shown",
    "schema",
    "spoken",
]
