"""What other systems send us: alerts, tickets of other helpdesks' scripts, events of any program."""
