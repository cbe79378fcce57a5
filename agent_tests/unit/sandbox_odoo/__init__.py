"""Tests of the stand-in for Odoo."""
