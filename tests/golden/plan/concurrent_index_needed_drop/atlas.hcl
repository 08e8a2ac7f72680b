env "local" {
  diff {
    concurrent_index {
      create = true
      drop   = true
    }
  }
}
