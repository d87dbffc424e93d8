"""Words and addresses that never change while the process lives, kept instead of being looked up in each
row of a list: `{% load ui %}` puts them in the place of Django's own tags of the same names.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma as plain_intcomma
from django.template.base import FilterExpression, Node, Parser, Token, Variable
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as plain_url
from django.templatetags.i18n import TranslateNode, do_translate
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.tag("translate")
def translate(parser: Parser, token: Token) -> Node:
    """`{% translate "Unit" %}`: as Django's; a sentence written out is looked up once for each language."""
    node = do_translate(parser, token)
    said: FilterExpression = node.filter_expression
    written_out = isinstance(said.var, Variable) and said.var.literal is not None and not said.filters
    plain = not (node.asvar or node.noop or node.message_context)
    return _Sentence(node) if written_out and plain else node


class _Sentence(Node):
    def __init__(self, node: TranslateNode) -> None:
        self.node = node
        self.said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        said = self.said.get(language)
        if said is None:
            said = self.said[language] = self.node.render(context)
        return said


@register.filter("intcomma")
def intcomma(number: Any) -> str:
    """`{{ channel.followers|intcomma }}`: as Django's, kept for each language."""
    return _figure(number, get_language())


@lru_cache(maxsize=16_384, typed=True)
def _figure(number: Any, language: str | None) -> str:
    return str(plain_intcomma(number))


@register.tag("url")
def url(parser: Parser, token: Token) -> Node:
    """`{% url "post" post.pk %}`: as Django's, an address once made is kept."""
    node = plain_url(parser, token)
    return node if node.asvar or node.kwargs else _Address(node)


class _Address(Node):
    def __init__(self, node: URLNode) -> None:
        self.name, self.arguments = node.view_name, node.args

    def render(self, context: Context) -> SafeString:
        return address(self.name.resolve(context), *[each.resolve(context) for each in self.arguments])


@lru_cache(maxsize=16_384, typed=True)
def address(name: str, *arguments: Any) -> SafeString:
    """The address of a page, escaped."""
    return escape(reverse(name, args=arguments))
