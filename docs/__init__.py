"""The site: ``python -m docs`` gathers its pages from the repository into ``build/pages``, and mkdocs builds them.

What stands in the repository already is taken from there, and what is counted is counted: no fact is written twice.
"""
