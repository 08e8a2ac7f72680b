# comments of three kinds
// stand anywhere
a = 1 # behind a value
b = 2.50 // too
c = /* inside */ 1e3
d = true
e = false
f = null
g = "text"
h = "tab\there, quote \" backslash \\ line\nbreak, \u00e4 \U0001F600"
i = -3
j = 12345678901234567
k = 0.1
with-dash = "a"
_x1 = "b"
ä = "not ASCII"
empty = ""
