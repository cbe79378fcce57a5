"""The private MariaDB server of the tests: the same one as the demo's."""

from agent.sandbox.mariadb import MariaDb, free_port, server_binary, start_mariadb

__all__ = ["MariaDb", "free_port", "server_binary", "start_mariadb"]
