"""What is said, and how it looks: the weekly report and the reconciliation."""
