"""What can be asked for beside faults, with its own fields, plan and approval; and upgrade campaigns."""
