"""The one error of the command line: a sentence for the person at the keyboard."""


class CourseError(Exception):
    """What the commands cannot do, in one line; `main` prints it and ends with status 2."""
