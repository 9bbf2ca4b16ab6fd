"""Settings for a school that runs nbgrader: copy this file into the folder of your course.

With them `nbgrader generate_assignment` makes the very notebook that `coursekit release` makes.
"""

c = get_config()  # noqa: F821 — nbgrader defines it

# Unlike nbgrader's own stub this one raises nothing, so an unanswered notebook runs to its end.
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\npass"}
# A check starts a process of its own, and a class may be graded on a slow machine.
c.ExecutePreprocessor.timeout = 120
