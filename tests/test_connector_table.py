"""The page that says what each connector can do is the one the cards make.

`python -m tests.test_connector_table` writes it anew.
"""

from pathlib import Path

from tabard.connectors.card import Ability, Proof
from tabard.connectors.table import ABILITIES, PROOFS, table

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "connectors.md"


def test_the_page_is_what_the_cards_say() -> None:
    assert PAGE.read_text() == table(), "write it anew: python -m tests.test_connector_table"


def test_every_ability_and_every_proof_has_words() -> None:
    assert set(ABILITIES) == set(Ability)
    assert set(PROOFS) == set(Proof)


if __name__ == "__main__":
    PAGE.write_text(table())
