"""Everything that can be done in rounds."""

from tabard.attestation.actions.rounds import cancel, close, open_round, plan, remind
from tabard.attestation.actions.sheets import add_item, answer, hand_on, sign

__all__ = ["add_item", "answer", "cancel", "close", "hand_on", "open_round", "plan", "remind", "sign"]
