"""What load_models.py needs of Django's settings. No migration history of Django's own is kept."""
SECRET_KEY = "only the models are read"
INSTALLED_APPS = ["shop"]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shop"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
