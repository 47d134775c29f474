"""Afterword: a private companion for people in therapy."""
