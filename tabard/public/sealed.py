"""The secrets that the public register keeps: the private halves of its signing keys."""

from typing import Any

from tabard.access.vault import keeps
from tabard.public.models import SigningKey
from tabard.public.signing import purpose


def _about(key: Any) -> str:
    return purpose(key.name)


keeps(SigningKey, "secret", _about)
