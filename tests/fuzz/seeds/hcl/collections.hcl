list = [1, "a", true, null, [2]]
trailing = [
  1, # with a comment
  2,
]
empty_list = []
object = { a = 1, "b c" = 2, (known.word) = 3, d : 4 }
lines = {
  a = 1
  b = [
    1,
    2,
  ]

  c = {
    d = "x"
  },
}
empty_object = {}
index = [10, 20][1]
attribute = known.object.a
by_key = known.object["a"]["b c"][0]
legacy_index = known.object.a["b c"].1
missing = known.object.b
out_of_range = [1][1]
fraction = [1][0.5]
of_string = known.word.x
same_key = { a = 1, a = 2 }
