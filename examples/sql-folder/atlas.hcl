# All .sql files of schema/, in the order of their names, say what the database should look like.
env "local" {
  src = "file://schema"
  dev = "docker://postgres/16/dev" # or embedded://, the PostgreSQL of this machine

  migration {
    dir = "file://migrations"
  }
}
