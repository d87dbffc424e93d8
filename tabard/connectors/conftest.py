"""Lets a failing contract show what it compared."""

import pytest

pytest.register_assert_rewrite(
    "tabard.connectors.contract", "tabard.connectors.contract_card", "tabard.connectors.stage"
)
