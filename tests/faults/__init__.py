"""Real faults: a catalogue of what can go wrong, run against the simulated portal with real files and real processes.

`make faults` runs all of it and writes docs/reliability.md; tests/faults/test_faults.py runs a short part.
"""
