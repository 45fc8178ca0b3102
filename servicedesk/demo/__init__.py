"""The demo world: a provider with four offices, its customers, and two years of their tickets."""

PASSWORD = "demo-desk-2026"  # noqa: S105 - the demo world's own, printed at its start
ACCOUNTS = (
    ("customer", "customer@demo.example", "李娜"),
    ("supervisor", "supervisor@demo.example", "王志强"),
    ("engineer", "engineer@demo.example", "张伟"),
    ("dispatcher", "dispatcher@demo.example", "陈静"),
    ("manager", "manager@demo.example", "刘洋"),
    ("admin", "admin@demo.example", "系统管理员"),
)
"""Role, address and name of the accounts that the README names; one password for all."""
