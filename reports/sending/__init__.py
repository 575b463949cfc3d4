"""Sending the weekly mail: once, on time, to the right eyes.

`making` makes each recipient's mail by the policy and looks it through, `outbox` freezes it,
`post` claims and sends it, `smtp` talks to the mail server, `weekly` puts them together.
"""
