"""Sổ kiểm tra CCHC: inspections of administrative reform, and the shortcomings they find until put right."""

from inspect_app.app import create_app

__all__ = ["create_app"]
