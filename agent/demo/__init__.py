"""``./install.sh demo``: the main job on one machine, with a sample shop and stand-ins for ERPs."""
