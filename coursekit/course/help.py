"""Help that a narrow window does not cut: there, a list instead of typer's tables."""

from collections.abc import Callable, Iterable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from .terminal import columns, wrapped

# The tables hold their words whole from so many columns on: of one command, and of all of them.
TABLE, TABLE_OF_ALL = 80, 60


class Command(TyperCommand):
    """A command whose help is a list when the window is too narrow for a table."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        if columns() >= TABLE:
            super().format_help(ctx, formatter)
        else:
            formatter.write(_listed(self, ctx, []))


class Group(TyperGroup):
    """All commands, listed under the names of their panels when the window is narrow."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        if columns() >= TABLE_OF_ALL:
            super().format_help(ctx, formatter)
            return
        panels: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command: Any = self.get_command(ctx, name)
            # As in the table: the first paragraph.
            about = (command.help or "").partition("\n\n")[0]
            panels.setdefault(str(command.rich_help_panel), []).append((name, about))
        more = [self.epilog] if isinstance(self.epilog, str) else []
        parts = [line for title, rows in panels.items() for line in (title, *_rows(rows), "")]
        formatter.write(_listed(self, ctx, [*parts, *more]))


class Application(typer.Typer):
    """A command line made of such commands."""

    def command(self, *words: Any, **options: Any) -> Callable[[Any], Any]:
        """Register a command, as typer does."""
        return super().command(*words, **{"cls": Command, **options})


def _listed(command: Any, ctx: Any, more: Iterable[str]) -> str:
    records = [parameter.get_help_record(ctx) for parameter in command.get_params(ctx)]
    paragraphs = [" ".join(part.split()) for part in (command.help or "").split("\n\n")]
    usage = " ".join(command.get_usage(ctx).split())
    options = _rows(record for record in records if record)
    lines = [usage, "", *paragraphs, "", *options, "", *more]
    return "\n".join(wrapped(line, columns()) for line in lines) + "\n"


def _rows(records: Iterable[tuple[str, str]]) -> Iterable[str]:
    for names, about in records:
        yield f"  {names}"
        yield f"    {' '.join(about.split())}"
