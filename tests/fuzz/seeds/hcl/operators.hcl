sum = 1 + 2 * 3 - 4 / 2
parentheses = (1 + 2) * 3
modulo = 7 % 4
minus = 5 - -3
compare = [1 < 2, 2 <= 2, 3 > 4, 4 >= 5, 1 == 1, 1 != 1, "a" == "a", 1 == "1", null == null]
logic = [true && false, true || false, !true, !(1 == 2)]
lazy = false && known.object.nothing
lazy_or = true || known.object.nothing
condition = 1 < 2 ? "yes" : "no"
chain = false ? 1 : false ? 2 : 3
only_one_side = true ? 1 : known.object.nothing
deep_equal = [[1, 2] == [1, 2], { a = 1, b = 2 } == { b = 2, a = 1 }]
string_number = "2" + 3
by_zero = 1 / 0
not_a_number = "a" + 1
not_a_bool = !"x"
many_lines = (
  1 +
  2
)
