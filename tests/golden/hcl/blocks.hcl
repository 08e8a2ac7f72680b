data "external_schema" "sqlalchemy" {
  program = ["python3", "scripts/load_models.py"]
}
env "project_config" {
  src = known.url
  dev = "docker://postgres/15/dev?search_path=public"
  migration { dir = "file://src/db/migrations" }
  format { migrate { diff = "{{ sql . \"  \" }}" } }
  diff { concurrent_index { add = true  drop = true } }
}
lint {
  naming { match = "^[a-z_]+$"  message = "must be lowercase"  error = true }
  destructive { error = false }
}
bare label "quoted" {}
empty {
}
nested {
  a {
    b {
      c = 1
    }
  }
  a {
    d = 2
  }
}
