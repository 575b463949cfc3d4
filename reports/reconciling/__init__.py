"""``partnerbook reconcile``, ``verify`` and ``decisions``: the commands, what they ask and keep.

options   columns and cut-off as they were given on the command line
columns   which column holds what: told, remembered, found, or asked
own_ids   finance's own IDs under a heading that may mean the vendor's
before    what earlier workbooks say: breaks, decisions, changes after sign-off
making    a ledger and the list -> the reconciliation and its workbook: `reconcile_ledger`
commands  ``reconcile``; verifying: ``verify``; deciding: ``decisions``
"""
