"""Tables of facts with the day they were checked; what is unsure stands in them, and is not shown as sure."""
