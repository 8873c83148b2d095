"""Packaged data of the intake: the characters of query phrases, the data of the routing."""

from functools import cache
from importlib.resources import files

from casework.categories import Categories, parse_categories
from casework.receipt import Phrases
from casework.routing import RoutingData, parse_routing


@cache
def phrases() -> Phrases:
    """The list of the query phrases. Read once."""
    return Phrases(_read("phrase.txt"))


@cache
def categories() -> Categories:
    """The packaged categories, for commands that run without a deployment. Read once."""
    return parse_categories(_read("categories.toml"), "categories.toml")


@cache
def routing() -> RoutingData:
    """The data of the routing rule. Read once."""
    return parse_routing(_read("routing.toml"), "routing.toml")


def _read(name: str) -> str:
    return (files("casework") / "data" / name).read_text(encoding="utf-8")
