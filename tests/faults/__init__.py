"""Faults on purpose: runs that cannot be lost and never pay twice, shown with real processes."""
