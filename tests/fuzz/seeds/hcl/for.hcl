list = [for x in [1, 2, 3] : x * 2]
filter = [for x in [1, 2, 3] : x if x != 2]
index = [for i, x in ["a", "b"] : "${i}${x}"]
keys = [for k, v in { a = 1, b = 2 } : "${k}=${v}"]
object = { for x in ["a", "b"] : x => upper(x) }
object_filter = { for k, v in { a = 1, b = 2 } : k => v if v > 1 }
nested = [for x in [1, 2] : [for y in [3, 4] : x * y]]
shadow = [for known in ["a"] : known]
lines = [
  for x in [
    1,
    2,
  ] : x
]
of_string = [for x in "abc" : x]
scope_ends = [for x in [1] : x][0] + 1
unknown = [for x in [1] : y]
