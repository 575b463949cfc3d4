"""``partnerbook reconcile`` and what belongs to it: the commands, and what they ask and keep.

options   the columns and the cut-off as they were given on the command line
making    snapshot + ledger -> the workbook, as a file
commands  the commands themselves
"""
