"""Grading a class: hundreds of notebooks that nobody has read.

`submissions` finds what was handed in among the files of `places`; `grader` has one submission
answered inside the `sandbox`, by the judge that learners meet as well; `workers` do that for many
at a time, here or on a cluster; `journal` keeps what was found; `run` drives it over a class.
`marks` and `classroom` make lines of a gradebook of it, `figures` the numbers of the class,
`gradebook` and `pages` what is written. `handout` makes a student's own notebook. `inside`,
`structure` and `filter_calls` run in the sandbox, and `bubblewrap` says what that shows.
"""
