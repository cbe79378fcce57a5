"""Tests of the flows against a fake shop and a fake ERP."""
