"""The parts of run.py.

subject: what to run; peers: with what; entrant: the two together; measure: running; answer: judging; report: showing.
"""
