"""What this project promises, proven and measured: ``python -m tests.bench``."""
