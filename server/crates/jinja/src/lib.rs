//! Values with Python's semantics and the evaluator that renders templates with them. Knows Jinja,
//! not dbt: everything a template calls comes from a host.
