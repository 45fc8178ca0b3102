"""What a customer is entitled to, when it ends, and what follows."""
