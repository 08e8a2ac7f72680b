# pre-commit installs the repository of a Python hook as a package; this one is empty.
from setuptools import setup

setup(name="dbmig-pre-commit", version="0", packages=[], py_modules=[])
