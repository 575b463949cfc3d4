"""``partnerbook reconcile``, ``verify`` and ``decisions``: the commands, what they ask and keep.

options   columns and cut-off as they were given on the command line
columns   which column holds what: told, remembered, found, or asked
before    what earlier workbooks say: breaks, decisions, changes after sign-off
making    snapshot + ledger -> the workbook, as a file
commands  ``reconcile``; verifying: ``verify``; deciding: ``decisions``
"""
