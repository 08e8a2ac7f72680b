upper = upper("aä")
lower = lower("AB")
format = format("%s-%d-%5.2f|%-4s|%04d|%v|%q|%x|%%", "a", 3, 1.5, "b", 7, [1], "q", 255)
format_few = format("%s")
format_many = format("a", 1)
format_type = format("%d", "x")
format_verb = format("%z", 1)
join = join(",", ["a", 1, true])
join_bad = join(",", [[1]])
split = split(",", "a,,b")
replace = replace("aXbX", "X", "--")
trims = [trimspace("  a "), trim("xxaxx", "x"), trimprefix("abc", "a"), trimsuffix("abc", "c"), chomp("a\n\n")]
starts = [startswith("abc", "ab"), endswith("abc", "bc"), startswith("a", "b")]
substr = [substr("hällo", 1, 3), substr("abc", -2, -1), substr("abc", 1, 99), substr("abc", 9, 1)]
numbers = [abs(-1.5), ceil(1.2), floor(1.8), max(1, 3, 2), min(2, 1)]
urlescape = urlescape("a b/c?d=é&~")
json = jsonencode({ a = [1, 2.5, null, true], b = "x\"y" })
unjson = jsondecode("{\"a\": [1, {\"b\": \"c\"}]}").a[1].b
json_bad = jsondecode("{")
length = [length([1, 2]), length({ a = 1 }), length("äb")]
length_bad = length(1)
coalesce = coalesce(null, "", "a", "b")
coalesce_none = coalesce(null, "")
lookup = [lookup({ a = 1 }, "a"), lookup({ a = 1 }, "b", 2)]
lookup_none = lookup({ a = 1 }, "b")
concat = concat([1], [2, 3], [])
contains = [contains([1, 2], 2), contains(["a"], "b")]
toset = toset(["b", "a", "b"])
distinct = distinct([2, 1, 2])
sort = sort(["b", "a", "c"])
reverse = reverse([1, 2, 3])
compact = compact(["a", "", null, "b"])
flatten = flatten([[1, [2]], [], 3])
element = [element([1, 2, 3], 1), element([1, 2, 3], 4)]
slice = slice([1, 2, 3], 1, 3)
keys = keys({ b = 1, a = 2 })
values = values({ b = 1, a = 2 })
merge = merge({ a = 1, b = 2 }, { b = 3 }, {})
zipmap = zipmap(["a", "b"], [1, 2])
range = [range(3), range(1, 4), range(0, 10, 5), range(2, 0)]
conversions = [tostring(1), tonumber("2.5"), tobool("true"), tolist([1]), tomap({ a = 1 })]
tobool_bad = tobool("yes")
spread = max([1, 5, 3]...)
try = [try(known.object.x, "fallback"), can(known.object.x), can(known.object.a)]
try_none = try(known.object.x, unknown.y)
unknown = uper("a")
unknown_far = zzzzzzzz("a")
too_few = replace("a", "b")
too_many = upper("a", "b")
wrong_type = upper([1])
lines = concat(
  [1],
  [2],
)
