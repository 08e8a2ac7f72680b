"""Prints the DDL of all models. dbmig runs this (see atlas.hcl); it needs no database, and no migration of Django's."""
import os

import django
from django.apps import apps
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

# Without atomic, Django would connect to begin a transaction. Foreign keys come last, when the editor is left.
with connection.schema_editor(collect_sql=True, atomic=False) as editor:
    for model in apps.get_models():
        if model._meta.can_migrate(connection):
            editor.create_model(model)
print("\n".join(editor.collected_sql))
