"""Trouble tickets as telecom and enterprise helpdesks exchange them: TMF621 Trouble Ticket Management, versions 4 and 5."""
