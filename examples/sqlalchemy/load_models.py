"""Prints the DDL of all models. dbmig runs this (see atlas.hcl); it needs no database and no driver."""
from sqlalchemy import create_mock_engine

from models import metadata


def show(statement, *args, **kwargs):
    print(str(statement.compile(dialect=engine.dialect)).strip() + ";\n")


engine = create_mock_engine("postgresql://", show)
metadata.create_all(engine, checkfirst=False)
