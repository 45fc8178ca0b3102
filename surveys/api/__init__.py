"""Surveys for programs: templates and their drafts, rules, campaigns, posters, what was asked and what came back."""
