"""What is owed to customers again and again, and whether it was done."""
