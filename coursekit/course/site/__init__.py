"""The course as a site: Sphinx makes its pages of the notebooks where they are."""
