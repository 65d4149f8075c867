"""Defenses, each with an edit that removes it and a test that then fails."""

from tests.simulation.mutants import attempts, clients, dead_letters, messages

MUTANTS = (*messages.MUTANTS, *attempts.MUTANTS, *dead_letters.MUTANTS, *clients.MUTANTS)
