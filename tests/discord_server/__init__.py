"""A small Discord on loopback: its REST API and its gateway over real sockets."""
