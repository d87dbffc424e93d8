"""Harbour: a network of our own on which people sign in, with an access that ends and is renewed.

`platforms` is the folder in which its connector stands; `server` answers on a port of this machine.
"""
