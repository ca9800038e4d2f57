"""Rhymix and XE: the software of many Korean boards, at any site that a topic names. fmkorea and theqoo read theirs with it."""
