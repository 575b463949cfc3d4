"""Excel's side: worksheet functions, macros, refresh, and an engine over files."""
