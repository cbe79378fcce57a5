"""A sample shop: the tables of a chosen version of OpenCart, with goods of our own."""

from agent.sandbox.store.build import SampleShop, build_sample_shop, run

__all__ = ["SampleShop", "build_sample_shop", "run"]
