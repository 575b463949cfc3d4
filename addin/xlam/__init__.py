"""The add-in for Excel, built on the user's machine from what their own xlwings ships."""

from addin.xlam.package import build, settings_in
from addin.xlam.places import Places, install, uninstall, where

__all__ = ["Places", "build", "install", "settings_in", "uninstall", "where"]
