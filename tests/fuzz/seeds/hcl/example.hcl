# All that dbmig reads in an atlas.hcl, with comments. None of it is needed: flags and environment
# variables are enough, and they go before this file. 'dbmig config' shows what is in force and where it
# comes from. Paths are relative to this file. Values are evaluated only when a command needs them.

# Input variables: --var name=value, else the default.
variable "password" {
  type    = string
  default = getenv("DB_PASSWORD")
}

variable "pg_version" {
  type        = number
  description = "the major version that production runs"
  default     = 16
}

locals {
  migrations = "file://migrations"
  app_url    = "postgres://app:${urlescape(var.password)}@localhost/app"
}

# A program that prints the schema as SQL, such as an ORM's models. It runs when `src` is needed.
data "external_schema" "models" {
  program = ["python3", "scripts/print_models.py"]
}

# A program that prints any other value, such as a password from a vault.
data "external" "secrets" {
  program = ["sh", "-c", "echo '{\"url\": \"postgres://localhost/app\"}'"]
}

# A throwaway server with an image and start-up SQL of your own: dev = docker.postgres.dev.url
docker "postgres" "dev" {
  image    = "postgres:16"
  schema   = "public"
  baseline = <<-SQL
    CREATE ROLE app NOLOGIN;
  SQL
}

# One block a database or stage; --env local. With one env only, --env is not needed.
env "local" {
  # The live database: apply, status. DBMIG_URL and DATABASE_URL go before it.
  url = local.app_url

  # The throwaway server: check, lint, diff, create. One of:
  #   docker://postgres/16/dev?search_path=public      Docker Hub's image
  #   docker+postgres://registry/image:tag/db          another image
  #   embedded://                                      the PostgreSQL of this machine
  #   postgres://…                                     a temporary database on that server
  dev = "docker://postgres/${var.pg_version}/dev"

  # What the schema should be, for drift and for `create` by difference.
  src = data.external_schema.models.url

  migration {
    dir              = local.migrations
    lock_timeout     = "10s"    # for the lock that keeps two runs apart
    tx_mode          = "file"   # file, all, none
    exec_order       = "linear" # linear, linear-skip, non-linear
    revisions_schema = "public" # where the history table is
  }

  # What Atlas does not have.
  dbmig {
    history_table     = "schema_history" # flyway_schema_history shares the table with Flyway
    ddl_lock_timeout  = "3s"             # how long a statement may queue for a table
    statement_timeout = "0"
    retries           = 10
    lock              = "auto" # advisory, lease (for poolers), none
    wait              = "0"    # for a server that is starting
    cache_size        = "2GB"

    placeholders = {
      owner = "app"
    }
  }
}

env "prod" {
  url = jsondecode(data.external.secrets).url

  migration {
    dir = local.migrations
  }

  dbmig {
    role             = "app_owner"
    ddl_lock_timeout = "1s"
  }
}
