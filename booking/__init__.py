"""First floor: from a client's first question to the reminder. Stands on services, never looks up to clinic."""
