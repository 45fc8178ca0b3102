"""What is known: articles from solved tickets, found while a report is typed and while a ticket is worked."""
