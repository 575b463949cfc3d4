"""Reports as workbooks: the only place that writes with openpyxl.

`look` says what everything looks like, `cells` puts one value into one cell, `sheets` makes
sheets, tables and the About sheet, `saving` turns a book into the same bytes every time.
"""
