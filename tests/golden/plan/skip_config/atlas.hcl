diff {
  skip {
    drop_column   = true
    modify_column = true
    add_column    = 1 == 1
    add_view      = false
    drop_index    = true
  }
}
