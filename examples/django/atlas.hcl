# The models are the source: dbmig runs the program in this folder and takes what it prints.
data "external_schema" "django" {
  program = ["python3", "load_models.py"]
}

env "local" {
  src = data.external_schema.django.url
  dev = "docker://postgres/16/dev" # or embedded://, the PostgreSQL of this machine
  url = "postgres://localhost/shop"

  migration {
    dir = "file://migrations"
  }
}
