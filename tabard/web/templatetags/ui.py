"""The components: `{% load ui %}`. `/ui` and `docs/reference/components.md` show each with its call.

Small ones that stand in every row of a list are plain functions, because a template each would be felt;
the larger ones are templates in `templates/ui/`.
"""

from __future__ import annotations

from tabard.web.components import blocks, entries, figures, forms, frame, kept, lists, small, times

register = small.register
for more in (forms, lists, figures, blocks, times, entries, kept, frame):
    register.tags.update(more.register.tags)
    register.filters.update(more.register.filters)
