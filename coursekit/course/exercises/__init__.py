"""Exercises: answers taken by name, run in a child process, judged by properties, diagnosed."""

from .check import check

__all__ = ["check"]
